"""The templates of the pages, and what they are given besides their values.

All text is escaped by jinja2. What a page may do is stated in it by a content security policy:
no requests, no script and no style but the two whose sums it names.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from citewell import ama
from citewell.audit import Standing
from citewell.finding import NotEvaluated
from citewell.model import Reference
from citewell.report import drawing, radius, summary
from citewell.report.part import MARKS, PLURALS, STATES
from citewell.report.summary import counted

_FILTER = {**{state.value: word for state, word in STATES.items()}, "uncited": "no reference"}
_WAIVERS = {
    "used": "in use",
    "unused": "not needed",
    "expired": "has expired",
    "void": "void: no reason",
    "unproven": "could not tell",
}


def rendered(name: str, values: Mapping[str, Any]) -> str:
    """The template *name* with *values*, as a page or a part of one."""
    return _environment().get_template(name).render(values)


def _reference(work: Reference) -> Markup:
    """A reference in AMA style, its titles in italics and its address to be followed."""
    parts = []
    for span in ama.format_reference(work):
        text = escape(span.text)
        if span.italic:
            text = Markup("<i>{}</i>").format(text)
        parts.append(_link(span.href, text) if span.href else text)
    return Markup("").join(parts)


def _link(address: str, text: str = "") -> Markup:
    """A link to *address* if that is one of the web and has nothing masked, or its text alone."""
    text = text or address
    if not address.lower().startswith(("http://", "https://")) or "***" in address:
        return escape(text)
    return Markup('<a rel="noopener noreferrer" href="{}">{}</a>').format(address, text)


def _lacking(entry: NotEvaluated) -> str:
    noun, what = summary.lacking(entry)
    return f"{noun}s not {what}" if entry.path is None else entry.rule


def _months(limits: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number} months" for name, number in limits.items())


def _counts(standings: Mapping[Standing, int]) -> str:
    return ", ".join(
        f"{standings[each]:,} {word}" for each, word in STATES.items() if standings[each]
    )


def _in_order(standings: Mapping[Standing, int]) -> list[tuple[str, int]]:
    return [(each, standings[each]) for each in STATES]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = PackageLoader("citewell.report")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (loader.get_source(environment, name)[0] for name in ("style.css", "script.js"))
    environment.globals |= {
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "style_hash": _sum(style),
        "script_hash": _sum(script),
        "states": STATES,
        "marks": MARKS,
        "order": {state: number for number, state in enumerate(Standing)},
        "plurals": PLURALS,
        "filter_states": _FILTER,
        "waiver_words": _WAIVERS,
        "ama": _reference,
        "link": _link,
        "lacking": _lacking,
        "numbers_of": radius.references,
        "most_articles": radius.MOST_ARTICLES,
        "months": _months,
        "counted": counted,
        "counts": _counts,
        "in_order": _in_order,
        "bar": drawing.bar,
        "strip": drawing.strip,
        "age": drawing.age,
        "course": drawing.course,
        "history": drawing.history,
    }
    return environment


def _sum(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
