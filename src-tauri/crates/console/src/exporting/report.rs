//! The evidence report: what a bundle proves, for a person to read and to print.
//!
//! Invariant: made of sound evidence alone, in one file without script, image or foreign address;
//! every text of others is escaped, and its hidden characters are drawn. It says what it does not
//! prove.

use ledger::checkpoint::Origin;
use ledger::digest::to_base64;
use ledger::offline::{Bundle, Evidence};
use ledger::replay::VoteState;
use ledger::{Actor, AuditRecord, Decision, Effect, Status, tree};

use super::report_page::{Cell, escaped, page, table};
use crate::failure::ConsoleError;

/// What no bundle proves (formats.md, "Evidence bundle").
const NOT_PROVEN: [&str; 3] = [
    "That the log holds nothing more on the matter: that is the signed word of whoever exported it. \
     A completeness range of the whole log proves it.",
    "That the clocks were right: the order is the log's, the times are those of the consoles.",
    "Under “single” control: that the one administrator did not invent the reviewer.",
];

/// The report on a bundle that was judged sound.
pub(super) fn report(bundle: &Bundle, evidence: &Evidence) -> Result<String, ConsoleError> {
    let title = format!("{} · {}", bundle.subject.name, verdict(evidence));
    let mut body = format!(
        "<header><p class=\"kind\">Evidence of a decision</p><h1>{}</h1><p class=\"verdict {}\">{}\
         </p></header>",
        escaped(&bundle.subject.name.to_string()),
        if evidence.outcome == Status::Approved { "approved" } else { "rejected" },
        verdict(evidence),
    );
    body.push_str(&section("What was decided on", &what(bundle, evidence)));
    body.push_str(&section("Who decided, when and why", &votes(bundle, evidence)?));
    body.push_str(&section("Under which policy", &policy(bundle)));
    body.push_str(&section("Who could let them", &control(evidence)));
    body.push_str(&section("Records of the log", &records(bundle)?));
    body.push_str(&section("Proof", &proof(bundle, evidence)));
    body.push_str(&section("What this does not prove", &list(&NOT_PROVEN)));
    Ok(page(&title, &body))
}

/// Outcome and effect in words.
fn verdict(evidence: &Evidence) -> &'static str {
    match (evidence.outcome, evidence.effect.effect) {
        (Status::Approved, Effect::InForce) => "Approved, in force",
        (Status::Approved, Effect::Lapsed) => "Approved for a time that is over",
        (Status::Approved, Effect::Revoked) => "Approved, then revoked",
        (Status::Approved, Effect::Void) => "Approval void: it rests on a compromised key",
        (Status::Approved, Effect::None) | (Status::Pending, _) => "Not approved",
        (Status::Rejected, _) => "Rejected",
    }
}

fn section(title: &str, content: &str) -> String {
    format!("<section><h2>{title}</h2>{content}</section>")
}

fn list(lines: &[&str]) -> String {
    let items: String = lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
    format!("<ul>{items}</ul>")
}

fn what(bundle: &Bundle, evidence: &Evidence) -> String {
    let request = &evidence.request;
    let makers: Vec<String> =
        request.metadata.makers.iter().map(|maker| person(maker, evidence)).collect();
    let tier = request.metadata.tier.map_or("none", |tier| tier.as_str());
    let mut rows = vec![
        [Cell::text("Subject"), Cell::code(bundle.subject.name.to_string())],
        [Cell::text("Digest"), Cell::code(bundle.subject.digest.to_string())],
    ];
    for (name, digest) in &request.metadata.documents {
        rows.push([Cell::text(format!("Reviewed beside it: {name}")), Cell::code(digest.to_hex())]);
    }
    rows.extend([
        [Cell::text("Tier"), Cell::text(tier)],
        [Cell::text("Request"), Cell::code(request.metadata.request_id.to_string())],
        [Cell::text("Requested by"), Cell::text(person(&request.requested_by, evidence))],
        [Cell::text("Requested at (UTC)"), Cell::text(request.requested_at.to_string())],
        [Cell::text("Reason"), Cell::text(&request.reason)],
        [Cell::text("Made by"), Cell::text(makers.join(", "))],
        [Cell::text("Tenant"), Cell::code(bundle.tenant_id.to_string())],
        [Cell::text("Workspace"), Cell::code(bundle.workspace_id.to_string())],
    ]);
    table(None, &rows)
}

/// A person by the name enrolled, where the records of the bundle enrol them, and by their id.
fn person(actor: &Actor, evidence: &Evidence) -> String {
    let keys = evidence.meaning.authority().keys_ever();
    match keys.filter(|key| key.owner == *actor).last() {
        Some(key) => format!("{} ({actor})", key.name),
        None => actor.to_string(),
    }
}

fn votes(bundle: &Bundle, evidence: &Evidence) -> Result<String, ConsoleError> {
    let mut text = String::new();
    for vote in &evidence.request.votes {
        text.push_str(&one_vote(vote, bundle));
    }
    for (seq, signer) in &evidence.request.revocations {
        let record = bundle.records.iter().find(|record| record.index == *seq);
        let Some(record) = record else { continue };
        let record = AuditRecord::parse(&record.leaf)?;
        let rows = [
            [Cell::text("Person"), Cell::text(person(&signer.person, evidence))],
            [Cell::text("Reason"), Cell::text(&record.parts().reason)],
            [
                Cell::text("On record at (UTC)"),
                Cell::text(record.parts().timestamp_utc.to_string()),
            ],
            [Cell::text("Record"), Cell::text(seq.to_string())],
            [Cell::text("Key"), Cell::code(signer.keyid.to_hex())],
        ];
        text.push_str("<h3>Revoked</h3>");
        text.push_str(&table(None, &rows));
    }
    Ok(text)
}

fn one_vote(vote: &VoteState, bundle: &Bundle) -> String {
    let predicate = &vote.statement.predicate;
    let reviewed = &predicate.reviewed;
    let parts: Vec<&str> = reviewed.parts.iter().map(|part| part.as_str()).collect();
    let verb = match vote.decision {
        Decision::Approved => "Approved",
        Decision::Rejected => "Rejected",
        Decision::Revoked | Decision::Proposed => "Signed",
    };
    let counts = if vote.why_not.is_none() { "" } else { " (does not count)" };
    let checked = match (reviewed.artefact_checked, vote.decision) {
        (true, Decision::Approved) => "checked, matches",
        // Whoever rejects may have found another one.
        (true, Decision::Rejected | Decision::Revoked | Decision::Proposed) => "checked",
        (false, _) => "not checked",
    };
    let conditions = &predicate.conditions;
    let end = conditions.expires_at.map_or("none".to_owned(), |end| end.to_string());
    let scope = conditions.scope.as_ref().map_or("any".to_owned(), |scope| scope.join(", "));
    let mut envelopes = bundle.attestations.iter();
    let envelope = envelopes.find(|one| one.payload_sha256() == vote.payload_sha256);
    let signature = envelope.map(|envelope| envelope.signature().to_base64());
    let rows = [
        [Cell::text("Name"), Cell::text(&predicate.reviewer.name)],
        [Cell::text("Person"), Cell::code(vote.person.to_string())],
        [Cell::text("Role"), Cell::text(vote.role.map_or("none", |role| role.as_str()))],
        [Cell::text("Meaning"), Cell::text(&predicate.meaning)],
        [Cell::text("Reason"), Cell::text(&predicate.reason)],
        [Cell::text("Signed at (UTC)"), Cell::text(predicate.decided_at.to_string())],
        [Cell::text("Opened"), Cell::text(parts.join(", "))],
        [Cell::text("In front"), Cell::text(format!("{} s", reviewed.seconds))],
        [Cell::text("Artefact"), Cell::text(checked)],
        [Cell::text("Hidden characters"), Cell::text(reviewed.hidden_characters.to_string())],
        [Cell::text("Ends at (UTC)"), Cell::text(end)],
        [Cell::text("Environments"), Cell::text(scope)],
        [Cell::text("Record"), Cell::text(vote.seq.to_string())],
        [Cell::text("Key"), Cell::code(vote.keyid.to_hex())],
        [Cell::text("SHA-256 of what was signed"), Cell::code(vote.payload_sha256.to_hex())],
        [Cell::text("Signature (Ed25519)"), Cell::code(signature.unwrap_or_default())],
    ];
    let heading = format!("{verb}{counts}");
    format!("<h3>{heading}</h3>{}", table(None, &rows))
}

fn policy(bundle: &Bundle) -> String {
    let policy = &bundle.policy;
    let yes = |holds: bool| if holds { "yes" } else { "no" };
    let groups =
        if policy.groups.is_empty() { "none".to_owned() } else { policy.groups.join(", ") };
    let rows = [
        [Cell::text("For"), Cell::text(format!("{}s, tier {}", policy.resource_type, policy.tier))],
        [Cell::text("Approvals needed"), Cell::text(policy.approvals.to_string())],
        [Cell::text("Groups that must be represented"), Cell::text(groups)],
        [Cell::text("Four eyes"), Cell::text(yes(policy.four_eyes))],
        [Cell::text("Artefact must be checked"), Cell::text(yes(policy.artefact_check))],
    ];
    table(None, &rows)
}

fn control(evidence: &Evidence) -> String {
    if evidence.control.is_empty() {
        return "<p>Every act of authority behind this was signed by two administrators.</p>"
            .to_owned();
    }
    let rows: Vec<[Cell; 4]> = evidence
        .control
        .iter()
        .map(|act| {
            [
                Cell::text(act.seq.to_string()),
                Cell::text(act.action.as_str()),
                Cell::code(&act.resource),
                Cell::text(act.control.as_str()),
            ]
        })
        .collect();
    let intro = "<p>These acts of authority were not signed by two administrators: “single” is one \
                 administrator alone, “recovery” the recovery kit.</p>";
    format!("{intro}{}", table(Some(["Record", "Act", "On", "Control"]), &rows))
}

fn records(bundle: &Bundle) -> Result<String, ConsoleError> {
    let row = |record: &ledger::offline::BundleRecord| -> Result<[Cell; 4], ConsoleError> {
        let parsed = AuditRecord::parse(&record.leaf)?;
        let parts = parsed.parts();
        Ok([
            Cell::text(record.index.to_string()),
            Cell::text(parts.timestamp_utc.to_string()),
            Cell::text(parts.action.as_str()),
            Cell::code(tree::leaf_hash(&record.leaf).to_hex()),
        ])
    };
    let rows: Vec<[Cell; 4]> = bundle.records.iter().map(row).collect::<Result<_, _>>()?;
    Ok(table(Some(["Record", "Written at (UTC)", "Action", "Leaf hash"]), &rows))
}

fn proof(bundle: &Bundle, evidence: &Evidence) -> String {
    let genesis = bundle.records.first().map(|record| tree::leaf_hash(&record.leaf).to_hex());
    let checkpoint = &evidence.checkpoint;
    let origin = Origin::new(&bundle.workspace_id, &bundle.tenant_id);
    let rows = [
        [Cell::text("Log"), Cell::code(origin.as_str())],
        [Cell::text("Genesis (leaf hash of record 0)"), Cell::code(genesis.unwrap_or_default())],
        [Cell::text("Records under the checkpoint"), Cell::text(checkpoint.size.to_string())],
        [Cell::text("Root"), Cell::code(to_base64(checkpoint.root.as_bytes()))],
        [Cell::text("Exported by"), Cell::text(person(&evidence.exported_by, evidence))],
        [Cell::text("Exported at (UTC)"), Cell::text(evidence.exported_at.to_string())],
    ];
    format!(
        "{}<pre>{}</pre><p>This page is a reading of evidence; what proves is the bundle that \
         <b>Save evidence</b> or <code>countersign evidence export</code> writes. Check it with <code>countersign evidence verify FILE --trust TRUST</code> and a trust file \
         that came to you another way than the bundle.</p>",
        table(None, &rows),
        escaped(&bundle.checkpoint)
    )
}
