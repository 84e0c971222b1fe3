"""Pictures in texts: made harmless, seen by whoever sees the text, cleaned up."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from community_platform.core.errors import Invalid, NotSignedIn, TooFast, TooLarge, WrongType
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Picture
from forum.services import comments
from forum.services.pictures import delete_unused_pictures
from forum.tasks import clean_up_writing
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]
PLACE_TAG, ORIENTATION = 0x8825, 0x0112


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(size: tuple[int, int] = (64, 32), kind: str = "PNG", **options: Any) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return SimpleUploadedFile("../../x.php", out.getvalue())


def add(actor: Any, file: SimpleUploadedFile | None = None) -> Picture:
    return services.add_picture(actor=actor, upload=file or upload())


def stored(picture: Picture) -> Image.Image:
    with picture.file.open("rb") as file:
        return Image.open(io.BytesIO(file.read()))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_is_stored_as_webp_under_a_name_of_ours(anna: User, kind: str) -> None:
    picture = add(anna, upload(kind=kind))
    assert stored(picture).format == "WEBP"
    assert (picture.width, picture.height) == (64, 32)
    assert picture.file.name is not None
    assert picture.file.name.endswith(".webp")
    assert "x" not in Path(picture.file.name).stem.strip("0123456789abcdef")
    assert picture.uuid.hex not in picture.file.name


def test_place_and_orientation_go_and_the_picture_stands_upright(anna: User) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(PLACE_TAG)[2] = (52.0, 31.0, 12.0)
    picture = stored(add(anna, upload((40, 20), "JPEG", exif=exif.tobytes())))
    assert picture.size == (20, 40)
    assert dict(picture.getexif()) == {}


def test_a_large_one_is_made_smaller_and_a_small_one_is_left(anna: User) -> None:
    assert stored(add(anna, upload((4000, 1000), "JPEG"))).size == (1600, 400)
    assert stored(add(anna, upload((100, 1700)))).size == (94, 1600)
    assert stored(add(anna, upload((10, 5)))).size == (10, 5)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"<svg onload=alert(1)>", WrongType), (b"", WrongType), (b"\x89PNG\r\n\x1a\n" + b"0" * 50, WrongType)],
)
def test_what_is_no_picture_is_refused(anna: User, content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        add(anna, SimpleUploadedFile("x.png", content))
    assert Picture.objects.count() == 0


def test_too_heavy_and_too_many_pixels_are_refused(anna: User) -> None:
    with pytest.raises(TooLarge):
        add(anna, SimpleUploadedFile("x.png", b"x" * (4 * 1024 * 1024 + 1)))
    with pytest.raises(Invalid):
        add(anna, upload((8001, 5000), "GIF"))


def test_a_day_has_only_so_many(anna: User, settings: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    settings.RATE_LIMIT_SCALE = 1
    for _ in range(10):
        add(anna)
    with pytest.raises(TooFast):
        add(anna)
    with pytest.raises(NotSignedIn):
        add(AnonymousUser())


def test_only_the_owner_sees_one_that_stands_nowhere(as_html: Html, anna: User, boris: User, maxim: User) -> None:
    path = add(anna).get_absolute_url()
    answer = as_html(anna).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    assert as_html(anna).get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    for client in (as_html(), as_html(boris), as_html(maxim)):
        assert client.get(path).status_code == 404
    assert as_html(anna).get(f"/forum/picture/{uuid.uuid4()}/").status_code == 404


def test_who_sees_the_text_sees_its_picture_as_long_as_it_is_shown(
    as_html: Html, anna: User, boris: User, maxim: User
) -> None:
    picture = add(anna)
    topic = TopicFactory(author=anna, category=CategoryFactory())
    post = reply(topic, anna, f"Look: {picture.markdown('a teal box')}")
    assert f'<img src="{picture.get_absolute_url()}" alt="a teal box" loading="lazy">' in post.content_html
    picture.refresh_from_db()
    assert picture.post == post
    path = picture.get_absolute_url()
    assert as_html().get(path).status_code == 200
    edited = services.edit_post(actor=anna, post=post, content="No picture any more", reason="Private")
    assert as_html().get(path).status_code == 404
    services.edit_post(actor=anna, post=edited, content=picture.markdown())
    assert as_html(boris).get(path).status_code == 200
    services.delete_post(actor=maxim, post=post)
    assert as_html(boris).get(path).status_code == 404
    assert as_html(maxim).get(path).status_code == 200


def test_a_picture_of_a_hidden_category_is_hidden(as_html: Html, maxim: User, boris: User) -> None:
    picture = add(maxim)
    TopicFactory(author=maxim, category=CategoryFactory(audience="staff"), content=picture.markdown())
    assert as_html(boris).get(picture.get_absolute_url()).status_code == 404
    assert as_html(maxim).get(picture.get_absolute_url()).status_code == 200


def test_nobody_adopts_the_picture_of_somebody_else(as_html: Html, anna: User, boris: User) -> None:
    picture = add(anna)
    reply(TopicFactory(), boris, picture.markdown())
    picture.refresh_from_db()
    assert picture.post is None
    assert as_html(boris).get(picture.get_absolute_url()).status_code == 404


def test_comments_and_their_edits_take_pictures_too(anna: User) -> None:
    first, second = add(anna), add(anna)
    comment = comments.post_comment(actor=anna, target=CourseFactory(), content=first.markdown())
    comments.edit_comment(actor=anna, comment=comment, content=first.markdown() + second.markdown())
    assert set(Picture.objects.values_list("comment", flat=True)) == {comment.pk}


def test_a_text_shows_at_most_five(anna: User) -> None:
    pictures = [add(anna) for _ in range(6)]
    with pytest.raises(Invalid) as refused:
        reply(TopicFactory(), anna, "\n".join(picture.markdown() for picture in pictures))
    assert (refused.value.field, refused.value.code) == ("content", "too_many_pictures")
    assert reply(TopicFactory(), anna, "\n".join(picture.markdown() for picture in pictures[:5])).pk


def test_foreign_pictures_stay_links(anna: User) -> None:
    text = "![x](https://a.example/forum/picture/x.png) ![y](/forum/picture/z/)"
    html = reply(TopicFactory(), anna, text).content_html
    assert "<img" not in html


def test_what_no_text_shows_is_deleted_after_a_day_with_its_file(anna: User) -> None:
    kept, drafted, used, young = add(anna), add(anna), add(anna), add(anna)
    reply(TopicFactory(), anna, used.markdown())
    services.save_draft(actor=anna, key="topic:new", fields={"content": drafted.markdown()})
    Picture.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(hours=25))
    path = Path(kept.file.path)
    assert path.exists()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert delete_unused_pictures() == 1
    assert not path.exists()
    assert set(Picture.objects.values_list("pk", flat=True)) == {drafted.pk, used.pk, young.pk}
    clean_up_writing()


def test_the_api_stores_one_once_per_key(as_api: Api, anna: User) -> None:
    client = as_api(anna)
    answers = [
        client.post("/api/forum/pictures", {"picture": upload()}, format="multipart", headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    picture = Picture.objects.get()
    assert answers[0].json()["markdown"] == f"![](/forum/picture/{picture.uuid}/)"
    assert client.post("/api/forum/pictures", {}, format="multipart").status_code == 400
    assert as_api().post("/api/forum/pictures", {"picture": upload()}, format="multipart").status_code == 401


def test_the_page_without_script_gives_the_line_to_copy(as_html: Html, anna: User) -> None:
    client = as_html(anna)
    page = client.post("/forum/pictures/", {"picture": upload(), "alt": "A [teal] box!"}).content.decode()
    assert f"![A teal box]({Picture.objects.get().get_absolute_url()})" in page
    assert client.post("/forum/pictures/", {}).status_code == 400
    assert client.post("/forum/pictures/", {"picture": SimpleUploadedFile("x.png", b"no")}).status_code == 415
