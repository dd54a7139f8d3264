"""What leads to a work: its DOI, its number in PubMed, its address, and the day it was read.

These can be told wherever they stand in a reference. Each is taken out of the text, and leaves a
break there.
"""

import re

from citewell.ama.draft import Draft
from citewell.ama.printed_dates import DATE, read_date, read_day
from citewell.ama.sentences import BREAK
from citewell.identifiers import bare_doi, is_doi

_URL = re.compile(
    r"(?i)(?<![\w@])(?:(?:https?|ftp)(?:://(?: (?=www\.))?|(?::/?|//)(?=www\.))"
    r"|www\.(?=[a-z0-9]))[^\s\n<>]+"
)
_PAGE = re.compile(  # an address without its scheme, such as cdc.gov/flu
    r"(?i)(?<![\w@/.])(?:[a-z0-9-]{1,40}\.){1,4}(?:gov|org|com|edu|net|int|info|uk|ca|au|eu)/[^\s<>]*"
)
_DOI = re.compile(
    r"(?i)(?:\b(?:doi|digital object identifier)\b ?(?:\.org)?[:/.]? ?){1,2}"
    r"(?:(?:https?://)?(?:dx\.)?doi\.org/)?(?P<doi>\d{1,2}\.\d[^\s\n]*)"
    r"|(?<![\w/.=-])(?P<bare>10\.\d{4,9}/[^\s\n]+)"
)
_NAMED = re.compile(r"(?i)\bdoi\b[:.]? ?$")
_RESOLVER = re.compile(r"(?i)(?:https?://)?(?:www\.|dx\.)?doi\.org/")
_RUN_ON = re.compile(r"(?<=[\w/.)])[.,;]?(?=(?:Accessed|Published|Updated|PMID|PMCID|Epub)\b)")
_WRAPPED_DOI = re.compile(r" (?=[^\s]*\d)[^\s]+")
_PMID = re.compile(r"(?i)[\[(]?(?:pubmed )?\bPMID ?[:#]? ?([1-9][0-9]{0,7})\b[\])]?")
_WRAPPED = re.compile(
    r" ((?=[^\s]*[/.])[a-z0-9%][^\s:]*(?:/|\.(?:html?|pdf|aspx?|php|cfm))[^\s:]*)"
)
_TRAILING = ".,;:'\"”’*"
_CLOSING = {")": "(", "]": "[", "}": "{"}
_AVAILABLE = re.compile(
    r"(?i)[(\[]?\b(?:(?:also |full text )?available (?:from|at|on(?:line)?(?: at)?|via)"
    r"|(?:retrieved|accessed|downloaded) (?:from|at|via)|url|from|at|website|web ?site)"
    r" ?:? ?(?:the )?(?=\n)"
)
_READ = re.compile(
    r"(?i)[(\[]?\b(?:last |date |and )?"
    r"(?:ac{1,2}es{1,3}ed|retrieved|cited|viewed|access date|visited)"
    r"(?:\b|(?<=ed)(?=[a-z]{3,9}\.? \d))"
    rf" ?(?:on|date|at|from)?[:,]? ?\n*+ ?(?:on )?(?:\w{{3,6}}day,? )?(?P<date>{DATE})"
    r"[.,;]?(?: from| at)?[)\]]?"
)
_VERSION = (
    r"(?:(?:(?:first|last|originally|content|page|preprint|medically) ){0,3}"
    r"(?P<word>published|posted|deposited|updated?|modified|revised|issued|reviewed|created)\b"
    r"(?: (?:online|on|and updated))*(?: ahead of print)?|date published|publication date)"
)
_MADE = re.compile(
    rf"(?i)(?:[(\[] ?|^|(?<=[.?!;)\]\"”\n] )|(?<=[\n;])){_VERSION}"
    rf"[:,]? ?(?:on )?(?P<date>{DATE})[;,]?[)\]]?"
)
_MEDIUM = re.compile(
    r"(?i) ?\[(?:internet|online|serial online|monograph on the internet|web ?(?:page|site)"
    r"|electronic (?:resource|article)|homepage on the internet|pdf)\]"
)
_AHEAD = re.compile(r"(?i) ?\[(?:published online|epub) ahead of print\]")


def take_leads(draft: Draft) -> None:
    """Move DOI, PubMed number, address and dates that are named from text to fields.

    A second one, and a date of access that is no day, leave the text, too, but are in no field.
    """
    _take_addresses(draft)
    _take_doi(draft)
    for match in _PMID.finditer(draft.text):
        draft.set("pmid", int(match[1]), match[0])
        draft.cut(*match.span())
    for match in _READ.finditer(draft.text):
        draft.set("accessed", read_day(match["date"]), match[0])
        draft.cut(*match.span())
    _take_versions(draft)
    for match in _AHEAD.finditer(draft.text):
        draft.online_first = True
        draft.cut(*match.span())
    for match in (*_AVAILABLE.finditer(draft.text), *_MEDIUM.finditer(draft.text)):
        draft.claimed.append(draft.cut(*match.span()))


def _take_addresses(draft: Draft) -> None:
    matches = [*_URL.finditer(draft.text)]
    for match in matches:
        start, end = match.start(), _end_of_address(draft.text, match.start(), match.end())
        if end <= start or BREAK in draft.text[start:end]:
            continue
        printed = draft.text[start:end]
        if (resolver := _RESOLVER.match(printed)) and is_doi(bare_doi(printed)):
            if (
                "doi" not in draft.fields
                or draft.fields["doi"].lower() == bare_doi(printed).lower()
            ):
                draft.set("doi", bare_doi(printed), printed.partition("?")[0])
                draft.claimed.append(resolver[0])
            named = _NAMED.search(draft.text, max(0, start - 30), start)  # doi: https://doi.org/
            draft.cut(named.start() if named else start, end)
            continue
        address = printed.replace(" ", "")
        if not draft.set("url", address, printed) and draft.fields["url"] == address:
            draft.claimed.append(printed)
        pointed = draft.text[start - 1 : start] == "<" and draft.text[end : end + 1] == ">"
        draft.cut(start - pointed, end + pointed)
    page = None if matches else _PAGE.search(draft.text)
    if page is not None and not page[0].startswith("doi.org/"):
        end = _end_of_address(draft.text, page.start(), page.end())
        draft.set("url", draft.text[page.start() : end])
        draft.cut(page.start(), end)


def _end_of_address(text: str, start: int, end: int) -> int:
    """Where the address ends that seems to reach from *start* to *end*."""
    if run_on := _RUN_ON.search(text, start, end):
        return run_on.start()
    unfinished = text[end - 1] in "/-_=&?" or text[start:end].endswith("://www.")
    if unfinished and (wrapped := _WRAPPED.match(text, end)):
        end = wrapped.end()
    unopened = {
        last: text.count(last, start, end) - text.count(first, start, end)
        for last, first in _CLOSING.items()
    }
    while end > start and (text[end - 1] in _TRAILING or unopened.get(text[end - 1], 0) > 0):
        end -= 1
        if text[end] in unopened:
            unopened[text[end]] -= 1
    return end


def _take_doi(draft: Draft) -> None:
    for match in _DOI.finditer(draft.text):
        group = "doi" if match["doi"] else "bare"
        start, end = match.span(group)
        if run_on := _RUN_ON.search(draft.text, start, end):
            end = run_on.start()
        if draft.text[end - 1] == "/" and (behind := _WRAPPED_DOI.match(draft.text, end)):
            end = behind.end()
        doi = bare_doi(draft.text[start:end].replace(" ", ""))
        printed = draft.text[match.start() : end]
        if draft.set("doi", doi, printed) or draft.fields["doi"].lower() == doi.lower():
            draft.claimed.append(printed)
        draft.cut(match.start(), end)


def _take_versions(draft: Draft) -> None:
    """The date when it was published; those of later versions are kept for when there is none."""
    for match in _MADE.finditer(draft.text):
        word, date = (match["word"] or "published").lower(), read_date(match["date"])
        if date is None:
            continue
        if word == "reviewed":  # which changes nothing, and has no field
            draft.cut(*match.span())
        elif word not in ("published", "posted", "deposited", "issued"):
            draft.revised.append((date, draft.cut(*match.span())))
        elif draft.set("published", date, match[0]):
            draft.online_first = "online" in match[0].lower()
            draft.cut(*match.span())
