"""Commands about channels and their posts: auth, posts."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import Commands, Common, Yes, ask, web
from publisher.cli.output import print_json, say, warn
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.newsroom.posts.outgoing import Posted
    from publisher.providers.social.kit.consent import Invitation

posts_app = Commands(
    name="posts", help="Single posts and what became of them.", no_args_is_help=True, rich_markup_mode=None
)
PostId = Annotated[str, typer.Argument(metavar="POST", help="A post's id or its beginning; `posts list` shows them.")]
_SHOWN = 60


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("auth")(auth)
    app.add_typer(posts_app)


def auth(
    channel: Annotated[str, typer.Argument(help="Which channel, the NAME of its [social.NAME] table.")],
    common: Common,
) -> int:
    """Get a network's keys for a channel: open an address on any machine, paste a code back; works over ssh.

    They are kept in var/keys, for this user alone, and renewed before they end.

    Example: publisher auth mast
    """
    from publisher.newsroom.posts.authorize import connect

    def paste(invitation: "Invitation") -> str:
        sys.stderr.write(f"{invitation.words}\n\n")
        if invitation.url:
            sys.stderr.write(f"    {invitation.url}\n\n")
        sys.stderr.write("Paste it here: ")
        sys.stderr.flush()
        if sys.stdin.isatty():
            from getpass import getpass

            return getpass("")
        return sys.stdin.readline()

    with common.app(need_secrets=False) as app:
        path = connect(app, channel, paste)
    document = {"channel": channel, "state": "connected", "keys": str(path)}
    return common.answer(document, f"{channel}: connected; its keys are in {path}")


@posts_app.command("list")
def list_posts(
    common: Common,
    channel: Annotated[str | None, typer.Option("--channel", help="Only this channel's.")] = None,
) -> int:
    """List posts, newest first, and what each waits for.

    Example: publisher posts list --channel sky
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        rows = postdesk.listed(app, channel)
    shown = [
        [r["id"], r["channel"], r["state"], " ".join(r["text"].split())[:_SHOWN], r["url"] or r["reason"] or ""]
        for r in rows
    ]
    return common.listing({"posts": rows}, shown, ["post", "channel", "state", "text", ""])


@posts_app.command("show")
def show_post(post: PostId, common: Common) -> int:
    """Show one post as it is stored, and where it stands.

    Example: publisher posts show 4f2a
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        row = postdesk.as_json(app, postdesk.found(app, post))
    return _shown(row, common)


def _shown(row: Any, common: Common) -> int:
    text = (f"    {line}" for line in row["text"].splitlines())
    more = (f"{name}  {row[name]}" for name in ("url", "reason") if row[name])
    head = f"{row['id']}  {row['channel']}  {row['state']}, {row['length']} of {row['limit']}"
    return common.answer(row, head, "", *text, "", *more)


@posts_app.command("approve")
def approve_post(
    post: PostId,
    common: Common,
    content_hash: Annotated[str | None, typer.Option("--hash", help="Approve only if this is still its hash.")] = None,
) -> int:
    """Approve a post as it reads now; it goes out when its time has come.

    Example: publisher posts approve 4f2a
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        row = postdesk.as_json(app, postdesk.approve(app, post, content_hash=content_hash))
    return common.answer(row, f"{row['id']}: approved; `publisher run` posts it")


@posts_app.command("edit")
def edit_post(
    post: PostId,
    file: Annotated[Path, typer.Argument(help="The words; - is standard input; a line --- goes on in a new post.")],
    common: Common,
) -> int:
    """Give a waiting post your own words.

    Example: publisher posts edit 4f2a words.txt
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        row = postdesk.as_json(app, postdesk.reword(app, post, words_of(file)))
    return _shown(row, common)


def words_of(file: Path) -> str:
    """The text of a file, or of standard input for `-`."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the file cannot be read as UTF-8 text", where=str(file)) from error
    if not text.strip():
        raise UsageError("there are no words in it", where=str(file))
    return text


@posts_app.command("cancel")
def cancel_post(post: PostId, common: Common) -> int:
    """Never send a waiting post.

    Example: publisher posts cancel 4f2a
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        row = postdesk.as_json(app, postdesk.cancel(app, post))
    return common.answer(row, f"{row['id']}: cancelled")


@posts_app.command("retry")
def retry_post(post: PostId, common: Common) -> int:
    """Try a refused, cancelled or put-off post again now.

    Example: publisher posts retry 4f2a
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        result = postdesk.retry(app, post, http=web(app.config))
    return report([result], as_json=common.as_json)


def report(results: "list[Posted]", *, as_json: bool) -> int:
    """Say what became of posts; the exit status."""
    if as_json:
        print_json({"posts": [result.as_json() for result in results]})
    else:
        for result in results:
            say(f"{result.channel}: {result.words}")
    if any(result.state in ("uncertain", "held") for result in results):
        return 3
    return 4 if any(result.state not in ("accepted", "cancelled") for result in results) else 0


@posts_app.command("resolve")
def resolve_post(
    post: PostId,
    common: Common,
    as_: Annotated[str, typer.Option("--as", help="sent: it is out. unsent: send it.")] = "sent",
    url: Annotated[str, typer.Option("--url", help="Where it can be seen.")] = "",
) -> int:
    """Settle a post that may be out, or give a post made by hand its address.

    Example: publisher posts resolve 4f2a --as sent --url https://social.example/@films/1
    """
    from publisher.newsroom.posts import curating as postdesk

    if as_ not in ("sent", "unsent"):
        raise UsageError(f"--as {as_} is not known", do="sent or unsent")
    with common.app() as app:
        row = postdesk.as_json(app, postdesk.resolve(app, post, sent=as_ == "sent", url=url))
    said = "out" if as_ == "sent" else "goes out with `publisher run`"
    return common.answer(row, f"{row['id']}: {said}")


@posts_app.command("correct")
def correct_post(
    post: PostId,
    common: Common,
    file: Annotated[Path | None, typer.Argument(help="Your own words; the review's new post without it.")] = None,
) -> int:
    """Draft a correction of a post that is out, as an answer to it where the network has that; approve it to post it.

    Example: publisher posts correct 4f2a
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        stored = postdesk.correct(app, post, words_of(file) if file else None)
        row = postdesk.as_json(app, stored)
    _shown(row, common)
    if not common.as_json:
        say(f"to post it: publisher posts approve {row['id']}")
    return 0


@posts_app.command("delete")
def delete_post(post: PostId, common: Common, yes: Yes = False) -> int:
    """Delete a post that is out, with its thread.

    Example: publisher posts delete 4f2a
    """
    from publisher.newsroom.posts import curating as postdesk

    with common.app() as app:
        stored = postdesk.found(app, post)
        if not ask(f"Delete {stored.url or stored.id} from {stored.channel}?", yes=yes):
            warn("nothing was deleted")
            return 0
        row = postdesk.as_json(app, postdesk.delete(app, stored.id))
    return common.answer(row, f"{row['id']}: deleted")
