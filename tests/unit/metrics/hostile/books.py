"""Hostile legacy books and files that only call themselves tables: name → bytes and the codes of their refusal."""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Iterator

import xlwt

from tests.unit.metrics.builders import make_xls
from tests.unit.metrics.hostile.archives import Case, case

ROWS = [("统计日期", "访客数"), *((f"2024-01-{day:02d}", "1,203") for day in range(1, 29))] * 6
SECTOR = 512


def list_books() -> Iterator[Case]:
    """Every hostile book."""
    yield from _records()
    yield from _containers()
    yield from _disguises()


def _records() -> Iterator[Case]:
    whole = make_xls(ROWS)
    stream = whole.index(b"\x09\x08\x10\x00\x00\x06")
    yield case("a record of 65535 bytes at the end", _long_last_record(whole), "damaged")
    yield case("a first record that is too long", _patch(whole, stream + 2, b"\xff\xff"), "damaged")
    codepage = whole.index(b"\x42\x00\x02\x00")
    yield case("a password record", _patch(whole, codepage, b"\x2f\x00"), "encrypted")
    sheet = whole.index(b"\x85\x00")
    yield case("a sheet name longer than its record", _patch(whole, sheet + 10, b"\xff\x01"), "damaged", "unsure")
    book = xlwt.Workbook()
    book.add_sheet("a").write(65_535, 255, 1)
    target = io.BytesIO()
    book.save(target)
    yield case("one cell in the last corner", target.getvalue(), "too_large")
    book = xlwt.Workbook()
    for number in range(40):
        book.add_sheet(f"s{number}").write(0, 0, 1)
    target = io.BytesIO()
    book.save(target)
    yield case("forty sheets", target.getvalue(), "too_large")


def _containers() -> Iterator[Case]:
    whole = make_xls(ROWS)
    table = SECTOR + struct.unpack_from("<I", whole, 76)[0] * SECTOR
    directory = struct.unpack_from("<I", whole, 48)[0]
    yield case("a chain that loops", _patch(whole, table, b"\0\0\0\0"), "damaged")
    yield case("a directory that loops", _patch(whole, table + 4 * directory, struct.pack("<I", directory)), "damaged")
    yield case("a chain that leaves the file", _patch(whole, table, struct.pack("<I", 0x00FFFFFF)), "damaged")
    yield case("a table of four billion sectors", _patch(whole, 44, b"\xff\xff\xff\xff"), "damaged")
    yield case("an unknown sector size", _patch(whole, 30, b"\x1f\x00"), "damaged")
    yield case("a directory beyond the end", _patch(whole, 48, struct.pack("<I", 0x00FFFFFF)), "damaged")
    yield case("extra tables that loop", _patch(whole, 68, struct.pack("<II", 0, 0xFFFFFFFF)), "damaged")
    for name, code in (
        ("EncryptedPackage", "encrypted"),
        ("EncryptionInfo", "encrypted"),
        ("_VBA_PROJECT_CUR", "active_content"),
        ("Macros", "active_content"),
        ("WordDocument", "damaged"),
        ("PowerPoint Document", "damaged"),
    ):
        yield case(f"a stream called {name}", rename(whole, name), code)
    for part in (15, 40, 70, 97):
        yield case(f"a book cut at {part} %", whole[: len(whole) * part // 100], "damaged")
    yield case("garbage after the magic of a book", whole[:8] + bytes(range(256)) * 8, "damaged")


def _disguises() -> Iterator[Case]:
    yield case("a page", b"<html><table><tr><td>1</td></tr></table></html>", "markup")
    yield case(
        "an XML book", b"\xef\xbb\xbf<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>", "markup"
    )
    mht = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n<html/>\r\n--x--"
    yield case("a web archive", mht, "unsure", "markup", "csv_syntax")
    yield case("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_a_table")
    yield case("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "not_a_table")
    yield case("a gzip", gzip.compress(b"a,b\r\n" * 5), "not_a_table")
    yield case("a RAR", b"Rar!\x1a\x07\x01\x00" + b"\0" * 40, "not_a_table")
    yield case("a program", b"\x7fELF\x02\x01\x01" + bytes(200), "nul", "undecodable")
    yield case("JSON", b'{"a": [1, 2]}', "unsure", "csv_syntax")
    yield case("nothing but zeros", bytes(100_000), "empty")
    yield case("a line of a megabyte", b"a," + b"x" * 1_000_000, "too_large")
    yield case("a quote of a megabyte", b'a,b\r\n1,"' + b"x" * 1_000_000, "too_large", "csv_syntax")
    yield case("a hundred thousand columns", b"," * 100_000, "too_large", "empty")
    yield case("a hundred thousand lines", b"a,b\r\n" * 100_000, "too_large")
    yield case("a hundred thousand bare CRs", b"a\r" * 100_000, "too_large")
    yield case("twenty-one megabytes", b"x" * (21 * 1024 * 1024), "too_large")


def rename(whole: bytes, name: str) -> bytes:
    """The book with its stream under another name."""
    at = whole.index("Workbook".encode("utf-16-le"))
    entry = name.encode("utf-16-le").ljust(64, b"\0") + (2 * len(name) + 2).to_bytes(2, "little")
    return whole[:at] + entry + whole[at + 66 :]


def _patch(whole: bytes, at: int, value: bytes) -> bytes:
    return whole[:at] + value + whole[at + len(value) :]


def _long_last_record(whole: bytes) -> bytes:
    at = whole.rindex(b"\x0a\x00\x00\x00")
    return _patch(whole, at, b"\xfd\x00\xff\xff")
