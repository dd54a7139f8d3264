"""The report in HTML as a browser shows it: headless Chromium, opened from files.

Chromium is what ``CITEWELL_CHROMIUM`` names, or one that is on the path.
"""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

import records
from articles import HEADER, article
from citewell.evidence.ledger import Ledger
from citewell.model import text_sha256
from conftest import ROOT, TODAY
from test_links import ARCHIVE, DYSTONIA, Proxy, certified, play
from web import Web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

# Where tests are spread with `--dist loadgroup`, one worker starts the browser, once.
pytestmark = pytest.mark.xdist_group("browser")

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURE = ROOT / "docs" / "report.png"
PICTURE_SIZE = (1200, 1300)
LONG = "Pseudo" + "hypoparathyroidism" * 12

# Two attestations, one of which is out of date; waivers in all states; parts that break the
# schema; a number that no reference has; and words that no line can hold.
MIXED = f"""\
schema_version: 1
id: mixed
title: Mixed {LONG}
language: en
condition: {{name: "{LONG}"}}
review: {{last_reviewed: 2020-06-18, reviewers: ["{LONG}", Poe E]}}
sections:
  - id: overview
    heading: {LONG}
    claims:
      - {{id: tremor, text: Dystonia can come with tremor., references: [1, 2, 77]}}
      - {{id: pain, text: "{LONG} may hurt.", references: [2]}}
      - {{id: nobody-says, text: Nobody says so.}}
      - {{id: broken, txt: This breaks the schema., references: [1]}}
  - id: listed
    heading: Listed
    layout: list
    lead_in: "Known are {LONG}:"
    claims:
      - {{id: {LONG}, text: Spasms can come and go., references: [1, 3, 4]}}
      - {{id: other, text: Other things are known., references: [3]}}
references:
  - {{number: 1, type: article-journal, authors: [Roe J], title: A review of {LONG},
      container: Journal of Examples, published: 2024, volume: 4, pages: 7-9,
      doi: 10.5555/example.1, note: "{LONG}"}}
  - {{number: 2, type: webpage, organization: Example Institute, title: Fact sheet,
      url: "https://example.org/{LONG}", accessed: 2026-06-18,
      archive: {{url: "https://web.archive.org/web/20260618000000/https://example.org/{LONG}",
        captured: 2026-06-18}}}}
  - {{number: 3, type: book, authors: [Zoe A], title: Aardvarks, publisher: "{LONG}",
      published: 2020, access: internal}}
  - {{number: 4, type: nonsense, title: This breaks the schema}}
attestations:
  - {{claim: tremor, reference: 1, by: "{LONG}", date: 2026-03-02, quote: "It can, {LONG}.",
      claim_sha256: {text_sha256("Dystonia can come with tremor.")},
      reference_sha256: {sha256(b"doi:10.5555/example.1").hexdigest()}}}
  - {{claim: pain, reference: 1, by: Roe J, date: 2026-03-02, quote: It hurts.,
      claim_sha256: {"0" * 64}, reference_sha256: {"0" * 64}}}
waivers:
  - {{rule: stale-review, target: article, reason: "{LONG}", owner: "{LONG}", expires: 2026-11-23}}
  - {{rule: uncited-claim, target: "claim:nobody-says", owner: Roe J, expires: 2026-11-23}}
  - {{rule: broken-link, target: "reference:2", reason: Known., owner: Roe J, expires: 2026-11-23}}
  - {{rule: weak-support, target: article, reason: Known., owner: Roe J, expires: 2024-01-01}}
"""

EVIL = "\n".join(
    (
        "<script>alert(1)</script>",
        "\"onerror=\"alert(1) ' onload='alert(1)",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "{{7*7}} {% raw %} ${7*7}",
        "steered \u202e back \u2066 and forth \a \x1b[31m",
        "</style></script></title><!-- ]]>",
        "x" * 600,
    )
)
"""What no text of an article should hold, and any may."""
EVIL_FILE = "<img src=x onerror=alert(1)>.yaml"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _evil_reference(number: int, kind: str, **more: Any) -> dict[str, Any]:
    texts = ("organization", "container", "edition", "publisher", "volume", "issue", "pages")
    return {
        "number": number,
        "type": kind,
        "title": EVIL,
        "authors": [EVIL],
        "editors": [EVIL],
        "published": 2024,
        "url": "javascript:alert(1)",
        "accessed": "2026-06-18",
        "archive": {"url": "JavaScript:alert(1)//http://example.org", "captured": "2026-06-18"},
        "note": EVIL,
        **dict.fromkeys(texts, EVIL),
        **more,
    }


def evil_article() -> str:
    """An article that holds EVIL wherever the schema allows any text, and where it does not."""
    claims = [
        {"id": "first", "text": EVIL, "references": [1, 2, 3], "locators": {"1": EVIL}},
        {"id": "second", "text": EVIL, EVIL: EVIL},
        {"id": EVIL, "text": EVIL, "references": [EVIL]},
        {"id": "third", "text": EVIL, "references": [9]},
    ]
    data = {
        "schema_version": 1,
        "id": "hostile",
        "title": EVIL,
        "language": "en",
        "condition": {"name": EVIL, "codes": [{"system": EVIL, "code": EVIL}]},
        "review": {"last_reviewed": "2020-06-18", "reviewers": [EVIL]},
        "sections": [
            {"id": "a", "heading": EVIL, "layout": "list", "lead_in": EVIL, "claims": claims}
        ],
        "references": [
            _evil_reference(1, "article-journal", doi="10.5555/evil", url="data:text/html,<b>"),
            _evil_reference(2, "webpage"),
            _evil_reference(3, "personal_communication", doi=EVIL),
            _evil_reference(4, EVIL),
            _evil_reference(5, "book", url='https://example.org/"onclick="alert(1)'),
        ],
        "attestations": [
            {"claim": "first", "reference": 1, "by": EVIL, "date": "2026-03-02", "quote": EVIL}
            | dict.fromkeys(("claim_sha256", "reference_sha256"), "0" * 64)
        ],
        "waivers": [
            {"rule": rule, "target": "article", "reason": EVIL, "owner": EVIL, "expires": until}
            for rule, until in ((EVIL, "2026-11-23"), ("stale-review", "2026-11-23"))
        ],
    }
    # JSON is YAML, and spells out controls and directions, which YAML allows only so.
    return HEADER + json.dumps(data, indent=1) + "\n"


def plain_article(number: int) -> str:
    """One of several; the share of its claims that are cited is 1, 0.9, 0.85, …"""
    cited = {2: 9, 3: 17}.get(number, 20)
    whole = {2: 10}.get(number, 20)
    claims = "".join(
        f"  - {{id: c{each}, text: Fact {each} is known., references: {numbers}}}\n"
        for each, numbers in enumerate(["[1]"] * cited + ["[]"] * (whole - cited))
    )
    return HEADER + article(f"id: plain-{number}\ntitle: Plain {number}\nclaims:\n{claims}")


@dataclass(frozen=True)
class Reports:
    """Where the reports lie, and the address that the archive had on loopback."""

    folder: Path
    archive: str

    def __getitem__(self, name: str) -> Path:
        return self.folder / "reports" / name


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """All reports of this file, made once from the ledger of a run on loopback."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "reports").mkdir()
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    (content / "mixed.yaml").write_text(HEADER + MIXED, encoding="utf-8")
    (content / EVIL_FILE).write_text(evil_article(), encoding="utf-8")
    for number in range(1, 5):
        path = content / f"plain-{number}.yaml"
        path.write_text(plain_article(number), encoding="utf-8")
    config = folder / "citewell.toml"
    with _loopback(folder, config) as archive:
        _citewell(folder, "check", "--links", "content/dystonia.yaml", f"content/{EVIL_FILE}")
    _as_of_today(folder)
    dystonia, plain = "content/dystonia.yaml", "content/plain-1.yaml"
    evil = f"content/{EVIL_FILE}"
    for name, *arguments in (
        ("dystonia.html", dystonia),
        ("mixed.html", "content/mixed.yaml"),
        ("hostile.html", evil),
        ("few.html", "content/mixed.yaml", plain),
        ("earlier.json", dystonia, plain, "--ignore", "links"),
        ("several.html", "--compare", "reports/earlier.json"),
        ("folder", "--compare", "reports/earlier.json"),
    ):
        _citewell(folder, "report", *arguments, "--output", f"reports/{name}")
    return Reports(folder, archive)


@contextmanager
def _loopback(folder: Path, config: Path) -> Iterator[str]:
    """The web of the article as in ``test_links.py``, and the address of its archive."""
    names = sorted({url.split("/")[2] for url in DYSTONIA} | {"www.nccih.nih.gov"})
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    contexts = {name: certified(authority, name) for name in names}
    with Web(contexts) as web, Proxy(web.secure_port) as proxy:
        registries = play(web)
        evil = {"DOI": "10.5555/evil", "title": [EVIL], "container-title": [EVIL], "page": EVIL}
        registries.crossref(records.DYSTONIA[0] | evil)
        config.write_text(
            f'[network]\nproxy = "{proxy.address}"\n[endpoints]\n'
            + "\n".join(f'{name} = "{base}"' for name, base in registries.endpoints.items()),
            encoding="utf-8",
        )
        yield registries.endpoints["archive"]


def _as_of_today(folder: Path) -> None:
    """Let the facts be of TODAY, on whatever day they were found out."""
    ledger = folder / ".citewell" / "ledger.sqlite3"
    with Ledger(ledger) as found:
        lines = list(found.lines())
    ledger.unlink()
    with Ledger(ledger) as again:
        again.merge(re.sub(r'("checked_at": ?")[\d-]+', rf"\g<1>{TODAY}", line) for line in lines)


def _citewell(folder: Path, command: str, *arguments: str) -> None:
    common = ("--config", "citewell.toml", "--as-of", TODAY)
    done = subprocess.run(
        (sys.executable, "-m", "citewell", command, *arguments, *common),
        cwd=folder,
        env=os.environ | {"REQUESTS_CA_BUNDLE": str(folder / "authority.pem"), "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) in ((0, ""), (1, "")), done.stderr


PAGES = ("dystonia.html", "mixed.html", "several.html", "hostile.html")
IN_FOLDER = ("folder/index.html", "folder/dystonia.html", "folder/hostile.html")
ALL_PAGES = (*PAGES, *IN_FOLDER)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one, or without playwright, there is nothing to test."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CITEWELL_CHROMIUM") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        pytest.skip(f"no Chromium: CITEWELL_CHROMIUM is not set, and none of {', '.join(names)}")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> "Iterator[Browser]":
    """One browser for this file; no longer, because playwright keeps an event loop running."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Heard:
    """What a page has said and asked for, beside what it shows."""

    noises: list[str] = field(default_factory=list)
    requests: set[str] = field(default_factory=set)
    failures: dict[str, str | None] = field(default_factory=dict)

    def clear(self) -> None:
        for each in (self.noises, self.requests, self.failures):
            each.clear()

    def listen(self, page: "Page") -> None:
        page.on("console", lambda message: self.noises.append(message.text))
        page.on("pageerror", lambda error: self.noises.append(str(error)))
        page.on("dialog", lambda dialog: (self.noises.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: self.requests.add(request.url.partition("#")[0]))
        page.on(
            "requestfailed", lambda request: self.failures.update({request.url: request.failure})
        )


class Tabs:
    """A page with scripts and one without, which all tests use: to open one takes longest."""

    def __init__(self, browser: "Browser") -> None:
        self.heard = Heard()
        self._browser = browser
        self._pages: dict[bool, Page] = {}

    def open(self, address: str, size: tuple[int, int], scheme: str, script: bool) -> "Page":
        if script not in self._pages:
            context = self._browser.new_context(java_script_enabled=script)
            context.set_default_timeout(10_000)
            self._pages[script] = context.new_page()
            self.heard.listen(self._pages[script])
        page = self._pages[script]
        page.goto("about:blank")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, media="null")
        page.goto(address)
        return page


@pytest.fixture(scope="module")
def tabs(browser: "Browser") -> Tabs:
    return Tabs(browser)


@pytest.fixture
def heard(tabs: Tabs) -> Heard:
    """What the pages that a test shows have said and asked for."""
    tabs.heard.clear()
    return tabs.heard


Show = Callable[..., "Page"]


@pytest.fixture
def show(tabs: Tabs, reports: Reports, heard: Heard) -> Iterator[Show]:
    """Shows a report; none may say anything, or ask for anything but reports."""

    def show(
        name: str,
        *,
        width: int = 1200,
        height: int = 900,
        scheme: str = "light",
        script: bool = True,
    ) -> "Page":
        path, _, anchor = name.partition("#")
        address = reports[path].as_uri() + (anchor and f"#{anchor}")
        return tabs.open(address, (width, height), scheme, script)

    yield show
    assert heard.noises == []
    known = {path.as_uri() for path in reports[""].rglob("*.html")}
    assert heard.requests <= {"about:blank", *known}


def open_all(page: "Page") -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def in_view(place: "Locator") -> bool:
    """Whether the top of *place* is on the screen."""
    seen: bool = place.evaluate(
        "it => { const {top} = it.getBoundingClientRect();"
        " return top > -1 && top < innerHeight && it.checkVisibility(); }"
    )
    return seen


def reached(page: "Page") -> "Locator":
    """What the address of *page* leads to."""
    return page.locator(":target")


def texts(places: "Locator") -> list[str]:
    """The texts of those of *places* that are shown."""
    found: list[str] = places.evaluate_all(
        "all => all.filter(it => it.checkVisibility()).map(it => it.innerText.trim())"
    )
    return found


# A page that stands by itself


@pytest.mark.parametrize("name", ALL_PAGES)
def test_a_page_is_all_there_is(name: str, show: Show, heard: Heard, reports: Reports) -> None:
    page = show(name)
    assert heard.requests - {"about:blank"} == {reports[name].as_uri()}
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy is not None
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    sums = {
        f"{kind}-src": f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
        for kind, tag in (("style", "style"), ("script", "script"))
        for text in page.locator(tag).all_text_contents()
    }
    none = dict.fromkeys(("default-src", "base-uri", "form-action"), "'none'")
    assert parts == none | sums
    assert page.locator("script, style, link, img, iframe, object, embed, base, form").count() == 2


def test_the_policy_holds_what_escaping_might_let_through(show: Show, heard: Heard) -> None:
    """The listeners of these tests hear it, too."""
    page = show("dystonia.html")
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend",
            '<img src="https://example.org/x.png" onerror="alert(1)">' +
            '<p style="color: red" onclick="alert(2)" id="evil">evil</p>');
          document.body.append(
            Object.assign(document.createElement("script"), {textContent: "alert(3)"}));
        }"""
    )
    page.locator("#evil").click()
    assert len(heard.noises) >= 4
    assert all("Content Security Policy" in noise for noise in heard.noises), heard.noises
    assert set(heard.failures.values()) == {"csp"}
    assert heard.requests - heard.failures.keys() - {"about:blank"} == {page.url}
    heard.clear()


# Text nodes that take no place though they stand in an element that is meant to be read.
UNSEEN = """() => {
  const unseen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.data.trim() || text.parentElement.closest("script, .tools, nav, .skip")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = text.parentElement.closest(":not(th button)");  // on paper these have no box
    if (!range.getClientRects().length || !box.checkVisibility())
      unseen.push(text.data.trim());
  }
  return unseen;
}"""


@pytest.mark.parametrize("name", ["dystonia.html", "few.html", "hostile.html"])
def test_without_a_script_all_is_readable(name: str, show: Show) -> None:
    page = show(name, script=False)
    assert page.locator(".tools:visible").count() == 0
    assert page.locator("th button").count() == 0
    fold = page.locator("details:not([open]) > summary:visible")
    while fold.count():
        fold.first.click()
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate(UNSEEN) == []


# Filter, sort, fold


def test_the_filter_by_words(show: Show) -> None:
    page = show("dystonia.html")
    items = page.locator("[data-state]")
    before = texts(items)
    page.get_by_label("Find in claims").fill("  BLEPHAROSPASM ")
    kept, gone = (
        page.locator(f"[data-state]{which}").all_text_contents()
        for which in (":not(.filtered)", ".filtered")
    )
    assert 0 < len(texts(items)) < len(before)
    assert all("blepharospasm" in each.lower() for each in kept)
    assert not any("blepharospasm" in each.lower() for each in gone)
    said = page.locator("output").inner_text()
    assert said == f"{len(kept)} of {len(kept) + len(gone)} shown"
    page.get_by_label("Find in claims").fill("")
    assert texts(items) == before
    assert page.locator("output").inner_text() == ""


def test_the_filter_by_state(show: Show) -> None:
    page = show("dystonia.html")
    state = page.get_by_label("State of the references")
    state.select_option("verified")
    rows = page.locator("table.references > tbody > tr:visible")
    shown = [text.split()[0] for text in texts(rows.locator("> th"))]
    assert shown == ["3", "7", "10", "12", "13"]
    claims = page.locator(".claim:visible")
    assert claims.locator("a.verified").count() >= claims.count() > 0
    state.select_option("uncited")
    assert rows.count() == claims.count() == 0
    page.get_by_label("Find in claims").fill("no such words")
    state.select_option("")
    assert page.locator("output").inner_text().startswith("0 of ")
    page.get_by_label("Find in claims").fill("")
    assert rows.count() == 16
    assert page.locator("[data-state].filtered").count() == 0


def test_the_filter_of_the_index(show: Show) -> None:
    for name in ("several.html", "folder/index.html"):
        page = show(name)
        rows = page.locator("section[data-scope] tbody > tr")
        page.get_by_label("Find an article").fill("plain")
        assert rows.filter(visible=True).count() == 4
        assert page.locator("section[data-scope] output").inner_text() == "4 of 7 shown"
        page.get_by_label("Find an article").fill("")
        assert rows.filter(visible=True).count() == 7


def test_a_filter_leaves_the_other_articles(show: Show) -> None:
    page = show("several.html")
    open_all(page)
    part = page.locator("details.part", has_text="Plain 2").last
    others = page.locator(".claim:visible").count() - part.locator(".claim").count()
    part.get_by_label("Find in claims").fill("no such words")
    assert page.locator(".claim:visible").count() == others


def column(page: "Page", table: str, name: str) -> "list[str]":
    """The cells under the head *name*."""
    head = page.locator(table).locator("thead th", has_text=name).first
    at = head.evaluate("it => it.cellIndex") + 1
    cells = texts(page.locator(f"{table} > tbody > tr > :nth-child({at})"))
    return [cell.removesuffix(" ↩") for cell in cells]


def sort(page: "Page", table: str, name: str) -> str:
    """Click the head *name*; what it then says."""
    head = page.locator(table).locator("thead th", has_text=name).first
    head.get_by_role("button").click()
    assert page.locator(table).locator("th[aria-sort]").count() == 1
    return str(head.get_attribute("aria-sort"))


def test_references_are_sorted(show: Show) -> None:
    page = show("dystonia.html")
    table = "table.references"
    numbers = [str(number) for number in range(1, 17)]
    assert column(page, table, "No.") == numbers
    assert sort(page, table, "No.") == "ascending"
    assert column(page, table, "No.") == numbers
    assert sort(page, table, "No.") == "descending"
    assert column(page, table, "No.") == numbers[::-1]
    assert sort(page, table, "Reference") == "ascending"
    names = [each.casefold() for each in column(page, table, "Reference")]
    assert names == sorted(names)
    assert sort(page, table, "Reference") == "descending"
    assert [each.casefold() for each in column(page, table, "Reference")] == names[::-1]
    assert sort(page, table, "State") == "ascending"
    assert column(page, table, "State")[0].startswith("✗ contradicted")
    assert column(page, table, "State")[-1].startswith("✓ verified")
    assert sort(page, table, "Last read") == "ascending"
    assert column(page, table, "Last read")[-1].startswith("2022-04-27")


def test_findings_are_sorted_by_line(show: Show) -> None:
    page = show("dystonia.html")
    table = "[aria-label=Warnings] table"
    sort(page, table, "Place")
    lines = [int(each.removeprefix("line ")) for each in column(page, table, "Place")]
    assert len(lines) > 30
    assert lines == sorted(lines)
    sort(page, table, "Rule")
    rules = column(page, table, "Rule")
    assert rules == sorted(rules)


def test_articles_are_sorted(show: Show) -> None:
    page = show("folder/index.html")
    table = "section[data-scope] table"
    sort(page, table, "Claims cited")
    shares = [share(each) for each in column(page, table, "Claims cited")]
    assert shares == sorted(shares)
    assert {0.85, 0.9, 1} <= set(shares)
    sort(page, table, "Claims cited")
    assert [share(each) for each in column(page, table, "Claims cited")] == shares[::-1]
    sort(page, table, "Article")
    plain = [each for each in column(page, table, "Article") if each.startswith("Plain")]
    assert [each.splitlines()[0] for each in plain] == [f"Plain {n}" for n in range(1, 5)]


def share(text: str) -> float:
    number, _, whole = text.partition(" of ")
    return int(number) / int(whole)


def test_all_details_open_and_close(show: Show) -> None:
    page = show("dystonia.html")
    button = page.get_by_role("button", name="Open all details")
    folds = page.locator("main details")
    assert page.locator("main details[open]").count() == 0
    button.click()
    assert page.locator("main details[open]").count() == folds.count() > 10
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert page.locator("main details[open]").count() == 0
    assert button.get_attribute("aria-pressed") == "false"


# There and back


def test_a_number_leads_to_its_reference_and_back(show: Show) -> None:
    page = show("dystonia.html")
    page.locator("#claim-focal sup a", has_text="11").click()
    assert page.url.endswith("#ref-11")
    assert reached(page).get_attribute("id") == "ref-11"
    assert in_view(reached(page))
    reached(page).locator("summary").click()
    reached(page).get_by_role("link", name="focal", exact=True).click()
    assert page.url.endswith("#claim-focal")
    assert in_view(reached(page))
    page.go_back()
    assert reached(page).get_attribute("id") == "ref-11"
    assert in_view(reached(page))
    reached(page).get_by_role("link", name="back to the first claim").click()
    assert page.url.endswith("#claim-focal")


def test_every_link_within_a_page_leads_somewhere(show: Show) -> None:
    for name in ALL_PAGES:
        page = show(name)
        lost = page.evaluate(
            "() => [...document.querySelectorAll('a[href^=\"#\"]')].map(it => it.hash.slice(1))"
            ".filter(id => !document.getElementById(id))"
        )
        ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(it => it.id)")
        # An attestation may be of a claim or a reference that breaks the schema.
        assert (name, lost) == (name, [])
        assert len(ids) == len(set(ids))


def test_a_finding_leads_to_what_it_is_about(show: Show) -> None:
    page = show("mixed.html")
    page.get_by_role("link", name="claim nobody-says").first.click()
    assert reached(page).get_attribute("id") == "claim-nobody-says"
    assert in_view(reached(page))


def test_the_matrix_leads_both_ways(show: Show) -> None:
    page = show("dystonia.html")
    page.locator("summary", has_text="85 claims").click()
    page.locator("table.matrix").get_by_role("link", name="fatigue", exact=True).click()
    assert reached(page).get_attribute("id") == "claim-fatigue"
    page.locator("table.matrix thead").get_by_role("link", name="7", exact=True).click()
    assert reached(page).get_attribute("id") == "ref-7"
    assert in_view(reached(page))


def test_the_index_opens_the_part_of_an_article(show: Show) -> None:
    page = show("several.html")
    link = page.locator("section[data-scope] th a", has_text="Plain 3")
    anchor = str(link.get_attribute("href"))
    part = page.locator(anchor)
    assert not part.locator(".claim").first.is_visible()
    link.click()
    assert part.locator(".claim").first.is_visible()
    assert in_view(part)
    # The same link again, after the reader has closed the part.
    part.locator("> summary").click()
    page.evaluate("scrollTo(0, 0)")
    link.click()
    assert part.locator(".claim").first.is_visible()


def test_an_address_opens_what_it_leads_to(show: Show, reports: Reports) -> None:
    text = reports["several.html"].read_text(encoding="utf-8")
    anchor = re.search(r'id="(a\d+-ref-11)"', text)
    assert anchor is not None
    page = show(f"several.html#{anchor[1]}")
    assert in_view(page.locator(f"#{anchor[1]}"))
    page = show("several.html")
    page.evaluate("hash => { location.hash = hash; }", anchor[1])
    page.wait_for_function("document.querySelector(':target')?.checkVisibility()")
    assert in_view(reached(page))


def test_what_is_filtered_out_comes_back_when_a_link_leads_to_it(show: Show) -> None:
    page = show("dystonia.html")
    page.get_by_label("State of the references").select_option("contradicted")
    assert not page.locator("#ref-1").is_visible()
    page.locator("#claim-focal sup a", has_text="1").first.click()
    assert in_view(page.locator("#ref-1"))


def test_the_pages_of_a_folder_lead_to_each_other(show: Show) -> None:
    page = show("folder/index.html")
    page.locator("section[data-scope] th a", has_text="Plain 3").click()
    assert page.url.endswith("/folder/plain-3.html")
    page.get_by_role("link", name="All articles").click()
    assert page.url.endswith("/folder/index.html")


# By keyboard


FOCUSED = "document.activeElement"


@pytest.mark.parametrize("name", ["dystonia.html", "several.html", "folder/index.html"])
def test_the_first_key_leads_past_the_head(name: str, show: Show) -> None:
    page = show(name)
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.textContent") == "To the report"
    assert page.locator(".skip").is_visible()
    assert in_view(page.locator(".skip"))
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    assert page.evaluate(f"!!{FOCUSED}.closest('main')")


def test_focus_is_seen_wherever_it_is(show: Show) -> None:
    page = show("dystonia.html")
    seen = set()
    for _ in range(45):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            f"""() => {{
              const it = {FOCUSED}, style = getComputedStyle(it), box = it.getBoundingClientRect();
              return [it.localName, style.outlineStyle, parseFloat(style.outlineWidth),
                box.width > 0 && box.top < innerHeight && box.bottom > 0];
            }}"""
        )
        assert ring[1:] == ["solid", 3, True], ring
        seen.add(ring[0])
    assert seen >= {"a", "input", "select", "button", "div"}


def test_the_keyboard_folds_sorts_and_follows(show: Show) -> None:
    page = show("dystonia.html")
    fold = page.locator("#ref-3 summary")
    fold.press("Enter")
    assert page.locator("#ref-3 dl").is_visible()
    fold.press("Space")
    assert not page.locator("#ref-3 dl").is_visible()
    page.locator("table.references thead button").first.press("Enter")
    assert page.locator("table.references th[aria-sort]").count() == 1
    page.locator("#claim-focal sup a").first.press("Enter")
    assert page.url.endswith("#ref-1")


# Small screens, dark rooms, and people who do not see the screen


@pytest.mark.parametrize("name", ALL_PAGES)
def test_nothing_reaches_beyond_a_small_screen(name: str, show: Show) -> None:
    page = show(name, width=390, height=844)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        for _ in range(2):
            widths = page.evaluate(
                "() => [document.scrollingElement.scrollWidth,"
                " document.scrollingElement.clientWidth]"
            )
            assert widths[0] <= widths[1] <= width
            open_all(page)


@pytest.mark.parametrize("name", ["dystonia.html", "mixed.html", "several.html", "hostile.html"])
def test_nothing_reaches_beyond_a_large_screen(name: str, show: Show) -> None:
    """Only the matrix may have to be moved; the other tables fit, all that they fold open."""
    page = show(name)
    open_all(page)
    for width in (1200, 940):  # below that, tables become lists
        page.set_viewport_size({"width": width, "height": 900})
        assert too_wide(page) == []


def too_wide(page: "Page") -> list[Any]:
    found: list[Any] = page.evaluate(
        """() => [...document.querySelectorAll(".scroll, html")]
          .filter(it => it.scrollWidth > it.clientWidth && !it.querySelector(":scope > .matrix"))
          .map(it => [it.getAttribute("aria-label") ?? it.getAttribute("aria-labelledby"),
            it.scrollWidth, it.clientWidth])"""
    )
    return found


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    base = pytest.importorskip("axe_playwright_python.base", reason="axe-core is not installed")
    return str(base.AXE_FILE_PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("name", ["dystonia.html", "mixed.html", "few.html"])
def test_axe_finds_nothing(name: str, width: int, show: Show, axe: str) -> None:
    page = show(name, width=width)
    open_all(page)
    page.evaluate(axe)
    assert violations(page, {}) == []
    page.emulate_media(color_scheme="dark")
    only_colours = {"runOnly": ["color-contrast"]}
    assert violations(page, only_colours) == []


def violations(page: "Page", options: dict[str, Any]) -> list[Any]:
    """What axe-core finds, and where."""
    found = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **options})
    assert found["passes"]
    return [
        (each["id"], each["impact"], [node["html"] for node in each["nodes"][:3]])
        for each in found["violations"]
    ]


def test_dark_is_dark(show: Show) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        page = show("dystonia.html", scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        grounds[scheme] = sum(map(int, re.findall(r"\d+", colour)))
    assert grounds["dark"] < 100 < 600 < grounds["light"]


# On paper


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """The sizes of the pages of *pdf* in points."""
    assert pdf.startswith(b"%PDF-")
    number = len(re.findall(rb"/Type\s*/Page\b", pdf))
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    assert number == len(boxes)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("name", ["dystonia.html", "several.html"])
def test_paper_shows_all(name: str, script: bool, show: Show) -> None:
    page = show(name, script=script, scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() > 0
    assert page.evaluate(UNSEEN) == []
    assert not page.locator("nav").first.is_visible()
    assert page.locator(".tools:visible").count() == 0
    styles = page.evaluate(
        """() => {
          const of = it => getComputedStyle(document.querySelector(it));
          return [of(".references > thead").display, of("rect").printColorAdjust,
            of("body").backgroundColor, of("html").colorScheme];
        }"""
    )
    assert styles == ["table-header-group", "exact", "rgb(255, 255, 255)", "light"]


@pytest.mark.parametrize("name", ALL_PAGES)
def test_paper_is_wide_enough(name: str, show: Show) -> None:
    """Or else a browser would print everything smaller: A4 less the margins is 182 mm."""
    page = show(name, width=688)
    page.emulate_media(media="print")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 688


def test_a_pdf_is_a4_and_has_what_is_folded(show: Show) -> None:
    page = show("dystonia.html", script=False)
    closed = pages_of(page.pdf(prefer_css_page_size=True))
    assert len(closed) > 1
    assert set(closed) == {(595, 842)}
    open_all(page)
    assert pages_of(page.pdf(prefer_css_page_size=True)) == closed


def test_paper_shows_what_is_filtered_out(show: Show) -> None:
    page = show("dystonia.html")
    page.get_by_label("Find in claims").fill("no such words")
    assert page.locator(".claim:visible").count() == 0
    page.emulate_media(media="print")
    assert page.locator(".claim:visible").count() == 85


def test_after_printing_all_is_as_it_was(show: Show) -> None:
    page = show("dystonia.html")
    page.locator("#ref-3 summary").click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 1


# Hostile content


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize(
    "name", ["hostile.html", "several.html", "folder/hostile.html", "folder/index.html"]
)
def test_hostile_content_is_text(name: str, script: bool, show: Show, heard: Heard) -> None:
    page = show(name, script=script)
    open_all(page)
    whole = page.locator("html").evaluate("it => it.textContent")
    for line in EVIL.splitlines():
        if not STEERING.search(line):
            assert line in whole
    found = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("*")];
          return {
            names: [...new Set(all.flatMap(it => it.getAttributeNames()))],
            values: all.flatMap(it => it.getAttributeNames().map(name => it.getAttribute(name))),
            links: [...new Set(all.filter(it => it.href).map(it => new URL(it.href).protocol))],
            foreign: all.filter(it => it.localName === "img" || it.localName === "iframe").length,
            scripts: document.scripts.length,
          };
        }"""
    )
    assert not [each for each in found["names"] if each.startswith("on") or each == "style"]
    assert (found["foreign"], found["scripts"]) == (0, 1)
    assert set(found["links"]) <= {"file:", "https:"}
    assert STEERING.findall(whole + "".join(found["values"])) == []
    assert "\\u202e" in whole
    assert heard.noises == []


# The picture in the README


def test_the_picture_in_the_readme(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> None:
    if pytestconfig.getoption("--update-golden"):
        _take_picture(request.getfixturevalue("browser"), request.getfixturevalue("reports"))
    picture = PICTURE.read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == PICTURE_SIZE
    assert len(picture) < 400_000
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"]({PICTURE.relative_to(ROOT).as_posix()})" in readme


def _take_picture(browser: "Browser", reports: Reports) -> None:
    text = reports["dystonia.html"].read_text(encoding="utf-8")
    shown = reports["picture.html"]
    shown.write_text(text.replace(reports.archive, ARCHIVE), encoding="utf-8")
    width, height = PICTURE_SIZE
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.goto(shown.as_uri())
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=PICTURE)
    page.close()
