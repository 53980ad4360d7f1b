"""The admin screen of situations; for propaganda, county and prefecture."""

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from covenants.limit_words import ROLES, CountyAndAbove
from editorial.roles import PROPAGANDA
from home.models import Situation


class PropagandaAndAbove(CountyAndAbove):
    """Nobody deletes: the address may hang printed on a wall. What is not wanted is taken out."""

    roles = (*ROLES, *PROPAGANDA)


class SituationViewSet(SnippetViewSet):
    model = Situation
    icon = "list-ul"
    menu_label = _("办事情形")
    menu_name = "situations"
    menu_order = 311
    add_to_admin_menu = True
    list_display = ["name", "question", "words", "active"]
    search_fields = ["name", "question", "words"]
    copy_view_enabled = False
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        FieldPanel("question"),
        FieldPanel("explanation"),
        MultiFieldPanel(
            [FieldPanel("words"), FieldPanel("weak_words"), FieldPanel("ignored_words")],
            heading=_("靠什么找条文"),
        ),
        MultiFieldPanel(
            [FieldPanel("matters", widget=CheckboxSelectMultiple), FieldPanel("scopes")],
            heading=_("大字显示什么"),
        ),
        MultiFieldPanel([FieldPanel("council"), FieldPanel("report")], heading=_("找谁、报给谁")),
        FieldRowPanel([FieldPanel("icon"), FieldPanel("order"), FieldPanel("active")]),
    ]


register_permission_policy(Situation, PropagandaAndAbove(Situation))
