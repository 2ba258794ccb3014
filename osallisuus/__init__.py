"""Customer panels and webinar series in one local SQLite file."""

__version__ = "1.4.0"
