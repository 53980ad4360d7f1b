"""Sentences of an article that say to whom, or when, something is to be reported. No Django.

Only what the text says: nothing is put together or reworded.
"""

import re

from .choosing import Topic

_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_NO_REPORT = re.compile(
    r"报警|举报|报名|海报|回报|报酬|报刊|报销|报应|报复|报恩|报纸|报废|报告(?:办法|制度)|会议报告|虚报|谎报|报案|汇报工作"
    r"|结婚登记|登记结婚|登记(?:台账|造册)|不(?:用|必|需|需要)报"
)
_WHOM = (
    r"(?:本)?(?:村|组|小组|社区|居|理事|议事会|评议会|禁毒禁赌会|红白|管水员|水管员|护林员|防疫员|网格员"
    r"|组长|主任|书记|委员会|有关部门|主管|派出所|乡|镇|街道|林业|公安)"
)
_REPORT = re.compile(
    r"报告|报备|申报|报批|报请|报(?:经|给|到|送|知)|上报|通报|预报"
    rf"|报{_WHOM}"
    rf"|(?:告诉|告知|通知|知会){_WHOM}"
    rf"|(?:向|跟|给|找|到){_WHOM}[^，。；]{{0,10}}(?:登记|说一声|说明|申请|备案|打招呼|打个招呼|联系)"
    r"|提(?:前|早)[^，。；]{0,4}[一二两三四五六七八九十半\d]+(?:个)?(?:天|日|周|星期|月|小时|工作日)"
    r"|登记(?:备案|在册)?(?=[，。；]|$)|备案"
)


def report_sentences(text: str, topic: Topic) -> list[str]:
    """The sentences of an article (items a line each) that tell of reporting, in order.

    Of an article that opens with another subject only lines count that name this one.
    """
    lines = text.split("\n")
    about_all = _names(lines[0], topic)
    found = []
    for line in lines:
        if not (about_all or _names(line, topic)):
            continue
        found += [
            sentence.strip()
            for sentence in _SENTENCE.findall(line)
            if _REPORT.search(_NO_REPORT.sub("", sentence))
        ]
    return found


def _names(line: str, topic: Topic) -> bool:
    blank = topic.blank(line)
    return any(word in blank for word in topic.all_words)


_WHOLE_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_OTHER_TEXT = re.compile(r"村规民约|居民公约|村里|村上|本村的?规约")
_PRECEDENCE = re.compile(
    r"[，。；]?(?:从|按|照|以|依)[^，。；]{0,14}(?:办|执行|为准|村规民约|居民公约)|不(?:得)?抵触"
)


def precedence_sentences(text: str) -> list[str]:
    """Sentences of a group's own rule that say how it stands to the village's."""
    return [
        sentence.strip()
        for sentence in _WHOLE_SENTENCE.findall(text)
        if _OTHER_TEXT.search(sentence) and _PRECEDENCE.search(sentence)
    ]


_ADVICE = re.compile(r"提倡|倡导|建议|鼓励|为宜|就好")


def is_advice(clause: str) -> bool:
    """Whether a clause only recommends what it says (提倡不超过五万元)."""
    return _ADVICE.search(clause) is not None
