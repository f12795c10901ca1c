"""The way in: `rusta-tui [PATH]`. Answers `--version` and `--help` before the screen library is imported."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path


def main() -> None:
    """The console script: reads `sys.argv`, opens the app, exits with 0, or 2 on wrong usage."""
    from engine import __version__

    parser = argparse.ArgumentParser(
        prog="rusta-tui",
        description="Rusta's desk: watch her find, probe and fix compiler errors, review her patches, take them back.",
        epilog="The same without a screen: rusta --help. Colours off: NO_COLOR=1. Light or dark: L, or RUSTA_THEME.",
    )
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a folder or file in a git repository")
    parser.add_argument("--theme", choices=("light", "dark"), help="the theme to start with")
    parser.add_argument("--version", action="version", version=f"rusta-tui {__version__}")
    arguments = parser.parse_args()
    path = Path(arguments.path).expanduser().absolute()
    if not path.exists():
        parser.error(f"there is no {path}")
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        parser.error("stdin, stdout and stderr must be a terminal; without one, use `rusta fix`")
    gc.disable()  # nothing that is imported is garbage; the app turns it on again after its first frame
    from rusta_tui.app import RustaApp

    sys.exit(RustaApp(path, theme=arguments.theme).run() or 0)
