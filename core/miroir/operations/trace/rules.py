"""The versions of everything that decides, as each line of the journal says them."""

from __future__ import annotations

from miroir.config.settings import Settings
from miroir.plugins.manager import PluginManager
from miroir.trace.versions import Versions, digest_of, installed

_DECIDING = (
    *("gap", "diagnosis", "sampling", "documents", "dossiers", "campaigns"),
    *("record", "services"),
)


def versions_of(settings: Settings, plugins: PluginManager) -> Versions:
    """Plugins that are on, and a digest of the settings that rules depend on."""
    chosen = settings.model_dump(mode="json", include=set(_DECIDING))
    follow_ups = settings.schedule.model_dump(mode="json", include={"followups"})
    own = installed()
    return Versions(
        miroir=own.miroir,
        parameters=own.parameters,
        settings=digest_of({**chosen, **follow_ups}),
        plugins={
            f"{loaded.provider.name} ({loaded.provider.distribution})": (
                loaded.provider.version
            )
            for loaded in plugins.loaded
            if not loaded.provider.builtin
        },
    )
