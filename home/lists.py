"""Lists for the whole site: narrowed to a place through the finder, by chips, cut into pages."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from villages import my_place
from villages.lookup import area_by_code
from villages.places import within
from villages.visibility import hidden_roots

PER_PAGE = 20


@dataclass(frozen=True)
class Chip:
    """One choice of a filter: following the chosen one's link lets it go."""

    label: str
    url: str
    chosen: bool


class SiteList:
    """One list, as a reader narrowed it.

    `purpose`: its name among the finder's (`home.finder.PURPOSES`); `filter_name` and `choices`
    ([(value, label)]): its chips. `?in=` (or `village`, `county`) gives a division code; one that
    is unknown narrows to nothing.
    """

    def __init__(self, request, purpose: str, filter_name: str = "", choices=()):
        self.request = request
        self.purpose = purpose
        self.filter_name = filter_name
        self.choices = [(str(value), str(label)) for value, label in choices]
        self.hidden = hidden_roots()
        given = (request.GET.get(name, "") for name in ("in", "village", "county"))
        self.code = next((code.strip() for code in given if code.strip()), "")
        self.area = area_by_code(self.code, self.hidden) if self.code else None
        value = request.GET.get(filter_name, "") if filter_name else ""
        self.chosen = value if value in dict(self.choices) else ""

    def narrow(self, rows, field: str = "path"):
        """The rows whose page stands in the chosen place."""
        if not self.code:
            return rows
        return rows.none() if self.area is None else within(rows, self.area, field)

    def link(self, **changes) -> str:
        """Address of the list with other values of `in` and the filter; None leaves one out."""
        now = {"in": self.code, self.filter_name: self.chosen} | changes
        values = {name: value for name, value in now.items() if name and value}
        return f"{self.request.path}?{urlencode(values)}" if values else self.request.path

    @property
    def finder_url(self) -> str:
        """Where another place is chosen; the chip goes along."""
        values = {"for": self.purpose}
        if self.chosen:
            values[self.filter_name] = self.chosen
        return f"{reverse('home:find_place')}?{urlencode(values)}"

    @property
    def all_places_url(self) -> str:
        return self.link(**{"in": None})

    @property
    def mine(self):
        """(place, address) of the reader's own village where the list is not narrowed to it."""
        place = my_place.my_place(self.request, self.hidden)
        if place is None:
            return None
        village = place.areas[2]
        if self.area is not None and self.area.pk == village.pk:
            return None
        return village, self.link(**{"in": village.code})

    @property
    def chips(self) -> list[Chip]:
        """The filter's choices."""
        chips = [Chip(_("全部"), self.link(**{self.filter_name: None}), not self.chosen)]
        for value, label in self.choices:
            chips.append(Chip(label, self.link(**{self.filter_name: value}), value == self.chosen))
        return chips if self.choices else []

    @property
    def wider(self) -> tuple[str, str]:
        """(words, address) of the next thing to try where nothing was found; empty words: none."""
        if self.chosen:
            return _("看这里全部的"), self.link(**{self.filter_name: None})
        if self.area is not None and len(self.area.areas) > 1:
            above = self.area.areas[-2]
            words = _("看%(place)s全部的") % {"place": above.title}
            return words, self.link(**{"in": above.code})
        return (_("看所有地方的"), self.all_places_url) if self.code else ("", "")

    def context(self, rows) -> dict:
        """`page` (a paginator page), `site_list`, and the query string without `page`."""
        parameters = self.request.GET.copy()
        parameters.pop("page", None)
        return {
            "page": Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page")),
            "site_list": self,
            "area": self.area,
            "parameters": parameters.urlencode(),
        }
