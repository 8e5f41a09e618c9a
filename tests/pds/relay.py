"""A relay before a real server that kills the client or loses an answer at a chosen call."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = ("transfer-encoding", "connection", "keep-alive", "content-length", "date", "server")


@dataclass
class Relay:
    """`at` is a call's name; what happens there happens once: `before` it is passed on, or after it was answered."""

    target: str
    at: str = ""
    before: bool = False
    victim: int = 0
    address: str = ""
    _done: threading.Event = field(default_factory=threading.Event)

    def strikes(self, name: str, *, before: bool) -> bool:
        """Whether this is the moment; with a victim, the moment is its last."""
        if name != self.at or before != self.before or self._done.is_set():
            return False
        self._done.set()
        if self.victim:
            os.kill(self.victim, signal.SIGKILL)
        return True


@contextmanager
def relay(target: str, *, at: str = "", before: bool = False) -> Iterator[Relay]:
    state = Relay(target, at, before)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = urlsplit(self.path).path.rpartition("com.atproto.")[2]
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if state.strikes(name, before=True):
                return
            upstream = HTTPConnection(urlsplit(state.target).netloc, timeout=30)
            kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
            upstream.request(self.command, self.path, body or None, kept)
            answer = upstream.getresponse()
            data = answer.read()
            upstream.close()
            if state.strikes(name, before=False):
                return
            self.send_response(answer.status)
            for key, value in answer.getheaders():
                # The relay closes each line: a client that is told `keep-alive` would use it once more.
                if key.lower() not in HOP_BY_HOP:
                    self.send_header(key, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
