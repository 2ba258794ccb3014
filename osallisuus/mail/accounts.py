"""Where mail goes out and as whom: the server of the settings, and the secret that opens it.

A password is read from standard input, from what a command prints, or from the system's keyring; it is never on a command line,
in a settings file or in the log.
"""

import ipaddress
import os
import shlex
import subprocess
from dataclasses import dataclass

from osallisuus.config import Settings
from osallisuus.errors import Refused, UsageError
from osallisuus.i18n import _

# RFC 8314 3: implicit TLS on 465, STARTTLS on 587; a relay of one's own on 25.
_PORTS = {"tls": 465, "starttls": 587, "none": 25}
# A password manager may ask its user first.
_PATIENCE = 120


@dataclass(frozen=True, kw_only=True)
class Account:
    """A mail server and how to talk to it: `security` is tls, starttls or none; `timeout` is in seconds."""

    host: str
    port: int
    security: str
    user: str
    timeout: int


def account(settings: Settings) -> Account:
    """Return the mail server of the settings; raise UsageError when there is none, Refused when letters would go in the clear."""
    if not settings.smtp_host:
        raise UsageError(
            _("It is not set which mail server sends the letters."),
            hint=_(
                "Set it: osallisuus config set smtp_host HOST (and smtp_user). Without a server: osallisuus invite write DIR."
            ),
            code="no_mail_server",
        )
    if settings.smtp_security == "none":
        require_private(settings.smtp_host)
    return Account(
        host=settings.smtp_host,
        port=settings.smtp_port or _PORTS[settings.smtp_security],
        security=settings.smtp_security,
        user=settings.smtp_user,
        timeout=settings.smtp_timeout,
    )


def require_private(host: str) -> None:
    """Raise Refused when what is sent to a host without TLS would leave this computer."""
    if not is_loopback(host):
        raise Refused(
            _("Without TLS nothing is sent to {host}: names, addresses and the password could be read on the way.").format(
                host=host
            ),
            hint=_("Use TLS: osallisuus config set smtp_security starttls (or tls)."),
            code="no_tls",
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this computer itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def secret(settings: Settings, service: str, url: str, user: str, *, stdin: bool) -> str:
    """Return the password of a user for a service (`smtp`, `imap`, `caldav`) at a host or address; empty where there is none.

    Raises UsageError when the command of the settings fails or standard input is empty.
    """
    if stdin:
        return _from_stdin()
    if settings.password_command:
        return printed_by(settings.password_command, "password_command", service=service, host=url, user=user)
    return _from_keyring(service, url, user) if user else ""


def token(settings: Settings) -> str:
    """Return the access token for XOAUTH2 that `token_command` prints, empty where none is set."""
    return printed_by(settings.token_command, "token_command") if settings.token_command else ""


def printed_by(command: str, key: str, **about: str) -> str:
    """Return the first line that a command of the settings prints; raise UsageError when it fails or prints nothing.

    What the secret is for is told to it in variables: `about` host gives OSALLISUUS_FOR_HOST.
    """
    told = {f"OSALLISUUS_FOR_{name.upper()}": value for name, value in about.items()}
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, timeout=_PATIENCE, check=True, env=os.environ | told)  # noqa: S603  # the user's own
        line = done.stdout.decode().partition("\n")[0].rstrip("\r")
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # what the command printed may hold the secret: only how it ended is told
        reason = f"exit status {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else type(error).__name__
        raise UsageError(
            _("The command of the setting '{key}' failed: {reason}.").format(key=key, reason=reason),
            hint=_("Try it in a terminal: it is to print the secret on its first line."),
            code="no_secret",
        ) from None
    if not line:
        raise UsageError(
            _("The command of the setting '{key}' printed nothing.").format(key=key),
            hint=_("Try it in a terminal: it is to print the secret on its first line."),
            code="no_secret",
        )
    return line


def keep(service: str, url: str, user: str, password: str) -> bool:
    """Put a password into the system's keyring; return False where there is none."""
    try:
        import keyring  # an extra, and slow: only where a password is asked for
    except ImportError:
        return False
    try:
        keyring.set_password(f"osallisuus {service} {url}", user, password)
    except keyring.errors.KeyringError:
        return False
    return True


def _from_keyring(service: str, url: str, user: str) -> str:
    try:
        import keyring  # as above
    except ImportError:
        return ""
    try:
        return keyring.get_password(f"osallisuus {service} {url}", user) or ""
    except keyring.errors.KeyringError:
        return ""


def _from_stdin() -> str:
    import sys

    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise UsageError(_("There is no password on standard input."), hint=_("Pass it as the first line."), code="no_secret")
    return line
