"""A web site on the loopback for tests: pages by path, and a record of what was asked."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a path answers with."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Page | Callable[[Asked, BaseHTTPRequestHandler], Page | None]


@dataclass
class Loopback:
    """The site: set `pages[path]` to a Page, or to a function that makes one or writes to the handler itself."""

    url: str
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    unread: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    """What to do with the next requests instead of reading their bodies; the line ends with it."""

    def put(self, path: str, body: bytes | str, content_type: str = "application/xml", **headers: str) -> str:
        """Serve a body at a path; returns its address."""
        body = body.encode() if isinstance(body, str) else body
        named = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(body=body, headers=named)
        return self.url + path

    def paths(self) -> list[str]:
        """The paths asked for so far, in order."""
        return [asked.path for asked in self.asked]


@contextmanager
def loopback() -> Iterator[Loopback]:
    """A running site on a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    site = Loopback(url=f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = _handler(site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _handler(site: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            if site.unread:
                self.close_connection = True
                site.unread.pop(0)(self)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(method=self.command, path=self.path, headers=headers, body=body)
            site.asked.append(asked)
            answer = site.pages.get(self.path) or site.pages.get(self.path.partition("?")[0]) or Page(status=404)
            page = answer if isinstance(answer, Page) else answer(asked, self)
            if page is None:
                self.close_connection = True
                return
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            if "content-length" not in {name.lower() for name in page.headers}:
                self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    return Handler
