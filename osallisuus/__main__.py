"""The program's door: answers `--version` at once and hands everything else to `osallisuus.cli`."""

import sys


def main() -> int:
    """Run the command line with `sys.argv` and return its exit status."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from osallisuus import __version__

        sys.stdout.write(f"osallisuus {__version__}\n")
        return 0
    import gc

    # start-up: one short run makes hardly any garbage, and looking for it at start and end takes a seventh of a list command
    gc.disable()
    try:
        from osallisuus.cli import run  # start-up: typer takes five times a bare interpreter, and --version needs none of it

        return run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
