"""One process owns a file: `FILE.lock` is held while it is open for writing and says who holds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from store.errors import Refused, Unreadable

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """Holds `FILE.lock` from construction to `release`. The system frees it when the process dies.

    Raises Refused naming the process that has the file, Unreadable when the folder cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self.path = file.with_name(file.name + ".lock")
        while True:
            self._descriptor = self._open(file)
            try:
                _take(self._descriptor)
            except OSError as error:
                holder = os.read(self._descriptor, 200).decode(errors="replace").strip() or "another process"
                os.close(self._descriptor)
                raise Refused(
                    f"{file} is in use by {holder}.",
                    cause="One process at a time may step a file.",
                    fix="Close it there, or copy the file and work on the copy.",
                ) from error
            if self._still_named():
                break
            os.close(self._descriptor)  # its holder removed the name between our open and our lock
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"process {os.getpid()}\n".encode())

    def _open(self, file: Path) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise Unreadable(
                f"The folder of {file.name} cannot be written.",
                cause=f"{self.path}: {error.strerror}.",
                fix="Copy the file to a folder of your own, or give yourself the right to write there.",
                where=str(file),
            ) from error

    def _still_named(self) -> bool:
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Give the file free; the name goes first, so that nobody locks a file that is about to vanish."""
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
