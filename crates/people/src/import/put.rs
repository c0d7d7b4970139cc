//! Writing the cards of a list that were looked at.

use std::collections::HashMap;

use db::Tx;
use kernel::PersonId;
use serde_json::json;

use super::book::{Changed, Looked};
use crate::{
    CardKind, Consent, ConsentId, ConsentKind, Details, Error, NewConsent, person::CleanPerson,
    store,
};

/// Enters those who have no card, in order.
pub(super) async fn enter(
    tx: &mut Tx,
    kind: CardKind,
    cards: &[Looked],
) -> Result<Vec<PersonId>, Error> {
    let new: Vec<(CleanPerson, Details)> = cards
        .iter()
        .filter(|it| it.person.is_none())
        .filter_map(|it| it.clean.clone())
        .collect();
    if new.is_empty() {
        return Ok(vec![]);
    }
    let (mut pupils, mut parents, mut staff) = (vec![], vec![], vec![]);
    for (person, details) in new {
        match details {
            Details::Pupil(it) => pupils.push((person, it)),
            Details::Parent(it) => parents.push((person, it)),
            Details::Staff(it) => staff.push((person, it)),
        }
    }
    match kind {
        CardKind::Pupil => store::enter_pupils(tx, &pupils).await,
        CardKind::Parent => store::enter_parents(tx, &parents).await,
        CardKind::Staff => store::enter_staff(tx, &staff).await,
    }
}

pub(super) fn created(people: &[PersonId], cards: &[Looked]) -> Vec<PersonId> {
    people
        .iter()
        .zip(cards)
        .filter(|it| it.1.person.is_none())
        .map(|it| *it.0)
        .collect()
}

/// Changes the cards that are other than the list says; what they were.
pub(super) async fn overwrite(
    tx: &mut Tx,
    kind: CardKind,
    cards: &[Looked],
) -> Result<Vec<Changed>, Error> {
    let (mut writes, mut changed) = (vec![], vec![]);
    for it in cards.iter().filter(|it| it.is_other_card()) {
        if let (Some(id), Some((person, details)), Some(before)) =
            (it.person, &it.clean, &it.before)
        {
            changed.push(Changed {
                person: id,
                fields: before.fields.clone(),
                details: json!(before.details),
            });
            writes.push(store::Overwrite {
                id,
                seen: before.seen,
                person: person.clone(),
                details: details.clone(),
            });
        }
    }
    store::overwrite(tx, kind, &writes).await?;
    Ok(changed)
}

pub(super) async fn consent(
    tx: &mut Tx,
    cards: &[(PersonId, &Looked)],
) -> Result<Vec<ConsentId>, Error> {
    let consent = |(subject, it): &(PersonId, &Looked)| {
        Some(NewConsent {
            subject: *subject,
            given_by: None,
            kind: ConsentKind::Processing,
            document: String::new(),
            signed_on: it.consent?,
        })
    };
    let consents: Vec<NewConsent> = cards.iter().filter_map(consent).collect();
    if consents.is_empty() {
        return Ok(vec![]);
    }
    store::record_consents(tx, &consents).await
}

pub(super) async fn restrict(
    tx: &mut Tx,
    kind: CardKind,
    cards: &[(PersonId, &Looked)],
) -> Result<Vec<(PersonId, String)>, Error> {
    let people: Vec<PersonId> = cards
        .iter()
        .filter(|it| !it.1.store.is_empty())
        .map(|it| it.0)
        .collect();
    if people.is_empty() {
        return Ok(vec![]);
    }
    let mut consents: HashMap<PersonId, Vec<Consent>> = HashMap::new();
    for it in store::consents_of(tx, &people).await? {
        consents.entry(it.subject).or_default().push(it);
    }
    let (mut entries, mut written) = (vec![], vec![]);
    for (person, it) in cards {
        let given = consents.get(person).map_or(&[][..], Vec::as_slice);
        for (field, value) in &it.store {
            // The gate stands here once more: nothing gets in without a ground.
            let Some(ground) = field.ground(&[kind], given) else {
                continue;
            };
            entries.push(store::Entry {
                person: *person,
                field: *field,
                value: value.clone(),
                ground,
            });
            written.push((*person, field.code().to_owned()));
        }
    }
    store::put_restricted(tx, &entries).await?;
    Ok(written)
}

pub(super) async fn versions(
    tx: &mut Tx,
    cards: &[(PersonId, &Looked)],
) -> Result<Vec<(PersonId, i32)>, Error> {
    let people: Vec<PersonId> = cards.iter().map(|it| it.0).collect();
    let mut left: Vec<(PersonId, i32)> = store::versions(tx, &people).await?.into_iter().collect();
    left.sort_unstable();
    Ok(left)
}
