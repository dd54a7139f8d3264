"""Text from articles, registries and pages, made fit to be shown: nothing in it steers a screen."""

import re

from citewell.identifiers import mask_secrets

# Controls, separators of lines, and what changes the direction of text or cannot be seen;
# joiners, variation selectors and soft hyphens are part of words and emoji.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e00ff\ud800-\udfff]"
)
_JOINER = "\u2060"  # joins words, takes no room, and is part of no name
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]")
_SPLIT_FORMULA = re.compile(r"(;\s*)([=+\-@\uff0b\uff0d\uff1d\uff20])")


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

    An apostrophe before it makes it text (OWASP, "CSV Injection"); also behind a semicolon, at
    which spreadsheets in many languages split.
    """
    text = f"'{text}" if _FORMULA.match(text) else text
    return _SPLIT_FORMULA.sub(r"\1'\2", text)


def markdown(text: str) -> str:
    """*text* so that Markdown and HTML leave it as it is, and GitHub makes no link of it."""
    text = re.sub(r"([\\`*_{}\[\]()<>|#&~!$:])", r"\\\1", text)
    return _unlinked(text).replace("www.", r"www\.")


def html_on_github(text: str) -> str:
    """*text* for HTML within Markdown, of which GitHub makes no link either."""
    from html import escape  # what few formats need

    text = _unlinked(text).replace("://", f":{_JOINER}//").replace("www.", f"www{_JOINER}.")
    return escape(text)


def _unlinked(text: str) -> str:
    """*text* in which no name is called, and no issue: these are found behind all escapes."""
    text = text.replace("@", f"@{_JOINER}").replace("#", f"#{_JOINER}")
    return re.sub(r"(?i)\b(GH)-(?=\d)", rf"\1{_JOINER}-", text)
