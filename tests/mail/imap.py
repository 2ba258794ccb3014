"""A small IMAP server on loopback: enough of RFC 9051 for a client that only reads, and a list of what it was told."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes


class Imap(socketserver.ThreadingTCPServer):
    """Holds folders of mails by UID; `told` are the commands it got, without their tags."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folders: Mapping[str, Mapping[int, bytes]], password: str) -> None:
        self.folders, self.password = folders, password
        self.told: list[str] = []
        super().__init__(("127.0.0.1", 0), _Session)


class _Session(socketserver.StreamRequestHandler):
    server: Imap
    mails: Mapping[int, bytes]

    def handle(self) -> None:
        self.mails = {}
        self._say("* OK ready")
        for line in self.rfile:
            tag, _space, command = line.decode().strip().partition(" ")
            self.server.told.append(command)
            word = command.split()[0].upper()
            answer = getattr(self, f"_{word.lower()}", self._unknown)(command)
            self._say(f"{tag} {answer}")
            if word == "LOGOUT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _capability(self, _command: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _login(self, command: str) -> str:
        return "OK in" if command.endswith(f'"{self.server.password}"') else "NO [AUTHENTICATIONFAILED] wrong password"

    def _authenticate(self, _command: str) -> str:
        self._say("+ ")
        _nobody, _user, password = base64.b64decode(self.rfile.readline()).decode().split("\0")
        return "OK in" if password == self.server.password else "NO [AUTHENTICATIONFAILED] wrong password"

    def _examine(self, command: str) -> str:
        name = command.split(" ", 1)[1].strip('"')
        if name not in self.server.folders:
            return "NO no such folder"
        self.mails = self.server.folders[name]
        self._say(f"* {len(self.mails)} EXISTS")
        return "OK [READ-ONLY] open"

    def _uid(self, command: str) -> str:
        if " SEARCH " in command:
            self._say(f"* SEARCH {' '.join(map(str, self.mails))}".rstrip())
            return "OK done"
        for position, (uid, content) in enumerate(self.mails.items(), 1):
            if str(uid) not in re.split("[ ,]", command):
                continue
            if "BODYSTRUCTURE" in command:
                kinds = " ".join(
                    f'("{p.get_content_maintype()}" "{p.get_content_subtype()}")' for p in message_from_bytes(content).walk()
                )
                self._say(f"* {position} FETCH (UID {uid} RFC822.SIZE {len(content)} BODYSTRUCTURE ({kinds}))")
            else:
                self.wfile.write(f"* {position} FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n")
        return "OK done"

    def _logout(self, _command: str) -> str:
        self._say("* BYE")
        return "OK bye"

    def _unknown(self, _command: str) -> str:
        return "BAD what?"


@contextmanager
def imap(folders: Mapping[str, Mapping[int, bytes]], password: str = "salasana") -> Iterator[Imap]:  # noqa: S107  # opens nothing else
    """Run the server."""
    server = Imap(folders, password)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
