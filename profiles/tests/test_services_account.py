from dataclasses import replace

import pytest
import rules

from community_platform.core import events
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.permissions import SYSTEM
from profiles import selectors
from profiles.events import EmailConfirmed, ProfileChanged, UserRegistered
from profiles.models import User
from profiles.services import account, roles, tokens
from profiles.services.lifecycle import erase_account

GOOD = {"username": "newcomer", "email": "new@example.com", "password": "long-enough-7x"}


@pytest.fixture
def heard(monkeypatch):
    """Collect the events that commit."""
    facts: list[events.DomainEvent] = []
    table = {event: [facts.append] for event in (UserRegistered, EmailConfirmed, ProfileChanged)}
    # `append` has no __qualname__ problem: deliveries name their subscriber only when it fails.
    monkeypatch.setattr(events, "_subscribers", events.defaultdict(list, table))
    return facts


def refused(**changes):
    with pytest.raises(Invalid) as caught:
        account.register(**{**GOOD, **changes})
    return caught.value


def test_a_registration_stores_the_account_and_announces_it(db, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        user = account.register(**GOOD, language="ru", timezone="Europe/Moscow")
    user = User.objects.get(pk=user.pk)
    assert (user.username, user.email, user.language, user.timezone) == (
        "newcomer",
        "new@example.com",
        "ru",
        "Europe/Moscow",
    )
    assert user.check_password(GOOD["password"])
    assert user.role == "student"
    assert [(type(event), event.user_id) for event in heard] == [(UserRegistered, user.pk)]


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "x" * 61,
        "anna k",
        "anna!",
        "a\x00b",
        "\ud800abc",
        "-anna",
        "anna.",
        "",
        "   ",
        "a@b.c",
        "anna\n",
    ],
)
def test_a_name_of_wrong_shape_is_refused_on_its_field(db, name):
    assert set(refused(username=name).fields) == {"username"}


@pytest.mark.parametrize("name", ["admin", "API", "Settings", "forum", "deleted-5", "Support"])
def test_a_reserved_name_is_refused(db, name):
    assert refused(username=name).code == "reserved"


def test_the_demo_school_may_have_its_admin(db):
    assert account.register(**{**GOOD, "username": "admin"}, may_be_reserved=True).username == "admin"
    with pytest.raises(Invalid):
        account.register(**{**GOOD, "username": "x!"}, may_be_reserved=True)


def test_a_name_of_two_alphabets_is_refused_and_one_of_one_alphabet_is_not(db):
    assert refused(username="аnna").code == "mixed_scripts"  # the first letter is Cyrillic
    assert account.register(**{**GOOD, "username": "анна_7"}).username == "анна_7"


@pytest.mark.parametrize("name", ["anna", "ANNA", "Anna"])
def test_a_taken_name_is_refused_in_any_case(anna, name):
    error = refused(username=name)
    assert (set(error.fields), error.code) == ({"username"}, "taken")


def test_a_taken_cyrillic_name_is_refused_in_another_case(db):
    account.register(**{**GOOD, "username": "анна"})
    assert refused(username="Анна", email="other@example.com").code == "taken"


def test_a_taken_e_mail_is_refused_in_any_case(anna):
    error = refused(email="ANNA@Example.COM")
    assert (set(error.fields), error.code) == ({"email"}, "taken")


@pytest.mark.parametrize(
    "email", ["", "x", "x@", "a@b@c.de", "x" * 250 + "@example.com", "x\x00@example.com"]
)
def test_a_malformed_e_mail_is_refused_on_its_field(db, email):
    assert set(refused(email=email).fields) == {"email"}


@pytest.mark.parametrize(
    "password", ["", "short7x", "12345678901", "password123", "newcomer1", "x7" * 501, "\ud800" * 12]
)
def test_a_weak_or_impossible_password_is_refused_on_its_field(db, password):
    assert set(refused(password=password).fields) == {"password"}


def test_every_field_at_fault_is_named_at_once(db):
    assert set(refused(username="?", email="?", password="?").fields) == {"username", "email", "password"}


def test_an_unknown_zone_or_language_falls_back_instead_of_stopping_a_registration(db):
    user = account.register(**GOOD, language="xx", timezone="Mars/Olympus")
    assert (user.language, user.timezone) == ("", "UTC")


def test_confirming_an_e_mail_is_announced(anna, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        account.confirm_email(user=anna, email="Anna@Example.com")
    assert [replace(event, uid=None, at=None) for event in heard] == [
        EmailConfirmed(uid=None, at=None, user_id=anna.pk, email="anna@example.com")
    ]


def test_only_administrators_close_accounts_and_never_their_own(anna, maxim, admin):
    for actor in (anna, maxim):
        with pytest.raises(NotAllowed):
            account.deactivate(actor=actor, account=anna)
    with pytest.raises(NotAllowed):
        account.deactivate(actor=admin, account=admin)


def test_a_closed_account_has_no_tokens_no_sockets_and_is_invisible_until_reopened(
    anna, boris, admin, monkeypatch
):
    closed: list[int] = []
    monkeypatch.setattr("community_platform.core.realtime.disconnect_user", closed.append)
    tokens.create_sign_in_token(account=anna)
    account.deactivate(actor=admin, account=anna)
    assert closed == [anna.pk]
    assert not anna.auth_token_set.exists()
    assert not User.objects.visible_to(boris).filter(pk=anna.pk).exists()
    account.reactivate(actor=admin, account=anna)
    assert User.objects.visible_to(boris).filter(pk=anna.pk).exists()


@pytest.mark.parametrize(
    ("role", "is_staff"), [("student", False), ("instructor", False), ("moderator", True), ("admin", True)]
)
def test_a_role_replaces_the_former_one_and_opens_the_admin_to_staff(irina, admin, role, is_staff):
    user = roles.set_role(actor=admin, account=irina, role=role)
    assert (user.role, user.is_staff) == (role, is_staff)
    assert user.groups.count() == (role != "student")


def test_roles_are_given_by_administrators_only_and_not_to_oneself(anna, maxim, admin):
    for actor, target in ((maxim, anna), (anna, anna), (admin, admin)):
        with pytest.raises(NotAllowed):
            roles.set_role(actor=actor, account=target, role="admin")
    with pytest.raises(Invalid):
        roles.set_role(actor=admin, account=anna, role="emperor")


def test_loaded_roles_cost_no_query_in_rules(maxim, django_assert_num_queries):
    user = User.objects.with_roles().get(pk=maxim.pk)
    with django_assert_num_queries(0):
        assert (user.is_moderator, user.is_admin, user.role) == (True, False, "moderator")
        assert "forum.restore" in selectors.permissions_of(user)


@pytest.mark.parametrize("name", sorted(rules.permissions.permissions))
def test_every_permission_can_be_asked_without_a_thing(irina, name):
    """/api/auth/me asks them all: mark predicates that look at a thing with `core.permissions.about`."""
    assert rules.has_perm(name, irina) in {True, False}


def test_general_permissions_follow_the_role(anna, maxim, admin):
    assert "forum.reply" in selectors.permissions_of(anna)
    assert "forum.pin_topic" not in selectors.permissions_of(anna)
    assert "forum.pin_topic" in selectors.permissions_of(maxim)
    assert "profiles.manage_account" not in selectors.permissions_of(maxim)
    assert "profiles.manage_account" in selectors.permissions_of(admin)


def test_erasing_removes_everything_personal_and_can_be_repeated(anna):
    anna.display_name = "Anna K"
    anna.save()
    anna.emailaddress_set.create(email=anna.email, verified=True, primary=True)
    tokens.create_sign_in_token(account=anna)
    for _time in range(2):
        erase_account(anna)
        gone = User.objects.get(pk=anna.pk)
        assert (gone.username, gone.display_name, gone.is_active) == (f"deleted-{anna.pk}", "", False)
        assert "anna" not in gone.email
        assert not gone.has_usable_password()
        assert not gone.auth_token_set.exists()
        assert not gone.emailaddress_set.exists()
    with pytest.raises(Conflict):
        account.reactivate(actor=SYSTEM, account=gone)
