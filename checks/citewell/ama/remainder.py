"""What of a text is in none of the parts that were made of it."""

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_TAKEN = "\0"


def remainder(text: str, claimed: Iterable[str]) -> tuple[str, ...]:
    """The stretches of *text* with words that stand in none of the *claimed* parts.

    A part is looked for as it is; the words of one that the text has only in pieces are taken
    where they stand first.
    """
    pieces: list[str] = []
    for part in sorted(claimed, key=len, reverse=True):
        words = _WORD.search(part) is not None
        found = re.search(rf"(?<!\w){re.escape(part.strip())}(?!\w)", text) if words else None
        if found is None:
            pieces.append(part)
        else:
            text = text[: found.start()] + _TAKEN * len(found[0]) + text[found.end() :]
    known = Counter(word for piece in pieces for word in _WORD.findall(piece))
    stretches: list[str] = []
    start = end = -1
    for word in _WORD.finditer(text):
        taken = known[word[0]] > 0
        known[word[0]] -= taken
        if start >= 0 and (taken or _TAKEN in text[end : word.start()]):
            stretches.append(text[start:end])
            start = -1
        if not taken:
            start = word.start() if start < 0 else start
            end = word.end()
    if start >= 0:
        stretches.append(text[start:end])
    return tuple(stretches)
