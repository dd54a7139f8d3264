"""Citation marks in running text, such as ``[3]``, ``³`` or ``<sup>2-5</sup>``."""

import re
from collections.abc import Iterator

_LIST = r"\s?[1-9]\d{0,2}(?:\s?[,;–-]\s?[1-9]\d{0,2})*\s?"  # 3, or 1, 2, or 3-5
_WORD = r"[^\W\d_]{2}[^\W\d_A-Z]"
# Compiled when a text first shows a sign of a mark: most articles have none.
_MARKER = (
    # In brackets, but for intervals ("95% CI [12, 34]").
    rf"\[(?<!\bCI \[)(?<!\bIQR \[)(?<!\brange \[)\^?{_LIST}\]"
    # Raised behind a word, its full stop or its bracket; not behind a digit (10³), an acronym
    # (ABCD²) or a short unit (cm²), nor before a sign (Ca²⁺) or a letter (¹²³I).
    rf"|<sup>(?:(?<={_WORD}<sup>)|(?<={_WORD}\)<sup>)|(?<=[.,;:!?\"”’]<sup>)){_LIST}</sup>(?!\w)"
    rf"|[⁰¹²³⁴-⁹](?:(?<={_WORD}.)|(?<={_WORD}\).)|(?<=[.,;:!?\"”’].))"
    r"(?:[⁰¹²³⁴-⁹,⁻–-]*[⁰¹²³⁴-⁹])?(?![⁰¹²³⁴-⁹⁺⁻\w])"
)
# What a word that is raised to a power may be: a unit, or a Greek letter of statistics.
_POWER = (
    r"(?i)\b(?:met(?:re|er)s?|inch(?:es)?|feet|foot|yards?|miles?|seconds?|sec|min|mol"
    r"|chi|eta|tau|phi|rho|psi|beta|zeta|theta|sigma|omega|kappa)$"
)
_LONGEST_POWER = 12  # characters, and some before it


def marks_in(text: str) -> Iterator[re.Match[str]]:
    """The marks of *text*, in order; exponents, units and formulas are none."""
    if text.isascii() and "[" not in text and "<" not in text:
        return
    for match in re.finditer(_MARKER, text):
        start = match.start()
        before = text[max(0, start - _LONGEST_POWER) : start]
        if match[0][0] == "[" or not re.search(_POWER, before):
            yield match
