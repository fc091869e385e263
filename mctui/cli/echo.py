"""`mctui echo`: a server to try custom activities on."""

from __future__ import annotations

import json
import sys
import threading
from argparse import Namespace
from typing import Any

from store.errors import Refused


def echo(arguments: Namespace) -> None:
    """Listen until interrupted; one line of JSON per call on stdout."""
    from mctui.echo import EchoServer

    printing = threading.Lock()

    def heard(path: str, body: dict[str, Any]) -> None:
        with printing:
            print(json.dumps({"path": path, "body": body}, ensure_ascii=False), flush=True)

    try:
        server = EchoServer(arguments.port, heard)
    except OSError as error:
        raise Refused(
            f"Port {arguments.port} cannot be listened on: {error.strerror}.", fix="Choose another: --port N."
        ) from None
    print(f"Listening on {server.url}; ctrl+c ends. Paths: branch/NAME, branches/A,B, out/NAME=VALUE, status/500,"
          " flaky/2, wrong, slow/MS, silent.", file=sys.stderr, flush=True)  # fmt: skip
    try:
        server.serve_forever()
    finally:
        server.server_close()
