//! The timeline obeys the rules of domain.md, whatever today is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::{Catalogue, DemoAct, DemoSaid, DemoSubject, people};
use super::{MOMENTS, demo, year};

/// What a request is while the year is played.
#[derive(Debug, PartialEq, Eq, Clone)]
enum State {
    Pending(BTreeSet<&'static str>),
    Approved,
    Rejected,
    Withdrawn,
    Superseded,
}

/// Plays the year and checks every act against roles, makers and states.
#[derive(Default)]
struct Desk {
    roles: HashMap<(&'static str, &'static str), &'static str>,
    makers: HashMap<DemoSubject, &'static str>,
    states: BTreeMap<DemoSubject, State>,
    signed_in: BTreeSet<&'static str>,
    counts: BTreeMap<&'static str, usize>,
}

impl Desk {
    fn open(demo: &Catalogue) -> Self {
        let roles = demo.people.iter().flat_map(|person| {
            person.opening.iter().map(|(tenant, role)| ((person.name, *tenant), *role))
        });
        Self { roles: roles.collect(), ..Self::default() }
    }

    fn role(&self, name: &'static str, tenant: &'static str) -> &'static str {
        self.roles.get(&(name, tenant)).copied().unwrap_or("")
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn ask(&mut self, by: &'static str, subject: DemoSubject) {
        self.makers.insert(subject, by);
        let earlier = self.states.insert(subject, State::Pending(BTreeSet::new()));
        assert_eq!(earlier, None, "{subject:?} asked twice");
    }

    fn supersede_before(&mut self, subject: DemoSubject) {
        let DemoSubject::Prompt { prompt, version } = subject else { panic!("a prompt") };
        for older in 0..version {
            let state = self.states.get_mut(&DemoSubject::Prompt { prompt, version: older });
            let state = state.expect("versions arrive in order");
            if matches!(state, State::Pending(_)) {
                *state = State::Superseded;
            }
        }
    }

    fn vote(&mut self, demo: &Catalogue, by: &'static str, subject: DemoSubject, rejects: bool) {
        let tenant = demo.tenant_of(subject).unwrap();
        let role = self.role(by, tenant);
        assert!(["APPROVER", "ADMIN"].contains(&role), "{by} is {role:?} in {tenant}");
        assert_ne!(self.makers[&subject], by, "four eyes on {subject:?}");
        let state = self.states.get_mut(&subject).unwrap();
        let State::Pending(voters) = state else { panic!("{subject:?} is {state:?}") };
        assert!(voters.insert(by), "{by} votes twice on {subject:?}");
        if rejects {
            *state = State::Rejected;
        } else if voters.len() == demo.needed(subject) {
            *state = State::Approved;
        }
    }

    fn act(&mut self, demo: &Catalogue, act: &DemoAct) {
        match act {
            DemoAct::SignIn { by } => {
                assert!(self.roles.keys().any(|(name, _)| name == by), "{by} is not here yet");
                self.signed_in.insert(by);
                self.count("sign_in");
            }
            DemoAct::SignOut { by } => {
                assert!(self.signed_in.remove(by), "{by} signs out twice");
            }
            DemoAct::SignInFails { .. } => self.count("sign_in_fails"),
            DemoAct::RegisterModel { by, subject } => {
                assert_eq!(self.role(by, demo.tenant_of(*subject).unwrap()), "ADMIN");
                assert!(self.signed_in.contains(by));
                self.ask(by, *subject);
            }
            DemoAct::PushPrompt { by, subject } => {
                let tenant = demo.tenant_of(*subject).unwrap();
                assert_eq!(self.role(by, tenant), "ANALYST", "{by} {subject:?} {tenant}");
                assert!(self.signed_in.contains(by));
                self.supersede_before(*subject);
                self.ask(by, *subject);
            }
            DemoAct::Vote { vote, subject, rejects } => {
                assert!(self.signed_in.contains(vote.by), "{} is not signed in", vote.by);
                self.vote(demo, vote.by, *subject, *rejects);
                self.count("vote");
            }
            DemoAct::Withdraw { by, subject, reason } => {
                assert_eq!(self.makers[subject], *by);
                assert!(!reason.is_empty());
                let state = self.states.insert(*subject, State::Withdrawn).unwrap();
                assert_eq!(state, State::Pending(BTreeSet::new()), "{subject:?}");
            }
            DemoAct::Remark { by, maker, subject, remark } => {
                assert!(self.signed_in.contains(by), "{by} is not signed in");
                assert_eq!(self.makers[subject], *maker);
                assert!(matches!(self.states[subject], State::Pending(_)), "{subject:?}");
                let role = self.role(by, demo.tenant_of(*subject).unwrap());
                match remark.said {
                    DemoSaid::Comment | DemoSaid::Answer => assert_ne!(role, "VIEWER", "{by}"),
                    DemoSaid::Finding { .. } | DemoSaid::Closing | DemoSaid::ChangesWanted => {
                        assert!(["APPROVER", "ADMIN"].contains(&role), "{by} is {role:?}");
                        assert_ne!(by, maker, "four eyes on {subject:?}");
                    }
                }
                self.count("said");
            }
            DemoAct::AskGate { subject, yes } => {
                let approved = self.states[subject] == State::Approved;
                assert_eq!(*yes, approved, "{subject:?}");
                self.count(if *yes { "gate_yes" } else { "gate_no" });
            }
            DemoAct::ChangeRole(change) => self.change(change),
            DemoAct::DeniedVote { by, subject } => {
                let role = self.role(by, demo.tenant_of(*subject).unwrap());
                let maker = self.makers[subject] == *by;
                assert!(maker || ["ANALYST", "VIEWER"].contains(&role), "{by} may vote");
                assert!(matches!(self.states[subject], State::Pending(_)), "{subject:?}");
                self.count("denied");
            }
            DemoAct::DeniedRegister { by, subject } => {
                assert_ne!(self.role(by, demo.tenant_of(*subject).unwrap()), "ADMIN");
                self.count("denied");
            }
            DemoAct::DeniedForeign { by, tenant, subject } => {
                assert_ne!(self.role(by, tenant), "");
                assert_ne!(demo.tenant_of(*subject), Some(*tenant));
                assert_eq!(self.role(by, demo.tenant_of(*subject).unwrap()), "");
                self.count("denied");
            }
        }
    }

    fn change(&mut self, change: &people::DemoRoleChange) {
        assert_eq!(self.role(change.by, change.tenant), "ADMIN");
        let admins =
            self.roles.iter().filter(|((_, at), r)| *at == change.tenant && **r == "ADMIN");
        let dual = admins.count() > 1;
        if change.waits {
            assert!(dual && change.second.is_none());
            return;
        }
        assert_eq!(change.second.is_some(), dual, "{}", change.reason);
        if let Some(second) = change.second {
            assert_ne!(second, change.by);
            assert_eq!(self.role(second, change.tenant), "ADMIN");
        }
        match change.role {
            Some(role) => self.roles.insert((change.person, change.tenant), role),
            None => self.roles.remove(&(change.person, change.tenant)),
        };
        self.count("role_change");
    }
}

#[test]
fn the_year_obeys_the_rules_and_reaches_its_counts() {
    let demo = demo();
    let events = year(1, 845);
    let mut desk = Desk::open(&demo);
    for event in &events {
        desk.act(&demo, &event.act);
    }
    for person in demo.people {
        for (tenant, role) in person.roles {
            assert_eq!(desk.role(person.name, tenant), *role, "{} at the end", person.name);
        }
    }
    let of = |tenant: &str, wanted: fn(&State) -> bool| {
        let states = desk.states.iter();
        states.filter(|(s, state)| demo.tenant_of(**s) == Some(tenant) && wanted(state)).count()
    };
    let all = |wanted: fn(&State) -> bool| of(people::EU, wanted) + of(people::UK, wanted);
    let waiting = |state: &State| matches!(state, State::Pending(_));
    let half = |state: &State| matches!(state, State::Pending(votes) if votes.len() == 1);
    let records = events.len() + desk.states.len() * 2 + all(|s| *s == State::Superseded);
    println!("{} events, about {records} records, {:?}", events.len(), desk.counts);
    let shown = [
        ("waiting in retail-eu", of(people::EU, waiting), 15..=25),
        ("waiting in retail-uk", of(people::UK, waiting), 3..=10),
        ("waiting with one of two", all(half), 3..=8),
        ("rejected", all(|state| *state == State::Rejected), 10..=24),
        ("withdrawn", all(|state| *state == State::Withdrawn), 6..=12),
        ("superseded", all(|state| *state == State::Superseded), 8..=14),
        ("denied", desk.counts["denied"], 10..=40),
        ("said", desk.counts["said"], 9..=9),
        ("records", records, 3_000..=4_500),
    ];
    for (what, count, expected) in shown {
        println!("{what}: {count}");
        assert!(expected.contains(&count), "{what}: {count}, expected {expected:?}");
    }
}

#[test]
fn the_desk_of_this_test_refuses_what_it_must() {
    let demo = demo();
    let subject = DemoSubject::Model { model: 0, version: 0 };
    for by in ["Yusuf Demirel", "Priya Raghunathan", "Chloé Vasseur"] {
        let refused = std::panic::catch_unwind(|| {
            let mut desk = Desk::open(&demo);
            desk.ask("Yusuf Demirel", subject);
            desk.vote(&demo, by, subject, false);
        });
        assert!(refused.is_err(), "{by} voted");
    }
}

#[test]
fn the_order_is_the_same_today_and_on_any_other_day() {
    let acts = |(weekday, minute)| -> Vec<DemoAct> {
        year(weekday, minute).into_iter().map(|event| event.act).collect()
    };
    let first = acts(MOMENTS[0]);
    for moment in MOMENTS {
        assert_eq!(acts(moment), first, "{moment:?}");
    }
}

#[test]
fn offsets_fall_strictly_and_work_keeps_to_weekdays() {
    for (weekday, minute_of_day) in MOMENTS {
        let events = year(weekday, minute_of_day);
        let seconds: Vec<i64> = events.iter().map(|event| event.seconds_before_now).collect();
        assert!(seconds.is_sorted_by(|a, b| a > b), "{weekday} {minute_of_day}");
        assert!(seconds.iter().all(|ago| (1..=365 * 86_400).contains(ago)));
        let weekend = events.iter().filter(|event| {
            let ago = event.seconds_before_now - i64::from(minute_of_day) * 60;
            let days = if ago <= 0 { 0 } else { (ago - 1) / 86_400 + 1 };
            (i64::from(weekday) - days).rem_euclid(7) > 4 && event.seconds_before_now > 4 * 86_400
        });
        let share = weekend.count() * 100 / events.len();
        assert!(share <= 3, "{share} % at weekends");
    }
}

#[test]
fn the_inbox_of_the_picture_waits_at_the_end() {
    let demo = demo();
    let mut desk = Desk::open(&demo);
    for event in year(1, 845) {
        desk.act(&demo, &event.act);
    }
    let models: [(&str, &str, usize); 5] = [
        ("credit-pd", "7", 1),
        ("aml-triage", "4", 1),
        ("fraud-graph", "11", 0),
        ("affordability", "3", 0),
        ("collections-next", "2", 0),
    ];
    let prompts = [("sar-narrative", 5, 0), ("kyc-summary", 9, 0), ("dispute-reply", 9, 0)];
    let votes = |subject| {
        let State::Pending(votes) = &desk.states[&subject] else {
            panic!("{subject:?} is decided")
        };
        votes.len()
    };
    for (name, label, signed) in models {
        let eu = |m: &super::super::DemoModel| m.name == name && m.tenant == people::EU;
        let model = demo.models.iter().position(eu).unwrap();
        let version = demo.models[model].versions.len() - 1;
        assert_eq!(demo.models[model].versions[version].version, label);
        assert_eq!(votes(DemoSubject::Model { model, version }), signed, "{name}");
    }
    for (name, number, signed) in prompts {
        let prompt = demo.prompts.iter().position(|prompt| prompt.name == name).unwrap();
        assert_eq!(demo.prompts[prompt].versions.len(), number, "{name}");
        assert_eq!(votes(DemoSubject::Prompt { prompt, version: number - 1 }), signed, "{name}");
    }
}
