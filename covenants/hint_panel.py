"""The line in the editor of a rule that tells of hints while the text is typed."""

from django.forms import Media
from django.forms.widgets import Script
from django.urls import reverse
from wagtail.admin.panels import Panel


class HintPanel(Panel):
    """A status line; the script behind it shows the hints beside the articles."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "covenants/admin/hint_panel.html"

        @property
        def media(self):
            return Media(js=[Script("js/hints.js", type="module")])

        def is_shown(self):
            return bool(self.instance.pk)

        def get_context_data(self, parent_context=None):
            pk = self.instance.pk
            return super().get_context_data(parent_context) | {
                "check": reverse("covenants_hints_check", args=[pk]),
                "desk": reverse("covenants_hints", args=[pk]),
            }
