"""A certification authority of its own, and what dask is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
_CURVE = ec.SECP256R1()


class Authority:
    """Certificates in PEM, in a folder: `ca.pem`, `NAME.pem`, `NAME.key`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._key = ec.generate_private_key(_CURVE)
        self._certificate = self._signed("authority", self._key.public_key(), True)
        self._write("ca.pem", self._certificate)

    def options(self, name: str) -> tuple[str, ...]:
        """What a scheduler or a worker is started with."""
        certificate, key = self._made(name)
        own = ("--tls-cert", str(certificate), "--tls-key", str(key))
        return ("--tls-ca-file", str(self.folder / "ca.pem"), *own)

    def environment(self, name: str) -> Mapping[str, str]:
        """The settings of a client, as dask reads them from the environment."""
        certificate, key = self._made(name)
        settings = {
            "TLS__CA_FILE": self.folder / "ca.pem",
            "TLS__CLIENT__CERT": certificate,
            "TLS__CLIENT__KEY": key,
            "REQUIRE_ENCRYPTION": True,
            "TIMEOUTS__CONNECT": "20s",
        }
        return {
            f"DASK_DISTRIBUTED__COMM__{setting}": str(value)
            for setting, value in settings.items()
        }

    def _made(self, name: str) -> tuple[Path, Path]:
        key = ec.generate_private_key(_CURVE)
        private = self.folder / f"{name}.key"
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        signed = self._signed(name, key.public_key(), False)
        return self._write(f"{name}.pem", signed), private

    def _signed(
        self, name: str, key: ec.EllipticCurvePublicKey, authority: bool
    ) -> x509.Certificate:
        issuer = _name("authority")
        now = datetime.now(UTC)
        constraints = x509.BasicConstraints(ca=authority, path_length=None)
        return (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
            .add_extension(constraints, critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        path = self.folder / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
