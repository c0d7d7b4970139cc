//! What the other school did about a transfer, to those who see to it (MOV-5).

use std::collections::BTreeSet;

use db::{Tx, outbox::Event};
use kernel::{OrgId, PersonId, Role};
use movement::TransferMoved;
use serde::{Deserialize, Serialize};

use super::{Announcer, TRANSFERS};
use crate::{Error, NewLetter};

const KIND: &str = "movement.transfers";

#[derive(Serialize)]
struct Page {
    name: String,
    class: String,
    school: String,
    state: &'static str,
    reason: String,
    enrolled_on: Option<chrono::NaiveDate>,
    enrolment_number: String,
    enrolment_on: Option<chrono::NaiveDate>,
    due_on: Option<chrono::NaiveDate>,
    href: String,
}

/// The school that the event is for: not the one in which it happened.
pub(super) fn told(event: &Event) -> Option<OrgId> {
    (event.kind == TRANSFERS)
        .then(|| TransferMoved::deserialize(&event.payload).ok())
        .flatten()
        .map(|it| it.tell)
}

/// One letter to each secretary and deputy of the school.
pub(super) async fn letters(
    it: &Announcer,
    tx: &mut Tx,
    event: &Event,
) -> Result<Vec<NewLetter>, Error> {
    let said = TransferMoved::deserialize(&event.payload).map_err(|_| Error::StrangeEvent)?;
    let found = it.transfers.transfer(tx, said.transfer).await;
    let found = found.map_err(Error::neighbour)?;
    // It may have moved on since: that is told by another event.
    let Some(transfer) = found.filter(|it| it.state == said.state) else {
        return Ok(vec![]);
    };
    let schools = it.orgs.schools(tx).await.map_err(Error::neighbour)?;
    let other = transfer.other(said.tell);
    let name_of = |id: OrgId| schools.iter().find(|it| it.id == id);
    let Some(own) = name_of(said.tell) else {
        return Ok(vec![]);
    };
    let roles = [Role::Secretary, Role::Deputy];
    let holders = it.holders.holders(tx, &roles).await;
    let holders = holders.map_err(Error::neighbour)?;
    let people: BTreeSet<PersonId> = holders.into_iter().map(|it| it.1).collect();
    let page = Page {
        name: transfer.name(),
        class: transfer.class.clone(),
        school: name_of(other).map(|it| it.name.clone()).unwrap_or_default(),
        state: said.state.code(),
        reason: transfer.reason.clone(),
        enrolled_on: transfer.enrolled_on,
        enrolment_number: transfer.enrolment_number.clone(),
        enrolment_on: transfer.enrolment_on,
        due_on: said.state.waits_for().map(|_| transfer.due_on),
        href: format!(
            "{}/o/{}/movement/transfers/{}",
            it.site, own.code, transfer.id
        ),
    };
    let word = format!("mail.transfer.subject.{}", said.state.code());
    let text = it.views.part("mail/transfer.txt", &page)?.0;
    let html = it.views.part("mail/transfer.html", &page)?.0;
    let letter = |to: PersonId| NewLetter {
        to,
        kind: KIND,
        once: format!("event/{}", event.id),
        subject: it.views.word(&word),
        text: text.clone(),
        html: html.clone(),
        not_before: tx.now(),
        duty: true,
    };
    Ok(people.into_iter().map(letter).collect())
}
