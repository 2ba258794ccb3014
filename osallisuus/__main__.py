"""The program's door: answers `--version` at once and hands everything else to `osallisuus.cli`."""

import sys


def main() -> int:
    """Run the command line with `sys.argv` and return its exit status."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from osallisuus import __version__

        sys.stdout.write(f"osallisuus {__version__}\n")
        return 0
    # start-up: typer costs five times a bare interpreter, and --version needs none of it
    from osallisuus.cli import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
