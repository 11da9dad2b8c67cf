"""Makes a PDF file, and a picture of it."""
from tools import answers, colours, run

PAGE = "/Helvetica findfont 24 scalefont setfont 20 40 moveto (Hello, PDF) show showpage"
OPTIONS = ("-q", "-dBATCH", "-dNOPAUSE", "-dSAFER")


@answers
def handler():
    with open("/tmp/page.ps", "w") as out:
        out.write(f"%!PS\n<</PageSize [200 100]>> setpagedevice\n{PAGE}\n")
    run("gs", *OPTIONS, "-sDEVICE=pdfwrite", "-sOutputFile=/tmp/page.pdf", "/tmp/page.ps")
    with open("/tmp/page.pdf", "rb") as file:
        assert file.read(5) == b"%PDF-"
    run("gs", *OPTIONS, "-sDEVICE=png16m", "-dTextAlphaBits=4", "-r72", "-sOutputFile=/tmp/page.png", "/tmp/page.pdf")
    return colours("/tmp/page.png")
