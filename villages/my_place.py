"""The village, or group, that a reader called their own: two cookies in their own browser.

They say only what is shown first. They are never evidence of who somebody is, and mean nothing
where no such place is shown (any more).
"""

import re

from django.conf import settings
from django.utils.http import urlencode

from villages import names
from villages.area_labels import with_areas
from villages.lookup import area_by_code
from villages.models import GroupPage
from villages.places import children
from villages.visibility import shown

VILLAGE, GROUP = "village", "group"
YEAR = 365 * 24 * 60 * 60
_CODE = re.compile(r"[0-9]{12}")
_GROUP = re.compile(r"[0-9a-z-]{1,60}")


def chosen_code(request) -> str:
    """The village code the reader's browser keeps, or "": twelve digits, perhaps a former code."""
    code = request.COOKIES.get(VILLAGE, "")
    return code if _CODE.fullmatch(code) else ""


def find_place(code: str, group: str = "", hidden: list[str] | None = None):
    """The village of a code, or its group, with `areas` filled in; None where none is shown.

    `group` is the group's number or, for one known by its name, its address; where the village
    has no such group (any more) the village stands for it.
    """
    village = area_by_code(code, hidden) if _CODE.fullmatch(code) else None
    if village is None:
        return None
    place = _group(village, group, hidden) if _GROUP.fullmatch(group) else None
    return with_areas([place or village])[0]


def _group(village, group, hidden):
    groups = shown(children(GroupPage.objects.all(), village), hidden)
    wanted = {"number": int(group)} if group.isdecimal() and len(group) < 4 else {"slug": group}
    return groups.filter(**wanted).first()


def my_place(request, hidden: list[str] | None = None):
    """The place this reader calls their own, with `areas`, or None; found once a request."""
    if not hasattr(request, "_my_place"):
        code = chosen_code(request)
        group = request.COOKIES.get(GROUP, "")
        request._my_place = find_place(code, group, hidden) if code else None
    return request._my_place


def is_gone(request, hidden: list[str] | None = None) -> bool:
    """Whether the browser keeps a village that is not shown (any more)."""
    return bool(chosen_code(request)) and my_place(request, hidden) is None


def group_word(group) -> str:
    """What the cookie keeps of a group: its number, or the address of one known by name."""
    number = getattr(group, "number", None) or names.group_number(group.name)
    return str(number) if number else group.slug


def remember(response, village, group=None):
    """Keep a village, and the group where one was chosen, for a year."""
    words = {VILLAGE: village.code, GROUP: group_word(group) if group else ""}
    for name, word in words.items():
        if word:
            response.set_cookie(
                name, word, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        else:
            response.delete_cookie(name, samesite="Lax")
    return response


def forget(response):
    """Keep no place any more."""
    for name in (VILLAGE, GROUP):
        response.delete_cookie(name, samesite="Lax")
    return response


def is_mine(request, area) -> bool:
    """Whether a village or group page is that of the reader's own place; costs no query."""
    cookies = request.COOKIES
    if len(area.areas) < 3 or chosen_code(request) != area.areas[2].code:
        return False
    group = area.areas[3] if len(area.areas) > 3 else None
    if group is None:
        return not cookies.get(GROUP)
    return cookies.get(GROUP) in (group_word(area), group_word(group))


def keeping_context(request, area) -> dict:
    """`is_mine` and `keep_query` (which, sent to `/my-village/`, keeps the place) for its page."""
    values = {"set": area.village.code if area.village else ""}
    if len(area.areas) > 3:
        values[GROUP] = group_word(area)
    values["next"] = f"{area.url}#my-place"
    return {"is_mine": is_mine(request, area), "keep_query": urlencode(values)}
