"""What leaves for other people: letters made ready, kept in the outbox, sent, and calendars put on a server."""
