"""How long somebody had a form open: a signed moment that travels with it.

A browser cannot make one up, only keep an old one: so it says "not faster than", which is what guards ask.
"""

import time

from django.core import signing

_SALT = "form-opened"


def opened_now() -> str:
    """Return the value of the hidden field of a form that is rendered now."""
    return signing.dumps(round(time.time(), 1), salt=_SALT)


def seconds_since(opened: str) -> float | None:
    """Return how many seconds ago the form was rendered, or None when it does not say."""
    try:
        return max(0.0, time.time() - float(signing.loads(opened, salt=_SALT)))
    except (signing.BadSignature, TypeError, ValueError):
        return None
