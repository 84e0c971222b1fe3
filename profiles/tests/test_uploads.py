"""Avatars and covers: forty bad files through both doors. Nothing is stored as it was sent, and memory stays small."""

import io
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from profiles.models import User
from profiles.tests.bad_uploads import CORPUS, MARK

SIZES = {"avatar": {(256, 256), (96, 96)}, "cover_image": {(1600, 400), (800, 200)}}
MEMORY_MIB = 250


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.RATE_LIMIT_SCALE = 100
    return tmp_path / "media"


def stored(folder):
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def send(door, client, field, name, content):
    file = SimpleUploadedFile(name, content, content_type="image/png")  # what the client says counts for nothing
    if door == "api":
        return client.patch("/api/users/profile", {field: file}, format="multipart")
    return client.post("/settings/", {"timezone": "UTC", field: file})


def test_the_corpus_has_forty_files():
    assert len(CORPUS) >= 40
    assert sum(is_picture for _content, is_picture in CORPUS.values()) >= 10


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("field", ["avatar", "cover_image"])
@pytest.mark.parametrize("name", CORPUS)
def test_nothing_is_stored_as_it_was_sent(anna, as_html, as_api, media, door, field, name):
    content, is_picture = CORPUS[name]
    client = (as_api if door == "api" else as_html)(anna)
    answer = send(door, client, field, name, content)
    person = User.objects.select_related("profile").get(pk=anna.pk)
    kept = person.avatar if field == "avatar" else person.profile.cover
    if not is_picture:
        assert answer.status_code in {400, 413, 415}, (answer.status_code, name)
        assert stored(media) == []
        assert not kept
        return
    assert answer.status_code in {200, 302}, (answer.status_code, name)
    files = stored(media)
    assert {Image.open(io.BytesIO(file)).size for file in files} == SIZES[field]
    assert kept.name.endswith(".webp")
    for file in files:
        drawn = Image.open(io.BytesIO(file))
        assert (drawn.format, getattr(drawn, "n_frames", 1)) == ("WEBP", 1)
        assert not drawn.getexif()
        assert file != content
        assert MARK not in file
        assert b"PK\x03\x04" not in file
        assert not {"exif", "xmp", "icc_profile"} & set(drawn.info)


def test_the_whole_corpus_takes_less_than_250_mib(tmp_path):
    """In a process of its own, as a server that gets one after the other: the most that it ever held."""
    code = (
        "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'community_platform.settings')\n"
        "import django; django.setup()\n"
        "from django.core.files.uploadedfile import SimpleUploadedFile\n"
        "from community_platform.core.errors import DomainError\n"
        "from community_platform.core.images import cut\n"
        "from pathlib import Path\n"
        "import sys\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    for sizes in ([(256, 256), (96, 96)], [(1600, 400), (800, 200)]):\n"
        "        try:\n"
        "            cut(SimpleUploadedFile(path.name, path.read_bytes()), sizes=sizes, field='avatar')\n"
        "        except DomainError:\n"
        "            pass\n"
        "held = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(int(held.split()[1]) // 1024)\n"  # ru_maxrss would begin with that of this test
    )
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, (content, _is_picture) in CORPUS.items():
        (folder / name).write_bytes(content)
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < MEMORY_MIB, f"{done.stdout.strip()} MiB"
