"""What a finding is about: the target that a waiver names, and the subject of a fingerprint."""

from hashlib import sha256
from typing import Any, NamedTuple

from citewell.document import Data
from citewell.finding import NodePath
from citewell.model import parse_number, work_identity


class Subject(NamedTuple):
    """``target`` is what people call it; ``key`` stays when things move or are renumbered."""

    target: str
    key: str


def subject_of(data: Data, path: NodePath) -> Subject:
    """What the node at *path* belongs to: a claim, a section, a reference, or the article."""
    subject, node, used = Subject("article", "article"), data, 0
    for depth, part in enumerate(path):
        node = _child(node, part)
        found = _named(data, path[: depth + 1], node) if isinstance(node, dict) else None
        if found is not None:
            subject, used = found, depth + 1
    rest = (part for part in path[used:] if isinstance(part, str))
    return Subject(subject.target, "/".join((subject.key, *rest)))


def fingerprint(rule: str, article: str, key: str, detail: str) -> str:
    """16 hexadecimal digits that are the same for the same fault in every run."""
    return sha256("\0".join((rule, article, key, detail)).encode()).hexdigest()[:16]


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(part)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def _named(data: Data, path: NodePath, node: dict[str, Data]) -> Subject | None:
    if len(path) < 2 or not isinstance(path[-1], int):  # an item of a list at the top is nothing
        return None
    kind, name = path[-2], node.get("id")
    if kind in ("claims", "sections") and isinstance(name, str):
        noun = str(kind).removesuffix("s")
        return Subject(f"{noun}:{name}", f"{noun}:{name}")
    if path[:-1] == ("references",) and (number := _number(node)) is not None:
        return Subject(f"reference:{number}", f"reference:{work_identity(node)}")
    if path[:-1] == ("waivers",):
        target = str(node.get("target"))
        return Subject("article", f"waiver:{node.get('rule')}:{_lasting(data, target)}")
    return None


def _number(reference: Data) -> int | None:
    """The number of an entry of the reference list, in whichever form it is written."""
    number = reference.get("number") if isinstance(reference, dict) else None
    try:
        return parse_number(number) if isinstance(number, str) else None
    except ValueError:
        return None


def _lasting(data: Data, target: str) -> str:
    """A waiver's *target* without the number of a reference, which may change."""
    kind, _, number = target.partition(":")
    references = data.get("references") if isinstance(data, dict) else None
    if kind == "reference" and isinstance(references, list):
        for reference in references:
            if isinstance(reference, dict) and str(_number(reference)) == number:
                return f"reference:{work_identity(reference)}"
    return target
