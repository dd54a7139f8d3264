"""Titles: the same, the same but for a subtitle, a few other words, another one.

A ratio of letters alone waves a clinical substitution through (dystonia for dysphonia has
97.7 of 100), so titles agree only if they have the same words, give or take spelling.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import islice, pairwise

from citewell.markup import plain
from citewell.matching.words import same_script, words


class Likeness(StrEnum):
    """How two titles compare."""

    UNKNOWN = "unknown"  # one of them is not given
    SAME = "same"
    SHORTENED = "shortened"  # one is the other without its subtitle, which proves little
    SLIP = "slip"  # letters of a word, or words that the other one leaves out
    OTHER_WORDS = "other words"
    OTHER = "other"


_FLAGS = re.compile(
    r"(?i)^\W*(?:retracted(?: article| chapter)?|withdrawn|removed|temporary removal|reprint of"
    r"|article retracted|(?:notice of )?withdrawal|retraction note)\s*[:.\]]\s*"
    r"|^chapter \d+[.:]?\s+"
    r"|[,.(\s]+(?:\d+(?:st|nd|rd|th|\.|e|ª)?|\w+(?:st|nd|rd|th)|revised)\s"
    r"(?:edition|ed|auflage|édition|edición)\b\.?\)?$"
)
_BOUNDARY = re.compile(r"\s*(?::|;|\?|!|\.(?=\s|$)|\s[-–—/]+\s|—|\(|\[|,(?=\s(?:an?|the)\s))")
_ABOUT_ANOTHER = re.compile(
    r"(?i)\b(?:re|repl(?:y|ies)|responses?|comment(?:ary|s)?|correct(?:ion|ed)|corrigend(?:um|a)"
    r"|errat(?:um|a)|letters?|editorial|retract(?:ion|ed)|concern|discussion|review of|addendum"
    r"|protocol|rebuttal|withdraw(?:al|n)|part|update|supplement)\b"
)
_GENERIC = re.compile(
    r"(?i)(?:guest |from the )?(?:editorial|introduction|preface|foreword|letter(?: to the editor)?"
    r"|(?:authors?'? )?reply|commentary|correspondence|news|in brief|erratum|corrigendum|abstracts?"
    r"|book reviews?|editor'?s?|index|contents|announcements?|obituary)"
)
_FUNCTION_WORDS = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or"),
        *("the", "to", "versus", "with", "is", "are", "its", "their", "du", "de", "des", "la"),
        *("le", "les", "der", "die", "das", "und", "el", "los", "las", "y", "e", "et", "en"),
    }
)
_LETTERED = frozenset(
    {
        *("annexin", "apolipoprotein", "botulinum", "category", "cathepsin", "class", "classes"),
        *("coenzyme", "complex", "cyclosporin", "factor", "form", "genotype", "grade", "group"),
        *("haemophilia", "hemophilia", "hepatitis", "immunoglobulin", "influenza", "lipoprotein"),
        *("part", "phase", "protein", "scale", "serogroup", "serotype", "stage", "strain"),
        *("subtype", "toxin", "type", "types", "variant", "vitamin", "vitamins"),
    }
)
"""What a letter behind it names one of: vitamin A is not vitamin E."""
_NUMBERS = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "twenty": "20",
    "thirty": "30",
    "i": "1",
    "percent": "%",
    "v": "versus",
    "vs": "versus",
}
# British and American spellings of one word; the second form is what both become.
_SPELLINGS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"ae|oe", "e"),
        (r"our(?=$|s$|al|ed|ing|ably|able|ite|ism)", "or"),
        (r"(?<=\w{2})is(?=(?:e|es|ed|ing|ation|ations|er|ers)$)", "iz"),
        (r"(?<=\w{2})ys(?=(?:e|es|ed|ing|er|ers)$)", "yz"),
        (r"(?<=[btv])re(?=s?$)", "er"),
        (r"neurone", "neuron"),
        (r"^scep", "skep"),
        (r"^leuc", "leuk"),
        (r"alumini(?=um)", "alumin"),
        (r"artef", "artif"),
        (r"(?<=enro)ll?", "l"),
        (r"(?<=\w)ogue(?=s?$)", "og"),
        (r"mme(?=s?$)", "m"),
        (r"mour", "mor"),
        (r"ll(?=ed$|ing$|ers?$|ors?$)", "l"),
        (r"sulph", "sulf"),
        (r"grey", "gray"),
        (r"ageing", "aging"),
        (r"(?<=[ld])gement", "gment"),
        (r"(?<=[lf])fil(?=s?$|ment)", "fill"),
        (r"(?<=n)ce(?=s?$)", "se"),
    )
)
_FEW = 0.55  # of the letters; below, two titles have nothing to do with each other
_LONGEST = 600  # characters of a title that are looked at
_MOST_PARTS = 12  # of a title that may be a subtitle
_LABELLED = 3  # words behind a label that make a title by themselves
_LIKE = 0.7  # of the letters of one word; above, it may be a misprint


def compare(ours: str, theirs: Sequence[str]) -> Likeness:
    """How the title *ours* compares with the best of *theirs*, all printings of one."""
    ours = ours[:_LONGEST]
    titles = (title[:_LONGEST] for title in theirs if words(title) and same_script(ours, title))
    found = [_compare(ours, title) for title in titles]
    if not found or not words(ours):
        return Likeness.UNKNOWN
    return min(found, key=list(Likeness).index)


def _compare(one: str, other: str) -> Likeness:
    first, second = _content(one), _content(other)
    if first == second or "".join(first) == "".join(second):
        return Likeness.SAME
    if _content(one, umlauts=True) == _content(other, umlauts=True):
        return Likeness.SAME
    if "".join(words(one)) == "".join(words(other)) or _parts(one) == _parts(other):
        return Likeness.SAME
    if first in _shortened(other) or second in _shortened(one):
        return Likeness.SHORTENED
    return _difference(first, second)


def weight(title: str) -> int:
    """How many words of *title* have a meaning: one that has few is the title of many works."""
    return len(_content(title))


def content(text: str) -> frozenset[str]:
    """The words of *text* that have a meaning."""
    return frozenset(_content(text[:_LONGEST]))


@lru_cache(maxsize=4096)
def _content(title: str, *, umlauts: bool = False) -> tuple[str, ...]:
    """The words of *title* that have a meaning, in one spelling."""
    title = _FLAGS.sub("", plain(title))
    numbered = [_NUMBERS.get(word, word) for word in words(title, umlauts=umlauts)]
    found = tuple(
        _spelling(word)
        for before, word in pairwise(["", *numbered])
        if word not in _FUNCTION_WORDS or (len(word) == 1 and before in _LETTERED)
    )
    return found or words(title)


def _spelling(word: str) -> str:
    for pattern, form in _SPELLINGS:
        word = pattern.sub(form, word)
    return word


def _parts(title: str) -> frozenset[tuple[str, ...]]:
    """The parts of *title*, in whatever order: "Reply: X" and "X: Reply"."""
    return frozenset(filter(None, map(_content, _BOUNDARY.split(title))))


def _shortened(title: str) -> set[tuple[str, ...]]:
    """What *title* is without its subtitle, or without the label of a series before it."""
    title = _FLAGS.sub("", plain(title))
    found = set()
    for boundary in islice(_BOUNDARY.finditer(title), _MOST_PARTS):
        found.add(_content(title[: boundary.start()]))
        rest = _content(title[boundary.end() :])
        if len(rest) >= _LABELLED and not _ABOUT_ANOTHER.search(title[: boundary.start()]):
            found.add(rest)
    return found - {()}


def _difference(first: tuple[str, ...], second: tuple[str, ...]) -> Likeness:
    from rapidfuzz.fuzz import ratio  # which offline runs do not need

    if ratio(" ".join(first), " ".join(second)) < _FEW * 100:
        return Likeness.OTHER
    changed = [
        (first[a:b], second[c:d])
        for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    changed = [(ours, theirs) for ours, theirs in changed if "".join(ours) != "".join(theirs)]
    if not changed:
        return Likeness.SAME
    is_slip = all(_may_be_slip(" ".join(ours), " ".join(theirs)) for ours, theirs in changed)
    return Likeness.SLIP if is_slip else Likeness.OTHER_WORDS


def _may_be_slip(ours: str, theirs: str) -> bool:
    """Whether somebody may have written *ours* for *theirs*; another number is another work."""
    from rapidfuzz.fuzz import ratio

    if re.search(r"\d", ours + theirs) or _ABOUT_ANOTHER.search(f"{ours} {theirs}"):
        return False
    return not ours or not theirs or ratio(ours, theirs) > _LIKE * 100


def is_generic(text: str) -> bool:
    """Whether *text* is no title, but the kind of text that journals have in each issue."""
    return _GENERIC.fullmatch(text.strip(" .")) is not None
