"""How links may be asked: the tables ``network``, ``ledger`` and ``endpoints`` of the settings."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from citewell.identifiers import url_fault

_MAIL_ADDRESS = re.compile(r"[^\s@;()]+@[^\s@;()]+")

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
SomeSeconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, strict=True)]
Count = Annotated[int, Field(ge=1, le=512, strict=True)]


def _address(text: str) -> str:
    if fault := url_fault(text):
        raise ValueError(f"this is no address: {fault}")
    return text.rstrip("/")


def _proxy(text: str) -> str:
    if text not in ("env", "none") and url_fault(text):
        raise ValueError("a proxy is env, none, or an address with http: or https:")
    return text


def _mail_address(text: str) -> str:
    if text and not (text.isascii() and _MAIL_ADDRESS.fullmatch(text)):
        raise ValueError("this is no e-mail address in ASCII")
    return text


class Table(BaseModel):
    """A table of the settings: no unknown keys, and no changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Network(Table):
    """Limits on what is asked, and how. ``proxy``: that of the environment, none, or one."""

    timeout: SomeSeconds = 20
    deadline: SomeSeconds = 300
    concurrency: Count = 64
    per_host: Count = 4
    host_delay: Seconds = 0.05
    retries: Annotated[int, Field(ge=0, le=10, strict=True)] = 2
    allow_private: bool = False
    proxy: Annotated[Literal["env", "none"] | str, AfterValidator(_proxy)] = "env"
    mailto: Annotated[str, AfterValidator(_mail_address)] = ""


class FreshDays(Table):
    """For how many days an answer is good enough not to ask again, by verdict."""

    ok: Days = 7
    moved: Days = 7
    blocked: Days = 3


class LedgerSettings(Table):
    """Where facts are kept, and what they add up to.

    A link that used to work is broken when its last ``confirm_failures`` probes have
    failed, over at least ``confirm_days`` days.
    """

    path: Annotated[str, Field(min_length=1)] = ".citewell/ledger.sqlite3"
    fresh_days: FreshDays = FreshDays.model_construct()
    confirm_failures: Annotated[int, Field(ge=1, strict=True)] = 3
    confirm_days: Days = 6


class Endpoints(Table):
    """The registries, by address."""

    doi: Annotated[str, AfterValidator(_address)] = "https://doi.org"
    crossref: Annotated[str, AfterValidator(_address)] = "https://api.crossref.org"
    datacite: Annotated[str, AfterValidator(_address)] = "https://api.datacite.org"
    archive: Annotated[str, AfterValidator(_address)] = "https://web.archive.org"
