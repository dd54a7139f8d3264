"""Small pictures in SVG, for pages that may load nothing: pure functions of what they show.

Colours are classes of the page's style. Each picture stands beside words that say the same, and
so is hidden from readers of the screen.
"""

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup

from citewell.audit import Access, AuditedArticle, AuditedFact
from citewell.facts import Verdict

_MOST_PROBES = 400  # eight years of weeks
_MOST_DAYS = 52  # a year of weeks
_COURSE = 80
_WIDTH = 144
_STATES = {Verdict.OK: "verified", Verdict.MOVED: "verified", Verdict.GONE: "contradicted"}


def bar(parts: Iterable[tuple[str, int]]) -> Markup:
    """A bar of *parts*, each a class and a number; grey if there is nothing."""
    parts = [(name, number) for name, number in parts if number > 0]
    whole = sum(number for _, number in parts)
    rects, x = [], 0.0
    for name, number in parts:
        width = 100 * number / whole
        rects.append(_rect(name, x, 0, width, 4))
        x += width
    return _svg("bar", 100, 4, rects or [_rect("rest", 0, 0, 100, 4)], "none")


def strip(article: AuditedArticle) -> Markup:
    """A small square for each reference of *article*, in the colour of its state."""
    listed = article.reference_list
    rects = [
        _rect(each.standing, 10 * (at % 40), 12 * (at // 40), 8, 10)
        for at, each in enumerate(listed)
    ]
    lines = max(1, -(-len(listed) // 40))
    return _svg("strip", max(10, 10 * min(len(listed), 40)), 12 * lines, rects, "xMinYMid")


def course(facts: Iterable[AuditedFact]) -> Markup:
    """How many of some targets stood, of those asked by then, on each day with a probe."""
    events = sorted(
        (probe.checked_at[:10], number, probe.verdict)
        for number, fact in enumerate(facts)
        for probe in fact.probes
    )
    days = sorted({day for day, _, _ in events})[-_MOST_DAYS:]
    if len(days) < 2:
        return Markup()
    latest: dict[int, bool] = {}
    shares: dict[str, float] = {}
    for day, number, verdict in events:
        latest[number] = Verdict(verdict).stands
        shares[day] = sum(latest.values()) / len(latest)
    step = _COURSE / (len(days) - 1)
    points = " ".join(f"{step * at:.1f},{13 - 12 * shares[day]:.1f}" for at, day in enumerate(days))
    drawn = _svg("course", _COURSE, 14, [f'<polyline class="line" points="{points}"/>'], "xMinYMid")
    told = "; ".join(
        f"{shares[day]:.0%} of the links stood on {day}" for day in (days[0], days[-1])
    )
    return drawn + Markup('<span class="unseen">{}</span>').format(told)


def age(access: Access) -> Markup:
    """How old an access date is, beside how old it may be."""
    whole = 1.25 * max(access.age, access.limit, 1)
    length, limit = (_WIDTH * max(0, months) / whole for months in (access.age, access.limit))
    name = "verified" if access.is_current else "undecided"
    shapes = [
        _rect("axis", 0, 8, _WIDTH, 2),
        _rect(name, 0, 6, length, 6),
        f'<path class="limit" d="M{limit:.1f} 0V18"/>',
    ]
    return _svg("age", _WIDTH, 18, shapes, "xMinYMid")


def history(fact: AuditedFact, as_of: date) -> Markup:
    """The last probes of a target in time, up to the day of the report."""
    probes = fact.probes[-_MOST_PROBES:]
    days = [(as_of - date.fromisoformat(each.checked_at[:10])).days for each in probes]
    span = max(1, *days)
    shapes = [_rect("axis", 0, 8, _WIDTH, 2)]
    for each, ago in zip(probes, days, strict=True):
        x = 4 + (_WIDTH - 8) * (1 - max(0, ago) / span)
        state = _STATES.get(Verdict(each.verdict), "undecided")
        y = 5 if state == "verified" else 13
        shapes.append(f'<circle class="{state}" cx="{x:.1f}" cy="{y}" r="3"/>')
    return _svg("history", _WIDTH, 18, shapes, "xMinYMid")


def _rect(name: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{name}" x="{x:.2f}" y="{y}" width="{width:.2f}" height="{height}"/>'


def _svg(name: str, width: int, height: int, shapes: Iterable[str], ratio: str) -> Markup:
    """The picture; *shapes* hold nothing but our own classes and numbers."""
    return Markup(  # noqa: S704 - no text from outside is in it
        f'<svg class="{name}" viewBox="0 0 {width} {height}" preserveAspectRatio="{ratio}"'
        f' aria-hidden="true" focusable="false">{"".join(shapes)}</svg>'
    )
