"""Names of people as lists of references print them: Roe J, Poe ED Jr, et al, eds."""

import re
from typing import NamedTuple

from citewell.ama.bodies import is_body

_LONGEST = 3000  # characters that a row of names may have
_MOST_CUTS = 60  # full stops that are tried for the one behind the names
_MOST_WORDS = 5  # of a surname

_PARTICLES = frozenset(
    {
        *("'t", "af", "al", "ap", "av", "bin", "da", "dal", "das", "de", "del", "della", "den"),
        *("der", "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "lo", "los", "op"),
        *("st", "te", "ten", "ter", "van", "vom", "von", "y", "zu", "zum", "zur"),
    }
)
_PREFIX = re.compile(r"(?:al|el|ad|as|ibn|bin|ben)[-‐‑]")  # al-Rashid
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|2nd|3rd|4th)\.?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[-‐‑ ]?){1,5}")
_TWO_LETTERS = re.compile(r"I[au]|Y[au](?!$)")  # one letter of Cyrillic
_EDITORS = re.compile(
    r"(?:[,.;]? ?[(\[]|[,.;] ?| (?=[a-z]))(?:[Ee]ds?|[Ee]ditors?|[Cc]ompilers?)\b\.?[)\]]?$"
)
_OTHERS = re.compile(
    r"(?:^|[,;] ?| )\(?(?:et\.? ?al|and others|and colleagues)\b\.?\)?$", re.IGNORECASE
)
_ON_BEHALF = re.compile(r"(?i)^(?:and )?(?:on behalf of|for|writing for)(?: the)? ")
_ALSO = re.compile(r" et\.? ?al\b")  # Roe J. et al.
_MORE_INITIALS = re.compile(r" (?:[A-Z]\. ?){1,3}(?=[,&(])")  # Roe, J. D., Poe, E.
_STOP = re.compile(r"\.(?= |\n|$)|(?<= et al)(?= [A-Z])|(?<= et al\.),(?= [A-Z])|:(?= )")
_AND = re.compile(r"(?i)^(?:and|&) | (?:and|&) ")
# What stands before a letter in titles of medicine, as a surname stands before an initial; and
# what stands at the end of titles and bodies (Diabetes UK), as initials stand behind a surname.
_NO_SURNAME = frozenset(
    {
        *("about", "bipolar", "bleeding", "botulinum", "class", "coenzyme", "complex", "covid"),
        *("ebola", "factor", "grade", "group", "hemoglobin", "haemoglobin", "hemophilia"),
        *("haemophilia", "hepatitis", "immunoglobulin", "influenza", "living", "lupus"),
        *("mucopolysaccharidosis", "neurofibromatosis", "omega", "part", "phase", "porphyria"),
        *("protein", "stage", "streptococcus", "trisomy", "type", "understanding", "viral"),
        *("the", "virus", "vitamin", "vitamins", "what", "your"),
    }
)
_NO_INITIALS = frozenset(
    {
        *("ADHD", "AIDS", "ALS", "BMI", "CBT", "CKD", "COPD", "CPR", "CVD", "DNA", "DSM", "DVT"),
        *("ECG", "EEG", "EKG", "FAQ", "FAQS", "GERD", "HDL", "HIV", "HPV", "IBD", "IBS", "IUD"),
        *("LDL", "MRI", "MRSA", "NSAID", "OCD", "PCOS", "PMS", "PTSD", "RNA", "RSV", "SARS"),
        *("LLC", "LLP", "PLC", "SIDS", "STD", "STDS", "STI", "STIS", "TIA", "UK", "USA", "UTI"),
    }
)


class Names(NamedTuple):
    """People in a row; ``others`` if there are more, ``editors`` if that is what they are."""

    people: tuple[str, ...]
    body: str = ""
    others: bool = False
    editors: bool = False


def leading_names(text: str) -> tuple[Names, int] | None:
    """The names that *text* begins with, up to a full stop, and where the text goes on behind it.

    None where the first sentence is something else, such as a title or a body.
    """
    for number, stop in enumerate(_STOP.finditer(text[:_LONGEST])):
        if number == _MOST_CUTS:
            return None
        names = read_names(text[: stop.start()])
        if names is None or _is_title(names, text[: stop.start()]):
            continue
        if _MORE_INITIALS.match(text, stop.end()) or _ALSO.match(text, stop.end()):
            continue
        if stop[0] != ":" or names.others or len(names.people) > 1:
            return names, stop.end()
    return None


def _is_title(names: Names, text: str) -> bool:
    """Whether one name alone may be a topic: Hepatitis B, Living With HIV."""
    if len(names.people) != 1 or names.others or names.editors or names.body:
        return False
    words = text.replace("-", " ").split()
    return bool(
        {word.casefold() for word in words[:-1]} & _NO_SURNAME or words[-1].upper() in _NO_INITIALS
    )


def read_names(text: str) -> Names | None:
    """*text* as a row of names and nothing else; None if it is something else."""
    row = text.strip(" \n,;.")
    row, editors = _without(_EDITORS, row)
    row, others = _without(_OTHERS, row)
    if not editors:  # "Roe J, eds, et al"
        row, editors = _without(_EDITORS, row)
    row, _, body = row.partition(";")
    body = _ON_BEHALF.sub("", body.strip())
    if not others:  # "Roe J, et al; Example Study Group"
        row, others = _without(_OTHERS, row.rstrip())
    if body and (people := _people(f"{row}, {body}")):  # a semicolon between the names
        return Names(people, "", others, editors)
    people = _people(row)
    if not people and not body:
        row, _, body = row.rpartition(",")
        body = _ON_BEHALF.sub("", body.strip())
        if not is_body(body):
            return None
        people = _people(row)
    if not people or (body and not re.search(r"[^\W\d_]{3}", body)):
        return None
    return Names(people, body, others, editors)


def _without(pattern: re.Pattern[str], row: str) -> tuple[str, bool]:
    start = max(0, len(row) - 40)
    match = pattern.search(row, start)
    return (row[: match.start()].rstrip(" ,;."), True) if match else (row, False)


def _people(row: str) -> tuple[str, ...]:
    """The names between the commas of *row*; empty if one of them is no name."""
    row = _AND.sub(", ", row.replace(";", ","))
    parts = [part for part in map(str.strip, row.split(",")) if part]
    names = [_person(part) for part in _whole(parts)]
    return tuple(filter(None, names)) if all(names) else ()


def _whole(parts: list[str]) -> list[str]:
    """*parts* with each suffix (Roe J, Jr) and initials (Roe, J.) put to the name before."""
    row: list[str] = []
    for part in parts:
        if row and _SUFFIX.fullmatch(part):
            row[-1] = f"{row[-1]} {part}"
        elif row and _INITIALS.fullmatch(part) and part.isupper() and _person(row[-1]) is None:
            row[-1] = f"{row[-1]} {re.sub('[. ]', '', part)}"
        else:
            row.append(part)
    return row


def _person(text: str) -> str | None:
    """*text* if it is a surname with initials and perhaps a suffix, as Surname AB Jr."""
    words = text.split()
    if not 2 <= len(words) <= _MOST_WORDS + 4 or len(text) > 100:
        return None
    suffix = ""
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = " " + words.pop().rstrip(".")
    initials: list[str] = []
    while len(words) > 1 and _are_initials(words[-1]) and len("".join(initials)) < 5:
        initials.insert(0, words.pop().replace(".", ""))
    if not initials and len(words) > 2 and _SUFFIX.fullmatch(words[-2]) and words[-1].isupper():
        return None
    if not initials or not _is_surname(words):
        return None
    return f"{' '.join(words)} {''.join(initials)}{suffix}"


def _are_initials(word: str) -> bool:
    letters = _TWO_LETTERS.sub("A", re.sub(r"[.\-‐‑]", "", word))
    return 0 < len(letters) <= 4 and letters.isalpha() and letters.isupper()


def _is_surname(words: list[str]) -> bool:
    if len(words) > _MOST_WORDS:
        return False
    capitals = 0
    for word in words:
        plain = word.casefold().rstrip(".")
        if plain in _PARTICLES:
            continue
        if word.endswith("."):
            return False  # two sentences: Flu. CDC.
        if any(letter.isdigit() for letter in word) or not re.fullmatch(r"[\w'’ʼ`´.‐‑-]+", word):
            return False
        if not any(letter.isupper() for letter in _PREFIX.sub("", word)[:3]):
            return False
        capitals += 1
    return capitals > 0 or len(words) == 1
