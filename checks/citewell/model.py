"""The article: pydantic models of what an author writes.

The models ask only for what gives a node its identity, and for right types; what a
good reference has beyond that is a matter of rules. ``schemas/article.schema.json`` is
generated from :class:`Article`. A YAML editor's validator sees scalars typed after YAML
1.2 (``12`` a number, ``true`` a boolean) where citewell reads text, so each scalar type
here states a JSON Schema that admits just the same documents.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from citewell.dates import PartialDate, parse_day, parse_partial
from citewell.identifiers import bare_doi, comparable, is_doi, nfc

# 1.0 is a whole number to JSON Schema.
_NUMBER = re.compile(r"\+?0{0,9}[1-9][0-9]{0,8}(\.0*)?")
# What is white space to one of the dialects of regular expressions is so to all.
_VISIBLE = r"[^\s\u0085\ufeff]"
_SCALAR = ["string", "number", "boolean"]


def _scalar(parse: Callable[[str], object], expected: str) -> BeforeValidator:
    """A validator that reads text by *parse*, and says what was *expected* on a ValueError."""

    def validate(value: object) -> object:
        if isinstance(value, str):
            try:
                return parse(value)
            except ValueError:
                pass
        raise PydanticCustomError("expected", "{expected}", {"expected": expected})

    return BeforeValidator(validate)


def _matching(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def parse(text: str) -> str:
        if compiled.search(text) is None or text.endswith("\n"):
            raise ValueError(text)
        return text

    return parse


def _patterned(pattern: str, expected: str) -> Any:
    schema = {"type": "string", "pattern": pattern}
    return Annotated[str, _scalar(_matching(pattern), expected), WithJsonSchema(schema)]


def _parse_flag(text: str) -> bool:
    flags = {"true": True, "True": True, "TRUE": True}
    flags |= {"false": False, "False": False, "FALSE": False}
    if text not in flags:
        raise ValueError(text)
    return flags[text]


def _parse_version(text: str) -> int:
    if text != "1":
        raise ValueError(text)
    return 1


def parse_number(text: str) -> int:
    """Read a whole number from 1 in any form of YAML's, such as ``01`` or ``1.0``."""
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return int(text.partition(".")[0])


AnyText = Annotated[str, WithJsonSchema({"type": _SCALAR})]
Text = Annotated[
    str, Field(pattern=_VISIBLE), WithJsonSchema({"type": _SCALAR, "pattern": _VISIBLE})
]
Number = Annotated[
    int,
    _scalar(parse_number, "a whole number from 1"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 999_999_999},
                {"type": "string", "pattern": f"^{_NUMBER.pattern}$"},
            ]
        }
    ),
]
# 1 and 01 would be one key to some readers and two to others.
_KEY = r"^[1-9][0-9]{0,8}$"
Key = Annotated[int, _scalar(lambda text: int(_matching(_KEY)(text)), "a whole number from 1")]
Flag = Annotated[
    bool,
    _scalar(_parse_flag, "true or false"),
    WithJsonSchema({"enum": [True, False, "true", "True", "TRUE", "false", "False", "FALSE"]}),
]
Day = Annotated[
    date,
    _scalar(parse_day, "a date as YYYY-MM-DD"),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
Published = Annotated[
    PartialDate,
    _scalar(parse_partial, "a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1000, "maximum": 9999},
                {"type": "string", "pattern": r"^[1-9]\d{3}(-(0[1-9]|1[0-2]))?$"},
                {"type": "string", "format": "date", "pattern": r"^[1-9]\d{3}-\d{2}-\d{2}$"},
            ]
        }
    ),
]
Id: Any = _patterned(
    # What YAML takes for a boolean or for nothing cannot be told from a word by its readers.
    r"^(?!([Tt]rue|TRUE|[Ff]alse|FALSE|[Nn]ull|NULL)$)[A-Za-z][A-Za-z0-9._-]*$",
    "an id: a letter, then letters, digits, '-', '_' or '.'",
)
Sha256: Any = _patterned(r"^[0-9a-f]{64}$", "a SHA-256 sum: 64 hexadecimal digits in lower case")
Language: Any = _patterned(
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", "a language tag of BCP 47 such as en or pt-BR"
)
WaiverTarget: Any = _patterned(
    r"^(article|(section|claim):[A-Za-z][A-Za-z0-9._-]*|reference:[1-9][0-9]*|"
    r"host:[A-Za-z0-9._:\[\]\u00a1-\u167f\u2c00-\u2fff\u3001-\ud7ff-]+)$",
    "article, section:ID, claim:ID, reference:N or host:NAME",
)
Version = Annotated[
    int, _scalar(_parse_version, "1, the only version so far"), WithJsonSchema({"enum": [1, "1"]})
]
WorkType = Literal[
    "article-journal",  # container: the journal
    "chapter",  # container: the book
    "book",
    "webpage",  # container: the site
    "entry-encyclopedia",  # a topic of a reference work that is kept up to date
    "report",
    "dataset",
]
WORK_TYPES: tuple[str, ...] = get_args(WorkType)
Access = Literal["open", "subscription", "internal"]


class Node(BaseModel):
    """What all models share: no unknown keys, and no changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Code(Node):
    """A code that a terminology gives the condition."""

    system: Text = Field(description="The terminology, such as MONDO or ICD-10.")
    code: Text = Field(description="The code; quote it if it begins with 0.")
    match: Literal["exact", "broad", "narrow", "close"] = Field(
        "exact", description="How the code's meaning relates to the article's condition."
    )


class Condition(Node):
    """The condition that the article is about."""

    name: Text
    codes: tuple[Code, ...] = ()


class Review(Node):
    """The last time that somebody answered for the whole article."""

    last_reviewed: Day | None = Field(None, description="The day of the last medical review.")
    reviewers: tuple[Text, ...] = Field((), description="Who reviewed it, by name.")


class Claim(Node):
    """The smallest statement that a reader could ask "who says so?" about."""

    id: Id = Field(description="Unique in the article; stays when the claim moves.")
    kind: Literal["fact", "advice"] = "fact"
    text: Text = Field(description="The statement, in plain words, without citation marks.")
    references: tuple[Number, ...] | None = Field(
        None, description="Numbers of the references that support the claim."
    )
    locators: dict[Key, Text] = Field(
        default_factory=dict,
        description="Where in a reference: its number, then a page or section.",
        json_schema_extra={"propertyNames": {"pattern": _KEY}},
    )


class Section(Node):
    """A heading with the claims and the sections below it."""

    id: Id
    heading: Text
    layout: Literal["paragraph", "list"] = "paragraph"
    lead_in: Text | None = Field(None, description="Words that introduce a list and claim nothing.")
    claims: tuple[Claim, ...] = ()
    sections: tuple["Section", ...] = ()


class Archive(Node):
    """A capture of a page in a web archive."""

    url: AnyText
    captured: Day


class _Reference(Node):
    number: Number = Field(description="The number that claims cite.")
    access: Access = Field("open", description="internal: the public cannot reach it.")
    authors: tuple[Text, ...] = Field((), description="Each as Surname AB, in the work's order.")
    organization: Text | None = Field(None, description="The author, where it is a body.")
    et_al: Flag = Field(False, description="There are more names than the entry gives.")
    editors: tuple[Text, ...] = Field((), description="Each as Surname AB.")
    container: Text | None = Field(None, description="The journal, book or site it is part of.")
    edition: Text | None = None
    publisher: Text | None = None
    volume: Text | None = None
    issue: Text | None = None
    pages: Text | None = Field(None, description="Pages, or the number of an e-locator.")
    published: Published | None = None
    doi: AnyText | None = Field(None, description="The bare DOI, such as 10.1000/182.")
    pmid: Number | None = Field(None, description="The PubMed number.")
    url: AnyText | None = None
    accessed: Day | None = Field(None, description="The day an editor last read the page.")
    archive: Archive | None = None
    note: Text | None = None


class Work(_Reference):
    """Something published or kept, with a title; its type is named as in CSL-JSON."""

    type: WorkType
    title: Text


class PersonalCommunication(_Reference):
    """What a person said or wrote to the author; the person stands instead of a title."""

    type: Literal["personal_communication"]
    title: Text | None = None
    authors: tuple[Text, ...] = Field(min_length=1, description="Who said it: Surname AB.")


Reference = Work | PersonalCommunication
AnyReference = Annotated[Reference, Discriminator("type")]


class Attestation(Node):
    """A named person's statement that a reference supports a claim, as both are worded."""

    claim: Id
    reference: Number
    by: Text
    date: Day
    quote: Text = Field(description="The words in the source.")
    claim_sha256: Sha256 = Field(
        description="SHA-256 of the claim's text in UTF-8, after Unicode NFC, and with each run of "
        "white space as one blank and none at the ends. Nothing else of the claim."
    )
    reference_sha256: Sha256 = Field(
        description="SHA-256 of what identifies the work: its DOI in lower case, or else its "
        "PubMed number, or else title, container, first name and year. Not the number in the list, "
        "the address, the access date or the archived copy."
    )


class Waiver(Node):
    """A recorded decision to live with a finding."""

    rule: Text
    target: WaiverTarget = Field(description="What the finding is about.")
    reason: AnyText | None = Field(None, description="Why; without one it waives nothing.")
    owner: Text = Field(description="Who answers for the decision.")
    expires: Day = Field(description="The last day on which it holds.")


class Article(Node):
    """One condition, in sections of claims, and the references that the claims cite."""

    schema_version: Version
    id: Id = Field(description="Unique among all articles.")
    title: Text
    language: Language = Field(description="BCP 47, such as en.")
    condition: Condition
    review: Review
    sections: tuple[Section, ...]
    references: tuple[AnyReference, ...]
    attestations: tuple[Attestation, ...] = ()
    waivers: tuple[Waiver, ...] = ()


def work_identity(reference: Mapping[str, object]) -> str:
    """What makes the work of a reference that work, whatever its number or access date.

    Its DOI; or its PubMed number; or title, container, first name and year. The fields
    may be those of a model or plain data that broke the schema.
    """
    return next(identities(reference))


def identities(reference: Mapping[str, object]) -> Iterator[str]:
    """All that identifies the work of a reference, the surest first.

    The fields may be those of a model, or plain data that broke the schema.
    """
    doi = bare_doi(str(reference.get("doi") or ""))
    if is_doi(doi):
        yield f"doi:{doi.lower()}"
    if pmid := reference.get("pmid"):
        yield f"pmid:{pmid}"
    names = reference.get("authors") or reference.get("organization") or reference.get("editors")
    first = names[0] if isinstance(names, (list, tuple)) and names else names
    year = str(reference.get("published") or "")[:4]
    parts = (reference.get("title"), reference.get("container"), first, year)
    yield "work:" + "|".join(comparable(str(part or "")) for part in parts)


def text_sha256(text: str) -> str:
    """The sum that binds an attestation to the wording of a claim.

    It is the SHA-256 of *text* in UTF-8, after Unicode NFC, and with each run of white space
    (what ``str.split`` takes for that) as one blank and none at the ends. So wrapping lines
    anew changes nothing; a letter's case or a comma is wording.
    """
    return _sha256(" ".join(nfc(text).split()))


def work_sha256(reference: Reference) -> str:
    """The sum that binds an attestation to a work.

    It is the SHA-256 in UTF-8 of the first of these that *reference* has:
    ``doi:`` and the bare DOI in lower case; ``pmid:`` and the PubMed number; ``work:`` and, with
    ``|`` between them, title, container, first name (of the authors, or else the organization, or
    else of the editors) and year, each in the form of :func:`citewell.identifiers.comparable`.
    Nothing else counts: not its number in the list, its address, access date or archived copy.
    """
    return _sha256(work_identity(vars(reference)))


def work_sums(reference: Reference) -> frozenset[str]:
    """The sum that :func:`work_sha256` gives *reference*, and those it gave if it lacked some ids.

    Who adds a DOI to an entry does not make another work of it.
    """
    return frozenset(map(_sha256, identities(vars(reference))))


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
