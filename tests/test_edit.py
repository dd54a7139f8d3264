"""Edits of YAML text: what is written, and that everything else stays as it was."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from citewell import source
from citewell.edit import EditError, append, apply, apply_each, replace
from citewell.edit.splicing import node_at
from citewell.finding import Operation, json_pointer
from citewell.writing import block, scalar

ITEM = {"claim": "tremor", "reference": 2, "quote": "It can: so."}
DATA = {"claim": "tremor", "reference": "2", "quote": "It can: so."}
BLOCK = '- claim: tremor\n  reference: 2\n  quote: "It can: so."\n'
FLOW = '{claim: tremor, reference: 2, quote: "It can: so."}'
JSON = '{"claim": "tremor", "reference": 2, "quote": "It can: so."}'


def data(text: str) -> object:
    document = source.parse(text.encode())
    assert not document.problems, (text, document.problems)
    return document.data


def indented(text: str, by: int = 2) -> str:
    return re.sub(r"(?m)^(?=.)", " " * by, text)


# Scalars


@pytest.mark.parametrize(
    "text",
    [
        "Roe J",
        "2026-11-22",
        "1f0e9c00",
        "Dystonia can come with tremor.",
        "Ménière’s — 筋緊張 (see p. 3)…",
        "3 of 4 patients",
        "7-9",
        "10.4103/0028-3886.226439",
        "161–168",
        "2024-03",
        "don't",
    ],
)
def test_plain_where_that_is_safe(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", '""'),
        ("null", '"null"'),
        ("True", '"True"'),
        ("~", '"~"'),
        ("no", '"no"'),
        ("12", '"12"'),
        ("010", '"010"'),
        ("1e5", '"1e5"'),
        ("0x1f", '"0x1f"'),
        ("1_000", '"1_000"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("- a", '"- a"'),
        ("*a", '"*a"'),
        ("...", '"..."'),
        (" a", '" a"'),
        ("a ", '"a "'),
        ("a, b", '"a, b"'),
        ('say "a\\b"', '"say \\"a\\\\b\\""'),
        ("a\r\nb\tc", '"a\\r\\nb\\tc"'),
        ("\0\x1b\x7f", '"\\u0000\\u001B\\u007F"'),
        ("a\u202eb\u2028\x85\ufeff", '"a\\u202Eb\\u2028\\u0085\\uFEFF"'),
        ("\U000e0041", '"\\U000E0041"'),
        ("👩\u200d⚕️!", '"👩\u200d⚕️!"'),
    ],
)
def test_quoted_where_it_is_not(text: str, written: str) -> None:
    assert scalar(text) == written


TRICKY = st.text(
    st.sampled_from(
        "ab01eExX_ .,:;#'\"\\-?[]{}&*!|>%@`~=<+/\n\r\t\0\x1b\x85\xa0\u2028\ufeff\u202eé😀"
    )
    | st.characters(exclude_categories=["Cs"])
)


@given(TRICKY | st.sampled_from(["null", "~", "true", "on", "<<", "---", "1:30", "a" * 100_000]))
@example("\U0010ff85")
def test_every_text_reads_back(text: str) -> None:
    """As a value, in a flow and as an item, to us and to a reader of YAML 1.1."""
    written = scalar(text)
    assert data(f"key: {written}\n") == {"key": text}
    assert data(f"[{written}, {{key: {written}}}]") == [text, {"key": text}]
    assert data(f"- {written}\r\n") == [text]
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        assert yaml.safe_load(written) == text


@pytest.mark.parametrize(
    "text",
    [
        "Begin in a single area, such as your leg, neck or arm.",
        "https://example.org/a?page=2&lang=en,de#part-3",
        "A (50%) & B; C = 7!",
        "12:30:45 is no start",
    ],
)
def test_plain_in_a_block(text: str) -> None:
    (line,) = block({"key": text})
    assert line == (f"key: {text}" if text[0].isalpha() else f'key: "{text}"')


@given(TRICKY)
@example("a: b")
@example("a #b")
@example("a:")
@example("a::b")
def test_every_text_reads_back_from_a_block(text: str) -> None:
    lines = "".join(f"{line}\n" for line in block({"key": text, "list": [{"key": text}]}))
    assert data(lines) == {"key": text, "list": [{"key": text}]}
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        assert yaml.safe_load(lines) == {"key": text, "list": [{"key": text}]}


# What is appended, form by form


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", f"a: 1\nlist:\n{indented(BLOCK)}"),
        ("a: 1", f"a: 1\nlist:\n{indented(BLOCK)}"[:-1]),
        ("a: 1\n\nb: 2\n", f"a: 1\n\nb: 2\n\nlist:\n{indented(BLOCK)}"),
        ("a:\n- 1\n", f"a:\n- 1\nlist:\n{BLOCK}"),
        ("a:\n    - 1\n", f"a:\n    - 1\nlist:\n{indented(BLOCK, 4)}"),
        ("  a: 1\n", f"  a: 1\n  list:\n{indented(BLOCK, 4)}"),
        ("---\na: 1\n...\n", f"---\na: 1\nlist:\n{indented(BLOCK)}...\n"),
        ("a: 1\n# the end\n", f"a: 1\n# the end\nlist:\n{indented(BLOCK)}"),
        ("a: 1\n\nb: |+\n  x\n\n", f"a: 1\n\nb: |+\n  x\n\nlist:\n{indented(BLOCK)}"),
        ("{a: 1}", f"{{a: 1, list: [{FLOW}]}}"),
        ('{"a": 1}', f'{{"a": 1, "list": [{JSON}]}}'),
        ("{}\n", f'{{"list": [{JSON}]}}\n'),
        ('{\n "a": 1\n}\n', f'{{\n "a": 1,\n "list": [{JSON}]\n}}\n'),
        ("{\n  a: 1, # x\n}\n", f"{{\n  a: 1, # x\n  list: [{FLOW}]\n}}\n"),
        ("{\n  a: 1 # x\n}\n", f"{{\n  a: 1, # x\n  list: [{FLOW}]\n}}\n"),
        ("? a\n:\n- x\n", f"? a\n:\n- x\nlist:\n{BLOCK}"),
    ],
)
def test_a_key_that_is_missing(before: str, after: str) -> None:
    assert append(before, "list", ITEM) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("list: []\nb: 2\n", f"list:\n{indented(BLOCK)}b: 2\n"),
        ("list:   [ ]  # none\n\nb: 2\n", f"list:  # none\n{indented(BLOCK)}\nb: 2\n"),
        ("list:\n# none\nb: 2\n", f"list:\n{indented(BLOCK)}# none\nb: 2\n"),
        ("list: # none\n", f"list: # none\n{indented(BLOCK)}"),
        ("list:", f"list:\n{indented(BLOCK)}"[:-1]),
        ("list: ~ # none\n", f"list: # none\n{indented(BLOCK)}"),
        ("list: null", f"list:\n{indented(BLOCK)}"[:-1]),
        ("list: [\n # none\n]\n", f"list: [{FLOW}\n # none\n]\n"),
        ('{"list": [], "b": 2}', f'{{"list": [{JSON}], "b": 2}}'),
        ('{"list": null}', f'{{"list": [{JSON}]}}'),
        ("{list: , b: 2}", f"{{list: [{FLOW}], b: 2}}"),
    ],
)
def test_a_list_of_nothing(before: str, after: str) -> None:
    assert append(before, "list", ITEM) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("list:\n- a: 1\n", f"list:\n- a: 1\n{BLOCK}"),
        ("list:\n  - a: 1", f"list:\n  - a: 1\n{indented(BLOCK)}"[:-1]),
        (
            "list:\n  - a: 1 # x\n    # of the item\n\n  # of b\n# of b\nb: 2\n",
            f"list:\n  - a: 1 # x\n    # of the item\n{indented(BLOCK)}\n  # of b\n# of b\nb: 2\n",
        ),
        (
            "list:\n  - a: one\n      two\n\nb: 2\n",
            f"list:\n  - a: one\n      two\n{indented(BLOCK)}\nb: 2\n",
        ),
        (
            'list:\n  - a: "one\n\n two"\nb: 2\n',
            f'list:\n  - a: "one\n\n two"\n{indented(BLOCK)}b: 2\n',
        ),
        ("list:\n  - a:\n\nb: 2\n", f"list:\n  - a:\n{indented(BLOCK)}\nb: 2\n"),
        (
            "list:\n  - a: |+\n     x\n\nb: 2\n",
            f"list:\n  - a: |+\n     x\n\n{indented(BLOCK)}b: 2\n",
        ),
        ("list:\n  - {a: 1}\nb: 2\n", f"list:\n  - {{a: 1}}\n{indented(BLOCK)}b: 2\n"),
        ("list: [{a: 1}] # x\n", f"list: [{{a: 1}}, {FLOW}] # x\n"),
        ('list: [{"a": 1}, ]\n', f'list: [{{"a": 1}}, {JSON}, ]\n'),
        ("list: [\n  {a: 1}, # x\n  # y\n]\n", f"list: [\n  {{a: 1}}, # x\n  {FLOW}\n  # y\n]\n"),
        ('{"list": [\n  {"a": 1}\n]}', f'{{"list": [\n  {{"a": 1}},\n  {JSON}\n]}}'),
    ],
)
def test_a_list_with_items(before: str, after: str) -> None:
    assert append(before, "list", ITEM) == after


def test_a_json_file_stays_one() -> None:
    text = append(json.dumps({"a": [1], "list": [{"b": "c"}]}, indent=2), "list", ITEM)
    assert json.loads(text)["list"] == [{"b": "c"}, ITEM]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(end: str, mark: str) -> None:
    before = f"{mark}list:\n  - a: 1\n\nb: |\n  x\u2028y\n"
    after = f"{mark}list:\n  - a: 1\n{indented(BLOCK)}\nb: |\n  x\u2028y\n"
    assert append(before.replace("\n", end), "list", ITEM) == after.replace("\n", end)


# What is refused


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- a\n", "it is no mapping"),
        ("a\n", "it is no mapping"),
        ("", "it cannot be read"),
        ("a: [\n", "it cannot be read"),
        ("a: &x 1\n", "it cannot be read"),
        ("list: []\nlist: []\n", "the key 'list' stands there 2 times"),
        ("list: {a: 1}\n", "'list' is no list"),
        ("list: a\n", "'list' is no list"),
        ('list: ""\n', "'list' is no list"),
        ("a: |\n  x", "end its last line with a line break"),
        ("a: 1\ud800\n", "UTF-8"),
    ],
)
def test_refused(text: str, why: str) -> None:
    with pytest.raises(EditError, match=why):
        append(text, "list", ITEM)


def test_text_that_is_none() -> None:
    with pytest.raises(EditError, match="UTF-8"):
        append("a: 1\n", "list", {"quote": "\ud800"})


def test_what_could_not_be_read_again() -> None:
    """A file that would be larger than what is read."""
    with pytest.raises(EditError, match="5,000,000 bytes"):
        append("a: 1\n", "list", {"quote": "x" * source.MAX_BYTES})


def test_nothing_else_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit that would change more than it should is noticed, whatever the reason."""
    monkeypatch.setattr("citewell.edit.growing.block_item", lambda *_: ["b: 2"])
    with pytest.raises(EditError, match="without loss"):
        append("a: 1\n", "list", ITEM)


# Any file


VALUES = (
    "x # c\n",
    "\n",
    "null\n",
    '"two\n\n  lines"\n',
    "two\n  lines\n",
    "'it''s'\n",
    ">-\n  folded\n  text\n\n",
    "|+\n  kept\n\n\n",
    "|\n  clipped\n",
    "| # c\n\n  # no comment\n",
    "[1, 2, # c\n  3]\n",
    "{a: 1}\n",
    "\n  - 1\n  -\n",
    "\n- a: 1\n\n- b: |+\n    kept\n\n",
    "\n  a:\n    b: é\u2028\x85😀\n",
)
LISTS = (
    "\n",
    " # none\n",
    " ~ # none\n",
    "\n  null\n",
    " []\n",
    " [ ] # none\n",
    " [ # none\n  ]\n",
    "\n- a: 1\n- b: 2 # c\n",
    "\n  - a: 1\n\n  - b: |+\n      kept\n\n",
    "\n  - a: 1\n    # c\n  # d\n",
    "\n    -   a: 1\n        b:\n          - c\n",
    "\n  - a: >\n      folded\n\n",
    "\n  - {a: 1,\n     b: 2}\n",
    "\n  - a: two\n      lines\n\n\n",
    "\n  -\n    a: 1\n",
    "\n  - a\n  -\n",
    " [{a: 1}]\n",
    ' [{"a": "1"}, {"b": 2}, ] # c\n',
    " [\n  {a: 1}, # c\n  # d\n ]\n",
    "\n  [{a: 1}\n  , {b: [2]} # c\n  ]\n",
)
BETWEEN = ("", "\n", "# c\n", "  # c\n\n", "   \n")


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file with a list, or none, among other keys, in any style."""
    keys = draw(st.lists(st.sampled_from(VALUES), max_size=3))
    parts = [f"k{index}: {value}".replace(": \n", ":\n") for index, value in enumerate(keys)]
    if draw(st.booleans()) or not parts:
        chosen = f"list:{draw(st.sampled_from(LISTS))}"
        parts.insert(draw(st.integers(0, len(parts))), chosen)
    text = "".join(part + draw(st.sampled_from(BETWEEN)) for part in parts)
    text = draw(st.sampled_from(("", "---\n", "# top\n\n", "%YAML 1.2\n---\n"))) + text
    text += draw(st.sampled_from(("", "...\n", "... # c\n", "# end\n")))
    text = text[: len(text) - draw(st.integers(0, 1))]
    text = text.replace("\n", draw(st.sampled_from(("\n", "\r\n", "\r"))))
    return draw(st.sampled_from(("", "\ufeff"))) + text


def lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text)


@given(files(), st.dictionaries(st.sampled_from(["a", "b: c", "no"]), TRICKY, min_size=1))
def test_any_file(text: str, item: dict[str, str]) -> None:
    """The data are the old ones and the item; in a block, nothing but lines is added."""
    old = data(text)
    assert isinstance(old, dict)
    try:
        new = append(text, "list", item)
    except EditError:
        # A block of text that ends the file without a line break would get one.
        assert re.search(r"[|>][-+]?( # c)?\s[^:]*\Z", text)
        return
    assert data(new) == {**old, "list": [*(old.get("list") or ()), item]}
    if re.search(r"[\r\n\ufeff]list: *(\[|~|[\r\n]+ +(null|\[))", f"\n{text}") is None:
        assert_only_added(lines(text), lines(new))


def assert_only_added(old: list[str], new: list[str]) -> None:
    """*new* is *old* with lines in one place of it.

    Where the last line had no line break, the last one has none now.
    """
    ended = [text[-1].endswith(("\n", "\r")) for text in (old, new)]
    assert ended[0] == ended[1]
    old, new = ([line.rstrip("\r\n") for line in text] for text in (old, new))
    at = next((n for n, line in enumerate(old) if new[n] != line), len(old))
    assert new[:at] + new[len(new) - (len(old) - at) :] == old
    assert len(new) > len(old)


@given(files())
def test_twice(text: str) -> None:
    """What was appended can be appended to."""
    try:
        new = append(append(text, "list", ITEM), "list", {"b": "2"})
    except EditError:
        return
    found = data(new)
    assert isinstance(found, dict)
    assert found["list"][-2:] == [DATA, {"b": "2"}]


# What is replaced


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  - b: x # c\n", "a:\n  - b: new # c\n"),
        ("a:\n  - b: 'x' # c\n    c: 1\n", "a:\n  - b: 'new' # c\n    c: 1\n"),
        ('a:\n  - b: "x\n\n      y"\n    c: 1\n', 'a:\n  - b: "new"\n    c: 1\n'),
        ("a:\n  - b: x\n      y\n    c: 1\n", "a:\n  - b: new\n    c: 1\n"),
        ("a:\n  - b: >- # c\n      x\n      y\n\n  # d\n", "a:\n  - b: new # c\n\n  # d\n"),
        ("a:\r\n  - b: |2+\r\n      x\r\n\r\n", "a:\r\n  - b: new\r\n\r\n"),
        ("a:\n  - b: |\n      x", "a:\n  - b: new"),
        ("a:\n  - b:\n    c: 1\n", "a:\n  - b: new\n    c: 1\n"),
        ("a: [{b: x, c: 1}]", "a: [{b: new, c: 1}]"),
        ('{"a": [{"b": "x"}]}', '{"a": [{"b": "new"}]}'),
        ("\ufeffa: [{b: x}]", "\ufeffa: [{b: new}]"),
    ],
)
def test_replaced(before: str, after: str) -> None:
    assert replace(before, ("a", 0, "b"), "new") == after


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        ("'x'", "it's", "'it''s'"),
        ("'x'", "two\nlines", '"two\\nlines"'),
        ("https://a.example/?utm_id=1", "https://a.example/", "https://a.example/"),
        ("https://a.example/x", "https://a.example/a,b", '"https://a.example/a,b"'),
        ("doi:10.5555/12", "10.5555/12", "10.5555/12"),
        ("x", "10.5555/a: b", '"10.5555/a: b"'),
        ("12", "12: 13", '"12: 13"'),
    ],
)
@pytest.mark.parametrize("frame", ["a: {}\n", "a: [{}]\n", "a: {{b: {}, c: 1}}\n"])
def test_quotes_stay_where_they_can(old: str, value: str, new: str, frame: str) -> None:
    path = ("a", "b") if "b: " in frame else ("a", 0) if "[" in frame else ("a",)
    changed = replace(frame.format(old), path, value)
    assert changed == frame.format(new)
    assert yaml.load(changed, yaml.BaseLoader) == data(changed)


@pytest.mark.parametrize("path", [("b",), ("a",), ("a", 1), ("a", 0, "b", "c"), ("a", 0, "c")])
def test_nothing_to_be_replaced(path: tuple[str | int, ...]) -> None:
    with pytest.raises(EditError, match="no single value"):
        replace("a: [{b: x}]", path, "new")


# What is put


def put(text: str, path: tuple[str | int, ...], value: Any) -> str:
    """*text* with *value* at *path*, whether there is something or not."""
    document = source.parse(text.encode())
    there = document.root is not None and node_at(document.root, path) is not None
    step = Operation("replace" if there else "add", json_pointer(path), value)
    return apply(text, [step])


ARCHIVE = {"url": "https://web.example/1", "captured": "2026-11-22"}
ARCHIVED = 'archive: {url: "https://web.example/1", captured: 2026-11-22}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  - b: x # c\n", "a:\n  - b: 2026-11-22 # c\n"),
        ("a:\n  - b: # c\n", "a:\n  - b: 2026-11-22 # c\n"),
        ("a:\n  - c: 1\n  - c: 2\n", "a:\n  - c: 1\n    b: 2026-11-22\n  - c: 2\n"),
        ("a:\n- c: 1\n", "a:\n- c: 1\n  b: 2026-11-22\n"),
        ("a:\n -  c: 1", "a:\n -  c: 1\n    b: 2026-11-22"),
        (
            "a:\n  - c: 1 # x\n      # of c\n\n    # y\n  - d: 1\n",
            "a:\n  - c: 1 # x\n      # of c\n    b: 2026-11-22\n\n    # y\n  - d: 1\n",
        ),
        (
            "a:\r\n  - c:\r\n    - x\r\n  - d: 1\r\n",
            "a:\r\n  - c:\r\n    - x\r\n    b: 2026-11-22\r\n  - d: 1\r\n",
        ),
        ("a:\n  - c: |+\n     x\n\nb: 1\n", "a:\n  - c: |+\n     x\n\n    b: 2026-11-22\nb: 1\n"),
        ("a: [{c: 1}] # x\n", "a: [{c: 1, b: 2026-11-22}] # x\n"),
        ('{"a": [{"c": 1}]}', '{"a": [{"c": 1, "b": "2026-11-22"}]}'),
        ("a: [{}]\n", "a: [{b: 2026-11-22}]\n"),
    ],
)
def test_put(before: str, after: str) -> None:
    assert put(before, ("a", 0, "b"), "2026-11-22") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a:\n  - c: 1\n\nb: 1\n",
            "a:\n  - c: 1\n    archive:\n      url: https://web.example/1\n"
            "      captured: 2026-11-22\n\nb: 1\n",
        ),
        ("a: [{c: 1}]\n", f"a: [{{c: 1, {ARCHIVED}}}]\n"),
        ("a:\n - archive:\n   c: 1\n", f"a:\n - {ARCHIVED}\n   c: 1\n"),
    ],
)
def test_a_mapping_is_put(before: str, after: str) -> None:
    assert put(before, ("a", 0, "archive"), ARCHIVE) == after


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("a: [{b: x}]", ("a", 1, "b"), "there is nothing at /a/1/b"),
        ("a: [{b: x}]", ("a", "b"), "there is no mapping at a"),
        ("a: [{b: x}]", ("a", 2), "there is no mapping at a"),
        ("a: [{b: x}]", ("a",), "no single value at a"),
        ("- a\n", ("a",), "there is no mapping at the top"),
        ("a:\n  ? [x]\n  : 1\n", ("a", "b"), "cannot be read"),
        ("a:\n  b: |\n   x", ("a", "c"), "line break"),
    ],
)
def test_nowhere_to_put(text: str, path: tuple[str | int, ...], why: str) -> None:
    with pytest.raises(EditError, match=why):
        put(text, path, "new")


def scalars(found: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all scalars."""
    children = (
        found.items()
        if isinstance(found, dict)
        else enumerate(found)
        if isinstance(found, list)
        else None
    )
    if children is None:
        yield path
    else:
        for part, child in children:
            yield from scalars(child, (*path, part))


@given(files(), TRICKY, st.data())
def test_any_scalar_is_replaced(text: str, value: str, chosen: st.DataObject) -> None:
    old = data(text)
    paths = list(scalars(old))
    if not paths:
        return
    path = chosen.draw(st.sampled_from(paths))
    new = replace(text, path, value)
    parent: object = old
    for part in path[:-1]:
        parent = parent[part]
    parent[path[-1]] = value
    assert data(new) == old
    changed = [line for line in lines(new) if line not in lines(text)]
    assert len(changed) <= 1, changed


# Operations


def removed(path: str) -> list[Operation]:
    return [Operation("remove", path)]


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: [1, 2]", "/a/0", "a: [2]"),
        ("a: [1, 2]", "/a/1", "a: [1]"),
        ("a: [ 1 ,2 , ] # x", "/a/1", "a: [ 1 , ] # x"),
        ("a: [1]", "/a/0", None),
        ("a: [1, # one\n 2, # two\n 3]", "/a/1", "a: [1, # one\n  # two\n 3]"),
        ("a: [1, # one\n 2]", "/a/1", None),
        ("a: [1, # one\n 2]", "/a/0", "a: [ # one\n 2]"),
        ("a:\n- 1\n- 2\n", "/a/0", "a:\n- 2\n"),
        ("a:\n- 1\n- 2\n", "/a/1", "a:\n- 1\n"),
        ("a:\n- 1\n- 2", "/a/1", "a:\n- 1"),
        ("a:\r\n- 1\r\n- 2", "/a/1", "a:\r\n- 1"),
        ("a:\n  - 1 # one\n  # both\n  - 2\n", "/a/0", "a:\n  # one\n  # both\n  - 2\n"),
        ("a:\n  - 1\n", "/a/0", None),
        ("a:\n  - b: 1\n  - 2\n", "/a/0", None),
        ("a:\n  - - 1\n    - 2\n", "/a/0/0", None),
        ("a:\n  - - 1\n    - 2\n", "/a/0/1", "a:\n  - - 1\n"),
        ("a: {b: 1, c: 2}", "/a/b", None),
        ("a: [1]", "/a/1", None),
    ],
)
def test_an_item_is_removed(before: str, path: str, after: str | None) -> None:
    if after is None:
        with pytest.raises(EditError):
            apply(before, removed(path))
    else:
        assert apply(before, removed(path)) == after


def test_operations_speak_of_the_text_as_it_was() -> None:
    steps = [*removed("/a/0"), *removed("/a/2"), Operation("replace", "/a/1", "x")]
    assert apply("a: [0, 1, 2, 3]", steps) == "a: [x, 3]"


@pytest.mark.parametrize(
    "step",
    [
        Operation("add", "/a", "x"),
        Operation("add", "/b/0", "x"),
        Operation("add", "/c/d", "x"),
        Operation("replace", "/c", "x"),
        Operation("replace", "", "x"),
        Operation("remove", "/a"),
        Operation("insert-line", "", "# x\ny: 1"),
        Operation("insert-line", "", "y: 1"),
    ],
)
def test_operations_that_lead_nowhere(step: Operation) -> None:
    with pytest.raises(EditError):
        apply("a: 1\nb: [x]\n", [step])


@pytest.mark.parametrize(
    "before", ["a: 1\n", "\ufeff# x\r\na: 1\r\n", "---\na: 1", "%YAML 1.2\n---\na: 1\n"]
)
def test_a_line_at_the_top(before: str) -> None:
    end = "\r\n" if "\r" in before else "\n"
    after = apply(before, [Operation("insert-line", "", "# new")])
    mark = "\ufeff" if before.startswith("\ufeff") else ""
    assert after == f"{mark}# new{end}{before.removeprefix(mark)}"


def test_many_fixes_in_one_pass() -> None:
    """What touches another waits, what cannot be made is refused, and all else is done."""
    text = "a: {b: x}\nc: [1, 2]\nd: |\n  x"
    fixes = [
        [Operation("replace", "/a/b", "new")],
        [Operation("replace", "/a/b", "z")],
        [Operation("add", "/a/e", "1")],
        [Operation("add", "/f", "1")],
        removed("/c/0"),
        removed("/c/7"),
        [Operation("add", "/a/g", "1")],
    ]
    result = apply_each(text, fixes)
    assert result.text == 'a: {b: new, e: "1"}\nc: [2]\nd: |\n  x'
    assert result.done == (0, 2, 4)
    assert result.refused.keys() == {3, 5}
    assert "end its last line" in result.refused[3]
    assert "no item" in result.refused[5]
