"""The written texts again in other widths, scripts and settings: the same labels come out."""

import re

import pytest

from covenants.parsing import parse_text

from .written_texts import characters, outline_of, texts_of, written_texts

CASES = {case.name: case for case in written_texts()}
HALF = str.maketrans("，；：（）？！", ",;:()?!")
FULL_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
TRADITIONAL = str.maketrans(
    "条节总则会议过规约组员红评赌实执释订发区镇县办与对违处备从时间单职责织页来导标题网览数点击审关",
    "條節總則會議過規約組員紅評賭實執釋訂發區鎮縣辦與對違處備從時間單職責織頁來導標題網覽數點擊審關",
)


def half_width(text):
    return text.translate(HALF)


def half_width_stops(text):
    return text.translate(HALF).replace("。", ".")


def full_width_digits(text):
    return text.translate(FULL_DIGITS)


def traditional(text):
    return text.translate(TRADITIONAL)


def indented(text):
    return "\n".join(f"　　{line}  " for line in text.split("\n"))


def windows(text):
    return text.replace("\n", "\r\n")


def double_spaced(text):
    return text.replace("\n", "\n\n")


def spaced_ordinals(text):
    return re.sub(r"第([一二三四五六七八九十]{1,3})([章条])", r"第 \1 \2 ", text)


VARIANTS = (
    half_width,
    half_width_stops,
    full_width_digits,
    traditional,
    indented,
    windows,
    double_spaced,
    spaced_ordinals,
)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", CASES)
def test_the_same_labels(name, variant):
    case = CASES[name]
    rules = parse_text(variant(case.text))
    expected = variant(case.outline)
    assert "".join(outline_of(rules).split()) == "".join(expected.split())
    assert sorted({warning.code for warning in rules.warnings}) == sorted(case.warnings)
    assert characters(texts_of(rules)) == characters([variant(case.text)])
