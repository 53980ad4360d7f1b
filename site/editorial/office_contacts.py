"""The admin screen of the offices' numbers: reviewers register them for the places they serve."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.models import Page
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from safety.models import OfficeContact
from safety.publishers import pages_to_publish, publishes_somewhere

from .review import holds_review_right


class ReviewersRegister(ModelPermissionPolicy):
    """Whoever publishes somewhere registers, changes and removes numbers of the places below."""

    def user_has_permission(self, user, action):
        if not (user.is_authenticated and user.is_active):
            return False
        return user.is_superuser or publishes_somewhere(user)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user, action, instance):
        if not self.user_has_permission(user, action):
            return False
        return may_register_for(user, instance.area)


def may_register_for(user, area) -> bool:
    """Whether `user` may register numbers for a place, or for the whole site (None)."""
    if area is None:
        home = Page.objects.filter(depth=2).first()
        return user.is_superuser or bool(home and holds_review_right(user, home))
    return holds_review_right(user, area)


class OfficeContactForm(WagtailAdminModelForm):
    def clean(self):
        cleaned = super().clean()
        if not may_register_for(self.for_user, cleaned.get("area")):
            message = _("请选一个您负责的地方；只有州级可以留空。")
            self.add_error("area", ValidationError(message))
        return cleaned

    def save(self, commit=True):
        if self.instance.registered_by_id is None:
            self.instance.registered_by = self.for_user
        return super().save(commit=commit)


OfficeContact.base_form_class = OfficeContactForm


class OfficeContactViewSet(SnippetViewSet):
    """Numbers that may stand in public because an office is reached by them."""

    model = OfficeContact
    icon = "mail"
    menu_label = _("单位电话")
    menu_order = 320
    add_to_admin_menu = True
    list_display = ["value", "office", "area", "registered_by", "registered_at"]
    search_fields = ["value", "office"]
    copy_view_enabled = False
    panels = [FieldPanel("value"), FieldPanel("office"), PageChooserPanel("area")]

    def get_queryset(self, request):
        """Those of the places one serves."""
        rows = OfficeContact.objects.select_related("area", "registered_by")
        if request.user.is_superuser:
            return rows
        return rows.filter(area__in=pages_to_publish(request.user).values("pk"))


register_permission_policy(OfficeContact, ReviewersRegister(OfficeContact))
