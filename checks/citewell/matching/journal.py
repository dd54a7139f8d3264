"""Journals and books: full, abbreviated after NLM, with or without their subtitle."""

import re
from collections.abc import Sequence
from functools import lru_cache

from citewell.markup import plain
from citewell.matching.words import same_script, words

_SMALL = frozenset(
    {
        *("a", "an", "and", "at", "da", "de", "del", "den", "der", "des", "di", "do", "du", "e"),
        *("et", "for", "fur", "i", "in", "l", "la", "le", "of", "on", "the", "to", "und", "y"),
        *("d", "ed", "edition", "part", "section", "series", "volume", "voor"),
    }
)
_LONGEST = 300  # characters of a name that are looked at
_NATION = re.compile(r"(?i)\s*(?:u\.?\s?s\.?\s?a\.?|of the united states(?: of america)?)\s*$")
_OCCASION = re.compile(r"(?i)^(?:(?:19|20)\d\d\s+|\d+(?:st|nd|rd|th)\s+)+")
_DOTTED = re.compile(r"(?:\b[A-Za-z]\.){2,}")
_ELIDED = re.compile(r"(?i)\b[dl]'(?=\w)")
_ACRONYM = re.compile(r"([A-Z]{2,6})(?::\s*|\s+)(?=\S)")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_SUBTITLE = re.compile(r"(?i)\s+:\s|:\s*(?=(?:the )?official\b|an? |the )|\s[-–—=/]\s|;\s")
_KNOWN = {
    "british medical journal": "bmj",
    "british medical journal clinical research ed": "bmj",
    "the bmj": "bmj",
    "journal of the american medical association": "jama",
}


def same(ours: str, theirs: Sequence[str]) -> bool | None:
    """Whether *ours* is one of *theirs*; None if either is not given."""
    theirs = [name for name in theirs if words(name) and same_script(ours, name)]
    if not words(ours) or not theirs:
        return None
    return any(_same(ours[:_LONGEST], name[:_LONGEST]) for name in theirs)


def _same(one: str, other: str) -> bool:
    for first in _forms(one):
        for second in _forms(other):
            if first == second or _stands_for(first, second) or _stands_for(second, first):
                return True
    return False


def _forms(name: str) -> list[tuple[str, ...]]:
    """*name*, and what is left of it without brackets, subtitle, nation, or the year before it."""
    dotless = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", name)
    name = _ELIDED.sub("", _OCCASION.sub("", plain(name).replace("’", "'"))).replace("'", "")
    bare = _BRACKETS.sub("", name)
    forms = (
        name,
        bare,
        _SUBTITLE.split(bare)[0],
        _NATION.sub("", bare),
        name.replace("-", ""),
        dotless,
    )
    found = dict.fromkeys(_words(form) for form in forms)
    if match := _ACRONYM.match(name):
        rest = _words(name[match.end() :])
        large = [word for word in rest if word not in _SMALL]
        short = match[1].lower()
        if len(large) > 1 and len(short) >= len(large) and _abbreviates(short, "".join(large)):
            found[rest] = None  # AJNR: Am J Neuroradiol
    return [form for form in found if form]


def _words(name: str) -> tuple[str, ...]:
    every = tuple(word.replace("ae", "e").replace("oe", "e") for word in words(name))
    known = _KNOWN.get(" ".join(every))
    return (known,) if known else every


@lru_cache(maxsize=1 << 12)  # there are many ways to get to the same rest
def _stands_for(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether each word of *short* abbreviates one of *full*, in order; small words may lack.

    A short one may be the first letters of several: NY, USA, JAMA.
    """
    if not short or not full:
        return set(short + full) <= _SMALL
    if len(short) > 1 and len(full) == 1 and full[0].startswith("".join(short)):
        return True  # Euro Surveill
    word, rest = short[0], short[1:]
    if _abbreviates(word, full[0]) and _stands_for(rest, full[1:]):
        return True
    if full[0] in _SMALL and _stands_for(short, full[1:]):
        return True
    if word in _SMALL and _stands_for(rest, full):
        return True
    large = tuple(each for each in full if each not in _SMALL)
    for number in range(2, min(len(word), len(large)) + 1):
        letters = "".join(each[0] for each in large[:number])
        if word == letters and _stands_for(rest, large[number:]):
            return True
    return False


def _abbreviates(short: str, full: str) -> bool:
    """Whether *short* is *full* with letters left out, but not the first."""
    if short == full:
        return True
    if short[0] != full[0] or len(short) >= len(full) or short.isdigit():
        return False
    if full == f"{short}s":
        return False  # Cancer and Cancers are two journals
    remaining = iter(full)
    return all(letter in remaining for letter in short)
