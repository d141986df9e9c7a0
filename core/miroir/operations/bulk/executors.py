"""Where shards are worked: here, in processes of this machine, or by dask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from miroir.declaration.columns.scan import prepare_process
from miroir.errors import MiroirError
from miroir.operations.bulk.results import ShardResult
from miroir.operations.bulk.shard import ShardSpec, run_shard

if TYPE_CHECKING:
    from distributed import Client

Results = tuple[ShardResult, ...]
RETRIES = 3
"""How often dask tries a shard again when its worker is lost."""


class Executor(Protocol):
    """Works shards, giving the results of each as it ends."""

    def run(self, specs: Sequence[ShardSpec]) -> Iterator[Results]: ...


class Here:
    """One shard after the other, in this process."""

    def run(self, specs: Sequence[ShardSpec]) -> Iterator[Results]:
        for spec in specs:
            yield run_shard(spec)


class Local:
    """Processes of this machine; they start while the run is still prepared, all
    from one that imported once what they need."""

    def __init__(self, workers: int) -> None:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        once = multiprocessing.get_context("forkserver")
        once.set_forkserver_preload([run_shard.__module__])
        self._pool = ProcessPoolExecutor(workers, mp_context=once)
        for _ in range(workers):
            self._pool.submit(prepare_process)

    def run(self, specs: Sequence[ShardSpec]) -> Iterator[Results]:
        from concurrent.futures import as_completed
        from concurrent.futures.process import BrokenProcessPool

        with self._pool as pool:
            waiting = [pool.submit(run_shard, spec) for spec in specs]
            try:
                for done in as_completed(waiting):
                    yield done.result()
            except BrokenProcessPool:
                raise MiroirError(
                    "a process that worked a shard was killed; look at the memory"
                    " left, then run again with --resume"
                ) from None
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


@dataclass(frozen=True, slots=True)
class Dask:
    """The workers of a dask scheduler, which share the folders of this machine.

    TLS is what dask's own configuration says.
    """

    scheduler: str

    def run(self, specs: Sequence[ShardSpec]) -> Iterator[Results]:
        with self._client() as client:
            from distributed import KilledWorker, as_completed

            waiting = [
                client.submit(run_shard, spec, retries=RETRIES, pure=False)
                for spec in specs
            ]
            ended = as_completed(waiting, loop=client.loop)  # type: ignore[no-untyped-call]
            for done in ended:
                try:
                    yield done.result()
                except KilledWorker:
                    raise MiroirError(
                        f"{self.scheduler}: the workers of a shard died, each time"
                        " it was tried; look at their memory, then run again with"
                        " --resume"
                    ) from None

    def _client(self) -> Client:
        try:
            from distributed import Client, Security
        except ModuleNotFoundError:
            raise MiroirError(
                "dask is missing: install it with `pip install miroir[dask]`"
            ) from None
        try:
            security: Any = Security()  # type: ignore[no-untyped-call]
            self._check(security.get_connection_args("client"))
            return Client(  # type: ignore[no-untyped-call]
                self.scheduler, set_as_default=False
            )
        except OSError as error:
            raise MiroirError(
                f"{self.scheduler}: no dask scheduler answers ({error}); check its"
                " address, and TLS in dask's configuration"
            ) from None

    def _check(self, settings: Mapping[str, Any]) -> None:
        """Refuse what dask would only fail on later."""
        encrypted = self.scheduler.startswith("tls://")
        if encrypted and settings.get("ssl_context") is None:
            raise MiroirError(
                f"{self.scheduler}: dask's configuration gives no certificate; set"
                " distributed.comm.tls.ca-file, tls.client.cert and tls.client.key"
            )
        if settings.get("require_encryption") and not encrypted:
            raise MiroirError(
                f"{self.scheduler}: dask's configuration requires encryption; give"
                " an address that starts with tls://"
            )
