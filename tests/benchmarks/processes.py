"""Whole processes, measured: the CPU time and peak memory of one run, and two commands compared in interleaved pairs.

CPU time (user + system) is used rather than the clock on the wall, since other work on the machine hardly shows in it; and only
ratios are of use, since milliseconds belong to one machine.
"""

import fcntl
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# What a test runner, a virtual environment or a person's shell may have set and a measured process must not see.
# PYTHONDONTWRITEBYTECODE above all: with it a module without a cache is compiled again at every start.
_UNWANTED = (
    "PYTHON",
    "VIRTUAL_ENV",
    "OSALLISUUS_",
    "XDG_",
    "LC_",
    "LANG",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
    "_TYPER",
)
_WINDOW = (40, 120)  # lines and columns of the pseudo-terminal


class Failed(Exception):
    """A process ended with another exit status than 0."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command line: `name` is what the table calls it, `before` is done before each run and is not measured."""

    name: str
    words: tuple[str | Path, ...]
    env: Mapping[str, str]
    terminal: bool = False
    before: Callable[[], object] = bool


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run took."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How a command compares with its reference: median and quartiles of the pairs' ratios, and the command's own cost."""

    command: Command
    reference: Command
    ratio: float
    low: float
    high: float
    pairs: int
    seconds: float


def environment(home: Path, **variables: str | Path) -> dict[str, str]:
    """Return a clean environment with a home folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    return kept | {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"} | {k: str(v) for k, v in variables.items()}


def run(command: Command) -> tuple[Cost, bytes]:
    """Run a command to its end and return what it cost and printed; raise Failed with its last words when it did not succeed."""
    command.before()
    with tempfile.TemporaryFile() as complaints:
        printed, status, usage = (_at_terminal if command.terminal else _in_pipe)(command, complaints.fileno())
        if status:
            complaints.seek(0)
            words = " ".join(map(str, command.words))
            said = (complaints.read() or printed).decode(errors="replace")[-2000:]
            raise Failed(f"{command.name}: exit status {status}\n$ {words}\n{said}")
    # kibibytes on Linux, bytes on macOS; on Linux never less than this process itself takes (it counts up to the exec)
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Cost(seconds=usage.ru_utime + usage.ru_stime, peak_mb=peak), printed


def compare(command: Command, reference: Command, pairs: int, *, per: float = 1.0) -> Comparison:
    """Run two commands in turn and compare them; `per` is how many times the work of the reference the command does."""
    for each in (command, reference):
        run(each)  # once for the caches: byte code, pages of files, indexes of a peer
    costs: list[tuple[Cost, Cost]] = []
    for number in range(pairs):
        if number % 2:  # whoever comes second finds a warmer machine, so they take turns
            costs.append((run(command)[0], run(reference)[0]))
        else:
            other = run(reference)[0]
            costs.append((run(command)[0], other))
    ratios = [ours.seconds / theirs.seconds / per for ours, theirs in costs]
    # The ratio of the two medians can lie outside these quartiles on a machine whose speed changes from minute to minute.
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Comparison(
        command=command,
        reference=reference,
        ratio=middle,
        low=low,
        high=high,
        pairs=pairs,
        seconds=statistics.median(ours.seconds for ours, _theirs in costs),
    )


def _in_pipe(command: Command, complaints: int) -> tuple[bytes, int, "os.struct_rusage"]:
    with _start(command, subprocess.DEVNULL, subprocess.PIPE, complaints) as process:
        printed = process.stdout.read() if process.stdout else b""
        return printed, *_reap(process)


def _at_terminal(command: Command, _complaints: int) -> tuple[bytes, int, "os.struct_rusage"]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *_WINDOW, 0, 0))
    pieces = []
    with _start(command, slave, slave, slave) as process:
        os.close(slave)
        with suppress(OSError):  # Linux says EIO where others say end of file
            while piece := os.read(master, 65536):
                pieces.append(piece)
        os.close(master)
        return b"".join(pieces), *_reap(process)


def _start(command: Command, stdin: int, stdout: int, stderr: int) -> "subprocess.Popen[bytes]":
    # in its home folder: in the checkout, `python -c` would import the source instead of what is installed
    home = command.env["HOME"]
    return subprocess.Popen([*map(str, command.words)], env=command.env, cwd=home, stdin=stdin, stdout=stdout, stderr=stderr)


def _reap(process: "subprocess.Popen[bytes]") -> tuple[int, "os.struct_rusage"]:
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen must not wait for it again
    return process.returncode, usage
