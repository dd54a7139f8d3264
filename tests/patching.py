"""Applies the operations of a fix to plain data, as their definition says."""

import copy
from collections.abc import Iterator
from typing import Any

from citewell.finding import Fix, Operation


def applied(fix: Fix, data: Any) -> Any:
    """*data* after all operations of *fix* that concern data."""
    data = copy.deepcopy(data)
    for step in fix.operations:
        if step.op == "renumber":
            _renumber(data, {int(old): new for old, new in step.value.items()})
        elif step.op != "insert-line":
            _patch(data, step)
    return data


def _patch(data: Any, step: Operation) -> None:
    parts = step.path.split("/")[1:]
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in parts]
    for part in parents:
        data = data[int(part)] if isinstance(data, list) else data[part]
    key = int(last) if isinstance(data, list) else last
    if step.op == "remove":
        del data[key]
    elif step.op == "add":
        assert isinstance(data, dict)
        assert key not in data
        data[key] = step.value
    else:
        assert step.op == "replace"
        assert key in (data if isinstance(data, dict) else range(len(data)))
        data[key] = step.value


def _renumber(article: dict[str, Any], new: dict[int, int]) -> None:
    def moved(number: str) -> str:
        return str(new.get(int(number), int(number)))

    for claim in _claims(article):
        if "references" in claim:
            claim["references"] = sorted(map(moved, claim["references"]), key=int)
        if "locators" in claim:
            claim["locators"] = {moved(at): where for at, where in claim["locators"].items()}
    before = [int(reference["number"]) for reference in article["references"]]
    for reference in article["references"]:
        reference["number"] = moved(reference["number"])
    if before == sorted(before):
        article["references"].sort(key=lambda reference: int(reference["number"]))
    for attestation in article.get("attestations", ()):
        attestation["reference"] = moved(attestation["reference"])
    for waiver in article.get("waivers", ()):
        kind, _, number = waiver["target"].partition(":")
        if kind == "reference":
            waiver["target"] = f"reference:{moved(number)}"


def _claims(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in node.get("sections", ()):
        yield from section.get("claims", ())
        yield from _claims(section)
