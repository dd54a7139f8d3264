"""Rules of the group ``schema``: can the file be read, and has it the right shape?"""

import re
from collections.abc import Iterator

from citewell.document import Document
from citewell.finding import Fix, NodePath, Operation, Remark
from citewell.reading import Reading
from citewell.rules.rule import Digest, Policy

_COMMENT = "# yaml-language-server: $schema="
_DECLARATION = re.compile(r"#\s*yaml-language-server\s*:\s*\$schema=\S")


def invalid_yaml(document: Document, _policy: Policy) -> Iterator[Remark]:
    """The file is readable text in plain YAML 1.2.

    What: a file that cannot be read or is none, is larger than 5 MB, is not UTF-8, is not
        YAML, holds several documents, is nested over 100 levels deep, or uses anchors,
        aliases, tags, merge keys, keys that are not text, or a directive of another version.
    Why: nothing in such a file is judged. YAML allows some of this (1.2.2: 5.2 on encodings,
        7.1 on aliases), but readers differ on it, and an alias can blow a small file up to
        gigabytes.
    Bad:
        title: &name Dystonia
        condition: {name: *name}
    Good:
        title: Dystonia
        condition: {name: Dystonia}
    """
    return _problems(document, "invalid-yaml")


def duplicate_key(document: Document, _policy: Policy) -> Iterator[Remark]:
    """No mapping has one key twice.

    What: a key that stands a second time in the same mapping, at any depth.
    Why: YAML 1.2.2, 3.2.1.1: keys are unique. Most readers keep the last and say nothing,
        so that what an editor sees is not what is published.
    Bad:
        title: Dystonia
        title: Dystonias
    Good:
        title: Dystonia
    """
    return _problems(document, "duplicate-key")


def _problems(document: Document, kind: str) -> Iterator[Remark]:
    for problem in document.problems:
        if problem.kind == kind:
            yield Remark(
                problem.path, problem.message, problem.help, on_key=True, place=problem.place
            )


def schema_violation(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """The article has the keys and the types of values that its schema asks for.

    What: a key that is missing or unknown, or a value of the wrong type. The schema is
        `schemas/article.schema.json`. Nodes without a fault are judged all the same.
    Why: a misspelt key drops a fact without a trace; an editor that knows the schema shows
        the same faults while one types.
    Bad:
        condition: {nmae: Dystonia}
    Good:
        condition: {name: Dystonia}
    """
    for violation in reading.violations:
        yield Remark(
            violation.path,
            violation.message,
            violation.help,
            on_key=violation.on_key,
        )


def duplicate_id(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Every id names one thing: one claim or section of its article, one article of all.

    What: a claim with the id of an earlier claim, a section with that of an earlier
        section, an article with that of another article.
    Why: waivers, attestations and reports name claims by their ids; if an id means two
        things, they mean neither.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
          - {id: tremor, text: Tremor can be the first sign., references: [1]}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
          - {id: tremor-first, text: Tremor can be the first sign., references: [1]}
    """
    for kind, nodes in (("section", reading.sections), ("claim", reading.claims)):
        seen: set[str] = set()
        for path, node in nodes:
            if node.id in seen:
                yield _taken_id((*path, "id"), f"another {kind} of this article")
            seen.add(node.id)


def duplicate_article_id(
    articles: tuple[Digest, ...], _policy: Policy
) -> Iterator[tuple[str, Remark]]:
    """The part of :func:`duplicate_id` that compares articles; each is told of the others."""
    files: dict[str, list[str]] = {}
    for article in articles:
        if article.id:
            files.setdefault(article.id, []).append(article.file)
    for same in files.values():
        for file in same:
            others = ", ".join(other for other in same if other != file)
            if others:
                yield file, _taken_id(("id",), f"the article in {others}")


def _taken_id(path: NodePath, holder: str) -> Remark:
    return Remark(
        path,
        f"This id is also that of {holder}",
        "Give each its own id; waivers and attestations that name it follow the one they mean.",
    )


def schema_not_declared(document: Document, _policy: Policy) -> Iterator[Remark]:
    """The comment at the top tells editors which schema the article follows.

    What: no comment above the first key that begins `# yaml-language-server: $schema=`.
    Why: with it, editors with the YAML language server complete keys and show faults while
        one types; without it they stay silent.
    Bad:
        schema_version: 1
    Good:
        # yaml-language-server: $schema=../schemas/article.schema.json
        schema_version: 1
    """
    if document.data is None:
        return
    for line in document.text.splitlines():
        if _DECLARATION.match(line):
            return
        if line.strip() and not line.startswith(("#", "---", "%")):
            break
    comment = _COMMENT + document.schema
    yield Remark(
        (),
        "No schema is declared, so editors cannot help",
        f"Put this line at the top: {comment}",
        fix=Fix(True, "Declare the schema", (Operation("insert-line", "", comment),)),
    )
