"""A real IMAP server, Dovecot, on loopback: a port and a certificate of its own."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from imapclient import IMAPClient

from report_helpers.settings.delivery import Replies

MANY = 100
PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
PASSWORD = "geheim-größer"
SETTINGS = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail
first_valid_uid = 0
auth_failure_delay = 0
{capability}
{users}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
}}
"""


@dataclass(frozen=True)
class Server:
    """The server while it runs.

    Parameters
    ----------
    home : its folder: `ca.pem` is who vouches for its certificate.
    port : where it listens.
    """

    home: Path
    port: int

    def replies(self, folder: str = "INBOX") -> Replies:
        """Return settings that name a mailbox on it."""
        url = f"imaps://ann%40b.example@localhost:{self.port}/{folder}"
        return Replies(mailbox=url, ca_file=str(self.home / "ca.pem"))

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """Yield a connection of somebody else to the same mailbox."""
        trusted = ssl.create_default_context(cafile=str(self.home / "ca.pem"))
        with IMAPClient("localhost", self.port, ssl_context=trusted, timeout=20) as client:
            client.plain_login("ann@b.example", PASSWORD)
            yield client

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the INBOX."""
        with self.client() as client:
            for content in mails if len(mails) < MANY else ():
                client.append("INBOX", content)
            if len(mails) >= MANY:
                client.multiappend("INBOX", mails)

    def empty(self) -> None:
        """Remove all mails, and all folders but the INBOX."""
        with self.client() as client:
            for _, _, name in client.list_folders():
                if name != "INBOX":
                    client.delete_folder(name)
            client.select_folder("INBOX")
            client.delete_messages(client.search())
            client.expunge()


@contextmanager
def running(separator: str = "/", prefix: str = "", capability: str = "") -> Iterator[Server]:
    """Run a server: its folders lie below `prefix`, and it says it can do `capability`."""
    if PROGRAM is None:
        pytest.skip("needs Dovecot, a real IMAP server, which is not on this machine")
    home = Path(tempfile.mkdtemp(prefix="imap-"))  # short: its sockets lie in it
    home.chmod(0o755)
    process = None
    try:
        server = _prepared(home, separator, prefix, capability)
        process = subprocess.Popen([PROGRAM, "-F", "-c", str(home / "conf")])
        _wait(server, process)
        yield server
    finally:
        if process is not None:
            process.terminate()
            process.wait(20)
        shutil.rmtree(home)


def _prepared(home: Path, separator: str, prefix: str, capability: str) -> Server:
    import pwd

    ca = trustme.CA()
    certificate = ca.issue_cert("localhost")
    ca.cert_pem.write_to_path(home / "ca.pem")
    certificate.private_key_pem.write_to_path(home / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(home / "cert.pem")
    me = pwd.getpwuid(os.getuid() or pwd.getpwnam("nobody").pw_uid)
    (home / "mail").mkdir()
    os.chown(home / "mail", me.pw_uid, me.pw_gid)
    root = os.getuid() == 0
    users = (
        "" if root else f"default_internal_user = {me.pw_name}\ndefault_login_user = {me.pw_name}"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = SETTINGS.format(
        home=home,
        port=port,
        users=users,
        password=PASSWORD,
        uid=me.pw_uid,
        gid=me.pw_gid,
        separator=separator,
        prefix=prefix,
        capability=f"imap_capability = {capability}" if capability else "",
    )
    (home / "conf").write_text(said, encoding="utf-8")
    return Server(home, port)


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server listens."""
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    log = server.home / "log"
    told = log.read_text(encoding="utf-8") if log.is_file() else "it left no log"
    raise AssertionError(f"Dovecot does not listen:\n{told}")
