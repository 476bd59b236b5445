"""What keeps abuse out: rates, sizes, addresses, and the headers every answer carries."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

LETTERS = 10_000
"""Letters a text typed into a form may have."""
BYTES = 200_000
"""The longest form taken: so many letters of any alphabet are 120,000 bytes, percent-encoded."""
FIELDS = 40
CROWD = 10_000

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Refused(Exception):
    """A request that is not served.

    Parameters
    ----------
    status : HTTP status.
    said : one sentence for the person, without internals.
    again : seconds after which to try again; 0 for not.
    """

    def __init__(self, status: int, said: str, again: int = 0) -> None:
        super().__init__(said)
        self.status, self.said, self.again = status, said, again


class Buckets:
    """A bucket of permits for each name: it starts full, and fills again at a steady rate.

    Parameters
    ----------
    size : permits that may be taken at once.
    seconds : time until one more is there.
    clock : seconds that only rise.

    Examples
    --------
    >>> now = [0.0]
    >>> buckets = Buckets(2, 10, lambda: now[0])
    >>> [buckets.take("Ada") for _ in range(3)]
    [0.0, 0.0, 10.0]
    >>> now[0] = 10.0
    >>> buckets.take("Ada"), buckets.take("Bo")
    (0.0, 0.0)
    """

    def __init__(self, size: int, seconds: float, clock: Callable[[], float]) -> None:
        self._size, self._seconds, self._clock = size, seconds, clock
        self._full_at: dict[str, float] = {}

    def take(self, name: str) -> float:
        """Take a permit and return 0, or return the seconds until there is one."""
        now = self._clock()
        full_at = max(self._full_at.get(name, now), now) + self._seconds
        wait = full_at - now - self._size * self._seconds
        if wait > 0:
            return wait
        if len(self._full_at) >= CROWD:
            self._full_at = {n: at for n, at in self._full_at.items() if at > now}
        self._full_at[name] = full_at
        return 0.0


def address(request: Request, *, behind_proxy: bool) -> str:
    """Return where a request comes from; behind a proxy, what that says of it."""
    told = request.headers.get("x-forwarded-for", "") if behind_proxy else ""
    last = told.rpartition(",")[2].strip()
    return last or (request.client.host if request.client else "")


def is_secure(request: Request, *, behind_proxy: bool) -> bool:
    """Return whether the browser speaks TLS; a proxy is believed only where there is one."""
    if behind_proxy:
        return request.headers.get("x-forwarded-proto", "") == "https"
    return request.url.scheme == "https"


async def form(request: Request) -> dict[str, str]:
    """Return the fields of a form, line ends as one character.

    Raises
    ------
    Refused
        When it is sent by another site, is no form, is too long, or is no UTF-8 text.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "This form was sent by another site.")
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Refused(415, "This is no form of this page.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BYTES:
            raise Refused(413, f"That is too long: {LETTERS:,} letters fit.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS
        )
    except ValueError as error:  # not UTF-8, or too many fields
        raise Refused(400, "The form could not be read.") from error
    return {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in pairs}


def check_csrf(fields: Mapping[str, str], csrf: str) -> None:
    """Check that a form comes from a page of this session.

    Raises
    ------
    Refused
        When it does not.
    """
    sent = fields.get("csrf", "").encode("utf-8", "replace")
    if not hmac.compare_digest(sent, csrf.encode()):
        raise Refused(403, "This form is of an earlier session. Open the page anew and send again.")
