"""What a report says of references: what stands behind each, since when, beside which record."""

import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import Answer, Call
from dossier import DOI, JOURNAL, PAGE, configure, learn, probe, quotes, record, report, write
from test_report import validate

SITE = "https://site.example/a"
WEB = f'type: webpage, organization: Roe, title: Page, url: "{SITE}", accessed: 2026-06-18'
BOTH = f'{JOURNAL}, doi: {DOI}, url: "{SITE}", accessed: 2026-06-18'
RETRACTION = {
    "kind": "retraction",
    "label": "Retraction",
    "source": "publisher",
    "issued": "2025-02-06",
    "doi": "10.5555/notice",
}
OTHER_WORK: dict[str, Any] = {
    "titles": ["Stroke in the young"],
    "authors": [{"family": "Poe", "given": "Eve"}],
    "containers": ["Annals of Sugar"],
    "years": [1999],
}
FAILED_FOR_WEEKS = [probe(SITE, "gone", f"2026-11-{day}") for day in ("01", "08", "15")]


class Situation(NamedTuple):
    """A reference, the facts about it, and what its report must say."""

    fields: str
    facts: list[dict[str, Any]]
    standing: str
    why: str


SITUATIONS = {
    "a page that answers": Situation(WEB, [probe(SITE)], "verified", "its page answers"),
    "a page that has moved": Situation(WEB, [probe(SITE, "moved")], "verified", "its page answers"),
    "a DOI and its record": Situation(
        f"{JOURNAL}, doi: {DOI}",
        [probe(DOI), record()],
        "verified",
        r"its DOI is registered, for this work as Crossref has it \(asked on 2026-11-20\)$",
    ),
    "a DOI and a record that differs": Situation(
        f"{JOURNAL}, doi: {DOI}",
        [probe(DOI), record(volume="5", pages=["8-9"])],
        "verified",
        "Crossref has it, but for volume, pages ",
    ),
    "one field differs": Situation(
        f"{JOURNAL}, doi: {DOI}",
        [probe(DOI), record(volume="5")],
        "verified",
        "has it, but for volume ",
    ),
    "a DOI without a record": Situation(
        f"{JOURNAL}, doi: {DOI}", [probe(DOI)], "verified", "no record was there to compare"
    ),
    "a DOI behind a resolver": Situation(
        f'{JOURNAL}, url: "https://doi.org/{DOI}"', [probe(DOI), record()], "verified", "Crossref"
    ),
    "DOI fine, URL blocked": Situation(
        BOTH, [probe(DOI), record(), probe(SITE, "blocked")], "verified", "its DOI is registered"
    ),
    "DOI fine, URL unknown": Situation(
        BOTH, [probe(DOI), record()], "verified", "its DOI is registered"
    ),
    "DOI fine, URL gone": Situation(
        BOTH, [probe(DOI), record(), probe(SITE, "gone")], "contradicted", "it is gone"
    ),
    "DOI gone, URL fine": Situation(
        BOTH, [probe(DOI, "gone"), probe(SITE)], "contradicted", "it is gone"
    ),
    "DOI unknown, URL fine": Situation(BOTH, [probe(SITE)], "unchecked", "not in the ledger"),
    "gone": Situation(WEB, [probe(SITE, "gone")], "contradicted", "it is gone"),
    "gone, but lately there": Situation(
        WEB, [probe(SITE, on="2026-11-19"), probe(SITE, "gone")], "undecided", "it is gone"
    ),
    "gone for weeks": Situation(
        WEB, [probe(SITE, on="2026-10-01"), *FAILED_FOR_WEEKS], "contradicted", "it is gone"
    ),
    "no answer": Situation(WEB, [probe(SITE, "unreachable")], "undecided", "it is unreachable"),
    "retracted": Situation(
        f"{JOURNAL}, doi: {DOI}",
        [probe(DOI), record(notices=[RETRACTION])],
        "contradicted",
        "the work is retracted",
    ),
    "another work": Situation(
        f"{JOURNAL}, doi: {DOI}",
        [probe(DOI), record(**OTHER_WORK)],
        "contradicted",
        "its DOI names another work",
    ),
    "blocked": Situation(WEB, [probe(SITE, "blocked")], "undecided", "it is blocked"),
    "throttled": Situation(WEB, [probe(SITE, "throttled")], "undecided", "it is throttled"),
    "refused": Situation(WEB, [probe(SITE, "refused")], "undecided", "it is refused"),
    "suspicious": Situation(WEB, [probe(SITE, "suspicious")], "undecided", "it is suspicious"),
    "subscription, blocked": Situation(
        f"{WEB}, access: subscription", [probe(SITE, "blocked")], "exempt", "it is blocked"
    ),
    "subscription, gone": Situation(
        f"{WEB}, access: subscription", [probe(SITE, "gone")], "contradicted", "it is gone"
    ),
    "internal": Situation(f"{WEB}, access: internal", [], "exempt", "internal"),
    "never asked": Situation(WEB, [], "unchecked", "not in the ledger as of 2026-11-22"),
    "asked tomorrow": Situation(WEB, [probe(SITE, on="2026-11-23")], "unchecked", "not in the"),
    "a book": Situation("type: book, title: Book", [], "untraceable", "neither a DOI nor a URL"),
    "a person": Situation(
        "type: personal_communication, authors: [Roe J]", [], "untraceable", "neither"
    ),
    "no address": Situation(WEB.replace(SITE, "see below"), [], "untraceable", "neither a DOI"),
    "a front page": Situation(
        WEB.replace(SITE, "https://site.example/"),
        [probe("https://site.example/")],
        "undecided",
        "answers, but is the front page of a site",
    ),
    "a search page": Situation(
        WEB.replace(SITE, "https://site.example/search?q=dystonia"),
        [probe("https://site.example/search?q=dystonia")],
        "undecided",
        "answers, but is a search page",
    ),
}


def listed(*fields: str) -> str:
    """References of *fields*, each cited by a claim."""
    claims = "".join(
        f"  - {{id: c{n}, text: Claim number {n}., references: [{n}]}}\n"
        for n in range(1, len(fields) + 1)
    )
    entries = "".join(f"  - {{number: {n}, {each}}}\n" for n, each in enumerate(fields, 1))
    return f"claims:\n{claims}references:\n{entries}"


def only_reference(answer: Answer) -> Any:
    (found,) = answer.report["articles"][0]["reference_list"]
    return found


@pytest.mark.parametrize("name", SITUATIONS)
def test_standing(workdir: Path, call: Call, name: str) -> None:
    """What is known of a reference in one word, and why."""
    situation = SITUATIONS[name]
    write("one", listed(situation.fields))
    learn(call, probe("https://elsewhere.example/"), *situation.facts)
    answer = report(call)
    validate(answer.report)
    found = only_reference(answer)
    assert found["standing"] == situation.standing
    assert re.search(situation.why, found["why"])
    standings = answer.report["coverage"]["standings"]
    assert standings == dict.fromkeys(standings, 0) | {situation.standing: 1}
    words = {"undecided": "could not tell", "unchecked": "not asked"}
    word = words.get(situation.standing, situation.standing.replace("untraceable", "nothing to"))
    assert word in report(call, format_="html").out.partition('id="references"')[2]


def test_there_is_no_ledger(workdir: Path, call: Call) -> None:
    write()
    found = report(call).report["articles"][0]["reference_list"]
    assert {each["standing"] for each in found} == {"unchecked"}
    assert {each["why"] for each in found} == {"there is no ledger yet"}
    assert not Path(".citewell").exists()


@pytest.fixture
def all_of_them(workdir: Path, call: Call) -> None:
    """An article with every situation; where they share addresses, each has its own."""
    fields, facts = [], []
    for at, situation in enumerate(SITUATIONS.values()):
        own = {SITE: f"https://site{at}.example/a", DOI: f"10.5555/example.{at}"}
        own |= {"https://site.example": f"https://site{at}.example"}
        text = situation.fields
        for old, new in own.items():
            text = text.replace(old, new)
        fields.append(text)
        for fact in situation.facts:
            target = fact["target"]
            for old, new in own.items():
                target = target.replace(old, new)
            facts.append(fact | {"target": target})
    write("one", listed(*fields))
    write("two")
    learn(call, *facts)


def test_figures_add_up(all_of_them: None, call: Call) -> None:
    told = report(call).report
    first = told["articles"][0]
    meant = Counter(situation.standing for situation in SITUATIONS.values())
    standings = Counter(each["standing"] for each in first["reference_list"])
    assert standings == meant
    assert Counter(first["coverage"]["standings"]) == meant
    for article in told["articles"]:
        covered = article["coverage"]
        assert sum(covered["standings"].values()) == article["references"]
        assert covered["cited"] == {"number": article["cited_claims"], "of": article["claims"]}
        assert covered["attested"]["of"] == article["claims"]
        references = article["reference_list"]
        read = [each["access"] for each in references if each["access"]]
        works = [each["work"] for each in references if not each["access"]]
        undated = sum(bool(work["url"] and not work["doi"]) for work in works)
        assert covered["current"] == {
            "number": sum(each["is_current"] for each in read),
            "of": len(read) + undated,
        }
    for name in ("cited", "attested", "current", "reviewed"):
        for key in ("number", "of"):
            own = [article["coverage"][name][key] for article in told["articles"]]
            assert told["coverage"][name][key] == sum(own)
    assert told["coverage"]["standings"]["unchecked"] == meant["unchecked"] + 2
    facts = {fact["target"] for fact in told["facts"]}
    for article in told["articles"]:
        for each in article["reference_list"]:
            assert {*each["targets"]} <= facts


@pytest.mark.parametrize(
    ("day", "type_", "age", "limit"),
    [
        ("2026-11-22", "webpage", 0, 12),
        ("2026-10-23", "webpage", 0, 12),
        ("2026-10-22", "webpage", 1, 12),
        ("2025-11-23", "webpage", 11, 12),
        ("2025-11-22", "webpage", 12, 12),
        ("2025-11-21", "webpage", 12, 12),
        ("2024-11-22", "book", 24, 24),
        ("2024-11-21", "book", 24, 24),
        ("2020-02-29", "dataset", 80, 7),
        ("2026-12-24", "webpage", -1, 12),
    ],
)
def test_age_of_access(
    workdir: Path, call: Call, day: str, type_: str, age: int, limit: int
) -> None:
    """It is too old, or yet to come, if and only if a rule says so."""
    configure("[tool.citewell.dates.accessed]\ndataset = 7")
    fields = WEB.replace("2026-06-18", day).replace("webpage", type_)
    write("one", listed(fields))
    answer = report(call)
    is_stale = not {"stale-access-date", "future-date"}.isdisjoint(answer.rules)
    assert is_stale == (day in ("2025-11-21", "2024-11-21", "2020-02-29", "2026-12-24"))
    found = only_reference(answer)["access"]
    assert (found["day"], found["limit"], found["is_current"]) == (day, limit, not is_stale)
    assert found["age"] == age or (age < 0 and found["age"] <= 0)
    current = {"number": int(not is_stale), "of": 1}
    assert answer.report["coverage"]["current"] == current


def test_no_access_date(workdir: Path, call: Call) -> None:
    write("one", listed("type: book, title: Book"))
    answer = report(call)
    assert only_reference(answer)["access"] is None
    assert answer.report["coverage"]["current"] == {"number": 0, "of": 0}


def test_record_beside_the_reference(workdir: Path, call: Call) -> None:
    """Each field that either has; whether they differ is known where both have it."""
    write("one", listed(f"{JOURNAL.replace('pages: 7-9', 'issue: 2')}, doi: {DOI}"))
    concern = RETRACTION | {"kind": "expression_of_concern", "label": "Expression of concern"}
    learn(call, probe(DOI), record(volume="5", notices=[concern]))
    answer = report(call)
    found = only_reference(answer)["record"]
    fields = {each.pop("field"): tuple(each.values()) for each in found.pop("fields")}
    assert fields == {
        "title": ("A review of dystonia", "A review of dystonia", False),
        "authors": ("Roe J", "Roe J", False),
        "container": ("Journal of Examples", "Journal of Examples", False),
        "published": ("2024", "2024", False),
        "volume": ("4", "5", True),
        "issue": ("2", "", None),
        "pages": ("", "7-9", None),
    }
    (notice,) = found.pop("notices")
    assert notice.startswith("expression of concern of 2025-02-06, doi:10.5555/notice")
    assert found == {
        "source": "Crossref",
        "doi": DOI,
        "checked_at": "2026-11-20T09:00:00Z",
        "sha256": "0123456789abcdef" * 4,
        "is_other_work": False,
    }
    message = next(f for f in answer.report["findings"] if f["rule"] == "metadata-mismatch")
    assert "volume" in message["message"]


def test_record_of_another_work(workdir: Path, call: Call) -> None:
    write("one", listed(f"{JOURNAL}, doi: {DOI}"))
    learn(call, probe(DOI), record(**OTHER_WORK))
    found = only_reference(report(call))["record"]
    assert found["is_other_work"] is True
    assert "Another work" in report(call, format_="html").out
    differing = {each["field"] for each in found["fields"] if each["differs"]}
    assert differing >= {"title", "authors", "container", "published"}


def test_history(workdir: Path, call: Call) -> None:
    """When a target last stood, how often it has failed since, and every probe up to the day."""
    write("one", listed(WEB))
    verdicts = {
        "2026-09-01": "gone",
        "2026-09-08": "ok",
        "2026-10-01": "unreachable",
        "2026-10-02": "moved",
        "2026-11-10": "gone",
        "2026-11-12": "unreachable",
        "2026-11-16": "gone",
        "2026-11-23": "ok",
    }
    learn(call, *(probe(SITE, verdict, day) for day, verdict in verdicts.items()))
    (fact,) = report(call).report["facts"]
    past = [{"checked_at": f"{day}T09:00:00Z", "verdict": v} for day, v in verdicts.items()]
    assert fact["probes"] == past[:-1]
    told = {name: fact[name] for name in ("last_ok", "failures", "first_failed", "confirmed")}
    assert told == {
        "last_ok": "2026-10-02",
        "failures": 3,
        "first_failed": "2026-11-10",
        "confirmed": True,
    }
    assert (fact["verdict"], fact["checked_at"]) == ("gone", "2026-11-16T09:00:00Z")
    page = report(call, format_="html").out
    for words in ("Last seen standing: 2026-10-02", "Failures in a row: 3, since 2026-11-10"):
        assert words in page
    (later,) = report(call, day="2026-11-23").report["facts"]
    assert (later["last_ok"], later["failures"], later["first_failed"]) == ("2026-11-23", 0, None)
    (early,) = report(call, day="2026-11-15").report["facts"]
    assert (early["failures"], early["confirmed"]) == (2, False)
    (before,) = report(call, day="2026-08-31").report["facts"]
    assert (before["verdict"], before["probes"], before["last_ok"]) == ("unchecked", [], None)


@pytest.mark.parametrize("found", [True, False, None])
def test_quotes_that_were_looked_for(workdir: Path, call: Call, found: bool | None) -> None:
    """An attestation says whether its words are still on the page."""
    write()
    words = "Spasms hurt."
    attest = ("--reference", 2, "--by", "Roe J", "--date", "2026-08-01", "--quote", words)
    assert call("attest", "content/one.yaml", "second", *attest).code == 0
    learn(call, probe(PAGE), quotes(PAGE, {words: found}))
    answer = report(call)
    (attestation,) = answer.report["articles"][0]["attestations"]
    assert ("quote-not-found" in answer.rules) == (found is False)
    assert attestation["quote_found"] is found
    page = report(call, format_="html").out.partition('id="attestations"')[2]
    assert ("not on the page on 2" in page) == (found is False)
    assert (">on the page on 2" in page) == (found is True)
