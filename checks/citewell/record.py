"""What is held elsewhere: records of works, notices about them, captures of pages, their words."""

import re
from dataclasses import dataclass
from datetime import date

_PART_OF_NAME = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NICKNAME = re.compile(r"\([^()]*\)|[\"“][^\"”]*[\"”]")
_MOST_INITIALS = 3  # that are printed as one word, such as the "AJ" of "Roe AJ"


@dataclass(frozen=True, slots=True)
class Name:
    """An author or editor; a group has a ``family`` and nothing else."""

    family: str
    given: str = ""
    is_group: bool = False

    def __str__(self) -> str:
        """The name as indexes print it."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def brief(self) -> str:
        """The name as references print it, such as Roe J.

        Given names that are short and in capitals are initials already, unless all is in capitals.
        """
        is_shouted = self.family.isupper() and len(self.family) > 1
        initials = "".join(
            part if part.isupper() and len(part) <= _MOST_INITIALS and not is_shouted else part[0]
            for part in _PART_OF_NAME.findall(_NICKNAME.sub(" ", self.given))
        )
        return f"{self.family} {initials.upper()}".rstrip()


@dataclass(frozen=True, slots=True)
class Notice:
    """What was said of a work after its publication, such as that it is retracted.

    ``kind`` and ``label`` are the registry's own words, ``source`` says who told it so
    (publisher or retraction-watch), ``doi`` is that of the notice. ``issued`` is as in an
    article: YYYY, YYYY-MM or YYYY-MM-DD, or empty.
    """

    kind: str
    label: str
    source: str
    issued: str
    doi: str

    def __str__(self) -> str:
        """The notice in one line: what, of when, where, and who says so."""
        source = f"the {self.source}".replace("retraction-watch", "Retraction Watch")
        source = source.replace("the Retraction", "Retraction")
        when = f" of {self.issued}" if self.issued else ""
        where = f", doi:{self.doi}" if self.doi else ""
        return f"{self.label[:1].lower()}{self.label[1:]}{when}{where} (told by {source})"


@dataclass(frozen=True, slots=True)
class Record:
    """A work as its registry describes it; what is not said is empty.

    ``titles`` and ``containers`` are all printings of one: translated, original, short.
    ``years`` are those of print, online and first publication, each of which is right;
    ``issued`` is the one to cite, as in an article: YYYY, YYYY-MM or YYYY-MM-DD. ``pages`` holds
    the number of an e-locator, too. ``updates`` are the DOIs of the works that this one is a
    notice about. ``et_al``: there are more authors than are named here, or more editors, if it
    has no authors. ``sha256`` is that of the registry's JSON, keys sorted.
    """

    doi: str
    sha256: str
    type: str = ""
    titles: tuple[str, ...] = ()
    subtitle: str = ""
    authors: tuple[Name, ...] = ()
    editors: tuple[Name, ...] = ()
    containers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    volume: str = ""
    issue: str = ""
    pages: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    updates: tuple[str, ...] = ()
    et_al: bool = False
    issued: str = ""
    publisher: str = ""

    def __str__(self) -> str:
        """The work in one line, as in a list of references."""
        authors = [*self.authors, *self.editors]
        first = f"{authors[0]}{' et al' if len(authors) > 1 else ''}" if authors else ""
        volume = f"{self.volume}({self.issue})" if self.issue else self.volume
        year = str(self.years[0]) if self.years else ""
        imprint = ":".join(filter(None, ["; ".join(filter(None, [year, volume])), *self.pages[:1]]))
        parts = (first, self.title, *self.containers[:1], imprint)
        return ". ".join(part.rstrip(".") for part in parts if part)

    @property
    def title(self) -> str:
        """The title, with its subtitle."""
        title = self.titles[0] if self.titles else ""
        return f"{title}: {self.subtitle}" if title and self.subtitle else title


@dataclass(frozen=True, slots=True)
class Description:
    """What a page says of the work that is on it, in its head.

    ``work`` is as if from a registry, but of type ``webpage`` unless the page says otherwise, and
    with no DOI if it names none; ``is_own``: that is said to be the DOI of this work, and not just
    an identifier. ``address`` is the one that the page gives itself, if any.
    """

    work: Record
    is_own: bool = False
    pmid: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as an archive has kept it: where, and of which day."""

    url: str
    captured: date


@dataclass(frozen=True, slots=True)
class Quote:
    """Words, and whether they are ``found`` on a page: None if that cannot be told, and why."""

    text: str
    found: bool | None
    reason: str = ""
