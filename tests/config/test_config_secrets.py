from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.config import Settings, load, settings
from publisher.config.secrets import read_env_file
from publisher.errors import ConfigError


class Mail(Settings):
    username: str = ""
    password: str = ""
    port: int = 25


def written(root: Path, table: str, *, dotenv: str | None = None) -> Path:
    path = root / "config" / "publisher.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'[providers.mail]\nkind = "smtp"\n{table}\n', encoding="utf-8")
    if dotenv is not None:
        (root / ".env").write_text(dotenv, encoding="utf-8")
    return path


def test_a_variable_fills_a_value(tmp_path: Path) -> None:
    config = load(written(tmp_path, 'password = "${PW}"\nusername = "me+${PW}$$"'), env={"PW": "s3cret"})
    mail = settings(config.providers["mail"], Mail)

    assert (mail.password, mail.username) == ("s3cret", "me+s3cret$")


def test_a_missing_secret_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, 'password = "${SMTP_PASSWORD}"'), env={"OTHER": "value"})

    assert (
        "publisher.toml:3: `providers.mail.password`: the environment variable `SMTP_PASSWORD` is not set; set it in"
        in str(caught.value)
    )


def test_an_empty_variable_is_missing_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`SMTP_PASSWORD` is empty"):
        load(written(tmp_path, 'password = "${SMTP_PASSWORD}"'), env={"SMTP_PASSWORD": ""})


def test_a_missing_secret_can_wait_until_its_table_is_used(tmp_path: Path) -> None:
    config = load(written(tmp_path, 'password = "${SMTP_PASSWORD}"'), env={}, need_secrets=False)

    with pytest.raises(ConfigError, match="SMTP_PASSWORD"):
        settings(config.providers["mail"], Mail, env={})
    assert settings(config.providers["mail"], Mail, env={"SMTP_PASSWORD": "x"}).password == "x"


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    config = load(written(tmp_path, 'password_file = "secret"'), env={})

    assert settings(config.providers["mail"], Mail).password == "from a file"
    assert not config.providers["mail"].literal_secrets


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('password_file = "absent"', "the secret's file absent cannot be read"),
        ('password = "x"\npassword_file = "secret"', "`password` and `password_file` are both there"),
        ('password = "${SMTP-PASSWORD}"', "must hold the name of an environment variable"),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_mistake(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("$", r"\$")):
        load(written(tmp_path, table), env={})


def test_a_file_beside_the_root_holds_variables_and_the_environment_wins(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'password = "${PW}"\nusername = "${USER_NAME}"',
        dotenv='PW=file # note\nexport USER_NAME="from file"\n',
    )
    mail = settings(load(path, env={"PW": "env"}).providers["mail"], Mail)

    assert (mail.password, mail.username) == ("env", "from file")


def test_a_number_may_come_from_a_variable(tmp_path: Path) -> None:
    config = load(written(tmp_path, 'port = "${PORT}"'), env={"PORT": "2525"})

    assert settings(config.providers["mail"], Mail).port == 2525


def test_a_literal_secret_is_noticed_and_a_referenced_one_is_not(tmp_path: Path) -> None:
    table = load(
        written(tmp_path, 'password = "literal"\napi_key = "${K}"\nusername = "me"'), env={"K": "k"}
    ).providers["mail"]

    assert table.literal_secrets == ("password",)


@given(st.text(alphabet="abcdefghijklmnop0123456789", min_size=12, max_size=30))
def test_no_message_and_no_repr_shows_a_secret(secret: str) -> None:
    import tempfile

    class Numbers(Settings):
        password: int = 0
        port: int = 0

    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), f'password = "{secret}"\nport = "${{PORT}}"')
        config = load(path, env={"PORT": f"x{secret}"})
        with pytest.raises(ConfigError) as caught:
            settings(config.providers["mail"], Numbers)

        assert secret not in str(caught.value)
        assert secret not in repr(config)


def test_lines_of_an_env_file_are_read(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# comment\n\nA=1\nexport B = 'two # words'\nC=\nnot a line\nD=x y # z\n", encoding="utf-8")

    assert read_env_file(path) == {"A": "1", "B": "two # words", "C": "", "D": "x y"}
    assert read_env_file(tmp_path / "absent") == {}
