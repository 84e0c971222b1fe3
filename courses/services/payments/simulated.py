"""A provider that asks for no card: a page of ours with two buttons, and messages signed like real ones.

For demo schools and tests: without PRODUCTION orders are paid with it, in production only if it is asked for.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from courses.models import Order
from courses.services.payments import Message, MessageKind, Payment, signing

HEADER = "X-Payment-Signature"
KINDS = ("paid", "failed", "refunded")


class Simulated:
    """See `courses.services.payments.Provider`."""

    name = "simulated"

    def begin(self, order: Order) -> Payment:
        return Payment(f"sim_{order.number.hex}", f"{order.get_absolute_url()}pay/")

    def cancel(self, order: Order) -> None:
        """Nothing to do: the page asks whether the order is still open."""

    def refund(self, order: Order, amount_minor: int, key: str) -> str:
        digest = hashlib.sha256(f"{order.provider_reference}/{key}".encode()).hexdigest()
        return f"sim_re_{digest[:32]}"

    def read(self, body: bytes, headers: Mapping[str, str]) -> Message:
        signing.check(body, headers.get(HEADER, ""))
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Invalid(_("The body is not valid JSON.")) from error
        return _message(data)


def message(order: Order, kind: str, **more: Any) -> tuple[bytes, dict[str, str]]:
    """Return (body, headers) of a message about `order`, as this provider sends it: what its two buttons do."""
    data = {
        "type": kind, "reference": order.provider_reference, "amount_minor": order.amount_minor,
        "currency": order.currency, "at": timezone.now().isoformat(), **more,
    }  # fmt: skip
    body = json.dumps(data).encode()
    return body, {HEADER: signing.sign(body)}


def _message(data: Any) -> Message:
    if not isinstance(data, dict) or data.get("type") not in KINDS:
        raise Invalid(_("This kind of message is not known."), field="type")
    texts = [data.get(name, "") for name in ("reference", "currency", "refund")]
    if not all(isinstance(text, str) and len(text) <= 120 for text in texts) or not texts[0]:
        raise Invalid(_("A message names its payment."), field="reference")
    amount = data.get("amount_minor")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount < 2**53:
        raise Invalid(_("An amount is a whole number of minor units."), field="amount_minor")
    if data["type"] == "refunded" and not texts[2]:
        raise Invalid(_("A refund has a reference."), field="refund")
    return Message(cast(MessageKind, data["type"]), texts[0], amount, texts[1], _moment(data.get("at")), texts[2])


def _moment(said: Any) -> datetime:
    try:
        at = parse_datetime(said) if isinstance(said, str) else None
    except ValueError:
        at = None
    if at is None:
        raise Invalid(_("Say when it happened."), field="at")
    return at if at.tzinfo else at.replace(tzinfo=UTC)
