"""Running text taken apart into sentences, word for word."""

import re
from collections.abc import Iterator

# A stop with what closes behind it, and a blank; stops of scripts without blanks need none.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|[。！？]+[」』”）)]*")
_NEXT = re.compile(r"\s*[\"'“‘«(\[]*(\w+)?")
_LAST_WORD = re.compile(r"(?<![^\s(\[\"'“‘/–—-])[(\[\"'“‘]*([\w.&’'-]*)\.[\"'”’»)\]]*$")
_LOOK_BACK = 40  # characters; no abbreviation is longer
_LOOK_AHEAD = 300  # characters in which a bracket must close that holds a sentence together

# These never end a sentence: something always follows them.
_NEVER = frozenset(
    {"dr", "drs", "mr", "mrs", "ms", "messrs", "prof", "rev", "hon", "gen", "col", "lt", "capt"}
    | {"sgt", "gov", "sen", "rep", "pres", "supt", "mt", "st", "ste", "e.g", "i.e", "eg", "ie"}
    | {"vs", "v", "cf", "viz", "approx", "ca", "incl", "esp", "resp", "ed", "eds", "trans", "n.b"}
    | {"z.b", "d.h", "bzw", "p.ej", "sra", "srta", "dra", "mme", "mlle"}
)
# These do not where a figure follows: No. 3, Fig. 2, Vol. 12, p. 7.
_BEFORE_FIGURES = frozenset(
    {"no", "nos", "fig", "figs", "vol", "vols", "p", "pp", "ch", "chap", "sec", "sect", "art", "eq"}
    | {"ref", "refs", "tab", "app", "para", "pt", "nr", "jan", "feb", "mar", "apr", "jun", "jul"}
    | {"aug", "sep", "sept", "oct", "nov", "dec"}
)
# These may, and then a word follows that begins sentences.
_PERHAPS = frozenset(
    {"a.m", "p.m", "am", "pm", "u.s", "u.k", "u.s.a", "e.u", "u.n", "d.c", "al", "inc"}
    | {"ltd", "co", "corp", "jr", "sr", "ph.d", "m.d", "d.o", "r.n", "b.c", "a.d", "ave", "blvd"}
    | {"dept", "univ", "max", "min", "avg", "est", "oz", "lb", "lbs", "ft", "tsp", "tbsp", "hr"}
    | {"hrs", "wk", "wks", "mo", "mos", "yr", "yrs"}
)
_OPENERS_AS_TEXT = (
    "a about after all although an and another any as ask at avoid be because before both but "
    "by call children contact do does doctors don during each eat even every find follow for "
    "from get he her here his how however i if in it its keep many may men more most my never "
    "no not on once one only or other others our over people research see several she since "
    "so some sometimes such symptoms take talk tell that the their then there these they this "
    "those though to treatment try two under until use usually we what when where whether "
    "which while who women with without you your"
)
_OPENERS = frozenset(_OPENERS_AS_TEXT.split())
# A single letter is somebody's initial, unless a word like these is before it: vitamin C.
_LETTERED = frozenset(
    {"vitamin", "vitamins", "hepatitis", "influenza", "type", "types", "group", "class", "plan"}
    | {"factor", "protein", "part", "parts", "stage", "grade", "step", "strain", "medicare"}
    | {"appendix", "table", "figure", "immunoglobulin", "cyclosporin", "amphotericin", "botulinum"}
)


def split(text: str) -> list[str]:
    """The sentences of *text*; with blanks between them (or nothing, as in Chinese) they are it."""
    return [text[start:end].strip() for start, end in spans(text)]


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of *text* begin and end; what lies between two is white space."""
    start, depth, seen = _skip_blanks(text, 0), 0, 0
    for stop in _STOP.finditer(text):
        end = stop.end()
        depth += text.count("(", seen, end) - text.count(")", seen, end)
        seen = end
        if end <= start or not _ends(text, start, stop):
            continue
        closing = text.find(")", end, end + _LOOK_AHEAD)
        if depth > 0 and closing >= 0 and "(" not in text[end:closing]:
            continue
        following = _skip_blanks(text, end)
        yield start, end
        start, depth = following, 0
    if start < len(text.rstrip()):
        yield start, len(text.rstrip())


def _skip_blanks(text: str, index: int) -> int:
    while index < len(text) and text[index].isspace():
        index += 1
    return index


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether the sentence that begins at *start* ends with this *stop*."""
    mark = stop[0][0]
    if mark in "。！？":
        return True
    found = _NEXT.match(text, stop.end())
    word = (found[1] if found else None) or ""
    if word[:1].islower() and word.islower():  # but eGFR and mRNA begin sentences
        return False
    if not stop[0].startswith(".") or stop[0].startswith(".."):
        return True
    return not _is_abbreviated(text, start, stop.end(), word)


def _is_abbreviated(text: str, start: int, end: int, following: str) -> bool:
    """Whether the stop before *end* belongs to the word before it alone."""
    before = text[max(start, end - _LOOK_BACK) : end]
    found = _LAST_WORD.search(before)
    if found is None:
        return False
    word = found[1].rstrip(".")
    small = word.lower()
    opens = following.lower() in _OPENERS
    if word.isdigit():  # "1. Wash your hands", but "There are 3. They hurt"
        return not before[: found.start()].strip() and start >= end - _LOOK_BACK
    if len(word) == 1 and word.isalpha() and word.isupper():
        return not opens and _is_initial(before[: found.start()])
    if small in _NEVER:
        return True
    if small in _BEFORE_FIGURES:
        return following[:1].isdigit()
    if small in _PERHAPS:
        return not (opens or not following)
    return "." in word and len(word) <= 5 and not opens and word.replace(".", "").isupper()


def _is_initial(before: str) -> bool:
    """Whether a single letter behind these words is a name that was shortened."""
    words = before.split()
    return not words or words[-1].lower() not in _LETTERED
