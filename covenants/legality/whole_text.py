"""Hints about a text as a whole, and the reading of a parsed text. No Django here."""

import datetime
import re
from dataclasses import dataclass

from covenants.parsing import ParsedRules
from search.folding import fold

from .book import Book
from .engine import Hit, find_hits

MEETING, FILING, EFFECTIVE = "wording_meeting", "wording_filing", "wording_effective"
"""Rules about the whole text: of them a book decides only level, words and whether they hold."""
_ASSEMBLY = re.compile("会议|大会|代表会|户代表|全体(?:村民|居民|户主)|村民表决|户长会|群众会")
_NO_ASSEMBLY = re.compile(
    "委员会(?:会议|全体会议)|两委|支部|总支|支委|村委会|居委会|理事会|议事会|主任办公会"
)
_ASSEMBLY_PROPER = re.compile(
    "(?:村民|居民|户主?|成员)(?:小组)?(?:代表)?(?:会议|大会)|户长会|群众会|全体(?:村民|居民)"
)
_FILED = re.compile("备案[^。;]{0,30}[0-9〇零一二三四五六七八九十]|[0-9日号][^。;]{0,16}备案")
_ADOPTED = re.compile(
    "本(?:村规民约|居民公约|规民约|规约|公约|约|制度|办法)[^。;]{0,12}?[经由]([^,。;]{2,24}?)"
    "(?:讨论|审议|表决|一致|同意|后|、)*通过"
)
_EFFECTIVE = re.compile(
    "(?:起|之日|后)(?:开始|正式)?(?:施行|执行|实施|生效|实行)|(?:施行|执行|实施|生效)(?:日期|时间)"
)


@dataclass(frozen=True)
class WholeText:
    """What is known of a text beside its articles: {field: what stands there}.

    `adopted_by` is the body that adopted it, "" where none is named; the others say whether the
    text, or what is registered of it, tells when it was filed and since when it holds.
    """

    adopted_by: str
    filed: bool
    effective: bool


def whole_text_hits(text: WholeText, *, book: Book) -> list[Hit]:
    """The hints about a text as a whole; their places are all zero."""
    adopted_by = fold(text.adopted_by)
    found = {
        MEETING: adopted_by if adopted_by and not _is_assembly(adopted_by) else None,
        FILING: None if text.filed else "",
        EFFECTIVE: None if text.effective else "",
    }
    return [
        Hit(key, book.by_key[key].level, 0, 0, match)
        for key, match in found.items()
        if match is not None and key in book.by_key
    ]


def _is_assembly(adopted_by: str) -> bool:
    if _ASSEMBLY_PROPER.search(adopted_by):
        return True
    return bool(_ASSEMBLY.search(adopted_by)) and not _NO_ASSEMBLY.search(adopted_by)


def whole_text_of(rules: ParsedRules) -> WholeText:
    """What a parsed text says of itself."""
    texts = [rules.title, rules.preamble, rules.closing]
    texts += [text for article in rules.articles for text in _texts(article)]
    said = "".join(fold("\n".join(texts)).split())
    adopted = _ADOPTED.search(said)
    body = rules.adopted.body or (adopted[1] if adopted else "")
    return WholeText(
        # A charter may be adopted by its council.
        adopted_by="" if "章程" in rules.title else body,
        filed=bool(_FILED.search(said)),
        effective=bool(_EFFECTIVE.search(said)),
    )


def _texts(item):
    yield item.text
    for inner in item.items:
        yield from _texts(inner)


def lint(rules: ParsedRules, *, book: Book, on: datetime.date) -> list[dict]:
    """[{"article","rule","level","match","ground"}] of a parsed text, in its order.

    `article` is the label as written, 序言 or 结尾, and empty for what concerns the whole text;
    `ground` the law that holds on the day.
    """
    parts = [("序言", rules.preamble, ())]
    parts += [
        (article.label, article.text, [item.as_dict() for item in article.items])
        for article in rules.articles
    ]
    parts.append(("结尾", rules.closing, ()))
    rows = [
        (label, hit) for label, text, items in parts for hit in find_hits(text, items, book=book)
    ]
    rows += [("", hit) for hit in whole_text_hits(whole_text_of(rules), book=book)]
    return [
        {
            "article": label,
            "rule": hit.rule,
            "level": hit.level,
            "match": hit.match,
            "ground": book.by_key[hit.rule].ground_on(on),
        }
        for label, hit in rows
    ]
