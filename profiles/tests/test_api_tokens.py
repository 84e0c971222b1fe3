import pytest

from profiles.models import ApiToken
from profiles.services import tokens

URL = "/api/auth/tokens"


def with_token(as_api, key):
    client = as_api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def test_a_token_is_made_shown_once_listed_without_key_and_revoked(anna, as_api):
    client = as_api(anna)
    made = client.post(URL, {"name": "laptop", "scopes": ["write", "read"], "days": 30})
    assert made.status_code == 201
    body = made.json()
    assert (body["name"], body["scopes"], body["last_used_at"]) == ("laptop", ["read", "write"], None)
    assert with_token(as_api, body["token"]).get("/api/auth/me").status_code == 200
    listed = client.get(URL).json()
    assert (listed["count"], listed["results"][0]["id"]) == (1, body["id"])
    assert "token" not in listed["results"][0]
    assert client.delete(f"{URL}/{body['id']}").status_code == 204
    assert client.delete(f"{URL}/{body['id']}").status_code == 404
    assert with_token(as_api, body["token"]).get("/api/auth/me").status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["root"]}, "scopes"),
        ({"scopes": "read"}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": "soon"}, "days"),
        ({"days": None}, "days"),
    ],
)
def test_a_bad_value_is_400_on_its_field(anna, as_api, changes, field):
    answer = as_api(anna).post(URL, {"name": "x", "scopes": ["read"], "days": 1, **changes})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_others_tokens_are_404_and_stay(anna, boris, as_api):
    token, _key = tokens.create_token(actor=anna, account=anna, name="x", scopes=["read"], days=1)
    assert as_api(boris).delete(f"{URL}/{token.token_key}").status_code == 404
    assert ApiToken.objects.count() == 1
    assert as_api(boris).get(URL).json()["count"] == 0


def test_a_sign_in_token_may_make_personal_ones_but_a_personal_one_may_not(anna, as_api):
    body = {"name": "x", "scopes": ["read"], "days": 1}
    _token, sign_in = tokens.create_sign_in_token(account=anna)
    assert with_token(as_api, sign_in).post(URL, body).status_code == 201
    _token, personal = tokens.create_token(
        actor=anna, account=anna, name="y", scopes=["read", "write"], days=1
    )
    refused = with_token(as_api, personal).post(URL, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "personal_token")


def test_ingest_is_for_administrators(anna, admin, as_api):
    body = {"name": "lms", "scopes": ["ingest"]}
    assert as_api(anna).post(URL, body).status_code == 403
    made = as_api(admin).post(URL, body)
    assert (made.status_code, made.json()["expires_at"]) == (201, None)


def test_visitors_have_no_tokens(db, as_api):
    assert as_api().get(URL).status_code == 401
    assert as_api().post(URL, {}).status_code == 401
    assert as_api().delete(f"{URL}/abc").status_code == 401


@pytest.mark.parametrize("number", [3, 30])
def test_the_list_costs_the_same_for_few_and_many(anna, as_api, django_assert_num_queries, number):
    for index in range(number):
        tokens.ApiToken.objects.create(user=anna, name=f"t{index}", is_personal=True)
    client = as_api(anna)
    client.get(URL)
    with django_assert_num_queries(3):  # session, user, tokens
        assert client.get(URL).json()["count"] == number
