"""The question after joining: asked once, skipped at will, changed in the settings."""

import pytest

from profiles.models import Profile, User

pytestmark = pytest.mark.django_db
WELCOME = "/welcome/"


def asked(person):
    return Profile.objects.get(user=person).asked_activity_at is not None


def join(client, **more):
    typed = {"username": "newcomer", "email": "new@example.com", "password1": "long-enough-7x", **more}
    return client.post("/accounts/signup/", typed)


def test_joining_leads_to_the_question(as_html):
    browser = as_html()
    answer = join(browser)
    assert (answer.status_code, answer["Location"]) == (302, "/welcome/?next=%2F")
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    assert "may others see what you do" in page.text


def test_who_was_on_the_way_somewhere_gets_there(as_html):
    assert join(as_html(), next="/courses/")["Location"] == "/courses/"


@pytest.mark.parametrize(("answer", "shows"), [("yes", True), ("no", False), ("skip", False), ("", False)])
def test_the_answer_is_stored_and_not_asked_again(anna, as_html, answer, shows):
    browser = as_html(anna)
    done = browser.post(WELCOME, {"show": answer, "next": "/courses/"})
    assert (done.status_code, done["Location"]) == (302, "/courses/")
    assert User.objects.get(pk=anna.pk).show_activity is shows
    assert asked(anna)
    assert browser.get(f"{WELCOME}?next=/forum/")["Location"] == "/forum/"


def test_skipping_changes_nothing_that_was_chosen_before(anna, as_html):
    User.objects.filter(pk=anna.pk).update(show_activity=True)
    as_html(anna).post(WELCOME, {"show": "skip"})
    person = User.objects.get(pk=anna.pk)
    assert (person.show_activity, person.revision) == (True, anna.revision)


def test_a_program_answers_by_the_settings(anna, as_api):
    assert as_api(anna).patch("/api/users/profile", {"show_activity": True}).status_code == 200
    assert User.objects.get(pk=anna.pk).show_activity


def test_it_leads_to_no_other_site(anna, as_html):
    assert as_html(anna).post(WELCOME, {"show": "no", "next": "https://evil.example/"})["Location"] == "/"


def test_visitors_are_asked_to_sign_in(as_html):
    assert as_html().get(WELCOME)["Location"].startswith("/accounts/login/")
