"""A sealed text is found in whatever dress it comes, and code that has nothing to do with it is left alone."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.corpus.decontaminate.shapes import Shapes
from engine.corpus.decontaminate.step import Decontaminate, SealedPrint, parts_of, sealed_print
from engine.corpus.document import Document, Outcome
from engine.resources import shipped
from engine.rust.likeness import KEYWORDS, fingerprint
from engine.rust.tokens import tokens

_few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_FILES = sorted((shipped("data") / "golden").rglob("*.rs"))
_TEXTS = {path.as_posix(): path.read_bytes() for path in _FILES if fingerprint(path.read_bytes()).shingles >= 60}
_SEALED = [sealed_print(Path(name).parts[-3], Path(name).name, text) for name, text in _TEXTS.items()]
_some = st.sampled_from(sorted(_TEXTS.values()))


def _outcomes(step: Decontaminate, *contents: bytes, sample: object = None) -> list[Outcome]:
    held = None if sample is None else json.dumps(sample)
    family = "code" if sample is None else "teach"
    documents = [Document("crate:a", f"{at}.rs", body, family, held) for at, body in enumerate(contents)]  # type: ignore[arg-type]
    return list(step.run(documents, {}))


def _reasons(step: Decontaminate, *contents: bytes, sample: object = None) -> list[str]:
    return [
        outcome.verdicts[0].reason if outcome.verdicts else "" for outcome in _outcomes(step, *contents, sample=sample)
    ]


def _dressed(source: bytes, seed: int, *, renamed: bool) -> bytes:
    """The same program in another layout, with other comments and, if asked for, other names."""
    rng = random.Random(seed)
    names: dict[str, str] = {}
    out = []
    for token in tokens(source):
        if token.kind == "comment":
            continue
        text = token.text
        if renamed and token.kind == "word" and text not in KEYWORDS:
            text = names.setdefault(text, f"n{seed}_{len(names)}")
        out.append(text)
        out.append(rng.choice([" ", "\n", "\n\n    ", "  ", "\t", " /* aside */ ", " // note\n"]))
    return "".join(out).encode("utf-8", "surrogateescape")


@pytest.fixture(scope="module", params=["with texts", "prints alone"])
def step(request: pytest.FixtureRequest) -> Decontaminate:
    if request.param == "with texts":
        return Decontaminate(_SEALED)
    return Decontaminate([SealedPrint(one.case, one.path, one.fingerprint) for one in _SEALED])


@_few
@given(source=_some, seed=st.integers(0, 1000))
def test_a_sealed_text_is_found_in_another_layout_and_with_other_names(
    step: Decontaminate, source: bytes, seed: int
) -> None:
    relaid, renamed = _dressed(source, seed, renamed=False), _dressed(source, seed, renamed=True)
    assert _reasons(step, source, relaid, renamed) == ["sealed-exact", "sealed-normalised", "sealed-renamed"]


@_few
@given(source=_some, seed=st.integers(0, 1000))
def test_a_sealed_text_is_found_inside_a_longer_file(step: Decontaminate, source: bytes, seed: int) -> None:
    around = b"fn unrelated(count: usize) -> usize { count + 1 }\n" * 40
    assert _reasons(step, around + _dressed(source, seed, renamed=True) + around) == ["sealed-near"]


def test_the_verdict_names_the_case(step: Decontaminate) -> None:
    (outcome,) = _outcomes(step, _SEALED[0].text or b"")
    assert outcome.document is None
    (verdict,) = outcome.verdicts
    assert (verdict.step, verdict.action) == ("decontaminate", "drop")
    assert any(one.case in verdict.detail for one in _SEALED if one.text == _SEALED[0].text)


def test_a_sealed_text_is_found_in_a_sample(step: Decontaminate) -> None:
    code = _dressed(_SEALED[0].text or b"", 1, renamed=True)
    fenced = b"It's easy, isn't it? \"Look:\n\n```rust\n" + code + b"\n```\n\nAnd so on."
    hunk = b"--- a/x.rs\n+++ b/x.rs\n@@ -1,9 +1,9 @@\n-fn gone() {}\n" + b"\n".join(
        b"+" + line for line in code.split(b"\n")
    )
    teach = {"task": "teach"}
    assert _reasons(step, fenced, hunk, sample=teach)[0] in ("sealed-renamed", "sealed-near")
    assert _reasons(step, hunk, sample=teach)[0] in ("sealed-renamed", "sealed-near")
    hidden = {"files": [{"after": code.decode()}]}
    assert _reasons(step, b"a question about ownership", sample=hidden)[0] == "sealed-renamed"


def test_code_that_has_nothing_to_do_with_it_stays(step: Decontaminate) -> None:
    unrelated = [path.read_bytes() for path in sorted(Path(__file__).parents[3].glob("data/practice/**/*.rs"))[:60]]
    unrelated += [b"", b"fn main() {}", b"// nothing\n", b"pub mod a;\npub mod b;\n", b"use std::fmt;\n"]
    assert len(unrelated) > 10
    assert set(_reasons(step, *unrelated)) == {""}


def test_without_seals_everything_stays() -> None:
    assert _reasons(Decontaminate([]), b"fn main() {}", b"") == ["", ""]


def test_the_settings_hang_on_every_print() -> None:
    one, other = Decontaminate(_SEALED), Decontaminate(_SEALED[1:])
    assert one.settings() != other.settings()
    assert one.settings() == Decontaminate(_SEALED).settings()


@_few
@given(st.lists(_some, min_size=1, max_size=4), st.integers(0, 1000))
def test_shapes_suspect_every_copy(sources: Sequence[bytes], seed: int) -> None:
    known = Shapes(sources)
    assert known.suspects([_dressed(one, seed, renamed=True) for one in sources], 0.5).all()
    assert not known.suspects([b"", b"fn main() {}"], 0.5).any()


def test_a_code_file_is_looked_at_whole() -> None:
    assert list(parts_of(Document("crate:a", "a.rs", b"```\nfn a() {}\n```"))) == [b"```\nfn a() {}\n```"]
