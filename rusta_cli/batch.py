"""`rusta batch`: many short commands in one process, for a program that must not wait for Python to start each time."""

from __future__ import annotations

import contextlib
import io
import json
import sys

from rusta_cli.failures import guarded


def batch() -> None:
    """Run commands from stdin, one JSON array of arguments a line; answer each in turn with a JSON object a line.

    An answer is {"code": EXIT CODE, "out": TEXT, "err": TEXT}. Each command is over, and what it wrote is stored,
    before its answer is given.
    """
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(_answer(line), ensure_ascii=False), flush=True)


def _answer(line: str) -> dict[str, object]:
    try:
        arguments = json.loads(line)
    except ValueError:
        arguments = None
    if not isinstance(arguments, list) or not all(isinstance(argument, str) for argument in arguments):
        return {"code": 2, "out": "", "err": "rusta: a line of a batch is a JSON array of strings\n"}
    if arguments[:1] == ["batch"]:
        return {"code": 2, "out": "", "err": "rusta: a batch cannot run another batch\n"}
    out, err, here = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.StringIO()  # the lines to come are not for the command to read
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = guarded(arguments)
    finally:
        sys.stdin = here
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}
