"""The sentences of a reference that say where and when it appeared, each by itself."""

import re
from typing import NamedTuple

from citewell.ama.bodies import is_body
from citewell.ama.printed_dates import DATE, MONTH, YEAR, read_date

_LONGEST = 400  # characters of such a sentence
_ORDINALS = {
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
    "eleventh": "11th",
    "twelfth": "12th",
}
_EDITION = re.compile(
    r"(?P<edition>(?:[\w&./-]+ ){0,6}?[\w&./-]+) ed(?:n|ition|\.)?\.?", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"(?:the )?(\d{1,3}(?:st|nd|rd|th)|\d{4}|" + "|".join(_ORDINALS) + ")", re.IGNORECASE
)
_INLINE_EDITION = re.compile(
    r"(?:,| \(|;)? ?((?:\d{1,3}(?:st|nd|rd|th)|" + "|".join(_ORDINALS) + r") ed(?:n|ition)?)\)?$",
    re.IGNORECASE,
)
_VOLUME = re.compile(r"vol(?:ume|\.)?(?: |(?=\d))(\w{1,10}(?:[-–/]\w{1,6})?)", re.IGNORECASE)
_PAGES = re.compile(
    r"(?:pp?\.|pages?) ?((?=\w{0,3}\d)[\w.]{1,12}(?: ?[-–, ]{1,2}[\w.]{1,12}){0,12})", re.IGNORECASE
)
_COUNTED = re.compile(rf"(?<={YEAR})[,;] ?(?:pp?\.? ?)?((?:chap(?:ter)?\.? ?)?\d[\w–-]{{0,20}})$")
_BARE_PAGES = re.compile(r"(?:pp?\.?|pages?) (.+)", re.IGNORECASE)

# States as the Associated Press shortens them, and as the post does; provinces of Canada.
_STATE = (
    r"(?:[A-Z]{2}|[A-Z]\.\s?[A-Z]\.?|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md"
    r"|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ont|Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Wyo|Iowa|Ohio"
    r"|Utah|Texas|Maine|Idaho|Hawaii|Alaska)"
)
_CITY = r"[A-Z][\w.’'-]*(?: [A-Za-z][\w.’'-]*){0,3}"
_TOWN = re.compile(rf"{_CITY}(?:/{_CITY})?(?:, | \(){_STATE}\)?\.?$")
_PLACE = re.compile(
    rf"{_CITY}(?:,? \(?[A-Z][\w. ]{{0,20}}\)?\.?)?(?:(?:;|,| and| &|/) {_CITY}){{0,3}}"
)
_IMPRINT = re.compile(
    rf"(?P<publisher>.*?)[;,]? ?\(?[©c]?(?P<date>{DATE})\)?"
    r"(?P<open> ?[-–](?P<last>\d\d(?:\d\d)?)?)?$"
)
_YEARS = re.compile(r"[12]\d{3}-(?P<last>\d\d)")  # 2000-01, if it is no month of an ISO date
_SERIES = re.compile(
    r"(?P<series>.+?)[;,] (?:vol(?:ume|\.)? (?P<volume>[^;]+?))?"
    r"(?:;? ?no\.? (?P<issue>[^;]+))?"
)

_SPAN = rf"(?:[-–/] ?(?:{MONTH}|\d{{1,2}}\b)(?: \d{{1,2}}\b)?)?"
_SEASON = r"(?: (?:Spring|Summer|Autumn|Fall|Winter|Suppl))?"
_DATED = re.compile(rf"(?:^|[ ,.(])(?P<date>{DATE})(?P<span>{_SPAN}{_SEASON})\)? ?;")
_COMMAS = re.compile(  # Journal, 22(1), 7-9
    r"(?P<journal>[^\d,][^\n]{0,200}?), (?P<volume>\d{1,4}) ?(?:\((?P<issue>[^()]{1,40})\))?"
    r"(?:, (?:pp?\. ?)?(?P<pages>[a-zA-Z]?\d[\w.]{0,12}(?:[-–]\w{1,12})?))"
)
_YEAR_LAST = re.compile(  # Journal. 22:7-9, 2010
    r"(?:(?P<journal>[^\d\n]{3,200}?),? )?(?P<volume>\d{1,4}) ?(?:\((?P<issue>[^()]{1,40})\))?"
    rf": ?(?P<pages>[a-zA-Z]?\d[\w–-]{{0,20}})[,;] ?\(?(?P<date>{YEAR})\)?"
)
_MONTHS = re.compile(rf"{MONTH}(?:[-–/]{MONTH})?|Spring|Summer|Autumn|Fall|Winter", re.IGNORECASE)
_COLON = re.compile(rf"(?P<date>{DATE}): ?(?P<pages>[\w.]{{1,12}}(?:[-–]\w{{1,12}})?)")
_UNDATED = re.compile(
    r"(?P<locator>\d{1,4} ?(?:\([^()]{1,40}\))?:[\w.–-]{1,25}|\d{1,4}\([^()]{1,40}\))"
)
_ARTICLE_NUMBER = re.compile(r"[A-Za-z]{1,3}\d{4,8}")  # CD001399, h1234
_LOCATOR = re.compile(
    r"(?:vol(?:ume|\.)? ?)?(?P<volume>[\w./–-]{0,15}(?: ?[A-Z]\b)?)"
    r"(?P<suppl>(?:,? ?(?:suppl(?:ement)?\.?|pt\.?|part|spec no\.?)(?: ?[\w-]{1,8})?){0,2})"
    r"(?:,? ?(?:\((?P<issue>[^()]{1,60})\)|no\.? ?(?P<no>\w{1,8}))){0,1}"
    r"(?: ?\((?P<more>[^()]{1,40})\))?"
    r"(?P<behind>,? ?suppl(?:ement)?\.? ?[\w-]{0,8})?"
    r"(?:[:,] ?(?:pp?\. ?)?(?P<pages>[^;]{1,80}))?",
    re.IGNORECASE,
)


class Imprint(NamedTuple):
    """Who published something and when; ``dated`` is the date as it is printed.

    ``goes_on`` says that it is a work that has been kept up since then (2012-).
    """

    publisher: str = ""
    published: str = ""
    dated: str = ""
    pages: str = ""
    goes_on: bool = False


class Issue(NamedTuple):
    """Where in a journal something stands; ``journal`` is what stands before in the sentence."""

    journal: str = ""
    published: str = ""
    dated: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""


def read_edition(sentence: str) -> str | None:
    """The edition of "7th ed" (7th), "Second edition" (2nd), or "Revised ed" (all of it)."""
    match = _EDITION.fullmatch(sentence) if len(sentence) < 60 else None
    if match is None:
        return None
    number = _NUMBERED.fullmatch(match["edition"])
    if number is None:
        return sentence if match["edition"][0].isupper() or match["edition"][0].isdigit() else None
    return _ORDINALS.get(number[1].casefold(), number[1])


def without_edition(title: str) -> tuple[str, str]:
    """*title* without an edition at its end, as in "Examples, 7th ed", and that edition."""
    match = _INLINE_EDITION.search(title, max(0, len(title) - 30))
    if match is None or match.start() == 0:
        return title, ""
    return title[: match.start()].rstrip(" ,;."), read_edition(match[1]) or ""


def read_volume(sentence: str) -> str | None:
    """The number of "Vol 2"."""
    match = _VOLUME.fullmatch(sentence) if len(sentence) < 40 else None
    return match[1] if match else None


def read_pages(sentence: str) -> str | None:
    """The pages of "p. 93-113"."""
    match = _PAGES.fullmatch(sentence) if len(sentence) < 80 else None
    return match[1] if match else None


def read_imprint(sentence: str, *, expected: bool = False) -> Imprint | None:
    """The parts of "Philadelphia, Pa.: Saunders; 2016:7-9", of which the place has no field.

    Where one is *expected*, as behind an edition, "Saunders, 2016" is one, too.
    """
    if len(sentence) > _LONGEST:
        return None
    head, pages = _without_pages(sentence)
    match = _IMPRINT.fullmatch(head)
    if match is None:
        return None
    publisher, placed = _without_place(match["publisher"].strip(" ,;:"))
    before = head[: match.start("date")].rstrip(" ©c(")
    divided = before.endswith(";") or (before.endswith(",") and placed) or expected
    if not publisher or not divided:
        return None
    if match["last"] or _YEARS.fullmatch(match["date"]):
        return Imprint(publisher, pages=pages, goes_on=True)
    date, dated = read_date(match["date"]), head[len(before) :]
    return Imprint(publisher, date, dated, pages, bool(match["open"])) if date else None


def read_place(sentence: str) -> str | None:
    """The publisher of "Bethesda, Md.: National Cancer Institute", an imprint without a year."""
    place, colon, publisher = sentence[:_LONGEST].partition(": ")
    if not colon or not publisher.strip():
        return None
    town = _PLACE.fullmatch(place) and not place.isupper()  # PTSD: National Center for PTSD
    placed = _TOWN.fullmatch(place) or (town and is_body(publisher))
    return publisher.strip() if placed else None


def without_town(body: str) -> str:
    """*body* without the town behind it, as in "Mayo Clinic, Rochester, Minn"."""
    name, _, town = body.partition(", ")
    return name if _TOWN.fullmatch(town) else body


def _without_pages(sentence: str) -> tuple[str, str]:
    """An imprint without the pages behind its year, and those."""
    if match := _COUNTED.search(sentence):
        return sentence[: match.start()], match[1]
    head, colon, pages = sentence.rpartition(":")
    if not colon or not re.search(rf"{YEAR}$", head):
        return sentence, ""
    pages = pages.strip(" .")
    bare = _BARE_PAGES.fullmatch(pages)
    return head, bare[1] if bare else pages


def _without_place(publisher: str) -> tuple[str, bool]:
    """A publisher without the place before it, and whether there was one."""
    place, colon, name = publisher.partition(":")
    if colon and name.strip() and _PLACE.fullmatch(place.strip(" []")):
        return name.strip(), True
    place, semicolon, name = publisher.partition("; ")
    if semicolon and _TOWN.fullmatch(place):  # a slip: Philadelphia, Pa; Saunders; 2007
        return name.strip(), True
    return publisher, False


def read_issue(sentence: str) -> Issue | None:
    """The parts of "2024;4(2):7-9", and of the same with the journal before it."""
    if len(sentence) > _LONGEST:
        return None
    if match := _COLON.fullmatch(sentence):
        date = read_date(match["date"])
        return Issue("", date, match["date"], pages=match["pages"]) if date else None
    if match := _UNDATED.fullmatch(sentence):
        return _located(match["locator"], "", "", "")
    if match := _COMMAS.fullmatch(sentence):
        return Issue(
            volume=match["volume"],
            issue=match["issue"] or "",
            pages=match["pages"],
            journal=match["journal"],
        )
    if match := _YEAR_LAST.fullmatch(sentence):
        found = {name: match[name] or "" for name in ("journal", "volume", "issue", "pages")}
        return Issue(published=match["date"], dated=match["date"], **found)
    match = _DATED.search(sentence)
    if match is None:
        return None
    journal = sentence[: match.start()].rstrip(" ,.(")
    date, dated = read_date(match["date"]) or "", match["date"]
    if match["span"].strip(" -–"):
        date = dated = date[:4]  # an issue of several months, or of a season: only the year is sure
    if _MONTHS.fullmatch(journal) or read_date(journal):
        journal = ""  # of a season again, or a date that is printed twice
    return _located(sentence[match.end() :].strip(" .;"), journal, date, dated)


def _located(locator: str, journal: str, date: str, dated: str) -> Issue | None:
    match = _LOCATOR.match(locator)
    if match is None or not any(map(str.isdigit, locator)):
        return None
    volume = match["volume"].strip(" .")
    if _ARTICLE_NUMBER.fullmatch(locator):
        return Issue(journal, date, dated, pages=locator)
    if volume and not re.search(r"\d|^[ivxlc]+$", volume, re.IGNORECASE):
        return None
    more = [match["issue"] or match["no"] or "", match["suppl"] or "", match["more"] or ""]
    issue = " ".join(part.strip(" ,.") for part in (*more, match["behind"] or "") if part.strip())
    return Issue(journal, date, dated, volume, issue, (match["pages"] or "").strip(" ."))


def read_series(sentence: str) -> tuple[str, str, str] | None:
    """Series, volume and number of "Examples of Medicine; vol 4"."""
    match = _SERIES.fullmatch(sentence) if len(sentence) < _LONGEST else None
    if match is None or not (match["volume"] or match["issue"]):
        return None
    return match["series"], match["volume"] or "", match["issue"] or ""
