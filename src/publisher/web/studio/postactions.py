"""What the studio does with single posts: save the editor's words, approve, send now. Each says what it did."""

from publisher.errors import PublisherError, UsageError
from publisher.newsroom.posts import curating as postdesk
from publisher.newsroom.posts.queue import post_now
from publisher.store.ledger import posts as stored_posts
from publisher.store.ledger.posts import StoredPost
from publisher.web.studio import posts
from publisher.web.studio.asking import Asked

DONE = {"save": "Saved", "approve": "Approved", "send": "Posted"}


def post(asked: Asked) -> str:
    """Save, approve or send one post as it stands in its form; approving and sending take the words along."""
    act, channel = asked.form.get("act", ""), asked.form.get("channel", "")
    app = asked.studio.app
    if act not in DONE or channel not in app.config.social:
        raise UsageError(f"{channel or 'this'} cannot be posted to", do="add a [social.NAME] table for it")
    found = asked.desk.review(asked.review)
    stored = posts.standing(app, found.id).get(channel)
    words = _changed(asked, stored)
    if act == "send":
        if stored is not None and words is None:
            postdesk.approve(app, stored.id, content_hash=asked.form.get("hash"))
        (result,) = post_now(app, found.id, [channel], http=asked.studio.http, words=words)
        if result.state != "accepted":
            raise PublisherError(f"{channel}: {result.words}")
        return f"{channel}: {result.words}."
    if stored is None:
        raise UsageError("this post does not wait in the queue", do="send it now, or leave it to the queue")
    if words is not None:
        stored = postdesk.reword(app, stored.id, words)
    if act == "approve":
        postdesk.approve(app, stored.id, content_hash=stored.content_hash if words else asked.form.get("hash"))
    return f"{DONE[act]}: {channel}, {stored.post.length} of {stored.post.limit}."


def _changed(asked: Asked, stored: StoredPost | None) -> str | None:
    """The words of the form where they are not what was shown."""
    typed = asked.form.get("words", "").replace("\r\n", "\n").strip()
    shown = asked.form.get("was", "").replace("\r\n", "\n").strip()
    if stored is not None and stored.state is not stored_posts.WAITING[0]:
        return None
    return typed if typed and typed != shown else None
