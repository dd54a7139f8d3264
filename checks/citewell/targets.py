"""The targets of a run: what is known of each, and what that adds up to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from citewell.facts import INTERNAL, Target, TargetFacts, Verdict
from citewell.finding import NotEvaluated, TargetCount, TargetFact
from citewell.identifiers import shown
from citewell.reading import Cited

Gather = Callable[[Iterable[Sequence[Target]]], Mapping[Target, TargetFacts]]
"""Finds out what is known of targets, which come in batches; every one of them gets its facts."""

LINKS_OFF = "links were not asked for"


def gathered(
    batches: Iterable[Sequence[Cited]], gather: Gather | None, *, ask_internal: bool
) -> dict[Target, TargetFacts]:
    """The facts of every target that is cited in *batches*, by *gather* or none without it.

    Unless *ask_internal*, what only internal references point to is not asked: from where
    the public is, it seems not to exist.
    """
    targets: dict[Target, None] = {}

    def asked() -> Iterator[Sequence[Target]]:
        for batch in batches:
            targets.update(dict.fromkeys(each.target for each in batch))
            yield [each.target for each in batch if ask_internal or each.access != "internal"]

    facts = {} if gather is None else gather(asked())
    for _ in asked():  # whatever nobody has asked for
        pass
    why = LINKS_OFF if gather is None else INTERNAL
    return {target: facts.get(target) or TargetFacts(target, unchecked=why) for target in targets}


def counted(cited: Iterable[Cited], facts: Mapping[Target, TargetFacts]) -> TargetCount:
    """The distinct targets by what is known; exempt are those that no reference must verify."""
    demanding = {each.target for each in cited if not facts[each.target].is_exempt(each.access)}
    count = Counter(_kind(facts[target], target in demanding) for target in _distinct(cited))
    return TargetCount(**count)


def _kind(facts: TargetFacts, demanded: bool) -> str:
    if not demanded:
        return "exempt"
    if facts.verdict is Verdict.UNCHECKED:
        return "unchecked"
    if facts.verdict.stands:
        return "verified"
    return "failing" if facts.verdict.fails else "unverified"


def told(cited: Iterable[Cited], facts: Mapping[Target, TargetFacts]) -> Iterator[TargetFact]:
    """What is known of each target, as reports show it."""
    for target in _distinct(cited):
        known = facts[target]
        probe = known.probe
        final = probe.final_url if probe else None
        yield TargetFact(
            target=shown(target.text),
            kind=target.kind,
            verdict=known.verdict.value,
            status=probe.status if probe else None,
            final_url=shown(final) if final else None,
            checked_at=probe.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ") if probe else None,
            reason=shown(probe.reason if probe else known.unchecked),
        )


def not_evaluated(
    cited: Iterable[Cited], facts: Mapping[Target, TargetFacts]
) -> Iterator[NotEvaluated]:
    """What was not asked, once for each reason."""
    cited = tuple(cited)
    exempt = {each.target for each in cited if facts[each.target].is_exempt(each.access)}
    unchecked = (
        facts[target].unchecked
        for target in _distinct(cited)
        if facts[target].probe is None and target not in exempt
    )
    for reason, number in Counter(unchecked).items():
        yield NotEvaluated("broken-link", None, reason, number)


def _distinct(cited: Iterable[Cited]) -> tuple[Target, ...]:
    return tuple(dict.fromkeys(each.target for each in cited))
