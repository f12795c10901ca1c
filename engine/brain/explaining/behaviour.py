"""Tests that fail: what they assert, which functions of the crate they go through, and what no change can give them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed, short
from engine.rust.tree import ITEM_KINDS, ancestors, base_name, descendants, node_at, parse_tree, text_of
from engine.schema.diagnostic import Tool

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.schema.patch import Edit

_NETWORK = frozenset(
    (
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "ToSocketAddrs",
        "UnixStream",
        "reqwest",
        "ureq",
        "hyper",
        "curl",
        "isahc",
    )
)
_ASSERTS = ("assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq")
_DEPTH = 4
_SHORT_BODY = 160
_WHOLE = frozenset(f"{sign}{size}" for sign in "iu" for size in (8, 16, 32, 64, 128, "size"))
_RULE = "a test says what the code is for: where both part, one of them is wrong, and a test is not bent to please code"
_COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}

Functions = dict[str, tuple[str, "Node"]]


@reader("")
def tell_red_test(scene: Scene) -> Account | None:
    """The failing test by name, its assertion, and the functions it goes through, down to what they compute."""
    if scene.found.tool is not Tool.TEST:
        return None
    name = scene.found.message.removeprefix("test ").removesuffix(" fails").rsplit("::", 1)[-1]
    functions = functions_of(scene)
    path, test = functions.get(name, ("", None))
    if test is None:
        return Account(f"the test `{name}` fails, and I do not find where it is written", (), _RULE)
    claims = list(_claims(test))
    where = f"{path}:{test.start_point.row + 1}"
    wish = f" (“{name.replace('_', ' ')}”, {where})" if "_" in name else f" ({where})"
    meaning = f"the code compiles, but the test `{name}`{wish} does not find what it asserts"
    because = [f"It asserts `{claims[0]}`"] if claims else []
    on_its_way = reached(functions, test)
    if hosts := _network(functions, on_its_way):
        because.append(f"It goes through `{hosts[0]}`, which opens a network connection ({listed(hosts[1:])})")
        rule = "a test should depend on nothing but the code, or be marked as one that needs more"
        question = (
            "may this test be left out where there is no network? No change of the code can bring the server here"
        )
        return Account(meaning, tuple(because), rule, question)
    if rival := _rival(functions, name, test):
        other, opposite = rival
        because.append(f"The test `{other}` begins just so, and asserts the opposite: {opposite}")
        question = (
            f"which of both tests is right, `{name}` or `{other}`? They contradict each other: no code pleases both"
        )
        return Account(meaning, tuple(because), _RULE, question)
    because += list(_changed(scene, functions)) if scene.candidate is not None else list(_suspects(functions, test))
    return Account(meaning, tuple(because), _RULE)


def functions_of(scene: Scene) -> Functions:
    """The crate's functions by name with their file; of several of one name, the first one."""
    found: Functions = {}
    for path, source in scene.sources():
        for node in descendants(parse_tree(source).root_node):
            if node.type == "function_item":
                found.setdefault(text_of(node.child_by_field_name("name")), (path, node))
    return found


def _claims(test: Node) -> Iterator[str]:
    for node in descendants(test):
        if node.type == "macro_invocation" and text_of(node.child_by_field_name("macro")) in _ASSERTS:
            yield short(text_of(node), 100)


def _calls(node: Node) -> list[str]:
    """The names a body calls, in macro arguments too, in order."""
    return list(dict.fromkeys(re.findall(r"(\w+)\s*(?:::<[^>]*>)?\(", text_of(node))))


def reached(functions: Functions, test: Node) -> list[str]:
    """The crate's functions that a test calls, and those that they call, nearest first; names are not resolved."""
    seen: dict[str, None] = {}
    layer = [test]
    for _ in range(_DEPTH):
        names = [name for node in layer for name in _calls(node) if name in functions and name not in seen]
        fresh = [name for name in dict.fromkeys(names) if functions[name][1] != test]
        seen.update(dict.fromkeys(fresh))
        layer = [functions[name][1] for name in fresh]
    return list(seen)


def _network(functions: Functions, names: list[str]) -> list[str]:
    """The first function on the way that names something of the network, and what it names."""
    for name in names:
        words = set(re.findall(r"\w+", text_of(functions[name][1])))
        if used := sorted(words & _NETWORK):
            return [name, *used]
    return []


def _rival(functions: Functions, name: str, test: Node) -> tuple[str, str] | None:
    """Another test that makes the same thing in the same way and asserts of it what excludes this test's assertion."""
    mine, verdicts = _steps(test), _verdicts(test)
    for other, (_, node) in functions.items():
        if other == name or not is_test(node):
            continue
        theirs = _steps(node)
        common = next(
            (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
        )
        for subject, claim in _verdicts(node).items():
            if common and subject in verdicts and verdicts[subject] != claim and _told_by(subject, mine[:common], test):
                return other, f"`{subject}` is to be `{claim}` there, and `{verdicts[subject]}` here"
    return None


def _told_by(subject: str, common: list[str], test: Node) -> bool:
    """Whether everything that comes before an assertion in a test is what both tests share."""
    before = text_of(test).split(subject, 1)[0]
    done = [step for step in _steps(test) if step in "".join(before.split())]
    return done == common[: len(done)] and bool(done)


def is_test(node: Node) -> bool:
    """Whether a function carries a `test` attribute."""
    before = node.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment"):
        if before.type == "attribute_item" and re.search(r"\btest\b", text_of(before)):
            return True
        before = before.prev_named_sibling
    return False


def _steps(test: Node) -> list[str]:
    """What a test does besides asserting, statement by statement, without layout."""
    body = test.child_by_field_name("body")
    statements = [each for each in body.named_children if not each.is_extra] if body is not None else []
    return ["".join(text_of(each).split()) for each in statements if "assert" not in text_of(each)]


def _verdicts(test: Node) -> dict[str, str]:
    """What a test asserts of which expression: `assert_eq!(a, b)` gives a → b, `assert!(a)` gives a → true."""
    found: dict[str, str] = {}
    for node in descendants(test):
        if node.type != "macro_invocation":
            continue
        macro = text_of(node.child_by_field_name("macro"))
        inner = " ".join(text_of(node).split("!", 1)[-1].strip()[1:-1].split())
        if macro == "assert_eq":
            left, right = _halves(inner)
            found[left] = right
        elif macro == "assert":
            found[inner.lstrip("!").strip()] = "false" if inner.startswith("!") else "true"
    return found


def _halves(text: str) -> tuple[str, str]:
    """Splits at the first comma outside brackets and strings."""
    depth, quoted = 0, False
    for at, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += (sign in "([{") - (sign in ")]}")
            if sign == "," and not depth:
                return text[:at].strip(), text[at + 1 :].strip().rstrip(",").strip()
    return text.strip(), ""


def _suspects(functions: Functions, test: Node) -> Iterator[str]:
    """The functions behind the first assertion, and what the deepest ones with a short body compute."""
    claim = next(
        (node for node in descendants(test) if node.type == "macro_invocation" and "assert" in text_of(node)), test
    )
    asserted = reached(functions, claim)
    names = list(dict.fromkeys([*asserted, *reached(functions, test)]))
    if not names:
        return
    yield f"On its way {'is' if len(names) == 1 else 'are'} {listed(names, 6)}"
    bodies = [(name, _body(functions[name][1])) for name in asserted or names]
    told = [_computed(functions[name], name, body) for name, body in bodies if 0 < len(body) <= _SHORT_BODY]
    if told:
        yield "; ".join(told[-2:])
    if mixed := next((found for name in names if (found := _alike(name, functions[name][1]))), ""):
        yield mixed


def _body(function: Node) -> str:
    return " ".join(text_of(function.child_by_field_name("body")).split()).removeprefix("{").removesuffix("}").strip()


def _computed(function: tuple[str, Node], name: str, body: str) -> str:
    path, node = function
    doc = doc_of(node)
    words = f", and says of itself “{doc}”" if doc else ""
    whole = text_of(node.child_by_field_name("return_type")) in _WHOLE and re.search(r"[\w)] / [\w(]", body)
    loss = ", where `/` on whole numbers rounds down" if whole else ""
    return f"`{name}` ({path}:{node.start_point.row + 1}) computes `{body}`{loss}{words}"


def _alike(name: str, node: Node) -> str:
    """That two parameters of a function are of one type, so that no compiler notices when they change places."""
    parameters = node.child_by_field_name("parameters")
    seen: dict[str, str] = {}
    for each in parameters.named_children if parameters is not None else ():
        kind, own = text_of(each.child_by_field_name("type")), text_of(each.child_by_field_name("pattern"))
        if each.type == "parameter" and kind in seen:
            both = f"`{seen[kind]}` and `{own}`, both `{kind}`"
            return f"`{name}` takes {both}: their order is nothing that the compiler checks"
        seen[kind] = own
    return ""


def doc_of(node: Node) -> str:
    """The first line of an item's documentation, "" without."""
    lines: list[str] = []
    before = node.prev_named_sibling
    while before is not None and before.type in ("line_comment", "attribute_item"):
        if text_of(before).startswith("///"):
            lines.insert(0, text_of(before).removeprefix("///").strip())
        before = before.prev_named_sibling
    return lines[0].rstrip(".") if lines else ""


def _changed(scene: Scene, functions: Functions) -> Iterator[str]:
    """What the functions that the change mends say of themselves, and what kind of slip it mends."""
    edits = scene.candidate.edits if scene.candidate is not None else ()
    told: dict[str, None] = {}
    for edit in edits:
        source = scene.context.read(edit.path) or b""
        around = next(
            (each for each in ancestors(node_at(source, edit.byte_start)) if each.type == "function_item"), None
        )
        if around is None:
            continue
        name, doc = text_of(around.child_by_field_name("name")), doc_of(around)
        told.setdefault(
            f"What is wrong is in `{_owned(around, name)}`" + (f", which says of itself “{doc}”" if doc else "")
        )
    yield from list(told)[:1]
    slips = list(dict.fromkeys(_slips(scene, edits, functions)))
    # Where names change their places, that is the slip, and each single name only a part of it.
    yield from sorted(slips, key=lambda slip: "another order" not in slip)[:1]


def _owned(node: Node, name: str) -> str:
    holder = next((each for each in ancestors(node) if each.type == "impl_item"), None)
    return f"{base_name(holder.child_by_field_name('type'))}::{name}" if holder is not None else name


def _slips(scene: Scene, edits: tuple[Edit, ...], functions: Functions) -> Iterator[str]:
    """The kind of slip an edit mends, where its words before and after tell: a comparison, an order, a number."""
    for edit in edits:
        source = scene.context.read(edit.path) or b""
        whole = _grown(source, edit)
        was, now = (re.findall(r"[<>=!]=?|\w+|\S", text) for text in whole)
        lost, gained = Counter(was) - Counter(now), Counter(now) - Counter(was)
        if not lost and not gained and was != now:
            yield _swapped(scene, source, edit, functions)
        elif len(lost) == len(gained) == 1:
            one, other = next(iter(lost)), next(iter(gained))
            if _COMPARISONS.get(one) == other:
                strict, wide = (one, other) if "=" not in one else (other, one)
                yield (
                    f"`{wide}` counts the end itself, `{strict}` is exclusive: the difference is what happens where "
                    "both sides are equal, where two things only touch"
                )
            elif (one, other) == ("/", "div_ceil"):
                yield "`/` on whole numbers rounds down and loses the remainder, `div_ceil` rounds up"
            elif {one, other} == {"==", "!="}:
                yield f"`{one}` where `{other}` belongs turns the condition into its opposite"
            elif one.isidentifier() and other.isidentifier():
                yield _parameter(scene, source, edit, functions) or f"`{one}` stands where `{other}` belongs"


def _grown(source: bytes, edit: Edit) -> tuple[str, str]:
    """An edit's texts grown to whole words and operators."""
    before, after = source[: edit.byte_start], source[edit.byte_end :]
    left = re.search(rb"(?:\w+|[<>=!]+)$", before)
    right = re.match(rb"(?:\w+|[<>=!]+)", after)
    head = left[0].decode("utf-8", "replace") if left else ""
    tail = right[0].decode("utf-8", "replace") if right else ""
    return head + edit.before + tail, head + edit.after + tail


def _swapped(scene: Scene, source: bytes, edit: Edit, functions: Functions) -> str:
    declared = _callee(source, edit, functions)
    if declared:
        return f"The same names in another order: they were swapped in the call, which asks for {declared}"
    return "The same words in another order: they were swapped"


def _parameter(scene: Scene, source: bytes, edit: Edit, functions: Functions) -> str:
    declared = _callee(source, edit, functions)
    return f"The call hands over the wrong one of two values of one type; it asks for {declared}" if declared else ""


def _callee(source: bytes, edit: Edit, functions: Functions) -> str:
    """The head of the crate's function whose arguments an edit changes."""
    for each in ancestors(node_at(source, edit.byte_start, max(edit.byte_start, edit.byte_end))):
        if each.type in ITEM_KINDS:
            return ""
        if each.type == "call_expression":
            name = re.split(r"\W", text_of(each.child_by_field_name("function")))[-1]
            if name in functions:
                head = " ".join(text_of(functions[name][1]).split("{", 1)[0].split())
                return f"`{short(head, 100)}`"
    return ""
