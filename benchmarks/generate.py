"""Writes invented articles that are shaped like those in ``content/``.

A seed makes them repeatable byte for byte, and an article depends on nothing but the seed
and its number. All follow the schema. Most references are complete; each article has up to
six of the faults in ``FAULTS``. Names are invented, DOIs have the test prefix 10.5555 and
hosts are those of RFC 2606.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count, product
from pathlib import Path
from random import Random
from typing import Any

import click

Mapping = dict[str, Any]

TODAY = date(2026, 11, 22)
"""The day on which the dates of the articles are recent."""

SCHEMA_COMMENT = "# yaml-language-server: $schema=../schemas/article.schema.json"
# Section: heading, number of claims, subsections. 85 claims in all.
OUTLINE = (
    ("Overview", 14, ()),
    (
        "Symptoms",
        9,
        (
            ("Body areas", 0, (("Neck", 4, ()), ("Eyelids", 11, ()), ("Jaw", 7, ()))),
            ("Hand and forearm", 5, ()),
            ("When to see a doctor", 4, ()),
        ),
    ),
    ("Causes", 5, (("Linked conditions", 14, ()),)),
    ("Complications", 12, ()),
)
TYPES = ("article-journal",) * 8 + ("chapter",) * 3 + ("webpage",) * 4 + ("entry-encyclopedia",)

SYLLABLES = ("ba", "lo", "ke", "mi", "tor", "ven", "dal", "sum", "pri", "gan", "hel", "ros")
ENDINGS = ("son", "berg", "ová", "ström", "well", "elli", "ez", "gård", "ton", "müller")
SUBJECTS = (
    *("Pain", "Stiffness", "Weakness", "Tiredness", "Numbness", "Dizziness", "Trembling"),
    *("Slurred speech", "Blurred sight", "Poor sleep", "Slow movement", "Loss of balance"),
)
EFFECTS = (
    *("may ease with rest", "may come and go", "can get worse with stress"),
    *("often begins on one side", "is sometimes mistaken for another disorder"),
    *("tends to be mild at first", "can last for several hours", "may return after treatment"),
    *("can make everyday tasks harder", "usually does not need surgery"),
)
REMARKS = (
    *("", "", "", " at any age", " in some people", " during the first year"),
    *(" while writing", " after a day at work"),
)
TOPICS = (
    *("Diagnosis", "Treatment", "Epidemiology", "Genetics", "Imaging", "Rehabilitation"),
    *("Exercise", "Quality of life", "Pain control", "Long-term outcome", "Sleep", "Speech"),
    *("Surgery", "Medicines", "Family history", "Early signs", "Nutrition", "Self-care"),
)
JOURNALS = ("Annals of Invented Medicine", "Example Neurology", "Journal of Sample Disorders")
HOSTS = ("www.example.org", "health.example.net", "library.example.com")
FIELDS = (
    *("number", "type", "access", "authors", "organization", "et_al", "editors", "title"),
    *("container", "edition", "publisher", "volume", "issue", "pages", "published", "doi"),
    *("url", "accessed"),
)


def article(seed: int, number: int) -> str:
    """The text of article *number*."""
    random = Random(f"{seed}:{number}")
    name = f"{_word(random, 3)} syndrome {number}"
    reviewed = str(_recently(random, 900))
    content: Mapping = {
        "schema_version": 1,
        "id": _slug(name),
        "title": name,
        "language": "en",
        "condition": {
            "name": name,
            "codes": [
                {"system": "MONDO", "code": f"{9_000_000 + number}", "match": "exact"},
                {"system": "HPO", "code": f"{number:07}", "match": "close"},
            ],
        },
        "review": {"last_reviewed": reviewed, "reviewers": [_person(random), _person(random)]},
        "sections": _sections(random, name),
        "references": _references(random, name),
    }
    for fault in random.sample(FAULTS, random.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6))):
        fault(random, content)
    content["references"] = [
        {field: entry[field] for field in FIELDS if field in entry}
        for entry in content["references"]
    ]
    return "\n".join((SCHEMA_COMMENT, "", *_lines(content), ""))


def _sections(random: Random, name: str) -> list[Mapping]:
    wordings = list(product(SUBJECTS, EFFECTS))
    random.shuffle(wordings)
    citations = _citations(random)

    def claim() -> Mapping:
        subject, effect = wordings.pop()
        return {
            "id": _slug(f"{subject} {effect}"),
            "text": f"{subject} in {name} {effect}{random.choice(REMARKS)}.",
            "references": next(citations),
        }

    def section(heading: str, claims: int, children: Any) -> Mapping:
        entry: Mapping = {"id": _slug(heading), "heading": heading}
        if claims > 8:
            entry |= {"layout": "list", "lead_in": f"{heading}, point by point:"}
        entry["claims"] = [claim() for _ in range(claims)]
        if children:
            entry["sections"] = [section(*child) for child in children]
        return entry

    return [section(*part) for part in OUTLINE]


def _citations(random: Random) -> Iterator[list[int]]:
    """What each claim cites: the next reference every few claims, otherwise earlier ones."""
    known = 0
    for index in count():
        cited = random.choices(range(1, known + 1), k=random.randint(1, 3)) if known else []
        if known < len(TYPES) and index % 5 == 0:
            known += 1
            cited.append(known)
        yield sorted(set(cited))


def _references(random: Random, name: str) -> list[Mapping]:
    types = random.sample(TYPES, len(TYPES))
    topics = random.sample(TOPICS, len(TYPES))
    return [
        {"number": number, "type": kind} | _work(random, kind, topic, name, number)
        for number, (kind, topic) in enumerate(zip(types, topics, strict=True), 1)
    ]


def _work(random: Random, kind: str, topic: str, name: str, number: int) -> Mapping:
    year, page = random.randint(2020, 2025), random.randint(1, 900)
    people = [_person(random) for _ in range(random.randint(1, 6))]
    pages = f"{page}-{page + random.randint(3, 20)}"
    url = f"https://{random.choice(HOSTS)}/{_slug(name)}/{_slug(topic)}"
    work: Mapping = {"title": f"{topic} in {name}"}
    page_read = {"url": url, "accessed": str(_recently(random, 300))}
    if kind == "article-journal":
        work |= {"title": f"{topic} in {name}: A review of {random.randint(12, 90)} studies"}
        work |= {"authors": people, "container": random.choice(JOURNALS), "published": year}
        work |= {"volume": year - 1980, "issue": random.randint(1, 12), "pages": pages}
        if len(people) == 6:
            work |= {"authors": people[:3], "et_al": True}
        return work | {"doi": f"10.5555/{_slug(name)}.{year}.{number}"}
    if kind == "chapter":
        work |= {"authors": people, "editors": [_person(random), _person(random)]}
        work |= {"container": f"{_word(random, 2)}'s Textbook of Disorders", "edition": "4th"}
        work |= {"publisher": "Example Press", "published": year, "pages": pages}
        return work | page_read
    if kind == "webpage":
        return work | {"organization": "National Institute of Examples"} | page_read
    work |= {"access": "subscription", "authors": people, "publisher": "Example Reference"}
    return work | page_read


def _update(kind: str, **changes: object) -> Callable[[Random, Mapping], None]:
    """The fault that changes fields of some reference of a *kind*; None removes them."""

    def apply(random: Random, content: Mapping) -> None:
        entry = random.choice([ref for ref in content["references"] if ref["type"] == kind])
        for field, value in changes.items():
            if value is None:
                entry.pop(field, None)
            elif callable(value):
                entry[field] = value(entry[field])
            else:
                entry[field] = value

    return apply


def _review(**changes: object) -> Callable[[Random, Mapping], None]:
    """The fault of a neglected review."""
    return lambda _random, content: content["review"].update(changes)


def _cite(change: Callable[[list[int]], list[int]]) -> Callable[[Random, Mapping], None]:
    """The fault that changes what every claim cites."""

    def apply(_random: Random, content: Mapping) -> None:
        for claim in _claims(content["sections"]):
            claim["references"] = change(claim["references"])

    return apply


def _repeat_citation(random: Random, content: Mapping) -> None:
    claim = random.choice(list(_claims(content["sections"])))
    claim["references"] = [*claim["references"], claim["references"][0]]


def _leave_marker(random: Random, content: Mapping) -> None:
    claim = random.choice(list(_claims(content["sections"])))
    claim["text"] += f" [{random.randint(1, 16)}]"


def _drop_citations(random: Random, content: Mapping) -> None:
    random.choice(list(_claims(content["sections"])))["references"] = []


FAULTS = (
    _update("article-journal", volume=None),
    _update("article-journal", pages=None),
    _update("article-journal", authors=lambda names: names[:1], et_al=True),
    _update("article-journal", doi="https://doi.org/{}".format),
    _update("article-journal", published="2009-03"),
    _update("chapter", authors=None),
    _update("chapter", accessed="2023-02-01"),
    _update("webpage", accessed="2022-04-22"),
    _update("webpage", accessed=None),
    _update("webpage", url="{}?utm_source=newsletter".format),
    _update("webpage", url=lambda url: url.replace("https:", "http:")),
    _update("entry-encyclopedia", url="https://library.example.com/search"),
    _review(last_reviewed="2022-06-18"),
    _review(reviewers=[]),
    _cite(lambda numbers: sorted({min(number, 15) for number in numbers})),
    _cite(lambda numbers: [{4: 9, 9: 4}.get(number, number) for number in numbers]),
    _repeat_citation,
    _leave_marker,
    _drop_citations,
)


def _claims(sections: list[Mapping]) -> Iterator[Mapping]:
    for section in sections:
        yield from section["claims"]
        yield from _claims(section.get("sections", []))


def _word(random: Random, syllables: int) -> str:
    return "".join(random.choice(SYLLABLES) for _ in range(syllables)).capitalize()


def _person(random: Random) -> str:
    return f"{_word(random, 1)}{random.choice(ENDINGS)} {random.choice('ABDEHJKM')}"


def _slug(text: str) -> str:
    return text.lower().replace(" ", "-")


def _recently(random: Random, days: int) -> date:
    return TODAY - timedelta(days=random.randint(1, days))


def _lines(mapping: Mapping, indent: str = "") -> Iterator[str]:
    """*mapping* as YAML: blocks, but lists of scalars in flow style."""
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{indent}{key}:"
            for item in value:
                first, *others = _lines(item, indent + "    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from others
        elif isinstance(value, list):
            yield f"{indent}{key}: [{', '.join(map(_scalar, value))}]"
        else:
            yield f"{indent}{key}: {_scalar(value)}"


def _scalar(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    quoted = isinstance(value, str) and (": " in text or text.endswith(":") or text.isdigit())
    return f'"{text}"' if quoted else text


def write(directory: Path, articles: int, seed: int) -> list[Path]:
    """Write as many *articles* into *directory*, and return their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = [directory / f"article-{number:05}.yaml" for number in range(1, articles + 1)]
    for number, path in enumerate(paths, 1):
        path.write_bytes(article(seed, number).encode())
    return paths


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--count", "articles", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(directory: Path, articles: int, seed: int) -> None:
    """Write invented articles into DIRECTORY."""
    paths = write(directory, articles, seed)
    size = sum(path.stat().st_size for path in paths)
    click.echo(f"{articles} articles, {size / articles:,.0f} bytes on average")


if __name__ == "__main__":
    main()
