"""Bundles with one thing wrong that only the replay of the records sees: authority, keys, binding, policy and after.

Invariant: a case differs from sound evidence in exactly the rule that its name states.
"""

import json

from cases_bad import EARLY, edited, given, leaf_case, predicate, setting, statement_case, stranger, vote_case, voted
from cases_good import BOTH, TWO, approved, founded, two_admins
from forge import (
    ADA, ADA_AGAIN, BOB, BOB_AGAIN, CY, DEE, KIT, Story, b64, policy, root, sha, uuid,
)
from reader.canonical import dumps


def _lone(*, enroll=None, grant=None):
    """As `approved`, with hooks on the two acts that make Bob."""
    return Story().found().enroll(BOB, **(enroll or {})).grant(BOB, **(grant or {})).ask().vote(BOB).end()


def _genesis(edit_body):
    return given(Story().found(by=(ADA,), edit_body=edit_body).enroll(BOB).grant(BOB).ask().vote(BOB).end())


def _promoted():
    """Bob is ADMIN, so that two there are."""
    return Story().found().enroll(BOB).grant(BOB, "ADMIN")


AUTHORITY = [
    ("a role by one who has none", lambda: given(
        Story().found().enroll(BOB).grant(BOB, "ANALYST").grant(BOB, by=(BOB,)).ask().vote(BOB).end())),
    ("single with a second ADMIN", lambda: given(
        _promoted().enroll(DEE).grant(DEE, by=(BOB,)).ask().vote(DEE).vote(BOB, role="ADMIN").end())),
    ("single at a genesis of two", lambda: given(
        Story().found((ADA, CY), by=(ADA,)).enroll(BOB, BOTH).grant(BOB, by=BOTH).ask().vote(BOB).end())),
    ("dual by two keys of one", lambda: given(
        Story().found().enroll(ADA_AGAIN).enroll(BOB, (ADA, ADA_AGAIN)).grant(BOB).ask().vote(BOB).end())),
    ("dual with one signature", lambda: given(_lone(grant={"control": "dual"}))),
    ("single with two signatures", lambda: given(
        two_admins().grant(BOB, by=BOTH, control="single").ask().vote(BOB).end(), keep=(0, 1, 5, 6, 7, 8, 9))),
    ("recovery by an admin", lambda: given(_lone(enroll={"control": "recovery"}))),
    ("recovery that grants a role", lambda: given(_lone(grant={"by": (KIT,)}))),
    ("a change of another tenant", lambda: given(_lone(grant={"edit_change": setting("tenant_id", to="retail")}))),
    ("a change applied twice", lambda: given(_lone(enroll={"change_id": 0x999}, grant={"change_id": 0x999}))),
    ("a key that does not prove itself", lambda: given(_lone(enroll={
        "edit_body": setting("proof", to=b64(b"1" * 64))}))),
    ("a keyid that is another's", lambda: given(_lone(enroll={"edit_body": setting("keyid", to=DEE.keyid)}))),
    ("a key enrolled twice", lambda: given(founded().enroll(BOB).ask().vote(BOB).end())),
    ("signed for another change", lambda: given(_lone(grant={
        "edit_statement": setting("subject", 0, "digest", "sha256", to="0" * 64)}))),
    ("signed under another name", lambda: given(_lone(grant={
        "edit_statement": predicate("reviewer", "name", to="Ada King")}))),
    ("recorded after six minutes", lambda: given(_lone(grant={
        "edit_statement": predicate("decided_at", to="2026-11-22T18:29:04.000000Z")}))),
    ("recorded with another actor", lambda: given(_lone(grant={"edit": setting("actor", to=BOB.actor)}))),
    ("on another resource", lambda: given(_lone(grant={"edit": setting("resource_id", to=DEE.actor)}))),
    ("an ADMIN whose key is retired", lambda: given(
        Story().found().enroll(ADA_AGAIN).end_key(ADA, "retired", None).enroll(BOB).grant(BOB).ask().vote(BOB).end())),
    ("a policy of another tenant", lambda: given(
        Story().found(policies=[policy(), policy(tenant_id="retail")]).enroll(BOB).grant(BOB).ask().vote(BOB).end())),
    ("its statement left out", lambda: given(approved(), spare=2)),
    ("an act under another's action", lambda: given(_lone(grant={"edit": setting("action", to="role.revoke")}))),
    ("a genesis later on", lambda: given(founded().found(change_id=0x999).ask().vote(BOB).end())),
    ("a genesis without admins", lambda: _genesis(setting("admins", to=[]))),
    ("a genesis without log keys", lambda: _genesis(setting("log_keys", to=[]))),
    ("a device twice", lambda: _genesis(lambda body: body["log_keys"].append(body["log_keys"][0]))),
    ("a policy twice", lambda: _genesis(lambda body: body["policies"].append(body["policies"][0]))),
    ("proposed by another", lambda: given(_lone(grant={"edit_change": setting("proposed_by", to=BOB.actor)}))),
    ("signed for another reason", lambda: given(_lone(grant={
        "edit_statement": predicate("request", "reason", to="well")}))),
    ("signed for another change's id", lambda: given(_lone(grant={
        "edit_statement": predicate("request", "id", to=uuid(0x999))}))),
    ("signed for another tenant", lambda: given(_lone(grant={"edit_statement": predicate("tenant_id", to="retail")}))),
    ("a kit that is not the genesis's", lambda: given(
        Story().found(edit_body=setting("recovery_public_key", to=b64(CY.public))).enroll(BOB, (KIT,)).grant(BOB).ask()
        .vote(BOB).end())),
    ("the end of a key that is none", lambda: given(approved().end_key(DEE, "retired", None))),
    ("a key compromised since a later record", lambda: given(approved().end_key(BOB, "compromised", 8))),
    ("a workspace's genesis", lambda: given(Story().found(kind="workspace.create", edit=lambda fields: fields.update(
        resource_type="workspace", resource_id=uuid(0xA))).enroll(BOB).grant(BOB).ask().vote(BOB).end())),
]



def _commented():
    story = founded()
    story.leaf("comment.add", BOB.actor, ("model", "credit-pd@3"), {"text_sha256": sha(b"hello")})
    return story.ask().vote(BOB).end()


def _asked_twice():
    story = founded().ask()
    story.leaf("approval.request", ADA.actor, ("model", "credit-pd@3"), json.loads(story.leaves[-1])["metadata"])
    return story.vote(BOB).end()


def _signed_before_the_request():
    story = founded().ask()
    size, past = len(story.leaves) - 1, root(story.hashes()[:-1]).hex()

    def edit(statement):
        statement["predicate"]["reviewed"].update(log_size=size, log_root=past)
    return story.vote(BOB, edit_statement=edit).end()


KEYS = [
    ("a vote by a key that is retired", lambda: given(founded().ask().end_key(BOB, "retired", None).vote(BOB).end())),
    ("a vote by a key never enrolled", lambda: given(founded().ask().vote(DEE).end())),
    ("a vote by a key enrolled after it", lambda: given(
        Story().found().grant(BOB).ask().vote(BOB).end().enroll(BOB))),
    ("a vote in another's name", lambda: given(founded().ask().vote(
        BOB, edit_statement=predicate("reviewer", to={"id": DEE.actor, "name": DEE.name, "role": "APPROVER"}),
        edit=setting("actor", to=DEE.actor)).end(edit=setting("actor", to=DEE.actor)))),
    ("a vote under another name", statement_case("reviewer", "name", to="Robert Noyce")),
    ("a revocation by a key that is retired", lambda: given(
        approved().end_key(BOB, "retired", None).revoke(BOB), "revoked")),
    ("another owner", lambda: edited(setting("keys", 1, "owner", to=DEE.actor))),
    ("a key of nobody's", lambda: edited(stranger)),
]
BINDING = [
    ("the request left out", lambda: given(approved(), keep=(0, 1, 2, 3, 5, 6))),
    ("the making left out", lambda: given(approved(), keep=(0, 1, 2, 4, 5, 6))),
    ("the vote left out", lambda: given(approved(), keep=(0, 1, 2, 3, 4, 6))),
    ("the final record left out", lambda: given(approved(), keep=(0, 1, 2, 3, 4, 5))),
    ("no export", lambda: given(approved(), edit_leaf=lambda fields: fields.update(action="audit.export"))),
    ("an export without device", lambda: given(approved(), edit_leaf=setting("device_id", to=None))),
    ("an export of another request", lambda: given(approved(), edit_leaf=setting(
        "metadata", "request_id", to=uuid(0x301)))),
    ("a comment", lambda: given(_commented())),
    ("two requests", lambda: given(_asked_twice())),
    ("somebody who did nothing", lambda: given(founded().enroll(DEE).ask().vote(BOB).end())),
    ("a role that nobody used", lambda: given(Story().found().enroll(BOB).grant(BOB, "VIEWER").grant(BOB).ask()
                                              .vote(BOB).end())),
    ("a policy that nobody used", lambda: given(founded().set_policy(policy(tier="high")).set_policy(policy()).ask()
                                                .vote(BOB).end())),
    ("a vote's statement left out", lambda: given(two_admins(policy=TWO).ask().vote(BOB).vote(DEE).end(), spare=11)),
    ("a statement that no record binds", lambda: given(_unbound())),
    ("one statement bound by two records", lambda: given(_bound_twice())),
    ("a vote with another reason", vote_case("reason", to="well")),
    ("a vote with another actor", vote_case("actor", to=DEE.actor)),
    ("a vote with another correlation", vote_case("correlation_id", to=uuid(0xC001))),
    ("a vote by another device", vote_case("device_id", to=uuid(0xDE6))),
    ("a vote on another resource", vote_case("resource_id", to="credit-pd@4")),
    ("a vote with another decision", vote_case("metadata", "decision", to="REJECTED")),
    ("a vote on another request", vote_case("metadata", "request_id", to=uuid(0x301))),
    ("a vote signed six minutes before", statement_case("decided_at", to="2026-11-22T18:29:07.000000Z")),
    ("a vote signed after its record", statement_case("decided_at", to="2026-11-22T18:35:07.000001Z")),
    ("a vote for other makers", statement_case("request", "makers", to=[])),
    ("a vote for another reason asked", statement_case("request", "reason", to="well")),
    ("a vote asked at another time", statement_case("request", "requested_at", to="2026-11-22T18:35:05.000000Z")),
    ("a vote asked by another", statement_case("request", "requested_by", to=BOB.actor)),
    ("a vote in another tier", statement_case("request", "tier", to="high")),
    ("a vote under another policy", statement_case("policy", "sha256", to="0" * 64)),
    ("a vote on other documents", statement_case("reviewed", "documents", to={})),
    ("a vote on another digest", lambda: given(voted(setting("subject", 0, "digest", "sha256", to="0" * 64)))),
    ("a vote for another tenant", statement_case("tenant_id", to="retail")),
    ("a vote for another workspace", statement_case("workspace_id", to=uuid(0xB))),
    ("a vote on a log without the request", lambda: given(_signed_before_the_request())),
    ("a request with makers that made nothing", leaf_case("metadata", "makers", to=[ADA.actor, DEE.actor])),
    ("a request with other documents", leaf_case("metadata", "documents", to={"card": "0" * 64})),
    ("a making by who is no maker", lambda: given(founded().ask(
        making=setting("actor", to=DEE.actor)).vote(BOB).end())),
    ("a making of another digest", lambda: given(founded().ask(making=setting(
        "metadata", "subject", "digest", to={"sha256": "0" * 64})).vote(BOB).end())),
    ("a second version that was registered", lambda: given(founded(subject="prompt/letter@2").ask(
        making=setting("action", to="prompt.register")).vote(BOB).end())),
    ("another subject on the cover", lambda: edited(setting("subject", "name", to="model/credit-pd@4"))),
    ("a final record by another", lambda: given(founded().ask().vote(BOB).end(edit=setting("actor", to=ADA.actor)))),
    ("a final record without the votes", lambda: given(founded().ask().vote(BOB).end(
        edit=setting("metadata", "attestations", to=[])))),
    ("a final record of another request", lambda: given(founded().ask().vote(BOB).end(
        edit=setting("metadata", "request_id", to=uuid(0x301))))),
    ("an export on another resource", lambda: given(approved(), edit_leaf=setting("resource_id", to=uuid(0x301)))),
    ("a model's making for a prompt", lambda: given(founded(subject="prompt/letter@1").ask(making=_as_model).vote(BOB)
                                                    .end())),
    ("a prompt revoked as a model", lambda: given(
        approved(subject="prompt/letter@1").revoke(BOB, edit=setting("action", to="model.revoke")), "revoked")),
    ("a revocation on another digest", lambda: given(approved().revoke(BOB, edit_statement=setting(
        "subject", 0, "digest", "sha256", to="0" * 64)), "revoked")),
    ("a request for a change", lambda: given(founded().ask(edit=_as_change).vote(BOB).end())),
    ("a rejection revoked", lambda: given(
        founded().ask().vote(BOB, "REJECTED").end("REJECTED").revoke(BOB), "none")),
]


def _as_model(fields):
    fields["action"] = "model.register"
    fields["metadata"]["subject"]["name"] = "model/letter@1"


def _as_change(fields):
    fields["metadata"].update(
        change=json.loads(founded().leaves[2])["metadata"]["change"], policy_sha256=None, tier=None,
        subject={"digest": {"sha256": "0" * 64}, "name": f"change/{uuid(0x202)}"},
    )


def _unbound():
    """Bob signs twice, and the second is recorded nowhere."""
    story = founded().ask().vote(BOB).end()
    story.sign(BOB, "APPROVED", story.subject, dict(story.request), "APPROVER", sha(dumps(story.policy)))
    return story


def _bound_twice():
    """The vote's record stands there twice."""
    story = founded().ask().vote(BOB)
    story.leaf("approval.vote", BOB.actor, ("model", "credit-pd@3"), json.loads(story.leaves[-1])["metadata"])
    story.votes *= 2
    return story.end()


def _pinned_before():
    story = founded().set_policy(policy(approvals=2))
    story.policy = policy()
    return story.ask().vote(BOB).end()


def _expiring(expires_at, late=0):
    story = founded(policy=policy(expires_after_seconds=60)).ask(expires_at=expires_at)
    story.late = late
    return story.vote(BOB).end()


POLICY = [
    ("a policy that is no longer in force", lambda: given(_pinned_before())),
    ("another policy on the cover", lambda: edited(setting("policy", "approvals", to=2))),
    ("a maker's vote", lambda: given(Story().found().ask().vote(ADA, role="ADMIN").end())),
    ("a requester's vote", lambda: given(founded().ask(making=setting("actor", to=ADA.actor), actor=BOB.actor)
                                         .vote(BOB).end())),
    ("a viewer's vote", lambda: given(Story().found().enroll(BOB).grant(BOB, "VIEWER").ask()
                                      .vote(BOB, role="VIEWER").end())),
    ("a vote after the role was lost", lambda: given(founded().ungrant(BOB).ask().vote(BOB).end(),
                                               keep=(0, 1, 3, 4, 5, 6, 7))),
    ("a vote in another role", statement_case("reviewer", "role", to="ADMIN")),
    ("one vote where two are needed", lambda: given(founded(policy=TWO).ask().vote(BOB).end())),
    ("two votes of one person by two keys", lambda: given(founded(policy=TWO).enroll(BOB_AGAIN).ask().vote(BOB)
                                                          .vote(BOB_AGAIN).end())),
    ("a vote of one who lost the role before the last", lambda: given(
        two_admins(policy=TWO).ask().vote(BOB).ungrant(BOB, BOTH).vote(DEE).end())),
    ("a group that nobody is of", lambda: given(founded(policy=policy(groups=["legal"])).ask().vote(BOB).end())),
    ("a vote after the request expired", lambda: given(_expiring("2026-11-22T18:36:06.000000Z", 59))),
    ("an expiry that the policy has not", leaf_case("metadata", "expires_at", to="2026-12-01T00:00:00.000000Z")),
    ("an expiry of another length", lambda: given(_expiring("2026-11-22T18:36:06.000001Z"))),
    ("no expiry where the policy has one", lambda: given(_expiring(None))),
    ("an artefact that was not checked", lambda: given(founded(policy=policy(artefact_check=True)).ask().vote(BOB)
                                                       .end())),
    ("approved by a rejection", lambda: given(founded().ask().vote(BOB, "REJECTED").end())),
    ("rejected by an approval", lambda: given(founded().ask().vote(BOB).end("REJECTED"), "none")),
    ("a vote after the end", lambda: given(two_admins().ask().vote(BOB).vote(DEE).end())),
    ("approved after a rejection", lambda: given(two_admins().ask().vote(BOB, "REJECTED").vote(DEE).end())),
    ("revoked by a viewer", lambda: given(
        approved().enroll(DEE).grant(DEE, "VIEWER").revoke(DEE, "VIEWER"), "revoked")),
]


def _listing(name, change):
    def edit(fields):
        fields["metadata"][name] = change(fields["metadata"][name])
    return lambda: given(approved(), edit_leaf=edit)


LATE = [
    ("complete", "a record not listed", _listing("records", lambda listed: listed[:-1])),
    ("complete", "a record listed that is not there", _listing("records", lambda listed: [*listed, 7])),
    ("complete", "an attestation not listed", _listing("attestations", lambda listed: listed[1:])),
    ("effect", "in force, but revoked", lambda: given(approved().revoke(BOB))),
    ("effect", "in force, but void", lambda: given(approved().end_key(BOB, "compromised", 5))),
    ("effect", "in force, but lapsed", lambda: given(voted(
        predicate("conditions", "expires_at", to="2026-11-22T18:35:09.000000Z")))),
    ("effect", "lapsed, but in force", lambda: given(approved(), "lapsed")),
    ("effect", "another outcome", _listing("outcome", lambda _: "REJECTED")),
    ("artefact", "another file", lambda: given(approved(), artefact=("sha256", "0" * 64))),
    ("artefact", "a folder for a file", lambda: given(approved(), artefact=("dirHash1", sha(b"model/credit-pd@3")))),
    ("freshness", "too old", lambda: given(approved(), max_age=290)),
    ("freshness", "from the future", lambda: given(approved(), max_age=10**9, now="2026-11-22T18:30:08.999999Z")),
]
BAD = EARLY + [("authority", *case) for case in AUTHORITY] + [("keys", *case) for case in KEYS]
BAD += [("binding", *case) for case in BINDING] + [("policy", *case) for case in POLICY] + LATE
