"""Hints stand beside the unit whose words they are about."""

from covenants.desk.hints import hints_of_units
from covenants.desk.units import Unit
from covenants.legality import shipped_book


def test_each_hit_goes_to_its_unit_and_reads_what_stands_above():
    units = [
        Unit(1, "title", "", "示例村规民约"),
        Unit(2, "preamble", "", "违者罚款。"),
        Unit(3, "chapter", "第一章", "罚款"),
        Unit(4, "article", "第一条", "违反的，停止享受："),
        Unit(5, "item", "（一）", "低保；"),
        Unit(6, "noise", "", "罚款 - 1 -"),
        Unit(7, "paragraph", "", "偷树的没收斧头。"),
        Unit(8, "article", "第二条", "不得罚款。"),
        Unit(9, "closing", "", "最终解释权归村委会。"),
    ]
    found = hints_of_units(units, shipped_book())
    assert {key: [hit.rule for hit in hits] for key, hits in found.items()} == {
        2: ["fine"],
        5: ["welfare"],
        7: ["person_property"],
        9: ["wording_final_say"],
    }
