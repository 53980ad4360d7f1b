"""``manage.py find``: what a resident would find, on the command line."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand

from search.kinds import KIND_LABELS
from search.page_search import find_pages

HIT_KEYS = ("title", "url", "area", "kind", "passage", "label", "same")
FACET_KEYS = ("value", "label", "count")
FACETS = ("kind", "county", "year", "tag")


class Command(BaseCommand):
    help = "Shows what a resident would find."

    def add_arguments(self, parser):
        parser.add_argument("query")
        parser.add_argument("--kind", choices=list(KIND_LABELS))
        parser.add_argument("--county", metavar="CODE")
        parser.add_argument("--limit", type=int, default=20)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, query, kind, county, limit, **options):
        query = query.encode("utf-8", "replace").decode()
        result = find_pages(query, kind=kind, county=county, per_page=max(1, limit))
        if options["json"]:
            self.stdout.write(json.dumps(as_json(result), ensure_ascii=False))
            return
        self.stdout.write(f"{result.count} ({result.took_ms} ms)")
        for hit in result.hits:
            self.stdout.write(f"{hit.title} | {hit.area} | {hit.label} {hit.passage} | {hit.url}")


def as_json(result) -> dict:
    """The result in the shape that DESIGN.md fixes for this command."""
    return {
        "count": result.count,
        "took_ms": result.took_ms,
        "relaxed": result.relaxed,
        "hits": [{key: asdict(hit)[key] for key in HIT_KEYS} for hit in result.hits],
        "facets": {
            name: [
                {key: asdict(value)[key] for key in FACET_KEYS}
                for value in result.facets.get(name, [])
            ]
            for name in FACETS
        },
    }
