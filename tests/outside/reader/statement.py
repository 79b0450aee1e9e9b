"""A decision as it was signed: the DSSE envelope, and the in-toto statement in it.

Invariant: an `Attestation` has the page's exact shape and its meaning is the sentence that its decision stands for;
whether its signature holds is asked by `check_signature`, whether its signer counts is not asked here at all.
"""

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import SSlibKey

from . import canonical, ed25519
from .refusal import Refused, demand
from .scalars import (
    ROLES, TIERS, actor, ascending, boolean, count, decode64, digest, documents, environment, exactly, instant,
    list_of, nonce, one_of, optional, person, reason, signature64, subject, subject_kind, tenant, text, title, uuid,
)

PAYLOAD_TYPE = "application/vnd.in-toto+json"
PARTS = ("overview", "changes", "artefact", "history", "discussion")
RECOVERY = {"id": "system", "name": "recovery kit", "role": "RECOVERY"}
MEANINGS = {
    "APPROVED": "I reviewed this {} and approve it for production use.",
    "REJECTED": "I reviewed this {} and reject it.",
    "REVOKED": "I revoke the approval of this {}.",
}
CHANGE_MEANINGS = {
    "PROPOSED": "I propose this change.",
    "APPROVED": "I reviewed this change and approve it.",
    "REJECTED": "I reviewed this change and reject it.",
}


def _parts(value, where):
    list_of(one_of(*PARTS))(value, where)
    places = [PARTS.index(part) for part in value]
    demand(places == sorted(set(places)), "shape", f"{where}: not in the page's order, or something twice")


def _reviewer(value, where):
    if type(value) is dict and value.get("id") == "system":
        demand(value == RECOVERY, "shape", f"{where}: system, but not the recovery kit")
    else:
        exactly({"id": person, "name": title, "role": one_of(*ROLES)})(value, where)


def _one_subject(value, where):
    demand(type(value) is list and len(value) == 1, "shape", f"{where}: not one subject")
    subject("model", "prompt", "change")(value[0], where)


_ENVELOPE = exactly({
    "payload": text,
    "payloadType": one_of(PAYLOAD_TYPE),
    "signatures": list_of(exactly({"keyid": digest, "sig": signature64})),
})
_STATEMENT = exactly({
    "_type": one_of("https://in-toto.io/Statement/v1"),
    "subject": _one_subject,
    "predicateType": one_of("https://countersign.dev/human-approval/v1"),
    "predicate": exactly({
        "decision": one_of("PROPOSED", *MEANINGS),
        "meaning": text,
        "reason": reason,
        "conditions": exactly({"expires_at": optional(instant), "scope": optional(ascending(environment))}),
        "request": exactly({
            "id": uuid, "makers": ascending(actor), "reason": reason, "requested_at": instant,
            "requested_by": actor, "tier": optional(one_of(*TIERS)),
        }),
        "reviewer": _reviewer,
        "tenant_id": tenant,
        "workspace_id": uuid,
        "policy": optional(exactly({"sha256": digest})),
        "reviewed": exactly({
            "artefact_checked": boolean, "base_sha256": optional(digest), "documents": documents,
            "hidden_characters": count, "log_root": digest, "log_size": count, "opened_at": instant,
            "parts": _parts, "seconds": count,
        }),
        "decided_at": instant,
        "correlation_id": uuid,
        "device_id": uuid,
        "nonce": nonce,
    }),
})


REMEMBERED_BYTES = 8 * 1024


def _read_payload(text64):
    payload = decode64(text64, "payload")
    statement = canonical.parse(payload, canonical.BUNDLE_BYTES, "payload")
    _STATEMENT(statement, "statement")
    return payload, statement


_remembered = lru_cache(maxsize=1024)(_read_payload)


class Attestation:
    """One envelope and what it says."""

    def __init__(self, envelope, where):
        _ENVELOPE(envelope, where)
        demand(len(envelope["signatures"]) == 1, "shape", f"{where}: not exactly one signature")
        read = _remembered if len(envelope["payload"]) <= REMEMBERED_BYTES else _read_payload
        try:
            payload, statement = read(envelope["payload"])
        except Refused as refused:
            raise Refused(refused.check, f"{where}: {refused.detail}") from None
        self.where = where
        self.envelope = envelope
        self.payload = payload
        self.sha256 = hashlib.sha256(payload).hexdigest()
        self.keyid = envelope["signatures"][0]["keyid"]
        self.subject = statement["subject"][0]
        self.kind = subject_kind(self.subject["name"], where)
        self.predicate = statement["predicate"]
        self.decision = self.predicate["decision"]
        self.signer = self.predicate["reviewer"]["id"]
        self.log_size = self.predicate["reviewed"]["log_size"]
        self.log_root = bytes.fromhex(self.predicate["reviewed"]["log_root"])
        self._check_kind()

    def _check_kind(self):
        said, kind, where = self.predicate, self.kind, self.where
        if kind == "change":
            meaning = CHANGE_MEANINGS.get(self.decision)
            empty = said["policy"] is None and said["request"]["tier"] is None and said["request"]["makers"] == []
            demand(empty, "shape", f"{where}: a change with policy, tier or makers")
            demand(said["reviewed"]["documents"] == {}, "shape", f"{where}: a change with documents")
            kit = self.signer == "system"
            demand(not kit or self.decision == "PROPOSED", "shape", f"{where}: the recovery kit only proposes")
        else:
            meaning = MEANINGS.get(self.decision, "").format(kind) or None
            full = said["policy"] is not None and said["request"]["tier"] is not None
            demand(full, "shape", f"{where}: policy or tier missing")
            demand(self.signer != "system", "shape", f"{where}: a decision by nobody")
        demand(meaning is not None, "shape", f"{where}: {self.decision} is no decision on a {kind}")
        demand(said["meaning"] == meaning, "shape", f"{where}: the meaning is not that of {self.decision}")


def pae(payload):
    """The bytes that are signed."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def check_signature(attestation, pem, public):
    """The envelope's signature by the library that reads such envelopes, and by the strict equation beside it."""
    signature = attestation.envelope["signatures"][0]["sig"]
    question = (attestation.envelope["payload"], attestation.keyid, signature, pem)
    ask = _remembered_answer if len(question[0]) <= REMEMBERED_BYTES else _library_says
    why = ask(*question)
    demand(why is None, "signatures", f"{attestation.where}: {why}")
    raw = decode64(signature, attestation.where, 64)
    strictly = ed25519.strict(public, raw, pae(attestation.payload))
    demand(strictly, "signatures", f"{attestation.where}: not strictly signed")


def _library_says(payload64, keyid, sig64, pem):
    """Why securesystemslib does not verify this envelope, or None."""
    signatures = [{"keyid": keyid, "sig": sig64}]
    try:
        key = SSlibKey.from_crypto(load_pem_public_key(pem.encode("ascii")), keyid=keyid)
        envelope = Envelope.from_dict({"payload": payload64, "payloadType": PAYLOAD_TYPE, "signatures": signatures})
        envelope.verify([key], 1)
    except (ValueError, KeyError, UnverifiedSignatureError, VerificationError) as error:
        return str(error)
    return None if envelope.pae() == pae(envelope.payload) else "two readings of what is signed"


_remembered_answer = lru_cache(maxsize=1024)(_library_says)
