"""Calendar dates as medical references state them: whole, or only a year or a month."""

import re
from datetime import date, timedelta
from typing import NamedTuple

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARTIAL = re.compile(r"([1-9]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class PartialDate(NamedTuple):
    """A publication date of which the month or the day may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> date:
        """The first day this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day this date can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or _month_length(self.year, month))

    def __str__(self) -> str:
        """The date as it is written in an article, such as ``2018-04``."""
        parts = (f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part))
        return "-".join(parts)


def parse_day(text: str) -> date:
    """Read ``YYYY-MM-DD``; a ValueError for anything else, other ISO 8601 forms included."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def parse_partial(text: str) -> PartialDate:
    """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; a ValueError for anything else."""
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year = int(match[1])
    month, day = (None if part is None else int(part) for part in match.groups()[1:])
    date(year, 1 if month is None else month, 1 if day is None else day)
    return PartialDate(year, month, day)


def _month_length(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - timedelta(days=1)).day


def add_months(day: date, months: int) -> date:
    """The same day *months* later, or that month's last day; the calendar's end at most."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, _month_length(year, month + 1)))


def months_between(earlier: date, later: date) -> int:
    """How many whole months lie between two days."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (later.day < earlier.day)
