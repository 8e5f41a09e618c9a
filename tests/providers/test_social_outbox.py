"""Posts as files: whole or not at all, once per key."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from publisher.errors import AccessDenied, Rejected, TryLater
from publisher.model import Facet, Post, Receipt
from publisher.providers.social.outbox import PostOutbox

POST = Post(
    network="bluesky",
    text="“Quiet.” #Noir",
    length=13,
    limit=300,
    facets=(Facet(start=13, end=18, kind="tag", value="Noir"),),
    link="https://films.example.com/a",
    image_alt="“Quiet.” Mara Quill.",
)
IMAGE = b"\xff\xd8 picture \xff\xd9"


def publish(path: Path, post: Post = POST, *, key: str = "a1-sky", image: bytes | None = IMAGE) -> Receipt:
    return PostOutbox(network="bluesky", path=path).publish(post, key=key, image=image, begin=lambda: None)


def files(path: Path) -> list[str]:
    return sorted(str(p.relative_to(path)) for p in path.rglob("*") if p.is_file())


def test_a_post_is_three_files(tmp_path: Path) -> None:
    receipt = publish(tmp_path)
    assert files(tmp_path) == ["cards/a1-sky.jpg", "posts/a1-sky.json", "posts/a1-sky.txt"]
    assert (tmp_path / "posts/a1-sky.txt").read_text() == "“Quiet.” #Noir\n"
    assert (tmp_path / "cards/a1-sky.jpg").read_bytes() == IMAGE
    record = json.loads((tmp_path / "posts/a1-sky.json").read_text())
    assert record["card"] == {"path": "../cards/a1-sky.jpg", "alt": "“Quiet.” Mara Quill."}
    assert record["facets"] == [{"start": 13, "end": 18, "kind": "tag", "value": "Noir"}]
    assert receipt.url == (tmp_path / "posts/a1-sky.txt").as_uri()


def test_the_same_post_again_changes_nothing(tmp_path: Path) -> None:
    first = publish(tmp_path)
    before = (tmp_path / "posts/a1-sky.json").stat().st_mtime_ns
    assert publish(tmp_path) == first
    assert (tmp_path / "posts/a1-sky.json").stat().st_mtime_ns == before


def test_another_post_under_the_same_key_is_refused(tmp_path: Path) -> None:
    publish(tmp_path)
    with pytest.raises(Rejected, match="another post"):
        publish(tmp_path, replace(POST, text="else"))
    assert (tmp_path / "posts/a1-sky.txt").read_text() == "“Quiet.” #Noir\n"


def test_eight_writers_at_once_leave_one_whole_post(tmp_path: Path) -> None:
    receipts: list[Receipt] = []
    writers = [threading.Thread(target=lambda: receipts.append(publish(tmp_path))) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len({r.provider_id for r in receipts}) == 1
    assert len(receipts) == 8
    assert len(files(tmp_path)) == 3


def test_a_key_with_slashes_stays_in_the_folder(tmp_path: Path) -> None:
    publish(tmp_path / "out", key="../../etc/passwd", image=None)
    publish(tmp_path / "out", key="..-..-etc-passwd", image=None)
    assert len(files(tmp_path)) == 4
    assert all(name.startswith("out/posts/") for name in files(tmp_path))


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from publisher.errors import TryLater\n"
        "from publisher.model import Post\n"
        "from publisher.providers.social.outbox import PostOutbox\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "post = Post(network='bluesky', text='a' * 6000, length=1, limit=300)\n"
        "try:\n"
        "    outbox = PostOutbox(network='bluesky', path=Path(sys.argv[1]))\n"
        "    outbox.publish(post, key='k', image=b'x' * 100, begin=lambda: None)\n"
        "except TryLater as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert "the post cannot be written" in done.stdout
    assert "free some space" in done.stdout
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "posts").write_text("a file where the folder should be")
    with pytest.raises((AccessDenied, TryLater), match="cannot be written"):
        publish(tmp_path, image=None)


def test_begin_is_called_before_anything_is_written(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    outbox = PostOutbox(network="x", path=tmp_path)
    outbox.publish(POST, key="k", image=None, begin=lambda: seen.append(files(tmp_path)))
    assert seen == [[]]


def test_the_link_stands_in_the_text_of_a_file(tmp_path: Path) -> None:
    assert PostOutbox(network="bluesky", path=tmp_path).rules.link_in_card is False
    assert PostOutbox(network="bluesky", path=tmp_path).rules.limit == 300


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    publish(tmp_path)
    assert (tmp_path / "posts/a1-sky.txt").stat().st_mode & 0o777 == 0o600
