"""allauth's door to the accounts."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up through pages writes by the same service as the API."""
