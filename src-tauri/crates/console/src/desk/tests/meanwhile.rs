//! A sheet that is closed, or a lock that comes, while the passphrase is tried: that is a no.

use super::{ADMIN, Bench, typed};
use crate::error::ErrorCode;
use crate::views::{ActDraft, DecisionDraft, PersonDraft, SigningView, TenantDraft, TokenDraft};

/// A sheet of the signing window, and the record that its act would leave.
#[derive(Debug, Clone, Copy)]
enum Sheet {
    Decision,
    Change,
    Token,
    Confirm,
    Enrol,
}

impl Sheet {
    const ALL: [Self; 5] = [Self::Decision, Self::Change, Self::Token, Self::Confirm, Self::Enrol];

    const fn record(self) -> &'static str {
        match self {
            Self::Decision => "approval.vote",
            Self::Change => "role.revoke",
            Self::Token => "token.create",
            Self::Confirm => "tenant.create",
            Self::Enrol => "key.enroll",
        }
    }

    async fn ask(self, bench: &Bench, request_id: &str) {
        let desk = &bench.desk;
        let reason = || "as agreed".to_owned();
        match self {
            Self::Decision => {
                let review = bench.open(request_id).await;
                desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
            }
            Self::Change => {
                let person_id = bench.id_of("Vic").await;
                desk.propose(ActDraft::RevokeRole { person_id }, reason()).await.unwrap();
            }
            Self::Token => {
                let (title, role) = ("nightly build".to_owned(), "ANALYST".to_owned());
                desk.create_token(TokenDraft { title, role, life_days: 90 }).await.unwrap();
            }
            Self::Confirm => {
                let (id, title) = ("retail-uk".to_owned(), "Retail UK".to_owned());
                desk.create_tenant(TenantDraft { id, title, reason: reason() }).await.unwrap();
            }
            Self::Enrol => {
                // The account is there at once, its key is not.
                let (name, role) = (bench.key(), "VIEWER".to_owned());
                desk.add_person(PersonDraft { name, role, reason: reason() }).await.unwrap();
            }
        }
    }

    async fn answer(self, bench: &Bench) -> crate::desk::Answer<SigningView> {
        let desk = &bench.desk;
        match self {
            Self::Decision => bench.sign().await,
            Self::Change => desk.answer_change(typed(ADMIN)).await,
            Self::Token => desk.answer_token("as agreed".to_owned(), typed(ADMIN)).await,
            Self::Confirm => desk.answer_confirm(typed(ADMIN)).await,
            Self::Enrol => desk.answer_enrol(typed("Zoe"), typed("Zoe"), typed(ADMIN)).await,
        }
    }
}

/// A passphrase takes longer to try than a few looks at the session. Should the other act come before
/// all the same, nothing is asked any more, and nothing is done either.
#[tokio::test]
async fn whoever_gives_up_or_is_locked_out_meanwhile_has_done_nothing() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("kyc", 0, "Summarise {{case}}.\n").await;
    bench.sit(ADMIN).await;
    let mut tried = 0;
    for sheet in Sheet::ALL {
        for locks in [false, true] {
            sheet.ask(&bench, &made.request_id).await;
            let logs = logs(&bench).await;
            let meanwhile = async {
                for _ in 0..3 {
                    bench.desk.session().await.unwrap();
                }
                match locks {
                    true => drop(bench.desk.lock().await.unwrap()),
                    false => bench.desk.cancel_signing().await.unwrap(),
                }
            };
            let (answered, ()) = tokio::join!(sheet.answer(&bench), meanwhile);
            if let Err(error) = answered {
                assert_eq!(error.code, ErrorCode::NotSignedIn, "{sheet:?} locks: {locks}");
            }
            if locks {
                bench.sit(ADMIN).await;
            }
            assert_eq!(self::logs(&bench).await, logs, "{sheet:?} locks: {locks}");
            assert!(bench.desk.state().kept_key.is_none());
            tried += 1;
        }
    }
    assert_eq!(tried, 10);
    // The control: whoever stays has done it.
    for sheet in Sheet::ALL {
        let before = logs(&bench).await;
        sheet.ask(&bench, &made.request_id).await;
        sheet.answer(&bench).await.unwrap();
        assert_ne!(logs(&bench).await, before, "{sheet:?}");
        bench.desk.cancel_signing().await.unwrap();
    }
}

/// How many records of each act stand in all logs.
async fn logs(bench: &Bench) -> Vec<usize> {
    let workspace = bench.desk.workspace().unwrap();
    let mut counts = vec![0; Sheet::ALL.len()];
    for tenant in workspace.log_ids().await.unwrap() {
        let size = workspace.store.head(&tenant).await.unwrap().size;
        for seq in 0..size {
            let record = workspace.recorded(&tenant, seq).await.unwrap();
            for (count, sheet) in counts.iter_mut().zip(Sheet::ALL) {
                *count += usize::from(record.parts().action.as_str() == sheet.record());
            }
        }
    }
    counts
}
