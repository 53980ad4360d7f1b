"""How the admin looks as a whole."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from home.desk_panel import OwnPlacesPanel
from home.situations.admin import SituationViewSet

register_snippet(SituationViewSet)


@hooks.register("insert_global_admin_css")
def admin_styles():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("construct_homepage_panels")
def places_first(request, panels):
    panels.insert(0, OwnPlacesPanel())


# After Wagtail's own apps have added theirs.
@hooks.register("construct_homepage_summary_items", order=1000)
def no_counts(request, items):
    """How many pictures the whole site has helps no clerk."""
    items.clear()
