"""The settings of the CRM connectors, read from real files as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from miroir.config.layers import read_layers
from miroir.errors import ConfigurationError
from miroir.plugins import PluginManager
from miroir.plugins.destinations import configured_destinations
from miroir.types.delivery import DeliveryClass, Destination
from miroir_connectors.crm_rest.layout import Values, at, filled_fields, filled_path

PAGES = Path(__file__).parents[3] / "connectors" / "miroir_connectors"
SECRET = "s3cret-of-a-file"
KINDS = ("dataverse", "hubspot", "odoo", "rest", "salesforce", "tryton")


def built(folder: Path, text: str) -> Destination[object]:
    (folder / "miroir.toml").write_text(text, "utf-8")
    layers = read_layers(folder / "miroir.toml", environ={})
    [configured] = configured_destinations(layers, PluginManager.load()).values()
    return configured.destination


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_page_is_a_configuration(kind: str, tmp_path: Path) -> None:
    page = (PAGES / f"crm_{kind}" / "README.md").read_text("utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    [secret] = re.findall(r"with the file (\w+)", example)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / secret).write_text(SECRET)
    destination = built(tmp_path, example)
    field = secret.rpartition("__")[2]
    assert getattr(destination, field) == SECRET
    assert SECRET not in repr(destination)
    said = f"Class {destination.promise.delivery.value}"
    assert said in page or kind == "rest"


REST = """
[destinations.crm]
connector = "crm-rest"
url = "https://crm.gps.example"
delivery = "{delivery}"
{more}
[destinations.crm.search_account]
path = "societes?siren={{siren}}"
[destinations.crm.write_contact]
path = "{path}"
fields = {{ {fields} }}
"""


def rest(**parts: str) -> str:
    usual = {"delivery": "D", "more": "", "path": "contacts", "fields": 'a = "{body}"'}
    return REST.format(**{**usual, **parts})


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"delivery": "A"}, "class A needs `key_retention_h`"),
        ({"delivery": "B"}, "class B needs `{key}` in the path"),
        ({"delivery": "C"}, "class C needs `search_contact`"),
        ({"more": "create_account = true"}, "`create_account` needs `write_account`"),
        ({"more": 'token = "a"\napi_key = "b"'}, "give one of `token`"),
        ({"fields": 'a = "{nom}"'}, "`write_contact.fields.a` holds {nom}"),
        ({"path": "contacts/{}"}, "`write_contact.path` holds {}"),
        ({"more": 'read_contact = "{Id}"'}, "`read_contact` holds {Id}"),
        ({"fields": 'a = "1", "a.b" = "2"'}, "the field a.b stands in another"),
        ({"delivery": "E"}, "delivery"),
    ],
)
def test_settings_that_do_not_hold_together(
    parts: dict[str, str], why: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(why)):
        built(tmp_path, rest(**parts))


def test_a_key_that_is_not_known_deep_in_a_table(tmp_path: Path) -> None:
    text = rest().replace(
        "[destinations.crm.write_contact]\n",
        "[destinations.crm.write_contact]\nmethode = 'PUT'\n",
    )
    with pytest.raises(ConfigurationError, match="methode"):
        built(tmp_path, text)


@pytest.mark.parametrize(
    ("more", "delivery"),
    [
        ("key_retention_h = 48", "A"),
        ('search_contact = { path = "contacts?ref={reference}" }', "C"),
        ('user = "miroir"\npassword = "s"', "D"),
        ('api_key = "s"', "D"),
        ("", "D"),
    ],
)
def test_settings_of_every_class(more: str, delivery: str, tmp_path: Path) -> None:
    promise = built(tmp_path, rest(more=more, delivery=delivery)).promise
    assert promise.delivery is DeliveryClass(delivery)
    assert promise.key_retention.total_seconds() == (172_800 if delivery == "A" else 0)


def test_tryton_has_one_way_in(tmp_path: Path) -> None:
    table = '[destinations.crm]\nconnector = "crm-tryton"\nurl = "https://a.example"\n'
    with pytest.raises(ConfigurationError, match="give `application_key`, or"):
        built(tmp_path, table + 'database = "gps"\n')


def test_values_are_put_in_paths_and_fields() -> None:
    values: Values = {"siren": "1/2 é", "happened": False, "duration_minutes": 3}
    assert filled_path("a?s={siren}&h={happened}", values) == (
        "a?s=1%2F2%20%C3%A9&h=false"
    )
    fields = {"x.y": "{happened}", "x.z": "n {duration_minutes}", "w": "{siren}"}
    assert filled_fields(fields, values) == {
        "x": {"y": False, "z": "n 3"},
        "w": "1/2 é",
    }


def test_places_in_an_answer() -> None:
    answer = {"a": [{"b": 1}, 2], "c": None}
    assert at(answer, "") == answer
    assert at(answer, "a.0.b") == 1
    assert [at(answer, one) for one in ("a.7", "a.b", "c.d", "x")] == [None] * 4
