"""Names: an article's ``Roe JD Jr`` and the parts that other formats have of it.

An article keeps initials, as AMA prints them (3.7), so a given name in full becomes its initials.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

ET_AL = "et al"
"""A name that says that there are more; formats that know no such thing have it as the last."""

_SUFFIXES = frozenset({"Jr", "Sr", "II", "III", "IV"})
_MOST_INITIALS = 6
_OTHERS = frozenset({"et al", "and others", "others"})


class Person(NamedTuple):
    """A person, or with nothing but ``family`` whatever a name says that has no initials."""

    family: str
    given: str = ""
    suffix: str = ""


class Body(NamedTuple):
    """An organization that stands where a person would."""

    name: str


def person(name: str) -> Person:
    """The parts of *name* as an article has it; :func:`ama_name` makes just that of them again."""
    words = name.split(" ")
    suffix = words.pop() if len(words) > 2 and words[-1] in _SUFFIXES else ""
    initials = words.pop() if len(words) > 1 and _are_initials(words[-1]) else ""
    given = "-".join(" ".join(f"{letter}." for letter in part) for part in initials.split("-"))
    found = Person(" ".join(words), given if initials else "", suffix)
    return found if initials and ama_name(found) == name else Person(name)


def _are_initials(word: str) -> bool:
    letters = word.replace("-", "")
    return len(word) <= _MOST_INITIALS and letters.isalpha() and letters.isupper()


def ama_name(who: Person) -> str:
    """*who* as an article has it: ``Roe JD Jr``; particles stand before the family name."""
    given, particles = who.given.split(), [who.family]
    while len(given) > 1 and given[-1].islower() and given[-1].isalpha():  # "Ludwig van"
        particles.append(given.pop())
    parts = (" ".join(reversed(particles)), _initials(given), who.suffix.rstrip(".,"))
    return " ".join(part for part in parts if part)


def _initials(given: Sequence[str]) -> str:
    """The initials of names or initials, with the hyphens that stand between them."""
    words = " ".join(given).replace(".", " ").replace(" -", "-").replace("- ", "-").split()
    return "".join("-".join(map(_short, filter(None, word.split("-")))) for word in words)


def _short(word: str) -> str:
    return word if word.isupper() and len(word) <= 3 and word.isalpha() else word[0].upper()


def is_shortened(who: Person) -> bool:
    """Whether :func:`ama_name` leaves out letters of a given name."""
    letters = "".join(filter(str.isalpha, who.given))
    return len(letters) > len("".join(filter(str.isalpha, _initials(who.given.split()))))


def says_more(name: str) -> bool:
    """Whether *name* is no name but tells that there are more: ``et al``, ``others``."""
    return name.casefold().rstrip(".") in _OTHERS


def persons(names: Iterable[str]) -> list[Person]:
    """The parts of each of *names*."""
    return [person(" ".join(name.split())) for name in names]
