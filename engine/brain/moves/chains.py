"""Chains of methods with a link left out: iterate before mapping, collect before joining, unwrap before using.

E0599, E0277, E0369, E0609, E0605, E0606, E0608.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import postfix, receiver
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

# What slices and strings have and iterators do not.
_OF_SLICES = re.compile(
    "join|concat|sort|sort_by|sort_by_key|sort_unstable|contains|first|get|is_empty|windows|chunks|to_vec|iter|swap|reverse"
    "|dedup|binary_search|push|pop|extend|insert|remove|retain|starts_with|ends_with|iter_mut|split_at"
)
_ITERATORS = re.compile(
    r"\b(?:Map|Filter|FilterMap|Rev|Chars|CharIndices|Bytes|Lines|Split\w*|Enumerate|Zip|Take\w*|Skip\w*|Chain|Cloned"
    r"|Copied|Iter|IntoIter|IterMut|Peekable|StepBy|Flat\w+|Keys|Values|Drain|Windows|Chunks|Inspect|Scan)<"
)
# What iterators have, and neither slices nor strings.
_OF_ITERATORS = re.compile("next|nth|fold|all|any|by_ref|size_hint|count|step_by|next_back|try_fold|sum|product")
_COLLECTIONS = re.compile(r"`&*(?:mut )?(?:'\w+ )?(?:str|String|\[.*\]|(?:\w+::)*(?:Vec|VecDeque|\w+Map|\w+Set)<.*>)`")
_MAYBE = re.compile(r"`&?(?:mut )?(?:std::option::)?(Option|Result)<")


def _call(site: Site) -> tuple[Node, Node, Node] | None:
    """The call whose method the compiler points at, what it is called on, and the method's name."""
    call = site.around(site.node, "call_expression")
    value = receiver(call) if call is not None else None
    function = call.child_by_field_name("function") if call is not None else None
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    name = function.child_by_field_name("field") if function is not None else None
    return (call, value, name) if call is not None and value is not None and name is not None else None


@move("iterate-first", "E0599", "E0061", prior=0.75)
def iterate_first(site: Site) -> Iterator[Fix]:
    """Asks a collection or a string for an iterator before a method that only iterators have."""
    found = _call(site)
    if found is None:
        return
    _, value, name = found
    if site.diagnostic.code == "E0061":
        # `Ord::max` takes another value, `Iterator::max` none.
        if text_of(name) not in ("max", "min") or "0 arguments were supplied" not in site.diagnostic.message:
            return
    elif "is not an iterator" not in site.said and not (
        _OF_ITERATORS.fullmatch(text_of(name)) and _COLLECTIONS.search(site.diagnostic.message)
    ):
        return
    shown = " ".join(text_of(value).split())
    text = re.search(r"`&?(?:mut )?(?:'\w+ )?(?:str|String)`", site.said)
    ways = (".chars()", ".lines()", ".bytes()", ".split_whitespace()") if text else (".iter()", ".into_iter()")
    if text_of(name) == "for_each":
        ways = (*ways, ".iter_mut()")
    for place, way in enumerate(ways):
        yield Fix(
            f"Put `{way}` before `.{text_of(name)}()`.",
            (site.insert(value.end_byte, way),),
            f"`{shown}` is a collection, and `{text_of(name)}` belongs to iterators",
            1.0 - 0.25 * place,
        )


@move("collect-first", "E0599", prior=0.75)
def collect_first(site: Site) -> Iterator[Fix]:
    """Collects an iterator before a method that only slices have; counts it where its length is wanted."""
    found = _call(site)
    if found is None or not _ITERATORS.search(site.diagnostic.message):
        return
    call, value, name = found
    method = text_of(name)
    cause = f"an iterator has no `{method}`: its items are not there yet"
    if method == "len":
        yield Fix("Count the items instead.", (site.swap(name, "count"),), cause, 1.2)
    elif method in ("join", "concat"):
        arguments = text_of(call.child_by_field_name("arguments"))
        if arguments in ('("")', "()"):
            edit = site.edit(value.end_byte, call.end_byte, ".collect::<String>()")
            yield Fix("Collect into a `String`.", (edit,), cause, 1.1)
        yield Fix("Collect before joining.", (site.insert(value.end_byte, ".collect::<Vec<_>>()"),), cause)
    elif _OF_SLICES.fullmatch(method):
        yield Fix(
            f"Collect before `.{method}()`.",
            (site.insert(value.end_byte, ".collect::<Vec<_>>()"),),
            cause,
            0.8,
            "It allocates a `Vec`.",
        )


@move("open-the-option-first", "E0599", "E0624", "E0609", "E0369", "E0277", "E0608", prior=0.45)
def open_the_option_first(site: Site) -> Iterator[Fix]:
    """Takes the value out of an Option or a Result that is used as if it were the value itself."""
    kind = _MAYBE.search(site.diagnostic.message)
    place = _opened(site) if kind else None
    if kind is None or place is None:
        return
    function = site.around(site.node, "closure_expression", "function_item")
    returned = text_of(function.child_by_field_name("return_type")) if function is not None else ""
    shown = " ".join(text_of(place).split())
    cause = f"`{shown}` is {'an' if kind[1] == 'Option' else 'a'} `{kind[1]}`, not the value in it"
    if kind[1] in returned:
        yield Fix(f"Hand a missing `{shown}` on with `?`.", (site.swap(place, postfix(place, "?")),), cause, 1.4)
    for way, weight, trade_off in (
        (".unwrap_or_default()", 0.8, "Where there is none, the default is used silently."),
        (".unwrap()", 0.7, "It panics where there is none."),
        (".copied().unwrap_or_default()", 0.3, "Where there is none, the default is used silently."),
    ):
        yield Fix(
            f"Take the value out of `{shown}` with `{way}`.",
            (site.swap(place, postfix(place, way)),),
            cause,
            weight,
            trade_off,
        )


def _opened(site: Site) -> Node | None:
    """The expression that is an Option: what a method or field is taken of, or one side of an operator."""
    binary = site.node if site.node.type == "binary_expression" else site.node.parent
    if binary is not None and binary.type == "binary_expression":
        for side in ("left", "right"):
            node = binary.child_by_field_name(side)
            labels = [span.label or "" for span in site.secondary if node and span.byte_start == node.start_byte]
            if node is not None and any("Option<" in label or "Result<" in label for label in labels):
                return node
        side = "right" if re.search(r"`(?:Option|Result)<[^`]*` to|to `[^`]*`$", site.diagnostic.message) else "left"
        return binary.child_by_field_name("right" if site.diagnostic.code == "E0277" else side)
    field = site.around(site.node, "field_expression")
    return field.child_by_field_name("value") if field is not None else None


@move("order-floats-totally", "E0277", prior=0.85)
def order_floats_totally(site: Site) -> Iterator[Fix]:
    """Orders floating-point numbers by `total_cmp` where `Ord` is asked for, which they do not have."""
    found = _call(site)
    if found is None or not re.search(r"`&?f(?:32|64): (?:std::cmp::)?Ord`", site.said):
        return
    call, _, name = found
    method = text_of(name)
    by = {"sort": "sort_by", "sort_unstable": "sort_unstable_by", "max": "max_by", "min": "min_by"}.get(method)
    arguments = call.child_by_field_name("arguments")
    if by is None or arguments is None:
        return
    yield Fix(
        f"Use `{by}` with `total_cmp`.",
        (site.swap(name, by), site.swap(arguments, "(|a, b| a.total_cmp(b))")),
        "floating-point numbers have no total order of their own: NaN compares with nothing",
        trade_off="NaN sorts behind every number.",
    )


@move("reach-the-character", "E0277", "E0608", prior=0.55)
def reach_the_character(site: Site) -> Iterator[Fix]:
    """Reaches a character or byte of a string by its iterator, because a string has no index."""
    index = site.around(site.node, "index_expression")
    if index is None or not re.search(r"`(?:str|String)` cannot be indexed", site.said):
        return
    value, at = index.named_children[0], text_of(index.named_children[-1])
    shown = text_of(value)
    for way, weight in ((f".chars().nth({at}).unwrap()", 1.0), (f".as_bytes()[{at}]", 0.6)):
        yield Fix(
            f"Write `{shown}{way}`.",
            (site.swap(index, shown + way),),
            "the bytes of a string are not its characters, so it has no index",
            weight,
            "It walks the string from its start, and panics past its end." if "chars" in way else "It counts bytes.",
        )


@move("quote-it-as-the-other-does", "E0277", "E0308", prior=0.8)
def quote_it_as_the_other_does(site: Site) -> Iterator[Fix]:
    """Turns a character literal into a string literal, or the other way round, where the other side asks for it."""
    if "char" not in site.said or "str" not in site.said.lower():
        return
    for around in (site.node, site.node.parent):
        for literal in site.inside(around, "char_literal", "string_literal"):
            text = text_of(literal)
            inner = text[1:-1]
            if literal.type == "char_literal" and text.startswith("'"):
                after = '"' + inner.replace('"', '\\"').replace("\\'", "'") + '"'
            elif text.startswith('"') and re.fullmatch(r"[^\\]|\\.", inner):
                after = "'" + inner.replace("'", "\\'").replace('\\"', '"') + "'"
            else:
                continue
            yield Fix(f"Write `{after}`.", (site.swap(literal, after),), "a character is not a string")
        if around is not None and around.type == "binary_expression":
            return


@move("read-it-instead-of-casting", "E0605", "E0606", "E0604", prior=0.5)
def read_it_instead_of_casting(site: Site) -> Iterator[Fix]:
    """Converts by `parse`, `from` or a dereference what `as` cannot convert."""
    cast = site.around(site.node, "type_cast_expression")
    value = cast.child_by_field_name("value") if cast is not None else None
    kind = text_of(cast.child_by_field_name("type")) if cast is not None else ""
    if cast is None or value is None:
        return
    shown = text_of(value)
    cause = f"`as` converts between numbers only, and `{shown}` is none"
    if re.search(r"`&?(?:String|str|'static str)`", site.diagnostic.message):
        after = postfix(value, f".parse::<{kind}>().unwrap()")
        yield Fix(f"Parse `{shown}`.", (site.swap(cast, after),), cause, 1.0, "It panics on text that is no number.")
        return
    yield Fix(
        f"Convert with `{kind}::from`.",
        (site.swap(cast, f"{kind if kind.isidentifier() else f'<{kind}>'}::from({shown})"),),
        cause,
        0.7,
    )
    yield Fix("Convert with `.into()`.", (site.swap(cast, postfix(value, ".into()")),), cause, 0.5)
    yield Fix(f"Look behind the reference: `*{shown}`.", (site.insert(value.start_byte, "*"),), cause, 0.6)
