"""Going back: the rollback journal that SQLite made for a step is kept, and playing it undoes the step.

With `journal_mode=DELETE` SQLite writes the before-image of every page a transaction touches into `FILE-journal` and
unlinks that name at commit. `keep` gives the journal a second name, `FILE.steps/K`, just before the commit. To undo
step K the connection is closed, that name is moved to `FILE-journal`, and the file is opened again: SQLite finds a hot
journal and rolls the file back. Nothing is copied on the way forward.

Three conditions make this safe, each with a test:
- `secure_delete=ON` (Org sets it). Without it SQLite does not journal the content of a page that a transaction frees;
  a later step may use the page again, and undoing both would bring back the second content.
- The journal must be the one of the last change of the file. `lock.change_counter` holds SQLite's own counter as of
  the last step; when another program has written since, the kept journals are dropped.
- Normal locking mode and no in-place truncation of journals (`PERSIST`, `TRUNCATE`), which would spoil the kept one.
"""

from __future__ import annotations

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from store.errors import Refused, Unreadable

# Journals of about this many bytes are kept, the oldest are dropped first.
BUDGET = 4 * 1024**3
_LARGE_ARGUMENT = 2000  # characters of JSON; larger arguments of a command are kept once, by their hash


class Timeline:
    """The kept journals and the redo list of one file; it owns the folder `FILE.steps`."""

    def __init__(self, file: Path, budget: int = BUDGET) -> None:
        self.file = file
        self.folder = file.with_name(file.name + ".steps")
        self.budget = budget
        self.off_because = ""
        self._kept = self._existing()

    @property
    def journal(self) -> Path:
        """The name under which SQLite looks for a hot journal."""
        return self.file.with_name(self.file.name + "-journal")

    @property
    def answers(self) -> Path:
        """What the world outside answered, see recordings.py."""
        return self.folder / "answers.db"

    def _existing(self) -> dict[int, int]:
        """Bytes of each kept journal, by step, oldest first."""
        if not self.folder.is_dir():
            return {}
        numbers = sorted(int(entry.name) for entry in self.folder.iterdir() if entry.name.isdecimal())
        return {k: (self.folder / str(k)).stat().st_size for k in numbers}

    def settle(self, k: int, fits: bool) -> None:
        """After opening at step `k`: drop what belongs to later steps, or everything when the file was changed."""
        for number in list(self._kept):
            if number > k or not fits:
                self.drop(number)
        if not fits:
            self.forget_redo()

    def keep(self, k: int) -> None:
        """Give the journal of the open transaction its second name. Called just before COMMIT."""
        link = self.folder / str(k)
        try:
            self.folder.mkdir(exist_ok=True)
            link.unlink(missing_ok=True)
            os.link(self.journal, link)
        except OSError as error:
            self.off_because = f"the file system keeps no hard link of the journal ({error.strerror})"
            return
        self._kept[k] = 0

    def committed(self, k: int) -> None:
        """After COMMIT: take the size and stay within the budget."""
        if k not in self._kept:
            return
        self._kept[k] = (self.folder / str(k)).stat().st_size
        total = sum(self._kept.values())
        for number in list(self._kept):
            if total <= self.budget or number == k:
                break
            total -= self._kept[number]
            self.drop(number)

    def drop(self, k: int) -> None:
        """Forget how to undo step `k`."""
        self._kept.pop(k, None)
        (self.folder / str(k)).unlink(missing_ok=True)

    def refuse_unless_kept(self, k: int) -> None:
        """Raises Refused when step `k` cannot be undone, with the reason."""
        if k not in self._kept:
            lost = "its journal is no longer beside the file: dropped for space, or the file was moved or changed"
            raise Refused(
                f"Step {k} cannot be undone.",
                cause=f"Stepping back is not possible here: {self.off_because or lost}.",
                fix="Make the world again with the same scenario and seed and step to where you want to be.",
            )

    def make_hot(self, k: int) -> None:
        """Hand the journal of step `k` to SQLite; the connection must be closed. Opening then undoes the step."""
        os.rename(self.folder / str(k), self.journal)
        del self._kept[k]

    def kept(self) -> list[int]:
        """The steps that can be undone, in order."""
        return sorted(self._kept)

    # ---- redo: a step that a person made is repeated from its command; an agenda step is simply due again

    @property
    def _redo_file(self) -> Path:
        return self.folder / "redo.json"

    def redo_list(self, k: int) -> list[dict[str, Any]]:
        """What was undone after step `k`, the next one last; entries that do not follow on `k` are left out."""
        if not self._redo_file.exists():
            return []
        undone: list[dict[str, Any]] = json.loads(self._redo_file.read_text())
        if undone and undone[-1]["k"] == k:  # killed between writing the list and undoing the step
            undone.pop()
        return undone if undone and undone[-1]["k"] == k + 1 else []

    def push_redo(self, k: int, at: int, command: dict[str, Any] | None) -> None:
        """Remember that step `k`, done at `at`, is about to be undone."""
        undone = [*self.redo_list(k), {"k": k, "at": at, "command": command}]
        self._write(self._redo_file, json.dumps(undone))

    def pop_redo(self, k: int) -> None:
        """After step `k` was done again."""
        undone = self.redo_list(k - 1)[:-1]
        if undone:
            self._write(self._redo_file, json.dumps(undone))
        else:
            self.forget_redo()

    def forget_redo(self) -> None:
        """A step took another course: what was undone is gone."""
        self._redo_file.unlink(missing_ok=True)

    # ---- large arguments of commands

    def pack(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments with each large one replaced by its hash; the content goes to `FILE.steps/inputs`."""
        packed = {}
        for name, value in arguments.items():
            text = json.dumps(value)  # in the order given: a definition is kept as it was written
            if len(text) > _LARGE_ARGUMENT:
                digest = sha256(text.encode()).hexdigest()
                target = self.folder / "inputs" / digest
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    self._write(target, text)
                packed[name] = {"$input": digest}
            else:
                packed[name] = value
        return packed

    def unpack(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The reverse of `pack`. Raises Refused when a content is no longer there."""
        return {name: self._content(value) for name, value in arguments.items()}

    def _content(self, value: Any) -> Any:
        if not (isinstance(value, dict) and set(value) == {"$input"}):
            return value
        source = self.folder / "inputs" / value["$input"]
        if not source.exists():
            raise Refused(
                "This step cannot be repeated.",
                cause=f"What it read is no longer kept in {source.parent}.",
                fix="Import the file again.",
            )
        return json.loads(source.read_text())

    def _write(self, target: Path, text: str) -> None:
        """Whole or not at all, also when the process is killed. Raises Unreadable when it cannot be written."""
        fresh = target.with_name(target.name + ".new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(text)
            os.replace(fresh, target)
        except OSError as error:
            raise Unreadable(
                f"{target} cannot be written.",
                cause=f"{error.strerror}.",
                fix="Free some space, or see that you may write there. The world is as it was.",
                where=str(self.file),
            ) from error

    def link_into(self, other: Timeline) -> None:
        """Give a copy of the file the same way back."""
        for k in self.kept():
            other.folder.mkdir(exist_ok=True)
            os.link(self.folder / str(k), other.folder / str(k))
        if (self.folder / "inputs").is_dir():
            (other.folder / "inputs").mkdir(parents=True, exist_ok=True)
            for source in sorted((self.folder / "inputs").iterdir()):
                os.link(source, other.folder / "inputs" / source.name)
        if self.answers.exists():  # a copy: each world asks for itself from here on
            other.folder.mkdir(exist_ok=True)
            shutil.copyfile(self.answers, other.answers)
        other._kept = other._existing()
