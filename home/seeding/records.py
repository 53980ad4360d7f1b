"""Composes consultation records and stories of model households. Pure."""

import datetime
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from home.seeding.figures import figures_of
from home.seeding.places import Place

FIRST_DAY, DAYS = datetime.date(2020, 1, 6), 2150
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
AGREED_SHARE = 0.8


@dataclass(frozen=True)
class Consultation:
    """A deliberation meeting; ``statements`` (speaker, text), ``follow_ups`` (date, text)."""

    number: str
    title: str
    source: str
    form: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    place: str
    expected: int
    present: int
    women: int
    minorities: int
    agenda: str
    background: str
    statements: tuple[tuple[str, str], ...]
    differences: str
    outcome: str
    result: str
    votes: tuple[int, int, int]
    responsible: str
    due: datetime.date
    notice_from: datetime.date
    notice_until: datetime.date
    follow_ups: tuple[tuple[datetime.date, str], ...]
    completed_on: datetime.date | None
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Household:
    """A model household and its story."""

    title: str
    ethnicity: str
    honour: str
    level: str
    granting_body: str
    granted_on: datetime.date
    consent_given_on: datetime.date
    story: str
    tags: tuple[str, ...]


@cache
def parts() -> dict:
    """The building blocks as they stand in the file beside this module."""
    return tomllib.loads(Path(__file__).with_name("records.toml").read_text(encoding="utf-8"))


def compose_consultation(place: Place, number: int, seed: int) -> Consultation:
    """The ``number``-th record of a place; the same whenever and wherever composed."""
    random = Random(f"{seed}:consultation:{place.key}:{number}")  # noqa: S311
    data, words = parts(), figures_of(place, seed) | _amounts(random)
    topic = random.choice(data["topic"])
    words["matter"] = topic["matter"]
    day = FIRST_DAY + datetime.timedelta(days=random.randrange(DAYS))
    started = datetime.datetime.combine(day, datetime.time(random.choice((9, 14, 15, 19)), 30))
    started = started.replace(tzinfo=BEIJING)
    expected = random.randrange(15, 48)
    present = expected - random.randrange(4)
    against, abstained = random.randrange(3), random.randrange(3)
    agreed = random.random() < AGREED_SHARE
    texts = random.sample(data["statements"], random.choice((4, 5, 5, 6)))
    steps = random.randrange(4) if agreed else 0
    done = sorted(random.sample(range(len(data["follow_ups"])), steps))
    follow_ups = tuple(
        (day + datetime.timedelta(days=20 * n), data["follow_ups"][at].format_map(words))
        for n, at in enumerate(done, 1)
    )
    result = topic["result"].format_map(words)
    closed = follow_ups and random.random() < 0.6
    return Consultation(
        number=f"{place.village[:2]}协商示例〔{day.year}〕{number}号",
        title=f"{topic['title'].format_map(words)}（{day.year}年）",
        source=random.choice(("residents", "residents", "committees", "grid", "cppcc")),
        form=random.choice(data["forms"]),
        started_at=started,
        ended_at=started + datetime.timedelta(minutes=random.choice((60, 90, 120, 150))),
        place=f"{place.name}{random.choice(data['venues'])}",
        expected=expected,
        present=present,
        women=present // 3,
        minorities=present // 2,
        agenda=data["agenda"],
        background="".join(
            part.format_map(words)
            for part in (
                topic["background"],
                random.choice(data["urgency"]),
                data["consultation_mark"],
            )
        ),
        statements=tuple(
            (f"{words['people']}代表{'ABCDEF'[at]}", text.format_map(words))
            for at, text in enumerate(texts)
        ),
        differences=random.choice(data["differences"]),
        outcome="agreed" if agreed else "not_agreed",
        result=result if agreed else f"意见不一，暂不实行。原提方案为：{result}",
        votes=(present - against - abstained, against, abstained),
        responsible=words["committee"],
        due=day + datetime.timedelta(days=random.choice((60, 90, 180))),
        notice_from=day + datetime.timedelta(days=1),
        notice_until=day + datetime.timedelta(days=8),
        follow_ups=follow_ups,
        completed_on=follow_ups[-1][0] if closed else None,
        tags=tuple(topic["tags"]),
    )


def _amounts(random: Random) -> dict[str, str]:
    """Figures that differ from record to record of one village."""
    ranges = {
        "km": (1, 9, 1),
        "homes": (6, 60, 1),
        "width": (3, 6, 1),
        "count": (2, 12, 1),
        "years": (2, 20, 1),
        "money": (500, 60000, 100),
        "metres": (50, 900, 50),
        "members": (3, 8, 1),
    }
    return {name: str(random.randrange(*bounds)) for name, bounds in ranges.items()}


def compose_household(place: Place, number: int, seed: int) -> Household:
    """The ``number``-th model household of a village."""
    random = Random(f"{seed}:household:{place.key}:{number}")  # noqa: S311
    data = parts()
    texts, kind = data["household_text"], random.choice(data["household"])
    surname, ethnicity = random.choice(texts["surnames"]), random.choice(texts["ethnicities"])
    words = figures_of(place, seed) | _amounts(random)
    words |= {"surname": surname, "work": random.choice(texts["works"])}
    granted = FIRST_DAY + datetime.timedelta(days=random.randrange(DAYS))
    level = random.choice(("village", "village", "township", "county"))
    bodies = {"village": words["committee"], "township": words["township"], "county": place.county}
    others = [h for h in data["household"] if h is not kind]
    deeds = [*kind["deeds"], random.choice(random.choice(others)["deeds"])]
    story = [random.choice(texts["starts"]), *deeds, random.choice(texts["ends"])]
    return Household(
        title=f"{place.village}{surname}家{number}（示例）",
        ethnicity=ethnicity,
        honour=kind["honour"],
        level=level,
        granting_body=f"{bodies[level]}（示例）",
        granted_on=granted,
        consent_given_on=granted + datetime.timedelta(days=5),
        story="".join(part.format_map(words) for part in story) + data["household_mark"],
        tags=(kind["honour"],),
    )
