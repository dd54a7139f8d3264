"""Applies the operations of a fix to plain data, as their definition says."""

import copy
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

    def section(node: dict[str, Any]) -> None:
        for claim in node.get("claims", ()):
            if "references" in claim:
                claim["references"] = sorted(map(moved, claim["references"]), key=int)
        for inner in node.get("sections", ()):
            section(inner)

    for node in article["sections"]:
        section(node)
    for reference in article["references"]:
        reference["number"] = moved(reference["number"])
    article["references"].sort(key=lambda reference: int(reference["number"]))
