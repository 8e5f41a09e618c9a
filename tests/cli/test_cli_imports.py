import subprocess
import sys

HEAVY = (
    "jinja2",
    "premailer",
    "PIL",
    "alembic",
    "fastapi",
    "feedparser",
    "trafilatura",
    "requests",
    "publisher.loader",
    "publisher.formatters.email.digest",
    "publisher.formatters.cards.card",
    "publisher.web",
)


def loaded_by(code: str) -> set[str]:
    listed = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(listed.stdout.split())


def test_a_send_loads_no_loader_template_card_migration_or_web_library() -> None:
    loaded = loaded_by("import publisher.cli, publisher.newsroom.sending.send, publisher.newsroom.signals")

    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


def test_composing_for_a_send_loads_no_http_client_loader_or_card() -> None:
    loaded = loaded_by("import publisher.cli, publisher.newsroom.sending.send, publisher.newsroom.editions.compose")

    heavy = {
        "requests",
        "publisher.http.door",
        "publisher.loader",
        "publisher.providers.social",
        "PIL",
        "nh3",
        "alembic",
    }
    assert loaded.isdisjoint(heavy), loaded & heavy


def test_the_command_line_itself_loads_no_room() -> None:
    rooms = {name for name in loaded_by("import publisher.cli") if name.startswith("publisher.")}

    light = ("publisher.cli", "publisher.errors", "publisher.model", "publisher.secrecy")
    assert all(name.startswith(light) for name in rooms), rooms
