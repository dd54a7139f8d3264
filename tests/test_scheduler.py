"""The scheduler in virtual time: polite to every host, just to every target, and soon done."""

from collections import Counter
from collections.abc import Iterator
from itertools import count, cycle, pairwise
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from citewell.evidence.course import next_step
from citewell.evidence.doubts import LOST, OUTAGE
from citewell.evidence.hop import Ask
from citewell.facts import SERVICES, Failure, Hop, Page, Service, Target, Verdict
from citewell.link_settings import Endpoints
from citewell.verdict import MOST_REDIRECTS, judge
from virtual import Answers, Request, Run, VirtualTime, dois_of, leaves_out, lost, run, said

EPSILON = 1e-6
DOI = "10.5555/1"
SILENT = (Failure.NO_NAME, Failure.NO_CONNECTION, Failure.TIMEOUT)
"""Failures that our own network may be to blame for."""


def pages(host: str, number: int, scheme: str = "https") -> list[str]:
    return [f"{scheme}://{host}.example/{each}" for each in range(number)]


def page_of_each(hosts: int, name: str = "host") -> list[str]:
    return [f"https://{name}{each}.example/page" for each in range(hosts)]


# How hosts answer.


def says(status: int = 200, **more: Any) -> Answers:
    return lambda ask: said(ask, status, **more)


def fails(failure: Failure, seconds: float = 0.1) -> Answers:
    return lambda ask: lost(ask, failure, seconds)


def crashes(ask: Ask) -> Hop:
    raise RuntimeError("nobody has thought of this")


def one_by_one(ask: Ask) -> Hop:
    """Crossref, where all DOIs are aliases: its lists know none of them."""
    return leaves_out(*dois_of(ask))(ask) if ask.service == "crossref-list" else said(ask)


def in_turn(*answers: Answers) -> Answers:
    """One answer after the other, and the last for ever."""
    left = list(answers)
    return lambda ask: (left.pop(0) if len(left) > 1 else left[0])(ask)


def by_host(others: Answers = said, **hosts: Answers) -> Answers:
    """Each host answers in its own way: ``a`` stands for ``a.example``, and ``doi`` for doi.org."""
    named = {"doi": "doi.org", "crossref": "api.crossref.org", "datacite": "api.datacite.org"}
    by_name = {named.get(name, f"{name}.example"): answers for name, answers in hosts.items()}
    return lambda ask: by_name.get(urlsplit(ask.url).hostname or "", others)(ask)


def by_page(**answers: Answers) -> Answers:
    """Each page answers in its own way: ``at_0`` is about the page 0; all others are well."""
    return lambda ask: answers.get(f"at_{ask.url.rpartition('/')[2]}", said)(ask)


# Whatever comes, no host is asked too often, and every target is done with in time.

PLACES = [
    url for host in ("one", "two") for way in ("http", "https") for url in pages(host, 3, way)
]
DOIS = ["10.5555/a", "10.5555/b", "10.5555/c"]
NOWHERE = ["https://[", "http://one.example:99999/", "ftp://one.example/", "https://", "/a", "\0"]
REGISTRIES = {"api.crossref.org": (1, 0.2), "api.datacite.org": (1, 0.6)}
"""The hosts that have limits of their own: how many at once, and how many seconds apart."""


class Answer(NamedTuple):
    """What comes of a request; one with neither status nor failure is a crash of our own."""

    status: int | None = None
    failure: Failure | None = None
    location: str | None = None
    retry_after: float | None = None
    challenged: bool = False
    page: Page | None = None
    seconds: float = 0.1

    def __call__(self, ask: Ask) -> Hop:
        return self.to(ask.url, ask.service)

    def to(self, url: str, service: Service, location: str = "") -> Hop:
        """The answer as it comes; a redirect that leads anywhere leads to *location*, if given."""
        assert self.status or self.failure, "nobody has thought of this"
        redirects = self.location and location
        return Hop(
            url,
            service,
            self.status,
            self.failure,
            f"{self.failure}!" if self.failure else "",
            location if redirects else self.location,
            self.retry_after,
            self.challenged,
            self.page,
            {200: True, 404: False}.get(self.status or 0) if service != "web" else None,
            self.seconds,
        )


_SECONDS = st.sampled_from([0.0, 0.1, 0.1, 2.0, 15.0, 1000.0])
_WAITS = st.sampled_from([None, 0.0, 1.0, 7.0, 40.0, 86_400.0, 999_999_999.0])
_PAGES = st.sampled_from([None, Page("Tremor"), Page(fault="it is empty"), Page("", "", "part")])
ANSWERS = st.one_of(
    st.builds(Answer, st.just(200), page=_PAGES, seconds=_SECONDS),
    st.builds(
        Answer,
        st.sampled_from([404, 410, 403, 408, 429, 429, 500, 503, 999, 100, 304]),
        challenged=st.sampled_from([False, False, True]),
        retry_after=_WAITS,
        seconds=_SECONDS,
    ),
    st.builds(
        Answer,
        st.sampled_from([301, 302, 307, 308]),
        location=st.sampled_from([*PLACES, *NOWHERE, None]),
        seconds=_SECONDS,
    ),
    st.builds(Answer, failure=st.sampled_from(Failure), seconds=_SECONDS),
)
LIMITS = st.fixed_dictionaries(
    {
        "concurrency": st.integers(1, 6),
        "per_host": st.integers(1, 3),
        "host_delay": st.sampled_from([0.0, 0.05, 1.0, 7.0]),
        "retries": st.integers(0, 3),
        "deadline": st.sampled_from([1.0, 8.0, 45.0, 300.0]),
        "timeout": st.sampled_from([1.0, 20.0]),
    }
)
NORMAL = {"concurrency": 64, "per_host": 4, "host_delay": 0.05, "deadline": 300.0, "retries": 2}


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(PLACES + DOIS), max_size=12),
    st.lists(ANSWERS | st.just(Answer()), min_size=1, max_size=12),
    LIMITS,
    st.floats(0, 1),
)
@example(PLACES, [Answer(429, retry_after=7.0)], NORMAL | {"per_host": 1}, 0.0)
@example(PLACES + DOIS, [Answer(500)], NORMAL, 0.5)
def test_whatever_comes_the_run_is_polite_and_ends(
    targets: list[str], answers: list[Answer], limits: dict[str, Any], jitter: float
) -> None:
    turns = cycle(answers)
    done = run(targets, lambda ask: next(turns)(ask), jitter=lambda: jitter, **limits)

    settled = Counter([*done.probed.probes, *done.probed.unchecked])
    assert set(settled.values()) <= {1}
    assert {target.text for target in settled} == set(targets)
    assert all(done.probed.unchecked.values()), "not every reason is given"

    assert done.seconds <= limits["deadline"]
    assert all(request.began < limits["deadline"] for request in done.requests)
    assert peak(done.requests) <= limits["concurrency"]
    for host, requests in by_their_host(done.requests).items():
        at_once, delay = REGISTRIES.get(host, (4, 0.0))
        assert peak(requests) <= min(at_once, limits["per_host"])
        assert least_gap(requests) >= max(delay, limits["host_delay"]) - EPSILON
        assert_waits_as_asked(requests)


def by_their_host(requests: list[Request]) -> dict[str, list[Request]]:
    hosts: dict[str, list[Request]] = {}
    for request in requests:
        hosts.setdefault(request.host, []).append(request)
    return hosts


def peak(requests: list[Request]) -> int:
    """The most that were under way at one time; whatever ends makes room at once."""
    lasting = [request for request in requests if request.ended > request.began]
    changes = [(request.began, 1) for request in lasting]
    changes += [(request.ended, -1) for request in lasting]
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def least_gap(requests: list[Request]) -> float:
    gaps = (second.began - first.began for first, second in pairwise(requests))
    return min(gaps, default=float("inf"))


def assert_waits_as_asked(requests: list[Request]) -> None:
    """No request begins while its host wants to be left alone."""
    for request in requests:
        if request.hop and request.hop.throttles and request.hop.retry_after:
            until = request.ended + request.hop.retry_after - EPSILON
            assert not [each for each in requests if request.ended < each.began < until]


# Each limit by itself.


def test_no_more_are_under_way_than_allowed_and_no_fewer_than_could_be() -> None:
    done = run(page_of_each(30), says(seconds=1.0), concurrency=5)
    assert peak(done.requests) == 5
    assert done.seconds == pytest.approx(7.0)  # 31 requests, as the canary is one


def test_a_host_is_asked_as_often_as_allowed_and_no_more() -> None:
    requests = [
        request
        for request in run(pages("a", 9), says(seconds=1.0), per_host=3, host_delay=0.2).requests
        if request.host == "a.example"
    ]
    assert peak(requests) == 3
    assert [request.began for request in requests] == pytest.approx(
        [0.0, 0.2, 0.4, 1.0, 1.2, 1.4, 2.0, 2.2, 2.4]
    )


def test_both_doors_of_a_house_share_its_limits() -> None:
    done = run([*pages("a", 3, "http"), *pages("a", 3)], said, per_host=1)
    requests = by_their_host(done.requests)["a.example"]
    assert (len(requests), peak(requests)) == (6, 1)


@pytest.mark.parametrize(("service", "delay"), [("crossref", 0.2), ("datacite", 0.6)])
def test_a_registry_is_asked_more_slowly(service: str, delay: float) -> None:
    unknown = dict.fromkeys(("doi", "crossref", "datacite"), says(404, seconds=0.01))
    done = run([f"10.5555/{each}" for each in range(5)], by_host(**unknown))
    requests = [each for each in done.requests if each.ask.service == service]
    assert (len(requests), peak(requests)) == (5, 1)
    assert least_gap(requests) == pytest.approx(delay)


def test_what_is_given_more_than_once_is_asked_once() -> None:
    often, once = [*pages("a", 2), DOI], pages("late", 1)
    done = run([*(often * 50), *once], said)
    assert Counter(request.ask.first for request in done.requests) == Counter(often + once)
    assert done.verdicts.keys() == {*often, *once}


# One host is one queue.


def test_a_host_that_wants_to_be_left_alone_delays_nobody_else() -> None:
    others = [*page_of_each(20), DOI]
    closed = by_host(closed=says(429, retry_after=86_400.0))
    with_it = run([*pages("closed", 50), *others], closed, concurrency=8, per_host=2)
    without = run(others, closed, concurrency=8, per_host=2)
    assert 1 <= len(by_their_host(with_it.requests)["closed.example"]) <= 2
    assert {with_it.verdicts[url] for url in pages("closed", 50)} == {"throttled"}
    assert {with_it.verdicts[text] for text in others} == {"ok"}
    assert with_it.seconds <= without.seconds + 0.5


def test_a_host_that_asks_for_a_pause_gets_it_while_others_go_on() -> None:
    answers = by_host(busy=in_turn(says(429, retry_after=30.0), said))
    done = run([*pages("busy", 4), *page_of_each(4)], answers, per_host=1)
    assert set(done.verdicts.values()) == {"ok"}
    busy = by_their_host(done.requests)["busy.example"]
    assert [request.began for request in busy] == pytest.approx([0.0, 30.1, 30.2, 30.3, 30.4])
    assert max(request.began for request in done.requests if request not in busy) < 1


def test_a_pause_is_kept_after_the_last_try_too() -> None:
    done = run(pages("a", 3), by_host(a=says(429, retry_after=20.0)), per_host=1, retries=0)
    assert [done.began(url) for url in pages("a", 3)] == [
        pytest.approx([0.0]),
        pytest.approx([20.1]),
        pytest.approx([40.2]),
    ]


def test_a_retry_does_not_delay_what_is_due_sooner() -> None:
    answers = by_page(at_0=in_turn(says(404), said), at_1=in_turn(says(500), said))
    done = run(pages("a", 3), answers, per_host=1)
    first, second, third = (done.began(url) for url in pages("a", 3))
    assert first == pytest.approx([0.0, 3.1])
    assert second == pytest.approx([0.1, 1.2]), "this retry is lined up later, and due sooner"
    assert third == pytest.approx([0.2])


def test_jitter_spreads_retries() -> None:
    spread = (each / 10 for each in count())
    answers = by_host(a=in_turn(*[says(500)] * 4, said))
    done = run(pages("a", 4), answers, lambda: next(spread) % 1, per_host=4, host_delay=0)
    again = sorted(done.began(url)[1] for url in pages("a", 4))
    assert all(later - sooner > 0.05 for sooner, later in pairwise(again))


def test_a_redirect_joins_the_queue_of_the_host_that_it_leads_to() -> None:
    hosts = [f"from{each}" for each in range(6)]
    answers = by_host(**{host: says(301, location=f"https://to.example/{host}") for host in hosts})
    done = run([*(pages(host, 1)[0] for host in hosts), *pages("to", 4)], answers, per_host=1)
    requests = by_their_host(done.requests)["to.example"]
    assert (len(requests), peak(requests)) == (10, 1)
    assert least_gap(requests) >= 0.05


def test_a_redirect_to_nowhere_is_the_fault_of_that_page_only() -> None:
    for nowhere in NOWHERE:
        done = run([*pages("a", 1), *pages("b", 1)], by_host(a=says(302, location=nowhere)))
        assert list(done.verdicts.values()) == ["refused", "ok"], nowhere


def test_a_redirect_that_has_come_round_is_not_followed_again() -> None:
    back, forth = (
        says(302, location="https://a.example/0"),
        says(302, location="https://b.example/"),
    )
    done = run(pages("a", 1), by_host(a=forth, b=back))
    assert set(done.verdicts.values()) == {"refused"}
    assert [request.host for request in done.requests] == ["doi.org", "a.example", "b.example"]


def test_one_door_that_is_shut_says_nothing_of_the_other() -> None:
    def answers(ask: Ask) -> Hop:
        return (fails(Failure.NO_TRUST) if ask.url.startswith("https://a.") else said)(ask)

    done = run([*pages("a", 9), *pages("a", 2, "http")], answers, per_host=1)
    assert {done.verdicts[url] for url in pages("a", 9)} == {"unreachable"}
    assert {done.verdicts[url] for url in pages("a", 2, "http")} == {"ok"}


@pytest.mark.parametrize("failure", [Failure.NO_NAME, Failure.NO_CONNECTION, Failure.NO_TRUST])
def test_a_dead_host_is_found_dead_by_a_few_pages_for_all(failure: Failure) -> None:
    done = run([*pages("a", 80), DOI], by_host(a=lambda ask: lost(ask, failure, ask.seconds)))
    assert {done.verdicts[url] for url in pages("a", 80)} <= {"gone", "unreachable"}
    assert len(by_their_host(done.requests)["a.example"]) < 20
    assert done.seconds < 100


def test_a_silent_registry_is_found_silent_by_a_few_dois_for_all() -> None:
    dois = [f"10.5555/{each}" for each in range(80)]
    silent = by_host(doi=lambda ask: lost(ask, Failure.TIMEOUT, ask.seconds), crossref=one_by_one)
    done = run([*dois, *pages("a", 1)], silent)
    assert set(done.verdicts.values()) == {"ok"}, "Crossref knows them"
    assert len(by_their_host(done.requests)["doi.org"]) < 20
    assert done.seconds < 100


MANY = [f"10.5555/{each}" for each in range(500)]
GIVEN_UP: dict[str, Answers] = {
    "Crossref wants to be left alone": lambda ask: said(ask, 429, retry_after=86_400.0),
    "Crossref refuses connections": lambda ask: lost(ask, Failure.NO_CONNECTION),
    "Crossref refuses all lists": lambda ask: (
        said(ask, 400) if ask.service == "crossref-list" else said(ask)
    ),
    "Crossref is broken": says(500),
}


@pytest.mark.parametrize("answers", GIVEN_UP.values(), ids=GIVEN_UP)
def test_when_lists_are_given_up_every_doi_is_asked_for_by_itself(answers: Answers) -> None:
    done = run([*MANY, *pages("a", 1)], by_host(crossref=answers))
    assert set(done.verdicts.values()) == {"ok"}
    assert sum(request.ask.service == "crossref-list" for request in done.requests) <= 20
    for target, found in done.probed.probes.items():
        assert all(target.text in hop.url for hop in found.hops if target.kind == "doi")
    assert done.seconds < 200


def test_the_agency_of_a_prefix_is_asked_once_whatever_comes() -> None:
    unknown = {"crossref": one_by_one, "doi": lambda ask: said(ask, 400)}
    done = run(MANY, by_host(**unknown))
    assert sum(request.ask.service == "agency" for request in done.requests) == 1


def test_a_fault_of_ours_keeps_nobody_waiting() -> None:
    answers = lambda ask: crashes(ask) if ask.service == "agency" else one_by_one(ask)  # noqa: E731
    done = run(MANY[:120], answers)
    assert not any("deadline" in why for why in done.probed.unchecked.values())


def test_when_agencies_are_given_up_nobody_waits_for_them() -> None:
    """Of prefixes that come later, too."""
    dois = [f"10.{5000 + number // 60}/{number}" for number in range(900)]

    def answers(ask: Ask) -> Hop:
        if ask.service == "agency":
            return lost(ask, Failure.BROKEN)
        return one_by_one(ask)

    time = VirtualTime()

    def coming() -> Iterator[str]:
        for doi in dois:
            time.pass_by(0.02)
            yield doi

    done = run(coming(), answers, time=time)
    assert set(done.verdicts.values()) == {"ok"}
    assert sum(request.ask.service == "agency" for request in done.requests) < 20


def test_a_doi_whose_records_nobody_can_read_needs_no_request() -> None:
    assert next_step(Target("doi", "10.5555/a,b"), [], Endpoints(), 2, 0.0, "JaLC", True) is None


# Is it they that are down, or we?


@pytest.mark.parametrize("failure", [*SILENT, Failure.BROKEN, Failure.NO_TRUST])
@pytest.mark.parametrize("doi", [[], [DOI]])
def test_when_nothing_answers_nothing_is_judged(failure: Failure, doi: list[str]) -> None:
    seconds = 1000.0 if failure is Failure.TIMEOUT else 0.1
    targets = [*page_of_each(100), *pages("a", 20), *doi]
    done = run(targets, fails(failure, seconds), jitter=lambda: 0.5)
    assert set(done.verdicts.values()) == {"unchecked"}
    assert set(done.probed.unchecked.values()) == {OUTAGE}
    assert done.seconds <= 15


def test_a_machine_without_a_network_says_so_soon() -> None:
    assert run(pages("a", 9), fails(Failure.NO_CONNECTION)).seconds < 8


def test_one_answer_is_enough_to_know_that_we_are_not_down() -> None:
    dead = page_of_each(20)
    done = run([*dead, *pages("a", 1)], by_host(fails(Failure.NO_NAME), a=said))
    assert {done.verdicts[url] for url in dead} == {"gone"}


def dies_after(number: int, failure: Failure, seconds: float = 0.1) -> Answers:
    """All is well for so many requests, and then nothing answers any more."""
    sent = count()
    return lambda ask: (said if next(sent) < number else fails(failure, seconds))(ask)


@pytest.mark.parametrize("failure", SILENT)
def test_when_our_network_dies_halfway_the_rest_is_not_judged(failure: Failure) -> None:
    targets = [DOI, *page_of_each(40)]
    done = run(targets, dies_after(20, failure), concurrency=4)
    assert Counter(done.verdicts.values()) == {"ok": 20, "unchecked": 21}
    assert set(done.probed.unchecked.values()) == {LOST}
    assert done.requests[-1].ask.first == DOI, "the witness was asked once more"


@pytest.mark.parametrize("failure", SILENT)
def test_when_the_witness_still_answers_the_others_have_failed(failure: Failure) -> None:
    dead = page_of_each(5, "dead")
    hosts = {f"dead{each}": fails(failure) for each in range(5)}
    done = run([DOI, *page_of_each(5), *dead], by_host(**hosts))
    assert {done.verdicts[url] for url in dead} <= {"gone", "unreachable"}
    again = [request.ask.first for request in done.requests].count(DOI) - 1
    assert again == (2 if failure is Failure.NO_NAME else 1), "names are asked once more after it"


def test_a_name_that_comes_back_while_others_answer_is_not_gone() -> None:
    """A name server that fails for some seconds says of no host that it does not exist."""
    answers = by_host(back=in_turn(*[fails(Failure.NO_NAME)] * 2, said))
    done = run([DOI, "https://a.example/page", "https://back.example/page"], answers)
    assert done.verdicts["https://back.example/page"] == "ok"


def test_a_registry_is_a_better_witness_than_a_page() -> None:
    answers = by_host(
        a=in_turn(said, fails(Failure.NO_CONNECTION)),
        dead=fails(Failure.NO_CONNECTION),
        doi=says(seconds=0.5),
    )
    done = run([DOI, *pages("a", 1), *pages("dead", 1)], answers)
    assert done.verdicts[pages("dead", 1)[0]] == "unreachable"


def test_what_failed_while_others_answered_has_failed_by_itself() -> None:
    answers = by_host(dead=fails(Failure.NO_CONNECTION), late=says(seconds=15.0))
    done = run([DOI, *pages("dead", 1), *pages("late", 1)], answers)
    assert done.verdicts[pages("dead", 1)[0]] == "unreachable"
    assert [request.ask.first for request in done.requests].count(DOI) == 1, "nobody need ask"


def test_doi_org_alone_may_be_down() -> None:
    urls = [*pages("a", 3), *pages("gone", 1)]
    silent = {"doi": fails(Failure.NO_CONNECTION), "gone": says(404)}
    done = run(urls, by_host(**silent))
    assert list(done.verdicts.values()).count("ok") == 3
    assert done.verdicts[urls[-1]] == "gone"
    unknown = {"crossref": says(404), "datacite": says(404)}
    done = run([*urls, DOI], by_host(**silent, **unknown))
    assert done.verdicts[DOI] == "unchecked", "two of three registries cannot say so"
    assert "doi.org" in done.probed.unchecked[Target("doi", DOI)]


# The end.


def test_at_the_deadline_the_rest_is_unchecked() -> None:
    done = run(pages("a", 20), says(seconds=0.5), per_host=1, host_delay=1, deadline=5)
    assert list(done.verdicts.values()) == ["ok"] * 5 + ["unchecked"] * 15
    assert set(done.probed.unchecked.values()) == {"the deadline of 5 s came first"}
    assert done.seconds <= 5


def test_nobody_waits_for_a_deadline_when_nothing_more_can_be_asked_before_it() -> None:
    done = run(pages("a", 2), said, per_host=1, host_delay=1000)
    assert list(done.verdicts.values()) == ["ok", "unchecked"]
    assert done.seconds < 1


def test_what_is_under_way_at_the_deadline_is_not_waited_for() -> None:
    done = run([DOI, *pages("a", 1)], by_host(a=says(seconds=15.0)), deadline=12)
    assert done.verdicts == {DOI: "ok", pages("a", 1)[0]: "unchecked"}
    assert done.seconds == 12


@pytest.mark.parametrize("host_delay", [0.05, 20.0])
def test_who_was_asked_to_wait_before_the_deadline_was_throttled(host_delay: float) -> None:
    answers = by_host(a=says(429, retry_after=5.0))
    done = run(pages("a", 1), answers, deadline=9, host_delay=host_delay)
    assert set(done.verdicts.values()) == {"throttled"}


def test_a_crash_of_one_request_is_said_and_stops_nobody() -> None:
    done = run([*pages("a", 1), *pages("b", 1)], by_host(a=crashes))
    assert done.verdicts == {pages("a", 1)[0]: "unchecked", pages("b", 1)[0]: "ok"}
    (reason,) = done.probed.unchecked.values()
    assert "RuntimeError: nobody has thought of this" in reason


def test_nothing_to_ask_asks_nothing() -> None:
    assert run([], crashes) == Run(done_with_nothing := run([], said).probed, [], 0.0)
    assert not any(done_with_nothing)


# Targets that are still coming.


def coming(time: VirtualTime, seconds: float, urls: list[str]) -> Iterator[str]:
    """*urls*, each of which takes *seconds* to find."""
    for url in urls:
        time.pass_by(seconds)
        yield url


def test_the_first_are_asked_while_the_last_are_still_coming() -> None:
    time = VirtualTime()
    urls = page_of_each(100)
    done = run(coming(time, 0.1, urls), said, time=time)
    assert list(done.verdicts.values()) == ["ok"] * 100
    assert done.began(urls[0])[0] < 5
    assert done.seconds == pytest.approx(10, abs=0.5)


def test_what_comes_after_the_deadline_is_unchecked() -> None:
    time = VirtualTime()
    urls = page_of_each(100)
    done = run(coming(time, 0.1, urls), said, time=time, deadline=5)
    assert done.verdicts.keys() == set(urls)
    assert Counter(done.verdicts.values())["unchecked"] > 40


# What is asked next, and what it adds up to, for any answers.

TARGETS = [Target("url", url) for url in PLACES] + [Target("doi", doi) for doi in DOIS]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(TARGETS),
    st.lists(ANSWERS, min_size=1, max_size=12),
    st.integers(0, 10),
    st.booleans(),
)
@example(TARGETS[0], [Answer(301, location="x")], 10, True)
@example(TARGETS[0], [Answer(404), Answer(500)], 10, False)
@example(TARGETS[-1], [Answer(404), Answer(500)], 10, False)
def test_there_is_an_end_to_what_is_asked(
    target: Target, answers: list[Answer], retries: int, far: bool
) -> None:
    turns, places = cycle(answers), (f"https://{each}.example/" for each in count())
    most = (len(SERVICES) if target.kind == "doi" else MOST_REDIRECTS + 1) * (retries + 2)
    hops: list[Hop] = []
    while step := next_step(target, hops, Endpoints(), retries, 1.0):
        hops.append(next(turns).to(step.url, step.service, next(places) if far else ""))
        assert step.delay >= 0
        assert len(hops) <= most
    assert judge(target, hops).verdict in Verdict


_LOCATIONS = st.sampled_from(["", *PLACES, *NOWHERE]) | st.text()


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from([target for target in TARGETS if target.kind == "url"]),
    st.lists(st.tuples(ANSWERS, st.sampled_from(PLACES), _LOCATIONS), max_size=6),
    st.sampled_from(["", "no time was left"]),
)
def test_any_answers_of_pages_add_up_to_a_verdict(
    target: Target, answers: list[tuple[Answer, str, str]], cut: str
) -> None:
    hops = [answer.to(url, "web", location) for answer, url, location in answers]
    judged = judge(target, hops, cut)
    assert (judged.verdict is Verdict.UNCHECKED) == (not hops or bool(cut))
    assert judged.reason
    if judged.verdict is Verdict.GONE:
        assert [hop.is_gone for hop in hops[-2:]] == [True, True]
    if judged.verdict.stands:
        assert hops[-1].status in (200, 301, 302, 307, 308)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(ANSWERS, st.lists(st.tuples(ANSWERS, st.sampled_from(list(SERVICES))), max_size=6))
def test_any_answers_of_registries_add_up_to_a_verdict(
    first: Answer, others: list[tuple[Answer, Service]]
) -> None:
    url = "https://registry.example/1"
    hops = [first.to(url, "doi"), *(answer.to(url, service) for answer, service in others)]
    judged = judge(TARGETS[-1], hops)
    assert judged.reason
    if judged.verdict is Verdict.OK:
        assert any(hop.registered for hop in hops)
    if judged.verdict is Verdict.GONE:
        assert {hop.service: hop for hop in hops}["doi"].registered is False
