"""Writes logs and bundles for the self-check, good ones and, by way of `edit…` hooks, bad ones.

Invariant: every hash, signature and proof is made after the edits, so that a bad file fails at the rule it breaks and
nowhere before. Trees and proofs are made by the definitions of RFC 6962, not by the reader's ways of folding them.
"""

import base64
import hashlib
import json
from copy import deepcopy
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reader.bundle import DER_PREFIX, PEM
from reader.canonical import dumps
from reader.change import GENESES, proof_text
from reader.ed25519 import ORDER
from reader.statement import CHANGE_MEANINGS, MEANINGS, PAYLOAD_TYPE, pae

WORKSPACE = "01930000-0000-7000-8000-00000000000a"
TENANT = "credit"
ORIGIN = f"countersign.local/{WORKSPACE}/{TENANT}"
DEVICE_ID = "01930000-0000-7000-8000-000000000de5"
START = datetime(2026, 11, 22, 18, 35)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def b64(data):
    return base64.b64encode(data).decode()


def uuid(number):
    return f"01930000-0000-7000-8000-{number:012x}"


class Signer:
    """A key from a seed of one repeated byte, and who holds it."""

    def __init__(self, seed, name, actor):
        self.seed = bytes([seed]) * 32
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.keyid = sha(self.public)
        self.name = name
        self.actor = actor

    def sign_with_neutral_r(self, message):
        """A signature that satisfies the equation although R is the neutral point; libraries take it."""
        scalar = int.from_bytes(hashlib.sha512(self.seed).digest()[:32], "little")
        scalar = scalar & (1 << 254) - 8 | 1 << 254
        neutral = (1).to_bytes(32, "little")
        challenge = int.from_bytes(hashlib.sha512(neutral + self.public + message).digest(), "little")
        return neutral + (challenge * scalar % ORDER).to_bytes(32, "little")

    def entry(self):
        return {"keyid": self.keyid, "name": self.name, "person_id": self.actor, "public_key": b64(self.public)}


DEVICE = Signer(0x0D, "device", None)
ADA = Signer(0x0A, "Ada Lovelace", f"person/{uuid(0xADA)}")
BOB = Signer(0x0B, "Bob Noyce", f"person/{uuid(0xB0B)}")
CY = Signer(0x0C, "Cy Twombly", f"person/{uuid(0xC1)}")
DEE = Signer(0x1D, "Dee Hock", f"person/{uuid(0xDEE)}")
BOB_AGAIN = Signer(0x1B, "Bob Noyce", BOB.actor)
ADA_AGAIN = Signer(0x1A, "Ada Lovelace", ADA.actor)
KIT = Signer(0x0E, "recovery kit", "system")


def root(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()


def path(index, hashes):
    if len(hashes) <= 1:
        return []
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    if index < split:
        return path(index, hashes[:split]) + [root(hashes[split:])]
    return path(index - split, hashes[split:]) + [root(hashes[:split])]


def consistency(first, hashes, whole=True):
    if first == len(hashes):
        return [] if whole else [root(hashes)]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    if first <= split:
        return consistency(first, hashes[:split], whole) + [root(hashes[split:])]
    return consistency(first - split, hashes[split:], False) + [root(hashes[:split])]


def note(size, tree_root, signer=DEVICE, origin=ORIGIN):
    body = f"{origin}\n{size}\n{b64(tree_root)}\n"
    hashed = hashlib.sha256(origin.encode() + b"\n\x01" + signer.public).digest()[:4]
    return f"{body}\n\u2014 {origin} {b64(hashed + signer.private.sign(body.encode()))}\n"


def vkey(signer, origin=ORIGIN):
    hashed = hashlib.sha256(origin.encode() + b"\n\x01" + signer.public).hexdigest()[:8]
    return f"{origin}+{hashed}+{b64(bytes([1]) + signer.public)}"


def policy(**changed):
    return {
        "approvals": 1, "artefact_check": False, "expires_after_seconds": None, "four_eyes": True, "groups": [],
        "reauth_seconds": 0, "resource_type": "model", "tenant_id": TENANT, "tier": "low", "v": 1, **changed,
    }


def _unchanged(_):
    pass


class Story:
    """A log as it grows, and the bundle of its one request."""

    def __init__(self, subject="model/credit-pd@3", digest=None, policy=None):
        self.policy = policy or globals()["policy"](resource_type=subject.split("/")[0])
        self.subject = {"digest": digest or {"sha256": sha(subject.encode())}, "name": subject}
        self.kind, self.rest = subject.split("/", 1)
        self.leaves, self.envelopes, self.signers, self.votes = [], [], {}, []
        self.documents = {"card": sha(b"{}")}
        self.makers = [ADA.actor]
        self.late = 0  # seconds by which the clock stands later than the count of records says

    def stamp(self, ahead=0):
        moment = START + timedelta(seconds=len(self.leaves) + 2 + self.late + ahead)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def hashes(self):
        return [hashlib.sha256(b"\x00" + leaf).digest() for leaf in self.leaves]

    def leaf(self, action, actor, resource, metadata, reason="because", edit=_unchanged):
        index = len(self.leaves)
        fields = {
            "action": action, "actor": actor, "correlation_id": uuid(0xC000), "device_id": DEVICE_ID,
            "id": uuid(0x100 + index), "metadata": metadata, "reason": reason, "resource_id": resource[1],
            "resource_type": resource[0], "seq": index, "tenant_id": TENANT, "timestamp_utc": self.stamp(), "v": 1,
        }
        edit(fields)
        self.leaves.append(dumps(fields))
        return index

    def sign(self, signer, decision, subject, request, role, policy_sha=None, edit=_unchanged):
        """One signed statement on the log as it is; returns the digest of its payload."""
        kind = subject["name"].split("/")[0]
        meanings = CHANGE_MEANINGS if kind == "change" else MEANINGS
        predicate = {
            "decision": decision, "meaning": meanings[decision].format(kind), "reason": "because",
            "conditions": {"expires_at": None, "scope": None}, "request": request,
            "reviewer": {"id": signer.actor, "name": signer.name, "role": role},
            "tenant_id": TENANT, "workspace_id": WORKSPACE, "policy": policy_sha and {"sha256": policy_sha},
            "reviewed": {
                "artefact_checked": False, "base_sha256": None,
                "documents": {} if kind == "change" else dict(self.documents), "hidden_characters": 0,
                "log_root": root(self.hashes()).hex(), "log_size": len(self.leaves), "opened_at": self.stamp(-1),
                "parts": ["overview"], "seconds": 3,
            },
            "decided_at": self.stamp(-1), "correlation_id": uuid(0xC000), "device_id": DEVICE_ID,
            "nonce": sha(f"{len(self.leaves)} {signer.name} {decision}".encode())[:32],
        }
        statement = {
            "_type": "https://in-toto.io/Statement/v1", "subject": [deepcopy(subject)],
            "predicateType": "https://countersign.dev/human-approval/v1", "predicate": predicate,
        }
        edit(statement)
        payload = dumps(statement)
        signature = {"keyid": signer.keyid, "sig": b64(signer.private.sign(pae(payload)))}
        self.envelopes.append({"payload": b64(payload), "payloadType": PAYLOAD_TYPE, "signatures": [signature]})
        self.signers[signer.keyid] = signer
        return sha(payload)

    def act(self, kind, body, resource, by=(ADA,), control=None, change_id=None, edit_change=_unchanged,
            edit_statement=_unchanged, edit=_unchanged):
        """An authority act by one signer or two."""
        change = {
            "body": body, "id": uuid(change_id or 0x200 + len(self.leaves)), "kind": kind,
            "proposed_by": by[0].actor, "reason": "because", "tenant_id": TENANT, "v": 1, "workspace_id": WORKSPACE,
        }
        edit_change(change)
        subject = {"digest": {"sha256": sha(dumps(change))}, "name": f"change/{change['id']}"}
        request = {
            "id": change["id"], "makers": [], "reason": change["reason"], "requested_at": self.stamp(-1),
            "requested_by": change["proposed_by"], "tier": None,
        }
        signed = [
            self.sign(signer, decision, subject, dict(request), "RECOVERY" if signer is KIT else "ADMIN",
                      edit=edit_statement)
            for signer, decision in zip(by, ("PROPOSED", "APPROVED"))
        ]
        control = control or ("dual" if len(by) == 2 else "recovery" if by[0] is KIT else "single")
        metadata = {"attestations": signed, "change": change, "control": control}
        return self.leaf(kind, by[-1].actor, resource, metadata, edit=edit)

    def found(self, admins=(ADA,), policies=None, edit_body=_unchanged, **hooks):
        body = {
            "admins": [admin.entry() for admin in admins],
            "log_keys": [{"device_id": DEVICE_ID, "public_key": b64(DEVICE.public)}], "name": "Credit",
            "policies": policies or [self.policy], "recovery_public_key": b64(KIT.public),
        }
        edit_body(body)
        hooks.setdefault("by", admins[:2])
        self.act(hooks.pop("kind", GENESES[1]), body, ("tenant", TENANT), **hooks)
        return self

    def enroll(self, signer, by=(ADA,), edit_body=_unchanged, **hooks):
        body = signer.entry()
        body["proof"] = b64(signer.private.sign(proof_text(WORKSPACE, TENANT, body)))
        edit_body(body)
        self.act("key.enroll", body, ("key", body["keyid"]), by, **hooks)
        return self

    def grant(self, signer, role="APPROVER", group=None, by=(ADA,), **hooks):
        body = {"group": group, "person_id": signer.actor, "role": role}
        self.act("role.grant", body, ("person", signer.actor), by, **hooks)
        return self

    def ungrant(self, signer, by=(ADA,), **hooks):
        self.act("role.revoke", {"person_id": signer.actor}, ("person", signer.actor), by, **hooks)
        return self

    def end_key(self, signer, mode, since, by=(ADA,), **hooks):
        body = {"keyid": signer.keyid, "mode": mode, "since": since}
        self.act("key.revoke", body, ("key", signer.keyid), by, **hooks)
        return self

    def set_policy(self, changed, by=(ADA,), **hooks):
        place = f"{changed['resource_type']}/{changed['tier']}"
        self.act("policy.change", {"policy": changed}, ("policy", place), by, **hooks)
        self.policy = changed
        return self

    def ask(self, actor=ADA.actor, expires_at=None, making=_unchanged, edit=_unchanged):
        """The subject is made, and its request opened."""
        first = self.kind == "model" or self.rest.endswith("@1")
        made = {
            "documents": dict(self.documents), "makers": list(self.makers), "subject": self.subject,
            "tier": self.policy["tier"],
        }
        place = (self.kind, self.rest)
        self.leaf(f"{self.kind}.{'register' if first else 'update'}", actor, place, deepcopy(made), edit=making)
        self.request = {
            "id": uuid(0x300), "makers": list(self.makers), "reason": "because", "requested_at": self.stamp(),
            "requested_by": actor, "tier": self.policy["tier"],
        }
        metadata = {
            **deepcopy(made), "expires_at": expires_at, "policy_sha256": sha(dumps(self.policy)),
            "request_id": uuid(0x300),
        }
        self.leaf("approval.request", actor, place, metadata, edit=edit)
        return self

    def vote(self, signer, decision="APPROVED", role="APPROVER", edit_statement=_unchanged, edit=_unchanged):
        signed = self.sign(signer, decision, self.subject, dict(self.request), role, sha(dumps(self.policy)),
                           edit_statement)
        self.votes.append((signer, signed))
        metadata = {"attestation_sha256": signed, "decision": decision, "request_id": uuid(0x300)}
        self.leaf("approval.vote", signer.actor, (self.kind, self.rest), metadata, edit=edit)
        return self

    def end(self, outcome="APPROVED", edit=_unchanged):
        action = "approval.approve" if outcome == "APPROVED" else "approval.reject"
        metadata = {"attestations": [signed for _, signed in self.votes], "request_id": uuid(0x300)}
        self.leaf(action, self.votes[-1][0].actor, (self.kind, self.rest), metadata, edit=edit)
        self.outcome = outcome
        return self

    def revoke(self, signer, role="APPROVER", edit=_unchanged, edit_statement=_unchanged):
        signed = self.sign(signer, "REVOKED", self.subject, dict(self.request), role, sha(dumps(self.policy)),
                           edit_statement)
        metadata = {"attestation_sha256": signed, "request_id": uuid(0x300)}
        self.leaf(f"{self.kind}.revoke", signer.actor, (self.kind, self.rest), metadata, edit=edit)
        return self

    def trust(self, edit=_unchanged):
        fields = {
            "genesis": self.hashes()[0].hex(), "log_keys": [{"from": 0, "to": None, "vkey": vkey(DEVICE)}],
            "mediaType": "application/vnd.countersign.trust.v1+json", "tenant_id": TENANT, "workspace_id": WORKSPACE,
        }
        edit(fields)
        return dumps(fields)

    def export(self, effect="in_force", keep=None, spare=None, edit_leaf=_unchanged, edit=_unchanged):
        """The bundle's bytes: of all records, or of those to keep with their attestations; one may be spared."""
        kept = list(range(len(self.leaves))) if keep is None else list(keep)
        bound = {one for index in kept for one in _bound(self.leaves[index])}
        envelopes = [
            one for place, one in enumerate(self.envelopes)
            if place != spare and (keep is None or sha(base64.b64decode(one["payload"])) in bound)
        ]
        listed = {
            "attestations": sorted(sha(base64.b64decode(one["payload"])) for one in envelopes), "effect": effect,
            "outcome": self.outcome, "records": list(kept), "request_id": uuid(0x300),
        }
        last = self.leaf("evidence.export", BOB.actor, ("request", uuid(0x300)), listed, "", edit_leaf)
        fields = self._bundle(kept + [last], envelopes)
        edit(fields)
        return dumps(fields)

    def range(self, start, end, size=None, left=0):
        """A range file; with another size than the log's, or a number of subtrees too many, a bad one."""
        hashes = self.hashes()
        before, behind = _outside(0, len(hashes), start, end, hashes)
        header = {
            "checkpoint": note(len(hashes), root(hashes)), "end": end, "left": before + [b64(b"0" * 32)] * left,
            "mediaType": "application/vnd.countersign.range.v1+json", "origin": ORIGIN, "right": behind,
            "size": size or len(hashes), "start": start,
        }
        return b"".join(line + b"\n" for line in (dumps(header), *self.leaves[start:end]))

    def consistency(self, first):
        hashes = self.hashes()
        return dumps({
            "first": note(first, root(hashes[:first])), "second": note(len(hashes), root(hashes)),
            "mediaType": "application/vnd.countersign.consistency.v1+json",
            "proof": [b64(one) for one in consistency(first, hashes)],
        })

    def record(self, index):
        hashes = self.hashes()
        lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(self.leaves[index])}", f"index {index}"]
        lines += [b64(one) for one in path(index, hashes)]
        return "\n".join([*lines, "", note(len(hashes), root(hashes))]).encode()

    def _bundle(self, indices, envelopes):
        hashes = self.hashes()
        used = sorted({one["signatures"][0]["keyid"] for one in envelopes})
        sizes = {_log_size(one) for one in envelopes} - {0}
        return {
            "mediaType": "application/vnd.countersign.evidence.v1+json", "workspace_id": WORKSPACE,
            "tenant_id": TENANT, "subject": self.subject, "policy": self.policy, "attestations": envelopes,
            "keys": [
                {"keyid": keyid, "owner": self.signers[keyid].actor,
                 "public_key": PEM.format(b64(DER_PREFIX + self.signers[keyid].public))}
                for keyid in used
            ],
            "records": [
                {"index": index, "leaf": b64(self.leaves[index]), "proof": [b64(one) for one in path(index, hashes)]}
                for index in indices
            ],
            "consistency": {
                str(size): [b64(one) for one in consistency(size, hashes)] for size in sizes if size <= len(hashes)
            },
            "checkpoint": note(len(hashes), root(hashes)),
        }


def _outside(low, high, start, end, hashes):
    """The subtrees wholly before a range, and those wholly behind it, in walking order."""
    if low >= start and high <= end:
        return [], []
    width = high - low
    if (high <= start or low >= end) and width & (width - 1) == 0:
        found = [b64(root(hashes[low:high]))]
        return (found, []) if high <= start else ([], found)
    split = low + (1 << ((width - 1).bit_length() - 1))
    first, second = _outside(low, split, start, end, hashes), _outside(split, high, start, end, hashes)
    return first[0] + second[0], first[1] + second[1]


def _bound(leaf):
    metadata = json.loads(leaf)["metadata"]
    return metadata.get("attestations", []) + [metadata.get("attestation_sha256")]


def _log_size(envelope):
    return json.loads(base64.b64decode(envelope["payload"]))["predicate"]["reviewed"]["log_size"]
