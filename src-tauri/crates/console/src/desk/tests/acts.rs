//! Acts of authority: what they would mean is shown before, and what is signed is what was shown.

use super::*;
use crate::views::{KeyState, PolicyDraft};

/// One for models of medium tier that asks for so many approvals.
pub(super) fn policy(approvals: u32) -> PolicyDraft {
    PolicyDraft {
        resource_type: "model".to_owned(),
        tier: "medium".to_owned(),
        approvals,
        groups: Vec::new(),
        expires_after_seconds: None,
        reauth_seconds: 0,
        four_eyes: true,
        artefact_check: false,
    }
}

/// What an act would mean: entries, what follows, and why it would be refused.
async fn meaning(
    bench: &Bench,
    act: ActDraft,
) -> (Vec<(String, String, String)>, Vec<String>, String) {
    let view = bench.desk.consequences(act).await.unwrap();
    let entries = view.changes.into_iter().map(|change| (change.entry, change.now, change.then));
    (entries.collect(), view.follows, view.refused)
}

fn entry(entry: &str, now: &str, then: &str) -> (String, String, String) {
    (entry.to_owned(), now.to_owned(), then.to_owned())
}

#[tokio::test]
async fn a_policy_changes_entry_by_entry_and_waiting_requests_keep_theirs() {
    let bench = Bench::staffed().await;
    bench.model("credit-pd", "medium").await;
    let wish = PolicyDraft {
        expires_after_seconds: Some(14 * 86_400),
        reauth_seconds: 300,
        four_eyes: false,
        ..policy(2)
    };
    let (entries, follows, refused) = meaning(&bench, ActDraft::ChangePolicy(wish.clone())).await;
    assert_eq!(
        entries,
        [
            entry("Approvals", "1", "2"),
            entry("Expiry", "never", "after 14 days"),
            entry("Passphrase", "every signature", "every 5 minutes"),
            entry("Four eyes", "on", "off"),
        ]
    );
    assert_eq!(
        follows,
        [
            "Four eyes are off for models of medium tier: whoever made one may sign it, and every \
             review says so.",
            "1 waiting request keeps the policy it was opened under.",
        ]
    );
    assert_eq!(refused, "");
    bench.act(ActDraft::ChangePolicy(wish)).await.unwrap();
    let view = bench.desk.policies().await.unwrap();
    let now = &view.policies[1];
    assert_eq!((now.resource_type.as_str(), now.tier.as_str()), ("model", "medium"));
    assert_eq!((now.approvals, now.four_eyes, now.reauth_seconds), (2, false, 300));
    assert_eq!(now.expires_after_seconds, Some(14 * 86_400));
    assert_eq!(bench.recorded("policy.change").await, 1);
}

#[tokio::test]
async fn a_policy_that_nobody_could_meet_is_refused_with_the_reason_before_a_signature_is_asked() {
    let bench = Bench::staffed().await;
    let act = ActDraft::ChangePolicy(policy(4));
    let (_, follows, refused) = meaning(&bench, act.clone()).await;
    let why = "The people enrolled cannot meet this policy: it needs 4, and 3 can decide.";
    assert_eq!((follows.len(), refused.as_str()), (0, why));
    let told = bench.desk.propose(act, "more eyes".to_owned()).await.unwrap_err();
    assert_eq!((told.code, told.message.as_str()), (ErrorCode::InvalidState, why));
    let asked = bench.desk.signing().await.unwrap();
    assert!(matches!(asked, SigningView::Idle {}), "{asked:?}");

    let group = PolicyDraft { groups: vec!["Model risk".to_owned()], ..policy(1) };
    let (_, _, refused) = meaning(&bench, ActDraft::ChangePolicy(group.clone())).await;
    assert!(refused.ends_with("nobody who can decide represents `Model risk`."), "{refused}");
    let bob = bench.id_of("Bob").await;
    let tagged = ActDraft::GrantRole {
        person_id: bob,
        role: "APPROVER".to_owned(),
        group: Some(" Model risk ".to_owned()),
    };
    let (entries, _, _) = meaning(&bench, tagged.clone()).await;
    assert_eq!(entries, [entry("Group", "", "Model risk")]);
    bench.act(tagged).await.unwrap();
    bench.act(ActDraft::ChangePolicy(group)).await.unwrap();
    let view = bench.desk.policies().await.unwrap();
    assert_eq!(view.groups[0].title, "Model risk");
    assert_eq!(view.groups[0].people[0].name, "Bob");
    let unmet = ActDraft::RevokeRole { person_id: bench.id_of("Bob").await };
    let (_, follows, _) = meaning(&bench, unmet).await;
    let said = "The policy for models of medium tier could no longer be met: nobody who can decide \
                represents `Model risk`.";
    assert!(follows.iter().any(|sentence| sentence == said), "{follows:?}");
}

#[tokio::test]
async fn taking_the_last_signer_away_names_what_could_no_longer_be_decided() {
    let bench = Bench::founded().await;
    bench.join("Bob", "APPROVER").await;
    for name in ["alpha", "beta", "gamma", "delta"] {
        bench.model(name, "medium").await;
    }
    let high = bench.model("omega", "high").await;
    let bob = bench.id_of("Bob").await;
    bench.sit("Bob").await;
    bench.decide(&high.request_id, DecisionDraft::Approve).await.unwrap();
    bench.sit(ADMIN).await;
    let demoted = ActDraft::GrantRole { person_id: bob, role: "VIEWER".to_owned(), group: None };
    let (entries, follows, _) = meaning(&bench, demoted).await;
    assert_eq!(entries, [entry("Role", "Approver", "Viewer")]);
    assert_eq!(
        follows,
        [
            "4 waiting requests lose the people who could decide: model/alpha@1, model/beta@1, \
             model/gamma@1 and 1 more.",
            "Signatures given already would no longer count: model/omega@1.",
            "The policy for models of high tier could no longer be met: it needs 2, and 1 can \
             decide.",
            "The policy for prompts of high tier could no longer be met: it needs 2, and 1 can \
             decide.",
        ]
    );
    let nobody = ActDraft::RevokeRole { person_id: bench.id_of(ADMIN).await };
    let (_, _, refused) = meaning(&bench, nobody).await;
    assert_eq!(
        refused,
        "The change cannot be proposed here: it would leave nobody who administers."
    );
}

#[tokio::test]
async fn a_passphrase_stays_good_for_as_long_as_the_policy_says_and_no_longer() {
    let bench = Bench::staffed().await;
    bench
        .act(ActDraft::ChangePolicy(PolicyDraft { reauth_seconds: 300, ..policy(1) }))
        .await
        .unwrap();
    let mut made = Vec::new();
    for name in ["alpha", "beta", "gamma", "delta", "strict"] {
        let tier = if name == "strict" { "low" } else { "medium" };
        made.push(bench.model(name, tier).await.request_id);
    }
    bench.sit("Bob").await;
    let ask = async |at: usize| {
        let review = bench.open(&made[at]).await;
        bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
        let asked = bench.desk.signing().await.unwrap();
        let SigningView::Decide(view) = asked else { panic!("{asked:?}") };
        view.asks_passphrase
    };
    let nothing = || Passphrase::new(String::new());
    let sign = async |passphrase: Passphrase| {
        bench.desk.answer_decision("Limits hold".to_owned(), free(), passphrase, bench.key()).await
    };
    assert!(ask(0).await, "first it is asked");
    assert!(sign(nothing()).await.is_err());
    sign(typed("Bob")).await.unwrap();
    assert!(!ask(1).await);
    assert!(matches!(sign(nothing()).await, Ok(SigningView::Receipt(_))));
    assert!(ask(4).await, "another policy, which asks at every signature");
    assert!(sign(nothing()).await.is_err());
    assert!(!ask(2).await);
    bench.pass(301 * Timestamp::SECOND);
    assert!(sign(nothing()).await.is_err(), "its time was over between the window and the answer");
    assert!(ask(2).await);
    sign(typed("Bob")).await.unwrap();
    bench.desk.lock().await.unwrap();
    let session = bench.desk.session().await.unwrap();
    let SessionView::Locked { person, .. } = session else { panic!("{session:?}") };
    bench.desk.sign_in(person.id).await.unwrap();
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    assert!(ask(3).await, "locking wipes it");
}

#[tokio::test]
async fn four_eyes_that_are_off_are_said_for_as_long_as_they_are() {
    let bench = Bench::staffed().await;
    let standing = async || match bench.desk.session().await.unwrap() {
        SessionView::Open { standing, .. } => standing,
        SessionView::Closed {} | SessionView::SignedOut { .. } | SessionView::Locked { .. } => {
            panic!("nobody works")
        }
    };
    assert_eq!(standing().await, Vec::<String>::new());
    let off = PolicyDraft { four_eyes: false, ..policy(1) };
    bench.act(ActDraft::ChangePolicy(off)).await.unwrap();
    let said = "Four eyes are off for models of medium tier: whoever made one may sign it.";
    bench.sit("Vic").await;
    assert_eq!(standing().await, [said]);
    bench.sit(ADMIN).await;
    bench.act(ActDraft::ChangePolicy(policy(1))).await.unwrap();
    assert_eq!(standing().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_compromised_key_takes_the_approvals_after_that_time_with_it() {
    let bench = Bench::staffed().await;
    let before = bench.model("alpha", "medium").await;
    bench.sit("Bob").await;
    bench.decide(&before.request_id, DecisionDraft::Approve).await.unwrap();
    bench.sit(ADMIN).await;
    let after = bench.model("beta", "medium").await;
    let stolen_at = bench.desk.audit(Default::default(), None).await.unwrap().rows[0].at.clone();
    bench.sit("Bob").await;
    bench.decide(&after.request_id, DecisionDraft::Approve).await.unwrap();
    bench.sit(ADMIN).await;

    let keys = bench.desk.keys().await.unwrap();
    let bob = keys.keys.iter().find(|key| key.owner.name == "Bob").unwrap();
    assert_eq!((bob.state, bob.here, bob.ended.clone()), (KeyState::Good, true, None));
    assert_eq!((keys.devices.len(), keys.devices[0].here), (1, true));
    let shown = bench.desk.compromise(bob.keyid.clone(), stolen_at.clone()).await.unwrap();
    assert_eq!((shown.since.at.as_str(), shown.signatures), (stolen_at.as_str(), 1));
    assert_eq!(shown.void, ["model/beta@1"]);
    let late = bench.desk.compromise(bob.keyid.clone(), "2031-01-01T00:00:00.000000Z".to_owned());
    assert_eq!(code(late.await), ErrorCode::InvalidInput);

    let act = ActDraft::CompromiseKey { keyid: bob.keyid.clone(), since: shown.since.seq };
    let (entries, follows, _) = meaning(&bench, act.clone()).await;
    assert_eq!(entries[0].0, "Key");
    assert_eq!(follows, ["Bob has no key left and can sign nothing until they enrol anew."]);
    bench.act(act).await.unwrap();
    let keys = bench.desk.keys().await.unwrap();
    let bob = keys.keys.iter().find(|key| key.owner.name == "Bob").unwrap();
    assert_eq!((bob.state, bob.void_since), (KeyState::Compromised, Some(shown.since.seq)));
    // The gate reads the log: what was signed before stands, what was signed after is void.
    let at = bench.desk.at_work().await.unwrap();
    let lines = at.workspace.list_models(&at.session, None).await.unwrap();
    let effects: Vec<(String, ledger::Effect)> =
        lines.iter().map(|line| (line.record.model_name.to_string(), line.effect)).collect();
    let expected = [("alpha", ledger::Effect::InForce), ("beta", ledger::Effect::Void)];
    assert_eq!(effects, expected.map(|(name, effect)| (name.to_owned(), effect)));
    // The passphrase of a key that ended opens no view either.
    let out = bench.desk.sign_out().await.unwrap();
    let SessionView::SignedOut { people, .. } = &out else { panic!("{out:?}") };
    assert!(!people.iter().find(|person| person.name == "Bob").unwrap().enrolled);
    bench.desk.sign_in(person_id(&out, "Bob")).await.unwrap();
    assert_eq!(code(bench.desk.answer_sign_in(typed("Bob")).await), ErrorCode::NotAllowed);
}

#[tokio::test]
async fn only_an_admin_of_the_tenant_learns_what_an_act_would_mean_and_proposes_it() {
    let bench = Bench::staffed().await;
    let vic = bench.id_of("Vic").await;
    let keyid = bench.desk.keys().await.unwrap().keys[0].keyid.clone();
    for name in ["Bob", "Ann", "Vic"] {
        bench.sit(name).await;
        let act = || ActDraft::RevokeRole { person_id: vic.clone() };
        assert_eq!(code(bench.desk.consequences(act()).await), ErrorCode::NotAllowed);
        assert_eq!(code(bench.desk.propose(act(), "no".to_owned()).await), ErrorCode::NotAllowed);
        let at = "2026-01-01T00:00:00.000000Z".to_owned();
        assert_eq!(code(bench.desk.compromise(keyid.clone(), at).await), ErrorCode::NotAllowed);
        assert!(!bench.desk.policies().await.unwrap().administers);
        assert!(!bench.desk.keys().await.unwrap().administers);
    }
    bench.sit(ADMIN).await;
    assert_eq!(bench.recorded("permission.deny").await, 9);
}

#[tokio::test]
async fn the_log_key_of_another_installation_ends_and_ones_own_does_not() {
    use crate::edge::SystemEntropy;
    use security::signing::SigningKey;
    let bench = Bench::founded().await;
    let at = bench.desk.at_work().await.unwrap();
    let given = typed(ADMIN).read().unwrap();
    let tenant = TenantId::parse(TENANT).unwrap();
    let key = at.workspace.unlock(&at.session.person, &tenant, &given).await.unwrap();
    let other = ledger::DeviceId::parse("01930000-0000-7000-8000-000000000de5").unwrap();
    let log_key = SigningKey::generate(&SystemEntropy).unwrap();
    let public = ledger::PublicKey::from_bytes(log_key.public_key()).unwrap();
    let enrolled = (other.clone(), public);
    at.workspace.enrol_device(&at.session, &key, enrolled, "a second computer").await.unwrap();
    let revoke = |id: &str| ActDraft::RevokeDevice { device_id: id.to_owned() };
    let devices = bench.desk.keys().await.unwrap().devices;
    let own = devices.iter().find(|device| device.here).unwrap();
    assert_eq!(code(bench.act(revoke(&own.id)).await), ErrorCode::InvalidInput);
    let (entries, _, refused) = meaning(&bench, revoke(other.as_str())).await;
    assert_eq!((entries, refused.as_str()), (vec![entry("Checkpoints", "Signs", "")], ""));
    bench.act(revoke(other.as_str())).await.unwrap();
    let devices = bench.desk.keys().await.unwrap().devices;
    let ended: Vec<bool> = devices.iter().map(|device| device.ended.is_some()).collect();
    assert_eq!(ended, [false, true], "those in use come first");
    assert_eq!(code(bench.act(revoke(other.as_str())).await), ErrorCode::InvalidState);
}
