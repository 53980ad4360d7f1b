"""The rules of the hints as plain data, and the version of a set of them. No Django here."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

from .patterns import PatternFault, expand, parse_patterns, split_list

RED, AMBER, GREY = "red", "amber", "grey"
LEVELS = (RED, AMBER, GREY)
LISTS = ("机关", "村组织", "否定", "转折")
"""Lists that patterns may name: authorities; the village's own bodies; words that forbid; words
after which a sentence speaks of something else."""
ENGINE = 3
"""Raised whenever the same rules would find something else in the same text."""


class BookFault(ValueError):
    """A rule that cannot be used: `rule` is its key, `field` where the fault stands."""

    def __init__(self, rule: str, field_name: str, fault: PatternFault):
        super().__init__(f"{rule}.{field_name}: {fault}")
        self.rule, self.field, self.fault = rule, field_name, fault


@dataclass(frozen=True)
class Ground:
    """A legal ground: the law's name, its article, the version it stands in, when that is valid.

    `valid_until` is the last day (None: no end known). `verified` says that somebody compared it
    with the text of that version.
    """

    law: str
    article: str = ""
    version: str = ""
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    verified: bool = False

    def holds(self, on: datetime.date) -> bool:
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_until is None or on <= self.valid_until)

    def __str__(self):
        version = f"（{self.version}）" if self.version else ""
        return f"《{self.law}》{version}{self.article}"


@dataclass(frozen=True)
class Rule:
    """One thing to look for.

    Word fields are as an administrator types them (`patterns` explains the notation).
    `unless`: nothing is found in a sentence with one of these. `ignored`: look-alikes.
    `dropped_by`: where one stands before the act in its clause (or 不 right before it), there is
    no hit. `lowered_by`: the hit becomes grey where one stands before the act in its clause or
    right behind it; words with 由, or behind an authority, reach across commas, until a body of the
    village is named.
    """

    key: str
    name: str
    level: str
    patterns: str = ""
    unless: str = ""
    ignored: str = ""
    dropped_by: str = ""
    lowered_by: str = ""
    grounds: tuple[Ground, ...] = ()
    explanation: str = ""
    suggestion: str = ""

    def ground_on(self, on: datetime.date) -> str:
        """The grounds that hold on a day, in words; unverified ones say so."""
        valid = [ground for ground in self.grounds if ground.holds(on)]
        return "；".join(f"{g}{'' if g.verified else '（条文待核对）'}" for g in valid)


@dataclass(frozen=True, eq=False)
class Book:
    """All rules that hold somewhere, with the lists their patterns name; equal only to itself."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, Rule]:
        return {rule.key: rule for rule in self.rules}

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        return {name: split_list(text) for name, text in self.lists.items()}

    @cached_property
    def version(self) -> str:
        return version_of(self)

    def check(self) -> None:
        """Raises BookFault for the first field of a rule that cannot be used."""
        for rule in self.rules:
            try:
                name = "patterns"
                parse_patterns(rule.patterns, self.words)
                for name in ("unless", "ignored", "dropped_by", "lowered_by"):
                    expand(split_list(getattr(rule, name)), self.words)
            except PatternFault as fault:
                raise BookFault(rule.key, name, fault) from fault

    def as_data(self) -> dict:
        """What JSON can hold; `from_data` reads it."""
        rules = [asdict(rule) for rule in self.rules]
        for rule in rules:
            for ground in rule["grounds"]:
                for name in ("valid_from", "valid_until"):
                    ground[name] = ground[name].isoformat() if ground[name] else None
        return {"engine": ENGINE, "lists": dict(self.lists), "rules": rules}


def version_of(book: Book) -> str:
    """Identifies what a book finds and says: 12 hexadecimal digits."""
    content = json.dumps(book.as_data(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def book_from_data(data: Mapping) -> Book:
    """The book of `Book.as_data`, or of the shipped file (dates as dates or ISO text)."""
    return Book(rules=tuple(_rule(row) for row in data["rules"]), lists=dict(data.get("lists", {})))


def _rule(row: Mapping) -> Rule:
    grounds = tuple(_ground(ground) for ground in row.get("grounds", ()))
    return Rule(**{**row, "grounds": grounds})


def _ground(row: Mapping) -> Ground:
    return Ground(**{**row, **{n: _date(row.get(n)) for n in ("valid_from", "valid_until")}})


def _date(value) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
