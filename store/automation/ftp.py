"""Enhanced FTP: the folders of a business unit that files are put into, for imports to take them.

The files are in the world's own file, so that going back takes them back too; a person puts them there from a local
folder. source: SFH:mc_overview_enhanced_ftp for the folders Import, Export and Report; other ones may be made.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units
from store.commands import Outcome, command
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

IMPORT = "Import"


@dataclass(frozen=True)
class FtpFile:
    """A file of a business unit; `put_at` is UTC seconds."""

    unit: str
    folder: str
    name: str
    size: int
    put_at: int


@command("automation.put_file")
def put_file(org: Org, *, name: str, content: str, folder: str = IMPORT) -> Outcome:
    """Put a file into a folder of Enhanced FTP; one of the same name is replaced. `content` is base64."""
    name, folder = name.strip(), folder.strip().strip("/") or IMPORT
    if not name or "/" in name:
        raise Refused(f"'{name}' is not the name of a file.")
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(f"The content of {name} is not base64: {error}.") from error
    org.run(
        "INSERT OR REPLACE INTO ftp_files VALUES (?, ?, ?, ?, ?)",
        business_units.current_mid(), folder, name, data, org.now,
    )  # fmt: skip
    return Outcome(f"Enhanced FTP: {folder}/{name} put, {len(data)} bytes", {"files": 1}, f"ftp/{folder}/{name}")


@command("automation.remove_file")
def remove_file(org: Org, *, name: str, folder: str = IMPORT) -> Outcome:
    """Remove a file from Enhanced FTP."""
    take(org, folder, name, delete=True)
    return Outcome(f"Enhanced FTP: {folder}/{name} removed", {"files": 1}, f"ftp/{folder}/{name}")


def take(org: Org, folder: str, name: str, *, delete: bool = False) -> bytes:
    """The content of a file of the business unit that is worked in. Raises Refused with the nearest name."""
    where = (business_units.current_mid(), folder)
    data = org.value("SELECT content FROM ftp_files WHERE mid = ? AND folder = ? AND name = ?", *where, name)
    if data is None:
        known = [row["name"] for row in org.rows("SELECT name FROM ftp_files WHERE mid = ? AND folder = ?", *where)]
        raise Refused(f"There is no file {folder}/{name} on Enhanced FTP.", fix=did_you_mean(name, known))
    if delete:
        org.run("DELETE FROM ftp_files WHERE mid = ? AND folder = ? AND name = ?", *where, name)
    return bytes(data)


def files(org: Org) -> list[FtpFile]:
    """All files of all business units, by unit, folder and name."""
    found = org.rows(
        "SELECT mid, folder, name, length(content) AS size, put_at FROM ftp_files ORDER BY mid, folder, name"
    )
    return [
        FtpFile(business_units.get(org, row["mid"]).name, row["folder"], row["name"], row["size"], row["put_at"])
        for row in found
    ]
