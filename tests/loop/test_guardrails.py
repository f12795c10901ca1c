"""Red lines: what counts as caused, what as unmasked, and how sure she must be."""

from engine.loop.guardrails import compare, deletions, threshold, too_wide
from engine.loop.policy import Policy
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.event import BlastRadius


def found(code: str | None, text: str, *, line: int = 1, package: str = "p", message: str = "wrong") -> Diagnostic:
    span = Span(
        file="src/lib.rs",
        byte_start=line * 10,
        byte_end=line * 10 + 5,
        line_start=line,
        line_end=line,
        column_start=1,
        column_end=6,
        primary=True,
        text=(text,),
    )
    return Diagnostic(
        id=f"{code}-{line}",
        tool=Tool.RUSTC,
        level=Level.ERROR,
        code=code,
        message=message,
        spans=(span,),
        package=package,
    )


MISMATCH = found("E0308", "let a: u8 = b;")


def test_a_diagnostic_that_moved_to_another_line_is_not_gone() -> None:
    outcome = compare(
        MISMATCH, [MISMATCH], [MISMATCH.model_copy(update={"spans": found("E0308", "let a: u8 = b;", line=9).spans})]
    )
    assert not outcome.gone
    assert outcome.caused == ()


def test_one_of_two_equal_findings_less_is_gone() -> None:
    twin = found("E0308", "let a: u8 = b;", line=5)
    outcome = compare(MISMATCH, [MISMATCH, twin], [twin])
    assert outcome.gone
    assert outcome.remaining == (twin,)


def test_a_new_error_of_the_same_phase_is_the_patchs_doing() -> None:
    other = found("E0277", "call(b);")
    assert compare(MISMATCH, [MISMATCH], [other]).caused == (other,)


def test_a_borrow_error_behind_a_type_error_was_only_hidden() -> None:
    hidden = found("E0502", "v.push(*a);")
    outcome = compare(MISMATCH, [MISMATCH], [hidden])
    assert outcome.caused == ()
    assert outcome.unmasked == (hidden,)


def test_an_error_in_a_package_that_was_not_reached_before_was_only_hidden() -> None:
    downstream = found("E0308", "take(b);", package="q")
    assert compare(MISMATCH, [MISMATCH], [downstream]).unmasked == (downstream,)


def test_several_files_need_more_confidence_than_one() -> None:
    policy = Policy()
    assert threshold(policy, ["a.rs"]) == 0.72
    assert threshold(policy, ["a.rs", "b.rs"]) == 0.85


def test_a_wide_blast_radius_is_named() -> None:
    policy = Policy()
    assert too_wide(policy, BlastRadius(files=("a",), references=3)) == ""
    assert "5 files" in too_wide(policy, BlastRadius(files=("a", "b", "c", "d", "e")))
    assert "201 users" in too_wide(policy, BlastRadius(files=("a",), references=201))


def test_silencing_counts_as_deletion_unless_the_mentor_permits_it() -> None:
    before: dict[str, bytes | None] = {"src/lib.rs": b"pub fn f() -> u8 {\n    g()\n}\n"}
    after: dict[str, bytes | None] = {"src/lib.rs": b"pub fn f() -> u8 {\n    todo!()\n}\n"}
    assert deletions(Policy(), before, after)
    assert deletions(Policy(allow=("deletion",)), before, after) == ()
