"""What a declaration may be: types of a size, traits that can be objects, impls that belong here, patterns that fit."""

from __future__ import annotations

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed
from engine.rust.tree import base_name, item_name, text_of


@reader("E0072")
def tell_endless(scene: Scene) -> Account | None:
    """A type that holds itself without a pointer between."""
    name = next(iter(scene.ticked), "")
    inner = next((span for span in scene.spans() if not span.primary and "recursive" in (span.label or "")), None)
    if not name:
        return None
    meaning = f"a `{name}` ({scene.found.where}) would hold another `{name}` inside itself, and so has no finite size"
    because = [f"It does so on {scene.at(inner)}: `{scene.line(inner).rstrip(',')}`"] if inner is not None else []
    rule = "a value holds its fields in place; what holds its like does so behind a `Box`"
    return Account(meaning, tuple(because), rule)


@reader("E0038")
def tell_no_object(scene: Scene) -> Account | None:
    """A trait that cannot stand behind `dyn`, and the members that keep it from that."""
    name = next(iter(scene.ticked), "")
    if not name:
        return None
    meaning = f"`{scene.line(scene.primary)}` uses `{name}` as an object (`dyn`), and `{name}` is not dyn compatible"
    because = [
        f"It is not, {why}: `{scene.line(span).rstrip(';{ ')}` ({scene.at(span)})"
        for note in scene.found.notes
        for span in note.spans
        if "because" in (why := (span.label or "").strip(".… "))
    ]
    rule = "behind `dyn` one table of functions serves all types, so each must be callable without knowing the type"
    return Account(meaning, tuple(dict.fromkeys(because))[:2], rule)


@reader("E0117", "E0116", "E0210")
def tell_foreign(scene: Scene) -> Account | None:
    """An impl of a foreign trait for a foreign type."""
    holder = scene.around(scene.here, "impl_item")
    if holder is None:
        return None
    kind = " ".join(text_of(holder.child_by_field_name("type")).split())
    trait = base_name(holder.child_by_field_name("trait")) if holder.child_by_field_name("trait") is not None else ""
    what = f"the trait `{trait}` nor the type `{kind}`" if trait else f"the type `{kind}`"
    meaning = f"neither {what} belongs to this crate ({scene.found.where}), so it may not be implemented here"
    if not trait:
        meaning = f"`{kind}` does not belong to this crate ({scene.found.where}), so it gets no methods of its own here"
    rule = "of a trait and the type it is implemented for one must be local, or two crates could disagree (orphan rule)"
    question = f"should there be a type of your own around `{kind}`, or a function instead?"
    return Account(meaning, (), rule, question if scene.candidate is None else "")


@reader("E0023", "E0029", "E0164")
def tell_pattern(scene: Scene) -> Account | None:
    """A pattern with more or fewer places than the variant has fields."""
    counted = scene.match(r"this pattern has (\d+) fields?, but the corresponding tuple (\w+) has (\d+) fields?")
    pattern = scene.around(scene.here, "tuple_struct_pattern")
    if counted is None or pattern is None:
        return None
    name = text_of(pattern.child_by_field_name("type"))
    plural = "s" * (counted[3] != "1")
    line = scene.line(scene.primary).rstrip(",")
    meaning = f"the pattern in `{line}` ({scene.found.where}) has {counted[1]} place{'s' * (counted[1] != '1')}"
    because = [f"`{name}` has {counted[3]} field{plural}{_declared(scene)}"]
    rule = "a tuple pattern has a place for every field, and `_` or `..` for those that do not matter"
    return Account(meaning, tuple(because), rule)


def _declared(scene: Scene) -> str:
    spans = [span for span in scene.found.spans if not span.primary]
    return f", declared on {scene.at(spans[0])}: `{scene.line(spans[0]).rstrip(',')}`" if spans else ""


@reader("E0015", "E0133", "E0728", "E0267", "E0268", "E0040")
def tell_place(scene: Scene) -> Account | None:
    """Something that is written where it may not stand: the line, and what the labels say of its place."""
    code = scene.code(scene.primary)
    meaning = f"{scene.place} writes `{code}`: {scene.found.message}" if code else scene.found.message
    because = [
        f"`{scene.line(span).rstrip('{ ')}` on {scene.at(span)}: {span.label}"
        for span in scene.spans()
        if not span.primary
    ]
    return Account(meaning, tuple(because[:2]))


@reader("E0428", "E0124", "E0201", "E0119", "E0592", "E0415", "E0416")
def tell_twice(scene: Scene) -> Account | None:
    """A name or an impl that is there twice, and where the first one is."""
    names = scene.ticked
    first = next((span for span in scene.spans() if not span.primary), None)
    holder = scene.around(scene.here, "impl_item")
    what = listed(list(names[:1])) or (f"`{item_name(holder)}`" if holder is not None else "a name")
    meaning = f"{what} is there twice: {scene.found.message}"
    because = [f"The second one is `{scene.line(scene.primary).rstrip('{ ')}` ({scene.found.where})"]
    if first is not None:
        because.insert(0, f"The first one is `{scene.line(first).rstrip('{ ')}` on {scene.at(first)}")
    return Account(meaning, tuple(because), "in one place a name stands for one thing")
