"""Drops: files that others put in a folder, on an SFTP server, in a bucket."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.drop.folder import FolderDrop
from miroir_connectors.drop.s3 import S3Drop
from miroir_connectors.drop.sftp import SftpDrop


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connectors `folder`, `sftp` and `s3`."""
    return [
        SourceConnector(
            name="folder",
            source=FolderDrop,
            summary="files of any kind and format dropped in a folder",
        ),
        SourceConnector(
            name="sftp",
            source=SftpDrop,
            summary="files of any kind and format dropped on an SFTP server",
        ),
        SourceConnector(
            name="s3",
            source=S3Drop,
            summary="files of any kind and format dropped in an S3 bucket",
        ),
    ]
