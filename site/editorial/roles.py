"""What each role may do at the node it serves. Data only: nothing here touches the database."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WRITE = ("add", "change")
REVIEW = ("add", "change", "publish", "lock", "unlock")
MEDIA = ("add", "change", "choose")


@dataclass(frozen=True)
class Role:
    """A role someone is appointed to at one page of the tree.

    `serves` is the label of the page model the role belongs to (`villages.VillagePage`);
    `page_actions` hold at that page and below; `media_actions` hold for pictures and documents
    in the collection of that body and the bodies below it.
    """

    key: str
    name: str | Promise
    serves: str
    page_actions: tuple[str, ...]
    media_actions: tuple[str, ...] = MEDIA


ROLES = {
    role.key: role
    for role in (
        Role("village_editor", _("村级编辑"), "villages.VillagePage", WRITE),
        Role("township_reviewer", _("乡镇审核员"), "villages.TownshipPage", REVIEW),
        Role("county_admin", _("县级管理员"), "villages.CountyPage", REVIEW),
        Role("prefecture_admin", _("州级管理员"), "home.HomePage", REVIEW),
        Role(
            "propaganda_staff",
            _("宣传员"),
            "home.FeatureIndexPage",
            ("add", "change", "publish"),
        ),
    )
}
