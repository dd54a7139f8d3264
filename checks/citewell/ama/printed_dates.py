"""Dates as lists of references print them, read into ISO 8601.

Months are English, whole or abbreviated. What is not a date of the calendar is none, and what
could be two dates (3/4/2022) is none either.
"""

import re
from collections.abc import Mapping

from citewell.dates import parse_partial

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
YEAR = r"(?:1[89]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_FORMS = (
    rf"(?P<month>{MONTH}),? ?(?P<day>{_DAY})(?: ?[,.] ?| )(?P<year>{YEAR})",  # April 22, 2022
    rf"(?P<day>{_DAY}) ?(?P<month>{MONTH}),? ?(?P<year>{YEAR})",  # 22 April 2022
    rf"(?P<year>{YEAR}),? (?P<month>{MONTH}) (?P<day>{_DAY})",  # 2022 Apr 22
    r"(?P<year>20\d\d)[-/](?P<month>\d\d)[-/](?P<day>\d\d)",  # 2022-04-22
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)",  # 22.4.2022
    r"(?P<one>\d{1,2})/(?P<other>\d{1,2})/(?P<year>20\d\d)",  # 4/22/2022
    rf"(?P<year>{YEAR}),? (?P<month>{MONTH})",  # 2022 Apr
    rf"(?P<month>{MONTH}),? (?P<year>{YEAR})",  # April 2022
    r"(?P<month>\d{1,2})/(?P<year>20\d\d)",  # 4/2022
    r"(?P<year>20\d\d)-(?P<month>\d\d)",  # 2022-04
    rf"(?P<year>{YEAR})",
)
_READERS = tuple(re.compile(form, re.IGNORECASE | re.ASCII) for form in _FORMS)
_NAMED = re.compile(r"\(\?P<\w+>")
DATE = "(?:" + "|".join(_NAMED.sub("(?:", form) for form in _FORMS) + r")(?![\w/])"
"""A pattern, without groups, for anything that may be a date; :func:`read_date` says if it is."""


def read_date(text: str) -> str | None:
    """*text* as YYYY, YYYY-MM or YYYY-MM-DD, as much as it says; None if it is no date."""
    for reader in _READERS:
        if match := reader.fullmatch(text):
            return _iso(match.groupdict())
    return None


def read_day(text: str) -> str | None:
    """*text* as YYYY-MM-DD; None if it names no day."""
    date = read_date(text)
    return date if date and len(date) == len("YYYY-MM-DD") else None


def _iso(parts: Mapping[str, str | None]) -> str | None:
    month, day = parts.get("month"), parts.get("day")
    if one := parts.get("one"):
        month, day = _month_and_day(int(one), int(parts["other"] or 0))
        if month is None:
            return None
    numbers = [parts["year"] or ""]
    if month:
        numbers.append(month if month.isdecimal() else str(_MONTHS.index(month[:3].lower()) + 1))
    if day:
        numbers.append(re.sub(r"\D", "", day))
    text = "-".join(number.zfill(2) for number in numbers)
    try:
        parse_partial(text)
    except ValueError:
        return None
    return text


def _month_and_day(one: int, other: int) -> tuple[str | None, str]:
    """Which of two numbers is the month; None where both could be."""
    if one != other and one <= 12 and other <= 12:
        return None, ""
    return (str(one), str(other)) if one <= 12 else (str(other), str(one))
