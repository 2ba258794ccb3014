"""Where a setting comes from, what it may be, and how it is changed."""

import stat
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from osallisuus import config
from osallisuus.config import Settings
from osallisuus.errors import NotFound, OsallisuusError, Refused, StorageError, UsageError

FOLDERS = ["plain", "välilyönti ja ä", "emoji 🦽", "a'b\"c#d"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home without settings, and a folder beside it to stand in."""
    folder = tmp_path / "koti ä"
    folder.mkdir()
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def user_file(home: Path) -> Path:
    path = home / ".config" / "osallisuus" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def written(path: Path, text: str) -> dict[str, str]:
    """Write a settings file and return the environment that names it."""
    path.write_text(text, encoding="utf-8")
    return {"HOME": str(path.parent), "OSALLISUUS_CONFIG": str(path)}


# Where a setting comes from


def test_without_any_settings_there_are_defaults(home: Path) -> None:
    assert config.load({"HOME": str(home)}) == Settings(
        config_file=home / ".config" / "osallisuus" / "config.toml",
        database=home / ".local" / "share" / "osallisuus" / "osallisuus.db",
        organisation="",
        sender_name="",
        sender_email="",
        language="en",
        timezone="Europe/Helsinki",
        timeout=30,
    )
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("key", ["language", "database"])
def test_option_wins_over_environment_over_project_file_over_user_file_over_default(home: Path, key: str) -> None:
    short = {"language": "LANG", "database": "DB"}[key]
    values = {"language": ["en", "fi", "sv", "en", "fi"], "database": ["", "/user.db", "/project.db", "/env.db", "/option.db"]}[
        key
    ]
    default, user, project, variable, option = values

    def found(environ: dict[str, str], **options: str) -> str:
        return str(getattr(config.load({"HOME": str(home)} | environ, **options), key))

    assert found({}) == default or str(home / ".local/share/osallisuus/osallisuus.db")
    user_file(home).write_text(f'{key} = "{user}"', encoding="utf-8")
    assert found({}) == user
    Path("osallisuus.toml").write_text(f'{key} = "{project}"', encoding="utf-8")
    assert found({}) == project
    assert found({f"OSALLISUUS_{short}": variable}) == variable
    assert found({f"OSALLISUUS_{short}": variable}, **{key: option}) == option
    assert found({f"OSALLISUUS_{short}": ""}, **{key: ""}) == project


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("organisation", "Esimerkkilän hyvinvointialue", "Esimerkkilän hyvinvointialue"),
        ("sender_name", "Osallisuustiimi", "Osallisuustiimi"),
        ("sender_email", "raati@example.org", "raati@example.org"),
        ("timezone", "Europe/Stockholm", "Europe/Stockholm"),
        ("timeout", "5", 5),
        ("timeout", "0", 0),
    ],
)
def test_every_setting_comes_from_the_file_or_its_variable(tmp_path: Path, key: str, text: str, value: object) -> None:
    environ = written(tmp_path / "c.toml", f'{key} = "{text}"')
    plain = config.load({**environ, "OSALLISUUS_CONFIG": str(tmp_path / "none.toml")})
    assert config.load(environ) == replace(plain, config_file=tmp_path / "c.toml", **{key: value})
    assert config.load({"HOME": str(tmp_path), f"OSALLISUUS_{key.upper()}": text}) == replace(
        plain, config_file=tmp_path / ".config/osallisuus/config.toml", **{key: value}
    )


def test_the_named_file_is_read_instead_of_the_project_file(home: Path) -> None:
    Path("osallisuus.toml").write_text('language = "sv"', encoding="utf-8")
    environ = written(home / "own.toml", 'language = "fi"')
    assert config.load(environ).language == "fi"
    assert config.load({"HOME": str(home), "OSALLISUUS_CONFIG": "~/own.toml"}).config_file == home / "own.toml"


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "fi_FI.UTF-8"}, "fi"),
        ({"LANG": "sv_FI"}, "sv"),
        ({"LANG": "sv"}, "sv"),
        ({"LANG": "FI-fi"}, "fi"),
        ({"LANG": "fi@euro"}, "fi"),
        ({"LANG": "fil_PH.UTF-8"}, "en"),  # Filipino is not Finnish
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "fi_FI.UTF-8", "LC_MESSAGES": "sv_SE.UTF-8"}, "sv"),
        ({"LANG": "fi_FI.UTF-8", "LC_MESSAGES": "sv_SE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "fi_FI.UTF-8", "LC_ALL": ""}, "fi"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_machine_is_the_default(home: Path, environ: dict[str, str], language: str) -> None:
    assert config.load({"HOME": str(home), **environ}).language == language


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(
    ("typed", "where"),
    [("osallisuus.db", "osallisuus.db"), ("tiedot/o ä.db", "tiedot/o ä.db"), ("../o.db", "../o.db")],
)
def test_a_relative_database_lies_beside_the_file_that_names_it(home: Path, folder: str, typed: str, where: str) -> None:
    file = home / folder / "asetukset ä.toml"
    file.parent.mkdir()
    settings = config.load(written(file, f'database = "{typed}"'))
    assert settings.database == file.parent / where
    assert settings.config_file == file


def test_a_database_elsewhere_is_where_it_is_said_to_be(home: Path) -> None:
    environ = written(home / "c.toml", 'database = "~/o ä.db"')
    assert config.load(environ).database == home / "o ä.db"
    assert config.load(environ, database="~/p.db").database == home / "p.db"
    assert config.load({**environ, "OSALLISUUS_DB": "~/q.db"}).database == home / "q.db"
    assert config.load(environ, database="r.db").database == Path("r.db")
    assert config.load(written(home / "c.toml", 'database = ""')).database == home / ".local/share/osallisuus/osallisuus.db"


def test_a_file_that_notepad_wrote_is_read_and_changed(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes('\ufefflanguage = "fi"\r\n# loppu ä\r\n'.encode())
    assert config.load({"HOME": str(tmp_path), "OSALLISUUS_CONFIG": str(file)}).language == "fi"
    assert config.change(file, {"language": "sv"})
    assert file.read_text(encoding="utf-8") == 'language = "sv"\n# loppu ä\n'


# What a setting may be


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("language = fi", StorageError, "The settings file {path} is not valid TOML: "),
        ('language = "fi"\nlanguage = "sv"', StorageError, "The settings file {path} is not valid TOML: "),
        ("\0", StorageError, "The settings file {path} is not valid TOML: "),
        ('lang = "fi"', StorageError, "The settings file {path} has a setting that does not exist: lang."),
        ('b = "1"\na = "2"', StorageError, "The settings file {path} has a setting that does not exist: a, b."),
        (
            '[osallisuus]\nlanguage = "fi"',
            StorageError,
            "The settings file {path} has a setting that does not exist: osallisuus.",
        ),
        ('config_file = "x"', StorageError, "The settings file {path} has a setting that does not exist: config_file."),
        ('language = "de"', StorageError, "The setting 'language' in {path} is wrong: 'de' is not a language of this program."),
        ('language = "FI"', StorageError, "The setting 'language' in {path} is wrong: 'FI' is not a language of this program."),
        ('language = ""', StorageError, "The setting 'language' in {path} is wrong: '' is not a language of this program."),
        ('timezone = "Helsinki"', StorageError, "The setting 'timezone' in {path} is wrong: 'Helsinki' is not a time zone."),
        (
            "timeout = -1",
            StorageError,
            "The setting 'timeout' in {path} is wrong: The setting 'timeout' is a number from 0 to 3600, not '-1'.",
        ),
        (
            "timeout = 3601",
            StorageError,
            "The setting 'timeout' in {path} is wrong: The setting 'timeout' is a number from 0 to 3600, not '3601'.",
        ),
        (
            "timeout = 5.5",
            StorageError,
            "The setting 'timeout' in {path} is wrong: The setting 'timeout' is a number from 0 to 3600, not '5.5'.",
        ),
        (
            "timeout = true",
            StorageError,
            "The setting 'timeout' in {path} is wrong: The setting 'timeout' is a number from 0 to 3600, not 'True'.",
        ),
        (
            'sender_email = "raati"',
            StorageError,
            "The setting 'sender_email' in {path} is wrong: 'raati' is not an e-mail address.",
        ),
        ('organisation = ["a"]', UsageError, "The setting 'organisation' in {path} is to be a text in quotes."),
        ("organisation = 5", UsageError, "The setting 'organisation' in {path} is to be a text in quotes."),
        ("database = {a = 1}", UsageError, "The setting 'database' in {path} is to be a text in quotes."),
        ('sender_name = "131052-308T"', Refused, "The text in 'sender_name' holds a Finnish personal identity code"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(tmp_path: Path, text: str, error: type[OsallisuusError], sentence: str) -> None:
    environ = written(tmp_path / "c.toml", text)
    with pytest.raises(error) as refused:
        config.load(environ)
    assert refused.value.message.startswith(sentence.format(path=tmp_path / "c.toml"))
    assert refused.value.code == ("bad_config" if error is StorageError else "identity_code" if error is Refused else "usage")


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["not UTF-8", "a folder"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "c.toml"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(StorageError, match=r"c\.toml cannot be read"):
        config.load({"HOME": str(tmp_path), "OSALLISUUS_CONFIG": str(file)})


@pytest.mark.parametrize("variable", ["OSALLISUUS_LANG", "OSALLISUUS_TIMEZONE", "OSALLISUUS_TIMEOUT"])
def test_a_wrong_variable_is_refused(home: Path, variable: str) -> None:
    with pytest.raises(UsageError, match="klingon"):
        config.load({"HOME": str(home), variable: "klingon"})


# Changing


def test_a_change_keeps_comments_order_and_what_is_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('# Asetukset ä\n\nlanguage = "fi"  # kieli\ntimeout=7\n# loppu', encoding="utf-8")
    assert config.change(file, {"language": "sv", "organisation": 'Ä "ja" B\\C'})
    assert file.read_text(encoding="utf-8") == (
        '# Asetukset ä\n\nlanguage = "sv"  # kieli\ntimeout=7\n# loppu\norganisation = "Ä \\"ja\\" B\\\\C"\n'
    )
    settings = config.load({"HOME": str(tmp_path), "OSALLISUUS_CONFIG": str(file)})
    assert (settings.language, settings.timeout, settings.organisation) == ("sv", 7, 'Ä "ja" B\\C')


def test_the_same_again_is_no_change(tmp_path: Path) -> None:
    file = tmp_path / "uusi kansio ä" / "c.toml"
    values = {"language": "fi", "timeout": "5", "sender_email": "raati@example.org"}
    assert config.change(file, values)
    before = file.stat().st_mtime_ns
    assert tomllib.loads(file.read_text(encoding="utf-8")) == values | {"timeout": 5}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not config.change(file, values)
    assert file.stat().st_mtime_ns == before
    assert config.change(file, {"timeout": "6"})


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("lang", "fi", NotFound),
        ("config_file", "x", NotFound),
        ("language", "de", UsageError),
        ("timezone", "", UsageError),
        ("timeout", "", UsageError),
        ("timeout", "²", UsageError),
        ("sender_email", "a", UsageError),
        ("organisation", "x\0", Refused),
        ("organisation", "\udce4", Refused),
    ],
)
def test_a_wrong_change_changes_nothing(tmp_path: Path, key: str, value: str, error: type[OsallisuusError]) -> None:
    file = tmp_path / "c.toml"
    with pytest.raises(error):
        config.change(file, {"language": "fi", key: value})
    assert not file.exists()


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_database_that_is_set_is_the_one_meant_where_it_was_typed(
    home: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Path.cwd() / folder
    here.mkdir()
    monkeypatch.chdir(here)
    environ = {"HOME": str(home)}
    assert config.change(config.load(environ).config_file, {"database": "o ä.db"})
    assert config.load(environ).database == here / "o ä.db"
    project = here / "osallisuus.toml"
    assert config.change(project, {"database": "o.db"})
    assert project.read_text(encoding="utf-8") == 'database = "o.db"\n'  # so that the folder can travel
    assert config.load(environ).database == here / "o.db"
    assert config.change(project, {"database": "tiedot/o.db"})
    assert config.load(environ).database == here / "tiedot/o.db"
    assert config.change(project, {"database": ""})
    assert config.load(environ).database == home / ".local/share/osallisuus/osallisuus.db"


def test_a_setting_may_be_emptied(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    config.change(file, {"sender_email": "raati@example.org", "organisation": "Raati"})
    assert config.change(file, {"sender_email": "", "organisation": ""})
    settings = config.load({"HOME": str(tmp_path), "OSALLISUUS_CONFIG": str(file)})
    assert (settings.sender_email, settings.organisation) == ("", "")


# The user's folders


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize("home", ["/home/aino", "/home/aino/", "/koti ä/a b", "/", "relative", "", None])
@pytest.mark.parametrize("xdg", [None, "", " ", "/data", "/data/", "/tiedot ä/x", "relative", "~/x", " /x"])
def test_the_short_way_to_the_users_folders_is_the_one_of_platformdirs(
    home: str | None, xdg: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"HOME": home, "XDG_DATA_HOME": xdg, "XDG_CONFIG_HOME": xdg and xdg.replace("x", "y")}
    environ = {name: value for name, value in values.items() if value is not None}
    monkeypatch.delenv("OSALLISUUS_DB")
    for name, value in values.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    settings = config.load(environ)
    assert settings.database == platformdirs.user_data_path("osallisuus", appauthor=False) / "osallisuus.db"
    assert settings.config_file == platformdirs.user_config_path("osallisuus", appauthor=False) / "config.toml"
