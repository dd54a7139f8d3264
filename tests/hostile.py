"""Files that nobody should write and everybody gets: what each is, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass

from articles import HEADER, article

GOOD = HEADER + article("")

ENCODING = "check-jsonschema decodes UTF-16 as well"
SIZE = "JSON Schema knows no size of a file"
DEPTH = "JSON Schema knows no depth of nesting"
REUSE = "JSON Schema sees a file after anchors, aliases, tags and merge keys have been resolved"
DIRECTIVE = "check-jsonschema ignores directives that it does not know"
KEYS = "check-jsonschema makes all keys text, after it has looked for doubled ones"
TABS = "ruamel.yaml refuses tabs beside a plain scalar, which YAML 1.2 allows (6.2)"


@dataclass(frozen=True)
class Hostile:
    """A file, and the first finding of group ``schema`` that it must get; no rule: none.

    ``blind`` says why check-jsonschema judges it otherwise; ``heavy``: it dies of it, or takes
    minutes.
    """

    build: Callable[[], bytes]
    rule: str = ""
    line: int = 1
    column: int = 1
    blind: str = ""
    heavy: bool = False


def _bytes(content: bytes | str) -> Callable[[], bytes]:
    return lambda: content.encode() if isinstance(content, str) else content


def _refused(
    content: bytes | str | Callable[[], bytes],
    line: int = 1,
    column: int = 1,
    *,
    blind: str = "",
    heavy: bool = False,
) -> Hostile:
    build = content if callable(content) else _bytes(content)
    return Hostile(build, "invalid-yaml", line, column, blind, heavy)


def _violation(content: str, line: int, column: int, *, blind: str = "") -> Hostile:
    return Hostile(_bytes(content), "schema-violation", line, column, blind)


def _with(old: str, new: str) -> str:
    """The good article with *old* replaced, which it holds once."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def _title(value: str) -> str:
    return _with("\ntitle: Example\n", f"\ntitle: {value}\n")


def _sections(depth: int) -> str:
    """A valid article, but for ids that repeat and the *depth* of its sections."""
    start, references = GOOD.split("sections:\n")[0], GOOD.split("\nreferences:\n")[1]
    nested = "".join(f"{{id: s{level}, heading: H, sections: [" for level in range(depth))
    return f"{start}sections: [{nested}{']}' * depth}]\nreferences:\n{references}"


def _laughs() -> str:
    lines = ["l0: &l0 [lol]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 40)]
    return "\n".join(lines) + "\n"


_MILLION = 1_000_000
_TITLE_LINE, _TITLE_COLUMN = 4, 8

HOSTILE: dict[str, Hostile] = {
    # Nothing, or something else.
    "empty": _refused(""),
    "white-space": _refused("  \n\n \n"),
    "only-comments": _refused("# one\n# two\n"),
    "only-a-marker": _violation("---\n", 1, 4),
    "null": _violation("null\n", 1, 1),
    "list": _violation("- a\n- b\n", 1, 3),
    "scalar": _violation("hello\n", 1, 1),
    "number": _violation("12\n", 1, 1),
    "empty-mapping": _violation("{}\n", 1, 1),
    "not-yaml": _refused("a: b: c\n", 1, 5),
    "unclosed-quote": _refused('a: "b\n', 2, 1),
    "unclosed-list": _refused("a: [b\n", 2, 1),
    "markdown": _refused("# Dystonia\n\n* muscles\n* tighten\n", 3, 2),
    "html": _violation("<!doctype html><title>x</title>\n", 1, 1),
    "json": _violation('{"schema_version": 1}\n', 1, 1),
    "gzip": _refused(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 1, 2),
    # Encodings and characters.
    "utf-16-le": _refused(b"\xff\xfe" + GOOD.encode("utf-16-le"), blind=ENCODING),
    "utf-16-be": _refused(b"\xfe\xff" + GOOD.encode("utf-16-be"), blind=ENCODING),
    "utf-16-without-bom": _refused(GOOD.encode("utf-16-le"), 1, 2),
    "utf-32": _refused(GOOD.encode("utf-32")),
    "latin-1": _refused(_title("Exämple").encode("latin-1"), _TITLE_LINE, _TITLE_COLUMN + 2),
    "latin-1-after-accents": _refused(
        _title("éé").encode() + "# ä".encode("latin-1"), GOOD.count("\n") + 1, 3
    ),
    "nul": _refused(_title("Ex\0"), _TITLE_LINE, _TITLE_COLUMN + 2),
    "nul-after-accents": _refused(_title("éé\0"), _TITLE_LINE, _TITLE_COLUMN + 2),
    "bell": _refused(_title("Ex\a"), _TITLE_LINE, _TITLE_COLUMN + 2),
    "escape": _refused(_title("Ex\x1b[31m"), _TITLE_LINE, _TITLE_COLUMN + 2),
    "c1-control": _refused(_title("Ex\x9b31m"), _TITLE_LINE, _TITLE_COLUMN + 2),
    "no-character": _refused(_title("Ex\ufffe"), _TITLE_LINE, _TITLE_COLUMN + 2),
    "surrogate": _refused(
        _title("Ex@").encode().replace(b"@", b"\xed\xa0\x80"), _TITLE_LINE, _TITLE_COLUMN + 2
    ),
    "surrogate-pair": _refused(
        _title("Ex@").encode().replace(b"@", b"\xed\xa0\xbd\xed\xb8\x80"),
        _TITLE_LINE,
        _TITLE_COLUMN + 2,
    ),
    "overlong": _refused(_title("Ex@").encode().replace(b"@", b"\xc0\x80"), 4, 10),
    "cut-off": _refused(GOOD.encode() + "# é".encode()[:-1], GOOD.count("\n") + 1, 3),
    "latin-1-after-a-bom": _refused(b"\xef\xbb\xbfabc\xff", 1, 4),
    # Size.
    "huge": _refused(lambda: GOOD.encode() + b"# more\n" * 7_000_000, blind=SIZE, heavy=True),
    "long-line": Hostile(
        lambda: _title(f'"{"word " * 800_000}"').replace("id: example", "id: é").encode(),
        "schema-violation",
        3,
        5,
    ),
    "long-value": _violation(_with("language: en", f'language: "{"en " * 9000}"'), 5, 11),
    "long-key": _violation(GOOD + f"? {'k' * 100_000}\n: 1\n", GOOD.count("\n") + 1, 3),
    "long-number": _violation(_with("number: 2", f"number: '{'9' * 5000}'"), 24, 13),
    "long-citation": _violation(_with("references: [2]", f"references: ['{'9' * 5000}']"), 13, 59),
    "long-anchor": _refused(_title(f"&{'a' * 100_000} b"), 4, 8, blind=REUSE),
    # Nesting.
    "flow-lists": _refused("a: " + "[" * 10_000 + "]" * 10_000, 1, 103, heavy=True),
    "flow-lists-below-the-limit-of-python": _refused(
        "a: " + "[" * 900 + "]" * 900, 1, 103, heavy=True
    ),
    "flow-lists-a-million": _refused(lambda: b"a: " + b"[" * _MILLION, 1, 103, heavy=True),
    "flow-mappings": _refused("{a: " * 10_000 + "}" * 10_000, 1, 401, heavy=True),
    "flow-mappings-a-million": _refused(lambda: b"{a: " * _MILLION, 1, 401, heavy=True),
    "block-lists": _refused("a:\n " + "- " * 10_000 + "x\n", 2, 200, heavy=True),
    "block-lists-a-million": _refused(lambda: b"a:\n " + b"- " * _MILLION, 2, 200, heavy=True),
    "block-mappings": _refused("? " * 10_000 + "x\n", 1, 201, heavy=True),
    "block-mappings-a-million": _refused(lambda: b"? " * _MILLION, 1, 201, heavy=True),
    "indented-mappings": _refused(
        "".join(" " * n + "a:\n" for n in range(2000)), 101, 101, heavy=True
    ),
    "indented-lists": _refused("".join(" " * n + "-\n" for n in range(2000)), 101, 101, heavy=True),
    "sections": _refused(_sections(200), 8, 1619, heavy=True),
    "sections-that-editors-bear": _refused(_sections(60), 8, 1619, blind=DEPTH),
    # What refers to something else, or says what it is.
    "laughs": _refused(_laughs(), 1, 5, heavy=True),
    "anchor": _refused(_title("&a Example"), 4, 8, blind=REUSE),
    "alias": _refused(_title("&a Example").replace("name: Example", "name: *a"), 4, 8, blind=REUSE),
    "alias-of-itself": _refused("&a [*a]\n", heavy=True),
    "tag": _refused(_title("!!str Example"), 4, 8, blind=REUSE),
    "tag-without-name": _refused(_title("! Example"), 4, 8, blind=REUSE),
    "tag-of-python": _refused(_title('!!python/object/apply:os.system ["exit 1"]'), 4, 8),
    "merge-key": _refused(
        _with("condition: {name: Example}", "condition: {<<: {name: Example}}"), 6, 13, blind=REUSE
    ),
    "two-documents": _refused(GOOD + "---\n" + GOOD, GOOD.count("\n") + 1, 1),
    "yaml-1.1": _refused("%YAML 1.1\n---\n" + GOOD, 1, 1, blind=DIRECTIVE),
    "yaml-1.1-boolean": _refused("%YAML 1.1\n---\n" + _with("id: example", "id: yes"), 1, 1),
    "unknown-directive": _refused("%FOO bar\n---\n" + GOOD, 1, 5, blind=DIRECTIVE),
    # Keys.
    "doubled-key": Hostile(_bytes(GOOD + "title: Other\n"), "duplicate-key", 30, 1),
    "doubled-key-in-claim": Hostile(
        _bytes(_with("{id: first,", "{id: first, kind: fact, kind: fact,")), "duplicate-key", 12, 33
    ),
    "doubled-key-in-reference": Hostile(
        _bytes(_with("    volume: 4\n", "    volume: 4\n    volume: 4\n")), "duplicate-key", 22, 5
    ),
    "doubled-locator": Hostile(
        _bytes(_with("references: [1]}", "references: [1], locators: {1: a, 1: b}}")),
        "duplicate-key",
        12,
        98,
    ),
    "doubled-locator-in-quotes": Hostile(
        _bytes(_with("references: [1]}", 'references: [1], locators: {1: a, "1": b}}')),
        "duplicate-key",
        12,
        98,
        KEYS,
    ),
    "list-as-key": _refused(GOOD + "? [a]\n: 1\n", 30, 3),
    "mapping-as-key": _refused(GOOD + "? {a: b}\n: 1\n", 30, 3),
    "boolean-as-key": _violation(GOOD + "true: 1\n", 30, 1),
    "nothing-as-key": _violation(GOOD + "~: 1\n", 30, 1),
    # Tabs.
    "tab-indents": _refused(_with("  - number: 1", "\t- number: 1"), 15, 1),
    "tab-after-value": Hostile(_bytes(_title("Example\t")), blind=TABS),
    "tab-after-colon": Hostile(_bytes(_title("\tExample")), blind=TABS),
    # Terminals.
    "escapes-in-quotes": _violation(
        GOOD + '"\\e]0;pwned\\a": "\\e[6n"\n"\\e[6n\\u202e\\u009b2J": 1\n', 30, 1
    ),
}
"""Every hostile file by name."""
