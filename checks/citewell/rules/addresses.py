"""Rules of the group ``references`` that look at DOIs and web addresses."""

from collections.abc import Iterator
from urllib.parse import SplitResult

from citewell.finding import Fix, NodePath, Operation, Remark, json_pointer
from citewell.identifiers import (
    bare_doi,
    has_secret,
    host_reach,
    is_doi,
    is_file_url,
    split_url,
    strip_tracking,
    unidentifying,
    url_fault,
)
from citewell.model import Reference
from citewell.reading import Reading
from citewell.rules.rule import Policy


def malformed_doi(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """A DOI has the form of a DOI.

    What: a `doi` that, label and resolver address aside, is not `10.`, a registrant's
        number, a slash and a suffix without blanks.
    Why: AMA Manual of Style, 11th ed., 3.11.4, prefers the DOI because it lasts; what has
        not its form resolves to nothing.
    Bad:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: 10.1000 /182}
    Good:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: 10.1000/182}
    """
    for path, reference in reading.references:
        if reference.doi is not None and not is_doi(bare_doi(reference.doi)):
            yield Remark(
                (*path, "doi"),
                f"'{reference.doi}' is not a DOI",
                "Copy the DOI from the work: 10., a number, a slash and a name without blanks.",
            )


def doi_not_normalized(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """A DOI is written bare.

    What: a `doi` with a `doi:` label, a resolver's address or trailing punctuation; the
        case of letters is free.
    Why: AMA Manual of Style, 11th ed., 3.11.4, has its own way to print a DOI; one form in
        the data lets every tool recognise one work as one work.
    Bad:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: "https://doi.org/10.1000/182"}
    Good:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: 10.1000/182}
    """
    for path, reference in reading.references:
        if reference.doi is None:
            continue
        bare = bare_doi(reference.doi)
        if bare != reference.doi and is_doi(bare):
            place = (*path, "doi")
            yield Remark(
                place,
                f"The DOI of reference {reference.number} is not bare",
                f"Write {bare}",
                fix=Fix(
                    True, "Write the bare DOI", (Operation("replace", json_pointer(place), bare),)
                ),
            )


def malformed_url(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """An address is one that a browser could ask.

    What: a `url`, or that of an `archive`, with a blank in it, without a host, or with
        another scheme than `https:` or `http:`.
    Why: RFC 3986 and RFC 9110, 4.2: such an address leads no reader anywhere.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: www.ash.example/tremor}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://www.ash.example/tremor"}
    """
    for path, reference, url in _urls(reading):
        if fault := url_fault(url):
            yield Remark(
                path,
                f"The address of reference {reference.number} cannot be used: {fault}",
                "Copy the address from the browser while it shows the page.",
            )


def unidentifying_url(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """An address leads to the work, not to the entrance of a site.

    What: a `url` that is the front page of a site, a search page or a login page, on a
        reference without a DOI.
    Why: HONcode principle 4: references lead to the item. NLM, Citing Medicine, ch. 25: an
        address and a title alone are not enough. From a front page nobody can tell which
        page was read.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/search"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor"}
    """
    for path, reference, _ in _web_addresses(reading):
        if not reference.doi and (kind := unidentifying(reference.url or "")):
            yield Remark(
                path,
                f"The address of reference {reference.number} is {kind} and names no work",
                "Give the address of the very page, topic or chapter.",
            )


def tracking_parameters(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """An address carries no tracking parameters.

    What: parameters that analytics, mail and device-detection products add, such as
        `utm_source`, `gclid`, `fbclid` or `TRILIBIS_EMULATOR_UA`.
    Why: they tell the site whose link a patient followed, make one page look like several,
        and break when the product goes.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/a?utm_source=x"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/a?page=2"}
    """
    for path, reference, parts in _web_addresses(reading):
        if "://" in parts.path:
            continue  # a capture in an archive, which has the parameters in its name
        clean, names = strip_tracking(reference.url or "")
        if names:
            yield Remark(
                path,
                f"The address of reference {reference.number} carries tracking parameters: "
                f"{', '.join(names)}",
                f"Write {clean}",
                fix=Fix(
                    True,
                    "Remove the tracking parameters",
                    (Operation("replace", json_pointer(path), clean),),
                ),
            )


def insecure_url(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """An address uses https.

    What: a `url` with the scheme `http:`.
    Why: RFC 9110, 4.2.2: over http, what a patient reads can be watched and changed on the
        way.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "http://ash.example/tremor"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor"}
    """
    for path, reference, parts in _web_addresses(reading):
        if parts.scheme == "http":
            yield Remark(
                path,
                f"The address of reference {reference.number} is not encrypted (http:)",
                "See whether the page is there under https: too, and write that.",
            )


def credentials_in_url(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """An address holds no password, key or session.

    What: a user name or password before the host, or a parameter such as `access_token`,
        `api_key` or `sessionid`. citewell shows them as `***`.
    Why: RFC 3986, 7.5: articles are published, and the secret with them.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://me:pw@ash.example/tremor"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor"}
    """
    for path, reference, url in _urls(reading):
        if has_secret(url):
            yield Remark(
                path,
                f"The address of reference {reference.number} contains a secret",
                "Take it out of the address, and have it changed: it is in the history already.",
            )


def private_url(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """An address can be reached by the public.

    What: a `file:` address; a host that is this machine, a private or reserved IP address in
        any spelling, a name without a dot or under `.local` and its kind. An intranet host
        is allowed where the reference says `access: internal`.
    Why: RFC 1918, RFC 6761 and RFC 6762: such an address means something else, or nothing,
        on the reader's machine.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "http://192.168.0.7/tremor"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor"}
    """
    for path, reference, url in _urls(reading):
        parts = split_url(url)
        reach = host_reach(parts.hostname or "") if parts else "public"
        internal = reference.access == "internal"
        if is_file_url(url) or reach == "loopback" or (reach == "private" and not internal):
            where = {"loopback": "this machine", "private": "a local network"}.get(reach, "a file")
            yield Remark(
                path,
                f"The address of reference {reference.number} leads to {where}, "
                "where readers cannot follow",
                "Give the public address, or remove 'url'; an intranet page is 'access: internal'.",
            )


def _urls(reading: Reading) -> Iterator[tuple[NodePath, Reference, str]]:
    """Every address, those of archives included, with its path and reference."""
    for path, reference in reading.references:
        if reference.url is not None:
            yield (*path, "url"), reference, reference.url
        if reference.archive is not None:
            yield (*path, "archive", "url"), reference, reference.archive.url


def _web_addresses(reading: Reading) -> Iterator[tuple[NodePath, Reference, SplitResult]]:
    """The address of every reference that has a usable one, taken apart."""
    for path, reference in reading.references:
        if reference.url is not None and (parts := split_url(reference.url)):
            yield (*path, "url"), reference, parts
