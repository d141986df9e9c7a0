"""The client: one system, its address, its bounds, who we are there."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Mapping
from functools import partial
from http.client import HTTPException
from urllib.parse import urlsplit

import requests
import tenacity
import urllib3
from tenacity.stop import stop_base

from miroir.errors import ConfigurationError, DestinationError
from miroir.http import outcomes
from miroir.http.authentication import Anonymous, Authentication
from miroir.http.connections import Adapter
from miroir.http.guard import Deadline, Guard
from miroir.http.limits import Limits, Semantics, Tls
from miroir.http.message import Answer, Request
from miroir.types.address import fault

_CHUNK = 65_536
_FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    OSError,
    ValueError,
)


class HttpClient:
    """Speaks with one system, under `base`; may be shared by threads.

    Only the host of `base` and `hosts` are ever spoken to, over TLS; without
    it only on this machine, or with `plain` where the network is trusted.
    `proxy` is the address of the one to go through; those of the environment
    are not.
    `explain` finds the system's own code in a refusal; it may raise nothing but
    what reading an answer raises. `stop` cuts waits short when the program ends.

    Raises ConfigurationError when `base` is not such an address, or when a
    certificate cannot be read.
    """

    def __init__(
        self,
        base: str,
        *,
        hosts: tuple[str, ...] = (),
        authentication: Authentication | None = None,
        limits: Limits | None = None,
        semantics: Semantics | None = None,
        tls: Tls | None = None,
        plain: bool = False,
        proxy: str = "",
        explain: Callable[[Answer], str] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self.limits = limits or Limits()
        self.semantics = semantics or Semantics()
        self.authentication = authentication or Anonymous()
        self.stop = stop or threading.Event()
        self._explain = explain
        self._plain = plain
        self._hosts = frozenset({*hosts, _host(base)})
        if wrong := fault(base, plain=plain):
            raise ConfigurationError([f"{_host(base)}: {wrong}"], value=base)
        self._session = _session(tls or Tls(), proxy)

    def exchange(self, deadline_s: float | None = None) -> Exchange:
        """Start what shares one deadline: look up, write, read back."""
        return Exchange(self, Deadline(deadline_s or self.limits.deadline_s))

    def send(self, request: Request) -> Answer:
        """Send one request in an exchange of its own; raises as `Exchange.send`."""
        return self.exchange().send(request)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def address(self, request: Request) -> str:
        """Where a request goes; ConfigurationError when it may not go there."""
        path = request.path
        url = path if "://" in path else f"{self.base}/{path.lstrip('/')}"
        wrong, host = fault(url, plain=self._plain), _host(url)
        if not wrong and host not in self._hosts:
            wrong = f"this host is not allowed ({', '.join(sorted(self._hosts))})"
        if wrong:
            where = f"{request.what}: {host}" if host else request.what
            raise ConfigurationError([f"{where}: {wrong}"], value=self.base)
        return url

    def once(
        self, request: Request, headers: Mapping[str, str], deadline: Deadline
    ) -> Answer | DestinationError:
        """Send once. Errors are returned: one that is raised while another is
        handled would carry that one along, with the address and the keys."""
        url = self.address(request)
        host = urlsplit(url).netloc
        guard = Guard(deadline, self.limits.connect_s)
        try:
            with guard.on():
                answer = self._receive(request, url, headers, guard)
        except _FAILURES as error:
            return outcomes.of_failure(host, request, error, guard, self.limits)
        code = "" if answer.status < 400 else self._code(answer)
        refused = outcomes.of_status(answer, self.semantics, self.limits, code)
        return answer if refused is None else refused

    def _code(self, answer: Answer) -> str:
        if self._explain is None:
            return ""
        with contextlib.suppress(DestinationError):  # a page of some gateway
            return self._explain(answer)
        return ""

    def _receive(
        self, request: Request, url: str, headers: Mapping[str, str], guard: Guard
    ) -> Answer:
        left = max(guard.deadline.left(), 0.001)
        response = self._session.request(
            request.method,
            url,
            params=request.query,
            json=request.json,
            data=request.form if request.content is None else request.content,
            headers={**headers, **request.headers},
            timeout=(min(self.limits.connect_s, left), min(self.limits.read_s, left)),
            allow_redirects=False,
            stream=True,
        )
        with response:
            content = _body(response, self.limits.max_bytes)
        if guard.expired:  # shut at the deadline: what came may be a part
            raise TimeoutError
        return Answer(
            host=urlsplit(url).netloc,
            request=request,
            status=response.status_code,
            headers=response.headers,
            content=content,
        )


class Exchange:
    """Requests that share one deadline."""

    def __init__(self, client: HttpClient, deadline: Deadline) -> None:
        self._client = client
        self._deadline = deadline

    def send(self, request: Request) -> Answer:
        """Send a request as who we are; give the answer if it is one.

        It is sent again only when it surely was not carried out, and within
        the deadline. A token that is refused is asked for once more.

        Raises:
            ActionNotSent: surely not carried out; a read that failed is this.
            ActionRefused, PreconditionFailed: the other side said no.
            OutcomeUnknown: a write whose answer is lost, or makes no sense.

        Each is a SourceUnavailable or a SourceError too: a source that sends
        lets them through.
        """
        trying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(outcomes.TryAgain),
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self._client.limits.tries),
                _StopBeforeTheEnd(self._client.stop, self._deadline),
            ),
            wait=self._wait,
            sleep=tenacity.sleep_using_event(self._client.stop),
            reraise=True,
        )
        return trying(partial(self._authorised, request))

    def alone(self, request: Request) -> Answer:
        """Send a request without saying who we are: to log in. Raises as `send`."""
        return _raised(self._client.once(request, {}, self._deadline))

    def _authorised(self, request: Request) -> Answer:
        """One try; raises as `send`."""
        identity = self._client.authentication
        headers = identity.headers(self)
        answer = self._client.once(request, headers, self._deadline)
        if getattr(answer, "code", "") == "401" and identity.renew():
            headers = identity.headers(self)
            answer = self._client.once(request, headers, self._deadline)
        return _raised(answer)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        failed = state.outcome and state.outcome.exception()
        asked: float | None = getattr(failed, "retry_after", None)
        if asked is not None:
            return asked
        longest = self._client.limits.first_wait_s * 2.0 ** (state.attempt_number - 1)
        return random.uniform(longest / 2, longest)  # no herd after an outage


class _StopBeforeTheEnd(stop_base):
    """A wait that leaves no time to send is not begun: the caller plans it."""

    def __init__(self, stop: threading.Event, deadline: Deadline) -> None:
        self._stop = stop
        self._deadline = deadline

    def __call__(self, state: tenacity.RetryCallState) -> bool:
        too_long = state.upcoming_sleep >= self._deadline.left()
        return too_long or self._stop.is_set()


def _host(address: str) -> str:
    """The host of an address, «» when it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _raised(answer: Answer | DestinationError) -> Answer:
    if isinstance(answer, DestinationError):
        raise answer
    return answer


def _session(tls: Tls, proxy: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy, no password file, no bundle of others
    if proxy:
        session.proxies = {"https": proxy, "http": proxy}
    session.verify = True if tls.authorities is None else str(tls.authorities)
    session.headers["User-Agent"] = "miroir"
    try:
        for scheme in ("https://", "http://"):
            session.mount(scheme, Adapter(tls))
    except OSError as error:
        reason = error.strerror or "not a certificate and its key"
        raise ConfigurationError([f"{tls.certificate}: {reason}"]) from None
    return session


def _body(response: requests.Response, most: int) -> bytes:
    """All of it, decompressed; raises TooBig beyond `most` bytes."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced[:18]) > most:
        raise outcomes.TooBig(f"more than {most} bytes announced, its limit")
    content = bytearray()
    for chunk in response.iter_content(_CHUNK):
        content += chunk
        if len(content) > most:
            raise outcomes.TooBig(f"more than {most} bytes, its limit")
    return bytes(content)
