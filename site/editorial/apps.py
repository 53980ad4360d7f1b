from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    name = "editorial"
    label = "editorial"
    verbose_name = _("编审")

    def ready(self):
        from wagtail.models import get_page_models

        from safety.accounts import second_factor
        from safety.removal.receiving import when_received

        from . import (
            body_collections,
            checks,
            chosen_objects,
            copies,
            inbox,
            logged,
            media_policy,
            notifications,
            permission_policy,
            removal_inbox,
            removal_steps,
            restarts,
            review,
            rights,
        )

        when_received(removal_steps.tell_reviewers)
        removal_inbox.register_way_on(copies.ways_on)
        permission_policy.register()
        media_policy.register()
        body_collections.connect()
        review.bind_reviewed_models(get_page_models())
        chosen_objects.bind_page_models(get_page_models())
        notifications.connect()
        inbox.register()
        logged.connect()
        restarts.connect()
        second_factor.require_of(rights.needs_second_factor)
        register(checks.guard_is_installed, Tags.security, deploy=True)
