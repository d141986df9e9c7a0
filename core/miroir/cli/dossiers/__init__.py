"""`miroir dossiers`: the case of each company, from the first signal to the end."""

from __future__ import annotations

import click

from miroir.cli.group import CommandGroup

COMMANDS = {
    "list": ("reading:list_dossiers", "List dossiers by adviser, age, amount, state…"),
    "show": ("reading:show", "Show a dossier and its thread."),
    "today": ("planning:today", "Show the next actions, or write a calendar."),
    "open": ("intake:open_dossier", "Open a dossier, or attach a signal to it."),
    "move": ("acts:move", "Move a dossier to another state."),
    "close": ("acts:close", "Close a dossier."),
    "claim": ("acts:claim", "Work on a dossier, alone for a time."),
    "release": ("acts:release", "Leave a dossier to others."),
    "assign": ("acts:assign", "Give a dossier, or hand it over with a note."),
    "note": ("acts:note", "Add a note to the thread."),
    "suspend": ("acts:suspend", "Say that Urssaf or MSA treats it already."),
    "resume": ("acts:resume", "Work a suspended dossier again."),
    "hypothesis": (
        "decisions:hypothesis",
        "Suppose, confirm, refute or doubt a cause.",
    ),
    "ask": ("decisions:ask", "Note a question to the client."),
    "answer": ("decisions:answer", "Answer or withdraw a question."),
    "call": ("call:call", "Go through a call and record it."),
    "dates": ("decisions:dates", "Propose days for a correction."),
    "commit": ("decisions:commit", "Note a commitment of the client."),
    "adapt": ("decisions:adapt", "Put a commitment off."),
    "judge": ("decisions:judge", "Cancel or judge a commitment."),
    "mail": ("outward:mail", "Send the summary mail, once, if the mandate allows."),
    "record": ("outward:record", "Complete the shared record of the company."),
    "refer": ("outward:refer", "Hand a case over to a service, with its evidence."),
    "referred": ("outward:referred", "Take the answer of a service."),
    "legitimate": ("decisions:legitimate", "Remember that gaps are right."),
    "forget": ("decisions:forget", "Withdraw such a decision."),
    "advisers": ("planning:advisers", "Show the load of each adviser."),
    "campaigns": ("planning:campaigns", "Show how far each campaign is."),
    "measure": ("planning:measure", "Measure the commitments that came due."),
}
"""Name, place and summary, in the order of the work."""


@click.group(cls=CommandGroup, package=__name__, known=COMMANDS)
def dossiers() -> None:
    """Work the case of each company: list, show, call, promise, close.

    Texts for advisers are in French. Whoever acts is --as NAME, else
    $MIROIR_ADVISER, else the user of this session.
    """
