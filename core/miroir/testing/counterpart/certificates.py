"""Certificates for tests: an authority, and what it signs rightly and wrongly."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """PEM files; the last three hold a certificate and its key.

    `client` is for programs that the server asks who they are.
    """

    authority: Path
    good: Path
    expired: Path
    wrong_host: Path
    client: Path

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        """Write them in `folder`: for 127.0.0.1 and localhost, a day long."""
        found = cls.at(folder)
        signer = _Authority(found.authority)
        local = ["localhost", "127.0.0.1"]
        signer.sign(found.good, local)
        signer.sign(found.expired, local, age=3 * _DAY)
        signer.sign(found.wrong_host, ["other.example"])
        signer.sign(found.client, ["miroir.example"])
        return found

    @classmethod
    def at(cls, folder: Path) -> Certificates:
        """Where they are in `folder`."""
        return cls(
            authority=folder / "authority.pem",
            good=folder / "good.pem",
            expired=folder / "expired.pem",
            wrong_host=folder / "wrong_host.pem",
            client=folder / "client.pem",
        )


class _Authority:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Miroir tests")
        own = _certificate(self._name, self._name, self._key, timedelta(0))
        own = own.add_extension(x509.BasicConstraints(True, 0), critical=True)
        own = own.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False
        )
        own = own.add_extension(_signs_only(), critical=True)
        path.write_bytes(_pem(own.sign(self._key, hashes.SHA256())))

    def sign(self, path: Path, names: list[str], age: timedelta = _DAY / 24) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_name(names[0]), self._name, key, age)
        made = made.add_extension(
            x509.SubjectAlternativeName([_general(one) for one in names]), False
        )
        made = made.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
            critical=False,
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(_pem(made.sign(self._key, hashes.SHA256())) + private)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    age: timedelta,
) -> x509.CertificateBuilder:
    start = datetime.now(UTC) - age
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + 2 * _DAY)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _signs_only() -> x509.KeyUsage:
    unused = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(key_cert_sign=True, crl_sign=True, **unused)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
