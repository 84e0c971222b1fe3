"""Amounts as the ledger holds them: whole numbers of the smallest unit of a currency (ISO 4217)."""

from decimal import ROUND_HALF_UP, Decimal

# Currencies without a smaller unit. The others here have hundredths; prices have no more than two decimals.
WHOLE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())


def decimals(currency: str) -> int:
    """Return how many decimals an amount of `currency` has."""
    return 0 if currency in WHOLE else 2


def minor(amount: Decimal, currency: str) -> int:
    """Return an amount in minor units, half a unit rounded up: 12.50 USD is 1250, 1200 JPY is 1200."""
    shifted = amount.scaleb(decimals(currency))
    return int(shifted.quantize(Decimal(1), ROUND_HALF_UP))


def major(units: int, currency: str) -> Decimal:
    """Return minor units as the decimal that people read: 1250 is 12.50 USD."""
    return Decimal(units).scaleb(-decimals(currency))


def shown(units: int, currency: str) -> str:
    """Return an amount for a page, e.g. `12.50 USD`."""
    return f"{major(units, currency)} {currency}"
