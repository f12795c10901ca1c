from pathlib import Path

from engine.model.configuration import BEGIN, CONFIGS, END, MIDDLE, PREFIX, SUFFIX
from engine.train.objectives.byte_lm import LONGEST, holed, texts


def test_a_hole_stands_in_one_row_with_what_is_around_it(tmp_path: Path) -> None:
    shortest = min(config.context for config in CONFIGS.values())
    sources = {}
    for number in range(24):
        sources[f"c{number}"] = "".join(f"fn f{number}_{i}() -> u32 {{ {i} }}\n" for i in range(60)).encode()
        (tmp_path / f"c{number}").mkdir()
        (tmp_path / f"c{number}" / "lib.rs").write_bytes(sources[f"c{number}"])
    plain, filled = [], []
    for _, text in texts(tmp_path):
        symbols = list(text.symbols)
        if PREFIX not in symbols:
            plain.append(bytes(symbols[1:-1]))
            continue
        assert len(symbols) <= shortest
        before = bytes(symbols[2 : symbols.index(SUFFIX)])
        after = bytes(symbols[symbols.index(SUFFIX) + 1 : symbols.index(MIDDLE)])
        hole = bytes(symbols[symbols.index(MIDDLE) + 1 : -1])
        assert 1 <= len(hole) <= LONGEST
        filled.append(before + hole + after)
    assert plain
    assert filled
    assert sorted("".join(map(chr, b"".join(plain + filled)))) == sorted(map(chr, b"".join(sources.values())))
    assert all(any(stretch in source for source in sources.values()) for stretch in filled)


def test_a_text_of_one_byte_is_a_hole() -> None:
    assert holed(b"x", 7) == [BEGIN, PREFIX, SUFFIX, MIDDLE, *b"x", END]
