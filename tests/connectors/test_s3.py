"""What is particular to S3, on a real store: OpenStack Swift."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from miroir import CollectRequest, Secret, SourceError, SourceUnavailable
from miroir_connectors.drop.place import Entry
from miroir_connectors.drop.s3 import Bucket as Place
from miroir_connectors.testing.services.swift import S3

from tests.connectors.drops import ROWS, Bucket
from tests.connectors.test_drops import collected, names
from tests.services.relay import Wrong, relayed


def test_nothing_is_moved_where_moving_is_deleting(s3: S3) -> None:
    with pytest.raises(ValueError, match='`after` is "leave" on S3'):
        Bucket(s3).source(after="move")
    with pytest.raises(ValueError, match="`endpoint` is an address"):
        Bucket(s3).source(endpoint="s3.example.org")


def test_a_prefix_bounds_what_is_seen(s3: S3) -> None:
    hand = Bucket(s3)
    hand.put("b.csv")
    hand.client.put_object(Bucket=hand.bucket, Key="in/", Body=b"")
    hand.client.put_object(Bucket=hand.bucket, Key="other/c.csv", Body=b"x")
    assert names(collected(hand.source())) == ["b.csv"]
    whole = collected(hand.source(prefix="", recursive=True))
    assert sorted(names(whole)) == ["b.csv", "c.csv"]


@pytest.mark.parametrize("prefix", ["dépôt de mars/2026", "a+b&c=d%20e/~(é)"])
def test_accents_spaces_and_signs_in_names(s3: S3, prefix: str) -> None:
    hand = Bucket(s3, prefix)
    hand.put("écarts de mars n°1 + suite%.csv")
    hand.put("sous dossier/à voir.csv", ROWS + b"\n")
    found = collected(hand.source(recursive=True))
    assert sorted(names(found)) == ["à voir.csv", "écarts de mars n°1 + suite%.csv"]
    assert {file.content for file in found} == {ROWS, ROWS + b"\n"}


def test_keys_that_could_lead_elsewhere_are_left(s3: S3) -> None:
    hand = Bucket(s3)
    hand.put("../../x.csv")
    hand.put("a\\b.csv")
    with pytest.raises(SourceError, match="2 left out"):
        collected(hand.source(recursive=True))


def test_more_objects_than_one_page(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miroir_connectors.drop.s3._PAGE", 2)
    hand = Bucket(s3)
    for name in ("1.csv", "2.csv", "3.csv", "4/5.csv", "6/7.csv"):
        hand.put(name)
    found = collected(hand.source(recursive=True))
    assert sorted(names(found)) == ["1.csv", "2.csv", "3.csv", "5.csv", "7.csv"]


def test_an_object_replaced_between_two_looks_is_taken_next_time(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = Bucket(s3)
    hand.put("b.csv", ROWS[:10])
    hand.put("whole.csv")
    source = hand.source(stable_seconds=1)
    meanwhile = SimpleNamespace(sleep=lambda _: hand.put("b.csv"))
    with monkeypatch.context() as patched:
        patched.setattr("miroir_connectors.drop.source.time", meanwhile)
        assert names(collected(source)) == ["whole.csv"]
    (file,) = collected(source, source.next_cursor())
    assert file.content == ROWS


def test_what_is_replaced_or_gone_before_it_is_read_keeps_nothing_else(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = Bucket(s3)
    for name in ("a.csv", "b.csv", "c.csv"):
        hand.put(name)
    listed = Place.entries

    def entries(place: Place, folder: str) -> Iterator[Entry]:
        yield from list(listed(place, folder))
        hand.put("b.csv", b"another")
        hand.client.delete_object(Bucket=hand.bucket, Key="in/c.csv")

    source = hand.source()
    with monkeypatch.context() as patched:
        patched.setattr(Place, "entries", entries)
        assert names(collected(source)) == ["a.csv"]
    (file,) = collected(source, source.next_cursor())
    assert (names([file]), file.content) == (["b.csv"], b"another")


def test_an_object_is_read_as_it_was_listed_or_not_at_all(s3: S3) -> None:
    hand = Bucket(s3)
    hand.put("b.csv")
    with hand.source().reach() as place:
        (entry,) = place.entries("")
        hand.put("b.csv", b"another")
        with pytest.raises(SourceUnavailable, match="replaced or gone"):
            place.read(entry, 100)
        with pytest.raises(SourceError, match="S3 has no move"):
            place.move("b.csv", "taken", "b.csv")
        assert place.look("absent") is None


@pytest.mark.parametrize("wrong", Wrong)
def test_a_reading_that_is_interrupted_is_taken_up_again(s3: S3, wrong: Wrong) -> None:
    hand = Bucket(s3)
    content = bytes(range(256)) * 4_000
    hand.put("a.csv")
    hand.put("b.csv", content)
    with relayed(s3.port, wrong, after=300_000) as port:
        source = hand.source(endpoint=f"http://127.0.0.1:{port}", timeout_seconds=1)
        given = source.collect(CollectRequest())
        assert next(given).content == ROWS
        with pytest.raises(SourceUnavailable, match=r"broke off .* tried again"):
            next(given)
    (file,) = collected(hand.source(), source.next_cursor())
    assert file.content == content


def test_a_store_that_is_not_there_may_come_back(s3: S3) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = int(nobody.getsockname()[1])
        gone = Bucket(s3).source(endpoint=f"http://127.0.0.1:{port}", timeout_seconds=1)
        with pytest.raises(SourceUnavailable, match="no answer"):
            gone.check()


def test_keys_are_not_shown(s3: S3) -> None:
    source = Bucket(s3).source(secret_key=Secret("s3cr3t"))
    assert "s3cr3t" not in repr(source)
    with pytest.raises(SourceError) as caught:
        source.check()
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"secret_key": Secret("wrong")},
            r"\(SignatureDoesNotMatch\)\. Correct the secrets `access_key` and",
        ),
        ({"access_key": Secret("gps:nobody")}, r"Correct the secrets? `access_key`"),
        (
            {"access_key": Secret("gps:lecture")},
            r"\(AccessDenied\)\. Ask for the right",
        ),
        ({"bucket": "A"}, "Correct the key `bucket`"),
        ({"bucket": "a b"}, "no name of a bucket"),
    ],
    ids=["signature", "key", "right", "short bucket", "odd bucket"],
)
def test_a_store_that_refuses_is_not_asked_again(
    s3: S3, settings: dict[str, object], said: str
) -> None:
    source = Bucket(s3).source(**settings)
    for ask in (source.check, lambda: collected(source)):
        with pytest.raises(SourceError, match=said) as caught:
            ask()
        assert not isinstance(caught.value, SourceUnavailable)


def test_a_region_that_is_wrong_is_made_right_by_what_the_store_says(s3: S3) -> None:
    hand = Bucket(s3)
    hand.put("b.csv")
    source = hand.source(region="us-east-1")
    source.check()
    assert names(collected(source)) == ["b.csv"]


def test_a_bucket_that_goes_is_said(s3: S3) -> None:
    place = Bucket(s3).source(bucket="absent-bucket").reach()
    with place, pytest.raises(SourceError, match=r"NoSuchBucket.* Create it") as caught:
        list(place.entries(""))
    assert not isinstance(caught.value, SourceUnavailable)


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_wrong_is_said(
    s3: S3, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Bucket(s3).source()
    wrong = datetime.now(UTC) + timedelta(hours=hours)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: wrong)
    with pytest.raises(SourceError, match="Set the clock of this machine") as caught:
        source.check()
    assert not isinstance(caught.value, SourceUnavailable)


def test_listing_and_reading_is_all_that_it_needs(s3: S3) -> None:
    hand, reader = Bucket(s3), replace(s3, access_key=s3.reader_key)
    hand.put("b.csv")
    who = f'id="{reader.access_key}"'
    hand.client.put_bucket_acl(Bucket=hand.bucket, GrantRead=who)
    hand.client.put_object_acl(Bucket=hand.bucket, Key="in/b.csv", GrantRead=who)
    source = hand.source(access_key=Secret(reader.access_key))
    source.check()
    assert names(collected(source)) == ["b.csv"]
