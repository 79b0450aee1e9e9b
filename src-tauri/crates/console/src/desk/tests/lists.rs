//! The tables of models and prompts, as their page asks for them.

use ledger::{SubjectKind, TenantId};

use super::lifecycle::{approve, revoke};
use super::*;
use crate::views::{
    EffectView, LifecycleView, RegistryFilter, RegistryOrder, RegistryPage, RegistryState,
    StatusView,
};

fn all() -> RegistryFilter {
    RegistryFilter::default()
}

async fn prompts(bench: &Bench, filter: RegistryFilter) -> Vec<String> {
    let page = bench.desk.prompts(None, Some(filter)).await.unwrap();
    assert_eq!(page.total as usize, page.rows.len());
    page.rows.into_iter().map(|row| row.name).collect()
}

/// The page as it is told from what is kept, and from a console that has kept nothing.
async fn kept_and_anew(bench: &Bench) -> [String; 2] {
    let at = bench.desk.at_work().await.unwrap();
    let tenant = TenantId::parse(TENANT).unwrap();
    let told = |page: RegistryPage| serde_json::to_string(&page).unwrap();
    let kept = told(bench.desk.prompts(None, None).await.unwrap());
    let fresh = at.workspace.beside(Arc::clone(&at.workspace.store));
    let size = fresh.log(&tenant).await.unwrap().size;
    let list = fresh.registry_list(&tenant, SubjectKind::Prompt, size).await.unwrap();
    at.workspace.lists.forget().await;
    let anew = told(bench.desk.prompts(None, None).await.unwrap());
    assert_eq!(list.len(), bench.desk.prompts(None, None).await.unwrap().all as usize);
    [kept, anew]
}

#[tokio::test]
async fn a_list_that_is_brought_forward_is_the_one_that_is_read_anew() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let mut looks = 0;
    let mut same = async || {
        let [kept, anew] = kept_and_anew(&bench).await;
        assert_eq!(kept, anew);
        looks += 1;
        kept
    };
    let nothing = same().await;
    let first = bench.prompt("letters", 0, "Be kind.\n").await;
    let written = same().await;
    bench.prompt("Kyc/summary", 0, "Summarise.\n").await;
    same().await;
    approve(&bench, &first.request_id, "", "").await;
    let approved = same().await;
    bench.sit("Ann").await;
    let second = bench.prompt("letters", 1, "Be kind and brief.\n").await;
    same().await;
    bench.desk.withdraw(second.request_id, "A word is wrong".to_owned()).await.unwrap();
    let withdrawn = same().await;
    revoke(&bench, &first.request_id).await.unwrap();
    let revoked = same().await;
    // Another process writes.
    let beside = bench.beside().await;
    let ann = person_id(&beside.session().await.unwrap(), "Ann");
    beside.sign_in(ann).await.unwrap();
    beside.answer_sign_in(typed("Ann")).await.unwrap();
    beside.save_prompt(prompt("letters", 2, "Be brief.\n"), bench.key()).await.unwrap();
    let elsewhere = same().await;
    let states = [nothing, written, approved, withdrawn, revoked, elsewhere];
    let different: std::collections::BTreeSet<&String> = states.iter().collect();
    assert_eq!((different.len(), looks), (states.len(), 8), "the control: each look differs");
}

#[tokio::test]
async fn a_table_is_narrowed_and_ordered_and_says_how_many_there_are() {
    let bench = Bench::staffed().await;
    bench.prompt("alpha", 0, "One.\n").await;
    bench.sit("Ann").await;
    let made = bench.prompt("letters", 0, "Be kind.\n").await;
    bench.prompt("Kyc/summary", 0, "Summarise.\n").await;
    approve(&bench, &made.request_id, "2026-11-23 09:00", "staging").await;
    bench.sit("Ann").await;
    bench.prompt("letters", 1, "Be kind and brief.\n").await;
    let page = bench.desk.prompts(None, None).await.unwrap();
    assert_eq!((page.total, page.all, page.next), (3, 3, None));
    let authors: Vec<&str> = page.authors.iter().map(|author| author.name.as_str()).collect();
    assert_eq!(authors, [ADMIN, "Ann"]);
    let letters = page.rows.iter().find(|row| row.name == "letters").unwrap();
    assert_eq!((letters.status, letters.lifecycle), (StatusView::Pending, LifecycleView::Open));
    assert_eq!((letters.in_force.as_deref(), letters.versions), (Some("1"), 2));
    assert_eq!((letters.effect, letters.conditions.as_str()), (EffectView::None, ""));
    let ann = page.authors[1].id.clone();
    let state = |state| RegistryFilter { state: Some(state), ..all() };
    let order = |order| RegistryFilter { order: Some(order), ..all() };
    let cases: [(RegistryFilter, &[&str]); 9] = [
        (all(), &["alpha", "Kyc/summary", "letters"]),
        (RegistryFilter { search: Some(" KYC ".to_owned()), ..all() }, &["Kyc/summary"]),
        (
            RegistryFilter { search: Some("  ".to_owned()), ..order(RegistryOrder::NameBack) },
            &["letters", "Kyc/summary", "alpha"],
        ),
        (RegistryFilter { author: Some(ann), ..all() }, &["Kyc/summary", "letters"]),
        (RegistryFilter { tier: Some("high".to_owned()), ..all() }, &[]),
        (state(RegistryState::InForce), &["letters"]),
        (state(RegistryState::Waiting), &["alpha", "Kyc/summary", "letters"]),
        (order(RegistryOrder::Newest), &["letters", "Kyc/summary", "alpha"]),
        (order(RegistryOrder::MostVersions), &["letters", "alpha", "Kyc/summary"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(prompts(&bench, filter.clone()).await, expected, "{filter:?}");
    }
    // Its terms are over: nothing was written meanwhile.
    bench.pass(15 * 3_600 * 1_000_000);
    bench.sit("Ann").await;
    assert_eq!(prompts(&bench, state(RegistryState::InForce)).await, [""; 0]);
}

#[tokio::test]
async fn a_filter_that_nobody_could_mean_is_refused() {
    let bench = Bench::founded().await;
    let long = Some("x".repeat(129));
    let filters = [
        RegistryFilter { search: long, ..all() },
        RegistryFilter { tier: Some("highest".to_owned()), ..all() },
        RegistryFilter { author: Some("Ann".to_owned()), ..all() },
    ];
    for filter in filters {
        let answer = bench.desk.models(None, Some(filter.clone())).await;
        assert_eq!(code(answer), ErrorCode::InvalidInput, "{filter:?}");
    }
    for after in ["", "credit-pd", "x credit-pd"] {
        let answer = bench.desk.models(Some(after.to_owned()), None).await;
        assert_eq!(code(answer), ErrorCode::InvalidInput, "{after:?}");
    }
}
