"""Types that the compiler cannot infer or that are left out of a list: name one that the code around speaks of.

E0282, E0283, E0284, E0107, E0191, E0393, E0435.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from engine.brain.moves.expressions import uses
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import ancestors, text_of

_HOLE = re.compile(r"/\* (?:Type|self type|[A-Z]\w*) \*/|\b_\b|\b[A-Z]\b")
_USUAL = ("i32", "u32", "f64", "usize", "String")
_OF_MAPS = re.compile(r"\.(?:contains_key|entry|keys|values|values_mut)\b")
_MOST = 8


def types_near(site: Site) -> Iterator[tuple[str, float]]:
    """The types that the function around speaks of, those it returns first, then the usual ones."""
    function = next((each for each in ancestors(site.node) if each.type == "function_item"), None)
    seen: set[str] = set()
    if function is not None:
        returned = function.child_by_field_name("return_type")
        for node, weight in ((returned, 1.0), (function.child_by_field_name("parameters"), 0.7), (function, 0.5)):
            for kind in site.inside(node, "primitive_type", "type_identifier", "generic_type"):
                text = text_of(kind)
                if text not in seen and text not in ("Self", "Option", "Result", "Vec", "HashMap") and len(text) > 1:
                    seen.add(text)
                    yield text, weight
    yield from ((usual, 0.35) for usual in _USUAL if usual not in seen)


@move("say-the-type", "E0282", "E0283", "E0284", "E0107", "E0191", "E0393", prior=0.55)
def say_the_type(site: Site) -> Iterator[Fix]:
    """Writes the type where the compiler asks for one, with a type that the function speaks of in its place."""
    for suggestion in site.diagnostic.suggestions:
        if any(part.file != site.path for part in suggestion.parts):
            continue
        whole = "\0".join(part.text for part in suggestion.parts)
        for text, weight in _written(site, whole):
            texts = text.split("\0")
            shown = texts[0].strip(" :,")
            yield Fix(
                f"Say the type: `{shown}`.",
                tuple(
                    site.edit(part.byte_start, part.byte_end, filled)
                    for part, filled in zip(suggestion.parts, texts, strict=True)
                ),
                "nothing here tells the compiler which type is meant",
                weight,
                "The type is my reading of the code around it.",
            )


@move("make-it-a-constant", "E0435", prior=0.75)
def make_it_a_constant(site: Site) -> Iterator[Fix]:
    """Makes a `let` whose value is a number a `const`, so that a length may depend on it."""
    name = text_of(site.node)
    for let in site.inside(site.root, "let_declaration"):
        value, pattern = let.child_by_field_name("value"), let.child_by_field_name("pattern")
        if text_of(pattern) == name and value is not None and pattern is not None:
            kind = text_of(let.child_by_field_name("type")) or "usize"
            start = site.edit(let.start_byte, value.start_byte, f"const {name}: {kind} = ")
            cause = f"the length must be known at compile time, and `{name}` is a variable"
            yield Fix(f"Make `{name}` a constant.", (start,), cause)


def _written(site: Site, text: str) -> Iterator[tuple[str, float]]:
    """The compiler's text with its placeholders filled, likeliest first."""
    if "_" in text and re.search(r"Vec<_>", text):
        yield from _collected(site, text)
        return
    holes = list(_HOLE.finditer(text))
    if not holes:
        return
    near = list(islice(types_near(site), 6))
    choices = product(near, repeat=len(holes)) if len(holes) <= 2 else ()
    ranked = sorted(choices, key=lambda picked: -sum(weight for _, weight in picked))
    for picked in ranked[:_MOST]:
        filled, shift, weight = text, 0, 1.0
        for hole, (kind, worth) in zip(holes, picked, strict=True):
            filled = filled[: hole.start() + shift] + kind + filled[hole.end() + shift :]
            shift += len(kind) - (hole.end() - hole.start())
            weight *= worth
        yield filled, weight


def _collected(site: Site, text: str) -> Iterator[tuple[str, float]]:
    """Containers that something may be collected into, by what is done with it later."""
    let = site.around(site.node, "let_declaration")
    name = text_of(let.child_by_field_name("pattern")).removeprefix("mut ") if let is not None else ""
    later = let.parent if let is not None else None
    after = " ".join(text_of(each) for each in (later.named_children if later else ()) if name and uses(each, name))
    if name and _OF_MAPS.search(after):
        yield text.replace("Vec<_>", "std::collections::HashMap<_, _>"), 1.2
    if name and re.search(rf"\b{re.escape(name)}\.(?:push_str|chars|as_str|trim)\b", after):
        yield text.replace("Vec<_>", "String"), 1.2
    yield text, 1.1
    yield text.replace("Vec<_>", "String"), 0.4
    yield text.replace("Vec<_>", "std::collections::HashSet<_>"), 0.2
