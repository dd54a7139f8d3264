"""What was learned of a DOI or URL: hops, probes, and what is known from all of them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

Service = Literal["web", "doi", "crossref", "datacite"]
SERVICES: dict[Service, str] = {"doi": "doi.org", "crossref": "Crossref", "datacite": "DataCite"}
"""Who can say whether a DOI is registered, in the order in which they are asked."""


class FactsError(Exception):
    """Facts can neither be had nor kept; the message says why, and what to do."""


class Target(NamedTuple):
    """What references point to: a URL as it is written, or a bare DOI in lower case."""

    kind: Literal["url", "doi"]
    text: str


class Verdict(StrEnum):
    """What the probes of a target add up to."""

    UNCHECKED = "unchecked"
    REFUSED = "refused"
    THROTTLED = "throttled"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    GONE = "gone"
    SUSPICIOUS = "suspicious"
    MOVED = "moved"
    OK = "ok"

    @property
    def stands(self) -> bool:
        """Whether the work was seen there."""
        return self in (Verdict.OK, Verdict.MOVED)

    @property
    def fails(self) -> bool:
        """Whether it counts as a failure of the target, be it a passing one."""
        return self in (Verdict.GONE, Verdict.UNREACHABLE)


class Failure(StrEnum):
    """Why a request brought no answer."""

    FORBIDDEN = "forbidden"  # we would not send it
    HELD = "held"  # the host has asked us to wait for longer than we can
    NO_NAME = "no-name"  # the name of the host does not exist
    NO_CONNECTION = "no-connection"  # no resolver, no route, refused, or no answer to a call
    NO_TRUST = "no-trust"  # TLS
    TIMEOUT = "timeout"
    BROKEN = "broken"  # the connection was lost, or what came was not HTTP

    @property
    def of_host(self) -> bool:
        """Whether every other page of the host would have met it, too."""
        return self in (Failure.NO_NAME, Failure.NO_CONNECTION, Failure.NO_TRUST)


class Page(NamedTuple):
    """What a reader would see; ``fault`` says in words why this cannot be the work."""

    title: str = ""
    fault: str = ""
    missing_fragment: str = ""


class Hop(NamedTuple):
    """One request and what came of it: an answer with a ``status``, or a ``failure``.

    ``detail`` puts a failure in words; ``location`` is where a redirect leads, absolute;
    ``retry_after`` is in seconds; ``challenged`` tells that the host wants to see a browser.
    ``registered`` is what a registry says of a DOI, None if it says nothing.
    ``seconds`` is the time it took. ``inferred``: it was not sent, as others have shown
    what would come.
    """

    url: str
    service: Service = "web"
    status: int | None = None
    failure: Failure | None = None
    detail: str = ""
    location: str | None = None
    retry_after: float | None = None
    challenged: bool = False
    page: Page | None = None
    registered: bool | None = None
    seconds: float = 0.0
    inferred: bool = False

    @property
    def redirects(self) -> bool:
        """Whether the answer sends the reader elsewhere, be it nowhere in particular."""
        return self.status is not None and 300 <= self.status < 400

    @property
    def throttles(self) -> bool:
        """Whether the host asks us to come back later."""
        return self.status == 429 or (self.status == 503 and self.retry_after is not None)

    @property
    def is_gone(self) -> bool:
        """Whether the host says that there is nothing here, or there is no such host."""
        return self.status in (404, 410) or self.failure is Failure.NO_NAME

    @property
    def is_passing(self) -> bool:
        """Whether the same request may well be answered a little later."""
        if self.failure is not None:
            return self.failure not in (Failure.FORBIDDEN, Failure.HELD)
        status = self.status or 0
        return status in (408, 425) or not (200 <= status < 500 or status == 999)


class Probe(NamedTuple):
    """What was asked about a target at one time, and what it adds up to."""

    target: Target
    verdict: Verdict
    status: int | None
    final_url: str | None
    title: str
    reason: str
    checked_at: datetime
    hops: tuple[Hop, ...] = ()


INTERNAL = "the reference is internal, and so is not asked from here"


class TargetFacts(NamedTuple):
    """What is known of a target on the day: its last probe, and how it fared before.

    Without a ``probe`` nobody has asked, and ``unchecked`` says why. ``failures`` counts the
    failures in a row up to now, ``first_failed`` is the day of the first of them, and
    ``last_ok`` the last day on which the work was there. ``confirmed``: it failed
    often enough, for long enough, to be called broken.
    """

    target: Target
    probe: Probe | None = None
    unchecked: str = ""
    failures: int = 0
    first_failed: date | None = None
    last_ok: date | None = None
    confirmed: bool = False

    @property
    def verdict(self) -> Verdict:
        """The verdict of the last probe."""
        return Verdict.UNCHECKED if self.probe is None else self.probe.verdict

    def is_exempt(self, access: str) -> bool:
        """Whether a reference with such *access* need not be verified: the public cannot."""
        if access == "internal" and self.unchecked == INTERNAL:
            return True
        return self.verdict is Verdict.BLOCKED and access in ("subscription", "internal")


class Past(NamedTuple):
    """One earlier probe, as far as it counts for what comes after."""

    verdict: Verdict
    checked_at: datetime


def weigh(
    last: Probe, history: Sequence[Past], confirm_failures: int, confirm_days: int
) -> TargetFacts:
    """What *history*, oldest first and *last* included, adds up to.

    One success ends a row of failures, and so does any answer that is none.
    """
    failures = 0
    for past in reversed(history):
        if not past.verdict.fails:
            break
        failures += 1
    first = history[-failures].checked_at if failures else None
    days = (history[-1].checked_at - first).total_seconds() / 86_400 if first else 0.0
    successes = [past.checked_at for past in history if past.verdict.stands]
    return TargetFacts(
        target=last.target,
        probe=last,
        failures=failures,
        first_failed=first.date() if first else None,
        last_ok=max(successes).date() if successes else None,
        confirmed=failures >= confirm_failures and days >= confirm_days,
    )
