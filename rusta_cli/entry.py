"""The way in. `rusta --version` answers from here, before anything that costs time is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """The console script: reads `sys.argv`, exits with the documented code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from engine import __version__

        print(f"rusta {__version__}")
        return
    from rusta_cli.failures import guarded

    sys.exit(guarded(arguments))
