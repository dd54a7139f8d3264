"""The targets of a run: what is known of each, and what that adds up to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from citewell.facts import INTERNAL, UNREADABLE, Target, TargetFacts, Verdict
from citewell.finding import LINKS_OFF, NotEvaluated, TargetCount, TargetFact
from citewell.identifiers import shown
from citewell.reading import Cited

Gather = Callable[[Iterable[Sequence[Target]]], Mapping[Target, TargetFacts]]
"""Finds out what is known of targets, which come in batches; every one of them gets its facts."""

NOT_SEARCHED = "the page was not searched"


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
    known = {target: facts.get(target) or TargetFacts(target, unchecked=why) for target in targets}
    for target, own in known.items():
        if target.kind == "capture" and not known[target.page].verdict.wants_capture:
            known[target] = own._replace(answer=None, unanswered="")
        elif target.kind == "quotes" and (why := _why_untold(own, known[target.page])):
            known[target] = own._replace(answer=None, unanswered=why)
    return known


def _why_untold(own: TargetFacts, page: TargetFacts) -> str:
    """Why nothing is known today of the quotes that *own* is about; nothing if it is.

    What was seen on an earlier day says nothing of a *page* that cannot be read now.
    """
    if page.probe is not None and not page.verdict.stands:
        return page.probe.reason
    return own.unanswered or ("" if own.answer else page.unchecked or NOT_SEARCHED)


def counted(cited: Iterable[Cited], facts: Mapping[Target, TargetFacts]) -> TargetCount:
    """The distinct targets by what is known; exempt are those that no reference must verify."""
    cited = tuple(cited)
    demanding = {each.target for each in cited if not facts[each.target].is_exempt(each.access)}
    count = Counter(_kind(facts[target], target in demanding) for target in addresses(cited))
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
    for target in addresses(cited):
        known = facts[target]
        probe = known.probe
        final = probe.final_url if probe else None
        yield TargetFact(
            target=shown(target.text),
            kind="doi" if target.kind == "doi" else "url",
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
        for target in addresses(cited)
        if facts[target].probe is None and target not in exempt
    )
    for reason, number in Counter(unchecked).items():
        yield NotEvaluated("broken-link", None, reason, number)
    targets = dict.fromkeys(each.target for each in cited if each.is_compared and not each.quotes)
    lacking = [(_NEEDING.get(each.kind, ""), _why_unanswered(facts[each])) for each in targets]
    lacking += [
        (_NEEDING["quotes"], _why_not_found(facts[each.target], text))
        for each in cited
        for _, text in each.quotes
    ]
    for (rule, reason), number in Counter(lacking).items():
        if rule and reason:
            yield NotEvaluated(rule, None, reason, number)


_NEEDING = {
    "doi": "wrong-work",
    "work": "missing-doi",
    "capture": "missing-archive",
    "quotes": "quote-not-found",
}
"""The rule that needs what a registry or an archive holds, by the kind of what was asked."""


def _why_not_found(facts: TargetFacts, text: str) -> str:
    """Why it cannot be told whether the quote *text* is on its page; nothing if it can."""
    quote = facts.quotes.get(text)
    if quote is None:
        return facts.unanswered or NOT_SEARCHED
    return "" if quote.found is not None else quote.reason or NOT_SEARCHED


def _why_unanswered(facts: TargetFacts) -> str:
    """Why a rule could not speak for want of an answer; nothing if it could, or need not.

    What is unchecked, or broken, is told as that.
    """
    if not facts.wants_answer:
        return ""
    return facts.unanswered or (UNREADABLE if facts.answer else "")


def addresses(cited: Iterable[Cited]) -> tuple[Target, ...]:
    """The distinct DOIs and URLs of *cited*; what else was asked stands nowhere."""
    targets = dict.fromkeys(each.target for each in cited)
    return tuple(target for target in targets if target.is_address)
