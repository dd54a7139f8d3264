"""Rules in words, for people at a terminal."""

from collections.abc import Iterator
from textwrap import fill, indent

from click import style

from citewell.explanation import Explanation

_WIDTH = 88


def listing(explanations: list[Explanation]) -> Iterator[str]:
    """All rules by group, a line each; ✎ marks those with a fix."""
    width = max(len(each.rule) for each in explanations)
    group = None
    for each in explanations:
        if each.group != group:
            group = each.group
            yield style(group, bold=True)
        mark = "✎" if each.fixable else " "
        yield f"  {each.rule:{width}}  {each.severity:7} {mark} {each.summary}"
    yield ""
    yield "✎ has a safe fix. 'citewell explain RULE' says more about one."


def whole(each: Explanation) -> Iterator[str]:
    """All that is to be said of one rule."""
    yield style(each.rule, bold=True)
    fix = "safe fix" if each.fixable else "no fix"
    yield f"group {each.group}, severity {each.severity}, scope {each.scope}, {fix}"
    yield ""
    yield each.summary
    for title, text in (("What", each.what), ("Why", each.why)):
        yield ""
        yield style(title, bold=True)
        yield fill(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    for title, text in (("Bad", each.bad), ("Good", each.good)):
        yield ""
        yield style(title, bold=True)
        yield indent(text.rstrip("\n"), "  ")
