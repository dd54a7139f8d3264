"""From targets to what is known of them: the ledger first, the network where that is not enough."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from citewell.evidence.clock import Clock, SystemClock
from citewell.evidence.ledger import History, Ledger, is_there
from citewell.facts import Past, Probe, Target, TargetFacts, weigh
from citewell.link_settings import Endpoints, LedgerSettings, Network

if TYPE_CHECKING:
    from citewell.evidence.scheduler import Probed, Progress

_EARLY = timedelta(hours=12)
"""What is good for seven days is asked again by a run every seven days, be it a bit early."""

NEVER_ASKED = "not in the ledger"
OLD = "only what is new was asked"


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
    on_progress: Callable[["Progress"], None] | None = None
    _old: frozenset[Target] = frozenset()

    def gather(self, batches: Iterable[Sequence[Target]]) -> dict[Target, TargetFacts]:
        """What is known of targets, once those were asked that no fresh answer is there for.

        They may come in *batches*, while the first are being asked.
        """
        if not self.live:
            return self._known(batches)
        with Ledger(self.ledger) as ledger:
            known: dict[Target, History | None] = {}
            asked = self._to_be_asked(batches, ledger, known)
            first = next(asked, None)  # without one, nothing that knows the network is needed
            unchecked: dict[Target, str] = {}
            if first is not None:
                probed = self._probe(chain((first,), asked), ledger)
                known |= {each: _with(known[each], last) for each, last in probed.probes.items()}
                unchecked |= probed.unchecked
        unchecked |= {target: OLD for target in self._old if known.get(target) is None}
        return _facts(known, self.policy, unchecked)

    def gather_before(self, batches: Iterable[Sequence[Target]]) -> dict[Target, TargetFacts]:
        """What the ledger knows of targets that are not new, and so will not be asked."""
        known = self._known(batches)
        self._old |= frozenset(known)
        return known

    @property
    def _until(self) -> datetime:
        return datetime.combine(self.as_of, time(23, 59, 59), UTC)

    def _known(self, batches: Iterable[Sequence[Target]]) -> dict[Target, TargetFacts]:
        targets = list(chain.from_iterable(batches))
        if not is_there(self.ledger):
            missing = dict.fromkeys(targets, "there is no ledger yet")
            return _facts(dict.fromkeys(targets), self.policy, missing)
        with Ledger(self.ledger, create=False) as ledger:
            known = ledger.histories(targets, self._until)
        absent = dict.fromkeys(targets, f"{NEVER_ASKED} as of {self.as_of}")
        unknown = {target: why for target, why in absent.items() if target not in known}
        return _facts(dict.fromkeys(targets) | known, self.policy, unknown)

    def _to_be_asked(
        self,
        batches: Iterable[Sequence[Target]],
        ledger: Ledger,
        known: dict[Target, History | None],
    ) -> Iterator[Target]:
        """Those whose last answer is too old, or none; *known* takes what is known of all."""
        for batch in batches:
            new = [target for target in batch if target not in known]
            known |= dict.fromkeys(new)
            known |= ledger.histories(new, max(self._until, self.clock.now()))
            for target in dict.fromkeys(new):
                if target not in self._old and not self._is_fresh(known[target]):
                    yield target

    def _probe(self, targets: Iterable[Target], ledger: Ledger) -> "Probed":
        """Ask *targets*, and keep what comes."""
        from citewell.evidence import hop  # which brings requests along
        from citewell.evidence.scheduler import probe
        from citewell.evidence.workers import DaemonThreads, on_one_processor

        executor = DaemonThreads(self.network.concurrency)
        try:
            with on_one_processor():
                return probe(
                    targets,
                    self.network,
                    self.endpoints,
                    executor,
                    clock=self.clock,
                    on_probes=ledger.record,
                    on_progress=self.on_progress,
                )
        finally:
            executor.shutdown()
            hop.close()

    def _is_fresh(self, history: History | None) -> bool:
        """Whether the last answer is good enough not to ask again."""
        if history is None:
            return False
        days = getattr(self.policy.fresh_days, history.last.verdict, 0)
        age = self.clock.now() - history.last.checked_at
        return timedelta() <= age < timedelta(days=days) - _EARLY


def _with(history: History | None, last: Probe) -> History:
    """*history* with one probe more."""
    before = () if history is None else history.past
    return History(last, (*before, Past(last.verdict, last.checked_at)))


def _facts(
    known: Mapping[Target, History | None],
    policy: LedgerSettings,
    unchecked: Mapping[Target, str],
) -> dict[Target, TargetFacts]:
    """The facts of each target; one that was asked in vain is unchecked, whatever was before."""
    return {
        target: TargetFacts(target, unchecked=unchecked.get(target, NEVER_ASKED))
        if history is None or target in unchecked
        else weigh(history.last, history.past, policy.confirm_failures, policy.confirm_days)
        for target, history in known.items()
    }
