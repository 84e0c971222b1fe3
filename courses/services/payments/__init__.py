"""Payment providers behind one protocol: `settings.PAYMENT_PROVIDERS` names them, `PAYMENT_PROVIDER` the one in use.

A provider takes the buyer's money on its own pages and tells us by signed messages, which may come twice, late and in
any order. What a message means for an order is `courses.services.orders`; here it is only read and checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, NotFound
from courses.models import Order

MessageKind = Literal["paid", "failed", "refunded"]


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that was begun: the provider's reference of it, and the page where the buyer pays."""

    reference: str  # at most 120 characters
    url: str  # at most 500 characters


@dataclass(frozen=True, slots=True)
class Message:
    """What a provider says about one payment. `refund` is its reference of a refund, the same however often it is told.

    `amount_minor` is what was paid or given back, in minor units.
    """

    kind: MessageKind
    reference: str
    amount_minor: int
    currency: str
    at: datetime
    refund: str = ""


class Provider(Protocol):
    """One way to be paid."""

    name: str

    def begin(self, order: Order) -> Payment:
        """Begin the payment of `order`. The same order again is the same payment. Raises: Conflict `payment_failed`."""

    def cancel(self, order: Order) -> None:
        """Take no money for `order` from now on, if that is still possible. Repeatable; raises nothing."""

    def refund(self, order: Order, amount_minor: int, key: str) -> str:
        """Give money back and return the reference of the refund; the same `key` again gives nothing twice.

        Raises: Conflict `refund_failed`.
        """

    def read(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """Return what a request to our webhook says. Raises: NotAllowed `bad_signature`, Invalid."""


def get(name: str) -> Provider:
    """Return the provider called `name`. Raises: NotFound."""
    path = settings.PAYMENT_PROVIDERS.get(name)
    if path is None:
        raise NotFound
    return cast(Provider, import_string(path)())


def in_use() -> Provider:
    """Return the provider that new orders are paid with. Raises: Conflict `payments_off`."""
    if not settings.PAYMENT_PROVIDER:
        raise Conflict(_("This school takes no payments at the moment."), code="payments_off")
    return get(settings.PAYMENT_PROVIDER)
