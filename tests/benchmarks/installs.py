"""What is measured, installed as people install it: the wheel of this checkout and its peers, each in a venv of its own."""

import os
import shutil
import sys
from pathlib import Path

from processes import Command, Failed, environment, run

CHECKOUT = Path(__file__).resolve().parents[2]

# typer is held where the program holds it; the others are what a person would get today.
PEERS = {"typer": "typer>=0.28,<0.29", "sqlite-utils": "sqlite-utils>=4.2,<5", "khal": "khal"}
PRODUCT = "osallisuus"


class Installs:
    """Virtual environments below one folder, made when they are missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def program(self, package: str, name: str = "") -> Path:
        """Return the path of a program of a package's environment, by default the one that is called as the package is."""
        return self.folder / "venvs" / package / "bin" / (name or package)

    def python(self, package: str) -> Path:
        """Return the interpreter of a package's environment."""
        return self.program(package, "python")

    def prepare(self) -> None:
        """Build the wheel and install everything; peers that an earlier run left are used again, the program never."""
        if not self.python("pip").exists():
            # Today's pip, whatever this interpreter has: the start scripts that pip wrote before 25.2 import `re`,
            # which is most of what `--version` would then take.
            self._make("pip")
            _output(sys.executable, "-m", "pip", "--quiet", "--python", self.python("pip"), "install", "pip>=25.2")
        for package, requirement in PEERS.items():
            done = self.folder / "venvs" / package / "installed"
            if not done.exists() or done.read_text() != requirement:
                self._make(package)
                self._pip("--python", self.python(package), "install", requirement)
                done.write_text(requirement)
        wheels = self.folder / "wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        self._pip("wheel", "--no-deps", "--wheel-dir", wheels, CHECKOUT)
        (wheel,) = wheels.glob(f"{PRODUCT}-*.whl")
        self._make(PRODUCT)
        self._pip("--python", self.python(PRODUCT), "install", wheel)
        self._require_bytecode()

    def versions(self) -> dict[str, str]:
        """Return the version of each package that is measured."""
        script = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
        return {package: _output(self.python(package), "-c", script, package) for package in (PRODUCT, *PEERS)}

    def _make(self, package: str) -> None:
        # without a pip of its own, which would take longer than all the rest
        _output(sys.executable, "-m", "venv", "--clear", "--without-pip", self.folder / "venvs" / package)

    def _pip(self, *words: str | Path) -> None:
        _output(self.python("pip"), "-m", "pip", "--quiet", *words)

    def _require_bytecode(self) -> None:
        script = "import osallisuus.cli.root as module; print(module.__cached__)"
        if not Path(_output(self.python(PRODUCT), "-B", "-c", script)).is_file():
            raise Failed("pip installed the wheel without byte code; its start-up would be measured as compilation")


def _output(*words: str | Path) -> str:
    # pip's cache and settings are the user's own, so that a second run need not download again
    kept = {name: os.environ[name] for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME") if name in os.environ}
    env = environment(Path.home(), PIP_DISABLE_PIP_VERSION_CHECK="1", **kept)
    return run(Command(name=Path(words[0]).name, words=words, env=env))[1].decode().strip()
