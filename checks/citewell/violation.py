"""What pydantic says of a document that breaks the schema, in the author's words."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from citewell import model
from citewell.finding import NodePath
from citewell.identifiers import mask_secrets
from citewell.reading import Violation
from citewell.spelling import did_you_mean

_MODELS: dict[str, type[BaseModel]] = {
    "condition": model.Condition,
    "codes": model.Code,
    "review": model.Review,
    "sections": model.Section,
    "claims": model.Claim,
    "references": model.Work,
    "archive": model.Archive,
    "attestations": model.Attestation,
    "waivers": model.Waiver,
}
"""The model of a node by the last key on the way to it, for what keys it may have."""

_LONGEST_SHOWN = 60

_MAPPING = "keys with values"
_EXPECTED = {
    "string_type": "some text",
    "string_pattern_mismatch": "some text",
    "tuple_type": "a list",
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "too_short": "a list of at least one",
}
"""What pydantic's error types mean in the types of :mod:`citewell.model`."""


def violations(error: ValidationError, root: type[BaseModel]) -> tuple[Violation, ...]:
    """Every fault of a document of the model *root*, each once, in pydantic's order."""
    return tuple(dict.fromkeys(_violation(detail, root) for detail in _details(error)))


def _details(error: ValidationError) -> Iterator[ErrorDetails]:
    """All that pydantic says, and of a reference without a known type what else is wrong."""
    for detail in error.errors(include_url=False):
        yield detail
        found = detail["input"]
        if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
            try:
                model.Work.model_validate({**found, "type": "report"})
            except ValidationError as more:
                for other in more.errors(include_url=False):
                    if (other["loc"], other["type"]) != (("title",), "missing"):
                        yield {**other, "loc": (*detail["loc"], "report", *other["loc"])}


def _violation(detail: ErrorDetails, root: type[BaseModel]) -> Violation:
    path = _document_path(detail["loc"])
    match detail["type"]:
        case "missing":
            return Violation(
                path,
                False,
                f"The key '{path[-1]}' is missing from {_name(path[:-1])}",
                f"Add '{path[-1]}:'.",
            )
        case "extra_forbidden":
            return _unknown_key(path, root)
        case "union_tag_invalid" | "union_tag_not_found":
            return _wrong_type(path, detail)
        case "literal_error":
            return _wrong_word(path, detail)
    on_key = detail["loc"][-1] == "[key]" if detail["loc"] else False
    expected = str(
        detail.get("ctx", {}).get("expected") or _EXPECTED.get(detail["type"]) or detail["msg"]
    )
    found = _shown(path[-1] if on_key else detail["input"])
    subject = f"A key of {_name(path[:-1])}" if on_key else _name(path)
    message = f"{subject} is {found}, not {expected}"
    return Violation(path, on_key, message[0].upper() + message[1:], f"Write {expected}.")


def _unknown_key(path: NodePath, root: type[BaseModel]) -> Violation:
    names = [part for part in path[:-1] if isinstance(part, str)]
    parent = _MODELS.get(names[-1], root) if names else root
    allowed = sorted(parent.model_fields)
    return Violation(
        path,
        True,
        f"The key '{path[-1]}' is unknown in {_name(path[:-1])}",
        did_you_mean(str(path[-1]), allowed) or f"Known keys: {', '.join(allowed)}.",
    )


def _wrong_word(path: NodePath, detail: ErrorDetails) -> Violation:
    words = str(detail.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
    found = detail["input"]
    return Violation(
        path,
        False,
        f"{_name(path)} is {_shown(found)}, not one of: {words}",
        did_you_mean(str(found), words.split(", ")) or f"Write one of {words}.",
    )


def _wrong_type(path: NodePath, detail: ErrorDetails) -> Violation:
    types = [*model.WORK_TYPES, "personal_communication"]
    tag = detail.get("ctx", {}).get("tag")
    if tag is None:
        message = f"The key 'type' is missing from {_name(path)}"
    else:
        message = f"'type' is {_shown(tag)}, which is no type of reference"
    guess = did_you_mean(str(tag), types) if tag is not None else ""
    return Violation((*path, "type"), False, message, guess or f"Types: {', '.join(types)}.")


def _document_path(location: tuple[int | str, ...]) -> NodePath:
    """*location* without what is not in the document: union tags, and markers of keys."""
    if location[:1] == ("references",):
        location = (*location[:2], *location[3:])
    return tuple(part for part in location if part != "[key]")


def _name(path: NodePath) -> str:
    """What stands at *path*, as a person would call it: 'text', claim 2, the document.

    Indexes become numbers from 1.
    """
    if not path:
        return "the document"
    last = path[-1]
    if isinstance(last, str):
        return f"'{last}'"
    parent = str(path[-2])
    if parent in _MODELS and (parent != "references" or path[0] == parent):
        return f"{parent.removesuffix('s')} {last + 1}"
    return f"item {last + 1} of '{parent}'"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "keys with values"
    text = mask_secrets(str(value))  # before anything of a secret is cut off
    return f"'{text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + '…'}'"
