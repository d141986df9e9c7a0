"""All that a plugin may import: the hook marker and the types of the hooks.

Names are loaded when they are first used, so that `miroir --help` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miroir.errors import (
        ActionNotSent,
        ActionRefused,
        DestinationError,
        MiroirError,
        NeedsPerson,
        OutcomeUnknown,
        PreconditionFailed,
        RowsRefused,
        SourceError,
        SourceUnavailable,
    )
    from miroir.hookspecs import (
        hookimpl,
    )
    from miroir.types.action import (
        AdhesionContract,
        AdhesionUpdate,
        AdhesionUpdater,
        ArchivedMail,
        Attachment,
        CrmAccount,
        CrmContact,
        CrmLogger,
        HandOver,
        HandOverDesk,
        Mail,
        Mailer,
        RecordEntry,
        TraceWriter,
    )
    from miroir.types.address import Address
    from miroir.types.adhesion import (
        AdhesionCondition,
        Headcount,
    )
    from miroir.types.campaign import (
        CampaignLine,
        Task,
    )
    from miroir.types.declaration import (
        Evidence,
    )
    from miroir.types.delivery import (
        DeliveryClass,
        Destination,
        DestinationConnector,
        Intent,
        Promise,
        Receipt,
    )
    from miroir.types.diagnosis import (
        Cause,
        CompanyView,
        Diagnosis,
        Diagnostic,
        Finding,
        Responsible,
        Scope,
        Status,
        Wording,
    )
    from miroir.types.period import (
        Month,
    )
    from miroir.types.policies import (
        Ranking,
        SamplingPolicy,
        ThresholdPolicy,
    )
    from miroir.types.sampling import (
        EstablishmentGaps,
        SampleSize,
    )
    from miroir.types.schedule import (
        FollowUpRule,
        Job,
        JobRun,
    )
    from miroir.types.secret import Secret
    from miroir.types.set_aside import SetAside
    from miroir.types.source import (
        AdhesionReading,
        AdhesionSource,
        CampaignReading,
        CampaignSource,
        CollectRequest,
        DsnSource,
        ReceivedFile,
        Refusal,
        RowSource,
        SourceConnector,
        TaskReading,
        TaskSource,
    )
    from miroir.types.thresholds import (
        Thresholds,
    )

_HOME = {
    "miroir.errors": (
        "ActionNotSent",
        "ActionRefused",
        "DestinationError",
        "MiroirError",
        "NeedsPerson",
        "OutcomeUnknown",
        "PreconditionFailed",
        "RowsRefused",
        "SourceError",
        "SourceUnavailable",
    ),
    "miroir.hookspecs": ("hookimpl",),
    "miroir.types.action": (
        "AdhesionContract",
        "AdhesionUpdate",
        "AdhesionUpdater",
        "ArchivedMail",
        "Attachment",
        "CrmAccount",
        "CrmContact",
        "CrmLogger",
        "HandOver",
        "HandOverDesk",
        "Mail",
        "Mailer",
        "RecordEntry",
        "TraceWriter",
    ),
    "miroir.types.address": ("Address",),
    "miroir.types.adhesion": (
        "AdhesionCondition",
        "Headcount",
    ),
    "miroir.types.campaign": (
        "CampaignLine",
        "Task",
    ),
    "miroir.types.declaration": ("Evidence",),
    "miroir.types.delivery": (
        "DeliveryClass",
        "Destination",
        "DestinationConnector",
        "Intent",
        "Promise",
        "Receipt",
    ),
    "miroir.types.diagnosis": (
        "Cause",
        "CompanyView",
        "Diagnosis",
        "Diagnostic",
        "Finding",
        "Responsible",
        "Scope",
        "Status",
        "Wording",
    ),
    "miroir.types.period": ("Month",),
    "miroir.types.policies": (
        "Ranking",
        "SamplingPolicy",
        "ThresholdPolicy",
    ),
    "miroir.types.sampling": (
        "EstablishmentGaps",
        "SampleSize",
    ),
    "miroir.types.schedule": (
        "FollowUpRule",
        "Job",
        "JobRun",
    ),
    "miroir.types.secret": ("Secret",),
    "miroir.types.set_aside": ("SetAside",),
    "miroir.types.source": (
        "AdhesionReading",
        "AdhesionSource",
        "CampaignReading",
        "CampaignSource",
        "CollectRequest",
        "DsnSource",
        "ReceivedFile",
        "Refusal",
        "RowSource",
        "SourceConnector",
        "TaskReading",
        "TaskSource",
    ),
    "miroir.types.thresholds": ("Thresholds",),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "ActionNotSent",
    "ActionRefused",
    "Address",
    "AdhesionCondition",
    "AdhesionContract",
    "AdhesionReading",
    "AdhesionSource",
    "AdhesionUpdate",
    "AdhesionUpdater",
    "ArchivedMail",
    "Attachment",
    "CampaignLine",
    "CampaignReading",
    "CampaignSource",
    "Cause",
    "CollectRequest",
    "CompanyView",
    "CrmAccount",
    "CrmContact",
    "CrmLogger",
    "DeliveryClass",
    "Destination",
    "DestinationConnector",
    "DestinationError",
    "Diagnosis",
    "Diagnostic",
    "DsnSource",
    "EstablishmentGaps",
    "Evidence",
    "Finding",
    "FollowUpRule",
    "HandOver",
    "HandOverDesk",
    "Headcount",
    "Intent",
    "Job",
    "JobRun",
    "Mail",
    "Mailer",
    "MiroirError",
    "Month",
    "NeedsPerson",
    "OutcomeUnknown",
    "PreconditionFailed",
    "Promise",
    "Ranking",
    "Receipt",
    "ReceivedFile",
    "RecordEntry",
    "Refusal",
    "Responsible",
    "RowSource",
    "RowsRefused",
    "SampleSize",
    "SamplingPolicy",
    "Scope",
    "Secret",
    "SetAside",
    "SourceConnector",
    "SourceError",
    "SourceUnavailable",
    "Status",
    "Task",
    "TaskReading",
    "TaskSource",
    "ThresholdPolicy",
    "Thresholds",
    "TraceWriter",
    "Wording",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'miroir' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)
