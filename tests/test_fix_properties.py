"""What holds of fix on any article, however it is laid out."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import HEADER
from citewell import edit, fixing, source
from citewell.finding import Finding, Operation
from citewell.pipeline import Examination, Request, examine, judge_again
from citewell.settings import Settings
from patching import applied

TODAY = date(2026, 11, 22)
SUM = "0" * 64


class Written(NamedTuple):
    """A generated article; ``notes`` are comments directly above the entry of that title."""

    text: str
    notes: dict[str, str]


class Writer:
    """Writes articles in all the ways in which people lay them out."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.comments = 0
        self.notes: dict[str, str] = {}

    def some(self, chance: float) -> bool:
        return self.random.random() < chance

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments} [1, 2]: reference:1"

    def number(self, number: int) -> str:
        return self.random.choice([f"{number}"] * 6 + [f'"{number}"', f"'{number}'", f"0{number}"])

    def behind(self) -> str:
        return f"  {self.comment()}" if self.some(0.2) else ""

    def above(self, margin: int) -> list[str]:
        lines = []
        if self.some(0.1):
            lines.append("")
        if self.some(0.15):
            lines += [" " * margin + self.comment(), *([""] if self.some(0.5) else [])]
        return lines

    def article(self) -> Written:
        count = self.random.randint(1, 7)
        numbers = list(range(1, count + 1))
        if self.some(0.4):
            numbers = self.random.sample(range(1, count + 4), count)
        if self.some(0.6):
            numbers.sort()
        order = list(numbers)
        self.random.shuffle(order)
        lines = [
            *([] if self.some(0.4) else [HEADER.strip()]),
            *self.above(0),
            *["schema_version: 1", "id: example", "title: Example", "language: en"],
            "condition: {name: Example}",
            "review: {last_reviewed: 2026-06-18, reviewers: [Roe J]}",
        ]
        parts = [self.sections(order), self.references(numbers)]
        parts += [self.attestations(numbers), self.waivers(numbers)]
        self.random.shuffle(parts)
        for part in parts:
            lines += [*self.above(0), *part] if part else []
        end = self.random.choice(["\n", "\n", "\r\n", "\r"])
        mark = self.random.choice(["", "", "\ufeff"])
        text = mark + end.join(lines) + (end if self.some(0.8) else "")
        return Written(text, self.notes)

    def sections(self, order: list[int]) -> list[str]:
        """Claims that cite all numbers, first in *order* and then at random."""
        cited = list(order)
        claims: list[list[int]] = []
        while cited:
            take = self.random.randint(1, 3)
            own, cited = cited[:take], cited[take:]
            own += self.random.choices(order, k=self.random.randint(0, 2))
            if self.some(0.7):
                own = sorted(set(own))
            claims.append(own)
        middle = len(claims) // 2
        lines = ["sections:", "  - id: s1", "    heading: One", "    claims:"]
        for index, own in enumerate(claims[:middle] or claims):
            lines += self.claim(f"a{index}", own)
        if middle:
            lines += ["    sections:", "      - id: s2", "        heading: Two", "        claims:"]
            for index, own in enumerate(claims[middle:]):
                lines += self.claim(f"b{index}", own)
        return lines

    def claim(self, name: str, own: list[int]) -> list[str]:
        pad = " " * (10 if name.startswith("b") else 6)
        located = self.random.sample(sorted(set(own)), self.random.randint(0, len(set(own))))
        if self.some(0.3):
            where = ", ".join(f"{self.key(n)}: p. {n}" for n in located)
            refs = self.random.choice([", ", ",", " , "]).join(map(self.number, own))
            return [
                *self.above(len(pad)),
                f"{pad}- {{id: {name}, text: The {name}., references: [{refs}], "
                f"locators: {{{where}}}}}{self.behind()}",
            ]
        lines = [*self.above(len(pad)), f"{pad}- id: {name}{self.behind()}"]
        if self.some(0.5):
            lines.append(f"{pad}  text: The {name}.")
        else:
            lines += [f"{pad}  text: >-{self.behind()}", f"{pad}    The", f"{pad}    {name}."]
        lines += self.cited(own, pad + "  ")
        if located:
            lines.append(f"{pad}  locators:")
            lines += [f"{pad}    {self.key(n)}: p. {n}{self.behind()}" for n in located]
        return lines

    def key(self, number: int) -> str:
        return self.random.choice([f"{number}"] * 3 + [f'"{number}"', f"'{number}'"])

    def cited(self, own: list[int], pad: str) -> list[str]:
        style = self.random.choice(["flow", "flow", "lines", "block", "flat"])
        if style == "flow":
            return [f"{pad}references: [{', '.join(map(self.number, own))}]{self.behind()}"]
        if style == "lines":
            lines = [f"{pad}references: [{self.behind()}"]
            for index, number in enumerate(own):
                comma = "," if index + 1 < len(own) or self.some(0.5) else ""
                lines.append(f"{pad}  {self.number(number)}{comma}{self.behind()}")
            return [*lines, f"{pad}]"]
        inner = pad if style == "flat" else pad + "  "
        lines = [f"{pad}references:{self.behind()}"]
        for number in own:
            lines += self.above(len(inner))
            if self.some(0.1):
                lines += [f"{inner}- >-{self.behind()}", f"{inner}  {number}"]
            else:
                lines.append(f"{inner}- {self.number(number)}{self.behind()}")
        return lines

    def references(self, numbers: list[int]) -> list[str]:
        style = self.random.choice(["block", "block", "flat", "items", "flow", "mixed"])
        pad = "" if style == "flat" else "  "
        if style == "flow":
            items = [self.entry(number) for number in numbers]
            glue = self.random.choice([", ", ",\n  "])
            return ("references: [" + glue.join(items) + "]").split("\n")
        lines = ["references:" + self.behind()]
        spaced = self.some(0.3)
        for number in numbers:
            if self.some(0.2):
                note = self.comment()
                lines.append(pad + note)
                self.notes[f"T{number}"] = note
            if style == "items" or (style == "mixed" and self.some(0.5)):
                lines.append(f"{pad}- {self.entry(number)}{self.behind()}")
            else:
                lines += self.block_entry(number, pad)
            lines += [""] if spaced else []
        return lines

    def entry(self, number: int) -> str:
        return (
            f"{{number: {self.number(number)}, type: book, title: T{number}, authors: [Roe J], "
            f"publisher: P, published: 2024, doi: {self.doi(number)}}}"
        )

    def doi(self, number: int) -> str:
        form = self.random.choice(["10.5555/t{}", "10.5555/t{}", '"https://doi.org/10.5555/t{}"'])
        return form.format(number)

    def block_entry(self, number: int, pad: str) -> list[str]:
        fields = [
            f"number: {self.number(number)}{self.behind()}",
            f"type: book{self.behind()}",
            f"title: T{number}",
            "authors: [Roe J]",
            "publisher: P",
            "published: 2024",
            f"doi: {self.doi(number)}{self.behind()}",
        ]
        self.random.shuffle(fields)
        if self.some(0.3):
            fields.append(f"note: |{self.behind()}\n{pad}    # no comment\n\n{pad}    - it is text")
        dash = f"{pad}-{' ' * self.random.choice([1, 1, 3])}"
        lines = [dash + fields[0]]
        for each in fields[1:]:
            lines += [" " * len(dash) + each]
        if dash.endswith("-   "):
            lines = [line.replace(f"\n{pad}    ", f"\n{pad}      ") for line in lines]
        if self.some(0.2):
            lines.append(" " * (len(dash) + 1) + self.comment())
        return "\n".join(lines).split("\n")

    def attestations(self, numbers: list[int]) -> list[str]:
        if self.some(0.5):
            return []
        lines = ["attestations:"]
        for number in self.random.choices(numbers, k=2):
            lines += [f"- claim: a0{self.behind()}", f"  reference: {self.number(number)}"]
            lines += [f"  by: T{number}", "  date: 2026-11-01", "  quote: It is so."]
            lines += [f"  claim_sha256: '{SUM}'", f"  reference_sha256: '{SUM}'"]
        return lines

    def waivers(self, numbers: list[int]) -> list[str]:
        if self.some(0.5):
            return []
        lines = ["waivers:"]
        for number in self.random.choices(numbers, k=2):
            target = self.random.choice(["reference:{}", '"reference:{}"', "'reference:{}'"])
            lines.append(
                f"  - {{rule: stale-source, target: {target.format(number)}, reason: T{number}, "
                f"owner: Roe J, expires: 2027-03-31}}{self.behind()}"
            )
        return lines


articles = st.integers(0, 2**32).map(lambda seed: Writer(seed).article())
Fix = Callable[[str], fixing.Fixed]
Found = Callable[[str], list[Finding]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Examination:
    """What judging needs to know of a run."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "content").mkdir()
    (folder / "content" / "a.yaml").write_text("a: 1\n")
    own = Settings.model_validate({"root": folder})
    return examine(Request(settings=own, as_of=TODAY, base=folder))


@pytest.fixture(scope="module")
def judge(found: Examination) -> Found:
    """All that the rules say of a text."""
    (file,) = found.files.articles
    return lambda text: list(judge_again(file, source.parse(text.encode()), found, ()))


@pytest.fixture(scope="module")
def fix(judge: Found) -> Fix:
    """What becomes of a text."""

    def fix(text: str) -> fixing.Fixed:
        return fixing.fixed("a.yaml", text, None, lambda new, _: judge(new), unsafe=False)

    return fix


def data(text: str) -> Any:
    document = source.parse(text.encode())
    assert not document.problems, (document.problems, text)
    return document.data


def claims(node: Any) -> Iterator[Any]:
    for section in node.get("sections", ()):
        yield from section.get("claims", ())
        yield from claims(section)


def comments(text: str) -> Counter[str]:
    return Counter(re.findall(r"# c\d+ \[1, 2\]: reference:1", text))


def meaning(text: str) -> object:
    """Which works are cited where, by their titles; nothing of it is a number."""
    whole = data(text)
    title = {int(each["number"]): each["title"] for each in whole["references"]}
    assert len(title) == len(whole["references"])
    rest = {key: value for key, value in whole.items() if key in ("title", "condition", "review")}
    return (
        rest,
        [
            (
                claim["id"],
                claim["text"],
                {title[int(each)] for each in claim["references"]},
                {title[int(at)]: where for at, where in claim.get("locators", {}).items()},
            )
            for claim in claims(whole)
        ],
        sorted(title.values()),
        [(title[int(each["reference"])], each["by"]) for each in whole.get("attestations", ())],
        [
            (title[int(each["target"].partition(":")[2])], each["reason"])
            for each in whole.get("waivers", ())
        ],
    )


@given(written=articles)
@settings(max_examples=150, deadline=None)
def test_fix(written: Written, fix: Fix, judge: Found) -> None:
    """No meaning changes, nothing is lost, nothing else is touched, and twice is once."""
    text = written.text
    before = judge(text)
    assert not [f for f in before if f.group == "schema" and f.severity == "error"], text
    result = fix(text)
    new = result.text
    assert meaning(new) == meaning(text)
    for attested, by in meaning(text)[3]:  # type: ignore[index]
        assert attested == by
    assert comments(new) == comments(text)
    assert new.startswith("\ufeff") == text.startswith("\ufeff")
    ends = Counter(re.findall(r"\r\n|\r|\n", text)).keys()
    assert Counter(re.findall(r"\r\n|\r|\n", new)).keys() <= ends
    again = fix(new)
    assert again.text == new
    assert not again.done
    after = {finding.fingerprint for finding in judge(new)}
    assert after <= {finding.fingerprint for finding in before}
    assert not after & {finding.fingerprint for finding in result.done}
    refused = {finding.fingerprint for finding, _ in result.refused}
    assert after & {finding.fingerprint for finding in before if finding.fix} == refused
    assert {finding.rule for finding, _ in result.refused} <= {"repeated-citation"}


@given(written=articles)
@settings(max_examples=150, deadline=None)
def test_notes_stay_above_their_entries(written: Written, fix: Fix) -> None:
    new = fix(written.text).text
    for title, note in written.notes.items():
        rest = new[new.index(note) :]
        assert re.findall(r"title: (T\d+)", rest)[:1] == [title], new


@given(written=articles)
@settings(max_examples=100, deadline=None)
def test_each_fix_does_what_it_says(written: Written, judge: Found) -> None:
    """The text after a fix holds the data after it, by the tests' own reading of its operations."""
    text = written.text
    for finding in judge(text):
        if finding.fix is None:
            continue
        try:
            new = edit.apply(text, finding.fix.operations)
        except edit.EditError:
            assert finding.rule == "repeated-citation"
            continue
        expected, got = applied(finding.fix, data(text)), data(new)
        for one, other in zip(claims(expected), claims(got), strict=True):
            # A list in which comments hold places keeps its order; and 01 that stays is not 1.
            one["references"] = sorted(map(int, one["references"]))
            other["references"] = sorted(map(int, other["references"]))
        if may_stay(text):
            for each in (expected, got):
                each["references"].sort(key=lambda entry: int(entry["number"]))
        assert json.dumps(normal(got)) == json.dumps(normal(expected))


def may_stay(text: str) -> bool:
    """Whether the last entry may be text in lines without an end, which cannot move elsewhere."""
    return "note: |" in text and not text.endswith(("\n", "\r"))


def normal(node: Any) -> Any:
    """*node* with numbers in one form, and the keys of mappings sorted."""
    if isinstance(node, dict):
        return {key: normal(node[key]) for key in sorted(node)}
    if isinstance(node, list):
        return [normal(each) for each in node]
    return str(int(node)) if isinstance(node, str) and node.isdecimal() else node


@given(written=articles)
@settings(max_examples=100, deadline=None)
def test_no_edit_changes_no_byte(written: Written) -> None:
    assert edit.apply(written.text, ()) == written.text
    assert edit.apply_each(written.text, ()).text == written.text
    same = Operation("renumber", "", {})
    new = edit.apply(written.text, [same])
    assert comments(new) == comments(written.text)
    if new != written.text:  # numbers of a claim that were in no order
        assert meaning(new) == meaning(written.text)


@given(written=articles, chance=st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_any_renumbering_is_a_bijection(written: Written, chance: random.Random) -> None:
    listed = [int(each["number"]) for each in data(written.text)["references"]]
    fresh = chance.sample(range(1, 30), len(listed))
    numbers = dict(zip(listed, fresh, strict=True))
    there = edit.apply(
        written.text, [Operation("renumber", "", {str(k): v for k, v in numbers.items()})]
    )
    assert meaning(there) == meaning(written.text)
    now = [int(each["number"]) for each in data(there)["references"]]
    in_order = listed == sorted(listed)
    if may_stay(written.text):
        assert now in (fresh, sorted(fresh))
    else:
        assert now == (sorted(fresh) if in_order else fresh)
    back = edit.apply(there, [Operation("renumber", "", {str(v): k for k, v in numbers.items()})])
    assert meaning(back) == meaning(written.text)


@given(written=articles)
@settings(max_examples=50, deadline=None)
def test_two_numbers_never_become_one(written: Written) -> None:
    listed = [int(each["number"]) for each in data(written.text)["references"]]
    if len(listed) > 1:
        with pytest.raises(edit.EditError, match="would both get"):
            edit.apply(written.text, [Operation("renumber", "", {str(listed[0]): listed[1]})])
