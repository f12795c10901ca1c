"""Values of one type where another is wanted, calls with too few arguments, and types that nothing decides."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, called, listed, short
from engine.rust.tree import text_of

_NUMBER = re.compile(r"([iuf])(8|16|32|64|128|size)$")
_PAIR = re.compile(r"expected (?:type )?`?([^`\n]+?)`?, found (?:type )?`?([^`\n]+?)`?(?=$|\n| \()")
_COUNT = re.compile(r"takes (\d+) (?:\w+ )?arguments? but (\d+) (?:\w+ )?arguments? (?:was|were) supplied")
_MISSING = re.compile(r"argument #(\d+) of type `([^`]+)` is missing")
_OPEN_ENDED = {
    "collect": "`collect` gathers into any collection, and so says nothing of which",
    "parse": "`parse` reads into any type that can be read from text",
    "into": "`into` converts into any type that takes it",
    "sum": "`sum` adds up into any type that can",
    "product": "`product` multiplies into any type that can",
    "default": "`default` exists for many types",
    "None": "`None` alone does not say of what",
}


@reader("E0308")
def tell_mismatch(scene: Scene) -> Account | None:
    """Expected and found types from the primary label, who expects from the other labels."""
    pair = _PAIR.search(scene.label("expected") or scene.said)
    if pair is None:
        return None
    wanted, got = (_named(part) for part in pair.groups())
    if _is_return_type(scene):
        return _no_tail(scene, wanted, got)
    value = scene.code(scene.primary)
    meaning = f"{f'`{value}`' if value else 'the value'} is {got}, but {wanted} is wanted there"
    return Account(meaning, tuple(_who_expects(scene)), _rule(pair[1], pair[2]))


def _is_return_type(scene: Scene) -> bool:
    """Whether the finding is about what a function promises, and so about a body that does not give it."""
    written = scene.function.child_by_field_name("return_type") if scene.function is not None else None
    span = scene.primary
    return written is not None and span is not None and written.start_byte <= span.byte_start < written.end_byte


def _no_tail(scene: Scene, wanted: str, got: str) -> Account:
    """A body whose last expression is none: because a semicolon ends it, or because nothing is there."""
    meaning = f"{scene.place} promises {wanted}, and its body gives {got}"
    body = scene.function.child_by_field_name("body") if scene.function is not None else None
    statements = [each for each in body.named_children if not each.is_extra] if body is not None else []
    last = short(text_of(statements[-1])) if statements else ""
    because = []
    if last.endswith(";"):
        because.append(f"Its last line, `{last}`, ends with a semicolon, so the value there is dropped")
    elif last:
        because.append(f"It ends with `{last}`, which gives no value")
    return Account(
        meaning, tuple(because), "a block gives its last expression, and one that ends with a semicolon gives `()`"
    )


@reader("E0277", "E0608")
def tell_index(scene: Scene) -> Account | None:
    """Something that is indexed by what does not index it, or cannot be indexed at all."""
    named = re.search(r"the type `([^`]+)` cannot be indexed by `([^`]+)`", scene.found.message)
    place = scene.around(scene.here, "index_expression")
    if place is None or (named is None and scene.found.code != "E0608"):
        return None
    code = short(text_of(place))
    if named is None:
        return Account(
            f"{scene.place} indexes `{code}`: {scene.found.message}", (), "only slices, maps and the like have `[]`"
        )
    meaning = f"{scene.place} indexes `{code}` by a `{named[2]}`, and `{named[1]}` takes no such index"
    hint = scene.label("slice indices", "the trait", "indices are")
    because = (f"The compiler adds: {hint}",) if hint else ()
    return Account(meaning, because, "a list is indexed by `usize` or by a range of it, whatever number fits")


def _named(type_text: str) -> str:
    """`u32` in backticks with an article; what the compiler says in words stays words."""
    text = type_text.strip()
    return text if " " in text and "<" not in text and "&" not in text else f"{_article(text)} `{text}`"


def _article(text: str) -> str:
    return "an" if text[:1] in "aeiAEIO" and not text.startswith("u") else "a"


def _who_expects(scene: Scene) -> list[str]:
    because = []
    for span in scene.spans(
        "expected due to", "arguments to this", "expected because", "implicitly returns", "this is"
    ):
        code = scene.code(span)
        if "expected due to" in (span.label or "") and code:
            because.append(f"The `{code}` that is written on {scene.at(span)} asks for it")
        elif "arguments to this" in (span.label or "") and code:
            because.append(f"It is handed to `{code}` as an argument{_declared(scene, code)}")
        elif "expected because" in (span.label or "") and code:
            because.append(f"`{code}` on {scene.at(span)} decides that")
    beside = scene.here.parent if scene.here is not None else None
    if beside is not None and beside.type == "binary_expression":
        operator = text_of(beside.child_by_field_name("operator"))
        does = "compares" if operator in ("==", "!=", "<", "<=", ">", ">=") else "works on"
        because.append(
            f"`{short(text_of(beside))}` {does} two values, and `{operator}` wants them of types that go together"
        )
    returned = scene.span("because of return type")
    if returned is not None and scene.function_name:
        because.append(f"`{scene.function_name}` says that it returns `{scene.code(returned) or scene.returns}`")
    return because


def _declared(scene: Scene, name: str) -> str:
    span = scene.noted("defined here")
    if span is None:
        return ""
    return f", and {scene.at(span)} declares `{scene.line(span).rstrip('{ ')}`"


def _rule(wanted: str, got: str) -> str:
    numbers = _NUMBER.fullmatch(wanted.strip()), _NUMBER.fullmatch(got.strip())
    if all(numbers):
        return "Rust never turns one number type into another by itself, every conversion is written down" + _widening(
            got.strip(), wanted.strip()
        )
    if wanted.lstrip("&").strip() == got.lstrip("&").strip() or f"&{got}" == wanted or f"&{wanted}" == got:
        return "a reference and the value behind it are two types, and only method calls look through by themselves"
    if "Option<" in wanted or "Result<" in wanted or "Option<" in got or "Result<" in got:
        return "a value that may be absent or failed has a type of its own, and is wrapped and unwrapped in plain sight"
    return "a value has exactly one type, and Rust converts it only where somebody writes so"


def _widening(got: str, wanted: str) -> str:
    one, other = _NUMBER.fullmatch(got), _NUMBER.fullmatch(wanted)
    if one and other and one[1] == other[1] and one[2] != "size" != other[2] and int(one[2]) < int(other[2]):
        return f"; every `{got}` has its place in `{wanted}`, so widening it is safe"
    return ""


@reader("E0061", "E0057")
def tell_arguments(scene: Scene) -> Account | None:
    """How many arguments are wanted and given, and which parameter the missing one is."""
    counted = _COUNT.search(scene.found.message)
    if counted is None:
        return None
    wanted, given = counted.groups()
    call = scene.around(scene.here, "call_expression")
    name = called(call) if call is not None else short(scene.code(scene.primary))
    plural = "s" * (wanted != "1")
    meaning = f"`{name}` takes {wanted} argument{plural}, and {scene.place} calls it with {given}"
    span = scene.noted("defined here")
    because = [f"{scene.at(span)} declares it: `{scene.line(span).rstrip('{ ')}`"] if span else []
    missing = _MISSING.search(scene.said)
    if missing:
        parameter = _parameter(scene, name, int(missing[1]))
        because.append(f"What the call lacks is {f'`{parameter}`' if parameter else f'a `{missing[2]}`'}")
    elif unexpected := scene.label("unexpected argument"):
        because.append(f"There is an {unexpected}")
    rule = "a call names every parameter of a function, as Rust has neither optional parameters nor overloading"
    return Account(meaning, tuple(because), rule)


def _parameter(scene: Scene, name: str, number: int) -> str:
    """The text of a function's parameter, counted from 1 without `self`; "" where it cannot be told."""
    for definition in scene.definitions(name, "function"):
        item = scene.item(definition)
        parameters = item.child_by_field_name("parameters") if item is not None else None
        written = [each for each in parameters.named_children if each.type == "parameter"] if parameters else []
        if number <= len(written):
            return short(text_of(written[number - 1]))
    return ""


@reader("E0282", "E0283", "E0284")
def tell_undecided(scene: Scene) -> Account | None:
    """What is bound or called without its type being settled, and where it must be known."""
    let = scene.around(scene.here, "let_declaration")
    name = text_of(let.child_by_field_name("pattern")) if let is not None else scene.code(scene.primary)
    if not name:
        return None
    value = let.child_by_field_name("value") if let is not None else scene.around(scene.here, "call_expression")
    last = called(value) if value is not None and value.type == "call_expression" else text_of(value)
    because = []
    if last in _OPEN_ENDED:
        because.append(_OPEN_ENDED[last])
    known = scene.span("must be known")
    if known is not None:
        because.append(f"By {scene.at(known)}, `{scene.line(known)}`, the type has to be settled")
    meaning = f"nothing tells what type `{short(name)}` has, so it cannot be inferred"
    rule = (
        "inference needs one place that fixes the type: an annotation such as `let names: Vec<_>`, a turbofish, "
        "or a use that takes one type only"
    )
    return Account(meaning, tuple(because), rule)


@reader("E0277")
def tell_question_mark(scene: Scene) -> Account | None:
    """`?` where the function gives something else than what it passes on."""
    if "`?`" not in scene.found.message:
        return None
    tried = scene.around(scene.here, "try_expression")
    value = tried.named_children[0] if tried is not None and tried.named_children else None
    name = called(value) if value is not None and value.type == "call_expression" else short(text_of(value))
    gives = scene.returns
    both = re.search(r"on `(Result|Option)`s, not `(Result|Option)`s", scene.found.message)
    if both:
        meaning = f"`{name}` gives {_article(both[2])} `{both[2]}`, and `?` passes on its like only"
        because = [f"`{scene.function_name}` returns `{gives}`, so the `{both[2]}` has to become a `{both[1]}` first"]
        if both[2] == "Option":
            because.append("A `None` carries no error, so somebody has to say which one it stands for")
        return Account(meaning, tuple(because), "`?` hands a failure to the caller in the caller's own terms")
    if gives:
        converts = re.search(
            r"`([^`]+)`.*? to `([^`]+)`|`?From<([^`>]+)>`? is not implemented for `([^`]+)`", scene.said
        )
        detail = f"; {converts[0]}" if converts else ""
        meaning = f"`?` after `{name}` cannot hand its failure on to `{gives}`{detail}"
        return Account(meaning, (), "`?` converts the error with `From` and returns it from the function around it")
    meaning = f"`?` after `{name}` leaves the function with a failure, and `{scene.function_name}` returns nothing"
    return Account(meaning, (), "`?` is only of use where the function returns a `Result` or an `Option`")


@reader("E0277")
def tell_bound(scene: Scene) -> Account | None:
    """A trait that a type must have: who asks for it, and which parts of the type lack it too."""
    needed = re.search(r"the trait bound `([^`]+?): ([^`]+)` is not satisfied", scene.found.message)
    short_form = re.search(r"the trait `([^`]+)` is not implemented for `([^`]+)`", scene.said)
    if needed:
        kind, trait = needed[1], needed[2]
    elif short_form:
        trait, kind = short_form.groups()
    else:
        return None
    because = []
    if asked := scene.match(r"required by (?:a bound in|this bound in) `([^`]+)`"):
        because.append(f"It is `{_plain(asked[1])}` that asks for it, in `{scene.line(scene.primary)}`")
    plain = re.sub(r"<.*", "", kind.lstrip("&")).rsplit("::", 1)[-1]
    definition = scene.definition(plain)
    if definition is not None and definition.symbol.kind in ("struct", "enum"):
        because.append(f"`{plain}` is declared at {definition.path}:{definition.symbol.line} without it")
        if lacking := _parts_without(scene, plain, trait.split("<")[0]):
            because.append(f"A derive asks it of every field as well, and {listed(lacking)} lacks it so far")
    meaning = f"{scene.place} needs `{kind}` to implement `{trait}`, and it does not"
    rule = "a generic function may use of a type only what its bounds promise, so the type must keep that promise"
    return Account(meaning, tuple(part for part in because if part), rule)


def _plain(path: str) -> str:
    return re.sub(r"::<[^<>]*>", "", path)


def _parts_without(scene: Scene, name: str, trait: str) -> list[str]:
    """The crate's own types among the fields of a type that do not derive or implement a trait."""
    definition = scene.definition(name)
    item = scene.item(definition) if definition is not None else None
    lacking = []
    for node in scene.site.inside(item, "type_identifier"):
        part = text_of(node)
        known = scene.definition(part) if part != name else None
        if known is not None and known.symbol.kind in ("struct", "enum") and not _has(scene, part, trait):
            lacking.append(part)
    return list(dict.fromkeys(lacking))


def _has(scene: Scene, name: str, trait: str) -> bool:
    """Whether the crate derives or implements a trait for one of its types."""
    pattern = re.compile(
        rf"#\[derive\([^)]*\b{re.escape(trait)}\b[^)]*\)\](?:\s*#\[[^\]]*\])*\s*(?:pub(?:\([^)]*\))?\s+)?"
        rf"(?:struct|enum|union)\s+{re.escape(name)}\b|\bimpl\b[^{{;]*\b{re.escape(trait)}\b[^{{;]*\bfor\s+"
        rf"{re.escape(name)}\b"
    )
    return any(pattern.search(source.decode("utf-8", "replace")) for _, source in scene.sources())
