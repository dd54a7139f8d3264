"""Names and dates as pages state them: read where nobody could take them for something else."""

import re

from citewell.dates import PartialDate
from citewell.record import Name

_LONGEST = 200  # characters of a name that are looked at
_MOST_WORDS = 5  # of a person's name
_BODY = re.compile(
    r"(?i)\b(?:academy|administration|agency|alliance|association|board|centers?|centres?|charity"
    r"|clinic|clinics|college|commission|committee|consortium|council|department|editors?"
    r"|federation|foundation|group|health|hospitals?|institut\w*|investigators|ministry|network"
    r"|organi[sz]ation|panel|press|publishing|service|services|society|staff|task force|team"
    r"|trust|university)\b"
)
_NOBODY = frozenset({"admin", "administrator", "anonymous", "editor", "guest", "root", "webmaster"})
_BEFORE = re.compile(r"(?i)^(?:(?:by|dr|prof|professor|mr|mrs|ms)\.?:?\s+)+")
_CREDENTIALS = frozenset(
    {
        *("BA", "BM", "BS", "BSc", "CNM", "CRNP", "DC", "DDS", "DMD", "DNP", "DO", "DPhil", "DPT"),
        *("DrPH", "DSc", "EdD", "FAAFP", "FAAN", "FAAP", "FACC", "FACOG", "FACP", "FACS", "FRCP"),
        *("FRCPC", "JD", "LPN", "MA", "MB", "MBA", "MBBCh", "MBBS", "MBChB", "MD", "MHS", "MPH"),
        *("MRCP", "MS", "MSc", "MSN", "MSW", "NP", "OD", "PA", "PA-C", "PharmD", "PhD", "PsyD"),
        *("PT", "RD", "RDN", "RN", "RPh"),
    }
)
_SUFFIX = re.compile(r"(?i)(?:jr|sr|ii|iii|iv)\.?")
_BETWEEN = re.compile(r"[;,&]|\band\b")
_INITIALS = re.compile(r"[^\W\d_a-z]\.?(?:[\s-]?[^\W\d_a-z]\.?){0,2}")
_PARTICLES = frozenset(
    {
        *("af", "al", "da", "dal", "das", "de", "del", "della", "den", "der", "di", "dos", "du"),
        *("el", "la", "las", "le", "los", "ten", "ter", "van", "von", "zu", "zur"),
    }
)

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_WORDS = re.IGNORECASE | re.ASCII
_FIGURES = re.compile(r"([12]\d{3})(?:([-/.]?)(\d{1,2})(?:\2(\d{1,2}))?)?(?!\d)", re.ASCII)
_DAY_FIRST = re.compile(
    r"(?:(\d{1,2})\s+)?([a-z]{3,9})\.?,?\s+([12]\d{3})(?!\d)", re.IGNORECASE | re.ASCII
)
_MONTH_FIRST = re.compile(
    r"([a-z]{3,9})\.?\s+(\d{1,2}),?\s+([12]\d{3})(?!\d)", re.IGNORECASE | re.ASCII
)
_YEAR_FIRST = re.compile(
    r"([12]\d{3})\s+([a-z]{3,9})\.?(?:\s+(\d{1,2}))?(?!\d)", re.IGNORECASE | re.ASCII
)


def split_name(text: str) -> Name | None:
    """The person or body that *text* names; None if it is an address, or nobody's name."""
    text = _BEFORE.sub("", " ".join(text[:_LONGEST].split())).strip(" ,;")
    if not any(map(str.isalpha, text)) or "@" in text or "://" in text:
        return None
    if text.lower() in _NOBODY:
        return None
    first, *others = (part.strip() for part in text.split(","))
    while others and (_SUFFIX.fullmatch(others[-1]) or _is_earned(others[-1], first)):
        others.pop()
    if _BODY.search(", ".join((first, *others))) or len(others) > 1:
        return Name(text, is_group=True)
    if others:
        return Name(first, others[0])
    return _person(first.split())


def split_names(byline: str) -> list[Name]:
    """All whom a *byline* names that has names as they are spoken: "Jane Roe, MD, and John Poe"."""
    byline = _BEFORE.sub("", " ".join(byline[:_LONGEST].split()))
    parts = [part.strip() for part in _BETWEEN.split(byline)]
    people = [part for part in parts if part and not _is_title(part)]
    are_whole = len(people) > 1 and all(len(person.split()) > 1 for person in people)
    told = people if are_whole and not _BODY.search(byline) else [byline]
    return [name for each in told if (name := split_name(each))]


def _is_title(text: str) -> bool:
    """Whether *text* is only what stands behind a name."""
    words = [word.replace(".", "") for word in text.split()]
    return bool(_SUFFIX.fullmatch(text)) or all(word in _CREDENTIALS for word in words)


def _is_earned(text: str, name: str) -> bool:
    """Whether *text* behind *name* are degrees; "Roe, MD" may be Mary Doe Roe."""
    is_whole = len([word for word in name.split() if word.lower() not in _PARTICLES]) > 1
    return is_whole and _is_title(text)


def _person(words: list[str]) -> Name:
    while len(words) > 2 and words[-1].replace(".", "") in _CREDENTIALS:
        words = words[:-1]
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        words = words[:-1]
    if len(words) == 1 or len(words) > _MOST_WORDS:
        return Name(" ".join(words), is_group=True)
    if _INITIALS.fullmatch(words[-1]) and not _INITIALS.fullmatch(words[0]):
        return Name(" ".join(words[:-1]), words[-1])
    begin = len(words) - 1
    while begin > 1 and words[begin - 1] in _PARTICLES:
        begin -= 1
    return Name(" ".join(words[begin:]), " ".join(words[:begin]))


def read_date(text: str) -> str:
    """The date that *text* begins with, as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD.

    In figures the year comes first, as else nobody can tell the day from the month; or the month
    is named in English.
    """
    text = text[:_LONGEST].strip()
    if match := _FIGURES.match(text):
        year, separator, month, day = match.groups()
        if month is None:
            named = _YEAR_FIRST.match(text)
            return _date(*named.groups()) if named else _date(year)
        is_whole = len(month) == len(day or "") == 2
        return _date(year, month, day) if separator or is_whole else ""
    if match := _MONTH_FIRST.match(text):
        return _date(match[3], match[1], match[2])
    if match := _DAY_FIRST.match(text):
        return _date(match[3], match[2], match[1])
    return ""


def _date(year: str, month: str | None = None, day: str | None = None) -> str:
    """The date as it stands in an article; nothing if there is no such month or day."""
    number = _month(month) if month else None
    date = PartialDate(int(year), number, int(day) if day and number else None)
    if number == 0 or date.day == 0:
        return ""
    try:
        date.earliest  # noqa: B018 - a ValueError if there is no such day
    except ValueError:
        return ""
    return str(date)


def _month(text: str) -> int:
    """The number of a month; 0 for what is none."""
    if text.isdigit():
        return int(text)
    names = [month for month in _MONTHS if text.lower() in (month, month[:3], month[:4])]
    return _MONTHS.index(names[0]) + 1 if names else 0
