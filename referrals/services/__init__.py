"""Every write to referrals, by area: codes, claiming, rewarding, reviewing, reversing, devices."""
