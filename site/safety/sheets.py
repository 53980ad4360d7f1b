"""The one place that writes tables for Excel and WPS: cells are words or numbers, never formulas.

What villages write may begin with a sign that makes a program reckon, or start another one
(OWASP, CSV injection). In an .xlsx such a cell is marked as text, which stays so when somebody
edits it; in a .csv, which knows no kinds, it begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from .characters import clean_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# The full-width ones count where a Chinese or Japanese keyboard typed them.
_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_CELL = 32_767
"""Of a cell of Excel, in characters."""


def begins_like_formula(text: str) -> bool:
    return text.startswith(_SIGNS)


def plain(value) -> str:
    """`value` as a .csv may hold it."""
    text = "" if value is None else str(value)
    return f"'{text}" if begins_like_formula(text) else text


def workbook(title: str, widths: Iterable[int], rows: Iterable[Iterable]) -> bytes:
    """An .xlsx of one sheet, its first row standing still; written row by row.

    `widths` of the columns, in characters. Whole numbers stay numbers, all else is text.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def csv_lines(rows: Iterable[Iterable]) -> Iterator[str]:
    """A .csv line by line, after the mark by which Excel knows it for UTF-8."""
    yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([plain(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def guard_reports() -> None:
    """Let Wagtail's reports write their cells as we do: it lets formulas into its .csv."""
    theirs = SpreadsheetExportMixin.generate_xlsx_row

    def generate_xlsx_row(self, *args, **kwargs):
        for cell in theirs(self, *args, **kwargs):
            yield _marked(cell)

    def write_csv_row(self, writer, row_dict):
        return writer.writerow(
            {
                name: plain(self.preprocess_field_value(name, value, self.FORMAT_CSV))
                for name, value in row_dict.items()
            }
        )

    SpreadsheetExportMixin.generate_xlsx_row = generate_xlsx_row
    SpreadsheetExportMixin.write_csv_row = write_csv_row


def _cell(sheet, value):
    if isinstance(value, int):
        return value
    text = clean_text("" if value is None else str(value))[:_LONGEST_CELL]
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return _marked(cell)


def _marked(cell):
    if cell.data_type == "s" and begins_like_formula(str(cell.value)):
        cell.quotePrefix = True
    return cell
