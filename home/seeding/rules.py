"""Composes covenants and charters: clauses that villages copy, with figures of their own. Pure."""

import datetime
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from covenants.parsing.numbering import article_label, chapter_label, to_chinese
from home.seeding.figures import figures_of
from home.seeding.places import Place

COUNCILS = {
    "deliberation": "议事会",
    "ceremonies": "红白理事会",
    "ethics": "道德评议会",
    "prevention": "禁毒禁赌会",
}
KINDS = ("covenant", *COUNCILS)
FIRST_DAY, DAYS = datetime.date(2019, 1, 1), 2500
LOCAL_ARTICLES = (0, 1, 1, 2)
"""How many articles that no other village has may end a covenant's chapter."""


@dataclass(frozen=True)
class Article:
    """An article; ``items`` are (label, text)."""

    label: str
    text: str
    items: tuple[tuple[str, str], ...] = ()

    @property
    def plain_text(self) -> str:
        return "\n".join([self.text, *(f"{label}{text}" for label, text in self.items)])


@dataclass(frozen=True)
class Chapter:
    label: str
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Rule:
    """A whole rule as it was adopted."""

    kind: str
    title: str
    preamble: str
    chapters: tuple[Chapter, ...]
    closing: str
    one_minute: str
    tags: tuple[str, ...]
    adopted_on: datetime.date
    effective_from: datetime.date
    adopted_by: str
    votes: tuple[int, int, int]
    filing_number: str
    filed_on: datetime.date
    articles: tuple[Article, ...] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "articles", tuple(a for c in self.chapters for a in c.articles))


@cache
def clauses() -> dict:
    """The clauses as they stand in the file beside this module."""
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


def compose_rule(place: Place, kind: str, seed: int) -> Rule:
    """The covenant or a council's charter of a place; the same whenever and wherever composed."""
    random = Random(f"{seed}:{kind}:{place.key}")  # noqa: S311
    words = figures_of(place, seed)
    data = clauses()
    if kind == "covenant":
        name = words["covenant"]
        preamble = random.choice(data["preambles"])
        drafted, tags = _covenant_chapters(data, place, random)
        closing = random.choice(data["closings"])
    else:
        council = COUNCILS[kind]
        name = f"{words['people']}{council}" if kind == "deliberation" else council
        words["council"] = name
        name = f"{name}章程"
        charter = next(c for c in data["charter"] if c["kind"] == kind)
        preamble, tags = charter["preamble"], charter["tags"]
        drafted = [
            (chapter["title"], _most(chapter["clauses"], random)) for chapter in charter["chapter"]
        ]
        closing = "本章程经{assembly}通过，自公布之日起施行。"
    chapters = _numbered(drafted, words, listed=random.random() < 0.2)
    adopted = FIRST_DAY + datetime.timedelta(days=random.randrange(DAYS))
    present = random.randrange(18, 60) if place.group is not None else random.randrange(35, 160)
    against, abstained = random.randrange(3), random.randrange(4)
    return Rule(
        kind=kind,
        title=f"{place.name}{name}",
        preamble=preamble.format_map(words) + data["mark"],
        chapters=chapters,
        closing=closing.format_map(words),
        one_minute=_one_minute(words) if kind == "covenant" and place.group is None else "",
        tags=tuple(tags),
        adopted_on=adopted,
        effective_from=adopted + datetime.timedelta(days=random.choice((0, 3, 7, 15, 30))),
        adopted_by=words["assembly"],
        votes=(present - against - abstained, against, abstained),
        filing_number=f"{place.township[:2]}备示例〔{adopted.year}〕{random.randrange(1, 400)}号",
        filed_on=adopted + datetime.timedelta(days=random.randrange(1, 10)),
    )


def _covenant_chapters(data, place: Place, random: Random):
    """[(title, [clause])] and tags: a village has more chapters than a group."""
    first, feasts, *others, last = data["topic"]
    own = place.group is not None
    chosen = random.sample(range(len(others)), random.choice((2, 3, 4) if own else (4, 5, 6)))
    topics = [first, feasts, *(others[at] for at in sorted(chosen)), last]
    drafted = []
    for topic in topics:
        found = _some(topic["clauses"], random.choice((2, 3, 4) if own else (3, 4)), random)
        if topic not in (first, last):
            found += [_local_clause(data, random) for _ in range(random.choice(LOCAL_ARTICLES))]
        drafted.append((topic["title"], found))
    tags = dict.fromkeys(tag for topic in topics for tag in topic["tags"])
    return drafted, list(tags)[:4]


def _some(found: list, count: int, random: Random) -> list:
    return [found[at] for at in sorted(random.sample(range(len(found)), min(count, len(found))))]


def _most(found: list, random: Random) -> list:
    """All but at most one: charters differ less than covenants."""
    whole = len(found) < 3 or random.random() < 0.6
    return found if whole else _some(found, len(found) - 1, random)


def _numbered(drafted, words, *, listed: bool) -> tuple[Chapter, ...]:
    """Chapters with labels; a fifth of the texts are plain lists (一、) without chapters."""
    count, chapters = 0, []
    for position, (title, found) in enumerate(drafted, 1):
        articles = []
        for clause in found:
            count += 1
            label = f"{to_chinese(count)}、" if listed else article_label(count, 0)
            articles.append(_article(label, clause, words))
        label = "" if listed else chapter_label(position)
        chapters.append(Chapter(label, "" if listed else title, tuple(articles)))
    if listed:
        return (Chapter("", "", tuple(a for c in chapters for a in c.articles)),)
    return tuple(chapters)


def _local_clause(data, random: Random) -> str:
    start, time, matter = (
        random.choice(data[name]) for name in ("local_starts", "local_times", "local_matters")
    )
    actor, end = random.choice(data["local_actors"]), random.choice(data["local_ends"])
    return f"{start}{time}{matter}，{actor}{end}"


def _article(label: str, clause, words) -> Article:
    if isinstance(clause, str):
        return Article(label, clause.format_map(words))
    items = enumerate(clause["items"], 1)
    return Article(
        label,
        clause["text"].format_map(words),
        tuple((f"（{to_chinese(n)}）", text.format_map(words)) for n, text in items),
    )


def _one_minute(words) -> str:
    return (
        "{feast}不超过{tables}桌，每桌{cost}元以内。\n{giving}不超过{gift}元，彩礼不超过{bride}万元。\n"
        "丧事不超过{funeral}天。\n垃圾每周清运{pickups}次，狗要拴好。"
    ).format_map(words)


def texts_of(rule: Rule) -> Iterator[str]:
    """All that search reads of a rule."""
    yield rule.preamble
    for chapter in rule.chapters:
        for article in chapter.articles:
            yield f"{chapter.title} {article.label} {article.plain_text}"
    yield rule.closing
    yield rule.one_minute
