"""The report as pages that stand by themselves: no network, and readable without a script."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

from markupsafe import Markup

from citewell.audit import Audit, AuditedArticle, Changes, Provenance
from citewell.finding import Tool
from citewell.mapping import Map
from citewell.report.headline import headline, of_audit
from citewell.report.part import Part, Parts
from citewell.report.summary import counted
from citewell.report.template import rendered

_INDEX = "index.html"
_MOST_SOURCES = 200  # that do not stand, in the index
_LONGEST_NAME = 100  # file systems take 255 bytes


class Page(NamedTuple):
    """A file of the report: its name, and its text."""

    name: str
    text: str


class _Run(NamedTuple):
    """What every page shows of a run; of ``provenance``, all but the files."""

    tool: Tool
    as_of: date
    provenance: Provenance
    changes: Changes | None


def render(audit: Audit, map_: Map = map) -> str:
    """The whole report as one page; *map_* may spread the articles over processes."""
    run, parts = _run(audit), Parts(audit)
    if len(audit.articles) == 1:
        values = {
            "title": audit.articles[0].title,
            "headline": of_audit(audit),
            "row": parts.part(audit.articles[0], "", ""),
            "up": "",
            "stray": parts.stray,
            "waivers": audit.waivers,
            "not_evaluated": audit.not_evaluated,
            "files": audit.provenance.files,
        }
        return rendered("article.html", run._asdict() | values)
    made = [
        parts.part(article, f"a{number}-", f"#a{number}-part")
        for number, article in enumerate(audit.articles, 1)
    ]
    return _index(audit, made, parts, map_(partial(_inline, run=run), made))


def pages(audit: Audit, map_: Map = map) -> Iterator[Page]:
    """The report as an index and a page for each article; the index comes last."""
    parts = Parts(audit)
    made = [
        parts.part(article, "", name)
        for article, name in zip(audit.articles, _names(audit.articles), strict=True)
    ]
    texts = map_(partial(_alone, run=_run(audit)), made)
    for part, text in zip(made, texts, strict=True):
        yield Page(part.href, text)
    yield Page(_INDEX, _index(audit, made, parts, ()))


def _run(audit: Audit) -> _Run:
    origin = audit.provenance.without_files()
    return _Run(audit.tool, audit.as_of, origin, audit.changes)


def _alone(part: Part, run: _Run) -> str:
    """The page of one article among several."""
    values = {
        "title": part.article.title,
        "headline": headline(
            part.own, len(part.waived), part.article.coverage, run.provenance.policy.fail_on
        ),
        "row": part,
        "up": _INDEX,
        "stray": (),
        "waivers": part.waivers,
        "not_evaluated": part.not_evaluated,
        "files": part.files,
    }
    return rendered("article.html", run._asdict() | values)


def _inline(part: Part, run: _Run) -> str:
    """One article as a part of the page of all."""
    return rendered("part.html", run._asdict() | {"row": part})


def _index(audit: Audit, made: list[Part], parts: Parts, inline: Iterable[str]) -> str:
    values = {
        "title": counted(len(made), "article"),
        "headline": of_audit(audit),
        "rows": made,
        "coverage": audit.coverage,
        "stray": parts.stray,
        "waivers": audit.waivers,
        "not_evaluated": audit.not_evaluated,
        "files": audit.provenance.files,
        "inline": map(Markup, inline),
        "radii": audit.blast_radius[:_MOST_SOURCES],
        "more_radii": max(0, len(audit.blast_radius) - _MOST_SOURCES),
        "hrefs": {part.article.path: part.href for part in made},
    }
    return rendered("index.html", _run(audit)._asdict() | values)


def _names(articles: Iterable[AuditedArticle]) -> Iterator[str]:
    """A file name for each article, by its id; also where file systems ignore case."""
    taken = {"index"}
    for article in articles:
        stem = name = (article.id or "article")[:_LONGEST_NAME]
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        yield f"{name}.html"
