"""Addresses of the search page: the question asked, with one thing changed.

Short ones: what is empty or of this page alone is left out, and Han characters stand as they are.
"""

from django.http import HttpRequest
from django.utils.encoding import uri_to_iri

from search.kinds import KIND_LABELS
from search.page_search import SearchResult
from search.widening import quoted

FILTERS = ("kind", "county", "township", "village", "year", "tag")
_BELOW = {"county": ("township", "village"), "township": ("village",)}
_OTHER_QUESTION = dict.fromkeys(("kind", "year", "tag", "same", "sort", "ended"))

MAX_PAGE = 50
"""Pages shown: who has not found it among a thousand hits needs other words."""


class Links:
    """Links that lead on from one search page."""

    def __init__(self, request: HttpRequest, result: SearchResult):
        self._parameters, self._result = request.GET, result

    def changed(self, **changes) -> str:
        """The same question with parameters set, or dropped (None); begins with its first page."""
        parameters = self._parameters.copy()
        for name, value in {"page": None, **changes}.items():
            parameters[name] = value or ""
        for name in [name for name, value in parameters.items() if not value]:
            del parameters[name]
        return uri_to_iri("?" + parameters.urlencode())

    def dropping(self, *names: str) -> str:
        """The same question without some of its parameters."""
        return self.changed(**dict.fromkeys(names))

    def question(self, text: str) -> str:
        """Another question asked in the same place."""
        return self.changed(**_OTHER_QUESTION | {"q": text})

    def page(self, number: int) -> str:
        """A page of the hits; empty beyond the last."""
        there_is = number < self._result.page or self._result.has_next
        return self.changed(page=number) if 0 < number <= MAX_PAGE and there_is else ""

    def chips(self, chosen: dict[str, str]) -> list[dict]:
        """[{"name", "label", "url"}] of the filters chosen; each link lets its filter go."""
        return [
            {
                "name": name,
                "label": self._result.labels.get(name) or value,
                "url": self.dropping(name, *_BELOW.get(name, ())),
            }
            for name, value in chosen.items()
        ]

    def facets(self) -> list[dict]:
        """[{"name", "links": [{"facet", "url"}]}]; a chosen value's link lets it go."""
        groups = []
        for name, values in self._result.facets.items():
            below = dict.fromkeys(_BELOW.get(name, ()))
            links = [
                {
                    "facet": facet,
                    "url": self.changed(**below, **{name: not facet.selected and facet.value}),
                }
                for facet in values
            ]
            if links:
                groups.append({"name": name, "links": links})
        return groups

    def same(self, hit) -> str:
        """The pages with the same passage as a hit, if there are others."""
        return self.changed(same=hit.signature) if hit.same else ""

    def also(self) -> list[dict]:
        """[{"word", "only", "same", "related"}], the last two [{"text", "url"}]."""
        return [
            {
                "word": also.word,
                "only": self.changed(q=also.only),
                "same": [self._alone(word) for word in also.same],
                "related": [self._alone(word) for word in also.related],
            }
            for also in self._result.ways.also
        ]

    def _alone(self, word: str) -> dict:
        return {"text": word, "url": self.changed(q=quoted(word))}

    def parts(self) -> list[dict]:
        """[{"text", "count", "url"}] of the words one by one."""
        return self._counted(self._result.ways.parts)

    def nearest(self) -> list[dict]:
        """[{"text", "count", "url"}] of questions near this one."""
        return self._counted(self._result.help.nearest if self._result.help else ())

    def _counted(self, found) -> list[dict]:
        return [
            {"text": text, "count": count, "url": self.changed(q=text)} for text, count in found
        ]

    def questions(self, texts) -> list[dict]:
        """[{"text", "url"}] of questions to ask next."""
        return [{"text": text, "url": self.question(text)} for text in texts]

    def wider(self) -> list[dict]:
        """[{"label", "count", "url"}] of the areas around, where there is something."""
        return [
            {"label": area.label, "count": area.count, "url": self.dropping(*area.without)}
            for area in (self._result.help.wider if self._result.help else ())
        ]

    def kinds(self) -> list[dict]:
        """[{"label", "url"}]: all there is, kind by kind."""
        return [
            {
                "label": label,
                "url": self.changed(
                    **dict.fromkeys([*FILTERS, "q", "same", "sort"]) | {"kind": kind}
                ),
            }
            for kind, label in KIND_LABELS.items()
        ]
