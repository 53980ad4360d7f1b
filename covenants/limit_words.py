"""The admin screens of what limits are about and counted in; for county and prefecture."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from covenants.models import Matter, Measure
from editorial.mandates import holds_any_role
from editorial.roles import COUNTY_ADMIN, PREFECTURE_ADMIN

ROLES = (COUNTY_ADMIN, PREFECTURE_ADMIN)


class CountyAndAbove(ModelPermissionPolicy):
    """County and prefecture administrators add and change; nobody deletes what limits refer to."""

    roles = ROLES

    def user_has_permission(self, user, action):
        if action == "delete" or not (user.is_authenticated and user.is_active):
            return False
        return user.is_superuser or holds_any_role(user, self.roles)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class MatterViewSet(SnippetViewSet):
    model = Matter
    icon = "list-ul"
    menu_label = _("限额的事项")
    list_display = ["name", "measure", "words", "active"]
    search_fields = ["name", "words"]
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("measure"), FieldPanel("further_measures")]),
        FieldPanel("words"),
        FieldPanel("weak_words"),
        FieldRowPanel([FieldPanel("assumed"), FieldPanel("waivable"), FieldPanel("general")]),
        FieldRowPanel([FieldPanel("active"), FieldPanel("order")]),
    ]

    def get_queryset(self, request):
        return Matter.objects.select_related("measure")


class MeasureViewSet(SnippetViewSet):
    model = Measure
    icon = "list-ol"
    menu_label = _("限额的单位")
    list_display = ["name", "unit", "words"]
    search_fields = ["name", "unit", "words"]
    copy_view_enabled = False
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("unit")]),
        FieldPanel("words"),
        FieldPanel("loose_words"),
        FieldPanel("order"),
    ]


class LimitWordsGroup(SnippetViewSetGroup):
    items = [MatterViewSet, MeasureViewSet]
    menu_icon = "list-ul"
    menu_label = _("限额用词")
    menu_order = 310


for model in (Matter, Measure):
    register_permission_policy(model, CountyAndAbove(model))
