"""``citewell refresh`` from the outside: the pages of an article are played on loopback."""

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from apart import Apart, apart
from articles import HEADER, article
from citewell import atomic, source
from citewell.evidence.ledger import Ledger
from citewell.facts import Target
from conftest import ROOT, Answer, Call
from test_add import settings
from web import OK, page, plain, redirect, reset
from web import Answer as Reply

ARTICLE = Path("content/one.yaml")
TODAY = datetime.now(UTC).date()
REFERENCES = """\
references:
  # asked and redated
  - number: 1
    type: webpage
    title: Stands
    url: "{stands}"
    accessed: 2022-04-22   # read by Roe
  - number: 2
    type: webpage
    title: Has moved
    url: '{moved}'
    accessed: '2022-04-23'
  - {{number: 3, type: webpage, title: No date, url: "{dateless}"}}
  - number: 4
    type: webpage
    title: Is gone
    accessed: 2022-04-24
    url: "{gone}"
  # not asked unless they are named
  - {{number: 5, type: article-journal, title: Has a DOI, doi: 10.5555/x, url: "{with_doi}"}}
  - {{number: 6, type: webpage, title: Within, access: internal, url: "{within}"}}
  - {{number: 7, type: book, title: No address}}
  - {{number: 8, type: webpage, title: Odd, url: "ftp://site.example/x", accessed: 2022-04-25}}
"""

Refresh = Callable[..., Answer]


@pytest.fixture
def world(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    """Pages of all kinds, and the settings that lead to them."""
    monkeypatch.setattr("citewell.evidence.course.SECONDS_UNTIL_GONE", 0)
    with apart(monkeypatch) as world:
        Path("citewell.toml").write_text(settings(world), encoding="utf-8")
        yield world


@pytest.fixture
def pages(world: Apart) -> dict[str, str]:
    """The addresses of the article."""
    world.page("/new", OK)
    scripts: dict[str, Any] = {
        "stands": [OK],
        "moved": [redirect(301, "/new")],
        "dateless": [OK],
        "gone": [404],
        "with_doi": [OK],
        "within": [OK],
    }
    return {name: world.page(f"/{name}", *script).text for name, script in scripts.items()}


def write(text: str) -> str:
    ARTICLE.parent.mkdir(exist_ok=True)
    whole = HEADER + article(text)
    ARTICLE.write_bytes(whole.encode())
    return whole


def line(text: str, title: str) -> int:
    """Where the reference of that *title* begins."""
    entries = text.split("references:\n  #")[0].count("\n") + 1
    for number, each in enumerate(text.splitlines()[entries:], entries + 1):
        if "number:" in each:
            begin = number
        if f"title: {title}" in each:
            return begin
    raise AssertionError(title)


@pytest.fixture
def refresh(world: Apart, call: Call) -> Refresh:
    def refresh(*more: object) -> Answer:
        return call("refresh", ARTICLE, *more, "--config", "citewell.toml")

    return refresh


def test_what_stands_gets_the_day_and_nothing_else_changes(
    refresh: Refresh, pages: dict[str, str], world: Apart
) -> None:
    text = write(REFERENCES.format(**pages))
    Path("citewell.toml").write_text(settings(world) + "\n", encoding="utf-8")
    answer = refresh()
    new = pages["moved"].replace("/moved", "/new")
    assert answer.out.splitlines() == [
        f"content/one.yaml:{line(text, 'Stands')}: reference 1: accessed {TODAY} (was 2022-04-22)",
        f"content/one.yaml:{line(text, 'Has moved')}: reference 2: accessed {TODAY} "
        f"(was 2022-04-23); it has moved for good to {new}",
        f"content/one.yaml:{line(text, 'No date')}: reference 3: accessed {TODAY} (had none)",
        f"content/one.yaml:{line(text, 'Is gone')}: reference 4: kept 2022-04-24: gone: the host "
        "answers 404 Not Found, and again some seconds later",
        # private networks are asked, and so is what is within them
        f"content/one.yaml:{line(text, 'Within')}: reference 6: accessed {TODAY} (had none)",
        f"content/one.yaml:{line(text, 'Odd')}: reference 8: kept 2022-04-25: it cannot be asked: "
        "its scheme is ftp:, not https: or http:",
        "4 of 6 references stand and bear today's date.",
    ]
    assert (answer.code, answer.err) == (1, "")
    expected = text.replace("2022-04-22", str(TODAY)).replace("2022-04-23", str(TODAY))
    for name in ("dateless", "within"):
        expected = expected.replace(f'"{pages[name]}"', f'"{pages[name]}", accessed: {TODAY}')
    assert ARTICLE.read_text(encoding="utf-8") == expected


def test_all_stand(refresh: Refresh, pages: dict[str, str]) -> None:
    write(REFERENCES.format(**pages))
    assert refresh(1, 2, 3).code == 0
    again = refresh(1)
    assert again.code == 0
    assert f"reference 1: accessed {TODAY}\n1 of 1 references stand" in again.out


def test_only_those_that_are_named(refresh: Refresh, pages: dict[str, str], world: Apart) -> None:
    text = write(REFERENCES.format(**pages))
    answer = refresh(5)
    assert answer.code == 0
    assert ARTICLE.read_text(encoding="utf-8") == text.replace(
        f'"{pages["with_doi"]}"', f'"{pages["with_doi"]}", accessed: {TODAY}'
    )
    assert [each.path for each in world.web.requests if each.host == "site.example"] == [
        "/with_doi"
    ]


@pytest.mark.parametrize(
    ("number", "said"), [(7, "no access date: it has no 'url'"), (8, "its scheme is ftp:")]
)
def test_named_and_not_to_be_asked(
    refresh: Refresh, pages: dict[str, str], number: int, said: str
) -> None:
    text = write(REFERENCES.format(**pages))
    answer = refresh(number)
    assert answer.code == 1
    assert said in answer.out
    assert ARTICLE.read_text(encoding="utf-8") == text


def test_internal_pages_are_not_asked_from_outside(
    refresh: Refresh, pages: dict[str, str], world: Apart
) -> None:
    text = write(REFERENCES.format(**pages))
    outside = settings(world, allow_private="false")
    Path("citewell.toml").write_text(outside, encoding="utf-8")
    answer = refresh(6)
    assert answer.code == 1
    assert "no access date: the reference is internal, and so is not asked from here" in answer.out
    assert world.web.requests == []
    assert "reference 6" not in refresh().out
    assert not [each for each in world.web.requests if each.host == "site.example"]
    assert ARTICLE.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((9,), "There is no reference 9 in content/one.yaml; there are: 1, 2, 3, 4, 5, 6, 7, 8."),
        ((1, 99), "There is no reference 99"),
        ((0,), "Invalid value"),
        (("one",), "Invalid value"),
    ],
)
def test_unknown_numbers(
    refresh: Refresh, pages: dict[str, str], world: Apart, numbers: tuple[Any, ...], said: str
) -> None:
    text = write(REFERENCES.format(**pages))
    answer = refresh(*numbers)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert ARTICLE.read_text(encoding="utf-8") == text
    assert world.web.requests == []


def test_doubled_numbers(refresh: Refresh, pages: dict[str, str]) -> None:
    write(REFERENCES.format(**pages).replace("number: 2", "number: 1"))
    answer = refresh(1)
    assert answer.code == 2
    assert "2 references have the number 1" in answer.err
    assert refresh().out.count(f": reference 1: accessed {TODAY}") == 2


def test_entries_that_break_the_schema_are_told(refresh: Refresh, pages: dict[str, str]) -> None:
    text = REFERENCES.format(**pages).replace("title: Stands", "titel: Stands")
    write(text.replace("number: 2\n", "number: two\n"))
    answer = refresh()
    assert answer.code == 1
    assert "reference 1: no access date: it breaks the schema: 'citewell check' says" in answer.out
    assert "1 without a number that can be read were not looked at" in answer.out
    assert f"reference 3: accessed {TODAY}" in answer.out
    assert refresh(3).code == 0
    assert refresh(1).code == 1


def test_the_lines_are_those_of_the_file_as_it_is_now(refresh: Refresh, world: Apart) -> None:
    url = world.page("/x", OK).text
    entries = [f'- number: {n}\n  type: webpage\n  title: A\n  url: "{url}"\n' for n in (1, 2)]
    text = write("references:\n" + "".join(entries))
    begin = text.split("- number: 1")[0].count("\n") + 1
    assert f"one.yaml:{begin + 5}: reference 2: accessed" in refresh(2, 1).out
    assert ARTICLE.read_text(encoding="utf-8").splitlines()[begin + 4] == "- number: 2"


def test_nothing_to_be_asked(refresh: Refresh) -> None:
    write("references: [{number: 1, type: book, title: A}]\n")
    assert refresh() == Answer(0, "No reference has a page to be asked.\n", "")
    write("references: []\n")
    assert refresh().code == 0
    assert "there are: none" in refresh(1).err


def test_a_day_old_answer_is_not_good_enough(
    refresh: Refresh, pages: dict[str, str], world: Apart
) -> None:
    write(REFERENCES.format(**pages))
    for _ in range(2):
        assert refresh(1).code == 0
    assert [each.path for each in world.web.requests if each.path == "/stands"] == ["/stands"] * 2
    target = Target("url", pages["stands"])
    with Ledger(Path(".citewell/ledger.sqlite3")) as ledger:
        assert ledger.histories([target])[target].last.verdict == "ok"
    world.web.script("site.example/stands", [plain(403)])
    answer = refresh(1, "--ledger", ".citewell/ledger.sqlite3")
    assert answer.code == 1
    assert f"kept {TODAY}: blocked: the host refuses us: 403 Forbidden" in answer.out


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (plain(500), "unreachable: "),
        (reset, "unreachable: "),
        (plain(429), "throttled: "),
        (redirect(302, "/login"), "blocked: it leads to a login page"),
        (redirect(302, "/"), "suspicious: "),
        (Reply(200, body=page(title="404 - Page not found")), "suspicious: the page's title"),
    ],
)
def test_what_does_not_stand_keeps_its_date(
    refresh: Refresh, world: Apart, step: Any, said: str
) -> None:
    world.page("/", OK)
    url = world.page("/a/deep/link", step).text
    entry = f'{{number: 1, type: webpage, title: A, url: "{url}", accessed: 2022-04-22}}'
    text = write(f"references: [{entry}]\n")
    answer = refresh()
    assert answer.code == 1
    assert f"reference 1: kept 2022-04-22: {said}" in answer.out
    assert "0 of 1 references stand" in answer.out
    assert ARTICLE.read_text(encoding="utf-8") == text


def test_nothing_is_told_of_secrets(refresh: Refresh, world: Apart) -> None:
    world.page("/x?api_key=hunter2", redirect(302, "/login?api_key=hunter2"))
    url = world.web.address("http://roe:hunter2@site.example/x?api_key=hunter2")
    write(f'references: [{{number: 1, type: webpage, title: A, url: "{url}"}}]\n')
    answer = refresh()
    assert answer.code in (0, 1)
    assert "hunter2" not in answer.out + answer.err


def test_an_address_of_a_resolver_is_asked_at_the_registry(refresh: Refresh, world: Apart) -> None:
    world.works("10.5555/x")
    entry = "{number: 1, type: book, title: A, url: https://doi.org/10.5555/x}"
    write(f"references: [{entry}]\n")
    assert refresh().code == 0
    assert f"accessed: {TODAY}" in ARTICLE.read_text(encoding="utf-8")


LAYOUTS = {
    "block": '- number: 1\n  type: webpage\n  title: A\n  url: "{}"\n  # why\n\n',
    "dated": "- number: 1\n  accessed:   2022-04-22  # Roe\n  type: webpage\n  title: A\n"
    '  url: "{}"\n',
    "folded": "- number: 1\n  type: webpage\n  title: A\n  accessed: >-\n    2022-04-22\n"
    '  url: "{}"\n',
    "empty": '- number: 1\n  type: webpage\n  title: A\n  accessed:\n  url: "{}"\n',
    "brackets": '[{{number: 1, type: webpage, title: A, url: "{}"}}]  # all\n',
    "json": '[{{"number": 1, "type": "webpage", "title": "A", "accessed": "2022-04-22", '
    '"url": "{}"}}]\n',
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_layouts(refresh: Refresh, world: Apart, layout: str, end: str) -> None:
    url = world.page("/x", OK).text
    begin = " " if layout in ("brackets", "json") else "\n"
    text = write(f"references:{begin}" + LAYOUTS[layout].format(url)).replace("\n", end)
    ARTICLE.write_bytes(text.encode())
    before: Any = source.read(ARTICLE).data
    assert refresh().code == 0
    after: Any = source.read(ARTICLE).data
    before["references"][0]["accessed"] = str(TODAY)
    assert after == before
    new = ARTICLE.read_bytes().decode()
    assert ("\r\n" in new) is (end == "\r\n")
    assert new.count("\n") == new.count(end)
    kept = [each for each in text.split(end) if "accessed" not in each and "2022" not in each]
    kept = [each for each in kept if not each.startswith(("references: [", "[{"))]
    assert [each for each in kept if each not in new.split(end)] == []


def test_a_difference_is_shown_and_nothing_written(refresh: Refresh, pages: dict[str, str]) -> None:
    text = write(REFERENCES.format(**pages))
    answer = refresh("--diff", 1, 4)
    assert answer.code == 1
    assert ARTICLE.read_text(encoding="utf-8") == text
    assert "reference 4: kept 2022-04-24: gone" in answer.err
    subprocess.run(["git", "apply", "-"], input=answer.out, encoding="utf-8", check=True)
    assert ARTICLE.read_text(encoding="utf-8") == text.replace("2022-04-22", str(TODAY))


def test_what_others_write_meanwhile_is_not_overwritten(refresh: Refresh, world: Apart) -> None:
    def meanwhile(talk: Any) -> None:
        ARTICLE.write_text("meanwhile", encoding="utf-8")
        OK(talk)

    url = world.page("/x", meanwhile).text
    write(f'references: [{{number: 1, type: webpage, title: A, url: "{url}"}}]\n')
    answer = refresh()
    assert (answer.code, answer.out) == (2, "")
    assert "has changed meanwhile, so nothing was written" in answer.err
    assert ARTICLE.read_text(encoding="utf-8") == "meanwhile"


def test_it_is_replaced_whole_or_not_at_all(
    refresh: Refresh, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = write(REFERENCES.format(**pages))

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic.os, "fsync", die)
    assert refresh(1).code == 130
    assert ARTICLE.read_text(encoding="utf-8") == text
    assert [path.name for path in ARTICLE.parent.iterdir()] == ["one.yaml"]


@pytest.mark.parametrize("text", ["a: [\n", "- 1\n", "\x00"])
def test_what_is_no_article(refresh: Refresh, world: Apart, text: str) -> None:
    ARTICLE.parent.mkdir()
    ARTICLE.write_text(text, encoding="utf-8")
    answer = refresh()
    assert answer.code in (0, 1, 2)
    assert "Internal error" not in answer.err
    assert ARTICLE.read_text(encoding="utf-8") == text


def test_the_rules_have_no_more_to_say_of_the_dates(
    refresh: Refresh, pages: dict[str, str], call: Call
) -> None:
    write(REFERENCES.format(**pages))
    dates = ("--select", "stale-access-date,missing-access-date", "--format", "json")
    stale = call("check", ARTICLE, *dates, "--config", "citewell.toml")
    refresh(1, 2, 3)
    left = call("check", ARTICLE, *dates, "--config", "citewell.toml")
    gone = {f["target"] for f in stale.report["findings"]}
    gone -= {f["target"] for f in left.report["findings"]}
    assert gone == {"reference:1", "reference:2", "reference:3"}


def test_the_article_of_the_repository(refresh: Refresh, world: Apart) -> None:
    text = (ROOT / "content" / "dystonia.yaml").read_text(encoding="utf-8")
    port = world.web.port
    text = re.sub(r"url: \"?https://([\w.]+)([^\s\"]*)\"?", rf'url: "http://\1:{port}\2"', text)
    for host in set(re.findall(r"http://([\w.]+):", text)):
        world.web.script(host, [OK])
    ARTICLE.parent.mkdir()
    ARTICLE.write_text(text, encoding="utf-8")
    answer = refresh()
    assert answer.code == 0
    new = ARTICLE.read_text(encoding="utf-8")
    changed = [(a, b) for a, b in zip(text.splitlines(), new.splitlines(), strict=True) if a != b]
    assert changed == [(a, f"    accessed: {TODAY}") for a, _ in changed]
    assert all("accessed: 2022" in a for a, _ in changed)
    assert len(changed) == text.count("accessed: ")
