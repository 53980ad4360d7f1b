"""Names of persons, only where the words around say that a person is meant.

A surname and two characters are far too often a word; so a name counts beside 家, 户, an age or a
school, where it stands by itself or after a word that names are given after, and where it does not
begin an everyday word. Hints, never proof.
"""

import re
from collections.abc import Iterator

from .words import words

_SURNAMES = words("surnames")
_COMMON_WORDS = frozenset(words("common_words"))
_COMMON_LENGTHS = sorted({len(word) for word in _COMMON_WORDS})
_ONE = "".join(name for name in _SURNAMES if len(name) == 1)
_TWO = "|".join(name for name in _SURNAMES if len(name) == 2)
HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
# What no given name consists of: numerals and the small words between a name and an age.
_GIVEN = (
    r"(?:(?!大家|全家|国家|人家|自家)"
    r"(?![一二三四五六七八九十百岁满的了在是应须不可和与及或等们号村组县镇乡])"
    rf"[{HAN}])"
)
NAME = f"(?:(?:{_TWO}){_GIVEN}{{1,2}}|[{_ONE}]{_GIVEN}{{1,2}}?)"
# A name stands at a line's or a clause's beginning, or after one of these; never inside a word.
_BEGINS = (
    rf"(?:^|(?<![{HAN}])|(?<=[组村社寨屯队县镇乡州户家班校员民的是叫给对向让由和与及将把被为])"
    r"|(?<=学生|孩子|儿子|女儿|孙子|孙女|同学|男孩|女孩|朋友|之子|之女|长子|次子|长女|次女|女童|男童"
    r"|表扬|表彰|帮助|资助|奖励|救助|童星|少年|儿童|孤儿|弟弟|妹妹|哥哥|姐姐))"
)
_BEFORE_NAME = (
    r"(?:户主|户名|住户|村民|居民|组员|姓名|联系人|责任人|主人|屋主|房主)(?:是|为|叫)?[:： ]{0,2}"
)
_AFTER_NAME = (
    r"(?:家(?!里有|中有|庭|畜|禽|具|电|风|训|属|长)|户主|户(?!数|均|籍|口)|同志|老人|大爷|大妈|大叔"
    r"|大嫂|奶奶|爷爷|先生|女士|家住|住在|宅)"
)
_PERSON = re.compile(
    rf"{_BEFORE_NAME}(?P<called>{NAME})(?![{HAN}])|{_BEGINS}(?P<marked>{NAME})(?={_AFTER_NAME})"
    rf"|{_BEGINS}(?P<elder>[{_ONE}](?:大爷|大妈|大叔|大嫂|大姐|大哥|奶奶|爷爷|先生|女士))"
)
_OWNER = re.compile(rf"[ ,(]{{0,2}}(?P<name>{NAME}(?:{_GIVEN})?)(?:[,。、)]|$)")

_HAN_AGE = r"(?:十[一二三四五六七]?|[二三四五六七八九])"
_AGE = rf"(?:1[0-7]|[1-9]|{_HAN_AGE})"
_PAUSE = r"[,、(:/ ]{0,2}"
_SEX_AND_PEOPLE = rf"(?:男|女)?{_PAUSE}(?:[{HAN}]{{1,3}}族)?{_PAUSE}"
_SCHOOL = r"(?:[一二三四五六1-6]年级|小学|完小|幼儿园|学前班)"
_ATTENDS = r"(?:就读于|就读|在读|读于|读|在|上|念|进入|进|入)"
_BETWEEN = r"[^。;!?\n]"
_MINORS = (
    # 王小明，男，8岁
    re.compile(
        rf"{_BEGINS}(?P<name>{NAME})(?:同学|小朋友)?{_PAUSE}{_SEX_AND_PEOPLE}"
        rf"(?:今年|年仅|现年|刚满|年满|才|只有|满)?(?:刚|才|满)? ?{_AGE}(?:周)?岁"
    ),
    # 王小明就读于松林小学；王小明，松林小学
    re.compile(
        rf"{_BEGINS}(?P<name>{NAME})(?:同学|小朋友)?"
        rf"(?:{_PAUSE}{_SEX_AND_PEOPLE}(?:现|正|目前|今年|是|系)?{_ATTENDS}|[,、(:/ ]{{1,2}}|是|系)"
        rf"{_BETWEEN}{{0,14}}?{_SCHOOL}"
    ),
    # 松林小学三年级学生王小明
    re.compile(
        rf"{_SCHOOL}{_BETWEEN}{{0,6}}?(?:学生|孩子|的|班|同学|[ :,、(/])(?P<name>{NAME})"
        rf"(?=同学|小朋友|[,。、;)/ \n]|$|获|被|在|和|与|家)"
    ),
    re.compile(rf"{_SCHOOL}{_BETWEEN}{{0,6}}?(?P<name>{NAME})(?=同学|小朋友)"),
    # 8岁的孙女王小花
    re.compile(
        rf"{_AGE}(?:周)?岁的?(?:学生|孩子|儿子|女儿|孙子|孙女|小朋友|男孩|女孩|男童|女童)?"
        rf"(?P<name>{NAME})(?=[,。、;)\n]|$|在|是|因|被|获|和|同学)"
    ),
)
_CHILDLIKE = re.compile(r"岁|年级|小学|完小|幼儿园|学前班")
_REACH = 36


def is_name(text: str) -> bool:
    """Whether a match of NAME can be a name: it does not begin an everyday word."""
    common = any(text[:length] in _COMMON_WORDS for length in _COMMON_LENGTHS)
    return not common and text[1:2] not in {"家", "户", "某", "氏", "*"}


def names_a_person(words_around: str) -> bool:
    """Whether some words name a person by a mark such as 家, 大爷 or 户主."""
    return any(
        is_name(match["called"] or match["marked"] or match["elder"])
        for match in _PERSON.finditer(words_around)
    )


def begins_with_owner(words_after: str) -> bool:
    """Whether a name alone follows at once: 三组27号，李国富."""
    match = _OWNER.match(words_after)
    return bool(match) and len(match["name"]) <= 3 and is_name(match["name"])


def minors(text: str) -> Iterator[tuple[int, int]]:
    """[start, end) of names beside a child's age or a primary school.

    Looks only around such words, so that most of a text costs nothing and the work is linear in
    its length.
    """
    seen = set()
    for start, end in _windows(text):
        for pattern in _MINORS:
            for match in pattern.finditer(text, start, end):
                if match.span("name") not in seen and is_name(match["name"]):
                    seen.add(match.span("name"))
                    yield match.span("name")


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Stretches around what hints at a child; those that meet are one."""
    start = end = -1
    for hint in _CHILDLIKE.finditer(text):
        if hint.start() - _REACH > end:
            if end >= 0:
                yield start, end
            start = max(0, hint.start() - _REACH)
        end = hint.end() + _REACH
    if end >= 0:
        yield start, end
