"""A Discourse forum, as its public JSON tells of it, becomes a forum here."""

# ruff: noqa: E501 - samples of what another program writes

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from community_platform.core import consistency
from community_platform.core.errors import Invalid, NotAllowed
from community_platform.core.permissions import SYSTEM
from forum import services
from forum.models import Category, ImportedRow, Like, Post, Tag, Topic
from forum.services.transfer import discourse
from forum.services.transfer.cooked import from_html, from_raw
from forum.services.transfer.discourse import import_discourse
from forum.tests.factories import reply
from notifications.models import Notification
from profiles.models import User

pytestmark = pytest.mark.django_db


def post(pk: int, number: int, who: str, cooked: str, **fields: Any) -> dict[str, Any]:
    """Return a post as /t/ID.json shows it."""
    return {
        "id": pk, "name": who.title(), "username": who, "avatar_template": "/a/{size}.png",
        "created_at": f"2024-03-0{min(number, 9)}T10:00:00.000Z", "updated_at": f"2024-03-0{min(number, 9)}T10:00:00.000Z",
        "cooked": cooked, "post_number": number, "post_type": 1, "reply_count": 0, "reply_to_post_number": None,
        "topic_id": 12, "version": 1, "hidden": False, "user_deleted": False, "actions_summary": [], "yours": False,
        "accepted_answer": False, **fields,
    }  # fmt: skip


CATEGORIES = {
    "category_list": {
        "can_create_category": False,
        "categories": [
            {
                "id": 5, "name": "Support", "slug": "support", "color": "25AAE2", "position": 2, "read_restricted": False,
                "description_text": "Ask here", "topic_count": 2, "custom_fields": {"enable_accepted_answers": "true"},
                "subcategory_list": [{"id": 6, "name": "Вопросы", "slug": "-", "position": 3, "description": "<p>О <b>всём</b></p>"}],
            },
            {"id": 7, "name": "Staff", "slug": "staff", "position": 9, "read_restricted": True},
        ],
    }
}  # fmt: skip
LATEST = {
    "users": [{"id": 3, "username": "carol", "name": "Carol C.", "avatar_template": "/c.png"}],
    "topic_list": {
        "per_page": 30,
        "topics": [
            {"id": 12, "title": "How do I <sort> it?", "fancy_title": "How do I &lt;sort&gt; it?", "views": 321, "pinned": True,
             "closed": True, "archived": False, "visible": True, "category_id": 5, "tags": ["c++", "sorting"],
             "has_accepted_answer": True, "posters": []},
            {"id": 99, "title": "Known by its title only", "posts_count": 1},
        ],
    },
}  # fmt: skip
TOPIC = {
    "id": 12, "title": "How do I <sort> it?", "created_at": "2024-03-01T10:00:00.000Z", "views": 321, "closed": True,
    "category_id": 5, "archetype": "regular", "tags": [{"id": 1, "name": "c++", "slug": "c"}, {"id": 2, "name": "sorting"}],
    "pinned_globally": False, "pinned": True, "accepted_answer": {"post_number": 4, "username": "bob"},
    "post_stream": {
        "stream": [101, 102, 103, 104, 105, 106],
        "posts": [
            post(101, 1, "alice", '<p>How? <a class="mention" href="/u/bob">@bob</a></p><pre><code class="lang-python">x</code></pre>'),
            post(102, 2, "system", "<p>closed</p>", post_type=3, action_code="closed.enabled"),
            post(103, 3, "carol", "<p>No idea</p>", hidden=True),
        ],
    },
}  # fmt: skip
MORE = {
    "id": 12,
    "post_stream": {
        "posts": [
            post(
                104, 4, "bob", "<p>ignored, raw is there</p>", raw='[quote="alice, post:1, topic:12"]\nHow?\n[/quote]\nUse `sorted`.',
                accepted_answer=True, reply_to_post_number=1, version=3, updated_at="2024-03-05T11:00:00.000Z",
                actions_summary=[{"id": 2, "count": 3}],
            ),
            post(105, 5, "alice", "<p>Thanks, <em>that</em> is it</p>", reply_to_post_number=4),
        ]
    },
}  # fmt: skip
LIKERS = {"post_action_users": [{"id": 1, "username": "alice"}, {"id": 3, "username": "carol"}]}
SECRET = {
    "id": 13, "title": "A private talk", "archetype": "private_message", "created_at": "2024-03-01T10:00:00.000Z",
    "post_stream": {"posts": [post(201, 1, "alice", "<p>psst</p>", topic_id=13)]},
}  # fmt: skip
UNLISTED = {
    "id": 14, "title": "An unlisted one", "visible": False, "category_id": 999, "created_at": "2024-03-02T10:00:00.000Z",
    "post_stream": {"posts": [post(301, 1, "dave", "<p>buy this</p>", topic_id=14)]},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "meta.example"
    for name, content in {
        "categories.json": CATEGORIES, "latest.json": LATEST, "t/12.json": TOPIC, "t/12/posts.json": MORE,
        "t/13.json": SECRET, "t/14.json": UNLISTED, "post_action_users/104.json": LIKERS, "about.json": {"about": {}},
    }.items():  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    return root


def test_a_topic_comes_with_all_that_belongs_to_it(folder: Path) -> None:
    added = import_discourse(actor=SYSTEM, folder=folder)
    topic = Topic.objects.get(title="How do I <sort> it?")
    assert (topic.category.slug, topic.kind, topic.is_locked, topic.is_pinned) == (
        "support",
        "question",
        True,
        True,
    )
    assert (topic.views_count, topic.replies_count, topic.likes_count) == (321, 2, 0)
    assert sorted(topic.tags.values_list("slug", flat=True)) == ["cplusplus", "sorting"]
    body, hidden, best, thanks = topic.posts.order_by("number")
    assert [post.number for post in (body, hidden, best, thanks)] == [
        1,
        2,
        3,
        4,
    ]  # without the note of the closing
    assert body.content == "How? @bob\n\n```python\nx\n```"
    assert 'href="/profile/bob/"' in body.content_html
    assert (hidden.is_hidden, hidden.deleted_at is not None) == (True, True)
    assert topic.best_answer == best
    assert best.content == "> @alice:\n>\n> How?\n\nUse `sorted`."
    assert (best.reply_to, best.revision, best.is_edited, best.likes_count) == (body, 2, True, 2)
    assert best.created_at.isoformat() == "2024-03-04T10:00:00+00:00"
    assert (thanks.content, thanks.reply_to) == ("Thanks, *that* is it", best)
    assert set(Like.objects.values_list("user__username", flat=True)) == {"alice", "carol"}
    carol = User.objects.get(username="carol")
    assert (carol.display_name, carol.has_usable_password(), carol.role) == ("Carol", False, "student")
    assert (added["topics"], added["posts"], added["likes"], added["nameless likes"]) == (2, 5, 2, 1)
    assert (added["skipped"], added["missing"]) == (
        2,
        1,
    )  # the note and the private talk; post 106 is in no file
    assert not Notification.objects.exists()


def test_categories_keep_who_may_see_them(folder: Path) -> None:
    import_discourse(actor=SYSTEM, folder=folder)
    assert Category.objects.get(slug="staff").audience == "staff"
    inner = Category.objects.get(name="Вопросы")
    assert (inner.slug, inner.description, inner.audience) == ("support-voprosy", "О **всём**", "everyone")
    unlisted = Topic.objects.get(title="An unlisted one")
    assert (unlisted.category.slug, unlisted.category.audience) == ("discourse", "staff")
    assert unlisted.deleted_at is not None
    assert not Post.objects.filter(content="psst").exists()


def test_again_adds_nothing_and_later_files_add_the_rest(folder: Path, anna: User) -> None:
    import_discourse(actor=SYSTEM, folder=folder)
    counts = [model.objects.count() for model in (Topic, Post, Like, User, Tag, Category, ImportedRow)]
    added = import_discourse(actor=SYSTEM, folder=folder)
    assert {
        name for name in ("topics", "posts", "likes", "people", "tags", "categories") if added[name]
    } == set()
    assert counts == [
        model.objects.count() for model in (Topic, Post, Like, User, Tag, Category, ImportedRow)
    ]
    topic = Topic.objects.get(title="How do I <sort> it?")
    services.lock_topic(actor=SYSTEM, topic=topic, is_locked=False)
    reply(topic, anna, "Written here")
    late = {"id": 12, "post_stream": {"posts": [post(106, 6, "erin", "<p>Late</p>", reply_to_post_number=5)]}}
    (folder / "t/12/late.json").write_text(json.dumps(late))
    added = import_discourse(actor=SYSTEM, folder=folder)
    assert (added["posts"], added["people"], added["missing"]) == (1, 1, 0)
    last = topic.posts.get(number=6)
    assert (last.content, last.reply_to.content) == ("Late", "Thanks, *that* is it")
    topic.refresh_from_db()
    assert (topic.last_post_number, topic.replies_count) == (6, 4)


def test_an_interrupted_import_goes_on_where_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discourse, "BATCH", 1)
    write = discourse.write_topics

    def pulled(source: str, topics: Any) -> Any:
        written = write(source, topics)
        if Topic.objects.exists():
            raise ConnectionError
        return written

    monkeypatch.setattr(discourse, "write_topics", pulled)
    with pytest.raises(ConnectionError):
        import_discourse(actor=SYSTEM, folder=folder)
    assert [result.invariant.id for result in consistency.check() if result.violations] == []
    monkeypatch.setattr(discourse, "write_topics", write)
    import_discourse(actor=SYSTEM, folder=folder)
    assert (Topic.objects.count(), Post.objects.count()) == (2, 5)


def test_a_name_that_is_taken_here_is_another_person_unless_said_otherwise(
    folder: Path, make_user: Any
) -> None:
    local = make_user("bob")
    import_discourse(actor=SYSTEM, folder=folder)
    guest = User.objects.get(username="bob-2")
    assert (guest.posts.count(), local.posts.count()) == (1, 0)
    assert "@bob-2" in Post.objects.get(number=1, topic__title="How do I <sort> it?").content
    late = {"id": 12, "post_stream": {"posts": [post(106, 6, "erin", "<p>Ask @bob</p>")]}}
    (folder / "t/12/late.json").write_text(json.dumps(late))
    import_discourse(actor=SYSTEM, folder=folder)
    assert Post.objects.get(author__username="erin").content == "Ask @bob-2"  # still the one from there
    assert not ImportedRow.objects.filter(kind="user", key__contains="bob").exists()
    import_discourse(actor=SYSTEM, folder=folder, source="the same forum by another name", same_people=True)
    assert local.posts.count() == 1


def test_only_administrators_import(folder: Path, maxim: User) -> None:
    with pytest.raises(NotAllowed):
        import_discourse(actor=maxim, folder=folder)


def test_a_broken_file_or_an_empty_folder_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no topic"):
        import_discourse(actor=SYSTEM, folder=tmp_path / "nothing")
    (folder / "t/15.json").write_text('{"id": 15, "post_stream": ')
    with pytest.raises(Invalid, match=r"15\.json"):
        import_discourse(actor=SYSTEM, folder=folder)
    assert not Topic.objects.exists()


def test_the_command_says_what_it_did(folder: Path, tmp_path: Path) -> None:
    said = io.StringIO()
    call_command("import_discourse", str(folder), stdout=said)
    assert "2 topics" in said.getvalue()
    with pytest.raises(CommandError, match="no folder"):
        call_command("import_discourse", str(tmp_path / "absent"))


@pytest.mark.parametrize(
    ("cooked", "expected"),
    [
        ("<p>a<strong> b </strong>c</p>", "a **b** c"),
        ("<p>2 * 3 &lt; 4 &amp;amp; _x_ snake_case $5 [x]</p>", "2 \\* 3 \\< 4 \\&amp; \\_x\\_ snake_case \\$5 \\[x\\]"),
        ("<p># no title</p><p>1. no list</p><p>- no list</p>", "\\# no title\n\n1\\. no list\n\n\\- no list"),
        ("<p>a<br>b</p><hr><p>c</p>", "a\\\nb\n\n---\n\nc"),
        ("<ol start='3'><li>x</li><li>y<ul><li>z</li></ul></li></ol>", "3. x\n4. y\n\n   - z"),
        ("<h2><a class='anchor' href='#t'></a>T</h2>", "## T"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td></tr></table>", "| a | b |\n| --- | --- |\n| 1\\|2 |  |"),
        ("<p><a href='javascript:alert(1)'>x</a> <a href='https://e.org/(a)'>y</a></p>", "x [y](https://e.org/%28a%29)"),
        ("<p><img class='emoji' title=':smile:' alt=':smile:'> <img src='//e.org/a.png' alt='A'></p>", ":smile: ![A](https://e.org/a.png)"),
        ("<aside class='quote' data-username='bob'><div class='title'>bob:</div><blockquote><p>q</p></blockquote></aside><p>a</p>", "> @bob:\n>\n> q\n\na"),
        ("<aside class='onebox' data-onebox-src='https://e.org/p'><article><h3>T</h3></article></aside>", "<https://e.org/p>"),
        ("<details><summary>S</summary><p>h</p></details><p><span class='spoiler'>b</span></p>", ":::spoiler S\nh\n:::\n\n||b||"),
        ("<pre><code class='lang-auto'>`` ``` x</code></pre>", "````\n`` ``` x\n````"),
        ("<p><code>a`b</code></p><script>alert(1)</script></div></p>", "``a`b``"),
        ("<p>unclosed <b>bold", "unclosed **bold**"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(cooked: str, expected: str) -> None:
    assert from_html(cooked) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('[quote="bob, post:3, topic:1"]\na\n[quote="al"]b[/quote]\n[/quote]\nc', "> @bob:\n>\n> a\n>\n> > @al:\n> >\n> > b\n\nc"),
        ('[details="T"]\nx\n[/details]\n[spoiler]y[/spoiler]', ":::spoiler T\nx\n:::\n\n||y||"),
        ("![shot|690x388](upload://a1B.png) [f.zip|attachment](upload://c.zip)", "*shot* *f.zip*"),
        ("[quote]open for ever", "[quote]open for ever"),
    ],
)  # fmt: skip
def test_raw_becomes_our_markdown(raw: str, expected: str) -> None:
    assert from_raw(raw) == expected
