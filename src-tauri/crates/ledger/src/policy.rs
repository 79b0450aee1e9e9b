//! Who must sign what: a policy for one type and tier of one tenant (formats.md, "Authority acts").
//!
//! Invariant: a policy asks for at least one person. It is known by the digest of its canonical
//! JSON, which requests pin and votes sign.

use serde::{Deserialize, Serialize};

use crate::ids::TenantId;
use crate::terms::{SubjectKind, Tier};
use crate::{Digest, LedgerError, json};

/// Most approvals that a policy can ask for.
pub const APPROVALS_LIMIT: u32 = 16;

/// A policy, with exactly these keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Distinct people whose approving votes are needed.
    pub approvals: u32,
    /// Whether each of them must have recomputed the artefact's checksum.
    pub artefact_check: bool,
    /// Seconds after which a request expires; `null`: never.
    pub expires_after_seconds: Option<u64>,
    /// Whether makers and requester are kept from voting.
    pub four_eyes: bool,
    /// Groups that must each be represented, by title.
    pub groups: Vec<String>,
    /// Seconds for which a passphrase stays good for signing; 0: every signature asks.
    pub reauth_seconds: u64,
    /// Models or prompts.
    pub resource_type: SubjectKind,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The tier.
    pub tier: Tier,
    /// Version of the format: 1.
    pub v: u8,
}

impl Policy {
    /// The policy that a genesis writes for a type and tier: two people for `high`, else one.
    pub fn standard(tenant_id: &TenantId, resource_type: SubjectKind, tier: Tier) -> Self {
        Self {
            approvals: match tier {
                Tier::High => 2,
                Tier::Medium | Tier::Low => 1,
            },
            artefact_check: false,
            expires_after_seconds: None,
            four_eyes: true,
            groups: Vec::new(),
            reauth_seconds: 0,
            resource_type,
            tenant_id: tenant_id.clone(),
            tier,
            v: 1,
        }
    }

    /// The six policies of a tenant's genesis: models, then prompts, each high, medium, low.
    pub fn standard_six(tenant_id: &TenantId) -> Vec<Self> {
        SubjectKind::ALL
            .iter()
            .flat_map(|kind| Tier::ALL.iter().map(|tier| Self::standard(tenant_id, *kind, *tier)))
            .collect()
    }

    /// Checks what its type cannot say.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when it asks for nobody, for too many, or names a group twice.
    pub fn check(&self) -> Result<(), LedgerError> {
        let refuse = |reason: &str| Err(LedgerError::format("policy", reason));
        if self.v != 1 {
            return refuse("a version other than 1");
        }
        if self.approvals == 0 || self.approvals > APPROVALS_LIMIT {
            return refuse("approvals must be 1 to 16");
        }
        let distinct: std::collections::BTreeSet<_> = self.groups.iter().collect();
        if distinct.len() != self.groups.len() || self.groups.iter().any(String::is_empty) {
            return refuse("a group is empty or named twice");
        }
        Ok(())
    }

    /// SHA-256 of the canonical JSON.
    ///
    /// # Errors
    /// [`LedgerError::Number`] when a duration passes 2^53 − 1.
    pub fn digest(&self) -> Result<Digest, LedgerError> {
        Ok(Digest::of(&json::canonical_of(self)?))
    }
}
