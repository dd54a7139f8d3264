"""Fixes applied to the text of an article until none is left. Nothing is read or written here.

Numbers of references also stand in the house-wide waivers, so their text may change along.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from citewell import edit
from citewell.edit import EditError
from citewell.finding import Finding, Operation, json_pointer
from citewell.waiving import RecordedWaiver

_MOST_PASSES = 20
"""Fixes that call for other fixes end sooner, unless two undo each other."""
_KIND = "reference:"

Judge = Callable[[str, tuple[RecordedWaiver, ...]], Sequence[Finding]]
"""What is found in a text of the article, given the house-wide waivers."""


class House(NamedTuple):
    """The file of house-wide waivers: its name, its *text*, and all its *waivers*.

    If ``broken``, some of them could not be read.
    """

    name: str
    text: str
    waivers: tuple[RecordedWaiver, ...]
    broken: bool = False


class Fixed(NamedTuple):
    """What became of an article and of the house-wide waivers.

    ``done`` are the findings that are gone, in the order of the file as it was; ``refused`` are
    those whose fix could not be made, with the reason; ``unsafe`` is how many more have a fix
    that is not safe, and was not asked for.
    """

    text: str
    house: House | None
    done: tuple[Finding, ...]
    refused: tuple[tuple[Finding, str], ...]
    unsafe: int


class _State(NamedTuple):
    text: str
    house: House | None


def fixed(file: str, text: str, house: House | None, judge: Judge, *, unsafe: bool) -> Fixed:
    """*text*, which is that of *file*, with all its fixes applied; those not safe if *unsafe*.

    After each pass it is judged anew, as one fix may call for another.
    """
    now = _State(text, house)
    seen: dict[str, Finding] = {}
    reasons: dict[str, str] = {}
    left: Sequence[Finding] = ()
    for _ in range(_MOST_PASSES):
        left = [f for f in judge(now.text, now.house.waivers if now.house else ()) if f.fix]
        wanted = [f for f in left if _is_wanted(f, unsafe) and f.fingerprint not in reasons]
        if not wanted:
            break
        for finding in wanted:
            seen.setdefault(finding.fingerprint, finding)
        before, (now, refused) = now, _pass(file, now, wanted)
        # What could not be done may be possible in another text: a number in lines becomes short.
        reasons = reasons | refused if now == before else {}
    else:
        left = [f for f in judge(now.text, now.house.waivers if now.house else ()) if f.fix]
    standing = {finding.fingerprint for finding in left}
    return Fixed(
        now.text,
        now.house,
        tuple(f for key, f in seen.items() if key not in standing),
        tuple(
            (f, reasons.get(key, "it comes back whenever it is fixed"))
            for key, f in seen.items()
            if key in standing
        ),
        sum(not _is_wanted(f, unsafe) for f in left),
    )


def _is_wanted(finding: Finding, unsafe: bool) -> bool:
    return finding.fix is not None and (finding.fix.safe or unsafe)


def _pass(file: str, now: _State, wanted: list[Finding]) -> tuple[_State, dict[str, str]]:
    """What comes of one round, and why some fixes could not be made, by fingerprint.

    Numbers come last, when nothing else is left to do.
    """
    simple = [finding for finding in wanted if _numbers(finding) is None]
    if simple:
        # What was found out there goes before what can be seen here: an address that has moved
        # would not be known by another spelling.
        simple.sort(key=lambda finding: finding.group not in ("links", "registry"))
        return _changed(now, simple)
    # To number by first citation closes the gaps, too.
    chosen = min(wanted, key=lambda finding: finding.rule != "citation-order")
    try:
        return _renumbered(file, now, _numbers(chosen) or {}), {}
    except EditError as error:
        return now, {finding.fingerprint: str(error) for finding in wanted}


def _operations(finding: Finding) -> tuple[Operation, ...]:
    return finding.fix.operations if finding.fix else ()


def _numbers(finding: Finding) -> dict[int, int] | None:
    """The new numbers of references by the old ones, if the fix of *finding* gives such."""
    for step in _operations(finding):
        if step.op == "renumber":
            return {int(old): new for old, new in step.value.items()}
    return None


def _changed(now: _State, findings: list[Finding]) -> tuple[_State, dict[str, str]]:
    try:
        applied = edit.apply_each(now.text, [_operations(finding) for finding in findings])
    except EditError as error:
        return now, {finding.fingerprint: str(error) for finding in findings}
    refused = {findings[index].fingerprint: reason for index, reason in applied.refused.items()}
    return now._replace(text=applied.text), refused


def _renumbered(file: str, now: _State, numbers: dict[int, int]) -> _State:
    text = edit.apply(
        now.text, [Operation("renumber", "", {str(o): n for o, n in numbers.items()})]
    )
    if now.house is None:
        return now._replace(text=text)
    return _State(text, _moved(file, now.house, numbers))


def _moved(file: str, house: House, numbers: dict[int, int]) -> House:
    """*house* with its waivers for *file* moved to the new *numbers*; an EditError if unclear."""
    if house.broken:
        raise EditError(
            f"the numbers in {house.name} would have to change along, and some of that cannot be "
            "read: 'citewell check' says what"
        )
    concerned = {*numbers, *numbers.values()}
    moved: list[RecordedWaiver] = []
    for waiver in house.waivers:
        old = _number(waiver)
        if old not in concerned or waiver.article not in (None, file):
            continue
        if waiver.article is None or old not in numbers:
            whose = "all articles" if waiver.article is None else "a number that is not listed"
            raise EditError(
                f"in {house.name}, the waiver of {waiver.rule} for {waiver.target} is for {whose}, "
                "and would come to be about another reference"
            )
        moved.append(waiver._replace(target=f"{_KIND}{numbers[old]}"))
    return _with(house, moved)


def _number(waiver: RecordedWaiver) -> int | None:
    number = waiver.target.removeprefix(_KIND)
    return int(number) if waiver.target != number and len(number) < 10 else None


def _with(house: House, moved: Iterable[RecordedWaiver]) -> House:
    """*house* with the targets of *moved*."""
    targets = {waiver.path: waiver.target for waiver in moved}
    if not targets:
        return house
    try:
        text = edit.apply(house.text, list(_retargeted(targets.items())))
    except EditError as error:
        raise EditError(
            f"the numbers in {house.name} would have to change along: {error}"
        ) from None
    waivers = (w._replace(target=targets.get(w.path, w.target)) for w in house.waivers)
    return house._replace(text=text, waivers=tuple(waivers))


def _retargeted(targets: Iterable[tuple[tuple[str | int, ...], str]]) -> Iterator[Operation]:
    for path, target in targets:
        yield Operation("replace", json_pointer((*path, "target")), target)


def interim(before: House, after: House, file: str) -> str:
    """The text of the house-wide waivers while *file* gets the numbers that *after* has.

    Each waiver that moves has words for a target then. It waives nothing, is an error of the
    schema, and tells whoever finds it after a kill what it was and what it is to be: no
    waiver ever stands for another work.
    """
    pairs = zip(before.waivers, after.waivers, strict=True)
    words = (
        (
            old.path,
            f"{old.target} before {file} was renumbered and {new.target} after it; "
            "'citewell fix' was interrupted: see which it is, and write that",
        )
        for old, new in pairs
        if old.target != new.target
    )
    return edit.apply(before.text, list(_retargeted(words)))
