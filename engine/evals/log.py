"""Writing a run log: append only, a line at a time, each on disk before the next case is counted."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import RustaError
from engine.evals.record import CaseResult, Run, RunEnd, RunHead, read_run, runs_folder


class RunLog:
    """The log of one run, held by one process: the lock is the kernel's, and ends with it."""

    def __init__(self, path: Path, head: RunHead | None = None) -> None:
        """Opens a log. With a ``head`` it is a new one; without, one to go on with.

        Half a last line, which a killed run leaves, is cut off first. Raises `RustaError` when another process is
        writing it, when a new one is there already, or when it cannot be written.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("xb" if head else "r+b")
        except FileExistsError as error:
            raise RustaError(f"there is a run {path.stem} already", fix="go on with it: `--resume`") from error
        except OSError as error:
            raise RustaError(f"{path} cannot be written: {error.strerror}", fix="see RUSTA_HOME") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise RustaError(
                f"run {path.stem} is under way in another process", fix="wait for it, or stop it"
            ) from error
        if head is not None:
            self._write(head)
        else:
            self._cut()

    def append(self, record: CaseResult | RunEnd) -> None:
        """Adds one line; it is on disk when this returns."""
        self._write(record)

    def close(self) -> None:
        """Closes the file and gives it free."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, record: RunHead | CaseResult | RunEnd) -> None:
        self._file.write(record.model_dump_json().encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _cut(self) -> None:
        whole = self._file.read()
        self._file.truncate(whole.rfind(b"\n") + 1)
        self._file.seek(0, os.SEEK_END)


def find_run(name: str | None) -> Path:
    """The log of a run by its id, a prefix of it or its file; None: the newest. `RustaError` when there is none."""
    if name is not None and Path(name).is_file():
        return Path(name)
    logs = sorted(path for path in runs_folder().glob("*.jsonl") if path.stem.startswith(name or ""))
    if not logs:
        raise RustaError(
            f"there is no run {name}" if name else "nothing was evaluated yet", fix="see `rusta eval list`"
        )
    exact = [path for path in logs if path.stem == name]
    if name is not None and len(logs) > 1 and not exact:
        raise RustaError(f"{len(logs)} runs begin with {name}", fix="give more of its id; see `rusta eval list`")
    return exact[0] if exact else logs[-1]


def all_runs() -> list[Run]:
    """Every run there is, oldest first; a file that is no run log is passed over."""
    found: list[Run] = []
    for path in sorted(runs_folder().glob("*.jsonl")):
        try:
            found.append(read_run(path))
        except RustaError:
            continue
    return found
