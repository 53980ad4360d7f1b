"""Turns what the trials of one size printed into tables, and holds them against the targets.

Targets are those of the issue the engine was built for; see ``docs/performance.md``.
"""

from tests.benchmarks.search.engines import SEARCHED
from tests.benchmarks.search.measure import median, p95
from tests.benchmarks.search.queries import KINDS
from tests.benchmarks.search.tables import Table, pair, short, verdict

TO_TANTIVY_MEDIAN, TO_TANTIVY_P95, TO_FTS5 = 2.0, 3.0, 0.1
BUILD_TO_WHOOSH, BUILD_TO_FTS5 = 0.5, 5.0
UPDATE_TO_TANTIVY, BATCH_TO_ONE, VISIBLE_SECONDS = 4.0, 10.0, 1.0


def size_tables(size: int, results: dict) -> list[Table]:
    """All tables of one corpus size."""
    return [
        _searches(size, results, "warm"),
        _searches(size, results, "first_pass"),
        _first_touches(size, results),
        _agreement(size, results),
        _builds(size, results),
        _updates(size, results),
        _different(size, results),
        _processes(size, results),
    ]


def targets(results: dict[int, dict], whoosh: dict | None) -> Table:
    """Every target at every size, met or missed."""
    table = Table("Targets", ("target", "documents", "measured", "allowed", ""))

    def held(what: str, size: int, measured: float, allowed: float, unit: str = "×") -> None:
        table.add(
            what,
            f"{size:,}",
            f"{short(measured)} {unit}",
            f"≤ {short(allowed)} {unit}",
            verdict(measured <= allowed),
        )

    for size, result in results.items():
        ours, tantivy, fts5 = (_figures(result, name, "warm")["all"] for name in SEARCHED)
        held("warm median to tantivy", size, ours[0] / tantivy[0], TO_TANTIVY_MEDIAN)
        held("warm p95 to tantivy", size, ours[1] / tantivy[1], TO_TANTIVY_P95)
        held("warm median to FTS5", size, ours[0] / fts5[0], TO_FTS5)
        held("warm p95 to FTS5", size, ours[1] / fts5[1], TO_FTS5)
        ours, _, fts5 = (_figures(result, name, "warm")["single character"] for name in SEARCHED)
        held("single character p95 to FTS5", size, ours[1] / fts5[1], 1.0)
        ours, _, fts5 = (p95(result["first_touch"][name]["ms"]) for name in SEARCHED)
        held("first touch of a term p95 to FTS5", size, ours / fts5, 1.0)
        ours, tantivy, _ = (result["updates"][name] for name in SEARCHED)
        held("one update to tantivy's (CPU)", size, _ratio(ours, tantivy, "cpu"), UPDATE_TO_TANTIVY)
        held(
            "one update to tantivy's (wall)", size, _ratio(ours, tantivy, "wall"), UPDATE_TO_TANTIVY
        )
        held(
            "30 updates to one (wall)",
            size,
            ours["batch"]["wall"] / ours["one"]["wall"],
            BATCH_TO_ONE,
        )
        held(
            "visible elsewhere",
            size,
            max(result["visible"]["ours"]["seconds"]),
            VISIBLE_SECONDS,
            "s",
        )
        build = result["build"]
        held(
            "build to FTS5 (CPU, stretch)",
            size,
            build["ours"]["cpu"] / build["FTS5"]["cpu"],
            BUILD_TO_FTS5,
        )
    if whoosh:
        ratio = whoosh["ours"]["cpu"] / whoosh["Whoosh"]["cpu"]
        held("build to Whoosh's writer (CPU)", whoosh["documents"], ratio, BUILD_TO_WHOOSH)
    return table


def _ratio(ours: dict, other: dict, clock: str) -> float:
    return ours["one"][clock] / other["one"][clock]


def _figures(result: dict, engine: str, trial: str) -> dict[str, tuple[float, float]]:
    """{kind: (median, 95th percentile)} in CPU ms, with ``all`` kinds together."""
    told = result[trial][engine]
    asked = [kind for kind in result["queries"] if kind != "new phrase"]
    found = {}
    for kind in KINDS:
        own = [ms for ms, its in zip(told["ms"], asked, strict=True) if its == kind]
        found[kind] = median(own), p95(own)
    found["all"] = median(told["ms"]), p95(told["ms"])
    bare = [ms for ms, its in zip(told["ms"], asked, strict=True) if its != "highlighted"]
    found["all but highlighted"] = median(bare), p95(bare)
    if trial == "warm":
        found["phrase never asked before"] = median(told["new_ms"]), p95(told["new_ms"])
    return found


def _searches(size: int, result: dict, trial: str) -> Table:
    told = {"warm": "warm", "first_pass": "each query for the first time in a fresh process"}
    header = ("kind", *SEARCHED, "to tantivy", "to FTS5")
    table = Table(f"{size:,} documents, {told[trial]}: CPU ms, median / p95", header)
    if trial == "warm":
        table.header = (*header, "within targets")
    figures = [_figures(result, name, trial) for name in SEARCHED]
    for kind in figures[0]:
        ours, tantivy, fts5 = (figure[kind] for figure in figures)
        to_tantivy = ours[0] / tantivy[0], ours[1] / tantivy[1]
        to_fts5 = ours[0] / fts5[0], ours[1] / fts5[1]
        cells = [kind, pair(*ours), pair(*tantivy), pair(*fts5), pair(*to_tantivy), pair(*to_fts5)]
        if trial == "warm":
            met = to_tantivy[0] <= TO_TANTIVY_MEDIAN and to_tantivy[1] <= TO_TANTIVY_P95
            met = met and max(to_fts5) <= TO_FTS5
            cells.append(verdict(met))
        table.add(*cells)
    table.notes.append("Highlighting is the same Python code for all three.")
    return table


def _first_touches(size: int, result: dict) -> Table:
    table = Table(
        f"{size:,} documents, first touch of a term: CPU ms, median / p95",
        ("", *SEARCHED, "to tantivy", "to FTS5"),
    )
    told = result["first_touch"]
    groups = {"pairs and words": lambda term: len(term) > 1, "single characters": _is_single}
    for label, belongs in (groups | {"all": lambda term: True}).items():
        figures = []
        for name in SEARCHED:
            timed = zip(told[name]["terms"], told[name]["ms"], strict=True)
            own = [ms for term, ms in timed if belongs(term)]
            figures.append((median(own), p95(own)))
        ours = figures[0]
        ratios = [pair(ours[0] / other[0], ours[1] / other[1]) for other in figures[1:]]
        table.add(label, *(pair(*figure) for figure in figures), *ratios)
    opened = [told[name]["open"] for name in SEARCHED]
    ratios = [short(opened[0] / other) for other in opened[1:]]
    table.add("opening and the first search", *map(short, opened), *ratios)
    table.notes.append(f"{len(told['ours']['terms'])} terms, each asked for once.")
    return table


def _is_single(term: str) -> bool:
    return len(term) == 1


def _agreement(size: int, result: dict) -> Table:
    table = Table(
        f"{size:,} documents: totals that agree with ours", ("kind", *SEARCHED[1:], "mean hits")
    )
    kinds, ours = result["queries"], result["warm"]["ours"]["counts"]
    for kind in dict.fromkeys(kinds):
        places = [place for place, its in enumerate(kinds) if its == kind]
        shares = []
        for name in SEARCHED[1:]:
            other = result["warm"][name]["counts"]
            same = sum(ours[place] == other[place] for place in places)
            shares.append(f"{same} of {len(places)}")
        table.add(kind, *shares, f"{sum(ours[place] for place in places) / len(places):,.0f}")
    asked = result["warm"]["ours"]["facets"]
    shares = []
    for name in SEARCHED[1:]:
        other = result["warm"][name]["facets"]
        same = sum(mine == its for mine, its in zip(asked, other, strict=True) if mine)
        shares.append(f"{same} of {sum(map(bool, asked))}")
    table.add("counts by kind, county, year, tag", *shares, "")
    return table


def _builds(size: int, result: dict) -> Table:
    table = Table(
        f"{size:,} documents: building",
        ("", "CPU s", "wall s", "ours to it (CPU)", "MB on disk"),
    )
    build = result["build"]
    for name, told in build.items():
        label = {"tantivy": "tantivy, one thread", "tantivy-threads": "tantivy, its default"}
        ratio = short(build["ours"]["cpu"] / told["cpu"]) if name != "ours" else ""
        megabytes = told.get("mb_optimised", told["mb"])
        table.add(
            label.get(name, name), short(told["cpu"]), short(told["wall"]), ratio, short(megabytes)
        )
    table.notes.append(
        f"FTS5's b-trees were then merged for its searches: {build['FTS5']['optimise']:.1f} s more."
    )
    return table


def _updates(size: int, result: dict) -> Table:
    table = Table(
        f"{size:,} documents: a durable commit of changed documents, ms",
        ("", "one, CPU", "one, wall", "30, CPU", "30, wall", "30 to one (wall)"),
    )
    for name, told in result["updates"].items():
        for label, one in (("", told["one"]), (", writer opened for it", told.get("opened"))):
            if one:
                many = told["batch"]
                cells = one["cpu"], one["wall"], many["cpu"], many["wall"]
                table.add(
                    name + label, *map(short, cells), short(many["wall"] / told["one"]["wall"])
                )
    seconds = result["visible"]["ours"]["seconds"]
    table.notes.append(
        f"Ours, found by another process after {short(max(seconds) * 1000)} ms at most "
        "(from the beginning of the commit)."
    )
    return table


def _different(size: int, result: dict) -> Table:
    """What steady life costs where nobody asks for the same twice, but words recur."""
    names = ("ours", "tantivy")
    told = {name: dict(result["memory"][name]["ms"]) for name in names}
    table = Table(
        f"{size:,} documents, 10,000 different searches in turn: CPU ms, median / p95, mean",
        ("kind", *names, "to tantivy", "means"),
    )
    for name in names:
        told[name]["all"] = [ms for own in list(told[name].values()) for ms in own]
    for kind in told["ours"]:
        figures = [(median(told[name][kind]), p95(told[name][kind])) for name in names]
        means = [sum(told[name][kind]) / len(told[name][kind]) for name in names]
        cells = [
            f"{pair(*figure)}, {short(mean)}" for figure, mean in zip(figures, means, strict=True)
        ]
        (ours, theirs), ratio = figures, means[0] / means[1]
        table.add(kind, *cells, pair(ours[0] / theirs[0], ours[1] / theirs[1]), short(ratio))
    return table


def _processes(size: int, result: dict) -> Table:
    table = Table(
        f"{size:,} documents: a process that searches",
        ("", "ours", "tantivy"),
    )
    names = ("ours", "tantivy")
    told = result["memory"]
    for label, moment in (
        ("MB before opening", "empty"),
        ("MB after the first search", "opened"),
        ("MB after 10,000 different searches", "after"),
    ):
        cells = [f"{told[name][moment]['all']:.0f}" for name in names]
        own = [f"{told[name][moment]['own']:.0f}" for name in names]
        table.add(
            f"{label} (without mapped files)",
            *(f"{a} ({b})" for a, b in zip(cells, own, strict=True)),
        )
    rates = {}
    for name in names:
        runs = result["together"][name]
        rates[name] = {
            number: sum(run["queries"] / run["wall"] for run in runs[number]) for number in runs
        }
    table.add("searches a second, one process", *(f"{rates[n][1]:,.0f}" for n in names))
    table.add("searches a second, two at once", *(f"{rates[n][2]:,.0f}" for n in names))
    table.add("gain by the second", *(f"{rates[n][2] / rates[n][1]:.2f} ×" for n in names))
    kept = told["ours"]["kept"]
    table.notes.append(
        f"Posting cache after the 10,000: {kept['entries']:,} lists, "
        f"{kept['bytes'] / 1e6:.1f} of {kept['bound'] / 1e6:.0f} MB, "
        f"{kept['hit_rate']:.0%} of {kept['hits'] + kept['misses']:,} found there."
    )
    return table
