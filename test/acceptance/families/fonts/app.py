"""Lists the fonts, and renders text with one of them."""
from tools import answers, colours, run

TEXT = """<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60">
<text x="10" y="40" font-family="{}" font-size="32">Hello, fonts</text></svg>"""


def rendered(family):
    with open("/tmp/text.svg", "w") as out:
        out.write(TEXT.format(family))
    run("rsvg-convert", "--output", "/tmp/text.png", "/tmp/text.svg")
    return colours("/tmp/text.png")


@answers
def handler():
    return {
        "fonts": sorted(run("fc-list", ":", "family", "file").strip().split("\n")),
        "match": run("fc-match", "sans-serif", "family").strip(),
        "text": rendered("DejaVu Sans"),
    }
