"""Who hears of what. One text tells a person once: as mentioned, else as answered, else as watching the topic."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from community_platform.core.events import subscribe
from forum.events import (
    AnswerAccepted,
    AnswerEndorsed,
    CommentCreated,
    CommentEdited,
    ContentHidden,
    Liked,
    MarkedRead,
    PostCreated,
    PostEdited,
    PostsSeen,
    TopicCreated,
    Unliked,
)
from forum.models import Comment, Post
from gamification.events import BadgesEarned, BugReportDecided, StreakReminderDue
from gamification.models import Badge, BugReport, BugState
from gamification.selectors.preferences import is_shown
from notifications import catalogue, tasks
from notifications.models import Notification
from notifications.services.inbox import notify
from notifications.services.likes import forget_like, tell_like
from notifications.services.telling import mentioned, tell, unmuted
from profiles import moderation
from profiles.events import DataExportFinished, PenaltyIssued, ReportResolved
from profiles.models import Flag, Penalty, ReviewCase, User


def topic_created(event: TopicCreated) -> None:
    body = _post(topic=event.topic_id, number=1)
    if body is not None:
        tell(body, mentioned(event.mentioned), catalogue.MENTION, **_about_post(body, event.author_id))
        tasks.tell_watchers.delay(body.pk)


def post_created(event: PostCreated) -> None:
    post = _post(pk=event.post_id)
    if post is None:
        return
    about = _about_post(post, event.author_id)
    answered = [post.reply_to.author_id] if post.reply_to else []
    tell(post, mentioned(event.mentioned), catalogue.MENTION, **about)
    tell(post, unmuted(post, answered), catalogue.POST_REPLY, **about)
    tasks.tell_watchers.delay(post.pk)


def post_edited(event: PostEdited) -> None:
    """Names that the edit added; who was told of the post before is not told again."""
    post = _post(pk=event.post_id)
    if post is not None:
        tell(post, mentioned(event.mentioned), catalogue.MENTION, **_about_post(post, event.editor_id))


def comment_created(event: CommentCreated) -> None:
    comment = _comment(event.comment_id)
    if comment is None:
        return
    about = _about_comment(comment, event.author_id)
    answered = [comment.parent.author_id] if comment.parent else []
    tell(comment, mentioned(event.mentioned), catalogue.MENTION, **about)
    group = f"answers:{comment.parent_id}"
    tell(comment, answered, catalogue.COMMENT_REPLY, group=group, **about)


def comment_edited(event: CommentEdited) -> None:
    comment = _comment(event.comment_id)
    if comment is not None:
        tell(comment, mentioned(event.mentioned), catalogue.MENTION, **_about_comment(comment, event.editor_id))


def answer_accepted(event: AnswerAccepted) -> None:
    post = _post(pk=event.post_id)
    if post is not None:
        about = {"actor_id": event.actor_id, "subject": post.topic.title, "url": post.get_absolute_url()}
        tell(post, [event.author_id], catalogue.BEST_ANSWER, key=f"best_answer:{post.pk}", **about)
        asker = [post.topic.author_id] if post.topic.author_id != event.author_id else []
        tell(post, asker, catalogue.SOLVED, key=f"solved:{post.pk}", **about)


def answer_endorsed(event: AnswerEndorsed) -> None:
    post = Post.objects.filter(pk=event.post_id, deleted_at=None).select_related("topic").first()
    if post is not None and post.endorsed_at is not None:
        about = {"actor_id": event.actor_id, "subject": post.topic.title, "url": post.get_absolute_url()}
        tell(post, [event.author_id], catalogue.ENDORSED, key=f"endorsed:{post.pk}", **about)


def liked(event: Liked) -> None:
    text = _post(pk=event.post_id) if event.post_id else _comment(event.comment_id)
    if text is not None:
        about = _about_post(text, None) if isinstance(text, Post) else _about_comment(text, None)
        tell_like(
            text=text, like_id=event.like_id, liker_id=event.user_id, subject=about["subject"], url=about["url"]
        )


def unliked(event: Unliked) -> None:
    forget_like(like_id=event.like_id)


def posts_seen(event: PostsSeen) -> None:
    """What was shown on the page is read; of what is told to watchers also what stands further up."""
    shown = Q(post__number__range=(event.first, event.last))
    above = Q(post__number__lte=event.last, kind__in=_WATCHING)
    _unread(event.user_id).filter(shown | above, post__topic=event.topic_id).update(read_at=timezone.now())


def marked_read(event: MarkedRead) -> None:
    """Only what is told to watchers: who was addressed finds that in the inbox until they open it."""
    rows = _unread(event.user_id).filter(kind__in=_WATCHING, post__created_at__lte=event.until)
    if event.topic_ids:
        rows = rows.filter(post__topic__in=event.topic_ids)
    elif event.category_id is not None:
        rows = rows.filter(post__topic__category=event.category_id)
    rows.update(read_at=timezone.now())


def penalty_issued(event: PenaltyIssued) -> None:
    """The person learns the reason, not the name of who decided."""
    penalty = Penalty.objects.filter(pk=event.penalty_id).first()
    if penalty is not None:
        key, url = f"penalty:{penalty.pk}", "/forum/trust/"
        notify(
            user_ids=[event.user_id], kind=catalogue.PENALTY, actor_id=None, subject=penalty.reason, url=url, key=key
        )


_WATCHING = [kind.name for kind in catalogue.WATCHING]
DATA_URL = "/settings/data/"
REPORTS_URL = "/moderation/reports/"  # what one reported and what became of it


def _unread(user_id: int) -> Any:
    return Notification.objects.filter(user_id=user_id, read_at=None)


def _post(**which: Any) -> Post | None:
    rows = Post.objects.filter(deleted_at=None, topic__deleted_at=None, **which)
    return rows.select_related("topic__category", "reply_to").first()


def _comment(pk: int | None) -> Comment | None:
    rows = Comment.objects.filter(pk=pk or 0, deleted_at=None)
    return rows.select_related("parent", "course", "lesson__course").first()


def _about_post(post: Post, actor_id: int | None) -> dict[str, Any]:
    where = post.topic if post.is_body else post
    key = f"topic:{post.topic_id}" if post.is_body else f"post:{post.pk}"
    return {"actor_id": actor_id, "subject": post.topic.title, "url": where.get_absolute_url(), "key": key}


def _about_comment(comment: Comment, actor_id: int | None) -> dict[str, Any]:
    return {
        "actor_id": actor_id,
        "subject": comment.target.title,
        "url": f"/forum/comment/{comment.pk}/#comment-{comment.pk}",
        "key": f"comment:{comment.pk}",
    }


def content_hidden(event: ContentHidden) -> None:
    """The author of a hidden text hears of it; the page says the reason."""
    text = moderation.kind(event.kind).load([event.object_id]).get(event.object_id)
    if text is None or not text.is_hidden:
        return
    notify(
        user_ids=[event.author_id], kind=catalogue.CONTENT_HIDDEN, actor_id=None, subject=text.title, url=text.url,
        key=f"hidden:{event.kind}:{event.object_id}:{text.revision}",
        post_id=event.object_id if event.kind == "post" else None,
    )  # fmt: skip


def report_resolved(event: ReportResolved) -> None:
    """Whoever reported a text hears that somebody looked; not who."""
    case = ReviewCase.objects.filter(pk=event.case_id).first()
    if case is None:
        return
    people = Flag.objects.filter(case=case).exclude(user=None).exclude(user=event.actor_id)
    notify(
        user_ids=list(people.values_list("user", flat=True)), kind=catalogue.FLAG_RESOLVED, actor_id=None,
        subject=str(case.snapshot.get("title", "")), url=REPORTS_URL, key=f"report:{case.pk}",
    )  # fmt: skip


def data_export_finished(event: DataExportFinished) -> None:
    notify(
        user_ids=[event.user_id], kind=catalogue.DATA_EXPORT, actor_id=None, subject="", url=DATA_URL,
        key=f"data_export:{event.export_id}",
    )  # fmt: skip


def streak_ends(event: StreakReminderDue) -> None:
    notify(
        user_ids=[event.user_id], kind=catalogue.STREAK_ENDS, actor_id=None, subject=str(event.current_streak),
        url="/streak/", key=f"streak_ends:{event.on}",
    )  # fmt: skip


def bug_decided(event: BugReportDecided) -> None:
    """The person learns what became of their report; opening it again is no news."""
    report = BugReport.objects.filter(pk=event.report_id, state=event.state).first()
    if report is None or report.state == BugState.NEW:
        return
    kind = catalogue.BUG_CONFIRMED if report.state == BugState.CONFIRMED else catalogue.BUG_ANSWERED
    key = f"bug:{report.pk}:{report.state}"
    notify(user_ids=[event.user_id], kind=kind, actor_id=None, subject=report.title, url="/bugs/", key=key)


def badges_earned(event: BadgesEarned) -> None:
    """One line a badge; what the nightly pass found of long ago is one line in all, which names some."""
    badges = list(Badge.objects.filter(pk__in=event.badge_ids).order_by("-points"))
    person = User.objects.filter(pk=event.user_id).only("language").first()
    if not badges or person is None or not is_shown(person):
        return
    with translation.override(person.language or settings.LANGUAGE_CODE):
        names = ", ".join(badge.name for badge in badges[:3])
        subject = f"{names} +{len(badges) - 3}" if len(badges) > 3 else names
    kind, key = catalogue.BADGE, f"badge:{badges[0].pk}:{event.scope_key}"
    url = badges[0].get_absolute_url()
    if event.is_quiet:
        kind, key, url = catalogue.BADGES_FOUND, f"badges:{min(event.badge_ids)}:{len(badges)}", "/badges/?show=held"
    notify(user_ids=[event.user_id], kind=kind, actor_id=None, subject=subject[:160], url=url, key=key[:80])


subscribe(BadgesEarned, badges_earned)
subscribe(StreakReminderDue, streak_ends)
subscribe(BugReportDecided, bug_decided)
subscribe(DataExportFinished, data_export_finished)
subscribe(TopicCreated, topic_created)
subscribe(PostCreated, post_created)
subscribe(CommentCreated, comment_created)
subscribe(AnswerAccepted, answer_accepted)
subscribe(AnswerEndorsed, answer_endorsed)
subscribe(PostEdited, post_edited)
subscribe(CommentEdited, comment_edited)
subscribe(Liked, liked)
subscribe(Unliked, unliked)
subscribe(PostsSeen, posts_seen)
subscribe(MarkedRead, marked_read)
subscribe(PenaltyIssued, penalty_issued)
subscribe(ContentHidden, content_hidden)
subscribe(ReportResolved, report_resolved)
