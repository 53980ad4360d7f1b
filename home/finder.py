"""The finder's addresses: find a place, suggest while typing, keep one's own place.

The finder leads to a place's page, or (`?for=`) back to a list that is to be narrowed to a place.
"""

import re

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from safety.rate_limits import bounded
from villages import my_place
from villages.area_labels import with_areas
from villages.lookup import area_by_code, find_areas
from villages.names import full_area_name
from villages.places import by_initial, counties, townships_below, villages_below
from villages.visibility import hidden_roots

MAX_QUERY = 40
SUGGESTED = 8
COUNTY, TOWNSHIP, VILLAGE, GROUP = 3, 4, 5, 6
# The lists that the finder narrows: what is asked, and the filters that are kept meanwhile.
PURPOSES = {
    "rules": gettext_lazy("看哪里的规约？"),
    "consultations": gettext_lazy("看哪里的议事结果？"),
    "households": gettext_lazy("看哪里的示范户？"),
    "features": gettext_lazy("看哪里的典型案例？"),
}
KEPT = ("kind", "state", "honour")
_WORD = re.compile(r"[a-z0-9_]{1,20}")
_ENOUGH = re.compile(r"[^\x00-\x7f]|[a-zA-Z0-9].*[a-zA-Z0-9]", re.DOTALL)


class Way:
    """Where choosing a place leads: `purpose` is "" (its page) or one of `PURPOSES`."""

    def __init__(self, request):
        wanted = request.GET.get("for", "")
        self.purpose = wanted if wanted in PURPOSES else ""
        values = {name: request.GET.get(name, "") for name in KEPT} if self.purpose else {}
        self.kept = {name: value for name, value in values.items() if _WORD.fullmatch(value)}
        self.nothing_kept = not my_place.chosen_code(request)

    @property
    def parameters(self) -> dict[str, str]:
        """What the finder's own addresses carry along."""
        return {"for": self.purpose, **self.kept} if self.purpose else {}

    def further(self, area) -> str:
        """Address one step down from a county or township."""
        values = urlencode({"in": area.code, **self.parameters})
        return f"{reverse('home:find_place')}?{values}#step"

    def target(self, area) -> str:
        """Address to which choosing a place leads.

        Who chooses a village or group for the first time keeps it as their own by that.
        """
        if self.purpose:
            return self.narrowed(area)
        if area.depth < VILLAGE:
            return area.url
        here = f"{area.url}#my-place"
        if not self.nothing_kept:
            return here
        return keeping_url(area, here)

    def narrowed(self, area) -> str:
        """Address of the list, narrowed to a place; to the village of a group, to all for None."""
        list_url = reverse(f"home:{self.purpose}") if self.purpose != "features" else "/features/"
        values = {"in": code_of(area)} if area else {}
        query = urlencode({**values, **self.kept})
        return f"{list_url}?{query}" if query else list_url


def code_of(area) -> str:
    """The code of a place; of a group that of its village."""
    return area.code or (area.areas[2].code if len(area.areas) > 2 else "")


def keeping_url(area, onward: str) -> str:
    """Address that keeps a village or group as the reader's own and goes on."""
    values = {"set": code_of(area)}
    if area.depth == GROUP:
        values["group"] = my_place.group_word(area)
    return f"{reverse('home:my_place')}?{urlencode({**values, 'next': onward})}"


@require_safe
def find_place(request):
    """`/find/`: places by name or spelling (`?q=`), or down from county to village (`?in=`)."""
    hidden = hidden_roots()
    way = Way(request)
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    mine = my_place.my_place(request, hidden)
    context = {
        "way": way,
        "text": text,
        "question": PURPOSES.get(way.purpose) or _("找我的村"),
        "mine": mine,
        "mine_url": way.target(mine) if mine else "",
        "everywhere_url": way.narrowed(None) if way.purpose else "",
        "kept_is_gone": my_place.is_gone(request, hidden),
    }
    if text:
        found = with_areas(find_areas(text, near=mine.path if mine else ""))
        context["found"] = [{"area": area, "url": _onward(way, area)} for area in found]
    context |= _step(request.GET.get("in", "").strip(), hidden, way)
    response = render(request, "home/find_place.html", context)
    patch_vary_headers(response, ["Cookie"])
    return response


def _onward(way, area) -> str:
    """Found places without a page of rules lead further down; all others are what was sought."""
    return way.further(area) if area.depth < VILLAGE and not way.purpose else way.target(area)


def _step(code, hidden, way) -> dict:
    """The list to choose from next: counties, a county's townships or a township's villages.

    {"chosen": the place above or None, "steps": places chosen so far, "level", "parts":
    [(letter, [{"area", "url"}])] with one nameless part where the list is short}.
    """
    chosen = area_by_code(code, hidden) if code else None
    if chosen is None or chosen.depth not in (COUNTY, TOWNSHIP):
        parts = [("", counties(hidden))]
        return {"chosen": None, "level": "county", "parts": _rows(parts, way.further)}
    if chosen.depth == COUNTY:
        level, places, address = "township", townships_below(chosen, hidden), way.further
    else:
        level, places, address = "village", villages_below(chosen, hidden), way.target
    return {
        "chosen": chosen,
        "chosen_url": way.target(chosen),
        "steps": [{"area": area, "url": way.further(area)} for area in chosen.areas],
        "level": level,
        "parts": _rows(by_initial(places), address),
    }


def _rows(parts, address):
    return [
        (letter, [{"area": place, "url": address(place)} for place in places])
        for letter, places in parts
    ]


def _too_many(request):
    return _json({"suggestions": [], "error": _("查得太快了，请过一会儿再试。")})


@require_safe
@bounded("suggest", _too_many)
def suggest_place(request):
    """`/find/suggest/?q=`: at most 8 places, in the shape that static/js/suggest.js tells.

    From one character or two letters on. Takes `for` and the kept filters as the finder does.
    """
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    found = []
    if _ENOUGH.search(text):
        mine = my_place.my_place(request)
        found = with_areas(find_areas(text, SUGGESTED, mine.path if mine else ""))
    way = Way(request)
    rows = [
        {
            "text": area.title,
            "url": _onward(way, area),
            "kind": "",
            "detail": full_area_name([wider.title for wider in area.areas[:-1]]),
            "note": "",
        }
        for area in found
    ]
    status = ngettext("%(count)d 个地方", "%(count)d 个地方", len(rows)) % {"count": len(rows)}
    response = _json({"suggestions": rows, "status": status if rows else ""})
    response["Cache-Control"] = "private, max-age=60"
    return response


def _json(content):
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Cookie"])
    return response


@never_cache
@require_safe
def keep_my_place(request):
    """`/my-village/`: keep a village (`?set=`, `?group=`), forget it (`?clear=1`), or go there.

    A GET, so that it works from any link and without scripts: it changes nothing but two cookies
    of the reader's own browser. Goes on to `?next=`, where that is an address of this site.
    """
    if request.GET.get("clear") == "1":
        return _private(my_place.forget(redirect(_next(request, "/"))))
    code = request.GET.get("set", "")
    if not code:
        mine = my_place.my_place(request)
        return _private(redirect(mine.url if mine else reverse("home:find_place")))
    place = my_place.find_place(code, request.GET.get("group", ""))
    if place is None or place.depth < VILLAGE:
        return _private(redirect(reverse("home:find_place")))
    group = place if place.depth == GROUP else None
    response = redirect(_next(request, f"{place.url}#my-place"))
    return _private(my_place.remember(response, place.areas[VILLAGE - COUNTY], group))


def _private(response):
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _next(request, otherwise: str) -> str:
    address = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe and address.startswith("/") else otherwise
