"""Reads CSV files as people send them: any usual encoding, damaged lines reported, not fatal.

Pure; knows neither the database nor what the columns mean.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MAX_BYTES = 64 * 1024 * 1024
MAX_LINE = 2000
"""Characters in a line; a longer one is damage (an unclosed field, another file pasted in)."""


class UnreadableTable(ValueError):
    """Nothing can be read from the file; the message says why, in Chinese, for the sender."""


@dataclass(frozen=True)
class Problem:
    """A row that was refused: line of the file (from 1), its code as far as read, the reason."""

    line: int
    code: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A line's values by column; `torn` where the file ends inside this line, as far as known."""

    line: int
    values: dict[str, str]
    torn: bool = False

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass
class CsvTable:
    """What could be read. `encoding` is a Python codec name, `columns` those the file has."""

    encoding: str
    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(
    data: bytes, headings: Mapping[str, Sequence[str]], required: Sequence[str]
) -> CsvTable:
    """Split a file into rows; each line stands alone, so that damage stays where it is.

    `headings` maps our column names to the headings they may have in the file. Raises
    `UnreadableTable` for an empty file, another kind of file, or missing `required` columns.
    """
    _refuse_other_kinds(data)
    encoding, data = _encoding_of(data)
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    ends_whole = not lines[-1].strip()
    while lines and not lines[-1].strip(b"\t ,\x1a"):
        lines.pop()
    first = next((i for i, line in enumerate(lines) if line.strip(b"\t ,")), None)
    if first is None:
        raise UnreadableTable("文件是空的。")
    codec = "utf-8" if encoding == "utf-16" else encoding
    heading_line = lines[first].decode(codec, errors="replace")
    delimiter = max(",\t;", key=heading_line.count)
    columns = _columns(_fields(heading_line, delimiter) or [], headings)
    missing = [name for name in required if name not in columns]
    if missing:
        wanted = "、".join(headings[name][0] for name in missing)
        raise UnreadableTable(f"不是所需的表格:第{first + 1}行缺少列 {wanted}。")
    table = CsvTable(encoding, [name for name in columns if name])
    for number, raw in enumerate(lines[first + 1 :], start=first + 2):
        if not raw.strip(b"\t ,"):
            continue
        last = number == len(lines) and not ends_whole
        _add_row(table, number, raw, codec, delimiter, columns, last)
    return table


def _refuse_other_kinds(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise UnreadableTable("文件超过64MB,不会是这种表格。")
    if not data.strip():
        raise UnreadableTable("文件是空的。")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableTable("这是Excel或Word文件,不是CSV。请在Excel里另存为“CSV UTF-8”。")
    if data.startswith(b"%PDF"):
        raise UnreadableTable("这是PDF文件,不是CSV。")


def _encoding_of(data: bytes) -> tuple[str, bytes]:
    """(codec, data without byte order mark). Damaged lines do not change the verdict."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8", data[3:]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return "utf-16", data.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise UnreadableTable("文件编码无法识别。请另存为“CSV UTF-8”。") from error
    telling = [line for line in data.split(b"\n") if not line.isascii()]
    as_utf8 = sum(_decodes(line, "utf-8") for line in telling)
    # Chinese text in GB18030 hardly ever decodes as UTF-8, while many UTF-8 lines pass as GB18030.
    if len(telling) == 1:
        return ("utf-8" if as_utf8 or not _decodes(telling[0], "gb18030") else "gb18030"), data
    return ("utf-8" if as_utf8 * 2 >= len(telling) else "gb18030"), data


def _decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _columns(found: Sequence[str], headings: Mapping[str, Sequence[str]]) -> list[str]:
    """Our name of each of the file's columns, "" for a column that is not ours."""
    ours = {heading: name for name, options in headings.items() for heading in (name, *options)}
    return [ours.get(heading.strip().strip("\ufeff").lower(), "") for heading in found]


def _fields(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _add_row(table, number, raw, codec, delimiter, columns, last) -> None:
    torn = "最后一行不完整,文件可能被截断。" if last else ""
    code = raw[:24].split(delimiter.encode())[0].decode("ascii", errors="ignore").strip("\0 \r")

    def refuse(reason):
        table.problems.append(Problem(number, code, torn or reason))

    try:
        text = raw.decode(codec).strip("\x1a")
    except UnicodeDecodeError:
        refuse("这一行的文字编码损坏。")
        return
    if "\0" in text:
        refuse("这一行含有空字符(NUL),已损坏。")
    elif len(text) > MAX_LINE:
        refuse(f"这一行长达{len(text)}个字符,已损坏。")
    elif (fields := _fields(text, delimiter)) is None:
        refuse("引号不成对,无法分列。")
    elif len(fields) < len(columns):
        refuse(f"只有{len(fields)}列,应有{len(columns)}列。")
    elif any(value.strip() for value in fields[len(columns) :]):
        refuse(f"有{len(fields)}列,应有{len(columns)}列。")
    else:
        pairs = zip(columns, fields, strict=False)
        values = {name: value.strip() for name, value in pairs if name}
        table.rows.append(Row(number, values, torn=last))
