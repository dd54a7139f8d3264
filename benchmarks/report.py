"""Times ``citewell report`` on a thousand invented articles, and a browser that opens the index.

The ledger holds a probe a week for each DOI and URL, one in 37 of them gone, and a record that
agrees for each DOI. Exit code 1 if a demand is not met.
"""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import click
from generate import TODAY, write
from offline import AS_OF, Command, interleave, peak_together, say, table, tool

from citewell.evidence.ledger import Ledger
from citewell.facts import Answer, Fact, Probe, Verdict
from citewell.pipeline import Request, examine
from citewell.record import Name, Record
from citewell.settings import Settings

SECONDS = 20
MEGABYTES = 1000
SECONDS_TO_OPEN = 2
LAST = datetime.combine(TODAY, datetime.min.time(), UTC)


def facts(folder: Path, weeks: int) -> Iterator[Fact]:
    """What a house would know of the articles in *folder* after some *weeks*."""
    settings = Settings.model_construct(content=["."], root=folder)
    request = Request(settings, TODAY, base=folder, keeps_readings=True)
    cited = {
        each.target: dict(judged.kept.reading.references)[each.path[:-1]]
        for judged in examine(request).judgements
        for each in judged.cited
        if judged.kept
    }
    for number, (target, work) in enumerate(cited.items()):
        for week in range(weeks, 0, -1):
            gone = number % 37 == 0 and week == 1
            verdict, status = (Verdict.GONE, 404) if gone else (Verdict.OK, 200)
            when = LAST - timedelta(weeks=week - 1)
            yield Probe(target, verdict, status, None, "", "404 Not Found" if gone else "", when)
        if target.kind == "doi":
            digest = sha256(target.text.encode()).hexdigest()
            record = Record(
                target.text,
                digest,
                titles=(work.title or "",),
                authors=tuple(Name(*name.rsplit(" ", 1)) for name in work.authors),
                containers=(work.container or "",),
                years=(work.published.year,) if work.published else (),
            )
            yield Answer(target, "crossref", digest, LAST, (record,))


def seconds_to_open(page: Path) -> float | None:
    """How long a browser takes until *page* is loaded; None if there is no browser."""
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if program is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        opened = browser.new_page()
        opened.goto(page.as_uri())
        entry = 'performance.getEntriesByType("navigation")[0].loadEventEnd'
        milliseconds: float = opened.evaluate(entry)
        browser.close()
    return milliseconds / 1000


@click.command()
@click.option("--count", type=click.IntRange(2), default=1000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--weeks", type=click.IntRange(1), default=8, show_default=True)
def main(count: int, rounds: int, weeks: int) -> None:
    """Report on invented articles in every format."""
    click.echo(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "content", count, seed=1)
        with Ledger(folder / ".citewell" / "ledger.sqlite3") as ledger:
            ledger.record(facts(folder, weeks))
        report = (tool("citewell"), "report", *AS_OF)
        outputs = ("parts", "report.html", "report.md", "report.csv", "report.json")
        commands = [
            Command(f"--output {each}", (*report, "--output", each), rounds) for each in outputs
        ]
        interleave(commands, folder)
        click.echo(f"\n## Report on {count} articles\n\n{table(commands, 's')}\n")
        parts, *_ = commands
        wall = parts.middle(lambda run: run.wall)
        peak = peak_together(parts, folder) or parts.middle(lambda run: run.peak)
        opened = seconds_to_open(folder / "parts" / "index.html")
        answers = [
            say(f"HTML in parts under {SECONDS} s", f"{wall:.1f} s", met=wall < SECONDS),
            say(
                f"under {MEGABYTES} MB, all processes together",
                f"{peak:.0f} MB",
                met=peak < MEGABYTES,
            ),
            say(
                f"the index opens in under {SECONDS_TO_OPEN} s",
                "no browser" if opened is None else f"{opened:.2f} s",
                met=opened is not None and opened < SECONDS_TO_OPEN,
            ),
        ]
    sys.exit(0 if all(answers) and not any(command.failed for command in commands) else 1)


if __name__ == "__main__":
    main()
