"""Quotes: whether words are on a page, from the bare matching to the gate, and how it is kept."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apart import Apart, apart
from articles import HEADER, article
from citewell.evidence import fact_line
from citewell.evidence.fact_line import FactLineError
from citewell.evidence.hop import WHOLE_PAGE_BYTES, Ask
from citewell.evidence.ledger import Ledger
from citewell.evidence.page import SHORT
from citewell.evidence.quotation import CUT, GARBLED, NO_WORDS, NOT_HTML, SCRIPTED, UNREADABLE, find
from citewell.facts import Answer, Hop, Probe, Target, TargetFacts, Verdict, one_line, quotes_on
from citewell.model import Work, text_sha256, work_sha256
from citewell.quoting import NO_PAGE, OTHER_WORK
from citewell.reading import Cited
from citewell.record import Quote
from citewell.targets import gathered
from conftest import TODAY, Call
from virtual import run, said
from web import Answer as Reply
from web import page, redirect

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # of TODAY
URL, SUM = "https://site.example/dystonia", "0123456789abcdef" * 4
LEDGER = Path("ledger.sqlite3")
WORDS, OTHERS = "Dystonia makes muscles tighten", "Dystonia makes muscles loosen"
HTML = "text/html; charset=utf-8"


def found(quote: str, body: bytes | str, kind: str = HTML, *, whole: bool = True) -> bool | None:
    return told(quote, body, kind, whole=whole).found


def told(quote: str, body: bytes | str, kind: str = HTML, *, whole: bool = True) -> Quote:
    body = body.encode() if isinstance(body, str) else body
    (only,) = find([quote], body, kind, whole=whole)
    assert only.text == quote
    assert bool(only.reason) == (only.found is None)
    return only


# What counts.

ON_PAGE = [
    ("some words", "<p>some words</p>"),
    ("some words", "<p>so<b>me</b>\n\t wo<!-- no --><i>rds</i>"),
    ("some words", "some&nbsp;wor&shy;ds"),
    ("some words", "some<script>x = '<p>'</script> words<style>p {}</style>"),
    ("some words", "some<SCRIPT\n>no</p></SCRIPT > words"),
    ("some words", "<p title='a > b' id=it's data-x=\"'>'\">some</p><br/>words"),
    ("some words", "<p>some <!-- a -- b --> words <!-- > -->"),
    ("some words", "some<!--> words"),
    ("some words", "some</> words<?xml?><!DOCTYPE x>"),
    ("“Some” words: a-b; c/d.", "'Some' words (a b c\u2013d)"),
    ("Parkinson's disease", "Parkinson\u2019s disease Parkinson"),
    ("Parkinson´s disease", "Parkinson`s disease"),
    ("Parkinsonʼs disease", "Parkinson's disease"),
    ("a temperature of -5 °C", "a temperature of −5 °C"),
    ("the ﬁrst ½ ㎎", "the first 1⁄2 mg"),
    ("Caf\u00e9", "Cafe\u0301"),
    ("Cafe\u0301", "Caf&eacute;"),
    ("ộ", "o\u0302\u0323"),
    ("p < 0.05", "with p&lt;0.05 or less"),
    ("p < 0.05 and", "with p < 0.05 and less"),
    ("<5 mg", "takes <5 mg a day"),
    ("10⁹/L", "above 10<sup>9</sup>/L are high"),
    ("above 10⁹/L are high and", "above 10<sup>9</sup>/L are high [3] and"),
    ("some words that", "some words<sup><a href=#3>3</a>,4</sup> that"),
    ("some words that", "some words <SUP class='x'>a</SUP>that"),
    ("some words that", "some words [3] that"),
    ("some words that", "some words [<a href='#1'>1</a>–<a>4</a>, 7] that"),
    ("some words [3] that", "some words that"),
    ("some words [3] that", "some words [3] that"),
    ("some words that [4–6]", "some words [1] that"),
    ("some … that", "some words that"),
    ("some [...] that", "some words that"),
    ("… some words (. . .) that…", "some words that"),
    ("a … b … a", "a b a"),
    ("Größe", "Gr&ouml;&szlig;e".replace("&szlig;", "ß")),
    ("🙂 words", "&#x1F642; words"),
    ("words", "&#" + "9" * 5000 + "; words &#xD800; &#0; &bogus;"),
]
NOT_ON_PAGE = [
    ("some words", "some other words"),
    ("some words", "Some words"),
    ("Some words", "some words"),
    ("some words", "some wörds"),
    ("some cafe", "some café"),
    ("5 mg", "6 mg"),
    ("<5 mg", ">5 mg"),
    ("<5 mg", "5 mg"),
    ("±5 mg", "+5 mg"),
    ("some words", "words some"),
    ("some words", "<p title='some words'>no</p>"),
    ("some words", "<!-- some words -->"),
    ("some words", "<script>other words</script>" + "no " * SHORT),
    ("some words", "<style>some words"),
    ("some words", "<!-- some words"),
    ("some words", "<a href='some words"),
    ("b … a", "a b"),
    ("a … b … a", "a b"),
    ("ab … b", "ab"),
    ("some words that", "some words [see 3] that"),
    ("some 33 words", "some [3] words"),
]


@pytest.mark.parametrize(("quote", "body"), ON_PAGE)
def test_on_the_page(quote: str, body: str) -> None:
    assert found(quote, body) is True


@pytest.mark.parametrize(("quote", "body"), NOT_ON_PAGE)
def test_not_on_the_page(quote: str, body: str) -> None:
    assert found(quote, body) is False


LETTERS = st.sampled_from("abcdeéñΩжغ中1²½<≥°µ")
PLAIN = st.text(LETTERS, min_size=1, max_size=30)
NOTHING = st.text(
    st.characters(categories=("P", "Z", "Cc", "Cf"), exclude_characters="<>&…."), max_size=3
)
SETTINGS = settings(derandomize=True, database=None, deadline=None)


def sprinkled(text: str, data: st.DataObject) -> str:
    return "".join(letter + data.draw(NOTHING) for letter in text)


def shown(text: str) -> str:
    """*text* on a page, between words of other letters."""
    return f"<p>XY {text.replace('<', '&lt;')} YX</p>"


@SETTINGS
@given(PLAIN, st.data())
def test_blanks_and_punctuation_change_nothing(text: str, data: st.DataObject) -> None:
    # Numbers in brackets are marks, and so no mere punctuation.
    quote, printed = (sprinkled(text, data).replace("[", "") for _ in range(2))
    assert found(quote, shown(printed)) is True
    assert found(f"{quote}Z", shown(printed)) is False


@SETTINGS
@given(PLAIN, st.data())
@example("a", None)
def test_one_letter_changes_all(text: str, data: st.DataObject | None) -> None:
    place = data.draw(st.integers(0, len(text) - 1)) if data else 0
    changed = f"{text[:place]}Z{text[place + 1 :]}"
    assert found(changed, shown(text)) is False
    assert found(text, shown(changed)) is False
    assert found(changed, shown(changed)) is True


@SETTINGS
@given(st.text(st.sampled_from('<>!-/="& ;#a1script[].…\u0301\u0316\r\0'), max_size=60))
def test_whatever_is_said_there_is_an_answer(body: str) -> None:
    assert found("words", f"{body}") in (True, False, None)
    assert found(body or "…", "<p>words") in (True, False, None)


# What cannot be told.


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "image/png", "application/json"])
def test_what_is_no_html_is_not_searched(kind: str) -> None:
    assert told("some words", "some words", kind) == Quote("some words", None, NOT_HTML)


@pytest.mark.parametrize("quote", ["…", "—", "?!", "[3]…", "\u00ad"])
def test_a_quote_without_words(quote: str) -> None:
    expected = (False, "") if quote == "[3]…" else (None, NO_WORDS)
    only = told(quote, "words")
    assert (only.found, only.reason) == expected


def test_of_what_was_not_read_nothing_is_said() -> None:
    assert told("some words", "no", whole=False).reason == CUT
    assert found("no", "no", whole=False) is True


@pytest.mark.parametrize("tag", ["script", "iframe", "frame", "object", "embed"])
def test_what_hardly_says_anything_may_be_filled_by_a_script(tag: str) -> None:
    shell = f"<div id=x></div><{tag} src=x></{tag}>"
    assert told("some words", shell).reason == SCRIPTED
    assert told("some words", shell + "x" * (SHORT - 1)).reason == SCRIPTED
    assert found("some words", shell + "x" * SHORT) is False
    assert found("xx", shell + "xx") is True
    assert found("some words", "<scripted>x") is False


@pytest.mark.parametrize(
    "page",
    [
        '<script type="application/json">{"text": "so\\u006de \\"words\\""}</script>',
        "<div id=root></div>",
        '<div class="a" id="__next"><script src=a.js></script></div>',
        "<app-root></app-root>",
        "<noscript>Please enable JavaScript.</noscript>",
    ],
)
def test_a_script_may_show_the_words(page: str) -> None:
    """However many other words are there: a menu, a footer."""
    assert found("some words", page + "no " * SHORT) is None


@pytest.mark.parametrize(
    ("quote", "page"), [("½ dose", "1/2 dose"), ("1/2 dose", "½ dose"), ("Botox® now", "Botox now")]
)
def test_signs_that_printers_add(quote: str, page: str) -> None:
    assert found(quote, page)


CHARSETS = [
    ("Schröter œuvre", "utf-8", "text/html; charset=utf-8", ""),
    ("Schröter œuvre", "cp1252", "text/html; charset=windows-1252", ""),
    ("Schröter œuvre", "cp1252", "text/html; charset=iso-8859-1", ""),
    ("Schröter œuvre", "cp1252", "text/html", ""),
    ("Schröter œuvre", "cp1252", "text/html; charset=utf-8", ""),
    ("Schröter œuvre", "cp1252", "text/html", "<meta charset=cp1252>"),
    ("Schröter œuvre", "utf-8", "text/html; charset=iso-8859-1", ""),
    ("дистония", "koi8-r", "text/html", '<meta http-equiv=x content="text/html; charset=koi8-r">'),
    ("筋緊張異常症", "shift_jis", "text/html; charset=Shift_JIS", ""),
    ("筋緊張異常症", "utf-16", "text/html; charset=utf-16", ""),
]


@pytest.mark.parametrize(("quote", "encoding", "kind", "meta"), CHARSETS)
def test_charsets(quote: str, encoding: str, kind: str, meta: str) -> None:
    assert found(quote, f"{meta}<p>x {quote} y".encode(encoding), kind) is True


def test_lost_letters_are_no_proof() -> None:
    body = "Schröter says so ".encode("koi8-u", "replace") + b"\xf6\x81"
    assert told("some words", body, "text/html").reason == GARBLED
    utf_16 = "some words".encode("utf-16")
    assert told("some words", b"<p>" + utf_16, "text/html").found is not False


# How fast.

HOSTILE = {
    **{each: each for each in ("<", "<a ", "<a>", "<!--", "<!---->", "<!", "<?>", "</", "<sup>")},
    **{each: each for each in ("<script>", "<sup>1</sup>[1]", '<a b="', "<a b='\"", "&", "&a")},
    **{each: each for each in ("&amp;", "&#1;", "[", "[1,", "[1 ", ".", "\x00", " ", "=")},
    "closed scripts": "<script></script>",
    "open script": "<script>" + "</script" * 131_000,
    "a number": "&#" + "9" * WHOLE_PAGE_BYTES,
    "numbers": "&#" + "9" * 4500 + ";",
    "a bracket and blanks": "[" + " " * WHOLE_PAGE_BYTES,
    "a list": "[" + "1," * 600_000,
    "attributes": "<a " + "= " * 600_000,
    "orders of marks": "\u0301\u0316",
    "marks and nothing": "\u0301\u200b\u0316\u200b",
    "marks that hide marks": "\u0316\uff9e",
    "two in one": "\u0f73",
    "letters and marks": "a" + "\u0316\u0301" * 14,
    "eighteen in one": "\ufdfa",
    "controls": "\x93é<sup>1</sup>[1]&amp;",
    "all characters": "".join(map(chr, [*range(0x80, 0xD800), *range(0xE000, 0x40000)])),
    "two charsets": b"\xff<a>".decode("latin-1"),
}


def seconds(quotes: list[str], part: str, encoding: str = "utf-8") -> float:
    """What it takes to look for *quotes* on a page of nothing but *part*."""
    bare = part.encode(encoding)
    body = (bare * (WHOLE_PAGE_BYTES // len(bare) + 1))[:WHOLE_PAGE_BYTES]
    times = []
    for _ in range(3):  # a machine may be busy with something else
        began = time.process_time()
        find(quotes, body, HTML, whole=True)
        times.append(time.process_time() - began)
        if times[-1] < 1.0:
            break
    return min(times)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_takes_no_longer_than_its_size(name: str) -> None:
    encoding = "latin-1" if name == "two charsets" else "utf-8"
    assert seconds([WORDS, "a … b", "[1] x"], HOSTILE[name], encoding) < 1.0


@pytest.mark.parametrize(
    ("quote", "part"), [("ab" * 99_999 + "c", "ab"), ("b…" * 20_000 + "c", "b"), ("[" * 9999, "[")]
)
def test_nor_does_a_hostile_quote(quote: str, part: str) -> None:
    assert seconds([quote], part) < 1.0


# The question.


def test_the_question_of_quotes() -> None:
    quotes = [one_line(each) for each in ("b \n c", "a", "", "b c", " \u200b", "a\u00adb\x00")]
    assert quotes == ["b c", "a", "", "b c", "", "ab"]
    target = quotes_on(URL, quotes)
    assert target == quotes_on(URL, reversed(quotes))
    assert (target.page, target.quotes) == (Target("url", URL), ("", "a", "ab", "b c"))
    assert target.text.isprintable()
    assert not target.is_address
    page_itself = Target("url", URL)
    assert (page_itself.page, page_itself.quotes) == (page_itself, ())


# Asked over real sockets.


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    with apart(monkeypatch) as registries:
        yield registries


def searched(
    registries: Apart,
    *script: Any,
    quotes: tuple[str, ...] = (WORDS, OTHERS),
    path: str = "/page",
) -> Any:
    """What comes of a page that answers as in *script*: its facts, and those of *quotes*."""
    at = registries.page(path, *script)
    target = quotes_on(at.text, quotes)
    facts = gathered(
        [[cited(at), cited(target)]], registries.evidence(LEDGER).gather, ask_internal=True
    )
    return facts[at], facts[target]


def cited(target: Target) -> Cited:
    return Cited(target, ("references", 0, "url"), 1, "open")


def asked(registries: Apart, path: str = "/page") -> int:
    return [request.path for request in registries.web.requests].count(path)


def seen(facts: TargetFacts) -> dict[str, bool | None]:
    return {text: quote.found for text, quote in facts.quotes.items()}


def test_a_page_is_asked_once_for_all_its_quotes(registries: Apart, workdir: Path) -> None:
    at, quotes = searched(registries, Reply(200, body=page()))
    assert at.verdict is Verdict.OK
    assert seen(quotes) == {WORDS: True, OTHERS: False}
    assert quotes.answer.source == "web"
    assert quotes.answer.sha256 == sha256(page()).hexdigest()
    assert (quotes.probe, quotes.unanswered, quotes.wants_answer) == (None, "", False)
    assert asked(registries) == 2
    assert {request.method for request in registries.web.requests} == {"GET"}


def test_other_printing_is_the_same(registries: Apart, workdir: Path) -> None:
    markup = "<p>Dys&shy;tonia <b>makes</b>:\n«muscles»<sup>3</sup> tighten!"
    _, quotes = searched(registries, Reply(200, body=page("x", markup=markup)))
    assert seen(quotes) == {WORDS: True, OTHERS: False}


def test_redirects_are_followed(registries: Apart, workdir: Path) -> None:
    registries.page("/new", 200)
    at, quotes = searched(registries, redirect(301, "/new"))
    assert (at.verdict, seen(quotes)) == (Verdict.MOVED, {WORDS: True, OTHERS: False})


@pytest.mark.parametrize("path", ["/", "/login", "/404", "/page?at=%2Fpage", "/page#part"])
def test_the_page_is_judged_as_such(registries: Apart, workdir: Path, path: str) -> None:
    registries.page(path.partition("#")[0], 200)
    at, quotes = searched(registries, 200, path=path)
    assert (at.verdict, seen(quotes)) == (Verdict.OK, {WORDS: True, OTHERS: False})


def test_a_lost_connection_is_tried_again(registries: Apart, workdir: Path) -> None:
    _, quotes = searched(registries, 200, 500, 200)
    assert seen(quotes) == {WORDS: True, OTHERS: False}


SILENT = {
    "gone": ([404], "404"),
    "blocked": ([403], "403"),
    "login": ([redirect(302, "/login?return=%2Fpage")], "login page"),
    "suspicious": ([Reply(200, body=page("x", title="Page not found"))], "Page not found"),
    "empty": ([Reply(200, body=b" ")], "empty"),
    "throttled": ([429], "429"),
    "down": ([500], "500"),
    "loop": ([redirect(302, "/page")], "loop"),
}


@pytest.mark.parametrize("name", SILENT)
def test_a_page_that_does_not_stand_is_not_searched(
    registries: Apart, workdir: Path, name: str
) -> None:
    script, reason = SILENT[name]
    at, quotes = searched(registries, *script)
    assert not at.verdict.stands
    number = asked(registries)
    assert reason in quotes.unanswered
    assert (quotes.answer, quotes.wants_answer, seen(quotes)) == (None, True, {})
    registries.web.requests.clear()
    alone = registries.evidence(Path("other")).gather([[at.target]])
    assert alone[at.target].verdict is at.verdict
    assert number == asked(registries), "the quotes have cost nothing"


@pytest.mark.parametrize("name", SILENT)
def test_nor_is_one_that_stood_a_moment_ago(registries: Apart, workdir: Path, name: str) -> None:
    script, reason = SILENT[name]
    at, quotes = searched(registries, 200, *script)
    assert at.verdict is Verdict.OK
    assert reason in quotes.unanswered
    assert quotes.answer is None
    with Ledger(LEDGER) as ledger:
        assert [json.loads(line)["fact"] for line in ledger.lines()] == ["probe"]


LARGE = page(WORDS, markup="<p>Dystonia</p>" + "<i></i>" * 150_000 + "<p>the last words</p>")
UNCLEAR = {
    "PDF": (Reply(200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 some words"), NOT_HTML),
    "shell": (Reply(200, body=page("Loading", markup="<script src=a.js></script>")), SCRIPTED),
    "large": (Reply(200, body=LARGE), CUT),
    "torn": (Reply(200, {"Content-Encoding": "gzip"}, page()), UNREADABLE),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_cannot_be_told_is_said_so(registries: Apart, workdir: Path, name: str) -> None:
    script, reason = UNCLEAR[name]
    at, quotes = searched(registries, script, quotes=("the last words",))
    assert at.verdict is Verdict.OK
    assert quotes.quotes == {"the last words": Quote("the last words", None, reason)}
    assert quotes.wants_answer


def test_what_was_read_of_a_large_page_is_searched(registries: Apart, workdir: Path) -> None:
    assert len(LARGE) > WHOLE_PAGE_BYTES
    _, quotes = searched(registries, Reply(200, body=LARGE), quotes=(WORDS, "the last words"))
    assert seen(quotes) == {WORDS: True, "the last words": None}
    assert quotes.answer.sha256 == sha256(LARGE[:WHOLE_PAGE_BYTES]).hexdigest()


def test_words_behind_what_a_probe_reads_are_found(registries: Apart, workdir: Path) -> None:
    body = page(WORDS, markup="<i></i>" * 100_000 + "<p>the last words</p>")
    _, quotes = searched(registries, Reply(200, body=body), quotes=("the last words", OTHERS))
    assert seen(quotes) == {"the last words": True, OTHERS: False}


def test_a_page_without_a_body(registries: Apart, workdir: Path) -> None:
    at, quotes = searched(registries, 204)
    assert (at.verdict, quotes.answer) == (Verdict.OK, None)
    assert quotes.unanswered == "204 No Content"


def test_charsets_of_real_answers(registries: Apart, workdir: Path) -> None:
    kind = {"Content-Type": "text/html; charset=iso-8859-1"}
    _, quotes = searched(
        registries, Reply(200, kind, "<p>Schröter".encode("latin-1")), quotes=("Schröter",)
    )
    assert seen(quotes) == {"Schröter": True}


# When.


def test_quotes_wait_for_their_page() -> None:
    quotes = quotes_on(URL, [WORDS])

    def answer(ask: Ask) -> Hop:
        if ask.url != URL:
            return said(ask)
        held = tuple(Quote(each, found=True) for each in ask.quotes)
        return said(ask, seconds=2.0, quotes=held or None)

    for targets in ([Target("url", URL), quotes], [quotes, Target("url", URL)]):
        done = run(targets, answer)
        own = [each for each in done.requests if each.url == URL]
        assert [each.ask.quotes for each in own] == [(), (WORDS,)]
        assert [each.began for each in own] == [0.0, 2.0]
        assert [each.ask.first for each in own] == [URL, URL]
        assert done.probed.answers[quotes].quotes == (Quote(WORDS, found=True),)
    alone = run([quotes], answer)
    assert [each.ask.quotes for each in alone.requests if each.url == URL] == [(WORDS,)]


def test_the_deadline_is_said() -> None:
    quotes = quotes_on(URL, [WORDS])

    def slow(ask: Ask) -> Hop:
        return said(ask, seconds=0.1 if ask.service == "doi" else 60.0)

    for targets in ([Target("url", URL), quotes], [quotes]):
        probed = run(targets, slow, deadline=5, timeout=100).probed
        assert probed.answers == {}
        assert "deadline of 5 s" in str(probed.unchecked or probed.unanswered)


OLD_ANSWER = Answer(quotes_on(URL, [WORDS]), "web", SUM, NOW, quotes=(Quote(WORDS, found=False),))


@pytest.mark.parametrize(
    ("verdict", "unanswered", "answer", "why"),
    [
        ("ok", "", OLD_ANSWER, ""),
        ("ok", "busy", None, "busy"),
        ("ok", "busy", OLD_ANSWER, "busy"),
        ("gone", "", OLD_ANSWER, "it is gone"),
        ("gone", "busy", None, "it is gone"),
        (None, "", OLD_ANSWER, ""),
        (None, "", None, "it was too late"),
    ],
)
def test_why_nothing_is_known_of_quotes(
    verdict: str | None, unanswered: str, answer: Answer | None, why: str
) -> None:
    at, quotes = Target("url", URL), quotes_on(URL, [WORDS])
    last = probed(at, verdict, NOW) if verdict else None
    known = {
        at: TargetFacts(at, last, unchecked="" if last else "it was too late"),
        quotes: TargetFacts(quotes, answer=answer, unanswered=unanswered),
    }

    def gather(batches: Any) -> Any:
        assert [each for batch in batches for each in batch] == [at, quotes]
        return known

    facts = gathered([[cited(at), cited(quotes)]], gather, ask_internal=False)[quotes]
    assert facts.unanswered == why
    assert seen(facts) == ({} if why else {WORDS: False})


@pytest.mark.parametrize("verdict", ["ok", "moved"])
@pytest.mark.parametrize(
    ("page_age", "quotes_age", "requests"),
    [(1, 1, 0), (6, 6, 0), (1, 7, 1), (1, None, 1), (7, 1, 1), (7, 7, 2), (None, None, 2)],
)
def test_quotes_are_good_for_days(
    registries: Apart,
    workdir: Path,
    page_age: int | None,
    quotes_age: int | None,
    requests: int,
    verdict: str,
) -> None:
    at = registries.page("/page", 200)
    target = quotes_on(at.text, [WORDS, OTHERS])
    now = registries.web.clock.now()
    with Ledger(LEDGER) as ledger:
        if page_age is not None:
            ledger.record([probed(at, verdict, now - timedelta(days=page_age))])
        if quotes_age is not None:
            old = tuple(Quote(each, found=False) for each in target.quotes)
            then = now - timedelta(days=quotes_age)
            ledger.record([Answer(target, "web", SUM, then, quotes=old)])
    facts = registries.evidence(LEDGER).gather([[at, target]])[target]
    assert asked(registries) == requests
    is_old = quotes_age is not None and quotes_age < 7
    assert seen(facts) == {OTHERS: False, WORDS: not is_old}


def test_quotes_of_a_page_that_lately_did_not_stand_are_not_asked(
    registries: Apart, workdir: Path
) -> None:
    at = registries.page("/page", 200)
    now = registries.web.clock.now()
    with Ledger(LEDGER) as ledger:
        ledger.record([probed(at, "blocked", now - timedelta(days=1))])
    _, quotes = searched(registries, 200)
    assert asked(registries) == 0
    assert quotes.unanswered == "it is blocked"


def test_new_quotes_of_an_old_page_are_asked(registries: Apart, workdir: Path) -> None:
    at = registries.page("/page", 200)
    evidence = registries.evidence(LEDGER)
    evidence.gather_before([[at, quotes_on(at.text, [WORDS])]])
    new = quotes_on(at.text, [WORDS, OTHERS])
    facts = gathered([[cited(at), cited(new)]], evidence.gather, ask_internal=True)
    assert seen(facts[new]) == {WORDS: True, OTHERS: False}
    assert asked(registries) == 1


def probed(target: Target, verdict: str, at: datetime) -> Probe:
    return Probe(target, Verdict(verdict), 200, target.text, "", f"it is {verdict}", at)


# As lines.

ANSWER = Answer(
    quotes_on(URL, ["b", "a", "c"]),
    "web",
    SUM,
    NOW,
    quotes=(Quote("a", found=True), Quote("b", found=False), Quote("c", None, CUT)),
)
LINE = {
    "fact": "quotes",
    "kind": "quotes",
    "target": f"{URL}  a  b  c",
    "checked_at": "2026-11-22T09:00:00Z",
    "source": "web",
    "sha256": SUM,
    "quotes": [
        {"text": "a", "found": True},
        {"text": "b", "found": False},
        {"text": "c", "found": None, "reason": CUT},
    ],
}


def test_a_line_of_quotes() -> None:
    assert json.loads(fact_line.write(ANSWER)) == LINE
    assert fact_line.read(fact_line.write(ANSWER)) == ANSWER
    unexplained = json.loads(json.dumps(LINE).replace(f', "reason": "{CUT}"', ""))
    assert fact_line.read(json.dumps(unexplained)).quotes[2] == Quote("c", None)  # type: ignore


BROKEN: dict[str, dict[str, Any]] = {
    **{f"no {key}": {key: ...} for key in LINE},
    **{f"source {each}": {"source": each} for each in ("crossref", "doi", "", None)},
    **{f"fact {each}": {"fact": each} for each in ("record", "captures", "probe", "quote")},
    **{f"kind {each}": {"kind": each} for each in ("url", "doi", "work", "capture")},
    **{f"sum {each}": {"sha256": each} for each in ("", SUM.upper(), SUM[1:], None)},
    **{
        f"quotes {each}": {"quotes": each}
        for each in (None, {}, "a", [], ["a"], [{}], LINE["quotes"][:2], LINE["quotes"][::-1])
    },
    **{
        f"quote {each}": {"quotes": [each, *LINE["quotes"][1:]]}
        for each in (
            *({"text": "a"}, {"found": True}, {"text": 7, "found": True}),
            *({"text": "a", "found": each} for each in (1, 0, "true", "yes", [])),
            *({"text": "x", "found": True}, {"text": "a", "found": True, "reason": "why"}),
            {"text": "a", "found": None, "reason": None},
        )
    },
    "no quotes": {"target": URL, "quotes": []},
    "other words": {"target": f"{URL}  a  b  x"},
    "no page": {"target": "nowhere  a  b  c"},
    "secret quotes of a record": {"fact": "record", "kind": "doi", "source": "doi", "records": []},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_line_that_is_none_is_refused(name: str) -> None:
    line = {key: value for key, value in (LINE | BROKEN[name]).items() if value is not ...}
    if name == "secret quotes of a record":  # what is said of it besides is passed over
        assert fact_line.read(json.dumps(line)).quotes == ()  # type: ignore[union-attr]
        return
    with pytest.raises(FactLineError) as error:
        fact_line.read(json.dumps(line))
    assert str(error.value)


@SETTINGS
@given(
    st.dictionaries(st.text(max_size=20).map(one_line), st.sampled_from([True, False, None]))
    .filter(bool)
    .map(lambda each: dict(sorted(each.items())))
)
@example({"ask https://roe:sesame@a.example/ or ?api_key=mellon now": None, "b": True})
def test_any_quotes_survive_being_written(known: dict[str, bool | None]) -> None:
    reasons = {None: CUT}
    quotes = tuple(Quote(text, each, reasons.get(each, "")) for text, each in known.items())
    line = fact_line.write(Answer(quotes_on(URL, known), "web", SUM, NOW, quotes=quotes))
    assert not [word for word in ("sesame", "mellon") if word in line]
    again = fact_line.read(line)
    assert isinstance(again, Answer)
    assert [each.found for each in again.quotes] == list(known.values())
    assert fact_line.write(again) == line


def test_quotes_survive_a_journey_and_are_shown(workdir: Path, call: Call) -> None:
    with Ledger(LEDGER) as ledger:
        ledger.record([ANSWER, probed(Target("url", URL), "ok", NOW)])
        ledger.record([ANSWER._replace(target=quotes_on(f"{URL}/more", ["a", "b", "c"]))])
    assert call("ledger", "export", "--ledger", LEDGER, "--output", "facts.jsonl").code == 0
    for new in (3, 0):
        answer = call("ledger", "import", "facts.jsonl", "--ledger", "other")
        assert answer.out == f"facts.jsonl: {new} new\n"
    assert call("ledger", "show", URL, "--ledger", "other").out.splitlines() == [
        "2026-11-22 09:00:00  ok           it is ok",
        f"2026-11-22 09:00:00  the page holds 1 of 3 quotes; SHA-256 {SUM}",
        "    found      a",
        "    not found  b",
        f"    unclear    c ({CUT})",
    ]
    assert "3 facts about 1 target" in call("ledger", "stats", "--ledger", "other").out


# From the command line.

TREMOR = {"number": "1", "type": "webpage", "title": "Tremor"}


def attested(quotes: dict[str, int], *references: dict[str, Any]) -> str:
    """An article with *references*, and an attestation of each of *quotes* by one of them."""
    works = [TREMOR | {"number": str(n)} | each for n, each in enumerate(references, 1)]
    attestations = [
        {
            "claim": "first",
            "reference": number or 1,
            "by": "Roe J",
            "date": "2026-03-02",
            "quote": quote,
            "claim_sha256": text_sha256("Dystonia is a disorder of movement."),
            "reference_sha256": (
                work_sha256(Work.model_validate(works[number - 1])) if number else SUM
            ),
        }
        for quote, number in quotes.items()
    ]
    lines = [f"  - {json.dumps(each)}\n" for each in works]
    said = [f"  - {json.dumps(each)}\n" for each in attestations]
    return HEADER + article("references:\n" + "".join(lines) + "attestations:\n" + "".join(said))


def check(call: Call, text: str, *options: object) -> Any:
    Path("content").mkdir(exist_ok=True)
    Path("content/a.yaml").write_text(text, encoding="utf-8")
    shared = ("--as-of", TODAY, "--ledger", LEDGER, "--format", "json")
    return call("check", *shared, "--select", "quote-not-found,waivers", *options).report


def not_evaluated(report: Any) -> set[tuple[str | None, str, int]]:
    return {
        (entry["path"], entry["reason"], entry["targets"])
        for entry in report["not_evaluated"]
        if entry["rule"] == "quote-not-found"
    }


DIFFERENT: tuple[dict[str, Any], ...] = (
    {"title": "A", "url": URL},
    {"title": "B", "doi": "10.5555/b"},
    {"title": "C", "url": f"{URL}/c", "access": "subscription"},
    {"title": "D", "url": f"{URL}/d", "access": "internal"},
    {"title": "E", "url": "https://roe:sesame@site.example/e"},
    {"title": "F", "url": "https://doi.org/10.5555/f"},
    {"title": "G", "pmid": "7"},
)


def test_what_has_no_open_page_is_listed(workdir: Path, call: Call) -> None:
    quotes = {f"words {number}": number for number in range(8)}
    report = check(call, attested(quotes, *DIFFERENT), "--cached")
    assert report["findings"] == []
    assert not_evaluated(report) == {
        ("content/a.yaml", NO_PAGE, 6),
        ("content/a.yaml", OTHER_WORK, 1),
        (None, "there is no ledger yet", 1),
    }
    shown = call("check", "--as-of", TODAY, "--ledger", LEDGER, "--cached").out
    assert f"content/a.yaml: quote-not-found not evaluated in full: {NO_PAGE}." in shown
    assert "1 quote not looked for on its page: there is no ledger yet." in shown


@pytest.mark.parametrize("options", [(), ("--cached", "--ignore", "quote-not-found")])
def test_who_does_not_ask_is_told_nothing(
    workdir: Path, call: Call, options: tuple[str, ...]
) -> None:
    quotes = {f"words {number}": number for number in range(8)}
    assert not_evaluated(check(call, attested(quotes, *DIFFERENT), *options)) == set()


def test_cached_judges_by_the_ledger(workdir: Path, call: Call) -> None:
    text = attested({"b": 1, "a": 1, "c\n": 1}, {"url": URL})
    at = Target("url", URL)
    with Ledger(LEDGER) as ledger:
        ledger.record([probed(at, "ok", NOW - timedelta(days=2)), ANSWER])
    report = check(call, text, "--cached")
    (finding,) = report["findings"]
    assert (finding["rule"], finding["target"]) == ("quote-not-found", "reference:1")
    assert "'b'" in finding["message"]
    assert not_evaluated(report) == {(None, CUT, 1)}
    before = check(call, text, "--cached", "--as-of", "2026-11-21")
    assert before["findings"] == []
    assert not_evaluated(before) == {(None, "not in the ledger as of 2026-11-21", 3)}
    with Ledger(LEDGER) as ledger:
        ledger.record([probed(at, "gone", NOW + timedelta(hours=1))])
    after = check(call, text, "--cached")
    assert after["findings"] == []
    assert not_evaluated(after) == {(None, "it is gone", 3)}


def test_the_fingerprint_outlives_renumbering(workdir: Path, call: Call) -> None:
    with Ledger(LEDGER) as ledger:
        ledger.record([probed(Target("url", URL), "ok", NOW), ANSWER])
    other = {"title": "Other", "url": f"{URL}/other"}
    quotes = ("a", "b", "c")
    one = check(call, attested(dict.fromkeys(quotes, 1), {"url": URL}, other), "--cached")
    two = check(call, attested(dict.fromkeys(quotes, 2), other, {"url": URL}), "--cached")
    assert [each["target"] for each in two["findings"]] == ["reference:2"]
    assert [each["fingerprint"] for each in one["findings"]] == [
        each["fingerprint"] for each in two["findings"]
    ]


def test_each_quote_has_its_own_fingerprint(workdir: Path, call: Call) -> None:
    known = {}
    for quotes in (["a", "b"], ["b"]):
        missing = tuple(Quote(each, found=False) for each in quotes)
        with Ledger(LEDGER) as ledger:
            ledger.record([probed(Target("url", URL), "ok", NOW)])
            ledger.record([ANSWER._replace(target=quotes_on(URL, quotes), quotes=missing)])
        report = check(call, attested(dict.fromkeys(quotes, 1), {"url": URL}), "--cached")
        assert len(report["findings"]) == len(quotes)
        known[len(quotes)] = {each["fingerprint"] for each in report["findings"]}
    assert known[1] < known[2]
    assert not [each for each in known[2] if "-" in each]


WAIVERS = """\
waivers:
  - {rule: quote-not-found, target: "reference:1", reason: Why, owner: Roe J, expires: 2027-01-01}
  - {rule: broken-link, target: "reference:1", reason: Why, owner: Roe J, expires: 2027-01-01}
"""


@pytest.mark.parametrize("number", [1, 2])
def test_a_waiver_that_could_not_be_of_use_is_not_idle(
    workdir: Path, call: Call, number: int
) -> None:
    with Ledger(LEDGER) as ledger:
        found_now = (Quote("a", found=True),)
        ledger.record([probed(Target("url", URL), "ok", NOW)])
        ledger.record([ANSWER._replace(target=quotes_on(URL, "a"), quotes=found_now)])
    quotes = {"a": 1} | ({"x": 2} if number == 2 else {})
    text = attested(quotes, {"url": URL}, {"title": "Other", "pmid": "7"}) + WAIVERS
    report = check(call, text, "--cached", "--select", "broken-link")
    idle = {each["message"] for each in report["findings"] if each["rule"] == "unused-waiver"}
    assert any("broken-link" in message for message in idle)
    assert any("quote-not-found" in message for message in idle) == (number == 1)


CONFIG = """\
[network]
allow_private = true
proxy = "none"
host_delay = 0
[endpoints]
"""


def test_the_gate_asks_the_page(registries: Apart, workdir: Path, call: Call) -> None:
    at = registries.page("/page", 200)
    places = "".join(f'{name} = "{base}"\n' for name, base in registries.endpoints.items())
    Path("citewell.toml").write_text(CONFIG + places, encoding="utf-8")
    quotes = {WORDS: 1, OTHERS: 1, "Dystonia makes … it": 1, "x": 2, "y": 3}
    closed = {"title": "B", "url": registries.page("/c", 403).text, "access": "subscription"}
    sources = ({"url": at.text}, {"title": "A", "doi": "10.5555/a"}, closed)
    text = attested(quotes, *sources)
    options = ("--links", "--config", "citewell.toml", "--as-of", str(datetime.now(UTC).date()))
    registries.works("10.5555/a")
    for number in (2, 2):  # all of it is fresh then
        report = check(call, text, *options)
        (finding,) = report["findings"]
        assert OTHERS in finding["message"]
        assert finding["severity"] == "warning"
        assert not_evaluated(report) == {("content/a.yaml", NO_PAGE, 2)}
        assert asked(registries) == number
