"""Puts what administrators keep for search under their snippets."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import AdminOnlyMenuItem
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search.admin_status import index_status
from search.misses import SHOWN_FROM
from search.models import CommonQuestion, Miss, Synonym


class SynonymViewSet(SnippetViewSet):
    """Lists and edits groups of synonyms."""

    model = Synonym
    icon = "search"
    menu_label = _("同义词")
    list_display = ["__str__"]
    search_fields = ["words"]


class CommonQuestionViewSet(SnippetViewSet):
    """Lists and edits the questions offered while somebody types."""

    model = CommonQuestion
    icon = "help"
    menu_label = _("常见问题")
    list_display = ["text", "topics", "order"]
    search_fields = ["text"]


class ReadOnly(ModelPermissionPolicy):
    """Nobody adds or changes; who may delete or view, may view and delete."""

    def user_has_permission(self, user, action):
        return action not in ("add", "change") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class MissViewSet(SnippetViewSet):
    """Shows what residents did not find, most frequent first, so that synonyms can be added."""

    model = Miss
    icon = "search"
    menu_label = _("没有搜到的词")
    list_display = ["words", "count", "last_day"]
    search_fields = ["words"]
    ordering = ["-count", "words"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_queryset(self, request):
        """What a single person typed stays unseen."""
        return Miss.objects.filter(count__gte=SHOWN_FROM)


register_permission_policy(Miss, ReadOnly(Miss))
register_snippet(SynonymViewSet)
register_snippet(CommonQuestionViewSet)
register_snippet(MissViewSet)


@hooks.register("register_admin_urls")
def index_status_url():
    """The address of the report on the index."""
    return [path("reports/search-index/", index_status, name="search_index_status")]


@hooks.register("register_reports_menu_item")
def index_status_menu_item():
    """The report's place under the administrators' reports."""
    address = reverse_lazy("search_index_status")
    return AdminOnlyMenuItem(_("检索目录"), address, icon_name="search", order=1200)
