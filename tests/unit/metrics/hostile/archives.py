"""Hostile .xlsx archives: name → bytes and the codes with which each may be refused."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

from tests.unit.metrics.builders import make_archive, make_xlsx, sheet_of

Case = tuple[str, bytes, frozenset[str]]
EMPTY = sheet_of("")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FAR = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
NEAR = '<row r="1"><c r="A1"><v>1</v></c></row>'


def case(name: str, content: bytes, *codes: str) -> Case:
    """One hostile file."""
    return name, content, frozenset(codes)


def list_archives() -> Iterator[Case]:
    """Every hostile archive."""
    yield from _too_large()
    yield from _lying()
    yield from _markup()
    yield from _entries()
    yield from _damaged()


def _too_large() -> Iterator[Case]:
    zeros = b" " * 30_000_000
    for part in ("xl/sharedStrings.xml", "xl/styles.xml", "xl/media/image1.png", "docProps/app.xml", "xl/x.bin"):
        yield case(f"bomb in {part}", make_archive(EMPTY, extra=[(part, b"<a>" + zeros + b"</a>")]), "bomb")
    many = [(f"xl/part{number}.xml", b"<a>" + b" " * 900_000 + b"</a>") for number in range(190)]
    yield case(
        "many entries below the ratio", make_archive(EMPTY, extra=[*many, ("xl/z.xml", zeros)]), "bomb", "too_large"
    )
    yield case(
        "more entries than any book",
        make_archive(EMPTY, extra=[(f"x{n}.xml", b"<a/>") for n in range(250)]),
        "too_large",
    )
    strings = "".join(f"<si><t>{number:09d}</t></si>" for number in range(500_000))
    sst = f'<sst {MAIN} count="500000" uniqueCount="500000">{strings}</sst>'.encode()
    point = sheet_of('<row r="1"><c r="A1" t="s"><v>1</v></c></row>' + FAR)
    yield case("half a million shared strings", make_archive(point, extra=[("xl/sharedStrings.xml", sst)]), "too_large")
    long = "".join(chr(97 + number % 26) * 3 + str(number) for number in range(150_000))
    cell = sheet_of(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{long}</t></is></c></row>')
    yield case("a cell of a megabyte", make_archive(cell), "too_large")
    entity = sheet_of(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"&#38;" * 200_000}</t></is></c></row>')
    yield case("a cell of character references", make_archive(entity), "too_large", "bomb")
    attribute = sheet_of(f'<row r="1" x="{long}"><c r="A1"><v>1</v></c></row>')
    yield case("an attribute of a megabyte", make_archive(attribute), "too_large")
    rows = "".join(f"<row><c><v>{number * 7919 % 99991}</v></c></row>" for number in range(60_000))
    yield case("rows without numbers", make_archive(sheet_of(rows)), "too_large")
    cells = "".join(f"<c><v>{number * 7919 % 99991}</v></c>" for number in range(20_000))
    yield case("a row of twenty thousand cells", make_archive(sheet_of(f'<row r="1">{cells}</row>')), "too_large")


def _lying() -> Iterator[Case]:
    far = sheet_of(NEAR + FAR)
    yield case("two cells a sheet apart", make_archive(far), "too_large")
    yield case(
        "a false dimension",
        make_archive(far.replace("<sheetData>", '<dimension ref="A1:B2"/><sheetData>')),
        "too_large",
    )
    wide = sheet_of('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>')
    yield case("two cells sixteen thousand columns apart", make_archive(wide), "too_large")
    prefixed = far.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    yield case("the same under a prefix", make_archive(prefixed), "too_large")
    yield case("the same in a picture", make_archive(EMPTY, extra=[("xl/media/image1.png", far.encode())]), "too_large")
    yield case("the same as UTF-16", make_archive(EMPTY, extra=[("xl/hidden.dat", far.encode("utf-16"))]), "too_large")
    for reference in ("A0x", "AAAA1", "1A", "", "A99999999", "A-1"):
        sheet = sheet_of(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')
        yield case(f"the reference {reference!r}", make_archive(sheet), "damaged", "too_large")
    for number in ("99999999999", "-1", "x", "1e6"):
        yield case(f"the row {number}", make_archive(sheet_of(f'<row r="{number}"><c><v>1</v></c></row>')), "damaged")


def _markup() -> Iterator[Case]:
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    quadratic = f'<!DOCTYPE w [<!ENTITY a "{"x" * 50_000}">]>'
    outside = '<!DOCTYPE w SYSTEM "file:///etc/passwd">'
    remote = '<!DOCTYPE w [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>'
    for name, head in (("laughs", laughs), ("quadratic", quadratic), ("a file", outside), ("a host", remote)):
        yield case(f"DOCTYPE: {name}", make_archive(head + sheet_of(NEAR)), "doctype")
    for part in ("xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"):
        yield case(f"DOCTYPE in {part}", make_archive(EMPTY, extra=[(part, f"{laughs}<w/>".encode())]), "doctype")
    deep = "<a>" * 200_000 + "</a>" * 200_000
    yield case(
        "two hundred thousand levels",
        make_archive(EMPTY, extra=[("xl/deep.xml", deep.encode())]),
        "damaged",
        "too_large",
        "bomb",
    )
    yield case("XML that ends", make_archive("<worksheet><sheetData>"), "damaged")
    yield case("an unknown entity", make_archive(sheet_of("<row><c><v>&b;</v></c></row>")), "damaged")


def _entries() -> Iterator[Case]:
    inner = make_xlsx([("a",)])
    for name in ("inner.zip", "xl/inner.xlsx", "a.GZ", "b.7z", "c.rar"):
        yield case(f"an archive inside: {name}", make_archive(EMPTY, extra=[(name, inner)]), "bad_archive")
    for name in ("../up.xml", "/abs.xml", "a/../../b.xml", "c:\\x.xml", "XL/WORKSHEETS/SHEET1.XML"):
        yield case(f"the name {name}", make_archive(EMPTY, extra=[(name, b"<a/>")]), "bad_archive")
    active = (
        "xl/vbaProject.bin",
        "xl/macrosheets/sheet1.xml",
        "xl/embeddings/o.bin",
        "xl/activeX/a.xml",
        "xl/workbook.bin",
    )
    for name in active:
        yield case(f"active: {name}", make_archive(EMPTY, extra=[(name, b"x")]), "active_content")
    target = io.BytesIO(make_archive(EMPTY))
    with zipfile.ZipFile(target, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    yield case("a link", target.getvalue(), "bad_archive")
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    yield case("an .ods", ods.getvalue(), "damaged", "bad_archive")
    nothing = io.BytesIO()
    with zipfile.ZipFile(nothing, "w") as archive:
        archive.writestr("a.txt", "x")
    yield case("a zip of a text", nothing.getvalue(), "damaged")


def _damaged() -> Iterator[Case]:
    whole = make_archive(sheet_of(NEAR), extra=[("xl/a.xml", b"<a/>" * 50)])
    at = whole.index(b"PK\x01\x02")

    def patched(offset: int, value: bytes) -> bytes:
        return whole[: at + offset] + value + whole[at + offset + len(value) :]

    yield case("a size of two gigabytes", patched(24, struct.pack("<I", 0x7FFFFFFF)), "too_large")
    yield case("a wrong checksum", patched(16, b"\x11\x22\x33\x44"), "damaged")
    yield case("a password", patched(8, bytes([whole[at + 8] | 1])), "encrypted")
    yield case("an unknown compression", patched(10, b"\x63\x00"), "damaged")
    yield case("an offset beyond the end", patched(42, struct.pack("<I", 0x7FFFFFF0)), "damaged")
    yield case("a size that lies low", patched(24, struct.pack("<I", 3)), "bomb", "damaged")
    for part in (10, 35, 60, 95):
        yield case(f"cut at {part} %", whole[: len(whole) * part // 100], "damaged")
    size = struct.unpack_from("<H", whole, at + 28)[0]
    entry = whole[at : at + 46 + size]
    end = whole.index(b"PK\x05\x06")
    twice = whole[:at] + entry[:46] + b"y" * size + whole[at + len(entry) : end] + entry + whole[end:]
    count = struct.unpack_from("<H", whole, end + 10)[0] + 1
    tail = len(entry) + end
    twice = twice[: tail + 8] + struct.pack("<HHI", count, count, tail - at) + twice[tail + 16 :]
    yield case("two entries over the same bytes", twice, "damaged")
    yield case("garbage after the magic", b"PK\x03\x04" + bytes(range(256)) * 40, "damaged")
    yield case("only the end of an archive", b"PK\x03\x04" + b"PK\x05\x06" + b"\0" * 18, "damaged")
