"""The table of verdicts: what the answers about a target add up to, in words.

Pure, and total over whatever came. "Broken" is an accusation: what does not prove it is
called by its own name.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from citewell.facts import REGISTRIES, SERVICES, Failure, Hop, Target, Verdict
from citewell.identifiers import (
    has_secret,
    is_file_url,
    is_resolver,
    registrable_domain,
    strip_tracking,
    unidentifying,
    url_fault,
)

MOST_REDIRECTS = 10
"""Browsers follow 20; who sends a reader round more than ten corners is not a lasting address."""

_LOGIN = re.compile(
    r"(?i)(?:(?:^|[/._?&=-])(?:log-?[io]n|auth|oauth2?|authorize|authenticate|sso|saml2?"
    r"|shibboleth|openid)|(?:^|[/._?&=])sign[-_]?in)(?:$|[/._?&=-])"  # not babinski-sign-in-…
)
_ERROR_PAGE = re.compile(
    r"(?i)/(?:404|error|error-?404|(?:page-?)?not-?found|page_not_found)(?:\.[a-z]{2,5})?/?$"
)


class Judged(NamedTuple):
    """A verdict with its evidence: the address that was reached, and the reason in words."""

    verdict: Verdict
    reason: str
    status: int | None = None
    final_url: str | None = None
    title: str = ""


def judge(target: Target, hops: Sequence[Hop], cut: str = "") -> Judged:
    """What the answers to the requests *hops*, in their order, say about *target*.

    The rows of the table are tried from the top; the first that fits is the verdict. *cut*
    says why no more was asked, where more should have been. Total: whatever came, there
    is a verdict.

    - ``unchecked``: not asked, or not to the end.
    - ``refused``: we would not ask: an address that is not global, more than ten redirects, a
      loop, a redirect to nowhere.
    - ``throttled``: 429, or 503 with Retry-After, after waiting.
    - ``blocked``: 401, 403, 999 and the other 4xx that say nothing of the work; a challenge
      for browsers; a redirect to a login page.
    - ``unreachable``: no answer, no trust, 408, 425, 5xx.
    - ``gone``: 404 or 410 twice; a host that does not exist; a DOI that nobody knows.
    - ``suspicious``: an answer that cannot be the work.
    - ``moved``: for good, to an address on the same domain.
    - ``ok``: any other 2xx.
    """
    if cut or not hops:
        return Judged(Verdict.UNCHECKED, cut or "it was not asked for")
    if target.kind == "doi":
        return _judge_doi(hops)
    last = hops[-1]
    verdict, reason = (
        _refused(target, hops)
        or _throttled(last)
        or _blocked(target, last)
        or _unreachable(hops)
        or _gone(last)
        or _suspicious(target, last)
        or _moved(target, hops)
        or (Verdict.OK, _well(last))
    )
    final = _replacement(target, last) if verdict is Verdict.MOVED else last.location or last.url
    return Judged(verdict, reason, last.status, final, last.page.title if last.page else "")


Row = tuple[Verdict, str] | None


def _refused(target: Target, hops: Sequence[Hop]) -> Row:
    last = hops[-1]
    if last.failure is Failure.FORBIDDEN:
        return Verdict.REFUSED, last.detail
    if last.redirects and not leads_to_login(target, last) and (why := dead_end(hops)):
        return Verdict.REFUSED, why
    return None


def _throttled(last: Hop) -> Row:
    if last.failure is Failure.HELD:
        return Verdict.THROTTLED, last.detail
    if last.throttles:
        wait = "" if last.retry_after is None else f" and asks to wait {last.retry_after:.0f} s"
        return Verdict.THROTTLED, f"the host answers {_phrase(last)}{wait}"
    return None


def _blocked(target: Target, last: Hop) -> Row:
    if last.challenged:
        return Verdict.BLOCKED, "the host wants to see a browser before it shows the page"
    if leads_to_login(target, last):
        return Verdict.BLOCKED, f"it leads to a login page, {last.location}"
    status = last.status or 0
    if (400 <= status < 500 and status not in (404, 408, 410, 425, 429)) or status == 999:
        return Verdict.BLOCKED, f"the host refuses us: {_phrase(last)}"
    return None


def _unreachable(hops: Sequence[Hop]) -> Row:
    last = hops[-1]
    number = tries(hops)
    if last.is_gone:
        if last.inferred or (number > 1 and hops[-2].is_gone):
            return None
        return Verdict.UNREACHABLE, f"{what_came(last)} once, and not again when asked again"
    if last.is_passing:
        times = f" (asked {number} times)" if number > 1 else ""
        return Verdict.UNREACHABLE, f"{what_came(last)}{times}"
    return None


def _gone(last: Hop) -> Row:
    if not last.is_gone:
        return None
    again = "" if last.failure else ", and again some seconds later"
    return Verdict.GONE, f"{what_came(last)}{again}"


def _suspicious(target: Target, last: Hop) -> Row:
    """An answer that cannot be the work, by where it came from or by what it shows."""
    if last.page and last.page.fault:
        return Verdict.SUSPICIOUS, last.page.fault
    if _same(last.url, target.text):
        return None
    before, after = urlsplit(target.text), urlsplit(last.url)
    if _ERROR_PAGE.search(after.path) and not _ERROR_PAGE.search(before.path):
        return Verdict.SUSPICIOUS, f"it now leads to an error page, {last.url}"
    if is_resolver(before.hostname or ""):
        return None  # to lead elsewhere is what it is for
    hosts = [(parts.hostname or "").removeprefix("www.") for parts in (before, after)]
    # www.nhs.uk and nhs.uk are one site, though "nhs.uk" is a public suffix.
    if hosts[0] != hosts[1] and registrable_domain(hosts[0]) != registrable_domain(hosts[1]):
        return Verdict.SUSPICIOUS, f"it now leads to another site, {last.url}"
    front = "the front page of a site"
    if unidentifying(last.url) == front and unidentifying(target.text) != front:
        return Verdict.SUSPICIOUS, f"it now leads to the front page, {last.url}"
    return None


def _moved(target: Target, hops: Sequence[Hop]) -> Row:
    redirects = [hop for hop in hops if hop.redirects]
    if not redirects or any(hop.status not in (301, 308) for hop in redirects):
        return None
    before, after = urlsplit(target.text), urlsplit(hops[-1].url)
    # A resolver's address outlives the pages behind it, and nobody is led back to http:.
    if is_resolver(before.hostname or "") or (before.scheme, after.scheme) == ("https", "http"):
        return None
    new = _replacement(target, hops[-1])
    if new == target.text or has_secret(new):
        return None  # a session is no lasting address
    return Verdict.MOVED, f"it has moved for good to {new}"


def _well(last: Hop) -> str:
    if last.page and last.page.missing_fragment:
        return f"{_phrase(last)}; the page has no part '{last.page.missing_fragment}'"
    return _phrase(last)


def _judge_doi(hops: Sequence[Hop]) -> Judged:
    """A DOI is verified where it is registered, never by the page that it leads to."""
    for hop in hops:
        if hop.registered:
            reason = f"it is registered with {SERVICES[hop.service]}"
            return Judged(Verdict.OK, reason, hop.status, hop.location)
    # A list leaves out aliases, so it cannot say that a DOI is not registered.
    last = {hop.service: hop for hop in hops if hop.service in REGISTRIES}
    if all(name in last and last[name].registered is False for name in REGISTRIES):
        reason = f"it is registered with none of {', '.join(SERVICES[name] for name in REGISTRIES)}"
        return Judged(Verdict.GONE, reason, last["doi"].status)
    silent = [last[name] for name in REGISTRIES if name in last and last[name].registered is None]
    first = silent[0] if silent else hops[-1]
    name = SERVICES.get(first.service, "the host")
    if first.throttles or first.failure is Failure.HELD:
        return Judged(Verdict.THROTTLED, f"{name} asks us to wait", first.status)
    if first.failure is Failure.FORBIDDEN:
        return Judged(Verdict.REFUSED, f"{name}: {first.detail}")
    if first.failure is None and not first.is_passing:
        return Judged(
            Verdict.BLOCKED, f"{name} gives no answer to us: {_phrase(first)}", first.status
        )
    return Judged(Verdict.UNCHECKED, f"{name} could not be asked: {what_came(first)}")


def dead_end(hops: Sequence[Hop]) -> str:
    """Why the redirect that *hops* end with cannot be followed; nothing if it can."""
    location = hops[-1].location
    if location is None:
        return f"it redirects ({_phrase(hops[-1])}) without saying where"
    if fault := url_fault(location) or (is_file_url(location) and "it is a file"):
        return f"it redirects to an address that cannot be asked: {fault}"
    if any(_same(hop.url, location) for hop in hops):
        return f"it redirects in a loop, back to {location}"
    if sum(hop.redirects for hop in hops) > MOST_REDIRECTS:
        return f"it redirects more than {MOST_REDIRECTS} times"
    return ""


def leads_to_login(target: Target, hop: Hop) -> bool:
    """Whether *hop* redirects to a page where readers must say who they are."""
    if not hop.redirects or not hop.location or url_fault(hop.location):
        return False
    before, after = urlsplit(target.text), urlsplit(hop.location)
    if _LOGIN.search(f"{before.path}?{before.query}"):
        return False
    if _LOGIN.search(f"{after.path}?{after.query}"):
        return True
    back = {target.text, hop.url, before.path if len(before.path) > 1 else target.text}
    return any(unquote(value) in back for _, value in parse_qsl(after.query))


def tries(hops: Sequence[Hop]) -> int:
    """How often the last address was asked in a row."""
    number = 0
    for hop in reversed(hops):
        if hop.url != hops[-1].url:
            break
        number += 1
    return number


def what_came(hop: Hop) -> str:
    """The answer of *hop* in words, or why there is none."""
    if hop.failure is None:
        return f"the host answers {_phrase(hop)}"
    return f"{hop.detail}, as other requests have shown" if hop.inferred else hop.detail


def _phrase(hop: Hop) -> str:
    try:
        return f"{hop.status} {HTTPStatus(hop.status or 0).phrase}"
    except ValueError:
        return str(hop.status)


def _same(one: str, other: str) -> bool:
    return urldefrag(one).url == urldefrag(other).url


def _replacement(target: Target, last: Hop) -> str:
    """Where the work is now; a fragment survives a redirect that names none (RFC 9110, 10.2.2)."""
    fragment = urldefrag(target.text).fragment
    new = strip_tracking(last.url)[0]
    return new if not fragment or urldefrag(new).fragment else f"{new}#{fragment}"
