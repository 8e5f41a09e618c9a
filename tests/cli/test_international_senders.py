"""A sender whose domain is in another script goes out as A-labels, wherever the domain stands."""

from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from tests.doors import DoorProject, proof, sound
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.slow

LABEL = "xn--bcher-kva.example"


@pytest.fixture
def project(tmp_path: Path) -> DoorProject:
    made = sound(tmp_path / "project")
    made.change("digest@backrow.example", "ed@bücher.example")
    return made


def test_the_domain_is_in_ascii_on_the_envelope_and_in_every_header(project: DoorProject) -> None:
    with smtp_server() as server:
        smtp = f'kind = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"'
        project.change('kind = "outbox"', smtp)
        checked, sent = project.run("check"), project.run("send", "weekly", "--yes")
        (mail,) = server.mails

    assert (checked.status, sent.status) == (0, 0), (checked, sent)
    message = message_from_bytes(mail.data, policy=SMTP)
    assert mail.sender == f"ed@{LABEL}"
    assert message["From"].addresses[0].addr_spec == f"ed@{LABEL}"
    assert message["Message-ID"].endswith(f"@{LABEL}>")
    assert message["List-Id"].endswith(f"<weekly.{LABEL}>")
    head = mail.data.partition(b"\r\n\r\n")[0]
    assert head.isascii()


def test_notices_to_the_editor_go_out_from_such_a_domain_too(project: DoorProject) -> None:
    proof(project)

    heads = [path.read_bytes().partition(b"\r\n\r\n")[0] for path in (project.folder / "outbox").glob("*.eml")]
    assert len(heads) == 2
    assert all(LABEL.encode() in head and head.isascii() for head in heads)
