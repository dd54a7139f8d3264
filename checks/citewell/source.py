"""Text files as plain data, and paths into that data as places in the text.

YAML is read by PyYAML's C parser, without any of YAML 1.1's guesses: every scalar stays
the text that was written, and only an empty or ``null`` plain scalar is None, as in the
core schema of YAML 1.2.2 (10.3.2). What would make a file mean something else to
another reader (anchors, aliases, tags, merge keys, doubled keys) is refused.
"""

import re
import stat
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from citewell.document import Data, Document, Problem
from citewell.finding import TOP, NodePath, Place

try:
    from yaml._yaml import CParser
except ImportError as error:  # a PyYAML that was built without libyaml
    raise ImportError("citewell needs PyYAML with its C extension (libyaml)") from error

MAX_BYTES = 5_000_000
"""A larger file is refused: a long article has some 50 kB."""
MAX_DEPTH = 100
"""Deeper nesting is refused: the parser recurses, and no article needs a tenth of it."""
MAX_REFUSALS = 20
"""How many forbidden constructs of one file are named."""

_BLANKS = " \t\r\n"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Line breaks to YAML 1.1, which libyaml speaks, and ordinary characters since 1.2 (5.4).
_OLD_BREAKS = {0x85: 0x10FF85, 0x2028: 0x10FFD8, 0x2029: 0x10FFD9}
_RESTORED = {stand_in: original for original, stand_in in _OLD_BREAKS.items()}
# Signs of forbidden or deeply nested nodes; most files have none of them.
_INDICATED = re.compile(r"[&*!](?<![^\s\[{,:-][&*!])")
_COMPACT_NESTING = re.compile(r"[?-][ \t]+(?:[?-][ \t]+){7}")
_DEEP_INDENTATION = " " * MAX_DEPTH
_MANY_BRACKETS = 1000  # the parser can recurse so deep
_TOO_DEEP_FOR_LIBYAML = "maximum nesting depth"  # its scanner is ahead of its events


class _LeanParser(CParser):
    """The C parser with the resolver cut down to: was it a plain scalar?"""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)

    def resolve(self, _kind: type, _value: object, implicit: tuple[bool, bool] | bool) -> bool:
        return implicit is True or (implicit is not False and implicit[0])

    def descend_resolver(self, _parent: object, _index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


def read(path: Path) -> Document:
    """Read the file at *path*; whatever is wrong with it becomes a problem, never an error."""
    raw = _bytes(path)
    return raw if isinstance(raw, Document) else parse(raw)._replace(raw=raw)


def read_text(path: Path) -> str:
    """The text of the file at *path*, as far as it is one; nothing if :func:`read` refuses it."""
    raw = _bytes(path)
    return "" if isinstance(raw, Document) else raw.decode("utf-8-sig", "replace")


def _bytes(path: Path) -> bytes | Document:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return _refused("This is not a regular file", "Name a text file.")
        if status.st_size > MAX_BYTES:
            return _refused(
                f"The file has {status.st_size:,} bytes; more than {MAX_BYTES:,} are not read",
                "Split it into one file an article.",
            )
        return path.read_bytes()
    except OSError as error:
        return _refused(
            f"The file cannot be read: {error.strerror or error}",
            "Check its permissions and where its link leads.",
        )


def parse(raw: bytes) -> Document:
    """Take the bytes of a file apart."""
    guess = " (it looks like UTF-16)" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        return _refused(
            f"The file is not UTF-8: 0x{raw[error.start]:02X} is no character{guess}",
            "Save it as UTF-8.",
            _place(before, len(before), len(before)),
        )
    readable = (
        text.translate(_OLD_BREAKS) if any(sign in text for sign in map(chr, _OLD_BREAKS)) else text
    )
    if _is_suspicious(readable):
        refusals = tuple(islice(_refusals(readable), MAX_REFUSALS))
        if refusals:
            return Document(text, None, refusals, None)
    try:
        root = _LeanParser(readable).get_single_node()
    except yaml.YAMLError as error:
        return Document(text, None, (_syntax_problem(readable, error),), None)
    if root is None:
        return _refused("The file is empty", "Write an article into it, or delete it.")
    builder = _Builder(restore=readable is not text)
    try:
        data = builder.build(root, 1)
    except _TooDeepError:
        return Document(text, None, tuple(_refusals(readable)), None)
    problems = tuple(_key_problems(root, readable)) if builder.doubtful else ()
    unreadable = any(problem.kind == "invalid-yaml" for problem in problems)
    return Document(text, None if unreadable else data, problems, root)


def _is_suspicious(text: str) -> bool:
    """Whether a closer look at the parser's events is due, before any node is built."""
    return (
        _INDICATED.search(text) is not None
        or text.startswith("%")
        or "\n%" in text
        or text.count("[") + text.count("{") > _MANY_BRACKETS
        or _DEEP_INDENTATION in text
        or _COMPACT_NESTING.search(text) is not None
    )


def _refused(message: str, help_: str, place: Place = TOP) -> Document:
    return Document("", None, (Problem("invalid-yaml", place, message, help_),), None)


class _TooDeepError(Exception):
    """The nesting is deeper than MAX_DEPTH."""


class _Builder:
    """Nodes to plain data; ``doubtful`` tells that some mapping needs a second look."""

    def __init__(self, *, restore: bool) -> None:
        self.restore = restore
        self.doubtful = False

    def build(self, node: Node, depth: int) -> Data:
        if type(node) is ScalarNode:
            return None if node.tag and node.value in _NULLS else self.text(node)
        if depth > MAX_DEPTH:
            raise _TooDeepError
        build, depth = self.build, depth + 1
        if type(node) is SequenceNode:
            return [build(item, depth) for item in node.value]
        data: dict[str, Data] = {}
        for key, value in node.value:
            if type(key) is ScalarNode:
                data[self.text(key)] = build(value, depth)
        if len(data) != len(node.value) or "<<" in data:
            self.doubtful = True
        return data

    def text(self, node: ScalarNode) -> str:
        if self.restore:
            node.value = node.value.translate(_RESTORED)
        text: str = node.value
        return text


def _key_problems(root: Node, text: str) -> Iterator[Problem]:
    """Doubled keys, merge keys, and keys that are not text, wherever they are."""
    for path, mapping in _mappings(root, ()):
        seen: set[str] = set()
        for key, _ in mapping.value:
            place = _node_place(text, key)
            if type(key) is not ScalarNode:
                yield Problem(
                    "invalid-yaml", place, "A key must be plain text", "Write a word as the key."
                )
            elif key.value == "<<" and key.tag:
                yield Problem(
                    "invalid-yaml",
                    place,
                    "Merge keys (<<) are not part of YAML 1.2",
                    "Write the keys out.",
                )
            elif key.value in seen:
                yield Problem(
                    "duplicate-key",
                    place,
                    f"The key '{key.value}' stands here a second time in one mapping, "
                    "and readers differ on which of the two counts",
                    "Keep one of them.",
                    (*path, key.value),
                )
            else:
                seen.add(key.value)


def _mappings(node: Node, path: NodePath) -> Iterator[tuple[NodePath, MappingNode]]:
    if isinstance(node, MappingNode):
        yield path, node
        for key, value in node.value:
            yield from _mappings(value, (*path, str(key.value)))
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _mappings(item, (*path, index))


def _refusals(text: str) -> Iterator[Problem]:
    """What is forbidden or dangerous, found in the parser's events: these need no recursion."""
    depth = end = 0
    parser = _LeanParser(text)
    try:
        while (event := cast("Any", parser.get_event())) is not None:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            end = event.end_mark.index
            forbidden = _forbidden(event, too_deep=depth > MAX_DEPTH)
            if forbidden:
                what, help_ = forbidden
                index = event.start_mark.index
                yield Problem("invalid-yaml", _place(text, index, index + 1), what, help_)
            if depth > MAX_DEPTH:
                return
    except yaml.YAMLError as error:
        if _TOO_DEEP_FOR_LIBYAML in str(error):
            index = _depth_exceeded(text, end, depth)
            yield Problem("invalid-yaml", _place(text, index, index + 1), *_too_deep())
        # else the caller parses again and says so


def _depth_exceeded(text: str, start: int, depth: int) -> int:
    """Where brackets behind *start* nest too deep, as far as that can be told without a parser."""
    for match in re.compile(r"[\[{\]}]").finditer(text, start):
        depth += 1 if match[0] in "[{" else -1
        if depth > MAX_DEPTH:
            return match.start()
    return 0


def _too_deep() -> tuple[str, str]:
    return f"The nesting is deeper than {MAX_DEPTH} levels", "Flatten it."


def _forbidden(event: Any, *, too_deep: bool) -> tuple[str, str] | None:
    if too_deep:
        return _too_deep()
    if isinstance(event, yaml.AliasEvent):
        return f"The alias *{event.anchor} is not allowed", "Write out what it stands for."
    if getattr(event, "version", None) not in (None, (1, 2)):
        return "YAML of another version than 1.2 is not allowed", "Remove the directive."
    if getattr(event, "anchor", None) is not None:
        return f"The anchor &{event.anchor} is not allowed", "Write the value out where needed."
    if getattr(event, "tag", None) is not None:
        return f"The tag {event.tag} is not allowed", "Remove it: the schema gives the type."
    return None


def _syntax_problem(text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    if "but found another document" in str(problem):
        problem, context = "one file holds one article, and here another document begins", None
    if mark:
        index = min(mark.index, len(text))
    else:  # what cannot even be read is told by its position in bytes
        before = text.encode()[: getattr(error, "position", 0)]
        index = len(before.decode(errors="ignore"))
    return Problem(
        "invalid-yaml",
        _place(text, index, index + 1),
        f"This is not YAML: {f'{context}: ' if context else ''}{problem}",
        "Mend the text here or just before; text with ': ' or ' #' in it needs quotes.",
    )


def place(document: Document, path: NodePath, *, on_key: bool = False) -> Place:
    """Where the node at *path* stands: its value, or with *on_key* its key.

    Of a block mapping or list, the place is that of its first key or item. A path that leads
    nowhere gives the place of the deepest node on the way.
    """
    node, key = document.root, None
    if node is None:
        return TOP
    for part in path:
        key, found = _step(node, part)
        if found is None:
            break
        node = found
    chosen = key if on_key and key is not None else node
    return _node_place(document.text, chosen)


def _step(node: Node, part: str | int) -> tuple[Node | None, Node | None]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key, value
    elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None, None


def _node_place(text: str, node: Node) -> Place:
    while isinstance(node, CollectionNode) and node.value and not node.flow_style:
        node = node.value[0][0] if isinstance(node, MappingNode) else node.value[0]
    mark = node.start_mark
    written = text[mark.index : node.end_mark.index].rstrip(_BLANKS)  # a block's end spills over
    if not written:  # nothing at all stands right behind what comes before it
        before = len(text[: mark.index].rstrip(_BLANKS))
        return _place(text, before, before)
    if "\n" in written or "\r" in written:
        return _place(text, mark.index, mark.index + len(written))
    line, column = mark.line + 1, mark.column + 1
    return Place(line, column, line, column + len(written))


def _place(text: str, start: int, end: int) -> Place:
    line, column = _line_and_column(text, start)
    end_line, end_column = _line_and_column(text, min(end, len(text)))
    if (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    return Place(line, column, end_line, end_column)


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at *index*; CR LF, LF and CR end a line."""
    before = text[:index]
    line_feed = before.rfind("\n")
    line = before.count("\n") + 1
    if "\r" in before:
        lone = before.count("\r") - before.count("\r\n")
        line += lone - (before.endswith("\r") and text[index : index + 1] == "\n")
        line_feed = max(line_feed, before.rfind("\r", 0, index))
    return line, index - line_feed


def line_reader() -> Callable[[str], list[str]]:
    """A reader of the lines of files by name, which keeps the file that it read last."""

    @lru_cache(maxsize=1)
    def read(name: str) -> list[str]:
        text = read_text(Path(name))
        if not text:
            return []
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    return read
