"""Rules of the group ``links``: what stands behind the DOIs and URLs, as far as it was asked.

The addresses of the examples say what they are: ``…/gone`` has answered 404, and so on.
"""

from collections.abc import Iterator
from datetime import date

from citewell.facts import TargetFacts, Verdict
from citewell.finding import Fix, Operation, Remark, Severity, json_pointer
from citewell.reading import Cited
from citewell.rules.rule import Policy

_UNVERIFIABLE = {
    Verdict.BLOCKED: "Open it in a browser. If readers must pay or log in, say "
    "'access: subscription'.",
    Verdict.THROTTLED: "Wait: it is asked again in the next run.",
    Verdict.REFUSED: "Open it in a browser. If it does not open there, find where the work is now.",
}


def broken_link(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """A web address still leads somewhere.

    What: a `url` that answers 404 or 410 twice, or whose host does not exist. One that used
        to work, or that gives no answer, only when it has failed as often, and for as many
        days, as the settings ask (`confirm_failures`, `confirm_days`). A warning at most where
        the reference gives a capture under `archive`.
    Why: AMA Manual of Style, 11th ed., 3.15, asks for an address that the reader can
        follow: behind a dead one, nobody can verify the claim.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/gone"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/ok"}
    """
    if cited.target.kind == "url" and facts.is_broken:
        yield Remark(
            cited.path,
            f"The address of reference {cited.number} is broken: {_told(facts)}",
            "Readers have the capture that the reference gives. Find where the work is now."
            if cited.archived
            else "Find where the work is now, or a capture in an archive, or cite another source.",
            at_most=Severity.WARNING if cited.archived else None,
        )


def unresolved_doi(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """A DOI is registered.

    What: a DOI that neither doi.org nor Crossref nor DataCite knows.
    Why: ISO 26324 and the DOI Handbook: a DOI that is not registered identifies nothing; most
        often a digit was mistyped, or the reference was made up.
    Bad:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: 10.5555/gone}
    Good:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: 10.5555/ok}
    """
    if cited.target.kind == "doi" and facts.is_broken:
        yield Remark(
            cited.path,
            f"The DOI of reference {cited.number} does not exist: {_told(facts)}",
            "Copy the DOI from the work itself; check that the work exists.",
        )


def failing_link(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """An address answers.

    What: a `url` or DOI that gave no usable answer, or that used to work and now does not,
        while this may still be a passing fault: a timeout, a lost connection, a certificate
        that cannot be trusted, 5xx, a first 404.
    Why: most of what fails once works again the next day; what keeps failing becomes
        `broken-link`.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/unreachable"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/ok"}
    """
    if facts.verdict.fails and not facts.is_broken:
        yield Remark(
            cited.path,
            f"{_what(cited)} fails: {_told(facts)}",
            "Open it in a browser. If it works there, wait: only what keeps failing is broken.",
        )


def suspicious_link(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """What answers is the work.

    What: a `url` that answers, but leads to the front page, to another site, or to a page
        that says "not found", offers the domain for sale, or is empty.
    Why: sites that lose a page often say so with a friendly page instead of a 404, and
        domains that are given up are bought for their links: "reference rot"
        (doi:10.1371/journal.pone.0115253).
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/suspicious"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/ok"}
    """
    if facts.verdict is Verdict.SUSPICIOUS:
        yield Remark(
            cited.path,
            f"The address of reference {cited.number} may no longer show the work: {_told(facts)}",
            "Open it. If it is not the work that was read, find that, or a capture in an archive.",
        )


def moved_link(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """An address is where the work is now.

    What: a `url` that is redirected for good (301 or 308 at every step) to another address on
        the same domain. A DOI is never replaced by the page that it leads to.
    Why: RFC 9110, 15.4.2 and 15.4.9: references to it ought to use the new address, and
        redirects are the first thing to go at the next relaunch.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/moved"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/ok"}
    """
    if facts.verdict is Verdict.MOVED and facts.probe and facts.probe.final_url:
        new = facts.probe.final_url
        step = Operation("replace", json_pointer(cited.path), new)
        yield Remark(
            cited.path,
            f"The address of reference {cited.number} has moved for good",
            f"Write {new}",
            fix=Fix(True, "Write the new address", (step,)),
        )


def unverifiable_link(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """What cannot be verified is known to be so.

    What: a `url` or DOI whose host refuses programs (401, 403, a challenge, a login page),
        asks us to come back later, or that we would not ask: an address that is not public,
        a redirect that has no end. Not where the reference says `access: subscription` or
        `internal`, and the host wants to know who is asking.
    Why: a refusal says nothing of the work, so it is no fault; but nobody should take it for a
        verification.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/blocked"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/blocked",
             access: subscription}
    """
    if facts.verdict in _UNVERIFIABLE and not facts.is_exempt(cited.access):
        yield Remark(
            cited.path,
            f"{_what(cited)} cannot be verified: {_told(facts)}",
            _UNVERIFIABLE[facts.verdict],
        )


def unverified_target(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """Every address was seen working.

    What: a `url` or DOI that was not verified, for whatever reason. Off, unless the settings
        turn it on; an error with `--require-verified`.
    Why: for a house that publishes nothing unverified, "could not tell" is not enough.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/unchecked"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/ok"}
    """
    is_told = facts.verdict.stands or facts.is_exempt(cited.access) or facts.is_broken
    if cited.target.is_address and not is_told:
        yield Remark(
            cited.path,
            f"{_what(cited)} was not verified: {_told(facts)}",
            "Run the check again where and when it can be asked, or open it and waive this.",
        )


def _what(cited: Cited) -> str:
    noun = "DOI" if cited.path[-1] == "doi" else "address"
    return f"The {noun} of reference {cited.number}"


def _told(facts: TargetFacts) -> str:
    """The reason, and how long this has been so."""
    if facts.probe is None:
        return facts.unchecked
    return facts.probe.reason + _since(facts.failures, facts.first_failed, facts.last_ok)


def _since(failures: int, first_failed: date | None, last_ok: date | None) -> str:
    times = f"; {failures} failures in a row since {first_failed}" if failures > 1 else ""
    return f"{times}; last seen working on {last_ok}" if failures and last_ok else times
