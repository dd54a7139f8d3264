"""Waivers: recorded decisions to live with a finding, applied to what was found."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from citewell.finding import AppliedWaiver, Finding, NodePath, WaivedFinding
from citewell.identifiers import shown


class RecordedWaiver(NamedTuple):
    """A waiver and where it stands; ``article`` is the only file it is for, if any.

    It is empty where the waiver names an article that does not exist.

    ``used`` tells whether a finding rests on it, ``evaluated`` whether its rule could
    have spoken about all that the waiver is for.
    """

    file: str
    path: NodePath
    article: str | None
    rule: str
    target: str
    reason: str | None
    owner: str
    expires: date
    used: bool = False
    evaluated: bool = True

    @property
    def host(self) -> str | None:
        """The name of the host that the waiver is for, if it is for one."""
        kind, _, name = self.target.partition(":")
        return name.lower().strip("[]") if kind == "host" else None

    def holds(self, as_of: date) -> bool:
        """Whether it can waive anything: it has a reason and has not expired."""
        return bool(self.reason and self.reason.strip()) and as_of <= self.expires


class Waived(NamedTuple):
    """Findings in two heaps, and the waivers with their use noted."""

    findings: tuple[Finding, ...]
    waived: tuple[WaivedFinding, ...]
    waivers: tuple[RecordedWaiver, ...]


def apply(
    findings: Iterable[Finding],
    waivers: tuple[RecordedWaiver, ...],
    hosts: Mapping[tuple[str, str], str],
    as_of: date,
) -> Waived:
    """Set aside the *findings* that a waiver is for.

    A waiver is for the findings of its rule about exactly its target; one for a host, for
    those about every reference that leads there: *hosts* has the host by file and target.
    """
    standing: list[Finding] = []
    waived: list[WaivedFinding] = []
    used: set[int] = set()
    holding: dict[tuple[str, str | None], list[int]] = {}  # by rule and article
    for index, waiver in enumerate(waivers):
        if waiver.holds(as_of):
            holding.setdefault((waiver.rule, waiver.article), []).append(index)
    for finding in findings:
        host = hosts.get((finding.path, finding.target), "")
        matching = [
            index
            for article in (finding.path, None)
            for index in holding.get((finding.rule, article), ())
            if waivers[index].target == finding.target or waivers[index].host == host
        ]
        if matching and finding.group not in ("waivers", "internal"):
            used.update(matching)
            waived.append(_waived(finding, waivers[matching[0]]))
        else:
            standing.append(finding)
    noted = tuple(
        waiver._replace(used=True) if index in used else waiver
        for index, waiver in enumerate(waivers)
    )
    return Waived(tuple(standing), tuple(waived), noted)


def _waived(finding: Finding, waiver: RecordedWaiver) -> WaivedFinding:
    kept = {field.name: getattr(finding, field.name) for field in fields(finding)}
    decision = AppliedWaiver(
        path=waiver.file,
        rule=waiver.rule,
        target=shown(waiver.target),
        reason=shown(waiver.reason or ""),
        owner=shown(waiver.owner),
        expires=waiver.expires,
    )
    return WaivedFinding(**kept, waiver=decision)
