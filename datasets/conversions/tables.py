"""Spreadsheets: CSV files in UTF-8, UTF-16 or GB18030, and the first sheet of XLSX files. Two columns become the user's
and the assistant's message."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import json
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from datasets.conversions.tally import Tally, Unreadable

CHUNK = 1024 * 1024
LONGEST = 16 * 1024 * 1024  # characters of a cell
DELIMITERS = ",;\t"
ENCODINGS = ("utf-8-sig", "gb18030")
UNPACKED = 1024 * 1024 * 1024  # bytes of an XLSX file once it is unpacked
STRINGS = 32 * 1024 * 1024  # of its table of texts, which has to be in memory
SMALL, RATIO = 16 * 1024 * 1024, 100  # bytes of a part, and how well a larger one may be packed
SHEET_ROWS = 1024 * 1024  # that a sheet can have
ZIP = b"PK\x03\x04"

# What a broken XLSX file makes the library raise. It checks little: what is missing, or is not what it should be, fails
# where it is used, just as a mistake in the code would. So nothing but the library's own work may stand under these.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,  # no workbook in it; places before the start of the file; what bz2 cannot unpack
    RuntimeError,  # encrypted, or packed in a way that Python does not know
    ParseError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)

Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is to be read."""

    encoding: str
    delimiter: str

    @property
    def label(self) -> str:
        """The encoding as people write it."""
        return {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}[self.encoding]


@dataclass(frozen=True)
class Columns:
    """Which columns are which, from 0. The system message is a column or a fixed text, or there is none."""

    user: int
    assistant: int
    system: int | None = None
    system_text: str = ""
    has_header: bool = True


def lines(file: BinaryIO, columns: Columns, tally: Tally) -> Iterator[bytes]:
    """Each row as a line of `messages`. Raises Unreadable."""
    for number, row in rows(file):
        if columns.has_header and number == 1:
            continue
        user, assistant = _cell(row, columns.user), _cell(row, columns.assistant)
        if not any(cell.strip() for cell in row):
            tally.drop("blank_row", number)
        elif not user.strip() or not assistant.strip():
            tally.drop("empty_cell", number)
        else:
            system = columns.system_text if columns.system is None else _cell(row, columns.system)
            messages = [{"role": "system", "content": system}] if system.strip() else []
            messages += [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]
            tally.kept += 1
            yield json.dumps({"messages": messages}, ensure_ascii=False).encode() + b"\n"


def rows(file: BinaryIO) -> Rows:
    """Each row with its number, from 1. Raises Unreadable, also in the middle."""
    file.seek(0)
    is_zip = file.read(len(ZIP)) == ZIP
    return _xlsx_rows(file) if is_zip else _csv_rows(file, dialect(file))


def dialect(file: BinaryIO) -> Dialect:
    """Encoding and delimiter of a CSV file. The whole file is read: GB18030 can look like UTF-8 for long."""
    encoding = _encoding(file)
    file.seek(0)
    first = file.read(CHUNK).decode(encoding, errors="replace").split("\n", 1)[0]
    return Dialect(encoding, max(DELIMITERS, key=first.count))


def _encoding(file: BinaryIO) -> str:
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    for encoding in ENCODINGS:
        if _decodes(file, encoding):
            return encoding
    raise Unreadable("encoding")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _csv_rows(file: BinaryIO, how: Dialect) -> Rows:
    file.seek(0)
    csv.field_size_limit(LONGEST)
    text = io.TextIOWrapper(file, how.encoding, newline="")
    try:
        yield from enumerate(csv.reader(text, delimiter=how.delimiter), start=1)
    except csv.Error:
        raise Unreadable("csv") from None
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    finally:
        text.detach()


def _xlsx_rows(file: BinaryIO) -> Rows:
    for number, row in enumerate(_values(file), start=1):
        if number > SHEET_ROWS:  # a row may have any number, and the library makes all those before it
            raise Unreadable("xlsx_too_large")
        yield number, [_text(value) for value in row]


def _values(file: BinaryIO) -> Iterator[tuple[object, ...]]:
    """The rows of the first sheet, as the library reads them."""
    import openpyxl  # takes a while, and few need it

    file.seek(0)
    try:
        _refuse_bombs(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which no example needs
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            if not book.worksheets:
                raise Unreadable("xlsx")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file claims of its size can be wrong
            yield from sheet.iter_rows(values_only=True)
    except BROKEN as error:
        raise Unreadable("xlsx") from error


def _refuse_bombs(file: BinaryIO) -> None:
    """A small file can claim to hold any number of rows, and one cell of any length."""
    parts = zipfile.ZipFile(file).infolist()
    strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    too_well = any(part.file_size > max(SMALL, RATIO * part.compress_size) for part in parts)
    if too_well or strings > STRINGS or sum(part.file_size for part in parts) > UNPACKED:
        raise Unreadable("xlsx_too_large")


def _text(value: object) -> str:
    """A cell as text: a whole number without `.0`, a date as it is written in data."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _cell(row: list[str], index: int) -> str:
    return row[index] if index < len(row) else ""
