"""Lines that belong to a site, and not to what its page is about."""

import re

_LONGEST = 1_200  # characters
_SITE = re.compile(
    r"(?:©|\(c\)\s|copyright\b|all rights reserved|terms of use|privacy policy|advertisement"
    r"|share(?: this(?: page| article)?)?(?: on .*)?$|print(?: this page)?$|email(?: this page)?$"
    r"|back to top|skip to (?:main )?content|follow us\b|subscribe\b|show (?:more|less)\b"
    r"|sign up(?: (?:for (?:free|our|the|e-?mail|updates)|now|today|to (?:get|receive))\b|\W*$)"
    r"|show references|close$|menu$|search$|home$|facebook$|twitter$|tweet$|pinterest$"
    r"|request an appointment|see more(?: in-depth| articles?| from .{1,40})?$"
    r"|original article: \S+$|reprint permissions|advertising (?:&|and)|next review due\b|.{0,400}©"
    r"|.{0,400}\ball rights reserved\b|enlarge image|open pop-?up|ad choices$|advertising revenue\b"
    r"|any use of this site\b|a single copy of these materials\b"
    r"|this content does not have an? \w+ version)",
    re.IGNORECASE,
)
# What invites to a newsletter, and its form's answers.
_NEWSLETTER = re.compile(
    r"(?:from .{1,40} to your inbox$|get the latest health (?:information|news|advice)\b"
    r"|click here for an email preview|e-?mail address(?: \d)?[ *:]*$"
    r"|error ?(?:e-?mail|include|enter|select)\b.{0,60}$"
    r"|(?:we use the data you provide|learn more about .{1,40} use of data)\W*$"
    r"|to provide you with the most relevant and helpful information\b"
    r"|thank you for subscribing|you(?:['’]ll| will) soon start receiving\b"
    r"|sorry,? something went wrong\b|please,? try again\b.{0,40}$"
    r"|there is a problem with information (?:highlighted|submitted)\b)",
    re.IGNORECASE,
)
# Shelves of a shop, and doors to other pages.
_DOORS = re.compile(
    r"(?:products (?:&|and) services$|(?:an? )?(?:free )?(?:book|booklet|newsletter): .{1,90}$"
    r"|doctors (?:&|and) departments$|check out these best-?sellers\b"
    r"|explore .{1,40} studies of tests\b"
    r"|.{1,40} does not endorse (?:any of (?:the|these) )?(?:companies|products|third)\b"
    r"|other topics in .{1,60}$|diseases & conditions a-z$)",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]*\.?){1,4}"
_DEGREE = (
    r"(?:M\.?D|D\.?O|Ph\.?D|Psy\.?D|Pharm\.?D|R\.?Ph|R\.?N|R\.?D(?:\.?N)?|L\.?D|M\.?S|M\.?A|M\.?P\.?H"
    r"|M\.?B\.?B\.?S|M\.?B\.?,? ?B\.?Ch|D\.?D\.?S|D\.?P\.?T|D\.?P\.?M|O\.?D|C\.?N\.?P|A\.?P\.?R\.?N"
    r"|D\.?N\.?P|P\.?A(?:-C)?|L\.?P|FACP|FACS|FAAP|FACOG)\.?"
)
_BYLINE = re.compile(
    r"(?:(?:(?:Medically )?[Rr]eviewed |Written |Posted )?[Bb]y"
    r"(?: [A-Z&][\w.'’-]*,?| of| the| and| staff| editors){1,8}"
    r"|(?:(?:[Aa]nswer(?:ed)? )?(?:[Ff]rom|[Bb]y):? |[Aa]nswer: |With )?"
    rf"{_NAME}(?:, {_DEGREE}){{1,5}}"
    rf"|Answer(?:ed)? (?:[Ff]rom|[Bb]y):? {_NAME}|With)"
)


def is_boilerplate(line: str) -> bool:
    """Whether *line* belongs to the site: a button, an advertisement, a right, a by-line."""
    text = line.strip()
    if len(text) > _LONGEST:
        return False
    return any(each.match(text) for each in (_SITE, _NEWSLETTER, _DOORS)) or is_byline(text)


def is_byline(line: str) -> bool:
    """Whether *line* says no more than who wrote, answered or reviewed the page."""
    text = line.strip()
    return len(text) <= _LONGEST and _BYLINE.fullmatch(text) is not None
