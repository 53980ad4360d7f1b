"""Twice the text may cost about twice the work: steps are counted, not seconds."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from covenants.parsing import parse_text

ROOT = Path(__file__).resolve().parents[3]
CPU_SECONDS = 120
SHAPES = {
    "unbroken text": "村民应当",
    "ordinals": "第",
    "ordinals and blanks": "第        ",
    "numerals": "一",
    "labels": "（一）",
    "closing marks": "）",
    "numbers": "1. 2. ",
    "articles on a line": "第一条甲。第二条乙。",
    "items on a line": "：（一）甲；（二）乙；",
    "references": "《法》第二十七条规定",
    "dates": "2023年5月1日通过。",
    "blanks": "甲         ",
    "short lines": "第一条 甲\n",
    "wrapped lines": "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申\n",
    "nested items": "（一）甲\n1.乙\n（1）丙\n①丁\n",
    "signatures": "松林村村民委员会\n",
    "contents": "目录\n第一章 甲\n",
    "documents": "松林村村规民约\n第一条 甲。\n第二条 乙。\n",
    "attachments": "附件1\n云台镇松林村\n红白理事会章程\n一、甲。\n二、乙。\n",
    "running lines": "松林村民委员会编印\n村民应当爱护公物，\n",
    "page numbers inside": "村民 - 1 - 应当第1页共2页",
    "garbled": "鏉戞皯搴斿綋",
    "broken": "\ufffd锟斤拷",
    "fill-ins": "____年__月（  ）X村",
    "glued names": "环境卫生第一条甲。",
    "names on lines": "社会治安\n第一条 甲。\n",
    "misnumbered": "第一条甲。第九条乙。第三条 丙。",
    "yi and chinese": "ꋍꑌꀕ 第一条 甲。\n",
    "bare numbers": "1 甲\n2 乙\n",
    "two styles": "1、甲：\n1.乙；\n2.丙。\n",
    "verse": "爱祖国 守法纪 敬老人\n",
    "paragraphs after items": "第一条 甲：\n（一）乙；\n丙。\n",
    "double spaced": "村民应当自觉遵守本村规民约互相监督互相\n\n",
    "unfinished articles": "第一条 依照《组织法》\n",
    "notices": "首页 > 公开\n来源：本站\n- 1 -\n",
    "letters and bullets": "：A.甲；B.乙；●丙；●丁",
    "quotes": "”’）",
    "half stops": "甲.1.乙.2.",
    "headings": "\u3000\u3000\u3000\u3000婚丧喜庆\n第一条 甲。\n",
    "headings alone": "\u3000\u3000\u3000\u3000婚丧喜庆\n",
}
ON_ONE_LINE = (
    "unbroken text",
    "ordinals and blanks",
    "labels",
    "articles on a line",
    "items on a line",
    "references",
    "page numbers inside",
    "glued names",
    "letters and bullets",
    "quotes",
)


def steps(text):
    """Python lines executed while parsing."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse_text(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_steps_grow_with_the_length(shape):
    once = steps(shape * 200)
    twice = steps(shape * 400)
    assert twice <= 2.2 * once + 2000


def test_a_million_characters_on_one_line_are_parsed():
    """Regular expressions do their work unseen by a tracer: a runaway one is stopped here."""
    script = (
        "import sys\n"
        "from covenants.parsing import parse_text\n"
        "for shape in sys.argv[1:]:\n"
        "    text = (shape * 1_000_000)[:1_000_000]\n"
        "    rules = parse_text(text)\n"
        "    assert rules.chapters or rules.unplaced\n"
    )
    shapes = [SHAPES[name] for name in ON_ONE_LINE]
    subprocess.run(
        [sys.executable, "-c", script, *shapes],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "site")},
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS)),
    )
