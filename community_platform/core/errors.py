"""Typed refusals of services. They carry text for people; doors translate them, nobody else.

HTML: `core.html.errors_to(form)` and the `domain_errors` middleware. API: `core.api.errors.problem_handler`.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _


class DomainError(Exception):
    """A request that the domain refuses, with a stable `code` and a sentence in the reader's language.

    `field` names the input at fault, where there is one. `status` is the HTTP status of CONTRACT §1.
    """

    status = 400
    code = "invalid"

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        field: str | None = None,
        retry_after: int | None = None,
        fields: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or self.default_message()
        self.code = code or self.code
        self.field = field
        self.retry_after = retry_after  # seconds
        self.more = dict(more or {})  # further members of the API's problem details
        self.fields = dict(fields or ({field: self.message} if field else {}))
        super().__init__(self.message)

    def default_message(self) -> str:
        return _("This is not possible.")


class Invalid(DomainError):
    """Input that breaks a rule; `field` says where."""


class NotSignedIn(DomainError):
    status = 401
    code = "not_authenticated"

    def default_message(self) -> str:
        return _("Sign in to do this.")


class NotAllowed(DomainError):
    status = 403
    code = "permission_denied"

    def default_message(self) -> str:
        return _("You may not do this.")


class NotFound(DomainError):
    """Absent, or not visible to the person who asks; the two must look alike."""

    status = 404
    code = "not_found"

    def default_message(self) -> str:
        return _("Not found.")


class Gone(DomainError):
    """Removed, and who asks may know that it was there. For pages: a program is told NotFound."""

    status = 410
    code = "gone"

    def default_message(self) -> str:
        return _("This was removed.")


class Conflict(DomainError):
    """Allowed in general, but not in the state the object is in now."""

    status = 409
    code = "conflict"


class Stale(DomainError):
    """The object changed since the writer read it."""

    status = 412
    code = "stale"

    def default_message(self) -> str:
        return _("This was changed meanwhile. Load it again before you save.")


class TooLarge(DomainError):
    status = 413
    code = "too_large"


class WrongType(DomainError):
    status = 415
    code = "unsupported_media_type"


class Unprocessable(DomainError):
    status = 422
    code = "idempotency_mismatch"


class TooFast(DomainError):
    """A rate limit; `retry_after` says in how many seconds it opens again."""

    status = 429
    code = "throttled"


class ReadOnlyMode(DomainError):
    status = 503
    code = "read_only"

    def default_message(self) -> str:
        return _("The site is read-only for maintenance. Your text is kept; try again in a few minutes.")
