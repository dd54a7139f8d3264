"""The registries, each on a host of its own as the real ones are, and who asks them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from citewell.evidence import hop
from citewell.evidence.gathering import Evidence
from citewell.evidence.results import Probed
from citewell.evidence.scheduler import probe
from citewell.facts import Target
from citewell.link_settings import Endpoints, LedgerSettings, Network
from registries import Registries, Service
from virtual import target_of
from web import Names, Request, Step, Web

CANNOT_TELL = ("unchecked", "blocked", "throttled")


class Apart(Registries):
    """Registries that are asked by the real scheduler over real sockets, in no time."""

    def __init__(self, web: Web) -> None:
        super().__init__(web)
        self.web = web
        for name in get_args(Service):
            web.script(f"{name}.example", [self._answer])

    @property
    def endpoints(self) -> dict[str, str]:
        names = get_args(Service)
        return {name: self.web.address(f"http://{name}.example/{name}") for name in names}

    def requests(self, service: Service) -> list[Request]:
        return [each for each in self.web.requests if each.host == f"{service}.example"]

    def works(self, *dois: str) -> list[str]:
        """Makes Crossref know *dois*."""
        for doi in dois:
            self.crossref({"DOI": doi, "type": "journal-article", "title": [f"On {doi}"]})
        return list(dois)

    def page(self, path: str, *script: Step | int) -> Target:
        """A page that answers as in *script*."""
        self.web.script(f"site.example{path}", script)
        return Target("url", self.web.address(f"http://site.example{path}"))

    @property
    def lists(self) -> list[dict[str, list[str]]]:
        """The parameters of each list that Crossref was asked for."""
        paths = [path for path in self.calls("crossref") if path.startswith("/works?")]
        return [parse_qs(urlsplit(path).query) for path in paths]

    @property
    def singles(self) -> list[str]:
        """The DOIs of the single records that Crossref was asked for."""
        paths = [urlsplit(path).path for path in self.calls("crossref")]
        return [unquote(path.removeprefix("/works/")) for path in paths if path != "/works"]

    def ask(self, *targets: str | Target, **limits: Any) -> Probed:
        wanted = [target_of(each) if isinstance(each, str) else each for each in targets]
        places, clock = Endpoints(**self.endpoints), self.web.clock
        with ThreadPoolExecutor(8) as executor:
            return probe(wanted, network(**limits), places, executor, clock=clock)

    def evidence(self, ledger: Path, *, live: bool = True, **limits: Any) -> Evidence:
        clock = self.web.clock
        policy, places = LedgerSettings(), Endpoints(**self.endpoints)
        today = clock.now().date()
        return Evidence(ledger, policy, network(**limits), places, today, live, clock)


@contextmanager
def apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    """The registries, for the time of a test."""
    monkeypatch.setattr("citewell.evidence.address.look_up", Names({}, others="127.0.0.1"))
    with Web() as web:
        try:
            yield Apart(web)
        finally:
            hop.close()


def network(**limits: Any) -> Network:
    quick = {"allow_private": True, "proxy": "none", "host_delay": 0, "timeout": 2}
    return Network(**quick | limits)


def dois(number: int, prefix: str = "10.5555") -> list[str]:
    return [f"{prefix}/{each}" for each in range(number)]


def held(probed: Probed) -> dict[str, str]:
    """The DOI of the record of each target that has one."""
    answers = probed.answers.values()
    return {each.target.text: each.records[0].doi for each in answers if each.records}


def verdicts(probed: Probed) -> dict[str, str]:
    told = {target.text: str(each.verdict) for target, each in probed.probes.items()}
    return told | dict.fromkeys((target.text for target in probed.unchecked), "unchecked")
