"""Each partner's files and secrets open with that partner's key only, and the key only with the server's."""

import threading
from typing import Any

import pytest
from django.db import connection
from django_scopes import scope, scopes_disabled

from partners import vault
from partners.intake import sealed
from partners.models import Partner, Upload, VaultKey
from portal.kit.errors import Refusal
from tests.cast import Cast


def wrapped(partner: Partner) -> bytes:
    with scope(partner=partner):
        return bytes(VaultKey.objects.get(partner=partner).wrapped)


def test_a_partner_has_one_key_of_its_own(cast: Cast) -> None:
    mine, other = vault.key_of(cast.alder), vault.key_of(cast.birch)
    assert len(mine) == 32
    assert vault.key_of(cast.alder) == mine != other
    with scopes_disabled():
        assert VaultKey.objects.count() == 2


def test_the_key_is_kept_only_wrapped(cast: Cast) -> None:
    key = vault.key_of(cast.alder)
    assert key not in wrapped(cast.alder)


def test_a_key_wrapped_for_one_partner_is_no_use_to_another(cast: Cast) -> None:
    vault.key_of(cast.birch)
    with scope(partner=cast.birch):
        VaultKey.objects.update(wrapped=_made(cast.alder))
    with pytest.raises(Refusal):
        vault.key_of(cast.birch)


def _made(partner: Partner) -> bytes:
    vault.key_of(partner)
    return wrapped(partner)


def test_another_key_of_the_server_opens_nothing_and_says_what_to_do(cast: Cast, settings: Any) -> None:
    settings.VAULT_KEY = "the first"
    key = vault.key_of(cast.alder)
    settings.VAULT_KEY = "the second"
    with pytest.raises(Refusal, match="FAIRWAY_VAULT_KEYS_BEFORE"):
        vault.key_of(cast.alder)
    settings.VAULT_KEYS_BEFORE = ["the first"]
    assert vault.key_of(cast.alder) == key
    settings.VAULT_KEYS_BEFORE = []
    assert vault.key_of(cast.alder) == key, "it was wrapped anew when it was used"


def test_a_server_that_gets_a_vault_key_later_goes_on(cast: Cast, settings: Any) -> None:
    key = vault.key_of(cast.alder)
    settings.VAULT_KEY = "set at last"
    assert vault.key_of(cast.alder) == key


@pytest.mark.django_db(transaction=True)
def test_two_first_uses_at_once_agree_on_one_key(cast: Cast) -> None:
    partner, found, start = cast.alder, [], threading.Barrier(4)

    def use() -> None:
        start.wait()
        try:
            found.append(vault.key_of(partner))
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_small_secrets_open_for_their_partner_only(cast: Cast) -> None:
    kept = vault.seal(cast.alder, b"s3cret")
    assert b"s3cret" not in kept
    assert vault.open_sealed(cast.alder, kept) == b"s3cret"
    assert vault.seal(cast.alder, b"s3cret") != kept
    for partner, data in ((cast.birch, kept), (cast.alder, kept[:-1]), (cast.alder, b""), (cast.alder, b"x" + kept)):
        with pytest.raises(Refusal, match="enter it again"):
            vault.open_sealed(partner, data)


def test_digests_are_alike_for_a_partner_and_differ_between_partners(cast: Cast) -> None:
    mine = vault.digest(cast.alder, "C-1")
    assert mine == vault.digest(cast.alder, "C-1")
    assert len(mine) == 64
    assert mine not in (vault.digest(cast.alder, "C-2"), vault.digest(cast.birch, "C-1"))


def test_an_original_from_before_sealing_is_read_as_it_lies(cast: Cast) -> None:
    with scope(partner=cast.alder):
        upload = Upload.objects.create(partner=cast.alder, kind="orders", filename="o.csv", size=3, sha256="")
        upload.folder.mkdir(parents=True)
        upload.original.write_bytes(b"abc")
        with vault.original(upload).open() as file:
            assert file.read() == b"abc"
        with sealed.Writer(upload.original, vault.key_of(cast.alder)) as writer:
            writer.write(b"sealed")
        assert vault.original(upload).size == 6
        with vault.original(upload).open() as file:
            assert file.read() == b"sealed"
