"""Plugins to be broken, one way each."""

from __future__ import annotations

SOURCE = """
    from dataclasses import dataclass
    import miroir

    @dataclass(frozen=True, kw_only=True)
    class Drop(miroir.DsnSource):
        def collect(self, request): return []
"""
COMMAND = """
    import click, miroir

    @click.command("etat")
    def etat(): "Say."

    @miroir.hookimpl
    def miroir_commands(): return [etat]
"""
WRAPPER = """
    import miroir

    @miroir.hookimpl(wrapper=True)
    def miroir_sources(): return (yield)
"""
CAUSE = """
    import miroir

    CAUSE = miroir.Cause(
        id="HORIZON", label="{label}", explanation="e",
        responsible=miroir.Responsible.CLIENT, would_refute="w", remedy="r",
    )

    @miroir.hookimpl
    def miroir_diagnostics():
        return [miroir.Diagnostic(name="{name}", causes=(CAUSE,), examine=list)]
"""


def sources(code: str, before: str = SOURCE) -> str:
    return f"{before}\n    @miroir.hookimpl\n    def miroir_sources(): {code}\n"
