"""One bad plugin per message: who, which release, what is wrong, what to do."""

from __future__ import annotations

import pytest
from miroir import hookspecs
from miroir.errors import (
    MiroirError,
    PluginFailure,
    PluginLoadError,
    UnknownHook,
    WrongHookResult,
)
from miroir.plugins import PluginManager

from tests.errors.plugins import CAUSE, COMMAND, SOURCE, WRAPPER, sources
from tests.plugins.distributions import Site


def _refusal(site: Site, code: str) -> MiroirError:
    site.install("miroir-gps-acme", {"gps_acme": code}, version="1.2")
    with pytest.raises(MiroirError) as caught:
        PluginManager.load(enabled=["gps_acme"]).check()
    return caught.value


HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("miroir_"))
NAMED = "Plugin 'gps_acme' (miroir-gps-acme 1.2)"
SWITCH_OFF = 'switch the plugin off with [plugins] disabled = ["gps_acme"].'


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import missing_driver", "No module named 'missing_driver'. Install what"),
        ("1 / 0", "ZeroDivisionError('division by zero'). Install what"),
        ("raise SystemExit(3)", "SystemExit(3). Install what"),
        ("x = 1", "it implements no hook; there are miroir_adhesion_updaters, "),
        (
            "def miroir_sources(): return []",
            "miroir_sources has no @miroir.hookimpl above it. Correct the plugin",
        ),
        (
            WRAPPER,
            "miroir_sources is a wrapper; a hook of Miroir returns a list",
        ),
        (
            "import miroir\n@miroir.hookimpl\ndef miroir_sources(arg): return []",
            "Argument(s) {'arg'} are declared in the hookimpl but can not be found",
        ),
    ],
)
def test_a_plugin_that_does_not_load(site: Site, code: str, reason: str) -> None:
    error = _refusal(site, code)
    assert isinstance(error, PluginLoadError)
    assert str(error).startswith(f"{NAMED} failed to load: ")
    assert reason in str(error)
    assert str(error).endswith(SWITCH_OFF)


@pytest.mark.parametrize(
    ("hook", "hint"),
    [
        ("miroir_source", "did you mean 'miroir_sources'?"),
        ("xyz", f"there are {', '.join(HOOKS)}."),
    ],
)
def test_a_hook_that_does_not_exist(site: Site, hook: str, hint: str) -> None:
    code = f"import miroir\n@miroir.hookimpl\ndef {hook}(): return []"
    error = _refusal(site, code)
    assert isinstance(error, UnknownHook)
    assert str(error) == (
        f"{NAMED} implements '{hook}', which is no hook of this version of "
        f"Miroir; {hint}"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (sources("return None"), "returned None; "),
        (sources("yield"), "returned a generator (`yield`); "),
        (sources("return {}"), "returned an object of type dict; "),
        (sources("return ['x']"), "returned an object of type str in its list; "),
        (sources("return [Drop]"), "returned the class Drop in its list; "),
        (
            sources("return [miroir.SourceConnector(name='A b', source=Drop)]"),
            "the connector 'A b': a name has lower-case letters and digits",
        ),
        (
            sources("return [miroir.SourceConnector(name='x', source=int)]"),
            "the connector 'x': its source is the class int, not a subclass of Dsn",
        ),
        (
            sources(
                "return [miroir.SourceConnector(name='x', source=miroir.DsnSource)]"
            ),
            "the connector 'x': DsnSource lacks the method collect",
        ),
        (
            sources(
                "return [miroir.SourceConnector(name='x', source=Plain)]",
                SOURCE + "\n    class Plain(Drop): pass\n",
            ),
            "the connector 'x': Plain is not a dataclass; put @dataclass(frozen=True)",
        ),
        (
            sources(
                "return [miroir.SourceConnector(name='x', source=Odd)]",
                SOURCE
                + "\n    @dataclass(frozen=True)\n    class Odd(Drop): a: 'Missing'\n",
            ),
            "the connector 'x': a field of Odd has a type unknown when running",
        ),
        (
            CAUSE.format(label="l", name="x").replace("(CAUSE,)", "()"),
            "the diagnostic 'x': its `causes` is not a tuple of at least one Cause",
        ),
        (
            CAUSE.format(label="l", name="x").replace("(CAUSE,)", "(1,)"),
            "the diagnostic 'x': its `causes` holds something else than Cause",
        ),
        (
            CAUSE.format(label="l", name="x").replace("=list", "=1"),
            "the diagnostic 'x': its `examine` cannot be called",
        ),
        (
            COMMAND.replace('("etat")', '("Mon état")'),
            "the command 'Mon état': a name has lower-case letters and digits",
        ),
    ],
)
def test_a_hook_that_returns_something_else(site: Site, code: str, reason: str) -> None:
    error = _refusal(site, code)
    assert isinstance(error, WrongHookResult)
    assert str(error).startswith(f"{NAMED}, hook miroir_")
    assert reason in str(error)
    assert "expected a list of " in str(error)


def test_a_hook_that_raises(site: Site) -> None:
    error = _refusal(site, sources("raise KeyError('1 85 05 78 006 084 36')"))
    assert isinstance(error, PluginFailure)
    assert str(error) == (
        f"{NAMED} failed while calling miroir_sources: KeyError: '•••'. Correct or "
        "update miroir-gps-acme; until then switch it off with [plugins] disabled = "
        '["gps_acme"].'
    )
    assert isinstance(error.__cause__, KeyError)
