"""What holds at a village or group: its texts, its village's, its groups', and what differs."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants.kinds import COVENANT
from covenants.models import DifferingArticle, Following
from villages.models import GroupPage, VillagePage
from villages.models.public import GROUP, VILLAGE
from villages.visibility import shown

from .held_texts import HeldText, RuleAt, rules_at, texts_in_force


@dataclass
class Otherwise:
    """What groups that follow their village have otherwise: {group's key: its articles}.

    `following` are the keys of the groups that follow.
    """

    following: set[int]
    articles: dict[int, list[DifferingArticle]]


def otherwise(groups: list[int]) -> Otherwise:
    """Of some groups, today; at most two queries."""
    followings = _followings(groups)
    return Otherwise(set(followings.values()), _differing(followings))


@dataclass
class PlaceTexts:
    """All that is asked about at one place.

    `own` are the texts of the place itself; `village` those of the village above a group, empty
    for a village. `groups` are [(group, its texts)] below a village. `rules` are those
    registered, with or without a text in force.
    """

    area: VillagePage | GroupPage
    rules: list[RuleAt]
    own: list[HeldText]
    village: list[HeldText]
    groups: list[tuple[GroupPage, list[HeldText]]]
    otherwise: Otherwise
    community: bool

    @property
    def is_group(self) -> bool:
        return len(self.area.path) >= GROUP

    @property
    def follows(self) -> bool:
        """Whether the group follows its village's covenant."""
        return self.area.pk in self.otherwise.following

    @property
    def own_covenant(self) -> HeldText | None:
        return next((text for text in self.own if text.kind == COVENANT), None)

    @property
    def own_differing(self) -> list[DifferingArticle]:
        """For a group that follows its village: the articles it has otherwise."""
        return self.otherwise.articles.get(self.area.pk, [])

    @property
    def replaced(self) -> frozenset:
        """Stable ids of the village's articles that do not hold in this group."""
        return frozenset(row.stable_id for row in self.own_differing)

    def charter(self, council: str) -> Page | None:
        """The registered charter of a council: the place's own, else its village's."""
        here = [r for r in self.rules if r.kind == council and r.page.depth <= self.area.depth + 1]
        return max((rule.page for rule in here), key=lambda page: page.depth, default=None)


def place_texts(area, hidden) -> PlaceTexts:
    """Everything about a village or group; at most seven queries."""
    rules = rules_at(area, hidden)
    in_group = len(area.path) >= GROUP
    if in_group and not village_is_shown(area, hidden):
        rules = [rule for rule in rules if rule.holder_path == area.path]
    by_holder = defaultdict(list)
    for text in texts_in_force(rules):
        by_holder[text.rule.holder_path].append(text)
    groups = [] if in_group else list(_groups(area, hidden))
    return PlaceTexts(
        area=area,
        rules=rules,
        own=by_holder[area.path],
        village=by_holder[area.path[:VILLAGE]] if in_group else [],
        groups=[(group, by_holder[group.path]) for group in groups],
        otherwise=otherwise([area.pk] if in_group else [group.pk for group in groups]),
        community=any(rule.page.in_community for rule in rules),
    )


def _groups(village, hidden):
    return shown(GroupPage.objects.child_of(village), hidden).order_by("path")


def village_is_shown(group, hidden) -> bool:
    """Whether the village above a group may be shown."""
    village = next((above for above in group.areas if len(above.path) == VILLAGE), None)
    return village is not None and village.live and not village.path.startswith(tuple(hidden))


def _followings(groups: list[int]) -> dict[int, int]:
    """{following: group} for those in force today; a group's newest one."""
    rows = Following.objects.in_force().filter(group__in=groups).order_by("effective_from", "pk")
    newest = {group: pk for pk, group in rows.values_list("pk", "group_id")}
    return {pk: group for group, pk in newest.items()}


def _differing(followings: dict[int, int]) -> dict[int, list[DifferingArticle]]:
    found = defaultdict(list)
    for article in DifferingArticle.objects.filter(following__in=list(followings)).order_by("pk"):
        found[followings[article.following_id]].append(article)
    return dict(found)


def holder_word(place: PlaceTexts) -> str:
    """How the place calls itself in a sentence: 本村, 本社区, 本组."""
    if place.is_group:
        return _("本组")
    return _("本社区") if place.community else _("本村")
