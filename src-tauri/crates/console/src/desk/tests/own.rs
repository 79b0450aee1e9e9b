//! What a person set for themself: theirs alone, kept on this computer, governing nothing.

use super::{Bench, code};
use crate::error::ErrorCode;
use crate::views::{InboxFilter, InboxTab, InboxViewDraft, Notifications};

fn draft(id: Option<&str>, name: &str, tier: &str) -> InboxViewDraft {
    InboxViewDraft {
        id: id.map(str::to_owned),
        name: name.to_owned(),
        tab: InboxTab::All,
        filter: InboxFilter {
            tier: Some(tier.to_owned()),
            search: Some("credit".to_owned()),
            ..InboxFilter::default()
        },
    }
}

#[tokio::test]
async fn views_are_kept_by_person_and_workspace_over_a_restart() {
    let bench = Bench::staffed().await;
    bench.sit("Bob").await;
    assert_eq!(bench.desk.own_settings().await.unwrap().views, []);
    let kept = bench.desk.save_view(draft(None, "  My high-tier models ", "high")).await.unwrap();
    assert_eq!(kept.views[0].name, "My high-tier models");
    assert_eq!(kept.views[0].filter.search.as_deref(), Some("credit"));
    let id = kept.views[0].id.clone();
    let renamed = bench.desk.save_view(draft(Some(&id), "High", "high")).await.unwrap();
    assert_eq!((renamed.views.len(), renamed.views[0].name.as_str()), (1, "High"));
    bench.desk.save_view(draft(None, "Low", "low")).await.unwrap();
    bench.desk.choose_notifications(Notifications::On).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = bench.folder.path().join("settings/people.json");
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    bench.sit("Eve").await;
    let hers = bench.desk.own_settings().await.unwrap();
    assert_eq!((hers.views.len(), hers.notifications), (0, Some(Notifications::Off)));
    assert_eq!(code(bench.desk.delete_view(id.clone()).await), ErrorCode::NotFound);

    let again = bench.beside().await;
    let session = again.session().await.unwrap();
    again.sign_in(super::person_id(&session, "Bob")).await.unwrap();
    again.answer_sign_in(super::typed("Bob")).await.unwrap();
    let his = again.own_settings().await.unwrap();
    let names: Vec<&str> = his.views.iter().map(|view| view.name.as_str()).collect();
    assert_eq!((names, his.notifications), (vec!["High", "Low"], Some(Notifications::On)));
    let left = again.delete_view(id.clone()).await.unwrap();
    assert_eq!(left.views.len(), 1);
    assert_eq!(code(again.delete_view(id).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_view_has_a_name_of_its_own_and_there_are_not_too_many() {
    let bench = Bench::founded().await;
    for name in ["", "   ", &"x".repeat(129)] {
        let refused = bench.desk.save_view(draft(None, name, "low")).await;
        assert_eq!(code(refused), ErrorCode::InvalidInput, "{name}");
    }
    bench.desk.save_view(draft(None, "Über", "low")).await.unwrap();
    let twin = bench.desk.save_view(draft(None, "ÜBER", "low")).await;
    assert_eq!(code(twin), ErrorCode::InvalidInput);
    let unknown = bench.desk.save_view(draft(Some("nobody"), "Other", "low")).await;
    assert_eq!(code(unknown), ErrorCode::NotFound);
    for number in 1..50 {
        bench.desk.save_view(draft(None, &format!("View {number}"), "low")).await.unwrap();
    }
    let more = bench.desk.save_view(draft(None, "One more", "low")).await;
    assert_eq!(code(more), ErrorCode::InvalidInput);
    assert_eq!(bench.desk.own_settings().await.unwrap().views.len(), 50);
    bench.desk.lock().await.unwrap();
    assert_eq!(code(bench.desk.own_settings().await), ErrorCode::NotSignedIn);
}
