"""explain: a code, and what it refuses."""

from __future__ import annotations

import shutil

import pytest

needs_cargo = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")


@needs_cargo
def test_a_code_is_explained_with_examples_and_chapters(rusta):
    done = rusta("explain", "e0502")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("E0502")
    assert "fn foo(a: &mut i32)" in done.stdout
    assert "\x1b" not in done.stdout


@needs_cargo
def test_a_code_that_no_compiler_knows_is_one_clear_line(rusta):
    done = rusta("explain", "E9999")
    assert done.returncode == 1
    assert done.stderr.startswith("rusta: ")
    assert "E9999" in done.stderr


def test_anything_else_is_usage(rusta):
    done = rusta("explain", "lifetimes")
    assert done.returncode == 2
    assert "FILE:LINE" in done.stderr


def test_a_file_that_is_not_there_is_one_clear_line(rusta):
    done = rusta("explain", "src/nowhere.rs:3")
    assert done.returncode == 1
    assert done.stderr.startswith("rusta: there is no file src/nowhere.rs\n")
