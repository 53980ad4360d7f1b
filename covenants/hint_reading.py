"""Reads editions for what may be against the law and keeps the hits as rows.

Decides nothing: answers given before to the same words of the same article stay with them.
"""

import hashlib
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from covenants.hint_book import Library, stored
from covenants.kinds import COVENANT
from covenants.legality import (
    LEVELS,
    Book,
    Hit,
    WholeText,
    find_hits,
    whole_text_hits,
)
from covenants.models.edition import Edition, Provision, plain_lines
from covenants.models.hint import MATCH_MAX, Hint, HintAnswer, HintReading

logger = logging.getLogger(__name__)

PREAMBLE = uuid.uuid5(uuid.NAMESPACE_OID, "covenants.preamble")
CLOSING = uuid.uuid5(uuid.NAMESPACE_OID, "covenants.closing")
ADOPTION = uuid.uuid5(uuid.NAMESPACE_OID, "covenants.adoption")
"""Stand in for the stable id where a hit is in no article."""
_ANSWERED = ("page_id", "stable_id", "rule", "digest")


@dataclass(frozen=True)
class Clause:
    """A text that hints are looked for in, laid out as `Provision.plain_text`."""

    stable_id: uuid.UUID
    label: str
    text: str
    items: tuple | list = ()

    @cached_property
    def plain(self) -> str:
        return "\n".join(plain_lines(self.text, self.items))

    @cached_property
    def digest(self) -> str:
        return digest_of(self.plain)


@dataclass(frozen=True)
class Found:
    """All hits of one rule in one clause; `level` is the gravest."""

    clause: Clause
    rule: str
    level: str
    hits: tuple[Hit, ...]

    @property
    def match(self) -> str:
        """The words of the gravest hit."""
        return next(hit for hit in self.hits if hit.level == self.level).match[:MATCH_MAX]


def digest_of(plain: str) -> str:
    """Identifies what a clause says."""
    return hashlib.sha256(plain.encode()).hexdigest()


def clauses_of(rows: Iterable, preamble: str, closing: str) -> list[Clause]:
    """The clauses of a text; `rows` are dicts of `Provision` fields or provisions."""
    found = [Clause(PREAMBLE, "序言", preamble)] if preamble.strip() else []
    for row in rows:
        row = row if isinstance(row, dict) else vars(row)
        found.append(Clause(row["stable_id"], row["label"], row["text"], row["items"]))
    return found + ([Clause(CLOSING, "结尾", closing)] if closing.strip() else [])


def read(clauses: Iterable[Clause], adopted_by: str, kind: str, *, book: Book) -> list[Found]:
    """What the rules find, in the order of the text, one for each rule of a clause.

    `adopted_by` is the body that adopted the text; only a covenant needs a meeting. Filing and the
    day it takes effect are registered beside the text and are no matter of its words.
    """
    found = []
    for clause in clauses:
        by_rule: dict[str, list[Hit]] = defaultdict(list)
        for hit in find_hits(clause.text, clause.items, book=book):
            by_rule[hit.rule].append(hit)
        found += [_found(clause, rule, hits) for rule, hits in by_rule.items()]
    if kind == COVENANT and adopted_by:
        clause = Clause(ADOPTION, "", adopted_by)
        whole = WholeText(adopted_by, filed=True, effective=True)
        found += [_found(clause, hit.rule, [hit]) for hit in whole_text_hits(whole, book=book)]
    return found


def _found(clause, rule, hits) -> Found:
    level = min((hit.level for hit in hits), key=LEVELS.index)
    return Found(clause, rule, level, tuple(hits))


def answers_of(page_ids) -> dict[tuple, HintAnswer]:
    """{(page id, stable id, rule, digest): the last answer that is more than a proposal}."""
    rows = HintAnswer.objects.filter(page_id__in=list(page_ids), proposed=False).order_by("pk")
    return {(row.page_id, row.stable_id, row.rule, row.digest): row for row in rows}


def read_new_edition(edition: Edition, page, rows: Iterable) -> None:
    """Read an edition just adopted; the answers given to the working text stay with it.

    `page` is the rule, `rows` are the edition's articles (as `clauses_of` takes them). A fault must
    not keep a text from being adopted: it is logged, and the background work tries again.
    """
    of_page = HintAnswer.objects.filter(page_id=page.pk)
    given = list(of_page.order_by("pk").values_list(*_ANSWERED, "pk", "edition_id", "proposed"))
    if any(edition_id is None for *_key, edition_id, _proposed in given):
        of_page.filter(edition=None).update(edition=edition)
    answers = {tuple(key): pk for *key, pk, _edition, proposed in given if not proposed}
    try:
        with transaction.atomic():
            _keep([(edition, page, rows)], answers, Library())
    except Exception:
        logger.exception("Could not read edition %s for legality hints.", edition.pk)


def due(library: Library, today=None):
    """Editions in force, or to come, that no reading with the rules of today knows."""
    today = today or timezone.localdate()
    editions = Edition.objects.filter(Q(ended_on=None) | Q(ended_on__gt=today))
    stale, own = Q(), Q()
    for county in library.counties:
        below = Q(page__path__startswith=county)
        own |= below
        stale |= below & ~Q(hint_reading__book__version=library.book_for(county).version)
    others = ~Q(hint_reading__book__version=library.book_for().version)
    stale |= ~own & others if library.counties else others
    return editions.filter(Q(hint_reading=None) | stale)


def read_some(count: int) -> int:
    """Read up to `count` editions that are due, the newest first; returns how many were read."""
    library = Library()
    keys = list(due(library).order_by("-pk").values_list("pk", flat=True)[:count])
    if keys:
        with transaction.atomic():
            _read(keys, library)
    return len(keys)


def _read(keys: list[int], library: Library) -> None:
    """Read editions with the rules that hold where they stand; a fixed number of queries.

    Their rows are locked: nobody covers words of a text or reads it, too, until this is done.
    """
    locked = due(library).filter(pk__in=keys).select_for_update(of=("self",), no_key=True)
    editions = list(locked.select_related("page__content_type").order_by("pk"))
    keys = [edition.pk for edition in editions]
    provisions = defaultdict(list)
    for row in Provision.objects.filter(edition_id__in=keys).order_by("edition_id", "position"):
        provisions[row.edition_id].append(row)
    given = answers_of({edition.page_id for edition in editions})
    answers = {key: answer.pk for key, answer in given.items()}
    Hint.objects.filter(edition_id__in=keys).delete()
    _keep([(one, one.page, provisions[one.pk]) for one in editions], answers, library)


def _keep(texts: Iterable[tuple[Edition, Page, Iterable]], answers, library: Library) -> None:
    """Make rows of what is found in editions without any: (edition, its page, its articles).

    `answers`: {(page id, stable id, rule, digest): key of the answer}.
    """
    made, readings, books = [], [], {}
    for edition, page, articles in texts:
        book = library.book_for(page.path)
        if book.version not in books:
            books[book.version] = stored(book)
        clauses = clauses_of(articles, edition.preamble, edition.closing)
        kind = getattr(page.specific_class, "kind", "")
        for found in read(clauses, edition.adopted_by, kind, book=book):
            made.append(_row(edition, found, answers))
        readings.append(HintReading(edition=edition, book_id=books[book.version]))
    Hint.objects.bulk_create(made, batch_size=500)
    HintReading.objects.bulk_create(
        readings, update_conflicts=True, unique_fields=["edition"], update_fields=["book"]
    )


def _row(edition: Edition, found: Found, answers) -> Hint:
    clause, digest = found.clause, found.clause.digest
    first = next(hit for hit in found.hits if hit.level == found.level)
    return Hint(
        edition=edition,
        stable_id=clause.stable_id,
        label=clause.label,
        rule=found.rule,
        level=found.level,
        start=first.start,
        end=first.end,
        match=found.match,
        digest=digest,
        answer_id=answers.get((edition.page_id, clause.stable_id, found.rule, digest)),
    )
