"""What each person finds on the admin's first page: their desk (`editorial.desk`)."""

from django.forms import Media
from django.forms.widgets import Script
from wagtail.admin.ui.components import Component

from . import desk


class DeskPanel(Component):
    """Five lists; those with nothing in them are left out."""

    name = "desk"
    # Above the notices (80): on a phone what waits is seen first.
    order = 70
    template_name = "editorial/desk.html"

    @property
    def media(self):
        return Media(js=[Script("js/remind.js", type="module")])

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        waiting, more = desk.waiting(user)
        overdue, more_overdue = desk.overdue(user)
        without_anybody, more_without = desk.without_anybody(user)
        return super().get_context_data(parent_context) | {
            "waiting": waiting,
            "more": more,
            "returned": desk.returned(user),
            "elsewhere": desk.elsewhere(user),
            "overdue": overdue,
            "more_overdue": more_overdue,
            "without_anybody": without_anybody,
            "more_without_anybody": more_without,
        }
