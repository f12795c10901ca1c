"""Mismatched types: from what was found to what was expected, by the smallest conversion that fits.

E0308, and E0277 for operators and indices. The types are those of the compiler's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import is_expression, postfix, prefix
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import ancestors, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_INTEGERS = frozenset(["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"])
_NUMBERS = _INTEGERS | {"f32", "f64", "{integer}", "{float}", "integer", "floating-point number"}
_LABEL = re.compile(r"expected (.+?), found (.+)$")
_NOTED = re.compile(r"expected (?:[\w-]+ )+`([^`]+)`\s+found (?:[\w-]+ )+`([^`]+)`")
_WIDTH = {"u8": 8, "i8": 8, "u16": 16, "i16": 16, "u32": 32, "i32": 32, "u64": 64, "i64": 64, "u128": 128, "i128": 128}


def expected_and_found(site: Site) -> tuple[str, str]:
    """The two types of a mismatch: those of the label, else of the note, whose equal parts read `_`."""
    label = site.span.label if site.span else None
    if match := _LABEL.search(label or ""):
        return _bare(match[1]), _bare(match[2])
    for note in site.diagnostic.notes:
        if match := _NOTED.search(" ".join(note.message.split())):
            return match[1], match[2]
    return "", ""


def _bare(described: str) -> str:
    ticked = re.search(r"`([^`]+)`", described)
    return ticked[1] if ticked else described


def _generic(kind: str) -> tuple[str, str]:
    """``Option<Vec<u8>>`` → ("Option", "Vec<u8>"); paths lose their modules."""
    outer, _, inner = kind.partition("<")
    return outer.rsplit("::", 1)[-1], inner.removesuffix(">")


def _expression(site: Site) -> Node | None:
    node = site.node
    if node.type == "expression_statement":
        node = node.named_children[0]
    return node if is_expression(node) else None


def conversions(expected: str, found: str) -> Iterator[tuple[str, float]]:
    """Ways to write a found type as an expected one, as patterns with ``$`` for the expression, likeliest first.

    ``$`` alone stands for a postfix place (`$.into()`), ``&$`` and ``*$`` for a prefix.
    """
    outer, inner = _generic(expected)
    found_outer, found_inner = _generic(found)
    text = found.removeprefix("&'static ").removeprefix("&'_ ").removeprefix("&")
    if expected == "String" and text in {"str", "String", "char", "Cow<'_, str>", "bool"} | _NUMBERS:
        yield ("$.to_string()", 1.3)
    if expected == "String" and found in ("Vec<char>", "Vec<String>", "Vec<&str>"):
        yield ("$.into_iter().collect()" if "char" in found else '$.join(" ")', 0.5)
    if expected in ("&str", "&'static str") and text in ("String", "Cow<'_, str>"):
        yield ("&$", 1.1)
        yield ("$.as_str()", 1.0)
    if expected == "PathBuf":
        yield ("PathBuf::from($)", 1.0)
    if expected == "char" and found in ("&str", "&'static str", "str"):
        yield ("'$'", 1.2)
    if found == "char" and expected in ("&str", "&'static str"):
        yield ('"$"', 1.2)
    if outer == "Option":
        yield from _into_option(inner, found, found_outer, found_inner)
    if found_outer == "Option" and outer != "Option":
        yield from _out_of_option(expected, found_inner)
    if outer == "Result" and found_outer != "Result":
        yield ("Ok($)", 1.2)
        yield ("Err($)", 0.4)
        if found_outer == "Option":
            yield ('$.ok_or("nothing there")', 0.2)
    if outer == "Result" and found_outer == "Result":
        yield ("Ok($?)", 0.7)
        yield ("$.map_err(Into::into)", 0.6)
        yield ("$.map_err(|error| error.to_string())", 0.6)
    if found_outer == "Result" and outer != "Result":
        yield ("$?", 1.0)
        yield ("$.is_ok()", 1.0) if expected == "bool" else ("$.unwrap_or_default()", 0.3)
        yield ("$.ok()", 1.0) if outer == "Option" else ("$.unwrap()", 0.2)
    if outer in ("Box", "Rc", "Arc", "RefCell", "Cell", "Mutex", "RwLock") and found_outer != outer:
        yield (f"{outer}::new($)", 1.2)
    if outer in ("Rc", "Arc", "Box") and inner.startswith(("RefCell<", "Mutex<")) and found_outer != outer:
        yield (f"{outer}::new({_generic(inner)[0]}::new($))", 1.0)
    if outer == "Vec" and found.startswith("["):
        yield ("vec!$", 1.2)
        yield ("$.to_vec()", 0.8)
    if outer == "Vec" and text.startswith("["):
        yield ("$.to_vec()", 1.1)
    if re.match(
        r"(impl Iterator|Map|Filter|Iter|IntoIter|Rev|Enumerate|Chars|Zip|Take|Skip|Chain|Split|Lines|Cloned|"
        r"FilterMap|FlatMap|Keys|Values|Copied|Peekable|StepBy|TakeWhile|SkipWhile)\b",
        found_outer,
    ):
        yield ("$.collect()", 1.2)
        yield ("$.cloned().collect()", 0.6)
        yield ("$.count()", 0.8) if expected in _INTEGERS else ("$.collect::<Vec<_>>()", 0.4)
        if expected in _NUMBERS:
            yield ("$.sum()", 1.3)
            yield ("$.product()", 0.5)
        if outer == "Option":
            yield from ((f"$.{way}()", 0.9) for way in ("next", "last", "max", "min"))
    if expected in _INTEGERS and found in ("&str", "String", "&String"):
        yield (f"$.parse::<{expected}>().unwrap_or_default()", 0.15)
        yield ("$.len()", 0.5)
    if expected in _NUMBERS and found in _NUMBERS:
        yield from _numbers(expected, found)
    if expected == "usize" and re.match(r"&?(Vec|\[|HashMap|BTreeMap|HashSet|BTreeSet|VecDeque)", found):
        yield ("$.len()", 0.7)
    if expected == "bool" and found in _INTEGERS | {"integer", "{integer}"}:
        yield ("$ != 0", 1.0)
    if expected == "bool" and found_outer == "Option":
        yield ("$.is_some()", 1.2)
    if expected == "u8" and found == "char":
        yield ("$ as u8", 0.9)
    if expected == "char" and found == "u8":
        yield ("$ as char", 1.2)
    if expected in ("u32", "u64", "usize", "i32", "i64") and found == "char":
        yield (f"$ as {expected}", 0.8)
        yield (
            f"$.to_digit(10).unwrap_or(0) as {expected}" if expected != "u32" else "$.to_digit(10).unwrap_or(0)",
            0.3,
        )
    if expected.startswith("&mut "):
        yield ("&mut $", 1.2)
    elif expected.startswith("&") and not found.startswith("&"):
        yield ("&$", 1.2)
        yield ("$.as_ref()", 0.5)
    elif expected.startswith("&") and found.startswith("&&"):
        yield ("*$", 1.0)
    if found.startswith("&") and not expected.startswith("&"):
        # A star helps only where the same type lies behind the reference.
        same = found.lstrip("&").removeprefix("mut ") == expected or "_" in found or len(expected) == 1
        yield ("*$", 1.2) if same else ("*$", 0.2)
        yield ("$.clone()", 0.9) if same else ("$.clone()", 0.2)
        yield ("$.to_owned()", 0.8)
        if found.startswith("&&"):
            yield ("**$", 0.6)
    if found_outer in ("Box", "Rc", "Arc") and outer != found_outer:
        yield ("*$", 0.9)
        yield ("(*$).clone()", 0.6)
    if found == "()" and expected != "()":
        return
    if expected not in _NUMBERS | {"()", "bool"} or found not in _NUMBERS:
        yield ("$.into()", 0.5)


def _into_option(inner: str, found: str, found_outer: str, found_inner: str) -> Iterator[tuple[str, float]]:
    if found_outer == "Result":
        yield ("$.ok()", 1.3)
    elif found_outer != "Option":
        yield ("Some($)", 1.3)
        if found.startswith("&"):
            yield ("Some(*$)", 0.7)
            yield ("Some($.clone())", 0.8)
        if inner == "String":
            yield ("Some($.to_string())", 1.2)
    elif found_inner.startswith("&") and not inner.startswith("&"):
        yield ("$.cloned()", 1.2)
        yield ("$.copied()", 1.2)
    elif inner.startswith("&"):
        yield ("$.as_deref()" if inner == "&str" else "$.as_ref()", 1.2)
        yield ("$.as_mut()" if inner.startswith("&mut") else "$.as_deref()", 0.9)
    elif inner == "String":
        yield ("$.map(|text| text.to_string())", 1.0)
        yield ("$.map(String::from)", 0.9)
    if pair := re.fullmatch(r"\((.+), ([^,]+)\)", found_inner if found_outer == "Option" else ""):
        yield ("$.map(|(first, _)| first)", 1.0 if pair[1].strip() in (inner, "_") else 0.6)
        yield ("$.map(|(_, second)| second)", 1.0 if pair[2].strip() in (inner, "_") else 0.6)
    if found == "&Option" or found_outer == "&Option":
        yield ("$.as_ref()", 1.1)
        yield ("$.clone()", 1.1)


def _out_of_option(expected: str, inner: str) -> Iterator[tuple[str, float]]:
    outer = _generic(expected)[0]
    if outer == "Result":
        return
    if inner.startswith("&") and not expected.startswith("&"):
        yield ("$.copied().unwrap_or_default()", 0.5)
        yield ("$.cloned().unwrap_or_default()", 0.5)
        yield ("*$?", 0.6)
    yield ("$?", 0.9)
    yield ("$.unwrap_or_default()", 0.5)
    yield ("$.unwrap()", 0.3)


def _numbers(expected: str, found: str) -> Iterator[tuple[str, float]]:
    wider = _WIDTH.get(expected, 0) > _WIDTH.get(found, 999)
    if (wider and expected[0] == found[0]) or (wider and found[0] == "u"):
        yield (f"{expected}::from($)", 1.2)
    if expected in ("f32", "f64") and found in ("integer", "{integer}"):
        yield ("$.0", 1.3)
    if expected in _INTEGERS | {"f32", "f64"}:
        yield (f"$ as {expected}", 0.95)


def written(node: Node, pattern: str) -> str | None:
    """An expression written into a pattern of `conversions`; None where it does not fit."""
    text = text_of(node)
    match pattern:
        case "'$'":
            inner = text[1:-1]
            return f"'{inner}'" if node.type == "string_literal" and len(inner) == 1 and inner != "'" else None
        case '"$"':
            return f'"{text[1:-1]}"' if node.type == "char_literal" and text != "'\"'" else None
        case "vec!$":
            return f"vec!{text}" if node.type == "array_expression" else None
        case "$.0":
            return f"{text}.0" if node.type == "integer_literal" and text.isdigit() else None
    if pattern.startswith(("&mut ", "&", "*")) and pattern.rstrip("$") in ("&mut ", "&", "*", "**"):
        sign = pattern.rstrip("$")
        if sign == "&mut " and node.type == "reference_expression":
            return f"&mut {text_of(node.named_children[-1])}"
        if sign == "*" and node.type == "reference_expression":
            return text_of(node.named_children[-1])
        return prefix(node, sign)
    head, _, tail = pattern.partition("$")
    if not head and tail.startswith((".", "?")):
        # `&x.clone()` would clone and then borrow again.
        value = node.named_children[-1] if node.type == "reference_expression" and tail == ".clone()" else node
        return postfix(value, tail)
    if not head:
        return postfix(node, tail) if node.type != "binary_expression" else f"({text}){tail}"
    return f"{head}{text}{tail}" if head.endswith("(") else f"{head}{postfix(node, '')}{tail}"


@move("convert-what-was-found", "E0308", prior=0.6)
def convert_what_was_found(site: Site) -> Iterator[Fix]:
    """Converts an expression from the type it has to the one that is expected: borrow, clone, parse, wrap, cast."""
    node = _expression(site)
    expected, found = expected_and_found(site)
    if node is None or not expected or node.type in ("block", "match_expression", "if_expression"):
        return
    for pattern, weight in conversions(expected, found):
        text = written(node, pattern)
        if text is None:
            continue
        before = ""
        if node.parent is not None and node.parent.type == "shorthand_field_initializer":
            before = f"{text_of(node)}: "
        cost = (
            "A cast may cut the value off." if " as " in text and "as f" not in text and "as char" not in text else ""
        )
        yield Fix(
            f"Make it `{expected}`: `{' '.join(text.split())}`.",
            (site.swap(node, before + text),),
            f"here stands `{found}` where `{expected}` is expected",
            weight,
            cost,
        )


@move("change-the-written-type", "E0308", prior=0.3)
def change_the_written_type(site: Site) -> Iterator[Fix]:
    """Writes the type that is really there where the annotation or the return type says another."""
    expected, found = expected_and_found(site)
    if (
        "{" in found
        or not re.match(r"[&\w(\[]", found)
        or " " in found.split("<")[0].removeprefix("&mut ")
        or "_" in found
    ):
        return
    for span in site.labelled("expected due to this", "because of return type"):
        node = site.node_of(span)
        written = text_of(node)
        lifetime = re.match(r"&('\w+ )", written)
        if written == expected or (lifetime and written.replace(lifetime[1], "", 1) == expected):
            after = f"&{lifetime[1]}{found[1:]}" if lifetime and re.match(r"&(?!')", found) else found
            yield Fix(
                f"Write `{after}`, which is what it is.",
                (site.swap(node, after),),
                f"the annotation says `{expected}`, the value is `{found}`",
                trade_off="It changes what the signature promises." if "return" in (span.label or "") else "",
            )


@move("cast-the-operand", "E0277", "E0308", prior=0.55)
def cast_the_operand(site: Site) -> Iterator[Fix]:
    """Brings both sides of an operator to one number type, dereferences a side, or casts an index to `usize`."""
    if "cannot be indexed by" in site.diagnostic.message and site.ticked:
        if site.node.type in ("identifier", "field_expression", "call_expression", "binary_expression"):
            text = postfix(site.node, " as usize")
            yield Fix(f"Index with `usize`: `{text}`.", (site.swap(site.node, text),), "an index is a `usize`")
        return
    operation = site.around(site.node, "binary_expression", "compound_assignment_expr")
    if operation is None:
        return
    left, right = operation.child_by_field_name("left"), operation.child_by_field_name("right")
    match = re.search(r"`([&\w]+) \S+ ([&\w]+)`", site.said) or re.search(
        r"cannot \w+ `([^`]+)` (?:to|by|from) `([^`]+)`", site.diagnostic.message
    )
    if left is None or right is None or match is None:
        return
    one, other = match[1], match[2]
    if re.match(r"cannot (add|subtract)", site.diagnostic.message):
        pair = re.search(r"no implementation for `(.+?) [-+*/%]=? (.+)`", site.said)
        one, other = (pair[1], pair[2]) if pair else (other, one)
    for node, kind, wanted in ((right, other, one), (left, one, other)):
        bare, target = kind.lstrip("&"), wanted.lstrip("&")
        if node == left and operation.type == "compound_assignment_expr":
            continue
        statement = f"`{one}` and `{other}` do not go together"
        if kind.startswith("&"):
            yield Fix(f"Dereference `{text_of(node)}`.", (site.swap(node, prefix(node, "*")),), statement)
        elif bare.removeprefix("{").removesuffix("}") in _NUMBERS and target in _NUMBERS - {"{integer}", "{float}"}:
            if node.type == "integer_literal" and target.startswith("f"):
                yield Fix(f"Write `{text_of(node)}` as a float.", (site.insert(node.end_byte, ".0"),), statement, 1.4)
            else:
                text = postfix(node, f" as {target}")
                weight = 0.8 if node == left else 1.1
                yield Fix(
                    f"Cast to `{target}`: `{text}`.",
                    (site.swap(node, text),),
                    statement,
                    weight,
                    "A cast may cut the value off.",
                )
        elif kind.startswith("Option"):
            for call in ("?", ".unwrap_or_default()"):
                yield Fix(
                    f"Put `{call}` behind `{text_of(node)}`.", (site.swap(node, postfix(node, call)),), statement, 0.6
                )


@move("give-the-value-back", "E0308", prior=0.75)
def give_the_value_back(site: Site) -> Iterator[Fix]:
    """Removes the semicolon that makes a block's last expression a statement, or the one a unit block misses."""
    expected, found = expected_and_found(site)
    spans = [span for span in site.diagnostic.spans if "implicitly returns" in (span.label or "")]
    places = [site.node_of(span) for span in spans if span.file == site.path] + [site.node]
    if found == "()":
        for place in places:
            holder = next((each for each in ancestors(place) if each.type in ("function_item", "block")), None)
            block = (
                holder.child_by_field_name("body") if holder is not None and holder.type == "function_item" else holder
            )
            last = block.named_children[-1] if block is not None and block.named_children else None
            if last is not None and last.type == "expression_statement" and text_of(last).endswith(";"):
                yield Fix(
                    "Take the last semicolon away, so that the block gives its value.",
                    (site.edit(last.end_byte - 1, last.end_byte, ""),),
                    "the semicolon throws the value away",
                )
            if last is not None and last.type == "let_declaration":
                name = last.child_by_field_name("pattern")
                if name is not None and name.type == "identifier" and block is not None:
                    line = site.newline + site.indent(last.start_byte) + text_of(name)
                    yield Fix(
                        f"Give `{text_of(name)}` back.",
                        (site.insert(last.end_byte, line),),
                        "the value is computed and then dropped",
                        0.8,
                    )
    elif expected == "()":
        node = _expression(site)
        if node is not None and node.parent is not None and node.parent.type in ("block", "expression_statement"):
            yield Fix(
                "End it with a semicolon: nobody wants the value.",
                (site.insert(node.end_byte, ";"),),
                f"the block should give nothing and gives `{found}`",
                0.9,
            )
            yield Fix(
                "Return the value where it is computed.",
                (site.insert(node.start_byte, "return "), site.insert(node.end_byte, ";")),
                "an early result needs `return`",
                0.6,
            )
