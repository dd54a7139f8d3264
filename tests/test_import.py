"""``citewell import`` of pages of text, from the outside; other formats have tests of their own."""

import os
import re
from collections import Counter
from pathlib import Path
from textwrap import wrap
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from citewell import source
from citewell.ama import Parsed
from citewell.article_text import text_of_article, verify
from citewell.exchange import marks, page_date, sentences, text
from citewell.exchange.assembly import Assembled, Wanted, assemble
from citewell.exchange.marks import unmark
from citewell.exchange.page import Entry, ImportFailure, Page
from conftest import ROOT, TODAY, Call, Run

PAGES = ROOT / "tests" / "pages"
MARSH = (PAGES / "marsh-cramp.txt").read_text(encoding="utf-8")
REFERENCES = "\n\nReferences\n\n" + "".join(
    f"{number}. Roe J. Cramp {number}. J Cramp. 2020;{number}(2):3-4.\n" for number in range(1, 10)
)


def imported(page: str, stem: str = "page", wanted: Wanted | None = None) -> Assembled:
    made = assemble(text.read(page.encode()), stem, wanted or Wanted())
    verify(text_of_article(made, "x"), made)
    return made


def outline(page: str) -> list[Any]:
    """Each section as [heading, lead-in or None, texts of claims, sections]; a list in a tuple."""

    def of(section: dict[str, Any]) -> list[Any]:
        texts = [claim["text"] for claim in section["claims"]]
        shown = tuple(texts) if section.get("layout") == "list" else texts
        below = [of(each) for each in section.get("sections", [])]
        return [section["heading"], section.get("lead_in"), shown, *([below] if below else [])]

    return [of(section) for section in imported(page).article["sections"]]


def claims(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        claim
        for section in sections
        for claim in [*section["claims"], *claims(section.get("sections", []))]
    ]


def cited(body: str) -> list[tuple[str, list[int]]]:
    """The claims of a page with nine references."""
    found = claims(imported(body + REFERENCES).article["sections"])
    return [(claim["text"], claim.get("references", [])) for claim in found]


# A whole page.


def test_a_page_in_the_style_of_publishers(call: Call, workdir: Path) -> None:
    answer = call("import", PAGES / "marsh-cramp.txt")
    assert answer.code == 0
    assert source.parse(answer.out.encode()).data == source.read(PAGES / "marsh-cramp.yaml").data
    said = answer.err.replace(str(PAGES), "pages").splitlines()
    assert said == [
        "pages/marsh-cramp.txt:1: a part begins here that has no heading; 'Section 1' stands "
        "for it",
        "pages/marsh-cramp.txt:1: the page does not say its language, so 'en' stands for it",
        "pages/marsh-cramp.txt:8: a part begins here that has no heading; 'Section 2' stands "
        "for it",
        "pages/marsh-cramp.txt:25: a part begins here that has no heading; 'Section 3' stands "
        "for it",
        "pages/marsh-cramp.txt:34: a part begins here that has no heading; 'Section 4' stands "
        "for it",
        "pages/marsh-cramp.txt:39: the page has no title; that it is about 'Marsh cramp' is said "
        "here",
        "pages/marsh-cramp.txt:39: this is no part of the article: 'Marsh cramp care at Reed "
        "Clinic'",
        "pages/marsh-cramp.txt:41: 2022-06-18 is taken from 'June 18, 2022', which does not say "
        "that it is a review's",
        "pages/marsh-cramp.txt:57: of reference 16 this is kept in its note: 'expert opinion'",
        "24 claims, 11 cited; 16 references, 1 with a note.",
    ]


def test_how_an_article_is_laid_out(call: Call, workdir: Path) -> None:
    page = workdir / "cramp.txt"
    page.write_text(f"Cramp\n\nIt hurts.[1,2]\n\nSigns\n\nPain.\n\n1. {ONE}\n2. {ONE}\n", "utf-8")
    listed = call("import", page.name).out.split("references:\n  - number")[0]
    assert (
        listed
        == """\
# yaml-language-server: $schema=../schemas/article.schema.json

schema_version: 1
id: cramp
title: Cramp
language: en
condition:
  name: Cramp
review:
  reviewers: []

sections:
  - id: cramp
    heading: Cramp
    claims:
      - id: hurts
        text: It hurts.
        references: [1, 2]

  - id: signs
    heading: Signs
    claims:
      - id: pain
        text: Pain.

"""
    )


def test_what_check_says_of_it_is_the_to_do_list(call: Call, workdir: Path) -> None:
    output = workdir / "content" / "cramp.yaml"
    output.parent.mkdir()
    assert call("import", PAGES / "marsh-cramp.txt", "--output", output).code == 0
    assert output.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=../schemas/article.schema.json\n\nschema_version: 1\n"
    )
    answer = call("check", "--format", "json", "--as-of", TODAY, output)
    rules = Counter(answer.rules)
    assert not {"schema-violation", "invalid-yaml", "duplicate-id", "schema-not-declared"} & set(
        rules
    )
    assert (rules["uncited-claim"], rules["unknown-reference"], rules["empty-section"]) == (
        13,
        1,
        0,
    )
    assert not rules["marker-in-text"]


def test_every_word_of_the_page_is_kept_in_order() -> None:
    body = MARSH[: MARSH.index("June 18")]
    body = re.sub(r"\[[\d,-]+\]|[⁰¹²³⁴-⁹⁻]+|(?<=night\.)1|\((?:11|1,12)\)", "", body)
    expected = re.sub(r"\s+([.])", r"\1", body.replace("•", " ")).split()
    made = imported(MARSH)
    written: list[str] = []

    def add(section: dict[str, Any], above: str = "") -> None:
        if section["heading"] != above and not section["heading"].startswith("Section "):
            written.extend(section["heading"].split())
        written.extend(section.get("lead_in", "").split())
        for claim in section["claims"]:
            written.extend(claim["text"].split())
        for below in section.get("sections", []):
            add(below, section["heading"])

    for section in made.article["sections"]:
        add(section)
    assert [*written, *(word for note in made.aside for word in note.message.split())] == expected


UNBROKEN: Any = {"break_on_hyphens": False, "break_long_words": False}


def wrapped(width: int, *, hanging: bool) -> str:
    """That page with its lines wrapped; items go on below their words only if *hanging*."""
    lines: list[str] = []
    for line in MARSH.split("\n"):
        found = re.match(r" *(?:• |\d+\. )?", line)
        margin = " " * len(found[0]) if found and hanging else ""
        lines += wrap(line, width, subsequent_indent=margin, **UNBROKEN) or [""]
    return "\n".join(lines)


LAYOUTS = {
    **{f"wrapped {width}": wrapped(width, hanging=True) for width in (50, 60, 72, 80, 100)},
    **{f"wrapped {width} to 0": wrapped(width, hanging=False) for width in (60, 72, 80, 100)},
    "line ends": MARSH.replace("\n", "\r\n"),
    "stars": MARSH.replace("•", "*"),
    "dashes": MARSH.replace("•", "-"),
    "hard blanks": MARSH.replace("  • ", "\u00a0\u00a0•\u00a0"),
    "no indentation": re.sub("(?m)^ +", "", MARSH),
    "tabs": re.sub("(?m)^  ", "\t", MARSH),
    "bullets by themselves": re.sub("(?m)^  • ", "•\n", MARSH),
    "items apart": re.sub("(?m)^(  • )", r"\n\1", MARSH),
    "lists right below": MARSH.replace(":\n\n", ":\n"),
    "square brackets": re.sub(r"(?m)^  (\d+)\. ", r"[\1] ", MARSH),
    "round brackets": re.sub(r"(?m)^  (\d+)\. ", r"\1) ", MARSH),
    "aligned numbers": re.sub(r"(?m)^  (\d)\. ", r"   \1. ", MARSH),
    "references apart": re.sub(r"(?m)^(  \d+\. )", r"\n\1", MARSH),
    "a heading": MARSH.replace("2022\n  1. ", "2022\n\nReferences\n\n  1. "),
    "a heading above the date": MARSH.replace("June 18", "REFERENCES\n\nJune 18"),
    "a notice": MARSH + "\n\n\n© 2022 Reed Clinic. All rights reserved.\n\nPrivacy policy\n",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_of_a_page_does_not_matter(name: str) -> None:
    assert imported(LAYOUTS[name]).article == imported(MARSH).article


# Sections.

MINUTES = "It lasts for minutes."


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("Marsh cramp\n\nIt hurts.", [["Marsh cramp", None, ["It hurts."]]]),
        ("Title: Cramp\n\nIt hurts.", [["Cramp", None, ["It hurts."]]]),
        ("Marsh cramp\n===========\n\nSigns\n-----\nIt hurts.", [["Signs", None, ["It hurts."]]]),
        (
            "# Cramp\n\n## Signs ##\n\nIt hurts.\n\n### Late signs\n\nIt stops.\n## Causes\nNone.",
            [
                ["Signs", None, ["It hurts."], [["Late signs", None, ["It stops."]]]],
                ["Causes", None, ["None."]],
            ],
        ),
        (
            "Overview\n\nIt hurts.\n\nWhat causes it?\n\nNobody knows.",
            [["Overview", None, ["It hurts."]], ["What causes it?", None, ["Nobody knows."]]],
        ),
        (
            "CRAMP\n\nSIGNS\n\nIn legs\n\nIt hurts.\n\nCAUSES\n\nNone.",
            [
                ["SIGNS", None, [], [["In legs", None, ["It hurts."]]]],
                ["CAUSES", None, ["None."]],
            ],
        ),
        (  # no blank lines at all
            "Cramp\nOverview\nIt hurts. It stops.\nSigns\nSigns include:\n- pain\n- heat\n"
            "Treatment\nThere is none.",
            [
                ["Overview", None, ["It hurts.", "It stops."]],
                ["Signs", "Signs include:", ("pain", "heat")],
                ["Treatment", None, ["There is none."]],
            ],
        ),
        (  # wrapped by hand
            "Overview\n\nMarsh cramp is a cramp of the calf. It begins in\nthe night and ends in"
            " the morning, when people get\nup.\nIt hurts.",
            [
                [
                    "Overview",
                    None,
                    [
                        "Marsh cramp is a cramp of the calf.",
                        "It begins in the night and ends in the morning, when people get up.",
                        "It hurts.",
                    ],
                ]
            ],
        ),
        (  # paragraphs and lists by turns
            "Overview\n\nIt hurts. Signs are:\n\n- pain,\n  or ache\n- heat\n\nIt stops.\n\n"
            "Others are:\n* cold",
            [
                [
                    "Overview",
                    None,
                    ["It hurts."],
                    [
                        ["Overview", "Signs are:", ("pain, or ache", "heat")],
                        ["Overview", None, ["It stops."]],
                        ["Overview", "Others are:", ("cold",)],
                    ],
                ]
            ],
        ),
        (  # nested lists keep the page's order
            "Signs\n\n- pain\n- others:\n    - heat\n    - cold\n- thirst\n  o Mild\n",
            [
                [
                    "Signs",
                    None,
                    ("pain",),
                    [
                        ["Signs", "others:", ("heat", "cold")],
                        ["Signs", None, ("thirst", "Mild")],
                    ],
                ]
            ],
        ),
        (
            "Overview\n\nDo this:\n\n1. Rest.\n2) Drink.\n(3) Walk.",
            [["Overview", "Do this:", ("Rest.", "Drink.", "Walk.")]],
        ),
        (
            "1. Overview\n\nIt hurts.\n\n2. Signs\n\nPain.",
            [["1. Overview", None, ["It hurts."]], ["2. Signs", None, ["Pain."]]],
        ),
        (  # bullets that are lost
            "Overview\n\nIt comes with:\n\nWet boots\n\nLong days\n\nCold\n\nThirst",
            [["Overview", "It comes with:", ("Wet boots", "Long days", "Cold", "Thirst")]],
        ),
        (  # headings that are lost
            f"It hurts.\n\nIt stops.\n\n\nNobody knows why.\n\nWhen to ask\n\n{MINUTES}",
            [
                ["Section 1", None, ["It hurts.", "It stops."]],
                [
                    "Section 2",
                    None,
                    ["Nobody knows why."],
                    [["When to ask", None, ["It lasts for minutes."]]],
                ],
            ],
        ),
        (
            "Signs\n\n•Pain\n•\nHeat\n\uf0b7 Cold\n✓ Thirst",
            [["Signs", None, ("Pain", "Heat", "Cold", "Thirst")]],
        ),
        (  # bullets apart, and paragraphs further apart
            "Signs\n\n\nIt hurts.\n\n\nSigns are:\n\n- pain\n\n- heat\n\n\nIt stops.\n\n\n\n\nOw.",
            [
                [
                    "Signs",
                    None,
                    ["It hurts."],
                    [
                        ["Signs", "Signs are:", ("pain", "heat")],
                        ["Signs", None, ["It stops."]],
                    ],
                ],
                ["Section 1", None, ["Ow."]],
            ],
        ),
        (
            "Cramp\nFrom a book\n\n**Causes**\n\nOld age\nCold\n\nSee also\nPain\nHeat",
            [
                ["Cramp", None, ["From a book"]],
                ["Causes", None, ("Old age", "Cold")],
                ["See also", None, ("Pain", "Heat")],
            ],
        ),
        ("Signs\n\n\n\nCauses\n\nNone.", [["Causes", None, ["None."]]]),
        (  # letters are numbers of items, too
            "Overview\n\n1. Rest.\n2. Drink.\n\n    a. Tea\n    b. Milk\n\n3. Walk.",
            [["Overview", None, ("Rest.", "Drink.", "Tea", "Milk", "Walk.")]],
        ),
        (  # what stands right below unfinished words is no heading
            f"Overview\n\nIt lasts {'very ' * 20}long.\n\nMorning: bread and milk, 1/2 apple, "
            "1 egg, 3 cups of tea, salt and pepper\nLunch: Soup\nDinner: Rice with beans, 1/2 pear",
            [
                [
                    "Overview",
                    None,
                    [
                        f"It lasts {'very ' * 20}long.",
                        "Morning: bread and milk, 1/2 apple, 1 egg, 3 cups of tea, salt and pepper",
                        "Lunch: Soup",
                        "Dinner: Rice with beans, 1/2 pear",
                    ],
                ]
            ],
        ),
        (  # a number of a list with one item
            "Often\n\n1. Pain\n2. heat\n\nRarely\n\n1. Fainting\n\nUnknown\n\n1. Thirst",
            [
                ["Often", None, ("Pain", "heat")],
                ["Rarely", None, ("Fainting",)],
                ["Unknown", None, ("Thirst",)],
            ],
        ),
        (  # headings with numbers, right above their text
            f"Overview\n\n{MINUTES}\n\n1. Keep warm\nWear socks.\n\n2. Drink\nWater.",
            [
                ["Overview", None, ["It lasts for minutes."]],
                ["1. Keep warm", None, ["Wear socks."]],
                ["2. Drink", None, ["Water."]],
            ],
        ),
        (  # a heading below a heading, and all up to one that no part has below it
            "Overview\n\nOw.\n\nThe day before\n\nFood\n\nNo.\n\nDrink\n\nWater.\n\nResults\n\nOk.",
            [
                ["Overview", None, ["Ow."]],
                [
                    "The day before",
                    None,
                    [],
                    [["Food", None, ["No."]], ["Drink", None, ["Water."]]],
                ],
                ["Results", None, ["Ok."]],
            ],
        ),
        (
            "Overview\n\nWhat is it?\n\nA cramp.\n\nCauses\n\nNone.",
            [
                ["Overview", None, [], [["What is it?", None, ["A cramp."]]]],
                ["Causes", None, ["None."]],
            ],
        ),
        (  # one heading in capitals is no level of its own
            "Overview\n\nOw.\n\nKEY POINTS\n\nIt stops.\n\nWhy is it?\n\nNobody knows.",
            [
                ["Overview", None, ["Ow."]],
                ["KEY POINTS", None, ["It stops."]],
                ["Why is it?", None, ["Nobody knows."]],
            ],
        ),
        (  # what introduces a list in a list introduces it, too
            "Dosing\n\n• For tablets:\n    • For cramps:\n        • Adults, 5 mg.",
            [["Dosing", "For tablets: For cramps:", ("Adults, 5 mg.",)]],
        ),
        ("Signs\n\nPain.\n\nCauses", [["Pain."], ["Causes"]]),
    ],
)
def test_sections(page: str, expected: list[Any]) -> None:
    found = outline(page)
    if expected == [["Pain."], ["Causes"]]:  # a heading with nothing below it stays
        assert found == [["Signs", None, ["Pain."]], ["Causes", None, []]]
    else:
        assert found == expected


def test_ids() -> None:
    page = (
        "Signs\n\nThe pain is in the leg. The pain is in the leg. 3 days. True! "
        "Schmerz über Ångström. 中文。\n\nSigns\n\nNo.\n\nWhy?\n\nNull."
    )
    sections = imported(page).article["sections"]
    assert [each["id"] for each in sections] == ["signs", "signs-2", "why"]
    assert [claim["id"] for claim in claims(sections)] == [
        *("pain-leg", "pain-leg-2", "claim-3-days", "claim-true", "schmerz-uber-angstrom"),
        *("zhongwen", "no", "claim-null"),
    ]


@pytest.mark.parametrize(
    ("name", "id_", "title"),
    [
        ("dystonia-care", "dystonia-care", "Dystonia care"),
        ("000_bbf40d6c386a2101", "page-000_bbf40d6c386a2101", "000_bbf40d6c386a2101"),
        ("Ärger im Bein", "arger-im-bein", "Ärger im Bein"),
        ("___", "page", "___"),
        ("null", "page-null", "Null"),
    ],
)
def test_a_page_without_a_title_is_called_after_its_file(name: str, id_: str, title: str) -> None:
    made = imported("It hurts.", name)
    article = made.article
    assert (article["id"], article["title"]) == (id_, title)
    assert article["condition"] == {"name": title}
    assert (1, f"the page has no title, so it is called after its file: {title!r}") in made.notes


def test_one_of_many_headings_is_no_title() -> None:
    made = imported("# Signs\n\nPain.\n\n# Causes\n\nCold.", "cramp")
    assert made.article["title"] == "Cramp"
    assert [each["heading"] for each in made.article["sections"]] == ["Signs", "Causes"]


def test_a_title_that_an_option_replaces_is_kept() -> None:
    made = imported("Marsh cramp\n\nIt hurts.", "x", Wanted(title="Cramps", condition="Cramp"))
    assert (made.article["title"], made.article["id"]) == ("Cramps", "cramps")
    assert made.article["condition"] == {"name": "Cramp"}
    assert made.aside == ((1, "Marsh cramp"),)
    assert "\n# 1: Marsh cramp\n" in text_of_article(made, "x")


# Citations.


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It hurts.[3] It stops [1,2].", [("It hurts.", [3]), ("It stops.", [1, 2])]),
        (
            "It hurts [2-5], and [7–9]. Ow.",
            [("It hurts, and.", [2, 3, 4, 5, 7, 8, 9]), ("Ow.", [])],
        ),
        ("It hurts.³ It stops.³,⁴", [("It hurts.", [3]), ("It stops.", [3, 4])]),
        ("It hurts²⁻⁵ and burns.", [("It hurts and burns.", [2, 3, 4, 5])]),
        ("It hurts (3). It stops. (2,4) Ow (1-3).", None),
        ("It hurts (3) and burns (4), too.", [("It hurts and burns, too.", [3, 4])]),
        ("It hurts.3 It burns.1,2", [("It hurts.", [3]), ("It burns.", [1, 2])]),
        (
            "He said so in 1998.4 Ow (ow).5 So",
            [("He said so in 1998.", [4]), ("Ow (ow).", [5]), ("So", [])],
        ),
        ("It hurts.[1],[2] Ow [3]–[5].", [("It hurts.", [1, 2]), ("Ow.", [3, 4, 5])]),
        ("It hurts ([3]). Ow.", [("It hurts.", [3]), ("Ow.", [])]),
        ("It hurts.<sup>3</sup> Ow.[^4]", [("It hurts.", [3]), ("Ow.", [4])]),
        (
            "Many have COPD.3 It fell by 50%.2 It is 5 mg.4 So it is in the U.S.5 Take B12.6 Ow.",
            [
                ("Many have COPD.", [3]),
                ("It fell by 50%.", [2]),
                ("It is 5 mg.", [4]),
                ("So it is in the U.S.", [5]),
                ("Take B12.", [6]),
                ("Ow.", []),
            ],
        ),
        ("It comes with COVID-19.4 Ow.", [("It comes with COVID-19.", [4]), ("Ow.", [])]),
        ('"It hurts."3 He fell.', [('"It hurts."', [3]), ("He fell.", [])]),
        ("It hurts,1 burns;2,3 and stops.4", [("It hurts, burns; and stops.", [1, 2, 3, 4])]),
        ("It hurts.(1)(2) Ow.", [("It hurts.", [1, 2]), ("Ow.", [])]),
        ("It hurts.[3]It burns.", [("It hurts.", [3]), ("It burns.", [])]),
        ("It hurts.[3](It does.)", [("It hurts.", [3]), ("(It does.)", [])]),
        ("It hurts [77].", [("It hurts.", [77])]),
        ("It hurts [3, 3].", [("It hurts.", [3])]),
    ],
)
def test_marks(body: str, expected: list[Any] | None) -> None:
    if expected is None:
        expected = [("It hurts.", [3]), ("It stops.", [2, 4]), ("Ow.", [1, 2, 3])]
    assert cited(f"Overview\n\n{body}") == expected


@pytest.mark.parametrize(
    "body",
    [
        "It weighs 10³ kg, 5 cm², CO₂ and Ca²⁺.",
        "It is of type (2).",
        "Take 3 (2-5).",
        "Take three (3).",
        "There are (1) mild and (2) severe cramps (3).",
        "It lasts (12 mg) for a day.",
        "It was so in (2019).",
        "The 95% CI [1, 3] is wide.",
        "It stops (77).",
        "It stops.⁷⁷ Ow",
        "Take 3.5 mg of vitamin B.12 a day.",
        "It hurts (1) in bed.",
        "It costs 1,2 or 3 coins.",
        "The pH is 7.4 or 7.2 in bed.",
        "It spans [1-400] things.",
        "It is told in doi:10.5555/example.2",
        "Look at https://example.org/page.2",
    ],
)
def test_what_is_no_mark(body: str) -> None:
    found = cited(f"Overview\n\n{body}")
    assert " ".join(words for words, _ in found) == body
    assert not any(numbers for _, numbers in found)


def test_without_a_reference_list_nothing_is_a_mark() -> None:
    made = imported("Overview\n\nIt hurts [3]. Ow.² So (1).")
    found = claims(made.article["sections"])
    assert [claim["text"] for claim in found] == ["It hurts [3].", "Ow.² So (1)."]
    assert (3, "no reference list was found, so no number in the text is a citation") in made.notes


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("Legs. They hurt. They burn.[3]", [("Legs. They hurt. They burn.", [3])]),
        ("They hurt.[1] They burn.[2]", [("They hurt.", [1]), ("They burn.", [2])]),
        ("They hurt.[1] They burn.[1]", [("They hurt. They burn.", [1])]),
        ("Legs. They hurt.[1] They burn.", [("Legs. They hurt.", [1]), ("They burn.", [])]),
    ],
)
def test_no_mark_of_an_item_backs_what_stands_apart(item: str, expected: list[Any]) -> None:
    assert cited(f"Signs\n\n- {item}") == expected


def test_what_is_nothing_but_marks_is_kept() -> None:
    assert cited("Overview\n\nIt hurts.\n\n[3]") == [("It hurts.", []), ("[3]", [])]


def test_the_marks_of_words_that_introduce_a_list() -> None:
    body = "Signs\n\nThey are [2,3]:\n\n- pain\n- heat [1]\n\nOw."
    assert cited(body) == [("pain", [2, 3]), ("heat", [1]), ("Ow.", [])]
    made = imported(body + REFERENCES)
    assert made.article["sections"][0]["lead_in"] == "They are:"
    assert [note.line for note in made.notes if "introduce" in note.message] == [3]


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["pain", "in", "Legs", "hurts", "über"]), min_size=3),
            st.sampled_from(["[3]", "[1,2]", "[2-5]", "[2–4, 9]"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_marks_are_taken_out_and_nothing_else(parts: list[tuple[list[str], str, bool]]) -> None:
    plain = " ".join(" ".join(words) + "." for words, _, _ in parts)
    marked = " ".join(
        " ".join(words) + (f".{mark}" if behind else f" {mark}.") for words, mark, behind in parts
    )
    found = unmark(marked, frozenset(range(1, 10)))
    assert found.text == plain
    assert len(found.marks) == len(parts)
    assert unmark(marked, frozenset()) == marks.Unmarked(marked)


# Sentences.


@pytest.mark.parametrize(
    "expected",
    [
        ["It hurts.", "It stops!", "Why?", "Nobody knows…", "So be it."],
        ["Dr. Roe, Prof. J. R. Doe and Mr. Poe agree, e.g. on this, i.e. on that.", "Good."],
        ["It is 3.5 cm vs. 4 cm, approx. 2 in. more.", "See Fig. 3 and No. 4."],
        ["Wake up at 8 a.m. Monday.", "Sleep at 9 p.m.", "The U.S. Food Office said so."],
        ["They live in the U.S.", "They like it there."],
        ["Take vitamin C.", "Avoid hepatitis B.", "St. John's wort is no cure."],
        ["Is there a cure?", "No.", "There is none."],
        ['He said "It hurts."', "(It does.)", "“It stops.”", "Then came [more.]", "End."],
        ["Cramps (which are rare. And short) hurt.", "Rest helps."],
        ["Eat fruit, nuts, etc.", "Drink water.", "Roe J et al. Doe wrote it."],
        ["Rest helps.", "eGFR is low.", "mRNA is not.", "Use a pH test, e.g. mRNA."],
        ["It is 38.5.", "Then 39.", "1. Rest helps."],
        ["It goes on... and on.", "Then it stops..."],
        ["a. small start is fine.", "¿Por qué?", "¡Vaya!", "Sí."],
    ],
)
def test_sentences(expected: list[str]) -> None:
    assert sentences.split(" ".join(expected)) == expected


@given(st.text(alphabet="ab A.!?)(\"' \n1…。e.g", max_size=80))
def test_sentences_are_the_text_word_for_word(running: str) -> None:
    assert " ".join(sentences.split(running)).split() == (
        " ".join(running[start:end] for start, end in sentences.spans(running)).split()
    )
    assert "".join("".join(sentences.split(running)).split()) == "".join(running.split())


# Dates.


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("June 18, 2022", "2022-06-18"),
        ("Last reviewed: Jan. 3, 2021", "2021-01-03"),
        ("Last updated on 3rd May 2021", "2021-05-03"),
        ("Page last reviewed: 25 April 2023", "2023-04-25"),
        ("Medically reviewed by Jane Roe, MD on June 18, 2022", "2022-06-18"),
        ("Published 2020-02-29", "2020-02-29"),
        ("Date: Sept 9, 2019", "2019-09-09"),
        ("Last updated: 25/4/2023", "2023-04-25"),
        ("Review Date 04/25/2023", "2023-04-25"),
        ("Last updated: 4/5/2023", None),
        ("February 30, 2022", None),
        ("May 2, 2020 was a day of note.", None),
        ("Reviewed May 2020", None),
        ("June 18, 2022 June 18, 2022", None),
    ],
)
def test_page_dates(line: str, day: str | None) -> None:
    found = page_date.parse(line)
    assert (str(found.day) if found else None) == day


def test_the_best_date_counts_and_the_others_are_kept() -> None:
    made = imported(
        "Overview\n\nIt hurts.\n\nPublished May 1, 2019\nUpdated May 2, 2020\n"
        "Last reviewed May 3, 2018 by J Roe\nMay 4, 2021"
    )
    assert made.article["review"] == {"last_reviewed": "2018-05-03", "reviewers": []}
    assert [line for line, _ in made.aside] == [5, 6, 7, 8]


@pytest.mark.parametrize(
    "line", ["Last updated: 4/5/2023", "Reviewed May 2020", "Last review date: 2020"]
)
def test_a_date_without_a_certain_day_is_kept_and_said(line: str) -> None:
    made = imported(f"Overview\n\nIt hurts.\n\n{line}")
    assert made.article["review"] == {"reviewers": []}
    assert made.aside == ((5, line),)
    assert (5, "no day can be told for sure from this date") in made.notes


@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.html"])
def test_a_date_that_is_used_is_in_the_article_alone(name: str, call: Call, workdir: Path) -> None:
    doubt = "2023-04-02 is taken from 'Updated: 2023-04-02', which does not say that it is a rev"
    for label in ("Last reviewed", "Updated"):
        lines = ["# Cramp", "", "It hurts.", "", f"{label}: 2023-04-02", ""]
        if name == "page.html":
            lines = ["<h1>Cramp</h1>", *(f"<p>{line}</p>" for line in lines[2::2])]
        (workdir / name).write_text("\n".join(lines), encoding="utf-8")
        answer = call("import", name)
        assert "last_reviewed: 2023-04-02\n" in answer.out
        assert "no part of the article" not in answer.out + answer.err
        assert (doubt in answer.err) == (label == "Updated")


def test_a_line_with_a_date_is_kept_if_another_is_used(call: Call, workdir: Path) -> None:
    line = "Updated: 2023-04-02"
    head = "---\nlast_reviewed: 2024-01-02\n---\n"
    (workdir / "page.md").write_text(f"{head}# Cramp\n\nIt hurts.\n\n{line}\n", encoding="utf-8")
    answer = call("import", "page.md")
    assert "last_reviewed: 2024-01-02\n" in answer.out
    assert f"# 8: {line}\n" in answer.out
    assert "is taken from" not in answer.err


def test_a_page_of_references_without_end(call: Call, workdir: Path) -> None:
    (workdir / "page.html").write_text(
        "<h1>T</h1><p>x.</p><h2>References</h2><ol>" + "<li>R" * 20_001, encoding="utf-8"
    )
    answer = call("import", "page.html")
    assert (answer.code, answer.out) == (2, "")
    assert "it has more than 10,000 references: split it." in answer.err


def test_a_missing_date_is_left_out_and_said() -> None:
    made = imported("Overview\n\nIt hurts.")
    assert made.article["review"] == {"reviewers": []}
    assert (1, "no date of a review was found, so 'review.last_reviewed' is left out") in made.notes


# Reference lists.

ONE, TWO = "Roe J. Cramp. J Cramp. 2020;1(2):3-4.", "Doe K. Pain. J Pain. 2021;5(6):7-8."


@pytest.mark.parametrize(
    ("listed", "numbers"),
    [
        (f"1. {ONE}\n2. {TWO}", [1, 2]),
        (f"  9. Rest.\n\nREFERENCES:\n[1] {ONE}\n[2] {TWO}", [1, 2]),
        (f"Sources\n\n(1) {ONE}\n\n(2) {TWO}", [1, 2]),
        (f"Works cited\n1) {ONE}\n2) {TWO}", [1, 2]),
        (f"Bibliography\n\n1 {ONE}\n2 {TWO}", [1, 2]),
        (f"References\n\n¹ {ONE}\n² {TWO}", [1, 2]),
        (f"References\n\n1.\n{ONE}\n2.\n{TWO}", [1, 2]),
        (f"References\n\n1\n{ONE}\n2\n{TWO}", [1, 2]),
        (f"## References\n\n- {ONE}\n- {TWO}", [1, 2]),
        (f"References\n\n{ONE}\n\n{TWO}", [1, 2]),
        (f"References\n{ONE}\n{TWO}", [1, 2]),
        (f"References\n1. {ONE[:20]}\n   {ONE[21:]}\n2. {TWO[:20]}\n{TWO[21:]}", [1, 2]),
        (f"1. {ONE}\n4. {TWO}", [1, 4]),
        (f"1. {ONE}\n1. {TWO}", [1, 1]),
        (f"1. {ONE}\n2. {TWO}\n\n© 2020 Reed Clinic\nShare", [1, 2]),
        (f"References\n\n1. {ONE}\n2. {TWO}\n\nRelated\n\nAbout us\n", [1, 2]),
    ],
)
def test_reference_lists(listed: str, numbers: list[int]) -> None:
    made = imported(f"Overview\n\nIt hurts.\n\n{listed}")
    found = made.article["references"]
    assert [each["number"] for each in found] == numbers
    assert [(each["title"], each["pages"]) for each in found] == [("Cramp", "3-4"), ("Pain", "7-8")]
    assert "It hurts." in [claim["text"] for claim in claims(made.article["sections"])]


def test_steps_at_the_end_are_no_references() -> None:
    made = imported("Overview\n\nDo this:\n\n1. Rest.\n2. Drink water.\n3. Walk.")
    assert made.article["references"] == []
    assert len(claims(made.article["sections"])) == 3


def test_by_is_no_byline_in_a_wrapped_line() -> None:
    page = "Cramp\n\nMarsh cramp is told apart from others\nby A. Reed.\n\nBy Reed Clinic Staff\n"
    made = imported(page)
    assert made.aside == ((6, "By Reed Clinic Staff"),)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Portions of this document last updated: Nov. 01, 2022", "2022-11-01"),
        ("This page was last reviewed on 3 June 2019", "2019-06-03"),
        ("Page last updated on 5th of June, 2020", "2020-06-05"),
        ("Published: March 3, 2018; Last updated: April 9, 2022", "2022-04-09"),
        ("Published March 3, 2018 | Reviewed April 9, 2022", "2022-04-09"),
        ("Reviewed: May 2, 2019; Next review due: May 2, 2022", "2019-05-02"),
        ("Updated on Friday, May 3rd, 2019", "2019-05-03"),
        ("Friday, May 3, 2019", "2019-05-03"),
        ("Reviewed by: Jane Reed MD, 2021-03-04", "2021-03-04"),
        ("Jan. 28, 2015 See more In-depth", "2015-01-28"),
        ("By Reed Clinic Staff | June 2, 2020", "2020-06-02"),
        ("By Reed Clinic Staff June 2, 2020", "2020-06-02"),
    ],
)
def test_lines_that_give_the_page_s_date_and_more(line: str, day: str) -> None:
    made = imported(f"Overview\n\nIt hurts.\n\n{line}\n1. {ONE}")
    assert made.article["review"]["last_reviewed"] == day
    assert len(claims(made.article["sections"])) == 1


@pytest.mark.parametrize("line", ["Published: May 4, 2020", "First posted on May 4, 2020"])
def test_a_publication_is_no_review(line: str) -> None:
    made = imported(f"Overview\n\nIt hurts.\n\n{line}\n1. {ONE}")
    assert "last_reviewed" not in made.article["review"]
    assert made.aside == ((5, line),)


def test_a_sentence_that_begins_with_a_date_is_a_claim() -> None:
    made = imported("Overview\n\nMay 3, 2019 was the day it began.\n\nBy June 2, 2020 it was over.")
    assert "last_reviewed" not in made.article["review"]
    assert len(claims(made.article["sections"])) == 2


@pytest.mark.parametrize(
    "line",
    [
        "By Reed Clinic staff",
        "Answer From Jane B. Reed, M.D.",
        "Answered by: Jane Reed, M.D., Ph.D.",
        "Jane Reed, R.D., L.D.",
        "From Reed Clinic to your inbox",
        "Get the latest health information from Reed Clinic’s experts.",
        "Sign up for free and stay up to date.",
        "Email Address 1",
        "Thank you for subscribing!",
        "You'll soon start receiving the latest news in your inbox.",
        "Sorry something went wrong with your subscription",
        "Please, try again in a couple of minutes",
        "There is a problem with information highlighted below. Please resubmit the form.",
        "Products & Services",
        "A Book: Reed Clinic Book of Cramps",
        "Show more products from Reed Clinic",
        "URL: https://www.example.org/cramp",
    ],
)
def test_lines_that_belong_to_the_site_are_set_aside(line: str) -> None:
    made = imported(f"Overview\n\nIt hurts.\n\n{line}\n\nIt stops.")
    assert made.aside == ((5, line),)
    assert [claim["text"] for claim in claims(made.article["sections"])] == [
        "It hurts.",
        "It stops.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for a class that teaches how to stretch.",
        "By the age of 40 it stops.",
        "Dr. Reed says so.",
        "Ask Jane Reed, who knows it.",
        "From head to foot it hurts.",
        "Please try a warm bath first.",
    ],
)
def test_lines_that_only_look_like_the_site_are_claims(line: str) -> None:
    made = imported(f"Overview\n\nIt hurts.\n\n{line}")
    assert made.aside == ()
    assert claims(made.article["sections"])[-1]["text"] == line


def test_that_items_were_nested_is_said() -> None:
    made = imported("Overview\n\n  • Face\n      ○ Lips\n      ○ Tongue\n  • Foot")
    assert [claim["text"] for claim in claims(made.article["sections"])] == [
        "Face",
        "Lips",
        "Tongue",
        "Foot",
    ]
    assert [note.line for note in made.notes if "nested" in note.message] == [3]


def test_a_byline_right_below_an_item_is_set_aside() -> None:
    made = imported("Overview\n\nSigns are:\n• Pain\n• Heat\nBy Reed Clinic Staff\n")
    assert made.aside == ((6, "By Reed Clinic Staff"),)


def test_shelves_behind_the_list_are_set_aside() -> None:
    shelf = "Related\n\nCalf biopsy\n\nCheck out these best-sellers and offers from Reed Press."
    made = imported(f"Overview\n\nIt hurts.\n\nReferences\n1. {ONE}\n\n{shelf}")
    assert [line for line, _ in made.aside] == [8, 10, 12]


def test_a_date_behind_the_list_is_the_page_s() -> None:
    made = imported(f"It hurts.\n\nReferences\n1. {ONE}\n\nAug. 15, 2014\n\n© 2014 Reed Clinic.")
    assert made.article["review"]["last_reviewed"] == "2014-08-15"
    assert [line for line, _ in made.aside] == [8]


def test_a_date_before_the_list_counts_more_than_one_behind_it() -> None:
    made = imported(f"It hurts.\n\nMay 2, 2019\n1. {ONE}\n\nMore news\n\nAug. 15, 2021")
    assert made.article["review"]["last_reviewed"] == "2019-05-02"


def test_lines_that_belong_to_the_site_make_no_wide_gap() -> None:
    page = "It hurts.\n\nIt stops.\n\nShare this page\n\nOw.\n\nWhy?\n\nSo."
    assert [each[0] for each in outline(page)] == ["Section 1", "Why?"]


def test_text_behind_the_list_is_kept() -> None:
    made = imported(
        f"Overview\n\nIt hurts.\n\nReferences\n1. {ONE}\n\nMore\n\nIt stops in the end, too."
    )
    assert [claim["text"] for claim in claims(made.article["sections"])] == [
        "It hurts.",
        "It stops in the end, too.",
    ]


def test_what_is_not_understood_is_kept_in_the_note_and_said_by_line() -> None:
    entry = "Roe J. Cramp. J Cramp. 2020;1(2):3-4. Lorem quux 77 dolor."
    made = imported(f"Overview\n\nIt hurts.\n\nReferences\n\n1. {entry}")
    reference = made.article["references"][0]
    assert "Lorem quux 77 dolor" in str(reference)
    assert [note.line for note in made.notes if "reference 1" in note.message] == [7]


def test_gaps_and_doubled_numbers_are_said() -> None:
    made = imported(f"Overview\n\nIt hurts.\n\n1. {ONE}\n2. {TWO}\n2. {ONE}\n5. {TWO}")
    assert [note for note in made.notes if "follows" in note.message] == [
        (7, "number 2 follows number 2 in the reference list"),
        (8, "number 5 follows number 2 in the reference list"),
    ]


def test_entries_whose_fields_are_known() -> None:
    fields = {"title": "Cramp", "type": "book", "published": "2020", "pmid": 5, "et_al": True}
    broken = {"type": "no-such-type", "title": "Pain"}
    entries = (Entry(None, 3, "", fields), Entry(None, 9, "", broken), Entry(7, 12, ONE))
    made = assemble(Page((), entries), "list", Wanted())
    verify(text_of_article(made, "x"), made)
    first, second, third = made.article["references"]
    assert list(first) == ["number", "type", "et_al", "title", "published", "pmid"]
    assert first == {**fields, "number": 8, "published": 2020}
    assert (second["number"], second["title"]) == (9, "Pain")
    assert second["note"] == "type: no-such-type; title: Pain"
    assert (third["number"], third["container"]) == (7, "J Cramp")
    assert [note.line for note in made.notes] == [1, 1, 3, 9, 9]


# Nothing is lost, whatever the page.

WORDS = st.lists(
    st.sampled_from(
        [
            "Pain",
            "in",
            "Legs",
            "hurts",
            "the",
            "and",
            "Signs",
            "MAY",
            "end:",
            "it.",
            "Why?",
            "c)",
            "3",
        ]
    )
)
LINES = st.builds(
    lambda margin, bullet, words, end: f"{margin}{bullet}{' '.join(words)}{end}",
    st.sampled_from(["", "", "  ", "      "]),
    st.sampled_from(["", "", "", "- ", "• ", "# ", "### "]),
    WORDS,
    st.sampled_from(["", ".", ":", "?", " (see [3])", "\n", "\n\n", "\n===", "\n---"]),
)


@given(st.lists(LINES, min_size=1, max_size=20))
def test_no_word_is_lost(lines: list[str]) -> None:
    page = "\n".join(lines)
    wanted = Counter(re.findall(r"\w+", page))
    try:
        made = imported(page)
    except ImportFailure:
        assert not wanted
        return
    written = str(made.article["sections"]) + made.article["title"] + str(made.aside)
    assert not wanted - Counter(re.findall(r"\w+", written.replace("\\n", " ")))


@given(st.text(max_size=300))
def test_any_text_becomes_an_article_or_is_refused(page: str) -> None:
    try:
        raw = page.encode()
    except UnicodeEncodeError:
        return
    try:
        read = text.read(raw)
    except ImportFailure:
        return
    made = assemble(read, "any", Wanted())
    verify(text_of_article(made, "x"), made)


# The command.


@pytest.fixture
def page(workdir: Path) -> Path:
    file = workdir / "cramp.txt"
    file.write_text("Marsh cramp\n\nIt hurts.\n\nMay 3, 2021\n", encoding="utf-8")
    return file


def test_options(call: Call, page: Path) -> None:
    answer = call(
        *("import", page.name, "--from", "text", "--id", "c-1", "--title", "A  cramp"),
        *("--condition", "Cramp", "--language", "pt-BR"),
    )
    article = yaml.safe_load(answer.out)
    assert answer.code == 0
    assert (article["id"], article["title"]) == ("c-1", "A cramp")
    assert (article["condition"], article["language"]) == ({"name": "Cramp"}, "pt-BR")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--id", "1a"], "'1a' is not an id"),
        (["--id", ""], "it is empty"),
        (["--title", " "], "it is empty"),
        (["--language", "x!"], "'x!' is not a language tag"),
        (["--from", "docx"], "docx"),
        (["--output", ""], "it is empty"),
        (["--output", "."], "is a folder"),
        (["--output", "cramp.txt", "--force"], "is what is to be imported"),
        (["--output", "none/x.yaml"], "cannot be written"),
    ],
)
def test_unusable_options(call: Call, page: Path, options: list[str], said: str) -> None:
    before = page.read_bytes()
    answer = call("import", page.name, *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert page.read_bytes() == before


def test_an_output_is_replaced_only_by_force(call: Call, page: Path) -> None:
    output = page.with_name("out.yaml")
    assert call("import", page.name, "--output", output.name).code == 0
    output.write_text("mine\n", encoding="utf-8")
    answer = call("import", page.name, "--output", output.name)
    assert answer.code == 2
    assert "out.yaml exists; --force replaces it." in answer.err
    assert output.read_text(encoding="utf-8") == "mine\n"
    assert call("import", page.name, "--output", output.name, "--force").code == 0
    assert source.read(output).data == yaml.load(call("import", page.name).out, yaml.BaseLoader)
    assert sorted(each.name for each in page.parent.iterdir()) == ["cramp.txt", "out.yaml"]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.docx", b"It hurts.", "Say --from"),
        ("a", b"It hurts.", "Say --from"),
        ("a.txt", b"", "there is nothing in it"),
        ("a.txt", b" \n\t\r\n\xef\xbb\xbf", "there is nothing in it"),
        ("a.txt", "It hurts.".encode("utf-16"), "it looks like UTF-16"),
        ("a.txt", b"It\0hurts", "it is no text"),
        ("a.txt", b"It hurts.\nA\xff", "line 2 is not UTF-8 (0xFF)"),
        ("a.txt", b"a" * 500_001, "it has 500,001 bytes of text"),
        ("a.txt", b"a" * 5_000_001, "a.txt has 5,000,001 bytes"),
        ("a.txt", b"\xc2\xa9 2020 Reed Clinic", "there is no text and no reference in it"),
    ],
)
def test_unusable_files(call: Call, workdir: Path, name: str, raw: bytes, said: str) -> None:
    (workdir / name).write_bytes(raw)
    answer = call("import", name, "--output", "out.yaml")
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert not (workdir / "out.yaml").exists()


def test_what_is_no_file(call: Call, workdir: Path) -> None:
    (workdir / "folder.txt").mkdir()
    assert "folder.txt is a folder" in call("import", "folder.txt").err
    missing = call("import", "missing.txt")
    assert (missing.code, "missing.txt cannot be read" in missing.err) == (2, True)
    assert "missing cannot be read" in call("import", "missing").err
    os.mkfifo(workdir / "pipe.txt")
    assert "pipe.txt is not a regular file" in call("import", "pipe.txt").err


def test_a_fault_of_ours_loses_nothing(
    call: Call, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.write_text(f"It hurts.\n\nReferences\n\n1. {ONE}\n", encoding="utf-8")
    monkeypatch.setattr(
        "citewell.ama.parse_reference", lambda entry: Parsed({"type": "book", "note": entry}, ())
    )
    answer = call("import", page.name, "--output", "out.yaml")
    assert answer.code == 2
    assert "Internal error: what was written breaks the schema at references.0" in answer.err
    assert ONE in (page.parent / "out.yaml").read_text(encoding="utf-8")


def test_lines_left_out_are_kept_as_comments(call: Call, page: Path) -> None:
    with page.open("a", encoding="utf-8") as file:
        file.write("\nNext review due: 4 May\u202e 2024\n")
    answer = call("import", page.name)
    assert answer.out.endswith(
        "references: []\n\n# These lines of the page are no part of the article:\n"
        "# 7: Next review due: 4 May  2024\n"
    )
    assert "cramp.txt:7: this is no part of the article: 'Next review due" in answer.err


SIZE = 499_000
HOSTILE = {
    "words": "Cramp is a disorder of muscles. " * (SIZE // 32),
    "one word": "a" * SIZE,
    "stops": "." * SIZE,
    "brackets": "[" * SIZE,
    "open": "(a. B " * (SIZE // 6),
    "enumerated": "(1) a " * (SIZE // 6),
    "marks": "It hurts (1). " * (SIZE // 15) + f"\n\n1. {ONE}",
    "raised": "pain³ " * (SIZE // 8) + f"\n\n1. {ONE}\n3. {TWO}",
    "ranges": "hurts[1-50]. " * (SIZE // 14) + f"\n\n1. {ONE}",
    "items": "- a\n" * (SIZE // 4),
    "headings": "A\n\n" * (SIZE // 3),
    "underlined": "Foo\n===\n" * (SIZE // 8),
    "steps": "1. a\n" * (SIZE // 5),
    "lists": "References\n\n1. a\n\n" * (SIZE // 20),
    "references": f"1. {ONE}\n" * (SIZE // 42),
    "one reference": f"References\n\n1. {'Roe J. ' * (SIZE // 8)}",
    "deep": "\n".join(" " * min(depth, 500) + "- a:" for depth in range(900)),
    "deep headings": "\n".join("#" * (depth % 6 + 1) + " Foo" for depth in range(9000)),
    "blank": "a\n" + "\n" * (SIZE - 9) + "b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_in_time(run: Run, workdir: Path, name: str) -> None:
    (workdir / "page.txt").write_text(HOSTILE[name], encoding="utf-8")
    answer = run("import", "page.txt", timeout=60)
    assert "Traceback" not in answer.stderr
    if answer.returncode == 0:
        assert len(answer.stdout.encode()) <= source.MAX_BYTES
    else:
        assert answer.returncode == 2
        assert "split the page" in answer.stderr
