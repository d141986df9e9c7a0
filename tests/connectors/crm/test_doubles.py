"""Every CRM connector against the double of its CRM, when all goes well."""

from __future__ import annotations

from dataclasses import replace

import pytest
from miroir import (
    ActionNotSent,
    ActionRefused,
    ArchivedMail,
    CrmContact,
    DeliveryClass,
    DestinationError,
    Intent,
    NeedsPerson,
)
from miroir_connectors.testing.doubles.crm import NO_ACCOUNT, SECRET, TWO_ACCOUNTS

from tests.connectors.crm.conftest import Doubles
from tests.connectors.crm.crms import CONTACT, INTENT, KINDS, MAIL, Kind

WRONG = "s3cret-that-is-wrong"
every = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@every
def test_a_contact_is_logged_on_the_account_of_its_siren(
    kind: Kind, doubles: Doubles
) -> None:
    double = doubles(kind)
    crm = kind.connector(double)
    [account] = crm.accounts(CONTACT.siren)
    assert (account.siren, account.name) == (CONTACT.siren, "Horlogerie Fictive")
    receipt = crm.send(CONTACT, INTENT)
    assert receipt.facts["account"] == account.id
    [record] = double.records()
    assert record["reference"] == kind.reference(INTENT)
    assert record["id"] == receipt.id
    written = str(record["fields"])
    for text in ("25/11/2026", "10\u00a0h\u00a030", "12\u00a0min", "A. Conseiller"):
        assert text in written.replace("\\xa0", "\u00a0")
    assert "Écart de CET" in written and INTENT.reference in written


@every
def test_what_was_logged_is_found_again(kind: Kind, doubles: Doubles) -> None:
    crm = kind.connector(doubles(kind))
    if kind.name == "rest-D":
        with pytest.raises(NotImplementedError):
            crm.find(CONTACT, INTENT)
        return
    assert crm.find(CONTACT, INTENT) == []
    receipt = crm.send(CONTACT, INTENT)
    assert [one.id for one in crm.find(CONTACT, INTENT)] == [receipt.id]
    assert crm.find(CONTACT, Intent(key="f" * 64, siren=CONTACT.siren)) == []


@every
def test_the_same_key_twice_has_one_effect_where_it_is_promised(
    kind: Kind, doubles: Doubles
) -> None:
    double = doubles(kind)
    crm = kind.connector(double)
    receipts = {crm.send(CONTACT, INTENT).id for _ in range(2)}
    once = crm.promise.delivery in (DeliveryClass.KEYED, DeliveryClass.NATURAL_ID)
    assert double.effects(kind.reference(INTENT)) == (1 if once else 2)
    assert len(receipts) == (1 if once else 2)


@every
@pytest.mark.parametrize("channel", ["call_in", "meeting", "mail"])
def test_every_channel_and_the_archived_mail(
    kind: Kind, doubles: Doubles, channel: str
) -> None:
    double = doubles(kind)
    mail: ArchivedMail | None = MAIL if channel == "mail" else None
    contact: CrmContact = replace(
        CONTACT, channel=channel, mail=mail, happened=False, duration_minutes=0
    )
    kind.connector(double).send(contact, INTENT)
    [record] = double.records()
    written = str(record["fields"])
    assert ("interlocuteur absent" in written) is (channel != "mail")
    assert (MAIL.sha256 in written) is (channel == "mail")


@every
def test_several_accounts_are_for_a_person(kind: Kind, doubles: Doubles) -> None:
    double = doubles(kind)
    crm = kind.connector(double, create_account=True)
    assert len(crm.accounts(TWO_ACCOUNTS)) == 2
    with pytest.raises(NeedsPerson, match="2 accounts"):
        crm.send(replace(CONTACT, siren=TWO_ACCOUNTS), INTENT)
    assert double.records() == []


@every
def test_no_account_is_for_a_person_unless_it_may_be_made(
    kind: Kind, doubles: Doubles
) -> None:
    double = doubles(kind)
    contact = replace(CONTACT, siren=NO_ACCOUNT)
    crm = kind.connector(double)
    if not crm.accounts(NO_ACCOUNT):  # made once for all the kinds of one double
        with pytest.raises(NeedsPerson, match="no account"):
            crm.send(contact, INTENT)
        assert double.records() == []
    receipt = kind.connector(double, create_account=True).send(contact, INTENT)
    [account] = crm.accounts(NO_ACCOUNT)
    assert receipt.facts["account"] == account.id


@every
def test_doctor_logs_in_and_writes_nothing(kind: Kind, doubles: Doubles) -> None:
    double = doubles(kind)
    kind.connector(double).check()
    assert double.records() == []
    assert "write" not in double.phases()


@pytest.mark.parametrize(
    "kind",
    [one for one in KINDS if not one.name.startswith("rest")],  # it knows no wrong one
    ids=lambda kind: kind.name,
)
def test_a_wrong_secret_is_a_refusal_that_does_not_show_it(
    kind: Kind, doubles: Doubles
) -> None:
    double = doubles(kind)
    right = kind.connector(double)
    secrets = {name: WRONG for name, one in vars(right).items() if one == SECRET}
    crm = kind.connector(double, **secrets)
    with pytest.raises(ActionRefused) as refused:
        crm.send(CONTACT, INTENT)
    shown = f"{refused.value} {crm}"
    assert "s3cret" not in shown
    with pytest.raises(DestinationError):
        crm.check()
    with pytest.raises(ActionNotSent):
        crm.accounts(CONTACT.siren)
    assert len(double.phases()) <= 6
    assert double.records() == []


@every
@pytest.mark.parametrize("start", ["DE59B0A1" * 3, "1850578006084AAAAAAAAAAA"])
def test_a_reference_that_looks_like_a_person_is_written_whole(
    kind: Kind, start: str, doubles: Doubles
) -> None:
    double = doubles(kind)
    intent = Intent(key=f"{start.lower():0<64}", siren=CONTACT.siren)
    crm = kind.connector(double)
    crm.send(CONTACT, intent)
    assert double.effects(kind.reference(intent)) == 1
    if kind.name != "rest-D":
        assert len(crm.find(CONTACT, intent)) == 1


@every
def test_a_nir_in_a_text_is_hidden_before_it_leaves(
    kind: Kind, doubles: Doubles
) -> None:
    double = doubles(kind)
    nir = "1850578006084"
    contact = replace(CONTACT, note=f"Salarié {nir}", subject=f"{nir} absent")
    kind.connector(double).send(contact, INTENT)
    assert nir not in str(double.calls())
