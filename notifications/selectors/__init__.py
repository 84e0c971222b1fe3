"""Reads of the inbox, of preferences and of what leaves the site."""
