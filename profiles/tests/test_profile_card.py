"""The picture of a shared profile shows what visitors see, and another one once that changes."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from profiles.models import Profile, User
from profiles.services import pictures, profile
from profiles.services.erasure import erase_account
from profiles.services.username import change_username

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path


def named(browser, path):
    """Return the address of the picture that a page names."""
    found = re.search(r'og:image" content="[^"]*?://[^/"]+([^"]+)"', browser.get(path).text)
    assert found
    return found[1]


def red(size=400):
    out = io.BytesIO()
    Image.new("RGB", (size, size), "red").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue())


def test_a_profile_has_its_own_picture(anna, as_html):
    path = named(as_html(), "/profile/anna/")
    assert path.startswith("/profile/anna/card-")
    answer = as_html().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert as_html().get(path, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_name_text_and_avatar_are_on_it_and_name_it_anew(anna, as_html):
    before = named(as_html(), "/profile/anna/")
    anna = profile.update_profile(actor=anna, account=anna, display_name="Анна Иванова", bio="I love *algebra*.")
    pictures.set_avatar(actor=anna, account=anna, upload=red())
    after = named(as_html(), "/profile/anna/")
    assert after != before
    assert as_html().get(before)["Location"] == after, "an older address leads to the present one"
    drawn = Image.open(io.BytesIO(as_html().get(after).content)).convert("RGB")
    middle = drawn.getpixel((1200 - 80 - 130, 190 + 130))
    assert middle[0] > 200 > 60 > middle[1], "the avatar is in the round at the right"


@pytest.mark.parametrize("reader", ["visitor", "friend", "moderator", "owner"])
def test_a_private_profile_has_the_picture_of_the_site_whoever_looks(anna, boris, maxim, as_html, reader):
    path = named(as_html(), "/profile/anna/")
    profile.update_profile(actor=anna, account=anna, is_profile_public=False)
    browser = as_html({"visitor": None, "friend": boris, "moderator": maxim, "owner": anna}[reader])
    assert named(browser, "/profile/anna/") == "/card.png"
    assert browser.get(path)["Location"] == "/card.png", "the old address no longer shows them"


def test_nobody_has_the_picture_of_the_site(as_html):
    assert as_html().get("/profile/nobody/card-0123456789abcdef.png")["Location"] == "/card.png"


def test_a_former_name_leads_to_the_picture(anna, as_html):
    path = named(as_html(), "/profile/anna/")
    change_username(actor=anna, account=anna, username="anna-maria")
    assert as_html().get(path)["Location"].startswith("/profile/anna-maria/card-")


def test_an_erased_person_leaves_no_drawn_picture(anna, as_html, folders, django_capture_on_commit_callbacks):
    as_html().get(named(as_html(), "/profile/anna/"))
    assert list((folders / "cards").iterdir())
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(actor=anna, account=User.objects.get(pk=anna.pk))
    assert list((folders / "cards").iterdir()) == []


def test_a_broken_avatar_does_not_break_the_picture(anna, as_html):
    User.objects.filter(pk=anna.pk).update(avatar="avatars/gone.webp")
    assert as_html().get(named(as_html(), "/profile/anna/")).status_code == 200
    assert Profile.objects.filter(user=anna).exists()
