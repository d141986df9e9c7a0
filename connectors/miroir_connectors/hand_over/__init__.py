"""Cases given to a service: by mail, or as files in a folder or on an SFTP server."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import DestinationConnector, HandOverDesk, hookimpl

from miroir_connectors.hand_over.drops import HandOverDrop, HandOverSftp
from miroir_connectors.hand_over.mail import HandOverMail


@hookimpl
def miroir_hand_overs() -> Sequence[DestinationConnector[HandOverDesk]]:
    """Give the connectors `hand-over-mail`, `hand-over-drop`, `hand-over-sftp`."""
    return [
        DestinationConnector(
            name="hand-over-mail",
            destination=HandOverMail,
            summary="cases given to services by mail",
        ),
        DestinationConnector(
            name="hand-over-drop",
            destination=HandOverDrop,
            summary="cases given to services as files left in a folder",
        ),
        DestinationConnector(
            name="hand-over-sftp",
            destination=HandOverSftp,
            summary="cases given to services as files left on an SFTP server",
        ),
    ]
