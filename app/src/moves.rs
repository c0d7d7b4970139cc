//! Pupils of the demonstration who go from school to school (MOV-5): one
//! leaves the first school, one comes to it, another is asked for. Through the
//! use cases, so that orders, extracts and letters are there.

use chrono::NaiveDate;
use db::Db;
use kernel::{Actor, OrgId};
use movement::{
    ClassRegister, Details, LeavingReason, NewRequest, OrderDraft, OrderKind, OrderLine,
};

use crate::{Config, decisions::holder, wire};

/// So far from the end of the school's list is the pupil who goes: those with
/// a part in the demonstration stand elsewhere.
const FROM_THE_END: usize = 3;

/// Makes the transfers, once, where there are two schools.
pub(crate) async fn make(db: &Db, config: &Config, today: NaiveDate) -> anyhow::Result<()> {
    let services = wire::services(db, config)?;
    let tree = services.org.tree().await?;
    let mut schools: Vec<OrgId> = tree
        .into_iter()
        .filter(|it| it.kind.is_school())
        .map(|it| it.id)
        .collect();
    schools.sort_unstable();
    let [first, second, ..] = schools[..] else {
        return Ok(());
    };
    let role = kernel::Role::Secretary;
    let here = holder(db, &services.identity, first, role).await?;
    let there = holder(db, &services.identity, second, role).await?;
    let (Some(here), Some(there)) = (here, there) else {
        return Ok(());
    };
    if !services.transfers.list(&here).await?.transfers.is_empty() {
        return Ok(());
    }
    leave(db, &services, &here, second, today).await?;
    leave(db, &services, &there, first, today).await?;
    let [last_name, first_name, middle_name, file_number, note] = demo::ASKED_FOR;
    let request = NewRequest {
        school: first,
        last_name: last_name.to_owned(),
        first_name: first_name.to_owned(),
        middle_name: middle_name.to_owned(),
        born_on: today - chrono::Days::new(4_200),
        file_number: file_number.to_owned(),
        snils: String::new(),
        note: note.to_owned(),
    };
    services.transfers.ask(&there, &request).await?;
    Ok(())
}

/// A pupil of the actor's school leaves for another one today.
async fn leave(
    db: &Db,
    services: &wire::Services,
    actor: &Actor,
    to: OrgId,
    today: NaiveDate,
) -> anyhow::Result<()> {
    let mut tx = db.begin(actor).await?;
    let mut members = movement::Register.enrolled(&mut tx, today).await?;
    tx.commit().await?;
    members.retain(|it| it.since < today);
    members.sort_by_key(|it| it.pupil);
    let Some(pupil) = members.iter().rev().nth(FROM_THE_END).map(|it| it.pupil) else {
        return Ok(());
    };
    let line = OrderLine::leave(pupil, String::new(), LeavingReason::OtherSchool);
    let draft = OrderDraft {
        kind: OrderKind::Leaving,
        ordered_on: today,
        effective_on: today,
        basis: demo::ASKED_FOR[4].to_owned(),
        lines: vec![line.with(Details {
            to_school: Some(to),
            ..Details::default()
        })],
    };
    let id = services.movement.draft(actor, draft).await?;
    services.movement.issue(actor, id, 1).await?;
    Ok(())
}
