"""The OLE container of legacy Office files: just enough to list its entries and read one stream, safely."""

from __future__ import annotations

import struct
from typing import Final

from assessments.metrics.reading.workbook_cells import damaged

_END: Final = 0xFFFFFFFE
_ENTRY: Final = 128
_LARGEST_NORMAL: Final = 0xFFFFFFFA


class OleFile:
    """An OLE container in memory. Every chain of sectors is followed with a bound: loops and cuts raise `damaged`."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512:
            raise damaged("cut off inside its header")
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise damaged("unknown sector size")
        self._size = 1 << shift
        self._fat = self._read_fat()
        directory_start, self._cutoff, mini_start = (struct.unpack_from("<I", content, at)[0] for at in (48, 56, 60))
        self._entries = self._read_directory(directory_start)
        self._mini_fat = _numbers(self._chain(mini_start)) if mini_start <= _LARGEST_NORMAL else ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of every storage and stream."""
        return tuple(self._entries)

    def read(self, *names: str) -> bytes | None:
        """The first stream found under one of the names, None without any."""
        for name in names:
            if (entry := self._entries.get(name)) is not None:
                start, size = entry
                return self._chain(start, size) if size >= self._cutoff else self._read_mini(start, size)
        return None

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        sector = self._content[at : at + self._size]
        # The last sector of a file may be short; one that begins beyond the end means a cut file.
        if not sector:
            raise damaged("cut off: a sector lies beyond the end")
        return sector

    def _read_fat(self) -> tuple[int, ...]:
        count = struct.unpack_from("<I", self._content, 44)[0]
        extra, extra_count = struct.unpack_from("<II", self._content, 68)
        numbers = list(struct.unpack_from("<109I", self._content, 76))
        for _ in range(min(extra_count, len(self._content) // self._size)):
            if extra > _LARGEST_NORMAL:
                break
            block = _numbers(self._sector(extra))
            numbers += block[:-1]
            extra = block[-1]
        used = [number for number in numbers if number <= _LARGEST_NORMAL]
        if len(used) != count or count > len(self._content) // self._size:
            raise damaged("its sector table does not fit its size")
        return tuple(entry for number in used for entry in _numbers(self._sector(number)))

    def _chain(self, start: int, size: int | None = None) -> bytes:
        parts: list[bytes] = []
        number = start
        while number != _END:
            if number >= len(self._fat) or len(parts) > len(self._fat):
                raise damaged("a chain of sectors is broken")
            parts.append(self._sector(number))
            number = self._fat[number]
        joined = b"".join(parts)
        if size is not None and len(joined) < size:
            raise damaged("cut off: a stream is shorter than it says")
        return joined if size is None else joined[:size]

    def _read_directory(self, start: int) -> dict[str, tuple[int, int]]:
        directory = self._chain(start)
        entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length = struct.unpack_from("<H", directory, at + 64)[0]
            if not 2 <= length <= 64:
                continue
            name = directory[at : at + length - 2].decode("utf-16-le", "replace")
            entries.setdefault(name, struct.unpack_from("<II", directory, at + 116))
        return entries

    def _read_mini(self, start: int, size: int) -> bytes:
        root = self._entries.get("Root Entry")
        if root is None:
            raise damaged("no root entry")
        container = self._chain(root[0])
        parts: list[bytes] = []
        number = start
        while number != _END:
            if number >= len(self._mini_fat) or len(parts) > len(self._mini_fat):
                raise damaged("a chain of small sectors is broken")
            parts.append(container[number * 64 : number * 64 + 64])
            number = self._mini_fat[number]
        joined = b"".join(parts)
        if len(joined) < size:
            raise damaged("cut off: a stream is shorter than it says")
        return joined[:size]


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
