"""Calls of custom activities to real URLs: where they go, how they are signed, sent, retried and remembered.

Only an address of this machine is called, or one that a person mapped with `journey.map_url`: a simulation must not
write to somebody's production. The simulated clock does not move while a call is out.
"""

from __future__ import annotations

import base64
import hmac
import json
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from store import recordings
from store.commands import Outcome, command
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

_HERE = ("localhost", "127.0.0.1", "::1", "[::1]")
_BATCH = 2_000  # calls whose answers are kept at once
_LONGEST_ANSWER = 100_000  # characters of a response that are kept
NO_ANSWER = 0  # the status of a call that nothing answered


@dataclass(frozen=True)
class Call:
    """One POST. `signed_with` is the secret of the JWT that stands in place of the JSON, empty for plain JSON."""

    url: str
    body: dict[str, Any]
    timeout_ms: int
    signed_with: str = ""
    attempt: int = 1


@dataclass(frozen=True)
class Answer:
    """What came back. `status` is NO_ANSWER when nothing did, and `text` says why."""

    status: int
    text: str

    @property
    def processed(self) -> bool:
        """200 is processed; anything else ejects the contact. Source: domain E7. ASSUMED: so are 201 to 299."""
        return 200 <= self.status < 300

    @property
    def worth_retrying(self) -> bool:
        """Server errors and silence. Source: domain E7, retryCount on 5xx and network errors."""
        return self.status == NO_ANSWER or self.status >= 500

    @property
    def json(self) -> dict[str, Any]:
        """The object in the body, empty when it is none."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def target(org: Org, url: str) -> str:
    """Where a call to this URL goes, empty when it must not leave this machine."""
    for row in org.rows("SELECT address, local FROM custom_urls ORDER BY length(address) DESC, address"):
        if url.startswith(row["address"]):
            return str(row["local"]) + url[len(row["address"]) :]
    parts = urlsplit(url)
    return url if parts.scheme in ("http", "https") and parts.hostname in _HERE else ""


def reachable(org: Org, url: str, seconds: float = 0.5) -> str:
    """Why nothing answers at a URL at this moment, empty when something does."""
    to = target(org, url)
    if not to:
        return "it is no address of this machine and mapped to none (journey.map_url)"
    parts = urlsplit(to)
    try:
        socket.create_connection((parts.hostname or "", parts.port or _port(parts.scheme)), seconds).close()
    except (OSError, ValueError) as error:
        return f"{to}: {_said(error)}"
    return ""


def secret_for(org: Org, customer_key: str = "") -> str:
    """The secret that JWTs are signed with: of a key, else of the installed package; empty when there is none."""
    if customer_key:
        return str(org.value("SELECT secret FROM custom_keys WHERE customer_key = ?", customer_key) or "")
    return str(org.value("SELECT jwt_secret FROM custom_settings") or "")


def jwt(body: dict[str, Any], secret: str) -> str:
    """The body as a JWT, HS256. Source: SFD:rest, `useJwt`; the algorithm is general knowledge (domain E7)."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = part(json.dumps({"alg": "HS256", "typ": "JWT"}, separators=(",", ":")).encode())
    text = f"{head}.{part(json.dumps(body, separators=(',', ':'), ensure_ascii=False).encode())}"
    return f"{text}.{part(hmac.new(secret.encode(), text.encode(), sha256).digest())}"


def send_all(org: Org, calls: Sequence[Call], *, at_once: int) -> list[Answer]:
    """The answers of calls, in their order; `at_once` at most are out at a time. What was answered before is not asked.

    Answers are kept per batch, so that an interrupted step does not call twice.
    """
    from concurrent.futures import ThreadPoolExecutor  # here, as http.client: 3 MB that most worlds never need

    settings = org.row("SELECT most_ms, epoch FROM custom_settings")
    assert settings is not None
    answers: list[Answer] = []
    with ThreadPoolExecutor(max_workers=max(1, at_once)) as pool:
        for first in range(0, len(calls), _BATCH):
            batch = calls[first : first + _BATCH]
            keys = [_key(call, settings["epoch"]) for call in batch]
            known = recordings.recall(org, keys)
            to_send = [n for n, key in enumerate(keys) if key not in known]
            targets = [target(org, batch[n].url) for n in to_send]
            waits = [min(batch[n].timeout_ms, settings["most_ms"]) / 1000 for n in to_send]
            fresh = list(pool.map(_post, [batch[n] for n in to_send], targets, waits))
            kept = {keys[n]: {"status": a.status, "text": a.text} for n, a in zip(to_send, fresh, strict=True)}
            if kept:
                recordings.keep(org, kept)
            known |= kept
            answers += [Answer(known[key]["status"], known[key]["text"]) for key in keys]
    return answers


def _key(call: Call, epoch: int) -> str:
    return recordings.key_of(["POST", call.url, call.body, bool(call.signed_with), call.attempt, epoch])


def _post(call: Call, to: str, seconds: float) -> Answer:
    """One POST, whole within its time."""
    import http.client

    if not to:
        return Answer(NO_ANSWER, f"{call.url} is no address of this machine and mapped to none.")
    text = jwt(call.body, call.signed_with) if call.signed_with else json.dumps(call.body, ensure_ascii=False)
    kind = "application/jwt" if call.signed_with else "application/json"
    parts = urlsplit(to)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    ends_at = time.monotonic() + seconds
    connection = connect(parts.hostname or "", parts.port or _port(parts.scheme), timeout=seconds)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, text.encode(), {"Content-Type": kind, "Connection": "close"})
        response = connection.getresponse()
        received = b""
        while chunk := response.read1(65536):
            received += chunk
            if time.monotonic() > ends_at:
                raise TimeoutError
        return Answer(response.status, received.decode(errors="replace")[:_LONGEST_ANSWER])
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(NO_ANSWER, _said(error))
    finally:
        connection.close()


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _said(error: BaseException) -> str:
    """What went wrong, the same on every machine."""
    import http.client

    if isinstance(error, TimeoutError):
        return "No answer in time."
    if isinstance(error, ConnectionRefusedError):
        return "Nothing listens there."
    if isinstance(error, http.client.HTTPException | ConnectionError):
        return "The connection was closed without an answer."
    return f"It cannot be called ({type(error).__name__})."


def note(
    org: Org, version_id: int, activity_key: str, call: str, rows: Iterable[tuple[int | None, Call, Answer, str]]
) -> None:
    """Write what was called, (visit, call, answer, result) each, into the file."""
    org.db.executemany(
        """INSERT INTO custom_calls(version_id, activity_key, call, at, visit, attempt, url, request, status, response,
                                    result)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                version_id, activity_key, call, org.now, visit, sent.attempt, sent.url,
                json.dumps(sent.body, ensure_ascii=False), answer.status or None, answer.text, result,
            )
            for visit, sent, answer, result in rows
        ],
    )  # fmt: skip


# ---- what a person sets


@command("journey.map_url")
def map_url(org: Org, *, address: str, to: str) -> Outcome:
    """Let calls to URLs that begin with `address` go to `to` instead; an empty `to` takes the mapping back."""
    if urlsplit(address).scheme not in ("http", "https") or (to and urlsplit(to).scheme not in ("http", "https")):
        raise Refused("Both are the beginnings of URLs.", fix="Write https://example.com and http://localhost:8080.")
    if not to:
        org.run("DELETE FROM custom_urls WHERE address = ?", address)
        return Outcome(f"{address} is not mapped any more")
    org.run("INSERT OR REPLACE INTO custom_urls VALUES (?, ?)", address, to)
    return Outcome(f"{address} goes to {to}", {"mapped": 1})


@command("journey.set_calls")
def set_calls(
    org: Org, *, jwt_secret: str | None = None, customer_key: str = "", most_ms: int | None = None
) -> Outcome:
    """Set the JWT secret of the installed package (or of the key `customer_key`), and how long calls may take here."""
    said = []
    if jwt_secret is not None and customer_key:
        org.run("INSERT OR REPLACE INTO custom_keys VALUES (?, ?)", customer_key, jwt_secret)
        said.append(f"the key {customer_key}")
    elif jwt_secret is not None:
        org.run("UPDATE custom_settings SET jwt_secret = ?", jwt_secret)
        said.append("the JWT signing secret")
    if most_ms is not None:
        if most_ms < 1:
            raise Refused("A call needs at least 1 ms for its answer.")
        org.run("UPDATE custom_settings SET most_ms = ?", most_ms)
        said.append(f"answers within {most_ms} ms")
    if not said:
        raise Refused("Nothing to set.", fix="Give jwt_secret, or most_ms.")
    return Outcome(f"Custom activities: {', '.join(said)} set")


@command("journey.call_again")
def call_again(org: Org) -> Outcome:
    """Ask servers again from now on, also what they answered before: step back, give this, step forward."""
    org.run("UPDATE custom_settings SET epoch = epoch + 1")
    return Outcome("Custom activities call anew")
