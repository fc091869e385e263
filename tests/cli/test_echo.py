"""`mctui echo` as a person has it: a process that prints what it is sent."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request


def test_echo_prints_each_call_and_answers_as_the_path_says() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mctui", "echo", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout and process.stderr
        url = process.stderr.readline().split()[2].rstrip(";")
        call = urllib.request.Request(f"{url}/branch/a", b'{"keyValue": "P1"}', {"Content-Type": "application/json"})
        with urllib.request.urlopen(call, timeout=10) as answer:
            assert json.load(answer) == {"branchResult": "a"}
        assert json.loads(process.stdout.readline()) == {"path": "/branch/a", "body": {"keyValue": "P1"}}
        process.terminate()


def test_a_port_that_is_taken_is_said() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([sys.executable, "-m", "mctui", "echo", "--port", port], capture_output=True, text=True)
    assert done.returncode == 1 and f"Port {port} cannot be listened on" in done.stderr
