from engine.corpus.document import Document, LicenceFile, Origin, Outcome
from engine.corpus.licences.joined import LicenceStep
from engine.corpus.licences.texts import spdx_texts

GPL_HEADER = b"// SPDX-License-Identifier: GPL-3.0-or-later\n\nfn f() {}\n"


def text_of(name: str) -> str:
    return spdx_texts()[0][name]


def mit(path: str = "LICENSE-MIT", holder: str = "Ada Example") -> LicenceFile:
    return LicenceFile(path, f"Copyright (c) 2020 {holder}\n\n{text_of('MIT')}")


def judged(
    declared: str | None, *files: LicenceFile, path: str = "src/lib.rs", content: bytes = b"fn f() {}\n"
) -> Outcome:
    origin = Origin(
        "crate:a@1.0.0",
        "crates",
        "https://example.org/a",
        declared=declared,
        manifest="Cargo.toml",
        licence_files=files,
    )
    (outcome,) = LicenceStep().run([Document(origin.id, path, content)], {origin.id: origin})
    return outcome


def decision(outcome: Outcome) -> tuple[str, str]:
    (verdict,) = outcome.verdicts
    assert (outcome.document is not None) == (verdict.action == "keep")
    return verdict.action, verdict.reason


def test_a_slash_licence_keeps_with_both_kinds_of_evidence() -> None:
    outcome = judged("MIT/Apache-2.0", mit(), LicenceFile("LICENSE-APACHE", text_of("Apache-2.0")))
    assert decision(outcome) == ("keep", "manifest")
    document = outcome.document
    assert document is not None
    assert (document.spdx, document.chosen) == ("MIT OR Apache-2.0", ("MIT",))
    assert [(one.kind, one.expression) for one in document.evidence] == [
        ("manifest", "MIT OR Apache-2.0"),
        ("file", "Apache-2.0"),
        ("file", "MIT"),
    ]
    assert document.copyrights == ("Copyright (c) 2020 Ada Example",)


def test_a_gpl_header_in_an_mit_crate_is_isolated_as_a_contradiction() -> None:
    outcome = judged("MIT", mit(), content=GPL_HEADER)
    assert decision(outcome) == ("isolate", "contradiction")
    assert "GPL-3.0-or-later" in outcome.verdicts[0].detail


def test_a_header_that_contradicts_within_permissive_terms_is_kept_as_it_says() -> None:
    outcome = judged("MIT", mit(), content=b"// SPDX-License-Identifier: Apache-2.0\nfn f() {}\n")
    assert decision(outcome) == ("keep", "header")
    assert outcome.document is not None
    assert outcome.document.chosen == ("Apache-2.0",)
    assert "else MIT" in outcome.verdicts[0].detail


def test_an_mit_header_does_not_free_a_file_of_a_gpl_crate() -> None:
    content = b"// SPDX-License-Identifier: MIT\nfn f() {}\n"
    assert decision(judged("GPL-3.0-only", content=content)) == ("isolate", "contradiction")


def test_a_nested_gpl_licence_speaks_for_its_subtree_only() -> None:
    nested = LicenceFile("vendor/inner/COPYING", text_of("GPL-2.0-only"))
    assert decision(judged("MIT", mit(), nested, path="vendor/inner/src/a.rs")) == ("isolate", "contradiction")
    assert decision(judged("MIT", mit(), nested)) == ("keep", "manifest")


def test_a_nested_licence_that_nobody_knows_never_ships() -> None:
    nested = LicenceFile("third/LICENSE", "You may look at this, but not touch it.\n")
    assert decision(judged("MIT", mit(), nested, path="third/a.rs")) == ("quarantine", "unknown-licence")


def test_a_root_file_that_asks_for_more_is_added() -> None:
    outcome = judged("MIT", mit(), LicenceFile("LICENSE-BSD", text_of("BSD-3-Clause")))
    assert decision(outcome) == ("keep", "manifest-and-file")
    assert outcome.document is not None
    assert outcome.document.chosen == ("MIT", "BSD-3-Clause")
    gpl = LicenceFile("COPYING", text_of("GPL-3.0-only"))
    assert decision(judged("MIT", mit(), gpl)) == ("isolate", "contradiction")
    assert decision(judged("MIT OR GPL-3.0-only", mit(), gpl)) == ("keep", "manifest")


def test_without_a_manifest_licence_the_file_counts_and_without_both_nothing_ships() -> None:
    assert decision(judged(None, mit("LICENSE"))) == ("keep", "file")
    assert decision(judged(None)) == ("quarantine", "no-licence")
    assert decision(judged("non-standard", mit())) == ("quarantine", "unknown-licence")
    assert decision(judged(None, LicenceFile("LICENSE", "Mine.\n"))) == ("quarantine", "unknown-licence")


def test_copyleft_and_share_alike_are_isolated() -> None:
    assert decision(judged("MPL-2.0")) == ("isolate", "weak-copyleft")
    assert decision(judged("AGPL-3.0-only")) == ("isolate", "strong-copyleft")
    assert decision(judged("CC-BY-SA-4.0")) == ("isolate", "share-alike")
    assert decision(judged("BUSL-1.1")) == ("isolate", "strong-copyleft")


def test_evidence_spans_hold_what_was_read() -> None:
    outcome = judged("MIT", content=b"// caf\xc3\xa9\n// SPDX-License-Identifier: MIT OR Apache-2.0\n")
    assert outcome.document is not None
    header = outcome.document.evidence[1]
    assert outcome.document.content[header.start : header.end] == b"MIT OR Apache-2.0"
    assert header.sha256 == outcome.document.sha256
