"""What kind of work a reference is to, and which of its sentences are title and container."""

import re

from citewell.ama import imprint
from citewell.ama.bodies import (
    is_body,
    is_hospital_system,
    is_journal,
    is_name,
    is_publisher,
    is_reference_work,
    is_repository,
    is_site,
    may_be_name,
)
from citewell.ama.draft import Draft
from citewell.ama.parts import (
    Part,
    free_parts,
    free_parts_behind,
    read_parts,
    stated_type,
    take_names,
)
from citewell.ama.sentences import sentences
from citewell.ama.spoken import is_opinion

_MONOGRAPH = {"imprint", "place", "edition", "volume", "editors"}
_ENTRY = "entry-encyclopedia"
_UPTODATE = "uptodate.com"
_REPORT = re.compile(
    r"(?i)\b(?:guidelines?|report|recommendations?|technical (?:brief|paper)|white paper"
    r"|evidence synthesis|policy (?:brief|statement)|position statement|standards?)\b"
)
_AHEAD = re.compile(r"(?i)in press|(?:epub|online) ahead of print")
_INSERT = re.compile(r"(?i)\b(?:(?:package|product) insert|prescribing information)\b")
_RELEASE = re.compile(r"(?i)(?:news|press|media) release")
_WEBSITE = re.compile(r"(?i),? (?:web ?site|home ?page)$")
_IDENTIFIER = re.compile(r"(?i) identifier:? .+$")
_NUMBER = re.compile(r"[A-Z][A-Za-z ]{2,60}(?:[Nn]o\.? )?\d{1,4}")  # of what a body publishes
_PART = re.compile(r"Part \w+\b")  # of a title
_IN = re.compile(r"^In (?=[A-Z])")  # without its colon
_OTHERS = re.compile(r"(?i),? et al$")
# Journals that have several parts, and what a part of one is called.
_SECTIONED = re.compile(
    r"(?i)(?:the )?(?:lancet|circulation|american journal of physiology|journals of gerontology)"
)
_SECTION = re.compile(r"(?:Part|Section|Series) [A-Z]\b")
_SHORTENED = re.compile(r"[A-Z][a-z]{0,9}(?: [A-Z][a-z]{0,9})?")  # of a journal, before a stop


def take_work(draft: Draft) -> str:
    """Fill *draft* from what is left of its text; the type of the work."""
    stated = stated_type(draft)
    parts = read_parts(draft, take_names(draft))
    kinds = {part.kind for part in parts}
    if "issue" in kinds:
        return _article(draft, parts)
    if "in" in kinds:
        kind = _chapter(draft, parts)
    elif kinds & _MONOGRAPH:
        kind = _monograph(draft, parts)
    else:
        kind = _page(draft, parts)
    return kind if kind == "article-journal" else stated or kind


# Articles.


def _article(draft: Draft, parts: list[Part]) -> str:
    """Title. Journal. 2024;4(2):7-9."""
    issue: imprint.Issue = next(part.value for part in parts if part.kind == "issue")
    free = free_parts(parts)
    if len(free) > 1 and not issue.journal:
        free[-1:] = _divided(free[-1:], any_name=True)
    free = _without_owner(draft, free) if len(free) > 2 or issue.journal else free
    journal = issue.journal
    if not journal:
        free, journal = _without_journal(free)
    draft.set_title(free)
    draft.set("container", journal)
    draft.set("published", issue.published, issue.dated)
    _take_imprint(draft, parts)  # of a date that stands apart
    for name in ("volume", "issue", "pages"):
        draft.set(name, getattr(issue, name))
    return "article-journal"


def _without_journal(free: list[str]) -> tuple[list[str], str]:
    """*free* without the journal at its end, and that; some have a stop behind each word."""
    if len(free) == 1:  # Elms in the U.S. Journal.
        free = sentences(free[0] + ".", eager=True)
    start = len(free) - 1
    if start < 1:
        return free, ""
    if start > 1 and _belong_together(free[start - 1], free[start]):
        start -= 1
    elif _SHORTENED.fullmatch(free[start]):
        while start > 1 and _SHORTENED.fullmatch(free[start - 1]):
            start -= 1
    return free[:start], ". ".join(free[start:])


def _belong_together(first: str, text: str) -> bool:
    """Whether a journal's name goes on behind a stop.

    The Lancet. Neurology; MMWR. Morbidity and Mortality Weekly Report.
    """
    capitals = "".join(word[0] for word in text.split() if word[0].isupper())
    shortened = len(first) > 2 and first == capitals
    return shortened or _SECTIONED.fullmatch(first) is not None or _SECTION.match(text) is not None


# Chapters.


def _chapter(draft: Draft, parts: list[Part]) -> str:
    """Title. In: Book. Publisher; 2024:7-9."""
    at = next(number for number, part in enumerate(parts) if part.kind == "in")
    end = at + 1
    while end < len(parts) and parts[end].kind == "free":
        end += 1
    book = [
        text for text in (parts[at].value, *(part.text for part in parts[at + 1 : end])) if text
    ]
    if len(book) > 1 and not any(part.kind in ("imprint", "place") for part in parts[end:]):
        draft.set("publisher", book.pop())
    free = free_parts(parts)
    if free:
        draft.set_title(_without_owner(draft, free))
        _take_container(draft, ". ".join(book))
    else:
        draft.set_title(book)
    _take_imprint(draft, parts[end:])
    if not draft.has("publisher") and draft.has("edition", "published"):
        draft.set("publisher", next(iter(free_parts_behind(parts[end:])), ""))
    return _ENTRY if is_reference_work(draft.get("container")) else "chapter"


# Books, reports, data sets, and what looks like them.


def _monograph(draft: Draft, parts: list[Part]) -> str:
    """Title. 3rd ed. Publisher; 2024. Or a chapter, of which nobody says "In:"."""
    free, behind = free_parts(parts), free_parts_behind(parts)
    kept_up = any(part.kind == "imprint" and part.value.goes_on for part in parts)
    if len(free) == 1 and behind and (kept_up or is_site(free[0])):
        draft.set("container", free[0])  # the whole, its imprint, then the part
        _take_imprint(draft, parts)
        draft.set_title(behind)
        return "webpage" if is_site(free[0]) else "chapter"
    free = _without_owner(draft, _without_reference_work(draft, free))
    _take_imprint(draft, parts)
    if behind and not draft.has("publisher", "container"):
        draft.set("publisher", behind[0])
    if len(free) > 1 and not draft.has("container") and _is_book(draft, free[-1]):
        _take_container(draft, _IN.sub("", free.pop()))
        draft.set_title(free)
        return "dataset" if _has_day(parts) else "chapter"
    if free:
        free[-1] = _without_edition(draft, free[-1])
    draft.set_title(free)
    return _type_of_monograph(draft, parts)


def _is_book(draft: Draft, text: str) -> bool:
    """Whether *text* is rather a book that the title is part of than the title's own end."""
    if _PART.match(text):
        return False
    return may_be_name(text) or (draft.has("edition") and draft.has("editors"))


def _has_day(parts: list[Part]) -> bool:
    """Whether the imprint has a whole date; that of a book is a year."""
    published = (part.value.published for part in parts if part.kind == "imprint")
    return len(next(published, "")) == len("YYYY-MM-DD")


def _type_of_monograph(draft: Draft, parts: list[Part]) -> str:
    title = draft.get("title")
    if is_reference_work(draft.get("container")) or draft.is_at(_UPTODATE):
        return _ENTRY
    if draft.get("publisher") == "UpToDate":
        return _ENTRY
    if any(part.kind == "version" for part in parts):
        return "report" if _REPORT.search(title) else "dataset"
    if _has_day(parts):
        released = any(_RELEASE.fullmatch(part.text) for part in parts)
        return "dataset" if draft.has("authors") and not released else "webpage"
    if draft.has("url") and is_site(title):
        return "webpage"
    if any(_INSERT.search(part.text) for part in parts):
        return "report"
    if draft.has("editors", "edition"):
        return "book"
    if draft.has("authors"):
        return "report" if draft.has("organization") or _REPORT.search(title) else "book"
    publisher = draft.get("publisher")
    owned = is_body(publisher) and not is_publisher(publisher)
    return "report" if draft.has("organization") or owned else "book"


# Web pages, topics of works of reference, and articles that have no more than a DOI.


def _page(draft: Draft, parts: list[Part]) -> str:
    """Title. Body or site. April 22, 2024."""
    _take_imprint(draft, parts)
    free = _divided(free_parts(parts), any_name=draft.has("doi") and draft.has("authors"))
    if _is_article(draft, parts, free):
        free = _without_owner(draft, free) if len(free) > 2 else free
        title, journal = _without_journal(free)
        draft.set("container", journal)
        draft.set_title(title)
        return "dataset" if is_repository(draft.get("container")) else "article-journal"
    free = _without_reference_work(draft, free)
    if draft.is_at(_UPTODATE) or draft.has("container", "publisher"):
        if len(free) > 1 and is_body(free[-1]) and not draft.is_at(_UPTODATE):
            draft.set("publisher", free.pop())
        draft.set_title(free)
        if draft.is_at(_UPTODATE):
            draft.set("publisher", "UpToDate", " ")
        return _ENTRY
    free = _without_owner(draft, free)
    if len(free) > 1 and _is_kept_by(draft, free[-1]):
        draft.set("publisher", imprint.without_town(free.pop()))
    elif len(free) > 1 and not draft.has("authors", "organization") and _is_site_first(free):
        draft.set("container", free.pop(0))
    elif len(free) > 1 and may_be_name(_IDENTIFIER.sub("", free[-1])):
        free = _without_site(draft, free)
    elif behind := [text for text in free_parts_behind(parts) if is_body(text)]:
        draft.set("organization", behind[0])  # Title. Version 3.2019. Body.
    draft.set_title(free)
    return _type_of_page(draft)


def _type_of_page(draft: Draft) -> str:
    if is_opinion(draft.get("title")):
        return "report"  # Medical review (expert opinion): nobody is named
    if draft.has("publisher"):
        return "dataset" if draft.has("authors") else "report"
    return "dataset" if is_hospital_system(draft.get("title")) else "webpage"


def _divided(free: list[str], *, any_name: bool) -> list[str]:
    """*free*, with a sentence alone divided behind U.S. if a journal or body follows, or a name."""
    if len(free) != 1:
        return free
    row = sentences(free[0] + ".", eager=True)
    for number in range(1, min(len(row), 5)):
        last = " ".join(row[number:])
        first = " ".join(row[:number])
        known = is_journal(last) or is_body(last) or is_reference_work(last)
        if " " in first and (known or (any_name and is_name(last))):
            return [first, last]
    return free


def _is_article(draft: Draft, parts: list[Part], free: list[str]) -> bool:
    """Whether the last of *free* is a journal, though no issue is named."""
    if len(free) < 2:
        return False
    if len(free) == 2 and is_body(free[0]) and not is_journal(free[1]) and not draft.has("authors"):
        return False  # a body and its page
    if draft.has("doi") and (draft.has("authors") or not draft.has("url")):
        return True
    if draft.online_first or any(_AHEAD.match(part.text) for part in parts):
        return True
    year = parts[-1].value if parts[-1].kind == "date" else ""
    dated = len(year) == len("YYYY") and (not draft.has("url") or f"{year};" in draft.text)
    return draft.has("authors") and (dated or is_journal(free[-1]))


def _is_kept_by(draft: Draft, text: str) -> bool:
    """Whether *text* is the body that has what is nowhere on the web, such as its own figures."""
    dated = draft.has("published") and draft.has("authors", "organization")
    return dated and not draft.has("url", "doi", "accessed") and is_body(imprint.without_town(text))


def _is_site_first(free: list[str]) -> bool:
    """Whether a page is named behind the journal that has it on its site."""
    return len(free) == 2 and is_journal(free[0]) and not is_body(free[1])


def _without_site(draft: Draft, free: list[str]) -> list[str]:
    """*free* without the site behind the title: whose it is, where nobody else is named."""
    *free, printed = free
    printed = _IDENTIFIER.sub("", printed)
    name = _WEBSITE.sub("", printed)
    if draft.has("organization") and _NUMBER.fullmatch(free[-1]) and not is_body(name):
        return [*free, printed]  # Body. Opinion 12. The Rest of the Title.
    draft.claimed.append(printed[len(name) :])
    if draft.has("authors", "organization"):
        draft.set("container", name)
        return free
    if len(free) > 1 and is_site(free[-1]):
        draft.set("container", free.pop())
    elif len(free) > 1 and (is_body(free[-1]) or free[-1].isupper()):
        # whose page it is, and what that belongs to
        draft.set("container", name)
        name = free.pop()
    draft.set("organization", name)
    return free


# What several kinds have.


def _take_container(draft: Draft, text: str) -> None:
    draft.set("container", _without_edition(draft, text))


def _without_edition(draft: Draft, text: str) -> str:
    """*text* without an edition at its end, which *draft* has then."""
    name, edition = imprint.without_edition(text)
    draft.set("edition", edition, text[len(name) :])
    return name


def _take_imprint(draft: Draft, parts: list[Part]) -> None:
    """Take publisher, date and pages."""
    for part in parts:
        if part.kind == "imprint":
            draft.set("publisher", part.value.publisher)
            draft.set("pages", part.value.pages)
            draft.set("published", part.value.published, part.value.dated)
        elif part.kind == "place":
            draft.set("publisher", part.value)
        elif part.kind == "date":
            draft.set("published", part.value, part.text)


def _without_owner(draft: Draft, free: list[str]) -> list[str]:
    """*free* without the body that stands before a title as its author."""
    if len(free) < 2 or draft.has("authors", "organization"):
        return free
    body = _WEBSITE.sub("", _OTHERS.sub("", free[0]))
    if not is_body(body) and not (" " in body and is_name(body) and not may_be_name(free[1])):
        return free
    end = 2 if len(free) > 2 and is_body(free[1]) and not is_body(free[-1]) else 1
    printed = ". ".join(free[:end])  # a department, and its office
    draft.set("organization", body if end == 1 else printed, printed)
    if _OTHERS.search(free[0]):
        draft.fields["et_al"] = True
    return free[end:]


def _without_reference_work(draft: Draft, free: list[str]) -> list[str]:
    """*free* without the work of reference that stands before or behind a topic."""
    places = (0, -1, -2) if len(free) > 2 and is_body(free[-1]) else (0, -1)
    for place in places:
        if len(free) > 1 and is_reference_work(free[place]) and not draft.has("container"):
            name = free.pop(place)
            draft.set("publisher" if name.casefold() == "uptodate" else "container", name)
            break
    return free
