"""Settings: one TOML file, overridden by `OSALLISUUS_*` variables and by the options before the group.

The file in use is `OSALLISUUS_CONFIG`, else `./osallisuus.toml` where there is one, else the user's own.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from osallisuus import files
from osallisuus.errors import NotFound, StorageError, UsageError
from osallisuus.i18n import LANGUAGES, _
from osallisuus.texts import checked

PROJECT_FILE = "osallisuus.toml"
DATABASE_FILE = "osallisuus.db"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is set for this run; `config_file` is where it may be changed, `database` where the data lies.

    `feedback_minimum` is the least number of answers whose results are shown, `report_minimum` the least number of people that a
    public report tells, `timeout` is in seconds. `data_protection_officer` is who to ask, for the record of processing.
    `accessibility_statement` is its web address, which public pages link to.
    `templates` is a folder with templates of the coordinator's own, empty where there is none. Letters go out by `smtp_host`;
    `smtp_port` 0 is the usual one of its `smtp_security`, `send_limit` the most letters of one run. `letter_language` is for
    readers who have chosen none, the same whoever runs the program: without it the language of the settings file, or Finnish.
    What `password_command` and `token_command` print is a secret, so they are taken from the user's own file only (`project` is
    False).
    """

    config_file: Path
    database: Path
    organisation: str = ""
    sender_name: str = ""
    sender_email: str = ""
    language: str = "en"
    timezone: str = "Europe/Helsinki"
    timeout: int = 30
    templates: str = ""
    feedback_minimum: int = 5
    accessibility_statement: str = ""
    sender_phone: str = ""
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_timeout: int = 60
    password_command: str = ""
    token_command: str = ""
    send_limit: int = 200
    letter_language: str = "fi"
    report_minimum: int = 5
    data_protection_officer: str = ""
    project: bool = False


# The least and the most of the settings that are numbers. Fewer than three answers always tell on somebody.
_NUMBERS = {
    "timeout": (0, 3600),
    "feedback_minimum": (3, 1000),
    "report_minimum": (3, 1000),
    "smtp_port": (0, 65535),
    "smtp_timeout": (1, 3600),
    "send_limit": (1, 100_000),
}
_CHOICES = {"language": LANGUAGES, "letter_language": LANGUAGES, "smtp_security": ("starttls", "tls", "none")}
# What is run: not by a file that happens to lie in the folder one stands in.
_COMMANDS = ("password_command", "token_command")
KEYS = tuple(field.name for field in fields(Settings) if field.name not in ("config_file", "project"))


def load(environ: Mapping[str, str], *, database: str = "", language: str = "", ignore_file: bool = False) -> Settings:
    """Read the settings; `database` and `language` are the options of the command line and win.

    Raises StorageError for a faulty file, UsageError for a value that does not fit its key. With `ignore_file` the file is only
    named, not read, for commands that must work to mend it.
    """
    config_file, project = _config_file(environ)
    in_file = {} if ignore_file else _read(config_file, project=project)
    values: dict[str, Any] = {
        "language": _system_language(environ),
        "letter_language": in_file.get("language", Settings.letter_language),
    }
    values |= in_file
    variables = {key: f"OSALLISUUS_{key.upper()}" for key in KEYS} | {"database": "OSALLISUUS_DB", "language": "OSALLISUUS_LANG"}
    values |= {key: environ[variable] for key, variable in variables.items() if environ.get(variable)}
    values |= {key: value for key, value in (("database", database), ("language", language)) if value}
    path = Path(values.pop("database", "") or _user_dir("data", environ) / DATABASE_FILE).expanduser()
    clean = {key: _fitting(key, str(value)) for key, value in values.items()}
    if clean.get("templates"):
        clean["templates"] = str(Path(clean["templates"]).expanduser())
    return Settings(config_file=config_file, database=path, project=project, **clean)


def change(config_file: Path, values: Mapping[str, str], *, project: bool = False) -> bool:
    """Write these keys into the file, keeping its other lines and comments; return False when nothing was new.

    A `project` file is one that lies in the folder one stands in; raises StorageError for a command in it.
    """
    import tomlkit  # start-up: only commands that change settings write TOML

    for key in values:
        require_key(key)
    _refuse_commands(config_file, values, project=project)
    fitting = {key: _fitting(key, value) for key, value in values.items()}
    for key in ("database", "templates"):
        if fitting.get(key):
            fitting[key] = _seen_from(config_file.parent, Path(fitting[key]).expanduser())
    document = tomlkit.parse(config_file.read_text(encoding="utf-8-sig")) if config_file.exists() else tomlkit.document()
    if all(document.get(key) == value for key, value in fitting.items()):
        return False
    document.update(fitting)
    config_file.parent.mkdir(parents=True, exist_ok=True)
    files.replace(config_file, tomlkit.dumps(document).encode())
    return True


def _seen_from(folder: Path, path: Path) -> str:
    """Return a path typed from where one stands as the settings file in `folder` reads it; a neighbour by its name alone."""
    whole = path.absolute()
    return whole.name if whole.parent == folder.absolute() else str(whole)


def require_key(key: str) -> None:
    """Raise NotFound when no setting has this name."""
    if key not in KEYS:
        raise NotFound(
            _("There is no setting '{key}'.").format(key=key),
            hint=_("Settings are: {keys}.").format(keys=", ".join(KEYS)),
        )


def _config_file(environ: Mapping[str, str]) -> tuple[Path, bool]:
    """Return the settings file, and whether it only happens to lie in the folder one stands in."""
    if environ.get("OSALLISUUS_CONFIG"):
        return Path(environ["OSALLISUUS_CONFIG"]).expanduser(), False
    project = Path.cwd() / PROJECT_FILE
    return (project, True) if project.is_file() else (_user_dir("config", environ) / "config.toml", False)


def _refuse_commands(config_file: Path, values: Mapping[str, object], *, project: bool) -> None:
    """Raise StorageError when the file of a folder would run a command: it may have come with the folder."""
    found = [key for key in _COMMANDS if project and values.get(key)]
    if found:
        raise StorageError(
            _("The setting '{key}' is not taken from {path}, which lies in the folder you stand in.").format(
                key=found[0], path=config_file
            ),
            hint=_(
                "Keep it in your own settings file: run the command from another folder, or name the file in OSALLISUUS_CONFIG."
            ),
            code="bad_config",
        )


def _user_dir(kind: str, environ: Mapping[str, str]) -> Path:
    if sys.platform == "linux" and environ.get("HOME", "").startswith("/"):
        # start-up: platformdirs gives these same two paths, and its import takes longer than reading twenty dates
        variable, default = {"data": ("XDG_DATA_HOME", ".local/share"), "config": ("XDG_CONFIG_HOME", ".config")}[kind]
        chosen = environ.get(variable, "")
        return (Path(chosen) if chosen.startswith("/") else Path(environ["HOME"], default)) / "osallisuus"
    import platformdirs

    folder = platformdirs.user_data_path if kind == "data" else platformdirs.user_config_path
    return folder("osallisuus", appauthor=False)


def _read(config_file: Path, *, project: bool) -> dict[str, Any]:
    try:
        text = config_file.read_text(encoding="utf-8-sig")  # Notepad may begin a file with a mark
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(
            _("The settings file {path} cannot be read: {reason}.").format(path=config_file, reason=error)
        ) from error
    import tomllib  # start-up: not needed where there is no settings file

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StorageError(
            _("The settings file {path} is not valid TOML: {reason}.").format(path=config_file, reason=error),
            hint=_("Mend the line in a text editor, or remove the file and run 'osallisuus init' again."),
            code="bad_config",
        ) from error
    unknown = sorted(set(values) - set(KEYS))
    if unknown:
        raise StorageError(
            _("The settings file {path} has a setting that does not exist: {keys}.").format(
                path=config_file, keys=", ".join(unknown)
            ),
            hint=_("Settings are: {keys}.").format(keys=", ".join(KEYS)),
            code="bad_config",
        )
    _refuse_commands(config_file, values, project=project)
    for key, value in values.items():
        if key not in _NUMBERS and not isinstance(value, str):
            raise UsageError(_("The setting '{key}' in {path} is to be a text in quotes.").format(key=key, path=config_file))
        try:
            _fitting(key, str(value))
        except UsageError as error:
            raise StorageError(
                _("The setting '{key}' in {path} is wrong: {reason}").format(key=key, path=config_file, reason=error.message),
                hint=_("Mend it with: osallisuus config set {key} VALUE.").format(key=key),
                code="bad_config",
            ) from error
    if values.get("templates"):
        values["templates"] = str(config_file.parent / Path(values["templates"]).expanduser())
    if values.get("database"):
        # a settings file can travel with its database: a relative path starts from the file, not from where one happens to stand
        values["database"] = config_file.parent / Path(values["database"]).expanduser()
    return values


def _system_language(environ: Mapping[str, str]) -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = re.split("[^a-z]", environ.get(variable, "").lower())[0]
        if code:
            return code if code in LANGUAGES else "en"
    return "en"


def _fitting(key: str, value: str) -> Any:
    """Return the value as its key wants it, or raise UsageError."""
    text = checked(value, key)
    if key in _CHOICES and text not in _CHOICES[key]:
        sentence = (
            _("'{value}' is not a language of this program.")
            if _CHOICES[key] is LANGUAGES
            else _("'{value}' is not a kind of it.")
        )
        raise UsageError(
            sentence.format(value=text),
            hint=_("Choose one of: {choices}.").format(choices=", ".join(_CHOICES[key])),
        )
    if key == "timezone":
        from osallisuus.dates import require_zone

        require_zone(text)
    if key in _NUMBERS:
        least, most = _NUMBERS[key]
        if not text.isdecimal() or not least <= int(text) <= most:
            raise UsageError(
                _("The setting '{key}' is a number from {least} to {most}, not '{value}'.").format(
                    key=key, least=least, most=most, value=text
                )
            )
        return int(text)
    if key == "sender_email" and text and "@" not in text:
        raise UsageError(_("'{value}' is not an e-mail address.").format(value=text))
    return text
