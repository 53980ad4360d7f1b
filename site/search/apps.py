"""Registers the search app and connects the signals that keep the index true."""

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = _("检索")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from search import outbox, synonyms

        synonyms.connect()
        outbox.connect()
        if apps.is_installed("safety"):
            from safety.records import guard
            from search.models import CommonQuestion, Synonym

            guard(CommonQuestion, Synonym)
        if apps.is_installed("wagtail"):
            from search import erasing, tree_signals

            tree_signals.connect()
            erasing.connect()
        if apps.is_installed("taggit"):
            from search import tag_signals

            tag_signals.connect()
