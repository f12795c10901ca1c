"""Where Rusta keeps what is hers: the store, the sandboxes, the policy and voice a mentor has edited."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path


def home() -> Path:
    """The folder of everything Rusta keeps: `RUSTA_HOME`, or the platform's place for user data."""
    override = os.environ.get("RUSTA_HOME")
    return Path(override).expanduser().absolute() if override else user_data_path("rusta", appauthor=False)


def sandboxes() -> Path:
    """The folder that holds one sandbox a repository."""
    return home() / "sandboxes"


def database_url() -> str:
    """The store's URL: `RUSTA_DATABASE_URL`, or the SQLite file in the home."""
    return os.environ.get("RUSTA_DATABASE_URL") or f"sqlite:///{home() / 'rusta.db'}"


def policy_file() -> Path:
    """The mentor's own policy; absent until `rusta init` writes it."""
    return home() / "policy.yaml"


def voice_file() -> Path:
    """The mentor's own voice profile; absent until `rusta init` writes it."""
    return home() / "voice.yaml"


def app_settings_file() -> Path:
    """The mentor's settings for the app: `app.yaml` in the home if `RUSTA_HOME` is set, else among user settings."""
    place = home() if os.environ.get("RUSTA_HOME") else user_config_path("rusta", appauthor=False)
    return place / "app.yaml"


def app_memory_file() -> Path:
    """What the app remembers of itself."""
    return home() / "app.json"
