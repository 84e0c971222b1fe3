"""Every write to accounts, by area: account, avatar, lifecycle, profile, referral, roles, tokens."""
