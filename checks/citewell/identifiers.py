"""DOIs, web addresses and titles: parse, normalise, compare. Pure functions over text."""

import ipaddress
import re
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

# ISO 26324: a prefix "10." and a registrant's number, a slash, and any printable suffix.
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+", re.ASCII)
_DOI_RESOLVER = re.compile(r"(?:https?://)?(?:www\.|dx\.)?doi\.org/", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"(?:info:doi/|urn:doi:|doi\s*:?)\s*", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}

# Parameters that analytics and mail products add to addresses; none chooses what a page shows.
_TRACKING_NAMES = frozenset(
    {
        *("_ga", "_gl", "_hsenc", "_hsmi", "dclid", "fbclid", "gad_source", "gbraid", "gclid"),
        *("gclsrc", "hsctatracking", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid"),
        *("oly_anon_id", "oly_enc_id", "srsltid", "trilibis_emulator_ua", "ttclid", "twclid"),
        *("vero_id", "wbraid", "wt.mc_id", "yclid"),
    }
)
_PRIVATE_PARAMETERS = (
    "access_token|api_?key|auth_token|client_secret|passw(?:or)?d|pwd|secret|session_?id"
    "|x-amz-credential|x-amz-security-token|x-amz-signature"
)
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s?#@'\"<>]+@")
_SECRET_PARAMETER = re.compile(rf"(?i)([?&;](?:{_PRIVATE_PARAMETERS})=)[^&;#\s'\"<>]+")

_SEARCH_TERMS = frozenset(
    {"keyword", "keywords", "q", "query", "s", "search", "searchterm", "term"}
)
_FRONT_PAGES = frozenset(
    {"default.asp", "default.aspx", "home", "home.html", "index", "index.htm", "index.html"}
    | {"index.jsp", "index.php"}
)
_LOGIN_PAGES = frozenset({"log-in", "login", "logon", "sign-in", "signin", "sso"})
_LOCAL_DOMAINS = (".localhost", ".local", ".internal", ".home.arpa")  # RFC 6761, 6762, 8375
_LABEL = re.compile(r"(?!-)[^\s.!\"#$%&'()*+,/:;<=>?@\[\\\]^`{|}~]{1,63}(?<!-)")

Reach = Literal["loopback", "private", "public"]


def is_doi(text: str) -> bool:
    """Whether *text* is a bare DOI, such as ``10.1038/s41572-018-0023-6``."""
    return _DOI.fullmatch(text) is not None and text.isprintable()


def bare_doi(text: str) -> str:
    """What is left of *text* without label, resolver address and trailing punctuation.

    Brackets that the DOI itself opens stay, as SICI DOIs need them. Percent-encoding is
    undone only behind a resolver address, where it belongs to the address. Letters keep
    their case: DOIs are compared without regard to it.
    """
    text = text.strip()
    if match := _DOI_RESOLVER.match(text):
        text = unquote(text[match.end() :])
    elif match := _DOI_PREFIX.match(text):
        return bare_doi(text[match.end() :])
    while text and (text[-1] in ".,;:'\"" or _is_unopened(text)):
        text = text[:-1]
    return text


def _is_unopened(text: str) -> bool:
    opening = _CLOSING.get(text[-1])
    return opening is not None and text.count(text[-1]) > text.count(opening)


@lru_cache(maxsize=4096)
def split_url(text: str) -> SplitResult | None:
    """The parts of an http(s) address, or None where :func:`url_fault` has something to say."""
    return None if url_fault(text) or is_file_url(text) else urlsplit(text)


def is_file_url(text: str) -> bool:
    """Whether *text* names a file on somebody's own machine."""
    return text[:5].lower() == "file:"


@lru_cache(maxsize=4096)
def url_fault(text: str) -> str | None:
    """Why *text* is no web address that could be asked, in words; None if it is one.

    ``file:`` addresses are left to :func:`is_file_url`.
    """
    if not text.isprintable() or any(character.isspace() for character in text):
        return "it contains a blank or an invisible character"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return f"it cannot be taken apart ({error})"
    if is_file_url(text):
        return None
    if parts.scheme not in ("http", "https"):
        if not parts.scheme or "." in parts.scheme:
            return "it does not begin with https:// or http://"
        return f"its scheme is {parts.scheme}:, not https: or http:"
    if not host:
        return "it names no host"
    if port == 0:
        return "its port is 0"
    if ":" not in host and not all(_LABEL.fullmatch(x) for x in host.removesuffix(".").split(".")):
        return f"'{host}' cannot be a host name"
    return None


def host_reach(host: str) -> Reach:
    """From where *host* can be reached: this machine, a local network, or the public internet.

    Every spelling of an IPv4 address that the C library takes counts, such as
    ``2130706433`` and ``0x7f.1``; an IPv4 address inside an IPv6 one counts as itself.
    No name is looked up.
    """
    host = host.rstrip(".").lower()
    address = _ip_address(host)
    if address is None:
        return _name_reach(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return "loopback"
    return "public" if address.is_global else "private"


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host.partition("%")[0])
        except ValueError:
            return None
    if not host.rpartition(".")[2][:1].isdigit():
        return None  # no top-level domain begins with a digit
    import socket

    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _name_reach(host: str) -> Reach:
    if host == "localhost" or host.endswith(".localhost"):
        return "loopback"
    return "private" if "." not in host or host.endswith(_LOCAL_DOMAINS) else "public"


def strip_tracking(url: str) -> tuple[str, tuple[str, ...]]:
    """*url* without its tracking parameters, and their names; every other byte stays."""
    address, hash_sign, fragment = url.partition("#")
    address, question_mark, query = address.partition("?")
    if not query:
        return url, ()
    kept: list[str] = []
    dropped: list[str] = []
    for parameter in query.split("&"):
        name = parameter.partition("=")[0]
        (dropped if _is_tracking(name) else kept).append(parameter)
    if not dropped:
        return url, ()
    query = question_mark + "&".join(kept) if kept else ""
    names = tuple(dict.fromkeys(parameter.partition("=")[0] for parameter in dropped))
    return address + query + hash_sign + fragment, names


def _is_tracking(name: str) -> bool:
    name = unquote(name).lower()
    return name.startswith("utm_") or name in _TRACKING_NAMES


def has_secret(url: str) -> bool:
    """Whether *url* carries a user name, a password, a key or a session."""
    return mask_secrets(url) != url


def mask_secrets(text: str) -> str:
    """*text* with what :func:`has_secret` finds, in any address within, shown as ``***``."""
    if "://" in text:
        text = _USERINFO.sub(r"\1***@", text)
    return _SECRET_PARAMETER.sub(r"\1***", text) if "=" in text else text


def shown(text: str) -> str:
    """*text* as it may be shown on one line: secrets masked, invisible characters escaped."""
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else repr(character)[1:-1] for character in text
        )
    return mask_secrets(text)


def unidentifying(parts: SplitResult) -> str | None:
    """What kind of page that names no work *parts* lead to; None if they may name one.

    A fragment counts as naming a work: some publishers keep the whole address there.
    """
    if parts.fragment:
        return None
    names = {parameter.partition("=")[0].lower() for parameter in parts.query.split("&")} - {""}
    last = unquote(parts.path).rstrip("/").rpartition("/")[2].lower()
    if last == "search" or (not last and names and names <= _SEARCH_TERMS):
        return "a search page"
    if last in _LOGIN_PAGES:
        return "a login page"
    if not names and (not last or last in _FRONT_PAGES):
        return "the front page of a site"
    return None


def title_key(text: str) -> str:
    """The form in which two printings of one title are equal: letters and digits only."""
    return " ".join(re.findall(r"\w+", text.casefold()))
