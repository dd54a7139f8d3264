"""From targets to what is known of them: the ledger first, the network where that is not enough."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from citewell.evidence.clock import Clock, SystemClock
from citewell.evidence.ledger import History, Ledger, is_there
from citewell.facts import Answer, Past, Probe, Seal, Target, TargetFacts, weigh
from citewell.link_settings import Endpoints, LedgerSettings, Network

if TYPE_CHECKING:
    from citewell.evidence.results import Probed
    from citewell.evidence.scheduler import Progress

_EARLY = timedelta(hours=12)
"""What is good for seven days is asked again by a run every seven days, be it a bit early."""

NO_LEDGER = datetime.min.replace(tzinfo=UTC)
"""The time up to which facts count where there was no ledger."""
NEVER_ASKED = "not in the ledger"
OLD = "only what is new was asked"


@dataclass
class Evidence:
    """Where facts come from: the ledger, and, if ``live``, the network.

    ``as_of`` is the last day whose facts count, and ``until`` the last moment of it; if that is
    ``NO_LEDGER``, there was none. If it ``seals``, the ``seal`` tells, once it has gathered, which
    facts of the ledger those are; None if there is no ledger. If it ``describes``, pages that are
    asked come with what they say of themselves.
    """

    ledger: Path
    policy: LedgerSettings
    network: Network
    endpoints: Endpoints
    as_of: date
    live: bool
    clock: Clock = field(default_factory=SystemClock)
    on_progress: Callable[["Progress"], None] | None = None
    until: datetime | None = None
    seals: bool = False
    seal: Seal | None = None
    describes: bool = False
    _old: frozenset[Target] = frozenset()

    def gather(self, batches: Iterable[Sequence[Target]]) -> dict[Target, TargetFacts]:
        """What is known of targets, once those were asked that no fresh answer is there for.

        They may come in *batches*, while the first are being asked.
        """
        if not self.live:
            return self._known(batches)
        with Ledger(self.ledger) as ledger:
            known = _Known()
            asked = self._to_be_asked(batches, ledger, known)
            first = next(asked, None)  # without one, nothing that knows the network is needed
            if first is not None:
                known.learn(self._probe(chain((first,), asked), known.registered, ledger))
        for target in self._old:
            if known.histories.get(target) is None:
                known.unchecked.setdefault(target, OLD)
            if known.answers.get(target) is None:
                known.unanswered.setdefault(target, OLD)
        return known.facts(self.policy)

    def gather_before(self, batches: Iterable[Sequence[Target]]) -> dict[Target, TargetFacts]:
        """What the ledger knows of targets that are not new, and so will not be asked."""
        known = self._known(batches)
        self._old |= frozenset(known)
        return known

    @property
    def _is_there(self) -> bool:
        return self.until != NO_LEDGER and is_there(self.ledger)

    @property
    def _until(self) -> datetime:
        end = datetime.combine(self.as_of, time(23, 59, 59), UTC)
        return end if self.until is None else min(end, self.until)

    def _known(self, batches: Iterable[Sequence[Target]]) -> dict[Target, TargetFacts]:
        targets = list(chain.from_iterable(batches))
        known = _Known(dict.fromkeys(targets))
        why = "there is no ledger yet"
        if self._is_there:
            why = f"{NEVER_ASKED} as of {self.as_of}"
            with Ledger(self.ledger, create=False) as ledger, ledger.snapshot():
                known.histories |= ledger.histories(targets, self._until)
                known.answers |= ledger.answers(targets, self._until)
                self.seal = ledger.seal(targets, self._until) if self.seals else None
        known.unchecked = {each: why for each in targets if known.histories[each] is None}
        known.unanswered = {each: why for each in targets if each not in known.answers}
        return known.facts(self.policy)

    def _to_be_asked(
        self, batches: Iterable[Sequence[Target]], ledger: Ledger, known: "_Known"
    ) -> Iterator[Target]:
        """Those whose last answer is too old, or none; *known* takes what is known of all."""
        until = max(self._until, self.clock.now())
        asked: set[Target] = set()
        for batch in batches:
            new = [target for target in batch if target not in known.histories]
            known.histories |= dict.fromkeys(new)
            known.histories |= ledger.histories(new, until)
            known.answers |= ledger.answers(new, until)
            for target in dict.fromkeys(new):
                if target in self._old or self._is_fresh(target, known):
                    continue
                if self._is_registered(target, known):
                    known.registered.add(target)
                if target.page not in asked and not self._may_be_asked(target, known):
                    known.unanswered[target] = OLD
                    continue
                asked.add(target)
                yield target

    def _probe(
        self, targets: Iterable[Target], registered: set[Target], ledger: Ledger
    ) -> "Probed":
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
                    registered=registered,
                    on_facts=ledger.record,
                    on_progress=self.on_progress,
                    send=hop.ask_and_describe if self.describes else hop.ask,
                )
        finally:
            executor.shutdown()
            hop.close()

    def _is_fresh(self, target: Target, known: "_Known") -> bool:
        """Whether what is known of *target* is good enough not to ask again."""
        days = self.policy.fresh_days
        answer = known.answers.get(target)
        has_answer = answer is not None and self._is_young(answer.checked_at, days.ok)
        if target.kind in ("work", "capture", "quotes"):
            return has_answer
        history = known.histories[target]
        if history is None:
            return False
        last = history.last
        is_young = self._is_young(last.checked_at, getattr(days, last.verdict, 0))
        return is_young and (has_answer or not self._is_registered(target, known))

    def _may_be_asked(self, target: Target, known: "_Known") -> bool:
        """Whether *target* may be asked though its page is not, which may be the target itself.

        Nobody will know anew that a page fails, so that a capture were called for; quotes can
        be looked for unless it is known to.
        """
        page = known.histories.get(target.page)
        can_be_searched = page is None or page.last.verdict.stands
        return can_be_searched if target.kind == "quotes" else target.kind != "capture"

    def _is_registered(self, target: Target, known: "_Known") -> bool:
        """Whether *target* is a DOI that was lately seen to be registered."""
        history = known.histories[target]
        if target.kind != "doi" or history is None:
            return False
        last = history.last
        return last.verdict.stands and self._is_young(last.checked_at, self.policy.fresh_days.ok)

    def _is_young(self, checked_at: datetime, days: int) -> bool:
        age = self.clock.now() - checked_at
        return timedelta() <= age < timedelta(days=days) - _EARLY


@dataclass
class _Known:
    """What is known of the targets of a run, and why nothing is of the others.

    ``histories`` has every one of them, in the order in which they came.
    """

    histories: dict[Target, History | None] = field(default_factory=dict)
    answers: dict[Target, Answer] = field(default_factory=dict)
    unchecked: dict[Target, str] = field(default_factory=dict)
    unanswered: dict[Target, str] = field(default_factory=dict)
    registered: set[Target] = field(default_factory=set)  # lately, so that only records are asked

    def learn(self, probed: "Probed") -> None:
        """Add what has just been found out."""
        for target, last in probed.probes.items():
            self.histories[target] = _with(self.histories[target], last)
        self.answers |= probed.answers
        self.unchecked |= probed.unchecked
        self.unanswered |= probed.unanswered

    def facts(self, policy: LedgerSettings) -> dict[Target, TargetFacts]:
        """The facts of each target.

        One that was asked in vain is unchecked, whatever was before; what a registry holds on
        it is not gone because the registry cannot be asked today.
        """
        return {
            target: self._weighed(target, history, policy)._replace(
                answer=self.answers.get(target),
                unanswered=self.unanswered.get(target, ""),
            )
            for target, history in self.histories.items()
        }

    def _weighed(
        self, target: Target, history: History | None, policy: LedgerSettings
    ) -> TargetFacts:
        if history is None or target in self.unchecked:
            return TargetFacts(target, unchecked=self.unchecked.get(target, NEVER_ASKED))
        return weigh(history.last, history.past, policy.confirm_failures, policy.confirm_days)


def _with(history: History | None, last: Probe) -> History:
    """*history* with one probe more."""
    before = () if history is None else history.past
    return History(last, (*before, Past(last.verdict, last.checked_at)))
