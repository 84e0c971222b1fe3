"""What the account itself holds about a person, removed; what is given out stands in `profiles.exports`.

Runs last (`core.lifecycle` goes from the highest app down), so that the others still know who it was.
"""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from community_platform.core import ogimage, realtime
from community_platform.core.models import IdempotencyKey
from profiles.models import Activity, DataExport, ErasureRequest, FormerUsername, Profile, User
from profiles.selectors.cards import person_card
from profiles.services import graph
from profiles.services.pictures import delete_on_commit
from profiles.validators import RESERVED_START

# Tables of the sign-in library, by their reverse names: services do not import it.
_SIGN_IN_ROWS = ("emailaddress_set", "socialaccount_set", "authenticator_set", "usersession_set")


def erase_account(user: User) -> None:
    """Anonymise the row, which others' texts refer to, and remove every way to sign in. Repeatable."""
    with transaction.atomic():
        account = User.objects.lock(user.pk)
        nobody = f"{RESERVED_START}{account.pk}"
        delete_on_commit(account.avatar)
        delete_on_commit(account.profile.cover)
        if card := person_card(account):
            transaction.on_commit(lambda: ogimage.forget(card), robust=True)
        called = dict.fromkeys(
            (account.username, account.display_name, account.email, account.avatar_url or ""), nobody
        )
        realtime.forget_person(account.pk, names=called)
        account.username, account.email = nobody, f"{nobody}@erased.invalid"
        account.display_name = account.avatar = account.language = ""
        account.timezone = "UTC"
        account.is_active = account.is_staff = account.is_superuser = False
        account.last_login = None
        account.revision += 1
        account.set_unusable_password()
        account.save()
        account.groups.clear()
        account.user_permissions.clear()
        account.auth_token_set.all().delete()
        sessions = _rows(account, "usersession_set").values_list("session_key", flat=True)
        Session.objects.filter(pk__in=list(sessions)).delete()
        for name in _SIGN_IN_ROWS:
            _rows(account, name).delete()
        _empty_profile(account)
        _forget_traces(account, nobody)
        realtime.disconnect_user(account.pk)


def _empty_profile(account: User) -> None:
    """Forget what the person told and their ties to others; counters that others' pages add up stay exact."""
    graph.leave_graph(account)
    Activity.objects.filter(user=account).delete()
    FormerUsername.objects.filter(user=account).delete()
    for made in DataExport.objects.filter(user=account):
        _delete_file_on_commit(made)
        made.delete()
    ErasureRequest.objects.filter(user=account).delete()
    Profile.objects.filter(pk=account.pk).update(
        bio="", bio_html="", cover="", location="", website="", linkedin_url="", github_url="", twitter_url="",
        birth_month=None, birth_day=None, asked_activity_at=None,
    )  # fmt: skip


def _forget_traces(account: User, nobody: str) -> None:
    """Forget kept answers of requests, and the name in the log of the administration."""
    IdempotencyKey.objects.filter(user=account).delete()
    for model in (User, Profile):
        kind = ContentType.objects.get_for_model(model)
        lines = LogEntry.objects.filter(content_type=kind, object_id=str(account.pk))
        lines.update(object_repr=nobody, change_message="")


def _delete_file_on_commit(made: DataExport) -> None:
    name, storage = made.file.name, made.file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def _rows(user: User, name: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = getattr(user, name).all()
    return rows
