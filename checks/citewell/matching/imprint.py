"""Volume, issue and pages: what comes first decides, as the rest is printed in many ways."""

import re
from collections.abc import Sequence

_LEADING = re.compile(
    r"(?i)\s*(?:vol(?:ume)?\.?|no\.?|issue|pp?\.?)?\s*([A-Za-z]{0,3})\.?\s*0*(\d+)"
)

_LONGEST = 60  # characters that are looked at
_RANGE = re.compile(r"0*(\d{1,9})\s*[-\u2010-\u2015]+\s*0*(\d{1,9})")


def same_number(ours: str, theirs: str) -> bool | None:
    """Whether two volumes or issues begin with one number; None where either has none.

    "66 Suppl 1" and "66" are one volume.
    """
    first, second = _first(ours), _first(theirs)
    if first is None or second is None or first[0] != second[0]:
        return None
    return first[1] == second[1]


def same_page(ours: str, theirs: Sequence[str]) -> bool | None:
    """Whether *ours* begin on the first page of one of *theirs*; None if nobody can tell.

    A letter before the page (S48, e123) counts only where both have one. Pages from 1 are those
    of an article that is cited by its number.
    """
    own, firsts = _first(ours), [first for page in theirs if (first := _first(page))]
    if own is None or not firsts:
        return None
    if any(_is_one(own, first) for first in firsts):
        return True
    return None if ("", "1") in (own, *firsts) else False


def same_last_page(ours: str, theirs: Sequence[str]) -> bool | None:
    """Whether *ours* end on the last page of one of *theirs*; "161-8" ends on 168."""
    own, others = _last(ours), [last for page in theirs if (last := _last(page))]
    return own in others if own and others else None


def _is_one(one: tuple[str, str], other: tuple[str, str]) -> bool:
    letters = one[0] == other[0] or not one[0] or not other[0]
    return letters and one[1] == other[1]


def _first(text: str) -> tuple[str, str] | None:
    """The letters and the number that *text* begins with."""
    match = _LEADING.match(" ".join(text[:_LONGEST].split()))
    return (match[1].lower(), match[2]) if match else None


def _last(text: str) -> int | None:
    """The last page of *text* in full; None where it names but one, or not by figures."""
    match = _RANGE.fullmatch(text[:_LONGEST].strip())
    if match is None:
        return None
    first, last = match[1], match[2]
    return int(first[: -len(last)] + last if len(last) < len(first) else last)
