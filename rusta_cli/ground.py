"""The commands that prepare the ground: doctor, init, practice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from engine.errors import RustaError

SETTINGS = (("policy.yaml", ("data", "policy.yaml")), ("voice.yaml", ("data", "voice", "rusta.yaml")))


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a finding.")] = False,
) -> None:
    """Look at everything Rusta leans on, and say how to mend what is missing."""
    from rusta_cli.health import examine
    from rusta_cli.rows import Role, open_screen, row

    screen = open_screen()
    sick = False
    for finding in examine():
        sick = sick or (finding.needed and not finding.well)
        if as_json:
            print(json.dumps(finding.facts(), ensure_ascii=False))
            continue
        role: Role = "good" if finding.well else "bad" if finding.needed else "wait"
        mark = "ok" if finding.well else "missing"
        remedy = f"\n{'':8}{finding.mend}" if finding.mend else ""
        screen.show(row(finding.name, (f"{mark:<8}", role), finding.detail, (remedy, "code")))
    screen.close()
    raise typer.Exit(1 if sick else 0)


def init(
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write the policy and the voice to Rusta's home, for you to edit."""
    from engine import home
    from engine.resources import shipped

    folder = home.home()
    texts = {folder / name: shipped(*source).read_bytes() for name, source in SETTINGS}
    taken = [path for path in texts if path.exists()]
    if taken and not force:
        raise RustaError(f"{taken[0]} is there already", fix="edit it, or overwrite it with `rusta init --force`")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_bytes(text)
            print(path)
    except OSError as error:
        raise RustaError(
            f"{folder} cannot be written: {error.strerror}", fix="set RUSTA_HOME to a folder of yours"
        ) from error


def practice(
    directory: Annotated[Optional[Path], typer.Argument(help="Where to put it.", show_default="a new folder")] = None,  # noqa: UP045
) -> None:
    """Make a fresh copy of the practice workspace and print its path."""
    import tempfile

    from engine.practice import make_practice

    place = directory if directory is not None else Path(tempfile.mkdtemp(prefix="rusta-practice-"))
    print(make_practice(place))
