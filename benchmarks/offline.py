"""Times citewell against other checkers of YAML, offline, as whole processes.

Rounds of all commands are interleaved, so that whatever else the machine does slows all of
them alike; figures are medians. Nothing is kept between runs but compiled byte code and
the system's cache of files. Exit code 1 if a demand is not met, or could not be measured.
Needs a system with ``os.wait4``.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import click

HERE = Path(__file__).resolve().parent
AS_OF = ("--as-of", "2026-11-22")
SECONDS_BETWEEN_SAMPLES = 0.01
# Byte code is written by the first round, for an editable installation as for the rivals.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

TIMES_CHECK_JSONSCHEMA = 12
TIMES_YAMLLINT = 20
MEGABYTES = 300
TIMES_IMPORTS = 2.5


@dataclass(frozen=True, slots=True)
class Run:
    """What a process, and those that it waited for, took; the peak is that of the largest."""

    code: int
    wall: float
    cpu: float
    peak: float


@dataclass(slots=True)
class Command:
    """Something to time in *rounds*; an exit code not in *codes* means that it failed."""

    name: str
    arguments: tuple[str, ...]
    rounds: int
    codes: frozenset[int] = frozenset({0, 1})
    runs: list[Run] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether there is nothing that could be compared."""
        return not self.runs or any(run.code not in self.codes for run in self.runs)

    def middle(self, of: Callable[[Run], float]) -> float:
        """The median of a figure."""
        return median(map(of, self.runs))

    def start(self, folder: Path) -> subprocess.Popen[bytes]:
        """Start it in *folder*, with all that it prints going to a file outside."""
        with tempfile.TemporaryFile() as output:
            return subprocess.Popen(
                self.arguments, stdout=output, stderr=output, cwd=folder, env=ENVIRONMENT
            )

    def measure(self, folder: Path) -> None:
        """Add a run."""
        began = time.perf_counter()
        process = self.start(folder)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        cpu = usage.ru_utime + usage.ru_stime
        self.runs.append(Run(process.returncode, wall, cpu, peak))


def tool(name: str) -> str:
    """The program beside the interpreter that runs this."""
    return str(Path(sys.executable).parent / name)


def interleave(commands: Sequence[Command], folder: Path) -> None:
    """Run *commands* in turns, those that exist, as often as each wants."""
    for turn in range(max(command.rounds for command in commands)):
        for command in commands:
            if turn < command.rounds and Path(command.arguments[0]).exists():
                click.echo(f"{command.name}: {turn + 1} of {command.rounds}", err=True)
                command.measure(folder)


def peak_together(command: Command, folder: Path) -> float | None:
    """What all processes of *command* hold at once, at most, in MB; None if it cannot be seen.

    Of pages that several share, each has its part.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    process = command.start(folder)
    ended = threading.Event()
    samples = [0.0]

    def watch() -> None:
        while not ended.wait(SECONDS_BETWEEN_SAMPLES):
            samples.append(sum(_resident(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    ended.set()
    watcher.join()
    return max(samples)


def _resident(pid: int) -> Iterator[float]:
    """The MB of a process and of all below it."""
    folder = Path(f"/proc/{pid}")
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
        children = [task.read_text() for task in folder.glob("task/*/children")]
    except OSError:  # it has just ended
        return
    yield sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 2**10
    for child in " ".join(children).split():
        yield from _resident(int(child))


def table(commands: Sequence[Command], unit: str) -> str:
    """*commands* in Markdown, times in *unit* (s or ms), ratios to the first of them."""
    factor, digits = (1, 2) if unit == "s" else (1000, 0)
    lines = [
        f"| command | wall, {unit} | ours = 1 | CPU, {unit} | peak, MB | runs | exit codes |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for command in commands:
        if not command.runs:
            lines.append(f"| {command.name} | missing | | | | 0 | |")
            continue
        wall, cpu = command.middle(lambda run: run.wall), command.middle(lambda run: run.cpu)
        ratio = wall / commands[0].middle(lambda run: run.wall)
        codes = ", ".join(map(str, sorted({run.code for run in command.runs})))
        lines.append(
            f"| {command.name} | {wall * factor:.{digits}f} | {ratio:.2f} "
            f"| {cpu * factor:.{digits}f} | {command.middle(lambda run: run.peak):.0f} "
            f"| {len(command.runs)} | {codes}{' (failed)' if command.failed else ''} |"
        )
    return "\n".join(lines)


def say(demand: str, found: str, *, met: bool) -> bool:
    """Print the answer to a *demand*, and return it."""
    click.echo(f"- {'pass' if met else 'FAIL'}: {demand}: {found}")
    return met


def times(slow: Command, fast: Command) -> float | None:
    """How many times the one takes what the other takes; None if one of them failed."""
    if slow.failed or fast.failed:
        return None
    return slow.middle(lambda run: run.wall) / fast.middle(lambda run: run.wall)


def articles_read(check: tuple[str, ...], folder: Path) -> int:
    """How many articles citewell itself says that it read."""
    arguments = (*check, "--format", "json")
    done = subprocess.run(arguments, cwd=folder, stdout=subprocess.PIPE, check=False)
    return len(json.loads(done.stdout)["articles"])


def compare_checkers(folder: Path, count: int, rounds: int, rival_rounds: int) -> bool:
    """Check the articles in *folder* with every checker; whether all demands are met."""
    files = tuple(map(str, sorted(folder.glob("*.yaml"))))
    ours = (tool("citewell"), "check", str(folder), *AS_OF)
    schema = str(HERE.parent / "schemas" / "article.schema.json")
    validate = (tool("check-jsonschema"), "--schemafile", schema, *files)
    commands = (
        Command("citewell check", ours, rounds),
        Command("citewell check --jobs 1", (*ours, "--jobs", "1"), rounds),
        # The articles follow the schema, so that any code but 0 means: did not validate.
        Command("check-jsonschema", validate, rival_rounds, frozenset({0})),
        Command("yamllint", (tool("yamllint"), *files), rival_rounds),
    )
    interleave(commands, folder)
    default, single, jsonschema, yamllint = commands
    size = sum(Path(file).stat().st_size for file in files) / count
    click.echo(f"## {count} articles of {size:,.0f} bytes\n\n{table(commands, 's')}\n")

    read = 0 if default.failed else articles_read(ours, folder)
    answers = [say("citewell read all articles", f"{read} of {count}", met=read == count)]
    answers.append(not single.failed)
    peak = peak_together(default, folder) or default.middle(lambda run: run.peak)
    demand = f"under {MEGABYTES} MB, all processes together"
    answers.append(say(demand, f"{peak:.0f} MB", met=peak < MEGABYTES))
    for rival, least in ((jsonschema, TIMES_CHECK_JSONSCHEMA), (yamllint, TIMES_YAMLLINT)):
        ratio = times(rival, default)
        found = f"{ratio:.1f} times" if ratio else "not measured"
        demand = f"{least} times as fast as {rival.name}"
        answers.append(say(demand, found, met=bool(ratio and ratio >= least)))
    return all(answers)


def compare_starts(rounds: int) -> bool:
    """Check one article, against importing what that needs; whether the demand is met."""
    article = "content/dystonia.yaml"
    imports = "import click, yaml, pydantic"
    commands = (
        Command(f"citewell check {article}", (tool("citewell"), "check", article, *AS_OF), rounds),
        Command(f'python -c "{imports}"', (sys.executable, "-c", imports), rounds),
        Command("citewell --help", (tool("citewell"), "--help"), rounds, frozenset({0})),
    )
    interleave(commands, HERE.parent)
    click.echo(f"\n## One article\n\n{table(commands, 'ms')}\n")
    ratio = times(commands[0], commands[1])
    found = f"{ratio:.2f} times" if ratio else "not measured"
    demand = f"at most {TIMES_IMPORTS} times the bare imports"
    return say(demand, found, met=bool(ratio and ratio <= TIMES_IMPORTS)) and not commands[2].failed


@click.command()
@click.option("--count", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--rival-rounds", type=click.IntRange(1), default=1, show_default=True)
@click.option("--start-rounds", type=click.IntRange(1), default=15, show_default=True)
def main(count: int, seed: int, rounds: int, rival_rounds: int, start_rounds: int) -> None:
    """Time citewell, check-jsonschema and yamllint on invented articles."""
    if not Path(tool("citewell")).exists():
        raise click.UsageError(f"There is no {tool('citewell')}: install citewell there.")
    click.echo(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores\n"
    )
    with tempfile.TemporaryDirectory() as name:
        options = ("--count", str(count), "--seed", str(seed))
        generator = (sys.executable, str(HERE / "generate.py"), name, *options)
        subprocess.run(generator, stdout=subprocess.DEVNULL, check=True)
        met = compare_checkers(Path(name), count, rounds, rival_rounds)
    met &= compare_starts(start_rounds)
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
