"""Which row is which place: through new names, new codes, exchanged codes and new townships."""

from villages.division_matching import Place, match
from villages.division_table import Division, DivisionTable

COUNTY = Place(1, 3, "532391", "青岩县", 0, 1)
TOWN = Place(2, 4, "532391101", "云台镇", 1, 1)
OTHER_TOWN = Place(3, 4, "532391102", "马樱花乡", 1, 1)
TABLE = [
    Division(2, "532391", "青岩县", "532300", 3),
    Division(3, "532391101", "云台镇", "532391", 4),
    Division(4, "532391102", "马樱花乡", "532391", 4),
]


def village(key, code, name, parent=2, **more):
    return Place(key, 5, code, name, parent, 1, **more)


def row(code, name):
    return Division(int(code[-3:]), code, name, code[:9], 5)


def run(rows, places, upper=TABLE, towns=(COUNTY, TOWN, OTHER_TOWN), whole=True):
    table = DivisionTable("utf-8", [*upper, *rows], whole=whole)
    return match(table, [*towns, *places])


def changes(matching):
    """{row code: (place key, what changes)} of villages."""
    told = {}
    for pair in matching.matches:
        if pair.division.level == 5:
            flags = [f for f in ("recoded", "renamed", "moved", "outdated") if getattr(pair, f)]
            told[pair.division.code] = (pair.place and pair.place.key, flags)
    return told


def test_the_same_table_changes_nothing():
    found = run(
        [row("532391101201", "松林村民委员会")], [village(9, "532391101201", "松林村民委员会")]
    )
    assert changes(found) == {"532391101201": (9, [])}
    assert found.vanished == []


def test_new_name():
    found = run(
        [row("532391101201", "青松村民委员会")], [village(9, "532391101201", "松林村民委员会")]
    )
    assert changes(found) == {"532391101201": (9, ["renamed"])}


def test_new_code_of_a_village_that_became_a_community():
    found = run(
        [row("532391101001", "岔河社区居民委员会")], [village(9, "532391101204", "岔河村民委员会")]
    )
    assert changes(found) == {"532391101001": (9, ["recoded", "renamed"])}
    assert found.vanished == []


def test_a_code_given_on_to_the_next_place():
    found = run(
        [row("532391101202", "松林村民委员会"), row("532391101203", "大箐村民委员会")],
        [
            village(8, "532391101201", "松林村民委员会"),
            village(9, "532391101202", "大箐村民委员会"),
        ],
    )
    assert changes(found) == {"532391101202": (8, ["recoded"]), "532391101203": (9, ["recoded"])}


def test_a_recoded_township_takes_its_villages_along():
    upper = [TABLE[0], Division(3, "532391105", "云台镇", "532391", 4)]
    found = run(
        [row("532391105201", "松林村民委员会"), row("532391105202", "新桥村民委员会")],
        [village(9, "532391101201", "松林村民委员会")],
        upper=upper,
        towns=(COUNTY, TOWN),
    )
    assert changes(found) == {"532391105201": (9, ["recoded"]), "532391105202": (None, [])}
    assert next(p for p in found.matches if p.division.level == 4).recoded


def test_another_township_of_the_same_county():
    found = run(
        [row("532391102209", "松林村民委员会")], [village(9, "532391101201", "松林村民委员会")]
    )
    assert changes(found) == {"532391102209": (9, ["recoded", "moved"])}


def test_a_new_township_that_takes_a_village_over():
    upper = [*TABLE, Division(5, "532391103", "清水河镇", "532391", 4)]
    found = run(
        [row("532391103201", "松林村民委员会")],
        [village(9, "532391101201", "松林村民委员会")],
        upper=upper,
    )
    assert changes(found) == {"532391103201": (9, ["recoded", "moved"])}


def test_of_two_places_with_one_name_none_is_guessed():
    places = [
        village(8, "532391101201", "岔河村民委员会"),
        village(9, "532391102201", "岔河村民委员会", 3),
    ]
    upper = [*TABLE, Division(5, "532391103", "清水河镇", "532391", 4)]
    found = run([row("532391103201", "岔河村民委员会")], places, upper=upper)
    assert changes(found) == {"532391103201": (None, [])}
    assert [place.key for place in found.vanished] == [8, 9]


def test_same_name_in_two_townships_that_both_stay():
    places = [
        village(8, "532391101201", "岔河村民委员会"),
        village(9, "532391102201", "岔河村民委员会", 3),
    ]
    rows = [row("532391101205", "岔河村民委员会"), row("532391102205", "岔河村民委员会")]
    assert changes(run(rows, places)) == {
        "532391101205": (8, ["recoded"]),
        "532391102205": (9, ["recoded"]),
    }


def test_an_older_table_does_not_turn_things_back():
    place = village(
        9,
        "532391101001",
        "岔河社区居民委员会",
        former_codes=frozenset({"532391101204"}),
        other_names=frozenset({"岔河村民委员会"}),
    )
    found = run([row("532391101204", "岔河村民委员会")], [place])
    assert changes(found) == {"532391101204": (9, ["outdated"])}
    assert found.vanished == []


def test_the_tables_name_for_a_place_known_by_another():
    place = village(9, "532391101201", "𥔲嘉村民委员会", other_names=frozenset({"鄂嘉村民委员会"}))
    assert changes(run([row("532391101201", "鄂嘉村民委员会")], [place])) == {
        "532391101201": (9, [])
    }


def test_a_page_made_by_hand_without_code_gets_it():
    found = run([row("532391101201", "松林村民委员会")], [village(9, None, "松林村民委员会")])
    assert changes(found) == {"532391101201": (9, ["recoded"])}


def test_vanished_is_told_only_where_the_table_speaks():
    gone = village(9, "532391101201", "松林村民委员会")
    elsewhere = Place(20, 3, "532392", "松风县", 0, 20)
    sample = Place(21, 3, "532393", "示例县", 0, 21, sample=True)
    below = Place(22, 4, "532392101", "落雁镇", 20, 20)
    places = [gone, elsewhere, sample, below]
    assert [p.key for p in run([], places).vanished] == [20, 9]
    assert [p.key for p in run([], places, whole=False).vanished] == [9]
