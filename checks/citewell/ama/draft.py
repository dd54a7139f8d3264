"""A reference in the making."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from citewell.ama.sentences import BREAK


@dataclass(slots=True)
class Draft:
    """The fields of a reference so far, and the words of its text that they stand for."""

    text: str
    fields: dict[str, Any] = field(default_factory=dict)
    claimed: list[str] = field(default_factory=list)
    online_first: bool = False  # "Published online" is said of articles
    revised: list[tuple[str, str]] = field(default_factory=list)  # dates of versions, as printed

    def set(self, name: str, value: Any, printed: str = "") -> bool:
        """Set a field that is empty yet; *printed* is what the text has for it."""
        if not value or name in self.fields:
            return False
        self.fields[name] = value
        self.claimed.append(printed or str(value))
        return True

    def set_title(self, row: Sequence[str]) -> None:
        """Make the title of a row of sentences, with the stops between them."""
        if row:
            start = self.text.find(row[0])
            end = self.text.find(row[-1], start) + len(row[-1])
            whole = self.text[start:end] if 0 <= start < end else ". ".join(row)
            self.set("title", " ".join(whole.split()))

    def cut(self, start: int, end: int) -> str:
        """Take a stretch out of the text, leaving breaks, so that no place in it moves.

        What stands in brackets may stand inside a sentence, and leaves blanks.
        """
        printed = self.text[start:end]
        filler = " " if printed.lstrip().startswith("[") or printed.endswith("]") else BREAK
        self.text = self.text[:start] + filler * (end - start) + self.text[end:]
        return printed

    def get(self, name: str) -> str:
        """A field that is a text; empty if there is none yet."""
        return str(self.fields.get(name, ""))

    def has(self, *names: str) -> bool:
        """Whether one of these fields is there already."""
        return any(name in self.fields for name in names)

    def is_at(self, *hosts: str) -> bool:
        """Whether the address leads to one of *hosts*, or to a part of it."""
        url = self.get("url")
        try:
            ours = urlsplit(url if "://" in url else f"//{url}").hostname or ""
        except ValueError:
            return False
        return any(ours == host or ours.endswith(f".{host}") for host in hosts)
