//! Tenants never meet: the check before any tenant-scoped resource is returned or changed.
//!
//! Invariant 5: access is granted only when both sides name the same, non-empty tenant. It will
//! not normalise: tenant ids are compared byte by byte.

use crate::SecurityError;
use crate::error::TenantFault;

/// The tenant check.
#[derive(Debug, Clone, Copy)]
pub struct TenantContext;

impl TenantContext {
    /// Demands that the resource belongs to the tenant of the request.
    ///
    /// # Errors
    /// [`SecurityError::TenantIsolation`] when either is empty (or blank) or they differ.
    pub fn validate_access(
        resource_tenant: &str,
        request_tenant: &str,
    ) -> Result<(), SecurityError> {
        if resource_tenant.trim().is_empty() {
            return Err(TenantFault::ResourceTenantEmpty.into());
        }
        if request_tenant.trim().is_empty() {
            return Err(TenantFault::RequestTenantEmpty.into());
        }
        if resource_tenant != request_tenant {
            return Err(TenantFault::Mismatch {
                resource_tenant: resource_tenant.to_owned(),
                request_tenant: request_tenant.to_owned(),
            }
            .into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::TenantContext;
    use crate::error::TenantFault::{self, Mismatch, RequestTenantEmpty, ResourceTenantEmpty};

    fn mismatch(resource: &str, request: &str) -> TenantFault {
        Mismatch { resource_tenant: resource.to_owned(), request_tenant: request.to_owned() }
    }

    #[test]
    fn access_needs_the_same_tenant_on_both_sides() {
        let cases = [
            ("credit", "credit", None),
            ("_workspace", "_workspace", None),
            ("credit", "fraud", Some(mismatch("credit", "fraud"))),
            ("credit", "Credit", Some(mismatch("credit", "Credit"))),
            ("credit", "credit ", Some(mismatch("credit", "credit "))),
            ("credit", "credit2", Some(mismatch("credit", "credit2"))),
            ("credit", "_workspace", Some(mismatch("credit", "_workspace"))),
            ("", "credit", Some(ResourceTenantEmpty)),
            ("credit", "", Some(RequestTenantEmpty)),
            ("", "", Some(ResourceTenantEmpty)),
            (" ", " ", Some(ResourceTenantEmpty)),
        ];
        for (resource, request, fault) in cases {
            let expected = fault.map_or(Ok(()), |fault| Err(fault.into()));
            assert_eq!(
                TenantContext::validate_access(resource, request),
                expected,
                "{resource:?} {request:?}"
            );
        }
    }
}
