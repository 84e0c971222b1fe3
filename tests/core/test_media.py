"""Public uploads: whole, in parts, and never as something that runs."""

from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
BYTES = bytes(range(256)) * 1000


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "a.webm").write_bytes(BYTES)
    (tmp_path / "evil.html").write_text("<script>alert(1)</script>")


def body(path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    response = Client().get(path, headers=headers)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content, dict(response.headers)


def test_a_file_comes_whole_and_says_that_parts_can_be_asked_for() -> None:
    status, content, headers = body("/media/videos/a.webm")
    assert (status, content) == (200, BYTES)
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Type"] == "video/webm"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=255990-", 255_990, 255_999),
        ("bytes=-10", 255_990, 255_999),
        ("bytes=5-999999", 5, 255_999),
    ],
)
def test_a_part_is_answered_with_its_place(asked: str, first: int, last: int) -> None:
    status, content, headers = body("/media/videos/a.webm", Range=asked)
    assert (status, content) == (206, BYTES[first : last + 1])
    assert headers["Content-Range"] == f"bytes {first}-{last}/{len(BYTES)}"


def test_a_part_beyond_the_end_is_416() -> None:
    status, _content, headers = body("/media/videos/a.webm", Range="bytes=999999-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(BYTES)}")


@pytest.mark.parametrize(
    "path", ["/media/none.png", "/media/../manage.py", "/media/%2e%2e/manage.py", "/media/videos/"]
)
@pytest.mark.parametrize("asked", ["", "bytes=0-9"])
def test_nothing_outside_the_folder_is_answered(path: str, asked: str) -> None:
    status, _content, _headers = body(path, **({"Range": asked} if asked else {}))
    assert status in {400, 404}


def test_an_upload_cannot_run_as_a_page_of_ours() -> None:
    _status, _content, headers = body("/media/evil.html")
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_large_part_is_answered_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community_platform.core.media.PART_BYTES", 1000)
    status, content, headers = body("/media/videos/a.webm", Range="bytes=0-")
    assert (status, content) == (206, BYTES[:1000])
    assert headers["Content-Range"] == f"bytes 0-999/{len(BYTES)}"
