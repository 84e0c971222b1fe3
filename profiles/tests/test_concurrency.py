"""Twenty doors at once: only rows that a constraint or lock guards come out right."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from community_platform.core.errors import DomainError
from profiles.models import User
from profiles.services import account, profile

THREADS = 20
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(work, number=THREADS):
    """Run `work(index)` in `number` threads that start together; return what each came to."""
    barrier = Barrier(number)

    def run(index):
        try:
            barrier.wait(timeout=30)
            work(index)
        except DomainError as error:
            return error.code
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return Counter(pool.map(run, range(number)))


def test_of_parallel_registrations_of_one_name_exactly_one_wins():
    names = ["newcomer", "Newcomer", "NEWCOMER"]

    def register(index):
        account.register(username=names[index % 3], email=f"n{index}@example.com", password="long-enough-7x")

    assert at_once(register) == {"done": 1, "taken": THREADS - 1}
    assert User.objects.count() == 1


def test_of_parallel_registrations_of_one_e_mail_exactly_one_wins():
    def register(index):
        account.register(username=f"newcomer{index}", email="n@example.com", password="long-enough-7x")

    assert at_once(register) == {"done": 1, "taken": THREADS - 1}


def test_of_parallel_edits_of_one_revision_exactly_one_wins(make_user):
    anna = make_user("anna")

    def edit(index):
        profile.update_profile(actor=anna, account=anna, display_name=f"Anna {index}", expected_revision=0)

    assert at_once(edit) == {"done": 1, "stale": THREADS - 1}
    assert User.objects.get(pk=anna.pk).revision == 1
