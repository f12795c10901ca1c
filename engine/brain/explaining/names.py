"""Names that are not found where they are used: misspelt, not imported, a method of a trait out of scope."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed, ticks
from engine.rust.tree import text_of

_KIND = re.compile(r"cannot find (\w+(?: \w+)?) `([^`]+)`")
_USE = re.compile(r"use ([\w:]+(?:::\{[^}]*\})?)")


@reader("E0425", "E0412", "E0405", "E0433", "E0404", "E0531", "E0574")
def tell_unknown(scene: Scene) -> Account | None:
    """The name, what is like it, and from where it could be imported."""
    named = _KIND.search(scene.found.message) or re.search(r"(undeclared (?:\w+)) `([^`]+)`", scene.said)
    if named is None:
        return None
    kind, name = named.groups()
    meaning = f"{scene.place} says `{name}`, and no {kind} of that name is in scope there"
    because = []
    if scene.line(scene.primary):
        because.append(f"The line is `{scene.line(scene.primary)}`")
    homes = [
        each for each in scene.context.index.definitions(name) if "::" not in each.symbol.path or each.symbol.public
    ]
    elsewhere = [
        each for each in homes if each.symbol.kind not in ("field", "variant", "function") or kind == "function"
    ]
    like = _alike(scene, name)
    if elsewhere:
        home = elsewhere[0]
        where = f"{home.path}:{home.symbol.line}"
        file = scene.found.where.rsplit(":", 1)[0]
        apart = "outside of what this place sees" if home.path == file else "and this file does not import it"
        because.append(f"It is defined at {where}, {apart}")
    elif imported := _imports(scene, name):
        because.append(f"{listed(imported, 2)} has that name, but no `use` imports it here")
    elif like:
        because.append(f"What is there is {listed(like, 2)}, so this is most likely a slip of the pen")
    rule = "a name is found if it is declared in reach, imported by `use`, or written with its path"
    return Account(meaning, tuple(because), rule)


def _alike(scene: Scene, name: str) -> list[str]:
    """Names that the compiler, or the change, puts in the place of one that is not known."""
    offered = []
    for suggestion in scene.found.suggestions:
        if "similar name" in suggestion.message:
            offered += [
                _grown(scene, part.file, part.byte_start, part.byte_end, part.text) for part in suggestion.parts
            ]
    offered += [tick for note in scene.found.notes if "similar" in note.message for tick in ticks(note.message)]
    wanted = [each for each in offered if each and each != name]
    return [each for each in wanted if each in scene.brought] or wanted


def _grown(scene: Scene, path: str, start: int, end: int, text: str) -> str:
    """The whole word that a replacement inside a word makes."""
    source = scene.context.read(path) or b""
    before = re.search(rb"[\w]*$", source[:start])
    after = re.match(rb"[\w]*", source[end:])
    grown = (before[0] if before else b"") + text.encode() + (after[0] if after else b"")
    return grown.decode("utf-8", "replace").strip()


def _imports(scene: Scene, name: str) -> list[str]:
    """Paths that the compiler or the change would import the name from."""
    texts = [part.text for suggestion in scene.found.suggestions for part in suggestion.parts]
    paths = [path for text in [scene.added, *texts] for path in _USE.findall(text)]
    return [path for path in dict.fromkeys(paths) if re.search(rf"\b{re.escape(name)}\b", path)]


@reader("E0599")
def tell_method(scene: Scene) -> Account | None:
    """A method, function or variant that a type does not have, or that a trait gives which is not in scope."""
    named = re.search(
        r"no (.+?) (?:named )?`([^`]+)` found for (?:\w+ )?(.+?)(?: in the current scope|$)", scene.found.message
    )
    if named is None:
        return None
    what, name, kind = named.groups()
    holder = listed(list(ticks(kind))[:1]) or kind
    trait = scene.match(r"trait `([^`]+)` which provides `[^`]+` is implemented but not in scope")
    if trait:
        plain = trait[1].rsplit("::", 1)[-1]
        meaning = f"{scene.place} calls `{name}` on {holder}, and the trait that gives it is not in scope there"
        because = [f"`{name}` belongs to the trait `{plain}`, which {holder} implements{_home(scene, plain)}"]
        because.append(f"This file does not import `{plain}`")
        rule = "methods of a trait can be called only where the trait itself is in scope"
        return Account(meaning, tuple(because), rule)
    meaning = f"{scene.place} asks {holder} for the {what} `{name}`, and there is none"
    because = [f"The line is `{scene.line(scene.primary)}`"] if scene.line(scene.primary) else []
    bounds = [span.label for span in scene.spans("trait bound", "doesn't satisfy", "not found for this")]
    if bounds:
        because.append(f"The compiler adds: {bounds[0]}")
    if like := _alike(scene, name):
        because.append(f"What is there is {listed(like, 2)}")
    elif homes := [each for each in scene.definitions(name, "function", "variant") if "::" in each.symbol.path]:
        home = homes[0]
        because.append(f"The crate has `{home.symbol.path}` at {home.path}:{home.symbol.line}")
    rule = "a method is looked up in the type's own `impl` blocks and in the traits that are in scope"
    return Account(meaning, tuple(because), rule)


def _home(scene: Scene, name: str) -> str:
    known = scene.definition(name)
    return f" ({known.path}:{known.symbol.line})" if known is not None else ""


@reader("E0423", "E0532")
def tell_wrong_kind(scene: Scene) -> Account | None:
    """A struct with named fields that is called like a function, and other names of the wrong kind."""
    named = re.search(r"expected (.+?), found (.+?) `([^`]+)`", scene.found.message)
    if named is None:
        return None
    wanted, kind, name = named.groups()
    fields = _fields(scene, name) if "struct" in kind else []
    call = scene.around(scene.here, "call_expression")
    if fields and call is not None:
        meaning = f"{scene.place} writes `{scene.code(scene.primary)}`, a call, and `{name}` cannot be called"
        because = [f"`{name}` is a struct with named fields ({listed(fields)}), which is built with braces"]
        rule = "a struct literal with braces names each field; only tuple structs are called like functions"
        return Account(meaning, tuple(because), rule)
    meaning = f"`{name}` is a {kind}, and {scene.place} uses it as if it were a {wanted.split(',')[0]}"
    because = [f"The line is `{scene.line(scene.primary)}`"] if scene.line(scene.primary) else []
    return Account(meaning, tuple(because), "types and values have namespaces of their own: a type is no value")


def _fields(scene: Scene, name: str) -> list[str]:
    for definition in scene.definitions(name, "struct"):
        item = scene.item(definition)
        return [text_of(each.child_by_field_name("name")) for each in scene.site.inside(item, "field_declaration")]
    return []
