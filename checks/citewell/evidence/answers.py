"""What the hops of a target say of the work itself, beyond whether it stands: pure functions."""

from collections.abc import Sequence
from datetime import datetime

from citewell.facts import SERVICES, UNREADABLE, Answer, Hop, Service, Target
from citewell.verdict import judge, what_came

TOO_MUCH = (400, 413, 414, 431)
"""A list that is refused so holds a DOI that Crossref cannot bear, or is too long."""


def share(hop: Hop, target: Target, url: str) -> Hop:
    """The part of *target* in the answer *hop* to a question about several; *url* asks for it.

    What a readable list leaves out is not registered with Crossref, or is an alias; what is
    refused though it was asked alone is not in the list either.
    """
    if hop.service == "agency":
        return hop._replace(url=url)
    own = tuple(record for record in hop.records or () if record.doi == target.text)
    told = hop.records is not None or hop.status in TOO_MUCH
    return hop._replace(url=url, records=own or None, registered=bool(own) if told else None)


def is_worth_halving(hop: Hop, number: int) -> bool:
    """Whether *hop*, about *number* DOIs, would say more if it was about half as many."""
    is_list = hop.service == "crossref-list" and number > 1
    return is_list and (hop.status in TOO_MUCH or (hop.status == 200 and hop.records is None))


def answer(target: Target, hops: Sequence[Hop], when: datetime) -> Answer | None:
    """What is held on *target*; None if that could not be learned."""
    if not hops:
        return None
    last = hops[-1]
    empty = Answer(target, _source(last), last.sha256, when)
    if target.kind == "quotes":
        stands = judge(target.page, hops).verdict.stands
        return empty._replace(quotes=last.quotes) if stands and last.quotes else None
    if target.kind == "work":
        return None if last.records is None else empty._replace(records=last.records)
    if target.kind == "capture":
        return None if last.captures is None else empty._replace(captures=last.captures)
    for hop in hops:
        if hop.records:
            record = hop.records[0]
            return Answer(target, _source(hop), record.sha256, when, (record,))
    last_tries = {hop.url: hop for hop in hops}.values()
    told = [hop for hop in last_tries if hop.service != "agency"]
    return empty if all(hop.answered and hop.records is None for hop in told) else None


def why_unanswered(target: Target, hops: Sequence[Hop]) -> str:
    """Who did not say what is held on *target*, and why."""
    if target.kind == "quotes":
        return judge(target.page, hops).reason
    for hop in hops:
        if not hop.answered and hop.service != "agency":
            said = what_came(hop)
            if hop.status == 200:
                said = "what it sends cannot be read"
            return f"{SERVICES.get(hop.service, 'the host')} could not be asked: {said}"
    return "what its registry sends cannot be read" if hops else UNREADABLE


def _source(hop: Hop) -> Service:
    return "crossref" if hop.service == "crossref-list" else hop.service


def prefix(doi: str) -> str:
    """The part of *doi* that a registrant has from an agency."""
    return doi.partition("/")[0]
