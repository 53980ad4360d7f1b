"""Garbled passages and blanks to be filled in are kept and warned of; ordinary words are not."""

import pytest

from covenants.parsing import parse_text

from .written_texts import written_texts


def warnings_of(sentence, code):
    rules = parse_text(f"松林村村规民约\n第一条 守法。\n第二条 {sentence}\n第三条 和睦。")
    assert rules.articles[1].text == sentence
    return [(w.code, w.line) for w in rules.warnings if w.code == code]


@pytest.mark.parametrize(
    "passage",
    [
        "村民应当互相帮助".encode().decode("gb18030"),
        "共同遵守本村规民约".encode().decode("gb18030", errors="replace"),
        "村民应当互相帮助".encode().decode("latin-1").replace("\x85", "…"),
        "\ufffd\ufffd\ufffd",
        "锟斤拷锟斤拷",
        "烫烫烫烫",
        "????????",
        "村民????应当互助",
    ],
)
def test_a_garbled_passage_is_reported(passage):
    rules = parse_text(f"松林村村规民约\n第一条 守法。\n第二条 大家说，{passage}，就这样。")
    assert ("garbled_text", 3) in [(w.code, w.line) for w in rules.warnings]


@pytest.mark.parametrize(
    "blank",
    [
        "XX村", "××村", "ＸＸ镇", "X村", "某某担任会长", "____桌", "＿＿＿元", "20XX年", "（  ）元",
        "****年**月**日", "  年  月  日起", "□□□□", "不超过    元",
    ],
)  # fmt: skip
def test_a_blank_to_be_filled_in_is_reported(blank):
    sentence = f"本约由{blank}执行。"
    assert warnings_of(sentence, "placeholder") == [("placeholder", 3)]


@pytest.mark.parametrize(
    "sentence",
    [
        "烟≤20元/盒，酒≤50元/瓶。",
        "每天8:00—20:00开放，长×宽不小于2×3米。",
        "𥔲嘉镇脿田村的村民会议每年召开一次。",
        "爱护鸡、猪、牛、羊；管好沟、塘、坝、渠？管好！",
        "不在背后议论别人的事。",
        "会议纪要写明年月日、参加人数。",
        "选用 Excel、XML 表格登记，WiFi 密码不外传。",
        "本约按（一）（二）两项执行。",
        "café 与 naïve 都是外来词。",
        "于2023年5月12日通过。",
        "村里的鐘楼、闸門由专人看管，涓涓细流也要珍惜。",
    ],
)
def test_ordinary_words_are_not_reported(sentence):
    assert warnings_of(sentence, "garbled_text") == []
    assert warnings_of(sentence, "placeholder") == []


def test_a_run_of_lines_is_reported_once():
    garbled = "\n".join(["锟斤拷锟斤拷。"] * 5)
    rules = parse_text(f"松林村村规民约\n第一条 守法。\n{garbled}\n第二条 和睦。\n第三条 锟斤拷。")
    found = [(w.line, w.message) for w in rules.warnings if w.code == "garbled_text"]
    assert [line for line, _ in found] == [3, 9]
    assert "第 3 至 7 行" in found[0][1]


def test_every_warning_has_a_code_a_chinese_message_and_its_line():
    for case in written_texts():
        lines = case.text.count("\n") + 1
        for warning in parse_text(case.text).warnings:
            assert warning.code.isidentifier()
            assert warning.code == warning.code.lower()
            assert f"第 {warning.line} " in warning.message
            assert warning.message.endswith("。")
            assert 1 <= warning.line <= lines
