"""The authority acts' changes: one body for each kind, and the policy that two of them carry.

Invariant: a change has the body of its kind and nothing else, and every key in it is a canonical point.
"""

import hashlib

from . import canonical, ed25519
from .refusal import demand
from .scalars import (
    ROLES, TIERS, actor, boolean, count, decode64, digest, exactly, key64, list_of, matching, one_of, optional,
    person, positive, reason, signature64, tenant, title, uuid,
)


def _point(value, where):
    key64(value, where)
    demand(ed25519.good_key(decode64(value, where)), "shape", f"{where}: not a key")


_POLICY = exactly({
    "approvals": positive, "artefact_check": boolean, "expires_after_seconds": optional(positive),
    "four_eyes": boolean, "groups": list_of(title), "reauth_seconds": count,
    "resource_type": one_of("model", "prompt"), "tenant_id": tenant, "tier": one_of(*TIERS), "v": one_of(1),
})


def policy(value, where):
    """A policy; its digest is that of its canonical JSON."""
    return _POLICY(value, where)


_GENESIS = exactly({
    "admins": list_of(exactly({"keyid": digest, "name": title, "person_id": person, "public_key": _point})),
    "log_keys": list_of(exactly({"device_id": uuid, "public_key": _point})),
    "name": title,
    "policies": list_of(policy),
    "recovery_public_key": _point,
})
_BODIES = {
    "workspace.create": _GENESIS,
    "tenant.create": _GENESIS,
    "key.enroll": exactly({
        "keyid": digest, "name": title, "person_id": person, "proof": signature64, "public_key": _point,
    }),
    "key.revoke": exactly({
        "keyid": digest, "mode": one_of("retired", "compromised"), "since": optional(count),
    }),
    "role.grant": exactly({"group": optional(title), "person_id": person, "role": one_of(*ROLES)}),
    "role.revoke": exactly({"person_id": person}),
    "policy.change": exactly({"policy": policy}),
    "device.enroll": exactly({"device_id": uuid, "public_key": _point}),
    "device.revoke": exactly({"device_id": uuid}),
}
ACTS = frozenset(_BODIES)
GENESES = ("workspace.create", "tenant.create")


def _body(value, where):
    demand(type(value) is dict, "shape", f"{where}: no object")


_CHANGE = exactly({
    "body": _body, "id": uuid, "kind": one_of(*sorted(ACTS)), "proposed_by": actor, "reason": reason,
    "tenant_id": tenant, "v": one_of(1), "workspace_id": uuid,
})
_proposer = matching("person/.*|system", "a person or system")


def change(value, where):
    """A change of any kind, with the body of that kind."""
    _CHANGE(value, where)
    _proposer(value["proposed_by"], f"{where}.proposed_by")
    _BODIES[value["kind"]](value["body"], f"{where}.body")
    if value["kind"] == "key.revoke":
        since, compromised = value["body"]["since"], value["body"]["mode"] == "compromised"
        demand(since is not None or not compromised, "shape", f"{where}: compromised since never")
    return value


def sha256(value):
    """The digest of a change or policy: that of its canonical JSON."""
    return hashlib.sha256(canonical.dumps(value)).hexdigest()


def proof_text(workspace, tenant_id, body):
    """What a new key signs to prove that its owner holds it."""
    lines = ("countersign key v1", workspace, tenant_id, body["person_id"], body["keyid"], "")
    return "\n".join(lines).encode()
