"""Figures above and below the line, as other formats mark them and Unicode writes them."""

FIGURES = r"[0-9+\-=()]{1,20}"
"""A pattern of what can stand above or below the line."""

_SUPERSCRIPTS = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_SUBSCRIPTS = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def superscript(figures: str) -> str:
    """*figures* above the line."""
    return figures.translate(_SUPERSCRIPTS)


def subscript(figures: str) -> str:
    """*figures* below the line."""
    return figures.translate(_SUBSCRIPTS)
