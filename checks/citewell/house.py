"""House-wide waivers: a file beside the articles, for one of them or for all."""

from pydantic import Field, TypeAdapter, ValidationError

from citewell.document import Data
from citewell.finding import NodePath
from citewell.model import Id, Node, Version, Waiver
from citewell.reading import Violation, numbered
from citewell.salvage import Sieve
from citewell.violation import violations


class HouseWaiver(Waiver):
    """A waiver kept beside the articles."""

    article: Id | None = Field(None, description="The id of the only article it is for.")


class HouseWaivers(Node):
    """The file of house-wide waivers."""

    schema_version: Version
    waivers: tuple[HouseWaiver, ...]


def read_house_waivers(
    data: Data, doubled: tuple[NodePath, ...]
) -> tuple[tuple[tuple[NodePath, HouseWaiver], ...], tuple[Violation, ...]]:
    """Read *data* as that file: its valid waivers, and what breaks the schema.

    *doubled* are the paths of keys that stand there twice.
    """
    found: tuple[Violation, ...] = ()
    try:
        house = HouseWaivers.model_validate(data)
    except ValidationError as error:
        found = violations(error, HouseWaivers)
    if not found and not doubled:
        return tuple(numbered("waivers", house.waivers)), ()
    sieve = Sieve(data, (*(violation.path for violation in found), *doubled))
    return tuple(sieve.nodes(sieve.paths(("waivers",)), TypeAdapter(HouseWaiver))), found
