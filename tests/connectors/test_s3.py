"""What is particular to S3, on a double in a process of its own."""

from __future__ import annotations

import socket

import pytest
from miroir import Secret, SourceError, SourceUnavailable

from tests.connectors.drops import Bucket
from tests.connectors.test_drops import collected, names


def test_nothing_is_moved_where_moving_is_deleting(s3: str) -> None:
    with pytest.raises(ValueError, match='`after` is "leave" on S3'):
        Bucket(s3).source(after="move")
    with pytest.raises(ValueError, match="`endpoint` is an address"):
        Bucket(s3).source(endpoint="s3.example.org")


def test_a_prefix_bounds_what_is_seen(s3: str) -> None:
    hand = Bucket(s3)
    hand.put("b.csv")
    hand.client.put_object(Bucket=hand.bucket, Key="in/", Body=b"")
    hand.client.put_object(Bucket=hand.bucket, Key="other/c.csv", Body=b"x")
    assert names(collected(hand.source())) == ["b.csv"]
    whole = collected(hand.source(prefix="", recursive=True))
    assert sorted(names(whole)) == ["b.csv", "c.csv"]


def test_keys_that_could_lead_elsewhere_are_left(s3: str) -> None:
    hand = Bucket(s3)
    hand.put("../../x.csv")
    hand.put("a\\b.csv")
    with pytest.raises(SourceError, match="2 left out"):
        collected(hand.source(recursive=True))


def test_more_objects_than_one_page(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miroir_connectors.drop.s3._PAGE", 2)
    hand = Bucket(s3)
    for name in ("1.csv", "2.csv", "3.csv", "4/5.csv", "6/7.csv"):
        hand.put(name)
    found = collected(hand.source(recursive=True))
    assert sorted(names(found)) == ["1.csv", "2.csv", "3.csv", "5.csv", "7.csv"]


def test_a_store_that_is_not_there_may_come_back(s3: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = int(nobody.getsockname()[1])
        gone = Bucket(s3).source(endpoint=f"http://127.0.0.1:{port}", timeout_seconds=1)
        with pytest.raises(SourceUnavailable, match="no answer"):
            gone.check()


def test_keys_are_not_shown(s3: str) -> None:
    source = Bucket(s3).source(secret_key=Secret("s3cr3t"))
    assert "s3cr3t" not in repr(source)


def test_an_object_that_is_replaced_is_taken_next_time(s3: str) -> None:
    hand = Bucket(s3)
    hand.put("b.csv")
    with hand.source().reach() as place:
        (entry,) = place.entries("")
        hand.put("b.csv", b"another")
        with pytest.raises(SourceUnavailable, match="the store answers Precondition"):
            place.read(entry, 100)
        with pytest.raises(SourceError, match="S3 has no move"):
            place.move("b.csv", "taken", "b.csv")
        assert place.look("absent") is None


def test_a_store_that_refuses_is_not_asked_again(s3: str) -> None:
    hand = Bucket(s3)
    place = hand.source(bucket="absent-bucket").reach()
    with place, pytest.raises(SourceError, match="the store refuses it") as caught:
        list(place.entries(""))
    assert not isinstance(caught.value, SourceUnavailable)
