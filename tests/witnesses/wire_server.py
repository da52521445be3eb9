"""A server that keeps the request and sends the answer that it was given."""

import contextlib
import dataclasses
import email.message
import http.server
import threading


@dataclasses.dataclass
class Request:
    method: str
    target: str
    headers: email.message.Message
    body: bytes


class Server(http.server.ThreadingHTTPServer):
    """Takes one call at a time."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server_port}"
        self.answer = ("application/json", b"{}")
        self.requests = []

    def take(self):
        """The request that came, if any."""
        requests, self.requests = self.requests, []
        if len(requests) > 1:
            raise ValueError(f"{len(requests)} requests were sent instead of one")
        return requests[0] if requests else None


@contextlib.contextmanager
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer leave together: otherwise each would wait 40 ms for the other's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append(Request(self.command, self.path, self.headers, body))
        media_type, answer = self.server.answer
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

    def log_message(self, *_):
        pass
