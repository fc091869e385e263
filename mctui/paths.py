"""Where mctui keeps what is not the world itself: settings and state, in the XDG folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """`config` holds keys.toml, `state` the last world, what was open, and the log of unexpected errors."""

    config: Path
    state: Path

    @classmethod
    def of(cls, environment: Mapping[str, str], home: Path) -> Paths:
        """By the XDG base directory rules: an unset or relative variable means the default."""

        def folder(variable: str, default: str) -> Path:
            given = Path(environment.get(variable, ""))
            return (given if given.is_absolute() else home / default) / "mctui"

        return cls(folder("XDG_CONFIG_HOME", ".config"), folder("XDG_STATE_HOME", ".local/state"))

    @classmethod
    def here(cls) -> Paths:
        """Those of the person who runs mctui."""
        import os

        return cls.of(os.environ, Path.home())

    @property
    def keys(self) -> Path:
        """Remapped keys: `action.id = "key"`, one a line."""
        return self.config / "keys.toml"

    @property
    def remembered(self) -> Path:
        """What comes back at the next start."""
        return self.state / "last.json"

    @property
    def breakpoints(self) -> Path:
        """Where runs stop, by world."""
        return self.state / "breakpoints.json"

    @property
    def worlds(self) -> Path:
        """Worlds made from scenarios that were opened by name."""
        return self.state / "worlds"

    @property
    def log(self) -> Path:
        """Tracebacks of unexpected errors."""
        return self.state / "errors.log"
