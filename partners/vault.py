"""The key of each partner: what its stored originals and small secrets are sealed with. Nothing here is for pages.

A partner's key is random, made when it is first needed, and kept wrapped by a key derived from FAIRWAY_VAULT_KEY (or,
without it, SECRET_KEY). Keys wrapped under an older setting are still opened, and then wrapped anew.
"""

import hmac
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _
from django_scopes import scope

from partners.intake import sealed
from partners.intake.stored import Stored
from partners.models import Partner, Upload, VaultKey
from portal.kit.errors import Refusal

LENGTH = 32
NONCE = 12


def key_of(partner: Partner) -> bytes:
    """The partner's 32 bytes, made on first use. Raises Refusal when no key of this server opens them."""
    with scope(partner=partner):
        kept = VaultKey.objects.filter(partner=partner).first()
        if kept is None:  # two at once: the second finds the key of the first
            fresh = _wrap(_masters()[0], partner, os.urandom(LENGTH))
            kept, _made = VaultKey.objects.get_or_create(partner=partner, defaults={"wrapped": fresh})
        current, *older = _masters()
        wrapped = bytes(kept.wrapped)
        if (key := _unwrap(current, partner, wrapped)) is not None:
            return key
        for master in older:
            if (key := _unwrap(master, partner, wrapped)) is not None:
                VaultKey.objects.filter(pk=kept.pk).update(wrapped=_wrap(current, partner, key))
                return key
    raise Refusal(
        _(
            "The stored files of %(partner)s cannot be opened: FAIRWAY_VAULT_KEY is not the key they were sealed "
            "under. The operator must set it back, or name the old one in FAIRWAY_VAULT_KEYS_BEFORE."
        )
        % {"partner": partner.name}
    )


def original(upload: Upload) -> Stored:
    """The file as it was sent."""
    return opened(upload, upload.original)


def opened(upload: Upload, path: Path) -> Stored:
    """A file of this upload. Those stored before such files were sealed lie there plain."""
    if not path.is_file() or not sealed.is_sealed(path):
        return Stored(path)
    return Stored(path, key_of(upload.partner))


def seal(partner: Partner, data: bytes) -> bytes:
    """A small secret, to be kept in the database."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_derived(key_of(partner), b"secrets")).encrypt(nonce, data, partner.key.bytes)


def open_sealed(partner: Partner, data: bytes) -> bytes:
    """What `seal` was given. Raises Refusal when it is another partner's, or was altered."""
    try:
        return AESGCM(_derived(key_of(partner), b"secrets")).decrypt(data[:NONCE], data[NONCE:], partner.key.bytes)
    except (InvalidTag, ValueError):
        raise Refusal(_("A stored secret cannot be opened any more: enter it again.")) from None


def digest(partner: Partner, text: str) -> str:
    """A keyed digest: the same text is known again, and nobody without the partner's key can try out texts."""
    return digester(partner)(text)


def digester(partner: Partner) -> Callable[[str], str]:
    """The same for many texts: the key is opened once."""
    key = _derived(key_of(partner), b"digests")
    return lambda text: hmac.digest(key, text.encode(), "sha256").hex()


def _masters() -> list[bytes]:
    """The present master key, then those that may have been in force before it."""
    said = [settings.VAULT_KEY, *settings.VAULT_KEYS_BEFORE, settings.SECRET_KEY]
    return [_derived(text.encode(), b"vault") for text in dict.fromkeys(said)]


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), LENGTH, salt=None, info=b"fairway " + use).derive(key)


def _wrap(master: bytes, partner: Partner, key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(master).encrypt(nonce, key, partner.key.bytes)


def _unwrap(master: bytes, partner: Partner, wrapped: bytes) -> bytes | None:
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE], wrapped[NONCE:], partner.key.bytes)
    except (InvalidTag, ValueError):
        return None
