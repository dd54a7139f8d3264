"""An outcome, or an audit, for machines: what ``check`` and ``report`` schemas describe."""

from pydantic import TypeAdapter

from citewell import inert
from citewell.finding import Outcome


def render(outcome: Outcome) -> str:
    """*outcome* as one JSON object, indented."""
    return inert.json(TypeAdapter(type(outcome)).dump_json(outcome, indent=2).decode())
