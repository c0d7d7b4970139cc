"""Reads workbooks with openpyxl and compares them with the tables of pages.

In: a list of {code, rows: [[title or null, [text, ...]], ...], numbers: [bool, ...], book: hex}.
Out: a line for each difference, and at the end how many were read.
"""
import io
import json
import re
import sys
from datetime import datetime

from openpyxl import load_workbook

DAY = re.compile(r"\d\d\.\d\d\.\d{4}")
NUMBER = re.compile(r"-?\d+(,\d+)?")


def shown(cell):
    """A cell as Excel shows it in Russian."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime) and cell.number_format == "dd.mm.yyyy":
        return value.strftime("%d.%m.%Y")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return repr(value)
    places = re.fullmatch(r"0(?:\.(0+))?", cell.number_format)
    if not places:
        return f"{value!r} as {cell.number_format}"
    return f"{value:.{len(places[1] or '')}f}".replace(".", ",")


def plain(text):
    """Signs as a spreadsheet writes them."""
    return text.lstrip("'+").replace("−", "-")


def compare(code, rows, numbers, sheet):
    # Reports of which the page shows a part have more lines in the file.
    lines = list(sheet.iter_rows(min_row=2))
    if len(lines) < len(rows):
        yield f"{code}: {len(rows)} lines on the page, {len(lines)} in the workbook"
    head = [cell.value for cell in sheet[1]]
    for (title, texts), line in zip(rows, lines):
        cells = list(line)
        if len(cells) == len(texts) + 1:
            if cells[0].value != title:
                yield f"{code}: under {title!r}, but in the workbook {cells[0].value!r}"
            cells = cells[1:]
        names = head[-len(cells) :]
        for at, (text, cell) in enumerate(zip(texts, cells)):
            text, told = text.strip(), shown(cell).strip()
            where = f"{code}: {cell.coordinate} ({names[at]})"
            if plain(told) != plain(text):
                yield f"{where}: {text!r} on the page, {told!r} in the workbook"
            is_text = isinstance(cell.value, str)
            if is_text and DAY.fullmatch(told):
                yield f"{where}: {told!r} is a text"
            if is_text and at > 0 and at < len(numbers) and numbers[at] and NUMBER.fullmatch(told):
                yield f"{where}: {told!r} is a text"


def main():
    books = json.load(sys.stdin)
    faults = []
    for it in books:
        book = load_workbook(io.BytesIO(bytes.fromhex(it["book"])))
        found = compare(it["code"], it["rows"], it["numbers"], book.worksheets[0])
        faults.extend(list(found)[:5])
    for fault in faults:
        print(fault)
    print(f"read {len(books)}")


main()
