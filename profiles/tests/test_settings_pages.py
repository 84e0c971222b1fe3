import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image

from profiles.models import ApiToken, User
from profiles.services import tokens

PROFILE, TOKENS = "/settings/", "/settings/tokens/"
GOOD = {"display_name": "Anna K", "language": "", "timezone": "Europe/Moscow", "revision": "0"}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue())


@pytest.mark.parametrize("page", [PROFILE, TOKENS])
def test_visitors_are_sent_to_sign_in_and_back(db, as_html, page):
    answer = as_html().get(page)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/accounts/login/?next={page.replace('/', '%2F')}",
    )


def test_the_profile_is_saved_and_shown_again(anna, as_html):
    browser = as_html(anna)
    page = browser.post(PROFILE, GOOD, follow=True)
    assert page.status_code == 200
    assert "Saved." in page.text
    assert 'value="Anna K"' in page.text
    assert '<option value="Europe/Moscow" selected>' in page.text
    anna.refresh_from_db()
    assert (anna.display_name, anna.timezone, anna.revision) == ("Anna K", "Europe/Moscow", 1)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"display_name": "x" * 61}, 400),
        ({"timezone": "Mars/Olympus"}, 400),
        ({"language": "xx"}, 400),
        ({"revision": "7"}, 412),
        ({"revision": "x"}, 400),
    ],
)
def test_a_refused_profile_keeps_what_was_typed(anna, as_html, changes, status):
    page = as_html(anna).post(PROFILE, {**GOOD, "display_name": "Typed", **changes})
    assert page.status_code == status
    assert "errorlist" in page.text
    assert 'value="{}"'.format(changes.get("display_name", "Typed")) in page.text
    assert User.objects.get().revision == 0


def test_a_picture_is_uploaded_shown_and_removed(anna, as_html):
    browser = as_html(anna)
    page = browser.post(PROFILE, {**GOOD, "avatar": picture()}, follow=True)
    anna.refresh_from_db()
    assert anna.avatar_url in page.text
    browser.post(PROFILE, {**GOOD, "revision": str(anna.revision), "remove_avatar": "on"})
    anna.refresh_from_db()
    assert anna.avatar_url is None


def test_a_wrong_picture_names_what_is_allowed_and_changes_nothing(anna, as_html):
    bad = SimpleUploadedFile("a.png", b"<svg/>")
    page = as_html(anna).post(PROFILE, {**GOOD, "avatar": bad})
    assert page.status_code == 415
    assert "Use a PNG, JPEG, WebP or GIF picture." in page.text
    anna.refresh_from_db()
    assert anna.display_name == ""


def test_the_language_of_the_account_is_the_language_of_its_pages(anna, as_html):
    User.objects.update(language="ru")
    browser = as_html(anna)
    assert '<html lang="ru"' in browser.get(PROFILE).text
    assert '<html lang="en"' in as_html().get("/accounts/login/").text
    translation.activate("en")


def test_a_token_is_shown_once_and_listed_after(anna, as_html):
    browser = as_html(anna)
    page = browser.post(TOKENS, {"name": "laptop", "scopes": ["read"], "days": "30"})
    assert page.status_code == 200
    key = page.context["key"]
    assert len(key) == 64
    assert page.text.count(key) == 1
    assert "no-store" in page["Cache-Control"]
    again = browser.get(TOKENS)
    assert key not in again.text
    assert "laptop" in again.text


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "x" * 61}, {"scopes": []}, {"scopes": ["ingest"]}, {"days": "9999"}]
)
def test_a_refused_token_is_not_made(anna, as_html, changes):
    page = as_html(anna).post(TOKENS, {"name": "laptop", "scopes": ["read"], "days": "30", **changes})
    assert page.status_code == 400
    assert "errorlist" in page.text
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_owner_only(anna, boris, as_html):
    token, _key = tokens.create_token(actor=anna, account=anna, name="laptop", scopes=["read"], days=1)
    url = f"{TOKENS}{token.token_key}/revoke/"
    assert as_html(boris).post(url).status_code == 404
    assert as_html(anna).get(url).status_code == 405
    page = as_html(anna).post(url, follow=True)
    assert "no longer works" in page.text
    assert not ApiToken.objects.exists()


def test_a_profile_page_shows_the_person_and_its_edit_link_to_them_alone(irina, anna, as_html):
    url = irina.get_absolute_url()
    assert url == "/profile/irina/"
    page = as_html().get(url)
    assert page.status_code == 200
    assert "Instructor" in page.text
    assert irina.email not in page.text
    assert "Edit profile" not in page.text
    assert "Edit profile" not in as_html(anna).get(url).text
    assert "Edit profile" in as_html(irina).get(url).text


def test_another_spelling_leads_to_the_chosen_one(irina, as_html):
    answer = as_html().get("/profile/IRINA/")
    assert (answer.status_code, answer["Location"]) == (301, "/profile/irina/")


def test_an_unknown_or_closed_profile_is_404(irina, as_html):
    assert as_html().get("/profile/nobody/").status_code == 404
    User.objects.update(is_active=False)
    assert as_html().get("/profile/irina/").status_code == 404


def test_a_session_is_noted_once_in_ten_minutes(anna, as_html):
    browser = as_html(anna)
    browser.get("/settings/")
    assert anna.usersession_set.count() == 1
    with CaptureQueriesContext(connection) as queries:
        browser.get("/settings/")
    assert [query["sql"] for query in queries if "usersession" in query["sql"]] == []
