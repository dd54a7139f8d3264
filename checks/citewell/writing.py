"""Plain data as YAML text, laid out as people write articles: every scalar on one line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from citewell.document import Data

# Plain only where no reader of YAML, be it 1.1 or 1.2, in a flow or a block, could see anything
# but text: it begins with a letter, or is no number in spite of its first digit, and holds no
# indicator. That it can be seen is asked for as well.
_PLAIN = re.compile(
    r"(?:[^\W\d_]|(?!0[box])(?=.*[^\W\d_e])\d)(?:[a-z0-9 .;()/'+_\u0080-\U0010ffff-]*(?<! ))?",
    re.IGNORECASE,
)
# In a block, what parts the items of a flow is text as well, and so are most signs inside a word;
# but what begins with a digit might be a time or a number.
_PLAIN_IN_BLOCK = re.compile(
    r"[^\W\d_](?:(?:[a-z0-9 .;()/'+_,?!%=&~@$\u0080-\U0010ffff-]|:(?=[^\s:])|(?<=[^\s])#)*(?<! ))?",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/[a-z0-9./_()-]*[a-z0-9]", re.ASCII | re.IGNORECASE)
_RANGE = re.compile(r"\d+[-–]\d+", re.ASCII)  # of pages, or a month of a year
_WHOLE = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINERS = "\u200c\u200d"  # some scripts, and some emoji, are spelt with these

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]
"""Data to be written: text, whole numbers, true and false, and lists and mappings of these."""


class EditError(Exception):
    """The edit cannot be made; the message says why. The text is to be left as it is."""


def scalar(text: str, *, in_block: bool = False) -> str:
    """*text* as YAML on one line: plain where nobody could mistake it, or else in double quotes.

    What cannot be seen, or steers the direction of writing, is spelt out as an escape. More can
    be plain where it stands alone as the value of a key *in_block* style.
    """
    is_plain = _PLAIN.fullmatch(text) or (in_block and _PLAIN_IN_BLOCK.fullmatch(text))
    if is_plain and text.isprintable() and text.casefold() not in _WORDS:
        return text
    is_known = any(form.fullmatch(text) for form in (_DAY, _RANGE, _DOI))
    return text if is_known else _quoted(text)


def unquoted(text: str) -> str | int:
    """*text* as a whole number where it is one: an article has both for the same."""
    return int(text) if _WHOLE.fullmatch(text) else text


def _quoted(text: str) -> str:
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable() or character in _JOINERS:
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise EditError("the new text has characters that UTF-8 has not")
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def as_data(value: Value) -> Data:
    """*value* as it is read again: every scalar is text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return flow(value)
    if isinstance(value, Mapping):
        return {key: as_data(each) for key, each in value.items()}
    return [as_data(each) for each in value]


def flow(value: Value, *, quoted: bool = False) -> str:
    """*value* on one line; if *quoted*, all text in quotes, as JSON has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value) if quoted else scalar(value)
    if isinstance(value, Mapping):
        pairs = (
            f"{flow(key, quoted=quoted)}: {flow(each, quoted=quoted)}"
            for key, each in value.items()
        )
        return f"{{{', '.join(pairs)}}}"
    return f"[{', '.join(flow(each, quoted=quoted) for each in value)}]"


def block(value: Mapping[str, Value], indent: int = 0) -> Iterator[str]:
    """The lines of *value* as a block mapping that begins in column *indent*, from 0.

    Lists of mappings become block lists; other lists, and what is empty, stay on one line.
    """
    margin = " " * indent
    for key, each in value.items():
        head = f"{margin}{scalar(key)}:"
        if isinstance(each, Mapping) and each:
            yield head
            yield from block(each, indent + 2)
        elif _is_list_of_mappings(each):
            yield head
            for item in each:
                yield from block_item(item, indent + 2)
        else:
            yield f"{head} {scalar(each, in_block=True) if isinstance(each, str) else flow(each)}"


def block_item(item: Mapping[str, Value], indent: int) -> Iterator[str]:
    """The lines of *item* as an item of a block list, its dash in column *indent*, from 0."""
    dash = " " * indent + "- "
    for line in block(item, indent + 2):
        yield dash + line[indent + 2 :]
        dash = " " * (indent + 2)


def _is_list_of_mappings(value: Value) -> TypeGuard[Sequence[Mapping[str, Value]]]:
    if isinstance(value, (str, int, Mapping)) or not value:
        return False
    return all(isinstance(each, Mapping) and each for each in value)
