"""What the mentor has set: keys, theme, how to be called. A YAML file that the app reads and never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NOTIFY = ("bell", "title", "desktop")
_SETTINGS = ("keys", "theme", "notify")


@dataclass(frozen=True)
class Config:
    """The settings. ``keys`` maps a binding's id to its keys ("a" or "a,enter").

    ``notify`` says how the mentor is called when she waits. ``trouble`` is one line on what could not be read,
    empty when all of it could; what could be read counts.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    theme: str = ""
    notify: frozenset[str] = frozenset(NOTIFY)
    trouble: str = ""


def read_config(file: Path) -> Config:
    """Reads the settings; a file that is not there sets nothing, one that is broken says so in ``trouble``."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        return Config(trouble=f"{file.name} cannot be read ({error}): the defaults count")
    import yaml

    try:
        settings = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or "it is no YAML"
        return Config(trouble=f"{file.name}{line}: {reason}; the defaults count until it is mended")
    if settings is None:
        return Config()
    if not isinstance(settings, dict):
        return Config(trouble=f"{file.name} holds no settings (keys, theme, notify); the defaults count")
    return _settings(settings, file.name)


def _settings(settings: Mapping[object, object], name: str) -> Config:
    troubles = [f"{key!r} is no setting" for key in settings if key not in _SETTINGS]
    keys, notify, theme = settings.get("keys") or {}, settings.get("notify", list(NOTIFY)), settings.get("theme") or ""
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in (*keys, *keys.values())):
        troubles.append("keys maps a name such as review.approve to a key")
        keys = {}
    notify = [] if notify is None else notify
    if not isinstance(notify, list) or not set(notify) <= set(NOTIFY):
        troubles.append(f"notify is a list of {', '.join(NOTIFY)}")
        notify = list(NOTIFY)
    if not isinstance(theme, str):
        troubles.append("theme is the name of a theme")
        theme = ""
    trouble = f"{name}: {'; '.join(troubles)}; the rest counts" if troubles else ""
    return Config({str(key): str(value) for key, value in keys.items()}, theme, frozenset(notify), trouble)
