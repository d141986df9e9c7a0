"""Reading and validating the configuration, all problems told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from miroir.config.entries import Layer, nest
from miroir.config.layers import Layers, places_looked_at, read_layers
from miroir.config.problems import from_pydantic
from miroir.config.settings import Settings, absolute
from miroir.errors import ConfigurationError


def load_settings(
    config: Path | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    required: bool = True,
) -> Settings:
    """Read the configuration; raises ConfigurationError with every problem.

    `config` is the path given by `--config`; `overrides` are other options of
    the command line, by dotted key. Unless `required`, having no file
    anywhere gives the defaults.
    """
    layers = read_layers(config, overrides=overrides, environ=environ)
    return validate(layers, required=required)


def validate(layers: Layers, *, required: bool = True) -> Settings:
    """Validate what was read; raises ConfigurationError with every problem."""
    if required and layers.file is None and layers.empty:
        nowhere = f"no configuration file; looked at, in order: {places_looked_at()}"
        remedy = "Run `miroir init`, or give --config FILE."
        raise ConfigurationError([f"{nowhere}. {remedy}"])
    problems = list(layers.problems)
    try:
        settings = _bound_to(layers)()
    except ValidationError as error:
        problems.extend(from_pydantic(layers, error.errors()))
    if problems:
        raise ConfigurationError(problems)
    return absolute(settings, layers)


class _LayerSource(PydanticBaseSettingsSource):
    """One layer, as pydantic-settings wants it."""

    def __init__(self, settings: type[BaseSettings], layer: Layer) -> None:
        super().__init__(settings)
        self._layer = layer

    def get_field_value(
        self, field: FieldInfo, field_name: str
    ) -> tuple[object, str, bool]:
        """Not asked field by field: `__call__` gives the layer whole."""
        return nest(self._layer).get(field_name), field_name, False

    def __call__(self) -> dict[str, object]:
        return nest(self._layer)


def _bound_to(layers: Layers) -> type[Settings]:
    class Bound(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: object, **__: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(
                _LayerSource(settings_cls, layer) for layer in reversed(layers.layers)
            )

    return Bound
