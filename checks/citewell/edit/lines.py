"""Lines and columns in a text whose lines may end in CR LF, LF or CR."""

import re

from yaml.nodes import Node

BREAK = re.compile(r"\r\n|\n|\r")
BLANKS = " \t\r\n"


def is_on_one_line(text: str) -> bool:
    """Whether there is no line break in *text*."""
    return BREAK.search(text) is None


def column(body: str, node: Node) -> int:
    """The column, from 0, in which *node* begins."""
    index: int = node.start_mark.index
    return index - line_start(body, index)


def line_start(body: str, index: int) -> int:
    """Where the line at *index* begins."""
    start = body.rfind("\n", 0, index) + 1
    return max(start, body.rfind("\r", start, index) + 1)


def line_end(body: str, index: int) -> int:
    """Where the line at *index* ends, before its line break."""
    found = BREAK.search(body, index)
    return found.start() if found else len(body)


def after_line(body: str, index: int) -> int:
    """Where the line after that at *index* begins, or the end of the text."""
    found = BREAK.search(body, index)
    return found.end() if found else len(body)


def line_break(body: str) -> str:
    """The line break that this file uses."""
    found = BREAK.search(body)
    return found[0] if found else "\n"


def gap(body: str, start: int) -> str:
    """What keeps a value apart from the sign before it."""
    return "" if body[start - 1 : start] in BLANKS else " "
