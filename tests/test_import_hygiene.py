"""What each side of the house really loads, seen from a fresh process; the import contracts read the source."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCREENS = {"textual", "rich", "typer", "rusta_tui", "rusta_cli"}
TRAINING = {"torch", "transformers", "peft", "accelerate", "ray"}
STORE = {"sqlalchemy", "sqlmodel", "alembic"}
TORCH_ROOMS = ("engine.model.", "engine.train.")  # these need torch, and only the command that trains asks for them

EVERY_MODULE = """
import importlib, pkgutil
for name in {packages!r}:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if ".migrations." in module.name or module.name.endswith("__main__") or module.name.startswith({without!r}):
            continue
        importlib.import_module(module.name)
"""
RUN = """
import contextlib, io, sys
sys.argv = {argv!r}
from {module} import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
"""
REPORT = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded(code: str, folder: Path) -> set[str]:
    """Runs ``code`` in a fresh process and returns the top-level modules it ended up with."""
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_engine_loads_no_screen_and_no_command_line(tmp_path: Path) -> None:
    assert not loaded(EVERY_MODULE.format(packages=["engine", "curriculum"], without=TORCH_ROOMS), tmp_path) & (
        SCREENS | TRAINING
    )


def test_the_schema_stands_alone(tmp_path: Path) -> None:
    code = EVERY_MODULE.format(packages=["engine.schema"], without=TORCH_ROOMS) + (
        "import sys\n"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('engine.')}\n"
        "assert rooms <= {'schema', 'errors', 'resources', 'home'}, rooms\n"
    )
    assert not loaded(code, tmp_path) & (STORE | {"git", "yaml"})


@pytest.mark.parametrize("face", ["rusta_tui", "rusta_cli"])
def test_the_faces_know_nothing_of_each_other(face: str, tmp_path: Path) -> None:
    other = {"rusta_tui", "rusta_cli"} - {face}
    assert not loaded(EVERY_MODULE.format(packages=[face], without=TORCH_ROOMS), tmp_path) & (other | TRAINING)


def test_the_version_is_answered_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    code = RUN.format(module="rusta_cli.entry", argv=["rusta", "--version"])
    heavy = {"typer", "rich", "textual", "pydantic", "yaml", "git", "tree_sitter", "bs4", "asyncio"}
    assert not loaded(code, tmp_path) & (heavy | STORE | TRAINING)


def test_the_apps_version_is_answered_without_a_screen(tmp_path: Path) -> None:
    code = RUN.format(module="rusta_tui.entry", argv=["rusta-tui", "--version"])
    assert not loaded(code, tmp_path) & ({"textual", "rich", "pydantic"} | STORE | TRAINING)


def test_the_apps_first_frame_needs_no_database_library(tmp_path: Path) -> None:
    assert not loaded("import rusta_tui.app", tmp_path) & (STORE | TRAINING | {"git", "typer", "bs4", "unidiff"})
