"""What somebody said or wrote to the author: Roe J (expert opinion). Example Clinic. May 2022."""

import re

from citewell.ama import imprint
from citewell.ama.draft import Draft
from citewell.ama.names import leading_names
from citewell.ama.printed_dates import read_date
from citewell.ama.sentences import sentences

_SPOKEN = re.compile(
    r"(?i)[(\[]?\b(?P<word>expert opinion|(?:personal|oral|written|e-?mail|verbal) communications?"
    r"|personal interview|interview)\b(?:[)\]]|(?=[.,;]|$))"
)


def is_opinion(text: str) -> bool:
    """Whether *text* says that it is what somebody thinks: Medical review (expert opinion)."""
    return _SPOKEN.search(text) is not None


def take_communication(draft: Draft) -> bool:
    """Fill *draft* with who said it, where that works, and when; False if it is another work."""
    match = _SPOKEN.search(draft.text)
    if match is None or draft.has("url", "doi"):
        return False
    before = draft.text[: match.start()].strip(" .,(\n") + "."
    names = leading_names(before)
    if names is None:
        return False
    people, behind = names
    draft.set("authors", list(people.people), before[:behind])
    draft.set("et_al", people.others, " ")
    if "expert" not in match["word"].casefold():
        draft.claimed.append(match["word"])
    draft.set_title(sentences(before[behind:]))
    for sentence in sentences(draft.text[match.end() :]):
        if date := read_date(sentence):
            draft.set("published", date, sentence)
        else:
            _take_affiliation(draft, sentence)
    return True


def _take_affiliation(draft: Draft, sentence: str) -> None:
    """An affiliation, perhaps with the date behind it: Example Clinic; May 25, 2022."""
    if found := imprint.read_imprint(sentence):
        draft.set("published", found.published, found.dated)
        sentence = found.publisher
    draft.set("organization", imprint.without_town(sentence))
