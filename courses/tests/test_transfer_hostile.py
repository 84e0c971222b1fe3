"""Archives that want harm: names that climb out, bombs, links, lies about sizes."""

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from community_platform.core.errors import DomainError
from courses import limits
from courses.models import Course
from courses.services import transfer
from courses.tests.factories import CourseCategoryFactory
from courses.tests.test_transfer_folder import FOLDER, archive
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    CourseCategoryFactory(slug="maths")


def tar(*members: tuple[tarfile.TarInfo, bytes]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for info, content in members:
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return SimpleUploadedFile("course.tgz", out.getvalue())


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zipped_link() -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        info = zipfile.ZipInfo("files/a.txt")
        info.external_attr = 0o120777 << 16
        packed.writestr(info, "/etc/passwd")
    return SimpleUploadedFile("course.zip", out.getvalue())


def encrypted() -> SimpleUploadedFile:
    """A ZIP whose member says that it is encrypted."""
    raw = bytearray(archive({"a.md": "x"}).read())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(sign) + at
        raw[place : place + 2] = struct.pack("<H", 1)
    return SimpleUploadedFile("course.zip", bytes(raw))


def doubled() -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a/b.md", "one")
        packed.writestr("A/b.md", "two")
    return SimpleUploadedFile("course.zip", out.getvalue())


def bomb() -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("01-a/01-b.md", b"\0" * 40 * 1024 * 1024)
    return SimpleUploadedFile("bomb.zip", out.getvalue())


def tar_bomb() -> SimpleUploadedFile:
    return tar((tarfile.TarInfo("01-a/01-b.md"), b"\0" * 40 * 1024 * 1024))


def many() -> SimpleUploadedFile:
    return archive({f"files/{n}.txt": "x" for n in range(limits.IMPORT_FILES + 1)})


def damaged() -> SimpleUploadedFile:
    raw = archive().read()
    return SimpleUploadedFile("course.zip", raw[:200] + b"\xff" * 40 + raw[240:])


HOSTILE: dict[str, tuple[Callable[[], SimpleUploadedFile], int]] = {
    "climbs out": (lambda: archive({"../../evil.md": "x"}), 400),
    "climbs out inside": (lambda: archive({"a/../../evil.md": "x"}), 400),
    "absolute": (lambda: archive({"/etc/cron.d/evil": "x"}), 400),
    "backslashes": (lambda: archive({"..\\..\\evil.md": "x"}), 400),
    "drive": (lambda: archive({"C:evil.md": "x"}), 400),
    "doubled name": (doubled, 400),
    "link in a ZIP": (zipped_link, 400),
    "encrypted": (encrypted, 400),
    "symbolic link": (lambda: tar((link("files/a", "/etc/passwd", tarfile.SYMTYPE), b"")), 400),
    "hard link": (lambda: tar((link("files/a", "../../x", tarfile.LNKTYPE), b"")), 400),
    "device": (lambda: tar((link("files/a", "", tarfile.CHRTYPE), b"")), 400),
    "tar climbs out": (lambda: tar((tarfile.TarInfo("../evil.md"), b"x")), 400),
    "bomb": (bomb, 413),
    "tar bomb": (tar_bomb, 413),
    "too many files": (many, 413),
    "damaged": (damaged, 400),
    "empty file": (lambda: SimpleUploadedFile("a.zip", b""), 400),
    "empty archive": (lambda: archive({}), 400),
    "not an archive": (lambda: SimpleUploadedFile("a.zip", b"Hello, I am a text."), 415),
    "damaged gzip": (lambda: SimpleUploadedFile("a.tgz", b"\x1f\x8b" + b"x" * 200), 400),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing(irina: User, tmp_path: Path, name: str) -> None:
    make, status = HOSTILE[name]
    before = set(tmp_path.rglob("*"))
    with pytest.raises(DomainError) as refused:
        transfer.import_upload(actor=irina, upload=make())
    assert (refused.value.status, refused.value.field) == (status, "archive")
    assert not Course.objects.exists()
    assert set(tmp_path.rglob("*")) == before


def test_both_doors_refuse_in_the_same_words(
    irina: User, as_html: Callable[..., Any], as_api: Callable[..., Any]
) -> None:
    page = as_html(irina).post("/studio/import/", {"archive": archive({"../evil.md": "x"})})
    answer = as_api(irina).post("/api/studio/imports", {"archive": archive({"../evil.md": "x"})}, format="multipart")
    assert (page.status_code, answer.status_code) == (400, 400)
    assert answer.json()["errors"][0]["field"] == "archive"
    assert answer.json()["detail"] in page.content.decode().replace("&#x27;", "'")


def test_litter_of_other_systems_is_passed_over(irina: User) -> None:
    folder = {**FOLDER, "__MACOSX/._course.yaml": "x", ".DS_Store": "x"}
    made, _ = transfer.import_upload(actor=irina, upload=archive(folder))
    assert made.notes == []
