"""A small HTTP client: prebuilt requests over kept-alive connections, nothing parsed but what ends an answer."""

import re
import socket
import threading
import time
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_COOKIE = re.compile(rb"\r\nSet-Cookie: *([^;\r\n]+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nConnection: *close", re.IGNORECASE)


@dataclass
class Answer:
    status: int
    head: bytes
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Connection:
    """One kept-alive connection to 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def send(self, request: bytes) -> Answer:
        """Send one request and read its answer; a connection that the server closed meanwhile is opened again once."""
        if self.socket is not None:
            try:
                return self._exchange(self.socket, request)
            except (ConnectionError, _Closed):
                self.close()
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._exchange(self.socket, request)

    def _exchange(self, connected: socket.socket, request: bytes) -> Answer:
        connected.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += _receive(connected)
        head, body = data[:end], data[end + 4 :]
        length = _LENGTH.search(head)
        chunks, got, wanted = [body], len(body), int(length.group(1)) if length else 0
        while got < wanted:
            chunks.append(_receive(connected))
            got += len(chunks[-1])
        if _CLOSES.search(head):
            self.close()
        status = _STATUS.match(head)
        return Answer(int(status.group(1)) if status else 0, head, b"".join(chunks))

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


class _Closed(Exception):
    """The server closed the connection between two requests."""


def _receive(connected: socket.socket) -> bytes:
    data = connected.recv(262144)
    if not data:
        raise _Closed
    return data


class Session:
    """Someone with a browser: keeps cookies, follows no redirects. For the scene before the measuring."""

    def __init__(self, port: int) -> None:
        self.connection = Connection(port)
        self.cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def request(self, method: str, path: str, form: str = "", accept: str = "text/html") -> bytes:
        """The bytes of a request as this person sends it."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.connection.port}", f"Accept: {accept}"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form.encode())}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + form).encode()

    def send(self, method: str, path: str, form: str = "", accept: str = "text/html") -> Answer:
        answer = self.connection.send(self.request(method, path, form, accept))
        for cookie in _COOKIE.findall(answer.head):
            name, _, value = cookie.decode().partition("=")
            self.cookies[name] = value
        return answer


@dataclass
class Measured:
    """Latencies in seconds, and how long the measuring took in all."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    wrong: int = 0

    def add(self, other: "Measured") -> None:
        self.latencies += other.latencies
        self.seconds += other.seconds
        self.wrong += other.wrong

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def drive(port: int, requests: list[bytes], expected: int, seconds: float, most: int = 20_000) -> Measured:
    """Send each of the requests over a connection of its own, again and again, at most so long and so often."""
    measured, lock = Measured(), threading.Lock()
    start = time.perf_counter()
    until = start + seconds

    def work(request: bytes) -> None:
        connection, latencies, wrong = Connection(port), [], 0
        clock = time.perf_counter
        before = clock()
        while before < until and len(latencies) < most // len(requests):
            answer = connection.send(request)
            after = clock()
            latencies.append(after - before)
            wrong += answer.status != expected
            before = after
        connection.close()
        with lock:
            measured.latencies += latencies
            measured.wrong += wrong

    threads = [threading.Thread(target=work, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.seconds = time.perf_counter() - start
    return measured
