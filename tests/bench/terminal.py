"""A program in a terminal of its own, watched from outside: when it paints, and how much memory it has."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from pathlib import Path


class Terminal:
    """Runs `argv` in a pseudo-terminal. Times are seconds of the monotonic clock."""

    def __init__(self, argv: list[str], *, columns: int = 120, rows: int = 34, home: Path | None = None) -> None:
        environment = dict(os.environ, TERM="xterm-256color", COLORTERM="truecolor")
        environment.pop("NO_COLOR", None)
        if home:
            environment |= {"HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        self.started = time.perf_counter()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, environment)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, timeout: float) -> bytes:
        """What it wrote within the timeout; empty when nothing."""
        ready, _, _ = select.select([self._file], [], [], timeout)
        if not ready:
            return b""
        try:
            return os.read(self._file, 65536)
        except OSError:  # Linux says so when the program has ended
            return b""

    def until(self, marker: bytes, timeout: float = 20) -> float:
        """Seconds from the start until `marker` stood in the output."""
        seen, deadline = b"", time.perf_counter() + timeout
        while marker not in seen:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{marker!r} did not appear; last output: {seen[-300:]!r}")
            seen += self.read(0.5)
        return time.perf_counter() - self.started

    def settle(self, quiet: float = 0.4) -> None:
        """Wait until it has painted nothing for `quiet` seconds."""
        while self.read(quiet):
            pass

    def press(self, key: bytes, quiet: float = 0.12) -> float:
        """Seconds from the key to the last byte of what it painted because of it; TimeoutError when nothing came.

        A first byte that comes later than `quiet` is waited for, or it would count as no time at all here and be
        taken for the answer to the next key.
        """
        before = time.perf_counter()
        os.write(self._file, key)
        if not self.read(5.0):
            raise TimeoutError(f"{key!r} painted nothing")
        last = time.perf_counter()
        while self.read(quiet):
            last = time.perf_counter()
        return last - before

    def memory(self) -> int:
        """Resident bytes now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._file)
