"""Puts the synonyms under the administrators' snippets."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search.models import Synonym


class SynonymViewSet(SnippetViewSet):
    """Lists and edits groups of synonyms."""

    model = Synonym
    icon = "search"
    menu_label = _("同义词")
    list_display = ["__str__"]
    search_fields = ["words"]


register_snippet(SynonymViewSet)
