"""The report as a table: a row for each claim and reference that belong together."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from citewell.report.csv import COLUMNS
from conftest import ROOT, TODAY, Call
from dossier import (
    DOI,
    JOURNAL,
    PAGE,
    STANDS,
    claims_of,
    configure,
    learn,
    probe,
    record,
    report,
    table,
    write,
)

HEAD = (
    "as_of,tool_version,policy_sha256,article,path,title,condition,last_reviewed,reviewers,"
    "section,claim,claim_kind,claim_text,locator,reference,type,access,ama,doi,url,state,"
    "state_reason,verdicts,checked_at,last_ok,failures_in_a_row,probes,failed_probes,accessed,"
    "age_months,limit_months,access_current,archive,captured,registry,differing_fields,notices,"
    "attested_by,attested_on,quote,quote_found,attestation,claim_findings,reference_findings,"
    "waived,waived_by"
)
"""The columns on which other people's tables rest: none is renamed or moved."""


def rows(call: Call, *arguments: object) -> list[dict[str, str]]:
    return table(report(call, *arguments, format_="csv").out)


def pairs(file: Path) -> Counter[tuple[str, str]]:
    """The rows that the article in *file* must have, as another reader of YAML counts them."""
    found: set[tuple[str, str]] = set()
    for claim in claims_of(file):
        for number in claim.get("references") or [""]:
            found.add((claim["id"], str(number)))
    listed = yaml.safe_load(file.read_text(encoding="utf-8"))["references"]
    cited = {number for _, number in found}
    found |= {("", str(each["number"])) for each in listed if str(each["number"]) not in cited}
    return Counter(found)


def test_the_head_is_fixed(workdir: Path, call: Call) -> None:
    write()
    out = report(call, format_="csv").out
    assert out.partition("\n")[0] == f"\ufeff{HEAD}\r"
    assert ",".join(COLUMNS) == HEAD


def test_a_row_for_each_pair_of_the_real_article(workdir: Path, call: Call) -> None:
    file = ROOT / "content" / "dystonia.yaml"
    found = Counter((row["claim"], row["reference"]) for row in rows(call, file))
    assert found == pairs(file)
    assert sum(found.values()) > 100


MIXED = f"""\
claims:
  - {{id: first, text: Dystonia is a disorder of movement., references: [2, 1],
     locators: {{2: p. 3}}}}
  - {{id: bare, text: Nothing.}}
  - {{id: empty, text: Nothing more., references: []}}
  - {{id: unknown, text: Something., references: [7]}}
  - {{id: twice, kind: advice, text: Something more., references: [1, 1]}}
references:
  - {{number: 1, {JOURNAL}, doi: {DOI}}}
  - {{number: 2, type: webpage, organization: Roe, title: Page, url: "{PAGE}", accessed: 2024-06-18,
     archive: {{url: "https://archive.example/1", captured: 2024-06-19}}}}
  - {{number: 3, type: book, title: Nobody's book}}
"""


@pytest.fixture
def mixed(workdir: Path) -> Path:
    return write("one", MIXED)


def test_a_row_for_each_pair(mixed: Path, call: Call) -> None:
    """Also for what has no partner: claims without a reference, and references without a claim."""
    found = Counter((row["claim"], row["reference"]) for row in rows(call))
    assert found == pairs(mixed)


def row_of(call: Call, claim: str, reference: str) -> dict[str, str]:
    own = [row for row in rows(call) if (row["claim"], row["reference"]) == (claim, reference)]
    assert own
    return own[0]


def test_cells(mixed: Path, call: Call) -> None:
    learn(
        call, probe(PAGE, "ok", "2026-10-01"), probe(PAGE, "gone"), probe(DOI), record(volume="5")
    )
    row = row_of(call, "first", "2")
    assert {name: row[name] for name in ("as_of", "article", "path", "title", "condition")} == {
        "as_of": TODAY,
        "article": "one",
        "path": "content/one.yaml",
        "title": "Example",
        "condition": "Example",
    }
    expected = {
        "section": "Overview",
        "claim_kind": "fact",
        "claim_text": "Dystonia is a disorder of movement.",
        "locator": "p. 3",
        "type": "webpage",
        "access": "open",
        "url": PAGE,
        "doi": "",
        "state": "undecided",
        "state_reason": "it is gone (asked on 2026-11-20)",
        "verdicts": "url gone",
        "checked_at": "2026-11-20T09:00:00Z",
        "last_ok": "2026-10-01",
        "failures_in_a_row": "1",
        "probes": "2",
        "failed_probes": "1",
        "accessed": "2024-06-18",
        "age_months": "29",
        "limit_months": "12",
        "access_current": "no",
        "archive": "https://archive.example/1",
        "captured": "2024-06-19",
        "registry": "",
        "waived": "",
    }
    assert {name: row[name] for name in expected} == expected
    assert "stale-access-date" in row["reference_findings"].split("; ")
    assert "failing-link" in row["reference_findings"].split("; ")
    other = row_of(call, "first", "1")
    assert (other["locator"], other["registry"], other["differing_fields"]) == (
        *("", "Crossref", "volume"),
    )
    assert (other["verdicts"], other["access_current"]) == ("doi ok", "")
    alone = row_of(call, "", "3")
    assert (alone["section"], alone["claim_text"], alone["state"]) == ("", "", "untraceable")
    assert "uncited-reference" in alone["reference_findings"]
    bare = row_of(call, "bare", "")
    assert (bare["claim_findings"], bare["state"], bare["ama"]) == ("uncited-claim", "", "")
    unknown = row_of(call, "unknown", "7")
    assert (unknown["claim_findings"], unknown["ama"]) == ("unknown-reference", "")
    assert row_of(call, "twice", "1")["claim_kind"] == "advice"


def test_lists_are_separated(workdir: Path, call: Call) -> None:
    """By a semicolon and a blank: attestations, reviewers, verdicts, rules."""
    site = "https://site.example/a"
    text = f"""\
review: {{last_reviewed: 2026-06-18, reviewers: [Roe J, Poe E]}}
references:
  - {{number: 1, {JOURNAL}, doi: {DOI}, url: "{site}", accessed: 2026-01-01}}
  - {{number: 2, type: webpage, title: "RETRACTED: page", url: "http://site.example/b"}}
"""
    write("one", text)
    for name in ("Roe J", "Poe E"):
        attest = ("--reference", 1, "--by", name, "--date", "2026-08-01", "--quote", "It is.")
        assert call("attest", "content/one.yaml", "first", *attest).code == 0
    learn(
        call, probe(DOI), probe(site, "blocked", "2026-11-21"), record(volume="5", pages=["17-19"])
    )
    first, second = rows(call)
    assert first["reviewers"] == "Roe J; Poe E"
    assert first["verdicts"] == "doi ok; url blocked"
    assert first["checked_at"] == "2026-11-20T09:00:00Z; 2026-11-21T09:00:00Z"
    assert first["differing_fields"] == "volume; pages"
    assert first["attested_by"] == "Roe J; Poe E"
    assert first["attested_on"] == "2026-08-01; 2026-08-01"
    assert first["attestation"] == "stands; stands"
    told = set(second["reference_findings"].split("; "))
    assert told >= {"missing-access-date", "insecure-url", "incomplete-reference"}


@pytest.mark.parametrize(
    ("rule", "target", "claim"),
    [
        ("uncited-claim", "claim:bare", "bare"),
        ("unknown-reference", "claim:unknown", "unknown"),
        ("repeated-citation", "claim:twice", "twice"),
        ("stale-access-date", "reference:2", "first"),
        ("uncited-reference", "reference:3", ""),
    ],
)
def test_waived_rules(workdir: Path, call: Call, rule: str, target: str, claim: str) -> None:
    """Each is named once, and no more among what was found."""
    write("one", f"{MIXED}waivers:\n  - {{rule: {rule}, target: '{target}', reason: Known., "
          "owner: Roe J, expires: 2027-01-31}\n")  # fmt: skip
    own = [row for row in rows(call) if row["waived"]]
    assert {row["waived"] for row in own} == {rule}
    assert claim in {row["claim"] for row in own}
    for row in own:
        assert rule not in f"{row['claim_findings']}; {row['reference_findings']}".split("; ")


def test_doubled_numbers_lose_no_reference(workdir: Path, call: Call) -> None:
    write("one", """\
claims:
  - {id: first, text: Something., references: [1]}
references:
  - {number: 1, type: book, title: Ash}
  - {number: 1, type: book, title: Birch}
  - {number: 2, type: book, title: Cedar}
  - {number: 2, type: book, title: Elm}
""")  # fmt: skip
    found = " ".join(row["ama"] for row in rows(call))
    for title in ("Ash", "Birch", "Cedar", "Elm"):
        assert title in found


def test_doubled_claims_lose_none(workdir: Path, call: Call) -> None:
    write("one", """\
claims:
  - {id: first, text: Ash., references: [1]}
  - {id: first, text: Birch., references: [1]}
""")  # fmt: skip
    assert sorted(row["claim_text"] for row in rows(call)) == ["", "Ash.", "Birch."]


def test_bytes(workdir: Path, call: Call) -> None:
    """UTF-8 with a byte order mark and CR LF, as spreadsheets like it; no line end in a cell."""
    write("one", 'title: "Dystonie – 筋緊張異常症"\n' + MIXED.replace(
        "text: Nothing.", 'text: "Two\\nlines, a \\"quote\\";\\r\\n\\ttab"'))  # fmt: skip
    learn(call, *STANDS)
    call("report", "--as-of", TODAY, "--output", "report.csv")
    raw = Path("report.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfas_of,")
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    found = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len(lines) == len(found) + 1
    assert {len(row) for row in found} == {len(COLUMNS)}
    text = next(row for row in table(raw.decode()) if row["claim"] == "bare")
    assert text["claim_text"] == 'Two lines, a "quote"; tab'
    assert text["title"] == "Dystonie – 筋緊張異常症"


FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\u3000=1")
FORMULAS += ("＝1", "＋1", "－1", "＠SUM(1)", " ＝1", '=HYPERLINK("https://evil.example";"x")')
FORMULAS += ("=cmd|' /C calc'!A0", "\ufeff=1", "\u200b=1", "\u202e=1")


def escaped(text: str) -> str:
    """*text* as a YAML scalar in quotes."""
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(workdir: Path, call: Call, formula: str) -> None:
    """Whatever can hold text in an article holds one; no cell begins like it."""
    text = escaped(formula)
    write("one", f"""\
title: {text}
condition: {{name: {text}}}
review: {{last_reviewed: 2026-06-18, reviewers: [{text}]}}
sections:
  - id: overview
    heading: {text}
    claims:
      - {{id: first, text: {text}, references: [1, 2], locators: {{1: {text}}}}}
references:
  - {{number: 1, type: article-journal, authors: [{text}], title: {text}, container: {text},
     published: 2024, doi: {text}, url: {text}, archive: {{url: {text}, captured: 2024-06-19}}}}
  - {{number: 2, {JOURNAL}, doi: {DOI}}}
""")  # fmt: skip
    attest = ("--reference", 2, "--by", formula.strip() or "x", "--quote", formula.strip())
    call("attest", "content/one.yaml", "first", *attest)
    notice: dict[str, Any] = {"kind": "correction", "label": formula, "source": "publisher"}
    held = record(notices=[notice | {"issued": "2025", "doi": "10.5555/notice"}], titles=[formula])
    learn(call, probe(DOI, reason=formula), held)
    out = report(call, format_="csv").out
    found = table(out)
    assert len(found) == 2
    for row in found:
        for name, cell in row.items():
            bare = cell.strip("\ufeff\u200b\u202e \t\r\n\u00a0\u3000")
            assert not bare.startswith(tuple("=+-@＝＋－＠")), name
    start = formula.strip()[:1]
    if start in "=+-@":
        assert found[0]["claim_text"].lstrip("' ").lstrip() in (
            " ".join(formula.split()),
            formula.strip(),
        )


def test_numbers_stay_numbers(mixed: Path, call: Call) -> None:
    """An apostrophe before a figure would make a text of it."""
    learn(call, probe(PAGE, "gone"))
    row = row_of(call, "first", "2")
    for name in ("reference", "failures_in_a_row", "age_months", "limit_months"):
        assert row[name].isdecimal()


def test_the_house_file_is_no_article(mixed: Path, call: Call) -> None:
    configure('waivers = "content/waivers.yaml"')
    Path("content/waivers.yaml").write_text("schema_version: 1\nwaivers: []\n", encoding="utf-8")
    assert {row["path"] for row in rows(call)} == {"content/one.yaml"}
