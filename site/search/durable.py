"""Brings an index to the disk in an order that survives power loss; Whoosh itself never does.

A commit: segment files, the new table of contents and the checksums are on the disk before the
table gets its name, the name before any older file goes. The checksums are kept beside each table
of contents as ``_<number>.sums``: [[file, size, [checksums a chunk may have] per chunk]].
"""

import json
import os
import re
import shutil
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

CHUNK = 1 << 20
"""Bytes that share a checksum."""

_TOC = re.compile(r"_(?P<index>.+)_(?P<number>\d+)\.toc\Z")
_SEGMENT = re.compile(r"[A-Z]+_[0-9a-z]+\.[\w.]+\Z")

Sums = dict[str, tuple[int, list[list[int]]]]


class SegmentDamaged(Exception):
    """A segment file is not what its commit left."""


class DurableStorage(FileStorage):
    """A folder whose tables of contents take effect only when all they name is on the disk."""

    def rename_file(self, oldname, newname, safe=False):
        """Renames; a table of contents becomes the current one, durably."""
        toc = _TOC.match(newname)
        if toc is None:
            super().rename_file(oldname, newname, safe=safe)
            return
        folder = Path(self.folder)
        sums = _sums_path(folder, int(toc["number"]))
        _note_sums(folder, sums)
        sync_file(folder / oldname)
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(folder)
        for older in folder.glob("_*.sums"):
            if older != sums:
                older.unlink(missing_ok=True)


def toc_number(folder: Path) -> int:
    """Number of the newest table of contents; -1 where there is none."""
    numbers = [int(toc["number"]) for toc in map(_TOC.match, os.listdir(folder)) if toc]
    return max(numbers, default=-1)


def sync_file(path: Path) -> None:
    """Brings a file's contents to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Brings a folder's names to the disk, not the contents of its files."""
    sync_file(folder)


def sync_all(folder: Path) -> None:
    """Brings a folder's files and then its names to the disk."""
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink():
            sync_file(path)
    sync_folder(folder)


def write_durably(path: Path, text: str) -> None:
    """Replaces a small file at once and for good."""
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(text)
    sync_file(temporary)
    os.replace(temporary, path)
    sync_folder(path.parent)


def seal(folder: Path) -> None:
    """Notes the checksums of a finished generation and brings all of it to the disk."""
    _note_sums(folder, _sums_path(folder, toc_number(folder)))
    sync_all(folder)


def verify(folder: Path, *, deep: bool = False) -> None:
    """Compares segment files with what their commit left: sizes, and if ``deep`` every byte.

    Raises SegmentDamaged or OSError. An index written without checksums passes; a file that the
    commit merged away has gone, and one that is really missing shows when the index opens.
    """
    for name, (size, checksums) in _read_sums(_sums_path(folder, toc_number(folder))).items():
        path = folder / name
        try:
            sound = path.stat().st_size == size
            if sound and deep:
                found = _checksums(path)
                sound = all(map(_allows, checksums, found)) and len(checksums) == len(found)
        except FileNotFoundError:
            continue
        if not sound:
            raise SegmentDamaged(str(path))


def overwrite(folder: Path, name: str, ranges: Iterable[tuple[int, int]]) -> None:
    """Writes zeros over (start, length) ranges of a committed file, whose checksums follow.

    The new checksums are noted beside those of what is there now: a process killed in between
    leaves chunks that match either.
    """
    zeros_in: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for start, length in ranges:
        for chunk in range(start // CHUNK, -(-(start + length) // CHUNK)):
            base = chunk * CHUNK
            zeros_in[chunk].append((max(start - base, 0), min(start + length - base, CHUNK)))
    sums_path = _sums_path(folder, toc_number(folder))
    sums = _read_sums(sums_path)
    _, checksums = sums.get(name, (0, []))
    with open(folder / name, "r+b", buffering=0) as file:
        changed = []
        for chunk, zeros in zeros_in.items():
            data = bytearray(os.pread(file.fileno(), CHUNK, chunk * CHUNK))
            before = zlib.crc32(data)
            for start, end in zeros:
                data[start:end] = bytes(end - start)
            # A damaged chunk keeps the checksums that tell so.
            if chunk < len(checksums) and _allows(checksums[chunk], before):
                checksums[chunk] = [zlib.crc32(data), before]
            first, last = min(zeros)[0], max(end for _, end in zeros)
            changed.append((data[first:last], chunk * CHUNK + first))
        if name in sums:
            _write_sums(sums_path, sums)
        for data, place in changed:
            os.pwrite(file.fileno(), data, place)
        os.fsync(file.fileno())


def tidy(folder: Path) -> None:
    """Removes what a killed or failed commit left; the caller holds the write lock."""
    known = _sums_path(folder, toc_number(folder))
    kept = _read_sums(known)
    if not known.exists():
        return
    shutil.rmtree(folder / "MAIN.tmp", ignore_errors=True)
    for path in folder.iterdir():
        leftover = _SEGMENT.match(path.name) and path.name not in kept
        other_sums = path.name.endswith((".sums", ".new")) and path != known
        if leftover or other_sums or re.match(r"_.+\.toc\.", path.name):
            path.unlink(missing_ok=True)


def _sums_path(folder: Path, number: int) -> Path:
    return folder / f"_{number}.sums"


def _read_sums(path: Path) -> Sums:
    """Nothing where there are none or they are unreadable: the index is whole without them."""
    try:
        return {name: (size, checksums) for name, size, checksums in json.loads(path.read_text())}
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def _write_sums(path: Path, sums: Sums) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(json.dumps([[name, *rest] for name, rest in sums.items()]))
    sync_file(temporary)
    os.replace(temporary, path)


def _note_sums(folder: Path, path: Path) -> None:
    """Checksums of all segment files; those of files known to the commit before are taken over."""
    known: Sums = {}
    for older in folder.glob("_*.sums"):
        known |= _read_sums(older)
    sums: Sums = {}
    for file in sorted(folder.iterdir()):
        if not _SEGMENT.match(file.name):
            continue
        size = file.stat().st_size
        if known.get(file.name, (None,))[0] != size:
            sync_file(file)
            known[file.name] = size, [[checksum] for checksum in _checksums(file)]
        sums[file.name] = known[file.name]
    _write_sums(path, sums)


def _checksums(path: Path) -> list[int]:
    with path.open("rb") as file:
        return [zlib.crc32(chunk) for chunk in iter(lambda: file.read(CHUNK), b"")]


def _allows(allowed: list[int], found: int) -> bool:
    return found in allowed
