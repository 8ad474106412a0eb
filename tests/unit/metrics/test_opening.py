"""Files are opened by their bytes, decoded strictly, and refused in time when they are hostile or broken."""

from __future__ import annotations

import io
import random
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlwt

from assessments.metrics.reading.opening import open_file
from assessments.metrics.reading.raw import Fault, Percent
from assessments.metrics.reading.results import UnreadableFile
from tests.unit.metrics.builders import SCORES, make_archive, make_csv, make_xls, make_xlsx, sheet_of

ROWS = (SCORES, ("2024-01-01", "900000001", "4.52", "5,652.00", "2.19%"))


def refusal(content: bytes) -> str:
    """The code with which a file is refused; the test fails when it takes two seconds."""
    started = time.process_time()
    with pytest.raises(UnreadableFile) as caught:
        open_file(content)
    assert time.process_time() - started < 2
    assert caught.value.reason.zh and caught.value.reason.en
    return caught.value.code


def test_the_container_is_told_by_its_first_bytes() -> None:
    assert open_file(make_xls(ROWS)).container == "xls"
    assert open_file(make_xlsx(ROWS)).container == "xlsx"
    assert open_file(make_csv(ROWS)).container == "csv"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-bom"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le-bom"),
    ],
)
def test_a_csv_reads_the_same_in_every_encoding(encoding: str, found: str) -> None:
    opened = open_file(make_csv(ROWS, encoding=encoding))
    assert opened.encoding == found
    assert [list(row) for row in opened.sheets[0].rows] == [list(row) for row in ROWS]


def test_an_undecodable_csv_is_refused_with_the_offset_of_the_byte() -> None:
    head = "日期,访客数\r\n".encode("gbk")
    with pytest.raises(UnreadableFile) as caught:
        open_file(head + b"2024-01-01,\xff\xff")
    assert caught.value.code == "undecodable"
    assert str(len(head) + 11) in caught.value.reason.zh


def test_bytes_that_decode_only_to_private_characters_are_refused() -> None:
    assert refusal("日期,".encode("gbk") + b"\xaa\xa1\xaa\xa2\r\n") == "undecodable"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\0\0\0", "empty"),
        (b"a,b\r\n1,\0", "nul"),
        (b'a,b\r\n1,"open', "csv_syntax"),
        (b'a,b\r\n"x"y,1\r\n', "csv_syntax"),
        (b"a," + b"x" * 40_000, "too_large"),
        (b",".join([b"a"] * 501), "too_large"),
        (b"a,b\r\n" * 50_031, "too_large"),
        (b"<html><table></table></html>", "markup"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "markup"),
        (b"%PDF-1.7", "not_a_table"),
        (b"x" * (20 * 1024 * 1024 + 1), "too_large"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not really", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_its_own_code(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_spreadsheet_cells_keep_their_kinds() -> None:
    rows = (("a", 12, 12.5, 0.0219, 2.19, date(2024, 1, 2)),)
    opened = open_file(make_xlsx(rows, formats={(0, 3): "0.0#%", (0, 4): '0.00"%"', (0, 5): "yyyy-mm-dd"}))
    numbers = [12, Decimal("12.5"), Percent(Decimal("0.0219")), Decimal("2.19")]
    assert list(opened.sheets[0].rows[0]) == ["a", *numbers, date(2024, 1, 2)]


def test_percent_formats_and_errors_of_a_legacy_book_are_seen() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("整体")
    page.write(0, 0, 0.0219, xlwt.easyxf(num_format_str="0.00%"))
    page.write(0, 1, 3, xlwt.easyxf(num_format_str='0.0"%"'))
    page.row(0).set_cell_error(2, "#DIV/0!")
    page.write(0, 3, 12.5)
    target = io.BytesIO()
    book.save(target)
    cells = list(open_file(target.getvalue()).sheets[0].rows[0])
    # A percent sign in quotes is text after a bare number, so the number stays bare.
    assert cells[:2] == [Percent(Decimal("0.0219")), 3]
    assert cells[2:] == [Fault("#DIV/0!"), Decimal("12.5")]


def test_an_error_cell_of_a_workbook_is_a_fault_and_not_missing() -> None:
    sheet = sheet_of('<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>7</v></c></row>')
    assert list(open_file(make_archive(sheet)).sheets[0].rows[0]) == [Fault("#N/A"), 7]


def test_cells_that_are_only_formatted_do_not_count_as_rows() -> None:
    sheet = sheet_of('<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert [list(row) for row in open_file(make_archive(sheet)).sheets[0].rows] == [[7]]


# Hostile workbooks.
SPARSE = sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
UNNAMED_ROWS = sheet_of("".join(f"<row><c><v>{number * 7919 % 99991}</v></c></row>" for number in range(60_000)))
LYING = SPARSE.replace("<sheetData>", '<dimension ref="A1:B2"/><sheetData>')
PREFIXED = (
    '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1048576"><x:v>2</x:v></x:c></x:row>'
    "</x:sheetData></x:worksheet>"
)
LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + sheet_of(
    '<row r="1"><c r="A1"><v>&b;</v></c></row>'
)
LONG_CELL = sheet_of(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 900_000}</t></is></c></row>')


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (SPARSE, "too_large"),
        (UNNAMED_ROWS, "too_large"),
        (LYING, "too_large"),
        (PREFIXED, "too_large"),
        (LAUGHS, "doctype"),
        (LONG_CELL, "too_large"),
        (sheet_of('<row r="1"><c r="A0x"/></row>'), "damaged"),
        (sheet_of('<row r="99999999999"><c/></row>'), "damaged"),
        ("<worksheet><sheetData>", "damaged"),
        (sheet_of('<row r="1"><c r="SG1"><v>1</v></c></row>'), "too_large"),
    ],
)
def test_a_hostile_sheet_is_refused_before_the_parser_sees_it(sheet: str, code: str) -> None:
    assert refusal(make_archive(sheet)) == code


def test_a_sheet_hidden_under_another_name_is_scanned_too() -> None:
    assert refusal(make_archive(sheet_of(""), extra=[("xl/media/image1.png", SPARSE.encode())])) == "too_large"


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ([("xl/vbaProject.bin", b"x")], "active_content"),
        ([("xl/embeddings/oleObject1.bin", b"x")], "active_content"),
        ([("xl/workbook.bin", b"x")], "active_content"),
        ([("inner.zip", b"PK")], "bad_archive"),
        ([("../outside.xml", b"<a/>")], "bad_archive"),
        ([("/abs.xml", b"<a/>")], "bad_archive"),
        ([("xl/WORKSHEETS/sheet1.xml", b"<a/>")], "bad_archive"),
        ([(f"x{number}.xml", b"<a/>") for number in range(200)], "too_large"),
        ([("xl/sharedStrings.xml", b"<sst>" + b" " * 30_000_000 + b"</sst>")], "bomb"),
    ],
)
def test_a_hostile_archive_is_refused(extra: list[tuple[str, bytes]], code: str) -> None:
    assert refusal(make_archive(sheet_of(""), extra=extra)) == code


def test_an_archive_that_declares_too_much_is_refused_before_unpacking() -> None:
    whole = bytearray(make_archive(sheet_of(""), extra=[("xl/a.xml", b"<a/>")]))
    at = whole.index(b"PK\x01\x02")
    whole[at + 24 : at + 28] = (0x7FFFFFFF).to_bytes(4, "little")
    assert refusal(bytes(whole)) == "too_large"


def test_an_archive_with_a_password_is_refused() -> None:
    whole = bytearray(make_archive(sheet_of("")))
    at = whole.index(b"PK\x01\x02")
    whole[at + 8] |= 1
    assert refusal(bytes(whole)) == "encrypted"


def test_a_link_in_the_archive_is_refused() -> None:
    target = io.BytesIO(make_archive(sheet_of("")))
    with zipfile.ZipFile(target, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    assert refusal(target.getvalue()) == "bad_archive"


# Hostile and broken legacy books.
def test_a_legacy_book_cut_off_anywhere_is_refused() -> None:
    whole = make_xls([("统计日期", "访客数"), *((f"2024-01-{day:02d}", "1,203") for day in range(1, 31))] * 8)
    for cut in range(8, len(whole), len(whole) // 25):
        assert refusal(whole[:cut]) in ("damaged", "empty"), cut


def test_a_legacy_book_with_a_password_or_macros_is_refused() -> None:
    whole = make_xls(ROWS)
    codepage = whole.index(b"\x42\x00\x02\x00")
    assert refusal(whole[:codepage] + b"\x2f\x00" + whole[codepage + 2 :]) == "encrypted"
    assert refusal(_rename(whole, "EncryptedPackage")) == "encrypted"
    assert refusal(_rename(whole, "_VBA_PROJECT_CUR")) == "active_content"
    assert refusal(_rename(whole, "Other")) == "damaged"


def _rename(whole: bytes, name: str) -> bytes:
    at = whole.index("Workbook".encode("utf-16-le"))
    entry = name.encode("utf-16-le").ljust(64, b"\0") + (2 * len(name) + 2).to_bytes(2, "little")
    return whole[:at] + entry + whole[at + 66 :]


def test_a_legacy_book_that_is_too_long_or_wide_is_refused() -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(65_535, 255, 1)
    target = io.BytesIO()
    book.save(target)
    assert refusal(target.getvalue()) == "too_large"


def test_a_loop_in_the_sector_table_ends_in_a_refusal() -> None:
    whole = bytearray(make_xls([("访客数",) * 40] * 60))
    table = 512 + int.from_bytes(whole[76:80], "little") * 512
    whole[table : table + 4] = (0).to_bytes(4, "little")
    assert refusal(bytes(whole)) == "damaged"


def test_files_with_flipped_bytes_are_read_or_refused_and_nothing_else() -> None:
    rng = random.Random(11)
    for whole in (make_xlsx(ROWS), make_xls(ROWS * 3)):
        for _ in range(40):
            bad = bytearray(whole)
            for _ in range(rng.randint(1, 6)):
                bad[rng.randrange(8, len(bad))] = rng.randrange(256)
            try:
                opened = open_file(bytes(bad))
            except UnreadableFile as problem:
                assert problem.reason.zh
            else:
                assert opened.container in ("xls", "xlsx")
