"""Every way a command can end badly, each with one line on stderr and its exit code; no traceback is ever shown."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from engine.errors import RustaError

INTERRUPTED = 130


def guarded(arguments: list[str]) -> int:
    """Runs the command line and returns its exit code."""
    return run_guarded(lambda: _invoke(arguments), arguments)


def run_guarded(work: Callable[[], int], arguments: list[str]) -> int:
    """Runs ``work`` and returns its exit code; ``arguments`` name it in a crash file.

    A `RustaError` becomes its message and its fix. Anything unexpected becomes one line that names the file
    which holds the traceback. A reader that went away (`rusta … | head`) is no failure worth a word.
    """
    _mend_streams()
    try:
        code = work()
        sys.stdout.flush()
    except BrokenPipeError:
        return _forget_the_reader()
    except RustaError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return report_crash(error, arguments)
    return code


def complain(error: RustaError) -> None:
    """Writes a typed error to stderr: what is wrong, then what to do about it."""
    print(f"rusta: {error}", file=sys.stderr)
    if error.fix:
        print(f"  {error.fix}", file=sys.stderr)


def summary_of(error: BaseException) -> str:
    """One line for an unexpected error."""
    return f"something broke that should not have: {type(error).__name__}: {' '.join(str(error).split())}"


def report_crash(error: BaseException, arguments: list[str]) -> int:
    """Keeps the traceback of an unexpected error in a file, says where in one line, and returns exit code 1."""
    print(f"rusta: {summary_of(error)}", file=sys.stderr)
    text = "".join(traceback.format_exception(error))
    try:
        path = _write_crash(f"rusta {' '.join(arguments)}\n\n{text}")
    except OSError as problem:
        print(f"  the traceback could not be kept ({problem.strerror}); set RUSTA_HOME to a folder", file=sys.stderr)
    else:
        print(f"  the traceback is in {path}", file=sys.stderr)
    return 1


@lru_cache(maxsize=1)
def _command() -> Callable[..., object]:
    """The command line, built once in a process: for a batch, building it takes longer than most commands."""
    from typer.main import get_command

    from rusta_cli.app import build

    return get_command(build())


def _invoke(arguments: list[str]) -> int:
    try:
        _command()(args=arguments, prog_name="rusta")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _write_crash(text: str) -> Path:
    from engine import home

    folder = home.home() / "crashes"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}.txt"
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    return path


def _mend_streams() -> None:
    """Gives every standard stream a file, and lets a sign that it cannot show become a stand-in.

    A stream that was closed at the start leaves its descriptor to the next file that is opened: that must not
    be the store.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget_the_reader() -> int:
    # Python flushes stdout once more at exit; that flush must find an open file.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
