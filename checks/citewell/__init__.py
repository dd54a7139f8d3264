"""citewell: every claim, a source that still stands."""

__version__ = "0.1.0"
