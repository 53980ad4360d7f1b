"""All situations of a place, each with its number where there is one."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants.kinds import COVENANT, KINDS
from covenants.models import Limit
from home.comparison.matters import in_force
from home.models.situation import LimitMatter, Situation
from villages.models.public import GROUP, STEP
from villages.visibility import shown

from .choosing import Topic
from .figures import Source, Standing, figures_of, standing_in, tile_text
from .held_texts import below_place
from .page import own_ways
from .place import Otherwise, PlaceTexts, otherwise, village_is_shown


def situations() -> list[Situation]:
    """The situations in use, in their order, each with its `limit_matters`; one query."""
    rows = Situation.objects.filter(active=True).annotate(
        matter_key=F("matters__key"),
        matter_name=F("matters__name"),
        matter_general=F("matters__general"),
    )
    found: dict[int, Situation] = {}
    for row in rows.order_by("order", "pk", "matters__order", "matters__pk"):
        if row.pk not in found:
            found[row.pk] = row
            row.limit_matters = []
        if row.matter_key:
            matter = LimitMatter(row.matter_key, row.matter_name, row.matter_general)
            found[row.pk].limit_matters.append(matter)
    return list(found.values())


@dataclass(frozen=True)
class Tile:
    """A situation and where its page is; `number` like 红事不超过15桌, empty without one."""

    situation: Situation
    address: str
    number: str = ""


@dataclass
class Numbers:
    """The confirmed limits that hold at a place: its own, and its village's for a group."""

    area: object
    own: list[Standing]
    village: list[Standing]
    otherwise: Otherwise

    def tiles(self, known: list[Situation]) -> list[Tile]:
        address = f"{self.area.url}shiqing/"
        return [Tile(one, f"{address}{one.slug}/", self._number(one.topic)) for one in known]

    def _number(self, topic: Topic) -> str:
        """Never the village's number where the group has something else in its article's place."""
        own = tile_text(figures_of(self.own, topic), topic)
        if len(self.area.path) < GROUP:
            return own
        if own_ways(self.otherwise.articles.get(self.area.pk, []), topic, ""):
            return _("本组另有规定")
        of_village = tile_text(figures_of(self.village, topic), topic)
        if self.area.pk in self.otherwise.following:
            return own or of_village
        both = [
            _("本组：%s") % own if own else "",
            _("村里：%s") % of_village if of_village else "",
        ]
        return "；".join(filter(None, both))


def numbers_in(place: PlaceTexts) -> Numbers:
    """The numbers of texts already read."""
    village = standing_in(place.village, place.replaced)
    return Numbers(place.area, standing_in(place.own), village, place.otherwise)


def numbers_at(area, hidden) -> Numbers:
    """The numbers of a village or group, without its texts; one query, for a group three."""
    in_group = len(area.path) >= GROUP
    held = otherwise([area.pk]) if in_group else Otherwise(set(), {})
    replaced = {row.stable_id for row in held.articles.get(area.pk, [])}
    # The few pages first: a condition on their paths would read every limit there is.
    pages = Page.objects.filter(below_place(area)).values("pk")
    rows = shown(in_force(Limit.objects.filter(page__in=pages)), hidden, field="page")
    rows = rows.select_related("matter", "page").annotate(council=F("page__councilpage__council"))
    ordered = sorted(rows, key=lambda x: (KINDS.index(x.council or COVENANT), x.pk))
    own, village = [], []
    may_show = in_group and village_is_shown(area, hidden)
    for limit in ordered:
        standing = (limit, Source(str(limit.page_id), "", "", limit.clause))
        if limit.page.path[:-STEP] == area.path:
            own.append(standing)
        elif may_show and limit.stable_id not in replaced:
            village.append(standing)
    return Numbers(area, own, village, held)
