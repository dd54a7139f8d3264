"""The strings of a file in BibTeX, put in in order and within bounds.

They may stand for each other, and so for more text than any file could have.
"""

from citewell.exchange import latex
from citewell.exchange.page import ImportFailure

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The strings that every file may use."""

LONGEST = 10_000
"""How many characters a string may stand for, unless it is as long itself."""

_MOST_EXPANDED = 20_000_000


class Strings:
    """The strings of a file, with the values that they have at the place that is read."""

    def __init__(self) -> None:
        """Begin with the months, which are numbers."""
        self.refused = False
        self._values = dict(zip(MONTHS, (f"{n:02}" for n in range(1, 13)), strict=True))
        self._expanded = 0

    def define(self, name: str, value: str) -> None:
        """From here on *name* stands for *value*."""
        self._values[name.strip().lower()] = self.value(value)[0]

    def value(self, raw: str) -> tuple[str, bool]:
        """What *raw* says, in LaTeX, and whether all strings in it are known."""
        raw = raw.strip()
        known = True
        pieces = []
        for part in map(str.strip, latex.split_top(raw, "#")):
            if part[:1] in ("{", '"'):
                pieces.append(part[1:-1])
            elif part.lower() in self._values:
                pieces.append(self._values[part.lower()])
            else:
                known = known and (part.isdecimal() or not part)
                pieces.append(part)
        size = sum(map(len, pieces))
        if len(pieces) > 1 or size > len(raw):
            self._expanded += size
        if self._expanded > _MOST_EXPANDED:
            raise ImportFailure("its strings stand for more text than an article could hold.")
        if size > max(LONGEST, len(raw)):
            self.refused = True
            return raw, False
        return "".join(pieces), known
