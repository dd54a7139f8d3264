"""Rules of the group ``waivers``: is every recorded decision still one? They cannot be waived."""

from collections.abc import Iterator

from citewell.finding import Remark
from citewell.rules.rule import Policy
from citewell.spelling import did_you_mean
from citewell.waiving import RecordedWaiver

_NEVER_WAIVED = ("unused-waiver", "expired-waiver", "waiver-without-reason")
Waivers = tuple[RecordedWaiver, ...]


def unused_waiver(waivers: Waivers, policy: Policy) -> Iterator[tuple[str, Remark]]:
    """Every waiver waives something.

    What: a waiver that holds and for which there is no finding, though its rule was
        evaluated; or whose rule or article does not exist, or whose rule is one of this group.
    Why: a waiver that outlives its fault hides the next one.
    Bad:
        waivers:
          - {rule: uncited-claim, target: "claim:pain", reason: Common knowledge., owner: Roe J,
             expires: 2027-03-31}
    Good:
        claims:
          - {id: pain, text: Dystonia can be painful.}
        waivers:
          - {rule: uncited-claim, target: "claim:pain", reason: Common knowledge., owner: Roe J,
             expires: 2027-03-31}
    """
    for waiver in waivers:
        remark = _idle(waiver, policy)
        if remark is not None:
            yield waiver.file, remark


def _idle(waiver: RecordedWaiver, policy: Policy) -> Remark | None:
    """What is to be said of a waiver that can waive nothing, or does not; None if it does."""
    if waiver.rule not in policy.rules:
        return Remark(
            (*waiver.path, "rule"),
            f"There is no rule '{waiver.rule}', so this waives nothing",
            did_you_mean(waiver.rule, policy.rules) or "'citewell explain' lists them.",
        )
    if waiver.rule in _NEVER_WAIVED:
        return Remark(
            (*waiver.path, "rule"),
            f"{waiver.rule} cannot be waived, so this waives nothing",
            "Mend the waiver that it is about, and remove this one.",
        )
    if waiver.used or not waiver.evaluated:
        return None
    if waiver.article == "":
        return Remark(
            (*waiver.path, "article"),
            "There is no article of this id, so this waives nothing",
            "Correct the id, or remove the waiver.",
        )
    if not waiver.holds(policy.as_of):
        return None  # other rules say so
    return Remark(
        waiver.path,
        f"Nothing is waived here: {waiver.rule} finds no fault in {waiver.target}",
        "Remove the waiver, or correct its rule or target.",
    )


def expired_waiver(waivers: Waivers, policy: Policy) -> Iterator[tuple[str, Remark]]:
    """No waiver has expired.

    What: a waiver whose `expires` has passed. It waives nothing any more.
    Why: a date is what makes a waiver a decision and not a habit: somebody must decide
        again.
    Bad:
        waivers:
          - {rule: stale-review, target: article, reason: Under revision., owner: Roe J,
             expires: 2024-03-31}
    Good:
        review: {last_reviewed: 2020-06-18, reviewers: [Roe J]}
        waivers:
          - {rule: stale-review, target: article, reason: Under revision., owner: Roe J,
             expires: 2027-03-31}
    """
    for waiver in waivers:
        if waiver.expires < policy.as_of:
            yield (
                waiver.file,
                Remark(
                    (*waiver.path, "expires"),
                    f"The waiver of {waiver.rule} for {waiver.target} expired on {waiver.expires}",
                    f"Mend the fault, or let {waiver.owner} decide anew and set a new date.",
                ),
            )


def waiver_without_reason(waivers: Waivers, _policy: Policy) -> Iterator[tuple[str, Remark]]:
    """Every waiver says why.

    What: a waiver without a `reason`, or with an empty one. It waives nothing.
    Why: an auditor must be able to judge the decision; "because" is what there is to judge.
    Bad:
        waivers:
          - {rule: stale-review, target: article, owner: Roe J, expires: 2027-03-31}
    Good:
        review: {last_reviewed: 2020-06-18, reviewers: [Roe J]}
        waivers:
          - {rule: stale-review, target: article, reason: Under revision., owner: Roe J,
             expires: 2027-03-31}
    """
    for waiver in waivers:
        if not (waiver.reason or "").strip():
            yield (
                waiver.file,
                Remark(
                    waiver.path,
                    f"The waiver of {waiver.rule} for {waiver.target} gives no reason",
                    "Say in 'reason' why the fault may stay.",
                ),
            )
