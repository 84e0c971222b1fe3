"""The demo school: a community that looks lived in, made again exactly from one number.

It stands above every app, like settings and URLs do, and may import all of them; nothing imports it but commands and
tests. Small schools are written through services, larger ones by bulk inserts whose counters are exact.
"""
