import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.corpus.licences.expressions import both, choose, identifiers, normalise
from engine.corpus.licences.policy import PERMISSIVE, rank, rule, terms_of
from engine.errors import CorpusError

NAMES = st.sampled_from(["MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-only", "MPL-2.0", "Zlib", "CC-BY-SA-4.0"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.builds(
        lambda parts, word: "(" + f" {word} ".join(parts) + ")",
        st.lists(inner, min_size=2, max_size=3),
        st.sampled_from(["AND", "OR"]),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("Apache-2.0 / MIT", "Apache-2.0 OR MIT"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("LGPL-2.1", "LGPL-2.1-only"),
        ("Apache 2.0", "Apache-2.0"),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
    ],
)
def test_one_licence_has_one_spelling(written: str, meant: str) -> None:
    assert normalise(written) == meant


@pytest.mark.parametrize("written", ["", "   ", "Proprietary", "see LICENSE", "MIT, Apache-2.0", "MIT OR", "x" * 2000])
def test_what_spdx_has_no_name_for_is_refused(written: str) -> None:
    with pytest.raises(CorpusError):
        normalise(written)


@settings(deadline=None)
@given(EXPRESSIONS)
def test_normalising_twice_changes_nothing(written: str) -> None:
    once = normalise(written)
    assert normalise(once) == once
    assert set(identifiers(once)) == set(identifiers(written))


@settings(deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_asking_for_both_is_never_looser_than_either(first: str, second: str) -> None:
    whole = both(first, second)
    assert whole is not None
    order = ["permissive", "share-alike", "weak-copyleft", "strong-copyleft", "unknown"]
    strictest = max(order.index(rule(first).terms), order.index(rule(second).terms))
    assert order.index(rule(whole).terms) == strictest


@settings(deadline=None)
@given(EXPRESSIONS)
def test_the_chosen_licences_satisfy_the_expression(written: str) -> None:
    from license_expression import get_spdx_licensing

    chosen = set(choose(written, rank))
    tree = get_spdx_licensing().parse(written)
    given_names = {symbol: (tree.TRUE if symbol.render() in chosen else tree.FALSE) for symbol in tree.symbols}
    assert tree.subs(given_names, simplify=True) == tree.TRUE


def test_an_or_is_taken_by_its_permissive_branch_and_the_one_with_fewer_duties() -> None:
    assert rule("GPL-3.0-only OR Apache-2.0").chosen == ("Apache-2.0",)
    assert rule("Apache-2.0 OR MIT").chosen == ("MIT",)
    assert rule("(MIT OR GPL-2.0-only) AND (BSD-3-Clause OR Apache-2.0)").chosen == ("MIT", "BSD-3-Clause")


@pytest.mark.parametrize(
    ("licence", "terms"),
    [
        ("MPL-2.0", "weak-copyleft"),
        ("LGPL-3.0-or-later", "weak-copyleft"),
        ("AGPL-3.0-only", "strong-copyleft"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "strong-copyleft"),
        ("CC-BY-SA-4.0", "share-alike"),
        ("CC-BY-NC-4.0", "unknown"),
        ("BUSL-1.1", "strong-copyleft"),
        ("Apache-2.0 WITH LLVM-exception", "permissive"),
    ],
)
def test_terms(licence: str, terms: str) -> None:
    assert terms_of(licence) == terms


def test_every_licence_of_the_policy_is_one_that_spdx_knows() -> None:
    for name in PERMISSIVE:
        assert normalise(name) == name
