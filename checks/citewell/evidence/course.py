"""What to ask next about a target, by the answers so far: a pure function, and its addresses."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from citewell.evidence.crossref import FIELDS
from citewell.evidence.registration import CDX
from citewell.facts import REGISTRIES, Failure, Hop, Service, Target
from citewell.identifiers import split_url
from citewell.link_settings import Endpoints
from citewell.verdict import dead_end, leads_to_login, tries

SECONDS_UNTIL_GONE = 3.0
"""How long after a first 404 we ask once more: some sites lose a page for a moment."""
MOST_IN_A_LIST = 50
"""DOIs in one question to Crossref; as many have been seen to work."""
_ROWS = 5  # works or captures that a search is to give

_OWN: dict[str, Service] = {"Crossref": "crossref", "DataCite": "datacite"}
"""The agencies whose records we can read."""

_SAFE_IN_PATH = "/:;()!$&'*+,=@~"  # RFC 3986, 3.3; the slash of a DOI must stay as it is
_SAFE_IN_LIST = "/:;()!$*@~"  # commas separate the DOIs


class Step(NamedTuple):
    """A request to make, ``delay`` seconds from now at the earliest.

    ``hold``: the host wants no other request before that either. ``shared``: one request
    may ask this of many DOIs; see :func:`shared_url`.
    """

    url: str
    service: Service
    delay: float = 0.0
    hold: bool = False
    shared: bool = False


def next_step(
    target: Target,
    hops: Sequence[Hop],
    endpoints: Endpoints,
    retries: int,
    jitter: float,
    agency: str | None = None,
    registered: bool = False,
) -> Step | None:
    """The request to make after *hops*; None when all that can be asked has been.

    *jitter*, from 0 to 1, spreads the retries of what has failed together. *agency* is that of
    the prefix of a DOI: None if nobody has asked, and "" if that did not help. Of a DOI that is
    known to be *registered*, only the record is asked for.
    """
    if target.kind in ("url", "quotes"):
        return _next_page(target.page, hops, retries, jitter)
    if target.kind == "doi":
        plan = _registries(target.text, hops, agency, registered, endpoints)
    elif target.kind == "work":
        plan = iter([Step(_search_url(target.text, endpoints), "crossref-list")])
    else:
        plan = _captures(target, hops, endpoints)
    for step in plan:
        own = [hop for hop in hops if hop.url == step.url]
        if not own:
            return step
        if not own[-1].answered:
            again = _again(own, retries, jitter)
            if again or step.service == "archive":
                return again and again._replace(shared=step.shared)
    return None


def _next_page(target: Target, hops: Sequence[Hop], retries: int, jitter: float) -> Step | None:
    if not hops:
        return Step(target.text, "web")
    last = hops[-1]
    if last.redirects:
        followed = last.location and not leads_to_login(target, last) and not dead_end(hops)
        return Step(last.location, "web") if last.location and followed else None
    return _again(hops, retries, jitter)


def _registries(
    doi: str, hops: Sequence[Hop], agency: str | None, registered: bool, endpoints: Endpoints
) -> Iterator[Step]:
    """Crossref's list first, as it tells of many DOIs at once; one by one what it does not know.

    A list does not follow aliases. Where it gives no answer at all, Crossref is not asked
    for single records either, unless nobody else knows the DOI.
    """
    listed = own_url("crossref-list", doi, endpoints)
    is_down = False
    if "," not in doi:
        yield Step(listed, "crossref-list", shared=True)
        is_down = not any(hop.answered for hop in hops if hop.url == listed)
    if agency is None and not is_down and not any(hop.records for hop in hops):
        yield Step(own_url("agency", doi, endpoints), "agency", shared=True)
    own = None if is_down else _OWN.get(agency or "")
    for service in (own, *(each for each in REGISTRIES if each != own)) if own else REGISTRIES:
        known = registered and (own is None or any(hop.service == own for hop in hops))
        if _is_settled(hops, agency, known):
            return
        yield Step(registry_url(service, doi, endpoints), service)
        if service == "crossref" and (alias := _alias(hops, endpoints)):
            yield Step(alias, "crossref")


def _alias(hops: Sequence[Hop], endpoints: Endpoints) -> str | None:
    """Where Crossref says that the record is of which a DOI is an alias, if within Crossref."""
    for hop in hops:
        place = hop.location or ""
        if hop.service == "crossref" and hop.redirects and _same_origin(place, endpoints.crossref):
            return place
    return None


def _same_origin(one: str, other: str) -> bool:
    first, second = split_url(one), split_url(other)
    return first is not None and second is not None and first[:2] == second[:2]


def _is_settled(hops: Sequence[Hop], agency: str | None, known: bool) -> bool:
    """Whether a DOI is known to be registered, and its record is here or cannot be had."""
    if any(hop.records for hop in hops):
        return True
    return agency != "" and (known or any(hop.registered for hop in hops))


def _captures(target: Target, hops: Sequence[Hop], endpoints: Endpoints) -> Iterator[Step]:
    """The nearest captures before a day, else the nearest after it."""
    for bound in ("to", "from"):
        if not any(hop.captures for hop in hops):
            yield Step(_capture_url(target, bound, endpoints), "archive")


def _again(hops: Sequence[Hop], retries: int, jitter: float) -> Step | None:
    """The request that *hops* end with once more, if that may help."""
    last = hops[-1]
    if last.inferred or last.service == "agency":
        return None
    number = tries(hops)
    backoff = 2.0 ** (number - 1) * (1 + jitter)
    if last.is_gone:
        if last.service not in ("web", *REGISTRIES):
            return None  # no page is lost here: there is no such service
        again = number <= retries + 1 and (number == 1 or not hops[-2].is_gone)
        return Step(last.url, last.service, SECONDS_UNTIL_GONE) if again else None
    if number > retries or last.failure is Failure.NO_TRUST:
        return None
    if last.throttles:
        delay = backoff if last.retry_after is None else last.retry_after
        return Step(last.url, last.service, delay, hold=True)
    is_garbled = last.service != "web" and last.status == 200  # or it would have answered
    return Step(last.url, last.service, backoff) if last.is_passing or is_garbled else None


def registry_url(service: Service, doi: str, endpoints: Endpoints) -> str:
    """Where *service* says whether *doi* is registered (research: registries' HTTP contracts)."""
    name = quote(doi, safe=_SAFE_IN_PATH)
    if service == "doi":
        return f"{endpoints.doi}/api/handles/{name}?type=URL"
    if service == "crossref":
        return f"{endpoints.crossref}/works/{name}"
    return f"{endpoints.datacite}/dois/{name}"


def own_url(service: Service, doi: str, endpoints: Endpoints) -> str:
    """What a shared question asks of *doi*; this is how it is remembered."""
    name = quote(doi, safe=_SAFE_IN_LIST)
    if service == "agency":
        return f"{endpoints.doi}/doiRA/{name}"
    return f"{endpoints.crossref}/works?filter=doi:{name}"


def shared_url(service: Service, dois: Sequence[str], endpoints: Endpoints) -> str:
    """The one question to *service* that stands for those about each of *dois*.

    Crossref leaves out the DOIs that it does not know; doi.org names the agency of each.
    """
    names = [quote(doi, safe=_SAFE_IN_LIST) for doi in dois]
    if service == "agency":
        return f"{endpoints.doi}/doiRA/{','.join(names)}"
    filters = ",".join(f"doi:{name}" for name in names)
    fields = ",".join(FIELDS)
    return f"{endpoints.crossref}/works?filter={filters}&rows={len(names)}&select={fields}"


def _search_url(words: str, endpoints: Endpoints) -> str:
    """Where Crossref looks for a work by what a reference says of it."""
    fields = ",".join(FIELDS)
    query = quote(words, safe="")
    return f"{endpoints.crossref}/works?query.bibliographic={query}&rows={_ROWS}&select={fields}"


def _capture_url(target: Target, bound: str, endpoints: Endpoints) -> str:
    """Where an archive lists the captures of a page nearest to a day, on one side of it."""
    end = f"{target.day}{'235959' if bound == 'to' else '000000'}"
    return (
        f"{endpoints.archive}{CDX}?url={quote(target.page.text, safe='')}&{bound}={end}"
        f"&closest={end}&sort=closest&filter=statuscode:200&output=json&limit={_ROWS}"
    )
