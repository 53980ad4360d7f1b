"""Whole pages through WSGI: `/search/` beside a covenant page, on a site with generated content.

Nothing between the handler and the database is left out; there is no web server and no socket.
"""

import cProfile
import pstats
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import unquote_to_bytes, urlencode, urlsplit
from wsgiref.util import setup_testing_defaults

from tests.benchmarks.search import environment
from tests.benchmarks.search.corpus import COUNTY_LENGTH, DOCUMENTS_PER_VILLAGE, Corpus
from tests.benchmarks.search.measure import cpu_ms, median, memory_mb, p95
from tests.benchmarks.search.queries import SEED, Words, make_queries
from tests.benchmarks.search.tables import Table, pair, verdict

TO_COVENANT_P95 = 3.0
COVENANTS, OPENING = 60, 10
PER_KIND = 25
VOCABULARY = 2_000
"""Documents that the words of the queries are drawn from."""

PER_VILLAGE = {"groups": 13.56, "consultations": 54.25, "households": 9.04}
PROFILED, SHOWN = 25, 15


def site_tables(data_dir: Path | None, work: Path, pages: int) -> list[Table]:
    """Measures the site in a folder that ``manage.py seed`` filled; without one, a small new one.

    Questions nobody finds an answer to are counted in its database, as always.
    """
    environment.prepare_site(data_dir or work / "site")
    if data_dir is None:
        _seed(pages)
    return _measure(Corpus(work / "corpus", VOCABULARY))


def _seed(pages: int) -> None:
    from django.core.management import call_command

    villages = max(1, round(pages / DOCUMENTS_PER_VILLAGE))
    numbers = {name: round(villages * average) for name, average in PER_VILLAGE.items()}
    call_command("migrate", verbosity=0)
    call_command("prepare_site", verbosity=0)
    call_command("seed", villages=villages, verbosity=0, **numbers)


class Visitor:
    """Asks the site's WSGI handler; each time from another address, for searches are bounded."""

    def __init__(self):
        from django.core.wsgi import get_wsgi_application

        self._handler = get_wsgi_application()
        self._asked = 0

    def get(self, address: str) -> str:
        """The body of a page that must be there."""
        self._asked += 1
        parts = urlsplit(address)
        asking = {
            "REQUEST_METHOD": "GET",
            "HTTP_HOST": "127.0.0.1",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "REMOTE_ADDR": f"10.{self._asked >> 16}.{self._asked >> 8 & 255}.{self._asked & 255}",
        }
        setup_testing_defaults(asking)
        statuses = []
        response = self._handler(asking, lambda status, headers: statuses.append(status))
        body = b"".join(response).decode()
        response.close()
        assert statuses[0].startswith("200"), (statuses, address)
        return body


def _measure(corpus: Corpus) -> list[Table]:
    from wagtail.models import Page

    from covenants.models import CovenantPage

    corpus.prepare()
    visitor, random = Visitor(), Random(SEED)
    pks = list(CovenantPage.objects.live().order_by("pk").values_list("pk", flat=True))
    chosen = random.sample(pks, min(len(pks), COVENANTS + OPENING))
    covenant_pages = [CovenantPage.objects.get(pk=pk) for pk in chosen]
    addresses = [page.url for page in covenant_pages]
    started = memory_mb()["all"]
    for address in addresses[:OPENING]:
        visitor.get(address)
    covenants = [cpu_ms(visitor.get, address)[0] for address in addresses[OPENING:]]
    base = median(covenants), p95(covenants)

    paths = sorted({page.path[:COUNTY_LENGTH] for page in covenant_pages})
    searches = list(_searches(Words(corpus, SEED), random, paths))
    first = {address: cpu_ms(visitor.get, address)[0] for _, address in searches}
    warm = {address: cpu_ms(visitor.get, address)[0] for _, address in searches}
    table = Table(
        f"{Page.objects.count():,} pages, whole responses through WSGI: CPU ms, median / p95",
        ("what", "first time", "warm", "p95 to a covenant page (first, warm)", ""),
    )
    table.add("a covenant page, each once", pair(*base), "", "1", "")
    kinds = dict.fromkeys(kind for kind, _ in searches)
    for kind in (*kinds, "all searches"):
        own = [address for its, address in searches if kind in (its, "all searches")]
        taken = [[times[address] for address in own] for times in (first, warm)]
        ratios = [p95(times) / base[1] for times in taken]
        pairs = [pair(median(times), p95(times)) for times in taken]
        table.add(kind, *pairs, pair(*ratios), verdict(max(ratios) <= TO_COVENANT_P95))
    table.notes.append(
        f"Facets and highlights included; allowed: p95 ≤ {TO_COVENANT_P95:g} × a covenant page's. "
        f"The process took {started:.0f} MB before and {memory_mb()['all']:.0f} MB after."
    )
    slowest = sorted(warm, key=warm.__getitem__)[-PROFILED:]
    return [table, _profile(visitor, slowest)]


def _searches(words: Words, random: Random, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Yields (what, address) of searches as residents make them; ``paths`` of counties."""
    from villages.models import CountyPage

    codes = list(CountyPage.objects.filter(path__in=paths).values_list("code", flat=True))
    kinds = (
        "word",
        "AND",
        "sentence",
        "phrase",
        "single character",
        "filtered",
        "newest",
        "page 2",
    )
    for kind in kinds:
        made = kind if kind in kinds[:5] else "word"
        for query in make_queries(words, made, PER_KIND):
            asked = {"q": f"“{query.text}”" if kind == "phrase" else query.text}
            if kind == "filtered":
                asked |= {"kind": "covenant", "county": random.choice(codes)}
            elif kind == "newest":
                asked["sort"] = "newest"
            elif kind == "page 2":
                asked["page"] = "2"
            yield kind, f"/search/?{urlencode(asked)}"


def _profile(visitor: Visitor, addresses: list[str]) -> Table:
    table = Table(
        f"Where the {len(addresses)} slowest warm searches spend their time: ms each, profiled",
        ("function", "calls", "own", "with what it calls"),
    )
    profile = cProfile.Profile()
    profile.enable()
    for address in addresses:
        visitor.get(address)
    profile.disable()
    stats = pstats.Stats(profile).stats
    longest = sorted(stats.items(), key=lambda entry: -entry[1][2])[:SHOWN]
    for (file, line, name), (_, calls, own, whole, _) in longest:
        place = f"{Path(file).name}:{line} {name}" if line else name
        each = len(addresses) / 1000
        table.add(
            place, f"{calls / len(addresses):.0f}", f"{own / each:.2f}", f"{whole / each:.2f}"
        )
    return table
