"""The blast radius of sources that do not stand: which articles and claims rest on them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from citewell.facts import Target, TargetFacts
from citewell.finding import BlastRadius, Finding, Touched
from citewell.identifiers import shown
from citewell.judging import Judgement, Plan
from citewell.reading import Cited
from citewell.rules.rule import Rule

STATES: Mapping[str, str] = {
    "broken-link": "broken",
    "unresolved-doi": "broken",
    "retracted-reference": "retracted",
}
"""The rules that say of a target that it does not stand, and what it is then."""

Struck = tuple[str, Target]
"""A rule, and a target of which it speaks."""


def blast_radius(
    judgements: Sequence[Judgement],
    facts: Mapping[Target, TargetFacts],
    plan: Plan,
    told: Iterable[Finding],
) -> tuple[BlastRadius, ...]:
    """What each target touches of which a rule speaks in the findings that are *told*.

    *judgements* are those of all articles, be they reported on or not; what rests most on is
    first. An article that cites the target for another work than was retracted is not touched.
    """
    places = {(each.rule, each.path, each.target) for each in told if each.rule in STATES}
    if not places:
        return ()
    rules = [rule for rule, _ in plan.rules if rule.name in STATES]
    touched: dict[Struck, dict[int, list[int]]] = {}  # numbers by judgement
    wanted: set[Struck] = set()
    for index, judged in enumerate(judgements):
        for rule, cited in _struck(rules, judged.cited, facts, plan):
            key = (rule.name, cited.target)
            touched.setdefault(key, {}).setdefault(index, []).append(cited.number)
            if (rule.name, judged.file, f"reference:{cited.number}") in places:
                wanted.add(key)
    found = (
        _radius(key, [_touched(judgements[index], own) for index, own in touched[key].items()])
        for key in touched
        if key in wanted
    )
    return tuple(sorted(found, key=lambda each: (-each.claims, -len(each.articles), each.target)))


def _struck(
    rules: Iterable[Rule],
    cited: Iterable[Cited],
    facts: Mapping[Target, TargetFacts],
    plan: Plan,
) -> Iterator[tuple[Rule, Cited]]:
    for each in cited:
        known = facts.get(each.target)
        if known is None or not (known.is_broken or known.record):
            continue
        for rule in rules:
            if rule.target and any(rule.target(each, known, plan.policy)):
                yield rule, each


def _touched(judged: Judgement, numbers: Collection[int]) -> Touched:
    own = set(numbers)
    resting = [each for each in judged.resting if not own.isdisjoint(each.numbers)]
    alone = [
        each.claim
        for each in resting
        if own.issuperset(each.numbers) and len(set(each.numbers)) == len(each.numbers)
    ]
    claims = tuple(each.claim for each in resting)
    return Touched(judged.file, judged.id, tuple(sorted(own)), claims, tuple(alone))


def _radius(key: Struck, touched: Iterable[Touched]) -> BlastRadius:
    rule, target = key
    articles = tuple(sorted(touched, key=lambda each: (-len(each.claims), each.path)))
    return BlastRadius(
        target=shown(target.text),
        kind="doi" if target.kind == "doi" else "url",
        state="retracted" if STATES[rule] == "retracted" else "broken",
        claims=sum(len(each.claims) for each in articles),
        alone=sum(len(each.alone) for each in articles),
        articles=articles,
    )
