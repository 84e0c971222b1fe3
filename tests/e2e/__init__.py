"""Browser tests: a real server process with the demo school, driven by Chromium."""
