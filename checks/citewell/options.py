"""Options that several commands have, and what they are turned into."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from citewell.evidence.gathering import Evidence
    from citewell.judging import Plan
    from citewell.pipeline import Request
    from citewell.settings import Settings


def _rule_names(
    _context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> frozenset[str]:
    """Rules and groups from options that may repeat and may hold several, by commas."""
    from citewell.rules import GROUPS, RULES
    from citewell.spelling import did_you_mean

    known = {*GROUPS, *(rule.name for rule in RULES)}
    names = frozenset(name.strip() for value in values for name in value.split(",") if name.strip())
    for name in sorted(names - known):
        guess = did_you_mean(name, known) or "'citewell explain' lists them."
        raise click.BadParameter(f"there is no rule or group '{name}'. {guess}")
    if option.name == "select" and values and not names:
        raise click.BadParameter("it names no rule and no group.")
    return names


def _as_day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date:
    return value.date() if value else datetime.now(UTC).date()


AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_as_day,
    help="Judge as on this day; today (UTC) by default.",
)
SELECT = click.option(
    "--select", multiple=True, callback=_rule_names, help="Only these rules or groups."
)
IGNORE = click.option(
    "--ignore", multiple=True, callback=_rule_names, help="Not these rules or groups."
)
FAIL_ON = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="The least severity that makes exit code 1; by default as in the settings, or error.",
)
LINKS = click.option("--links", is_flag=True, help="Ask what stands behind every DOI and URL.")
CACHED = click.option(
    "--cached",
    is_flag=True,
    help="Judge DOIs and URLs by what the ledger knows, without any network.",
)
LEDGER = click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where facts about links are kept, instead of where the settings say.",
)
JOBS = click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="At most so many processes; 0: one a processor. Few articles need only one.",
)
CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings in TOML, instead of the nearest pyproject.toml with [tool.citewell].",
)


def links_of(links: bool, cached: bool) -> Literal["off", "cached", "live"]:
    """Where facts come from, by what was asked for."""
    if links and cached:
        raise click.UsageError("--links asks the network, and --cached does not: choose one.")
    return "live" if links else "cached" if cached else "off"


def asked_today(
    settings: "Settings",
    ledger: Path | None,
    today: date,
    *,
    describes: bool = False,
    on_progress: Callable[[Any], None] | None = None,
) -> "Evidence":
    """Facts that are all of *today*: whatever the ledger knows, everything is asked anew."""
    from citewell.evidence.gathering import Evidence
    from citewell.link_settings import FreshDays

    never = FreshDays(ok=0, moved=0, blocked=0)
    return Evidence(
        ledger or settings.root / settings.ledger.path,
        settings.ledger.model_copy(update={"fresh_days": never}),
        settings.network,
        settings.endpoints,
        today,
        live=True,
        on_progress=on_progress,
        describes=describes,
    )


def plan_of(request: "Request") -> "Plan":
    """The rules that are put, of which there must be some."""
    from citewell.pipeline import make_plan

    plan = make_plan(request)
    if not plan.rules:
        raise click.UsageError("No rule is left: see --select, --ignore and the settings.")
    return plan


def evidence_of(
    request: "Request",
    ledger: Path | None,
    on_progress: Callable[[Any], None] | None = None,
) -> "Evidence | None":
    """Where the facts about links come from, if any are asked for."""
    if request.links == "off":
        return None
    from citewell.evidence.gathering import Evidence

    settings = request.settings
    return Evidence(
        ledger or settings.root / settings.ledger.path,
        settings.ledger,
        settings.network,
        settings.endpoints,
        request.as_of,
        live=request.links == "live",
        on_progress=on_progress,
    )
