from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.utils import timezone

from conftest import PASSWORD
from profiles import selectors
from profiles.models import ApiToken, User
from profiles.services import referral, tokens

REGISTER, TOKEN, ME = "/api/auth/register", "/api/auth/token", "/api/auth/me"
GOOD = {"username": "newcomer", "email": "New@Example.com", "password": "long-enough-7x"}
ME_QUERIES = 3  # session, user with roles, state of the e-mail
SECRET = "JBSWY3DPEHPK3PXP"


def fields(answer):
    assert answer["Content-Type"] == "application/problem+json"
    return {error["field"] for error in answer.json()["errors"]}


def with_token(as_api, key):
    client = as_api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


@pytest.fixture
def still():
    """Stop the clock in the middle of a window of every limit."""
    with time_machine.travel("2026-11-23T10:02:30Z", tick=False):
        yield


# Register


@pytest.mark.django_db(transaction=True)
def test_registering_answers_the_user_signs_in_and_sends_the_confirmation(as_api):
    client = as_api()
    answer = client.post(REGISTER, GOOD)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["username"], body["email"], body["role"]) == ("newcomer", "new@example.com", "student")
    assert (body["email_confirmed"], body["referral"]) == (False, None)
    assert "password" not in body
    assert "messages" not in client.cookies, "a page opened later would show what was meant for nobody"
    assert client.get(ME).json()["id"] == body["id"]
    assert [message.to for message in mail.outbox] == [["new@example.com"]]
    assert "/accounts/confirm-email/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "anna"}, "username"),
        ({"username": "ANNA"}, "username"),
        ({"email": "ANNA@example.com"}, "email"),
        ({"password": "short7x"}, "password"),
        ({"password": "password123"}, "password"),
        ({"username": "api"}, "username"),
        ({"email": "nonsense"}, "email"),
        ({"username": None}, "username"),
        ({"username": ["x"]}, "username"),
        ({"password": "a\x00" * 8}, "password"),
    ],
)
def test_a_field_at_fault_is_named(anna, as_api, changes, field):
    answer = as_api().post(REGISTER, {**GOOD, **changes})
    assert answer.status_code == 400
    assert fields(answer) == {field}
    assert User.objects.count() == 1


def test_missing_fields_are_named(db, as_api):
    answer = as_api().post(REGISTER, {})
    assert answer.status_code == 400
    assert fields(answer) == {"username", "email", "password"}


def test_a_form_body_is_415_so_that_no_foreign_page_can_register_a_visitor(db, as_api):
    assert (
        as_api().post(REGISTER, "username=x", content_type="application/x-www-form-urlencoded").status_code
        == 415
    )


def test_a_role_in_the_body_is_ignored(db, as_api):
    extra = {"role": "admin", "is_staff": True, "is_superuser": True, "id": 77, "is_active": False}
    assert as_api().post(REGISTER, {**GOOD, **extra}).status_code == 201
    user = User.objects.get()
    assert (user.role, user.is_staff, user.is_superuser, user.is_active) == ("student", False, False, True)


@pytest.mark.parametrize(("works", "word"), [(True, "applied"), (False, "ignored")])
def test_a_code_is_applied_or_ignored_and_never_stops_a_registration(db, as_api, monkeypatch, works, word):
    claims = []
    monkeypatch.setattr(
        referral, "_claims", [lambda user, arrival: claims.append((user.username, arrival.code)) or works]
    )
    answer = as_api().post(f"{REGISTER}?ref=ANNA-ABC123", GOOD)
    assert (answer.status_code, answer.json()["referral"]) == (201, word)
    assert claims == [("newcomer", "ANNA-ABC123")]


def test_a_code_that_nobody_claims_is_ignored(db, as_api, monkeypatch):
    monkeypatch.setattr(referral, "_claims", [])
    assert as_api().post(f"{REGISTER}?ref=X", GOOD).json()["referral"] == "ignored"


def test_a_repeat_with_the_same_key_answers_the_same_account(db, as_api):
    answers = [as_api().post(REGISTER, GOOD, headers={"Idempotency-Key": "k1"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert User.objects.count() == 1


def test_with_mandatory_confirmation_nobody_is_signed_in_before_it(db, as_api, settings):
    settings.EMAIL_VERIFICATION = settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = as_api()
    assert client.post(REGISTER, GOOD).status_code == 201
    assert client.get(ME).status_code == 401
    sign_in = {"username": "newcomer", "password": GOOD["password"]}
    refused = client.post(TOKEN, sign_in)
    assert (refused.status_code, refused.json()["code"]) == (403, "email_unconfirmed")
    User.objects.get().emailaddress_set.update(verified=True)
    assert client.post(TOKEN, sign_in).status_code == 200


def test_too_many_registrations_from_one_address_are_429(db, as_api, still):
    statuses = [as_api().post(REGISTER, {**GOOD, "username": "?"}).status_code for _time in range(21)]
    assert statuses == [400] * 20 + [429]


def test_other_methods_are_405_and_a_trailing_slash_404(db, as_api):
    assert as_api().get(REGISTER).status_code == 405
    assert as_api().post(f"{REGISTER}/", GOOD).status_code == 404


# Token


@pytest.mark.parametrize("login", ["anna", "ANNA", "anna@example.com", "Anna@Example.com"])
def test_a_token_is_had_by_name_or_e_mail_and_opens_the_api(anna, as_api, login):
    answer = as_api().post(TOKEN, {"username": login, "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.json()
    assert (set(body), body["user"]["username"]) == ({"token", "expires_at", "user"}, "anna")
    assert body["expires_at"].endswith("Z")
    assert with_token(as_api, body["token"]).get(ME).json()["username"] == "anna"


@pytest.mark.parametrize("case", ["wrong password", "unknown name", "closed account"])
def test_wrong_name_wrong_password_and_closed_account_answer_alike(anna, as_api, case):
    if case == "closed account":
        User.objects.update(is_active=False)
    name = "nobody" if case == "unknown name" else "anna"
    password = "wrong" if case == "wrong password" else PASSWORD
    answer = as_api().post(TOKEN, {"username": name, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    assert "WWW-Authenticate" in answer


def test_missing_credentials_are_named(db, as_api):
    answer = as_api().post(TOKEN, {})
    assert (answer.status_code, fields(answer)) == (400, {"username", "password"})


def test_five_failures_close_a_login_for_one_address_even_with_the_right_password(anna, boris, as_api, still):
    wrong, right = {"username": "anna", "password": "wrong"}, {"username": "anna", "password": PASSWORD}
    statuses = [as_api().post(TOKEN, wrong).status_code for _time in range(6)]
    assert statuses == [401] * 5 + [429]
    refused = as_api().post(TOKEN, right)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert as_api().post(TOKEN, {**right, "username": "boris"}).status_code == 200
    assert as_api(None).post(TOKEN, right, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_right_passwords_do_not_use_up_the_failures(anna, as_api):
    right = {"username": "anna", "password": PASSWORD}
    assert [as_api().post(TOKEN, right).status_code for _time in range(7)] == [200] * 7


def test_a_stale_token_in_the_header_does_not_stop_signing_in(anna, as_api):
    answer = with_token(as_api, "0" * 64).post(TOKEN, {"username": "anna", "password": PASSWORD})
    assert answer.status_code == 200


def code_now():
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(SECRET, counter))


def test_with_an_authenticator_app_the_password_alone_is_not_enough(anna, as_api):
    TOTP.activate(anna, SECRET)
    body = {"username": "anna", "password": PASSWORD}
    refused = as_api().post(TOKEN, body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "mfa_required")
    wrong = as_api().post(TOKEN, {**body, "code": "000000"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "mfa_invalid")
    code = code_now()
    assert as_api().post(TOKEN, {**body, "code": code}).status_code == 200
    assert as_api().post(TOKEN, {**body, "code": code}).status_code == 400  # each works once
    assert Authenticator.objects.get().last_used_at is not None


def test_wrong_codes_count_as_failures(anna, as_api, still):
    TOTP.activate(anna, SECRET)
    body = {"username": "anna", "password": PASSWORD, "code": "000000"}
    assert [as_api().post(TOKEN, body).status_code for _time in range(6)] == [400] * 5 + [429]


def test_deleting_revokes_the_token_used_and_no_other(anna, as_api):
    keys = [tokens.create_sign_in_token(account=anna)[1] for _time in range(2)]
    assert with_token(as_api, keys[0]).delete(TOKEN).status_code == 204
    assert with_token(as_api, keys[0]).get(ME).status_code == 401
    assert with_token(as_api, keys[0]).delete(TOKEN).status_code == 401
    assert with_token(as_api, keys[1]).get(ME).status_code == 200


def test_deleting_needs_the_token_itself(anna, as_api):
    assert as_api().delete(TOKEN).status_code == 401
    assert as_api(anna).delete(TOKEN).status_code == 401


def test_a_token_that_only_reads_can_still_give_itself_up(anna, as_api):
    _token, key = tokens.create_token(actor=anna, account=anna, name="x", scopes=["read"], days=1)
    assert with_token(as_api, key).delete(TOKEN).status_code == 204


# Who am I, and how tokens are judged


def test_me_shows_role_permissions_and_unread(maxim, as_api):
    body = as_api(maxim).get(ME).json()
    assert (body["role"], body["unread"]) == ("moderator", {"notifications": 0, "messages": 0, "topics": 0})
    assert "forum.restore" in body["permissions"]


def test_me_needs_sign_in(db, as_api):
    answer = as_api().get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token " + "0" * 64, "Token \xff"])
def test_a_header_that_names_no_token_is_401(anna, as_api, header):
    client = as_api(anna)
    client.credentials(HTTP_AUTHORIZATION=header)
    assert client.get(ME).status_code == 401


def test_an_expired_token_and_one_of_a_closed_account_are_401(anna, boris, as_api):
    _old, expired = tokens.create_sign_in_token(account=anna)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    _other, closed = tokens.create_sign_in_token(account=boris)
    User.objects.filter(pk=boris.pk).update(is_active=False)
    assert with_token(as_api, expired).get(ME).status_code == 401
    assert with_token(as_api, closed).get(ME).status_code == 401


def test_a_token_in_the_address_is_not_looked_at(anna, as_api):
    _token, key = tokens.create_sign_in_token(account=anna)
    assert as_api().get(f"{ME}?token={key}&Authorization=Token+{key}").status_code == 401


def test_scopes_bind(anna, admin, as_api):
    _read, reading = tokens.create_token(actor=anna, account=anna, name="r", scopes=["read"], days=1)
    _write, writing = tokens.create_token(actor=anna, account=anna, name="w", scopes=["write"], days=1)
    _feed, feeding = tokens.create_token(actor=admin, account=admin, name="i", scopes=["ingest"], days=None)
    assert with_token(as_api, reading).get(ME).status_code == 200
    refused = with_token(as_api, reading).patch("/api/users/profile", {"display_name": "X"})
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
    assert with_token(as_api, writing).get(ME).status_code == 403
    assert with_token(as_api, writing).patch("/api/users/profile", {"display_name": "X"}).status_code == 200
    assert with_token(as_api, feeding).get(ME).status_code == 403


def test_last_use_is_noted_once_an_hour(anna, as_api):
    _token, key = tokens.create_sign_in_token(account=anna)
    client = with_token(as_api, key)
    client.get(ME)
    first = ApiToken.objects.get().last_used_at
    client.get(ME)
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first


def test_me_costs_three_queries_and_what_the_apps_above_count(
    anna, as_api, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(selectors.accounts, "_counters", {"topics": lambda user: 4})
    client = as_api(anna)
    client.get(ME)  # notes the session
    with django_assert_num_queries(ME_QUERIES):
        unread = client.get(ME).json()["unread"]
    assert unread == {"notifications": 0, "messages": 0, "topics": 4}


def test_a_session_write_without_csrf_token_is_403(anna):
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    assert client.patch("/api/users/profile", {"display_name": "X"}).status_code == 403
