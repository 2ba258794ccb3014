"""The smallest program typer can make: one command with one argument."""

import typer

app = typer.Typer()


@app.command()
def hello(name: str = "World") -> None:
    """Greet somebody."""
    typer.echo(f"Hello {name}")


if __name__ == "__main__":
    app()
