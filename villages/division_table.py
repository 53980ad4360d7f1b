"""Validates a table of administrative divisions row by row. Pure; knows no database.

Code scheme: 6 digits for a county, 9 for a township, 12 for a village, each beginning with its
parent's; 2 = prefecture, 3 = county, 4 = township, 5 = village (National Bureau of Statistics).
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass, field

from villages.csv_table import CsvTable, Problem, Row, read_table

PREFECTURE, COUNTY, TOWNSHIP, VILLAGE = 2, 3, 4, 5
LENGTHS = {PREFECTURE: 6, COUNTY: 6, TOWNSHIP: 9, VILLAGE: 12}
LEVEL_NAMES = {PREFECTURE: "州", COUNTY: "县(市)", TOWNSHIP: "乡镇", VILLAGE: "村(社区)"}
NAME_MAX = 80

_HEADINGS = {
    "code": ("code", "代码", "区划代码"),
    "code12": ("code12", "12位代码"),
    "name": ("name", "名称"),
    "parent": ("parent", "上级", "上级代码"),
    "level": ("level", "级别"),
    "urban_rural_type": ("urban_rural_type", "城乡分类", "城乡分类代码"),
}
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Division:
    """A place as the table has it. `level` is COUNTY, TOWNSHIP or VILLAGE."""

    line: int
    code: str
    name: str
    parent: str
    level: int


@dataclass
class DivisionTable:
    """Good rows, highest level first; `whole` where the file describes the whole prefecture."""

    encoding: str
    divisions: list[Division] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    whole: bool = False

    def of_level(self, level: int) -> list[Division]:
        return [division for division in self.divisions if division.level == level]


def read_divisions(data: bytes, known_codes: Container[str] = ()) -> DivisionTable:
    """Read and check a file; `known_codes` are places that may be parents without standing in it.

    Raises `csv_table.UnreadableTable` where nothing can be read.
    """
    source = read_table(data, _HEADINGS, ["code", "name", "parent", "level"])
    table = DivisionTable(source.encoding, problems=list(source.problems))
    candidates = _candidates(source, table)
    table.whole = any(division.level == PREFECTURE for division in candidates)
    prefectures = {division.code for division in candidates if division.level == PREFECTURE}
    accepted: set[str] = set()
    for level in (COUNTY, TOWNSHIP, VILLAGE):
        for division in (c for c in candidates if c.level == level):
            if level == COUNTY:
                orphan = prefectures and division.parent not in prefectures
            else:
                orphan = division.parent not in accepted and division.parent not in known_codes
            if orphan:
                reason = f"上级 {division.parent} 不在表中,也不在网站上(或所在行有误)。"
                table.problems.append(Problem(division.line, division.code, reason))
                continue
            accepted.add(division.code)
            table.divisions.append(division)
    table.problems.sort(key=lambda problem: problem.line)
    return table


def _candidates(source: CsvTable, table: DivisionTable) -> list[Division]:
    """Rows that are right in themselves; of several with one code the first."""
    found: list[Division] = []
    first_lines: dict[str, int] = {}
    for row in source.rows:
        reason = _fault(row)
        if not reason and row["code"] in first_lines:
            reason = f"代码与第{first_lines[row['code']]}行重复。"
        if reason:
            if row.torn:
                reason = f"最后一行不完整,文件可能被截断({reason.rstrip('。')})。"
            table.problems.append(Problem(row.line, row["code"], reason))
            continue
        first_lines[row["code"]] = row.line
        level = int(row["level"])
        name = unicodedata.normalize("NFC", row["name"])
        found.append(Division(row.line, row["code"], name, row["parent"], level))
    return found


def _fault(row: Row) -> str:
    """Why this row cannot be taken, or ""."""
    code, name, parent, level = (row[c] for c in ("code", "name", "parent", "level"))
    if not _DIGITS.fullmatch(code):
        hint = "(可能被Excel改成了科学计数法)" if re.search(r"\d[eE]\+?\d", code) else ""
        return f"代码“{code[:20]}”不全是数字{hint}。"
    if level not in {"2", "3", "4", "5"}:
        return f"级别“{level[:10]}”应为2、3、4或5。"
    length = LENGTHS[int(level)]
    if len(code) != length:
        return f"代码有{len(code)}位,{LEVEL_NAMES[int(level)]}应为{length}位。"
    if row["code12"] and row["code12"] != code.ljust(12, "0"):
        return f"12位代码 {row['code12'][:20]} 与代码 {code} 不一致。"
    if not name:
        return "没有名称。"
    if len(name) > NAME_MAX:
        return f"名称有{len(name)}个字,最多{NAME_MAX}个。"
    if any(unicodedata.category(char) in ("Cc", "Cs") or char == "\ufffd" for char in name):
        return "名称里有损坏的字符。"
    if not parent and level != "2":
        return "没有上级代码。"
    expected = code[:4] + "00" if level == "3" else code[:-3]
    if level != "2" and parent != expected:
        return f"上级 {parent[:20]} 与代码不符,应为 {expected}。"
    return ""
