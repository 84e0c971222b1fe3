"""The real flows of allauth's pages: sign-up, confirmation, sign-in, reset, sign-out."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core import mail
from django.test import override_settings

from community_platform.core import events
from conftest import PASSWORD
from profiles import adapter
from profiles.events import EmailConfirmed, UserRegistered
from profiles.models import User
from profiles.services import referral, tokens

SIGNUP, LOGIN, LOGOUT = "/accounts/signup/", "/accounts/login/", "/accounts/logout/"
RESET, CHANGE = "/accounts/password/reset/", "/accounts/password/change/"
GOOD = {"username": "newcomer", "email": "New@Example.com", "password1": "long-enough-7x"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard(monkeypatch):
    facts: list[events.DomainEvent] = []
    table = {event: [facts.append] for event in (UserRegistered, EmailConfirmed)}
    monkeypatch.setattr(events, "_subscribers", events.defaultdict(list, table))
    return facts


@pytest.fixture
def closed(monkeypatch):
    """Collect whose sockets were told to close."""
    calls = []
    monkeypatch.setattr(
        "community_platform.core.realtime.end_session", lambda key: calls.append(("session", key))
    )
    monkeypatch.setattr(
        "community_platform.core.realtime.disconnect_user", lambda *args: calls.append(("user", *args))
    )
    return calls


def link_in(message):
    found = re.search(r"http://testserver(/\S+)", message.body)
    assert found, message.body
    return found[1]


def who(browser):
    return browser.session.get("_auth_user_id")


def test_signing_up_makes_the_account_by_the_service_and_signs_in(as_html, heard):
    browser = as_html()
    assert browser.get(SIGNUP).status_code == 200
    answer = browser.post(SIGNUP, {**GOOD, "timezone": "Europe/Moscow"})
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.username, user.email, user.timezone) == ("newcomer", "new@example.com", "Europe/Moscow")
    assert who(browser) == str(user.pk)
    assert [(type(event), event.user_id) for event in heard] == [(UserRegistered, user.pk)]


def test_the_zone_may_come_from_a_cookie_and_nonsense_is_utc(as_html):
    browser = as_html()
    browser.cookies["timezone"] = "Mars/Olympus"
    browser.post(SIGNUP, GOOD)
    assert User.objects.get().timezone == "UTC"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "ANNA"}, "This name is taken"),
        ({"username": "admin"}, "This name is reserved"),
        ({"username": "a b"}, "Use 3 to 60 letters"),
        ({"email": "ANNA@example.com"}, "already registered"),
        ({"password1": "password"}, "too common"),
        ({"password1": "x7"}, "at least 8 characters"),
    ],
)
def test_a_refused_sign_up_says_why_beside_what_was_typed(anna, as_html, changes, words):
    page = as_html().post(SIGNUP, {**GOOD, **changes})
    assert page.status_code == 200
    assert words in page.text
    assert 'value="{}"'.format({**GOOD, **changes}["username"]) in page.text
    assert User.objects.count() == 1


def test_a_name_taken_between_check_and_save_is_refused_politely(anna, as_html, monkeypatch):
    monkeypatch.setattr(adapter.account, "check_username", lambda name: name)
    answer = as_html().post(SIGNUP, {**GOOD, "username": "anna"})
    assert answer.status_code == 400
    assert User.objects.count() == 1


def test_the_code_of_a_friend_reaches_the_claim(as_html, monkeypatch):
    claims = []
    monkeypatch.setattr(referral, "_claims", [lambda user, arrival: bool(claims.append((user.username, arrival.code)))])
    as_html().post(f"{SIGNUP}?ref=ANNA-ABC123", GOOD)
    assert claims == [("newcomer", "ANNA-ABC123")]


def test_the_link_in_the_mail_confirms_and_announces_it_once_the_button_is_pressed(as_html, heard):
    browser = as_html()
    browser.post(SIGNUP, GOOD)
    [message] = mail.outbox
    link = link_in(message)
    assert as_html().get(link).status_code == 200
    assert not EmailAddress.objects.get().verified, "a mail scanner that opens the link confirms nothing"
    assert as_html().post(link).status_code == 302
    assert EmailAddress.objects.get().verified
    assert [event.email for event in heard if isinstance(event, EmailConfirmed)] == ["new@example.com"]


@pytest.mark.parametrize("login", ["anna", "ANNA", "anna@example.com", "Anna@Example.com"])
def test_signing_in_by_name_or_e_mail(anna, as_html, login):
    browser = as_html()
    answer = browser.post(LOGIN, {"login": login, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert who(browser) == str(anna.pk)


def test_a_wrong_password_and_a_closed_account_are_refused(anna, as_html):
    browser = as_html()
    assert browser.post(LOGIN, {"login": "anna", "password": "wrong"}).status_code == 200
    User.objects.update(is_active=False)
    browser.post(LOGIN, {"login": "anna", "password": PASSWORD})
    assert who(browser) is None


def test_a_closed_account_is_signed_out_at_its_next_request(anna, as_html):
    browser = as_html(anna)
    User.objects.update(is_active=False)
    assert browser.get("/settings/").status_code == 302


def test_five_wrong_passwords_close_the_form_for_a_while(anna, as_html):
    browser = as_html()
    for _time in range(5):
        browser.post(LOGIN, {"login": "anna", "password": "wrong"})
    page = browser.post(LOGIN, {"login": "anna", "password": PASSWORD})
    assert who(browser) is None
    assert "Too many failed login attempts" in page.text


def test_a_forgotten_password_is_reset_by_the_link_and_ends_other_sign_ins(anna, as_html, closed):
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    elsewhere = as_html(anna)
    tokens.create_sign_in_token(account=anna)
    browser = as_html()
    assert browser.post(RESET, {"email": "ANNA@example.com"}).status_code == 302
    form = browser.get(link_in(mail.outbox[0]), follow=True)
    new = {"password1": "another-horse-7x", "password2": "another-horse-7x"}
    assert browser.post(form.request["PATH_INFO"], new).status_code == 302
    anna.refresh_from_db()
    assert anna.check_password("another-horse-7x")
    assert elsewhere.get("/settings/").status_code == 302
    assert not anna.auth_token_set.exists()
    assert ("user", anna.pk, 4401) in closed
    used = as_html().get(link_in(mail.outbox[0]), follow=True)
    assert "password1" not in used.text, "a link works once"


def test_a_reset_for_an_unknown_address_sends_nothing(as_html):
    assert as_html().post(RESET, {"email": "nobody@example.com"}).status_code == 200
    assert mail.outbox == []


def test_changing_the_password_closes_sockets_and_signs_out(anna, as_html, closed):
    browser = as_html()
    browser.post(LOGIN, {"login": "anna", "password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "another-horse-7x", "password2": "another-horse-7x"}
    assert browser.post(CHANGE, new).status_code == 302
    assert ("user", anna.pk, 4401) in closed
    assert who(browser) is None


def test_signing_out_ends_the_sockets_of_this_session_and_needs_a_post(anna, as_html, closed):
    browser = as_html(anna)
    key = browser.session.session_key
    assert browser.get(LOGOUT).status_code == 200
    assert closed == []
    assert browser.post(LOGOUT).status_code == 302
    assert closed == [("session", key)]


def test_ending_other_sessions_ends_their_sockets(anna, as_html, closed):
    here, elsewhere = as_html(anna), as_html(anna)
    for browser in (here, elsewhere):
        browser.get("/settings/")
    key = elsewhere.session.session_key
    assert here.post("/accounts/sessions/").status_code == 302
    assert ("session", key) in closed
    assert elsewhere.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200


PROVIDERS = {"github": {"APPS": [{"client_id": "abc", "secret": "xyz"}]}}


def test_a_configured_provider_shows_its_button_and_others_none(as_html):
    with override_settings(SOCIALACCOUNT_PROVIDERS=PROVIDERS):
        page = as_html().get(LOGIN)
    assert "/accounts/github/login/" in page.text
    assert "/accounts/google/login/" not in page.text
    assert "/accounts/github/login/" not in as_html().get(LOGIN).text


def test_a_person_vouched_for_by_a_provider_is_announced(rf, heard):
    user = User(username="octo", email="octo@example.com")
    login = SocialLogin(user=user, account=SocialAccount(provider="github", uid="1"))
    user.set_unusable_password()
    user.save()
    adapter.account_signals.user_signed_up.send(
        sender=User, request=rf.get("/"), user=user, sociallogin=login
    )
    assert [event.user_id for event in heard] == [user.pk]
