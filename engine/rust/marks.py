"""Marks that make code pass without making it right: panics, `unsafe`, attributes that silence or switch off.

They are counted by the words of a file, so a file that does not parse is judged like any other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.rust.tokens import Token, tokens

PANICS = frozenset({"todo", "unimplemented", "unreachable", "panic"})
_ENDINGS = frozenset({"exit", "abort", "panic_any", "resume_unwind", "unreachable_unchecked"})
_SWALLOWING = frozenset({"stringify", "compile_error"})
ASSERTIONS = re.compile(r"(?:prop_|debug_)?assert(?:_\w+)?")
_TESTS = re.compile(r"(?:\w+::)*(?:test|rstest|test_case|quickcheck|wasm_bindgen_test|bench)\b")
_SILENCERS = ("allow", "expect")
_LEVELS = ("deny", "forbid", "warn")
_PROMISES = ("must_use", "deprecated", "non_exhaustive")


@dataclass
class Marks:
    """What one file carries, each thing counted."""

    panics: Counter[str] = field(default_factory=Counter)
    unsafe: int = 0
    silenced: Counter[str] = field(default_factory=Counter)
    switched: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    tests: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    assertions: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    dead: Counter[str] = field(default_factory=Counter)
    derives: Counter[str] = field(default_factory=Counter)

    def add(self, other: Marks) -> None:
        """Adds what another file carries."""
        self.unsafe += other.unsafe
        for name, counts in vars(other).items():
            if isinstance(counts, Counter):
                getattr(self, name).update(counts)


def marks_of(files: Mapping[str, bytes | None]) -> Marks:
    """The marks of a set of files together."""
    whole = Marks()
    for path, source in files.items():
        if source is not None and path.endswith(".rs"):
            whole.add(_marks(list(_words(source))))
    return whole


def _words(source: bytes) -> Iterator[Token]:
    """The words of a file without comments; where a string never ends, also those that it swallowed.

    A lost quote turns all text behind it inside out: what is code reads as string, and the other way round.
    """
    words = [token for token in tokens(source) if token.kind != "comment"]
    inside_out = any(token.kind == "broken" for token in words)
    for token in words:
        if inside_out and token.kind in ("string", "broken") and "\n" in token.text:
            yield from (each for each in tokens(token.text[1:].encode()) if each.kind != "comment")
        else:
            yield token


def _marks(words: list[Token]) -> Marks:
    marks = Marks()
    texts = [word.text for word in words]
    at = 0
    while at < len(texts):
        text = texts[at]
        after = texts[at + 1] if at + 1 < len(texts) else ""
        if text == "#" and after in ("[", "!"):
            start = at + (2 if after == "[" else 3)
            end = _closing(texts, start - 1)
            inner = texts[start - 1] == "["
            if inner:
                _attribute(marks, texts[start:end], texts, end + 1)
                at = end
        elif words[at].kind == "word" and after == "!" and texts[at + 2 : at + 3] and texts[at + 2] in ("(", "[", "{"):
            _macro(marks, text, words[at + 2 : _closing(texts, at + 2) + 1])
        elif text in _ENDINGS and after == "(":
            marks.panics[text] += 1
        elif text == "unsafe" and after != "extern" and (at == 0 or texts[at - 1] != "extern"):
            marks.unsafe += 1
        elif text in ("if", "while"):
            _condition(marks, texts[at : at + 5])
        elif text == "loop" and texts[at + 1 : at + 3] == ["{", "}"]:
            marks.dead["loop {}"] += 1
        at += 1
    return marks


def _closing(texts: list[str], opener: int) -> int:
    """The index of the delimiter that closes the one at ``opener``, or the last index."""
    depth = 0
    for at in range(opener, len(texts)):
        if texts[at] in ("(", "[", "{"):
            depth += 1
        elif texts[at] in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return at
    return len(texts) - 1


def _attribute(marks: Marks, inside: list[str], texts: list[str], following: int) -> None:
    name = inside[0] if inside else ""
    written = "".join(inside)
    if _TESTS.match(written):
        marks.tests[_next_function(texts, following)] += 1
    elif name == "derive":
        owner = _next_name(texts, following, ("struct", "enum", "union"))
        paths = "".join(inside[2:-1]).replace('"', "").split(",") if owner else []
        marks.derives.update(f"{path.rsplit('::', 1)[-1]} for {owner}" for path in paths if path)
    elif name in _SILENCERS:
        marks.silenced.update(f"{name}({lint})" for lint in _listed(inside))
    elif name == "cfg_attr":
        marks.switched[written] += 1
        for silencer in _SILENCERS:
            if silencer in inside:
                marks.silenced[f"{silencer} in {written}"] += 1
    elif name == "cfg":
        if written != "cfg(test)" or not _is_test_support(texts, following):
            marks.switched[written] += 1
    elif name in ("ignore", "should_panic"):
        marks.ignored[name] += 1
    elif name in _LEVELS:
        marks.kept.update(f"{name}({lint})" for lint in _listed(inside))
    elif name in _PROMISES:
        marks.kept[name] += 1


def _listed(inside: list[str]) -> list[str]:
    if inside[1:2] != ["("]:
        return []
    arguments = "".join(inside[2:-1]).split(",")
    return [argument for argument in arguments if argument and not argument.startswith("reason=")]


def _is_test_support(texts: list[str], at: int) -> bool:
    """`#[cfg(test)]` on a module or an import is how tests are written, not how code is hidden."""
    while texts[at : at + 2] == ["#", "["]:
        at = _closing(texts, at + 1) + 1
    return bool(texts[at : at + 1]) and (
        texts[at] == "use" or texts[at : at + 2] in (["mod", "tests"], ["mod", "test"])
    )


def _next_function(texts: list[str], at: int) -> str:
    return _next_name(texts, at, ("fn",))


def _next_name(texts: list[str], at: int, keywords: tuple[str, ...]) -> str:
    for here in range(at, min(at + 200, len(texts) - 1)):
        if texts[here] in keywords:
            return texts[here + 1]
    return ""


def _macro(marks: Marks, name: str, inside: list[Token]) -> None:
    if name in PANICS:
        marks.panics[f"{name}!"] += 1
    elif name in _SWALLOWING:
        marks.dead[f"{name}!"] += 1
    elif name == "cfg":
        marks.switched["cfg!" + "".join(token.text for token in inside)] += 1
    elif ASSERTIONS.fullmatch(name):
        marks.assertions[name] += 1
        marks.expected.update(_value(token) for token in inside if token.kind in ("number", "string", "char"))
        marks.expected.update(token.text for token in inside if token.text in ("true", "false"))
        if [token.text for token in inside[1:2]] == ["false"]:
            marks.panics[f"{name}!(false)"] += 1


def _value(token: Token) -> str:
    """A literal's value without its type: ``5``, ``5.0``, ``5_u8`` are one value, so are ``"a"`` and ``b"a"``."""
    if token.kind != "number":
        return token.text.lstrip("bcr#").rstrip("#")
    bare = token.text.replace("_", "")
    if not bare.startswith(("0x", "0b", "0o")):
        bare = re.sub(r"(?:[iu](?:8|16|32|64|128|size)|f32|f64)$", "", bare)
        bare = re.sub(r"\.0*$", "", bare)
    return bare


def _condition(marks: Marks, words: list[str]) -> None:
    plain = [word for word in words[1:] if word not in ("(", ")")]
    if plain[:2] in (["false", "{"], ["false", "&&"], ["!", "true"]):
        marks.dead[f"{words[0]} false"] += 1


def code_lines(source: bytes) -> list[str]:
    """The lines of a file without their comments and indentation, empty ones left out."""
    bare = bytearray(source)
    for token in tokens(source):
        if token.kind == "comment":
            for at in range(token.byte_start, token.byte_end):
                if bare[at] != 0x0A:
                    bare[at] = 0x20
    lines = (" ".join(line.split()) for line in bare.decode("utf-8", "replace").splitlines())
    return [line for line in lines if line]


def comment_lines(source: bytes) -> list[str]:
    """The lines of a file's comments without their marks."""
    found = []
    for token in tokens(source):
        if token.kind == "comment":
            text = token.text[2:].removesuffix("*/")
            lines = (" ".join(line.split()).lstrip("/*! ") for line in text.splitlines())
            found += [line for line in lines if line]
    return found
