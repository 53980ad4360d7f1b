"""What each role may do at the body it serves. Data only: nothing here touches the database."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

READ = ("view",)
WRITE = ("add", "change")
REVIEW = ("add", "change", "publish", "lock", "unlock")
MEDIA = ("add", "change", "choose")

VILLAGE = "villages.VillagePage"
TOWNSHIP = "villages.TownshipPage"
COUNTY = "villages.CountyPage"
HOME = "home.HomePage"
FEATURES = "home.FeatureIndexPage"

VILLAGE_EDITOR, VILLAGE_SUPERVISOR = "village_editor", "village_supervisor"
TOWNSHIP_REVIEWER, TOWNSHIP_FILER = "township_reviewer", "township_filer"
COUNTY_ADMIN, PREFECTURE_ADMIN = "county_admin", "prefecture_admin"
"""Keys of roles that other modules speak of."""

FIRST, SECOND, FINAL = "first", "second", "final"
REVIEWS = {FIRST: _("初审"), SECOND: _("复审"), FINAL: _("终审")}
"""The reviews of a text that goes through several, in order."""


@dataclass(frozen=True)
class Role:
    """A role someone is appointed to at one body, a page of the tree.

    `serves` is the label of the page model the role belongs to; `page_actions` hold at that page
    and below (`view` is reading drafts and nothing else); `media_actions` hold for pictures and
    documents in the collection of that body and the bodies below it. Holders of the role
    `appointed_by`, at the body or above it, appoint and dismiss; where it is empty, only
    superusers do. `offered` is false for a role that new appointments should not choose. `reviews`
    is which of several reviews of a text its holders take, if that is another than the last.
    """

    key: str
    name: str | Promise
    serves: str
    page_actions: tuple[str, ...]
    media_actions: tuple[str, ...] = MEDIA
    appointed_by: str = ""
    offered: bool = True
    reviews: str = ""

    @property
    def publishes(self) -> bool:
        return "publish" in self.page_actions


ROLES = {
    role.key: role
    for role in (
        Role(VILLAGE_EDITOR, _("村级编辑"), VILLAGE, WRITE, appointed_by=TOWNSHIP_REVIEWER),
        Role(VILLAGE_SUPERVISOR, _("村务监督"), VILLAGE, READ, (), appointed_by=TOWNSHIP_REVIEWER),
        Role(TOWNSHIP_REVIEWER, _("乡镇审核员"), TOWNSHIP, REVIEW, appointed_by=COUNTY_ADMIN),
        Role(TOWNSHIP_FILER, _("乡镇备案员"), TOWNSHIP, READ, (), appointed_by=COUNTY_ADMIN),
        Role(COUNTY_ADMIN, _("县级管理员"), COUNTY, REVIEW, appointed_by=PREFECTURE_ADMIN),
        Role(PREFECTURE_ADMIN, _("州级管理员"), HOME, REVIEW),
        Role("propaganda_editor", _("宣传编辑"), FEATURES, WRITE, appointed_by=PREFECTURE_ADMIN),
        Role(
            "propaganda_first_review",
            _("宣传初审"),
            FEATURES,
            ("view", "change"),
            appointed_by=PREFECTURE_ADMIN,
            reviews=FIRST,
        ),
        Role(
            "propaganda_second_review",
            _("宣传复审"),
            FEATURES,
            ("view", "change"),
            appointed_by=PREFECTURE_ADMIN,
            reviews=SECOND,
        ),
        Role(
            "propaganda_final_review",
            _("宣传终审"),
            FEATURES,
            REVIEW,
            appointed_by=PREFECTURE_ADMIN,
        ),
        # Where one person edits and gives the final review; those appointed before the three
        # reviews were told apart hold it.
        Role(
            "propaganda_staff",
            _("宣传员"),
            FEATURES,
            ("add", "change", "publish"),
            appointed_by=PREFECTURE_ADMIN,
            offered=False,
        ),
    )
}

PROPAGANDA = tuple(key for key, role in ROLES.items() if role.serves == FEATURES)


def roles_allowing(page_actions) -> list[str]:
    """Keys of the roles that may do any of `page_actions` at their body."""
    wanted = set(page_actions)
    return [role.key for role in ROLES.values() if not wanted.isdisjoint(role.page_actions)]


def roles_reviewing(step: str) -> list[str]:
    """Keys of the roles that take this review of a text; the last or only one is for whoever may
    publish."""
    named = [role.key for role in ROLES.values() if step and role.reviews == step]
    return named or roles_allowing({"publish"})


def roles_allowing_media(actions) -> list[str]:
    """Keys of the roles that may do any of `actions` with their body's pictures and documents."""
    wanted = set(actions)
    return [role.key for role in ROLES.values() if not wanted.isdisjoint(role.media_actions)]
