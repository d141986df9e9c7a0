"""What the workplaces of pages are configured with, and the tools that they reach."""

from __future__ import annotations

from tests.docs.pages import ROOT, Page
from tests.plugins.distributions import Site

SOURCES = """
[sources.depot]
connector = "dsn-folder"
folder = "depot"
stable_seconds = 0
"""
ADHESIONS = """
[sources.adhesions]
connector = "adhesion-csv"
path = "adhesions.csv"
"""
TOOLS = """
[outbox]
isolation = "none"

[destinations.crm]
connector = "notebook"
folder = "carnet"

[destinations.mail]
connector = "pickup"
folder = "courrier"

[destinations.services]
connector = "hand-over-drop"
folder = "transmissions"

[destinations.record]
connector = "record-drop"
folder = "fiches"
format = "json"
name = "{siren}-{key}.json"

[destinations.record.fields.names]
siren = "{siren}"
analyse = "{analysis}"
motif = "{menu.motif}"
suite = "{menu.suite}"

[record.menus.motif]
label = "Motif de l’écart"
lists = [{ since = 2020-01-01, codes = { "01" = "Paramétrage", "02" = "Adhésion" } }]

[record.menus.suite]
label = "Suite donnée"
lists = [{ since = 2020-01-01, codes = { "R" = "À rappeler", "A" = "En attente" } }]

[dossiers.advisers.marie]

[dossiers.advisers.jean]
"""
REGISTRY = """
[outbox]
isolation = "none"

[destinations.outil]
connector = "adhesion-registry"
path = "registre.csv"
"""
CALL = {
    "reached": True,
    "presented": True,
    "interlocutor": "Mme Exemple",
    "role": "company",
    "contact": "paie@exemple.example",
    "right_person": True,
    "mandate": "company",
    "mandate_how": "rappelée au numéro du registre",
    "call_reason": "écarts de janvier à juin",
    "can_act": "himself",
    "available": True,
    "exposed": "company",
    "resolution": "corriger la prochaine DSN",
    "all_answered": True,
    "committed": True,
    "committed_what": "corriger la prochaine DSN",
    "committed_on": "2099-01-05",
    "summary": "L’entreprise corrige.",
}
REMOTE = '''
from dataclasses import dataclass
import miroir

@dataclass(frozen=True, kw_only=True)
class Remote(miroir.CrmLogger):
    """A CRM that refuses or goes silent, as its note asks."""
    promise = miroir.Promise(delivery=miroir.DeliveryClass.BLIND)

    def accounts(self, siren):
        return [miroir.CrmAccount(id=siren, siren=siren)]

    def send(self, action, intent):
        if "refus" in action.note:
            raise miroir.ActionRefused("no account", code="404")
        raise miroir.OutcomeUnknown("no answer")

@miroir.hookimpl
def miroir_crm_loggers():
    return [miroir.DestinationConnector(name="remote", destination=Remote)]
'''


REMOTE_TABLE = '\n[destinations.crm]\nconnector = "remote"\n'


def tools_of_the_page(site: Site) -> None:
    """Install the CRM and the mail of docs/hooks.md: where pages send things to."""
    given = ("notebook", "pickup")
    blocks = Page(ROOT / "docs/hooks.md").blocks
    modules = {
        f"tool_{name}": block.text
        for name in given
        for block in blocks
        if f'name="{name}"' in block.text
    }
    assert len(modules) == len(given)
    site.install("miroir-gps-pages", {**modules, "tool_remote": REMOTE})
