//! Tokens in the windows: made with the admin's passphrase, shown once in the signing window, and
//! never anybody's chair.

use super::{ADMIN, Bench, TENANT, code, person_id, typed};
use crate::desk::DeskEvent;
use crate::error::ErrorCode;
use crate::views::{NewTokenView, SigningView, TokenDraft, TokenState, TokensView};
use security::secret::SecretText;

const REASON: &str = "Registers what the nightly build made";

fn draft() -> TokenDraft {
    TokenDraft { title: "nightly build".to_owned(), role: "ADMIN".to_owned(), life_days: 90 }
}

/// Asks for a token and gives reason and passphrase.
async fn made(bench: &Bench) -> NewTokenView {
    bench.desk.create_token(draft()).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::CreateToken(view) = asked else { panic!("{asked:?}") };
    assert_eq!(view.sentence, "Make a token for nightly build.");
    assert_eq!((view.role.as_str(), view.life_days), ("Admin in retail-eu", 90));
    assert_eq!(view.name.as_str(), ADMIN, "whoever makes it owns it");
    let shown = bench.desk.answer_token(REASON.to_owned(), typed(ADMIN)).await.unwrap();
    let SigningView::NewToken(view) = shown else { panic!("{shown:?}") };
    *view
}

#[tokio::test]
async fn a_token_is_shown_once_in_the_signing_window_and_nowhere_else() {
    let bench = Bench::staffed().await;
    let desk = &bench.desk;
    let shown = made(&bench).await;
    assert!(shown.token.starts_with("cst_") && shown.token.len() == 84, "its form");
    assert_eq!(shown.sentence, "The token of nightly build, shown once.");
    assert!(!format!("{shown:?}").contains("cst_"), "it is not printed by accident");
    assert!(bench.heard().contains(&DeskEvent::RecordsChanged));
    let list = desk.tokens().await.unwrap();
    let [row] = &list.tokens[..] else { panic!("{list:?}") };
    assert_eq!((row.state, row.owner.name.as_str()), (TokenState::Good, ADMIN));
    assert_eq!((row.role.as_str(), &row.last_used_at), ("ADMIN", &None));
    let main = serde_json::to_string(&(list, desk.session().await.unwrap())).unwrap();
    assert!(!main.contains("cst_") && !main.contains(&shown.token[41..]), "{main}");
    desk.cancel_signing().await.unwrap();
    let closed = serde_json::to_string(&desk.signing().await.unwrap()).unwrap();
    assert!(!closed.contains("cst_"), "once it is closed nothing shows it again");
}

#[tokio::test]
async fn it_wants_a_reason_and_the_passphrase_of_the_admin_who_asked() {
    let bench = Bench::staffed().await;
    let desk = &bench.desk;
    desk.create_token(draft()).await.unwrap();
    let wrong = desk.answer_token(REASON.to_owned(), typed("Bob")).await;
    assert_eq!(code(wrong), ErrorCode::WrongPassphrase);
    let empty = desk.answer_token(" ".to_owned(), typed(ADMIN)).await;
    assert_eq!(code(empty), ErrorCode::InvalidInput);
    assert_eq!(desk.tokens().await.unwrap().tokens.len(), 0, "nothing was made");
    // What was asked of one person is answered by nobody else.
    bench.sit("Bob").await;
    assert!(matches!(
        desk.answer_token(REASON.to_owned(), typed("Bob")).await,
        Ok(SigningView::Idle {})
    ));
    // A lock takes a token off the screen.
    bench.sit(ADMIN).await;
    made(&bench).await;
    desk.lock().await.unwrap();
    assert!(matches!(desk.signing().await, Ok(SigningView::Idle {})));
}

#[tokio::test]
async fn only_an_admin_of_workspace_and_tenant_makes_one_and_each_refusal_is_on_record() {
    let bench = Bench::staffed().await;
    let base = draft();
    let desk = &bench.desk;
    for (wrong, expected) in [
        (TokenDraft { title: " ".to_owned(), ..base.clone() }, ErrorCode::InvalidInput),
        (TokenDraft { role: "ROOT".to_owned(), ..base.clone() }, ErrorCode::InvalidInput),
        (TokenDraft { life_days: 0, ..base.clone() }, ErrorCode::InvalidInput),
        (TokenDraft { life_days: 367, ..base.clone() }, ErrorCode::InvalidInput),
    ] {
        assert_eq!(code(desk.create_token(wrong).await), expected);
        assert!(matches!(desk.signing().await, Ok(SigningView::Idle {})), "nothing is asked");
    }
    made(&bench).await;
    let id = desk.tokens().await.unwrap().tokens[0].id.clone();
    for name in ["Bob", "Ann", "Vic"] {
        bench.sit(name).await;
        let before = bench.recorded("permission.deny").await;
        assert_eq!(code(desk.tokens().await), ErrorCode::NotAllowed, "{name}");
        assert_eq!(code(desk.create_token(base.clone()).await), ErrorCode::NotAllowed, "{name}");
        let refused = desk.revoke_token(id.clone(), REASON.to_owned()).await;
        assert_eq!(code(refused), ErrorCode::NotAllowed, "{name}");
        assert_eq!(bench.recorded("permission.deny").await, before + 3, "{name}");
    }
}

#[tokio::test]
async fn a_revoked_token_stays_in_the_list_and_another_tenants_is_not_there() {
    let bench = Bench::staffed().await;
    let desk = &bench.desk;
    made(&bench).await;
    let id = desk.tokens().await.unwrap().tokens[0].id.clone();
    bench.found_tenant("retail-uk").await;
    assert_eq!(desk.tokens().await.unwrap().tokens.len(), 0);
    let foreign = desk.revoke_token(id.clone(), REASON.to_owned()).await.unwrap_err();
    let unknown = "service/01930000-0000-7000-8000-000000000999".to_owned();
    let absent = desk.revoke_token(unknown, REASON.to_owned()).await.unwrap_err();
    let told =
        |error: &crate::views::ErrorView| (error.code, error.message.clone(), error.hint.clone());
    assert_eq!(told(&foreign), told(&absent));
    assert_eq!(bench.recorded("tenant.deny").await, 1, "the trail tells them apart");
    desk.choose_tenant(TENANT.to_owned()).await.unwrap();
    let left: TokensView = desk.revoke_token(id.clone(), REASON.to_owned()).await.unwrap();
    assert_eq!(left.tokens[0].state, TokenState::Revoked);
    assert!(left.tokens[0].revoked_at.is_some());
    assert_eq!(code(desk.revoke_token(id, REASON.to_owned()).await), ErrorCode::InvalidState);
}

#[tokio::test]
async fn no_token_takes_a_chair_at_the_desk() {
    let bench = Bench::staffed().await;
    let desk = &bench.desk;
    let shown = made(&bench).await;
    let id = desk.tokens().await.unwrap().tokens[0].id.clone();
    let session = desk.sign_out().await.unwrap();
    assert_eq!(code(desk.sign_in(id).await), ErrorCode::NotFound);
    // Neither as a person's passphrase.
    desk.sign_in(person_id(&session, "Bob")).await.unwrap();
    let typed = super::Passphrase::new(shown.token.clone());
    assert_eq!(code(desk.answer_sign_in(typed).await), ErrorCode::WrongPassphrase);
    // The control: where a pipeline uses it, it opens, and the list says when.
    let workspace = desk.workspace().unwrap();
    workspace.sign_in_by_token(&SecretText::new(shown.token)).await.unwrap();
    bench.pass(10_000_000);
    bench.sit(ADMIN).await;
    let row = desk.tokens().await.unwrap().tokens.remove(0);
    assert!(row.last_used_at.is_some(), "{row:?}");
}
