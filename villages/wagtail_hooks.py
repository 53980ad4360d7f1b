"""Admin screens of what is no page here: other names and former codes of places, honours."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from villages.models import AreaAlias, Honour, Term


class AreaAliasViewSet(SnippetViewSet):
    model = AreaAlias
    icon = "tag"
    menu_label = _("地方别名与旧代码")
    list_display = ["value", "kind", "area", "valid_from", "valid_until"]
    list_filter = ["kind"]
    search_fields = ["value", "area__title"]
    ordering = ["-pk"]
    panels = [
        FieldPanel("area"),
        FieldPanel("kind"),
        FieldPanel("value"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
    ]

    def get_queryset(self, request):
        return AreaAlias.objects.select_related("area")


class HonourViewSet(SnippetViewSet):
    model = Honour
    icon = "pick"
    menu_label = _("荣誉称号")
    list_display = ["name", "order"]
    panels = [FieldPanel("name"), FieldPanel("order")]


class TermViewSet(SnippetViewSet):
    """The words that reading pages explain."""

    model = Term
    icon = "help"
    menu_label = _("词语解释")
    menu_order = 305
    add_to_admin_menu = True
    list_display = ["word", "explanation", "active"]
    list_filter = ["active"]
    search_fields = ["word", "variants", "explanation"]
    panels = [
        FieldPanel("word"),
        FieldPanel("variants"),
        FieldPanel("explanation"),
        FieldPanel("active"),
    ]


class PlacesViewSetGroup(SnippetViewSetGroup):
    items = [AreaAliasViewSet, HonourViewSet]
    menu_icon = "site"
    menu_label = _("地方与称号")
    menu_order = 300


register_snippet(PlacesViewSetGroup)
register_snippet(TermViewSet)
