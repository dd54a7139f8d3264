"""Short articles for tests: a fragment of one, and a faultless rest."""

import re

REST = {
    "schema_version": "schema_version: 1\n",
    "id": "id: example\n",
    "title": "title: Example\n",
    "language": "language: en\n",
    "condition": "condition: {name: Example}\n",
    "review": "review: {last_reviewed: 2026-06-18, reviewers: [Roe J]}\n",
    "sections": """\
sections:
  - id: overview
    heading: Overview
    claims:
      - {id: first, text: Dystonia is a disorder of movement., references: [1]}
      - {id: second, text: Spasms may hurt., references: [2]}
""",
    "references": """\
references:
  - number: 1
    type: article-journal
    authors: [Roe J]
    title: A review of dystonia
    container: Journal of Examples
    published: 2024
    volume: 4
    pages: 7-9
    doi: 10.5555/example.1
  - number: 2
    type: webpage
    organization: Example Institute
    title: Dystonia fact sheet
    url: https://example.org/dystonia
    accessed: 2026-06-18
""",
}
"""What a fragment leaves out, by top-level key; the rules have nothing to say about it."""

HEADER = "# yaml-language-server: $schema=../schemas/article.schema.json\n"


def article(fragment: str) -> str:
    """*fragment* followed by what it leaves out; it may hold ``claims`` of the only section."""
    keys = set(re.findall(r"(?m)^([a-z_]+):", fragment))
    if "claims" in keys:
        fragment = _in_section(fragment)
        keys |= {"sections"}
    return fragment + "".join(text for key, text in REST.items() if key not in keys)


def _in_section(fragment: str) -> str:
    """*fragment* with its top-level ``claims`` moved into a section."""
    lines, inside = [], False
    for line in fragment.splitlines(keepends=True):
        if line.startswith("claims:"):
            inside = True
            lines.append("sections:\n  - id: overview\n    heading: Overview\n")
        elif not line.startswith(" "):
            inside = False
        lines.append("    " + line if inside else line)
    return "".join(lines)
