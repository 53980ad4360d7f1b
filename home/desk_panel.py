"""The first thing an editor sees in the admin: the places they serve and what can be done there."""

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from consultations.models import ConsultationPage
from covenants.upload import upload_address
from editorial.mandates import live_mandates
from home.models import FeatureIndexPage, FeaturePage
from villages.models import CountyPage, HouseholdPage, TownshipPage, VillagePage

SHOWN = 10


class OwnPlacesPanel(Component):
    """Large links for each place a person was appointed at; a fixed number of queries."""

    name = "own_places"
    order = 50
    template_name = "home/admin/own_places.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        served = list(dict.fromkeys(mandate.body.pk for mandate in live_mandates(user)))[:SHOWN]
        found = Page.objects.in_bulk(served)
        pages = [found[pk] for pk in served]
        policy = policy_registry.get_by_type(Page)
        return super().get_context_data(parent_context) | {
            "places": [
                {
                    "page": page,
                    "links": list(
                        _links(page, policy.user_has_permission_for_instance(user, "add", page))
                    ),
                }
                for page in pages
            ]
        }


def _links(page, writes):
    if writes:
        yield from _desks(page)
    yield _("看全部页面"), reverse("wagtailadmin_explore", args=[page.pk])
    if page.live and page.url:
        yield _("居民看到的样子"), page.url


def _desks(page):
    model = page.cached_content_type.model_class()
    if model is VillagePage:
        yield _("上传规约"), upload_address(page)
        yield _("写协商记录"), _add(ConsultationPage, page)
        yield _("写示范户"), _add(HouseholdPage, page)
    elif model is TownshipPage:
        yield _("交来的文件"), reverse("covenants_handed_in")
    elif model is CountyPage:
        yield _("整批导入"), reverse("covenants_batches")
    elif model is FeatureIndexPage:
        yield _("写典型案例"), _add(FeaturePage, page)


def _add(model, parent):
    kind = ContentType.objects.get_for_model(model)
    return reverse("wagtailadmin_pages:add", args=[kind.app_label, kind.model, parent.pk])
