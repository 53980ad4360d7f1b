"""The base of every public page: where it stands, whether it may be shown, what search knows."""

from django.conf import settings
from django.http import Http404
from django.utils.functional import cached_property
from wagtail.admin.panels import PublishingPanel
from wagtail.models import Page

STEP = Page.steplen
COUNTY, TOWNSHIP, VILLAGE, GROUP = 3 * STEP, 4 * STEP, 5 * STEP, 6 * STEP


class PublicPage(Page):
    """Abstract base of all pages of this site.

    Building blocks:
    - `areas`: the places above (and, for a place, including) this page, highest first; one query.
    - `area_name`: 县 · 乡镇 · 村, the only form in which a place is written beside a text.
    - `search_columns()` / `search_passages()`: what the index and the result list ask for.

    Sample pages answer 404 where the settings do not show samples, and are never indexed by
    search engines.
    """

    search_kind = ""

    promote_panels = []
    settings_panels = [PublishingPanel()]

    class Meta:
        abstract = True

    @cached_property
    def areas(self):
        from .area import AreaPage

        paths = [self.path[:end] for end in (COUNTY, TOWNSHIP, VILLAGE, GROUP)]
        paths = [p for i, p in enumerate(paths) if len(p) == (i + 3) * STEP]
        return list(AreaPage.objects.filter(path__in=paths).order_by("depth"))

    @property
    def area_name(self):
        from villages.names import full_area_name

        return full_area_name([area.title for area in self.areas])

    @property
    def village(self):
        """The village this page stands in, or None above village level (an `AreaPage` row)."""
        return next((a for a in self.areas if len(a.path) == VILLAGE), None)

    @property
    def is_sample(self):
        return any(area.sample for area in self.areas)

    def search_columns(self):
        """Columns of the index: `kind`, `year` (int or None), `tags` (list), `sample` (bool)."""
        return {
            "kind": self.search_kind,
            "year": self.search_year(),
            "tags": self.search_tags(),
            "sample": self.is_sample,
        }

    def search_year(self):
        return None

    def search_tags(self):
        return []

    def search_passages(self):
        """Passages a hit can point at: list of (label, text, url path with anchor)."""
        return []

    def serve(self, request, *args, **kwargs):
        if self.is_sample and not settings.CUNYUE_SAMPLE:
            raise Http404
        response = super().serve(request, *args, **kwargs)
        if self.is_sample:
            response["X-Robots-Tag"] = "noindex"
        return response

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["areas"] = self.areas
        context["is_sample"] = self.is_sample
        return context
