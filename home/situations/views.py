"""Pages on situations: for the whole site, and below a village or group (`…/shiqing/`)."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from home.preferences import preferences_of
from villages.addresses_below import answered_as_page, page_above, some_other_page
from villages.area_labels import with_areas
from villages.lookup import area_by_code
from villages.models import GroupPage, VillagePage
from villages.visibility import hidden_roots

from .page import situation_context
from .place import place_texts
from .tiles import numbers_at, numbers_in, situations

WORD = "shiqing"
"""What the addresses below a place are called (事情)."""
RELATED = 6


def chosen_village(request):
    """The village a visitor chose before, if it may still be shown."""
    code = preferences_of(request).village_code
    area = area_by_code(code) if code else None
    if area is None or not isinstance(area.specific_deferred, VillagePage):
        return None
    return with_areas([area])[0]


@require_safe
def situation_list(request):
    """`/situations/`: all situations; straight to the visitor's village where one was chosen."""
    village = chosen_village(request)
    context = {"situations": situations(), "village": village}
    return _varied(render(request, "home/situation_list.html", context))


@require_safe
def situation(request, slug):
    """`/situations/<slug>/`: what it is, and choosing the village."""
    known = situations()
    chosen = _named(known, slug)
    context = {
        "situation": chosen,
        "village": chosen_village(request),
        "matter": chosen.comparable,
        "related": _related(known, chosen),
    }
    return _varied(render(request, "home/situation.html", context))


@require_safe
def place_situations(request, path):
    """`<village or group>shiqing/`: the place's situations with their numbers."""
    page = page_above(request, path, WORD)
    if not isinstance(page, VillagePage | GroupPage):
        return some_other_page(request)

    def answer(page, request, *_more):
        tiles = numbers_at(page, hidden_roots()).tiles(situations())
        context = {"tiles": tiles, **_place_context(page)}
        return _marked(page, render(request, "home/place_situations.html", context))

    return answered_as_page(page, request, answer)


@require_safe
def place_situation(request, path, slug):
    """`<village or group>shiqing/<slug>/`: what the place's texts say about one situation."""
    page = page_above(request, path, WORD)
    if not isinstance(page, VillagePage | GroupPage):
        return some_other_page(request)

    def answer(page, request, *_more):
        known = situations()
        chosen = _named(known, slug)
        place = place_texts(page, hidden_roots())
        context = {
            "situation": chosen,
            "matter": chosen.comparable,
            "related": numbers_in(place).tiles(_related(known, chosen)),
            **_place_context(page),
            **situation_context(place, chosen),
        }
        return _marked(page, render(request, "home/place_situation.html", context))

    return answered_as_page(page, request, answer)


def _named(known, slug):
    found = next((one for one in known if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _related(known, chosen) -> list:
    """Situations near this one in the administrators' order."""
    at = known.index(chosen)
    nearest = sorted(known, key=lambda one: abs(known.index(one) - at))
    return sorted(nearest[1 : RELATED + 1], key=known.index)


def _place_context(page) -> dict:
    """What the frame of a page needs, as `PublicPage.get_context` gives it; and the township."""
    township = next((area for area in page.areas if len(area.path) == 4 * page.steplen), None)
    return {
        "page": page,
        "areas": page.areas,
        "is_sample": page.is_sample,
        "township": township,
    }


def _marked(page, response):
    if page.is_sample and settings.CUNYUE_SAMPLE:
        response["X-Robots-Tag"] = "noindex"
    return response


def _varied(response):
    """What depends on the cookie must not be shared."""
    patch_vary_headers(response, ["Cookie"])
    return response
