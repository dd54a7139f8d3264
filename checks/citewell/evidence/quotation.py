"""Whether words that somebody quoted are on a page: pure, and linear in the size of the page.

Letters, digits, marks and symbols count, and their order: "<5 mg" is not ">5 mg". White space,
punctuation and the forms that Unicode holds equivalent are as the printer likes.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

from citewell.evidence.page import SHORT, decoded, is_html
from citewell.record import Quote

NOT_HTML = "the page is no HTML"
CUT = "only the beginning of the page was read"
SCRIPTED = "JavaScript fills the page with words"
GARBLED = "some letters of the page cannot be read"
UNREADABLE = "the page cannot be decompressed"
NO_WORDS = "the quote has no words"

# Every alternative takes what it has begun to its end, or to that of the page, as browsers do: so
# nothing is looked at twice, whatever the page is made of.
REST_OF_TAG = (
    r"(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+|))*+(?:>|\Z)"
)
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style)(?=[\s/>]){REST_OF_TAG}.*?(?=</(?P=raw)[\s/>]|\Z)"
    rf"|<(?P<tag>/?[a-z][^\s/>]*+){REST_OF_TAG}"
    r"|<[!?/][^>]*+(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# What a page has that is empty before its script has run (React, Vue, Angular, Next, Nuxt).
_EMPTY_SHELL = re.compile(
    r"<(?:div|main|body)\b[^<>]{0,300}?\bid=[\"']?(?:root|app|__next|__nuxt)\b[^<>]{0,300}+>\s*+<"
    r"(?:/|script)|<app-root\b|<noscript\b[^<>]{0,300}+>[^<]{0,300}?\bjavascript\b",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<script\b[^<>]*+>(.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL)
_IN_JSON = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt]|(.))", re.DOTALL)
_SHOWS_MORE = re.compile(r"<(?:script|i?frame|object|embed)(?=[\s/>])", re.IGNORECASE)
_NO_CHARACTER = re.compile(r"&#[0-9]{10,}+;?")  # and too long to be read as a number
_NUMBERS = re.compile(r"\[\s*+\d{1,3}+(?:\s*+[,;–—-]\s*+\d{1,3}+)*+\s*+\]")  # of references
_ELLIPSIS = re.compile(r"…|\.\s?\.\s?\.")
_ODD = re.compile(r"[\x80-\x9f\ufffd]")  # what is written in another encoding than is said
_LOST = "\ufffd"
# What is typed for an apostrophe, a hyphen or the stroke of a fraction, and marks of ownership,
# though Unicode does not call them punctuation.
_AS_PUNCTUATION = frozenset("`´ʼ−\u2044®™©")
_MOST_MARKS = 30  # on a letter, as in Unicode's stream-safe format: sorting them is quadratic


def find(
    quotes: Sequence[str], body: bytes, content_type: str, *, whole: bool
) -> tuple[Quote, ...]:
    """Which of *quotes* are on the page *body*; where that cannot be told, why.

    *whole* tells that it is not just the beginning of one. The marks of references, be they
    raised or numbers in brackets, may be in the quote, on the page, or on both. An ellipsis in a
    quote stands for anything.
    """
    if not is_html(body, content_type):
        return untold(quotes, NOT_HTML)
    sources = _sources(body, content_type)
    missing = dict.fromkeys(filter(_parts, quotes))
    sizes = []
    for text, numbered in (each for source in sources for each in _texts(source)):
        sizes.append(len(text))
        for quote in [quote for quote in missing if _is_in(text, _parts(quote, numbered))]:
            del missing[quote]
        if not missing:
            break
    doubt = _doubt(sources[0], sizes[0], whole) if missing else ""
    if missing and not doubt:
        scripts = " ".join(match[1] for match in _SCRIPT.finditer(sources[0]))
        raw = _bare(_unescaped(_IN_JSON.sub(_character, scripts)))
        doubts = {each: SCRIPTED if _is_in(raw, _parts(each)) else "" for each in missing}
    else:
        doubts = dict.fromkeys(missing, doubt)
    return tuple(_told(quote, quote in missing, doubts.get(quote, "")) for quote in quotes)


def _character(escape: re.Match[str]) -> str:
    """What an *escape* of JSON stands for."""
    return chr(int(escape[1], 16)) if escape[1] else escape[2] or " "


def untold(quotes: Sequence[str], reason: str) -> tuple[Quote, ...]:
    """That there is a *reason* why it cannot be told of any of *quotes*."""
    return tuple(Quote(quote, None, reason) for quote in quotes)


def _told(quote: str, is_missing: bool, doubt: str) -> Quote:
    if not _parts(quote):
        return Quote(quote, None, NO_WORDS)
    return Quote(quote, None, doubt) if is_missing and doubt else Quote(quote, not is_missing)


def _doubt(source: str, size: int, whole: bool) -> str:
    """Why words that are not in *source*, with *size* letters, may be on the page all the same."""
    if not whole:
        return CUT
    if _LOST in source:
        return GARBLED
    is_shell = _EMPTY_SHELL.search(source) or (size < SHORT and _SHOWS_MORE.search(source))
    return SCRIPTED if is_shell else ""


def _sources(body: bytes, content_type: str) -> list[str]:
    """The page as it says that it is encoded, and as it may be in truth."""
    said = decoded(body, content_type)
    names = ("utf-8", "cp1252") if _ODD.search(said) else ()
    return list(dict.fromkeys((said, *(body.decode(name, "replace") for name in names))))


def _texts(source: str) -> Iterator[tuple[str, bool]]:
    """The bare words of a page, with marks of references and without.

    With each comes whether numbers in brackets are among the words.
    """
    for text in dict.fromkeys(_words(source)):
        bare = _bare(text)
        yield bare, True
        without = _NUMBERS.sub("", text)
        yield bare if without == text else _bare(without), False


def _words(source: str) -> tuple[str, str]:
    """What *source* says without its markup: all of it, and what is not raised."""
    every: list[str] = []
    level: list[str] = []
    position, raised = 0, False
    for match in _MARKUP.finditer(source):
        if position < match.start():
            every.append(source[position : match.start()])
            level += [] if raised else every[-1:]
        position = match.end()
        tag = match["tag"]
        if tag and len(tag) < 5 and tag.lower() in ("sup", "/sup"):
            raised = tag[0] != "/"
    every.append(source[position:])
    level += [] if raised else every[-1:]
    whole = _unescaped(" ".join(every))
    return whole, whole if len(level) == len(every) else _unescaped(" ".join(level))


def _unescaped(text: str) -> str:
    return html.unescape(_NO_CHARACTER.sub("", text)) if "&" in text else text


def _parts(quote: str, numbered: bool = True) -> list[str]:
    """The words of *quote* between its ellipses, bare."""
    text = quote if numbered else _NUMBERS.sub("", quote)
    return [part for part in map(_bare, _ELLIPSIS.split(text)) if part]


def _is_in(text: str, parts: Sequence[str]) -> bool:
    """Whether *parts* are in *text*, each behind the one before."""
    position = 0
    for part in parts:
        position = text.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return bool(parts)


def _bare(text: str) -> str:
    """The letters, digits, marks and symbols of *text*, in the form NFKC.

    Taken apart one by one and put together again, so that nothing that is left out can part a
    letter from its marks.
    """
    text = text.translate({ord(each): _apart(each) for each in set(text)})
    marks = "".join(each for each in set(text) if unicodedata.combining(each))
    if marks:
        text = re.sub(f"[{marks}]{{{_MOST_MARKS},}}+", lambda run: run[0][:_MOST_MARKS], text)
    return unicodedata.normalize("NFC", text)


def _apart(character: str) -> str:
    """What counts of *character*, decomposed."""
    if not _counts(character):
        return ""
    parts = unicodedata.normalize("NFKD", character)
    return parts if parts == character else "".join(filter(_counts, parts))


def _counts(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] not in "PZC" and character not in _AS_PUNCTUATION
