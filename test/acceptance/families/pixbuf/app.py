"""Reads a picture through one of gdk-pixbuf's loaders."""
from tools import answers, colours, run


@answers
def handler():
    with open("/tmp/picture.xpm", "w") as out:
        rows = ",\n".join(f'"{"ab" * 8 if row % 2 else "ba" * 8}"' for row in range(16))
        out.write(f'/* XPM */\nstatic char *picture[] = {{\n"16 16 2 1",\n"a c #ff0000",\n"b c #0000ff",\n{rows}\n}};\n')
    run("gdk-pixbuf-thumbnailer", "--size", "16", "/tmp/picture.xpm", "/tmp/picture.png")
    return colours("/tmp/picture.png")
