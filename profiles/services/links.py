"""Addresses that people show on their profile: of the right host, and nothing but addresses."""

from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Invalid

URL_HIGH = 200
HOSTS = {
    "linkedin_url": ("linkedin.com",),
    "github_url": ("github.com",),
    "twitter_url": ("x.com", "twitter.com"),
}
FIELDS = ("website", *HOSTS)
_is_url = URLValidator(schemes=["https", "http"])


def clean_link(value: str, *, field: str) -> str:
    """Return `value` as an https address (a website may stay http), "" for nothing, or raise Invalid on `field`.

    What people type is understood: "github.com/anna", "www.linkedin.com/in/anna", and for GitHub and X a bare "@anna".
    """
    value = text.clean(value, field=field, low=0, high=URL_HIGH, multiline=False)
    if not value:
        return ""
    hosts = HOSTS.get(field, ())
    if hosts and field != "linkedin_url" and "/" not in value and "." not in value:
        value = f"{hosts[0]}/{value.removeprefix('@')}"
    if "://" not in value:
        value = f"https://{value}"
    try:
        _is_url(value)
        parts = urlsplit(value)
        port = parts.port
    except (ValidationError, ValueError):
        raise Invalid(_("Enter a web address such as https://example.com."), code="invalid_url", field=field) from None
    host = (parts.hostname or "").removeprefix("www.")
    if parts.username is not None or parts.password is not None or port is not None:
        raise Invalid(_("Leave user names and ports out of the address."), code="invalid_url", field=field)
    if hosts and not any(host == known or host.endswith(f".{known}") for known in hosts):
        raise Invalid(_("Enter an address at %(host)s.") % {"host": hosts[0]}, code="wrong_host", field=field)
    if hosts and not parts.path.strip("/"):
        raise Invalid(_("Enter the address of your own page."), code="no_page", field=field)
    value = urlunsplit(parts._replace(scheme="https" if hosts else parts.scheme, fragment=""))
    if len(value) > URL_HIGH:  # a scheme was added
        raise Invalid(_("The address is too long."), code="max_length", field=field)
    return value
