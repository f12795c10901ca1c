"""The deletion guard: what a change gave away to make the compiler quiet.

A fix is only a fix if nothing was bought by deletion. The guard compares the files before and after a change and
names what got lost or was switched off. Ordinary repairs (borrows, clones, conversions, renamed uses, changed
types, reordered or extracted statements, new arms and imports) leave nothing to name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from engine.rust.comparison import lost_substance
from engine.rust.difference import changed_items
from engine.rust.manifest import manifest_losses
from engine.rust.marks import Marks, code_lines, comment_lines, marks_of
from engine.rust.syntax import Symbol, symbols
from engine.rust.tree import ancestors, base_name, descendants, item_name, parse_tree

if TYPE_CHECKING:
    from tree_sitter import Node

Files = Mapping[str, bytes | None]

_FAMILIES = {
    **dict.fromkeys(("struct", "enum", "union", "trait", "type"), "type"),
    **dict.fromkeys(("function", "const", "static"), "value"),
}
# Traits that need no import.
_PRELUDE = frozenset(
    [
        "AsMut",
        "AsRef",
        "AsyncFn",
        "AsyncFnMut",
        "AsyncFnOnce",
        "Clone",
        "Copy",
        "Debug",
        "Default",
        "DoubleEndedIterator",
        "Drop",
        "Eq",
        "ExactSizeIterator",
        "Extend",
        "Fn",
        "FnMut",
        "FnOnce",
        "From",
        "FromIterator",
        "Hash",
        "Into",
        "IntoIterator",
        "Iterator",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Send",
        "Sized",
        "Sync",
        "ToOwned",
        "ToString",
        "TryFrom",
        "TryInto",
        "Unpin",
    ]
)
# Those of them whose methods nobody calls by name, and those that the prelude only derives.
_NOT_CALLED = frozenset(("Copy", "Debug", "Drop", "Hash", "Send", "Sized", "Sync", "Unpin"))
_SLIP = 0.75
_JUMPS = ("return_expression", "break_expression", "continue_expression")


def bought_by_deletion(before: Files, after: Files, rest: Collection[bytes] | None = None) -> tuple[str, ...]:
    """What a change lost, hid or silenced, one line a finding; empty when it is clean.

    ``before`` and ``after`` hold the changed files by path, None where a file does not exist. Code that moves
    between them is not lost. ``rest`` are the crate's other Rust files, if they are at hand: an `impl` of a trait that
    none of them declares provided nothing, and may go. A finding is a reason to ask, not a proof of bad intent: some
    repairs (an `unsafe` block for E0133) cannot be had without one.
    """
    findings: dict[str, None] = {}
    for line in _findings(_all_paths(before, after), _all_paths(after, before), rest):
        findings.setdefault(line)
    return tuple(findings)


def _all_paths(files: Files, others: Files) -> dict[str, bytes | None]:
    return {path: files.get(path) for path in sorted({*files, *others})}


def _findings(
    before: dict[str, bytes | None], after: dict[str, bytes | None], rest: Collection[bytes] | None
) -> Iterator[str]:
    changed = [path for path in before if before[path] != after[path]]
    before = {path: before[path] for path in changed}
    after = {path: after[path] for path in changed}
    yield from _lost_files(before, after)
    for path in changed:
        if path.endswith(".toml"):
            yield from manifest_losses(path, before[path], after[path])
    old = {path: source for path, source in before.items() if source is not None and path.endswith(".rs")}
    new = {path: source for path, source in after.items() if source is not None and path.endswith(".rs")}
    old, new = changed_items(old, new)
    gone: set[str] = set()
    for symbol, line in _lost_symbols(old, new):
        gone.add(symbol.path)
        yield line
    yield from _lost_traits(old, new, rest)
    commented = _commented_out(old, new)
    yield from (f"code commented out: `{text}`" for text in commented)
    for loss in lost_substance(old, new):
        removed_with_item = loss.owner is not None and any(loss.owner.endswith(path) for path in gone)
        if not removed_with_item and not any(text in loss.line for text in commented):
            yield loss.line
    yield from _new_marks(marks_of(old), marks_of(new))
    cut = _cut_short(new) - _cut_short(old)
    yield from (f"statements after `{text}` can no longer be reached" for text in cut)


def _lost_files(before: dict[str, bytes | None], after: dict[str, bytes | None]) -> Iterator[str]:
    kept = {source for path, source in after.items() if before[path] != source}
    for path, source in before.items():
        if source is not None and after[path] is None and source not in kept and not path.endswith(".rs"):
            yield f"file {path} removed"


def _by_path(files: dict[str, bytes]) -> tuple[Counter[str], dict[str, tuple[str, Symbol]], Counter[str]]:
    """How many files define a path, one of its symbols, and how many define it publicly."""
    named: Counter[str] = Counter()
    public: Counter[str] = Counter()
    example: dict[str, tuple[str, Symbol]] = {}
    for path, source in files.items():
        found = symbols(source)
        # A name defined twice in one file is an error of its own; keeping one of the two loses no name.
        named.update({symbol.path for symbol in found})
        public.update({symbol.path for symbol in found if symbol.public})
        for symbol in found:
            known = example.get(symbol.path)
            if known is None or (symbol.public and not known[1].public):
                example[symbol.path] = (path, symbol)
    return named, example, public


def _lost_symbols(old: dict[str, bytes], new: dict[str, bytes]) -> Iterator[tuple[Symbol, str]]:
    old_named, old_symbols, old_public = _by_path(old)
    new_named, new_symbols, new_public = _by_path(new)
    as_trait = _callable_members(new)
    broken = any(parse_tree(source).root_node.has_error for source in old.values())
    if broken:
        # Where the file could not be parsed, members may have lost their owner: then only the names count.
        present = {symbol.name for _, symbol in new_symbols.values()}
        for file, symbol in old_symbols.values():
            if symbol.name not in present and symbol.kind not in ("field", "variant"):
                yield symbol, f"{file}: {symbol.kind} `{symbol.path}` removed or renamed"
        return
    for path, count in (old_public - new_public).items():
        file, symbol = old_symbols[path]
        # A public method that became one of a trait's is called by its name as before, where the prelude has the trait.
        if symbol.kind == "function" and _own_path(symbol, file, old) in as_trait and path in new_named:
            continue
        if new_named[path] >= old_named[path] or (count and new_named[path] and not old_named[path] - new_named[path]):
            yield symbol, f"{file}: {symbol.kind} `{path}` is no longer public"
        elif not _owner_lost(path, old_public, new_public):
            yield symbol, f"{file}: public {symbol.kind} `{path}` removed or renamed"
    yield from _lost_parameters(old, new)
    lost = {path for path in old_named - new_named if not old_public[path]}
    gained = Counter(_family(new_symbols[path][1]) for path in new_named - old_named)
    for family, paths in _grouped(lost, old_symbols).items():
        paths = [path for path in paths if not _owner_lost(path, old_named, new_named)]
        # As many new names as lost ones is a rename.
        if len(paths) > gained[family]:
            for path in paths:
                file, symbol = old_symbols[path]
                yield symbol, f"{file}: {symbol.kind} `{path}` removed"


def _callable_members(files: dict[str, bytes]) -> set[tuple[str, str, bool]]:
    """The methods that impls of the prelude's traits give, as type, name, and whether they take `self`."""
    found: set[tuple[str, str, bool]] = set()
    for source in files.values():
        for node in descendants(parse_tree(source).root_node):
            trait = node.child_by_field_name("trait") if node.type == "impl_item" else None
            body = node.child_by_field_name("body") if trait is not None else None
            if trait is None or body is None or base_name(trait) not in _PRELUDE - _NOT_CALLED:
                continue
            kind = base_name(node.child_by_field_name("type"))
            found.update(_method(each, kind) for each in body.named_children if each.type == "function_item")
    return found


def _method(function: Node, kind: str) -> tuple[str, str, bool]:
    parameters = function.child_by_field_name("parameters")
    takes_self = any(each.type == "self_parameter" for each in parameters.named_children) if parameters else False
    return kind, item_name(function), takes_self


def _own_path(symbol: Symbol, file: str, files: dict[str, bytes]) -> tuple[str, str, bool] | None:
    """A method as `_callable_members` names it; None for what is no member of a type."""
    root = parse_tree(files[file]).root_node
    node = root.named_descendant_for_byte_range(symbol.byte_start, symbol.byte_end)
    holder = next((each for each in ancestors(node) if each.type == "impl_item"), None)
    return _method(node, base_name(holder.child_by_field_name("type"))) if node is not None and holder else None


def _family(symbol: Symbol) -> str:
    return _FAMILIES.get(symbol.kind, symbol.kind)


def _grouped(paths: set[str], known: dict[str, tuple[str, Symbol]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in sorted(paths):
        groups.setdefault(_family(known[path][1]), []).append(path)
    return groups


def _owner_lost(path: str, old: Counter[str], new: Counter[str]) -> bool:
    owner = path.rpartition("::")[0]
    return bool(owner) and old[owner] > new[owner]


def _lost_parameters(old: dict[str, bytes], new: dict[str, bytes]) -> Iterator[tuple[Symbol, str]]:
    now = _parameter_counts(new)
    for path, (count, file, symbol) in _parameter_counts(old).items():
        if path in now and now[path][0] < count:
            yield symbol, f"{file}: public function `{path}` takes fewer parameters"


def _parameter_counts(files: dict[str, bytes]) -> dict[str, tuple[int, str, Symbol]]:
    counts = {}
    for file, source in files.items():
        root = parse_tree(source).root_node
        for symbol in symbols(source):
            if symbol.kind == "function" and symbol.public:
                node = root.named_descendant_for_byte_range(symbol.byte_start, symbol.byte_end)
                parameters = node.child_by_field_name("parameters") if node else None
                if parameters is not None:
                    real = [child for child in parameters.named_children if child.type.endswith("parameter")]
                    counts[symbol.path] = (len(real), file, symbol)
    return counts


def _lost_traits(old: dict[str, bytes], new: dict[str, bytes], rest: Collection[bytes] | None) -> Iterator[str]:
    was, now = _provided(old), _provided(new)
    # By count: a second `AsRef for Line` is one more implementation, though the first was there already.
    gained: dict[str, list[str]] = {}
    for each in now - was:
        gained.setdefault(each.rpartition(" for ")[2], []).append(each.partition(" for ")[0].partition("<")[0])
    for provided in sorted(set(was) - set(now)):
        trait, _, kind = provided.partition(" for ")
        # A trait that nobody declares or imports was never implemented: it is the name that is mended (E0405).
        name = trait.partition("<")[0]
        if name not in _PRELUDE and not _is_named(old, name) and (kind in gained or _is_nowhere(name, rest)):
            continue
        # A glob may import anything, but not a misspelling of what now stands there.
        if name not in _PRELUDE and any(_is_slip(name, other) for other in gained.get(kind, ())):
            continue
        # A type that owns something cannot be Copy, so giving that up is often the only repair (E0204, E0184).
        if not provided.startswith("Copy for "):
            yield f"`{provided}` is no longer implemented"


def _is_slip(name: str, other: str) -> bool:
    """Whether a trait's name is that of one of the prelude but for a letter or two."""
    same = SequenceMatcher(a=name, b=other, autojunk=False)
    return other in _PRELUDE and len(name) > 3 and same.ratio() >= _SLIP


def _is_named(files: dict[str, bytes], trait: str) -> bool:
    """Whether a file declares a trait, imports it or reaches it by a path; a glob may import anything."""
    word = re.escape(trait.rsplit("::", 1)[-1].encode())
    spoken = re.compile(rb"\btrait\s+" + word + rb"\b|\buse\b[^;]*(?:\b" + word + rb"\b|\*)|::\s*" + word + rb"\b")
    return "::" in trait or any(spoken.search(source) for source in files.values())


def _is_nowhere(trait: str, rest: Collection[bytes] | None) -> bool:
    """Whether the other files are at hand and none of them declares a trait, or brings it in under that name."""
    word = re.escape(trait.encode())
    declared = re.compile(rb"\btrait\s+" + word + rb"\b|\buse\b[^;]*\b" + word + rb"\b|\bmacro_rules!")
    return rest is not None and not any(declared.search(source) for source in rest)


def _provided(files: dict[str, bytes]) -> Counter[str]:
    provided = Counter(dict.fromkeys(marks_of(files).derives, 1))
    for source in files.values():
        for node in descendants(parse_tree(source).root_node):
            if node.type == "impl_item" and (trait := node.child_by_field_name("trait")) is not None:
                provided[f"{base_name(trait)} for {base_name(node.child_by_field_name('type'))}"] += 1
    return provided


def _commented_out(old: dict[str, bytes], new: dict[str, bytes]) -> tuple[str, ...]:
    was: Counter[str] = Counter()
    now: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for source in old.values():
        was.update(code_lines(source))
        said.subtract(comment_lines(source))
    for source in new.values():
        now.update(code_lines(source))
        said.update(comment_lines(source))
    gone = was - now
    return tuple(text for text, count in said.items() if count > 0 and text in gone and len(text) > 3)


def _new_marks(old: Marks, new: Marks) -> Iterator[str]:
    yield from (f"new `{name}`" for name in new.panics - old.panics)
    if new.unsafe > old.unsafe:
        yield "new `unsafe`"
    yield from (f"new `#[{name}]`" for name in new.silenced - old.silenced)
    yield from (f"new `{name if name.startswith('cfg!') else f'#[{name}]'}`" for name in new.switched - old.switched)
    yield from (f"new `#[{name}]`" for name in new.ignored - old.ignored)
    yield from (f"new `{name}` keeps code from running" for name in new.dead - old.dead)
    yield from (f"`#[{name}]` removed" for name in old.kept - new.kept)
    lost_tests = old.tests - new.tests
    if lost_tests.total() > (new.tests - old.tests).total():
        yield from (f"test `{name}` removed" for name in lost_tests)
    yield from _weakened(old, new)


def _weakened(old: Marks, new: Marks) -> Iterator[str]:
    lost, gained = old.assertions - new.assertions, new.assertions - old.assertions
    for name in lost:
        if gained.total() < lost.total():
            yield f"`{name}!` removed"
        elif any(other.startswith("debug_") or other.endswith("_ne") for other in gained):
            yield f"`{name}!` turned into `{next(iter(gained))}!`"
    changed, instead = old.expected - new.expected, new.expected - old.expected
    if changed and instead and not lost:
        yield f"an assertion expects another value: {next(iter(changed))} became {next(iter(instead))}"


def _cut_short(files: dict[str, bytes]) -> Counter[str]:
    """Jumps that stand before other statements of their block."""
    found: Counter[str] = Counter()
    for source in files.values():
        for block in descendants(parse_tree(source).root_node):
            if block.type != "block":
                continue
            for child in [each for each in block.named_children if not each.is_extra][:-1]:
                inner = child.named_children[0] if child.type == "expression_statement" else child
                if inner.type in _JUMPS:
                    found[" ".join((inner.text or b"").decode("utf-8", "replace").split())] += 1
    return found
