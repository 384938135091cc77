"""The last good snapshots of the content: what was live, when, and how to get back to it.

Each snapshot is one zip file in a folder of the data directory, named by time and version. Going
back first keeps what stands there now, so that no editor loses a line. Knows nothing of what the
files say.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

KEPT = 30
_FORM = "%Y%m%dT%H%M%SZ"
_PARTS = ("content", "locales")
_ENDINGS = frozenset({".yaml", ".yml", ".po", ".md", ".ics", ".ogg", ".mp3"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One snapshot: when it became live (UTC) and its version; `path` is its file."""

    at: datetime
    version: str
    path: Path


def snapshots(folder: Path) -> list[Snapshot]:
    """Return the snapshots in a folder, the newest first."""
    found: list[Snapshot] = []
    for path in folder.glob("*.zip"):
        stamp, _, version = path.stem.partition("-")
        try:
            at = datetime.strptime(stamp, _FORM).replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append(Snapshot(at=at, version=version, path=path))
    return sorted(found, key=lambda each: (each.at, each.path.name), reverse=True)


def keep(folder: Path, content: Path, locales: Path, version: str, at: datetime) -> Snapshot:
    """Keep the files as they are now; the newest with this version counts as kept already.

    Writes beside and renames, so that a snapshot is whole or not there. Keeps the last KEPT.
    """
    newest = next(iter(snapshots(folder)), None)
    if newest is not None and newest.version == version:
        return newest
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at.astimezone(UTC).strftime(_FORM)}-{version}.zip"
    beside = path.with_suffix(".part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, root in zip(_PARTS, (content, locales), strict=True):
            for file in _files(root):
                archive.write(file, f"{part}/{file.relative_to(root).as_posix()}")
    beside.replace(path)
    for old in snapshots(folder)[KEPT:]:
        old.path.unlink(missing_ok=True)
    return Snapshot(at=at, version=version, path=path)


def restore(snapshot: Snapshot, content: Path, locales: Path) -> int:
    """Write the files of a snapshot back and remove those it did not have; return how many changed.

    The caller keeps what is there first (`keep`). Names that lead out of the folders are refused.

    Raises:
        ValueError: the snapshot holds a name that no snapshot of ours can hold.
    """
    roots = dict(zip(_PARTS, (content, locales), strict=True))
    wanted: dict[Path, bytes] = {}
    with zipfile.ZipFile(snapshot.path) as archive:
        for name in archive.namelist():
            part, *rest = PurePosixPath(name).parts
            if part not in roots or not rest or ".." in rest:
                raise ValueError("the snapshot holds a name that leads out of its folder")
            wanted[roots[part].joinpath(*rest)] = archive.read(name)
    changed = 0
    for path, data in wanted.items():
        if path.exists() and path.read_bytes() == data:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        beside.write_bytes(data)
        beside.replace(path)
        changed += 1
    for root in roots.values():
        for path in _files(root):
            if path not in wanted:
                path.unlink()
                changed += 1
    return changed


def _files(root: Path) -> list[Path]:
    """Return what belongs to the content: known endings, nothing hidden."""
    return sorted(
        path
        for path in root.rglob("*")
        if path.suffix in _ENDINGS
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )
