"""AMA references: as the manual prints them, and as citeproc-py does where that is the same.

The oracle is citeproc-py with the style ``american-medical-association`` of the CSL project,
which is that of the manual's 11th edition. Where the two differ, the case stands in
``DIFFERENT`` with the text that is right, and why.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from citewell.ama import Span, format_reference, plain
from citewell.model import AnyReference, Reference

ROOT = Path(__file__).parent.parent
Fields = Mapping[str, Any]
Oracle = Callable[[Reference], str]

_ADAPTER: TypeAdapter[Reference] = TypeAdapter(AnyReference)


def reference(fields: Fields) -> Reference:
    """A valid reference; all scalars are texts, as in an article."""
    return _ADAPTER.validate_python({"number": "1", **fields})


def text(fields: Fields) -> str:
    return plain(format_reference(reference(fields)))


# The oracle.


def csl_item(entry: Reference) -> dict[str, Any]:
    """*entry* in CSL-JSON.

    CSL cannot say that there are more names than those given. A name "et al" at their end
    says so, and is one more to the oracle when it counts whether all are to be named.
    """
    authors = [csl_name(name) for name in entry.authors]
    authors += [{"literal": entry.organization}] if entry.organization else []
    editors = [csl_name(name) for name in entry.editors]
    if entry.et_al:
        (authors or editors).append({"literal": "et al"})
    item = {
        "id": "entry",
        "type": entry.type,
        "author": authors,
        "editor": editors,
        "title": entry.title,
        "container-title": entry.container,
        "edition": entry.edition,
        "publisher": entry.publisher,
        "volume": entry.volume,
        "issue": entry.issue,
        "page": entry.pages,
        "issued": csl_date(str(entry.published or "")),
        "DOI": entry.doi,
        "URL": entry.url,
        "accessed": csl_date(str(entry.accessed or "")),
    }
    return {key: value for key, value in item.items() if value}


def csl_name(name: str) -> dict[str, str]:
    """ "Roe JD Jr" in its parts, initials apart; a name without initials is all family."""
    match = re.fullmatch(r"(?P<family>.+?) (?P<given>[A-Z]{1,3})(?: (?P<suffix>Jr|Sr|III))?", name)
    if match is None:
        return {"family": name}
    parts = {key: value for key, value in match.groupdict().items() if value}
    return parts | {"given": " ".join(parts["given"])}


def csl_date(text: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in text.split("-")]]} if text else {}


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """Formats a reference with citeproc-py, without the number before it."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
    from citeproc.formatter import plain as plain_text
    from citeproc.source.json import CiteProcJSON

    style = CitationStylesStyle("american-medical-association", validate=False)
    assert style.xml.findtext("{*}info/{*}title") == "AMA Manual of Style 11th edition"

    def render(entry: Reference) -> str:
        source = CiteProcJSON([csl_item(entry)])
        bibliography = CitationStylesBibliography(style, source, plain_text)
        bibliography.register(Citation([CitationItem("entry")]))
        (line,) = bibliography.bibliography()
        return str(line).removeprefix("1.")

    return render


# What both agree on.

ROE, SIX = ["Roe J"], ["Roe J", "Poe ED", "Doe AB", "Loe K", "Noe M", "Moe L"]
SEVEN = [*SIX, "Zoe P"]
WEB = {"url": "https://example.org/dystonia", "accessed": "2022-04-22"}
DOI = {"doi": "10.5555/example.1"}
ARTICLE = {
    "type": "article-journal",
    "authors": ROE,
    "title": "A review of dystonia",
    "container": "J Examples",
    "published": "2024",
    "volume": "4",
}
CHAPTER = {
    "type": "chapter",
    "authors": ROE,
    "title": "Cervical dystonia",
    "container": "Disorders of Movement",
    "editors": ["Poe ED"],
    "publisher": "Example Press",
    "published": "2021",
}
BOOK = {
    "type": "book",
    "authors": ROE,
    "title": "Disorders of Movement",
    "publisher": "Example Press",
    "published": "2021",
}
PAGE = {
    "type": "webpage",
    "organization": "Example Institute",
    "title": "Dystonia fact sheet",
    **WEB,
}
ENTRY = {
    "type": "entry-encyclopedia",
    "authors": ROE,
    "title": "Treatment of dystonia",
    "container": "Encyclopedia of Examples",
    **WEB,
}
REPORT = {**BOOK, "type": "report", "authors": [], "organization": "World Health Organization"}
DATASET = {
    "type": "dataset",
    "authors": ROE,
    "title": "Dystonia registry",
    "publisher": "Example Institute",
    "published": "2022-01-28",
}
SPOKEN = {"type": "personal_communication", "authors": ["Bower JH"], "published": "2022-05-25"}


def without(fields: Fields, *names: str) -> Fields:
    return {name: value for name, value in fields.items() if name not in names}


AGREED: dict[str, Fields] = {
    "article: volume": ARTICLE,
    "article: issue": ARTICLE | {"issue": "2"},
    "article: pages": ARTICLE | {"pages": "7-9"},
    "article: all": ARTICLE | {"issue": "2", "pages": "7-9"} | DOI,
    "article: en dash": ARTICLE | {"pages": "1121–1128"},
    "article: e-locator": ARTICLE | {"pages": "e2318"},
    "article: supplement": ARTICLE | {"issue": "suppl 4", "pages": "S48-S58"},
    "article: issue only": without(ARTICLE, "volume") | {"issue": "141", "pages": "1-16"},
    "article: no date": without(ARTICLE, "published") | {"issue": "2", "pages": "7-9"},
    "article: pages only": without(ARTICLE, "published", "volume") | {"pages": "7-9"},
    "article: title only": without(ARTICLE, "published", "volume", "container"),
    "article: no journal": without(ARTICLE, "container"),
    "article: whole date": ARTICLE | {"published": "2024-04-22"},
    "article: month": ARTICLE | {"published": "2024-04"},
    "article: ahead of print": without(ARTICLE, "volume") | {"published": "2024-04-02"} | DOI,
    "article: DOI before URL": ARTICLE | DOI | WEB,
    "article: URL": ARTICLE | WEB,
    "article: URL, not read": ARTICLE | {"url": WEB["url"]},
    "article: read, no URL": ARTICLE | {"accessed": "2022-04-22"},
    "article: two authors": ARTICLE | {"authors": SIX[:2]},
    "article: six authors": ARTICLE | {"authors": SIX},
    "article: seven authors": ARTICLE | {"authors": SEVEN},
    "article: one of many": ARTICLE | {"et_al": "true"},
    "article: three of many": ARTICLE | {"authors": SIX[:3], "et_al": "true"},
    "article: six of many": ARTICLE | {"authors": SIX, "et_al": "true"},
    "article: seven of many": ARTICLE | {"authors": SEVEN, "et_al": "true"},
    "article: Jr": ARTICLE | {"authors": ["Adkinson NF Jr", "van der Roe J"]},
    "article: other letters": ARTICLE | {"authors": ["Müller Ö"], "title": "Über Dystonie"},
    "article: body": without(ARTICLE, "authors") | {"organization": "Example Study Group"},
    "article: stop": ARTICLE | {"title": "A review of dystonia."},
    "chapter": CHAPTER,
    "chapter: pages": CHAPTER | {"pages": "7-9"},
    "chapter: all": CHAPTER | {"volume": "2", "edition": "7th", "pages": "7-9"} | WEB,
    "chapter: two editors": CHAPTER | {"editors": SIX[1:3]},
    "chapter: no editors": without(CHAPTER, "editors") | {"edition": "8"},
    "chapter: no publisher": without(CHAPTER, "publisher") | {"pages": "7-9"},
    "chapter: no date": without(CHAPTER, "published"),
    "chapter: no imprint": without(CHAPTER, "publisher", "published"),
    "chapter: many authors": CHAPTER | {"et_al": "true"},
    "chapter: no book": without(CHAPTER, "container"),
    "chapter: DOI": CHAPTER | DOI | WEB,
    "book": BOOK,
    "book: month": BOOK | {"published": "2021-06"},
    "book: 2nd": BOOK | {"edition": "2"},
    "book: 3rd": BOOK | {"edition": "3rd"},
    "book: 11th": BOOK | {"edition": "11"},
    "book: 22nd": BOOK | {"edition": "22nd"},
    "book: revised": BOOK | {"edition": "Revised ed"},
    "book: volume": BOOK | {"volume": "2", "edition": "7th", "pages": "7-9"},
    "book: no publisher": without(BOOK, "publisher"),
    "book: no date": without(BOOK, "published"),
    "book: title only": without(BOOK, "publisher", "published"),
    "book: URL": BOOK | WEB,
    "book: DOI": BOOK | DOI,
    "web page": PAGE,
    "web page: site": PAGE | {"container": "Example Site"},
    "web page: day": PAGE | {"published": "2021-03-04"},
    "web page: month": PAGE | {"container": "Example Site", "published": "2021-03"},
    "web page: year": PAGE | {"published": "2021"},
    "web page: author": without(PAGE, "organization") | {"authors": ROE},
    "web page: not read": without(PAGE, "accessed"),
    "web page: DOI": PAGE | DOI,
    "web page: title only": without(PAGE, "url", "accessed"),
    "entry": ENTRY,
    "entry: imprint": ENTRY | {"publisher": "Example Press", "published": "2022"},
    "entry: editor": ENTRY | {"editors": ["Poe ED"], "edition": "2nd"},
    "entry: body": without(ENTRY, "authors") | {"organization": "Example Institute"},
    "report": REPORT,
    "report: web": REPORT | WEB,
    "report: pages": REPORT | {"published": "2021-06-01", "pages": "12-14"},
    "report: author": REPORT | {"organization": None, "authors": SIX[:3]},
    "dataset: title only": without(DATASET, "publisher", "published"),
    "dataset: DOI": without(DATASET, "publisher", "published") | {"container": "Dryad"} | DOI,
}

# Where they differ: why, and what is right.

ONLINE = (
    "The style takes every article without volume and issue for one ahead of print. The manual"
    " gives the date of the issue; and it may be the entry that lacks a volume."
)
TWICE = "citeproc-py prints what it puts in an author's place there, and again where it belongs."
ET_AL = (
    'The manual (3.12.2) has no stop behind "et al"; that of the CSL locale stays in the middle.'
)
LEADING = "The style puts a chapter's editors in an author's place; the manual (3.12.4) does not."
PUBLISHER = 'The style has "In:" even where no book is named; what follows is no book.'
MARK = "citeproc-py puts a full stop behind a question or exclamation mark."
GROUP = "The manual (3.7) has a semicolon between persons and the body."
FIRST = "The manual (3.12.1) does not mention a first edition."
YEAR_EDITION = "citeproc-py makes an ordinal of a year."
WORDED = 'The manual (3.12.1) writes "ed"; citeproc-py prints the field as it is.'
BOOK_EDITOR = "The manual (3.12.5) has no brackets around the editor of an author's book."
SERIES = "The style leaves out the series, which the manual puts after the imprint."
ARTICLE_EDITOR = "The manual names no editors of a journal."
SITE = "The publisher stands where the site has no name (3.15.3); the style leaves it out."
DATA = "To the style a data set is an article; the manual wants its owner and date (3.15)."
SPEECH = "The manual wants these in the text (3.13.10); to the style they are articles."
DOI_FORM = "The style prints a DOI as it is given; the manual (3.15) without its resolver."
NO_DOI = "What is no DOI leads nowhere; the address does."
VOLUME_WORD = 'The style prints "Vol. 2" as it is given; the manual (3.12.6) without the stop.'

DIFFERENT: dict[str, tuple[Fields, str, str]] = {
    "article: no author": (
        without(ARTICLE, "authors"),
        "A review of dystonia. J Examples. 2024;4.",
        TWICE,
    ),
    "article: only a year": (
        without(ARTICLE, "volume") | DOI,
        "Roe J. A review of dystonia. J Examples. 2024. doi:10.5555/example.1",
        ONLINE,
    ),
    "article: only a month": (
        without(ARTICLE, "volume") | {"published": "2002-04", "pages": "518"},
        "Roe J. A review of dystonia. J Examples. April 2002:518.",
        ONLINE,
    ),
    "article: a day and pages": (
        without(ARTICLE, "volume") | {"published": "2002-04-09", "pages": "518"},
        "Roe J. A review of dystonia. J Examples. April 9, 2002:518.",
        ONLINE,
    ),
    "article: question": (
        ARTICLE | {"title": "What is dystonia?"},
        "Roe J. What is dystonia? J Examples. 2024;4.",
        MARK,
    ),
    "article: exclamation": (
        ARTICLE | {"title": "Mind the neck!", "container": "What Now?"},
        "Roe J. Mind the neck! What Now? 2024;4.",
        MARK,
    ),
    "article: persons and body": (
        ARTICLE | {"organization": "Example Study Group"},
        "Roe J; Example Study Group. A review of dystonia. J Examples. 2024;4.",
        GROUP,
    ),
    "article: editor": (
        ARTICLE | {"editors": ["Poe ED"]},
        "Roe J. A review of dystonia. J Examples. 2024;4.",
        ARTICLE_EDITOR,
    ),
    "article: address of a DOI": (
        ARTICLE | {"doi": "https://doi.org/10.5555/example.1."},
        "Roe J. A review of dystonia. J Examples. 2024;4. doi:10.5555/example.1",
        DOI_FORM,
    ),
    "article: no DOI": (
        ARTICLE | WEB | {"doi": "see publisher"},
        "Roe J. A review of dystonia. J Examples. 2024;4. Accessed April 22, 2022."
        " https://example.org/dystonia",
        NO_DOI,
    ),
    "chapter: editor and no author": (
        without(CHAPTER, "authors"),
        "Cervical dystonia. In: Poe ED, ed. Disorders of Movement. Example Press; 2021.",
        LEADING,
    ),
    "chapter: many editors and no author": (
        without(CHAPTER, "authors") | {"et_al": "true"},
        "Cervical dystonia. In: Poe ED, et al, eds. Disorders of Movement. Example Press; 2021.",
        LEADING,
    ),
    "chapter: seven editors": (
        CHAPTER | {"editors": SEVEN},
        "Roe J. Cervical dystonia. In: Roe J, Poe ED, Doe AB, et al, eds. Disorders of Movement."
        " Example Press; 2021.",
        ET_AL,
    ),
    "chapter: nobody": (
        without(CHAPTER, "authors", "editors"),
        "Cervical dystonia. In: Disorders of Movement. Example Press; 2021.",
        TWICE,
    ),
    "chapter: neither book nor editor": (
        without(CHAPTER, "container", "editors"),
        "Roe J. Cervical dystonia. Example Press; 2021.",
        PUBLISHER,
    ),
    "chapter: book with question": (
        CHAPTER | {"container": "Who Moves?", "pages": "7-9"},
        "Roe J. Cervical dystonia. In: Poe ED, ed. Who Moves? Example Press; 2021:7-9.",
        MARK,
    ),
    "book: editors": (
        BOOK | {"authors": [], "editors": SIX[:2]},
        "Roe J, Poe ED, eds. Disorders of Movement. Example Press; 2021.",
        TWICE,
    ),
    "book: author and editor": (
        BOOK | {"editors": ["Poe ED"], "edition": "2"},
        "Roe J. Disorders of Movement. 2nd ed. Poe ED, ed. Example Press; 2021.",
        BOOK_EDITOR,
    ),
    "book: first edition": (
        BOOK | {"edition": "1st"},
        "Roe J. Disorders of Movement. Example Press; 2021.",
        FIRST,
    ),
    "book: edition in words": (
        BOOK | {"edition": "International edition"},
        "Roe J. Disorders of Movement. International ed. Example Press; 2021.",
        WORDED,
    ),
    "book: ordinal and word": (
        BOOK | {"edition": "7th edition"},
        "Roe J. Disorders of Movement. 7th ed. Example Press; 2021.",
        WORDED,
    ),
    "book: edition of a year": (
        BOOK | {"edition": "2022"},
        "Roe J. Disorders of Movement. 2022 ed. Example Press; 2021.",
        YEAR_EDITION,
    ),
    "book: volume with its word": (
        BOOK | {"volume": "Vol. 2"},
        "Roe J. Disorders of Movement. Vol 2. Example Press; 2021.",
        VOLUME_WORD,
    ),
    "book: series": (
        BOOK | {"container": "Movements in Medicine", "volume": "260"},
        "Roe J. Disorders of Movement. Example Press; 2021. Movements in Medicine; vol 260.",
        SERIES,
    ),
    "report: series": (
        REPORT | {"container": "Data Brief", "issue": "360"},
        "World Health Organization. Disorders of Movement. Example Press; 2021. Data Brief;"
        " no 360.",
        SERIES,
    ),
    "web page: nobody": (
        without(PAGE, "organization"),
        "Dystonia fact sheet. Accessed April 22, 2022. https://example.org/dystonia",
        TWICE,
    ),
    "web page: publisher": (
        PAGE | {"publisher": "Example Trust"},
        "Example Institute. Dystonia fact sheet. Example Trust. Accessed April 22, 2022."
        " https://example.org/dystonia",
        SITE,
    ),
    "entry: publisher": (
        without(ENTRY, "container") | {"publisher": "UpToDate", "published": "2022-02"},
        "Roe J. Treatment of dystonia. UpToDate; 2022. Accessed April 22, 2022."
        " https://example.org/dystonia",
        PUBLISHER,
    ),
    "dataset": (
        DATASET,
        "Roe J. Dystonia registry. Example Institute; January 28, 2022.",
        DATA,
    ),
    "dataset: repository": (
        DATASET | {"container": "Dryad", "publisher": None} | DOI,
        "Roe J. Dystonia registry. Dryad. January 28, 2022. doi:10.5555/example.1",
        DATA,
    ),
    "communication": (
        SPOKEN,
        "Bower JH. Personal communication. May 25, 2022.",
        SPEECH,
    ),
    "communication: all": (
        SPOKEN | {"title": "Dose of botulinum toxin", "organization": "Mayo Clinic"},
        "Bower JH. Dose of botulinum toxin. Personal communication. Mayo Clinic. May 25, 2022.",
        SPEECH,
    ),
    "communication: person only": (
        without(SPOKEN, "published") | {"et_al": "true"},
        "Bower JH, et al. Personal communication.",
        SPEECH,
    ),
}

# The article that the repository brings along.

ONE = "Etiology, clinical features, and diagnostic evaluation of dystonia"
READ = "Accessed April 22, 2022. https://www.clinicalkey.com"
NCCIH = "National Center for Complementary and Integrative Health"
DYSTONIA: dict[int, tuple[str, str | None]] = {
    1: (
        f"Deik A, et al. {ONE}. UpToDate. Accessed April 22, 2022."
        " https://www.uptodate.com/contents/search",
        PUBLISHER,
    ),
    2: (
        "Neurologic disorders of the larynx. In: Flint PW, ed. Cummings Otolaryngology: Head and"
        f" Neck Surgery. 7th ed. Elsevier; 2021. {READ}",
        LEADING,
    ),
    3: (
        "Batla A. Dystonia: A review. Neurology India. 2018. doi:10.4103/0028-3886.226439",
        ONLINE,
    ),
    4: (
        "Deik A, et al. Treatment of dystonia in children and adults. UpToDate. Accessed April 22,"
        " 2022. https://www.uptodate.com/contents/home",
        PUBLISHER,
    ),
    5: (
        "Cervical dystonia. In: Frontera WR, et al, eds. Essentials of Physical Medicine and"
        " Rehabilitation: Musculoskeletal Disorders, Pain, and Rehabilitation. 4th ed. Elsevier;"
        f" 2019. {READ}",
        LEADING,
    ),
    6: (
        "Parkinson disease and other movement disorders. In: Jankovic J, et al, eds. Bradley and"
        f" Daroff's Neurology in Clinical Practice. 8th ed. Elsevier; 2022. {READ}",
        LEADING,
    ),
    7: (
        "Hongying M, et al. Blepharospasm, oromandibular dystonia, and Meige syndrome: Clinical"
        " and genetic update. Frontiers in Neurology. 2021. doi:10.3389/fneur.2021.630221",
        ONLINE,
    ),
    8: ("Cervical dystonia. In: AskMayoExpert. Mayo Clinic; 2022.", TWICE),
    9: (f"Ferri FF. Dystonia. In: Ferri's Clinical Advisor 2022. Elsevier; 2022. {READ}", None),
    10: (
        "Balint B, et al. Dystonia. Nature Reviews Disease Primers. 2018."
        " doi:10.1038/s41572-018-0023-6",
        ONLINE,
    ),
    11: (
        "National Institute of Neurological Disorders and Stroke. Dystonias fact sheet. Accessed"
        " April 22, 2022. https://www.ninds.nih.gov/Disorders/Patient-Caregiver-Education/"
        "Fact-Sheets/Dystonias-Fact-Sheet"
        "?TRILIBIS_EMULATOR_UA=nsclpfpr%2cnsclpfpr%2cnsclpfpr%2cnsclpfpr",
        None,
    ),
    12: (
        "Dietz N, et al. Neuromodulation: Deep brain stimulation for treatment of dystonia."
        " Neurosurgery Clinics of North America. 2019. doi:10.1016/j.nec.2018.12.001",
        ONLINE,
    ),
    13: (f"{NCCIH}. Yoga. Accessed April 22, 2022. https://nccih.nih.gov/health/yoga", None),
    14: (
        f"{NCCIH}. Meditation. Accessed April 27, 2022."
        " https://www.nccih.nih.gov/health/meditation-in-depth",
        None,
    ),
    15: (
        "Braswell-Pickering EA. Allscripts EPSi. Mayo Clinic; January 28, 2022.",
        DATA,
    ),
    16: ("Bower JH. Personal communication. Mayo Clinic. May 25, 2022.", SPEECH),
}


@pytest.fixture(scope="session")
def dystonia() -> dict[int, Reference]:
    data = yaml.load((ROOT / "content/dystonia.yaml").read_text("utf-8"), yaml.BaseLoader)
    entries = map(_ADAPTER.validate_python, data["references"])
    return {entry.number: entry for entry in entries}


@pytest.mark.parametrize("fields", AGREED.values(), ids=AGREED)
def test_as_the_oracle(fields: Fields, oracle: Oracle) -> None:
    assert text(fields) == oracle(reference(fields))


@pytest.mark.parametrize(("fields", "right", "reason"), DIFFERENT.values(), ids=DIFFERENT)
def test_as_the_manual(fields: Fields, right: str, reason: str, oracle: Oracle) -> None:
    assert text(fields) == right
    assert oracle(reference(fields)) != right, f"no more is it true that: {reason}"


@pytest.mark.parametrize("number", DYSTONIA)
def test_dystonia(number: int, dystonia: dict[int, Reference], oracle: Oracle) -> None:
    entry = dystonia[number]
    right, reason = DYSTONIA[number]
    assert plain(format_reference(entry)) == right
    assert (oracle(entry) == right) == (reason is None)


def test_all_of_dystonia(dystonia: dict[int, Reference]) -> None:
    assert set(DYSTONIA) == set(dystonia)


@pytest.mark.parametrize(
    ("fields", "italic"),
    [
        (ARTICLE, ["J Examples"]),
        (CHAPTER, ["Disorders of Movement"]),
        (BOOK | {"container": "Movements in Medicine"}, ["Disorders of Movement"]),
        (REPORT, ["Disorders of Movement"]),
        (ENTRY, ["Encyclopedia of Examples"]),
        (PAGE | {"container": "Example Site"}, []),
        (DATASET, []),
        (SPOKEN, []),
    ],
)
def test_what_is_italic(fields: Fields, italic: list[str]) -> None:
    assert [span.text for span in format_reference(reference(fields)) if span.italic] == italic


def test_spans() -> None:
    assert format_reference(reference(ARTICLE | DOI)) == (
        Span("Roe J. A review of dystonia. "),
        Span("J Examples", italic=True),
        Span(". 2024;4. "),
        Span("doi:10.5555/example.1", href="https://doi.org/10.5555/example.1"),
    )


SICI = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"


@pytest.mark.parametrize(
    ("fields", "href"),
    [
        (
            {"doi": SICI},
            "https://doi.org/10.1002/(SICI)1097-0258(19980815/30)17:15/16"
            "%3C1661::AID-SIM968%3E3.0.CO;2-2",
        ),
        ({"doi": "10.5555/a#b?c%d+é"}, "https://doi.org/10.5555/a%23b%3Fc%25d%2B%C3%A9"),
        ({"doi": "doi: 10.5555/A"}, "https://doi.org/10.5555/A"),
        ({"url": "http://example.org/a?b=c%2cd#e"}, "http://example.org/a?b=c%2cd#e"),
        ({"url": "HTTPS://Example.org/é"}, "https://Example.org/é"),
        ({"url": 'https://example.org/"><b>'}, "https://example.org/%22%3E%3Cb%3E"),
        ({"url": "https://[2001:db8::1]/a"}, "https://[2001:db8::1]/a"),
    ],
)
def test_links(fields: Fields, href: str) -> None:
    assert format_reference(reference(BOOK | fields))[-1].href == href


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)"),
        *("data:text/html,x", "file:///etc/passwd", "ftp://example.org/", "//example.org/a"),
        *("https:alert(1)", "https://", "https://example.org/a b", "example.org"),
    ],
)
def test_what_is_no_link(url: str) -> None:
    *_, last = format_reference(reference(BOOK | {"url": url}))
    assert last.text.endswith(" ".join(url.split()))
    assert not last.href


def test_months() -> None:
    months = [text(PAGE | {"published": f"2024-{number:02}"}) for number in range(1, 13)]
    names = "January February March April May June July August September October November December"
    assert [line.split(". ")[2] for line in months] == [f"{name} 2024" for name in names.split()]


@pytest.mark.parametrize(
    ("fields", "right"),
    [
        ({"title": " Neck\r\n  pain,\tand\x1b[31m more\x00 \x85. "}, "Neck pain, and[31m more"),
        ({"title": "\u202eNeck pain\u202c"}, "\u202eNeck pain\u202c"),
        ({"title": 'The "alien hand."'}, 'The "alien hand."'),
        ({"title": 'Is it "alien?"'}, 'Is it "alien?"'),
        ({"title": 'The "alien hand"'}, 'The "alien hand"'),
        ({"title": "A cure (at last?)"}, "A cure (at last?)"),
        ({"title": "To be continued…"}, "To be continued…"),
        ({"title": "Pain in the U.S."}, "Pain in the U.S"),
        ({"title": "Pain;:."}, "Pain"),
        ({"title": ".NET for neurologists"}, ".NET for neurologists"),
    ],
)
def test_fields_on_one_line(fields: Fields, right: str) -> None:
    stop = "" if re.search(r'[.?]"$|…$', right) else "."
    assert text(without(BOOK, "publisher", "published") | fields) == f"Roe J. {right}{stop}"


@pytest.mark.parametrize(
    ("fields", "right"),
    [
        ({"authors": ["Roe J.", "Poe E,"]}, "Roe J, Poe E. Disorders of Movement."),
        ({"authors": [], "organization": "Elsevier Inc."}, "Elsevier Inc. Disorders of Movement."),
        ({"authors": ["."], "et_al": "true"}, "Disorders of Movement."),
        ({"authors": [], "organization": "Roe Inc", "et_al": "true"}, "Roe Inc, et al. Disorders"),
        ({"authors": [], "editors": SEVEN}, "Roe J, Poe ED, Doe AB, et al, eds. Disorders"),
        ({"publisher": "Elsevier Inc."}, "Roe J. Disorders of Movement. Elsevier Inc; 2021."),
        ({"edition": "2nd ed."}, "Roe J. Disorders of Movement. 2nd ed. Example Press; 2021."),
        ({"edition": "112"}, "Roe J. Disorders of Movement. 112th ed. Example Press; 2021."),
        ({"volume": "Volume 3"}, "Roe J. Disorders of Movement. Vol 3. Example Press; 2021."),
        ({"volume": "Volga"}, "Roe J. Disorders of Movement. Vol Volga. Example Press; 2021."),
        ({"doi": " "}, "Roe J. Disorders of Movement. Example Press; 2021."),
        (
            {"doi": "on request"},
            "Roe J. Disorders of Movement. Example Press; 2021. doi:on request",
        ),
    ],
)
def test_parts_in_other_forms(fields: Fields, right: str) -> None:
    assert text(BOOK | fields).startswith(right)


# Any reference.

TYPES = [
    *("article-journal", "chapter", "book", "webpage", "entry-encyclopedia", "report"),
    *("dataset", "personal_communication"),
]
DATES = st.dates(date(1000, 1, 1)).map(str)
PARTIAL_DATES = st.builds(lambda day, length: day[:length], DATES, st.sampled_from([4, 7, 10]))
WORDS = st.sampled_from(
    ["Roe", "dystonia", "of", "2", "Müller", "ألم", "(new)", "7-9", "vol", "ed"]
)
ENDS = st.sampled_from(["", ".", ",", ";", ":", "?", "!", " .", "...", "\n"])
TIDY = st.builds(lambda words, end: " ".join(words) + end, st.lists(WORDS, min_size=1), ENDS)
HOSTILE = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("\x00\x07\x1b\x1f\x7f\x85\x9b\r\n\t\u2028\u2029\u202e\u2066 .,;:()?")
)
WILD = st.builds("{}{}{}".format, HOSTILE, st.sampled_from("aZ9.?é"), HOSTILE)
URLS = st.sampled_from(["javascript:alert(1)", "HTTPS://example.org/<a>", "http:///x", "//a.org"])


def references(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Reference]:
    """Valid references of every type, with any fields, of *texts*."""
    names = st.lists(texts, min_size=1, max_size=8)
    address = URLS | texts | texts.map("https://example.org/".__add__)
    identifier = st.sampled_from(["10.5555/a", "doi:10.5555/A<b>"]) | texts.map("10.5555/".__add__)
    plain_fields = ("organization", "container", "edition", "publisher", "volume", "issue", "pages")
    needed = {"type": st.sampled_from(TYPES), "title": texts}
    optional = dict.fromkeys(plain_fields, texts) | {
        "authors": names,
        "editors": names,
        "et_al": st.sampled_from(["true", "false"]),
        "published": PARTIAL_DATES,
        "doi": identifier | texts,
        "url": address,
        "accessed": DATES,
    }
    named = st.fixed_dictionaries(
        {**needed, "authors": names}, optional=without(optional, "authors")
    )
    works = st.fixed_dictionaries(
        {**needed, "type": st.sampled_from(TYPES[:-1])}, optional=optional
    )
    return (named | works).map(reference)


@given(references(WILD))
def test_any_reference(entry: Reference) -> None:
    spans = format_reference(entry)
    line = plain(spans)
    assert line == "".join(span.text for span in spans)
    assert not [letter for letter in line if category(letter) in ("Cc", "Zl", "Zp")]
    assert line == line.strip(" ")
    assert all(span.text for span in spans)
    assert all(span.href.startswith(("http://", "https://")) for span in spans if span.href)
    assert not any(re.search(r'[\s"<>]', span.href) for span in spans)
    assert all(one[1:] != other[1:] for one, other in pairwise(spans))


@given(references(TIDY))
def test_punctuation_of_any_reference(entry: Reference) -> None:
    line = plain(format_reference(entry.model_copy(update={"doi": None, "url": None})))
    assert not re.search(r"[.,;:]\s*[.,;:]|[?!]\.|\(\)|\s\s|\s[.,;:]|^[.,;:]", line)
    assert re.search(r"[.?!]$", line)
    located = plain(format_reference(entry))
    assert located.startswith(line)
    assert located == line or located[len(line)] == " "
