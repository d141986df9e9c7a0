"""A drop in a bucket of S3, or of a store that speaks like it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from miroir import Secret, SourceError, SourceUnavailable

from miroir_connectors.drop.place import Changed, Entry, Nature, Place, read_all
from miroir_connectors.drop.source import Drop

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_s3 import S3Client

_PAGE = 1_000
_GONE = frozenset({"404", "NoSuchKey", "PreconditionFailed", "412"})
_REMEDIES = {
    "NoSuchBucket": "Create it, or correct the key `bucket`.",
    "InvalidBucketName": "Correct the key `bucket`.",
    "InvalidAccessKeyId": "Correct the secret `access_key`.",
    "SignatureDoesNotMatch": "Correct the secrets `access_key` and `secret_key`.",
    "AuthorizationHeaderMalformed": "Correct the key `region`.",
    "PermanentRedirect": "Correct the key `region`, or `endpoint`.",
    "AccessDenied": "Ask for the right to list and read.",
    "RequestTimeTooSkewed": "Set the clock of this machine.",
}
"""What to do about a refusal that asking again would not change."""
_ANY_REMEDY = (
    "Correct `bucket`, `region`, `access_key` and `secret_key`, or ask for the right "
    "to list and read."
)
_LATER = frozenset({408, 409, 412, 423, 425, 429})
"""Statuses of what is refused now, and may not be later."""


@dataclass(frozen=True, kw_only=True)
class S3Drop(Drop):
    """Objects of `bucket` below `prefix`, taken as files.

    `endpoint` is for a store of one's own; `ca_file` for its certificate. An
    object appears whole: there is no second look unless `stable_seconds` is
    given. Objects are left where they are: S3 has no move, only copies and
    deletions, and nothing is deleted here. How long they stay is for the
    lifecycle rules of the bucket.
    """

    bucket: str
    access_key: Secret
    secret_key: Secret
    prefix: str = ""
    region: str = "eu-west-3"
    endpoint: str = ""
    ca_file: Path | None = None
    stable_seconds: int = 0
    timeout_seconds: int = 30

    def __post_init__(self) -> None:
        Drop.__post_init__(self)
        if self.after != "leave":
            raise ValueError('`after` is "leave" on S3, which has no move')
        if self.endpoint and not self.endpoint.startswith(("https://", "http://")):
            raise ValueError(
                '`endpoint` is an address such as "https://s3.example.org"'
            )

    def reach(self) -> Place:
        try:
            return Bucket(_client(self), self)
        except ImportError as error:
            raise SourceError(
                f"s3://{self.bucket}: boto3 is not installed; "
                "run `pip install 'miroir[s3]'`"
            ) from error


class Bucket(Place):
    """What is below the prefix of a bucket; «/» in a key makes folders."""

    setting = "bucket"

    def __init__(self, client: S3Client, drop: S3Drop) -> None:
        self._client = client
        self._bucket = drop.bucket
        self._prefix = f"{drop.prefix.strip('/')}/" if drop.prefix.strip("/") else ""
        self.address = f"s3://{drop.bucket}/{self._prefix}".rstrip("/")

    def entries(self, folder: str) -> Iterator[Entry]:
        below = self._prefix + (f"{folder}/" if folder else "")
        pages = self._client.get_paginator("list_objects_v2")
        with _explained(self.address):
            for page in pages.paginate(
                Bucket=self._bucket,
                Prefix=below,
                Delimiter="/",
                PaginationConfig={"PageSize": _PAGE},
            ):
                for each in page.get("CommonPrefixes", ()):
                    path = each["Prefix"].removeprefix(self._prefix).removesuffix("/")
                    yield Entry(path=path, nature=Nature.FOLDER, size=0, version="")
                for found in page.get("Contents", ()):
                    if found["Key"] != below:  # some tools make one for the folder
                        yield Entry(
                            path=found["Key"].removeprefix(self._prefix),
                            nature=Nature.FILE,
                            size=found["Size"],
                            version=found["ETag"],
                            modified_at=found["LastModified"],
                        )

    def look(self, path: str) -> Entry | None:
        if not path:
            return self._itself()
        with _explained(self.address):
            try:
                found = self._client.head_object(
                    Bucket=self._bucket, Key=self._prefix + path
                )
            except self._client.exceptions.ClientError as error:
                if _code(error) in _GONE:
                    return None
                raise
        return Entry(
            path=path,
            nature=Nature.FILE,
            size=found["ContentLength"],
            version=found["ETag"],
            modified_at=found["LastModified"],
        )

    def _itself(self) -> Entry | None:
        """The bucket; by a listing, since a HEAD does not say why it is refused."""
        with _explained(self.address):
            try:
                self._client.list_objects_v2(
                    Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1
                )
            except self._client.exceptions.NoSuchBucket:
                return None
        return Entry(path="", nature=Nature.FOLDER, size=0, version="")

    def read(self, entry: Entry, most: int) -> bytes:
        address = f"{self.address}/{entry.path}"
        with _explained(address):
            try:
                found = self._client.get_object(
                    Bucket=self._bucket,
                    Key=self._prefix + entry.path,
                    IfMatch=entry.version,
                )
            except self._client.exceptions.ClientError as error:
                if _code(error) in _GONE:
                    raise Changed(f"{address}: replaced or gone.") from None
                raise
            # Not as a context of its own, where a body that is cut passes for whole.
            with closing(found["Body"]) as body:
                return read_all(body.read, most, entry.path)

    def move(self, path: str, folder: str, name: str) -> None:
        raise SourceError(f"{self.address}/{path}: S3 has no move.")

    def close(self) -> None:
        self._client.close()


def _client(drop: S3Drop) -> S3Client:
    import boto3
    from botocore.config import Config

    seconds = drop.timeout_seconds
    client: S3Client = boto3.session.Session().client(
        "s3",
        region_name=drop.region,
        endpoint_url=drop.endpoint or None,
        verify=str(drop.ca_file) if drop.ca_file else None,
        aws_access_key_id=drop.access_key.reveal(),
        aws_secret_access_key=drop.secret_key.reveal(),
        config=Config(
            connect_timeout=seconds,
            read_timeout=seconds,
            retries={"total_max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path"} if drop.endpoint else {},
        ),
    )
    return client


def _code(error: Exception) -> str:
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def _lasting(error: ClientError) -> bool:
    """Whether asking again would be answered the same."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return _code(error) in _REMEDIES or (300 <= status < 500 and status not in _LATER)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Errors of the network and of the store, in Miroir's words."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ParamValidationError,
    )
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        code = _code(error)
        if _lasting(error):
            remedy = _REMEDIES.get(code, _ANY_REMEDY)
            raise SourceError(
                f"{address}: the store refuses it ({code}). {remedy}"
            ) from None
        raise SourceUnavailable(
            f"{address}: the store answers {code}. It is tried again."
        ) from None
    except ParamValidationError as error:
        raise SourceError(f"{address}: no name of a bucket. {error}") from None
    except (BotoCoreError, HTTPError, OSError) as error:
        raise SourceUnavailable(
            f"{address}: no answer, or one that broke off ({type(error).__name__}). "
            "It is tried again."
        ) from error
