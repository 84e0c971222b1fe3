"""What variables of the environment make of the settings: each case is a process of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

SHOW = """
import json
from django.conf import settings
print(json.dumps({
    "form-action": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"],
    "providers": sorted(settings.SOCIALACCOUNT_PROVIDERS),
}))
"""


def _settings_with(**variables: str) -> dict[str, list[str]]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "community_platform.settings", **variables}
    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, list[str]] = json.loads(shown.stdout)
    return answer


@pytest.mark.parametrize(
    ("variables", "providers", "origins"),
    [
        ({"GITHUB_CLIENT_ID": "", "GOOGLE_CLIENT_ID": ""}, [], []),
        ({"GITHUB_CLIENT_ID": "id", "GOOGLE_CLIENT_ID": ""}, ["github"], ["https://github.com"]),
        (
            {"GITHUB_CLIENT_ID": "id", "GOOGLE_CLIENT_ID": "id"},
            ["github", "google"],
            ["https://github.com", "https://accounts.google.com"],
        ),
    ],
)
def test_a_form_may_lead_to_the_providers_that_are_configured_and_nowhere_else(
    variables: dict[str, str], providers: list[str], origins: list[str]
) -> None:
    shown = _settings_with(**variables)
    assert shown["providers"] == providers
    assert shown["form-action"] == ["'self'", *origins]
