"""Draws a graph as SVG, and as PNG with text in it."""
import re

from tools import answers, colours, run


@answers
def handler():
    graph = 'digraph { a -> b; a [label="first"]; b [label="second"] }'
    svg = run("dot", "-Tsvg", stdin=graph)
    run("dot", "-Tpng:cairo", "-o", "/tmp/graph.png", stdin=graph)
    return {"labels": re.findall(r"<text[^>]*>(\w+)</text>", svg), "picture": colours("/tmp/graph.png")}
