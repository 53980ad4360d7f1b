from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    name = "editorial"
    label = "editorial"
    verbose_name = _("编审")

    def ready(self):
        from wagtail.models import get_page_models

        from safety.removal.receiving import when_received

        from . import (
            checks,
            chosen_objects,
            notifications,
            permission_policy,
            removal_steps,
            restarts,
            review,
        )

        when_received(removal_steps.tell_reviewers)
        permission_policy.register()
        review.bind_reviewed_models(get_page_models())
        chosen_objects.bind_page_models(get_page_models())
        notifications.connect()
        restarts.connect()
        register(checks.guard_is_installed, Tags.security, deploy=True)
