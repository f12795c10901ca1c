"""What can be read of a program's items: functions, types, traits and what implements what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.rust.tree import ancestors, base_name, descendants, item_name, text_of, used_names

if TYPE_CHECKING:
    from tree_sitter import Node

Finding = tuple[str, str, "Node", str]

_FOREIGN_TYPES = frozenset(["Vec", "String", "Option", "Result", "Box", "HashMap"])
_FOREIGN_TRAITS = frozenset(
    ["Drop", "Copy", "Clone", "Iterator", "Default", "Send", "Sync", "Debug", "Display", "From"]
)
_OWNING = re.compile(r"\b(String|Vec|Box|Rc|Arc|HashMap)\b|&\s*(?:'\w+\s+)?mut\b")


@dataclass
class Items:
    """The items of a file by name. ``parameters`` and ``fields`` are those of names that are there only once.

    ``members`` are what a trait asks for and offers: name → (kind, has a body).
    """

    names: set[str] = field(default_factory=set)
    globs: bool = False
    macros: bool = False
    unsafe: set[str] = field(default_factory=set)
    parameters: dict[str, int] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)
    unions: set[str] = field(default_factory=set)
    variants: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=dict)
    implemented: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: Node) -> Items:
        """Reads them from the tree."""
        items, counted = cls(), Counter[str]()
        for node in descendants(root):
            items._take(node)
            if node.type in ("function_item", "function_signature_item", "struct_item", "enum_item", "trait_item"):
                counted[item_name(node)] += 1
        for name, count in counted.items():
            if count > 1:
                for known in (items.parameters, items.fields, items.variants, items.members):
                    known.pop(name, None)
        return items

    def is_union(self, name: str) -> bool:
        """Whether that is a union, of which one field is enough."""
        return name in self.unions

    def _take(self, node: Node) -> None:
        match node.type:
            case "use_declaration":
                for name, _ in used_names(node):
                    self.globs = self.globs or name.endswith("*")
                    self.names.add(name)
            case "macro_definition":
                self.macros = True
            case "function_item" | "function_signature_item":
                self._take_function(node)
            case "struct_item" | "union_item":
                name, body = item_name(node), node.child_by_field_name("body")
                self.names.add(name)
                self.types.add(name)
                if node.type == "union_item":
                    self.unions.add(name)
                if body is not None and body.type == "field_declaration_list":
                    kept = [each for each in body.named_children if each.type == "field_declaration"]
                    self.fields[name] = [text_of(each.child_by_field_name("name")) for each in kept]
            case "enum_item":
                name, body = item_name(node), node.child_by_field_name("body")
                self.names.add(name)
                self.types.add(name)
                kept = [each for each in body.named_children if each.type == "enum_variant"] if body else []
                self.variants[name] = [text_of(each.child_by_field_name("name")) for each in kept]
            case "trait_item":
                body = node.child_by_field_name("body")
                self.members[item_name(node)] = (
                    {item_name(each): (_kind(each), _is_given(each)) for each in body.named_children if _kind(each)}
                    if body is not None
                    else {}
                )
            case "impl_item":
                self.implemented.add(base_name(node.child_by_field_name("trait")))
            case "const_item" | "static_item" | "mod_item" | "type_item" | "extern_crate_declaration":
                self.names.add(item_name(node))
            case _:
                pass

    def _take_function(self, node: Node) -> None:
        name = item_name(node)
        self.names.add(name)
        modifiers = text_of(next((child for child in node.children if child.type == "function_modifiers"), None))
        around = next((each for each in ancestors(node.parent) if each.type in ("impl_item", "trait_item")), None)
        foreign = any(each.type == "foreign_mod_item" for each in ancestors(node))
        if around is None:
            if "unsafe" in modifiers or foreign:
                self.unsafe.add(name)
            parameters = node.child_by_field_name("parameters")
            kinds = [child.type for child in parameters.children] if parameters is not None else []
            if not foreign and "variadic_parameter" not in kinds:
                self.parameters[name] = kinds.count("parameter")


def item_findings(root: Node, items: Items) -> Iterator[Finding]:
    """What is wrong with the items themselves, in the order the compiler looks: names, then types, then traits."""
    for node in descendants(root):
        if any(around.type == "macro_definition" for around in ancestors(node)):
            continue
        match node.type:
            case "source_file" | "block" | "declaration_list":
                yield from _doubles(node)
            case "parameters":
                yield from _double_names(node, "parameter", "pattern", "E0415", "double parameter")
            case "type_parameters":
                yield from _double_generics(node)
            case "field_declaration_list":
                yield from _double_names(node, "field_declaration", "name", "E0124", "double field")
            case "enum_variant_list":
                yield from _double_names(node, "enum_variant", "name", "E0428", "double variant")
            case "struct_item" | "enum_item":
                yield from _lifetimes_of_fields(node)
                yield from _endless(node)
                yield from _copies(node, items)
                yield from _unused_generics(node)
            case "function_item" | "function_signature_item":
                yield from _lifetimes_of(node)
            case "impl_item":
                yield from _implementation(node, items)
            case _:
                pass


def _doubles(holder: Node) -> Iterator[Finding]:
    """Two items of one kind of name in one place; in an implementation, two members."""
    seen: set[tuple[bool, str]] = set()
    member = holder.parent is not None and holder.parent.type == "impl_item"
    for node in holder.named_children:
        value = node.type in ("function_item", "const_item", "static_item")
        if value or node.type in ("struct_item", "enum_item", "trait_item", "type_item", "union_item", "mod_item"):
            name = item_name(node)
            if name != "_" and (value, name) in seen and not _is_conditional(node):
                yield (
                    "double item",
                    "E0592" if member and not _trait_of(holder) else "E0201" if member else "E0428",
                    node,
                    (f"`{name}` is defined twice"),
                )
            seen.add((value, name))


def _trait_of(holder: Node) -> bool:
    return holder.parent is not None and holder.parent.child_by_field_name("trait") is not None


def _double_names(holder: Node, kind: str, part: str, code: str, rule: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in holder.named_children:
        named = node.child_by_field_name(part) if node.type == kind else None
        if named is not None and named.type in ("identifier", "field_identifier"):
            name = text_of(named)
            if name in seen and not _is_conditional(node):
                yield rule, code, node, f"`{name}` is there twice"
            seen.add(name)


def _is_conditional(node: Node) -> bool:
    """Whether `cfg` stands before it: then two of a name are none too many."""
    before = node.prev_named_sibling
    return before is not None and before.type == "attribute_item" and "cfg" in text_of(before)


def _double_generics(holder: Node) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in holder.named_children:
        name = _generic_name(node)
        if name in ("'static", "'_"):
            yield "reserved lifetime", "E0262", node, f"{name} is no name to give"
        if name and name in seen:
            yield "double generic", "E0403", node, f"`{name}` is there twice"
        seen.add(name)


def _generic_name(node: Node) -> str:
    named = node.child_by_field_name("name")
    return text_of(named) if named is not None else text_of(node).split(":")[0].strip()


def _generics(node: Node) -> set[str]:
    """The generic names that are known at a node: of everything around it, and of `for<'a>`."""
    known = {"'static", "'_"}
    for around in ancestors(node):
        for child in around.children:
            if child.type in ("type_parameters", "for_lifetimes"):
                known |= {_generic_name(each) for each in child.named_children}
    return known


def _lifetimes_of_fields(node: Node) -> Iterator[Finding]:
    for each in descendants(node.child_by_field_name("body") or node):
        if each.type == "reference_type" and not any(child.type == "lifetime" for child in each.children):
            if not any(around.type == "function_type" for around in ancestors(each)):
                yield "missing lifetime", "E0106", each, "a reference in a type has no lifetime"
        elif each.type == "lifetime" and text_of(each) not in _generics(each):
            yield "unknown lifetime", "E0261", each, f"{text_of(each)} is not declared"


def _lifetimes_of(function: Node) -> Iterator[Finding]:
    """A lifetime nobody declared, and a borrowed result of which nothing says what it is borrowed from."""
    parameters, result = function.child_by_field_name("parameters"), function.child_by_field_name("return_type")
    for part in (parameters, result):
        for each in descendants(part) if part is not None else ():
            if each.type == "lifetime" and text_of(each) not in _generics(each):
                yield "unknown lifetime", "E0261", each, f"{text_of(each)} is not declared"
    if result is None or parameters is None:
        return
    taken = text_of(parameters)
    sources = len(re.findall(r"&|'\w+|\bdyn\b|\bimpl\b|<", taken))
    borrowed = [each for each in descendants(result) if each.type == "reference_type"]
    for each in borrowed:
        bare = not any(child.type == "lifetime" for child in each.children)
        inside = any(around.type in ("function_type", "bounded_type") for around in ancestors(each))
        if (
            bare
            and not inside
            and "self" not in taken
            and (sources == 0 or (taken.count("&") > 1 and "<" not in taken))
        ):
            yield "missing lifetime", "E0106", each, "nothing says what the result is borrowed from"


def _endless(node: Node) -> Iterator[Finding]:
    """A type that holds itself, with nothing between."""
    name, body = item_name(node), node.child_by_field_name("body")
    for each in descendants(body) if body is not None else ():
        if each.type == "type_identifier" and text_of(each) == name:
            around = [text_of(up.child_by_field_name("type")) for up in ancestors(each) if up.type == "generic_type"]
            held = any(up.type in ("reference_type", "pointer_type", "function_type") for up in ancestors(each))
            if not held and all(outer in ("Option", "", name) for outer in around):
                yield "endless type", "E0072", node, f"`{name}` holds itself, with nothing between"
                return


def _copies(node: Node, items: Items) -> Iterator[Finding]:
    derived = _derived(node)
    if "Copy" in derived and _OWNING.search(text_of(node.child_by_field_name("body"))):
        yield "copy of what owns", "E0204", node, "it is to be copied and holds what cannot be"


def _derived(node: Node) -> str:
    before, said = node.prev_named_sibling, ""
    while before is not None and before.type == "attribute_item":
        said += text_of(before)
        before = before.prev_named_sibling
    return said if "derive" in said else ""


def _unused_generics(node: Node) -> Iterator[Finding]:
    generics, body = node.child_by_field_name("type_parameters"), node.child_by_field_name("body")
    for each in generics.named_children if generics is not None else ():
        name = _generic_name(each)
        used = text_of(body) if body is not None else ""
        if each.type != "const_parameter" and name and not re.search(rf"{re.escape(name)}\b", used):
            yield "unused generic", "E0392", each, f"`{name}` is never used"


def _implementation(node: Node, items: Items) -> Iterator[Finding]:
    """What an implementation lacks of its trait, has beyond it, or may not be at all."""
    trait, type_ = node.child_by_field_name("trait"), node.child_by_field_name("type")
    body = node.child_by_field_name("body")
    made = {item_name(each): _kind(each) for each in body.named_children if _kind(each)} if body is not None else {}
    name = base_name(trait)
    if trait is None:
        if type_ is not None and base_name(type_) in _FOREIGN_TYPES and base_name(type_) not in items.types:
            yield "foreign type", "E0116", node, f"`{base_name(type_)}` is defined elsewhere"
        elif type_ is not None and type_.type == "primitive_type":
            yield "foreign type", "E0390", node, f"`{text_of(type_)}` is the language's own"
        return
    if name in items.types:
        yield "not a trait", "E0404", node, f"`{name}` is a type and no trait"
    elif name in items.members:
        asked = items.members[name]
        for member, kind in made.items():
            if member not in asked:
                code = {"function": "E0407", "type": "E0437", "const": "E0438"}[kind]
                yield "not in the trait", code, node, f"`{name}` has no `{member}`"
        missing = [member for member, (_, given) in asked.items() if not given and member not in made]
        if missing and not items.macros:
            yield "missing in the trait", "E0046", node, f"`{missing[0]}` of `{name}` is missing"
    elif (
        name in _FOREIGN_TRAITS
        and type_ is not None
        and type_.type == "primitive_type"
        and trait.type != "generic_type"
    ):
        code = "E0120" if name == "Drop" else "E0117"
        yield "foreign on foreign", code, node, f"neither `{name}` nor `{text_of(type_)}` is of this crate"


def _kind(node: Node) -> str:
    match node.type:
        case "function_item" | "function_signature_item":
            return "function"
        case "associated_type" | "type_item":
            return "type"
        case "const_item":
            return "const"
        case _:
            return ""


def _is_given(node: Node) -> bool:
    match node.type:
        case "function_item":
            return True
        case "const_item":
            return node.child_by_field_name("value") is not None
        case _:
            return False
