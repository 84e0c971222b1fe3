import pytest
from django.urls import reverse

from community_platform.core.permissions import SYSTEM
from profiles.models import ApiToken, User
from profiles.services import roles, tokens
from profiles.tests.factories import UserFactory

LIST = "/admin/profiles/user/"
LIST_QUERIES = 4  # session, user with roles, count, rows


def staff(make_user, name, role):
    return roles.set_role(actor=SYSTEM, account=make_user(name), role=role)


@pytest.fixture
def moderator(make_user):
    return staff(make_user, "maxim", "moderator")


@pytest.fixture
def chief(make_user):
    return staff(make_user, "chief", "admin")


def change_url(user):
    return reverse("admin:profiles_user_change", args=[user.pk])


def test_a_student_is_sent_away_from_the_admin(anna, as_html):
    assert as_html(anna).get(LIST).status_code in (302, 403)


def test_a_moderator_sees_people_read_only_and_without_e_mails(moderator, anna, as_html):
    browser = as_html(moderator)
    page = browser.get(LIST)
    assert page.status_code == 200
    assert "anna" in page.text
    assert anna.email not in page.text
    detail = browser.get(change_url(anna))
    assert detail.status_code == 200
    assert anna.email not in detail.text
    assert 'name="_save"' not in detail.text
    assert browser.post(change_url(anna), {"role": "admin", "is_active": "on"}).status_code == 403
    assert User.objects.with_roles().get(pk=anna.pk).role == "student"


def test_tables_of_the_sign_in_library_are_not_in_the_admin_and_people_have_names(chief, as_html):
    page = as_html(chief).get("/admin/")
    assert page.status_code == 200
    assert "chief" in page.text
    assert "None None" not in page.text
    for table in ("usersessions", "socialaccount", "mfa/", "account/emailaddress", "auth/group"):
        assert f"/admin/{table}" not in page.text


def test_a_moderator_does_not_see_tokens(moderator, as_html):
    assert as_html(moderator).get("/admin/profiles/apitoken/").status_code == 403


def test_an_administrator_sets_role_and_closes_an_account_by_the_services(chief, anna, as_html):
    browser = as_html(chief)
    assert anna.email in browser.get(change_url(anna)).text
    answer = browser.post(change_url(anna), {"role": "moderator", "is_active": "on"})
    assert answer.status_code == 302, answer.text[:500]
    anna = User.objects.with_roles().get(pk=anna.pk)
    assert (anna.role, anna.is_staff, anna.is_active) == ("moderator", True, True)
    browser.post(change_url(anna), {"role": "moderator"})
    assert not User.objects.get(pk=anna.pk).is_active


def test_an_administrator_cannot_change_themselves(chief, as_html):
    browser = as_html(chief)
    page = browser.get(change_url(chief))
    assert page.status_code == 200
    assert 'name="role"' not in page.text
    browser.post(change_url(chief), {"role": "student"})
    chief = User.objects.with_roles().get(pk=chief.pk)
    assert (chief.role, chief.is_active) == ("admin", True)


def test_the_deactivate_action_closes_the_others_and_names_the_refusal(chief, anna, boris, as_html):
    data = {"action": "deactivate", "_selected_action": [anna.pk, boris.pk, chief.pk]}
    page = as_html(chief).post(LIST, data, follow=True)
    assert set(User.objects.filter(is_active=True).values_list("username", flat=True)) == {"chief"}
    assert "2 accounts deactivated." in page.text


def test_the_reactivate_action_opens_an_account(chief, anna, as_html):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    as_html(chief).post(LIST, {"action": "reactivate", "_selected_action": [anna.pk]})
    assert User.objects.get(pk=anna.pk).is_active


def test_a_password_set_in_the_admin_works_and_ends_sign_ins(chief, anna, as_html):
    tokens.create_sign_in_token(account=anna)
    url = reverse("admin:auth_user_password_change", args=[anna.pk])
    browser = as_html(chief)
    assert browser.get(url).status_code == 200
    data = {"usable_password": "true", "password1": "another-horse-7x", "password2": "another-horse-7x"}
    answer = browser.post(url, data)
    assert answer.status_code == 302, answer.text
    anna.refresh_from_db()
    assert anna.check_password("another-horse-7x")
    assert not anna.auth_token_set.exists()


def test_search_and_role_filter_find_people(chief, moderator, anna, as_html):
    browser = as_html(chief)
    found = browser.get(LIST, {"role": "moderator"})
    assert "maxim@example.com" in found.text
    assert "anna@example.com" not in found.text
    assert "anna@example.com" in browser.get(LIST, {"q": "anna@ex"}).text


@pytest.mark.parametrize("people", [3, 30])
def test_the_list_costs_the_same_for_few_and_many(chief, as_html, django_assert_num_queries, people):
    UserFactory.create_batch(people)
    browser = as_html(chief)
    browser.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        assert browser.get(LIST).status_code == 200


def test_the_token_list_revokes_by_the_service(chief, anna, as_html):
    token, key = tokens.create_token(actor=anna, account=anna, name="laptop", scopes=["read"], days=7)
    browser = as_html(chief)
    page = browser.get("/admin/profiles/apitoken/")
    assert "laptop" in page.text
    assert key not in page.text
    browser.post("/admin/profiles/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    assert not ApiToken.objects.exists()
