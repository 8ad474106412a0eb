"""The reading process: one file on standard input, one JSON outcome on standard output, nothing else within reach."""

from __future__ import annotations

import codecs
import gc
import resource
import sys

import orjson

from assessments.engine.text import Text
from assessments.metrics.reading import limits
from assessments.metrics.reading.codec import Outcome, encode
from assessments.metrics.reading.parse import parse_file, read_texts, recognise_file
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.telling import telling_every_second


def close_doors() -> None:
    """Bounds memory and CPU, and forbids every new file, socket and process before a byte of the upload is looked at.

    With three open files allowed and three open, neither a file nor a socket can be opened any more.
    """
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    # A second more for the hard limit: the soft one ends us with a signal of its own, and SIGKILL comes from outside.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def read(request: bytes, content: bytes) -> Outcome:
    """Does what the request line asks for: {"file_name", "kind", "default_store", "only"}."""
    asked = orjson.loads(request)
    try:
        if asked["only"] == "recognise":
            return recognise_file(content, asked["file_name"])
        if asked["only"] == "texts":
            return read_texts(content)
        return parse_file(content, asked["file_name"], kind=asked["kind"], default_store=asked["default_store"])
    except UnreadableFile as problem:
        return problem
    except MemoryError:
        return UnreadableFile(
            "too_large",
            Text(
                zh="文件展开后过大，读取时内存超限；请拆分后再上传",
                en="the file needs too much memory to read; split it and upload the parts",
            ),
        )


def load_codecs() -> None:
    """Codecs are found by importing a module on first use, which needs a file: load them while files can be opened."""
    for codec in ("gb18030", "utf-16-le", "utf-16-be", "latin-1", "cp437"):
        codecs.lookup(codec)


def main() -> None:
    """Reads the request line and the file from standard input and writes the outcome to standard output."""
    load_codecs()
    # One file and the end: looking for cycles would cost more than they hold, and memory is bounded anyway.
    gc.disable()
    close_doors()
    request = sys.stdin.buffer.readline()
    content = sys.stdin.buffer.read()
    with telling_every_second():
        outcome = read(request, content)
    sys.stdout.buffer.write(encode(outcome))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
