"""A server to try custom activities on: it prints what comes in, and answers as the path says.

/execute, /save, /publish, /validate, /stop, and any other path     200 {}
/branch/NAME                  200 {"branchResult": "NAME"}
/branches/A,B,C               200, one of them by the contact's key, always the same for the same contact
/out/NAME=VALUE/NAME=VALUE    200 {"NAME": "VALUE", ...}
/status/500                   that status
/flaky/2                      500 to the first two attempts of each contact, then 200 {}
/wrong                        200 with a body that is no JSON
/slow/MS                      200 {} after so many milliseconds
/silent                       nothing at all, until the caller gives up
"""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit


class EchoServer(ThreadingHTTPServer):
    """Listens on this machine only; `port` 0 takes a free one. `heard` gets (path, body) of each call."""

    daemon_threads = True

    def __init__(self, port: int, heard: Callable[[str, dict[str, Any]], None]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.heard = heard
        self.attempts: Counter[str] = Counter()
        self.counting = threading.Lock()
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """How URLs of this server begin."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        """Stop, and let go of everyone who still waits for an answer."""
        self.closing.set()
        self.shutdown()
        self.server_close()

    def attempt(self, path: str, contact: str) -> int:
        """Which call of this contact to this path it is, from 1."""
        with self.counting:
            self.attempts[f"{path} {contact}"] += 1
            return self.attempts[f"{path} {contact}"]


class _Handler(BaseHTTPRequestHandler):
    """One call."""

    server: EchoServer

    def do_POST(self) -> None:  # noqa: N802 (the name that http.server calls)
        path = urlsplit(self.path).path
        received = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = decode(received, self.headers.get("Content-Type") or "")
        self.server.heard(path, body)
        _, kind, *rest = [unquote(part) for part in path.split("/")] + [""]
        words = [word for word in rest if word]
        contact = str(body.get("keyValue") or "")
        if kind == "silent":
            self.server.closing.wait()
            self.close_connection = True
        elif kind == "slow" and words:
            self.server.closing.wait(int(words[0]) / 1000)
            self._answer(200, {})
        elif kind == "status" and words:
            self._answer(int(words[0]), {"message": f"as asked: {words[0]}"})
        elif kind == "flaky" and words:
            fails = self.server.attempt(path, contact) <= int(words[0])
            self._answer(500 if fails else 200, {})
        elif kind == "wrong":
            self._send(200, b"this is no JSON")
        else:
            self._answer(200, _said(kind, words, contact))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, content: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:
            self.close_connection = True  # the caller has given up

    def log_message(self, *arguments: object) -> None:
        """Nothing: what came in is said by `heard`."""


def _said(kind: str, words: list[str], contact: str) -> dict[str, Any]:
    if kind == "branch" and words:
        return {"branchResult": words[0]}
    if kind == "branches" and words:
        choices = words[0].split(",")
        return {"branchResult": choices[sha256(contact.encode()).digest()[0] % len(choices)]}
    if kind == "out":
        return dict(word.partition("=")[::2] for word in words)
    return {}


def decode(received: bytes, content_type: str) -> dict[str, Any]:
    """The JSON object of a call; of a JWT its payload, whose signature is not looked at here."""
    text = received.decode(errors="replace")
    if "jwt" in content_type and text.count(".") == 2:
        payload = text.split(".")[1]
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode(errors="replace")
    try:
        found = json.loads(text)
    except ValueError:
        return {"(no JSON)": text}
    return found if isinstance(found, dict) else {"(no object)": found}
