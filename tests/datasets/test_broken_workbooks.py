"""XLSX files that are broken in each way that makes the library fail differently."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from itertools import islice

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.conversions import tables
from datasets.conversions.tally import Unreadable

SHEET, BOOK, RELATIONS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
ENCRYPTED, PATCHED = 0x01, 0x20  # flags of a part


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for number in range(20):
        book.worksheets[0].append([f"question {number}", number])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


WHOLE = workbook()


def changed(part: str, old: bytes, new: bytes, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with other bytes in one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as whole, zipfile.ZipFile(stream, "w", packed) as made:
        for name in whole.namelist():
            content = whole.read(name)
            assert name != part or old in content
            made.writestr(name, content.replace(old, new) if name == part else content)
    return stream.getvalue()


def damaged(packed: int) -> bytes:
    """A workbook packed in this way, with bytes of its sheet overwritten."""
    content = bytearray(changed(SHEET, b"", b"", packed))
    at = content.index(SHEET.encode()) + len(SHEET) + 20
    content[at : at + 40] = b"\xa5" * 40
    return bytes(content)


def flagged(flag: int) -> bytes:
    """The workbook with a flag at each of its parts."""
    content = bytearray(WHOLE)
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic)
        while at >= 0:
            content[at + place] |= flag
            at = content.find(magic, at + 1)
    return bytes(content)


def overlong() -> bytes:
    """The workbook with a part that claims to go on behind the end of the file."""
    content = bytearray(changed(SHEET, b"", b"", zipfile.ZIP_STORED))
    at = content.rindex(TYPES.encode()) - 46  # where its entry in the directory begins
    content[at + 20 : at + 28] = struct.pack("<II", 1024 * 1024, 1024 * 1024)  # packed and unpacked
    return bytes(content)


def rows(content: bytes) -> list[tuple[int, list[str]]]:
    return list(tables.rows(io.BytesIO(content)))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: WHOLE[:-40], id="cut short"),
        pytest.param(lambda: damaged(zipfile.ZIP_DEFLATED), id="damaged"),
        pytest.param(lambda: damaged(zipfile.ZIP_BZIP2), id="damaged bzip2"),
        pytest.param(lambda: damaged(zipfile.ZIP_LZMA), id="damaged lzma"),
        pytest.param(overlong, id="overlong"),
        pytest.param(lambda: flagged(ENCRYPTED), id="encrypted"),
        pytest.param(lambda: flagged(PATCHED), id="packed in no known way"),
        pytest.param(lambda: changed(SHEET, b"</row>", b""), id="no XML"),
        pytest.param(lambda: changed(SHEET, b'<v>1</v>', b"<v>one</v>"), id="no number"),
        pytest.param(lambda: changed(SHEET, b't="n"><v>1</v>', b't="s"><v>99</v>'), id="no such text"),
        pytest.param(lambda: changed(SHEET, b'<pageMargins left="0.75"', b'<pageMargins left="x"'), id="no width"),
        pytest.param(lambda: changed(BOOK, b"<sheets>", b'<to_tree a="1"/><sheets>'), id="a method's name"),
        pytest.param(lambda: changed(BOOK, b'id="rId1"', b'id="rId9"'), id="no such sheet"),
        pytest.param(lambda: changed(RELATIONS, b"sheet1.xml", b"sheet9.xml"), id="no sheet"),
        pytest.param(lambda: changed(TYPES, b"sheet.main+xml", b"x+xml"), id="no workbook"),
    ],
)  # fmt: skip
def test_it_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(Unreadable, match="xlsx"):
        rows(make())


def test_a_row_that_no_sheet_can_have_is_refused() -> None:
    far = changed(SHEET, b'<row r="20"', b'<row r="999999999999"')
    with pytest.raises(Unreadable, match="xlsx_too_large"):
        for _row in islice(tables.rows(io.BytesIO(far)), tables.SHEET_ROWS + 1):  # the library fills in all before it
            pass


@given(at=st.integers(0, len(WHOLE) - 1), instead=st.binary(max_size=30), gone=st.integers(0, 30))
def test_no_damage_makes_it_fail_in_another_way(at: int, instead: bytes, gone: int) -> None:
    with suppress(Unreadable):
        rows(tables.ZIP + (WHOLE[:at] + instead + WHOLE[at + gone :])[len(tables.ZIP) :])


def test_a_mistake_of_ours_is_not_taken_for_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(value: object) -> str:
        raise ValueError(value)

    monkeypatch.setattr(tables, "_text", mistaken)
    with pytest.raises(ValueError, match="question 0"):
        rows(WHOLE)
