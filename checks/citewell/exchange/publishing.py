"""What may leave the house: no secret of an address, no control character; and under which ids."""

from collections import Counter
from typing import Any, NamedTuple
from unicodedata import category

from citewell.identifiers import has_secret, mask_secrets
from citewell.model import Reference


class Published(NamedTuple):
    """A reference fit to be given away, and the fields that were left out of it."""

    reference: Reference
    withheld: tuple[str, ...]


def publishable(reference: Reference) -> Published:
    """*reference* without addresses that carry a secret, as a masked address leads nowhere.

    In other texts the secret alone is masked; control characters are left out of all.
    """
    withheld = []
    if has_secret(reference.url or ""):
        withheld.append("url")
    if reference.archive and has_secret(reference.archive.url):
        withheld.append("archive")
    changes: dict[str, Any] = {field: _fit(value) for field, value in vars(reference).items()}
    changes |= dict.fromkeys(withheld)
    return Published(reference.model_copy(update=changes), tuple(withheld))


def _fit(value: Any) -> Any:
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(map(_fit, value))
    return value


def fit(text: str) -> str:
    """*text* on one line, without control characters, and with secrets masked."""
    text = " ".join(text.split())
    if not text.isprintable():
        text = "".join(each for each in text if category(each) != "Cc")
    return mask_secrets(text)


def unique(key: str, taken: Counter[str]) -> str:
    """*key*, with a number behind it if it is *taken*; it is from now on."""
    taken[key] += 1
    return key if taken[key] == 1 else unique(f"{key}-{taken[key]}", taken)
