"""From targets to what is known of them: the ledger first, the network where that is not enough."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from citewell.evidence import hop
from citewell.evidence.clock import Clock, SystemClock
from citewell.evidence.ledger import History, Ledger
from citewell.evidence.scheduler import Progress, probe
from citewell.facts import Target, TargetFacts, weigh
from citewell.link_settings import Endpoints, LedgerSettings, Network

NEVER_ASKED = "the ledger has nothing about it"
OLD = "it is not new, and only what is new was asked"


@dataclass
class Evidence:
    """Where facts come from: the ledger, and, if ``live``, the network.

    ``as_of`` is the last day whose facts count.
    """

    ledger: Path
    policy: LedgerSettings
    network: Network
    endpoints: Endpoints
    as_of: date
    live: bool
    clock: Clock = field(default_factory=SystemClock)
    on_progress: Callable[[Progress], None] = lambda _: None
    _old: frozenset[Target] = frozenset()

    def gather(self, targets: Sequence[Target]) -> dict[Target, TargetFacts]:
        """What is known of *targets*, once those were asked that no fresh answer is there for."""
        if not self.live:
            return self._known(targets)
        with Ledger(self.ledger) as ledger:
            until = max(_end_of(self.as_of), self.clock.now())
            before = ledger.histories(targets, until)
            asked = [
                target
                for target in targets
                if target not in self._old and not self._is_fresh(before.get(target))
            ]
            unchecked = self._probe(asked, ledger)
            now = ledger.histories(asked, max(until, self.clock.now()))
        unchecked |= dict.fromkeys(self._old.difference(before), OLD)
        return _facts(targets, before | now, self.policy, unchecked)

    def gather_before(self, targets: Sequence[Target]) -> dict[Target, TargetFacts]:
        """What the ledger knows of *targets*, which are not new and so are never asked."""
        self._old |= frozenset(targets)
        return self._known(targets)

    def _known(self, targets: Sequence[Target]) -> dict[Target, TargetFacts]:
        if not self.ledger.exists():
            return _facts(targets, {}, self.policy, {})
        with Ledger(self.ledger, create=False) as ledger:
            return _facts(targets, ledger.histories(targets, _end_of(self.as_of)), self.policy, {})

    def _probe(self, targets: Sequence[Target], ledger: Ledger) -> dict[Target, str]:
        """Ask *targets*, and keep what comes; why nothing came of the others."""
        if not targets:
            return {}
        executor = ThreadPoolExecutor(min(self.network.concurrency, len(targets) + 1))
        try:
            return probe(
                targets,
                self.network,
                self.endpoints,
                executor,
                clock=self.clock,
                on_probe=lambda settled: ledger.record([settled]),
                on_progress=self.on_progress,
            ).unchecked
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            hop.close()

    def _is_fresh(self, history: History | None) -> bool:
        """Whether the last answer is good enough not to ask again."""
        if history is None:
            return False
        days = getattr(self.policy.fresh_days, history.last.verdict, 0)
        age: timedelta = self.clock.now() - history.last.checked_at
        return timedelta() <= age < timedelta(days=days)


def _facts(
    targets: Iterable[Target],
    histories: Mapping[Target, History],
    policy: LedgerSettings,
    unchecked: Mapping[Target, str],
) -> dict[Target, TargetFacts]:
    """The facts of each target; one that was asked in vain is unchecked, whatever was before."""
    facts = {}
    for target in targets:
        history = None if target in unchecked else histories.get(target)
        facts[target] = (
            TargetFacts(target, unchecked=unchecked.get(target, NEVER_ASKED))
            if history is None
            else weigh(history.last, history.past, policy.confirm_failures, policy.confirm_days)
        )
    return facts


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), UTC)
