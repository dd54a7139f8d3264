"""Ninety days of a web where one request in twenty fails: no link that works is called broken.

The scheduler, the ledger, the policy and the rules are the real ones; time and the web are not.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from math import inf
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from citewell.evidence import registration, scheduler
from citewell.evidence.gathering import Evidence
from citewell.evidence.hop import Ask
from citewell.evidence.ledger import History, Ledger
from citewell.evidence.results import Probed
from citewell.evidence.scheduler import probe
from citewell.facts import Failure, Hop, Target, TargetFacts, weigh
from citewell.link_settings import Endpoints, LedgerSettings, Network
from citewell.reading import Cited
from citewell.rules.links import broken_link, unresolved_doi
from citewell.rules.rule import Policy
from virtual import MORNING, VirtualTime, Wire, dois_of, leaves_out, lost, said, target_of

DAYS = 90
DAILY, WEEKLY = 1, 7
FAILING = 0.05  # of all requests
LOST = 0.1  # of these: a 404 for a page that is there

URLS = [f"https://host{number % 90}.example/{number}" for number in range(450)]
HEALTHY = [*map(target_of, [*URLS, *(f"10.5555/{number}" for number in range(50))])]

ENDINGS: dict[str, int | Failure] = {
    "https://host1.example/dead": 404,
    "https://host2.example/dead": 410,
    "https://host3.example/dead": 500,
    "https://host4.example/dead": Failure.TIMEOUT,
    "https://host5.example/dead": Failure.BROKEN,
    "https://dead1.example/": Failure.NO_NAME,
    "https://dead2.example/": Failure.NO_CONNECTION,
    "https://dead3.example/": Failure.NO_TRUST,
    "10.5555/dead": 404,
}
"""How links die, some on hosts that live on."""
TROUBLE: list[int | Failure] = [
    Failure.TIMEOUT,
    Failure.BROKEN,
    Failure.NO_CONNECTION,
    500,
    502,
    503,
]
"""What else fails, and works when asked again."""
DYING = [*map(target_of, ENDINGS)]

SOME = HEALTHY[:40] + HEALTHY[-10:] + DYING

DEFAULT = LedgerSettings()
HASTY = LedgerSettings(confirm_failures=1, confirm_days=0)
TWO_WEEKS = LedgerSettings(confirm_failures=2)


class Weather:
    """What comes of requests: as a rule what should, and one time in twenty anything."""

    def __init__(self, random: Random, time: VirtualTime) -> None:
        self._random, self._time = random, time
        self._last_days = {target.text: random.uniform(20, 60) for target in DYING}

    def __call__(self, ask: Ask) -> Hop:
        dead = [each for each in dois_of(ask) if self._is_dead(each)]
        if dead and ask.service not in ("crossref-list", "agency"):
            return _as_it_ends(ask, ENDINGS[ask.first])
        if self._random.random() < FAILING:
            return self._trouble(ask)
        seconds = self._random.uniform(0.05, 2)
        if ask.service == "crossref-list":
            return leaves_out(*dead)(ask)._replace(seconds=seconds)
        return said(ask, 200, seconds)

    def _is_dead(self, target: str) -> bool:
        return self._time.monotonic() / 86_400 > self._last_days.get(target, inf)

    def _trouble(self, ask: Ask) -> Hop:
        if self._random.random() < LOST:
            known = None
            if ask.service != "web":
                known = registration.read(ask.service, ask.url, 404, b"").registered
            return said(ask, 404, registered=known)
        return _as_it_ends(ask, self._random.choice(TROUBLE))


def _as_it_ends(ask: Ask, end: int | Failure) -> Hop:
    if isinstance(end, int):
        return said(ask, end)
    return lost(ask, end, ask.seconds if end is Failure.TIMEOUT else 0.1)


class Run(NamedTuple):
    """The day of a run, and what was then known of the targets that failed."""

    day: int
    failed: dict[Target, History]


def ninety_days(
    ledger: Path,
    seed: int,
    every: int,
    retries: int = 2,
    targets: Sequence[Target] = (*HEALTHY, *DYING),
) -> list[Run]:
    """*targets*, asked every so many days, whatever is still fresh."""
    random, time, runs = Random(seed), VirtualTime(), []
    weather = Weather(random, time)
    network = Network(retries=retries)
    with Ledger(ledger) as facts:
        for day in _mornings(time, random, every):
            probed = probe(
                targets,
                network,
                Endpoints(),
                time,
                clock=time,
                send=weather,
                jitter=random.random,
            )
            assert not probed.unchecked
            facts.record([*probed.probes.values(), *probed.answers.values()])
            failed = [target for target, found in probed.probes.items() if found.verdict.fails]
            runs.append(Run(day, facts.histories(failed)))
    return runs


def _mornings(time: VirtualTime, random: Random, every: int, days: int = DAYS) -> Iterator[int]:
    """The days of the runs, which begin at about the same hour, when there is a machine."""
    for day in range(0, days, every):
        time.pass_until(MORNING + timedelta(days=day, minutes=random.uniform(0, 60)))
        yield day


def called_broken(runs: list[Run], policy: LedgerSettings) -> dict[Target, list[int]]:
    """The days on which a rule calls a target broken that once worked, by *policy*."""
    days: dict[Target, list[int]] = {}
    for day, failed in runs:
        for target, history in failed.items():
            facts = weigh(*history, policy.confirm_failures, policy.confirm_days)
            if facts.last_ok and is_called_broken(facts):
                days.setdefault(target, []).append(day)
    return days


def is_called_broken(facts: TargetFacts) -> bool:
    rule = unresolved_doi if facts.target.kind == "doi" else broken_link
    cited = Cited(facts.target, ("references", 0, facts.target.kind), 1, "open")
    return any(rule(cited, facts, Policy(date(2026, 1, 1), 24, {}, {})))


def assert_called_in_time(failed: list[int], called: list[int], every: int) -> None:
    """A target that *failed* on some days was *called* broken neither too soon nor too late."""
    first = called[0]
    while first - every in failed:
        first -= every
    # On the sixth day, unless that run began a little earlier in the day than the first.
    assert called[0] - first in ((6, 7) if every == DAILY else (14,))
    assert called == list(range(called[0], DAYS, every)), "and ever since"


@pytest.mark.parametrize(("every", "seed"), [(DAILY, 1), (WEEKLY, 1), (WEEKLY, 2), (WEEKLY, 3)])
def test_what_dies_is_called_broken_in_time_and_nothing_else_ever(
    tmp_path: Path, every: int, seed: int
) -> None:
    runs = ninety_days(tmp_path / "ledger", seed, every)
    called = called_broken(runs, DEFAULT)
    assert called.keys() == set(DYING)
    for target in DYING:
        failed = [run.day for run in runs if target in run.failed]
        assert_called_in_time(failed, called[target], every)
    if every == DAILY:
        assert called_broken(runs, HASTY).keys() > set(DYING), "the policy has nothing to do"


@pytest.mark.parametrize(("retries", "policy"), [(1, HASTY), (0, TWO_WEEKS)])
def test_fewer_retries_or_confirmations_would_call_broken_what_works(
    tmp_path: Path, retries: int, policy: LedgerSettings
) -> None:
    runs = ninety_days(tmp_path / "ledger", 1, WEEKLY, retries)
    assert called_broken(runs, policy).keys() > set(DYING)


def test_confirmations_alone_protect_what_works_from_a_daily_run(tmp_path: Path) -> None:
    targets = [target for target in SOME if target.kind == "url"]
    runs = ninety_days(tmp_path / "ledger", 1, DAILY, retries=0, targets=targets)
    assert sum(len(run.failed) for run in runs) > 200
    assert called_broken(runs, DEFAULT).keys() == {*DYING} & {*targets}


Gathered = list[tuple[int, set[str], dict[Target, TargetFacts]]]
"""By run: the day, what was asked for the sake of which address, and what was then known."""


@pytest.fixture
def gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Gathered]:
    """The same for fewer targets, by all of what ``check --links`` does, as it does it."""
    random, time = Random(1), VirtualTime()
    wire = Wire(time, Weather(random, time))

    def in_virtual_time(
        targets: Any, network: Network, endpoints: Endpoints, _threads: Any, **more: Any
    ) -> Probed:
        more |= {"send": wire, "jitter": random.random}
        return probe(targets, network, endpoints, time, **more)

    monkeypatch.setattr(scheduler, "probe", in_virtual_time)

    def gathered(every: int, days: int = DAYS) -> Gathered:
        runs: Gathered = []
        for day in _mornings(time, random, every, days):
            evidence = Evidence(
                ledger=tmp_path / "ledger",
                policy=DEFAULT,
                network=Network(),
                endpoints=Endpoints(),
                as_of=time.now().date(),
                live=True,
                clock=time,
            )
            wire.requests.clear()
            facts = evidence.gather([SOME])
            asked = {each for request in wire.requests for each in dois_of(request.ask)}
            runs.append((day, asked, facts))
        return runs

    return gathered


@pytest.mark.parametrize("every", [DAILY, WEEKLY])
def test_by_default_what_dies_is_called_broken_in_time_and_nothing_else_ever(
    gathered: Callable[..., Gathered], every: int
) -> None:
    runs = gathered(every)
    broken = {target for *_, facts in runs for target in SOME if is_called_broken(facts[target])}
    assert broken == set(DYING)
    for target in DYING:
        failed = [day for day, _, facts in runs if facts[target].verdict.fails]
        called = [day for day, _, facts in runs if is_called_broken(facts[target])]
        assert_called_in_time(failed, called, every)


def test_a_daily_run_asks_only_what_is_not_fresh(gathered: Callable[..., Gathered]) -> None:
    for day, asked, _ in gathered(DAILY, days=6)[1:]:
        assert len(asked) < 10, f"on day {day}"


def test_a_weekly_run_asks_everything(gathered: Callable[..., Gathered]) -> None:
    for day, asked, _ in gathered(WEEKLY, days=36):
        assert asked >= {target.text for target in SOME}, f"on day {day}"
