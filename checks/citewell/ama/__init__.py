"""References in the style of the AMA Manual, 11th edition: printed, and read from print."""

from citewell.ama.parsing import Parsed, parse_reference
from citewell.ama.printing import Span, format_reference, plain

__all__ = ["Parsed", "Span", "format_reference", "parse_reference", "plain"]
