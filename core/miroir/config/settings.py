"""Every setting of Miroir: its key, its type, its default, what is expected.

The descriptions are shown in messages, in the JSON schema, and in
docs/configuration.md, which a test compares with this file.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr
from pydantic_settings import BaseSettings, SettingsConfigDict

from miroir.config.adhesion import AdhesionSection
from miroir.config.documents import DocumentsSection
from miroir.config.dossiers import CampaignSection, DossiersSection
from miroir.config.entries import Key, Origin, dotted
from miroir.config.judging import DiagnosisSection, SamplingSection
from miroir.config.layers import Layers
from miroir.config.outbox import OutboxSection
from miroir.config.plugins import PluginsSection
from miroir.config.record import RecordSection
from miroir.config.schedule import ScheduleSection
from miroir.config.section import Section
from miroir.config.services import ServiceSection, usual
from miroir.config.trace import TraceSection
from miroir.types.amounts import Cents

_SQLITE = "sqlite:///"
_URL = re.compile(r"sqlite:///.+|postgres(?:ql)?(?:\+psycopg)?://.+")
_EUROS = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?", re.ASCII)
_MOST_EUROS = 10


def _url(value: object) -> object:
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise ValueError("not the address of a store")
    if value.endswith(":memory:"):
        raise ValueError("a store in memory would be lost")
    return value


def _euros(value: object) -> object:
    # A TOML float has already lost what was written.
    if not isinstance(value, str) or not _EUROS.fullmatch(value):
        raise ValueError("not an amount in quotes")
    if Decimal(value) > _MOST_EUROS:
        raise ValueError("too much to be a tolerance")
    return Decimal(value)


class StoreSection(Section):
    """Where companies, declarations, gaps and dossiers are kept."""

    url: Annotated[
        str,
        BeforeValidator(_url),
        Field(
            description='an address such as "sqlite:///miroir.db" (a path from the '
            'folder of the configuration) or "postgresql://user@host/database"'
        ),
    ] = "sqlite:///miroir.db"


class KeysSection(Section):
    """What pseudonyms and encrypted NIRs are made with."""

    file: Path = Field(
        default=Path("miroir.keys"),
        description="the path of the key file, which `miroir init` creates",
    )


class GapSection(Section):
    """When a difference is a gap."""

    tolerance: Annotated[
        Decimal,
        BeforeValidator(_euros),
        Field(
            description="an amount in euros per employee and month, in quotes, "
            'between "0.00" and "10.00", such as "0.05"'
        ),
    ] = Decimal("0.05")

    @property
    def tolerance_cents(self) -> Cents:
        return int(self.tolerance * 100)


class LoggingSection(Section):
    """What is written to stderr while a command works."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="one of debug, info, warning, error"
    )
    format: Literal["text", "json"] = Field(
        default="text", description="text, or json: one object per line"
    )


class SecretsSection(Section):
    """Where secret files are."""

    folder: Path | None = Field(
        default=None,
        description="the path of a folder with one file per secret, named "
        "section__key; without it $CREDENTIALS_DIRECTORY",
    )


class ConnectorSection(BaseModel):
    """One source or destination; the other keys are those of its connector."""

    model_config = ConfigDict(extra="allow", frozen=True)

    connector: str = Field(
        description="the name of a connector, see `miroir plugins list`"
    )


class Settings(BaseSettings):
    """The whole configuration, valid, its paths absolute."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    archive: Path = Field(
        default=Path("received"),
        description="the path of the folder where received files are kept",
    )
    runs: Path = Field(
        default=Path("runs"),
        description="the path of the folder of result files, one per run of several "
        "companies",
    )
    store: StoreSection = StoreSection()
    keys: KeysSection = KeysSection()
    plugins: PluginsSection = PluginsSection()
    gap: GapSection = GapSection()
    diagnosis: DiagnosisSection = DiagnosisSection()
    sampling: SamplingSection = SamplingSection()
    documents: DocumentsSection = DocumentsSection()
    adhesion: AdhesionSection = AdhesionSection()
    logging: LoggingSection = LoggingSection()
    schedule: ScheduleSection = ScheduleSection()
    outbox: OutboxSection = OutboxSection()
    secrets: SecretsSection = SecretsSection()
    trace: TraceSection = TraceSection()
    record: RecordSection = RecordSection()
    services: dict[str, ServiceSection] = Field(
        default_factory=usual,
        description="tables [services.<name>], one per service that takes cases",
    )
    dossiers: DossiersSection = DossiersSection()
    campaigns: dict[str, CampaignSection] = Field(
        default_factory=dict, description="tables [campaigns.<name>], one per campaign"
    )
    sources: dict[str, ConnectorSection] = Field(
        default_factory=dict, description="tables [sources.<name>], one per source"
    )
    destinations: dict[str, ConnectorSection] = Field(
        default_factory=dict,
        description="tables [destinations.<name>], one per outside system to act on",
    )

    _layers: Layers = PrivateAttr()

    @property
    def layers(self) -> Layers:
        """The values as they were written, and where."""
        return self._layers

    @property
    def file(self) -> Path | None:
        """The configuration file, None when there is none."""
        return self._layers.file

    def origin(self, key: str | Key) -> Origin:
        """Where a key such as «gap.tolerance» was written."""
        return self._layers.origin(
            tuple(key.split(".")) if isinstance(key, str) else key
        )


def absolute(settings: Settings, layers: Layers) -> Settings:
    """The same settings, every path made absolute from the file's folder."""
    folder = layers.folder
    secrets = settings.secrets.folder
    documents, templates = settings.documents, settings.documents.templates
    adhesion = settings.adhesion
    resolved = settings.model_copy(
        update={
            "archive": resolve(folder, settings.archive),
            "runs": resolve(folder, settings.runs),
            "store": StoreSection.model_construct(
                url=_absolute_url(folder, settings.store.url)
            ),
            "keys": KeysSection(file=resolve(folder, settings.keys.file)),
            "schedule": settings.schedule.model_copy(
                update={"anchors": resolve(folder, settings.schedule.anchors)}
            ),
            "outbox": settings.outbox.model_copy(
                update={"mark": resolve(folder, settings.outbox.mark)}
            ),
            "secrets": SecretsSection(folder=secrets and resolve(folder, secrets)),
            "trace": settings.trace.model_copy(
                update={"heads": resolve(folder, settings.trace.heads)}
            ),
            "documents": documents.model_copy(
                update={"templates": templates and resolve(folder, templates)}
            ),
            "adhesion": adhesion.model_copy(
                update={
                    name: path and resolve(folder, path)
                    for name, path in (
                        ("menu", adhesion.menu),
                        ("agreements", adhesion.agreements),
                    )
                }
            ),
        }
    )
    resolved._layers = layers
    return resolved


def resolve(folder: Path, path: Path) -> Path:
    """An absolute path; a relative one starts from `folder`."""
    return folder / path.expanduser()


def _absolute_url(folder: Path, url: str) -> str:
    if not url.startswith(_SQLITE):
        return url
    return _SQLITE + str(resolve(folder, Path(url.removeprefix(_SQLITE))))


def known_keys(prefix: Key) -> tuple[str, ...]:
    """The keys of a table of the configuration."""
    return tuple(_table(prefix).model_fields)


def expected(key: Key) -> str:
    """What a key expects, in words; «a table» for a section."""
    field = _table(key[:-1]).model_fields.get(key[-1])
    return (field and field.description) or f"a table [{dotted(key)}]"


def _table(prefix: Key) -> type[BaseModel]:
    model: type[BaseModel] = Settings
    if prefix[:1] in (("sources",), ("destinations",)):
        return ConnectorSection if len(prefix) == 2 else BaseModel
    names = iter(prefix)
    for name in names:
        below = model.model_fields[name].annotation
        if get_origin(below) is dict:  # tables under names of one's own
            below = get_args(below)[1] if next(names, None) else None
        if not isinstance(below, type) or not issubclass(below, BaseModel):
            return BaseModel  # a plain value: nothing is known below it
        model = below
    return model
