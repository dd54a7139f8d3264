"""Text from articles, registries and pages, made fit to be shown: nothing in it steers a screen."""

import re

from citewell.identifiers import mask_secrets

# Controls, separators of lines, and what changes the direction of text or cannot be seen;
# joiners, variation selectors and soft hyphens are part of words and emoji.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e00ff\ud800-\udfff]"
)
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]")


def fit(text: str) -> str:
    """*text* on one line, with secrets masked, and the codes of steering characters spelled out."""
    if not text.isprintable():
        text = _STEERING.sub(_spelled, re.sub(r"[\t\n\r]+", " ", text))
    return mask_secrets(text)


def _spelled(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def json(text: str) -> str:
    """A JSON text in which steering characters stand as escapes, which mean the same."""
    return _STEERING.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2] for at in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair):04x}" for pair in pairs)


def cell(text: str) -> str:
    """*text* for a spreadsheet, which would take it for a formula if it began like one.

    An apostrophe before it makes it text (OWASP, "CSV Injection").
    """
    return f"'{text}" if _FORMULA.match(text) else text


def markdown(text: str) -> str:
    """*text* so that Markdown and HTML leave it as it is; an ``@`` in it calls nobody."""
    text = re.sub(r"([\\`*_{}\[\]()<>|#&~!$:])", r"\\\1", text)
    return text.replace("@", "@\u2060")
