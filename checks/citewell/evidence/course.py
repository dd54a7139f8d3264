"""What to ask next about a target, by the answers so far: a pure function, and its addresses."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from citewell.facts import SERVICES, Failure, Hop, Service, Target
from citewell.link_settings import Endpoints
from citewell.verdict import dead_end, leads_to_login, tries

SECONDS_UNTIL_GONE = 3.0
"""How long after a first 404 we ask once more: some sites lose a page for a moment."""

_SAFE_IN_PATH = "/:;()!$&'*+,=@~"  # RFC 3986, 3.3; the slash of a DOI must stay as it is


class Step(NamedTuple):
    """A request to make, ``delay`` seconds from now at the earliest.

    ``hold``: the host wants no other request before that either.
    """

    url: str
    service: Service
    delay: float = 0.0
    hold: bool = False


def next_step(
    target: Target, hops: Sequence[Hop], endpoints: Endpoints, retries: int, jitter: float
) -> Step | None:
    """The request to make after *hops*; None when all that can be asked has been.

    *jitter*, from 0 to 1, spreads the retries of what has failed together.
    """
    if target.kind == "doi":
        return _next_registry(target.text, hops, endpoints, retries, jitter)
    if not hops:
        return Step(target.text, "web")
    last = hops[-1]
    if last.redirects:
        followed = last.location and not leads_to_login(target, last) and not dead_end(hops)
        return Step(last.location, "web") if last.location and followed else None
    return _again(hops, retries, jitter)


def _next_registry(
    doi: str, hops: Sequence[Hop], endpoints: Endpoints, retries: int, jitter: float
) -> Step | None:
    """doi.org first; the registries where it says no, or nothing."""
    for service in SERVICES:
        own = [hop for hop in hops if hop.service == service]
        if not own:
            return Step(registry_url(service, doi, endpoints), service)
        if own[-1].registered:
            return None
        if own[-1].registered is None and (step := _again(own, retries, jitter)):
            return step
    return None


def _again(hops: Sequence[Hop], retries: int, jitter: float) -> Step | None:
    """The request that *hops* end with once more, if that may help."""
    last = hops[-1]
    if last.inferred:
        return None
    number = tries(hops)
    backoff = 2.0 ** (number - 1) * (1 + jitter)
    if last.is_gone:
        again = number <= retries + 1 and (number == 1 or not hops[-2].is_gone)
        return Step(last.url, last.service, SECONDS_UNTIL_GONE) if again else None
    if number > retries or last.failure is Failure.NO_TRUST:
        return None
    if last.throttles:
        delay = backoff if last.retry_after is None else last.retry_after
        return Step(last.url, last.service, delay, hold=True)
    return Step(last.url, last.service, backoff) if last.is_passing else None


def registry_url(service: Service, doi: str, endpoints: Endpoints) -> str:
    """Where *service* says whether *doi* is registered (research: registries' HTTP contracts)."""
    name = quote(doi, safe=_SAFE_IN_PATH)
    if service == "doi":
        return f"{endpoints.doi}/api/handles/{name}?type=URL"
    if service == "crossref":
        return f"{endpoints.crossref}/works/{name}"
    return f"{endpoints.datacite}/dois/{name}"
