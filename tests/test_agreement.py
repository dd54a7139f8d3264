"""On any file, check-jsonschema with our JSON Schema and citewell give the same verdict.

check-jsonschema stands for every editor that knows the schema. What it cannot see is
listed here and in :mod:`hostile`, each with its reason, and nothing else is excepted.
"""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from check_jsonschema.formats import FormatOptions, make_format_checker
from check_jsonschema.parsers.yaml import construct_yaml_implementation, impl2loader
from check_jsonschema.regex_variants import RegexImplementation, RegexVariantName
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAMLError

from articles import HEADER, article
from citewell import source
from citewell.model import Article
from citewell.pipeline import Request, run
from citewell.settings import Settings
from conftest import ROOT
from hostile import HOSTILE
from test_rules import load

SCHEMA = ROOT / "schemas" / "article.schema.json"
DAY = date(2026, 11, 22)


# Whole files, by the real tools.


def _cases() -> Iterator[tuple[str, bytes]]:
    for case in load():
        for kind in ("bad", "good", "fixed"):
            if isinstance(case.fields.get(kind), str):
                yield f"{case.rule}: {case.name} ({kind})", case.text(kind).encode()


def _refused_by_schema(folder: Path) -> set[str]:
    """The files of *folder* that check-jsonschema finds fault with."""
    files = sorted(folder.glob("*.yaml"))
    report = _check_jsonschema(files)
    if report is not None:
        return report
    refused = set()
    for file in files:  # one of them makes it crash; that one it does not accept
        alone = _check_jsonschema([file])
        refused |= {file.name} if alone is None else alone
    return refused


def _check_jsonschema(files: list[Path]) -> set[str] | None:
    """The names of the files with a fault, or None after a crash."""
    command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json"]
    command += ["--schemafile", str(SCHEMA), *map(str, files)]
    finished = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    if "Traceback" in finished.stderr:
        return None
    report = json.loads(finished.stdout)
    faults = [*report.get("errors", []), *report.get("parse_errors", [])]
    assert bool(faults) == bool(finished.returncode), finished
    return {Path(fault["filename"]).name for fault in faults}


def _refused_by_citewell(folder: Path) -> set[str]:
    request = Request(
        settings=Settings.model_validate({"root": folder, "content": ["."]}),
        as_of=DAY,
        base=folder,
        select=frozenset({"schema"}),
        # JSON Schema looks at one file, and not for values that must be unique.
        ignore=frozenset({"duplicate-id"}),
    )
    outcome = run(request)
    assert not outcome.has_internal_error
    return {finding.path for finding in outcome.findings if finding.severity == "error"}


def _disagreements(files: list[tuple[str, bytes]], folder: Path) -> set[str]:
    names = {}
    for number, (name, content) in enumerate(files):
        names[f"{number:04}.yaml"] = name
        (folder / f"{number:04}.yaml").write_bytes(content)
    differing = _refused_by_schema(folder) ^ _refused_by_citewell(folder)
    return {names[file] for file in differing}


# Anchors, aliases, tags and merge keys: see REUSE in hostile.py.
_UNSEEN = re.compile(r"(?m)(^|[ \[{,])[&*!]\w|<<:")


def test_the_cases_of_the_rules(tmp_path: Path) -> None:
    cases = list(_cases())
    texts = dict(cases)
    assert len(texts) == len(cases) > 0
    differing = {
        name
        for name in _disagreements(cases, tmp_path)
        if not (name.startswith("invalid-yaml") and _UNSEEN.search(texts[name].decode()))
    }
    assert differing == set()


def test_the_articles_of_this_repository(tmp_path: Path) -> None:
    files = [(path.name, path.read_bytes()) for path in (ROOT / "content").glob("*.yaml")]
    assert _disagreements(files, tmp_path) == set()


def test_hostile_files(tmp_path: Path) -> None:
    files = [(name, file.build()) for name, file in HOSTILE.items() if not file.heavy]
    # Exactly these: an exception that is no longer needed must go.
    excepted = {name for name, file in HOSTILE.items() if file.blind and not file.heavy}
    assert _disagreements(files, tmp_path) == excepted


# Single scalars, in this process.


@cache
def _validator() -> Any:
    """The schema as check-jsonschema applies it: its regular expressions, its formats."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    expressions = RegexImplementation(RegexVariantName.default)
    formats = make_format_checker(FormatOptions(regex_impl=expressions), schema["$schema"])
    validator = jsonschema.validators.extend(
        jsonschema.Draft202012Validator,
        {
            "pattern": expressions.pattern_keyword,
            "patternProperties": expressions.patternProperties_keyword,
        },
    )
    return validator(schema, format_checker=formats)


@cache
def _loader() -> Callable[[io.BytesIO], Any]:
    return impl2loader(construct_yaml_implementation(), construct_yaml_implementation(pure=True))


TEMPLATE = """\
schema_version: {version}
id: {id}
title: {text}
language: {language}
condition: {{name: x}}
review: {{last_reviewed: {day}}}
sections:
- id: a
  heading: b
  claims:
  - id: c
    text: d
    references: [1]
    locators: {{? {key} : x}}
references:
- number: {number}
  type: {type}
  title: x
  access: {literal}
  et_al: {flag}
  published: {published}
  url: {any_text}
  pmid: {pmid}
waivers:
- {{rule: x, target: {target}, owner: x, expires: 2027-01-01}}
attestations:
- claim: c
  reference: 1
  by: x
  date: 2026-01-01
  quote: x
  claim_sha256: {sha256}
  reference_sha256: {sha256}
"""
VALID = {
    "version": "1",
    "id": "example",
    "text": "Example",
    "language": "en",
    "day": "2026-01-01",
    "key": "1",
    "number": "1",
    "type": "book",
    "literal": "open",
    "flag": "true",
    "published": "2020",
    "any_text": "x",
    "pmid": "12",
    "target": "article",
    "sha256": '"' + "0a" * 32 + '"',
}


def _citewell_accepts(text: str) -> bool:
    document = source.parse(text.encode())
    if document.problems:
        return False
    try:
        Article.model_validate(document.data)
    except ValidationError:
        return False
    return True


def _schema_accepts(text: str) -> bool:
    try:
        data = _loader()(io.BytesIO(text.encode()))
    except (ValueError, YAMLError):  # a ValueError for numbers of 4301 digits and more
        return False
    return bool(_validator().is_valid(data))


@cache
def _loaded(text: str) -> Any:
    """What check-jsonschema loads, or the exception that it raises."""
    try:
        return _loader()(io.BytesIO(text.encode()))
    except (ValueError, YAMLError) as error:
        return error


def _schema_accepts_scalar(kind: str, written: str) -> bool:
    """As ``_schema_accepts``, but loading the scalar alone: ruamel.yaml takes its time."""
    scalar = _loaded(f"{{? {written} : x}}" if kind == "key" else f"- {written}\n")
    if isinstance(scalar, Exception):
        return False
    filled = _put(_loaded(TEMPLATE.format(**VALID | {kind: f"'{_HERE}'"})), scalar)
    return bool(_validator().is_valid(filled))


_HERE = "the scalar stands here"


def _put(data: Any, scalar: Any) -> Any:
    """A copy of *data* with what is in *scalar*, a list or a mapping, in the right place."""
    if data == _HERE:
        return scalar[0]
    if isinstance(data, list):
        return [_put(item, scalar) for item in data]
    if isinstance(data, dict):
        return scalar if _HERE in data else {k: _put(v, scalar) for k, v in data.items()}
    return data


_DECIMAL = re.compile(r"[1-9][0-9]*")


def _is_odd_number(written: str) -> bool:
    """Whether a plain scalar is a number to YAML, and not written as people write numbers.

    To JSON Schema 0x1F, 3.1e1, 3_1 and 31.0 are the whole number 31, just as 31 is;
    citewell, which keeps what was written, asks for 31.
    """
    if _DECIMAL.fullmatch(written):
        return False
    loaded = _loaded(written)
    return isinstance(loaded, int | float) and not isinstance(loaded, bool)


# What ruamel.yaml, and with it check-jsonschema, cannot load although it is plain text.
_UNLOADABLE = {"=", "<<"}
_TOO_LONG = re.compile(r"[-+]?[0-9_]{4301,}")


def _agree(kind: str, written: str) -> bool:
    text = TEMPLATE.format(**VALID | {kind: written})
    ours, theirs = _citewell_accepts(text), _schema_accepts_scalar(kind, written)
    if ours == theirs:
        return True
    plain = written.strip().partition(" #")[0]
    if theirs:
        return _is_odd_number(plain)
    return plain in _UNLOADABLE or bool(_TOO_LONG.fullmatch(plain)) or "\t" in written


def test_the_template_is_valid() -> None:
    text = TEMPLATE.format(**VALID)
    assert _citewell_accepts(text)
    assert _schema_accepts(text)


ODD = [
    *("", "~", "null", "Null", "NULL", "nUll", "yes", "no", "on", "off", "y", "N", "true", "True"),
    *("TRUE", "tRUE", "false", "False", "FALSE", "0", "1", "-1", "+1", "01", "010", "08", "1_000"),
    *("0x1F", "0o17", "0b11", "1e3", "1E3", "1.5e3", "1.0", "1.", ".5", ".inf", "-.Inf", ".nan"),
    *("2022", "0999", "999", "9999", "10000", "2022.0", "2022-02-30", "2022-6-8", "2022-06-18"),
    *("2022-06-18T10:00:00", "2001-12-14 21:59:43", "2001-12-14t21:59:43.10-05:00", "12:30:45"),
    *("12:30", "2022-06", "2022-13", "2022-00", "2022-06-31", "0000-01-01", "0001-01-01"),
    *("20220618", "2022-W01-1", "2022-169", "2020-02-29", "2021-02-29", "=", "<<", "a", "en", "EN"),
    *("en-GB", "en_GB", "english", "a.b", "1a", "_a", "-", "book", "Book", "open", "x" * 64),
    *(
        "article",
        "claim:a",
        "section:b",
        "reference:1",
        "reference:01",
        "host:x.org",
        "host:",
        "９",
    ),
    *("claim:a\u00a0b", "claim:\u2028", "claim:\ufeff", "claim:\x85", "claim:é", "host:münchen.de"),
    *("\u0661", "９", "\u0662\u0660\u0662\u0660", "é", "\u00a0", "\u2003", "\ufeff", "\u180e"),
    *("\u2028", "\x85", "\x1c", "\x1f", "\0", " ", "\t", "1\n", "true\n", "2020\n", "2020-01-01\n"),
    *(" 1", "1 ", " true", "en\n", "a\n", "article\n", "0a" * 32 + "\n", "1\n2", "[a]", "{a: b}"),
    *(
        "9" * 9,
        "9" * 10,
        "9" * 18,
        "9" * 19,
        "9" * 400,
        "9" * 4300,
        "9" * 4301,
        "0" * 9 + "1",
    ),
    *("0" * 10 + "1", "1." + "0" * 400, "1e400", "1e-400", "+010", "+0", "-0", "1__0", "_1", "1_"),
]
"""Texts that one reader of YAML or another takes for something else."""


def _quoted(text: str) -> str:
    return json.dumps(text)


def _block(text: str) -> str:
    return "|-\n      " + text.replace("\n", "\n      ")


_PLAIN = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`?:-][^\s,\[\]{}#:]*([ T-][0-9:]+)?|[-+.0-9:Tt]+|")


@pytest.mark.parametrize("kind", VALID)
def test_odd_scalars(kind: str) -> None:
    differing = [
        written
        for text in ODD
        for written in (text if _PLAIN.fullmatch(text) else _quoted(text), _quoted(text))
        if not _agree(kind, written)
    ]
    assert differing == []


_NUMBERS = st.from_regex(r"\A[-+]?0{0,2}[0-9_]{1,5}(\.[0-9]{0,2})?([eE][-+]?[0-9])?\Z")
_DATES = st.from_regex(r"\A[012][0-9]{3}-[0-9]{1,2}(-[0-9]{1,2}([T ][0-9]{2}:[0-9]{2})?)?\Z")
_WORDS = st.text("aA0 -_.:/é\u00a0\u2028\x85\ufeff\x1c\n", max_size=5)
_BASED = st.from_regex(r"\A[-+]?0[xXoObB][0-9a-fA-F_]{1,3}\Z")
_NEAR = st.sampled_from(list(VALID.values())).flatmap(
    lambda valid: st.builds(
        lambda at, more: valid.strip('"')[:at] + more + valid.strip('"')[at:],
        st.integers(0, 8),
        st.sampled_from(["", "0", "1", "-", ".", "_", "e", "\n", " ", "\u00a0", "é", "+", "A"]),
    )
)
_TEXTS = st.one_of(st.sampled_from(ODD[:-12]), _NUMBERS, _DATES, _BASED, _WORDS, _NEAR)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(list(VALID)), _TEXTS, st.sampled_from(["plain", "quoted", "block"]))
@example("number", "1.0", "quoted")
@example("text", "\ufeff", "quoted")
def test_scalars(kind: str, text: str, style: str) -> None:
    if style == "plain":
        assume(_PLAIN.fullmatch(text))
        assert _agree(kind, text)
    elif style == "quoted":
        assert _agree(kind, _quoted(text))
    else:
        assume(kind in ("id", "text", "language", "number", "published", "pmid", "flag"))
        assume(re.fullmatch("[!-~é]+([ \n][!-~é]+)*", text))
        assert _agree(kind, _block(text))


# A missing or an empty value, and a value of another shape, for every key there is.


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in items:
        yield from _paths(value, (*path, key))


WHOLE = source.parse((HEADER + TEMPLATE.format(**VALID)).encode()).data
_DROP = object()


@pytest.mark.parametrize(
    "new", [_DROP, None, "", "x", [], {}, [[]], {"x": "y"}, [None]], ids=lambda new: repr(new)[:7]
)
def test_other_shapes(new: Any) -> None:
    """Data as JSON, which is YAML to both: every node replaced by something else."""
    differing = []
    for path in _paths(WHOLE):
        data = json.loads(json.dumps(WHOLE))
        node = data
        for part in path[:-1]:
            node = node[part]
        if new is _DROP:
            del node[path[-1]]
        else:
            node[path[-1]] = new
        text = json.dumps(data)
        if _citewell_accepts(text) != _schema_accepts(text):
            differing.append(path)
    assert differing == []


@pytest.mark.parametrize(
    "fragment",
    [
        "claims:\n  - {id: a, text: b, references: [1], locators: {1: a, 01: b}}\n",
        'claims:\n  - {id: a, text: b, references: [1], locators: {"1": a, "01": b}}\n',
        "claims:\n  - {id: a, text: b, references: [1], locators: {1.0: a}}\n",
        'claims:\n  - {id: a, text: b, references: [1], locators: {"1.0": a}}\n',
    ],
)
def test_keys_of_locators(fragment: str) -> None:
    text = article(fragment)
    assert _citewell_accepts(text) == _schema_accepts(text)
