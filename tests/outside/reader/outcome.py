"""How the votes are counted, and what effect an approval has at a time.

Invariant: the outcome follows from the votes and the log alone; no record is believed for its say-so. An effect only
ever gets worse by what is found later: a revocation stands although its signer's key was found compromised.
"""

from .case import policy_in_force
from .change import sha256
from .refusal import demand
from .scalars import microseconds

DECIDERS = ("ADMIN", "APPROVER")
SKEW = 5 * 60 * 1_000_000


def check_policy(case, history):
    """The pinned policy was in force at the request, and the outcome follows from the votes under it."""
    bundle, request = case.bundle, case.request
    policy = bundle.policy
    demand(sha256(policy) == request.metadata["policy_sha256"], "policy", "policy: not the one pinned by the request")
    inforce = policy_in_force(case, history)
    same = inforce is not None and inforce[1] == policy
    demand(same, "policy", "policy: not the one in force at the request")
    _check_expiry(policy, request)
    for record, statement in case.revocations:
        demand(_in_role(record, statement, history), "policy", f"{record.where}: revoked without the role for it")
    outcome, standing = _tally(case, history)
    demand(outcome == case.outcome, "policy", f"outcome: the votes make it {outcome}, not {case.outcome}")
    return standing


def _check_expiry(policy, request):
    """The request expires as its policy says, counted from its own stamp or the clock at most five minutes before."""
    expires, seconds = request.metadata["expires_at"], policy["expires_after_seconds"]
    demand((expires is None) == (seconds is None), "policy", f"{request.where}: expiry not as the policy has it")
    if seconds is not None:
        late = microseconds(request.stamp) + seconds * 1_000_000 - microseconds(expires)
        demand(0 <= late <= SKEW, "policy", f"{request.where}: expiry not as the policy has it")


def _in_role(record, statement, history):
    role = history.role_at(statement.signer, record.index).role
    return role in DECIDERS and role == statement.predicate["reviewer"]["role"]


def _counts(case, history, record, statement):
    """Whether a vote counts at its record; that its key is good there was asked before."""
    policy, request = case.bundle.policy, case.request
    expires = request.metadata["expires_at"]
    own_work = statement.signer in (*request.metadata["makers"], request.actor)
    return (
        _in_role(record, statement, history)
        and not (policy["four_eyes"] and own_work)
        and (expires is None or record.stamp < expires)
        and (statement.predicate["reviewed"]["artefact_checked"] or not policy["artefact_check"])
    )


def _tally(case, history):
    """The outcome, which must come with the last vote, and the approvals that stand there."""
    seen, approvals = set(), []
    last = case.votes[-1][0].index
    for record, statement in case.votes:
        first = statement.signer not in seen
        seen.add(statement.signer)
        if not first or not _counts(case, history, record, statement):
            continue
        if statement.decision == "REJECTED":
            outcome, standing = "REJECTED", []
        else:
            approvals.append((record, statement))
            standing = [one for one in approvals if _deciding(one, record.index, history)]
            outcome = "APPROVED" if _enough(case, history, standing, record.index) else None
        if outcome:
            demand(record.index == last, "policy", "outcome: a vote after the one that ends the request")
            return outcome, standing
    return None, []


def _deciding(approval, index, history):
    return history.role_at(approval[1].signer, index).role in DECIDERS


def _enough(case, history, standing, index):
    policy = case.bundle.policy
    people = {statement.signer for _, statement in standing}
    groups = {history.role_at(person, index).group for person in people}
    return len(people) >= policy["approvals"] and groups.issuperset(policy["groups"])


def effect(case, history, standing, time):
    """`none`, `revoked`, `void`, `lapsed` or `in_force` at a time."""
    if case.outcome != "APPROVED":
        return "none"
    if case.revocations:
        return "revoked"
    if not _without_compromised(case, history, standing):
        return "void"
    ends = [one.predicate["conditions"]["expires_at"] for _, one in case.votes]
    if any(end is not None and time >= end for end in ends):
        return "lapsed"
    return "in_force"


def _without_compromised(case, history, standing):
    """Whether the quorum and the acts it rests on hold without signatures by keys found compromised."""
    ground = _Ground(history)
    decided = case.votes[-1][0].index
    good = [
        (record, statement) for record, statement in standing
        if ground.signature_stands(statement, record.index) and ground.role_stands(statement.signer, record.index)
        and ground.role_stands(statement.signer, decided)
    ]
    policy = policy_in_force(case, history)
    return _enough(case, history, good, decided) and ground.act_stands(policy[2])


class _Ground:
    """Which acts still stand; each rests on earlier ones, so that walking them in order settles it."""

    def __init__(self, history):
        self._history = history
        self._stands = {}
        for act in history.acts:
            self._stands[act.index] = all(self._admin_stands(one, act) for one in act.statements)

    def act_stands(self, act):
        return self._stands[act.index]

    def role_stands(self, person, index):
        act = self._history.role_at(person, index).act
        return act is not None and self._stands[act.index]

    def signature_stands(self, statement, index):
        key = self._history.keys.get(statement.keyid)
        return key is not None and not key.voids(index) and self._stands[key.act.index]

    def _admin_stands(self, statement, act):
        if act.index == 0:
            return not self._history.keys[statement.keyid].voids(0)
        if statement.signer == "system":
            return self._stands[0]
        return self.signature_stands(statement, act.index) and self.role_stands(statement.signer, act.index)
