"""Pages and API of invitations: who sees what, and how a link follows a newcomer through each door."""


import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from gamification.services.preferences import set_preferences
from profiles.models import User
from referrals import limits
from referrals.models import Referral, ReferralCode, ReferralPolicy
from referrals.services import codes
from referrals.services.ladder import load_ladder
from referrals.tests.world import brings, confirms, course_of, joins

SIGNUP = {"username": "newcomer", "email": "new@example.com", "password": "correct-horse-battery"}


@pytest.fixture(autouse=True)
def _ladder(db: None) -> None:
    load_ladder()


@pytest.fixture
def page(anna: User) -> Client:
    client = Client()
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    return client


def api(user: User | None = None) -> APIClient:
    client = APIClient()
    if user is not None:
        client.force_authenticate(user)
    return client


def test_the_contract(anna: User) -> None:
    client = api(anna)
    mine = client.get("/api/referrals/my-code").json()
    assert {"code", "url", "usage_count", "max_uses", "expires_at", "is_active"} <= set(mine)
    assert mine["url"].endswith(f"/?ref={mine['code']}")
    assert client.get("/api/referrals/my-code").json() == mine
    made = client.post("/api/referrals/generate-code", {"max_uses": 3, "expires_at": "2999-01-01T00:00:00Z"})
    assert (made.status_code, made.json()["max_uses"], made.json()["usage_count"]) == (201, 3, 0)
    for bad in ({"max_uses": 0}, {"max_uses": "x"}, {"expires_at": "2001-01-01T00:00:00Z"}):
        assert client.post("/api/referrals/generate-code", bad).status_code == 400
    confirms(anna)
    brings(anna, course_of())
    stats = client.get("/api/referrals/stats").json()
    assert (stats["pending"], stats["completed"], stats["rewarded"], stats["points_earned"]) == (0, 0, 1, 600)
    assert (stats["next_step"]["min_referrals"], stats["next_step"]["points"]) == (5, 1000)
    board = client.get("/api/referrals/leaderboard").json()
    assert [(row["rank"], row["score"], row["user"]["username"]) for row in board["results"]] == [(1, 1, "anna")]
    assert board["me"]["score"] == 1
    for path in ("my-code", "stats", "leaderboard"):
        assert api().get(f"/api/referrals/{path}").status_code == 401


def test_registering_by_the_api_says_whether_the_code_was_applied(anna: User) -> None:
    code = codes.default_code(actor=anna)
    answer = api().post(f"/api/auth/register?ref={code.code}", SIGNUP)
    assert (answer.status_code, answer.json()["referral"]) == (201, "applied")
    other = SIGNUP | {"username": "newcomer2", "email": "new2@example.com"}
    assert api().post("/api/auth/register?ref=ANNA-XXXXXX", other).json()["referral"] == "ignored"
    assert ReferralCode.objects.get().usage_count == 1


@pytest.mark.parametrize("is_public", [True, False])
def test_a_link_greets_by_name_and_follows_to_the_sign_up(anna: User, is_public: bool) -> None:
    User.objects.filter(pk=anna.pk).update(is_profile_public=is_public, display_name="Zanzibar")
    code = codes.default_code(actor=anna)
    browser = Client()
    landing = browser.get(code.path)
    assert landing.status_code == 200
    assert ("Zanzibar" in landing.content.decode()) is is_public
    assert "no-store" in landing["Cache-Control"]
    assert ("Zanzibar" in browser.get("/accounts/signup/").content.decode()) is is_public
    browser.get(code.path)
    assert ReferralCode.objects.get().clicks_count == 1
    form = {"username": "newcomer", "email": "new@example.com", "password1": SIGNUP["password"]}
    assert browser.post("/accounts/signup/", form).status_code == 302
    assert Referral.objects.get().referee.username == "newcomer"


def test_a_broken_cookie_or_code_is_no_error(anna: User) -> None:
    browser = Client()
    browser.cookies[limits.CODE_COOKIE] = "x:y:z"
    browser.cookies[limits.DEVICE_COOKIE] = "zz"
    assert browser.get("/?ref=%FF%00x").status_code in (200, 400)
    assert browser.get("/?ref=NOBODY-BCDFGH").status_code == 200
    assert api().post("/api/auth/register", SIGNUP).status_code == 201
    assert not Referral.objects.exists()


def test_an_account_made_in_the_browser_of_the_inviter_is_nobody_new(anna: User) -> None:
    code, browser = codes.default_code(actor=anna), APIClient()
    browser.post("/accounts/login/", {"login": "anna", "password": "correct-horse-battery"}, format="multipart")
    device = browser.cookies[limits.DEVICE_COOKIE].value
    browser.logout()
    browser.cookies[limits.DEVICE_COOKIE] = device
    answer = browser.post(f"/api/auth/register?ref={code.code}", SIGNUP)
    assert answer.json()["referral"] == "ignored"
    assert Referral.objects.get().flags == ["same_device"]


def test_a_private_friend_is_a_number(anna: User, page: Client) -> None:
    friend, _applied = joins(codes.default_code(actor=anna))
    User.objects.filter(pk=friend.pk).update(is_profile_public=False, display_name="Secretive")
    assert "Secretive" not in page.get("/referrals/").content.decode()
    assert api(anna).get("/api/referrals").json()["results"][0]["user"] is None


def test_the_page_costs_the_same_at_three_and_thirty_friends(anna: User, page: Client) -> None:
    counts = []
    for _round in (3, 17):
        for _n in range(_round):
            joins(codes.default_code(actor=anna))
        page.get("/referrals/")
        with CaptureQueriesContext(connection) as captured:
            assert page.get("/referrals/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_staff_decides_by_page_and_api(anna: User, maxim: User) -> None:
    ReferralPolicy.objects.create(pk=1, burst_a_day=0)
    held = [brings(anna) for _n in range(2)]
    staff, client = api(maxim), Client()
    client.force_login(maxim, backend="profiles.backends.AccountBackend")
    rows = staff.get("/api/referrals/queue").json()["results"]
    assert [row["flags"] for row in rows] == [["burst"], ["burst"]]
    assert "many friends in one day" in client.get("/referrals/review/").content.decode()
    assert staff.post(f"/api/referrals/{held[0].pk}/release").json()["referrer_points"] == 100
    assert staff.post(f"/api/referrals/{held[0].pk}/release").status_code == 409
    done = client.post(f"/referrals/review/{held[1].pk}/", {"decision": "reject", "reason": "One person"})
    assert done.status_code == 302
    assert Referral.objects.get(pk=held[1].pk).status == "rejected"
    assert api(anna).get("/api/referrals/queue").status_code == 403
    assert api(anna).post(f"/api/referrals/{held[0].pk}/reject", {"reason": "x"}).status_code == 403
    stranger = held[0].referee
    assert api(stranger).post(f"/api/referrals/{held[0].pk}/reject", {"reason": "x"}).status_code == 404


def test_a_code_is_made_and_turned_off_on_the_page(anna: User, page: Client) -> None:
    assert page.post("/referrals/codes/", {"label": "Club", "max_uses": "5"}).status_code == 302
    code = ReferralCode.objects.get(label="Club")
    page.post(f"/referrals/codes/{code.pk}/", {"is_active": "0"})
    assert not joins(code)[1]
    assert page.post("/referrals/codes/", {"max_uses": "0"}).status_code == 400


def test_who_leaves_the_boards_leaves_this_one(anna: User) -> None:
    confirms(anna)
    brings(anna, course_of())
    set_preferences(actor=anna, account=anna, is_on=True, in_leaderboards=False, has_reminders=True)
    assert api(anna).get("/api/referrals/leaderboard").json()["results"] == []
