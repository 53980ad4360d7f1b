"""Admin screens of what is no page here: other names and former codes of places, honours."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from editorial.mandates import may_appoint_somewhere
from villages.change_of_term import views as terms
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


@hooks.register("register_admin_urls")
def change_of_term_urls():
    return [
        path("terms/", terms.index, name="change_of_term_index"),
        path("terms/template.xlsx", terms.template, name="change_of_term_template"),
        path("terms/<int:page_id>/", terms.screen, name="change_of_term"),
        path("terms/<int:page_id>/end/", terms.finish, name="change_of_term_end"),
        path("terms/<int:page_id>/invite/", terms.invite, name="change_of_term_invite"),
        path("terms/<int:page_id>/slips/", terms.slips, name="change_of_term_slips"),
    ]


class ChangeOfTermMenuItem(MenuItem):
    """Shown to those who appoint anybody anywhere."""

    def is_shown(self, request):
        return may_appoint_somewhere(request.user)


@hooks.register("register_admin_menu_item")
def change_of_term_menu_item():
    return ChangeOfTermMenuItem(
        _("人员与换届"),
        reverse("change_of_term_index"),
        name="change-of-term",
        icon_name="group",
        order=95,
    )


register_snippet(PlacesViewSetGroup)
register_snippet(TermViewSet)
