"""The way in: `rusta-tui [PATH]`, `rusta-tui serve`.

Answers `--version` and `--help` before the screen library is imported.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path


def main() -> None:
    """The console script: reads `sys.argv`, opens the app, exits with 0, or 2 on wrong usage."""
    from engine import __version__

    if sys.argv[1:2] == ["serve"]:
        from rusta_tui.serve import main as serve

        serve(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        prog="rusta-tui",
        description="Rusta's desk: watch her find, probe and fix compiler errors, review her patches, take them back.",
        epilog="In a browser: rusta-tui serve --help. Without a screen: rusta --help. Colours off: NO_COLOR=1. "
        "Light or dark: L, or RUSTA_THEME.",
    )
    parser.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="folders or files in git repositories, a desk for each"
    )
    parser.add_argument("--watch", action="store_true", help="check again at each save")
    parser.add_argument("--theme", choices=("light", "dark"), help="the theme to start with")
    parser.add_argument("--version", action="version", version=f"rusta-tui {__version__}")
    parser.add_argument("--keys", action="store_true", help="print all keys as a settings file, and exit")
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
    arguments = parser.parse_args()
    if arguments.keys:
        from rusta_tui.keymap import keys_file

        print(keys_file(), end="")
        return
    paths = [Path(path).expanduser().absolute() for path in arguments.paths]
    for path in paths:
        if not path.exists():
            parser.error(f"there is no {path}")
    served = "TEXTUAL_DRIVER" in os.environ  # then a web server stands where the terminal would
    if not served and not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        parser.error("stdin, stdout and stderr must be a terminal; without one, use `rusta fix`")
    gc.disable()  # nothing that is imported is garbage; the app turns it on again after its first frame
    from engine.home import app_memory_file, app_settings_file
    from rusta_tui.app import RustaApp
    from rusta_tui.config import read_config
    from rusta_tui.remembered import Memory

    config, memory = read_config(app_settings_file()), Memory(app_memory_file())
    sys.exit(RustaApp(*paths, watch=arguments.watch, theme=arguments.theme, config=config, memory=memory).run() or 0)
