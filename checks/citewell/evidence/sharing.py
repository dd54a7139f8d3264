"""DOIs that wait to be asked about together: many fit into one question to Crossref."""

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

from citewell.evidence.answers import prefix
from citewell.evidence.course import MOST_IN_A_LIST, Step
from citewell.facts import Hop, Service

Job = TypeVar("Job")


class Errand(NamedTuple, Generic[Job]):
    """One request to make, and for whom."""

    jobs: tuple[Job, ...]
    step: Step


class Sharing(Generic[Job]):
    """What waits to be asked together, by service, and what is known of the agencies.

    The agency of a prefix is asked once: while the answer is awaited, what has the same
    prefix waits too.
    """

    def __init__(self, doi_of: Callable[[Job], str]) -> None:
        """*doi_of* gives the DOI of a job."""
        self._doi_of = doi_of
        self._waiting: dict[Service, list[tuple[Job, Step, float]]] = {}
        self._agencies: dict[str, str] = {}
        self._asked: set[str] = set()

    def agency(self, doi: str) -> str | None:
        """Where *doi* is registered, as far as its prefix tells; None if nobody has asked."""
        return self._agencies.get(prefix(doi))

    def learn(self, doi: str, hop: Hop) -> None:
        """Note what *hop* says of the agency of *doi*."""
        if hop.service == "agency":
            self._asked.discard(prefix(doi))
            told = {prefix(each): agency for each, agency in (hop.agencies or {}).items()}
            self._agencies.setdefault(prefix(doi), told.get(prefix(doi), ""))
        elif hop.service == "crossref-list" and hop.records:
            self._agencies.setdefault(prefix(doi), "Crossref")

    def freed(self) -> list[Job]:
        """Those that need not wait any longer, as the agency of their prefix is known."""
        waiting = self._waiting.pop("agency", [])
        free = []
        for job, step, due in waiting:
            if self.agency(self._doi_of(job)) is None:
                self.add(job, step, due)
            else:
                free.append(job)
        return free

    @property
    def waits(self) -> bool:
        """Whether anybody waits for company."""
        return any(self._waiting.values())

    def forget(self) -> None:
        """Nobody is to wait any longer."""
        self._waiting.clear()

    def add(self, job: Job, step: Step, due: float) -> None:
        """Let *job* wait for company; *step* is not to be made before *due*."""
        self._waiting.setdefault(step.service, []).append((job, step, due))

    def ready(self, *, no_more: bool) -> Iterator[tuple[Errand[Job], float]]:
        """The errands to be run, and from when; short ones only if there are *no more* coming."""
        for service, waiting in self._waiting.items():
            while len(waiting) >= MOST_IN_A_LIST or (no_more and waiting):
                some = self._some(service, waiting)
                if not some:
                    break
                jobs, steps, dues = zip(*some, strict=True)
                yield Errand(jobs, steps[0]), max(dues)

    def dois(self, errand: Errand[Job]) -> list[str]:
        """What *errand* is to ask about: each DOI, or one for each prefix."""
        dois = list(dict.fromkeys(map(self._doi_of, errand.jobs)))
        if errand.step.service != "agency":
            return dois
        return list({prefix(doi): doi for doi in reversed(dois)}.values())

    def _some(
        self, service: Service, waiting: list[tuple[Job, Step, float]]
    ) -> list[tuple[Job, Step, float]]:
        """As many of *waiting* as one question can hold; they wait no longer."""
        if service != "agency":
            some = waiting[:MOST_IN_A_LIST]
            del waiting[:MOST_IN_A_LIST]
            return some
        by_prefix = [(prefix(self._doi_of(each[0])), each) for each in waiting]
        prefixes = dict.fromkeys(own for own, _ in by_prefix)
        free = [each for each in prefixes if each not in self._asked][:MOST_IN_A_LIST]
        self._asked.update(free)
        waiting[:] = [each for own, each in by_prefix if own not in free]
        return [each for own, each in by_prefix if own in free]
