"""Looks up a terminal that only the layer describes."""
import curses

from tools import answers


@answers
def handler():
    curses.setupterm("alacritty", 1)
    return curses.tigetnum("colors")
