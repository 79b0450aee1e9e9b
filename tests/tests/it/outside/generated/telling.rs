//! Telling a tale: its records, written step by step.
//!
//! Invariant: what is written depends on the tale alone, never on what a twist made of the log.

use serde_json::{Value, json};
use tests::chance::Chance;
use tests::paper::{ADA, BOB, By, DEVICE, KIT, Log, MAX, SERVICE, STRAY, Signer, subject, uuid};

use super::tale::{After, Past, Tale, Voter};

/// A tale while it is told.
pub(super) struct Telling<'tale> {
    tale: &'tale Tale,
    by: By,
    chance: Chance,
    noises: u64,
}

impl<'tale> Telling<'tale> {
    pub(super) fn of(tale: &'tale Tale) -> Self {
        let by = if tale.two_founders { By::Dual(ADA, MAX) } else { By::Single(ADA) };
        Self { tale, by, chance: Chance::of_seed(tale.seed ^ 0x7e11), noises: 0 }
    }

    pub(super) fn tell(mut self, log: &mut Log) {
        self.found(log);
        for voter in &self.tale.voters {
            self.join(log, voter);
        }
        self.ask(log);
        self.decide(log);
        self.go_on(log);
    }

    fn found(&mut self, log: &mut Log) {
        let tale = self.tale;
        let mut policies: Vec<Value> = ["model", "prompt"]
            .into_iter()
            .flat_map(|kind| ["low", "medium", "high"].map(|tier| log.policy(kind, tier, 1, &[])))
            .collect();
        if !tale.policy_changed {
            let same = |one: &Value, key: &str| one[key] == tale.policy[key];
            policies.retain(|one| !(same(one, "resource_type") && same(one, "tier")));
            policies.push(tale.policy.clone());
        }
        let by = self.by;
        log.write("genesis", |log| log.genesis(by, &policies));
        self.chat(log);
        if tale.recovered {
            let anew = ADA.with_key(ADA.seed + STRAY);
            log.write("ada's new key", |log| log.key_enroll(anew, By::Recovery));
            self.by = By::Single(anew);
        }
        if tale.second_admin {
            let by = self.by;
            let By::Single(first) = by else { unreachable!("two founders have their second") };
            log.write("max is enrolled", |log| log.key_enroll(MAX, by));
            log.write("max is granted", |log| log.role_grant(MAX, "ADMIN", None, by));
            self.by = By::Dual(MAX, first);
        }
        if tale.policy_changed {
            let by = self.by;
            log.write("policy", |log| log.policy_change(&tale.policy, by));
        }
        self.chat(log);
    }

    fn join(&mut self, log: &mut Log, voter: &Voter) {
        let (by, Voter { who, person, group, role, past, .. }) = (self.by, voter);
        log.write(&format!("{who} is enrolled"), |log| log.key_enroll(*person, by));
        self.chat(log);
        let grant = |log: &mut Log, step: &str, role: &str| {
            log.write(&format!("{who} {step}"), |log| log.role_grant(*person, role, *group, by));
        };
        match past {
            Past::Promoted(from) => grant(log, "begins", from),
            Past::Regranted => {
                grant(log, "begins", role);
                log.write(&format!("{who} is taken out"), |log| log.role_revoke(*person, by));
            }
            Past::Plain | Past::Rotated | Past::TwoKeys => {}
        }
        grant(log, "is granted", role);
        if matches!(past, Past::Rotated | Past::TwoKeys) {
            let anew = person.with_key(person.seed + STRAY);
            log.write(&format!("{who}'s new key"), |log| log.key_enroll(anew, by));
        }
        if *past == Past::Rotated {
            let ends = |log: &Log| log.key_revoke(*person, "retired", 0, by);
            log.write(&format!("{who}'s old key ends"), ends);
        }
        self.chat(log);
    }

    fn ask(&mut self, log: &mut Log) {
        let (tale, maker) = (self.tale, self.maker());
        let name = tale.subject["name"].as_str().unwrap();
        let later = name.starts_with("prompt/") && !name.ends_with("@1");
        if let (true, Some((line, _))) = (later, name.split_once('@')) {
            let first = subject(&format!("{line}@1"), b"first");
            log.write("first version", |log| log.make(first, tale.tier, MAX));
        }
        log.write("making", |log| {
            let mut draft = log.make(tale.subject.clone(), tale.tier, maker);
            if later {
                "prompt.update".clone_into(&mut draft.action);
            }
            if tale.by_service {
                draft.metadata["makers"] = json!([MAX.actor, SERVICE]);
            }
            draft
        });
        self.chat(log);
        if tale.aside {
            self.aside(log);
        }
        log.write("request", |log| log.request("making", 1, maker));
        self.chat(log);
    }

    /// Whoever makes and asks; one of those who vote only without four eyes.
    fn maker(&self) -> Signer {
        let Tale { by_service, own_work, policy, voters, .. } = self.tale;
        match (by_service, *own_work && policy["four_eyes"] == false) {
            (true, _) => Signer { actor: SERVICE, ..MAX },
            (false, true) => voters[0].person,
            (false, false) => MAX,
        }
    }

    /// A decision on something else, by somebody who votes on this as well.
    fn aside(&mut self, log: &mut Log) {
        let voter = self.tale.voters[0].signer();
        let other = subject("model/aside@1", b"aside");
        log.write("other making", |log| log.make(other, "low", MAX));
        log.write("other request", |log| log.request("other making", 2, MAX));
        log.write("other vote", |log| log.vote("other request", voter, "REJECTED"));
        log.write("other end", |log| log.outcome("other request", "approval.reject"));
    }

    fn decide(&mut self, log: &mut Log) {
        let tale = self.tale;
        let (last, before) = tale.voters.split_last().unwrap();
        for voter in before {
            self.vote(log, voter, "APPROVED");
        }
        self.vote(log, last, if tale.rejected { "REJECTED" } else { "APPROVED" });
        let action = if tale.rejected { "approval.reject" } else { "approval.approve" };
        log.write("final", |log| log.outcome("request", action));
        self.chat(log);
    }

    fn vote(&mut self, log: &mut Log, voter: &Voter, decision: &str) {
        let conditions = voter.conditions.as_ref().filter(|_| decision == "APPROVED");
        log.write(&format!("{} votes", voter.who), |log| {
            let mut draft = log.vote("request", voter.signer(), decision);
            if let Some((ends, scope)) = conditions {
                let ends = ends.map(|after| log.stamp(log.now() + after));
                draft.say("/conditions", json!({"expires_at": ends, "scope": scope}));
            }
            draft
        });
        if !std::ptr::eq(voter, self.tale.voters.last().unwrap()) {
            self.chat(log);
        }
    }

    /// What comes after the decision.
    fn go_on(&mut self, log: &mut Log) {
        let (tale, by) = (self.tale, self.by);
        let voter = &tale.voters[self.chance.below(tale.voters.len())];
        let (who, signer) = (voter.who, voter.signer());
        match tale.after {
            After::Revoked if !tale.rejected => {
                log.write("revocation", |log| log.revocation("request", signer));
            }
            After::Retired => {
                let ends = |log: &Log| log.key_revoke(signer, "retired", 0, by);
                log.write(&format!("{who}'s key ends"), ends);
            }
            After::Compromised(ago) => {
                let since = log.now_seq().saturating_sub(ago);
                let ends = |log: &Log| log.key_revoke(signer, "compromised", since, by);
                log.write(&format!("{who}'s key ends"), ends);
            }
            After::AdminCompromised(ago) => self.lose_an_admins_key(log, ago),
            After::RoleTaken => {
                log.write(&format!("{who} is let go"), |log| log.role_revoke(signer, by));
            }
            After::Lapsed => log.wait(12_000),
            After::NewPolicy => {
                let mut policy = tale.policy.clone();
                policy["approvals"] = json!(9);
                log.write("next policy", |log| log.policy_change(&policy, by));
            }
            After::Nothing | After::Revoked => {}
        }
        self.chat(log);
    }

    /// Max, where he is an admin, goes on with another key.
    fn lose_an_admins_key(&mut self, log: &mut Log, ago: u64) {
        let By::Dual(one, two) = self.by else { return };
        let (by, anew) = (self.by, MAX.with_key(MAX.seed + STRAY));
        let since = log.now_seq().saturating_sub(ago);
        log.write("max's new key", |log| log.key_enroll(anew, by));
        let change = |signer: Signer| if signer == MAX { anew } else { signer };
        let by = By::Dual(change(one), change(two));
        log.write("max's key ends", |log| log.key_revoke(MAX, "compromised", since, by));
        self.by = by;
    }

    /// Records that have nothing to do with the decision.
    fn chat(&mut self, log: &mut Log) {
        for _ in 0..self.chance.below(self.tale.chatter + 1) {
            self.noises += 1;
            let (number, by, step) = (self.noises, self.by, format!("noise {}", self.noises));
            match self.chance.below(5) {
                0 => log.write(&step, |log| {
                    let other = subject(&format!("model/other@{number}"), b"other");
                    log.make(other, "low", BOB)
                }),
                1 => log.write(&step, |log| {
                    let device = uuid(0xde00 + number);
                    let key = DEVICE.with_key(0x33).public_text();
                    let body = json!({"device_id": device, "public_key": key});
                    log.act("device.enroll", body, by)
                }),
                2 => log.wait(i64::try_from(self.chance.below(40)).unwrap()),
                _ => log.write(&step, |log| log.remark([ADA, BOB, KIT][number as usize % 3])),
            }
        }
    }
}
