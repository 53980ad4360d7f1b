"""Who may log in, and what an account may do beside pages: as mandates say at this moment."""

from django.contrib.auth.backends import ModelBackend

from . import mandates

ADMIN = "wagtailadmin.access_admin"


class MandateBackend(ModelBackend):
    """Django's accounts and passwords; the door of the admin opens while a mandate runs.

    Django's groups give no rights here: nobody could say when those begin or end.
    """

    def get_group_permissions(self, user_obj, obj=None):
        if obj is not None or user_obj.is_anonymous:
            return set()
        if user_obj.is_active and user_obj.is_superuser:
            return super().get_group_permissions(user_obj)
        return {ADMIN} if mandates.live_mandates(user_obj) else set()
