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

from citewell.ama.bodies import is_hospital_system
from citewell.ama.draft import Draft
from citewell.ama.leads import take_leads
from citewell.ama.remainder import remainder
from citewell.ama.spoken import is_opinion, take_communication
from citewell.ama.works import take_work

NO_TITLE = "no title was found"
"""Stands in the rest where a whole entry, or nothing, was made its title."""

_LONGEST = 8000  # characters; what is longer is no reference
_UNTITLED = "[No title]"

# Hosts where only subscribers get more than a page to log in at.
_SUBSCRIPTION = (
    *("accessmedicine.com", "clinicalkey.com", "dynamed.com", "dynamedex.com"),
    *("factsandcomparisons.com", "lexi.com", "mdconsult.com", "mhmedical.com"),
    *("micromedex.com", "micromedexsolutions.com", "naturaldatabase.com", "naturalstandard.com"),
    *("psychiatryonline.org", "therapeuticresearch.com", "uptodate.com"),
)
# What only those inside a house can see, by its own name or by what it is called.
_INTERNAL = re.compile(
    r"(?i)\b(?:ask ?mayo ?expert|intranet|unpublished data"
    r"|in-house (?:data|document|report|analysis)"
    r"|internal (?:data|document|report|communication|memo(?:randum)?))\b"
)


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
    kind = "personal_communication" if take_communication(draft) else take_work(draft)
    for date, printed in sorted(draft.revised, reverse=True):  # the last version
        draft.set("published", date, printed)
    access = _access(draft, text, kind)
    fields = {"type": kind, **({"access": access} if access else {}), **draft.fields}
    if "title" not in fields and kind != "personal_communication":
        return Parsed({**fields, "title": text}, (NO_TITLE,))
    return Parsed(fields, remainder(text, draft.claimed))


def _access(draft: Draft, text: str, kind: str) -> str:
    if kind == "personal_communication" or (kind == "report" and is_opinion(draft.get("title"))):
        return "internal"
    if is_hospital_system(draft.get("title")) and not draft.has("url", "doi", "container"):
        return "internal"
    if kind not in ("article-journal", "book", "chapter") and _INTERNAL.search(text):
        return "internal"
    return "subscription" if draft.is_at(*_SUBSCRIPTION) else ""
