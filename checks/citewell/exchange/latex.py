"""LaTeX in the values of BibTeX, in and out: accents, symbols, and what stands for itself.

One pass over the text, whatever braces it nests. The names of symbols are pylatexenc's; its own
walk is not taken, as it recurses, and leaves out what it does not know.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from citewell.exchange.raised import FIGURES, subscript, superscript

_ESCAPES = {
    **{sign: f"\\{sign}" for sign in "&%$#_"},
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "`": "\\textasciigrave{}",
    "'": "\\textquotesingle{}",
    "-": "-{}",  # of several in a row only, so that they make no dash
}
_SPECIAL = re.compile(r"[&%$#_\\{}~^`]|'(?=')|-(?=-)")
_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    '"': "\u0308",
    "u": "\u0306",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_TOKEN = re.compile(
    rf"""\\text(?P<script>super|sub)script\{{(?P<raised>{FIGURES})\}}
      | (?P<index>[_^])(?:\{{(?P<indexed>{FIGURES})\}}|(?P<figure>[0-9])
          |\{{\\(?:text|mathrm|textrm|textnormal)\{{(?P<upright>{FIGURES})\}}\}})
      | \\(?P<accent>[`'^"~=.]|[uvHcdbkr](?![A-Za-z]))[ \t]{{0,9}}
          (?:\{{(?P<braced>\\?[^\W\d_]{{0,2}})\}}|\\(?P<dotless>[ij])(?![A-Za-z])[ \t]?
            |(?P<letter>[^\W\d_]))
      | \\(?P<name>[A-Za-z]{{1,40}})\*?(?:\{{\}}|[ \t]+|(?=\{{))?
      | \\(?P<sign>[^A-Za-z])
      | (?P<math>\$)
      | (?P<brace>[{{}}])
      | (?P<mark>---?|``|''|~|[?!]`)
    """,
    re.VERBOSE,
)
# What only changes how its argument looks, or leads to it.
_LOOKS = frozenset(
    {
        *("emph", "textit", "textbf", "textsc", "textrm", "texttt", "textsf", "textup", "textmd"),
        *("textnormal", "text", "mbox", "url", "em", "it", "bf", "rm", "tt", "sc", "sl", "itshape"),
        *("bfseries", "scshape", "normalfont", "mathrm", "mathit", "mathbf", "ensuremath", "relax"),
        *("nolinkurl", "protect", "MakeUppercase", "MakeLowercase", "NoCaseChange", "bibstring"),
    }
)
_NAMED = {"textbraceleft": "{", "textbraceright": "}", "lbrace": "{", "rbrace": "}"}
_NAMED |= {"textasciicircum": "^", "textasciigrave": "`", "textquotesingle": "'"}
_NAMED |= {"textasciitilde": "~", "textbackslash": "\\", "textless": "<", "textgreater": ">"}
_NAMED |= {"i": "ı", "j": "ȷ"}
_MARKS = {"---": "—", "--": "–", "``": "“", "''": "”", "~": "\u00a0", "?`": "¿", "!`": "¡"}
_BREAKING = {"\\": " ", "/": "", "-": "", ",": " ", ";": " ", ":": " ", "!": "", " ": " "}


def encoded(text: str) -> str:
    """*text* as it may stand between braces; letters stay Unicode, which BibTeX's heirs read."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


def decoded(text: str) -> tuple[str, tuple[str, ...]]:
    """*text* without LaTeX, and the commands that were not understood.

    These are left in it as they were, with the braces behind them.
    """
    tokens = list(_TOKEN.finditer(text))
    is_math = sum(match["math"] is not None for match in tokens) % 2 == 0
    unknown: dict[str, None] = {}
    pieces: list[str] = []
    kept: list[bool] = []  # for each open brace, whether it is left in the text
    inside, end = False, 0  # of a formula; behind the last token
    argument = -1  # where the argument of an unknown command begins
    for match in tokens:
        inside ^= match["math"] is not None
        piece = "$" if match["math"] and not is_math else _meaning(match, inside and is_math)
        if piece is None:
            unknown[match[0].strip()] = None
            piece, argument = match[0], match.end()
        elif match["brace"] == "{":
            kept.append(match.start() == argument)
            piece = "{" if kept[-1] else ""
        elif match["brace"] and kept and kept.pop():
            piece, argument = "}", match.end()
        pieces += (text[end : match.start()], piece)
        end = match.end()
    return "".join((*pieces, text[end:])), tuple(unknown)


def _meaning(match: re.Match[str], in_formula: bool) -> str | None:
    """What a token stands for; None if that is not known."""
    if match["raised"]:
        return (superscript if match["script"] == "super" else subscript)(match["raised"])
    if index := match["index"]:
        figures = match["indexed"] or match["figure"] or match["upright"]
        raise_ = superscript if index == "^" else subscript
        return raise_(figures) if in_formula else index + figures
    if match["accent"]:
        base = (match["braced"] or match["dotless"] or match["letter"] or "").lstrip("\\")
        accented = base[:1] + _ACCENTS[match["accent"]] + base[1:]
        return unicodedata.normalize("NFC", accented) if base else _bare(match["accent"])
    if name := match["name"]:
        return "" if name in _LOOKS else _symbol(name)
    if sign := match["sign"]:
        return _BREAKING.get(sign, " " if sign.isspace() else sign)
    return _MARKS[match["mark"]] if match["mark"] else ""


def _bare(accent: str) -> str:
    r"""An accent without a letter, as ``\~{}`` has it in addresses."""
    return accent if accent in "~^`'\"=." else ""


@lru_cache(maxsize=1024)
def _symbol(name: str) -> str | None:
    if name in _NAMED:
        return _NAMED[name]
    spec = _context().get_macro_spec(name)
    said = getattr(spec, "simplify_repl", None)
    return said if isinstance(said, str) and said and "%" not in said else None


@lru_cache(maxsize=1)
def _context() -> Any:
    from pylatexenc.latex2text import (  # type: ignore[import-untyped]
        get_default_latex_context_db,
    )

    return get_default_latex_context_db()


def unescaped(address: str) -> str:
    r"""An address in which only single signs are escaped, such as ``\_`` and ``\%``."""
    address = address.strip().removeprefix("\\url")
    return re.sub(r"\\([&%$#_{}~])|[{}]", lambda match: match[1] or "", address)


def split_top(text: str, sign: str) -> Iterator[str]:
    """The parts of *text* between each *sign* that stands in no braces and no quotes."""
    depth, quoted, start = 0, False, 0
    for match in re.finditer(rf'(?<!\\)[{{}}"]|{re.escape(sign)}', text):
        mark = match[0]
        if mark == sign and depth == 0 and not quoted:
            yield text[start : match.start()]
            start = match.end()
        elif mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif mark == '"' and depth == 0:
            quoted = not quoted
    yield text[start:]
