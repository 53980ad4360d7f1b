"""Proposes limits for editions and drafts, and carries over what editors decided before.

Nothing here decides: what stood confirmed in the same words stays confirmed, all else is offered.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from covenants.limits import FoundLimit, Vocabulary, find_limits
from covenants.limits import Matter as MatterWords
from covenants.limits import Measure as MeasureWords

from .models.edition import Edition, Provision
from .models.limit import Limit, LimitReading, Matter, Measure, split_words

logger = logging.getLogger(__name__)

QUOTE_MAX, CLAUSE_MAX, SCOPE_MAX, LARGEST = 60, 300, 120, Decimal(10) ** 12
_CLAUSE_MARKS = "，,。；;\n"
_CARRIED = (
    *("status", "matter_id", "measure_id", "comparator", "value", "upper", "unit", "scope"),
    *("quote", "clause", "found", "decided_by_id", "decided_at"),
)


@dataclass(frozen=True)
class Words:
    """The vocabulary in force and the primary keys behind its keys."""

    vocabulary: Vocabulary
    matters: dict[str, int]
    measures: dict[str, int]


def words_in_force() -> Words:
    """What editors let the extractor look for; three queries."""
    measures = list(Measure.objects.all())
    matters = list(Matter.objects.filter(active=True).prefetch_related("further_measures"))
    keys = {measure.pk: measure.key for measure in measures}
    vocabulary = Vocabulary(
        tuple(
            MeasureWords(m.key, m.name, m.unit, split_words(m.words), split_words(m.loose_words))
            for m in measures
        ),
        tuple(
            MatterWords(
                m.key,
                m.name,
                (keys[m.measure_id], *(further.key for further in m.further_measures.all())),
                split_words(m.words),
                split_words(m.weak_words),
                m.assumed,
                m.waivable,
                m.general,
            )
            for m in matters
        ),
    )
    return Words(vocabulary, {m.key: m.pk for m in matters}, {m.key: m.pk for m in measures})


def digest_of(provision: Provision) -> str:
    """Identifies what a provision says, and under which heading."""
    content = f"{provision.chapter_title}\0{provision.plain_text}"
    return hashlib.sha256(content.encode()).hexdigest()


def _identity(limit: FoundLimit, plain: str) -> str:
    parts = [limit.clause, plain[limit.start : limit.end], limit.matter, limit.measure]
    parts += [limit.comparator, str(limit.value), str(limit.upper), "、".join(limit.scope)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def proposals(
    provisions: Iterable[Provision], earlier: Iterable[Limit], words: Words, **owner
) -> list[Limit]:
    """Unsaved limits of a text; those decided on before in the same words keep the decision.

    `earlier` are the limits of the text it follows, `owner` the `page_id` and `edition_id`.
    """
    before = defaultdict(list)
    for limit in earlier:
        before[limit.stable_id].append(limit)
    made = []
    for provision in provisions:
        made += _of_provision(provision, before[provision.stable_id], words, owner)
    return made


def _of_provision(provision, earlier, words, owner) -> list[Limit]:
    plain, digest = provision.plain_text, digest_of(provision)
    common = {"stable_id": provision.stable_id, "text_digest": digest, **owner}
    found = find_limits(provision.text, provision.items, provision.chapter_title, words.vocabulary)
    found = [x for x in found if max(x.value, x.upper or x.value) < LARGEST]
    same = [limit for limit in earlier if limit.text_digest == digest]
    made = [_carried(limit, limit.start, limit.end, common) for limit in same]
    taken = {place for limit in made for place in range(limit.start, limit.end)}
    left = [limit for limit in earlier if limit.text_digest != digest]
    for new in found:
        if not taken.isdisjoint(range(new.start, new.end)):
            continue
        identity = _identity(new, plain)
        old = next((limit for limit in left if limit.found == identity), None)
        if old is not None:
            left.remove(old)
            made.append(_carried(old, new.start, new.end, common))
        else:
            made.append(_proposed(new, identity, plain, words, common))
        taken.update(range(new.start, new.end))
    for old in left:
        place = _same_place(old, plain) if not old.found else None
        if place is not None and taken.isdisjoint(range(*place)):
            made.append(_carried(old, *place, common))
    return made


def _carried(limit: Limit, start: int, end: int, common) -> Limit:
    values = {name: getattr(limit, name) for name in _CARRIED}
    return Limit(start=start, end=end, **values, **common)


def _proposed(new: FoundLimit, identity: str, plain: str, words: Words, common) -> Limit:
    return Limit(
        matter_id=words.matters[new.matter],
        measure_id=words.measures[new.measure],
        comparator=new.comparator,
        value=new.value,
        upper=new.upper,
        unit=new.unit,
        scope="、".join(new.scope)[:SCOPE_MAX],
        start=new.start,
        end=new.end,
        quote=plain[new.start : new.end][:QUOTE_MAX],
        clause=new.clause[:CLAUSE_MAX],
        found=identity,
        **common,
    )


def _same_place(limit: Limit, plain: str) -> tuple[int, int] | None:
    """Where a limit entered by hand stands now, if its clause still stands there, once."""
    if plain.count(limit.clause) != 1 or limit.quote not in limit.clause:
        return None
    start = plain.index(limit.clause) + limit.clause.index(limit.quote)
    return start, start + len(limit.quote)


def clause_around(plain: str, start: int, end: int) -> str:
    """The words between commas around a place in a provision's plain text."""
    before = max(plain.rfind(mark, 0, start) for mark in _CLAUSE_MARKS) + 1
    ends = [place for mark in _CLAUSE_MARKS if (place := plain.find(mark, end)) >= 0]
    clause = plain[before : min(ends, default=len(plain))].strip()
    return clause if len(clause) <= CLAUSE_MAX else plain[start:end]


@transaction.atomic
def read_editions(keys: Iterable[int]) -> int:
    """Propose the limits of editions not read yet; returns how many limits there are now.

    Nine statements however many editions there are, besides those that write many rows. The
    editions are locked: nobody covers words of a text or reads it, too, until this is done.
    """
    unread = Edition.objects.filter(pk__in=list(keys), limit_reading__isnull=True)
    locked = unread.select_for_update(of=("self",), no_key=True)
    editions = list(locked.order_by("page_id", "number"))
    if not editions:
        return 0
    words = words_in_force()
    provisions = defaultdict(list)
    for row in Provision.objects.filter(edition__in=editions).order_by("edition_id", "position"):
        provisions[row.edition_id].append(row)
    known = _known_limits({edition.page_id for edition in editions})
    made = []
    for edition in editions:
        earlier = _earlier(known[edition.page_id], edition.number)
        new = proposals(
            provisions[edition.pk], earlier, words, page_id=edition.page_id, edition_id=edition.pk
        )
        known[edition.page_id].append((edition.number, new))
        made += new
    # A draft's decisions have passed into the edition it became.
    Limit.objects.filter(page__in=known, edition=None).delete()
    LimitReading.objects.filter(page__in=known, edition=None).delete()
    LimitReading.objects.bulk_create(LimitReading(page_id=e.page_id, edition=e) for e in editions)
    Limit.objects.bulk_create(made, batch_size=500)
    return len(made)


def _known_limits(pages: set[int]) -> dict[int, list[tuple[int, list[Limit]]]]:
    """{page: [(number of the edition, 0 for the draft, its limits)]}."""
    grouped: dict[tuple[int, int], list[Limit]] = defaultdict(list)
    rows = Limit.objects.filter(page__in=pages).select_related("edition").order_by("pk")
    for limit in rows:
        grouped[limit.page_id, limit.edition.number if limit.edition else 0].append(limit)
    known = defaultdict(list)
    for (page, number), limits in grouped.items():
        known[page].append((number, limits))
    return known


def _earlier(known, number: int) -> list[Limit]:
    """What a text follows: its draft where an editor decided there, else the edition before."""
    draft = [limits for at, limits in known if at == 0]
    before = [pair for pair in known if 0 < pair[0] < number]
    latest = max(before, key=lambda pair: pair[0])[1] if before else []
    decided = [x for limits in draft for x in limits if x.status != Limit.PROPOSED]
    places = {(x.stable_id, x.text_digest, x.start) for x in decided}
    return decided + [x for x in latest if (x.stable_id, x.text_digest, x.start) not in places]


def read_new_edition(edition: Edition) -> None:
    """Carry the decisions over to an edition just adopted, so that readers miss nothing.

    First editions have nothing to carry and are read later, in bulk. A fault must not keep a text
    from being adopted: it is logged, and the background work tries again.
    """
    if not Limit.objects.filter(page_id=edition.page_id).exists():
        return
    try:
        read_editions([edition.pk])
    except Exception:
        logger.exception("Could not carry the limits over to edition %s.", edition.pk)


def read_some(count: int) -> int:
    """Read up to `count` editions not read yet, newest first; returns how many were read."""
    keys = Edition.objects.filter(limit_reading__isnull=True).order_by("-pk")
    keys = list(keys.values_list("pk", flat=True)[:count])
    read_editions(keys)
    return len(keys)


@transaction.atomic
def read_draft(page_id: int, provisions: list[Provision], digest: str) -> None:
    """Propose the limits of a page's working text, if it changed since it was last read."""
    reading = LimitReading.objects.select_for_update().filter(page_id=page_id, edition=None).first()
    if reading and reading.digest == digest:
        return
    known = _known_limits({page_id})[page_id]
    earlier = _earlier(known, max((number for number, _x in known), default=0) + 1)
    made = proposals(provisions, earlier, words_in_force(), page_id=page_id, edition_id=None)
    Limit.objects.filter(page_id=page_id, edition=None).delete()
    Limit.objects.bulk_create(made)
    LimitReading.objects.update_or_create(
        page_id=page_id, edition=None, defaults={"digest": digest}
    )


@transaction.atomic
def read_again(page_id: int, edition_id: int | None, provisions: list[Provision]) -> int:
    """Look once more, with the words in force now; adds what is new and returns how many."""
    present = list(Limit.objects.filter(page_id=page_id, edition_id=edition_id))
    made = proposals(provisions, present, words_in_force(), page_id=page_id, edition_id=edition_id)
    places = {(x.stable_id, x.start, x.end) for x in present}
    new = [x for x in made if (x.stable_id, x.start, x.end) not in places]
    Limit.objects.bulk_create(new)
    return len(new)
