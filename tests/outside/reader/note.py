"""The trust file, and the signed notes of the log that it vouches for.

Invariant: a checkpoint is believed only if its three lines and its one signature line are spelled as the log spells
them and the signature is by a key that the trust file lets sign this size.
"""

import hashlib
import re

from . import canonical, ed25519
from .refusal import Refused, demand
from .scalars import count, decode64, digest, exactly, list_of, one_of, optional, tenant, text, uuid

ED25519_LOG = b"\x01"
_SIZE = re.compile("0|[1-9][0-9]{0,15}", re.ASCII)
_FIELDS = exactly({
    "genesis": digest,
    "log_keys": list_of(exactly({"from": count, "to": optional(count), "vkey": text})),
    "mediaType": one_of("application/vnd.countersign.trust.v1+json"),
    "tenant_id": tenant,
    "workspace_id": uuid,
})


class Trust:
    """What a verifier got by a trusted way: the genesis and the log keys of one tenant."""

    def __init__(self, data):
        fields = canonical.parse(data, canonical.BUNDLE_BYTES, "trust file")
        _FIELDS(fields, "trust file")
        self.genesis = bytes.fromhex(fields["genesis"])
        self.workspace = fields["workspace_id"]
        self.tenant = fields["tenant_id"]
        self.origin = f"countersign.local/{self.workspace}/{self.tenant}"
        self._keys = [self._log_key(entry, place) for place, entry in enumerate(fields["log_keys"])]

    def _log_key(self, entry, place):
        where = f"trust file.log_keys[{place}]"
        first, last = entry["from"], entry["to"]
        demand(last is None or first <= last, "shape", f"{where}: ends before it begins")
        parts = entry["vkey"].split("+", 2)
        demand(len(parts) == 3 and parts[0] == self.origin, "shape", f"{where}: not a key of this log")
        public = decode64(parts[2], where, 33)
        demand(public[:1] == ED25519_LOG, "shape", f"{where}: a key type that is not known here")
        hashed = key_hash(self.origin, public[1:])
        demand(parts[1] == hashed.hex(), "shape", f"{where}: the key hash is not the key's")
        demand(ed25519.good_key(public[1:]), "shape", f"{where}: not a key")
        return first, last, hashed, public[1:]

    def keys_at(self, size, hashed):
        """The public keys of this hash that may sign this size."""
        return [
            public for first, last, known, public in self._keys
            if known == hashed and first <= size and (last is None or size <= last)
        ]


class Checkpoint:
    """Size and root that the log has signed."""

    def __init__(self, size, root):
        self.size = size
        self.root = root


def key_hash(name, public):
    """The four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519_LOG + public).digest()[:4]


def open_checkpoint(note, trust, where="checkpoint"):
    """The checkpoint of a note, or a refusal by `checkpoint`."""
    def no(why):
        return Refused("checkpoint", f"{where}: {why}")

    lines = note.split("\n")
    if len(lines) != 6 or lines[3] != "" or lines[5] != "":
        raise no("not three lines, an empty one and one signature")
    origin, size, root, _, signature, _ = lines
    if origin != trust.origin:
        raise no("of another log")
    if not _SIZE.fullmatch(size) or not 0 < int(size) <= canonical.LARGEST:
        raise no("not a size")
    root = decode64(root, where, 32, "checkpoint")
    prefix = f"\u2014 {trust.origin} "
    if not signature.startswith(prefix):
        raise no("the signature line does not bear the log's name")
    signed = decode64(signature[len(prefix):], where, 68, "checkpoint")
    body = note[: -len(signature) - 2].encode("utf-8")
    if not any(ed25519.verify(key, signed[4:], body) for key in trust.keys_at(int(size), signed[:4])):
        raise no("not signed by a key that may sign this size")
    return Checkpoint(int(size), root)
