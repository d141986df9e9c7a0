"""The contract of commands: they explain themselves and refuse with 2."""

from __future__ import annotations

from typing import ClassVar

from click import Command
from click.testing import CliRunner

from miroir.testing.conformance.contract import Contract


class CommandContract(Contract):
    """A command of `miroir_commands`."""

    kind = "command"
    command: ClassVar[str] = ""

    @classmethod
    def subject(cls) -> str:
        return cls.command

    def _command(self) -> Command:
        return self.given(lambda m: m.commands().get(self.command)).value

    def test_the_help_says_what_it_does(self) -> None:
        command = self._command()
        result = CliRunner().invoke(command, ["--help"])
        assert result.exit_code == 0
        assert command.get_short_help_str(), "the command has no summary"

    def test_an_unknown_option_is_refused(self) -> None:
        command = self._command()
        result = CliRunner().invoke(command, ["--surely-unknown"])
        assert result.exit_code == 2
