"""The texts that hold at a place today: covenant and charters with their confirmed limits.

A fixed number of queries, however many articles, groups and limits there are.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants.kinds import COVENANT, KINDS
from covenants.models import Edition, Limit, Provision
from covenants.models.rule import COMPARISON
from covenants.reading import with_suspensions
from covenants.sections import text_name
from villages.models import VillagePage
from villages.models.public import GROUP, STEP, VILLAGE
from villages.places import path_range
from villages.visibility import shown

from .choosing import Passage


@dataclass(frozen=True)
class RuleAt:
    """A rule that may be shown: its page (of the base type) and which of the five kinds it is."""

    page: Page
    kind: str
    name: str

    @property
    def holder_path(self) -> str:
        """Tree path of the village or group whose rule it is."""
        return self.page.path[:-STEP]


@dataclass
class HeldText:
    """A rule's edition in force today. `limits` are the confirmed ones by their article's id."""

    rule: RuleAt
    edition: Edition
    coming: Edition | None
    provisions: list[Provision]
    limits: dict[UUID, list[Limit]]

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def kind(self) -> str:
        return self.rule.kind

    @property
    def url(self) -> str:
        return self.rule.page.url

    @property
    def comparison_url(self) -> str:
        return f"{self.url}{COMPARISON}/"

    def address(self, provision: Provision) -> str:
        return f"{self.url}#{provision.anchor}"

    @cached_property
    def passages(self) -> list[Passage]:
        """The articles as `choosing` reads them."""
        return [
            Passage(
                text=provision.plain_text,
                heading=provision.chapter_title,
                marks=tuple((x.matter.key, x.scope) for x in self.limits.get(row_id, [])),
            )
            for provision in self.provisions
            for row_id in [provision.stable_id]
        ]


def below_place(area) -> Q:
    """Pages directly below a village or group; for a group also those below its village."""
    places = [area.path, area.path[:VILLAGE]] if len(area.path) >= GROUP else [area.path]
    below = Q()
    for path in places:
        depth = len(path) // STEP + 1
        below |= Q(path__range=path_range(path), depth=depth)
    return below


def rules_at(area, hidden) -> list[RuleAt]:
    """Rules that may be shown of a place; one query.

    For a village its own and its groups'; for a group its own and its village's. The covenant
    first, then the councils in their order; the village's before its groups'.
    """
    below = below_place(area)
    if len(area.path) < GROUP:
        below |= Q(path__range=path_range(area.path), depth=GROUP // STEP + 1)
    is_rule = Q(covenantpage__isnull=False) | Q(councilpage__isnull=False)
    pages = shown(Page.objects.filter(below).filter(is_rule), hidden)
    community = VillagePage.objects.filter(
        path=Substr(OuterRef("path"), 1, VILLAGE), village_type=VillagePage.COMMUNITY
    )
    pages = pages.annotate(council=F("councilpage__council"), in_community=Exists(community))
    rules = []
    for page in pages:
        kind = page.council or COVENANT
        of_group = kind == COVENANT and page.depth > VILLAGE // STEP + 1
        name = _("小组规约") if of_group else text_name(kind, page.in_community)
        rules.append(RuleAt(page, kind, name))
    return sorted(rules, key=lambda r: (r.page.depth, r.holder_path, KINDS.index(r.kind)))


def texts_in_force(rules: Iterable[RuleAt]) -> list[HeldText]:
    """What of some rules is in force today, in their order; three queries."""
    rules, today = list(rules), timezone.localdate()
    current, coming = _editions({rule.page.pk for rule in rules}, today)
    provisions, limits = defaultdict(list), defaultdict(lambda: defaultdict(list))
    rows = Provision.objects.filter(edition__in=current.values()).order_by("position")
    for provision in with_suspensions(rows, today):
        provisions[provision.edition_id].append(provision)
    confirmed = Limit.objects.filter(edition__in=current.values(), status=Limit.CONFIRMED)
    for limit in confirmed.select_related("matter").order_by("start"):
        limits[limit.edition_id][limit.stable_id].append(limit)
    texts = []
    for rule in rules:
        edition = current.get(rule.page.pk)
        if edition:
            articles, numbers = provisions[edition.pk], limits[edition.pk]
            texts.append(HeldText(rule, edition, coming.get(rule.page.pk), articles, numbers))
    return texts


def _editions(pages: set[int], today: datetime.date) -> tuple[dict, dict]:
    """({page: the edition in force}, {page: the next one to come into force})."""
    lasting = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    current, coming = {}, {}
    for edition in Edition.objects.filter(lasting, page__in=pages).order_by("number"):
        if edition.in_force(today):
            current[edition.page_id] = edition
        elif edition.effective_from > today:
            coming.setdefault(edition.page_id, edition)
    return current, coming
