"""Indexes that answer "what is unread", and levels of watching for what was written before there were any."""

from django.db import migrations, models

WATCHING, TRACKING = 3, 2
# SQLite knows no columns beside the key: there the indexes are as the models say.
COVERING = {
    "topic_by_activity": (
        "forum_topic (last_post_at DESC, id DESC)",
        "INCLUDE (last_post_number, category_id, course_id, last_post_author_id) WHERE deleted_at IS NULL",
    ),
    "topic_read_state": (
        "forum_topicread (user_id, topic_id)",
        "INCLUDE (last_read_number, level, is_manual, read_at)",
    ),
}


def cover(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, (key, rest) in COVERING.items():
            schema_editor.execute(f"DROP INDEX {name}")
            schema_editor.execute(f"CREATE INDEX {name} ON {key} {rest}")


def uncover(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, (key, rest) in COVERING.items():
            condition = rest.partition(")")[2]
            schema_editor.execute(f"DROP INDEX {name}")
            schema_editor.execute(f"CREATE INDEX {name} ON {key} {condition}")


def give_levels(apps, schema_editor):
    """Who began a topic watches it, who replied tracks it, as if they had written today."""
    reads = apps.get_model("forum", "TopicRead").objects.filter(level=None)
    posts = apps.get_model("forum", "Post").objects
    own = posts.filter(topic=models.OuterRef("topic"), author=models.OuterRef("user"))
    reads.filter(models.Exists(own.filter(number=1))).update(level=WATCHING)
    reads.filter(models.Exists(own)).update(level=TRACKING)


class Migration(migrations.Migration):

    dependencies = [
        ("forum", "0006_search_topic"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="topicread", name="topic_read_recent"),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("best_answer__isnull", False), ("deleted_at__isnull", True)),
                fields=["-last_post_at", "-id"],
                name="topic_solved",
            ),
        ),
        migrations.AddIndex(
            model_name="topicread",
            index=models.Index(fields=["user", "topic"], name="topic_read_state"),
        ),
        migrations.RunPython(cover, uncover, elidable=False),
        migrations.RunPython(give_levels, migrations.RunPython.noop, elidable=True),
    ]
