"""An evidence bundle from its bytes to a verdict: the page's checks in the page's order.

Invariant: a check looks only at what the checks before it have established, so that the first that fails is the one
that is named.
"""

import base64
import hashlib
import re

from . import canonical, ed25519
from .authority import History, check_keys
from .case import Case
from .change import policy
from .leaf import read_record
from .merkle import EMPTY, LONGEST_INCLUSION, consistent, included
from .note import open_checkpoint
from .outcome import check_policy, effect
from .refusal import demand
from .scalars import (
    actor, count, decode64, digest, exactly, list_of, microseconds, one_of, subject, tenant, text, uuid,
)
from .statement import Attestation, check_signature

DER_PREFIX = bytes.fromhex("302a300506032b6570032100")
PEM = "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n"
SECOND = 1_000_000
_SIZE = re.compile("[1-9][0-9]{0,15}", re.ASCII)


def _consistency(value, where):
    demand(type(value) is dict, "shape", f"{where}: no object")
    for size, proof in value.items():
        demand(_SIZE.fullmatch(size) and int(size) <= canonical.LARGEST, "shape", f"{where}: not a size")
        list_of(text, LONGEST_INCLUSION + 1)(proof, f"{where}.{size}")


def _any(value, where):
    """Looked at by its own reader."""


_BUNDLE = exactly({
    "mediaType": one_of("application/vnd.countersign.evidence.v1+json"),
    "workspace_id": uuid,
    "tenant_id": tenant,
    "subject": subject("model", "prompt"),
    "policy": policy,
    "attestations": list_of(_any),
    "keys": list_of(exactly({"keyid": digest, "owner": actor, "public_key": text})),
    "records": list_of(exactly({"index": count, "leaf": text, "proof": list_of(text, LONGEST_INCLUSION)})),
    "consistency": _consistency,
    "checkpoint": text,
})


class Bundle:
    """A bundle of the right shape; nothing in it is believed yet."""

    def __init__(self, data):
        fields = canonical.parse(data, canonical.BUNDLE_BYTES, "bundle")
        _BUNDLE(fields, "bundle")
        self.workspace = fields["workspace_id"]
        self.tenant = fields["tenant_id"]
        self.subject = fields["subject"]
        self.policy = fields["policy"]
        self.note = fields["checkpoint"]
        self.attestations = [
            Attestation(envelope, f"attestations[{place}]") for place, envelope in enumerate(fields["attestations"])
        ]
        self.by_sha256 = {one.sha256: one for one in self.attestations}
        self.keys = self._read_keys(fields["keys"])
        self.records, self.proofs = self._read_records(fields["records"])
        self.consistency = {
            int(size): [decode64(one, "consistency", 32) for one in proof]
            for size, proof in fields["consistency"].items()
        }

    def decisions(self):
        """Votes and revocations with their statements, where these are there."""
        for record in self.records:
            statement = self.by_sha256.get(record.metadata.get("attestation_sha256"))
            if record.action in ("approval.vote", "model.revoke", "prompt.revoke") and statement:
                yield record, statement

    def _read_keys(self, entries):
        keyids = [entry["keyid"] for entry in entries]
        demand(all(a < b for a, b in zip(keyids, keyids[1:])), "shape", "keys: not sorted, or one twice")
        return {entry["keyid"]: (entry["owner"], self._read_pem(entry["public_key"])) for entry in entries}

    def _read_pem(self, pem):
        lines = pem.split("\n")
        der = decode64(lines[1] if len(lines) == 4 else "", "keys")
        exact = len(der) == 44 and der.startswith(DER_PREFIX)
        exact = exact and pem == PEM.format(base64.b64encode(der).decode())
        demand(exact, "shape", "keys: not the one PEM form of an Ed25519 key")
        return der[len(DER_PREFIX):]

    def _read_records(self, entries):
        demand(entries, "shape", "records: none")
        indices = [entry["index"] for entry in entries]
        demand(all(a < b for a, b in zip(indices, indices[1:])), "shape", "records: not ascending")
        records, proofs = [], []
        for entry in entries:
            records.append(read_record(entry["leaf"], entry["index"], self.tenant))
            proofs.append([decode64(one, f"records[{entry['index']}].proof", 32) for one in entry["proof"]])
        return records, proofs


def verify_bundle(data, trust, now, max_age=None, artefact=None):
    """Outcome, effect now, and every act under single or recovery control; or a refusal.

    `now` is a time, `max_age` seconds, `artefact` a pair of digest kind and hex.
    """
    bundle = Bundle(data)
    checkpoint = _check_checkpoint(bundle, trust)
    first = bundle.records[0]
    founded = first.index == 0 and first.hash == trust.genesis
    demand(founded, "genesis", "records: the first is not the genesis of the trust file")
    for record, proof in zip(bundle.records, bundle.proofs):
        there = included(record.hash, record.index, checkpoint.size, proof, checkpoint.root)
        demand(there, "inclusion", f"{record.where}: not in the log")
    _check_signatures(bundle)
    _check_history(bundle, checkpoint)
    history = History(bundle)
    check_keys(bundle, history)
    case = Case(bundle, history)
    standing = check_policy(case, history)
    _check_complete(bundle, case)
    newest = max(record.stamp for record in bundle.records)
    listed = case.export.metadata
    demand(listed["outcome"] == case.outcome, "effect", "outcome: not as listed")
    demand(listed["effect"] == effect(case, history, standing, newest), "effect", "effect: not as listed")
    if artefact is not None:
        demand(bundle.subject["digest"] == dict([artefact]), "artefact", "artefact: not the one decided on")
    if max_age is not None:
        _check_freshness(case, now, max_age)
    return case.outcome, effect(case, history, standing, max(now, newest)), _weak_control(history)


def _check_checkpoint(bundle, trust):
    here = (bundle.workspace, bundle.tenant) == (trust.workspace, trust.tenant)
    demand(here, "checkpoint", "bundle: of another workspace or tenant than the trust file")
    checkpoint = open_checkpoint(bundle.note, trust)
    demand(checkpoint.size == bundle.records[-1].index + 1, "checkpoint", "checkpoint: not of the export's commit")
    return checkpoint


def _check_signatures(bundle):
    for one in bundle.attestations:
        _, public = bundle.keys.get(one.keyid, (None, None))
        demand(public, "signatures", f"{one.where}: its key is not given")
        own = hashlib.sha256(public).hexdigest() == one.keyid
        demand(own, "signatures", f"{one.where}: the keyid is not the key's")
        demand(ed25519.good_key(public), "signatures", f"{one.where}: not a key")
        check_signature(one, PEM.format(base64.b64encode(DER_PREFIX + public).decode()), public)


def _check_history(bundle, checkpoint):
    """Every signer's root is in the log's past, shown by exactly the proofs that this takes."""
    sizes = {one.log_size for one in bundle.attestations if one.log_size > 0}
    demand(bundle.consistency.keys() == sizes, "history", "consistency: not for exactly the sizes that were signed")
    for one in bundle.attestations:
        if one.log_size == 0:
            past = one.log_root == EMPTY
        else:
            proof = bundle.consistency[one.log_size]
            past = consistent(one.log_size, one.log_root, checkpoint.size, checkpoint.root, proof)
        demand(past, "history", f"{one.where}: signed on a log that is not in this one's past")


def _check_complete(bundle, case):
    listed = case.export.metadata
    others = [record.index for record in bundle.records[:-1]]
    demand(listed["records"] == others, "complete", "export: lists other records")
    signed = sorted(one.sha256 for one in bundle.attestations)
    demand(listed["attestations"] == signed, "complete", "export: lists other attestations")


def _check_freshness(case, now, max_age):
    age = microseconds(now) - microseconds(case.export.stamp)
    fresh = -5 * 60 * SECOND <= age <= max_age * SECOND
    demand(fresh, "freshness", f"export: {age // SECOND} s old")


def _weak_control(history):
    return [
        {"control": act.control, "index": act.index, "kind": act.kind} for act in history.acts
        if act.control != "dual"
    ]
