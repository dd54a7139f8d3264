"""References read from print: the inverse of :mod:`citewell.ama.printing`.

It reads what lists of references really have: AMA style, Vancouver and NLM style, and what
publishers of health pages make of them, such as editors in the place of authors, chapters
without "In:", and topics of reference works with only an address. The rules are few: what leads
to the work is told by its form, wherever it stands (:mod:`citewell.ama.leads`); names are told by
their initials; the sentence with year and volume, or with publisher and year, says what kind of
work it is; what stands between the names and that sentence are title and container.

Nothing is guessed and nothing is lost. A field has what the entry says, and what no field takes,
such as the place of a publisher, is handed back beside the fields.
"""

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from citewell.ama import imprint
from citewell.ama.bodies import (
    is_body,
    is_journal,
    is_reference_work,
    is_repository,
    is_site,
    may_be_name,
)
from citewell.ama.leads import Draft, take_leads
from citewell.ama.names import Names, leading_names, read_names
from citewell.ama.printed_dates import read_date
from citewell.ama.remainder import remainder
from citewell.ama.sentences import sentences

NO_TITLE = "no title was found"
"""Stands in the rest where a whole entry, or nothing, was made its title."""

_LONGEST = 8000  # characters; what is longer is no reference
_UNTITLED = "[No title]"

# Hosts that only subscribers get more of than a page to log in at.
_SUBSCRIPTION = (
    *("accessmedicine.com", "clinicalkey.com", "dynamed.com", "dynamedex.com"),
    *("factsandcomparisons.com", "lexi.com", "mdconsult.com", "mhmedical.com"),
    *("micromedexsolutions.com", "naturaldatabase.com", "psychiatryonline.org"),
    *("therapeuticresearch.com", "uptodate.com"),
)
# What only those inside a hospital can see, by its own name or by what it is called.
_INTERNAL = re.compile(
    r"(?i)\(expert opinion\)|\b(?:askmayoexpert|allscripts epsi|intranet|in-house (?:data|document|report|analysis)"
    r"|internal (?:data|document|report|communication|memo(?:randum)?)|unpublished data)\b"
)
_SYSTEM = re.compile(r"(?i)allscripts epsi")
_SPOKEN = re.compile(
    r"(?i)[(\[]?\b(?P<word>expert opinion|(?:personal|oral|written|e-?mail|verbal) communications?"
    r"|personal interview|interview)\b(?:[)\]]|(?=[.,;]|$))"
)
_KINDS = (
    (
        re.compile(r"(?i)\[(?:computer (?:program|software)|software|mobile app(?:lication)?)\]"),
        "dataset",
    ),
    (re.compile(r"(?i)\[(?:data ?set|database(?: on the internet)?|data file)\]"), "dataset"),
    (
        re.compile(
            r"(?i)(?:\[|(?<=[.,] ))(?:(?:unpublished )?(?:doctoral|master[’']?s|ph\.?d\.?|md"
            r"|bachelor[’']?s) )?(?:dissertation|thesis)\b\]?(?=\.| ?\(|,|$|\n| [\[{])"
        ),
        "report",
    ),
)
_LABELS = re.compile(
    r"(?i)(?:news|press|media) release|(?:package|product) insert|(?:full )?prescribing information"
    r"|(?:(?:unpublished )?(?:doctoral|master[’']?s|ph\.?d\.?|md|bachelor[’']?s) )?(?:dissertation|thesis)"
    r"|fact sheet|white paper|in press.{0,6}|preprint|poster|abstract|ecollection .{1,12}"
    r"|(?:epub|online) ahead of print|epub .{1,40}|pmcid:? ?pmc\d+|reaffirmed .{1,20}"
    r"|publication (?:no|number)\.? .{1,30}|\d{1,5} p|no abstract available|review"
    r"|(?:last )?(?:accessed|reviewed|updated|retrieved|viewed|cited)\b.{0,40}"
    r"|(?:erratum|correction|retracted|comment) (?:in|on|appears|published).{0,200}"
    r"|isbn.{1,30}|record no.{1,20}|spanish|in (?:french|german|spanish|chinese|japanese)"
)
_VERSION = re.compile(r"(?i)(?:version|release) ?[\w.-]{1,20}")
_REPORT = re.compile(
    r"(?i)\b(?:guidelines?|report|recommendations?|technical (?:brief|paper)|white paper"
    r"|evidence synthesis|policy (?:brief|statement)|position statement|standards?)\b"
)
_IN = re.compile(r"In(?:: ?| (?=[^.]{3,300}\b[Ee]d(?:s|itors?)?\b))")
_WITH_EDITORS = re.compile(r"(?P<names>[^\n]{3,600}?,? \(?(?:[Ee]ds?|[Ee]ditors?)\b\.?\)?)[.,:]? +")
_AHEAD = re.compile(r"(?i)in press|(?:epub|online) ahead of print")
_INSERT = re.compile(r"(?i)\b(?:(?:package|product) insert|prescribing information)\b")
_RELEASE = re.compile(r"(?i)(?:news|press|media) release")
_WEBSITE = re.compile(r"(?i),? (?:web ?site|home ?page|identifier:? .+)$")
_SHORTENED = re.compile(
    r"[A-Z][a-z]{0,9}(?: [A-Z][a-z]{0,9})?"
)  # a word of a journal's name, before its stop


class Parsed(NamedTuple):
    """A reference as it was understood; ``rest`` is what of the entry is in no field."""

    fields: dict[str, Any]
    rest: tuple[str, ...]


def parse_reference(text: str) -> Parsed:
    """The fields of an entry of a list of references, without its number in the list.

    ``fields`` has the keys of an article's reference but for ``number``, and is always valid as
    one. ``access`` is there only where the entry says so, by a source that is known to be
    ``internal`` or by a host that is known to ask for a subscription; ``publisher`` of a topic
    at uptodate.com is UpToDate. ``published`` is the date of the version that was cited, where
    the entry has only that ("Updated March 2020").
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST or not any(map(str.isalnum, text)):
        title = text if re.search(r"[^\s\u0085\ufeff]", text) else _UNTITLED
        return Parsed({"type": "webpage", "title": title}, (NO_TITLE,))
    draft = Draft(text)
    take_leads(draft)
    kind = _spoken(draft) or _work(draft)
    for date, printed in sorted(draft.revised, reverse=True):  # the last version
        draft.set("published", date, printed)
    access = _access(draft, text, kind)
    fields = {"type": kind, **({"access": access} if access else {}), **draft.fields}
    rest = remainder(text, draft.claimed)
    if "title" not in fields and kind != "personal_communication":
        return Parsed({**fields, "title": text}, (NO_TITLE,))
    return Parsed(fields, rest)


def _access(draft: Draft, text: str, kind: str) -> str:
    if kind == "personal_communication" or _INTERNAL.search(text):
        return "internal"
    host = _host(draft)
    known = any(host == name or host.endswith(f".{name}") for name in _SUBSCRIPTION)
    return "subscription" if known else ""


def _host(draft: Draft) -> str:
    url = str(draft.fields.get("url", ""))
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


# What somebody said.


def _spoken(draft: Draft) -> str:
    """Roe J (expert opinion). Mayo Clinic. May 25, 2022; or empty for anything else."""
    match = _SPOKEN.search(draft.text)
    if match is None or "url" in draft.fields or "doi" in draft.fields:
        return ""
    before = draft.text[: match.start()].strip(" .,(\n")
    names = leading_names(before + ".")
    if names is None or not match["word"].islower() and match["word"] != match["word"].capitalize():
        return ""
    people, behind = names
    draft.set("authors", list(people.people), before[:behind])
    draft.set("et_al", people.others, " ")
    if "expert" not in match["word"].lower():
        draft.claimed.append(match["word"])
    _title(draft, sentences(before[behind:]))
    for sentence in sentences(draft.text[match.end() :]):
        if date := read_date(sentence):
            draft.set("published", date, sentence)
            continue
        _body_and_date(draft, _without_town(sentence))
    return "personal_communication"


def _without_town(body: str) -> str:
    """*body* without the town behind it: Mayo Clinic, Rochester, Minn."""
    name, _, town = body.partition(", ")
    return name if imprint.is_town(town) else body


def _body_and_date(draft: Draft, sentence: str) -> None:
    """An affiliation, perhaps with the date behind it: Mayo Clinic; May 25, 2022."""
    if found := imprint.read_imprint(sentence):
        draft.set("published", found.published, found.dated)
        sentence = found.publisher
    draft.set("organization", sentence)


# Works.


class _Part(NamedTuple):
    kind: str
    text: str
    value: Any = None


def _work(draft: Draft) -> str:
    """Fill *draft* from the rest of its text; the type of the work."""
    stated = _stated_kind(draft)
    start = _byline(draft)
    parts = [_part(text, number) for number, text in enumerate(sentences(draft.text[start:]))]
    parts = _with_books(draft, _with_series(parts))
    _loose_parts(draft, parts)
    free = _free(parts)
    kinds = {part.kind for part in parts}
    if "issue" in kinds:
        return _article(draft, parts, free)
    if "in" in kinds:
        kind = _chapter(draft, parts, free)
    elif kinds & {"imprint", "place", "edition", "volume", "editors"}:
        kind = _monograph(draft, parts, free)
    else:
        kind = _page(draft, parts, free)
    if kind == "article-journal":
        return kind
    return stated or kind


def _stated_kind(draft: Draft) -> str:
    """The kind of work that the entry calls itself in brackets: [computer program]."""
    for pattern, kind in _KINDS:
        if match := pattern.search(draft.text):
            if match[0].startswith("["):
                draft.cut(*match.span())
            return kind
    return ""


def _byline(draft: Draft) -> int:
    """Take the names that the text begins with; where it goes on behind them."""
    found = leading_names(draft.text)
    if found is None:
        return 0
    names, end = found
    if len(names.people) == 1 and not (names.others or names.editors or names.body):
        behind = [part for part in sentences(draft.text[end:]) if not _is_structure(part)]
        if len(behind) == 1 and (is_body(behind[0]) or is_reference_work(behind[0])):
            return 0  # a topic that looks like a name, and whose it is
        if not behind:
            return 0
    _set_names(draft, names, draft.text[:end])
    return end


def _set_names(draft: Draft, names: Names, printed: str) -> None:
    draft.claimed.append(printed)
    draft.fields.setdefault("editors" if names.editors else "authors", list(names.people))
    if names.others:
        draft.fields["et_al"] = True
    if names.body:
        draft.fields.setdefault("organization", names.body)


def _is_structure(text: str) -> bool:
    return _part(text, 1).kind != "free"


def _part(text: str, number: int) -> _Part:
    """What a sentence is by its form; the first one behind the names is always a title."""
    if match := _IN.match(text):
        return _Part("in", text, text[match.end() :])
    if (number == 0 and not imprint.read_issue(text)) or is_reference_work(text):
        return _Part("free", text)
    for kind, read in _READERS:
        if value := read(text):
            return _Part(kind, text, value)
    if _LABELS.fullmatch(text):
        return _Part("label", text)
    names = read_names(text)
    if names and names.editors:
        return _Part("editors", text, names)
    return _Part("free", text)


def _read_bare_date(text: str) -> str | None:
    return read_date(text.strip("()[] -–"))


_READERS: tuple[tuple[str, Any], ...] = (
    ("date", _read_bare_date),
    ("issue", imprint.read_issue),
    ("imprint", imprint.read_imprint),
    ("edition", imprint.read_edition),
    ("volume", imprint.read_volume),
    ("pages", imprint.read_pages),
    ("place", imprint.read_place),
    ("version", _VERSION.fullmatch),
)


def _with_series(parts: list[_Part]) -> list[_Part]:
    """*parts* where what stands behind an imprint is a series, and no issue of a journal."""
    imprints = [number for number, part in enumerate(parts) if part.kind == "imprint"]
    for number, part in enumerate(parts):
        if imprints and number > imprints[0] and part.kind in ("issue", "imprint", "free"):
            series = imprint.read_series(part.text)
            parts[number] = _Part("series", part.text, series) if series else part
    return parts


def _with_books(draft: Draft, parts: list[_Part]) -> list[_Part]:
    """*parts* with the editors behind "In:" taken, so that only the book is left there."""
    for number, part in enumerate(parts):
        if part.kind != "in":
            continue
        names = read_names(part.value)
        if names and names.editors:  # In: Roe J, Poe E, eds. Book.
            _set_names(draft, names, part.text)
            parts[number] = _Part("in", part.text, "")
        elif (match := _WITH_EDITORS.match(part.value)) and (names := read_names(match["names"])):
            _set_names(draft, names, "In " + match[0])
            parts[number] = _Part("in", part.text, part.value[match.end() :])
        else:
            draft.claimed.append("In")
        break
    return parts


def _loose_parts(draft: Draft, parts: list[_Part]) -> None:
    """Take what means the same in every kind of work: editions, volumes, editors, pages."""
    for part in parts:
        if part.kind in ("edition", "volume", "pages"):
            draft.set(part.kind, part.value, part.text)
        elif part.kind == "editors":
            draft.claimed.append(part.text)
            draft.fields.setdefault("editors", list(part.value.people))
        elif part.kind == "series":
            for name, value in zip(("container", "volume", "issue"), part.value, strict=True):
                draft.set(name, value)
        elif part.kind == "version":
            draft.set("edition", part.text)


def _free(parts: list[_Part]) -> list[str]:
    """The sentences before the first that has a form: title, and perhaps what it is part of."""
    free: list[str] = []
    for part in parts:
        if part.kind not in ("free", "label", "date"):
            break
        if part.kind == "free":
            free.append(part.text)
    return free


def _behind(parts: list[_Part]) -> list[str]:
    """The free sentences behind the first that has a form."""
    kinds = [part.kind not in ("free", "label", "date") for part in parts]
    first = kinds.index(True) if True in kinds else len(parts)
    return [part.text for part in parts[first:] if part.kind == "free"]


def _title(draft: Draft, free: list[str]) -> None:
    """Make the title of all the sentences that are left for it."""
    if not free:
        return
    title = draft.text
    start = title.find(free[0])
    end = title.find(free[-1], start)
    whole = title[start : end + len(free[-1])] if 0 <= start <= end else ". ".join(free)
    draft.set("title", " ".join(whole.split()))


def _owner(draft: Draft, free: list[str]) -> list[str]:
    """Take the body that stands before a title as its author; what is left."""
    if len(free) < 2 or "authors" in draft.fields or "organization" in draft.fields:
        return free
    body = _WEBSITE.sub("", re.sub(r"(?i),? et al$", "", free[0]))
    if not is_body(body):
        return free
    draft.set("organization", body, free[0])
    if free[0].casefold().endswith("et al"):
        draft.fields["et_al"] = True
    return free[1:]


def _article(draft: Draft, parts: list[_Part], free: list[str]) -> str:
    found = next(part for part in parts if part.kind == "issue")
    issue: imprint.Issue = found.value
    free = _owner(draft, free) if len(free) > 2 or issue.journal else free
    journal = issue.journal
    if not journal and len(free) > 1:
        start = _dotted_journal(free)
        journal = ". ".join(free[start:])
        free = free[:start]
    elif not journal and free:
        halves = sentences(free[0] + ".", eager=True)
        if len(halves) > 1:
            free, journal = [". ".join(halves[:-1])], halves[-1]
    _title(draft, free)
    draft.set("container", journal)
    draft.set("published", issue.published, issue.dated)
    for name in ("volume", "issue", "pages"):
        draft.set(name, getattr(issue, name))
    return "article-journal"


def _dotted_journal(free: list[str]) -> int:
    """Where the name of a journal begins in *free*: some have a stop behind each word."""
    start = len(free) - 1
    if _SHORTENED.fullmatch(free[start]):
        while start > 1 and _SHORTENED.fullmatch(free[start - 1]):
            start -= 1
    return start


def _chapter(draft: Draft, parts: list[_Part], free: list[str]) -> str:
    position = next(number for number, part in enumerate(parts) if part.kind == "in")
    book = [parts[position].value] if parts[position].value else []
    for part in parts[position + 1 :]:
        if part.kind != "free":
            break
        book.append(part.text)
    rest = parts[position + 1 + len(book) - bool(parts[position].value) :]
    if len(book) > 1 and not any(part.kind in ("imprint", "place") for part in rest):
        draft.set("publisher", book.pop())
    if not free:
        _title(draft, book)
    else:
        _title(draft, _owner(draft, free))
        _container(draft, book)
    _imprint(draft, rest)
    container = str(draft.fields.get("container", ""))
    return "entry-encyclopedia" if is_reference_work(container) else "chapter"


def _container(draft: Draft, sentences_of_it: list[str]) -> None:
    name, edition = imprint.without_edition(". ".join(sentences_of_it))
    draft.set("container", name)
    draft.set("edition", edition, f"{edition} ed")


def _imprint(draft: Draft, parts: list[_Part]) -> None:
    """Publisher, date and pages; of a sentence that has a form and is none of these, the series."""
    for part in parts:
        if part.kind == "imprint":
            draft.set("publisher", part.value.publisher)
            draft.set("pages", part.value.pages)
            draft.set("published", part.value.published, part.value.dated)
        elif part.kind == "place":
            draft.set("publisher", part.value)
        elif part.kind == "date":
            draft.set("published", part.value, part.text)


def _monograph(draft: Draft, parts: list[_Part], free: list[str]) -> str:
    """A book, a report or a data set; or a chapter of which nobody says "In:"."""
    behind = _behind(parts)
    if len(free) == 1 and behind and is_site(free[0]):  # the site, its imprint, then the topic
        draft.set("container", free[0])
        _imprint(draft, parts)
        _title(draft, behind)
        return "webpage"
    free = _known_work(draft, free)
    free = _owner(draft, free)
    _imprint(draft, parts)
    for text in behind:
        if "publisher" not in draft.fields and "container" not in draft.fields:
            draft.set("publisher", text)
    printed = next((part.value.published for part in parts if part.kind == "imprint"), "")
    dated = len(printed) == len("YYYY-MM-DD")  # books have a year
    if len(free) > 1 and "container" not in draft.fields and may_be_name(free[-1]):
        container = free.pop()
        _title(draft, free)
        _container(draft, [container])
        if is_reference_work(container):
            return "entry-encyclopedia"
        return "dataset" if dated else "chapter"
    if free:
        title, edition = imprint.without_edition(free[-1])
        if edition:
            draft.set("edition", edition, free[-1][len(title) :])
            free[-1] = title
    _title(draft, free)
    if is_reference_work(str(draft.fields.get("container", ""))):
        return "entry-encyclopedia"
    if _host(draft).endswith("uptodate.com") or draft.fields.get("publisher") == "UpToDate":
        return "entry-encyclopedia"
    if any(part.kind == "version" for part in parts):
        return "dataset"
    if dated:
        released = any(_RELEASE.fullmatch(part.text) for part in parts)
        return "dataset" if "authors" in draft.fields and not released else "webpage"
    if any(_INSERT.search(part.text) for part in parts):
        return "report"
    if "url" in draft.fields and is_site(str(draft.fields.get("title", ""))):
        return "webpage"
    return _report_or_book(draft)


def _report_or_book(draft: Draft) -> str:
    if "editors" in draft.fields or "edition" in draft.fields:
        return "book"
    if "organization" in draft.fields:
        return "report"
    if "authors" not in draft.fields:
        return "report" if is_body(str(draft.fields.get("publisher", ""))) else "book"
    return "report" if _REPORT.search(str(draft.fields.get("title", ""))) else "book"


def _known_work(draft: Draft, free: list[str]) -> list[str]:
    """Take the work of reference that stands before or behind a topic; what is left."""
    for place in (0, -1):
        if len(free) > 1 and is_reference_work(free[place]) and "container" not in draft.fields:
            name = free.pop(place)
            known = name.casefold() == "uptodate"
            draft.set("publisher" if known else "container", name)
            break
    return free


def _page(draft: Draft, parts: list[_Part], free: list[str]) -> str:
    """A web page, a topic of a work of reference, or an article that has only a DOI."""
    for part in parts:
        if part.kind == "date":
            draft.set("published", part.value, part.text)
    owned = len(free) == 2 and is_body(free[0]) and not is_journal(free[1])
    journal = (
        len(free) > 1
        and not (owned and "authors" not in draft.fields)
        and (
            ("doi" in draft.fields and "url" not in draft.fields)
            or draft.online_first
            or any(_AHEAD.match(part.text) for part in parts)
            or ("authors" in draft.fields and is_journal(free[-1]))
        )
    )
    if journal:
        free = _owner(draft, free) if len(free) > 2 else free
        container = free.pop()
        draft.set("container", container)
        _title(draft, free)
        return "dataset" if is_repository(container) else "article-journal"
    if _host(draft).endswith("uptodate.com"):
        free = _known_work(draft, free)
        _title(draft, free)
        draft.set("publisher", "UpToDate", " ")
        return "entry-encyclopedia"
    free = _known_work(draft, free)
    if "container" in draft.fields or "publisher" in draft.fields:
        if len(free) > 1 and is_body(free[-1]):
            draft.set("publisher", free.pop())
        _title(draft, free)
        return "entry-encyclopedia"
    free = _owner(draft, free)
    if len(free) > 1 and _SYSTEM.fullmatch(free[-2]):
        draft.set("publisher", _without_town(free.pop()))
    elif len(free) > 1 and may_be_name(_WEBSITE.sub("", free[-1])):
        _site(draft, free)
    _title(draft, free)
    title = str(draft.fields.get("title", ""))
    if _SPOKEN.search(title):
        return "report"  # Medical review (expert opinion): nobody is named
    return "dataset" if _SYSTEM.search(title) else "webpage"


def _site(draft: Draft, free: list[str]) -> None:
    """Take from *free* the site behind the title: whose it is, where nobody else is named."""
    printed = free.pop()
    name = _WEBSITE.sub("", printed)
    if not any(map(str.isdigit, printed[len(name) :])):
        draft.claimed.append(printed[len(name) :])
    if "authors" in draft.fields or "organization" in draft.fields:
        draft.set("container", name)
        return
    if len(free) > 1 and is_body(free[-1]) and is_site(name):
        draft.set("container", name)
        name = free.pop()
    elif len(free) > 1 and is_site(free[-1]):
        draft.set("container", free.pop())
    draft.set("organization", name)
