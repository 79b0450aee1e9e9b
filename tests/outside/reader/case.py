"""The one request that a bundle is about, and the proof that every record in it is needed.

Invariant: each record is the genesis, the making, the request, a vote, the final record, a revocation, the export, or
an authority act on which one of them rests or which ended it; each attestation is bound by exactly one record.
"""

from collections import Counter

from .authority import repeats
from .change import ACTS
from .leaf import FINALS, MAKINGS, REVOCATIONS
from .refusal import demand

# Whether acts on a signer's role that were in force at none of their signatures may lie in a bundle all the same:
# "made each signer what they are, and those that ended it" is read as no.
ALL_ROLE_ACTS_OF_SIGNERS = False


class Case:
    """The parts of a bundle by what they are for."""

    def __init__(self, bundle, history):
        self.bundle = bundle
        self.export = bundle.records[-1]
        demand(self.export.action == "evidence.export", "binding", "records: the last is no evidence.export")
        self.request_id = self.export.metadata["request_id"]
        self.kind, self.rest = bundle.subject["name"].split("/", 1)
        self.making = self._one(MAKINGS)
        self.request = self._one(("approval.request",))
        self.final = self._one(tuple(FINALS))
        self.outcome = FINALS[self.final.action]
        self.votes = self._decisions(("approval.vote",))
        self.revocations = self._decisions(REVOCATIONS)
        self._check_sequence()
        self._check_making()
        self._check_request()
        for record, statement in self.votes + self.revocations:
            self._check_decision(record, statement)
        self._check_final()
        self._check_export()
        self._check_attestations_bound_once()
        self._check_nothing_unused(history)

    def _of(self, actions):
        return [record for record in self.bundle.records if record.action in actions]

    def _one(self, actions):
        found = self._of(actions)
        demand(len(found) == 1, "binding", f"records: {len(found)} of {'/'.join(actions)}, not one")
        return found[0]

    def _decisions(self, actions):
        found = []
        for record in self._of(actions):
            statement = self.bundle.by_sha256.get(record.metadata["attestation_sha256"])
            demand(statement, "binding", f"{record.where}: its attestation is missing")
            found.append((record, statement))
        return found

    def _check_sequence(self):
        """Making, request, votes, final record, revocations: none before what it follows."""
        order = [self.making, self.request, *(vote for vote, _ in self.votes), self.final]
        order += [record for record, _ in self.revocations] + [self.export]
        rising = all(a.index < b.index for a, b in zip(order, order[1:]))
        demand(rising and self.votes, "binding", "records: making, request, votes, final record out of order")
        approved = self.outcome == "APPROVED" or not self.revocations
        demand(approved, "binding", "records: a revocation of what was not approved")
        for record in order[:-1]:
            demand(record.resource == (self.kind, self.rest), "binding", f"{record.where}: of another resource")

    def _check_making(self):
        making, said = self.making, self.making.metadata
        kind, verb = making.action.split(".")
        demand(kind == self.kind, "binding", f"{making.where}: a {kind} was made")
        first = kind == "model" or self.rest.rsplit("@", 1)[1] == "1"
        demand(first == (verb == "register"), "binding", f"{making.where}: not how this version is made")
        demand(said["subject"] == self.bundle.subject, "binding", f"{making.where}: another subject was made")
        demand(making.actor in said["makers"], "binding", f"{making.where}: its actor is no maker")

    def _check_request(self):
        request, said, made = self.request, self.request.metadata, self.making.metadata
        demand("change" not in said, "binding", f"{request.where}: a change's request")
        demand(said["request_id"] == self.request_id, "binding", f"{request.where}: another request")
        for name in ("subject", "documents", "makers", "tier"):
            demand(said[name] == made[name], "binding", f"{request.where}: {name} not as made")

    def _check_decision(self, record, statement):
        """A vote or revocation repeats its statement, and the statement repeats the request."""
        where, said, request = record.where, statement.predicate, self.request
        why = repeats(record, statement)
        demand(why is None, "binding", f"{where}: {why}")
        decision = record.metadata.get("decision", "REVOKED")
        demand(statement.decision == decision, "binding", f"{where}: signed as {statement.decision}")
        demand(record.metadata["request_id"] == self.request_id, "binding", f"{where}: on another request")
        demand(statement.subject == self.bundle.subject, "binding", f"{where}: signed for another subject")
        here = (said["workspace_id"], said["tenant_id"]) == (self.bundle.workspace, self.bundle.tenant)
        demand(here, "binding", f"{where}: signed for another workspace or tenant")
        asked = {
            "id": self.request_id, "makers": request.metadata["makers"], "reason": request.reason,
            "requested_at": request.stamp, "requested_by": request.actor, "tier": request.metadata["tier"],
        }
        demand(said["request"] == asked, "binding", f"{where}: the statement does not repeat the request")
        policy = {"sha256": request.metadata["policy_sha256"]}
        demand(said["policy"] == policy, "binding", f"{where}: signed under another policy")
        shown = said["reviewed"]["documents"] == request.metadata["documents"]
        demand(shown, "binding", f"{where}: other documents were shown")
        timely = request.index < statement.log_size <= record.index
        demand(timely, "binding", f"{where}: signed on a log without the request, or a later one")
        own = record.action in ("approval.vote", f"{self.kind}.revoke")
        demand(own, "binding", f"{where}: revoked as another kind")

    def _check_final(self):
        """The final record lists all votes in order, and belongs to the commit of the last."""
        final, last = self.final, self.votes[-1][0]
        demand(final.metadata["request_id"] == self.request_id, "binding", f"{final.where}: of another request")
        listed = [statement.sha256 for _, statement in self.votes]
        demand(final.metadata["attestations"] == listed, "binding", f"{final.where}: does not list the votes in order")
        commit = (final.actor, final.correlation, final.device) == (last.actor, last.correlation, last.device)
        demand(commit, "binding", f"{final.where}: not of the vote that ends the request")

    def _check_export(self):
        export = self.export
        place = export.resource == ("request", self.request_id)
        demand(place, "binding", f"{export.where}: of another resource")
        demand(export.device is not None, "binding", f"{export.where}: by no device, but only a log key exports")

    def _check_attestations_bound_once(self):
        bound = Counter()
        for record in self.bundle.records:
            if record.action in ACTS:
                bound.update(record.metadata["attestations"])
        bound.update(statement.sha256 for _, statement in self.votes + self.revocations)
        here = Counter(one.sha256 for one in self.bundle.attestations)
        once = bound == here and all(times == 1 for times in here.values())
        demand(once, "binding", "attestations: one is unused, or bound twice")

    def _check_nothing_unused(self, history):
        needed = {0} | {record.index for record in (self.making, self.request, self.final, self.export)}
        needed |= {record.index for record, _ in self.votes + self.revocations}
        needed |= self._acts_needed(history)
        unused = [record.index for record in self.bundle.records if record.index not in needed]
        demand(not unused, "binding", f"records: nothing rests on {unused[:8]}")

    def _acts_needed(self, history):
        """The acts on which the signatures rest, those that ended it, and so on for their signers."""
        asked = [(statement, record.index) for record, statement in self.votes + self.revocations]
        # Each vote might have ended the request: the earlier ones are counted by the roles of its record.
        asked += [
            (statement, later.index)
            for record, statement in self.votes
            for later, _ in self.votes
            if later.index > record.index
        ]
        asked += [(statement, 0) for act in history.acts[:1] for statement in act.statements]
        acts = {act.index: act for act in history.acts}
        needed = set()
        policy = policy_in_force(self, history)
        fresh = [policy[2].index] if policy else []
        while asked or fresh:
            for index in fresh:
                if index not in needed:
                    needed.add(index)
                    asked += [(statement, index) for statement in acts[index].statements]
            fresh = [index for statement, at in asked for index in _rests_on(statement, at, history)]
            fresh = [index for index in fresh if index not in needed]
            asked = []
        return needed


def _rests_on(statement, at, history):
    """What made the signer of this statement what they are at a record, and what ended that."""
    key = history.keys.get(statement.keyid)
    if key is None:
        return
    yield key.act.index
    yield from (index for index, _ in key.revocations)
    role = history.role_at(key.person, at)
    if role.act is not None:
        yield role.act.index
        ended = history.end_of(key.person, role)
        if ended:
            yield ended.act.index
    if ALL_ROLE_ACTS_OF_SIGNERS:
        yield from (role.act.index for role in history.roles[key.person])


def policy_in_force(case, history):
    """(index, policy, act) of the last act before the request on its type and tier, or None."""
    place = (case.kind, case.request.metadata["tier"])
    before = [entry for entry in history.policies.get(place, ()) if entry[0] < case.request.index]
    return before[-1] if before else None
