"""Tags: synonyms, merging, editing; pages and API; #words in texts."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from community_platform.core.errors import Conflict, Invalid, NotAllowed, Stale
from forum import services
from forum.models import Tag, Topic, Watch, WatchLevel
from forum.services.tagging import tag_revision
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import ModerationAction, User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]


def edit(actor: User, tag: Tag, **changes: Any) -> Tag:
    return services.edit_tag(actor=actor, tag=tag, **({"name": tag.name, "description": tag.description} | changes))


def counters() -> dict[str, int]:
    return dict(Tag.objects.values_list("slug", "topics_count"))


@pytest.fixture
def python(maxim: User) -> Tag:
    TopicFactory(tags=["Python"])
    return edit(maxim, Tag.objects.get(slug="python"), synonyms=["py", "CPython"])


def test_who_writes_a_synonym_gets_its_tag(python: Tag) -> None:
    topic = TopicFactory(tags=["PY", "cpython", "other"])
    assert sorted(topic.tags.values_list("slug", flat=True)) == ["other", "python"]
    assert counters() == {"python": 2, "py": 0, "cpython": 0, "other": 1}


def test_synonyms_are_given_changed_and_taken_back(python: Tag, maxim: User) -> None:
    edit(maxim, python, synonyms=["py", "python3"])
    assert sorted(python.synonyms.values_list("slug", flat=True)) == ["py", "python3"]
    assert Tag.objects.get(slug="cpython").synonym_of is None
    edit(maxim, python, description="A language")
    assert python.synonyms.count() == 2


@pytest.mark.parametrize("words", [["python"], ["used"], ["a"], ["!!"], [f"word{n}" for n in range(21)]])
def test_a_synonym_must_be_free_and_a_word(python: Tag, maxim: User, words: list[str]) -> None:
    TopicFactory(tags=["used"])
    with pytest.raises(Invalid) as refused:
        edit(maxim, python, synonyms=words)
    assert refused.value.field == "synonyms"


def test_only_moderators_edit_and_merge(python: Tag, anna: User) -> None:
    other = TopicFactory(tags=["other"]).tags.get()
    with pytest.raises(NotAllowed):
        edit(anna, python, name="Snake")
    with pytest.raises(NotAllowed):
        services.merge_tags(actor=anna, tag=other, into=python)


def test_a_stale_edit_is_refused(python: Tag, maxim: User) -> None:
    seen = tag_revision(python)
    edit(maxim, python, description="One", expected_revision=seen)
    with pytest.raises(Stale):
        edit(maxim, python, description="Two", expected_revision=seen)


def test_merging_moves_topics_counters_synonyms_and_watches(python: Tag, anna: User, boris: User, maxim: User) -> None:
    both, one = TopicFactory(tags=["python", "snake"]), TopicFactory(tags=["snake"])
    gone = TopicFactory(tags=["snake"])
    services.delete_topic(actor=maxim, topic=gone)
    snake = Tag.objects.get(slug="snake")
    edit(maxim, snake, synonyms=["serpent"])
    Watch.objects.create(user=anna, tag=snake, level=WatchLevel.WATCHING)
    Watch.objects.create(user=boris, tag=snake, level=WatchLevel.WATCHING)
    Watch.objects.create(user=boris, tag=python, level=WatchLevel.MUTED)
    services.merge_tags(actor=maxim, tag=snake, into=python)
    assert counters() == {"python": 3, "py": 0, "cpython": 0, "snake": 0, "serpent": 0}
    for topic in (both, one, gone):
        assert list(topic.tags.values_list("slug", flat=True)) == ["python"]
    assert sorted(python.synonyms.values_list("slug", flat=True)) == ["cpython", "py", "serpent", "snake"]
    assert sorted(Watch.objects.values_list("user__username", "tag__slug", "level")) == [
        ("anna", "python", WatchLevel.WATCHING), ("boris", "python", WatchLevel.MUTED),
    ]  # fmt: skip
    services.restore_topic(actor=maxim, topic=gone)
    assert counters()["python"] == 4
    assert ModerationAction.objects.filter(action="merge_tag").count() == 1


def test_a_tag_is_not_merged_into_itself_or_with_a_synonym(python: Tag, maxim: User) -> None:
    other = TopicFactory(tags=["other"]).tags.get()
    with pytest.raises(Conflict):
        services.merge_tags(actor=maxim, tag=python, into=python)
    for pair in ((Tag.objects.get(slug="py"), other), (other, Tag.objects.get(slug="py"))):
        with pytest.raises(Conflict):
            services.merge_tags(actor=maxim, tag=pair[0], into=pair[1])


def test_the_address_of_a_synonym_leads_to_its_tag_for_good(as_html: Html, python: Tag) -> None:
    answer = as_html().get("/forum/tag/py/")
    assert (answer.status_code, answer["Location"]) == (301, "/forum/tag/python/")


def test_pages_of_tags(as_html: Html, python: Tag, anna: User, maxim: User) -> None:
    edit(maxim, python, description="A <language>")
    listed = as_html().get("/forum/tags/?q=cpy").content.decode()
    assert "#Python" in listed
    assert "Also: #CPython, #py" in " ".join(listed.replace("\n", " ").split())
    page = as_html().get("/forum/tag/python/").content.decode()
    assert "A &lt;language&gt;" in page
    assert "/forum/tag/python/feed/" in page
    assert "/forum/tag/python/edit/" not in page
    assert "/forum/tag/python/edit/" in as_html(maxim).get("/forum/tag/python/").content.decode()
    assert as_html(anna).get("/forum/tag/python/edit/").status_code == 403
    for path in ("/forum/tags/?q=%5B%00", "/forum/tags/?order=x&page=99", "/forum/tags/?q=%F0%9F%90%8D"):
        assert as_html().get(path).status_code in {200, 400}


def test_moderators_edit_and_merge_by_form(as_html: Html, python: Tag, maxim: User) -> None:
    TopicFactory(tags=["snake"])
    client = as_html(maxim)
    form = client.get("/forum/tag/python/edit/").context["editing"]
    sent = {name: str(form[name].value()) for name in form.fields}
    assert sent["synonyms"] == "CPython, py"
    assert client.post("/forum/tag/python/edit/", sent | {"description": "Snakes"}).status_code == 302
    assert client.post("/forum/tag/python/edit/", sent | {"description": "Stale"}).status_code == 412
    assert client.post("/forum/tag/snake/merge/", {"into": "nothing"}).status_code == 400
    assert client.post("/forum/tag/snake/merge/", {"into": "#Python"}).status_code == 302
    python.refresh_from_db()
    assert (python.description, python.topics_count) == ("Snakes", 2)


def test_the_api_of_tags(as_api: Api, python: Tag, anna: User, maxim: User) -> None:
    TopicFactory(tags=["snake"])
    body = as_api().get("/api/forum/tags?q=PY").json()
    assert [(row["slug"], row["topics_count"], row["synonyms"]) for row in body["results"]] == [
        ("python", 1, ["CPython", "py"])
    ]
    one = as_api().get("/api/forum/tags/py")
    assert one.json()["slug"] == "python"
    change = {"name": "Python", "description": "Snakes"}
    assert as_api(anna).put("/api/forum/tags/python", change).status_code == 403
    put = as_api(maxim).put("/api/forum/tags/python", change, headers={"If-Match": one["ETag"]})
    assert (put.status_code, put.json()["description"], put.json()["synonyms"]) == (200, "Snakes", ["CPython", "py"])
    assert put["ETag"] != one["ETag"]
    assert as_api(maxim).put("/api/forum/tags/python", change, headers={"If-Match": one["ETag"]}).status_code == 412
    assert as_api(maxim).post("/api/forum/tags/snake/merge", {"into": "nope"}).status_code == 400
    assert as_api(maxim).post("/api/forum/tags/snake/merge", {"into": "py"}).status_code == 409
    merged = as_api(maxim).post("/api/forum/tags/snake/merge", {"into": "python"})
    assert (merged.status_code, merged.json()["topics_count"]) == (200, 2)
    assert as_api().get("/api/forum/tags/nothing").status_code == 404


def test_a_word_behind_a_hash_links_to_its_tag(python: Tag, anna: User) -> None:
    text = "#python and #PY, `#python`, C#, #1, #nothing, [#python](/x/), http://a.example/#python"
    html = reply(TopicFactory(), anna, text).content_html
    assert html.count('<a class="hashtag" href="/forum/tag/python/">') == 2
    assert '<a class="hashtag" href="/forum/tag/python/">#PY</a>, <code>#python</code>' in html
    assert "#nothing," in html


def test_a_heading_is_no_tag(python: Tag, anna: User) -> None:
    html = reply(TopicFactory(), anna, "# python\n\n#python").content_html
    assert "<h3>python</h3>" in html
    assert html.count("hashtag") == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_topics_that_get_a_tag_while_it_is_merged_away_end_with_its_target(maxim: User) -> None:
    shelf = CategoryFactory()
    people = [User.objects.create_user(username=f"writer{n}", email=f"w{n}@example.com") for n in range(6)]
    topics = [TopicFactory(category=shelf, author=person, tags=["old"]) for person in people]
    old, new = Tag.objects.get(slug="old"), Tag.objects.create(slug="new", name="new")
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    jobs: list[Callable[[], object]] = [lambda: services.merge_tags(actor=maxim, tag=old, into=new)]
    for person, topic in zip(people, topics, strict=True):
        jobs.append(lambda person=person: TopicFactory(category=shelf, author=person, tags=["old"]))
        jobs.append(lambda person=person, topic=topic: services.delete_topic(actor=person, topic=topic))
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert counters() == {"old": 0, "new": 6}
    assert Topic.objects.filter(tags__slug="old").count() == 0
