"""The sentences of a reference: where one ends, and where a full stop only shortens a word."""

import re

BREAK = "\n"
"""Stands where something was taken out of the text: no sentence goes on across it."""

_END = re.compile(r"[.?!…][\"'”’»)\]]{0,3}(?=[ \n]|$)|\n")
_SEEN = 40  # characters before and behind a stop that say what it is
_WORD = re.compile(r"[^\s(\[\"“'‘/]+$")
_EXTENT = re.compile(r"\d{1,5} p\b")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|Ph\.D")
# What begins a sentence in lower case: names (eLife, npj Examples, p53, a.org) and pages (p. 9).
_DOTTED_END = re.compile(r"\.[A-Z]$")
_LOWER = re.compile(
    r"[a-z]{1,3}[A-Z]|[α-ω]-|npj |(?:bio|med)Rxiv|p\d\d|pp?\. ?\d"
    r"|[a-z0-9-]{1,30}\.(?:com|gov|net|org)\b"
)
_YEAR = re.compile(r"[12]\d{3} ?;")  # J Ex Vol. 2019;4:7
_OF_VOLUMES = frozenset({"pt", "sec", "suppl", "vol", "vols"})
_SHORT = frozenset({"Dept", "Dr", "Ft", "Mr", "Mrs", "Ms", "Mt", "Prof", "St", "approx", "vs"})
_BEFORE_NUMBERS = frozenset(
    {
        *("apr", "art", "aug", "ch", "chap", "chapter", "dec", "feb", "fig", "jan", "jul", "jun"),
        *("mar", "may", "no", "nos", "nov", "oct", "p", "pp", "pt", "pub", "sec", "sep", "sept"),
        *("suppl", "v", "ver", "vol", "vols"),
    }
)


def sentences(text: str, *, eager: bool = False) -> list[str]:
    """The sentences of *text* in their order, without the stops around them.

    A question or exclamation mark stays. If *eager*, a shortened word in capitals (U.S.) may
    end one, too.
    """
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if end[0].startswith(".") and _goes_on(text, end.start(), end.end(), eager=eager):
            continue
        found.append(_trimmed(text[start : end.end()]))
        start = end.end()
    found.append(_trimmed(text[start:]))
    return [sentence for sentence in found if any(map(str.isalnum, sentence))]


def _trimmed(text: str) -> str:
    text = " ".join(text.split()).lstrip(" ,;:").rstrip(".,;: ")
    return text + "." if _DOTTED_END.search(text, max(0, len(text) - 8)) else text


def _goes_on(text: str, stop: int, end: int, *, eager: bool) -> bool:
    """Whether the full stop at *stop* only shortens the word before it."""
    behind = text[end : end + _SEEN].lstrip(" ")
    if not behind or behind.startswith(BREAK) or end > stop + 1:
        return False
    if behind[0].islower():
        return _LOWER.match(behind) is None
    if behind[0] in ",;:)&":
        return True
    match = _WORD.search(text, max(0, stop - _SEEN), stop)
    if match is None:
        return False
    word = match[0].rstrip(".")
    if behind.startswith("In: ") or (_YEAR.match(behind) and word.casefold() in _OF_VOLUMES):
        return False
    if _DOTTED.fullmatch(word):
        return not eager and not behind[0].isdecimal()
    if word in _SHORT:
        return True
    if _EXTENT.match(behind):  # 2001 Feb. 24 p.
        return False
    return behind[0].isdecimal() and word.casefold() in _BEFORE_NUMBERS
