"""The kinds of plugin that can be begun, one per hook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind: its hook, and the files that are written for it.

    `template`: the folder of its files; several kinds may share one, whose
    words are then in `words`. `table`: the section of its table in
    miroir.toml, empty if it has none.
    """

    name: str
    hook: str
    contract: str
    template: str = ""
    table: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """The module of the plugin that holds it."""
        return self.name.replace("-", "_")

    @property
    def folder(self) -> str:
        return self.template or self.module


_READ = '''
    def read(self, siren: str) -> miroir.AdhesionContract | None:
        """Until our tool is called, there is no contract to show."""
        return None

'''
_ACCOUNTS = '''
    def accounts(self, siren: str) -> Sequence[miroir.CrmAccount]:
        """One account per SIREN, until our CRM is asked."""
        return [miroir.CrmAccount(id=siren, siren=siren)]

'''


def _destination(
    name: str, hook: str, base: str, action: str, title: str, extra: str = "\n"
) -> Kind:
    words = {
        "klass": f"Our{base}",
        "base": base,
        "action": action,
        "title": title,
        "suffix": name,
        "extra": extra,
    }
    return Kind(
        name=name,
        hook=hook,
        contract="DestinationContract",
        template="destination",
        table="destinations",
        words=words,
    )


_ALL = (
    Kind(
        name="source",
        hook="miroir_sources",
        contract="SourceContract",
        table="sources",
    ),
    Kind(name="diagnostic", hook="miroir_diagnostics", contract="DiagnosticContract"),
    Kind(name="thresholds", hook="miroir_thresholds", contract="ThresholdContract"),
    Kind(name="ranking", hook="miroir_ranking", contract="RankingContract"),
    Kind(name="sampling", hook="miroir_sampling", contract="SamplingContract"),
    Kind(name="job", hook="miroir_jobs", contract="JobContract"),
    Kind(name="follow-up", hook="miroir_followups", contract="FollowUpContract"),
    Kind(name="command", hook="miroir_commands", contract="CommandContract"),
    _destination(
        "adhesion-updater",
        "miroir_adhesion_updaters",
        "AdhesionUpdater",
        "AdhesionUpdate",
        "Our management tool, which takes orders in a folder.",
        _READ,
    ),
    _destination(
        "crm-logger",
        "miroir_crm_loggers",
        "CrmLogger",
        "CrmContact",
        "Our CRM, which takes contacts in a folder.",
        _ACCOUNTS,
    ),
    _destination(
        "trace-writer",
        "miroir_trace_writers",
        "TraceWriter",
        "RecordEntry",
        "The shared record of companies, which takes entries in a folder.",
    ),
    _destination(
        "mailer",
        "miroir_mailers",
        "Mailer",
        "Mail",
        "Our mail gateway, which takes mails in a folder.",
    ),
    _destination(
        "hand-over",
        "miroir_hand_overs",
        "HandOverDesk",
        "HandOver",
        "The desk of our referents, which takes cases in a folder.",
    ),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
"""By the name that `miroir plugins new --kind` takes."""
