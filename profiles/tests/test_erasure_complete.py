"""After an erasure nothing of the person is left: words are planted everywhere, then everything is looked through."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings

from community_platform.core import lifecycle
from community_platform.core.permissions import SYSTEM
from profiles.services import erasure
from profiles.tests.planting import dump, plant

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]  # rows are made without the services that count


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def files_of(folder: Path) -> str:
    return "\n".join(
        f"{path.relative_to(folder)}: {path.read_bytes().decode(errors='replace')}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def leaks(planted, text):
    """Return where words are left, without those that are declared to stay."""
    stays = lifecycle.staying()
    return {
        f"{column} (reached by {link})"
        for word, (link, column) in planted.words.items()
        if word in text and link not in stays and column not in stays
    }


def test_no_planted_word_is_left_in_any_table_or_file(
    make_user, media, django_capture_on_commit_callbacks
):
    person, other = make_user("tatiana"), make_user("olga")
    planted = plant(person, other)
    before = dump() + files_of(media)
    assert len(planted.count) > 60
    assert [word for word in planted.words if word not in before] == [], "planting does not reach the tables"
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_account(actor=SYSTEM, account=person)
    left = leaks(planted, dump() + files_of(media))
    assert not left, "\n".join(sorted(left)) + (
        "\nerase it in <app>/services/lifecycle.py, or say in <app>/exports.py by lifecycle.stays() why it stays"
    )


def test_a_second_erasure_changes_nothing(make_user, media, django_capture_on_commit_callbacks):
    person, other = make_user("tatiana"), make_user("olga")
    plant(person, other)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_account(actor=SYSTEM, account=person)
    before = dump()
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_account(actor=SYSTEM, account=person)
        lifecycle.erase(type(person).objects.get(pk=person.pk))
    after = dump()
    index = ("forum_search_words",)  # how SQLite keeps its full text index inside
    lines = (line for line in after.splitlines() if not line.startswith(index))
    assert [line for line in lines if line not in before and "revision" not in line] == []


def test_what_stays_is_declared_of_columns_that_exist():
    links = lifecycle.links()
    models = {link.rpartition(".")[0]: field.model for link, field in links.items()}
    for name, reason in lifecycle.staying().items():
        label, _dot, column = name.rpartition(".")
        assert name in links or column in {field.name for field in models[label]._meta.fields}, name
        assert len(reason) > 10
    assert django_settings.MEDIA_ROOT
