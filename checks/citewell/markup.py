"""Text without markup: registries and editors both leave HTML, MathML and entities in titles."""

import re
from contextlib import suppress
from html import unescape

_TAG = re.compile(r"</?([A-Za-z][\w:.-]{0,30})(?:\s[^<>]{0,500})?/?>")
_BREAKS = frozenset({"br", "p", "div", "li", "title", "jats:p", "jats:title", "jats:break"})


_NO_CHARACTER = re.compile(r"&#[xX]?[0-9a-fA-F]{20,};?")  # the library cannot bear them
_GARBLED = re.compile(r"\w[?\ufffd]\w|\ufffd")


def is_garbled(text: str) -> bool:
    """Whether letters of *text* were lost on the way, as in "Schr?ter"."""
    return _GARBLED.search(text) is not None


def _unescaped(text: str) -> str:
    return unescape(_NO_CHARACTER.sub("", text)) if "&" in text else text


def plain(text: str) -> str:
    """*text* on one line, without tags, entities and invisible characters.

    Entities are undone twice, as they are often escaped twice; "p < 0.05" is no tag. UTF-8
    that was taken for Latin-1 becomes what it was ("Ã³" is an ó).
    """
    text = _unescaped(_unescaped(text))
    if "Ã" in text or "Â" in text:
        with suppress(UnicodeError):
            text = text.encode("cp1252").decode("utf-8")
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if tag[1].lower() in _BREAKS else "", text)
    text = " ".join(text.split())
    return text if text.isprintable() else "".join(filter(str.isprintable, text))
