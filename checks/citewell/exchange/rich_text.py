"""Texts with the tags and entities that citation managers and publishers leave in titles."""

import re
from html import unescape

from citewell.exchange.raised import FIGURES, subscript, superscript

_TAG = re.compile(r"</?(?:i|b|em|strong|sup|sub|sc|scp|span)(?: [^<>]{0,99})?>")
_RAISED = re.compile(rf"<(sup|sub)>({FIGURES})</\1>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#[xX][0-9a-fA-F]{1,6});")


def plain(text: str) -> str:
    """*text* without them; figures that they raise or lower stay where they are."""
    if "<" in text:
        text = _TAG.sub("", _RAISED.sub(_raised, text))
    return _ENTITY.sub(lambda match: unescape(match[0]), text) if "&" in text else text


def _raised(match: re.Match[str]) -> str:
    return (superscript if match[1] == "sup" else subscript)(match[2])
