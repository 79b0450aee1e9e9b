//! The evidence of a decided request: everything that stands for it, in one file that a stranger
//! can check (formats.md, "Evidence bundle").
//!
//! Invariant: a bundle is made of a log that was read again from record 0 and holds; its export is
//! the last record under its checkpoint and lists what is in it; and it was verified by the log's
//! own trust file before it got its name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use governance::audit::{RecordDraft, Written};
use ledger::checkpoint::SignedCheckpoint;
use ledger::dsse::Envelope;
use ledger::metadata::ExportMetadata;
use ledger::offline::{Asked, Bundle, BundleKey, BundleParts, BundleRecord, Evidence};
use ledger::proof::Plan;
use ledger::replay::{Authority, Meaning, RequestState, bound_by};
use ledger::{
    Action, Actor, AuditRecord, Digest, Effect, RequestId, ResourceType, Statement, Status,
    TenantId,
};
use security::rbac::Action as Verb;

use super::report::report;
use super::{Destination, begin, fill};
use crate::failure::ConsoleError;
use crate::gate::{Root, Unverified};
use crate::rereading::Reading;
use crate::session::Session;
use crate::workspace::{Page, Workspace, Writes};

/// How evidence is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceForm {
    /// The bundle, which proves.
    Bundle,
    /// A page for a person, which tells what the bundle proves.
    Report,
}

/// Evidence that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedEvidence {
    /// Where it stands.
    pub path: PathBuf,
    /// `model/<name>@<version>` or `prompt/…`.
    pub subject: String,
    /// APPROVED or REJECTED.
    pub outcome: Status,
    /// Effect at the export.
    pub effect: Effect,
    /// The record of the export.
    pub seq: u64,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

/// What stands for a request, in the order of the log.
struct Chosen {
    request: RequestState,
    leaves: BTreeMap<u64, Vec<u8>>,
    envelopes: Vec<Envelope>,
    meaning: Meaning,
}

impl Workspace {
    /// Writes the evidence of a decided request of the session's tenant to a new file.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] for no such request, [`ConsoleError::Undecided`] while it is
    /// open, [`ConsoleError::NoLogKey`] on an installation that signs no checkpoints there,
    /// [`ConsoleError::Alarm`] for a log that cannot be trusted, [`ConsoleError::FileThere`].
    pub async fn export_evidence(
        &self,
        session: &Session,
        request_id: &RequestId,
        form: EvidenceForm,
        to: &Destination,
    ) -> Result<ExportedEvidence, ConsoleError> {
        let asked = (ResourceType::Request, request_id.as_str());
        let correlation_id = self.ids.correlation();
        self.permit(session, Verb::View, asked, &correlation_id).await?;
        if self.store.request(&session.tenant_id, request_id).await?.is_none() {
            return Err(self.not_here(session, request_id, &correlation_id).await);
        }
        let (path, file) = begin(to).await?;
        let (bundle, evidence, seq) = self.make_evidence(session, request_id).await?;
        let bytes = bundle.to_canonical()?;
        let bytes = match form {
            EvidenceForm::Bundle => bytes,
            EvidenceForm::Report => report(&bundle, &evidence)?.into_bytes(),
        };
        let file = fill(file, bytes).await?;
        let sha256 = file.digest();
        crate::session::off_thread(move || file.keep()).await??;
        Ok(ExportedEvidence {
            path,
            subject: bundle.subject.name.to_string(),
            outcome: evidence.outcome,
            effect: evidence.effect.effect,
            seq,
            sha256,
        })
    }

    /// Puts the export on record, signs over it and makes the bundle.
    pub(super) async fn make_evidence(
        &self,
        session: &Session,
        request_id: &RequestId,
    ) -> Result<(Bundle, Evidence, u64), ConsoleError> {
        let tenant = &session.tenant_id;
        self.demand_log_key(tenant).await?;
        // Whatever was found ahead of the anchor goes on record before, not behind, the export.
        self.settle().await?;
        let (chosen, export) = self.record_export(session, request_id).await?;
        let signed = self.sign_at(tenant, export + 1).await?;
        let bundle = self.bundle(tenant, chosen, export, &signed).await?;
        let now = self.now();
        let asked = Asked { now, artefact: None, environment: None, max_age_micros: None };
        let evidence = bundle.verify(&self.trust(tenant).await?, &asked)?;
        Ok((bundle, evidence, export))
    }

    /// Chooses what stands for the request and records that it is exported, on one head of the log.
    async fn record_export(
        &self,
        session: &Session,
        request_id: &RequestId,
    ) -> Result<(Chosen, u64), ConsoleError> {
        let tenant = &session.tenant_id;
        let mut earlier: Option<Reading> = None;
        // The long reading lets others work; under the turn only what is new is read.
        self.holds(tenant, &mut earlier).await?;
        loop {
            let _turn = self.turn().await;
            let mut page = self.page(tenant, &self.ids.correlation()).await?;
            let reading = self.holds(tenant, &mut earlier).await?;
            if reading.size() != page.head.size {
                continue;
            }
            let chosen = self.choose(tenant, request_id, reading).await?;
            let written = record(&mut page, &session.person, request_id, &chosen)?;
            if self.write(vec![page], Writes::default()).await? {
                let row = self.store.row(tenant, written.seq).await?;
                let leaf = row.ok_or(ConsoleError::Damaged { what: "the record of the export" })?;
                let mut chosen = chosen;
                chosen.leaves.insert(written.seq, leaf.leaf);
                return Ok((chosen, written.seq));
            }
        }
    }

    /// The log, read on, if it holds against the anchor.
    async fn holds<'a>(
        &self,
        tenant: &TenantId,
        earlier: &'a mut Option<Reading>,
    ) -> Result<&'a Reading, ConsoleError> {
        match self.trusted(tenant, None, Root::Anchor, earlier).await? {
            Ok((reading, _)) => Ok(reading),
            Err(Unverified(detail)) => Err(ConsoleError::unsound(detail)),
        }
    }

    async fn choose(
        &self,
        tenant: &TenantId,
        request_id: &RequestId,
        reading: &Reading,
    ) -> Result<Chosen, ConsoleError> {
        let replay = &reading.replay;
        let request = replay.requests().request(request_id);
        let request = request.ok_or(ConsoleError::NotFound { what: "request" })?;
        if request.metadata.change.is_some() {
            let reason = "a change has no evidence of its own: what rests on it shows it";
            return Err(ConsoleError::Input { what: "request", reason });
        }
        let records = replay.meaning().records_of(request).ok_or(ConsoleError::Undecided)?;
        let (mut leaves, mut envelopes) = (BTreeMap::new(), Vec::new());
        let authority = Authority::of_excerpt(self.row.id.clone(), tenant.clone());
        let mut meaning = Meaning::new(authority);
        for seq in records {
            let row = self.store.row(tenant, seq).await?;
            let leaf = row.ok_or(ConsoleError::Damaged { what: "a record of the log" })?.leaf;
            let bound = bound_by(&AuditRecord::parse(&leaf)?)?;
            let found = self.store.attestations(tenant, &bound).await?;
            meaning.read(seq, &leaf, &found, replay.past())?;
            for digest in &bound {
                let bytes =
                    found.get(digest).ok_or(ConsoleError::Damaged { what: "a statement" })?;
                envelopes.push(Envelope::parse(bytes)?);
            }
            leaves.insert(seq, leaf);
        }
        Ok(Chosen { request: request.clone(), leaves, envelopes, meaning })
    }

    async fn bundle(
        &self,
        tenant: &TenantId,
        chosen: Chosen,
        export: u64,
        signed: &SignedCheckpoint,
    ) -> Result<Bundle, ConsoleError> {
        let size = export + 1;
        let mut records = Vec::new();
        for (index, leaf) in chosen.leaves {
            let proof = self.prove(tenant, &Plan::inclusion(index, size)?).await?;
            records.push(BundleRecord { index, leaf, proof });
        }
        let mut consistency = BTreeMap::new();
        for seen in seen_sizes(&chosen.envelopes)? {
            consistency.insert(seen, self.prove(tenant, &Plan::consistency(seen, size)?).await?);
        }
        let policy = chosen.request.policy.clone();
        let parts = BundleParts {
            keys: keys(&chosen.envelopes, chosen.meaning.authority())?,
            attestations: chosen.envelopes,
            checkpoint: signed.text().to_owned(),
            consistency,
            policy: policy.ok_or(ConsoleError::Undecided)?,
            records,
            subject: chosen.request.metadata.subject,
        };
        Ok(Bundle::new(self.row.id.clone(), tenant.clone(), parts))
    }
}

/// Adds the record of the export to a page.
fn record(
    page: &mut Page<'_>,
    actor: &Actor,
    request_id: &RequestId,
    chosen: &Chosen,
) -> Result<Written, ConsoleError> {
    let at = page.records.next()?.at;
    let digests: BTreeSet<Digest> = chosen.envelopes.iter().map(Envelope::payload_sha256).collect();
    let metadata = ExportMetadata {
        attestations: digests.into_iter().collect(),
        effect: chosen.meaning.effect_of(&chosen.request, at, None).effect,
        outcome: chosen.request.status,
        records: chosen.leaves.keys().copied().collect(),
        request_id: request_id.clone(),
    };
    let resource = (ResourceType::Request, request_id.to_string());
    page.record(actor, RecordDraft::of(Action::EvidenceExport, resource, "", &metadata)?)
}

/// The sizes of the log that signers saw.
fn seen_sizes(envelopes: &[Envelope]) -> Result<BTreeSet<u64>, ConsoleError> {
    let mut sizes = BTreeSet::new();
    for envelope in envelopes {
        sizes.insert(Statement::parse(envelope.payload())?.predicate.reviewed.log_size);
    }
    sizes.remove(&0);
    Ok(sizes)
}

/// The keys of exactly the signers.
fn keys(envelopes: &[Envelope], authority: &Authority) -> Result<Vec<BundleKey>, ConsoleError> {
    let signers: BTreeSet<Digest> = envelopes.iter().map(|envelope| *envelope.keyid()).collect();
    let key = |keyid: Digest| {
        let enrolled = authority.key(&keyid).map(|key| (key.owner.clone(), key.public_key));
        let recovery = authority.recovery_key().map(|key| (Actor::System, *key));
        let (owner, public_key) = enrolled
            .or(recovery.filter(|(_, key)| key.keyid() == keyid))
            .ok_or(ConsoleError::Damaged { what: "the key of a signer" })?;
        Ok(BundleKey { keyid, owner, public_key })
    };
    signers.into_iter().map(key).collect()
}
