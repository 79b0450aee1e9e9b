"""An audit leaf: its exact shape, and that of the metadata which verifiers read.

Invariant: a `Record` stands at the index that its own `seq` names, in the tenant that is asked about. Metadata of
actions that no verifier reads is free.
"""

from functools import lru_cache

from . import canonical
from .change import ACTS, change
from .merkle import leaf_hash
from .refusal import demand
from .scalars import (
    TIERS, action, actor, ascending, count, decode64, digest, documents, exactly, instant, list_of, one_of, optional,
    reason, subject, tenant, text, uuid,
)

MAKINGS = ("model.register", "prompt.register", "prompt.update")
REVOCATIONS = ("model.revoke", "prompt.revoke")
FINALS = {"approval.approve": "APPROVED", "approval.reject": "REJECTED"}
EFFECTS = ("none", "revoked", "void", "lapsed", "in_force")


def _free(value, where):
    demand(type(value) is dict, "shape", f"{where}: no object")


_ACT = exactly({
    "attestations": list_of(digest), "change": change, "control": one_of("dual", "single", "recovery"),
})
_REQUEST = {
    "documents": documents, "expires_at": optional(instant), "makers": ascending(actor), "policy_sha256": digest,
    "request_id": uuid, "subject": subject("model", "prompt"), "tier": one_of(*TIERS),
}
_CHANGE_REQUEST = {
    **_REQUEST, "change": change, "policy_sha256": one_of(None), "subject": subject("change"),
    "tier": one_of(None),
}


def _request(value, where):
    waits = type(value) is dict and "change" in value
    exactly(_CHANGE_REQUEST if waits else _REQUEST)(value, where)


def _making(kind):
    return exactly({
        "documents": documents, "makers": ascending(actor), "subject": subject(kind), "tier": one_of(*TIERS),
    })


_METADATA = {
    **{kind: _ACT for kind in ACTS},
    **{kind: _making(kind.split(".")[0]) for kind in MAKINGS},
    **{kind: exactly({"attestation_sha256": digest, "request_id": uuid}) for kind in REVOCATIONS},
    **{kind: exactly({"attestations": list_of(digest), "request_id": uuid}) for kind in FINALS},
    "approval.request": _request,
    "approval.vote": exactly({
        "attestation_sha256": digest, "decision": one_of("APPROVED", "REJECTED"), "request_id": uuid,
    }),
    "evidence.export": exactly({
        "attestations": ascending(digest), "effect": one_of(*EFFECTS), "outcome": one_of("APPROVED", "REJECTED"),
        "records": ascending(count), "request_id": uuid,
    }),
}
_WITH_REASON = {*ACTS, *MAKINGS, *REVOCATIONS, *FINALS, "approval.request", "approval.vote"}
_LEAF = exactly({
    "action": action, "actor": actor, "correlation_id": uuid, "device_id": optional(uuid), "id": uuid,
    "metadata": _free, "reason": text, "resource_id": text, "resource_type": text, "seq": count,
    "tenant_id": tenant, "timestamp_utc": instant, "v": one_of(1),
})


REMEMBERED_BYTES = 8 * 1024


def read_record(leaf64, index, tenant_id):
    """The record of a leaf in base64. Small ones are remembered: files of one log hold the same leaves again."""
    read = _remembered if len(leaf64) <= REMEMBERED_BYTES else _read_record
    return read(leaf64, index, tenant_id)


def _read_record(leaf64, index, tenant_id):
    where = f"records[{index}]"
    return Record(decode64(leaf64, where), index, tenant_id, where)


_remembered = lru_cache(maxsize=1024)(_read_record)


class Record:
    """A leaf's bytes and what they say; never changed."""

    def __init__(self, leaf, index, tenant_id, where):
        fields = canonical.parse(leaf, canonical.LEAF_BYTES, where)
        _LEAF(fields, where)
        demand(fields["seq"] == index, "shape", f"{where}: seq is not the index")
        demand(fields["tenant_id"] == tenant_id, "shape", f"{where}: of another tenant")
        self.index = index
        self.where = where
        self.hash = leaf_hash(leaf)
        self.action = fields["action"]
        self.actor = fields["actor"]
        self.reason = fields["reason"]
        self.stamp = fields["timestamp_utc"]
        self.correlation = fields["correlation_id"]
        self.device = fields["device_id"]
        self.resource = (fields["resource_type"], fields["resource_id"])
        self.metadata = fields["metadata"]
        self._check_metadata(len(leaf))

    def _check_metadata(self, leaf_bytes):
        limit = canonical.METADATA_BYTES
        small = leaf_bytes <= limit or len(canonical.dumps(self.metadata)) <= limit
        demand(small, "shape", f"{self.where}: metadata over its limit")
        known = _METADATA.get(self.action)
        if known:
            known(self.metadata, f"{self.where}.metadata")
        if self.action in _WITH_REASON:
            reason(self.reason, f"{self.where}.reason")
        if self.action == "evidence.export":
            demand(self.reason == "", "shape", f"{self.where}.reason: none is required, so none is there")
