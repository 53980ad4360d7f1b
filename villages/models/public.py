"""The base of every public page: where it stands, whether it may be shown, what search knows."""

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from wagtail.admin.panels import PublishingPanel
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from safety import lapsed
from safety.findings import refuse_personal_data
from safety.streams import check_content
from safety.withdrawal.addresses import DEEPEST
from safety.withdrawal.withdrawing import refuse_gone

STEP = Page.steplen
COUNTY, TOWNSHIP, VILLAGE, GROUP = 3 * STEP, 4 * STEP, 5 * STEP, 6 * STEP


def was_public(page):
    return page.live or page.first_published_at is not None


class PublicPage(Page):
    """Abstract base of all pages of this site.

    Building blocks:
    - `areas`: the places above (and, for a place, including) this page, highest first; one query.
    - `area_name`: 县 · 乡镇 · 村, the only form in which a place is written beside a text.
    - `search_texts()` / `search_columns()` / `search_passages()`: what the index and the result
      list ask for.
    - `not_public`: names of text fields that readers never get; all others are scanned for
      personal data whenever the page goes live, whichever way.

    Sample pages answer 404 where the settings do not show samples, and are never indexed by
    search engines.
    """

    search_kind = ""
    not_public: tuple[str, ...] = ()

    # One field for all texts: every further one costs each query a posting list per term.
    search_fields = Page.search_fields + [index.SearchField("search_text")]
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
    def search_near(self):
        """Where a reader of this page is at home, as search takes it: code or code-group number."""
        from villages.names import group_number

        code = self.village.code if self.village else None
        if not code or len(self.areas[-1].path) < GROUP:
            return code or ""
        number = group_number(self.areas[-1].name)
        return f"{code}-{number}" if number else code

    @property
    def is_sample(self):
        return any(area.sample for area in self.areas)

    @classmethod
    def prefetch_for_search(cls, objects):
        """Load in bulk what search reads of pages of this class: a fixed number of queries."""
        from villages.area_labels import area_paths, areas_by_path

        places = areas_by_path([page.path for page in objects])
        for page in objects:
            above = (places.get(path) for path in area_paths(page.path))
            page.areas = [area for area in above if area]
        if hasattr(cls, "tags"):
            prefetch_related_objects(objects, "tags")

    @classmethod
    def search_states(cls, paths):
        """{pk: (sample, in_force)} for {pk: tree path}, as `search_columns` says of each page.

        In a fixed number of queries: this is how the index is compared with the database.
        """
        from villages.area_labels import area_paths

        from .area import AreaPage

        samples = set(AreaPage.objects.filter(sample=True).values_list("path", flat=True))
        ended = cls.search_ended(paths)
        return {
            pk: (not samples.isdisjoint(area_paths(path)), pk not in ended)
            for pk, path in paths.items()
        }

    @classmethod
    def search_ended(cls, pks):
        """Those of some pages (set of pk) for which `search_in_force` is False."""
        return set()

    @property
    def search_text(self):
        """All that search finds the page by, beside its title: one line or more for each text."""
        return "\n".join(filter(None, self.search_texts()))

    def search_texts(self):
        """The texts (str) of `search_text`; empty ones are left out."""
        return []

    def search_columns(self):
        """Columns of the index.

        `kind`; `year` (int or None); `date` (`datetime.date` or None): what the page is dated by;
        `tags` (list); `sample` (bool); `in_force` (bool): False for a rule that is not, today;
        `names` of the places it stands in (near-identical passages differ by them).
        """
        return {
            "kind": self.search_kind,
            "year": self.search_year(),
            "date": self.search_date(),
            "tags": self.search_tags(),
            "sample": self.is_sample,
            "in_force": self.search_in_force(),
            "names": [area.title for area in self.areas],
        }

    def search_date(self):
        return None

    def search_year(self):
        date = self.search_date()
        return date.year if date else None

    def search_in_force(self):
        return True

    def search_tags(self):
        return []

    def search_passages(self):
        """Passages a hit can point at: list of (label, text, url path with anchor)."""
        return []

    def save(self, *args, **kwargs):
        """Save; raises PersonalDataFound (a ValidationError) where readers would see some, and
        PageWithdrawn (another) where the page was withdrawn since it was read."""
        update_fields = kwargs.get("update_fields")
        if self.live and (update_fields is None or "live" in update_fields):
            refuse_personal_data(self)
        with transaction.atomic():
            refuse_gone(self)
            return super().save(*args, **kwargs)

    def with_content_json(self, content):
        """As Wagtail's, for content that can be shown: every way out of a revision leads here.

        Raises BadStream (a ValidationError).
        """
        check_content(type(self), content)
        return super().with_content_json(content)

    def route(self, request, path_components):
        """As Wagtail's, but for the pages passed on the way only what leads on is read.

        What never was public is passed by like a page that is not there. Every part of the address
        is asked for, also below a page that was not found: what an answer costs must not tell the
        two apart. No page stands deeper than DEEPEST; what comes behind costs nothing.
        """
        page, reached, lost = self, self, False
        for slug in path_components[:DEEPEST]:
            children = page._get_children_path_interval(page.path)
            below = Page.objects.filter(path__range=children, depth=page.depth + 1, slug=slug)
            below = below.first()
            lost = lost or below is None
            if not lost:
                page = below
                reached = page if was_public(page) else reached
        if reached is not self:
            return reached.specific.route(request, path_components[reached.depth - self.depth :])
        if path_components:
            raise Http404
        if not self.live and self._was_shown_until_it_lapsed():
            return RouteResult(self)
        return super().route(request, path_components)

    @property
    def shown_until(self):
        """When the page ceases to be shown (a moment or the last day); None where no end is set."""
        return self.expire_at

    def _was_shown_until_it_lapsed(self):
        """Such a page still answers, with 410: `safety` looks before any page is served."""
        return self.first_published_at is not None and lapsed.is_over(self)

    def serve(self, request, *args, **kwargs):
        if self.is_sample and not settings.CUNYUE_SAMPLE:
            raise Http404
        response = super().serve(request, *args, **kwargs)
        if self.is_sample:
            response["X-Robots-Tag"] = "noindex"
        if self.shown_until is not None:
            # A copy kept on a telephone could not be taken back in time.
            response["Cache-Control"] = "private, no-store"
        # Pages show what their reader keeps in cookies: the own village first.
        patch_vary_headers(response, ["Cookie"])
        return response

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["areas"] = self.areas
        context["is_sample"] = self.is_sample
        return context
