import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community_platform.core.errors import Invalid, NotAllowed, Stale, TooLarge, WrongType
from profiles.models import User
from profiles.services import pictures, profile


def picture(name="me.png", kind="PNG", size=(300, 200), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_only_what_is_given_changes_and_the_revision_moves_with_real_changes(anna):
    account = profile.update_profile(
        actor=anna, account=anna, display_name="  Anna   K ", timezone="Asia/Tokyo"
    )
    assert (account.display_name, account.timezone, account.language, account.revision) == (
        "Anna K",
        "Asia/Tokyo",
        "",
        1,
    )
    assert profile.update_profile(actor=anna, account=account, timezone="Asia/Tokyo").revision == 1
    assert profile.update_profile(actor=anna, account=account, display_name="", language="ru").name == "anna"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "x" * 61),
        ("display_name", "a\x00"),
        ("timezone", "Mars/Olympus"),
        ("timezone", ""),
        ("timezone", "../etc/passwd"),
        ("language", "xx"),
    ],
)
def test_bad_values_are_refused_on_their_field(anna, field, value):
    with pytest.raises(Invalid) as caught:
        profile.update_profile(actor=anna, account=anna, **{field: value})
    assert set(caught.value.fields) == {field}


def test_a_stale_revision_is_refused(anna):
    profile.update_profile(actor=anna, account=anna, display_name="First", expected_revision=0)
    with pytest.raises(Stale):
        profile.update_profile(actor=anna, account=anna, display_name="Second", expected_revision=0)
    assert User.objects.get(pk=anna.pk).display_name == "First"


def test_nobody_edits_another_profile_not_even_an_administrator(anna, admin):
    with pytest.raises(NotAllowed):
        profile.update_profile(actor=admin, account=anna, display_name="X")
    with pytest.raises(NotAllowed):
        pictures.set_avatar(actor=admin, account=anna, upload=picture())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_an_avatar_becomes_a_small_square_webp_under_a_random_name(anna, kind):
    account = pictures.set_avatar(actor=anna, account=anna, upload=picture(kind=kind))
    with Image.open(account.avatar) as stored:
        assert (stored.format, stored.size) == ("WEBP", (256, 256))
    assert account.avatar_url.startswith("/media/avatars/")
    assert "me" not in account.avatar_url.rsplit("/", 1)[1]


def test_a_new_avatar_removes_the_old_file_and_removing_it_leaves_none(
    anna, tmp_path, django_capture_on_commit_callbacks
):
    for upload in (picture(), picture(size=(90, 400))):
        with django_capture_on_commit_callbacks(execute=True):
            account = pictures.set_avatar(actor=anna, account=anna, upload=upload)
        assert len(list(tmp_path.glob("avatars/*"))) == 2  # large and small
    with django_capture_on_commit_callbacks(execute=True):
        account = pictures.remove_avatar(actor=anna, account=account)
    assert account.avatar_url is None
    assert not list(tmp_path.glob("avatars/*"))


def test_a_refused_avatar_leaves_no_file(anna, tmp_path):
    with pytest.raises(Stale):
        pictures.set_avatar(actor=anna, account=anna, upload=picture(), expected_revision=7)
    assert not list(tmp_path.glob("avatars/*"))


@pytest.mark.parametrize(
    ("upload", "error"),
    [
        (SimpleUploadedFile("a.png", b""), WrongType),
        (
            SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
            WrongType,
        ),
        (SimpleUploadedFile("a.gif", b"GIF89a/*<script>*/=1"), WrongType),
        (SimpleUploadedFile("a.png", b"x" * (4 * 1024 * 1024 + 1)), TooLarge),
    ],
)
def test_files_that_are_no_pictures_name_what_is_allowed(anna, upload, error):
    with pytest.raises(error) as caught:
        pictures.set_avatar(actor=anna, account=anna, upload=upload)
    assert set(caught.value.fields) == {"avatar"}
    assert ("PNG" in caught.value.message) == (error is WrongType)
