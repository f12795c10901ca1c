"""Values that were given away: used after a move, moved while borrowed, or moved out of a place that only lends."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, ticks


@reader("E0382")
def tell_moved(scene: Scene) -> Account | None:
    """Where the value moved, into what, and where it is used after."""
    moved = scene.span("value moved here", "value moved into closure", "value moved,", "moved due to")
    name = next(iter(scene.ticked), "")
    if not name:
        return None
    owner = name.split(".")[0]
    used = f"`{scene.line(scene.primary)}`" if scene.line(scene.primary) else scene.found.where
    meaning = f"`{owner}` is given away, and `{name}` is used again after that, in {used}"
    because = []
    if moved is not None:
        because.append(_move_sentence(scene, moved, owner))
    typed = scene.match(r"`([^`]+)` has type `([^`]+)`, which does not implement the `Copy` trait")
    if typed:
        because.append(f"`{typed[1]}` has type `{typed[2]}`, which moves instead of being copied")
    rule = "a value has one owner: whoever takes it by value owns it from then on, and the old name is empty"
    return Account(meaning, tuple(because), rule)


def _move_sentence(scene: Scene, moved: object, owner: str) -> str:
    from engine.schema.diagnostic import Span

    assert isinstance(moved, Span)
    where, line = scene.at(moved), scene.line(moved)
    around = scene.call_around(scene.node(moved))
    label = moved.label or ""
    if "into closure" in label:
        return f"The closure on {where} takes `{owner}` with it"
    if "previous iteration" in label:
        return f"Each turn of the loop moves it again: {where}, `{line}`"
    if around is not None and around[0]:
        return f"On {where} it moves into `{around[0]}`: `{line}`"
    if by := ticks(label):
        return f"On {where} it moves by `{by[0]}`: `{line}`"
    return f"It moves on {where}: `{line}`"


@reader("E0505")
def tell_moved_while_borrowed(scene: Scene) -> Account | None:
    """The borrow, the move in between, and the later use."""
    name = next(iter(scene.ticked), "")
    borrow = scene.span("borrow of", "occurs here")
    later = scene.span("later used", "later captured", "borrow might be used")
    if not name:
        return None
    around = scene.call_around(scene.here)
    target = f" into `{around[0]}`" if around and around[0] else ""
    meaning = f"`{name}` moves{target} while something still borrows from it: `{scene.line(scene.primary)}`"
    because = []
    borrow = next((span for span in scene.spans("borrow of") if not span.primary), borrow)
    if borrow is not None and not borrow.primary:
        because.append(f"The borrow begins on {scene.at(borrow)}: `{scene.line(borrow)}`")
    if later is not None:
        because.append(f"It is still needed on {scene.at(later)}, where `{scene.code(later)}` is used")
    rule = "what is borrowed stays where it is until the last use of the borrow"
    return Account(meaning, tuple(because), rule)


@reader("E0507", "E0508", "E0509")
def tell_moved_out(scene: Scene) -> Account | None:
    """A move out of a reference, an index or a pattern."""
    place = next(iter(scene.ticked), "")
    if not place:
        return None
    behind = re.search(r"behind (an? [^`,]+?(?: reference| pointer| borrow)|an? `[^`]+`)", scene.found.message)
    whose = behind[1] if behind else "something that only lends it"
    meaning = f"`{place}` would be taken out from behind {whose}"
    because = []
    typed = scene.match(r"`([^`]+)` has type `([^`]+)`, which does not implement the `Copy` trait")
    moved = scene.span("data moved here", "moved here")
    variant = re.search(r"as enum variant `([^`]+)`", scene.found.message)
    if moved is not None:
        kind = f" `{variant[1]}`" if variant else ""
        because.append(f"The pattern{kind} on {scene.at(moved)} binds `{scene.code(moved)}` by value, which moves it")
    if typed:
        because.append(f"`{typed[1]}` is of type `{typed[2]}`, which moves instead of being copied")
    elif named := scene.match(r"has type `([^`]+)`"):
        because.append(f"Its type is `{named[1]}`, which moves instead of being copied")
    if origin := _lender(scene, place):
        because.append(origin)
    rule = "behind a reference is somebody else's value: it may be borrowed, copied or cloned, but not carried off"
    return Account(meaning, tuple(because), rule)


def _lender(scene: Scene, place: str) -> str:
    """The loop or parameter that makes the base of a place a reference."""
    base = place.lstrip("*").split(".")[0].split("[")[0]
    if not base.isidentifier():
        return ""
    loop = scene.around(scene.here, "for_expression")
    if loop is not None:
        head = " ".join((loop.text or b"").decode("utf-8", "replace").split("{", 1)[0].split())
        if re.search(rf"\bfor\b.*\b{base}\b.* in ", head):
            return f"`{base}` comes from `{head}`, which lends each element"
    return ""
