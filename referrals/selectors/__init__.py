"""Reads of referrals, by area: codes, own page, board, metrics, risk."""
