from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.crypto import hash_token

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound
from community_platform.core.permissions import SYSTEM
from profiles import limits
from profiles.models import ApiToken
from profiles.services import tokens


def made(account, **changes):
    given = {"name": "laptop", "scopes": ["read"], "days": 30, **changes}
    return tokens.create_token(actor=account, account=account, **given)


def test_only_the_digest_of_a_key_is_stored(anna):
    token, key = made(anna)
    row = ApiToken.objects.get()
    assert row.digest == hash_token(key)
    assert key not in {str(getattr(row, field.attname)) for field in row._meta.fields}
    assert (row.name, row.scopes, row.is_personal) == ("laptop", "read", True)
    assert timedelta(days=29) < token.expiry - timezone.now() <= timedelta(days=30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["root"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": None}, "days"),
    ],
)
def test_bad_values_are_refused_on_their_field(anna, changes, field):
    with pytest.raises(Invalid) as caught:
        made(anna, **changes)
    assert set(caught.value.fields) == {field}


def test_only_administrators_make_ingest_tokens_and_these_may_last(anna, irina, admin):
    for actor in (anna, irina):
        with pytest.raises(NotAllowed):
            made(actor, scopes=["ingest"], days=None)
    token, _key = made(admin, scopes=["ingest"], days=None)
    assert token.expiry is None
    with pytest.raises(Invalid):
        made(admin, scopes=["ingest", "read"], days=None)


def test_nobody_makes_tokens_for_others(anna, admin):
    with pytest.raises(NotAllowed):
        tokens.create_token(actor=admin, account=anna, name="x", scopes=["read"], days=1)


def test_others_tokens_do_not_exist_for_a_person_but_administrators_stop_any(anna, boris, admin):
    token, _key = made(anna)
    with pytest.raises(NotFound):
        tokens.revoke_token(actor=boris, token=token)
    tokens.revoke_token(actor=admin, token=token)
    assert not ApiToken.objects.exists()


def test_a_person_holds_so_many_tokens_at_most_and_expired_ones_do_not_count(anna, monkeypatch):
    monkeypatch.setattr(limits, "TOKENS_PER_PERSON", 2)
    made(anna)
    made(anna)
    with pytest.raises(Conflict):
        made(anna)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert made(anna)[1]


def test_signing_in_clears_away_expired_sign_in_tokens(anna):
    tokens.create_sign_in_token(account=anna)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    tokens.create_sign_in_token(account=anna)
    assert anna.auth_token_set.count() == 1


def test_the_command_prints_the_key_alone(anna):
    out = StringIO()
    call_command("create_token", "ANNA", "--scope", "ingest", stdout=out)
    token = ApiToken.objects.get()
    assert out.getvalue() == out.getvalue().strip() + "\n"
    assert hash_token(out.getvalue().strip()) == token.digest
    assert (token.user, token.scopes, token.expiry) == (anna, "ingest", None)


def test_the_command_names_an_unknown_person(db):
    with pytest.raises(CommandError, match="nobody"):
        call_command("create_token", "nobody", "--scope", "read")


def test_the_system_may_revoke(anna):
    token, _key = made(anna)
    tokens.revoke_token(actor=SYSTEM, token=token)
    assert not ApiToken.objects.exists()
