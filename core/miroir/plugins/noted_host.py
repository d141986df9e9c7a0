"""A host whose plugin is blamed by name for what it did instead of answering."""

from __future__ import annotations

from miroir.errors import PluginError
from miroir.isolation import Host, Json
from miroir.plugins.conduct import Conduct, kind_of
from miroir.plugins.guarding import blamed
from miroir.plugins.provider import Provider


class NotedHost:
    """Calls `host`; what its plugin does wrong is noted, and raised unchanged.

    `place` is where it is configured: «[destinations.crm]».
    """

    def __init__(
        self, host: Host, provider: Provider, place: str, conduct: Conduct
    ) -> None:
        self._host, self._provider = host, provider
        self._place, self._conduct = place, conduct

    def start(self) -> None:
        """As `Host.start`."""
        try:
            self._host.start()
        except PluginError as error:
            self._note("starting", error)
            raise

    def call(self, method: str, params: Json, seconds: float) -> Json:
        """As `Host.call`."""
        try:
            return self._host.call(method, params, seconds)
        except PluginError as error:
            self._note(method, error)
            raise

    def close(self) -> None:
        """As `Host.close`."""
        self._host.close()

    def _note(self, method: str, error: PluginError) -> None:
        told = blamed(self._provider, f"{method} of {self._place}", error)
        self._conduct.note(self._provider, kind_of(error), str(told))
