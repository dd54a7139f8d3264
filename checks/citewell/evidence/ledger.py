"""The ledger: an append-only store of facts, shared by several processes.

SQLite in WAL mode: a process that is killed loses nothing that it has recorded, and
readers and writers do not wait for each other. Secrets in addresses are never written.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from citewell.evidence import fact_line
from citewell.evidence.fact_line import FactLineError
from citewell.facts import Answer, Fact, FactsError, Past, Probe, Seal, Target, Verdict
from citewell.identifiers import shown

VERSION = 2
"""Of the tables below; kept in the file as ``user_version``."""

_APPLICATION = 0x63697465  # "cite": tells our files from other databases
_PATIENCE = 30.0  # seconds to wait for another process
_AT_ONCE = 500  # values in one query
_TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS facts (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,  -- SHA-256 of body
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    checked_at TEXT NOT NULL,  -- UTC, ISO 8601
    verdict TEXT NOT NULL,  -- of a probe; what an answer is called
    body TEXT NOT NULL,  -- a line of JSON, as it is exported
    is_probe INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS facts_by_target ON facts (target, checked_at);
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON facts
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON facts
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
PRAGMA application_id = 1667855461;
PRAGMA user_version = 2;
COMMIT;
"""


class History(NamedTuple):
    """What is known of one target: its last probe, and all of them, oldest first."""

    last: Probe
    past: tuple[Past, ...]


class Stats(NamedTuple):
    """The ledger in figures; the times are those of the oldest and the newest fact."""

    facts: int
    targets: int
    oldest: str | None
    newest: str | None
    verdicts: tuple[tuple[str, int], ...]


class Ledger:
    """An open ledger; to be used in a ``with`` statement, by one thread."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the file *path*; unless *create*, one that is missing is a :class:`FactsError`."""
        self._path = path
        with self._errors():
            if create:
                _make_folder(path.parent)
            elif not path.exists():
                raise FactsError(f"There is no ledger {path}: 'citewell check --links' makes one.")
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            with self._errors():
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        """The open ledger itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it; what was recorded stays."""
        self._db.close()

    def record(self, facts: Iterable[Fact]) -> None:
        """Add *facts*; when this returns, they outlive the process."""
        self._add(facts)

    def merge(self, lines: Iterable[str]) -> int:
        """Add facts that :meth:`lines` gave elsewhere; how many were new.

        A line that is none raises a :class:`FactsError`, and nothing is added.
        """
        facts = []
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    facts.append(fact_line.read(line))
                except FactLineError as error:
                    raise FactsError(f"line {number} is no fact: {error}") from None
        return self._add(facts)

    def lines(self) -> Iterator[str]:
        """All facts, one JSON object each, in an order that does not depend on this file."""
        with self._errors():
            query = "SELECT body FROM facts ORDER BY checked_at, target, digest"
            for (body,) in self._db.execute(query):
                yield body

    def histories(
        self, targets: Iterable[Target], until: datetime | None = None
    ) -> dict[Target, History]:
        """What is known of those of *targets* that were ever asked, up to *until*."""
        past: dict[Target, list[Past]] = {}
        last: dict[Target, int] = {}
        with self._errors():
            for target, id_, checked_at, verdict in self._rows(targets, until, probes=True):
                time_ = datetime.fromisoformat(checked_at)
                past.setdefault(target, []).append(Past(Verdict(verdict), time_))
                last[target] = id_
            facts = self._facts(last.values())
            return {
                target: History(probe._replace(target=target), tuple(past[target]))
                for target, id_ in last.items()
                if isinstance(probe := facts[id_], Probe)
            }

    def answers(
        self, targets: Iterable[Target], until: datetime | None = None
    ) -> dict[Target, Answer]:
        """The last answer on each of *targets* that has any, up to *until*."""
        with self._errors():
            rows = self._rows(targets, until, probes=False)
            last = {target: id_ for target, id_, *_ in rows}
            facts = self._facts(last.values())
            return {
                target: answer._replace(target=target)
                for target, id_ in last.items()
                if isinstance(answer := facts[id_], Answer)
            }

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it all that is read is of one moment, whoever writes meanwhile."""
        with self._errors():
            self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def seal(self, targets: Iterable[Target], until: datetime) -> Seal:
        """Which facts about *targets* there are up to *until*."""
        query = (
            "SELECT kind, target, checked_at, body FROM facts"
            " WHERE target IN ({}) AND checked_at <= ?"
        )
        asked = {(target.kind, shown(target.text)) for target in targets}
        texts = sorted({text for _, text in asked})
        with self._errors():
            rows = self._select(query, texts, (fact_line.time_text(until),))
            own = [
                (when, sha256(body.encode()).hexdigest())  # whatever its row says of it
                for kind, text, when, body in rows
                if (kind, text) in asked
            ]
        lines = "".join(f"{digest}\n" for digest in sorted(digest for _, digest in own))
        newest = max((when for when, _ in own), default=None)
        return Seal(len(own), newest, sha256(lines.encode()).hexdigest())

    def _rows(
        self, targets: Iterable[Target], until: datetime | None, *, probes: bool
    ) -> Iterator[tuple[Target, int, str, str]]:
        """Id, time and verdict of the *probes* of *targets*, or of the answers; oldest first."""
        query = (
            "SELECT id, kind, target, checked_at, verdict FROM facts"
            " WHERE target IN ({}) AND checked_at <= ? AND is_probe = ? ORDER BY checked_at, digest"
        )
        known: dict[tuple[str, str], list[Target]] = {}
        for target in dict.fromkeys(targets):  # two may be shown alike: their secrets are not kept
            known.setdefault((target.kind, shown(target.text)), []).append(target)
        bound = "9999" if until is None else fact_line.time_text(until)
        texts = list(dict.fromkeys(text for _, text in known))
        for id_, kind, text, checked_at, verdict in self._select(query, texts, (bound, probes)):
            for target in known.get((kind, text), ()):
                yield target, id_, checked_at, verdict

    def _facts(self, ids: Iterable[int]) -> dict[int, Fact]:
        rows = list(self._select("SELECT id, body FROM facts WHERE id IN ({})", list(ids)))
        return {id_: fact_line.read(body) for id_, body in rows}

    def about(self, text: str) -> Iterator[Fact]:
        """Every fact about the target *text*, oldest first; its captures and quotes included."""
        query = (
            "SELECT body FROM facts WHERE target = ?1"
            " OR (kind = 'capture' AND substr(target, 10) = ?1)"  # behind the day
            " OR (kind = 'quotes' AND substr(target, 1, length(?1) + 2) = ?1 || '  ')"
            " ORDER BY checked_at, is_probe DESC, id"
        )
        with self._errors():
            for (body,) in self._db.execute(query, (shown(text),)):
                yield fact_line.read(body)

    def stats(self) -> Stats:
        """The ledger in figures."""
        with self._errors():
            figures = (
                "SELECT count(*), count(DISTINCT iif(kind IN ('url', 'doi'), target, NULL)),"
                " min(checked_at), max(checked_at)"
            )
            row = self._db.execute(f"{figures} FROM facts").fetchone()
            query = "SELECT verdict, count(*) FROM facts GROUP BY verdict ORDER BY 2 DESC, 1"
            verdicts = tuple(self._db.execute(query))
            return Stats(row[0], row[1], row[2], row[3], verdicts)

    def _select(
        self, query: str, values: list[Any], more: tuple[Any, ...] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of *query* for *values* and *more*, in as many goes as the database takes."""
        for begin in range(0, len(values), _AT_ONCE):
            some = values[begin : begin + _AT_ONCE]
            yield from self._db.execute(query.format(",".join("?" * len(some))), (*some, *more))

    def _add(self, facts: Iterable[Fact]) -> int:
        rows = [_row(fact) for fact in facts]
        before = self._db.total_changes
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(
                    "INSERT OR IGNORE INTO facts"
                    " (digest, kind, target, checked_at, verdict, body, is_probe)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    rows,
                )
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        return self._db.total_changes - before

    def _prepare(self) -> None:
        """Make the tables in a new file; refuse a file that is not ours, or of a later version."""
        # In this order: another process may make the tables, and our mark, at any time.
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        if application != _APPLICATION and (tables or application or version):
            raise FactsError(f"{self._path} is a database, but not a ledger of citewell.")
        if version > VERSION:
            raise FactsError(
                f"{self._path} was written by a later citewell (version {version} of the ledger; "
                f"this one knows {VERSION}). Update citewell, or name another file with --ledger."
            )
        _patiently(self._db, "PRAGMA journal_mode = WAL")
        # Each commit survives the process; only a power cut could take the last ones with it.
        self._db.execute("PRAGMA synchronous = NORMAL")
        if version == 1:
            self._upgrade()
        elif version < VERSION:
            self._db.executescript(_TABLES)

    def _upgrade(self) -> None:
        """Bring a ledger of version 1 up to date, unless another process has just done so."""
        self._db.execute("BEGIN IMMEDIATE")
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 1:
            self._db.execute("ALTER TABLE facts ADD COLUMN is_probe INTEGER NOT NULL DEFAULT 1")
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        self._db.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what the system or SQLite says into a :class:`FactsError`."""
        try:
            yield
        except (sqlite3.Error, FactLineError) as error:
            raise FactsError(f"The ledger {self._path} cannot be used: {error}.") from error
        except OSError as error:
            raise FactsError(
                f"The ledger {self._path} cannot be used: {error.strerror}."
            ) from error


def is_there(path: Path) -> bool:
    """Whether there is a ledger *path*, or something else of that name."""
    try:
        return path.exists()
    except OSError as error:
        raise FactsError(f"The ledger {path} cannot be used: {error.strerror}.") from error


def _row(fact: Fact) -> tuple[str | bool, ...]:
    body = fact_line.write(fact)
    digest = sha256(body.encode()).hexdigest()
    time_ = fact_line.time_text(fact.checked_at)
    is_probe = isinstance(fact, Probe)
    says = fact.verdict if isinstance(fact, Probe) else fact_line.name(fact)
    return digest, fact.target.kind, shown(fact.target.text), time_, says, body, is_probe


def _make_folder(folder: Path) -> None:
    """Make *folder*; a new one named after us is nothing for git."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if folder.name == ".citewell":
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def _patiently(db: sqlite3.Connection, command: str) -> None:
    """Run *command*, for which SQLite does not wait by itself when another process is busy."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            db.execute(command)
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > end:
                raise
            time.sleep(0.05)
