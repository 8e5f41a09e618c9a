import resource
from dataclasses import replace
from pathlib import Path

import pytest
from tests.providers.mail_benches import mail

from publisher.errors import AccessDenied
from publisher.model import Receipt
from publisher.providers.email.outbox import Outbox


def test_a_message_becomes_one_file_named_by_its_key(tmp_path: Path) -> None:
    (receipt,) = Outbox(path=tmp_path / "out").connect().deliver([mail(number=17)], lambda: None)

    assert isinstance(receipt, Receipt)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["weekly-2026-11-20-17.eml"]
    assert (tmp_path / "out" / receipt.provider_id).read_bytes() == mail(number=17).data


def test_the_same_message_again_changes_nothing(tmp_path: Path) -> None:
    line = Outbox(path=tmp_path).connect()
    line.deliver([mail()], lambda: None)
    first = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    assert isinstance(line.deliver([mail()], lambda: None)[0], Receipt)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == first


def test_a_key_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    Outbox(path=tmp_path / "out").connect().deliver([replace(mail(), key="../../etc/x")], lambda: None)

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["etc-x.eml"]


def test_a_disk_that_takes_no_more_is_said_in_one_line_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    line = Outbox(path=tmp_path).connect()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(AccessDenied) as denied:
            line.deliver([mail()], lambda: None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "the outbox cannot be written (File too large)" in str(denied.value)
    assert "free some space" in str(denied.value)
    assert list(tmp_path.iterdir()) == []
    assert isinstance(line.deliver([mail()], lambda: None)[0], Receipt)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(AccessDenied, match="the outbox cannot be written"):
        Outbox(path=tmp_path / "file" / "out").connect()
