"""Times citewell's check of links beside other link checkers, as whole processes.

All check the same links, of one web on loopback whose every answer takes 50 ms
(``links_server.py``). citewell finds them in articles like those of ``generate.py``, the
others on one page. citewell is held to the limits that lychee has by default; the others
have none for a host, so citewell runs without them, too. The server counts what is asked,
and how politely. Rounds of all commands are interleaved; figures are medians, those about
manners are of the worst run. Exit code 1 if a demand is not met, or could not be measured.
Needs Linux.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import IO

import click
from generate import article
from links_server import LATENCY, SPACING, Seen, address, path, title
from offline import ENVIRONMENT, HERE, Command, Run, say, table, tool

HOSTS = 50
REFERENCES = 16  # of an article, as generate.py has them
SPHINX_WORKERS = 96  # where it is fastest; 64 and 128 are close, 5 and 256 are not

# lychee's limits
AT_ONCE = 128
HOST_AT_ONCE = 10
JITTER = 0.015  # seconds by which what was sent apart may come closer together

OF_LYCHEE = 1.05
OF_SPHINX = 0.5
OF_SPHINX_CPU = 0.25
AGAIN_SECONDS = 1
BUSY = 0.5  # of a core; a server that is busier may be what is measured

SETTINGS = """content = ["content"]
[severity]
private-url = "off"
[network]
concurrency = {at_once}
per_host = {host_at_once}
host_delay = {spacing}
allow_private = true
proxy = "none"
[ledger]
path = "{ledger}/ledger.sqlite3"
[endpoints]
doi = "{registry}"
crossref = "{registry}"
datacite = "{registry}"
"""
REFERENCE = """  - number: {number}
    type: webpage
    organization: National Institute of Examples
    title: {title}
    url: {url}
    accessed: {accessed}
"""


@dataclass(slots=True)
class Web:
    """The server, which is a process of its own."""

    process: subprocess.Popen[str]
    port: int

    def take(self) -> Seen:
        """What it saw since this was called last."""
        stdin, stdout = _pipes(self.process)
        stdin.write("take\n")
        stdin.flush()
        return Seen(**json.loads(stdout.readline()))

    def host(self, number: int) -> str:
        """The address of a host."""
        return f"http://{address(number)}:{self.port}"

    def url(self, link: int) -> str:
        """The address that a link leads to."""
        return self.host(link % HOSTS) + path(link)


@contextmanager
def loopback(links: int) -> Iterator[Web]:
    """Start the server, and end it."""
    options = ("--hosts", str(HOSTS), "--links", str(links))
    with subprocess.Popen(
        (sys.executable, str(HERE / "links_server.py"), *options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:  # closes its input, which ends it, and waits
        _, stdout = _pipes(process)
        yield Web(process, int(stdout.readline()))


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("The process was started without pipes.")
    return process.stdin, process.stdout


@dataclass(slots=True, kw_only=True)
class Checker(Command):
    """A link checker, and by run: how many links it says are well, what the web saw of it."""

    report: str
    """The file that it writes, if it writes one."""
    well: Callable[[str], int]
    """Reads the number of links that are well from that file, or else from what it prints."""
    forgotten: str = ""
    """The folder with what would spare it work in the next run."""
    found: list[int] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def printed(self, folder: Path) -> Path:
        """The file for what it prints."""
        return folder / f"{self.report.replace('/', '-')}.printed"

    def start(self, folder: Path) -> subprocess.Popen[bytes]:
        """Start it in *folder*, with no proxy before the web."""
        environment = {k: v for k, v in ENVIRONMENT.items() if not k.lower().endswith("_proxy")}
        with self.printed(folder).open("wb") as output:
            return subprocess.Popen(
                self.arguments, stdout=output, stderr=output, cwd=folder, env=environment
            )

    def check(self, folder: Path, web: Web) -> None:
        """Add a run."""
        if self.forgotten:
            shutil.rmtree(folder / self.forgotten, ignore_errors=True)
        (folder / self.report).unlink(missing_ok=True)
        web.take()
        self.measure(folder)
        self.seen.append(web.take())
        self.found.append(self._found(folder))

    def _found(self, folder: Path) -> int:
        """What it says; 0 if that cannot be understood."""
        written = folder / self.report
        source = written if written.exists() else self.printed(folder)
        try:
            return self.well(source.read_text())
        except (OSError, ValueError, LookupError, TypeError):
            return 0

    def worst(self, of: Callable[[Seen], float]) -> float:
        """The greatest of a figure that the web saw."""
        return max(map(of, self.seen))

    @property
    def polite(self) -> bool:
        """Whether all runs kept to the limits, as far as that can be seen from the web."""
        return (
            self.worst(lambda seen: seen.peak) <= AT_ONCE
            and self.worst(lambda seen: seen.host_peak) <= HOST_AT_ONCE
            and self.worst(lambda seen: seen.host_early) <= JITTER
        )


def citewell(name: str, rounds: int, today: date, settings: str, forgotten: str = "") -> Checker:
    """citewell, with the *settings* of this name."""

    def well(text: str) -> int:
        return int(json.loads(text)["summary"]["targets"]["verified"])

    output = ("--format", "json", "--output", "citewell.json")
    options = ("--config", f"{settings}.toml", *output, "--as-of", str(today))
    return Checker(
        name=name,
        arguments=(tool("citewell"), "check", "--links", *options, "content"),
        rounds=rounds,
        codes=frozenset({0}),
        report="citewell.json",
        well=well,
        forgotten=forgotten,
    )


def lychee(program: str, rounds: int) -> Checker:
    """lychee as it comes: with limits, and without a cache."""

    def well(text: str) -> int:
        return int(json.loads(text)["successful"])

    output = ("--format", "json", "--output", "lychee.json")
    return Checker(
        name=f"lychee {version(program)}",
        arguments=(program, "--no-progress", *output, "links.html"),
        rounds=rounds,
        codes=frozenset({0}),
        report="lychee.json",
        well=well,
    )


def linkinator(program: str, rounds: int) -> Checker:
    """linkinator as it comes. It lists the page with the links among them."""

    def well(text: str) -> int:
        return len([link for link in json.loads(text)["links"] if link["state"] == "OK"]) - 1

    return Checker(
        name=f"linkinator {version(program)}",
        arguments=(program, "links.html", "--format", "json"),
        rounds=rounds,
        codes=frozenset({0}),
        report="linkinator.json",
        well=well,
    )


def sphinx(program: str, rounds: int, workers: int | None = None) -> Checker:
    """Sphinx's linkcheck, with as many *workers* or as it comes."""

    def well(text: str) -> int:
        return sum(json.loads(line)["status"] == "working" for line in text.splitlines())

    suffix = f", {workers} workers" if workers else ""
    options = ("-D", f"linkcheck_workers={workers}") if workers else ()
    output = f"linkcheck-{workers or 'default'}"
    return Checker(
        name=f"Sphinx {version(program)} linkcheck{suffix}",
        arguments=(program, "-q", "-b", "linkcheck", *options, "sphinx", output),
        rounds=rounds,
        codes=frozenset({0}),
        report=f"{output}/output.json",
        well=well,
        forgotten=output,
    )


def version(program: str) -> str:
    """What a *program* says is its version."""
    if not Path(program).exists():
        return "?"
    command = (program, "--version")
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found[0] if found else "?"


def beside(name: str) -> Callable[[], str]:
    """The program of this *name* beside the interpreter, or else on the path."""

    def find() -> str:
        program = tool(name)
        return program if Path(program).exists() else shutil.which(name) or program

    return find


def write_articles(folder: Path, web: Web, articles: int, today: date) -> None:
    """Articles of which nothing is stale, each of whose references is cited, and a web page."""
    folder.mkdir()
    accessed = today - timedelta(days=1)
    for number in range(articles):
        text, _, _ = article(seed=1, number=number + 1).partition("\nreferences:\n")
        text = _cite_in_turn(re.sub(r"(?<=last_reviewed: ).*", str(accessed), text))
        first = number * REFERENCES
        references = "".join(
            REFERENCE.format(number=n, title=title(link), url=web.url(link), accessed=accessed)
            for n, link in enumerate(range(first, first + REFERENCES), 1)
        )
        file = folder / f"article-{number + 1:05}.yaml"
        file.write_text(f"{text}\nreferences:\n{references}")


def _cite_in_turn(text: str) -> str:
    """Have each claim cite the reference that is next."""
    numbers = cycle(range(1, REFERENCES + 1))
    return re.sub(r"(?<=references: )\[.*\]", lambda _: f"[{next(numbers)}]", text)


def write_settings(folder: Path, web: Web) -> None:
    """The settings for citewell: with lychee's limits, and with none for a host."""
    for name, host_at_once, spacing in (
        ("polite", HOST_AT_ONCE, SPACING),
        ("unlimited", AT_ONCE, 0),
    ):
        settings = SETTINGS.format(
            at_once=AT_ONCE,
            host_at_once=host_at_once,
            spacing=spacing,
            ledger=f"ledger-{name}",
            registry=web.host(HOSTS),
        )
        (folder / f"{name}.toml").write_text(settings)


def write_pages(folder: Path, web: Web, links: int) -> None:
    """The links on a page of HTML, and on one of reStructuredText."""
    items = (f'<li><a href="{web.url(n)}">{title(n)}</a></li>\n' for n in range(links))
    page = f"<!DOCTYPE html>\n<title>Links</title>\n<ul>\n{''.join(items)}</ul>\n"
    (folder / "links.html").write_text(page)
    source = folder / "sphinx"
    source.mkdir()
    (source / "conf.py").write_text('project = "Links"\n')
    items = (f"* `{title(n)} <{web.url(n)}>`__\n" for n in range(links))
    (source / "index.rst").write_text(f"Links\n=====\n\n{''.join(items)}")


def take_turns(checkers: Sequence[Checker], folder: Path, web: Web, rounds: int) -> None:
    """Run *checkers* in turns, those that exist."""
    for turn in range(rounds):
        for checker in checkers:
            if Path(checker.arguments[0]).exists():
                click.echo(f"{checker.name}: {turn + 1} of {rounds}", err=True)
                checker.check(folder, web)


def manners(checkers: Sequence[Checker]) -> str:
    """What the web saw of *checkers*, in Markdown."""
    lines = [
        "| command | requests | by | at once | to a host: at once | in a second | least gap, ms "
        "| early, ms | within limits | server late, ms | server busy |",
        "|---|--:|---|--:|--:|--:|--:|--:|---|--:|--:|",
    ]
    for checker in checkers:
        if not checker.runs:
            lines.append(f"| {checker.name} | missing | | | | | | | | | |")
            continue
        cells = (
            str(checker.worst(lambda seen: seen.requests)),
            _method(checker.seen[-1]),
            str(checker.worst(lambda seen: seen.peak)),
            str(checker.worst(lambda seen: seen.host_peak)),
            str(checker.worst(lambda seen: seen.host_second)),
            f"{min(seen.host_gap or 0 for seen in checker.seen) * 1000:.0f}",
            f"{checker.worst(lambda seen: seen.host_early) * 1000:.0f}",
            "yes" if checker.polite else "no",
            f"{checker.worst(lambda seen: seen.late) * 1000:.1f}",
            f"{busy(checker):.0%}",
        )
        lines.append(f"| {checker.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _method(seen: Seen) -> str:
    if not seen.requests:
        return ""
    return {0: "HEAD", seen.requests: "GET"}.get(seen.gets, "HEAD, GET")


def busy(checker: Checker) -> float:
    """Which part of a run the server needed a core for, at most."""
    runs = zip(checker.seen, checker.runs, strict=True)
    return max((seen.cpu / run.wall for seen, run in runs), default=0)


def judge_complete(checker: Checker, links: int) -> bool:
    """Whether a *checker* asked for all links, and says that all are well."""
    demand = f"{checker.name} checked all links"
    if not checker.runs:
        return say(demand, "not measured", met=False)
    asked, found = min(seen.pages for seen in checker.seen), min(checker.found)
    met = asked == found == links and not checker.failed
    return say(demand, f"{asked} of {links} asked for, {found} well, it says", met=met)


def judge_share(
    demand: str,
    checker: Checker,
    rivals: Sequence[Checker],
    of: Callable[[Run], float],
    most: float,
) -> bool:
    """Whether *checker* takes at most such a part of what the best of *rivals* takes."""
    if checker.failed or any(rival.failed for rival in rivals):
        return say(demand, "not measured", met=False)
    mine, least = checker.middle(of), min(rival.middle(of) for rival in rivals)
    text = f"{mine / least:.3f} ({mine:.2f} s of {least:.2f} s)"
    return say(demand, text, met=mine / least <= most)


def judge_manners(checker: Checker) -> bool:
    """Whether a *checker* kept to the limits."""
    distance = f"{SPACING * 1000:.0f} ms apart (at most {JITTER * 1000:.0f} ms early there)"
    demand = f"{checker.name}: {HOST_AT_ONCE} requests at once to a host, {distance}"
    if checker.failed:
        return say(demand, "not measured", met=False)
    peak = checker.worst(lambda seen: seen.host_peak)
    early = checker.worst(lambda seen: seen.host_early) * 1000
    return say(demand, f"{peak} at once, {early:.0f} ms early", met=checker.polite)


def judge_again(checker: Checker, links: int) -> bool:
    """Whether a *checker* asked for nothing that it knew."""
    demand = f"{checker.name}: no request, under {AGAIN_SECONDS} s"
    if checker.failed:
        return say(demand, "not measured", met=False)
    asked = checker.worst(lambda seen: seen.requests + seen.registry)
    wall, found = checker.middle(_wall), min(checker.found)
    text = f"{asked} requests, {wall:.2f} s, {found} of {links} well"
    return say(demand, text, met=not asked and found == links and wall < AGAIN_SECONDS)


def judge_server(checkers: Sequence[Checker]) -> bool:
    """Whether the server had time to spare, whoever asked."""
    most = max(map(busy, checkers))
    demand = f"the server was busy for less than {BUSY:.0%} of any run"
    return say(demand, f"{most:.0%}", met=most < BUSY)


def judge(checkers: Sequence[Checker], links: int) -> bool:
    """Say which demands are met; whether all are."""
    polite, again, _, politest, _, *sphinxes = checkers
    answers = [judge_complete(checker, links) for checker in checkers if checker is not again]
    answers += [
        judge_share(f"at most {most} of {demand}", checker, rivals, of, most)
        for demand, checker, rivals, of, most in (
            ("lychee's time", polite, [politest], _wall, OF_LYCHEE),
            ("Sphinx's time as it comes", polite, sphinxes[:1], _wall, OF_SPHINX),
            ("Sphinx's least CPU a link", polite, sphinxes, _cpu, OF_SPHINX_CPU),
        )
    ]
    answers += [judge_manners(polite), judge_again(again, links), judge_server(checkers)]
    return all(answers)


def _wall(run: Run) -> float:
    return run.wall


def _cpu(run: Run) -> float:
    return run.cpu


@contextmanager
def workplace(keep: bool) -> Iterator[Path]:
    """A folder for all files, which goes if it is not to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="links-"))
    try:
        yield folder
    finally:
        if keep:
            click.echo(f"Kept: {folder}", err=True)
        else:
            shutil.rmtree(folder)


@click.command()
@click.option("--articles", type=click.IntRange(1), default=125, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--keep", is_flag=True, help="Keep the links, and what the checkers wrote.")
@click.option("--lychee", "lychee_at", default=beside("lychee"), metavar="FILE")
@click.option("--linkinator", "linkinator_at", default=beside("linkinator"), metavar="FILE")
@click.option("--sphinx-build", "sphinx_at", default=beside("sphinx-build"), metavar="FILE")
def main(
    articles: int, rounds: int, keep: bool, lychee_at: str, linkinator_at: str, sphinx_at: str
) -> None:
    """Time citewell, lychee, linkinator and Sphinx on the links of invented articles.

    The others are looked for beside the interpreter that runs this, then on the path.
    """
    if not Path(tool("citewell")).exists():
        raise click.UsageError(f"There is no {tool('citewell')}: install citewell there.")
    links, today = articles * REFERENCES, datetime.now(UTC).date()
    lychee_at, linkinator_at, sphinx_at = map(
        os.path.abspath, (lychee_at, linkinator_at, sphinx_at)
    )
    checkers = (
        citewell("citewell check --links", rounds, today, "polite", "ledger-polite"),
        citewell("the same again, all fresh", rounds, today, "polite"),
        citewell("the same, no limits for a host", rounds, today, "unlimited", "ledger-unlimited"),
        lychee(lychee_at, rounds),
        linkinator(linkinator_at, rounds),
        sphinx(sphinx_at, rounds),
        sphinx(sphinx_at, rounds, SPHINX_WORKERS),
    )
    with workplace(keep) as folder, loopback(links) as web:
        write_articles(folder / "content", web, articles, today)
        write_settings(folder, web)
        write_pages(folder, web, links)
        take_turns(checkers, folder, web, rounds)
    python = platform.python_version()
    click.echo(f"Python {python}, {platform.machine()}, {os.cpu_count()} cores\n")
    click.echo(f"## {links} links in {articles} articles, at {HOSTS} hosts\n")
    least = (-(-links // HOSTS) - 1) * SPACING + LATENCY
    click.echo(f"{table(checkers, 's')}\n\nWithin the limits it takes {least:.2f} s at least.\n")
    click.echo(f"{manners(checkers)}\n")
    sys.exit(0 if judge(checkers, links) else 1)


if __name__ == "__main__":
    main()
