"""The texts of a whole prefecture as plain documents: what measurements index. Pure.

The proportions are those of one prefecture: 1,106 villages, 15,000 groups, five rules each,
60,000 consultation records, 10,000 households.
"""

from collections.abc import Iterator
from itertools import islice

from home.seeding.places import Place, invented_villages, shares
from home.seeding.records import compose_consultation, compose_household
from home.seeding.rules import KINDS, compose_rule, texts_of

DOCUMENTS_PER_VILLAGE = 150
GROUPS, CONSULTATIONS, HOUSEHOLDS = 13.56, 54.25, 9.04
"""How many of them one village has on average."""


def documents(count: int, seed: int) -> Iterator[dict]:
    """Yields exactly ``count`` documents, always the same for a seed, village after village.

    {"kind", "title", "text" (all lines), "passages" [(label, text)], "place" name of the village or
    group, "village", "township", "county", "village_index", "group" (number or None), "year",
    "date" (``datetime.date``), "tags" (list)}.
    """
    number = max(1, -(-count // DOCUMENTS_PER_VILLAGE) + 2)
    while True:
        villages = list(invented_villages(number, seed))
        keys = [village.key for village in villages]
        counts = [
            shares(keys, round(number * average), what)
            for what, average in (
                ("groups", GROUPS),
                ("consultations", CONSULTATIONS),
                ("households", HOUSEHOLDS),
            )
        ]
        total = sum(5 * (1 + g) + c + h for g, c, h in zip(*counts, strict=True))
        if total >= count:
            break
        number += -(-(count - total) // 100)
    found = (
        document
        for village, *numbers in zip(villages, *counts, strict=True)
        for document in village_documents(village, *numbers, seed)
    )
    return islice(found, count)


def village_documents(
    village: Place, groups: int, consultations: int, households: int, seed: int
) -> Iterator[dict]:
    """The documents of one village and its groups."""
    for place in [village, *(village.group_of(n) for n in range(1, groups + 1))]:
        for kind in KINDS:
            yield _rule(place, kind, seed)
    for number in range(1, consultations + 1):
        yield _consultation(village, number, seed)
    for number in range(1, households + 1):
        yield _household(village, number, seed)


def _document(place: Place, kind: str, title: str, texts, passages, date, tags) -> dict:
    return {
        "kind": kind,
        "title": title,
        "text": "\n".join(filter(None, texts)),
        "passages": passages,
        "place": place.name,
        "village": place.village,
        "township": place.township,
        "county": place.county,
        "village_index": place.index,
        "group": place.group,
        "year": date.year,
        "date": date,
        "tags": list(tags),
    }


def _rule(place: Place, kind: str, seed: int) -> dict:
    rule = compose_rule(place, kind, seed)
    passages = [(article.label, article.plain_text) for article in rule.articles]
    return _document(
        place, kind, rule.title, texts_of(rule), passages, rule.effective_from, rule.tags
    )


def _consultation(place: Place, number: int, seed: int) -> dict:
    record = compose_consultation(place, number, seed)
    spoken = "\n".join(text for _, text in record.statements)
    followed = "\n".join(text for _, text in record.follow_ups)
    passages = [
        ("协商结果", record.result),
        ("背景", record.background),
        ("分歧", record.differences),
        ("落实进展", followed),
        ("发言", spoken),
    ]
    passages = [(label, text) for label, text in passages if text]
    texts = [text for _, text in passages]
    date = record.started_at.date()
    return _document(place, "consultation", record.title, texts, passages, date, record.tags)


def _household(place: Place, number: int, seed: int) -> dict:
    household = compose_household(place, number, seed)
    texts = [household.honour, household.granting_body, household.story]
    passages = [(household.honour, household.story)]
    return _document(
        place,
        "household",
        household.title,
        texts,
        passages,
        household.granted_on,
        household.tags,
    )
