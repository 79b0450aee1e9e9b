//! Lies of an insider at places that chance picks: in the log, hashed, signed and proven anew, or in
//! what is exported of it.
//!
//! Invariant: each changes something that is tied to something else, so that evidence with it in
//! must be refused. What a bundle cannot tell, and what may say anything, is in `evidence::hidden`
//! and `evidence::fields`; neither is drawn here.

use ledger::Digest;
use serde_json::{Value, json};
use tests::chance::Chance;
use tests::paper::{
    ADA, BOB, DEVICE, Draft, EVE, KIT, Log, MAX, Plan, STRAY, Slip, Survey, Twist, at, place, skip,
    subject, uuid,
};

use super::tale::Tale;
use crate::evidence::fields::{is_free, others, scalars};

type OfPlan = Box<dyn Fn(&mut Plan, &Log)>;
type OfBundle = Box<dyn Fn(&mut Value, &Log)>;

/// What an insider does.
pub(super) struct Lie {
    pub(super) what: String,
    twists: Vec<Twist>,
    plan: OfPlan,
    bundle: OfBundle,
}

impl Lie {
    fn none(what: String) -> Self {
        Self { what, twists: Vec::new(), plan: Box::new(|_, _| {}), bundle: Box::new(|_, _| {}) }
    }

    fn in_log(what: String, twist: Twist) -> Self {
        Self { twists: vec![twist], ..Self::none(what) }
    }

    /// The export and its bundle with this lie in them.
    pub(super) fn told(&self, tale: &Tale, survey: &Survey) -> Value {
        let mut log = tale.told(self.twists.clone());
        assert_eq!(log.twisted().len(), self.twists.len(), "{}: found no step", self.what);
        let mut plan = log.plan(survey);
        (self.plan)(&mut plan, &log);
        let mut bundle = log.export(&plan);
        (self.bundle)(&mut bundle, &log);
        bundle
    }

    /// Any lie about evidence of this log.
    pub(super) fn drawn(log: &Log, survey: &Survey, chance: &mut Chance) -> Self {
        let ground = Ground { log, survey };
        match chance.below(8) {
            0 => ground.about_a_decision(chance),
            1 => ground.about_an_act(chance),
            2 => ground.about_the_request(chance),
            3 => ground.about_what_is_shown(chance),
            4 => ground.about_the_bundle(chance),
            _ => ground.about_a_field(chance),
        }
    }
}

/// The honest log that is lied about.
struct Ground<'a> {
    log: &'a Log,
    survey: &'a Survey,
}

fn any<'a, T>(list: &'a [T], chance: &mut Chance) -> &'a T {
    &list[chance.below(list.len())]
}

impl Ground<'_> {
    /// The steps in evidence of which this holds.
    fn steps(&self, holds: impl Fn(&Value) -> bool) -> Vec<String> {
        let all = self.survey.steps.iter();
        all.filter(|step| holds(&self.log.leaf(self.log.seq(step)))).cloned().collect()
    }

    /// The page says that a vote by somebody without the role does not count. Whether a statement
    /// that names a false role may lie in a bundle, where nothing depends on its counting, it does
    /// not say: ours refuses it, the outside reader passes over it.
    fn is_unsaid(&self, path: &str) -> bool {
        self.survey.outcome == "REJECTED" && path.ends_with("/reviewer/role")
    }

    /// A vote or a revocation that says something else than is on record, or is by another key.
    fn about_a_decision(&self, chance: &mut Chance) -> Lie {
        let steps = self.steps(|leaf| leaf["metadata"].get("attestation_sha256").is_some());
        let step = any(&steps, chance);
        let said: [(&str, Value); 15] = [
            ("/reviewer/name", json!("Bob Joyce")),
            ("/reviewer/role", json!("ADMIN")),
            ("/reviewer/id", json!(ADA.actor)),
            ("/policy/sha256", json!(Digest::of(b"another policy"))),
            ("/tenant_id", json!("elsewhere")),
            ("/workspace_id", json!(uuid(0xe))),
            ("/request/id", json!(uuid(0x3_0009))),
            ("/request/makers", json!([])),
            ("/request/requested_by", json!(EVE.actor)),
            ("/request/reason", json!("ready enough")),
            ("/reviewed/documents/card", json!(Digest::of(b"another card"))),
            ("/reviewed/log_root", json!(Digest::of(b"a root"))),
            ("/meaning", json!("I have seen this.")),
            ("/reason", json!("limits held")),
            ("/correlation_id", json!(uuid(0xc1))),
        ];
        let mut way = chance.below(said.len() + 6);
        if said.get(way).is_some_and(|(path, _)| self.is_unsaid(path)) {
            way = 0;
        }
        let what = format!("{step}, way {way}");
        let twist = match said.get(way).cloned() {
            Some((path, value)) => at(step, move |vote, _| vote.say(path, value.clone())),
            None => at(step, move |vote, log| twist_a_decision(vote, log, way - 15)),
        };
        Lie::in_log(what, twist)
    }

    /// An act of authority that its admins did not sign like this.
    fn about_an_act(&self, chance: &mut Chance) -> Lie {
        let steps = self.steps(|leaf| leaf["metadata"].get("change").is_some());
        let step = any(&steps, chance);
        let way = chance.below(12);
        let what = format!("{step}, way {way}");
        Lie::in_log(what, at(step, move |act, log| twist_an_act(act, log, way)))
    }

    fn about_the_request(&self, chance: &mut Chance) -> Lie {
        let way = chance.below(14);
        let votes = self.steps(|leaf| leaf["action"] == "approval.vote");
        let last = votes.iter().max_by_key(|step| self.log.seq(step)).unwrap().clone();
        let (step, twist): (&str, Twist) = match way {
            0 => ("request", at("request", |asked, _| asked.put("/makers", json!([])))),
            1 => (
                "request",
                at("request", |asked, _| {
                    let name = asked.metadata["subject"]["name"].as_str().unwrap().to_owned();
                    asked.put("/subject", subject(&name, b"other bytes"));
                }),
            ),
            2 => ("request", at("request", |asked, _| asked.put("/documents", json!({})))),
            3 => {
                let other = json!(Digest::of(b"no policy"));
                (
                    "request",
                    at("request", move |asked, _| asked.put("/policy_sha256", other.clone())),
                )
            }
            4 => (
                "request",
                at("request", |asked, _| {
                    let is_null = asked.metadata["expires_at"].is_null();
                    let end =
                        if is_null { json!("2026-03-03T12:00:00.000000Z") } else { json!(null) };
                    asked.put("/expires_at", end);
                }),
            ),
            5 => ("making", at("making", |made, _| made.put("/makers", json!([KIT.actor])))),
            6 => (
                "making",
                at("making", |made, _| {
                    let other = if made.action == "model.register" { "prompt" } else { "model" };
                    made.action = format!("{other}.register");
                }),
            ),
            7 => ("final", at("final", |end, _| KIT.actor.clone_into(&mut end.actor))),
            8 => ("final", at("final", |end, _| end.correlation = uuid(0xc1))),
            9 => ("final", at("final", |end, _| end.device = json!(null))),
            10 => (
                "final",
                at("final", |end, _| {
                    let rejects = end.action == "approval.reject";
                    let other = if rejects { "approval.approve" } else { "approval.reject" };
                    other.clone_into(&mut end.action);
                }),
            ),
            11 => (
                "final",
                at("final", |end, _| {
                    let votes = end.metadata["attestations"].as_array().unwrap()[1..].to_vec();
                    end.put("/attestations", votes);
                }),
            ),
            12 => ("final", at("final", |end, _| end.put("/request_id", uuid(0x3_0009)))),
            _ => (&last, skip(&last)),
        };
        Lie::in_log(format!("{step}, way {way}"), twist)
    }

    /// Records that are left out or added, and an effect or outcome that is not so.
    fn about_what_is_shown(&self, chance: &mut Chance) -> Lie {
        let ends = ["key.revoke", "role.revoke", "model.revoke", "prompt.revoke"];
        let told = self.steps(|leaf| !ends.contains(&leaf["action"].as_str().unwrap()));
        let all: Vec<&String> = self.survey.steps.iter().collect();
        let (shown, any_of) = (any(&told, chance).clone(), (*any(&all, chance)).clone());
        // The request must stay where the export can find it.
        let more = self.log.steps().iter().position(|step| !self.survey.steps.contains(step));
        let ways = if more.is_some() { 8 } else { 5 };
        let way = chance.below(ways);
        let what = format!("shown, way {way} of {shown} or {any_of}");
        let plan: OfPlan = Box::new(move |plan, log| match way {
            0 => hide(plan, log, &shown),
            1 => drop(plan.held.remove(&log.seq(&any_of))),
            2 => drop(plan.listed.remove(&log.seq(&any_of))),
            3 => {
                let other = if plan.effect == "in_force" { "lapsed" } else { "in_force" };
                other.clone_into(&mut plan.effect);
            }
            4 => {
                let other = if plan.outcome == "APPROVED" { "REJECTED" } else { "APPROVED" };
                other.clone_into(&mut plan.outcome);
            }
            5 => plan.held.extend(more),
            6 => plan.listed.extend(more),
            _ => {
                plan.listed.extend(more);
                plan.held.extend(more);
            }
        });
        Lie { plan, ..Lie::none(what) }
    }

    /// The parts of the bundle do not fit each other.
    fn about_the_bundle(&self, chance: &mut Chance) -> Lie {
        let (way, pick) = (chance.below(13), chance.next());
        let what = format!("bundle, way {way}, pick {}", pick % 1_000);
        if way == 0 {
            let plan: OfPlan = Box::new(move |plan, _| {
                plan.log_key = [DEVICE.with_key(STRAY), ADA, KIT][(pick % 3) as usize];
            });
            return Lie { plan, ..Lie::none(what) };
        }
        let bundle: OfBundle = Box::new(move |bundle, log| misfit(bundle, log, way, pick));
        Lie { bundle, ..Lie::none(what) }
    }

    /// Any field of a record or statement that is tied to something.
    fn about_a_field(&self, chance: &mut Chance) -> Lie {
        loop {
            let all: Vec<&str> =
                self.survey.steps.iter().map(String::as_str).chain(["genesis"]).collect();
            let step = (*any(&all, chance)).to_owned();
            let leaf = self.log.leaf(self.log.seq(&step));
            let bound = self.log.bound(self.log.seq(&step));
            let signed = !bound.is_empty() && chance.below(2) == 0;
            let whole = match bound.first().filter(|_| signed) {
                Some(envelope) => serde_json::from_slice(envelope.payload()).unwrap(),
                None => leaf.clone(),
            };
            let mut found = Vec::new();
            scalars(&whole, "", &mut found);
            let (path, old) = any(&found, chance).clone();
            let values = others(&old);
            let loose = is_loose(leaf["action"].as_str().unwrap(), signed, &path);
            // Of two admins the record repeats the second; the first was at their own device.
            let own = ["/predicate/device_id", "/predicate/correlation_id", "/predicate/reason"];
            let of_the_first = bound.len() == 2 && signed && own.contains(&path.as_str());
            if values.is_empty() || loose || of_the_first || self.is_unsaid(&path) {
                continue;
            }
            let value = any(&values, chance).clone();
            let what = format!("{step}, signed {signed}, {path}: {value}");
            let twist = at(&step, move |draft, _| {
                if signed {
                    *place(draft.statement(0), &path) = value.clone();
                } else {
                    draft.leaf = Some((path.clone(), value.clone()));
                }
            });
            return Lie::in_log(what, twist);
        }
    }
}

/// Free, or tied only by how far a time or a number is changed, or only by the policy's demands.
fn is_loose(action: &str, signed: bool, path: &str) -> bool {
    let times = ["/timestamp_utc", "/decided_at", "/requested_at", "/opened_at"];
    let chosen = path.contains("/conditions/") || times.iter().any(|end| path.ends_with(end));
    let makes = matches!(action, "model.register" | "prompt.register" | "prompt.update");
    // What a making says is believed where the request repeats it.
    let of_making = ["/metadata/tier", "/metadata/makers", "/metadata/subject/digest"];
    let repeated = makes && of_making.iter().any(|begin| path.starts_with(begin));
    let kin = match action {
        "prompt.register" | "prompt.update" => "model.register",
        "approval.reject" => "approval.approve",
        other => other,
    };
    chosen || repeated || is_free(kin, signed, path)
}

fn twist_a_decision(vote: &mut Draft, log: &Log, way: usize) {
    match way {
        0 => vote.sign_with(0, BOB.with_key(STRAY + 0x1a)),
        1 => vote.sign_with(0, if vote.actor == BOB.actor { EVE } else { BOB }),
        2 => {
            let name = vote.statement(0)["subject"][0]["name"].as_str().unwrap().to_owned();
            vote.statement(0)["subject"] = json!([subject(&name, b"other")]);
        }
        3 => vote.say("/decided_at", log.stamp(vote.at - 301)),
        4 => vote.say("/decided_at", log.stamp(vote.at + 1)),
        _ => {
            let seq = log.seq("request") as u64;
            vote.say("/reviewed/log_size", seq);
            vote.say("/reviewed/log_root", json!(log.past().root_at(seq).unwrap()));
        }
    }
}

fn twist_an_act(act: &mut Draft, log: &Log, way: usize) {
    let said = |act: &mut Draft, path: &str, value: Value| act.say(path, value);
    match way {
        0 => act.slips.clear(),
        1 => act.sign_with(0, EVE.with_key(STRAY + EVE.seed)),
        2 => {
            let other = if act.metadata["control"] == "single" { "dual" } else { "single" };
            act.put("/control", other);
        }
        3 => act.put("/control", "recovery"),
        4 => act.put("/change/id", uuid(0x2_9999)),
        5 => act.put("/change/reason", "no reason"),
        6 => said(act, "/reviewer/role", json!("APPROVER")),
        7 => said(act, "/tenant_id", json!("elsewhere")),
        8 => said(act, "/meaning", json!("I propose.")),
        9 => said(act, "/reviewed/log_root", json!(Digest::of(b"a root"))),
        10 => said(act, "/reviewer/name", json!("Nobody")),
        _ => {
            act.metadata["change"]["proposed_by"] = json!(BOB.actor);
            log.sign_change_again(act);
        }
    }
    if way == 3 && act.actor == KIT.actor {
        act.put("/control", "single");
    }
}

fn hide(plan: &mut Plan, log: &Log, step: &str) {
    plan.listed.remove(&log.seq(step));
    plan.held.remove(&log.seq(step));
}

/// Where `pick` is a number of no meaning, that chooses an entry.
fn misfit(bundle: &mut Value, log: &Log, way: usize, pick: u64) {
    let nth = |bundle: &Value, key: &str| {
        let count = bundle[key].as_array().unwrap().len() as u64;
        (usize::try_from(pick % count).unwrap(), usize::try_from((pick + 1) % count).unwrap())
    };
    let (key, next_key) = nth(bundle, "keys");
    let (record, next) = nth(bundle, "records");
    let (one, another) = nth(bundle, "attestations");
    match way {
        1 => bundle["policy"]["approvals"] = json!(7),
        2 => bundle["subject"]["digest"] = json!({"sha256": Digest::of(b"other")}),
        3 => bundle["keys"][key]["owner"] = bundle["keys"][next_key]["owner"].clone(),
        4 => drop(bundle["keys"].as_array_mut().unwrap().remove(key)),
        5 => drop(bundle["attestations"].as_array_mut().unwrap().remove(one)),
        6 => {
            let again = bundle["attestations"][one].clone();
            bundle["attestations"].as_array_mut().unwrap().push(again);
        }
        7 => {
            let other = bundle["attestations"][another]["signatures"].clone();
            bundle["attestations"][one]["signatures"] = other;
        }
        8 => bundle["records"][record]["proof"] = bundle["records"][next]["proof"].clone(),
        9 => {
            let proofs = bundle["consistency"].as_object_mut().unwrap();
            let size = proofs.keys().nth(key % proofs.len()).unwrap().clone();
            proofs.remove(&size);
        }
        10 => {
            let note = log.note(log.now_seq() - 1, DEVICE);
            bundle["checkpoint"] = json!(note.text());
        }
        11 => drop(bundle["records"].as_array_mut().unwrap().remove(record)),
        _ => {
            let mut envelope = bundle["attestations"][one].clone();
            let payload = envelope["payload"].as_str().unwrap();
            let payload = ledger::digest::from_base64(payload).unwrap();
            let mut statement: Value = serde_json::from_slice(&payload).unwrap();
            statement["predicate"]["nonce"] = json!("0".repeat(32));
            let bytes = Slip::Open(statement, MAX).envelope().to_canonical().unwrap();
            envelope = serde_json::from_slice(&bytes).unwrap();
            bundle["attestations"][one] = envelope;
        }
    }
}
