"""Reads the list of people to appoint: pasted from a sheet, typed, or an .xlsx. No database.

A line is a person: body, name, role, first day, last day, account. A heading line names the
columns; without one they come in this order. All but the first two may be left out.
"""

import datetime
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from safety import sheets

MAX_ROWS = 500
MAX_CELL = 100
MAX_BYTES = 1024 * 1024
MAX_UNPACKED = 16 * 1024 * 1024
MAX_MEMBERS = 200
MAX_LINES = 1_048_576
"""Rows of a sheet, as many as Excel has; those without a word are passed over."""
COLUMNS = ("body", "person", "role", "since", "until", "account")
HEADINGS = {
    "body": ("单位", "村", "村(社区)", "村名", "代码", "地方"),
    "person": ("姓名", "名字"),
    "role": ("职责", "角色", "职务"),
    "since": ("任期开始", "开始", "从"),
    "until": ("任期结束", "结束", "到"),
    "account": ("账号", "用户名"),
}
_DAY = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?(?: 0?0:00(:00)?)?"
)
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    InvalidFileException,
    ParseError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
)


class UnreadableRoster(ValueError):
    """Nothing can be read; the message says why and what to do, for the person who sent it."""


@dataclass(frozen=True)
class RosterRow:
    """One line as written, in words; `line` counts from 1 in what was sent."""

    line: int
    body: str = ""
    person: str = ""
    role: str = ""
    since: str = ""
    until: str = ""
    account: str = ""


def read_text(text: str) -> list[RosterRow]:
    """The rows of a pasted or typed list: fields parted by tabs, commas or blanks.

    Raises UnreadableRoster for an empty list and for more than MAX_ROWS lines.
    """
    lines = text.replace("\x00", "").splitlines()
    return _rows((number, _fields(line)) for number, line in enumerate(lines, 1))


def read_workbook(data: bytes) -> list[RosterRow]:
    """The rows of the first sheet of an .xlsx, as `read_text`.

    Bounded in bytes, unpacked bytes, rows and columns; formulas give their stored value.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableRoster(_("文件太大。名单请不要超过 1 MB，去掉图片和多余的表再传。"))
    try:
        _refuse_bombs(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # The size a sheet claims to have may be anything.
        sheet.reset_dimensions()
        cells = sheet.iter_rows(max_row=MAX_LINES, max_col=len(COLUMNS) + 4, values_only=True)
        filled = ((number, row) for number, row in enumerate(cells, 1) if any(row))
        # A heading, and one row more than there may be.
        rows = [(n, [_cell(value) for value in row]) for n, row in islice(filled, MAX_ROWS + 2)]
    except _DAMAGED as error:
        raise UnreadableRoster(
            _("打不开这个文件。请用本页的模板填写，存成 .xlsx（不加密码）再上传。")
        ) from error
    return _rows(rows)


def template() -> bytes:
    """An .xlsx with the headings and one line to overwrite."""
    heads = [HEADINGS[column][0] for column in COLUMNS]
    example = ["示例村", "李示例", "村级编辑", "2027-04-01", "", ""]
    return sheets.workbook(_("名单"), (18, 12, 14, 14, 14, 14), [heads, example])


def as_text(rows: Iterable[RosterRow]) -> str:
    """The rows as tab-separated lines under a heading, for `read_text` to read again."""
    lines = ["\t".join(HEADINGS[column][0] for column in COLUMNS)]
    lines += ["\t".join(getattr(row, column) for column in COLUMNS) for row in rows]
    return "\n".join(lines)


def read_day(text: str) -> datetime.date | None:
    """The day that is written: 2027-04-01, 2027/4/1, ２０２７年4月1日; None for nothing.

    Raises ValueError for anything else.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return datetime.date(*map(int, match.groups()[:3]))


def _refuse_bombs(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED:
            raise ValueError("too large")
        for member in members:
            with archive.open(member) as part:
                # What an entity is made of stands before the first element.
                if b"<!DOCTYPE" in part.read(4096).upper():
                    raise ValueError("entities")


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _fields(line: str) -> list[str]:
    for mark in ("\t", "，", ",", ";", "；"):
        if mark in line:
            return line.split(mark)
    return line.split()


def _rows(lines: Iterable[tuple[int, list[str]]]) -> list[RosterRow]:
    rows = list(_named_rows(lines))
    if not rows:
        raise UnreadableRoster(_("名单是空的。每人一行，至少写单位和姓名。"))
    if len(rows) > MAX_ROWS:
        raise UnreadableRoster(_("名单太长。一次最多 %d 人，请分几次。") % MAX_ROWS)
    return rows


def _named_rows(lines) -> Iterator[RosterRow]:
    columns = None
    for number, fields in lines:
        values = [" ".join(field.split())[: MAX_CELL + 1] for field in fields]
        if not any(values):
            continue
        if columns is None:
            columns = _columns(values)
            if columns:
                continue
            columns = list(COLUMNS)
        named = {name: text for name, text in zip(columns, values, strict=False) if name}
        yield RosterRow(number, **named)


def _columns(values: list[str]) -> list[str]:
    """What the columns of a heading line hold ("" for others); empty if it is no heading line."""
    meaning = {word: column for column, words in HEADINGS.items() for word in words}
    found = [meaning.get(value.replace("（", "(").replace("）", ")"), "") for value in values]
    return found if "body" in found and "person" in found else []
