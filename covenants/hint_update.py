"""Brings the rules of the hints that a site has up to those the software ships.

Only what is still as some release shipped it is replaced; what the prefecture changed, deleted or
switched off stays, and so do the counties' own rules.
"""

from dataclasses import dataclass, field

from django.db import transaction
from wagtail.log_actions import log

from covenants.hint_book import rule_of
from covenants.legality import Book, Rule, shipped_book
from covenants.legality.past import (
    FIELDS,
    GROUNDS,
    LIST,
    WORDS,
    digest_of_list,
    digests_of,
    was_shipped,
)
from covenants.legality.patterns import words_in
from covenants.models.hint import HintBook, HintGround, HintRule, HintWords

ADDED, UPDATED, CHANGED_HERE, DELETED_HERE = "added", "updated", "changed_here", "deleted_here"
COUNTY_OWN = "county_own"
_GROUND_FIELDS = ("law", "article", "version", "valid_from", "valid_until", "verified")


@dataclass(frozen=True)
class Outcome:
    """What became of a part of a shipped rule or list; nothing is said of what is up to date.

    `missing`: for words that stay as the prefecture changed them, the shipped ones it lacks, by
    field. `county`: whose own rule stands in for one that was updated.
    """

    key: str
    name: str
    part: str
    what: str
    missing: dict[str, list[str]] = field(default_factory=dict)
    county: str = ""


class _OnlyTried(Exception):
    """Takes everything back."""


def update_rules(*, dry_run=False) -> list[Outcome]:
    """Updates what nobody changed here and says what it did and what it left.

    Raises BookFault, and changes nothing, where the rules could not be used afterwards.
    """
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            book = shipped_book()
            outcomes += _update_lists(book)
            for number, rule in enumerate(book.rules, start=1):
                outcomes += _update_rule(rule, number * 10)
            _check({outcome.key for outcome in outcomes})
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass
    return outcomes


def _update_lists(book: Book):
    rows = {row.name: row for row in HintWords.objects.select_for_update()}
    for name, words in book.lists.items():
        row = rows.get(name)
        if row is None:
            log(HintWords.objects.create(name=name, words=words), "wagtail.create")
            yield Outcome(name, name, LIST, ADDED)
        elif digest_of_list(row.words) == digest_of_list(words):
            continue
        elif was_shipped(name, LIST, digest_of_list(row.words)):
            row.words = words
            row.save()
            log(row, "wagtail.edit")
            yield Outcome(name, name, LIST, UPDATED)
        else:
            missing = {"words": _lacking(words, row.words)}
            yield Outcome(name, name, LIST, CHANGED_HERE, missing)


def _update_rule(rule: Rule, order: int) -> list[Outcome]:
    row = HintRule.objects.select_for_update().filter(key=rule.key).first()
    if row is None:
        return [_add(rule, order)]
    here, shipped = digests_of(rule_of(row)), digests_of(rule)
    outcomes = []
    for part in (part for part in shipped if here[part] != shipped[part]):
        if was_shipped(rule.key, part, here[part]):
            _take_over(row, rule, part)
            outcomes.append(Outcome(rule.key, row.name, part, UPDATED))
        else:
            missing = _missing(row, rule) if part == WORDS else {}
            outcomes.append(Outcome(rule.key, row.name, part, CHANGED_HERE, missing))
    if any(outcome.what == UPDATED for outcome in outcomes):
        row.save()
        log(row, "wagtail.edit")
        outcomes += [
            Outcome(rule.key, own.name, WORDS, COUNTY_OWN, county=own.county.title)
            for own in row.replaced_by.select_related("county")
        ]
    return outcomes


def _add(rule: Rule, order: int) -> Outcome:
    if _was_here(rule.key):
        return Outcome(rule.key, rule.name, WORDS, DELETED_HERE)
    row = HintRule(key=rule.key, order=order)
    for part in (*FIELDS, GROUNDS):
        _take_over(row, rule, part)
    row.save()
    log(row, "wagtail.create")
    return Outcome(rule.key, rule.name, WORDS, ADDED)


def _was_here(key: str) -> bool:
    """Whether texts were read here with a rule that has no row any more."""
    books = HintBook.objects.values_list("data", flat=True).iterator(chunk_size=1)
    return any(key == rule["key"] for data in books for rule in data["rules"])


def _take_over(row: HintRule, rule: Rule, part: str) -> None:
    if part == GROUNDS:
        row.grounds = [
            HintGround(**{name: getattr(ground, name) for name in _GROUND_FIELDS}, sort_order=place)
            for place, ground in enumerate(rule.grounds)
        ]
        return
    for name in FIELDS[part]:
        setattr(row, name, getattr(rule, name))


def _missing(row: HintRule, rule: Rule) -> dict[str, list[str]]:
    found = {name: _lacking(getattr(rule, name), getattr(row, name)) for name in FIELDS[WORDS]}
    return {name: words for name, words in found.items() if words}


def _lacking(shipped: str, here: str) -> list[str]:
    known = set(words_in(here))
    return [word for word in words_in(shipped) if word not in known]


def _check(keys: set[str]) -> None:
    """Shipped words with the prefecture's own lists must still be usable."""
    lists = dict(HintWords.objects.values_list("name", "words"))
    rows = HintRule.objects.filter(key__in=keys).prefetch_related("grounds")
    Book(tuple(rule_of(row) for row in rows), lists).check()
