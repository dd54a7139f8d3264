"""What a report says of articles: their claims, attestations and waivers, and what is broken."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import TODAY, Call
from dossier import STANDS, claims_of, configure, learn, report, write
from test_report import validate

NESTED = """\
title: Dystonia
condition: {name: Dystonia of the hand}
review: {last_reviewed: 2026-06-18, reviewers: [Roe J, Poe E]}
sections:
  - id: overview
    heading: Overview
    claims:
      - id: first
        text: >-
          Dystonia is a disorder
          of movement.
        references: [2, 1]
        locators: {2: p. 3}
    sections:
      - id: signs
        heading: Signs
        layout: list
        lead_in: "It may bring:"
        claims:
          - {id: spasms, text: Spasms., references: [2]}
          - {id: bare, text: Nothing at all.}
          - {id: advised, kind: advice, text: See somebody., references: [1, 9]}
        sections:
          - {id: deep, heading: Deep}
  - {id: end, heading: The end}
"""


def test_claims_and_sections(workdir: Path, call: Call) -> None:
    """Everything that the article says, in its order."""
    file = write("one", NESTED)
    answer = report(call)
    validate(answer.report)
    (told,) = answer.report["articles"]
    assert told["title"] == "Dystonia"
    assert told["condition"] == "Dystonia of the hand"
    assert told["language"] == "en"
    assert told["last_reviewed"] == "2026-06-18"
    assert told["reviewers"] == ["Roe J", "Poe E"]
    assert told["review_is_current"] is True
    shape = [(s["id"], s["depth"], s["layout"], s["lead_in"]) for s in told["sections"]]
    assert shape == [
        ("overview", 1, "paragraph", None),
        ("signs", 2, "list", "It may bring:"),
        ("deep", 3, "paragraph", None),
        ("end", 1, "paragraph", None),
    ]
    claims = [claim for section in told["sections"] for claim in section["claims"]]
    assert [(c["id"], c["text"], c["references"]) for c in claims] == [
        (c["id"], c["text"], c.get("references", [])) for c in claims_of(file)
    ]
    assert [c["unknown"] for c in claims] == [[], [], [], [9]]
    assert [c["kind"] for c in claims] == ["fact", "fact", "fact", "advice"]
    assert [c["locators"] for c in claims] == [{"2": "p. 3"}, {}, {}, {}]
    assert (told["claims"], told["cited_claims"]) == (4, 3)
    assert told["coverage"]["cited"] == {"number": 3, "of": 4}
    resting = {each["work"]["number"]: each["cited_by"] for each in told["reference_list"]}
    assert resting == {1: ["first", "advised"], 2: ["first", "spasms"]}


def test_references_in_ama_style(workdir: Path, call: Call) -> None:
    write()
    (told,) = report(call).report["articles"]
    assert [each["ama"] for each in told["reference_list"]] == [
        "Roe J. A review of dystonia. Journal of Examples. 2024;4:7-9. doi:10.5555/example.1",
        "Example Institute. Dystonia fact sheet. Accessed June 18, 2026. "
        "https://example.org/dystonia",
    ]
    works = [each["work"] for each in told["reference_list"]]
    assert [work["published"] for work in works] == ["2024", None]
    assert [work["doi"] for work in works] == ["10.5555/example.1", None]


@pytest.mark.parametrize(
    ("day", "is_current"), [("2023-11-22", True), ("2023-11-21", False), ("2026-11-22", True)]
)
def test_review(workdir: Path, call: Call, day: str, is_current: bool) -> None:
    write("one", f"review: {{last_reviewed: {day}, reviewers: [Roe J]}}\n")
    write("two")
    answer = report(call)
    assert answer.report["articles"][0]["review_is_current"] is is_current
    assert ("stale-review" in answer.rules) is not is_current
    assert answer.report["coverage"]["reviewed"] == {"number": 1 + is_current, "of": 2}


# --- Attestations --------------------------------------------------------------------------


def attest(call: Call, claim: str, number: int, quote: str = "It is.") -> None:
    arguments = ("--reference", number, "--by", "Roe J", "--date", "2026-08-01", "--quote", quote)
    answer = call("attest", "content/one.yaml", claim, *arguments)
    assert answer.code == 0, answer.err


def attestations(call: Call) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = report(call).report["articles"][0]["attestations"]
    return told


def change(old: str, new: str) -> None:
    file = Path("content/one.yaml")
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "changes", "unclear"),
    [
        ("accessed: 2026-06-18", "accessed: 2026-11-18", [], False),
        ("Dystonia is a disorder", "Dystonia may be a disorder", ["reworded"], False),
        ("{id: first, text", "{id: other, text", ["claim gone"], False),
        ("movement., references: [1]", "movement., references: [2]", ["uncited"], False),
        ("10.5555/example.1", "10.5555/example.2", ["replaced"], False),
        ("text: Dystonia is", "txt: Dystonia is", [], True),
    ],
)
def test_attestations(
    workdir: Path, call: Call, old: str, new: str, changes: list[str], unclear: bool
) -> None:
    """Each says whether it stands, what has changed, or that nobody can tell."""
    write()
    attest(call, "first", 1)
    change(old, new)
    told = report(call).report
    (found,) = told["articles"][0]["attestations"]
    stands = not changes and not unclear
    assert (found["changes"], found["unclear"], found["stands"]) == (changes, unclear, stands)
    given = {"by": "Roe J", "date": "2026-08-01", "quote": "It is.", "claim": "first"}
    assert {name: found[name] for name in given} == given
    claims = [c for s in told["articles"][0]["sections"] for c in s["claims"]]
    assert [c["id"] for c in claims if c["attested"]] == ["first"] * stands
    assert told["coverage"]["attested"] == {"number": int(stands), "of": 2}
    assert told["summary"]["attested_claims"] == int(stands)
    page = report(call, format_="html").out.partition('id="attestations"')[2]
    word = "stands" if stands else "could not tell" if unclear else f"out of date: {changes[0]}"
    assert word in page.partition("</table>")[0]


def test_attestations_follow_the_work(workdir: Path, call: Call) -> None:
    """Its number is the one that it has now."""
    write()
    attest(call, "first", 1)
    file = Path("content/one.yaml")
    text = file.read_text(encoding="utf-8")
    head, _, tail = text.partition("references:\n  - number")
    head = head.replace("references: [1]", "references: [0]").replace("[2]", "[1]")
    tail = tail.replace("number: 2", "number: 1").replace(": 1\n", ": 2\n", 1)
    text = head.replace("[0]", "[2]") + "references:\n  - number" + tail
    file.write_text(text, encoding="utf-8")
    (found,) = attestations(call)
    assert (found["reference"], found["stands"]) == (2, True)
    assert report(call).report["coverage"]["attested"]["number"] == 1


# --- Waivers -------------------------------------------------------------------------------


def waiver(rule: str, target: str, **more: Any) -> str:
    fields = {"rule": rule, "target": target, "reason": "Known.", "owner": "Roe J"}
    fields |= {"expires": "2027-01-31"} | more
    return f"  - {json.dumps({k: v for k, v in fields.items() if v is not None})}\n"


OLD_REVIEW = "review: {last_reviewed: 2020-06-18, reviewers: [Roe J]}\n"


def states(call: Call, *arguments: object) -> list[tuple[str, str | None, str, str]]:
    told = report(call, *arguments).report["waivers"]
    return [(each["path"], each["article"], each["rule"], each["state"]) for each in told]


@pytest.mark.parametrize(
    ("rule", "more", "state"),
    [
        ("stale-review", {}, "used"),
        ("stale-review", {"expires": TODAY}, "used"),
        ("uncited-claim", {}, "unused"),
        ("no-such-rule", {}, "unproven"),
        ("broken-link", {}, "unproven"),
        ("stale-review", {"expires": "2026-11-21"}, "expired"),
        ("stale-review", {"reason": None}, "void"),
        ("stale-review", {"reason": " "}, "void"),
        ("stale-review", {"reason": None, "expires": "2026-11-21"}, "void"),
    ],
)
def test_states_of_waivers(
    workdir: Path, call: Call, rule: str, more: dict[str, Any], state: str
) -> None:
    """They agree with what the rules about waivers say."""
    write("one", f"{OLD_REVIEW}waivers:\n{waiver(rule, 'article', **more)}")
    answer = report(call)
    validate(answer.report)
    (told,) = answer.report["waivers"]
    assert told["state"] == state
    assert (told["path"], told["article"]) == ("content/one.yaml",) * 2
    assert (told["owner"], told["reason"]) == ("Roe J", (more.get("reason", "Known.") or ""))
    assert (len(answer.report["waived"]) == 1) == (state == "used")
    spoken = {"unused": "unused-waiver", "expired": "expired-waiver"}
    spoken["void"] = "waiver-without-reason"
    assert spoken.get(state, rule) in (*answer.rules, rule)
    if state in ("used", "unproven") and rule != "no-such-rule":
        assert not {r for r in answer.rules if "waiver" in r}
    words = {"used": "in use", "unused": "not needed", "expired": "has expired"}
    words |= {"void": "void: no reason", "unproven": "could not tell"}
    page = report(call, format_="html").out.partition('id="waivers"')[2]
    assert words[state] in page.partition("</table>")[0]


def test_a_rule_that_is_left_out_proves_nothing(workdir: Path, call: Call) -> None:
    write("one", f"waivers:\n{waiver('uncited-claim', 'claim:first')}")
    assert states(call)[0][-1] == "unused"
    assert states(call, "--ignore", "claims")[0][-1] == "unproven"
    assert states(call, "--select", "dates")[0][-1] == "unproven"


def test_waivers_of_the_house(workdir: Path, call: Call) -> None:
    """For one article, for all, and for one that is not there."""
    for name in ("one", "two"):
        write(name, OLD_REVIEW)
    configure('waivers = "content/waivers.yaml"')
    lines = waiver("stale-review", "article", article="one")
    lines += waiver("uncited-claim", "claim:first")
    lines += waiver("stale-review", "article", article="three")
    text = f"schema_version: 1\nwaivers:\n{lines}"
    Path("content/waivers.yaml").write_text(text, encoding="utf-8")
    house = "content/waivers.yaml"
    assert states(call) == [
        (house, "content/one.yaml", "stale-review", "used"),
        (house, None, "uncited-claim", "unused"),
        (house, "", "stale-review", "unused"),
    ]
    page = report(call, format_="html").out.partition('id="waivers"')[2].partition("</table>")[0]
    for words in ("of content/one.yaml", "of all articles", "of an article that is not there"):
        assert words in page
    told = states(call, "content/two.yaml")
    assert (house, None, "uncited-claim", "unused") in told
    call("report", "--as-of", TODAY, "--output", "pages")
    one, two = (Path(f"pages/{n}.html").read_text(encoding="utf-8") for n in ("one", "two"))
    assert "of content/one.yaml" in one
    assert "of content/one.yaml" not in two
    assert "of all articles" in two


# --- What is broken, and what was not evaluated --------------------------------------------

BROKEN = """\
claims:
  - {id: first, txt: Dystonia is a disorder of movement., references: [1]}
  - {id: second, text: Spasms may hurt., references: [2, 3]}
references:
  - {number: one, type: book, title: Book}
  - {number: 2, type: book, titel: Book}
  - {number: 3, type: book, title: Third}
"""


def test_broken_articles(workdir: Path, call: Call) -> None:
    """What could be read is shown, what could not is counted, and the others are whole."""
    write("broken", BROKEN)
    write("good")
    Path("content/unreadable.yaml").write_text("title: [", encoding="utf-8")
    learn(call, *STANDS)
    answer = report(call)
    validate(answer.report)
    broken, good = answer.report["articles"]
    assert (broken["claims"], broken["references"]) == (2, 3)
    assert [c["id"] for s in broken["sections"] for c in s["claims"]] == ["second"]
    assert [each["work"]["title"] for each in broken["reference_list"]] == ["Third"]
    assert sum(broken["coverage"]["standings"].values()) == 1
    assert good["coverage"]["standings"]["verified"] == 2
    assert "invalid-yaml" in answer.rules
    paths = {each["path"] for each in answer.report["not_evaluated"]}
    assert paths == {"content/broken.yaml", "content/unreadable.yaml"}
    files = {each["path"] for each in answer.report["provenance"]["files"]}
    assert "content/unreadable.yaml" in files
    page = report(call, format_="html").out
    assert "1 claim and 2 references" in page
    assert "content/unreadable.yaml" in page
    assert "the file could not be read" in page


@pytest.mark.parametrize(
    "text",
    [
        "title: [",
        "",
        "[]",
        "a",
        "{}",
        "sections: {a: b}\nreferences: 3",
        "sections: [a, [b], {id: [c], claims: {d: e}}, {claims: [f]}]\nreferences: [g]",
        "sections: [{sections: [{sections: 1, claims: 2}]}]",
        "title: {a: b}\nlanguage: [c]\ncondition: d\nreview: e\nattestations: f\nwaivers: g",
        "condition: {name: [a]}\nreview: {reviewers: b}",
        "id: [a]\nsections: [{id: x, heading: y, claims: [{id: z, text: t, references: a}]}]",
        "references: [{number: 1}, {number: 1, type: book, title: A}, {type: x}, {number: 0}]",
    ],
)
@pytest.mark.parametrize("format_", ["html", "markdown", "csv", "json"])
def test_nothing_breaks_the_report(workdir: Path, call: Call, format_: str, text: str) -> None:
    """Whatever stands in the only file, there is a report on it, and it fails."""
    Path("content").mkdir()
    Path("content/one.yaml").write_text(text, encoding="utf-8")
    answer = report(call, format_=format_)
    assert answer.code == 1
    if format_ == "json":
        validate(answer.report)
    assert call("report", "--as-of", TODAY, "--output", "pages").code == 1


def test_what_was_not_evaluated(workdir: Path, call: Call) -> None:
    """It says what, why and how many; and which rules nobody has put."""
    write()
    told = report(call).report["not_evaluated"]
    assert {
        "rule": "broken-link",
        "path": None,
        "reason": "there is no ledger yet",
        "targets": 2,
    } in told
    for format_, words in (
        ("html", "there is no ledger yet"),
        ("markdown", "2 targets not checked: there is no ledger yet"),
    ):
        assert words in report(call, format_=format_).out.replace("\\", "")
    learn(call, *STANDS)
    told = [each for each in report(call).report["not_evaluated"] if each["rule"] == "broken-link"]
    assert told == []
    page = report(call, "--ignore", "uncited-claim", format_="html").out
    assert "<code>uncited-claim</code>" in page.partition("Not put, by the policy")[2]
