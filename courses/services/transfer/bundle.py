"""Unpacking archives that may be hostile: into a folder of their own, by name, counting what really comes out.

Refused are names that climb out (zip slip), absolute and doubled ones, links and devices, encrypted members, too many
files, too many bytes and a size out of proportion to what was sent (bombs). Sizes are counted while reading: what a
header says of itself is not believed.
"""

import hashlib
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, TooLarge, WrongType
from courses import limits

FIELD = "archive"
PIECE = 256 * 1024
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f\\:]")
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of an archive by their path inside it, and a digest of names and contents."""

    files: dict[str, Path]
    digest: str

    def text(self, name: str) -> str:
        """Return a text of the archive. Raises: Invalid, naming the file."""
        path = self.files[name]
        if path.stat().st_size > limits.IMPORT_TEXT:
            raise Invalid(_("%(file)s is too large for a text.") % {"file": name}, field=FIELD)
        try:
            return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise Invalid(_("%(file)s is not text in UTF-8.") % {"file": name}, field=FIELD) from error


@contextmanager
def opened(source: Path | IO[bytes]) -> Iterator[Bundle]:
    """Yield what is in a folder, a ZIP or a tar archive. Raises on `archive`: Invalid, TooLarge, WrongType."""
    if isinstance(source, Path) and source.is_dir():
        yield _sealed(_listed(source))
        return
    with TemporaryDirectory(prefix="course-") as folder:
        try:
            files = _unpacked(source, Path(folder))
        except _BROKEN as error:
            raise Invalid(_("The archive is damaged or of a kind we do not know."), field=FIELD) from error
        yield _sealed(files)


def _unpacked(source: Path | IO[bytes], folder: Path) -> dict[str, Path]:
    with source.open("rb") if isinstance(source, Path) else _kept(source) as stream:
        stream.seek(0, 2)
        packed = stream.tell()
        if packed > limits.IMPORT_BYTES:
            text = _("The archive is too large: %(n)d MB at most.")
            raise TooLarge(text % {"n": limits.IMPORT_BYTES // limits.MEGABYTE}, field=FIELD)
        stream.seek(0)
        out = _Unpacking(folder, packed)
        if zipfile.is_zipfile(stream):
            stream.seek(0)
            _unzip(stream, out)
            return out.files
        stream.seek(0)
        if stream.read(2) != b"\x1f\x8b":
            raise WrongType(_("Send a ZIP or a tar.gz archive."), field=FIELD)
        stream.seek(0)
        _untar(stream, out)
        return out.files


@contextmanager
def _kept(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    yield stream  # an upload is closed by its request


def _unzip(stream: IO[bytes], out: "_Unpacking") -> None:
    with zipfile.ZipFile(stream) as archive:
        out.check_count(len(archive.infolist()))
        for member in archive.infolist():
            if member.is_dir():
                continue
            mode = member.external_attr >> 16
            if member.flag_bits & 1 or (mode and (mode & 0o170000) not in {0, 0o100000}):
                raise _refused(member.filename)
            with archive.open(member) as content:
                out.take(member.filename, content)


def _untar(stream: IO[bytes], out: "_Unpacking") -> None:
    # A stream is read once, from the front: the members of a bomb are counted as they come.
    with tarfile.open(fileobj=stream, mode="r|gz") as archive:
        for count, member in enumerate(archive, start=1):
            out.check_count(count)
            if member.isdir():
                continue
            content = archive.extractfile(member) if member.isreg() else None
            if content is None:
                raise _refused(member.name)
            out.take(member.name, content)


class _Unpacking:
    """Writes members under numbers, so that no name of theirs ever reaches the file system."""

    def __init__(self, folder: Path, packed: int) -> None:
        self.folder, self.files = folder, dict[str, Path]()
        self.left = min(limits.IMPORT_UNPACKED, max(packed * limits.IMPORT_RATIO, limits.MEGABYTE))
        self.seen: set[str] = set()

    def check_count(self, count: int) -> None:
        if count > limits.IMPORT_FILES:
            raise TooLarge(_("The archive has too many files: 3,000 at most."), field=FIELD)

    def take(self, name: str, content: IO[bytes]) -> None:
        name = _clean_name(name)
        if name.casefold() in self.seen:
            raise _refused(name)
        self.seen.add(name.casefold())
        path = self.folder / str(len(self.files))
        with path.open("wb") as target:
            while piece := content.read(PIECE):
                self.left -= len(piece)
                if self.left < 0:
                    raise TooLarge(_("The archive unpacks to more than it may."), field=FIELD)
                target.write(piece)
        if not _is_litter(name):
            self.files[name] = path


def _clean_name(name: str) -> str:
    parts = PurePosixPath(name).parts
    if _BAD_NAME.search(name) or not parts or name.startswith("/") or ".." in parts or len(name) > 500:
        raise _refused(name)
    return str(PurePosixPath(*parts))


def _refused(name: str) -> Invalid:
    shown = re.sub(r"[^\x20-\x7e]", "?", name)[:100]
    text = _("The archive has a file that may not be in it: %(name)s")
    return Invalid(text % {"name": shown}, code="unsafe_archive", field=FIELD)


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def _listed(folder: Path) -> dict[str, Path]:
    """Return the files below a folder; links are left out, wherever they lead."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        inside = not any(parent.is_symlink() for parent in [path, *path.parents] if folder in parent.parents)
        if path.is_file() and inside and not _is_litter(name):
            found[name] = path
    if len(found) > limits.IMPORT_FILES:
        raise TooLarge(_("The archive has too many files: 3,000 at most."), field=FIELD)
    return found


def _sealed(files: dict[str, Path]) -> Bundle:
    """Return the bundle without the one folder that holds everything, where there is one."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files):
        files = {name.partition("/")[2]: path for name, path in files.items()}
    if not files:
        raise Invalid(_("The archive is empty."), code="empty", field=FIELD)
    seal = hashlib.sha256()
    for name in sorted(files):
        content = hashlib.sha256()
        with files[name].open("rb") as stream:
            while piece := stream.read(PIECE):
                content.update(piece)
        seal.update(name.encode("utf-8", "surrogatepass") + b"\0" + content.digest())
    return Bundle(dict(sorted(files.items())), seal.hexdigest())
