"""A small HTTP load: two connections at a time keep one worker busy without taking its core."""

import socket
import threading
import time
from dataclasses import dataclass

CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class Target:
    """A server on this machine and the request it gets."""

    port: int
    request: bytes


def build_request(path: str, *, host: str, token: str) -> bytes:
    """A GET that offers to keep the connection (gunicorn's plain workers decline)."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {token}", "Accept: application/json"]
    return "\r\n".join([*lines, "Connection: keep-alive", "", ""]).encode()


def fetch(target: Target, wire: socket.socket | None = None) -> tuple[bytes, socket.socket | None]:
    """Answer (head and body), and the connection if the server keeps it. Raises ConnectionError unless it is a 200."""
    wire = wire or socket.create_connection(("127.0.0.1", target.port), timeout=30)
    wire.sendall(target.request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _receive(wire)
    head, _, body = answer.partition(b"\r\n\r\n")
    lowered = head.lower()
    length = int(lowered.partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += _receive(wire)
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise ConnectionError(head.decode(errors="replace"))
    if b"connection: close" in lowered:
        wire.close()
        return body, None
    return body, wire


def load(target: Target, *, requests: int) -> float:
    """Requests per second over CONNECTIONS threads."""

    def work() -> None:
        wire = None
        for _request in range(requests // CONNECTIONS):
            _body, wire = fetch(target, wire)
        if wire is not None:
            wire.close()

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return requests // CONNECTIONS * CONNECTIONS / (time.perf_counter() - started)


def _receive(wire: socket.socket) -> bytes:
    part = wire.recv(262_144)
    if not part:
        raise ConnectionError("the server closed the connection")
    return part
