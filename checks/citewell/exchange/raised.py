"""Figures above and below the line, as other formats mark them and Unicode writes them."""

FIGURES = r"[0-9+\-=()]{1,20}"
"""A pattern of what can stand above or below the line."""

_FIGURES = "0123456789+-−=()"
_ABOVE = str.maketrans(f"{_FIGURES}n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_BELOW = str.maketrans(_FIGURES, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_ON_LINE = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def superscript(figures: str) -> str:
    """*figures* above the line."""
    return figures.translate(_ABOVE)


def subscript(figures: str) -> str:
    """*figures* below the line."""
    return figures.translate(_BELOW)


def on_line(raised: str) -> str:
    """*raised* figures on the line."""
    return raised.translate(_ON_LINE)
