"""What need not be sent, as others have shown what would come of it."""

from collections import Counter
from urllib.parse import urlsplit

from citewell.evidence.answers import TOO_MUCH
from citewell.evidence.course import Step
from citewell.evidence.hosts import host_name
from citewell.facts import Failure, Hop, Service

_GIVEN_UP = 6  # requests in a row that a service gives no answer to, until it is left alone
_REFUSED = 20  # lists in a row: it cannot be the DOIs in them, of which one is found after six


class Futility:
    """Hosts, doors of hosts and services that are not to be asked any more in this run."""

    def __init__(self) -> None:
        """Everything is worth asking."""
        self._known: dict[str, Hop] = {}
        self._silent: Counter[Service] = Counter()
        self._refused: Counter[Service] = Counter()

    def at(self, step: Step) -> Hop | None:
        """What *step* would get, if that is known."""
        if not self._known:
            return None
        hop = self._known.get(_place(step)) or self._known.get(host_name(step.url))
        return hop and hop._replace(service=step.service, seconds=0.0, inferred=True)

    def note(self, step: Step, hop: Hop) -> None:
        """Note whether the service of *step* has said anything with *hop*."""
        if step.service == "web":
            return
        is_refused = hop.status in TOO_MUCH
        spoke = hop.answered or hop.redirects
        self._refused[step.service] = 0 if spoke else self._refused[step.service] + is_refused
        self._silent[step.service] = 0 if spoke or is_refused else self._silent[step.service] + 1
        if self._silent[step.service] >= _GIVEN_UP or self._refused[step.service] >= _REFUSED:
            self._known[step.service] = hop

    def close(self, step: Step, hop: Hop) -> None:
        """Whatever goes the way of *step* would get *hop*."""
        self._known[_place(step)] = hop

    def close_host(self, step: Step, seconds: float) -> None:
        """The host of *step* has asked us to wait for longer than we can."""
        name = host_name(step.url)
        wait = f"'{name}' has asked us to wait for {seconds:.0f} s"
        self._known[name] = Hop(step.url, step.service, failure=Failure.HELD, detail=wait)

    def open(self, step: Step) -> None:
        """What goes the way of *step* is worth asking once more."""
        self._known.pop(_place(step), None)


def _place(step: Step) -> str:
    """What a futile request is futile at: a service, or one of the two doors of a host."""
    door = f"{urlsplit(step.url).scheme}://{host_name(step.url)}"
    return door if step.service == "web" else step.service
