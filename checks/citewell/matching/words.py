"""Words in the form in which two printings of one text are equal."""

import re
import unicodedata
from functools import lru_cache

from citewell.identifiers import nfc
from citewell.markup import plain

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"}
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"),
            *("kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau"),
            *("upsilon", "phi", "chi", "psi", "omega"),
        ),
        strict=True,
    )
) | {"ς": "sigma"}
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼ′", "'"))
_POSSESSIVE = re.compile(r"(?<=\w)(?:'s|(?<=s)')(?!\w)")
_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_DECIMAL = re.compile(r"(?<=\d)[·∙](?=\d)")
_BETA = re.compile(r"(?<![^\W\d_])ß(?![^\W\d_])")
_SIGNS = (("+/-", "±"), (">=", "≥"), ("<=", "≤"), ("×", "x"))
_YEARS = re.compile(r"\b((?:19|20)\d\d)\s*[-\u2010-\u2015]\s*(\d\d)\b")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[+<>≤≥=%±]")


@lru_cache(maxsize=4096)
def letters(text: str) -> str:
    """*text* in lower case and without accents; letters that are no accented ones spelt out."""
    text = _BETA.sub("β", plain(text).translate(_APOSTROPHES))
    text = unicodedata.normalize("NFKD", nfc(text)).casefold().translate(_LETTERS)
    return "".join(
        _GREEK.get(character, character)
        for character in text
        if not unicodedata.combining(character)
    )


def same_script(one: str, other: str) -> bool:
    """Whether both have Latin letters, or neither: of two scripts nobody can tell."""
    return _is_latin(letters(one)) == _is_latin(letters(other))


def _is_latin(text: str) -> bool:
    return any("a" <= character <= "z" for character in text)


@lru_cache(maxsize=4096)
def words(text: str, *, umlauts: bool = False) -> tuple[str, ...]:
    """The words and numbers of *text*, as :func:`letters` has them, without punctuation.

    *umlauts* are spelt out (ae) rather than losing their dots.
    """
    if umlauts:
        text = nfc(plain(text)).translate(_UMLAUTS)
    text = _POSSESSIVE.sub("", letters(text)).replace("&", " and ").replace("'", "")
    for sign, form in _SIGNS:
        text = text.replace(sign, form)
    text = _YEARS.sub(lambda span: f"{span[1]} {span[1][:2]}{span[2]}", text)
    return tuple(_WORD.findall(_THOUSANDS.sub("", _DECIMAL.sub(".", text))))
