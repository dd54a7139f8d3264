"""The sentences of a reference, behind the names that it begins with, and what each one is."""

import re
from typing import Any, NamedTuple

from citewell.ama import imprint
from citewell.ama.bodies import is_body, is_reference_work
from citewell.ama.draft import Draft
from citewell.ama.names import Names, leading_names, read_names
from citewell.ama.printed_dates import DATE, read_date
from citewell.ama.sentences import sentences

_THESIS = (
    r"(?:(?:unpublished )?(?:doctoral|master[’']?s|ph\.?d\.?|md|bachelor[’']?s) )?"
    r"(?:dissertation|thesis)"
)
# What an entry says of itself that is no field, in a sentence of its own.
_LABEL = re.compile(
    rf"(?i){_THESIS}|(?:news|press|media) release|(?:package|product) insert|isbn.{{1,30}}"
    r"|(?:full )?prescribing information|fact sheet|white paper|preprint|poster|abstract|review"
    r"|in press.{0,6}|(?:epub|online) ahead of print|epub .{1,40}|ecollection .{1,12}"
    r"|pmcid:? ?pmc\d+|reaffirmed .{1,20}|multiple pages reviewed|\d{1,5} p"
    r"|(?:[a-z]{2,6} )?publication (?:no|number)\.? .{1,30}"
    r"|(?:last )?(?:accessed|reviewed|updated|retrieved|viewed|cited)\b.{0,40}"
    r"|(?:erratum|correction|retracted|comment) (?:in|on|appears|published).{0,200}"
    r"|\(?n\.d\.?\)?|record no.{1,20}"
    r"|\(?(?:in )?(?:french|german|spanish|chinese|japanese|russian)\)?"
)
# What kind of work an entry says it is, in brackets or in a sentence, and our type for it.
_KINDS = (
    (r"\[(?:computer (?:program|software)|software|mobile app(?:lication)?)\]", "dataset"),
    (r"\[(?:data ?set|database(?: on the internet)?|data file)\]", "dataset"),
    (rf"(?:\[|(?<=[.,] )){_THESIS}\b\]?(?=[.,\n]| ?\(|$| [\[{{])", "report"),
)
_VERSION = re.compile(r"(?i)(?:version|release) ?[\w.-]{1,20}")
_IN = re.compile(r"In(?:: ?| (?=[^.]{3,300}\b[Ee]d(?:s|itors?)?\b))")
_WITH_EDITORS = re.compile(r"(?P<names>[^\n]{3,600}?,? \(?(?:[Ee]ds?|[Ee]ditors?)\b\.?\)?)[.,:]? +")
_DATED = re.compile(rf"(.{{3,200}}?) (\((?:{DATE}|n\.d\.)\))")
_LOOSE = ("free", "label", "date")


class Part(NamedTuple):
    """A sentence, what kind it is by its form, and what was read in it; "free" has no form."""

    kind: str
    text: str
    value: Any = None


def stated_type(draft: Draft) -> str:
    """The type of work that the entry says it is: [computer program], Dissertation; or empty."""
    for pattern, kind in _KINDS:
        if match := re.search(pattern, draft.text, re.IGNORECASE):
            if match[0].startswith("["):
                draft.cut(*match.span())
            return kind
    return ""


def take_names(draft: Draft) -> int:
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
    body = names.body
    if not draft.set("editors" if names.editors else "authors", list(names.people), " "):
        return
    draft.claimed.append(printed.replace(body, "") if body else printed)
    draft.set("organization", body)
    draft.set("et_al", names.others, " ")


def read_parts(draft: Draft, start: int) -> list[Part]:
    """The sentences behind *start*; editors, edition, volume and pages are in *draft* then."""
    row = sentences(draft.text[start:])
    if row and (match := _DATED.fullmatch(row[0])):  # Example Institute (2020). Title.
        row[:1] = match.groups()
    parts = _in_context([_part(text, number) for number, text in enumerate(row)])
    _take_book_editors(draft, parts)
    _take_loose_parts(draft, parts)
    return parts


def _is_structure(text: str) -> bool:
    return _part(text, 1).kind != "free"


def _part(text: str, number: int) -> Part:
    """What a sentence is by its form; the first one behind the names is always a title."""
    if match := _IN.match(text):
        return Part("in", text, text[match.end() :])
    dated = text.startswith("(") and read_date(text.strip("()")) is not None  # Roe J. (2020).
    if (number == 0 and not dated and not imprint.read_issue(text)) or is_reference_work(text):
        return Part("free", text)
    for kind, read in _READERS:
        if value := read(text):
            return Part(kind, text, value)
    if _LABEL.fullmatch(text):
        return Part("label", text)
    names = read_names(text)
    if names and names.editors:
        return Part("editors", text, names)
    return Part("free", text)


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


def _in_context(parts: list[Part]) -> list[Part]:
    """*parts* where an imprint is one behind an edition, and a series one behind an imprint."""
    expected = printed = False
    row: list[Part] = []
    for part in parts:
        if printed and part.kind in ("issue", "imprint", "free"):
            series = imprint.read_series(part.text)
            part = Part("series", part.text, series) if series else part
        elif expected and part.kind == "free":
            found = imprint.read_imprint(part.text, expected=True)
            part = Part("imprint", part.text, found) if found else part
        expected = expected or part.kind in ("edition", "volume")
        printed = printed or part.kind == "imprint"
        row.append(part)
    return row


def _take_book_editors(draft: Draft, parts: list[Part]) -> None:
    """Take the editors behind "In:", so that only the book is left there."""
    for number, part in enumerate(parts):
        if part.kind != "in":
            continue
        names = read_names(part.value)
        if names and names.editors:  # In: Roe J, Poe E, eds. Book.
            _set_names(draft, names, part.text)
            parts[number] = Part("in", part.text, "")
        elif (match := _WITH_EDITORS.match(part.value)) and (names := read_names(match["names"])):
            _set_names(draft, names, "In " + match[0])
            parts[number] = Part("in", part.text, part.value[match.end() :])
        elif found := _names_of_book(part.value):  # In: Roe J, et al. Book.
            people, end = found
            _set_names(draft, people._replace(editors=True), "In: " + part.value[:end])
            parts[number] = Part("in", part.text, part.value[end:].lstrip())
        else:
            draft.claimed.append("In")
        break


def _names_of_book(text: str) -> tuple[Names, int] | None:
    """The people whom a book is said to be of, and where its title begins."""
    found = leading_names(text + ".")
    if found is None or not (found[0].others or len(found[0].people) > 1):
        return None  # one name may be a title
    return found


def _take_loose_parts(draft: Draft, parts: list[Part]) -> None:
    """Take what means the same in every kind of work: editions, volumes, editors, pages."""
    for part in parts:
        if part.kind in ("edition", "volume", "pages"):
            draft.set(part.kind, part.value, part.text)
        elif part.kind == "editors":
            _set_names(draft, part.value, part.text)
        elif part.kind == "series":
            for name, value in zip(("container", "volume", "issue"), part.value, strict=True):
                draft.set(name, value)
        elif part.kind == "version":
            draft.set("edition", part.text)


def free_parts(parts: list[Part]) -> list[str]:
    """The sentences before the first that has a form: title, and perhaps what it is part of."""
    free: list[str] = []
    for part in parts:
        if part.kind not in _LOOSE:
            break
        if part.kind == "free":
            free.append(part.text)
    return free


def free_parts_behind(parts: list[Part]) -> list[str]:
    """The free sentences behind the first that has a form."""
    kinds = [part.kind not in _LOOSE for part in parts]
    first = kinds.index(True) if True in kinds else len(parts)
    return [part.text for part in parts[first:] if part.kind == "free"]
