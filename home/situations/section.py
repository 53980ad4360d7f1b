"""The situations' part of a village's or group's page: 办事先看."""

from django.utils.translation import gettext as _

from villages.sections import Section

from .tiles import numbers_at, situations

TILES_SHOWN = 12


def situations_section(area, hidden) -> Section | None:
    """A grid of situations with the number where there is one; nothing without any situation.

    Nothing either where another day is looked at: these are today's numbers.
    """
    known = [] if area.asked_on else situations()
    if not known:
        return None
    tiles = numbers_at(area, hidden).tiles(known)
    values = {"tiles": tiles[:TILES_SHOWN], "all": len(tiles), "address": f"{area.url}shiqing/"}
    return Section("shiqing", _("办事先看"), "home/sections/situations.html", values)
