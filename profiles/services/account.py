"""Making an account, confirming its e-mail, closing and opening it."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community_platform.core import realtime, text
from community_platform.core.errors import Conflict, DomainError, Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.realtime.limits import Close
from profiles import choices, limits
from profiles.events import EmailConfirmed, ProfileChanged, UserRegistered
from profiles.models import FormerUsername, User
from profiles.validators import username_validators


def register(
    *,
    username: str,
    email: str,
    password: str | None,
    language: str = "",
    timezone: str = "UTC",
    display_name: str = "",
    may_be_reserved: bool = False,
) -> User:
    """Make an account and return it. Without a password only a social provider or a reset opens it.

    `may_be_reserved` lets the demo school have its `admin`.

    Every field at fault is named at once. A zone or language that we do not know falls back to the default: both are
    guessed from the browser. Of parallel registrations of one name, in any case, exactly one wins.
    Raises: Invalid.  Publishes: UserRegistered.
    """
    user = User(
        username=User.normalize_username(username) if isinstance(username, str) else username,
        email=email.strip().lower() if isinstance(email, str) else email,
        language=language if language in choices.language_codes() else "",
        timezone=timezone if timezone in choices.timezone_names() else "UTC",
        display_name=" ".join(display_name.split())[: limits.DISPLAY_NAME_HIGH],
    )
    _validate(user, password, may_be_reserved=may_be_reserved)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            publish(UserRegistered(user_id=user.pk))
    except IntegrityError as error:
        # Somebody else took the name or the e-mail after we looked.
        _raise(_taken(user, {"username", "email"}))
        raise Conflict(_("This changed at the same moment. Try again.")) from error
    return user


def check_username(username: str, account: User | None = None) -> str:
    """Return the name as it will be stored, or raise Invalid on `username`: shape, reserved, taken.

    Former names stay their owner's: nobody but `account` gets back what was its own.
    """
    user = User(pk=account.pk if account else None, username=User.normalize_username(username))
    _raise(_username_errors(user) or _taken(user, {"username"}))
    return user.username


def confirm_email(*, user: User, email: str) -> None:
    """Note that `user` proved to own `email`. Publishes: EmailConfirmed."""
    with transaction.atomic():
        publish(EmailConfirmed(user_id=user.pk, email=email.lower()))


def welcome(*, user: User) -> None:
    """Announce a person whose account a social provider vouched for and allauth stored. Publishes: UserRegistered."""
    with transaction.atomic():
        publish(UserRegistered(user_id=user.pk))


def set_password(*, actor: Any, account: User, password: str | None) -> User:
    """Give another person's account a new password (None: signing in by password is impossible) and end its sign-ins.

    Raises: NotAllowed (rule profiles.manage_account), Invalid.
    """
    ensure(actor, "profiles.manage_account", account)
    _raise(_password_errors(account, password))
    with transaction.atomic():
        account = User.objects.lock(account.pk)
        account.set_password(password)
        account.save(update_fields=["password"])
        end_sign_ins(user=account)
    return account


def end_sign_ins(*, user: User) -> None:
    """After a change of password: sign-in tokens are void and sockets close. Django drops the sessions itself."""
    with transaction.atomic():
        user.auth_token_set.filter(is_personal=False).delete()
        realtime.disconnect_user(user.pk, Close.SESSION_ENDED)


def deactivate(*, actor: Any, account: User) -> User:
    """Close an account: nobody sees it, its tokens are gone, its sockets close, signing in is refused.

    Raises: NotAllowed (rule profiles.manage_account).  Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.manage_account", account)
    with transaction.atomic():
        account = User.objects.lock(account.pk)
        account.is_active = False
        account.save(update_fields=["is_active"])
        account.auth_token_set.all().delete()
        realtime.disconnect_user(account.pk)
        publish(ProfileChanged(user_id=account.pk))
    return account


def reactivate(*, actor: Any, account: User) -> User:
    """Open a closed account again; it needs new tokens. An erased one stays closed.

    Raises: NotAllowed (rule profiles.manage_account), Conflict.  Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.manage_account", account)
    with transaction.atomic():
        account = User.objects.lock(account.pk)
        if account.is_erased:
            raise Conflict(_("This account was erased."), code="erased")
        account.is_active = True
        account.save(update_fields=["is_active"])
        publish(ProfileChanged(user_id=account.pk))
    return account


Errors = dict[str, tuple[str, str]]  # field → code, message


def _validate(user: User, password: str | None, *, may_be_reserved: bool) -> None:
    errors = {**_username_errors(user), **_email_errors(user), **_password_errors(user, password)}
    if may_be_reserved and errors.get("username", ("", ""))[0] == "reserved":
        del errors["username"]
    _raise({**_taken(user, {"username", "email"} - set(errors)), **errors})


def _raise(errors: Errors) -> None:
    if errors:
        code, message = next(iter(errors.values()))
        raise Invalid(
            message, code=code, fields={field: message for field, (_code, message) in errors.items()}
        )


def _username_errors(user: User) -> Errors:
    try:
        text.clean(user.username, field="username", high=limits.USERNAME_HIGH, multiline=False)
        for validate in username_validators:
            validate(user.username)
    except (ValidationError, DomainError) as error:
        return {"username": _told(error)}
    return {}


def _email_errors(user: User) -> Errors:
    try:
        text.clean(user.email, field="email", high=254, multiline=False)
        validate_email(user.email)
    except (ValidationError, DomainError) as error:
        return {"email": _told(error)}
    return {}


def _password_errors(user: User, password: str | None) -> Errors:
    if password is None:
        return {}
    try:
        text.clean(password, field="password", high=limits.PASSWORD_HIGH)
        validate_password(password, user)
    except (ValidationError, DomainError) as error:
        return {"password": _told(error)}
    return {}


def _told(error: ValidationError | DomainError) -> tuple[str, str]:
    if isinstance(error, DomainError):
        return error.code, error.message
    return str(error.error_list[0].code or "invalid"), " ".join(error.messages)


def _taken(user: User, fields: set[str]) -> Errors:
    """Look up the fields that are well-formed: a database cannot even compare some of the others."""
    errors = {}
    if "username" in fields and (_name_is_taken(user.username) or _name_was_given_up(user)):
        errors["username"] = ("taken", _("This name is taken. Choose another one."))
    if "email" in fields and User.objects.by_email(user.email).exists():
        errors["email"] = (
            "taken",
            _("There is an account with this e-mail already. Sign in or reset its password."),
        )
    return errors


def _name_was_given_up(user: User) -> bool:
    return FormerUsername.objects.filter(username=user.username.lower()).exclude(user_id=user.pk).exists()


def _name_is_taken(name: str) -> bool:
    # SQLite lowers ASCII only, so the usual spellings of other alphabets are asked for one by one.
    spellings = {name, name.lower(), name.upper(), name.title(), name.capitalize()}
    return User.objects.by_names(spellings).exists() or User.objects.filter(username__in=spellings).exists()
