"""Every key of the app by name, and the file in which they are changed."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isclass

from textual.binding import Binding
from textual.dom import DOMNode


def bindings() -> Iterator[Binding]:
    """Every binding that has a name ("review.approve"), screen by screen. Imports all screens and widgets."""
    from rusta_tui import screens, widgets

    modules = [import_module("rusta_tui.app")]
    for room in (screens, widgets):
        modules += [import_module(found.name) for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}.")]
    seen: set[str] = set()
    for module in modules:
        for _, kind in getmembers(module, isclass):
            if kind.__module__ != module.__name__ or not issubclass(kind, DOMNode):
                continue
            for binding in kind.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id and binding.id not in seen:
                    seen.add(binding.id)
                    yield binding


def keys_file() -> str:
    """All keys as a settings file: change what you like, leave out what you do not change."""
    lines, group = (
        ["# Keys of rusta-tui. Leave out what you do not change; several keys are parted by commas.", "keys:"],
        "",
    )
    for binding in sorted(bindings(), key=lambda known: (known.id or "").partition(".")[0]):
        name = binding.id or ""
        if (screen := name.partition(".")[0]) != group:
            group = screen
            lines.append(f"  # {screen}")
        keys = f'"{binding.key}"'
        lines.append(f"  {name + ':':<26} {keys:<28} # {binding.tooltip or binding.description}")
    return "\n".join(lines) + "\n"


def unknown(names: Iterator[str] | list[str]) -> list[str]:
    """Those of the names that no binding has."""
    known = {binding.id for binding in bindings()}
    return [name for name in names if name not in known]
