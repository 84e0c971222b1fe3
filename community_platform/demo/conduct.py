"""What waits for the moderators of the demo school: some texts that people reported, one that the site held, one decided."""

from datetime import timedelta
from typing import Any

from community_platform.demo.seeding import Seeding
from community_platform.demo.talk import unhurried
from forum.models import Comment, Post, Topic
from forum.services import posts
from forum.services.counting import last_activity
from profiles.models import ReviewCase, User
from profiles.services import reports, review
from profiles.services.review import Sentence

SPAM = "Tired of homework? **Ready-made solutions for every course**, delivered in an hour: https://essays.example/python"
RUDE = "If you still do not get this after three explanations, maybe programming is simply not for you."
ANSWERS = "The right choices of the second quiz are b, d, a, a, c. No need to thank me."
QUIET = "Вопрос не по теме, но кто идёт в кино в субботу?"


def make(run: Seeding) -> None:
    """Let people report texts over the last two days, the newest an hour ago."""
    strangers = [user for user in run.circle if user.username not in run.people][:4]
    spammer, rude, helper, quiet = strangers
    anna, boris, chen, maxim = (run.people[name] for name in ("anna", "boris", "chen", "maxim"))
    with unhurried():
        spam = _say(run, spammer, SPAM, hours=5)
        _report(run, boris, spam, "spam", "The third one today.", hours=4)
        _report(run, anna, spam, "spam", "", hours=3)
        insult = _say(run, rude, RUDE, hours=26, nth=1)
        _report(run, chen, insult, "abusive", "Said to somebody who asked their first question.", hours=20)
        key = _say(run, helper, ANSWERS, hours=9, nth=2)
        _report(run, run.people["irina"], key, "cheating", "These are answers of a quiz that is still open.", hours=8)
        held = _say(run, spammer, SPAM.replace("python", "sql"), hours=2, nth=3)
        reports.hold(kind="post", pk=held.pk, reason="spam", note="The same address for the third time, by a new account.")
        _settle(run, held, hours=2)
        chat = _say(run, quiet, QUIET, hours=40, nth=4)
        case = _report(run, anna, chat, "off_topic", "", hours=39)
        sentence = Sentence(kind="warning", until=None, reason="Please keep to the topic.")
        review.resolve(actor=maxim, case=case, action="hide", note="Second time this week.", penalty=sentence)
        comment = Comment.objects.filter(deleted_at=None, author=boris).order_by("pk").first()
        if comment is not None:
            reports.report(actor=chen, kind="comment", pk=comment.pk, reason="other", note="Is this still true?")


def _say(run: Seeding, author: User, text: str, *, hours: int, nth: int = 0) -> Post:
    """Reply in a topic that was quiet by then, `hours` ago."""
    moment = run.now - timedelta(hours=hours)
    rows = Topic.objects.live().filter(is_locked=False, last_post_at__lt=moment).order_by("-last_post_at", "pk")
    post = posts.reply(actor=author, topic=rows[nth], content=text)
    Post.objects.filter(pk=post.pk).update(created_at=moment)
    Topic.objects.filter(pk=post.topic_id).update(**last_activity(post.topic))
    return post


def _report(run: Seeding, actor: User, post: Post, reason: str, note: str, *, hours: int) -> ReviewCase:
    flag = reports.report(actor=actor, kind="post", pk=post.pk, reason=reason, note=note)
    moment = run.now - timedelta(hours=hours)
    type(flag).objects.filter(pk=flag.pk).update(created_at=moment)
    ReviewCase.objects.filter(pk=flag.case_id, flags_count=1).update(created_at=moment)
    return flag.case


def _settle(run: Seeding, post: Any, *, hours: int) -> None:
    """Date the case of a text that the site held."""
    moment = run.now - timedelta(hours=hours)
    cases = ReviewCase.objects.filter(kind="post", object_id=post.pk)
    cases.update(created_at=moment)
    for case in cases:
        case.flags.update(created_at=moment)
