"""First authors: the same, with given and family name swapped, another author, somebody else."""

import re
from collections.abc import Sequence
from enum import StrEnum

from citewell.matching.words import letters, same_script
from citewell.record import Name


class Likeness(StrEnum):
    """How the first author of a reference compares with the authors of a record."""

    UNKNOWN = "unknown"
    SAME = "same"
    SWAPPED = "swapped"  # the given name stands for the family name
    NOT_FIRST = "not first"  # an author of the work, but not the first
    OTHER = "other"


_LONGEST = 200  # characters of a name that are looked at
_SUFFIX = re.compile(r"(?:\s|,)\s*(?:jr|sr|ii|iii|iv|2nd|3rd)\.?$", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[A-ZÀ-ÖØ-Þ]\.?[\s-]?){1,5}")
_BODY = re.compile(
    r"(?i)\b(?:investigators|group|collaborat\w+|consortium|committee|network|association|society"
    r"|team|trialists|organi[sz]ation|foundation|institute|federation|college|academy|panel|force)\b"
)
_PARTICLES = frozenset(
    {
        *("af", "al", "ap", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos"),
        *("du", "el", "la", "las", "le", "los", "st", "ten", "ter", "van", "von", "zu", "y", "e"),
    }
)


def compare(ours: str, theirs: Sequence[Name]) -> Likeness:
    """How the name *ours*, as "Surname AB", compares with *theirs*, in their order."""
    if not theirs or not letters(ours):
        return Likeness.UNKNOWN
    first, *others = map(_as_meant, theirs)
    if not _parts(first.family) or not same_script(ours, first.family):
        return Likeness.UNKNOWN
    if first.is_group:
        same = _is_group(ours, first)
        return Likeness.SAME if same or not _has_initials(ours) else Likeness.UNKNOWN
    ours = ours[:_LONGEST]
    swapped = _is_swapped(ours, first)
    if _is(ours, first) and not (swapped and not _has_initials(ours)):
        return Likeness.SAME
    if swapped:
        return Likeness.SWAPPED
    if any(_is(ours, name) for name in others if not name.is_group):
        return Likeness.NOT_FIRST
    if not _has_initials(ours) and (len(letters(ours).split()) > 2 or _BODY.search(ours)):
        return Likeness.UNKNOWN  # a body rather than a person
    return Likeness.OTHER


def same(one: str, other: str) -> bool:
    """Whether two printings of a name may be one, as far as either of them can tell."""
    pairs = ((one, other), (other, one))
    likely = (compare(ours, [Name(*_split(theirs[:_LONGEST]))]) for ours, theirs in pairs)
    return any(each in (Likeness.SAME, Likeness.UNKNOWN) for each in likely)


def _as_meant(name: Name) -> Name:
    """*name* as it was meant: registries, too, hold some with given and family swapped.

    A family name is no initial; and where one of the two is in capitals, that is it.
    """
    family, given = _parts(name.family), _parts(name.given)
    if not given:
        return name
    initial = all(len(part) == 1 for part in family) and len(given[0]) > 1
    shouted = name.given.isupper() and not name.family.isupper() and len(given[0]) > 2
    return Name(name.given, name.family) if initial or shouted else name


def _split(text: str) -> tuple[str, str]:
    """Surname and initials of "Surname AB"; without initials, all is taken for the surname."""
    text = _SUFFIX.sub("", text.strip())
    surname, comma, given = text.partition(",")
    if comma:
        return surname.strip(), given.strip()
    surname, _, last = text.rpartition(" ")
    if surname and _INITIALS.fullmatch(last):
        return surname, last
    return text, ""


def _has_initials(text: str) -> bool:
    return bool(_split(text)[1])


def _is(ours: str, name: Name) -> bool:
    surname, initials = _split(ours)
    joined = [re.sub(r"\W", "", letters(each)) for each in (surname, name.family)]
    if joined[0] == joined[1] or _agree(_parts(surname), _parts(name.family)):
        return _may_be(initials, name)
    # The particle may stand with the given name: "Leonard H. van den" Berg; and any part of
    # a compound surname may have been taken for a given name.
    whole = [*_parts(name.given), *_parts(name.family)]
    own = _parts(surname)
    if len(own) > 1 and own == whole[-len(own) :] and initials:
        return True
    return not initials and own == [*_parts(name.family), *_parts(name.given)]


def _agree(ours: list[str], theirs: list[str]) -> bool:
    """Whether two surnames are one, though one may be compound, or of another spelling."""
    if not ours or not theirs:
        return False
    one, other = "".join(ours), "".join(theirs)
    if one == other or _umlauts(one) == _umlauts(other):
        return True
    return len(ours) != len(theirs) and (ours[0] == theirs[0] or ours[-1] == theirs[-1])


def _parts(text: str) -> list[str]:
    """The parts of a name that tell people apart: not the particles, and no punctuation."""
    text = re.sub(r"['’‘`´ʼ.]", "", letters(_SUFFIX.sub("", text[:_LONGEST])))
    parts = re.findall(r"\w+", text)
    return [part for part in parts if part not in _PARTICLES] or parts


def _umlauts(text: str) -> str:
    """*text* with letters that are spelt out (ae, aa, dj) as those that have lost their marks."""
    return re.sub(r"(?<=[aou])e|(?<=a)a", "", text).replace("dj", "d")


def _may_be(initials: str, name: Name) -> bool:
    """Whether *initials* do not speak against *name*: the first letters of one given name."""
    given = _parts(name.given)
    ours = _parts(initials)
    if not given or not ours:
        return True
    return any(part[0] in ours[0] for part in given)


def _is_swapped(ours: str, name: Name) -> bool:
    surname, rest = _split(ours)
    if not rest and " " in surname:
        surname, _, rest = surname.rpartition(" ")
    given, family = "".join(_parts(name.given)), "".join(_parts(name.family))
    if not given or not family or not rest:
        return False
    own = "".join(_parts(surname))
    short = "".join(_parts(rest))
    return own in (given, *_parts(name.given)) and (short == family or short[:1] == family[:1])


def _is_group(ours: str, group: Name) -> bool:
    own, theirs = letters(ours), letters(group.family)
    return own in theirs or theirs in own
