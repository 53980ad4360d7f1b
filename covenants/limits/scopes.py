"""Reads for whom, when and per what a limit holds: 两个子女, 白事, 每桌. No Django here."""

import re

_OCCASIONS = (
    ("红事", r"红事|喜事|红白(?!理事)|婚[事嫁宴礼丧俗庆]|结婚|喜宴|嫁娶|接亲|迎亲|送亲|娶亲"),
    (
        "白事",
        r"白事|丧事|红白(?!理事)|婚丧|丧[宴葬礼]|治丧|守灵|停灵|出殡|安葬|送葬|老人去世|老人过世",
    ),
    ("乔迁", r"乔迁|搬家|搬新家|新房|上梁"),
    ("满月", r"满月|周岁"),
    ("升学", r"升学|谢师|考上"),
    ("参军", r"参军|入伍"),
    ("寿宴", r"做寿|过寿|寿宴|祝寿|过生日|生日"),
    ("其他事项", r"其[他它余](?:事|一|各|[：:\t]|$)"),
)
_CHILDREN = (
    ("独生子女", r"独生子女|独子|(?:一|1)个(?:子女|孩子|娃)"),
    ("两个子女", r"(?:两|二|2)个(?:子女|孩子|娃)|双子女"),
    (
        "三个及以上子女",
        r"(?:三|3)个(?:及|或)?以上(?=的?(?:每|[，,]|$))|(?:三|3)个(?:及|或)?(?:以上)?(?:的)?(?:子女|孩子|娃)|多子女",
    ),
)
_PERSONS = (
    ("普通亲友", r"普通亲友|一般亲友"),
    ("普通朋友", r"普通朋友|一般朋友"),
    ("至亲", r"至亲|直系亲属|近亲"),
    ("亲友", r"(?<!普通)(?<!一般)亲友|亲朋"),
    ("亲戚", r"亲戚(?!以外|之外)"),
    ("同事", r"同事|同学"),
    ("朋友", r"(?<!普通)(?<!一般)朋友"),
    ("邻里", r"邻里|邻居|乡邻|街坊|乡亲"),
    ("理事会成员", r"理事会成员|理事(?!会)|评议员"),
    ("帮忙的人", r"帮忙"),
    ("男方", r"男方"),
    ("女方", r"女方"),
    ("媒人", r"媒人"),
    ("合办", r"合办|合在一[处起]办|一起办"),
    ("合计", r"合计|总共"),
)
_WOMEN = r"妇女|女性|女理事|女成员|女代表|女委员"
_LEFT_OUT = re.compile("除[^，,。；;]{1,16}?外|[^，,。；;]{1,12}(?:以外|之外)")
# 其他喜事 are all but weddings.
_OTHER_FEASTS = re.compile("(其[他它余])(?:一切|各类|各种|所有|的)?喜[事庆]")
_PER = re.compile(
    r"每户?每?(?:桌|席|户|家|人|包|盒|条|瓶|斤|月|年|季度|天|日|次|晚|亩|头|组|场|车)"
    r"|人均|户均|桌均"
    r"|(?<![第另同])一(?:桌|席|包|盒|瓶|人|户|次)(?=[一烟酒不最控限发≤<])"
)
_EACH = re.compile("季度|[桌席户家人包盒条瓶斤月年天日次晚亩头组场车]")
_SAME = {"盒": "包", "席": "桌", "家": "户", "日": "天"}
_BEHIND = re.compile(r"(?:/|一)(桌|席|户|家|人|包|盒|条|瓶|斤|月|年|天|次|亩)")


def occasions(text: str) -> list[str]:
    """The occasions a text names, in fixed order; not those it leaves out (除红白喜事外)."""
    return _named(_OCCASIONS, _OTHER_FEASTS.sub(r"\1事", _LEFT_OUT.sub("", text)))


def conditions(text: str) -> list[str]:
    """The families (by number of children) a text names."""
    return _named(_CHILDREN, text)


def persons(text: str) -> list[str]:
    """The persons and sides a text names."""
    return _named(_PERSONS, text)


def women(text: str) -> list[str]:
    """妇女 where a text names them: the only persons a number of members is set for."""
    return ["妇女"] if re.search(_WOMEN, text) else []


def per_what(before: str, after: str) -> list[str]:
    """每户 每月 … from the words before a number and a /户 right after it."""
    found = []
    for match in _PER.finditer(before):
        found += [_each(unit[0]) for unit in _EACH.finditer(match[0])]
    behind = _BEHIND.match(after)
    if behind:
        found.append(_each(behind[1]))
    return list(dict.fromkeys(found))


def _each(unit: str) -> str:
    return f"每{_SAME.get(unit, unit)}"


def _named(table, text: str) -> list[str]:
    return [name for name, pattern in table if re.search(pattern, text)]
