from __future__ import annotations

from pathlib import Path

from miroir.config.display import rows
from miroir.config.loading import load_settings


def test_secrets_are_hidden_wherever_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text(
        '[store]\nurl = "postgresql://u:pa$$@host/db"\n'
        '[sources.api]\nconnector = "x"\napi_key = "k1"\nclient_secret = "k2"\n'
        'url = "https://me:k3@host/"\npatterns = ["*.dsn"]\n'
    )
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "sources__api__user").write_text("k4")
    settings = load_settings(file, environ={"CREDENTIALS_DIRECTORY": str(secret)})
    shown = {row.key: row for row in rows(settings)}

    assert shown["store.url"].value == "'postgresql://u:•••@host/db'"
    assert shown["store.url"].origin == str(file)
    assert shown["sources.api.url"].value == "'https://me:•••@host/'"
    for key in ("api_key", "client_secret", "user"):
        assert shown[f"sources.api.{key}"].value == "•••"
    assert shown["sources.api.user"].origin == str(secret / "sources__api__user")
    assert shown["sources.api.patterns"].value == "['*.dsn']"
    assert shown["gap.tolerance"].origin == "default"
    assert not any(key in str(shown) for key in ("pa$$", "k1", "k2", "k3", "k4"))
