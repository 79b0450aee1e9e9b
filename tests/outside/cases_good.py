"""Sound evidence of every kind, with the outcome and effect that it must show.

Invariant: each of these verifies, so that no reader passes the bad table by refusing everything.
"""

from forge import ADA, ADA_AGAIN, BOB, BOB_AGAIN, CY, DEE, DEVICE, KIT, Story, policy, sha, uuid, vkey

LATER = "2026-11-22T18:40:00.000000Z"
TWO = policy(approvals=2, tier="high")
BOTH = (ADA, CY)


def founded(**hooks):
    """One admin, and Bob as APPROVER: records 0, 1, 2."""
    return Story(**hooks).found().enroll(BOB).grant(BOB)


def approved(**hooks):
    """The least there is: records 3 to 6 are making, request, vote and final record."""
    return founded(**hooks).ask().vote(BOB).end()


def two_admins(**hooks):
    """Ada and Cy found it; Bob and Dee approve by dual control."""
    story = Story(**hooks).found((ADA, CY))
    for person, group in ((BOB, "risk"), (DEE, "legal")):
        story.enroll(person, BOTH).grant(person, group=group, by=BOTH)
    return story


def _given(story, effect="in_force", keep=None, now=LATER, trust=lambda fields: None, **options):
    data = story.export(effect, keep)
    return data, story.trust(trust), {"now": now, **options}


def _until(second):
    end = f"2026-11-22T18:35:{second:02}.000000Z"
    return lambda statement: statement["predicate"]["conditions"].update(expires_at=end)


def _compromised_not_standing():
    """Bob approved and lost the role before the end: what is found about his key later touches nothing."""
    story = two_admins(policy=TWO).ask().vote(BOB).ungrant(BOB, BOTH).vote(DEE).vote(CY, role="ADMIN").end()
    return story.end_key(BOB, "compromised", 0, BOTH)


def _expiring():
    pinned = policy(expires_after_seconds=60)
    return founded(policy=pinned).ask(expires_at="2026-11-22T18:36:06.000000Z").vote(BOB).end()


def _crowded():
    """Records in between that are not of the case."""
    story = founded()
    story.leaf("comment.add", BOB.actor, ("model", "other@1"), {"text_sha256": sha(b"hello")})
    story.enroll(DEE).grant(DEE, "VIEWER").ask().vote(BOB).end()
    return story


def _service():
    story = founded()
    robot = f"service/{uuid(0x5E)}"
    story.makers = [ADA.actor, robot]
    return story.ask(robot).vote(BOB).end()


def _new_policy():
    story = founded().set_policy(policy(approvals=1, reauth_seconds=300))
    return story.ask().vote(BOB).end()


def _policy_later():
    story = approved()
    pinned = story.policy
    story.set_policy(policy(approvals=3)).policy = pinned
    return story


def _recovered():
    return Story().found().enroll(ADA_AGAIN, (KIT,)).enroll(BOB, (ADA_AGAIN,)).grant(BOB, by=(ADA_AGAIN,))


GOOD = [
    ("one admin, one vote", "APPROVED", "in_force", lambda: _given(approved())),
    ("dual control, two votes, two groups", "APPROVED", "in_force", lambda: _given(
        two_admins(policy=policy(approvals=2, groups=["legal", "risk"])).ask().vote(BOB).vote(DEE).end())),
    ("rejected", "REJECTED", "none", lambda: _given(founded().ask().vote(BOB, "REJECTED").end("REJECTED"), "none")),
    ("rejected after one approval", "REJECTED", "none", lambda: _given(
        two_admins(policy=TWO).ask().vote(BOB).vote(DEE, "REJECTED").end("REJECTED"), "none")),
    ("revoked", "APPROVED", "revoked", lambda: _given(approved().revoke(BOB), "revoked")),
    ("revoked by a maker", "APPROVED", "revoked", lambda: _given(approved().revoke(ADA, "ADMIN"), "revoked")),
    ("revoked by a key found compromised", "APPROVED", "revoked", lambda: _given(
        approved().revoke(BOB).end_key(BOB, "compromised", 7), "revoked")),
    ("lapsed at the export", "APPROVED", "lapsed", lambda: _given(
        founded().ask().vote(BOB, edit_statement=_until(8)).end(), "lapsed")),
    ("lapsed since the export", "APPROVED", "lapsed", lambda: _given(
        founded().ask().vote(BOB, edit_statement=_until(30)).end())),
    ("not lapsed yet", "APPROVED", "in_force", lambda: _given(
        founded().ask().vote(BOB, edit_statement=_until(30)).end(), now="2026-11-22T18:35:29.999999Z")),
    ("void: the voter's key was compromised", "APPROVED", "void", lambda: _given(
        approved().end_key(BOB, "compromised", 5), "void")),
    ("compromised only after the vote", "APPROVED", "in_force", lambda: _given(
        approved().end_key(BOB, "compromised", 6))),
    ("void: the key that granted the role was compromised", "APPROVED", "void", lambda: _given(
        approved().enroll(ADA_AGAIN).end_key(ADA, "compromised", 2, (ADA_AGAIN,)), "void")),
    ("void: the key that founded it was compromised", "APPROVED", "void", lambda: _given(
        approved().enroll(ADA_AGAIN).end_key(ADA, "compromised", 0, (ADA_AGAIN,)), "void")),
    ("void: one of two that granted was compromised", "APPROVED", "void", lambda: _given(
        two_admins(policy=TWO).ask().vote(BOB).vote(DEE).end().end_key(CY, "compromised", 2, BOTH), "void")),
    ("compromised, but not among those who counted", "APPROVED", "in_force", lambda: _given(
        _compromised_not_standing())),
    ("retired after the vote", "APPROVED", "in_force", lambda: _given(approved().end_key(BOB, "retired", None))),
    ("role lost after the end", "APPROVED", "in_force", lambda: _given(approved().ungrant(BOB))),
    ("role replaced after the end", "APPROVED", "in_force", lambda: _given(approved().grant(BOB, "VIEWER"))),
    ("role lost before the end, others suffice", "APPROVED", "in_force", lambda: _given(
        two_admins(policy=TWO).ask().vote(BOB).ungrant(BOB, BOTH).vote(DEE).vote(CY, role="ADMIN").end())),
    ("a second key of the same person", "APPROVED", "in_force", lambda: _given(
        founded().enroll(BOB_AGAIN).ask().vote(BOB_AGAIN).end(), keep=(0, 2, 3, 4, 5, 6, 7))),
    ("four eyes off", "APPROVED", "in_force", lambda: _given(
        Story(policy=policy(four_eyes=False)).found().ask().vote(ADA, role="ADMIN").end())),
    ("policy changed before the request", "APPROVED", "in_force", lambda: _given(_new_policy())),
    ("policy changed after the request", "APPROVED", "in_force", lambda: _given(
        _policy_later(), keep=range(7))),
    ("request with an expiry", "APPROVED", "in_force", lambda: _given(_expiring())),
    ("recovery kit", "APPROVED", "in_force", lambda: _given(_recovered().ask().vote(BOB).end())),
    ("a prompt's first version", "APPROVED", "in_force", lambda: _given(approved(subject="prompt/desk/letter@1"))),
    ("a prompt's later version", "APPROVED", "in_force", lambda: _given(approved(subject="prompt/letter@12"))),
    ("a folder, given", "APPROVED", "in_force", lambda: _given(
        approved(digest={"dirHash1": "ab" * 32}), artefact=("dirHash1", "ab" * 32))),
    ("fresh to the second", "APPROVED", "in_force", lambda: _given(approved(), max_age=291)),
    ("five minutes ahead of the clock", "APPROVED", "in_force", lambda: _given(
        approved(), max_age=0, now="2026-11-22T18:30:09.000000Z")),
    ("made by a service", "APPROVED", "in_force", lambda: _given(_service())),
    ("other records in between", "APPROVED", "in_force", lambda: _given(_crowded(), keep=(0, 1, 2, 6, 7, 8, 9))),
    ("a log key that ends with this size", "APPROVED", "in_force", lambda: _given(
        approved(), trust=lambda fields: fields.update(log_keys=[{"from": 8, "to": 8, "vkey": vkey(DEVICE)}]))),
]
