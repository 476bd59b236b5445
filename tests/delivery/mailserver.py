"""A real SMTP server on loopback, on a free port, that can be told to misbehave."""

import asyncio
import ssl
import threading
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "marsale", "correct horse"


class Postman(SMTP):
    """One connection, as `Office` wants it."""

    office = None

    async def smtp_DATA(self, arg):  # noqa: N802
        if self.office.hangs_up:
            await self.push("354 go on")
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)


class Office:
    """What the server does and has seen.

    `refuses` maps an address to the answers it gets, one a time; after them it is taken.
    `shut_to` maps a sender to the answer it always gets.
    """

    def __init__(self):
        self.taken, self.signed_in, self.refuses, self.shut_to = [], [], {}, {}
        self.hangs_up, self.connections, self.port, self.auth_answer = False, 0, 0, None

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.shut_to:
            return self.shut_to[address]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuses.get(address):
            return self.refuses[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 taken"

    def sign_in(self, server, session, envelope, mechanism, data):
        assert isinstance(data, LoginPassword)
        said = data.login.decode(), data.password.decode()
        self.signed_in.append(said)
        right = said == (USER, PASSWORD)
        return AuthResult(success=right, handled=False, message=self.auth_answer)


def context(authority, name="127.0.0.1"):
    """Return a server's TLS, with a certificate for a name."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(made)
    return made


@contextmanager
def running(tls=None, from_the_start=False, auth=False, smtputf8=True):
    """Run a server in a thread; yield its `Office`."""
    office, loop = Office(), asyncio.new_event_loop()
    options = {"enable_SMTPUTF8": smtputf8, "loop": loop, "hostname": "localhost"}
    if tls and not from_the_start:
        options |= {"tls_context": tls, "require_starttls": True}
    if auth:
        must_tls = not from_the_start
        options |= {"authenticator": office.sign_in, "auth_require_tls": must_tls}
        options |= {"auth_required": must_tls}
    else:
        options |= {"auth_exclude_mechanism": ["LOGIN", "PLAIN"]}

    def postman():
        made = Postman(office, **options)
        made.office = office
        office.connections += 1
        return made

    at_once = tls if from_the_start else None
    starting = loop.create_server(postman, host="127.0.0.1", port=0, ssl=at_once)
    server = loop.run_until_complete(starting)
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server):
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
