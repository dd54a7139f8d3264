"""How deep the headings and items of a page of plain text are, which does not say so."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from citewell.exchange.page import Block

# Headings of parts: a page is not called so.
_PARTS_AS_TEXT = (
    "about background causes complications definition description diagnosis discussion exams "
    "highlights home introduction management outlook overview prevention prognosis summary "
    "symptoms tests treatment treatments contents evidence interactions precautions dosing "
    "descriptions results risks dosage uses warnings"
)
_PARTS = frozenset(_PARTS_AS_TEXT.split()) | {
    "at a glance",
    "key facts",
    "key points",
    "risk factors",
    "when to see a doctor",
    "why it's done",
    "how you prepare",
    "what you can expect",
    "brand name",
    "us brand name",
    "before using",
    "proper use",
    "side effects",
    "symptoms and causes",
    "diagnosis and treatment",
    "signs and symptoms",
    "tests and diagnosis",
    "treatments and drugs",
    "lifestyle and home remedies",
    "coping and support",
    "preparing for your appointment",
}


def with_levels(blocks: list[Block], *, has_title: bool) -> list[Block]:
    """*blocks* with a level for each heading and item, and without breaks that mean nothing."""
    blocks = _with_item_levels(_without_lists_as_headings(blocks))
    plain = [block for block in blocks if block.kind == "heading" and not block.level]
    shouted = sum(_is_shouted(block.text) for block in plain) > 1  # one is no level
    breaks = _telling_breaks(blocks)
    nested = bool(breaks) or _stand_apart(blocks)
    made: list[Block] = []
    after_break, is_first = True, True
    within = False  # a part that has others below it
    for index, block in enumerate(blocks):
        if block.kind == "break":
            after_break = True
            if index in breaks:
                made.append(block)
            continue
        if block.kind == "heading" and not block.level:
            if is_first and not has_title and _is_title(blocks, index):
                level = 1
            elif shouted:
                level = 2 if _is_shouted(block.text) else 3
            elif nested:
                level = 2 if after_break or _is_trailing(blocks, index) else 3
            else:
                opens = blocks[index + 1 : index + 2]
                is_above = (
                    bool(opens) and opens[0].kind == "heading" and not _is_part(opens[0].text)
                )
                if is_above or after_break or _is_part(block.text):
                    within = False
                level = 3 if within else 2
                within = within or is_above
            block = block._replace(level=level)
        made.append(block)
        after_break = is_first = False
    return made


def _stand_apart(blocks: Sequence[Block]) -> bool:
    """Whether there are headings with a wide gap before them, and others without one."""
    plain = [
        before.kind == "break"
        for before, block in pairwise(blocks)
        if block.kind == "heading" and not block.level
    ]
    return sum(plain) * 2 >= len(plain) > sum(plain)


def _without_lists_as_headings(blocks: list[Block]) -> list[Block]:
    """Several short lines below each other, with nothing between them, are no headings.

    Behind a colon they are a list, whose bullets are lost.
    """
    made = list(blocks)
    start = 0
    for index, block in enumerate([*blocks, Block("break", "", 0)]):
        if block.kind == "heading" and not block.level and not block.text.endswith("?"):
            continue
        led = start > 0 and blocks[start - 1].kind == "paragraph"
        led = led and blocks[start - 1].text.endswith(":")
        first = start if led else start + 1
        last = index - (block.kind in ("paragraph", "item"))
        if index - start > 3:
            made[first:last] = [
                each._replace(kind="item" if led else "paragraph", level=1)
                for each in blocks[first:last]
            ]
        start = index + 1
    return made


def _with_item_levels(blocks: list[Block]) -> list[Block]:
    """*blocks* whose items are nested by their indentation, from 1."""
    made: list[Block] = []
    margins: list[int] = []
    for block in blocks:
        if block.kind != "item":
            if block.kind != "paragraph":
                margins = []
            made.append(block)
            continue
        if made and made[-1].kind != "item":
            margins = []
        while margins and margins[-1] > block.level:
            margins.pop()
        if not margins or margins[-1] < block.level:
            margins.append(block.level)
        made.append(block._replace(level=len(margins)))
    return made


def _telling_breaks(blocks: Sequence[Block]) -> set[int]:
    """The breaks, by index, behind which a part begins whose heading is lost.

    On a page that has its headings, a wide gap is only a gap.
    """
    marked = any(block.kind == "heading" and block.level for block in blocks)
    breaks = [
        (i, after) for i, (each, after) in enumerate(pairwise(blocks)) if each.kind == "break"
    ]
    kinds = Counter(after.kind for _, after in breaks)
    if marked or kinds["heading"] > kinds["paragraph"]:
        return set()
    return {index for index, after in breaks if after.kind == "paragraph"}


def _is_shouted(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) > 3


def _is_title(blocks: Sequence[Block], index: int) -> bool:
    """Whether the heading at *index*, the first block, names the page and not a part of it."""
    text = blocks[index].text
    if _is_part(text):
        return False
    following = blocks[index + 1 : index + 2]
    if following and following[0].kind == "heading" and following[0].level != 1:
        return True
    return not text.endswith("?")


def _is_part(text: str) -> bool:
    """Whether *text* is the heading of a part, as most pages have it."""
    return text.rstrip(":").lower().replace("’", "'") in _PARTS


def _is_trailing(blocks: Sequence[Block], index: int) -> bool:
    """Whether nothing stands below the heading at *index*."""
    return all(block.kind in ("break", "heading") for block in blocks[index + 1 :])
