//! The closed list of audit actions and of the types of what they act on (domain.md, "Audit
//! actions"; formats.md, "One log decides").

use serde::{Deserialize, Serialize};

use crate::LedgerError;
use crate::terms::words;

words!(
    /// What was done: dotted, never in the past participle.
    Action, "action" {
        /// Genesis of `_workspace`.
        WorkspaceCreate = "workspace.create",
        /// Genesis of a tenant.
        TenantCreate = "tenant.create",
        /// A tenant was closed.
        TenantArchive = "tenant.archive",
        /// Somebody signed in.
        SessionSignIn = "session.sign_in",
        /// A passphrase or name was wrong.
        SessionFail = "session.fail",
        /// The console was locked.
        SessionLock = "session.lock",
        /// The console was unlocked.
        SessionUnlock = "session.unlock",
        /// Somebody signed out.
        SessionSignOut = "session.sign_out",
        /// An account was made.
        UserCreate = "user.create",
        /// An account was closed.
        UserDisable = "user.disable",
        /// A role was given.
        RoleGrant = "role.grant",
        /// A role was taken.
        RoleRevoke = "role.revoke",
        /// A policy was set.
        PolicyChange = "policy.change",
        /// A person's key was enrolled.
        KeyEnroll = "key.enroll",
        /// A person's key was retired or found compromised.
        KeyRevoke = "key.revoke",
        /// The workspace secret was replaced.
        KeyRotate = "key.rotate",
        /// An installation's log key was enrolled.
        DeviceEnroll = "device.enroll",
        /// An installation's log key was retired.
        DeviceRevoke = "device.revoke",
        /// A service account's token was made.
        TokenCreate = "token.create",
        /// A token was used.
        TokenUse = "token.use",
        /// A token was ended.
        TokenRevoke = "token.revoke",
        /// A model version was registered.
        ModelRegister = "model.register",
        /// An approved model version was revoked.
        ModelRevoke = "model.revoke",
        /// A prompt was registered.
        PromptRegister = "prompt.register",
        /// A prompt got a new version.
        PromptUpdate = "prompt.update",
        /// An approved prompt version was revoked.
        PromptRevoke = "prompt.revoke",
        /// Approval was asked for.
        ApprovalRequest = "approval.request",
        /// Somebody voted.
        ApprovalVote = "approval.vote",
        /// The policy was satisfied.
        ApprovalApprove = "approval.approve",
        /// A rejection ended the request.
        ApprovalReject = "approval.reject",
        /// The requester took the request back.
        ApprovalWithdraw = "approval.withdraw",
        /// The request passed its time.
        ApprovalExpire = "approval.expire",
        /// A newer version took the request's place.
        ApprovalSupersede = "approval.supersede",
        /// Somebody commented.
        CommentAdd = "comment.add",
        /// A finding was opened.
        FindingOpen = "finding.open",
        /// A finding was answered.
        FindingAnswer = "finding.answer",
        /// A finding was closed.
        FindingClose = "finding.close",
        /// A reviewer asked for changes.
        ChangesRequest = "changes.request",
        /// A role did not allow it.
        PermissionDeny = "permission.deny",
        /// Another tenant's resource was asked for.
        TenantDeny = "tenant.deny",
        /// The gate said yes.
        GateAllow = "gate.allow",
        /// The gate said no.
        GateDeny = "gate.deny",
        /// Records were exported.
        AuditExport = "audit.export",
        /// The log was verified.
        AuditVerify = "audit.verify",
        /// Evidence was exported.
        EvidenceExport = "evidence.export",
        /// A protected value was read.
        DataDecrypt = "data.decrypt",
        /// The clock had gone wrong.
        ClockJump = "clock.jump",
        /// The anchor was moved forward over records found.
        AnchorAdvance = "anchor.advance",
        /// The anchor was set anew by an admin.
        AnchorReset = "anchor.reset",
        /// A backup was made.
        BackupCreate = "backup.create",
        /// A backup was restored.
        BackupRestore = "backup.restore",
    }
);

words!(
    /// Type of what was acted on.
    ResourceType, "resource type" {
        /// A model version.
        Model = "model",
        /// A prompt version.
        Prompt = "prompt",
        /// An act of authority that waits.
        Change = "change",
        /// A tenant.
        Tenant = "tenant",
        /// A policy, `<type>/<tier>`.
        Policy = "policy",
        /// A person's key.
        Key = "key",
        /// An installation.
        Device = "device",
        /// A person.
        Person = "person",
        /// A service account.
        Service = "service",
        /// The workspace.
        Workspace = "workspace",
        /// A workspace secret, by key id.
        Secret = "secret",
        /// A request.
        Request = "request",
        /// A tenant's log.
        Log = "log",
    }
);
