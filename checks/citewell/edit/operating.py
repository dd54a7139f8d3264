"""The operations of fixes, made in the text of an article: one alone, or many in one pass."""

from collections.abc import Sequence
from typing import NamedTuple

from citewell.document import Document
from citewell.edit.lines import is_on_one_line, line_break
from citewell.edit.patch import patched, path_to
from citewell.edit.removing import removal
from citewell.edit.renumbering import renumbered
from citewell.edit.setting import addition, replacement
from citewell.edit.splicing import Splice, node_at, parsed, spliced
from citewell.finding import Operation
from citewell.writing import EditError

_WORK = 25_000_000
"""How many characters are parsed at most to find out which changes a file does not bear."""


class Applied(NamedTuple):
    """What became of several fixes: the new *text*, those that are *done*, and why others are not.

    ``refused`` has the reasons by the number of the fix. Those that are neither touch what
    another one has changed, and may be tried on the new text.
    """

    text: str
    done: tuple[int, ...]
    refused: dict[int, str]


def apply(text: str, operations: Sequence[Operation]) -> str:
    """*text* after *operations*, which all speak of it as it is now; an EditError if that fails.

    Renumbering comes last, when all else is in its place.
    """
    steps = [step for step in operations if step.op != "renumber"]
    if steps:
        document = parsed(text)
        splices = [splice for step in steps for splice in _splices(document, step)]
        text = spliced(text, document, splices, patched(document.data, steps))
    for step in operations:
        if step.op == "renumber":
            text = renumbered(text, {int(old): new for old, new in step.value.items()})
    return text


def apply_each(text: str, fixes: Sequence[Sequence[Operation]]) -> Applied:
    """*text* after as many of *fixes* as it bears in one pass; none of them may renumber.

    Each fix is made whole or not at all. Where two touch the same place, the first one counts.
    """
    document = parsed(text)
    planned: dict[int, list[Splice]] = {}
    refused: dict[int, str] = {}
    for number, operations in enumerate(fixes):
        try:
            planned[number] = [s for step in operations for s in _splices(document, step)]
        except EditError as error:
            refused[number] = str(error)
    trial = _Trial(text, document, fixes, planned)
    chosen = _apart(planned)
    try:
        return Applied(trial.made(chosen), tuple(chosen), refused)
    except EditError:
        chosen = trial.bearable(chosen, refused)
    try:
        return Applied(trial.made(chosen), tuple(chosen), refused)
    except EditError:  # each for itself is right, and together they are not
        return Applied(trial.made(chosen[:1]), tuple(chosen[:1]), refused)


class _Trial:
    """Tries some of the planned changes, for as long as that is not too much work."""

    def __init__(
        self,
        text: str,
        document: Document,
        fixes: Sequence[Sequence[Operation]],
        planned: dict[int, list[Splice]],
    ) -> None:
        self.text = text
        self.document = document
        self.fixes = fixes
        self.planned = planned
        self.work = _WORK

    def made(self, numbers: Sequence[int]) -> str:
        """The text after the fixes of those *numbers*; an EditError if it is not as expected."""
        steps = [step for number in numbers for step in self.fixes[number]]
        splices = [splice for number in numbers for splice in self.planned[number]]
        self.work -= len(self.text)
        return spliced(self.text, self.document, splices, patched(self.document.data, steps))

    def bearable(self, numbers: Sequence[int], refused: dict[int, str]) -> list[int]:
        """Those of *numbers* that can be made, found by halving; why others cannot is noted."""
        try:
            self.made(numbers)
        except EditError as error:
            if len(numbers) > 1 and self.work > 0:
                half = len(numbers) // 2
                return [
                    *self.bearable(numbers[:half], refused),
                    *self.bearable(numbers[half:], refused),
                ]
            refused.update(dict.fromkeys(numbers, str(error)))
            return []
        return list(numbers)


def _apart(planned: dict[int, list[Splice]]) -> list[int]:
    """The numbers of changes no two of which touch the same place."""
    chosen = set(planned)
    taken: list[tuple[Splice, int]] = []
    every = [(splice, number) for number, own in planned.items() for splice in own]
    for splice, number in sorted(every, key=lambda each: (each[0][:2], each[1])):
        while taken and taken[-1][1] not in chosen:
            taken.pop()
        if taken and taken[-1][1] != number and _touch(taken[-1][0], splice):
            chosen.discard(number)
        if number in chosen:
            taken.append((splice, number))
    return sorted(chosen)


def _touch(one: Splice, other: Splice) -> bool:
    """Whether *other*, which begins no earlier, changes what *one* does, or at the same place."""
    return other.start < one.end or one.start == one.end == other.start == other.end


def _splices(document: Document, step: Operation) -> list[Splice]:
    """What makes *step* in the text of *document*."""
    body, root = document.text, document.root
    if step.op == "insert-line":
        if not (isinstance(step.value, str) and is_on_one_line(step.value)):
            raise EditError("what is put at the top is no line")
        return [Splice(0, 0, step.value + line_break(body))]
    path = path_to(document.data, step.path)
    node = node_at(root, path)
    if step.op == "remove":
        return removal(body, root, path)
    if step.op == "replace":
        return replacement(body, node, path, step.value)
    if node is not None:
        raise EditError(f"there is something at {step.path} already")
    return addition(body, root, path, step.value)
