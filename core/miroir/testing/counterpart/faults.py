"""Everything that goes wrong with a counterpart, by name."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """One way to go wrong. `committed` in a name: the effect is there."""

    REFUSED = "refused"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS_EXPIRED = "tls_expired"
    TLS_WRONG_HOST = "tls_wrong_host"
    HANG = "hang"
    HANG_COMMITTED = "hang_committed"
    ANSWER_BEFORE_COMMIT = "answer_before_commit"
    COMMIT_LATE = "commit_late"
    RESET = "reset"
    RESET_COMMITTED = "reset_committed"
    HALF_BODY = "half_body"
    DRIP = "drip"
    DRIP_HEADERS = "drip_headers"
    STATUS = "status"
    STATUS_COMMITTED = "status_committed"
    LOGIN_PAGE = "login_page"
    LOGIN_PAGE_COMMITTED = "login_page_committed"
    NOT_JSON = "not_json"
    EMPTY = "empty"
    NO_EFFECT = "no_effect"
    TWICE = "twice"
    REDIRECT = "redirect"
    GZIP_BOMB = "gzip_bomb"
    ENDLESS = "endless"


CONNECTION = frozenset(
    {Fault.REFUSED, Fault.CONNECT_TIMEOUT, Fault.TLS_EXPIRED, Fault.TLS_WRONG_HOST}
)
"""Those that come before a request: nothing of it is read."""

COMMITTED = frozenset(
    {
        Fault.HANG_COMMITTED,
        Fault.RESET_COMMITTED,
        Fault.HALF_BODY,
        Fault.DRIP,
        Fault.DRIP_HEADERS,
        Fault.STATUS_COMMITTED,
        Fault.LOGIN_PAGE_COMMITTED,
        Fault.NOT_JSON,
        Fault.EMPTY,
        Fault.GZIP_BOMB,
        Fault.ENDLESS,
    }
)
"""Those that do what is asked, then answer wrongly."""
