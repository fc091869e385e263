"""Short ways to make and change records, and to write import files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.org import Org


@pytest.fixture
def add(org: Org) -> Callable[..., str]:
    """Create one record as a step; returns its id."""

    def create(object_name: str, **values: Any) -> str:
        return org.do("crm.create", object=object_name, records=[values]).subject.split("/")[-1]

    return create


@pytest.fixture
def change(org: Org) -> Callable[..., None]:
    """Update one record as a step, an hour after what was before."""

    def update(object_name: str, record_id: str, **values: Any) -> None:
        org.db.execute("UPDATE world SET now = now + 3600")
        org.do("crm.update", object=object_name, records=[{"Id": record_id, **values}])

    return update


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write files of an import folder, `write(**{"Accounts.csv": text})`; returns the folder."""

    def files(**contents: str | bytes) -> Path:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return files
