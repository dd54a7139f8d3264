"""What of a text is in none of the parts that were made of it."""

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def remainder(text: str, claimed: Iterable[str]) -> tuple[str, ...]:
    """The stretches of *text* with words that stand in none of the *claimed* parts.

    A word that the text has more often than the parts counts as unclaimed where it stands last.
    """
    known = Counter(word for part in claimed for word in _WORD.findall(part))
    stretches: list[str] = []
    start = end = -1
    for word in _WORD.finditer(text):
        if known[word[0]]:
            known[word[0]] -= 1
            if start >= 0:
                stretches.append(text[start:end])
                start = -1
            continue
        start = word.start() if start < 0 else start
        end = word.end()
    if start >= 0:
        stretches.append(text[start:end])
    return tuple(stretches)
