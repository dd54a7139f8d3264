"""What registries may say: the records of an article, fields gone wrong, and answers that are none.

registries.crossref(DYSTONIA[0] | WRONG_FIELDS[0])
registries.fault("crossref", TOO_MANY)
"""

import json
from typing import Any

from web import Answer, page

Item = dict[str, Any]
Query = dict[str, list[str]]

HUGE = "<1e400>"  # goes out as the number 1e400, which json.dumps cannot write

# All that Crossref's `select` takes, as its own refusal lists it (2026); "language" is missing.
_SELECTS = """
abstract URL resource member posted score created degree update-policy short-title license ISSN
container-title issued update-to issue prefix approved indexed article-number
clinical-trial-number accepted author group-title DOI is-referenced-by-count updated-by event chair
standards-body original-title funder translator published archive published-print alternative-id
subject subtitle published-online publisher-location content-domain reference title link type
publisher volume references-count ISBN issn-type assertion deposited page content-created
short-container-title relation editor
"""
SELECTS = frozenset(_SELECTS.split())

_JSON = {"Content-Type": "application/json"}


def as_json(said: object, status: int = 200) -> Answer:
    return Answer(status, _JSON, json.dumps(said).replace(f'"{HUGE}"', "1e400").encode())


# The journal articles of content/dystonia.yaml, as far as shared/research/medical-content.md says.


def _article(doi: str, title: str, journal: tuple[str, str], year: int, **more: Any) -> Item:
    return {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "container-title": [journal[0]],
        "short-container-title": [journal[1]],
        "issued": {"date-parts": [[year]]},
    } | {name.replace("_", "-"): value for name, value in more.items()}


def _authors(*names: str) -> list[Item]:
    """Authors of the form "Batla A"."""
    split = [name.split(" ") for name in names]
    places = ["first", *["additional"] * len(names)]
    return [
        {"given": given, "family": family, "sequence": place, "affiliation": []}
        for (family, given), place in zip(split, places, strict=False)
    ]


DYSTONIA: tuple[Item, ...] = (
    _article(
        "10.4103/0028-3886.226439",
        "Dystonia: A review",
        ("Neurology India", "Neurol India"),
        2018,
        volume="66",
        issue="suppl",
        page="S48-S58",
        author=_authors("Batla A"),
    ),
    _article(
        "10.3389/fneur.2021.630221",
        "Blepharospasm, Oromandibular Dystonia, and Meige Syndrome: Clinical and Genetic Update",
        ("Frontiers in Neurology", "Front Neurol"),
        2021,
        volume="12",
        article_number="630221",
        author=_authors("Ma Hongying", "Qu J", "Ye L", "Shu Y", "Qu Q"),
    ),
    _article(
        "10.1038/s41572-018-0023-6",
        "Dystonia",
        ("Nature Reviews Disease Primers", "Nat Rev Dis Primers"),
        2018,
        volume="4",
        issue="1",
        article_number="25",
        author=_authors("Balint B"),  # and seven more, whose names we do not have
        updated_by=[  # its date, "updated", we do not have either
            {
                "DOI": "10.1038/s41572-018-0039-y",
                "type": "correction",
                "label": "Correction",
                "source": "publisher",
            }
        ],
    ),
    _article(
        "10.1016/j.nec.2018.12.001",
        "Neuromodulation: Deep Brain Stimulation for Treatment of Dystonia",
        ("Neurosurgery Clinics of North America", "Neurosurg Clin N Am"),
        2019,
        volume="30",
        issue="2",
        page="161-168",
        author=_authors("Dietz N", "Neimat J"),
    ),
)

_DATES: tuple[Any, ...] = (
    None,
    [],
    [None],
    [[]],
    [[None]],
    [["x"]],
    [[HUGE]],
    [[-1]],
    [[2018.5]],
    "2018",
    2018,
)
_WRONG: dict[str, tuple[Any, ...]] = {
    "type": (7, None, []),
    "title": (7, None, "Dystonia", [], [None], [7], {}),
    "author": (7, None, "Batla A", ["Batla A"], [None], [{}], [{"family": 7}], {"family": "Batla"}),
    "container-title": (7, None, "Neurology India", [None]),
    "short-container-title": (7, None, "Neurol India", [None]),
    "volume": (66, None, ["66"]),
    "issue": (2, None, [], HUGE),
    "page": (48, None, ["S48", "S58"], {}),
    "article-number": (630221, None, []),
    "issued": (None, "2018", 2018, [], *({"date-parts": parts} for parts in _DATES)),
    "published-print": tuple({"date-parts": parts} for parts in _DATES),
    "updated-by": (
        *(7, None, "retraction", {"type": "retraction"}, [None], ["retraction"], [{}]),
        *([{"DOI": 7, "type": "retraction"}], [{"DOI": "10.5555/notice", "type": ["retraction"]}]),
        [{"DOI": None, "type": "retraction", "source": {}, "label": 7, "updated": "yesterday"}],
    ),
    "relation": (7, None, [], {"is-preprint-of": "10.5555/x"}),
}

WRONG_FIELDS: tuple[Item, ...] = tuple(
    {field: value} for field, values in _WRONG.items() for value in values
)
"""Each puts something else into one field of a record of Crossref."""

WRONG_TYPES: dict[str, Answer] = {
    body: Answer(200, _JSON, body.encode())
    for body in (
        # of any service
        *("null", "7", "1e400", "NaN", '"text"', "[]", "{}", "[null]", "[[]]", '[["x"]]'),
        *('{"error": "text"}', '{"status": "failed"}'),
        # of Crossref
        *('{"message": null}', '{"message": "text"}', '{"message": []}', '{"message": {}}'),
        *('{"message": {"DOI": null}}', '{"message": {"DOI": 7, "title": "text"}}'),
        *('{"message": {"items": {}}}', '{"message": {"items": "text"}}'),
        '{"message": {"items": [null, 7, "text", [], {}, {"DOI": null}, {"DOI": 7}]}}',
        '{"message": {"items": [], "total-results": "many", "items-per-page": 1e400}}',
        # of DataCite
        *('{"data": null}', '{"data": "text"}', '{"data": [null, 7, {"id": 7}]}'),
        '{"data": {"id": 7, "attributes": []}}',
        '{"data": {"attributes": {"doi": 7, "titles": "text", "creators": {}, "container": []}}}',
        *('{"errors": {}}', '{"errors": [7]}'),
        # of doi.org
        *('{"responseCode": "1"}', '{"responseCode": true}', '{"responseCode": 1e400}'),
        '{"responseCode": 1, "values": {"type": "URL"}}',
        '{"responseCode": 1, "values": [null, {"type": 7}, {"type": "URL", "data": "text"}]}',
        *('[{"DOI": 7, "RA": "Crossref"}]', '[{"DOI": "10.5555/x", "RA": null}]', "[{}, null]"),
        # of the archive
        '[["timestamp", "original", "statuscode"]]',
        '[["timestamp", "original", "statuscode"], [20220420101010, null, 200]]',
        '[["timestamp", "original", "statuscode"], ["20229999999999", "http://[", "-"], [], null]',
        '[{"timestamp": "20220420101010"}]',
    )
}
"""Whole answers in which nothing is what it should be, by their text."""

TOO_MANY = Answer(429, body=page("Social activity too high. Try again later."))
TOO_MANY_WAIT = Answer(429, {"Retry-After": "2"}, page("Too many requests"))
UNAVAILABLE = Answer(503, {"Retry-After": "2"}, page("Service unavailable"))
HTML = Answer(200, body=page("Show that you are human.", title="Just a moment..."))
EMPTY = Answer(200, _JSON)
TRUNCATED = Answer(200, _JSON, b'{"status":"ok","message-type":"work","message":{"DOI":"10.5555')
TOO_DEEP = Answer(200, _JSON, b"[" * 100_000 + b"]" * 100_000)
MISLABELLED = Answer(404, _JSON, b"Resource not found.")  # text, as Crossref has once sent it
