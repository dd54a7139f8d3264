"""Files that are replaced whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class ChangedError(Exception):
    """Somebody else has changed the file since it was read."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other process that asks for this is at work in the folder of *path*.

    It keeps those apart that read a file, change it and write it again; all others are noticed
    by :func:`write_text`.
    """
    descriptor = None
    # Where there is no such lock (some networks' folders, Windows), that must do.
    with suppress(OSError, ImportError):
        import fcntl

        descriptor = os.open(Path(os.path.realpath(path)).parent, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def write_text(path: Path, text: str, *, instead_of: bytes | None = None) -> None:
    """Replace *path* by a file that holds *text* in UTF-8; a kill leaves the old or the new one.

    A link is followed, and what is no regular file (``/dev/stdout``) is written to as it is.
    With *instead_of*, a ChangedError if the file holds anything else by now; it is left alone.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8", newline="")
        return
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        if instead_of is not None and path.read_bytes() != instead_of:
            raise ChangedError
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
