"""Who held which key and role at which record, built from the authority acts alone.

Invariant: an act enters the history only if the ADMINs of that record signed it. Nothing is ever removed: a later end
is one more entry, so that any record can be asked about afterwards.
"""

import hashlib
from collections import defaultdict

from . import ed25519
from .change import ACTS, GENESES, proof_text, sha256
from .refusal import demand
from .scalars import decode64, microseconds

BEFORE_ALL = -1
SIGNING_WINDOW = 5 * 60 * 1_000_000


class Key:
    """A person's key: since when, by which act, and what ended it."""

    def __init__(self, keyid, entry, since, act):
        self.keyid = keyid
        self.person = entry["person_id"]
        self.name = entry["name"]
        self.since = since
        self.act = act
        self.revocations = []  # (index, first record whose signatures are void, or None)

    def good_at(self, index):
        """Enrolled by an earlier record and not revoked by one."""
        return self.since < index and all(index <= revoked for revoked, _ in self.revocations)

    def voids(self, index):
        """Whether a signature bound by this record is void, as is known by the end."""
        return any(since is not None and since <= index for _, since in self.revocations)


class Role:
    """A role from an act on; None once it is revoked."""

    def __init__(self, since, act, role, group):
        self.since = since
        self.act = act
        self.role = role
        self.group = group


NO_ROLE = Role(BEFORE_ALL, None, None, None)


class Act:
    """An authority act with the statements that its metadata names."""

    def __init__(self, record, statements):
        self.record = record
        self.index = record.index
        self.change = record.metadata["change"]
        self.kind = self.change["kind"]
        self.body = self.change["body"]
        self.control = record.metadata["control"]
        self.statements = statements


class History:
    """Keys, roles and policies over the records of a bundle."""

    def __init__(self, bundle):
        self._workspace, self._tenant = bundle.workspace, bundle.tenant
        self._owners = {owner for owner, _ in bundle.keys.values()}
        self.acts = []
        self.keys = {}
        self.roles = defaultdict(list)
        self.policies = defaultdict(list)  # (type, tier) -> [(index, policy)]
        self.recovery = None
        self._changes = set()
        for record in bundle.records:
            if record.action in ACTS:
                self._take(record, bundle.by_sha256)
        demand(self.recovery is not None, "authority", "records: the first is no genesis")

    def role_at(self, person, index):
        """The role in force at a record: that of the last act before it."""
        return next((role for role in reversed(self.roles.get(person, ())) if role.since < index), NO_ROLE)

    def end_of(self, person, role):
        """The first act on this person's role after the one given."""
        return next((later for later in self.roles.get(person, ()) if later.since > role.since), None)

    def _take(self, record, by_sha256):
        where = record.where
        missing = [one for one in record.metadata["attestations"] if one not in by_sha256]
        demand(not missing, "authority", f"{where}: no statement {missing}")
        act = Act(record, [by_sha256[one] for one in record.metadata["attestations"]])
        change = act.change
        demand(record.action == act.kind, "authority", f"{where}: the change is a {act.kind}")
        here = (change["workspace_id"], change["tenant_id"]) == (self._workspace, self._tenant)
        demand(here, "authority", f"{where}: a change of another workspace or tenant")
        demand(change["id"] not in self._changes, "authority", f"{where}: this change is applied already")
        founds = (act.kind in GENESES) == (record.index == 0)
        demand(founds, "authority", f"{where}: a genesis is record 0, and only it")
        demand(record.resource == self._resource(act), "authority", f"{where}: of another resource")
        if record.index == 0:
            self._found(act)
        self._check_control(act)
        self._check_binding(act)
        self._apply(act)
        self._changes.add(change["id"])
        self.acts.append(act)

    def _resource(self, act):
        body = act.body
        return {
            "workspace.create": lambda: ("workspace", self._workspace),
            "tenant.create": lambda: ("tenant", self._tenant),
            "key": lambda: ("key", body["keyid"]),
            "role": lambda: ("person", body["person_id"]),
            "policy": lambda: ("policy", f"{body['policy']['resource_type']}/{body['policy']['tier']}"),
            "device": lambda: ("device", body["device_id"]),
        }[act.kind if act.kind in GENESES else act.kind.split(".")[0]]()

    def _found(self, act):
        """The genesis: its admins count from before record 0."""
        where, body = act.record.where, act.body
        expected = "workspace.create" if self._tenant == "_workspace" else "tenant.create"
        demand(act.kind == expected, "authority", f"{where}: not this log's genesis")
        demand(body["admins"] and body["log_keys"], "authority", f"{where}: nobody, or no log key")
        self.recovery = decode64(body["recovery_public_key"], where)
        for admin in body["admins"]:
            self._enroll(admin, BEFORE_ALL, act)
            self.roles[admin["person_id"]] = [Role(BEFORE_ALL, act, "ADMIN", None)]
        devices = [entry["device_id"] for entry in body["log_keys"]]
        demand(len(devices) == len(set(devices)), "authority", f"{where}: a device twice")
        for policy in body["policies"]:
            known = self.policies[self._policy_place(policy, where)]
            demand(not known, "authority", f"{where}: a policy twice")
            known.append((BEFORE_ALL, policy, act))

    def _policy_place(self, policy, where):
        demand(policy["tenant_id"] == self._tenant, "authority", f"{where}: a policy of another tenant")
        return policy["resource_type"], policy["tier"]

    def _enroll(self, entry, since, act):
        where = act.record.where
        public = decode64(entry["public_key"], where)
        own = entry["keyid"] == hashlib.sha256(public).hexdigest()
        demand(own, "authority", f"{where}: the keyid is not the key's")
        demand(entry["keyid"] not in self.keys, "authority", f"{where}: this key is enrolled already")
        self.keys[entry["keyid"]] = Key(entry["keyid"], entry, since, act)
        return public

    def _check_control(self, act):
        where, statements, change = act.record.where, act.statements, act.change
        decisions = [one.decision for one in statements]
        wanted = ["PROPOSED", "APPROVED"] if act.control == "dual" else ["PROPOSED"]
        demand(decisions == wanted, "authority", f"{where}: {act.control}, but signed {decisions}")
        for one in statements:
            self._check_statement(act, one)
        demand(statements[0].signer == change["proposed_by"], "authority", f"{where}: not signed by who proposed it")
        if act.control == "dual":
            demand(statements[1].signer != statements[0].signer, "authority", f"{where}: both signatures of one person")
        elif act.control == "single":
            demand(len(self._known_admins(act.index)) <= 1, "authority", f"{where}: single, with a second ADMIN there")
        kit = statements[0].signer == "system"
        demand(kit == (act.control == "recovery"), "authority", f"{where}: {act.control}, by the wrong signer")
        only = act.kind == "key.enroll"
        demand(only or act.control != "recovery", "authority", f"{where}: the recovery kit only enrols a key")

    def _known_admins(self, index):
        """Who is surely ADMIN at this record: all admins at the genesis, later the signers, whose ends are shown."""
        known = self.roles if index == 0 else self._owners
        return {
            key.person for key in self.keys.values()
            if key.person in known and key.good_at(index) and self.role_at(key.person, index).role == "ADMIN"
        }

    def _check_statement(self, act, one):
        where, change, said = act.record.where, act.change, one.predicate
        named = one.subject == {"digest": {"sha256": sha256(change)}, "name": f"change/{change['id']}"}
        demand(named, "authority", f"{where}: signed for another change")
        asked = said["request"]
        repeats = (asked["id"], asked["reason"], asked["requested_by"])
        same = repeats == (change["id"], change["reason"], change["proposed_by"])
        demand(same, "authority", f"{where}: the statement asks for something else")
        here = (said["workspace_id"], said["tenant_id"]) == (self._workspace, self._tenant)
        demand(here, "authority", f"{where}: signed for another workspace or tenant")
        demand(one.log_size <= act.index, "authority", f"{where}: signed on a later log")
        if one.signer == "system":
            kit = one.keyid == hashlib.sha256(self.recovery or b"").hexdigest()
            demand(kit, "authority", f"{where}: not the recovery key of the genesis")
            return
        key = self.keys.get(one.keyid)
        good = key and key.person == one.signer and key.good_at(act.index)
        demand(good, "authority", f"{where}: not signed by a good key of {one.signer}")
        demand(key.name == said["reviewer"]["name"], "authority", f"{where}: signed under another name")
        admin = self.role_at(one.signer, act.index).role == "ADMIN" == said["reviewer"]["role"]
        demand(admin, "authority", f"{where}: not signed by an ADMIN")

    def _check_binding(self, act):
        """The record that binds a change repeats the statement that made it take effect, the last."""
        why = repeats(act.record, act.statements[-1])
        demand(why is None, "authority", f"{act.record.where}: {why}")

    def _apply(self, act):
        where, body, index = act.record.where, act.body, act.index
        if act.kind == "key.enroll":
            public = self._enroll(body, index, act)
            text = proof_text(self._workspace, self._tenant, body)
            proven = ed25519.verify(public, decode64(body["proof"], where), text)
            demand(proven, "authority", f"{where}: the new key does not prove itself")
        elif act.kind == "key.revoke":
            key = self.keys.get(body["keyid"])
            demand(key, "authority", f"{where}: no such key")
            since = body["since"] if body["mode"] == "compromised" else None
            demand((body["since"] or 0) <= index, "authority", f"{where}: since a later record")
            key.revocations.append((index, since))
        elif act.kind == "role.grant":
            self.roles[body["person_id"]].append(Role(index, act, body["role"], body["group"]))
        elif act.kind == "role.revoke":
            self.roles[body["person_id"]].append(Role(index, act, None, None))
        elif act.kind == "policy.change":
            place = self._policy_place(body["policy"], where)
            self.policies[place].append((index, body["policy"], act))


def repeats(record, statement):
    """What a record does not repeat of the statement that it binds, or None."""
    said = statement.predicate
    age = microseconds(record.stamp) - microseconds(said["decided_at"])
    for same, what in (
        (record.actor == statement.signer, "actor"),
        (record.reason == said["reason"], "reason"),
        (record.correlation == said["correlation_id"], "correlation"),
        (record.device == said["device_id"], "device"),
        (0 <= age <= SIGNING_WINDOW, "time within five minutes"),
    ):
        if not same:
            return f"the record has not the statement's {what}"
    return None


def check_keys(bundle, history):
    """Every signer is who the log enrolled, and votes and revocations are by good keys under the name enrolled."""
    signers = {one.keyid for one in bundle.attestations}
    demand(bundle.keys.keys() == signers, "keys", "keys: of others than the signers")
    kit = hashlib.sha256(history.recovery).hexdigest()
    for keyid, (owner, _) in bundle.keys.items():
        key = history.keys.get(keyid)
        enrolled = key.person if key else "system" if keyid == kit else None
        demand(owner == enrolled, "keys", f"keys: {keyid} is not enrolled for {owner}")
    for one in bundle.attestations:
        demand(bundle.keys[one.keyid][0] == one.signer, "keys", f"{one.where}: signed by a key of another")
    for record, one in bundle.decisions():
        key = history.keys.get(one.keyid)
        demand(key and key.good_at(record.index), "keys", f"{record.where}: signed by a key not good at this record")
        demand(key.name == one.predicate["reviewer"]["name"], "keys", f"{record.where}: signed under another name")
