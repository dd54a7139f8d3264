"""Guesses at what a mistyped word was meant to be."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that suggests the closest of the *known* words; empty if none is close."""
    from difflib import get_close_matches  # only the mistaken pay for the import

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else ""
