"""Ids made of words."""

import re
from functools import lru_cache

from anyascii import anyascii

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile(r"['’`´]")
# What YAML takes for a boolean or for nothing is no id to the model.
_NO_IDS = frozenset({"true", "false", "null"})
_SMALL_WORDS_AS_TEXT = (
    "a about also an and any are as at be been being but by can could did do does during each "
    "for from had has have he her his how i if in into is isnt it its may might more most of "
    "often on or other our same she should so some such than that the their them then there "
    "these they this those to too up usually was we were what when where which while who will "
    "with would you your"
)
_SMALL_WORDS = frozenset(_SMALL_WORDS_AS_TEXT.split())
_MOST_CHARACTERS = 300  # of a text that are looked at


def words_of(text: str) -> list[str]:
    """The words of *text* in small ASCII letters and digits; other scripts are transliterated."""
    text = _APOSTROPHES.sub("", text[:_MOST_CHARACTERS])
    return _WORD.findall((text if text.isascii() else _ascii(text)).lower())


def slug(text: str, most_words: int, prefix: str, *, telling: bool = False) -> str:
    """An id of the first words of *text*, at most so many; if *telling*, of those that say most.

    *prefix* stands before it where it would begin with a figure, or have no word at all.
    """
    words = words_of(text)
    if telling:
        words = [word for word in words if word not in _SMALL_WORDS] or words
    made = "-".join(word[:40] for word in words[:most_words])
    if not made:
        return prefix
    return f"{prefix}-{made}" if made[0].isdigit() or made in _NO_IDS else made


class Ids:
    """Ids that are given once each: ``pain``, then ``pain-2``."""

    def __init__(self) -> None:
        """Nothing has been given yet."""
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def new(self, wanted: str) -> str:
        """*wanted*, or if it is taken, with the next number that makes it unique."""
        given = wanted
        while given in self._taken:
            self._last[wanted] = self._last.get(wanted, 1) + 1
            given = f"{wanted}-{self._last[wanted]}"
        self._taken.add(given)
        return given


@lru_cache(maxsize=1024)
def _ascii(text: str) -> str:
    return anyascii(text)
