//! Who was signed in when: a session around each person's work of a day, and the readers' visits.
//!
//! Invariant: whoever acts on a planned day has signed in before the first act of that day. The
//! pipeline has no session.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::slot::Slot;
use super::timeline::{DemoAct, Planned, days};

/// Sign-ins and sign-outs around the work already planned.
pub(super) fn around(planned: &[Planned]) -> Vec<Planned> {
    let mut spans: BTreeMap<(i64, &'static str), (Slot, Slot)> = BTreeMap::new();
    let visits = visits();
    let acts = planned.iter().map(|(at, act)| (*at, act)).filter_map(|(at, act)| {
        let by = person(act)?;
        Some((at, by))
    });
    for (at, by) in acts.chain(visits) {
        let span = spans.entry((at.day(), by)).or_insert((at, at));
        *span = (span.0.min(at), span.1.max(at));
    }
    let mut chance = Chance::of("sessions");
    let mut sessions = Vec::with_capacity(spans.len() * 2);
    for ((_, by), (first, last)) in spans {
        let start = first.earlier(3 + chance.minutes(16));
        if chance.below(100) < 3 {
            sessions.push((start.earlier(1), DemoAct::SignInFails { by }));
        }
        sessions.push((start, DemoAct::SignIn { by }));
        if chance.below(100) < 55 {
            sessions.push((last.later(6 + chance.minutes(50)), DemoAct::SignOut { by }));
        }
    }
    sessions
}

/// Readers look in about once a week; Leilani only since she joined.
fn visits() -> Vec<(Slot, &'static str)> {
    let mut chance = Chance::of("visits");
    let mut visits = Vec::new();
    for day in days().filter(|day| *day >= 0) {
        for (by, since, odds) in [("Chloé Vasseur", 249, 22), ("Leilani Kahale", 145, 14)] {
            if day <= since && chance.below(100) < odds {
                visits.push((Slot::working(day, 540 + chance.minutes(420)), by));
            }
        }
    }
    visits.push((Slot::ago(190), "Chloé Vasseur"));
    visits
}

fn person(act: &DemoAct) -> Option<&'static str> {
    match act {
        DemoAct::SignIn { by }
        | DemoAct::SignInFails { by }
        | DemoAct::SignOut { by }
        | DemoAct::RegisterModel { by, .. }
        | DemoAct::PushPrompt { by, .. }
        | DemoAct::Withdraw { by, .. }
        | DemoAct::Remark { by, .. }
        | DemoAct::DeniedVote { by, .. }
        | DemoAct::DeniedRegister { by, .. }
        | DemoAct::DeniedForeign { by, .. } => Some(by),
        DemoAct::Vote { vote, .. } => Some(vote.by),
        DemoAct::ChangeRole(change) => Some(change.by),
        DemoAct::AskGate { .. } => None,
    }
}

/// Which of two acts planned for the same minute comes first.
pub(super) fn rank(act: &DemoAct) -> u8 {
    match act {
        DemoAct::SignInFails { .. } => 0,
        DemoAct::SignIn { .. } => 1,
        DemoAct::ChangeRole(_) => 2,
        DemoAct::RegisterModel { .. } | DemoAct::PushPrompt { .. } => 3,
        DemoAct::DeniedVote { .. }
        | DemoAct::DeniedRegister { .. }
        | DemoAct::DeniedForeign { .. } => 4,
        DemoAct::Vote { .. } | DemoAct::Withdraw { .. } | DemoAct::Remark { .. } => 5,
        DemoAct::AskGate { .. } => 6,
        DemoAct::SignOut { .. } => 7,
    }
}
