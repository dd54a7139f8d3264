"""What a reader would see of a page: its title, and whether it can be the work at all."""

import codecs
import re
from urllib.parse import unquote

from citewell.facts import Page

LONGEST_TITLE = 300
SHORT = 1500
"""Characters; a page that says no more than this is no article."""
_PARSED = 128 * 1024  # characters; the parser takes the square of what is nested

_NOUN = (
    r"(?:page|url|file|document|article|content|site|item|resource|record|entry|topic|publication)"
)
_THAT_YOU = r"(?: (?:that )?you[a-z' ]{2,30}?)?"  # … are looking for, have requested
_NOT_FOUND = (
    rf"(?:{_NOUN}{_THAT_YOU}(?:"
    r" (?:(?:was|is|were|could|can|does) ?)?(?:not |n't )(?:be )?(?:found|exist)"
    r"| (?:can't|cannot|couldn't) be found| (?:wasn't|isn't) found| doesn't exist"
    r"| (?:is )?no longer (?:exists?|available|here|there)(?! in )| not found"
    r"| (?:has been (?:removed|deleted)|(?:may|might) have been (?:moved|removed|deleted)))"
    r"|page (?:isn't|is not) available"
    r"|(?:can't|cannot|can not|could not|couldn't|unable to|not able to) find"
    rf" (?:the|that|this|your|what) ?(?:requested )?(?:{_NOUN}|you[a-z' ]{{2,15}}looking for)"
    r"|seite (?:wurde )?nicht gefunden|page (?:est )?introuvable|page non trouvée"
    r"|página (?:no encontrada|não encontrada)|pagina (?:non trovata|niet gevonden)"
    r"|sidan (?:hittades inte|kunde inte hittas))"
)
_CODE = r"(?:(?:http |error |status )*(?:404|410)(?: error)?)"
_BARE_CODE = re.compile(r"(?:http )?(?:404|410)")
_SAYS_NOT_FOUND = re.compile(rf"\b(?:{_NOT_FOUND})")
# In running text these words need an object that is no science: "the primary site was not found".
_OF_SCIENCE = re.compile(
    r"(?:article|content|site|item|resource|record|entry|topic|publication) (?!(?:that )?you )"
)
_TITLE_NOT_FOUND = re.compile(
    r"(?:(?:sorry|oops|uh[- ]oh)[,!.]* )?(?:(?:the|this|that|requested) )*"
    rf"(?:{_CODE}[\s:,.()-]*)?(?:{_NOT_FOUND}|not found|{_CODE})[\s!.]*"
    rf"(?:[(\[]?{_CODE}[)\]]?)?[\s!.]*"
)
_TITLE_PARTS = re.compile(r"\s+[|·•»«–—-]\s+|\s*\|\s*")
_FOR_SALE = re.compile(
    r"\b(?:(?:this|the) (?:web ?)?(?:domain|site)(?: name)?(?: \S+)?"
    r" (?:is|may be|might be|has been)(?: listed)? (?:for sale|parked)"
    r"|(?:buy|purchase) this domain|domain(?: name)? (?:is )?for sale"
    r"|\S+\.[a-z]{2,} is for sale|parked free,? courtesy|(?:this|the) domain has expired"
    r"|domain (?:is )?parked)\b"
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_UNSEEN = ["script", "style", "noscript", "template", "head", "svg", "select"]
_HIDDEN = "body [hidden], body [style*='display:none'], body [style*='display: none']"
_MOST_HIDDEN = 100  # parts; who hides more is looked at as if nothing was hidden
_SHOWS_WITHOUT_WORDS = (
    "script, img, iframe, object, embed, video, audio, canvas, svg, frame, meta[http-equiv]"
)


def read(body: bytes, content_type: str, fragment: str, *, whole: bool) -> Page:
    """What *body* shows; *whole* tells that it is not just the beginning of one.

    *fragment* is what the address has behind ``#``, as it is written there.
    """
    if not body.strip():
        return Page(fault="the page is empty")
    if not is_html(body, content_type):
        return Page()
    from selectolax.lexbor import LexborHTMLParser  # what a run without pages does not need

    source = decoded(body, content_type)
    missing = fragment if whole and not _has_part(source, fragment) else ""
    whole = whole and len(source) <= _PARSED
    source = source[:_PARSED]
    tree = LexborHTMLParser(source)
    node = tree.css_first("head > title") or tree.css_first("body > title")
    title = _line(node.text())[:LONGEST_TITLE] if node else ""
    tree.strip_tags(_UNSEEN)
    for _ in range(_MOST_HIDDEN):
        if not (hidden := tree.css_first(_HIDDEN)):
            break
        hidden.decompose()
    headings = [_line(node.text())[:LONGEST_TITLE] for node in tree.css("h1")[:3]]
    text = _line(tree.body.text(separator=" ")) if tree.body else ""
    if whole and not text and not title and not _shows(source):
        return Page(fault="the page is empty")
    return Page(title, _fault(title, headings, text), missing)


def _shows(source: str) -> bool:
    """Whether a page without words may show something all the same."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    return tree.css_first(_SHOWS_WITHOUT_WORDS) is not None


def _fault(title: str, headings: list[str], text: str) -> str:
    """Why what is seen cannot be the work, in words; nothing if it may be."""
    for kind, words in (("title", title), *(("heading", heading) for heading in headings)):
        for part in _TITLE_PARTS.split(_plain(words)):
            # A number alone is no proof: 410 is myocardial infarction in ICD-9.
            is_bare = len(text) > SHORT and _BARE_CODE.fullmatch(part)
            if is_bare and not _SAYS_NOT_FOUND.search(_plain(text)):
                continue
            if _TITLE_NOT_FOUND.fullmatch(part):
                return f"the page's {kind} is '{words}'"
    if len(text) > SHORT:
        return ""
    for words in (_plain(title), _plain(text)):
        found = _SAYS_NOT_FOUND.search(words)
        if found and not _OF_SCIENCE.match(found[0]):
            return f"the page says '{found[0].strip()}'"
        if found := _FOR_SALE.search(words):
            return f"the page says '{found[0].strip()}': the domain has been given up"
    return ""


def is_html(body: bytes, content_type: str) -> bool:
    """Whether *body*, or what begins with it, is a page of HTML."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    return not kind and body.lstrip()[:1] == b"<"


def decoded(body: bytes, content_type: str) -> str:
    """The text of *body* in the encoding that its header or it itself names, else in UTF-8."""
    _, _, named = content_type.lower().partition("charset=")
    inside = _CHARSET.search(body[:2048])
    names = (named.split(";")[0].strip(" \"'"), inside[1].decode() if inside else "", "utf-8")
    for name in filter(None, names):
        try:
            if codecs.lookup(name).name == "punycode":
                continue  # of host names, and slow
            return body.decode(name, errors="replace")
        except (LookupError, ValueError):
            continue  # no such encoding, or one that is not for text
    return ""  # unreachable: utf-8 always is one


def _has_part(source: str, fragment: str) -> bool:
    """Whether a browser would find the part, or a script may make it."""
    name = unquote(fragment)
    if not name or name == "top" or name.startswith((":~:", "!", "/")) or "=" in name:
        return True
    part = rf"\b(?:id|name)\s*=\s*(?P<quote>[\"']?){re.escape(name)}(?:(?P=quote)(?=[\s/>]))"
    return re.search(part, source, re.IGNORECASE) is not None


def _line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")
