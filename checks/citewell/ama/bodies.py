"""Words by which a body, a site or a work of reference is told from a title.

The tables are small and explicit; what they do not know is decided by where it stands.
"""

import re

_BODY_WORDS = frozenset(
    {
        *("academy", "administration", "agency", "alliance", "association", "authority"),
        *("board", "branch", "bureau", "campaign", "center", "centers", "centre", "centres"),
        *("channel", "clearinghouse", "clinic", "coalition", "collaboration", "college"),
        *("collaborators", "commission", "committee", "company", "confederation", "congress"),
        *("consortium", "corporation", "council", "department", "dept", "division", "federation"),
        *("force", "forum", "foundation", "fund", "government", "group", "hospital", "hospitals"),
        *("inc", "initiative", "institute", "institutes", "institution", "investigators"),
        *("laboratories", "laboratory", "league"),
        *("library", "llc", "ltd", "ministry", "nations", "network", "office", "organisation"),
        *("organization", "panel", "partnership", "press", "program", "programme", "project"),
        *("publishing", "registry", "school", "secretariat", "section", "service", "services"),
        *(
            "societies",
            "society",
            "staff",
            "trialists",
            "trust",
            "union",
            "university",
            "uk",
            "usa",
            "workgroup",
        ),
    }
)
_BODIES = frozenset(
    {
        *("aad", "aafp", "aap", "acog", "ahrq", "cdc", "ema", "epa", "fda", "march of dimes"),
        *("mayo clinic", "nccih", "nhs", "nice", "nih", "osha", "planned parenthood", "samhsa"),
        *("unicef", "usda", "uspstf", "who", "world bank"),
    }
)
_SITES = frozenset(
    {
        *("clinicaltrials.gov", "dailymed", "dermnet", "dermnet new zealand", "dermnet nz"),
        *("e-medicine health", "ehealthme", "emedicine", "emedicinehealth", "everyday health"),
        *("familydoctor.org", "lab tests online", "nemours kidshealth"),
        *("nhs choices", "nhs inform", "pubmed health", "teenshealth"),
        *("genetics home reference", "harvard health", "healthline", "healthychildren.org"),
        *("johns hopkins medicine", "kidshealth", "medical news today", "medlineplus"),
        *("medlineplus genetics", "medscape", "orphanet", "orthoinfo", "patient.info", "pubmed"),
        *("rxlist", "verywell health", "webmd", "wikipedia"),
    }
)
_REPOSITORIES = frozenset(
    {
        *("dataverse", "dryad", "figshare", "gene expression omnibus", "harvard dataverse"),
        *("mendeley data", "open science framework", "osf", "pangaea", "zenodo"),
    }
)
_WORKS = re.compile(
    r"(?i)ask ?mayo ?expert|natural standard|uptodate(?: inc)?|dynamed(?: plus)?|statpearls"
    r"|genereviews®?|bmj best practice|epocrates(?: (?:online|rx|plus))?|visualdx|pepid"
    r"|lexi-?comp(?: online)?|clinical ?key|clinical pharmacology|essential evidence plus"
    r"|(?:the )?(?:5|five)[ -]minute (?:clinical|pediatric) consult(?: online)?"
    r"|(?:stedman|dorland)[’']s online|(?:pdr|physicians[’'] desk reference)(?: online)?"
    r"|(?:the )?(?:merck|msd) manuals?\b[^.;]{0,80}(?:\(u\.?s\.?\))?"
    r"|natural medicines(?: comprehensive database)?|facts (?:&|and) comparisons(?: eanswers)?"
    r"|(?:(?:ibm|merative|truven health(?: analytics)?) )?micromedex[\w ./®]{0,30}"
)
_SYSTEM = re.compile(r"(?i)(?:allscripts epsi|decision support system)\b.{0,60}")
_SMALL = frozenset(
    {
        *("a", "an", "and", "at", "de", "del", "der", "des", "di", "du", "e", "et", "für", "for"),
        *("in", "la", "of", "on", "the", "to", "und", "with", "y", "&"),
    }
)
_OF_SITES = frozenset({"homepage", "intranet", "online", "site", "web", "website"})
_BEFORE_DETAIL = re.compile(r"(?i) (?:of|for|on|in|to|at|against|and its) |[,;:(/]")
_PARENT = re.compile(r", an? (?:division|part|program|project|service) of .{3,80}")
_DOMAIN = re.compile(r"(?i)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|gov|info|int|net|org|edu)")
_JOURNAL = re.compile(
    r"(?i)^(?:the )?(?:j |acta |am j|ann |annals|arch |archives|bmc |br j|bull |clin|cochrane|curr "
    r"|current|eur |eur j|expert|front |frontiers|int j|lancet|nat |nature|new england|n engl"
    r"|morbidity and mortality|plos|proc |scand|semin|trends)|\bjournal\b|\breviews?\b"
    r"|\bclinics\b|\bproceedings\b"
    r"|\bannals\b|\barchives\b|\btransactions\b|^(?:jama|bmj|circulation|cell|chest|cancer"
    r"|pediatrics|neurology|stroke|diabetes care|american family physician|science|cureus|gut"
    r"|spine|headache|blood|medicine|nutrients)\b"
)


# Words that are in no title of a topic; the others, such as "stroke", have capitals in a name.
_OF_JOURNALS = frozenset({"annals", "archives", "journal", "proceedings", "transactions"})


def may_be_name(text: str) -> bool:
    """Whether *text* can be the name of a body, a site or a book: most words have a capital."""
    words = [word for word in text.split() if word.casefold() not in _SMALL]
    capitals = sum(map(_counts_as_capital, words))
    return is_site(text) or (len(words) <= 30 and capitals * 2 > len(words))


def is_name(text: str) -> bool:
    """Whether all words of *text* that count have a capital."""
    words = text.split()
    return len(words) <= 30 and all(map(_counts_as_capital, words))


def is_body(text: str) -> bool:
    """Whether *text* is the name of a body or a site, and no title.

    All its words that count have a capital, and its main noun is one for bodies, as in
    "National Institute of Neurological Disorders and Stroke".
    """
    text = _PARENT.sub("", text)
    known = text.casefold().removeprefix("the ")
    if known in _BODIES or is_site(text):
        return True
    if not is_name(text):
        return False
    nouns = [text, *(text[: match.start()] for match in _BEFORE_DETAIL.finditer(text))]
    return any(_last_word(noun) in _BODY_WORDS for noun in nouns)


def _counts_as_capital(word: str) -> bool:
    core = word.strip("(),.;:'\"“”‘’–—-")
    return not core or not core.islower() or core in _SMALL or core in _OF_SITES


def _last_word(text: str) -> str:
    words = re.findall(r"[^\W_]+", text[-40:].casefold())
    return words[-1] if words else ""


def is_publisher(text: str) -> bool:
    """Whether *text* is a body that publishes the books of others."""
    return _last_word(text) in ("books", "press", "publishing")


def is_site(text: str) -> bool:
    """Whether *text* is the name of a web site: one that is known, or a domain."""
    return text.casefold() in _SITES or _DOMAIN.fullmatch(text) is not None


def is_reference_work(text: str) -> bool:
    """Whether *text* is a work of reference that is kept up to date, topic by topic."""
    return len(text) < 100 and _WORKS.fullmatch(text) is not None


def is_hospital_system(text: str) -> bool:
    """Whether *text* is a system in which a hospital keeps figures of itself."""
    return _SYSTEM.fullmatch(text) is not None


def is_repository(text: str) -> bool:
    """Whether *text* is a place where data are deposited."""
    return text.casefold() in _REPOSITORIES


def is_journal(text: str) -> bool:
    """Whether *text* sounds like the name of a journal, whole or abbreviated."""
    match = _JOURNAL.search(text)
    if match is None:
        return False
    return " " in match[0].strip() or match[0].casefold() in _OF_JOURNALS or is_name(text)
