"""Values that may stand where one is missing: what is in scope by name and by type, and the empty value of a type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.brain.moves.items import attributes_of, fields_of, items_named
from engine.brain.moves.move import Site
from engine.rust.scope import bindings_in_scope
from engine.rust.tree import ancestors, base_name, text_of

_INTEGERS = re.compile(r"[ui](?:8|16|32|64|128|size)")
_EMPTY = {
    "bool": "false",
    "char": "' '",
    "String": "String::new()",
    "()": "()",
    "PathBuf": "PathBuf::new()",
    "&str": '""',
}
_HOLDERS = {
    "Vec": "Vec::new()",
    "VecDeque": "VecDeque::new()",
    "HashMap": "HashMap::new()",
    "BTreeMap": "BTreeMap::new()",
    "HashSet": "HashSet::new()",
    "BTreeSet": "BTreeSet::new()",
    "BinaryHeap": "BinaryHeap::new()",
    "Option": "None",
    "PhantomData": "PhantomData",
}


def empty_value(site: Site, kind: str) -> str:
    """The value that says "nothing yet" of a type as it is written: 0, "", an empty collection; "" for none."""
    bare = re.sub(r"&'\w+ (?:mut )?", "&", kind.strip()).replace("'static ", "")
    if _INTEGERS.fullmatch(bare):
        return "0"
    if bare in ("f32", "f64"):
        return "0.0"
    if bare in _EMPTY:
        return _EMPTY[bare]
    name = bare.partition("<")[0].rsplit("::", 1)[-1]
    if name in _HOLDERS:
        return bare.partition("<")[0].removesuffix(name) + _HOLDERS[name]
    if name in ("Box", "Rc", "Arc", "Cell", "RefCell", "Mutex", "RwLock"):
        inner = empty_value(site, bare.partition("<")[2].removesuffix(">"))
        return f"{name}::new({inner})" if inner else ""
    return f"{name}::default()" if has_default(site, name) else ""


def has_default(site: Site, name: str) -> bool:
    """True for a type of this crate that derives or implements `Default`."""
    for _, item in items_named(site, name, "struct_item", "enum_item"):
        if any(re.search(r"derive\(.*\bDefault\b", text_of(each), re.DOTALL) for each in attributes_of(item)):
            return True
    return any(
        re.match(rf"(?:std::default::)?Default for {re.escape(name)}\b", rest)
        for path in site.context.index.files()
        for rest in _implemented(site.read(path))
    )


def _implemented(source: bytes | None) -> Iterator[str]:
    for found in re.finditer(rb"\bimpl\b(?:<[^{;]*?>)?\s+([^{;]+)", source or b""):
        yield " ".join(found[1].decode("utf-8", "replace").split())


def values(site: Site, at: int, name: str, kind: str) -> Iterator[tuple[str, float]]:
    """What could stand at a byte for something called ``name`` of the written type ``kind``, likeliest first.

    Each with a weight: 1 for what bears the name, less for what only has the type, little for an empty value.
    """
    wanted = kind.replace(" ", "")
    known = bindings_in_scope(site.source, at)
    locals_ = [each for each in known if each.kind in ("local", "parameter")]
    given: set[str] = set()
    for each in locals_:
        written = (each.type or "").replace(" ", "")
        if name and each.name == name and (not written or not wanted or written.lstrip("&") == wanted.lstrip("&")):
            sign = "&" if wanted.startswith("&") and written and not written.startswith("&") else ""
            given.add(each.name)
            yield sign + each.name, 1.0
    if name and any(each.kind == "self" for each in known):
        owner = next((a for a in ancestors(site.node) if a.type == "impl_item"), None)
        holder = base_name(owner.child_by_field_name("type")) if owner is not None else ""
        if any(name in fields_of(item) for _, item in items_named(site, holder, "struct_item")):
            yield f"self.{name}", 0.8
    for each in locals_:
        written = (each.type or "").replace(" ", "")
        if each.name not in given and wanted and written == wanted:
            yield each.name, 0.6
        elif each.name not in given and wanted.startswith("&") and "&" + written == wanted:
            yield f"&{each.name}", 0.5
    if wanted and (empty := empty_value(site, kind)):
        yield empty, 0.25
