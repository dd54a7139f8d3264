"""What was learned of a target: hops, probes, answers, and what is known from all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # nothing offline needs them
    from citewell.record import Capture, Description, Quote, Record

Service = Literal["web", "doi", "crossref", "datacite", "crossref-list", "agency", "archive"]
_GAP = "  "  # neither in an address nor in one line of words
SERVICES: dict[Service, str] = {
    "doi": "doi.org",
    "crossref": "Crossref",
    "datacite": "DataCite",
    "crossref-list": "Crossref",  # many DOIs in one question, or a search
    "agency": "doi.org",  # with whom are DOIs of a prefix registered?
    "archive": "the web archive",
}
"""Whom we ask besides the hosts themselves, by the name that readers know."""
REGISTRIES: tuple[Service, ...] = ("doi", "crossref", "datacite")
"""Who can say that a DOI is not registered; only all of them together can prove it."""


class FactsError(Exception):
    """Facts can neither be had nor kept; the message says why, and what to do."""


class Target(NamedTuple):
    """What a reference gives us to ask about.

    What it points to: a URL as it is written, or a bare DOI in lower case. Or what it may
    lack: a ``work`` without a DOI, as words to search for; the ``capture`` of a page, as the
    day of interest and its URL, in the form that archives use: ``20220422/https://…``. Or the
    ``quotes`` that were taken from a page: see :func:`quotes_on`.
    """

    kind: Literal["url", "doi", "work", "capture", "quotes"]
    text: str

    @property
    def is_address(self) -> bool:
        """Whether readers can go there."""
        return self.kind in ("url", "doi")

    @property
    def page(self) -> "Target":
        """The page that a capture or quotes are of; what is an address itself stays that."""
        if self.kind == "capture":
            return Target("url", self.text.partition("/")[2])
        return Target("url", self.text.partition(_GAP)[0]) if self.kind == "quotes" else self

    @property
    def quotes(self) -> tuple[str, ...]:
        """The words that are looked for on a page."""
        return tuple(self.text.split(_GAP)[1:]) if self.kind == "quotes" else ()

    @property
    def day(self) -> str:
        """The day on which a page was of interest, as YYYYMMDD."""
        return self.text.partition("/")[0]


def capture_of(url: str, day: date) -> Target:
    """The capture of *url* that shows what was there on *day*."""
    return Target("capture", f"{day:%Y%m%d}/{url}")


def quotes_on(url: str, quotes: Iterable[str]) -> Target:
    """The question which of *quotes*, each in the form of :func:`one_line`, are on a page."""
    return Target("quotes", _GAP.join((url, *sorted(set(quotes)))))


def one_line(text: str) -> str:
    """*text* with single blanks and without invisible characters, so that a ledger can show it."""
    words = ("".join(filter(str.isprintable, word)) for word in text.split())
    return " ".join(filter(None, words))


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

    @property
    def wants_capture(self) -> bool:
        """Whether readers would be glad of a capture of the page."""
        return self in (Verdict.GONE, Verdict.UNREACHABLE, Verdict.SUSPICIOUS)


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

    The last fields are what an answer of a registry or an archive holds, None if it could not
    be read: works, captures, the agency of each DOI; its ``sha256``; and its ``pace``, how many
    seconds apart, and how many at once, it wants to be asked. ``quotes`` are those that a page
    was searched for, with its ``sha256``, and ``description`` what it says of itself.
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
    records: "tuple[Record, ...] | None" = None
    captures: "tuple[Capture, ...] | None" = None
    agencies: Mapping[str, str] | None = None
    sha256: str = ""
    pace: tuple[float, int] | None = None
    quotes: "tuple[Quote, ...] | None" = None
    description: "Description | None" = None

    @property
    def answered(self) -> bool:
        """Whether a registry or an archive has said anything."""
        held = (self.registered, self.records, self.captures, self.agencies)
        return any(each is not None for each in held)

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


class Answer(NamedTuple):
    """What a registry or an archive holds on a target; nothing, if that is what it says.

    ``sha256`` is that of the part of its JSON that is about the target. Or the quotes that
    are on a page that stands, in the order of the target, and the sum of what was read of it.
    """

    target: Target
    source: Service
    sha256: str
    checked_at: datetime
    records: "tuple[Record, ...]" = ()
    captures: "tuple[Capture, ...]" = ()
    quotes: "tuple[Quote, ...]" = ()


Fact = Probe | Answer


@dataclass(frozen=True, slots=True)
class Seal:
    """Which facts something rests on.

    They are those about its targets up to the high-water mark ``newest`` (UTC, ISO 8601; None
    if there are none); ``sha256`` is that of their own SHA-256 sums, sorted, a line each.
    """

    facts: int
    newest: str | None
    sha256: str


UNREADABLE = "no registry that citewell can read has one"
"""Why there is no record of a DOI that is registered."""
INTERNAL = "the reference is internal, and so is not asked from here"


class TargetFacts(NamedTuple):
    """What is known of a target on the day: its last probe, and how it fared before.

    Without a ``probe`` nobody has asked, and ``unchecked`` says why. ``failures`` counts the
    failures in a row up to now, ``first_failed`` is the day of the first of them, and
    ``last_ok`` the last day on which the work was there. ``confirmed``: it failed
    often enough, for long enough, to be called broken. ``answer`` is what a registry or an
    archive holds on it, and ``unanswered`` why that is not known. ``past`` are all probes,
    oldest first.
    """

    target: Target
    probe: Probe | None = None
    unchecked: str = ""
    failures: int = 0
    first_failed: date | None = None
    last_ok: date | None = None
    confirmed: bool = False
    answer: Answer | None = None
    unanswered: str = ""
    past: "tuple[Past, ...]" = ()

    @property
    def wants_answer(self) -> bool:
        """Whether there may be something held on the target, and it is not known today.

        What was known of a DOI on an earlier day may be out of date.
        """
        if self.target.kind == "doi":
            return self.verdict.stands and (self.record is None or bool(self.unanswered))
        in_doubt = any(quote.found is None for quote in self.quotes.values())
        return self.target.kind != "url" and (bool(self.unanswered) or in_doubt)

    @property
    def quotes(self) -> "Mapping[str, Quote]":
        """What is known of each of the quotes that were looked for."""
        return dict(
            zip(self.target.quotes, self.answer.quotes if self.answer else (), strict=False)
        )

    @property
    def record(self) -> "Record | None":
        """The work that a DOI names, if its registry has told."""
        return self.answer.records[0] if self.answer and self.answer.records else None

    @property
    def verdict(self) -> Verdict:
        """The verdict of the last probe."""
        return Verdict.UNCHECKED if self.probe is None else self.probe.verdict

    @property
    def is_broken(self) -> bool:
        """Whether it is proven that nothing is there.

        What never worked is judged at once if it is gone; all else when its failure is confirmed.
        """
        never_worked = self.verdict is Verdict.GONE and self.last_ok is None
        return never_worked or (self.verdict.fails and self.confirmed)

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
        past=tuple(history),
    )
