import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from profiles.api.serializers import PersonSerializer
from profiles.models import User
from profiles.selectors import person
from profiles.services.profile import ACCOUNT_FIELDS

OWN = "/api/users/profile"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return SimpleUploadedFile(f"me.{kind.lower()}", out.getvalue())


def test_a_person_has_four_fields_and_falls_back_to_the_user_name(anna, django_assert_num_queries):
    user = User.objects.get(pk=anna.pk)
    expected = {"id": anna.pk, "username": "anna", "display_name": "anna", "avatar_url": None}
    with django_assert_num_queries(0):
        assert PersonSerializer(user).data == expected == person(user)


def test_the_own_profile_is_read_and_changed_with_an_etag_that_follows(anna, as_api):
    client = as_api(anna)
    first = client.get(OWN)
    assert first.status_code == 200
    answer = client.patch(OWN, {"display_name": "Anna K"}, headers={"If-Match": first["ETag"]})
    assert (answer.status_code, answer.json()["display_name"]) == (200, "Anna K")
    assert answer["ETag"] == client.get(OWN)["ETag"] != first["ETag"]
    stale = client.put(OWN, {"display_name": "Late"}, headers={"If-Match": first["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert client.get(OWN).json()["display_name"] == "Anna K"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_absent_fields_stay_as_they_are(anna, as_api, method):
    client = as_api(anna)
    client.patch(OWN, {"display_name": "Anna K", "timezone": "Asia/Tokyo"})
    body = getattr(client, method)(OWN, {"language": "ru"}).json()
    assert (body["display_name"], body["timezone"], body["language"]) == ("Anna K", "Asia/Tokyo", "ru")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": None}, "timezone"),
        ({"language": "xx"}, "language"),
        ({"display_name": "x" * 61}, "display_name"),
        ({"display_name": {"a": 1}}, "display_name"),
        ({"avatar": "http://example.com/a.png"}, "avatar"),
    ],
)
def test_a_bad_value_is_400_on_its_field(anna, as_api, body, field):
    answer = as_api(anna).patch(OWN, body)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


@pytest.mark.parametrize("body", [[], ["x"], "x", 5, True])
def test_a_body_that_is_no_object_is_400(anna, as_api, body):
    assert as_api(anna).patch(OWN, json.dumps(body), content_type="application/json").status_code == 400


def test_no_other_column_can_be_written(anna, as_api):
    writable = {*ACCOUNT_FIELDS, "avatar"}
    before = User.objects.values().get(pk=anna.pk)
    others = {name: 1 for name in before if name not in writable} | {
        "role": "admin",
        "groups": [1],
        "name": "x",
    }
    assert as_api(anna).patch(OWN, others).status_code == 200
    after = User.objects.values().get(pk=anna.pk)
    assert {name for name in before if before[name] != after[name]} <= {"last_login"}


def test_an_avatar_is_put_by_multipart_served_and_removed_by_null(anna, as_api, as_html):
    client = as_api(anna)
    answer = client.patch(OWN, {"avatar": picture(), "display_name": "Anna K"}, format="multipart")
    assert answer.status_code == 200, answer.json()
    url = answer.json()["avatar_url"]
    served = as_html().get(url)
    assert (served.status_code, served["Content-Type"]) == (200, "image/webp")
    assert "immutable" in served["Cache-Control"]
    assert b"".join(served.streaming_content)[8:12] == b"WEBP"
    assert client.patch(OWN, {"avatar": None}).json()["avatar_url"] is None


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 415), (b"<svg/>", 415), (b"\0" * (4 * 1024 * 1024 + 1), 413)]
)
def test_a_wrong_file_is_415_or_413_on_the_field_avatar(anna, as_api, content, status):
    answer = as_api(anna).patch(OWN, {"avatar": SimpleUploadedFile("a.png", content)}, format="multipart")
    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == ["avatar"]


def test_a_body_of_another_type_is_415(anna, as_api):
    assert as_api(anna).patch(OWN, "<x/>", content_type="text/xml").status_code == 415


def test_visitors_have_no_own_profile(db, as_api):
    assert as_api().get(OWN).status_code == 401
    assert as_api().patch(OWN, {}).status_code == 401


@pytest.mark.parametrize("name", ["irina", "IRINA"])
def test_a_public_profile_is_open_to_all_and_hides_the_e_mail(irina, as_api, name):
    answer = as_api().get(f"/api/users/{name}/profile")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["username"], body["role"]) == ("irina", "instructor")
    assert irina.email not in answer.text


@pytest.mark.parametrize("name", ["nobody", "a" * 500, "%ED%A0%80", "..%2f.."])
def test_an_unknown_name_is_404(db, as_api, name):
    assert as_api().get(f"/api/users/{name}/profile").status_code == 404


def test_a_closed_account_is_404(anna, as_api):
    User.objects.update(is_active=False)
    assert as_api().get("/api/users/anna/profile").status_code == 404


@pytest.mark.parametrize("name", ["0" * 32 + ".webp", "x.webp", "../db.sqlite3", "0" * 32 + ".png"])
def test_only_pictures_that_exist_are_served(db, as_html, name):
    assert as_html().get(f"/media/avatars/{name}").status_code == 404
