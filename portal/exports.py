"""Lists as files: one renderer, in which no cell can turn into a spreadsheet's formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """The cell as text; what a spreadsheet would run is led by an apostrophe, which our own imports take off again.

    So is what would read as such a cell: a text that has apostrophes before a formula's start of its own.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) and not _is_number(text) else text


def plain_cell(text: str) -> str:
    """The reverse of `safe_cell`, for imports of our own exports."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


def csv_response(name: str, rows: Iterable[Sequence[Any]], *, for_spreadsheets: bool = True) -> HttpResponse:
    """A CSV download in UTF-8, with a byte-order mark where it is for spreadsheets, so that they read names right.

    A program that reads the heads of the columns would take the mark for a part of the first.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    mark = "\ufeff" if for_spreadsheets else ""
    response = HttpResponse(mark + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The same as a workbook with one sheet: numbers as numbers, all else as text, the first row in sight for good."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _cell(sheet: Any, value: Any, *, bold: bool) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    cell = WriteOnlyCell(sheet, value=value if is_number else ILLEGAL_CHARACTERS_RE.sub("", safe_cell(value)))
    if not is_number:
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _is_number(text: str) -> bool:
    """A plain number, which a spreadsheet may take as one; nothing around it, and no other way to write it."""
    return NUMBER.fullmatch(text) is not None
