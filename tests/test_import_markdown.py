"""Pages of Markdown as blocks of text and entries of a list."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citewell.exchange import markdown
from citewell.exchange.page import Block, ImportFailure

PAGE = Path(__file__).parent / "pages" / "tremor.md"


def texts(source: str) -> list[str]:
    return [block.text for block in markdown.read(source.encode()).blocks]


def entries(source: str) -> list[tuple[int | None, int, str]]:
    return [tuple(entry[:3]) for entry in markdown.read(source.encode()).entries]


def messages(source: str) -> list[tuple[int, str]]:
    return [tuple(note) for note in markdown.read(source.encode()).notes]


def test_a_whole_page() -> None:
    read = markdown.read(PAGE.read_bytes())
    assert (read.title, read.language) == ("Writing tremor", "en")
    assert read.reviewed == date(2024, 3, 2)
    assert read.blocks == (
        Block("heading", "Writing tremor", 8, 1),
        Block(
            "paragraph",
            "Writing tremor shakes the hand that writes.[1] It is rarer than essential "
            "tremor.[2,1]",
            10,
        ),
        Block("paragraph", "One count found 10³ people,² see [@moe2020].", 13),
        Block("heading", "Symptoms", 15, 2),
        Block("paragraph", "The hand may shake:", 17),
        Block("item", "while writing[2]", 19),
        Block("item", "in other tasks", 20),
        Block("item", "pouring tea", 21, 2),
        Block("item", "Medicine | Dose", 23),
        Block("item", "Primidone | 62.5 mg", 25),
        Block("paragraph", "A line of HTML.", 27),
    )
    assert [(entry.number, entry.line, entry.text) for entry in read.entries] == [
        (
            1,
            34,
            "Roe J, Doe A. Tremor of writers. J Tremor. 2019;4(2):10-19. doi:10.5555/tremor.1",
        ),
        (
            2,
            32,
            "Tremor facts. Tremor Society. Accessed April 22, 2022. "
            "https://www.tremor.example/facts",
        ),
        (3, 35, "Poe E. Shaking. Ash Press; 2018."),
    ]
    assert [(note.line, note.message) for note in read.notes] == [
        (23, "the table that begins here was read row by row: make sentences of its cells"),
        (13, "'[@moe2020]' is left in the text: its reference is not in the file"),
        (4, "2024-03-02 is taken from 'date', which does not say that it is a review's"),
        (5, "left out of its head: author"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a[^2][^1]\n\n[^1]: Roe\n[^2]: Doe\n", [(1, 3, "Roe"), (2, 4, "Doe")]),
        ("a[^b][^a]\n\n[^a]: Roe\n[^b]: Doe\n", [(1, 4, "Doe"), (2, 3, "Roe")]),
        ("a\n\n[^a]: Roe\n", [(1, 3, "Roe")]),
        ("a^[Roe]\n", [(1, 1, "Roe")]),
        ("a [1]\n\n## References\n\n1. Roe\n2. Doe\n", [(1, 5, "Roe"), (2, 6, "Doe")]),
        ("a\n\n## Sources\n\n- Roe. 2011\n", [(None, 5, "Roe. 2011")]),
        (
            'a [3]\n\n[3]: https://a.example/x "Roe"\n',
            [(3, 3, "Roe. https://a.example/x")],
        ),
        ("a[^1]\n\n[^1]: Roe\n\n    Doe\n", [(1, 3, "Roe Doe")]),
    ],
)
def test_reference_lists(source: str, expected: list[tuple[int | None, int, str]]) -> None:
    assert entries(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a[^2]-[^4] b\n\n[^2]: x\n\n[^3]: y\n\n[^4]: z\n", ["a[2,3,4] b"]),
        ("a [3] b\n\n[3]: https://a.example\n", ["a [3] b"]),
        ("a [1][2]\n\n# Sources\n\n[1]: https://a.example\n[2]: https://b.example\n", ["a [1][2]"]),
        ("the [facts][3]\n\n[3]: https://a.example\n", ["the facts [3]"]),
        ("a<sup>2,3</sup> *b* `c` **d** \\* &amp;\n", ["a²,³ b c d * &"]),
        ("a\\\nb  \nc\n", ["a b c"]),
        ("> a\n\n---\n\n```\nb\n```\n", ["a", "", "b"]),
        ("a\n\n# References\n\n[^1]: Roe\n", ["a"]),
        ("a^1,2^ H~2~O 10^3^ ~~b~~ `x^2^`\n", ["a¹,² H₂O 10³ b x^2^"]),
        ("# Care {#care .wide}\n\na {b}\n", ["Care", "a {b}"]),
    ],
)
def test_texts(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_a_footnote_that_is_not_there_is_noted() -> None:
    assert messages("a[^1]\n\nb[^2]\n\n[^1]: Roe\n") == [
        (3, "'[^2]' is left in the text: its footnote is not in the file")
    ]


def test_a_second_list_of_references_is_noted() -> None:
    assert messages("a[^1]\n\n## Sources\n\n1. Doe. 2012.\n\n[^1]: Roe\n") == [
        (3, "what is below 'Sources' was read as text, not as references")
    ]


def test_a_day_of_review_in_the_head_is_taken_as_it_is() -> None:
    read = markdown.read(b"---\ndate: 2020-01-02\nlast_reviewed: 2021-03-04\n---\na\n")
    assert read.reviewed == date(2021, 3, 4)
    assert read.notes == ()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "nothing in it"),
        (b"\n \n", "nothing in it"),
        (b"<!-- a -->", "nothing to read"),
        (b"\xff", "line 1 is not UTF-8"),
        (b"\0", "bytes of 0"),
        (b"> " * 1000 + b"a", "line 1: it is nested more than 40 deep"),
        (b"- a\n" * 30_000, "more than 20,000 lines"),
        (b"a" * 1_000_001, "more than 1,000,000 characters"),
        (b"b\n\n" + b"[" * 2_000, "line 3: this paragraph is too long"),
        (b"a|" * 30_000, "more than 20,000 cells"),
    ],
)
def test_what_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(ImportFailure) as failure:
        markdown.read(raw)
    assert message in str(failure.value)


SIGNS = ("[", "*a ", "_a_ ", "`", "<", "[a](", "![", "**a*", "^[", "[^a]", "<!--", "&", "~~", "\\`")


@pytest.mark.parametrize("sign", [*SIGNS, ">", "- ", "a\n", "[a]: b\n", "[^a]: b\n", "|a|b|\n"])
def test_hostile_pages_are_read_or_refused_soon(sign: str) -> None:
    paragraph = (sign * 900)[:900] if "\n" not in sign else sign * 200
    for source in (sign * 190_000, f"[^a]: b\n\n{(paragraph + chr(10) * 2) * 1000}"):
        start = perf_counter()
        with suppress(ImportFailure):
            markdown.read(source.encode()[:990_000])
        assert perf_counter() - start < 10  # 2 seconds, if there is nothing else to do


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 30), st.text(max_size=8)), max_size=5)
)
def test_mutated_pages_do_not_crash(cuts: list[tuple[int, int, str]]) -> None:
    text = PAGE.read_text()
    for start, length, words in cuts:
        text = text[:start] + words + text[start + length :]
    try:
        read = markdown.read(text.encode())
    except (ImportFailure, UnicodeEncodeError):
        return
    assert all(part.line > 0 for part in (*read.blocks, *read.entries, *read.notes))
