"""Imports that lead nowhere, crates that no manifest names, module files that are not there."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed
from engine.rust.tree import text_of, used_names

if TYPE_CHECKING:
    from engine.rust.structure import Definition

_PATH = "a path in `use` is followed module by module, and each step must exist and be visible"


@reader("E0432", "E0433")
def tell_import(scene: Scene) -> Account | None:
    """Tells an unknown crate from a module that is not there and from a name that a module does not export."""
    label = scene.found.primary.label if scene.found.primary and scene.found.primary.label else ""
    unlinked = re.search(r"unresolved module or unlinked crate `([^`]+)`", scene.said)
    if unlinked:
        return _crate(scene, unlinked[1])
    lost = re.search(r"could not find `([^`]+)` in (?:the )?`?([\w: ]+)`?", label or scene.said)
    if lost:
        return _module(scene, lost[1], lost[2])
    absent = re.search(r"no `([^`]+)` in (?:the )?`?([\w:]+)`?", label or scene.said)
    if absent:
        return _export(scene, absent[1], absent[2])
    return None


def _wanted(scene: Scene) -> list[str]:
    """The names that the `use` at the place would bring in."""
    use = scene.around(scene.here, "use_declaration")
    return [name for name, _ in used_names(use) if not name.endswith("*")] if use is not None else []


def _crate(scene: Scene, name: str) -> Account:
    """A crate that the manifest of the package does not name: a member of the workspace, a module, or a stranger."""
    wanted = [each for each in _wanted(scene) if each != name]
    asked = f", from which it wants {listed(wanted)}" if wanted else ""
    meaning = f"{scene.found.where} names `{name}`{asked}, and this package knows no crate or module called so"
    workspace = scene.context.workspace
    members = {package.name.replace("-", "_"): package for package in workspace.packages} if workspace else {}
    manifest = _manifest(scene)
    rule = "a crate can be used only if the manifest of the package lists it as a dependency"
    if name in members:
        place = members[name].root
        because = [
            f"`{name}` is a member of this workspace{f' ({place})' if place else ''}, "
            f"but {manifest} of `{scene.found.package}` does not list it as a dependency"
        ]
        return Account(meaning, tuple(because), rule)
    because = [f"{manifest} of `{scene.found.package}` lists no dependency `{name}`, and no file here declares it"]
    question = (
        f"should `{name}` become a dependency, and in which version? It is not in {manifest}, and a crate that is not "
        "on this machine I do not bring in by myself"
    )
    return Account(meaning, tuple(because), rule, question)


def _manifest(scene: Scene) -> str:
    """The path of the manifest of the package that the finding is in."""
    workspace = scene.context.workspace
    packages = workspace.packages if workspace else ()
    root = next((each.root for each in packages if each.name == scene.found.package), "")
    return f"{root}/Cargo.toml" if root else "Cargo.toml"


def _module(scene: Scene, name: str, holder: str) -> Account:
    """A module that is not declared, or was renamed: its file, and where the wanted names are."""
    wanted = [each for each in _wanted(scene) if each != name]
    here = scene.line(scene.primary).rstrip(";")
    whose = "the crate root" if holder.strip() == "crate root" else f"`{holder.strip()}`"
    meaning = f"`{here}` in {_file(scene)} goes through `{name}`, and {whose} has no module of that name"
    because = []
    file = next((path for path, _ in scene.sources() if re.search(rf"(^|/){name}(/mod)?\.rs$", path)), "")
    homes = [each for want in wanted for each in scene.definitions(want, *_ITEMS)]
    if file:
        because.append(f"The file {file} is there, but no `mod {name}` declares it as a module, so it is not compiled")
    elif homes:
        home = homes[0]
        because.append(f"`{home.symbol.name}` is defined at {home.path}:{home.symbol.line}{_inside(home)}")
    if file and homes:
        because.append(f"It holds {listed([each.symbol.name for each in homes if each.path == file] or wanted)}")
    question = (
        "" if because else f"where has `{name}` gone, and what did it hold? Nothing here defines what is imported"
    )
    return Account(meaning, tuple(because), _PATH, question)


_ITEMS = ("struct", "enum", "union", "trait", "type", "function", "const", "static", "macro", "mod")


def _inside(home: Definition) -> str:
    """The module that a definition is in, by the modules written around it, or by its file."""
    file = PurePosixPath(home.path)
    own = home.symbol.path.rpartition("::")[0]
    module = own or (file.parent.name if file.name == "mod.rs" else "" if file.stem in ("lib", "main") else file.stem)
    return f", in the module `{module}`" if module else ""


def _file(scene: Scene) -> str:
    return scene.found.where.rsplit(":", 1)[0]


def _export(scene: Scene, name: str, holder: str) -> Account:
    """A name that a module does not have: where it is defined, and whether it is exported."""
    here = scene.line(scene.primary).rstrip(";")
    use = text_of(scene.around(scene.here, "use_declaration")) or here
    crate = next((part for part in re.findall(r"\w+", use) if part not in ("use", "pub", "crate", "self", "super")), "")
    whose = "the root" if holder == "root" else f"`{holder}`"
    of = f" of `{crate}`" if holder == "root" and crate and crate != name else ""
    meaning = f"`{here}` in {_file(scene)} wants `{name}` from {whose}{of}, and nothing of that name is exported there"
    homes = list(scene.definitions(name, *_ITEMS))
    because = []
    if homes:
        home = homes[0]
        because.append(
            f"`{name}` is defined at {home.path}:{home.symbol.line}{_inside(home)}, and the root (lib.rs) "
            f"does not re-export it with `pub use`"
            if holder == "root"
            else f"`{name}` is defined at {home.path}:{home.symbol.line}"
        )
    question = "" if homes else f"what should `{name}` be? Nothing here defines it"
    return Account(meaning, tuple(because), _PATH, question)


@reader("E0583")
def tell_file(scene: Scene) -> Account | None:
    """A module whose file is missing, and what the crate uses of it."""
    name = next(iter(scene.ticked), "")
    places = scene.match(r'create file "([^"]+)"')
    if not name:
        return None
    meaning = (
        f"{scene.found.where} declares `mod {name}`, and its file{f' {places[1]}' if places else ''} does not exist"
    )
    uses = _uses(scene, name)
    because = (
        [f"The crate needs {listed(uses)} from it, so leaving the module out would lose what it does"] if uses else []
    )
    rule = "`mod name;` stands for a file of that name, which is part of the crate"
    asked = f": what do {listed(uses)} do?" if uses else "?"
    question = f"what was in `{name}`{asked} The file is missing, and nothing else says it"
    return Account(meaning, tuple(because), rule, question)


def _uses(scene: Scene, module: str) -> list[str]:
    pattern = re.compile(rf"\b{re.escape(module)}::(?:\{{([^}}]*)\}}|(\w+))")
    names: list[str] = []
    for _, source in scene.sources():
        for many, one in pattern.findall(source.decode("utf-8", "replace")):
            names += re.findall(r"\w+", many) if many else [one]
    return list(dict.fromkeys(names))
