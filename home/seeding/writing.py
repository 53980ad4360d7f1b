"""Puts composed content into the database: some villages in one transaction.

What a village has already is passed over, so that a run after a killed one, or with greater
numbers, completes what is missing. Validates nothing: composed texts are known to be sound.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import reset_queries, transaction
from taggit.models import Tag
from wagtail.models import Page, ReferenceIndex

from covenants.adoption import adopt_first
from covenants.kinds import COVENANT
from covenants.models import CouncilPage, CovenantPage
from home.seeding import pages
from home.seeding.places import Place, numbers, shares
from home.seeding.records import compose_consultation, compose_household, parts
from home.seeding.rules import KINDS, clauses, compose_rule
from search import outbox
from villages.models import CountyPage, GroupPage, Honour, HouseholdPage, TownshipPage, VillagePage
from villages.planting import plant_below

BATCH_PAGES = 1000
"""Pages that one transaction aims at; memory does not depend on how many there are in all."""


@dataclass(frozen=True)
class Wanted:
    """How much there is to be in the end, and what the texts are drawn by."""

    villages: int
    groups: int
    consultations: int
    households: int
    seed: int


@dataclass(frozen=True)
class Village:
    """A village and what it is to have."""

    pk: int
    path: str
    place: Place
    groups: int
    consultations: int
    households: int

    @property
    def pages(self) -> int:
        return self.groups + len(KINDS) * (1 + self.groups) + self.consultations + self.households


def real_villages(limit: int) -> list[tuple[int, str, Place]]:
    """(pk, tree path, place) of the first villages of the tree that are no samples."""
    samples = tuple(CountyPage.objects.filter(sample=True).values_list("path", flat=True))
    above = dict(CountyPage.objects.values_list("path", "title"))
    above |= dict(TownshipPage.objects.values_list("path", "title"))
    found = []
    rows = VillagePage.objects.live().filter(sample=False).order_by("path")
    for pk, path, title, code, kind in rows.values_list(
        "pk", "path", "title", "code", "village_type"
    ):
        if len(found) == limit:
            break
        if samples and path.startswith(samples):
            continue
        township, county = path[: -Page.steplen], path[: -2 * Page.steplen]
        place = Place(
            key=code or f"pk{pk}",
            village=title,
            township=above[township],
            county=above[county],
            community=kind == VillagePage.COMMUNITY,
            index=len(found),
        )
        found.append((pk, path, place))
    return found


def plan(wanted: Wanted) -> list[Village]:
    """What each village is to have, with what it has; the same for the same tree and numbers."""
    villages = real_villages(wanted.villages)
    keys = [place.key for _pk, _path, place in villages]
    present = numbers_present()

    def share(total: int, what: str) -> list[int]:
        there = [len(present[what][path]) for _pk, path, _place in villages]
        return shares(keys, total, what, there)

    return [
        Village(pk, path, place, *counts)
        for (pk, path, place), *counts in zip(
            villages,
            share(wanted.groups, "groups"),
            share(wanted.consultations, "consultations"),
            share(wanted.households, "households"),
            strict=True,
        )
    ]


def numbers_present(**below) -> dict[str, dict[str, set[int]]]:
    """{"groups", "consultations", "households": {village's path: numbers there are}}.

    ``below`` bounds the tree paths. Of records only those that were seeded count. Two queries.
    """
    found: dict = {what: defaultdict(set) for what in ("groups", "consultations", "households")}
    groups = GroupPage.objects.filter(**below, number__isnull=False)
    for path, number in groups.values_list("path", "number"):
        found["groups"][path[: -Page.steplen]].add(number)
    seeded = Page.objects.filter(**below, slug__startswith="seed-")
    for path, slug in seeded.values_list("path", "slug"):
        what, _, number = slug.removeprefix("seed-").partition("-")
        if number.isdecimal() and f"{what}s" in found:
            found[f"{what}s"][path[: -Page.steplen]].add(int(number))
    return found


def write(
    villages: Sequence[Village], seed: int, progress: Callable[[int], object] = lambda number: None
) -> Counter:
    """Makes what is missing; {model label: number made}.

    ``progress`` is told the number of pages of each batch, made or there already. Each batch is a
    transaction of its own; the outbox notes the pages in it.
    """
    made: Counter = Counter()
    names = Names.ensure()
    for batch in _batches(villages):
        with outbox.later(), transaction.atomic():
            made += _Batch(batch, seed, names).write()
        # Where DEBUG is on Django keeps the statements.
        reset_queries()
        progress(sum(village.pages for village in batch))
    return made


def _batches(villages: Sequence[Village]) -> Iterator[list[Village]]:
    batch: list[Village] = []
    for village in villages:
        batch.append(village)
        if sum(one.pages for one in batch) >= BATCH_PAGES:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(frozen=True)
class Names:
    """Keys of what many pages refer to."""

    tags: dict[str, int]
    honours: dict[str, int]

    @classmethod
    @transaction.atomic
    def ensure(cls) -> "Names":
        """Makes the tags and honours that are missing."""
        honours = [household["honour"] for household in parts()["household"]]
        tags = [*honours]
        for source in (*clauses()["topic"], *clauses()["charter"], *parts()["topic"]):
            tags += source["tags"]
        return cls(
            tags={name: Tag.objects.get_or_create(name=name)[0].pk for name in dict.fromkeys(tags)},
            honours={name: Honour.objects.get_or_create(name=name)[0].pk for name in honours},
        )


@dataclass
class _Batch:
    """Some villages that are written together; within a transaction."""

    villages: Sequence[Village]
    seed: int
    names: Names
    families: list = field(default_factory=list)
    adopted: list = field(default_factory=list)
    tagged: list = field(default_factory=list)

    def write(self) -> Counter:
        present = _Present(self.villages)
        parents = Page.objects.in_bulk([village.pk for village in self.villages])
        groups = self._plant_groups(present, parents)
        for village in self.villages:
            records = self._records(village, present.numbers)
            rules = self._rules(village.place, present.rules[village.path])
            self.families.append((parents[village.pk], [*rules, *records]))
            for number in numbers(present.numbers["groups"][village.path], village.groups):
                page = groups[village.path, number]
                rules = self._rules(village.place.group_of(number), present.rules[page.path])
                self.families.append((page, rules))
        plant_below(self.families)
        adopt_first(self.adopted)
        self._tag()
        planted = [page for _parent, children in self.families for page in children]
        households = (page for page in planted if isinstance(page, HouseholdPage))
        note_references((page, Honour, page.honour_id, "honour") for page in households)
        made = Counter(type(page)._meta.model_name for page in planted)
        made["grouppage"] += sum(group.was_planted for group in groups.values())
        return made

    def _plant_groups(self, present: "_Present", parents) -> dict[tuple[str, int], Page]:
        """{(village's path, number): group}: those there are and those planted now."""
        found = dict(present.groups)
        for group in found.values():
            group.was_planted = False
        families = []
        for village in self.villages:
            new = []
            for number in numbers(present.numbers["groups"][village.path], village.groups):
                if (village.path, number) not in found:
                    group = pages.group_page(number)
                    group.was_planted = True
                    found[village.path, number] = group
                    new.append(group)
            families.append((parents[village.pk], new))
        plant_below(families)
        return found

    def _rules(self, place: Place, present: set[str]) -> list[Page]:
        made = []
        for kind in KINDS:
            if kind not in present:
                rule = compose_rule(place, kind, self.seed)
                page, rows = pages.rule_page(place, rule)
                self.adopted.append((page, rows))
                self.tagged.append((page, rule.tags))
                made.append(page)
        return made

    def _records(self, village: Village, present: dict) -> list[Page]:
        place, made = village.place, []
        there = present["consultations"][village.path]
        for number in numbers(there, village.consultations):
            slug = f"seed-consultation-{number}"
            if number not in there:
                record = compose_consultation(place, number, self.seed)
                made.append(pages.consultation_page(slug, f"{place.key}:{slug}", record))
                self.tagged.append((made[-1], record.tags))
        there = present["households"][village.path]
        for number in numbers(there, village.households):
            slug = f"seed-household-{number}"
            if number not in there:
                household = compose_household(place, number, self.seed)
                honour = self.names.honours[household.honour]
                made.append(pages.household_page(slug, household, honour))
                self.tagged.append((made[-1], household.tags))
        return made

    def _tag(self) -> None:
        rows = defaultdict(list)
        for page, tags in self.tagged:
            through = type(page).tags.through
            rows[through] += [
                through(tag_id=self.names.tags[tag], content_object=page) for tag in tags
            ]
        for through, items in rows.items():
            through.objects.bulk_create(items)
            note_references(
                (item.content_object, Tag, item.tag_id, "tagged_items", f"{item.pk}", "tag")
                for item in items
            )


def note_references(references: Iterable[tuple]) -> None:
    """Tells Wagtail's reference index what saving the pages would have told it.

    ``references``: (page, model referred to, its key, field of the page), for a field of a child
    object followed by (key of the child, field of the child).
    """
    types = ContentType.objects.get_for_model
    rows = []
    for page, model, pk, *path in references:
        content_path = ".".join(path)
        rows.append(
            ReferenceIndex(
                content_type=types(page),
                base_content_type=types(Page),
                object_id=str(page.pk),
                to_content_type=types(model),
                to_object_id=str(pk),
                model_path=content_path if len(path) == 1 else f"{path[0]}.item.{path[2]}",
                content_path=content_path,
                content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
            )
        )
    ReferenceIndex.objects.bulk_create(rows)


class _Present:
    """What villages that follow each other in the tree have: five queries.

    ``groups`` {(village's path, number): page}; ``rules`` {place's path: kinds}; ``numbers`` of
    what is counted, as ``numbers_present`` gives them.
    """

    def __init__(self, villages: Sequence[Village]):
        first, last = villages[0].path, villages[-1].path
        below = {"path__gt": first, "path__lte": Page._get_children_path_interval(last)[1]}
        step = Page.steplen
        self.groups = {
            (group.path[:-step], group.number): group
            for group in GroupPage.objects.filter(**below, number__isnull=False)
        }
        self.rules: dict[str, set[str]] = defaultdict(set)
        for path in CovenantPage.objects.filter(**below).values_list("path", flat=True):
            self.rules[path[:-step]].add(COVENANT)
        for path, council in CouncilPage.objects.filter(**below).values_list("path", "council"):
            self.rules[path[:-step]].add(council)
        self.numbers = numbers_present(**below)
