"""Findings and waivers in words, for formats that have one field for all that is to be said."""

from citewell.finding import AppliedWaiver, Finding
from citewell.identifiers import shown


def advice(finding: Finding) -> str:
    """What is wrong, and what to do about it, on one line."""
    stop = "" if finding.message.endswith((".", "?", "!", "…")) else "."
    return shown(f"{finding.message}{stop} {finding.help}").strip()


def decision(waiver: AppliedWaiver) -> str:
    """Why a finding was waived, who answers for that, and until when, on one line."""
    return shown(f"{waiver.reason} (owner: {waiver.owner}; until {waiver.expires})")
