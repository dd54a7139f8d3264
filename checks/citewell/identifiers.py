"""DOIs, web addresses and titles: parse, normalise, compare. Pure functions over text."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

# The form that registration agencies give DOIs: "10.", a registrant's number, a slash, a suffix.
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+", re.ASCII)
_DOI_RESOLVER = re.compile(r"(?:https?://)?(?:www\.|dx\.)?doi\.org/", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"^(?:(?:info:doi/|urn:doi:|doi(?!\.org/)\s*:?)\s*)+", re.IGNORECASE)
# A query or a fragment behind it is no part of the DOI; a lone "#" may end one.
_RESOLVER_EXTRAS = re.compile(r"\?.*|#\w.*", re.DOTALL)
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}

_LONG = 500  # characters; below this the square of anything is small
_MOST_MARKS = 30

# Parameters that analytics and mail products add to addresses; none chooses what a page shows.
_TRACKING_NAMES = frozenset(
    {
        *("_ga", "_gl", "_hsenc", "_hsmi", "cdc_aa_refval", "dclid", "dgcid", "fbclid"),
        *("gad_source", "gbraid", "gclid"),
        *("gclsrc", "hsctatracking", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid"),
        *("oly_anon_id", "oly_enc_id", "srsltid", "trilibis_emulator_ua", "ttclid", "twclid"),
        *("vero_id", "wbraid", "wt.mc_id", "yclid"),
    }
)
_PRIVATE_PARAMETERS = (
    "access_token|api_?key|auth_token|client_secret|j?session_?id|passw(?:or)?d|phpsessid"
    "|pwd|secret|x-amz-credential|x-amz-security-token|x-amz-signature"
)
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s?#]+@")
_SECRET_PARAMETER = re.compile(rf"(?i)([?&;#](?:{_PRIVATE_PARAMETERS})=)[^&;?#\s'\"<>]+")

_SEARCH_TERMS = frozenset(
    {"keyword", "keywords", "q", "query", "s", "search", "searchterm", "term"}
)
_SEARCH_PAGES = frozenset({"", "find", "pubmed", "results", "scholar", "search"})
_SEARCH_OPTIONS = frozenset(
    {"as_sdt", "as_ylo", "filter", "format", "hl", "lang", "page", "size", "sort", "start"}
)
_FRONT_PAGES = frozenset(
    {"default.asp", "default.aspx", "index.htm", "index.html", "index.jsp", "index.php"}
)
_LOGIN_PAGES = frozenset({"log-in", "login", "logon", "sign-in", "signin", "sso"})
_LOCAL_DOMAINS = (".local", ".home.arpa", ".internal")  # RFC 6762; RFC 8375; by custom
_LABEL = re.compile(r"(?!-)[^\s.!\"#$%&'()*+,/:;<=>?@\[\\\]^`{|}~]{1,63}(?<!-)")

_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that was ever given out for the internet

Reach = Literal["loopback", "private", "public"]


def is_doi(text: str) -> bool:
    """Whether *text* is a bare DOI, such as ``10.1038/s41572-018-0023-6``."""
    # "/../" in it would lead out of a registry's folder of DOIs.
    is_path = not {".", ".."} & set(text.split("/"))
    return _DOI.fullmatch(text) is not None and text.isprintable() and is_path


@lru_cache(maxsize=4096)
def bare_doi(text: str) -> str:
    """What is left of *text* without label, resolver address and trailing punctuation.

    Brackets that the DOI itself opens stay, as SICI DOIs need them. Percent-encoding is
    undone only behind a resolver address, where it belongs to the address. Letters keep
    their case: DOIs are compared without regard to it.
    """
    text = _DOI_PREFIX.sub("", text.strip())
    if match := _DOI_RESOLVER.match(text):
        text = unquote(_RESOLVER_EXTRAS.sub("", text[match.end() :]))
    unopened = {last: text.count(last) - text.count(first) for last, first in _CLOSING.items()}
    end = len(text)
    while end and (text[end - 1] in ".,;:'\"" or unopened.get(text[end - 1], 0) > 0):
        end -= 1
        if text[end] in unopened:
            unopened[text[end]] -= 1
    return text[:end]


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
    if not text.isprintable() or " " in text:  # the only blank that is printable
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
    if host in ("http", "https") and parts.path.startswith("//"):
        return "it begins with two schemes"
    if not _is_host(host):
        return f"'{host}' cannot be a host name"
    return None


def _is_host(host: str) -> bool:
    """Whether *host* can be a name or an IP address; one that ends in figures is no name."""
    if ":" in host:
        return True
    labels = host.removesuffix(".").split(".")
    if labels[-1].isdecimal() and _ip_address(".".join(labels)) is None:
        return False
    return all(_LABEL.fullmatch(label) for label in labels)


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
    if isinstance(address, ipaddress.IPv6Address):
        address = _inner_ipv4(address) or address
    if address.is_loopback:
        return "loopback"
    unicast = not address.is_multicast and (address.version == 4 or address in _UNICAST)
    return "public" if address.is_global and unicast else "private"


def is_public(url: str) -> bool:
    """Whether *url* leads to a host of the public internet, as far as its name tells."""
    parts = split_url(url)
    return parts is not None and host_reach(parts.hostname or "") == "public"


def _inner_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside *address*: mapped, compatible, 6to4 or NAT64 (RFC 6052)."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if 1 < int(address) < 1 << 32 or int(address) >> 32 == 0x64FF9B << 64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


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


def page_of(url: str) -> str:
    """*url* without what makes no other page of it: scheme, tracking, a slash at the end."""
    address = strip_tracking(url)[0].rstrip("/")
    return address.partition("://")[2] or address


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
    if "=" in text and (masked := _SECRET_PARAMETER.sub(r"\1***", text)) != text:
        text = _USERINFO.sub(r"\1***@", masked)  # what a secret has hidden from it
    return text


def shown(text: str) -> str:
    """*text* as it may be shown on one line: secrets masked, invisible characters escaped."""
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else repr(character)[1:-1] for character in text
        )
    return mask_secrets(text)


def unidentifying(url: str) -> str | None:
    """What kind of page that names no work *url* leads to; None if it may name one.

    A fragment counts as naming a work: some publishers keep the whole address there.
    """
    parts = urlsplit(strip_tracking(url)[0])
    if any(character.isalnum() for character in parts.fragment):
        return None
    values = dict(parse_qsl(parts.query, keep_blank_values=True))
    folder, _, last = unquote(parts.path).rstrip("/").rpartition("/")
    # Names of pages are in lower case; a last part in capitals may be the title of one.
    if (last == "search" and not values) or (last.lower() in _SEARCH_PAGES and _is_search(values)):
        return "a search page"
    if last in _LOGIN_PAGES:
        return "a login page"
    if not values and (not last or last == "home" or (not folder and last.lower() in _FRONT_PAGES)):
        return "the front page of a site"
    return None


def _is_search(values: Mapping[str, str]) -> bool:
    """Whether a query looks for words; a number or a path in it may name one work."""
    words = [values[name] for name in values if name.lower() in _SEARCH_TERMS]
    options = {name.lower() for name in values} <= _SEARCH_TERMS | _SEARCH_OPTIONS
    return bool(words) and options and not any(w.isdigit() or "/" in w for w in words)


@lru_cache(maxsize=4096)
def comparable(text: str) -> str:
    """The form in which two printings of one text are equal: letters and digits only."""
    return " ".join(re.findall(r"\w+|[<>≤≥]", nfc(text).casefold()))


def nfc(text: str) -> str:
    """*text* in Unicode's Normalization Form C, with at most 30 marks on one letter.

    No script needs more (UAX #15, Stream-Safe Text Format), and to sort them takes their square.
    """
    if len(text) > _LONG and not text.isascii():
        text = "".join(_few_marks(text))
    return unicodedata.normalize("NFC", text)


def _few_marks(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            yield character


_RESOLVERS = frozenset(
    {
        *("doi.org", "handle.net", "identifiers.org", "n2t.net", "purl.obolibrary.org"),
        *("purl.org", "w3id.org"),
    }
)


def is_resolver(host: str) -> bool:
    """Whether *host* is one whose lasting addresses lead to wherever the work is kept."""
    return any(host == name or host.endswith(f".{name}") for name in _RESOLVERS)


def doi_of_url(url: str) -> str | None:
    """The DOI that *url* asks a resolver for, bare; None if it is another address."""
    if not _DOI_RESOLVER.match(url):
        return None
    doi = bare_doi(url)
    return doi if is_doi(doi) else None


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """The part of *host* that somebody has registered, such as ``nih.gov`` of ``www.nih.gov``.

    By the public suffix list that tldextract brings along. An IP address stands for itself;
    below a top-level domain that the list does not know, the last two labels do.
    """
    host = host.rstrip(".").lower()
    if _ip_address(host) is not None:
        return host
    domain = _suffixes()(host).top_domain_under_public_suffix
    return domain or ".".join(host.split(".")[-2:])


@lru_cache(maxsize=1)
def _suffixes() -> "TLDExtract":
    from tldextract import TLDExtract  # reads a list of thousands, for a few redirects

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
