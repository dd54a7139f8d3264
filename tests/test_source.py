"""Text files as plain data: what YAML 1.2 says they hold, and where it stands."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from citewell.document import Data, Document
from citewell.finding import NodePath, Place
from citewell.source import parse, place


def read(text: str) -> Document:
    """The document of a *text* with which nothing is wrong."""
    document = parse(text.encode())
    assert document.problems == ()
    return document


def cut(document: Document, where: Place) -> str:
    """What stands at a place, cut out by lines and columns alone."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", document.text)
    if where.line == where.end_line:
        return lines[where.line - 1][where.column - 1 : where.end_column - 1]
    first = lines[where.line - 1][where.column - 1 :]
    last = lines[where.end_line - 1][: where.end_column - 1]
    return "".join([first, *lines[where.line : where.end_line - 1], last])


def at(text: str, *path: str | int, on_key: bool = False) -> str:
    document = read(text)
    return cut(document, place(document, path, on_key=on_key))


# Scalars stay what was written.


@pytest.mark.parametrize(
    "written",
    [
        *("no", "yes", "on", "off", "y", "n", "true", "True", "FALSE", "nUll", "None", "nil"),
        *("010", "0o17", "0x1F", "0b11", "1_000", "1e3", "+1", "-0", "1.0", ".5", ".inf", ".nan"),
        *(
            "12:30",
            "12:30:45",
            "2022-06-18",
            "2022-02-30",
            "2001-12-14 21:59:43",
            "2022",
            "=",
            "<<",
        ),
        *("a#b", "a:b", "::a", "a%b", "?a", "-a", "a'b", 'a"b', "a\\nb", "a\tb", "http://x/?a#b"),
    ],
)
def test_plain_scalars_are_text(written: str) -> None:
    assert read(f"a: {written}\n").data == {"a": written}
    assert read(f"- {written}\n").data == [written]
    assert at(f"a: {written} \t # words\n", "a") == written


@pytest.mark.parametrize("written", ["", " ", "~", "null", "Null", "NULL", "null # words"])
def test_plain_nothing_is_none(written: str) -> None:
    assert read(f"a: {written}\nb: [1]\n").data == {"a": None, "b": ["1"]}


@pytest.mark.parametrize("value", ["", "~", "null", "Null", "NULL"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_quoted_nothing_is_text(value: str, quote: str) -> None:
    assert read(f"a: {quote}{value}{quote}\n").data == {"a": value}


def test_block_nothing_is_text() -> None:
    assert read("a: |-\n  null\nb: >-\n  ~\nc: |\nd: x\n").data == {
        "a": "null",
        "b": "~",
        "c": "",
        "d": "x",
    }


def test_a_key_is_text_even_if_it_means_nothing() -> None:
    assert read("null: 1\n~: 2\ntrue: 3\n1: 4\n").data == {
        "null": "1",
        "~": "2",
        "true": "3",
        "1": "4",
    }


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("|", "one\n two\n\nthree\n"),
        ("|-", "one\n two\n\nthree"),
        ("|+", "one\n two\n\nthree\n\n\n"),
        (">", "one\n two\n\nthree\n"),
        (">-", "one\n two\n\nthree"),
        (">+", "one\n two\n\nthree\n\n\n"),
        ("|2", " one\n  two\n\n three\n"),
        ("|-2", " one\n  two\n\n three"),
        ("| # words", "one\n two\n\nthree\n"),
    ],
)
def test_block_scalars(header: str, value: str) -> None:
    body = "   one\n    two\n\n   three"
    text = f"a: {header}\n{body}\n\n\nb: x\n"
    assert read(text).data == {"a": value, "b": "x"}
    assert at(text, "a") == f"{header}\n{body}"
    assert at(text, "b") == "x"


def test_folding() -> None:
    text = "a: one\n  two # words\nb: \"one\n\n  two \\\n  three\"\nc: [one\n  two, '3\n  4']\n"
    assert read(text).data == {"a": "one two", "b": "one\ntwo three", "c": ["one two", "3 4"]}
    assert at(text, "a") == "one\n  two"
    assert at(text, "b") == '"one\n\n  two \\\n  three"'
    assert at(text, "c", 0) == "one\n  two"
    assert at(text, "c", 1) == "'3\n  4'"


# Encoding, line ends and characters.


def test_bom_is_no_column() -> None:
    document = parse(b"\xef\xbb\xbf" + b"a: b\n")
    assert document.problems == ()
    assert document.data == {"a": "b"}
    assert place(document, ("a",)) == Place(1, 4, 1, 5)
    assert place(document, ("a",), on_key=True) == Place(1, 1, 1, 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    text = end.join(["a: b", "", "# words", "c:", "  - d", "  - |", "    e", "    f", "g: h", ""])
    document = read(text)
    assert document.data == {"a": "b", "c": ["d", "e\nf\n"], "g": "h"}
    assert place(document, ("a",)) == Place(1, 4, 1, 5)
    assert place(document, ("c", 0)) == Place(5, 5, 5, 6)
    assert place(document, ("c", 1)) == Place(6, 5, 8, 6)
    assert place(document, ("g",)) == Place(9, 4, 9, 5)


def test_line_ends_may_be_mixed() -> None:
    document = read("a: 1\rb: 2\r\nc: 3\n\rd: 4\r\r\ne: 5\n")
    lines = {key: place(document, (key,)).line for key in "abcde"}
    assert lines == {"a": 1, "b": 2, "c": 3, "d": 5, "e": 7}
    assert {place(document, (key,)).column for key in "abcde"} == {4}


@pytest.mark.parametrize(
    "line", ["a", "é", "e\u0301", "😀", "👩‍⚕️", "漢字", "\u00a0", "a\u200bb", "\u202e"]
)
def test_columns_count_code_points(line: str) -> None:
    document = read(f'{{"{line}": x, b: "{line}"}}\n')
    assert document.data == {line: "x", "b": line}
    width = len(line)
    assert place(document, (line,)) == Place(1, 6 + width, 1, 7 + width)
    assert place(document, ("b",)) == Place(1, 12 + width, 1, 14 + 2 * width)


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
class TestOldBreaks:
    """YAML 1.1 breaks lines at these; to YAML 1.2 they are characters as any other."""

    @pytest.mark.parametrize(
        "written", ["o{}e", "'o{}e'", '"o{}e"', "[o{}e]", "|-\n  o{}e", ">-\n  o{}e"]
    )
    def test_in_a_value(self, character: str, written: str) -> None:
        text = f"a: {written.format(character)}\nb: c\n"
        document = read(text)
        value: Data = f"o{character}e"
        assert document.data == {"a": [value] if "[" in written else value, "b": "c"}
        assert document.text == text
        assert cut(document, place(document, ("a",))) == written.format(character)
        assert cut(document, place(document, ("b",), on_key=True)) == "b"

    def test_in_a_key(self, character: str) -> None:
        document = read(f"o{character}e: x\nb: {{'o{character}e': y}}\n")
        key = f"o{character}e"
        assert document.data == {key: "x", "b": {key: "y"}}
        assert cut(document, place(document, (key,), on_key=True)) == key
        assert cut(document, place(document, (key,))) == "x"
        assert cut(document, place(document, ("b", key))) == "y"

    def test_in_a_doubled_key(self, character: str) -> None:
        (problem,) = parse(f"o{character}e: x\no{character}e: y\n".encode()).problems
        assert problem.path == (f"o{character}e",)
        assert f"'o{character}e'" in problem.message
        assert problem.place == Place(2, 1, 2, 4)

    def test_in_a_comment(self, character: str) -> None:
        document = read(f"# words{character}more: words\na: b # c{character}d: e\nf: g\n")
        assert document.data == {"a": "b", "f": "g"}
        assert place(document, ("f",)).line == 3

    def test_before_a_fault(self, character: str) -> None:
        (problem,) = parse(f"a: o{character}e\nb: c: d\n".encode()).problems
        assert (problem.place.line, problem.place.column) == (2, 5)

    def test_does_not_count_as_space(self, character: str) -> None:
        assert read(f"a: {character}b{character}\n").data == {"a": f"{character}b{character}"}


# Keys and layouts.


def test_keys() -> None:
    text = "\n".join(
        [
            '"a b": 1',
            "'c: d': 2",
            "e:f: 3",
            "http://g/#h: 4",
            '"\\u0069": 5',
            "? j",
            ": 6",
            "k : 7",
            "l:\t8\t",
            "'it''s': 9",
            "",
        ]
    )
    document = read(text)
    keys = ["a b", "c: d", "e:f", "http://g/#h", "i", "j", "k", "l", "it's"]
    assert document.data == {key: str(number) for number, key in enumerate(keys, 1)}
    cuts = [cut(document, place(document, (key,), on_key=True)) for key in keys]
    shown = ['"a b"', "'c: d'", "e:f", "http://g/#h", '"\\u0069"', "j", "k", "l", "'it''s'"]
    assert cuts == shown
    assert [cut(document, place(document, (key,))) for key in keys] == list("123456789")


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u2028", "\x85", "\ufeff"])
def test_only_what_yaml_calls_white_space_ends_a_scalar(space: str) -> None:
    text = f"a{space}: b{space} \nc: [d{space} ]\n"
    assert at(text, f"a{space}") == f"b{space}"
    assert at(text, f"a{space}", on_key=True) == f"a{space}"
    assert at(text, "c", 0) == f"d{space}"


def test_flow_collections() -> None:
    text = 'a: {b: [c, "d", {e: f, "g":h}], i: , j: []} # k\nl: [[m], {}]\n'
    document = read(text)
    assert document.data == {
        "a": {"b": ["c", "d", {"e": "f", "g": "h"}], "i": None, "j": []},
        "l": [["m"], {}],
    }
    assert at(text, "a") == text[3 : text.index(" #")]
    assert at(text, "a", "b") == '[c, "d", {e: f, "g":h}]'
    assert at(text, "a", "b", 2, "g") == "h"
    assert at(text, "a", "b", 2, "g", on_key=True) == '"g"'
    assert at(text, "a", "j") == "[]"
    assert at(text, "l", 0, 0) == "m"
    assert place(document, ("a", "i"), on_key=True) == Place(
        1, text.index("i:") + 1, 1, text.index("i:") + 2
    )


def test_a_block_collection_is_shown_by_its_first_key() -> None:
    text = "a:\n  b:\n    - c: d\n      e: f\n    - g\n"
    assert at(text) == "a"
    assert at(text, "a") == "b"
    assert at(text, "a", "b") == "c"
    assert at(text, "a", "b", 0) == "c"
    assert at(text, "a", "b", on_key=True) == "b"


def test_a_path_that_leads_nowhere_ends_at_the_deepest_node() -> None:
    text = "a:\n  b: c\nd: [e]\n"
    assert at(text, "a", "x") == "b"
    assert at(text, "a", "b", "x", "y") == "c"
    assert at(text, "d", 7) == "[e]"
    assert at(text, "d", "x") == "[e]"
    assert at(text, "x") == "a"


def test_nothing_has_a_place_of_one_column() -> None:
    document = read("a:\nb: x\n")
    where = place(document, ("a",))
    assert (where.line, where.end_line, where.end_column - where.column) == (1, 1, 1)


@pytest.mark.parametrize("text", ["a:", "a: ", "b: c\na:", "? a", "a:   # words"])
def test_nothing_at_the_end_of_a_file_stands_on_its_last_line(text: str) -> None:
    document = read(text)
    where = place(document, ("a",))
    assert (where.line, where.end_line) == (1 + text.count("\n"),) * 2


def test_a_document_may_be_marked() -> None:
    for text in (
        "---\na: b\n",
        "a: b\n...\n",
        "%YAML 1.2\n---\na: b\n",
        "--- # c\na: b\n... # d\n",
    ):
        assert read(text).data == {"a": "b"}


def test_comments_and_tabs() -> None:
    text = "# one\n  # two\na:\t\t b\t # three\n#four\nc: [d,\t# five\n  e]\n"
    assert read(text).data == {"a": "b", "c": ["d", "e"]}
    assert at(text, "a") == "b"
    assert at(text, "c", 1) == "e"


# Problems.


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("a: &b c\n", 1, 4, "anchor &b"),
        ("a: [&b c]\n", 1, 5, "anchor &b"),
        ("&b a: c\n", 1, 1, "anchor &b"),
        ("a: b\nc: *d\n", 2, 4, "alias *d"),
        ("a: !!str b\n", 1, 4, "tag"),
        ("a: ! b\n", 1, 4, "tag"),
        ("a: !<tag:x> b\n", 1, 4, "tag"),
        ("!!map\na: b\n", 1, 1, "tag"),
        ("a:\n  <<: {b: c}\n", 2, 3, "<<"),
        ("a: b\n---\nc: d\n", 2, 1, "another document"),
        ("a: b\n? [c]\n: d\n", 2, 3, "key"),
        ("a: b\n? {c: d}\n: e\n", 2, 3, "key"),
        ("a: b: c\n", 1, 5, "not YAML"),
        ("a: b\n\tc: d\n", 2, 1, "not YAML"),
        ("a: 'b\n", 2, 1, "not YAML"),
        ("a: \x07\n", 1, 4, "control"),
        ("é: \x00\n", 1, 4, "control"),
        ("a: @b\n", 1, 4, "not YAML"),
        ("a: b\n%YAML 1.1\n---\nc: d\n", 2, 1, ""),
    ],
)
def test_refused(text: str, line: int, column: int, word: str) -> None:
    document = parse(text.encode())
    assert document.data is None
    assert [problem.kind for problem in document.problems] == ["invalid-yaml"]
    (problem,) = document.problems
    assert (problem.place.line, problem.place.column) == (line, column)
    assert word in problem.message
    assert problem.help


def test_a_directive_of_another_version_is_refused() -> None:
    """By YAML 1.1, ``id: yes`` is true."""
    for version in ("1.1", "1.0", "1.3"):
        document = parse(f"%YAML {version}\n---\nid: yes\n".encode())
        assert document.data is None
        assert [problem.place.line for problem in document.problems] == [1]


def test_all_refusals_are_told_up_to_a_limit() -> None:
    document = parse(b"".join(b"k%d: &a%d x\n" % (n, n) for n in range(50)))
    assert [problem.place.line for problem in document.problems] == list(range(1, 21))


def test_what_only_looks_forbidden_is_allowed() -> None:
    text = """a: 'b &c *d !e'\nf: b & c * d ! e\n# &g *h\ni: "<<"\n"<<": j\nk: [x&y, x*y]\n"""
    text += "l: |\n  &m *n\n"
    assert read(text).data == {
        "a": "b &c *d !e",
        "f": "b & c * d ! e",
        "i": "<<",
        "<<": "j",
        "k": ["x&y", "x*y"],
        "l": "&m *n\n",
    }


@pytest.mark.parametrize(
    ("text", "line", "column", "path"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, ("a",)),
        ("a: 1\n'a': 3\n", 2, 1, ("a",)),
        ("a:\n  - b: 1\n    b: 2\n", 3, 5, ("a", 0, "b")),
        ("a: {b: 1, c: [{d: 1, d: 2}]}\n", 1, 22, ("a", "c", 0, "d")),
        ("a:\n  1: x\n  2: y\n  1: z\n", 4, 3, ("a", "1")),
    ],
)
def test_doubled_keys(text: str, line: int, column: int, path: NodePath) -> None:
    document = parse(text.encode())
    (problem,) = document.problems
    assert problem.kind == "duplicate-key"
    assert (problem.place.line, problem.place.column) == (line, column)
    assert problem.path == path
    assert document.data is not None


def test_one_key_in_two_mappings_is_not_doubled() -> None:
    assert read("a: {b: 1}\nc: {b: 1, a: 2}\nd: [{b: 1}, {b: 1}]\n").data


@pytest.mark.parametrize("depth", [100, 101, 300, 450, 499, 999, 1001, 20_000])
@pytest.mark.parametrize("layout", ["list", "mapping", "both"])
def test_depth_has_one_limit(depth: int, layout: str) -> None:
    """A hundred levels, however they are written; never an error of the interpreter."""
    opening, closing = {"list": ("[", "]"), "mapping": ("{a: ", "}"), "both": ("[{a: ", "}]")}[
        layout
    ]
    levels = depth // 2 if layout == "both" else depth
    text = opening * levels + "x" + closing * levels
    document = parse(text.encode())
    if len(re.findall(r"[\[{]", text)) <= 100:
        assert document.problems == ()
    else:
        (problem,) = document.problems
        assert "deeper than 100 levels" in problem.message
        assert problem.place.column == [m.start() for m in re.finditer(r"[\[{]", text)][100] + 1


@pytest.mark.parametrize("depth", [100, 101, 140, 160, 1000])
@pytest.mark.parametrize("indent", ["a:\n", "-\n"])
def test_depth_of_blocks_has_the_same_limit(depth: int, indent: str) -> None:
    text = "".join(" " * level + indent for level in range(depth))
    problems = parse(text.encode()).problems
    assert [problem.place.line for problem in problems] == ([] if depth == 100 else [101])


# Random data in random layouts.

_SPECIAL = (
    "abcXYZ019 .,:;#-?&*!|>'\"%@`\\/[]{}()<=~$_+\t\n\u00e9\u0301\u00a0漢😀\u200b\x85\u2028\u2029"
)
_WORDS = [
    *("", "~", "null", "no", "010", "<<", "=", "- a", "a: b", "a #b", "---", "...", "1e3"),
    " ",
]
_PROSE = st.lists(
    st.sampled_from(["a", "word", "é", "漢😀", "it's", "b:", "#c", "\n", "\n\n", "\n  "])
)
_TEXTS = st.one_of(
    st.sampled_from(_WORDS), st.text(_SPECIAL, max_size=30), _PROSE.map(" ".join), st.just("word")
)
_STYLES = st.sampled_from([None, None, "'", '"', "|", ">"])


class _Resolver(yaml.resolver.BaseResolver):
    """Says which plain scalars would not be read as text, so that the emitter quotes them."""


_Resolver.add_implicit_resolver("tag:null", re.compile(r"(~|null|Null|NULL|)$"), None)
_Resolver.add_implicit_resolver("tag:merge", re.compile("<<$"), ["<"])


class _Dumper(yaml.emitter.Emitter, yaml.serializer.Serializer, _Resolver):
    def __init__(self, stream: object, *, options: dict[str, Any]) -> None:
        yaml.emitter.Emitter.__init__(self, stream, **options)
        yaml.serializer.Serializer.__init__(self)
        _Resolver.__init__(self)


@st.composite
def _scalars(draw: st.DrawFn) -> ScalarNode:
    text, style = draw(_TEXTS), draw(_STYLES)
    if re.search("^[ \n]|[\x85\u2028\u2029]", text):
        style = '"'  # PyYAML's emitter cannot do otherwise
    return ScalarNode(_Resolver.DEFAULT_SCALAR_TAG, text, style=style)


_NOTHING = st.builds(lambda: ScalarNode("tag:null", "null"))


def _mapping(pairs: list[tuple[ScalarNode, Node]], flow: bool) -> MappingNode:
    unique = {key.value: (key, value) for key, value in pairs}
    return MappingNode(_Resolver.DEFAULT_MAPPING_TAG, list(unique.values()), flow_style=flow)


def _collections(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda items, flow: SequenceNode(_Resolver.DEFAULT_SEQUENCE_TAG, items, flow_style=flow),
        st.lists(nodes, max_size=4),
        st.booleans(),
    ) | st.builds(_mapping, st.lists(st.tuples(_scalars(), nodes), max_size=4), st.booleans())


_NODES = _collections(st.recursive(_scalars() | _NOTHING, _collections, max_leaves=12))
_OPTIONS = st.fixed_dictionaries(
    {
        "indent": st.integers(2, 6),
        "width": st.sampled_from([20, 80, 10_000]),
        "allow_unicode": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n", "\r"]),
    }
)


def _plain(node: Node, nothing: str | None = None) -> Data:
    if isinstance(node, ScalarNode):
        return nothing if node.tag == "tag:null" else str(node.value)
    if isinstance(node, SequenceNode):
        return [_plain(item, nothing) for item in node.value]
    return {str(key.value): _plain(value, nothing) for key, value in node.value}


def _written(node: Node, options: dict[str, Any]) -> str:
    written: list[str] = []

    class Stream:
        write = staticmethod(written.append)

    dumper = _Dumper(Stream, options=options)
    dumper.open()
    dumper.serialize(node)
    dumper.close()
    return "".join(written)


def _leaves(data: Data, path: NodePath = ()) -> Iterator[tuple[NodePath, str | None]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _leaves(value, (*path, index))
    else:
        yield path, data


def _read_back(found: str) -> Data:
    return read(found).data


def _same(found: str, value: Data) -> bool:
    """Whether the text *found* is *value*; a block scalar's last line ends are not its place."""
    back = _read_back(found)
    if found[:1] in ("|", ">") and isinstance(value, str):
        return isinstance(back, str) and back.rstrip("\n \t") == value.rstrip("\n \t")
    return back == value


@settings(max_examples=200)
@given(_NODES, _OPTIONS)
def test_data_and_places_survive_any_layout(node: Node, options: dict[str, Any]) -> None:
    text = _written(node, options)
    # The emitter folds some double-quoted text wrongly; another parser shows when.
    assume(yaml.load(text, yaml.BaseLoader) == _plain(node, nothing="null"))
    document = read(text)
    assert document.data == _plain(node)
    for path, value in _leaves(document.data):
        assert _same(cut(document, place(document, path)), value)
        for end in range(1, len(path) + 1):
            key = path[end - 1]
            if isinstance(key, str):
                assert _same(cut(document, place(document, path[:end], on_key=True)), key)


_PARTS = [
    *"abc",
    "a: ",
    "- ",
    "? ",
    ": ",
    *"[]{},",
    "\n",
    "\n  ",
    "\n\t",
    " #",
    *"'\"|>",
    "&a ",
    "*a",
]
_PARTS += ["!b ", "<<: ", "---\n", "...\n", "%YAML 1.1\n", *"\r\x85\u2028\ufeff😀\0", "\r\n"]


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=40),
        st.text(_SPECIAL + "\r\0\x07\ufeff", max_size=60).map(str.encode),
        st.lists(
            st.sampled_from(_PARTS),
            max_size=25,
        ).map(lambda parts: "".join(parts).encode()),
    )
)
def test_any_bytes_give_data_or_problems(raw: bytes) -> None:
    document = parse(raw)
    lines = len(re.findall(r"\r\n?|\n", raw.decode("utf-8", "replace"))) + 1
    for problem in document.problems:
        assert problem.message
        assert problem.help
        assert 1 <= problem.place.line <= problem.place.end_line <= lines
        assert problem.place.column >= 1
    if not document.problems:
        for path, _ in _leaves(document.data):
            where = place(document, path)
            assert 1 <= where.line <= where.end_line <= lines
