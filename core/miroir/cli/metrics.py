"""`miroir metrics`: what Prometheus reads, once or on a port."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.state import config_option, current_settings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


@click.command()
@click.option(
    "--textfile",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Replace this file, for the textfile collector of node_exporter.",
)
@click.option(
    "--serve",
    "address",
    metavar="HOST:PORT",
    help="Answer on http://HOST:PORT/metrics until stopped.",
)
@config_option
def metrics(textfile: Path | None, address: str | None) -> None:
    """Write the metrics of this workplace in the format of Prometheus.

    They hold counts and moments; no company and no person.
    """
    from prometheus_client import generate_latest

    from miroir.operations.metrics import registry_of

    registry = registry_of(current_settings())
    if address is not None:
        _serve(registry, *_host_and_port(address))
        return
    text = generate_latest(registry)
    if textfile is None:
        click.echo(text.decode(), nl=False)
        return
    draft = textfile.with_name(f".{textfile.name}.part")
    draft.write_bytes(text)
    draft.replace(textfile)


def _serve(registry: CollectorRegistry, host: str, port: int) -> None:
    """Answer until SIGTERM or SIGINT; port 0 takes a free one."""
    from prometheus_client import start_http_server

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    server, thread = start_http_server(port, host, registry)
    click.echo(f"metrics: http://{host}:{server.server_port}/metrics", err=True)
    stop.wait()
    server.shutdown()
    thread.join()


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        raise click.BadParameter(f"{address} is not HOST:PORT, such as 127.0.0.1:9464")
    return host, int(port)
