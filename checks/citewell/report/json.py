"""The outcome for machines, as ``schemas/check.schema.json`` describes it."""

from pydantic import TypeAdapter

from citewell.finding import Outcome


def render(outcome: Outcome) -> str:
    """*outcome* as one JSON object, indented."""
    return TypeAdapter(Outcome).dump_json(outcome, indent=2).decode()
