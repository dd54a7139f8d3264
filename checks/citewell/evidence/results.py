"""What a run has found out so far: probes, answers, and why there are none of the rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from citewell.evidence import answers
from citewell.facts import Answer, Fact, Hop, Probe, Target, Verdict
from citewell.verdict import judge


class Probed(NamedTuple):
    """What was found out about targets, and why nothing was about the others."""

    probes: dict[Target, Probe]
    answers: dict[Target, Answer]
    unchecked: dict[Target, str]
    unanswered: dict[Target, str]


class Results:
    """What is settled, and what of it nobody has been told yet."""

    def __init__(self) -> None:
        """Nothing is settled."""
        self.probed = Probed({}, {}, {}, {})
        self.done = self.failed = 0
        self._news: list[Fact] = []

    def news(self) -> list[Fact]:
        """The facts that are new since this was asked the last time."""
        news, self._news = self._news, []
        return news

    def settle(self, target: Target, hops: Sequence[Hop], cut: str, now: datetime) -> None:
        """Judge what came of a DOI or URL; *cut* says why no more was asked, if more should be."""
        verdict = self._judge(target, hops, cut, now)
        if verdict.stands and target.kind == "doi":
            self.answer(target, hops, cut, now)
        else:
            self.done += 1

    def answer(self, target: Target, hops: Sequence[Hop], cut: str, now: datetime) -> None:
        """Note what is held on *target*, or why that is not known."""
        self.done += 1
        answer = None if cut else answers.answer(target, hops, now)
        if answer is None:
            self.probed.unanswered[target] = cut or answers.why_unanswered(target, hops)
        else:
            self.probed.answers[target] = answer
            self._news.append(answer)

    def _judge(self, target: Target, hops: Sequence[Hop], cut: str, now: datetime) -> Verdict:
        """Note what came of a DOI or URL."""
        judged = judge(target, hops, cut)
        if judged.verdict is Verdict.UNCHECKED:
            self.probed.unchecked[target] = judged.reason
            return judged.verdict
        probe = Probe(
            target,
            judged.verdict,
            judged.status,
            judged.final_url,
            judged.title,
            judged.reason,
            now,
            tuple(hops),
        )
        self.probed.probes[target] = probe
        self.failed += judged.verdict.fails
        self._news.append(probe)
        return judged.verdict
