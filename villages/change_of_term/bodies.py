"""The bodies one screen is about: a place and those directly below it that people serve at."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.db.models.functions import Substr
from wagtail.models import Page

from editorial.mandates import live_mandates, may_appoint
from editorial.models import Mandate
from editorial.roles import HOME, ROLES, VILLAGE_EDITOR
from villages.lookup import plain_code
from villages.models import AreaAlias, AreaPage, CountyPage, TownshipPage, VillagePage
from villages.models.public import TOWNSHIP
from villages.names import core_name
from villages.places import children, within


class Bodies:
    """The bodies of one screen, in the order of the tree, in five queries.

    `pages`: the place itself first. `codes`: {page id: division code}.
    """

    def __init__(self, top: Page):
        self.top = top
        types = ContentType.objects.get_for_models(*_served_models())
        below = children(Page.objects.all(), top).filter(content_type__in=types.values())
        self.pages = [top, *below.order_by("path")]
        self.labels = {kind.pk: model._meta.label for model, kind in types.items()}
        areas = AreaPage.objects.filter(pk__in=[page.pk for page in self.pages])
        self.codes = dict(areas.values_list("pk", "code"))
        self._called = self._names(dict(areas.values_list("pk", "name")))

    def roles_at(self, page) -> list:
        """The roles of this body that new people may be given."""
        label = self.labels.get(page.content_type_id)
        return [role for role in ROLES.values() if role.serves == label and role.offered]

    def roles_for(self, user, page) -> list:
        """Those of them to which `user` may appoint."""
        return [role for role in self.roles_at(page) if may_appoint(user, role.key, page)]

    def named(self, text: str) -> list[Page]:
        """The bodies of this screen that a name or code means, former ones too."""
        return self._called.get(plain_code(text) or _word(text), [])

    def mandates(self):
        """All mandates at these bodies, ended ones too, newest last."""
        rows = Mandate.objects.filter(body__in=[page.pk for page in self.pages])
        return rows.select_related("user", "body", "ended_by").order_by("body__path", "pk")

    def _names(self, full_names) -> dict[str, list[Page]]:
        words = {page.pk: {_word(page.title)} for page in self.pages}
        for key, name in full_names.items():
            words[key] |= {_word(name), self.codes[key]}
        aliases = AreaAlias.objects.filter(area__in=full_names)
        for key, kind, value in aliases.values_list("area_id", "kind", "value"):
            words[key].add(value if kind == AreaAlias.CODE else _word(value))
        called: dict[str, list[Page]] = {}
        for page in self.pages:
            for word in words[page.pk] - {None, ""}:
                called.setdefault(word, []).append(page)
        return called


def may_open(user, page) -> bool:
    """Whether `user` may see who serves at this place and the ones below it."""
    if user.is_active and user.is_superuser:
        return True
    appointing = {role.appointed_by for role in ROLES.values()}
    return any(
        mandate.role in appointing and page.path.startswith(mandate.body.path)
        for mandate in live_mandates(user)
    )


def tops(user) -> list[Page]:
    """The places whose screens `user` may open: their own and the places below it."""
    wide = [apps.get_model(HOME), CountyPage, TownshipPage]
    kinds = ContentType.objects.get_for_models(*wide).values()
    pages = Page.objects.filter(content_type__in=kinds).order_by("path")
    if user.is_active and user.is_superuser:
        return list(pages)
    appointing = {role.appointed_by for role in ROLES.values()}
    own = [m.body for m in live_mandates(user) if m.role in appointing]
    return [page for page in pages if any(page.path.startswith(body.path) for body in own)]


def without_editor(villages):
    """Those of `villages` (a queryset) where nobody serves as editor today."""
    live = Mandate.objects.live().filter(role=VILLAGE_EDITOR, body=OuterRef("pk"))
    return villages.filter(~Exists(live))


def villages_without_editor(page) -> list[VillagePage]:
    """Villages below a place where nobody serves as editor today."""
    return list(without_editor(within(VillagePage.objects.all(), page)).order_by("path"))


def numbers_without_editor() -> dict[str, int]:
    """{tree path of a township: villages below it without an editor}, one query."""
    rows = without_editor(VillagePage.objects.all()).annotate(above=Substr("path", 1, TOWNSHIP))
    counts: dict[str, int] = {}
    for above in rows.values_list("above", flat=True):
        counts[above] = counts.get(above, 0) + 1
    return counts


def _word(name: str) -> str:
    """What stays of a name however it is written: 岔河村, 岔河村委会, 岔河社区 → 岔河."""
    return core_name(name).removesuffix("村")


def _served_models():
    return [apps.get_model(label) for label in sorted({role.serves for role in ROLES.values()})]
