"""The command line. Every command lives in its own module, imported when used.

`miroir --help` imports none of them: their one-line summaries are here.
"""

from __future__ import annotations

import click

from miroir.cli.group import MiroirGroup
from miroir.cli.state import config_option, debug_option

BUILTIN = {
    "actions": ("actions:actions", "Show and decide what goes out."),
    "adhesion": ("adhesion:adhesion", "Check adhesion contracts, propose updates."),
    "analyse": ("analyse:analyse", "Read DSN files and show the gaps; no set-up."),
    "causes": ("causes:causes", "List the causes of gap, explain one."),
    "completion": ("completion:completion", "Write the completion of a shell."),
    "config": ("config:config", "Check and show the configuration."),
    "correct": ("correct:correct", "Plan what a company has to correct, and how."),
    "db": ("db:db", "Check, upgrade, copy and restore the store."),
    "demo": ("demo:demo", "Run the main job on a fictitious company."),
    "diagnostic": ("diagnostic:diagnostic", "Gather what helps understand a problem."),
    "doctor": ("doctor:doctor", "Check that everything outside can be reached."),
    "dossiers": ("dossiers:dossiers", "Work the case of each company to its end."),
    "explain": ("explain:explain", "Show how the amounts of a company were made."),
    "init": ("init:init", "Write miroir.toml, the keys and an empty store."),
    "metrics": ("metrics:metrics", "Tell Prometheus how things are."),
    "plugins": ("plugins:plugins", "List plugins, write a new one."),
    "reprocess": ("reprocess:reprocess", "Redo one company; say what changed."),
    "retry": ("retry:retry", "Redo what failed of several companies."),
    "run": ("run:run", "Work a month of many companies, on one machine or many."),
    "schedule": ("schedule:schedule", "Run what is scheduled, show what is to come."),
    "stakes": ("stakes:stakes", "Show what the gaps of a company cost."),
    "sync": ("sync:sync", "Collect what is new from the configured sources."),
    "synthesis": ("synthesis:synthesis", "Write what is said of a company's case."),
    "trace": ("trace:trace", "Prove and show the journal of what was done."),
    "worker": ("worker:worker", "Send what waits to go out."),
}


@click.group(cls=MiroirGroup, builtin=BUILTIN)
@click.version_option(package_name="miroir")
@config_option
@debug_option
def main() -> None:
    """Set what a company declared beside what was due, and explain the gaps.

    Exit codes: 0 done, 1 an error, 2 wrong usage, 4 the configuration is
    refused, 130 interrupted. Results go to stdout, messages to stderr.
    """
