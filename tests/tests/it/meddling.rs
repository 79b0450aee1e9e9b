//! Somebody else writes at every moment of an act: between its looks at the data, one after the other.
//!
//! Invariant: whatever the moment, the log then says one thing: nobody spoke after their role was
//! taken, no request expired twice, and nobody was told of a race that the program can decide again.

use std::sync::Arc;

use console::views::{ActDraft, PolicyDraft};
use console::{ConsoleError, Desk, ErrorCode, Passphrase, Workspace};
use governance::Said;
use ledger::{Action, RequestId, Role, Tier};
use tests::house::{self, ADA, ANN, BOB, CREDIT, House, PASSPHRASE, VIC};
use tests::logs::records;
use tests::meddled::Meddled;

/// No act takes more looks than this.
const MOMENTS: usize = 200;

/// A house, its data with somebody beside them, and who that is: another process.
struct Scene {
    house: House,
    store: Arc<Meddled>,
    here: Workspace,
    other: Arc<Workspace>,
}

impl Scene {
    async fn new() -> Self {
        let house = House::new().await;
        let store = Arc::new(Meddled::over(house.store()));
        let here = house.on(Arc::clone(&store) as Arc<dyn store::Store>).await;
        let other = Arc::new(house.open_again().await.unwrap());
        Self { house, store, here, other }
    }

    /// Where a record of this action about something stands last.
    async fn last(&self, action: Action) -> Option<u64> {
        let all = records(&self.house.store(), CREDIT, 0).await;
        let of = all.iter().rev().find(|record| record.parts().action == action);
        of.map(|record| record.parts().seq)
    }

    async fn give(&self, name: &str, role: Role) {
        let wish = console::administering::RoleWish {
            person: house::person(name),
            role,
            group: None,
            reason: "reviews",
        };
        let ada = self.house.session(ADA);
        self.other.grant_role(&ada, self.house.key(ADA), wish).await.unwrap();
    }
}

#[tokio::test]
async fn whatever_is_written_meanwhile_an_act_is_decided_again_and_nobody_hears_of_it() {
    let scene = Scene::new().await;
    let ada = scene.house.session(ADA);
    let mut met = 0;
    for moment in 0..MOMENTS {
        let (other, there) = (Arc::clone(&scene.other), ada.clone());
        scene.store.before(
            moment,
            Box::new(move || {
                tokio::spawn(async move {
                    let name = format!("theirs-{moment}");
                    let model = house::model(&name, Tier::Low);
                    other.register_model(&there, &model, &name).await.unwrap();
                })
            }),
        );
        let name = format!("ours-{moment}");
        let done = scene.here.register_model(&ada, &house::model(&name, Tier::Low), &name).await;
        assert!(done.is_ok(), "at look {moment}: {done:?}");
        if !scene.store.is_done() {
            break;
        }
        met += 1;
    }
    println!("{met} moments of a registration met");
    assert!((4..MOMENTS).contains(&met), "{met}");
}

#[tokio::test]
async fn nobody_speaks_behind_the_record_that_took_their_role() {
    let scene = Scene::new().await;
    let request = scene.house.register("credit-pd", Tier::High).await.request_id;
    let (ada, bob) = (scene.house.session(ADA), scene.house.session(BOB));
    let (mut met, mut refused) = (0, 0);
    for moment in 0..MOMENTS {
        let (other, there) = (Arc::clone(&scene.other), ada.clone());
        let key = scene.house.key(ADA);
        scene.store.before(
            moment,
            Box::new(move || {
                tokio::spawn(async move {
                    let left = other.revoke_role(&there, key, house::person(BOB), "left").await;
                    left.unwrap();
                })
            }),
        );
        let said = (Said::Comment, "It is fine.");
        let done = scene.here.say(&bob, &request, said, &format!("remark {moment}")).await;
        if !scene.store.is_done() {
            done.unwrap();
            break;
        }
        met += 1;
        let taken = scene.last(Action::RoleRevoke).await.unwrap();
        match done {
            Ok(place) => assert!(place.seq < taken, "at look {moment}: #{} > #{taken}", place.seq),
            Err(error) => {
                let code = error.code();
                let told = matches!(code, ErrorCode::NotAllowed | ErrorCode::NotFound);
                assert!(told, "at look {moment}: {error}");
                refused += 1;
            }
        }
        scene.give(BOB, Role::Approver).await;
    }
    println!("{met} moments of a remark met, {refused} refused");
    assert!((4..MOMENTS).contains(&met) && refused > 1, "{met} {refused}");
}

/// Requests for models of low tier expire a second after they were made.
async fn hasty(scene: &Scene) {
    let desk = Desk::new(scene.house.edge.clone(), Arc::new(|_| ()));
    desk.open_folder(Some(scene.house.place.clone())).await.unwrap();
    desk.sign_in(house::person(ADA).to_string()).await.unwrap();
    let typed = || Passphrase::new(PASSPHRASE.to_owned());
    desk.answer_sign_in(typed()).await.unwrap();
    desk.choose_tenant(CREDIT.to_owned()).await.unwrap();
    let draft = PolicyDraft {
        resource_type: "model".to_owned(),
        tier: "low".to_owned(),
        approvals: 1,
        groups: Vec::new(),
        expires_after_seconds: Some(1),
        reauth_seconds: 0,
        four_eyes: true,
        artefact_check: false,
    };
    desk.propose(ActDraft::ChangePolicy(draft), "in haste".to_owned()).await.unwrap();
    desk.answer_change(typed()).await.unwrap();
    desk.sign_out().await.unwrap();
}

/// How often a request expired on record.
async fn expired(scene: &Scene, request: &RequestId) -> usize {
    let all = records(&scene.house.store(), CREDIT, 0).await;
    let of = all.iter().filter(|record| {
        record.parts().action == Action::ApprovalExpire
            && record.parts().metadata["request_id"] == request.as_str()
    });
    of.count()
}

#[tokio::test]
async fn a_request_expires_once_whoever_else_looks() {
    let scene = Scene::new().await;
    hasty(&scene).await;
    let mut met = 0;
    for moment in 0..MOMENTS {
        let request = scene.house.register(&format!("hasty-{moment}"), Tier::Low).await.request_id;
        // The clock moves at every look.
        for _ in 0..1_500 {
            scene.house.edge.clock.now();
        }
        let other = Arc::clone(&scene.other);
        scene.store.before(
            moment,
            Box::new(move || tokio::spawn(async move { other.expire_requests().await.unwrap() })),
        );
        let done: Result<(), ConsoleError> = scene.here.expire_requests().await;
        assert!(done.is_ok(), "at look {moment}: {done:?}");
        assert_eq!(expired(&scene, &request).await, 1, "at look {moment}");
        if !scene.store.is_done() {
            break;
        }
        met += 1;
    }
    println!("{met} moments of an expiry met");
    assert!((4..MOMENTS).contains(&met), "{met}");
}

/// What cannot be read any more can be talked about: that is when it must be.
#[tokio::test]
async fn a_request_whose_text_is_damaged_is_discussed() {
    let house = House::new().await;
    let made = house.write("kyc", 0, Some(Tier::Low)).await;
    let desk = Desk::new(house.edge.clone(), Arc::new(|_| ()));
    desk.open_folder(Some(house.place.clone())).await.unwrap();
    desk.sign_in(house::person(BOB).to_string()).await.unwrap();
    desk.answer_sign_in(Passphrase::new(PASSPHRASE.to_owned())).await.unwrap();
    let review = desk.open_review(made.request_id.to_string()).await.unwrap().review_id;
    let cut = "UPDATE prompt_version SET text = substr(text, 1, length(text) - 4)";
    assert_eq!(tests::dump::connect(&house.database()).execute(cut, []).unwrap(), 1);
    let again = desk.open_review(made.request_id.to_string()).await;
    assert!(again.is_err(), "the control: nobody reviews it: {again:?}");

    let comment = console::views::RemarkDraft::Comment {};
    let said = desk.say(
        review.clone(),
        comment,
        "The text is cut off.".to_owned(),
        "key-of-a-comment".to_owned(),
    );
    assert_eq!(said.await.unwrap().entries.len(), 1);
    assert_eq!(desk.discussion(review).await.unwrap().entries.len(), 1);
    for who in [ANN, VIC] {
        let said = (Said::Comment, "I see.");
        let done = house.workspace.say(&house.session(who), &made.request_id, said, who).await;
        assert_eq!(done.is_ok(), who == ANN, "{who}: {done:?}");
    }
}
