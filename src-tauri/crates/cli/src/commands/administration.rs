//! `user add|disable`, `role grant|revoke`, `tenant`, `device list|enroll|revoke`: acts of authority, proposed with the key of
//! the admin who asks.
//!
//! Invariant: nothing here approves: what a second admin must sign is named, and waits for them in
//! the console. Who is no admin is told so before anybody else is asked for a passphrase.

use std::path::Path;
use std::sync::Arc;

use console::Edge;
use console::pipeline::{
    ActLine, ChangeLine, DeviceActLine, DeviceLine, EnrolIn, EnrolledLine, Enrolment, GrantTexts,
    Passphrase, PersonLine, PersonTexts, Pipeline, TenantLine,
};

use crate::arguments::{Device, Global, Tenant};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign user add`
pub(crate) async fn add_person(
    texts: PersonTexts<'_>,
    file: Option<&Path>,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let (pipeline, admin) = asking::open_to_sign(global, edge).await?;
    let act = async || -> Result<ActLine, Failure> {
        pipeline.demand_admin().await?;
        let own = asking::new_passphrase(file, texts.name)?;
        Ok(pipeline.add_person(texts, &own, &admin).await?)
    };
    told(act().await, &pipeline, output).await
}

/// `countersign role grant`
pub(crate) async fn grant(
    texts: GrantTexts<'_>,
    file: Option<&Path>,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let (pipeline, admin) = asking::open_to_sign(global, edge).await?;
    let act = async || -> Result<ActLine, Failure> {
        pipeline.demand_admin().await?;
        let own = needed(&pipeline, texts.person.name, file).await?;
        Ok(pipeline.grant_role(texts, own.as_ref(), &admin).await?)
    };
    told(act().await, &pipeline, output).await
}

/// `countersign role revoke`
pub(crate) async fn revoke(
    name: &str,
    reason: &str,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let (pipeline, admin) = asking::open_to_sign(global, edge).await?;
    let act = pipeline.revoke_role(name, reason, &admin).await;
    told(act.map_err(Failure::from), &pipeline, output).await
}

/// `countersign tenant …`
pub(crate) async fn tenants(
    tenant: &Tenant,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let (pipeline, admin) = asking::open_workspace_to_sign(global, edge).await?;
    let printed = match tenant {
        Tenant::List => match pipeline.tenants().await {
            Ok(lines) => output.lines(&lines, tenant_row),
            Err(error) => Err(error.into()),
        },
        Tenant::Add { id, title, reason } => {
            match pipeline.add_tenant(id, title, reason, &admin).await {
                Ok(line) => output.document(&line, tenant_row),
                Err(error) => Err(error.into()),
            }
        }
    };
    pipeline.settle().await?;
    printed.map(|()| Status::Done)
}

/// `countersign device …`
pub(crate) async fn devices(
    device: &Device,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    match device {
        Device::List => {
            let pipeline = asking::open_for_person(global, edge).await?;
            let devices = pipeline.devices().await;
            pipeline.settle().await?;
            output.lines(&devices?, device_row)?;
        }
        Device::Enroll { reason } => {
            let (pipeline, admin) = asking::open_workspace_to_sign(global, edge).await?;
            let scope = global.tenant.as_ref().map_or(EnrolIn::Everywhere, |_| EnrolIn::Front);
            let lines = pipeline.enrol_device(scope, reason, &admin).await;
            pipeline.settle().await?;
            output.lines(&lines?, enrolled_row)?;
        }
        Device::Revoke { id, reason } => {
            let (pipeline, admin) = asking::open_to_sign(global, edge).await?;
            let act = pipeline.revoke_device(id, reason, &admin).await;
            pipeline.settle().await?;
            output.document(&act?, device_act_words)?;
        }
    }
    Ok(Status::Done)
}

/// `countersign user disable`
pub(crate) async fn disable(
    (name, reason): (&str, &str),
    row: fn(&PersonLine) -> String,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let (pipeline, admin) = asking::open_to_sign(global, edge).await?;
    let line = pipeline.disable_person(name, reason, &admin).await;
    pipeline.settle().await?;
    output.document(&line?, row)?;
    Ok(Status::Done)
}

/// The passphrase of the person themself, where they have no key in the tenant yet.
async fn needed(
    pipeline: &Pipeline,
    name: &str,
    file: Option<&Path>,
) -> Result<Option<Arc<Passphrase>>, Failure> {
    match pipeline.enrolment(name).await? {
        Enrolment::Here => Ok(None),
        Enrolment::Elsewhere => asking::own_passphrase(file, name).map(Some),
        Enrolment::Nowhere => asking::new_passphrase(file, name).map(Some),
    }
}

/// Denials and failures are on record too, and are vouched for before anything is told.
async fn told(
    act: Result<ActLine, Failure>,
    pipeline: &Pipeline,
    output: &mut Output,
) -> Result<Status, Failure> {
    pipeline.settle().await?;
    output.document(&act?, act_words)?;
    Ok(Status::Done)
}

fn act_words(line: &ActLine) -> String {
    let changes: Vec<String> = line.changes.iter().map(change_words).collect();
    format!("{} in {}\n{}", line.name, line.tenant_id, changes.join("\n"))
}

fn device_act_words(line: &DeviceActLine) -> String {
    format!("{} in {}\n{}", line.id, line.tenant_id, change_words(&line.change))
}

fn change_words(change: &ChangeLine) -> String {
    let ChangeLine { kind, seq, request_id, can_sign, .. } = change;
    match (seq, request_id) {
        (Some(seq), _) => format!("{kind} applies, under single control: record {seq}"),
        (None, Some(id)) => format!("{kind} {}", waits(id, can_sign)),
        (None, None) => (*kind).to_owned(),
    }
}

fn waits(request: &str, can_sign: &[String]) -> String {
    if can_sign.is_empty() {
        return format!("waits for a second admin, and nobody can sign it yet: request {request}");
    }
    let names = can_sign.join(", ");
    format!("waits for a second admin in the console ({names}): request {request}")
}

fn enrolled_row(line: &EnrolledLine) -> String {
    let EnrolledLine { tenant_id, id, state, seq, request_id, can_sign, .. } = line;
    let stands = match (*state, seq, request_id) {
        (_, _, Some(request)) => waits(request, can_sign),
        ("applied", Some(seq), _) => format!("enrolled, under single control: record {seq}"),
        ("known", Some(seq), _) => format!("enrolled already: record {seq}"),
        ("retired", Some(seq), _) => {
            format!("its log key was retired there, and is not enrolled again: record {seq}")
        }
        _ => (*state).to_owned(),
    };
    let alarm = line.alarm.map_or(String::new(), |title| {
        format!("\n  {title}. An admin ends this alarm in the console; until then it is only read.")
    });
    format!("{tenant_id}\t{id}\t{stands}{alarm}")
}

fn tenant_row(line: &TenantLine) -> String {
    let TenantLine { id, title, role, control, admins, archived_at } = line;
    let since = archived_at.as_ref().map_or(String::new(), |at| format!("\tarchived {at}"));
    format!("{id}\t{title}\t{role}\t{control} control\tadmins: {admins}{since}")
}

fn device_row(line: &DeviceLine) -> String {
    let here = if line.here { "this installation" } else { "elsewhere" };
    let until = line.revoked_seq.map_or(String::new(), |seq| format!(" to record {seq}"));
    format!("{}\t{here}\tfrom record {}{until}\t{}", line.id, line.enrolled_seq, line.keyid)
}
