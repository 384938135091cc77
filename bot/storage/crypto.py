"""Encryption at rest: keys, seals and indexes. Knows no table; `Keys` is handed the random keys
that the database keeps.

Theory. The secret that an administrator sets encrypts nothing but keys (AES key wrap, RFC 3394,
under a key derived by HKDF, RFC 5869). Each conversation has a random key of its own: deleting its
wrapped form erases all that it sealed. A site key seals what belongs to no conversation. An index
key (HMAC-SHA-256, 16 bytes kept) turns what a platform calls somebody into something that can be
looked up and not read. Every seal is AES-256-GCM with a random nonce, and names the place it
belongs to as additional data, so that a value moved to another row does not open.
"""

from __future__ import annotations

import hmac
import os
import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from bot.storage.errors import Tampered, WrongSecret

KEY_BYTES = 32
INDEX_BYTES = 16
_NONCE_BYTES = 12
_CACHED_KEYS = 2048
_KIND = re.compile(rb"[a-z ]+")


def place(what: str, *ids: int) -> bytes:
    """Return the additional data of a value: what it is and the ids of its row."""
    return ":".join((what, *map(str, ids))).encode()


def from_text(text: str) -> bytes:
    """Return the bytes of a platform's string; lone surrogates survive."""
    return text.encode("utf-8", "surrogatepass")


def to_text(raw: bytes) -> str:
    """Undo `from_text`."""
    return raw.decode("utf-8", "surrogatepass")


class Cipher:
    """One key that seals and opens values."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, value: bytes, where: bytes) -> bytes:
        """Return nonce and ciphertext of `value`, bound to its `place`."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, value, where)

    def open(self, sealed: bytes, where: bytes) -> bytes:
        """Undo `seal`; raises Tampered."""
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], where)
        except (InvalidTag, ValueError):
            kind = _KIND.match(where)  # an index may stand behind it, which is no text
            name = kind[0].decode() if kind else "unnamed"
            raise Tampered(f"a sealed value ({name}) does not open") from None


class Wrapper:
    """The administrator's secret: wraps and unwraps keys, nothing else."""

    __slots__ = ("_key",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise WrongSecret(f"the secret key must be {KEY_BYTES} bytes long")
        self._key = HKDF(
            algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"lotse key wrap 1"
        ).derive(secret)

    def new(self) -> bytes:
        """Return a new random key, wrapped."""
        return aes_key_wrap(self._key, os.urandom(KEY_BYTES))

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the key; raises WrongSecret."""
        try:
            return aes_key_unwrap(self._key, wrapped)
        except InvalidUnwrap:
            raise WrongSecret(
                "LOTSE_SECRET_KEY is not the one this database was made with"
            ) from None


class Keys:
    """All keys of one database, opened. `index` and `site` are the wrapped keys that the database
    keeps.
    """

    def __init__(self, wrapper: Wrapper, *, index: bytes, site: bytes) -> None:
        self._wrapper = wrapper
        self._index = wrapper.unwrap(index)
        self.site = Cipher(wrapper.unwrap(site))
        # Cached by the wrapped form: an erased or replaced key can never be met under an old id.
        self.conversation = lru_cache(maxsize=_CACHED_KEYS)(self._conversation)

    def _conversation(self, wrapped: bytes) -> Cipher:
        return Cipher(self._wrapper.unwrap(wrapped))

    def new_conversation(self) -> bytes:
        """Return a new conversation key, wrapped."""
        return self._wrapper.new()

    def index(self, kind: str, *parts: str) -> bytes:
        """Return what an identifier is looked up by."""
        named = "\0".join((kind, *parts))
        return hmac.digest(self._index, from_text(named), "sha256")[:INDEX_BYTES]
