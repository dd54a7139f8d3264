"""``citewell attest`` from the outside, and what ``check`` makes of what it writes."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from articles import HEADER, article
from citewell import atomic, source
from citewell.model import AnyReference, text_sha256, work_sha256
from conftest import Answer, Call

ARTICLE = Path("content/one.yaml")
TEXT = """\
claims:
  - {id: tremor, text: Dystonia can come with tremor., references: [1, 2]}
  - {id: pain, text: Spasms may hurt., references: [2]}
"""
LINE = (HEADER + article(TEXT)).count("\n") + 2
TODAY = datetime.now(UTC).date()

Attest = Callable[..., Answer]


def write(text: str = TEXT) -> bytes:
    ARTICLE.parent.mkdir(exist_ok=True)
    raw = (HEADER + article(text)).encode()
    ARTICLE.write_bytes(raw)
    return raw


def change(old: str, new: str) -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    assert text.count(old) == 1, text
    ARTICLE.write_text(text.replace(old, new), encoding="utf-8")


def attestations() -> list[Any]:
    found = source.read(ARTICLE).data
    assert isinstance(found, dict)
    listed = found.get("attestations", [])
    assert isinstance(listed, list)
    return listed


@pytest.fixture
def attest(workdir: Path, call: Call) -> Attest:
    """Attests in an article that is there, with what a test leaves out."""
    write()

    def attest(claim: str = "tremor", *more: object, **options: object) -> Answer:
        options = {"reference": 1, "by": "Roe J", "quote": "It can."} | options
        named = [part for name, value in options.items() for part in (f"--{name}", value)]
        return call("attest", ARTICLE, claim, *named, *more)

    return attest


@pytest.fixture
def stale(call: Call) -> Callable[[], list[tuple[int, str, str]]]:
    """What the rule says: line, target and message of each finding."""

    def stale() -> list[tuple[int, str, str]]:
        answer = call("check", "--select", "stale-attestation", "--format", "json", ARTICLE)
        return [(f["line"], f["target"], f["message"]) for f in answer.report["findings"]]

    return stale


@pytest.fixture
def attested(call: Call) -> Callable[[], int]:
    """How many claims ``check`` counts as attested."""

    def attested() -> int:
        answer = call("check", "--format", "json", ARTICLE)
        number: int = answer.report["summary"]["attested_claims"]
        return number

    return attested


Stale = Callable[[], list[tuple[int, str, str]]]
Attested = Callable[[], int]


def test_what_is_written(attest: Attest, stale: Stale, attested: Attested, call: Call) -> None:
    before = ARTICLE.read_bytes()
    answer = attest(date="2026-03-02")
    said = f"content/one.yaml:{LINE}: Roe J attests that reference 1 supports 'tremor'\n"
    assert answer == Answer(0, said, "")
    assert ARTICLE.read_bytes() == before + (
        b"attestations:\n"
        b"  - claim: tremor\n"
        b"    reference: 1\n"
        b"    by: Roe J\n"
        b"    date: 2026-03-02\n"
        b"    quote: It can.\n"
        b"    claim_sha256: %b\n"
        b"    reference_sha256: %b\n"
    ) % (
        sha256(b"Dystonia can come with tremor.").hexdigest().encode(),
        sha256(b"doi:10.5555/example.1").hexdigest().encode(),
    )
    assert (stale(), attested()) == ([], 1)
    assert call("check", "--fail-on", "info", ARTICLE).code == 0


def test_today_is_the_day(attest: Attest) -> None:
    attest()
    assert attestations()[0]["date"] in (str(TODAY), str(datetime.now(UTC).date()))


def test_the_others_stay(attest: Attest, attested: Attested) -> None:
    """Another person, another work, another quote and another claim are other statements."""
    for number, options in enumerate(
        (
            {},
            {"by": "Poe E"},
            {"reference": 2},
            {"quote": "So it is."},
            {"claim": "pain", "reference": 2},
        )
    ):
        before = ARTICLE.read_bytes()
        assert attest(**options).code == 0
        assert ARTICLE.read_bytes().startswith(before)
        assert len(attestations()) == number + 1
    assert attested() == 2


def test_the_same_again(attest: Attest) -> None:
    """It is said and not written, whatever the day and the white space."""
    attest(date="2026-03-02")
    before = ARTICLE.stat().st_ino, ARTICLE.read_bytes()
    answer = attest(quote="  It \n can. ", date="2026-03-03")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"content/one.yaml:{LINE}: Roe J has attested")
    assert "already, so nothing was written" in answer.out
    assert (ARTICLE.stat().st_ino, ARTICLE.read_bytes()) == before


def test_the_same_again_by_another_number(attest: Attest) -> None:
    attest()
    write_renumbered()
    before = ARTICLE.read_bytes()
    assert "already" in attest(reference=2).out
    assert ARTICLE.read_bytes() == before


def write_renumbered() -> None:
    """References 1 and 2 change their numbers; what was attested stays as it is written."""
    text = ARTICLE.read_text(encoding="utf-8")
    head, found, tail = text.partition("attestations:")
    for old, new in (
        ("number: 1", "number: X"),
        ("number: 2", "number: 1"),
        ("number: X", "number: 2"),
    ):
        head = head.replace(old, new)
    ARTICLE.write_text(head + found + tail, encoding="utf-8")


# What becomes of it


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Dystonia can come", "Dystonia comes", "the wording of the claim has changed"),
        ("10.5555/example.1", "10.5555/example.9", "reference 1 has become another work"),
        ("references: [1, 2]", "references: [2]", "ceased to cite that work, now reference 1"),
        ("id: tremor", "id: shaking", "that claim has gone"),
        ("number: 1\n", "number: 3\n", "ceased to cite that work, now reference 3"),
    ],
)
def test_stale(
    attest: Attest, stale: Stale, attested: Attested, old: str, new: str, why: str
) -> None:
    attest(date="2026-03-02")
    change(old, new)
    ((line, target, message),) = stale()
    field = ARTICLE.read_text(encoding="utf-8").splitlines()[line - 1].split(":")[0].strip(" -")
    wanted = {"wording": "claim_sha256", "another work": "reference_sha256", "gone": "claim"}
    assert field == next((name for sign, name in wanted.items() if sign in why), "reference")
    assert target == ("article" if "gone" in why else "claim:tremor")
    assert message.startswith("Roe J attested on 2026-03-02 that reference 1 supports the claim")
    assert why in message
    assert attested() == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Dystonia can come with tremor.", '"Dystonia can\n      come  with tremor."'),
        ("doi: 10.5555/example.1", "doi: 10.5555/EXAMPLE.1"),
        ("doi: 10.5555/example.1", "doi: 10.5555/example.1\n    url: https://ash.example/new"),
        ("doi: 10.5555/example.1", "doi: 10.5555/example.1\n    accessed: 2026-03-03"),
        ("title: A review of dystonia", "title: A review of dystonia, revised"),
    ],
)
def test_not_stale(attest: Attest, stale: Stale, attested: Attested, old: str, new: str) -> None:
    attest()
    change(old, new)
    assert (stale(), attested()) == ([], 1)


def test_numbers_are_no_matter(attest: Attest, stale: Stale, attested: Attested) -> None:
    """Neither to the rule nor to the count."""
    attest()
    attest("pain", reference=2)
    write_renumbered()
    change("references: [2]", "references: [1]")
    assert (stale(), attested()) == ([], 2)


def test_a_broken_claim_proves_nothing(attest: Attest, stale: Stale, call: Call) -> None:
    """It is said that nobody could tell."""
    attest()
    change("{id: tremor, text:", "{id: tremor, txt:")
    assert stale() == []
    entries = call("check", "--format", "json", ARTICLE).report["not_evaluated"]
    assert ("stale-attestation", 1) in {(entry["rule"], entry["targets"]) for entry in entries}


def test_waived_and_baselined(attest: Attest, stale: Stale, call: Call) -> None:
    """Its fingerprint outlives another number, and its target can be waived."""
    attest()
    change("Dystonia can come", "Dystonia comes")
    report = call("check", "--format", "json", "--select", "evidence", ARTICLE).out
    Path("before.json").write_text(report, encoding="utf-8")
    write_renumbered()
    assert (
        call("check", "--baseline", "before.json", "--select", "evidence", "--fail-on", "info").code
        == 0
    )
    with ARTICLE.open("a", encoding="utf-8") as file:
        file.write(
            "waivers:\n  - {rule: stale-attestation, target: 'claim:tremor', reason: A comma.,"
            " owner: Roe J, expires: 2099-01-01}\n"
        )
    assert stale() == []


# Renewing


def test_renewed(attest: Attest, stale: Stale, attested: Attested) -> None:
    """A stale one of the same person makes room, where it stands, and comments stay."""
    attest(date="2026-03-02")
    attest(by="Poe E")
    change("date: 2026-03-02", "date: 2026-03-02 # a Monday")
    change("Dystonia can come", "Dystonia comes")
    before = ARTICLE.read_text(encoding="utf-8").splitlines()
    answer = attest(date="2026-03-09", quote="It does: see p. 4")
    assert answer.code == 0
    assert answer.out == (
        f"content/one.yaml:{LINE}: Roe J attests anew that reference 1 supports 'tremor'; "
        "the attestation of 2026-03-02 was stale and has been replaced\n"
    )
    after = ARTICLE.read_text(encoding="utf-8").splitlines()
    changed = {
        new.strip().split()[0]: new.strip()
        for old, new in zip(before, after, strict=True)
        if old != new
    }
    assert changed == {
        "date:": "date: 2026-03-09 # a Monday",
        "quote:": 'quote: "It does: see p. 4"',
        "claim_sha256:": f"claim_sha256: {text_sha256('Dystonia comes with tremor.')}",
    }
    assert ([target for _, target, _ in stale()], attested()) == (["claim:tremor"], 1)
    assert attest(by="Poe E").code == 0
    assert stale() == []


def test_renewed_for_another_work(attest: Attest, stale: Stale) -> None:
    attest()
    change("10.5555/example.1", "10.5555/example.9")
    assert "anew" in attest().out
    assert (len(attestations()), stale()) == (1, [])


def test_renewed_under_another_number(attest: Attest, stale: Stale) -> None:
    attest()
    change("Dystonia can come", "Dystonia comes")
    write_renumbered()
    assert "anew" in attest(reference=2).out
    assert [found["reference"] for found in attestations()] == ["2"]
    assert stale() == []


def test_a_number_of_another_work_makes_no_room(attest: Attest, stale: Stale) -> None:
    """What was attested of the work that has number 2 now is not replaced by one of number 1."""
    attest()
    change("Dystonia can come", "Dystonia comes")
    write_renumbered()
    assert "anew" not in attest(reference=1).out
    assert len(attestations()) == 2
    assert len(stale()) == 1


def test_of_several_stale_ones_the_one_with_the_quote(attest: Attest) -> None:
    attest(quote="One.")
    attest(quote="Two.")
    change("Dystonia can come", "Dystonia comes")
    attest(quote="Two.")
    sums = [
        found["claim_sha256"] == text_sha256("Dystonia comes with tremor.")
        for found in attestations()
    ]
    assert sums == [False, True]


def test_what_is_unclear_is_not_replaced(attest: Attest) -> None:
    """The attested work may be the reference that is broken."""
    attest()
    change("number: 1\n    type: article-journal", "number: 3\n    type: journal-article")
    change(
        "Dystonia can come with tremor., references: [1, 2]", "Dystonia comes., references: [3, 2]"
    )
    attest(reference=2)
    assert [found["reference"] for found in attestations()] == ["1", "2"]


# Words


@pytest.mark.parametrize(
    "quote",
    [
        "a \"b\" 'c' \\d",
        "null",
        "12",
        "# no comment: none",
        "<script>alert(1)</script> & {x} [y] *z",
        "\x00\x07\x1b[31mred\x7f",
        "\u202eltr\u2066",
        "Ménière’s 筋緊張異常症 👩\u200d⚕️",
        "e\u0301",
        "- a",
        "x" * 50_000,
    ],
)
def test_hostile_words(attest: Attest, stale: Stale, attested: Attested, quote: str) -> None:
    """They are read back just so, and nothing of them is left to steer a screen."""
    answer = attest(quote=quote, by=quote)
    assert (answer.code, answer.err) == (0, "")
    assert "\x1b" not in answer.out
    assert "\u202e" not in answer.out + ARTICLE.read_text(encoding="utf-8")
    (found,) = attestations()
    assert (found["quote"], found["by"]) == (quote, quote)
    assert yaml.safe_load(ARTICLE.read_text(encoding="utf-8"))["attestations"][0]["quote"] == quote
    assert (stale(), attested()) == ([], 1)


def test_white_space_is_layout(attest: Attest) -> None:
    """Line breaks of the page are no words of it."""
    attest(quote="\n It\r\n\tcan,\u00a0\u2028 so.\n\n", by=" Roe\tJ ")
    (found,) = attestations()
    assert (found["quote"], found["by"]) == ("It can, so.", "Roe J")


# Refusals


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"claim": "tremmor"}, "There is no claim 'tremmor'. Did you mean 'tremor'?"),
        ({"claim": "\x1b[31m"}, "There is no claim '\\x1b[31m'."),
        ({"reference": 7}, "There is no reference 7."),
        ({"claim": "pain"}, "The claim 'pain' does not cite reference 1; it cites 2."),
        ({"reference": 0}, "--reference"),
        ({"by": ""}, "'--by': it is empty."),
        ({"by": " \n\u200b"}, "'--by': it is empty."),
        ({"quote": "\u00a0"}, "'--quote': it is empty."),
        ({"quote": "\udcff"}, "'--quote': it is not UTF-8."),
        ({"date": str(TODAY + timedelta(days=3))}, "is in the future"),
        ({"date": "yesterday"}, "--date"),
    ],
)
def test_refused(attest: Attest, options: dict[str, object], why: str) -> None:
    before = ARTICLE.read_bytes()
    answer = attest(**options)
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    assert "Traceback" not in answer.err
    assert ARTICLE.read_bytes() == before


def test_tomorrow_elsewhere(attest: Attest) -> None:
    assert attest(date=TODAY + timedelta(days=1)).code == 0


@pytest.mark.parametrize("missing", ["--reference", "--by", "--quote"])
def test_all_three_are_needed(workdir: Path, call: Call, missing: str) -> None:
    write()
    options = {"--reference": 1, "--by": "Roe J", "--quote": "It can."}
    del options[missing]
    answer = call("attest", ARTICLE, "tremor", *(part for pair in options.items() for part in pair))
    assert (answer.code, answer.out) == (2, "")
    assert missing in answer.err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TEXT.replace("id: pain", "id: tremor"), "2 claims have the id 'tremor'"),
        ("claims: [{id: tremor, txt: A}]\n", "Some claims break the schema"),
        ("claims: []\n", "There is no claim 'tremor'."),
        (TEXT.replace(", references: [1, 2]", ""), "does not cite reference 1; it cites nothing"),
        (
            f"{TEXT}references:\n  - {{number: 1, type: bok, title: A}}\n",
            "Reference 1 breaks the schema",
        ),
        (
            f"{TEXT}references:\n  - {{number: 1, type: book, title: A}}\n"
            "  - {number: 1, type: book, title: B}\n",
            "2 references have the number 1",
        ),
        (f"{TEXT}attestations: {{}}\n", "was left as it is: 'attestations' is no list"),
        (f"{TEXT}attestations: []\nattestations: []\n", "stands there 2 times"),
        (f"{TEXT}x: [\n", "This is not YAML"),
        (f"{TEXT}x: &y z\n", "The anchor &y is not allowed"),
        (f"{TEXT}x: \x07\n", "This is not YAML"),
    ],
)
def test_refused_because_of_the_article(attest: Attest, text: str, why: str) -> None:
    before = write(text)
    answer = attest()
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    assert ARTICLE.read_bytes() == before


def test_no_article(workdir: Path, call: Call) -> None:
    """What is missing, a folder, a pipe, or not text."""
    Path("folder").mkdir()
    os.mkfifo("pipe")
    Path("latin").write_bytes(b"a: \xe9\n")
    Path("empty").write_bytes(b"")
    for name, why in {
        "nosuch.yaml": "No such file",
        "nosuch/one.yaml": "No such file",
        "folder": "not a regular file",
        "pipe": "not a regular file",
        "latin": "not UTF-8",
        "empty": "The file is empty",
    }.items():
        answer = call("attest", name, "tremor", "--reference", 1, "--by", "A", "--quote", "B")
        assert (answer.code, answer.out) == (2, ""), name
        assert why in answer.err, name


def test_faults_elsewhere_do_not_matter(attest: Attest) -> None:
    """As long as the claim and the reference can be read."""
    write(
        TEXT.replace("id: pain, text", "id: pain, txt")
        + "titel: A\nreview: {}\nattestations:\n  - {claim: tremor}\n"
    )
    assert attest().code == 0
    assert [found.get("quote") for found in attestations()] == [None, "It can."]


# Files


def test_diff_of_an_absolute_path(attest: Attest, call: Call) -> None:
    told = ("--reference", "2", "--by", "Roe J", "--quote", "So.", "--diff")
    answer = call("attest", ARTICLE.absolute(), "tremor", *told)
    assert answer.out.startswith(f"--- a/{ARTICLE.as_posix()}\n")
    subprocess.run(["git", "apply", "--check", "-"], input=answer.out.encode(), check=True)


def test_diff(attest: Attest) -> None:
    """It can be applied, and nothing is written."""
    before = ARTICLE.read_bytes()
    answer = attest("tremor", "--diff")
    assert answer.code == 0
    assert ARTICLE.read_bytes() == before
    attest()
    after = ARTICLE.read_bytes()
    ARTICLE.write_bytes(before)
    subprocess.run(["git", "apply", "-"], input=answer.out.encode(), check=True)
    assert ARTICLE.read_bytes() == after != before
    assert attest("tremor", "--diff").out == ""


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [True, False])
def test_bytes_that_survive(attest: Attest, call: Call, end: bytes, last: bool) -> None:
    """Mark, line ends, comments, a last line without an end; the difference can be applied."""
    before = b"\xef\xbb\xbf" + ARTICLE.read_bytes().rstrip(b"\n") + b" # Ende\n" * last
    before = before.replace(b"\n", end)
    ARTICLE.write_bytes(before)
    diff = attest("tremor", "--diff").out
    assert attest().code == 0
    after = ARTICLE.read_bytes()
    assert after.startswith(before)
    assert after.endswith(end) == last
    assert after.count(end) == after.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    if end != b"\r":  # to git, that is one long line
        ARTICLE.write_bytes(before)
        subprocess.run(["git", "apply", "-"], input=diff.encode(), check=True)
        assert ARTICLE.read_bytes() == after


def test_a_link_stays_one(attest: Attest, call: Call) -> None:
    Path("link.yaml").symlink_to(ARTICLE)
    ARTICLE.chmod(0o640)
    answer = call("attest", "link.yaml", "tremor", "--reference", 1, "--by", "A", "--quote", "B")
    assert answer.code == 0
    assert Path("link.yaml").is_symlink()
    assert len(attestations()) == 1
    assert ARTICLE.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "tempfile.mkstemp"])
def test_a_failure_leaves_the_old_file(
    attest: Attest, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = ARTICLE.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, full)
        answer = attest()
    assert (answer.code, answer.out) == (2, "")
    assert "content/one.yaml cannot be written and is as it was: No space left" in answer.err
    assert ARTICLE.read_bytes() == before
    assert [path.name for path in Path("content").iterdir()] == ["one.yaml"]


def test_a_change_meanwhile_is_not_overwritten(
    attest: Attest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves the file in an editor while the new one is being written."""
    fsync = os.fsync

    def saved(descriptor: int) -> None:
        fsync(descriptor)
        change("Spasms may hurt.", "Spasms hurt.")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", saved)
        answer = attest()
    assert (answer.code, answer.out) == (2, "")
    assert "has changed meanwhile, so nothing was written" in answer.err
    assert "Spasms hurt." in ARTICLE.read_text(encoding="utf-8")
    assert attestations() == []
    assert [path.name for path in Path("content").iterdir()] == ["one.yaml"]


def test_many_at_once(attest: Attest) -> None:
    """Nothing is lost when several people attest in the same moment."""
    command = [sys.executable, "-m", "citewell", "attest", ARTICLE, "tremor", "--reference", "1"]
    running = [
        subprocess.Popen(
            [*command, "--by", f"Roe {number}", "--quote", "It can."], stdout=subprocess.DEVNULL
        )
        for number in range(8)
    ]
    assert [process.wait(timeout=60) for process in running] == [0] * 8
    assert {found["by"] for found in attestations()} == {f"Roe {number}" for number in range(8)}


def test_without_locks(attest: Attest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a folder cannot be locked, it is written all the same."""

    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", none)
    assert attest().code == 0
    with atomic.alone(Path("nosuch/one.yaml")):
        assert len(attestations()) == 1


# What the sums are made of


def test_the_sum_of_a_wording() -> None:
    """As documented, so that others can work it out; a changed sum would belie all that is kept."""
    assert text_sha256("Ménière’s — A, b.") == (
        "8c6feec3452da6f337fec7a37aac496eefc12c719f0393579a73525f4bd923f3"
    )
    same = {
        "Ménière’s — A, b.",
        " Me\u0301nie\u0300re’s\n—\u00a0 A,\tb. ",
        "Ménière’s\u2028— A, b.",
    }
    assert {text_sha256(text) for text in same} == {
        sha256("Ménière’s — A, b.".encode()).hexdigest()
    }
    for other in ("ménière’s — A, b.", "Ménière's — A, b.", "Ménière’s — A b.", "Ménière’s —A, b."):
        assert text_sha256(other) != text_sha256("Ménière’s — A, b.")


@pytest.mark.parametrize(
    ("fields", "identity"),
    [
        ({"doi": "https://doi.org/10.1000/ABC", "pmid": "12"}, "doi:10.1000/abc"),
        ({"doi": "10.1000 /x", "pmid": "0012"}, "pmid:12"),
        (
            {"authors": ["Ménière P", "Roe J"], "container": "J. Ash", "published": "2021-05-02"},
            "work:strasse β 2|j ash|ménière p|2021",
        ),
        (
            {"organization": "WHO", "editors": ["Poe E"], "accessed": "2026-01-01"},
            "work:strasse β 2||who|",
        ),
        ({"editors": ["Poe E"], "url": "https://ash.example/"}, "work:strasse β 2||poe e|"),
    ],
)
def test_the_sum_of_a_work(fields: dict[str, object], identity: str) -> None:
    adapter = TypeAdapter(AnyReference)
    reference = adapter.validate_python(
        {"number": "3", "type": "book", "title": "Straße: β-2!", **fields}
    )
    assert work_sha256(reference) == sha256(identity.encode()).hexdigest()
