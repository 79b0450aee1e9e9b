//! The questions that a store which stands in for the real one hands on as they are.
//!
//! Invariant: nothing is answered here but by the field `real`; what a stand-in does otherwise
//! (`commit`, `size`, `head`, `request`), it writes out itself.

/// Everything of `store::Store` but `commit`, `size`, `head` and `request`, answered by `self.real`.
#[macro_export]
macro_rules! as_stored {
    () => {
        fn workspace(&self) -> ::store::Answer<'_, ::store::WorkspaceRow> {
            self.real.workspace()
        }

        fn idempotent(&self, key: &str) -> ::store::Answer<'_, Option<String>> {
            self.real.idempotent(key)
        }

        fn rows(
            &self,
            tenant: &::ledger::TenantId,
            from: u64,
            limit: u32,
        ) -> ::store::Answer<'_, Vec<::store::StoredRow>> {
            self.real.rows(tenant, from, limit)
        }

        fn hashes(
            &self,
            tenant: &::ledger::TenantId,
            places: &[::ledger::tree::StoredHash],
        ) -> ::store::Answer<'_, Vec<::ledger::Digest>> {
            self.real.hashes(tenant, places)
        }

        fn row(
            &self,
            tenant: &::ledger::TenantId,
            seq: u64,
        ) -> ::store::Answer<'_, Option<::store::StoredRow>> {
            self.real.row(tenant, seq)
        }

        fn attestations(
            &self,
            tenant: &::ledger::TenantId,
            digests: &[::ledger::Digest],
        ) -> ::store::Answer<'_, ::std::collections::BTreeMap<::ledger::Digest, Vec<u8>>> {
            self.real.attestations(tenant, digests)
        }

        fn audit(
            &self,
            query: ::store::AuditQuery,
        ) -> ::store::Answer<'_, Vec<::store::StoredRow>> {
            self.real.audit(query)
        }

        fn facets(&self, tenant: &::ledger::TenantId) -> ::store::Answer<'_, ::store::Facets> {
            self.real.facets(tenant)
        }

        fn checkpoint(
            &self,
            tenant: &::ledger::TenantId,
        ) -> ::store::Answer<'_, Option<::store::StoredCheckpoint>> {
            self.real.checkpoint(tenant)
        }

        fn put_checkpoint(
            &self,
            tenant: &::ledger::TenantId,
            checkpoint: ::store::StoredCheckpoint,
        ) -> ::store::Answer<'_, ()> {
            self.real.put_checkpoint(tenant, checkpoint)
        }

        fn people(&self) -> ::store::Answer<'_, Vec<::governance::state::Person>> {
            self.real.people()
        }

        fn person(
            &self,
            id: &::ledger::Actor,
        ) -> ::store::Answer<'_, Option<::governance::state::Person>> {
            self.real.person(id)
        }

        fn services(&self) -> ::store::Answer<'_, Vec<::governance::state::ServiceAccount>> {
            self.real.services()
        }

        fn service(
            &self,
            id: &::ledger::Actor,
        ) -> ::store::Answer<'_, Option<::governance::state::ServiceAccount>> {
            self.real.service(id)
        }

        fn tenants(&self) -> ::store::Answer<'_, Vec<::governance::state::Tenant>> {
            self.real.tenants()
        }

        fn model(
            &self,
            tenant: &::ledger::TenantId,
            name: &::ledger::Name,
            version: &::ledger::Version,
        ) -> ::store::Answer<'_, Option<::governance::state::ModelRecord>> {
            self.real.model(tenant, name, version)
        }

        fn model_card(
            &self,
            tenant: &::ledger::TenantId,
            name: &::ledger::Name,
            version: &::ledger::Version,
        ) -> ::store::Answer<'_, Option<String>> {
            self.real.model_card(tenant, name, version)
        }

        fn models(
            &self,
            query: ::store::NamesQuery,
        ) -> ::store::Answer<'_, Vec<::store::Newest<::governance::state::ModelRecord>>> {
            self.real.models(query)
        }

        fn model_versions(
            &self,
            tenant: &::ledger::TenantId,
            name: &::ledger::Name,
        ) -> ::store::Answer<'_, Vec<::governance::state::ModelRecord>> {
            self.real.model_versions(tenant, name)
        }

        fn prompt(
            &self,
            tenant: &::ledger::TenantId,
            name: &::ledger::Name,
            version: u32,
        ) -> ::store::Answer<'_, Option<::governance::state::PromptRecord>> {
            self.real.prompt(tenant, name, version)
        }

        fn prompt_text(
            &self,
            tenant: &::ledger::TenantId,
            name: &::ledger::Name,
            version: u32,
        ) -> ::store::Answer<'_, Option<String>> {
            self.real.prompt_text(tenant, name, version)
        }

        fn prompts(
            &self,
            query: ::store::NamesQuery,
        ) -> ::store::Answer<'_, Vec<::store::Newest<::governance::state::PromptRecord>>> {
            self.real.prompts(query)
        }

        fn prompt_versions(
            &self,
            tenant: &::ledger::TenantId,
            name: &::ledger::Name,
        ) -> ::store::Answer<'_, Vec<::governance::state::PromptRecord>> {
            self.real.prompt_versions(tenant, name)
        }

        fn version_standings(
            &self,
            tenant: &::ledger::TenantId,
            kind: ::ledger::SubjectKind,
            which: ::store::WhichVersions,
        ) -> ::store::Answer<'_, Vec<::store::VersionStanding>> {
            self.real.version_standings(tenant, kind, which)
        }

        fn requests_of(
            &self,
            tenant: &::ledger::TenantId,
            ids: &[::ledger::RequestId],
        ) -> ::store::Answer<'_, Vec<::governance::state::ApprovalRequest>> {
            self.real.requests_of(tenant, ids)
        }

        fn requests(
            &self,
            query: ::store::RequestsQuery,
        ) -> ::store::Answer<'_, Vec<::governance::state::ApprovalRequest>> {
            self.real.requests(query)
        }

        fn open_requests(
            &self,
            tenant: &::ledger::TenantId,
        ) -> ::store::Answer<'_, Vec<::governance::state::ApprovalRequest>> {
            self.real.open_requests(tenant)
        }

        fn most_urgent(
            &self,
            query: ::store::OpenQuery,
        ) -> ::store::Answer<'_, Vec<::store::Urgent>> {
            self.real.most_urgent(query)
        }

        fn open_alike(
            &self,
            tenant: &::ledger::TenantId,
            now: ::ledger::Timestamp,
        ) -> ::store::Answer<'_, Vec<::store::Alike>> {
            self.real.open_alike(tenant, now)
        }

        fn next_expiry(
            &self,
            tenant: &::ledger::TenantId,
            after: ::ledger::Timestamp,
        ) -> ::store::Answer<'_, Option<::ledger::Timestamp>> {
            self.real.next_expiry(tenant, after)
        }

        fn others_wrote(&self) -> ::store::Answer<'_, i64> {
            self.real.others_wrote()
        }

        fn request_counts(
            &self,
            tenant: &::ledger::TenantId,
        ) -> ::store::Answer<'_, ::store::RequestCounts> {
            self.real.request_counts(tenant)
        }

        fn secrets(&self) -> ::store::Answer<'_, Vec<::store::SecretRow>> {
            self.real.secrets()
        }

        fn sealed_counts(&self) -> ::store::Answer<'_, ::std::collections::BTreeMap<String, u64>> {
            self.real.sealed_counts()
        }

        fn sealed_under(
            &self,
            key_id: &str,
            column: ::store::SealedColumn,
            after: Option<&::ledger::RecordId>,
        ) -> ::store::Answer<'_, Vec<::store::SealedValue>> {
            self.real.sealed_under(key_id, column, after)
        }

        fn sealed(
            &self,
            tenant: &::ledger::TenantId,
            column: ::store::SealedColumn,
            row_id: &::ledger::RecordId,
        ) -> ::store::Answer<'_, Option<String>> {
            self.real.sealed(tenant, column, row_id)
        }

        fn put_draft(&self, draft: ::store::DraftRow) -> ::store::Answer<'_, ()> {
            self.real.put_draft(draft)
        }

        fn draft(
            &self,
            tenant: &::ledger::TenantId,
            person: &::ledger::Actor,
            place: &str,
        ) -> ::store::Answer<'_, Option<::store::DraftRow>> {
            self.real.draft(tenant, person, place)
        }

        fn drop_draft(
            &self,
            tenant: &::ledger::TenantId,
            person: &::ledger::Actor,
            place: &str,
        ) -> ::store::Answer<'_, ()> {
            self.real.drop_draft(tenant, person, place)
        }

        fn copy_to(
            &self,
            file: ::std::path::PathBuf,
            watch: ::store::CopyWatch,
        ) -> ::store::Answer<'_, ()> {
            self.real.copy_to(file, watch)
        }

        fn check(&self) -> ::store::Answer<'_, ()> {
            self.real.check()
        }
    };
}
