//! Blanks of consents to be printed, for one person or a whole class, and
//! what comes back signed.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId, Right};

use super::{Directory, consents::must_be_staff};
use crate::{
    Card, ConsentKind, ConsentText, Declined, Error, Kin, NewConsent, Person,
    consent::{ALONE_AT, SIGNS_AT, age},
    store,
};

/// What blank forms of a consent need.
#[derive(Clone, Debug)]
pub struct ConsentBlanks {
    pub kind: ConsentKind,
    /// Полное наименование организации.
    pub org: String,
    /// None where the text of the system is asked for.
    pub text: Option<ConsentText>,
    pub sheets: Vec<BlankSheet>,
}

/// One sheet; all of it is empty where nobody is named.
#[derive(Clone, Debug, Default)]
pub struct BlankSheet {
    /// Who signs; none where a pupil has no parent here.
    pub signer: Option<Card>,
    /// As whom: mother, father, guardian, other. None who signs for themselves.
    pub signs_as: Option<String>,
    pub address: String,
    /// Whose data it is, where somebody else signs.
    pub subject: Option<Declined>,
    /// Whose data it is.
    pub person: Option<Card>,
    /// A pupil from 14 on signs beside the parent.
    pub signs_too: bool,
}

/// A pupil of a class who gave no consent yet, with who may give it.
#[derive(Clone, Debug)]
pub struct ToCollect {
    pub card: Card,
    pub signers: Vec<(Card, String)>,
    /// From 14 on.
    pub may_sign: bool,
}

/// What became of one pupil when consents of a class were entered.
#[derive(Clone, Debug)]
pub struct Collected {
    pub card: Card,
    pub refused: Option<&'static str>,
}

impl Directory {
    /// The blank form of a consent, for one person or with empty lines.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`] for whom the actor does not see.
    pub async fn consent_blank(
        &self,
        actor: &Actor,
        kind: ConsentKind,
        subject: Option<PersonId>,
    ) -> Result<ConsentBlanks, Error> {
        actor.may(Right::ConsentView)?;
        let mut tx = self.db.begin(actor).await?;
        let own = self.orgs.own(&mut tx).await?;
        let today = kernel::dates::today(tx.now(), own.zone);
        let sheets = match subject {
            None => vec![BlankSheet::default()],
            Some(id) => {
                self.must_reach_consent(&mut tx, actor, Right::ConsentView, id, today)
                    .await?;
                let sheets = self.sheets(&mut tx, &[id], today).await?;
                if sheets.is_empty() {
                    return Err(Error::NoSuchPerson);
                }
                sheets
            }
        };
        let text = self.asked_text(&mut tx, kind, today).await?;
        tx.commit().await?;
        Ok(ConsentBlanks {
            kind,
            org: own.full_name,
            text,
            sheets,
        })
    }

    /// A blank form for everybody of a class who gave no such consent, as far
    /// as the actor reaches.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`] where the actor sees nobody of the class.
    pub async fn class_blanks(
        &self,
        actor: &Actor,
        kind: ConsentKind,
        class: &str,
    ) -> Result<ConsentBlanks, Error> {
        let mut tx = self.db.begin(actor).await?;
        let own = self.orgs.own(&mut tx).await?;
        let today = kernel::dates::today(tx.now(), own.zone);
        let members = self
            .class_members(&mut tx, actor, Right::ConsentView, class, today)
            .await?;
        let missing = without(&mut tx, kind, &members).await?;
        let sheets = self.sheets(&mut tx, &missing, today).await?;
        let text = self.asked_text(&mut tx, kind, today).await?;
        tx.commit().await?;
        Ok(ConsentBlanks {
            kind,
            org: own.full_name,
            text,
            sheets,
        })
    }

    /// The pupils of a class whom the right covers.
    pub(super) async fn class_members(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        right: Right,
        class: &str,
        today: NaiveDate,
    ) -> Result<Vec<PersonId>, Error> {
        let reaches = actor.may(right)?;
        let scope = self.consent_scope(tx, actor, reaches, today).await?;
        let roles = store::roles(tx, scope.list().as_deref(), today).await?;
        let pupils: Vec<PersonId> = roles
            .into_iter()
            .filter(|it| it.is_pupil)
            .map(|it| it.person)
            .collect();
        let names = self.classes.class_names(tx, &pupils, today).await?;
        let members: Vec<PersonId> = pupils
            .into_iter()
            .filter(|it| names.get(it).is_some_and(|it| it == class))
            .collect();
        if members.is_empty() {
            return Err(Error::NoSuchPerson);
        }
        Ok(members)
    }

    /// One sheet for each of these people, in the order of names.
    async fn sheets(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
        today: NaiveDate,
    ) -> Result<Vec<BlankSheet>, Error> {
        let kin = store::parents_of(tx, people, today).await?;
        let mut all: HashSet<PersonId> = people.iter().copied().collect();
        all.extend(kin.iter().map(|it| it.parent));
        let all: Vec<PersonId> = all.into_iter().collect();
        let persons = store::persons(tx, &all).await?;
        let mut declined = store::declined(tx, people).await?;
        let pupils: HashSet<PersonId> = store::roles(tx, Some(people), today)
            .await?
            .into_iter()
            .filter(|it| it.is_pupil)
            .map(|it| it.person)
            .collect();
        let by_id: HashMap<PersonId, &Person> = persons.iter().map(|it| (it.id, it)).collect();
        let wanted = persons.iter().filter(|it| people.contains(&it.id));
        let sheets = wanted.map(|it| {
            let signer =
                first_parent(&kin, it.id).and_then(|kin| Some((kin, by_id.get(&kin.parent)?)));
            sheet(
                it,
                pupils.contains(&it.id),
                signer,
                declined.remove(&it.id),
                today,
            )
        });
        Ok(sheets.collect())
    }

    /// Refuses who may not enter consents of a class.
    ///
    /// # Errors
    /// [`kernel::Denied`].
    pub fn must_collect(&self, actor: &Actor) -> Result<(), Error> {
        must_be_staff(actor, Right::ConsentEdit).map(|_| ())
    }

    /// The pupils of a class who gave no such consent, with who may sign.
    pub async fn to_collect(
        &self,
        actor: &Actor,
        kind: ConsentKind,
        class: &str,
    ) -> Result<Vec<ToCollect>, Error> {
        must_be_staff(actor, Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let members = self
            .class_members(&mut tx, actor, Right::ConsentEdit, class, today)
            .await?;
        let missing = without(&mut tx, kind, &members).await?;
        let found = waiting(&mut tx, &missing, today).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Enters the consents that a class handed in: `signed` names the pupil
    /// and who signed. What cannot be entered comes back with the reason; the
    /// rest is entered in one statement (check 38 of `ux.md` §7).
    #[tracing::instrument(name = "people.collect_consents", skip_all)]
    pub async fn collect_consents(
        &self,
        actor: &Actor,
        (kind, class): (ConsentKind, &str),
        (signed_on, document): (NaiveDate, &str),
        signed: &[(PersonId, Option<PersonId>)],
    ) -> Result<Vec<Collected>, Error> {
        must_be_staff(actor, Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let members: HashSet<PersonId> = self
            .class_members(&mut tx, actor, Right::ConsentEdit, class, today)
            .await?
            .into_iter()
            .collect();
        let people: Vec<PersonId> = signed
            .iter()
            .map(|it| it.0)
            .filter(|it| members.contains(it))
            .collect();
        let missing: HashSet<PersonId> =
            without(&mut tx, kind, &people).await?.into_iter().collect();
        let cards = store::cards(&mut tx, &people).await?;
        let kin = store::parents_of(&mut tx, &people, today).await?;
        let signers: HashMap<PersonId, Option<PersonId>> = signed.iter().copied().collect();
        let (mut taken, mut outcome) = (Vec::new(), Vec::new());
        for card in cards {
            let new = NewConsent {
                subject: card.id,
                given_by: signers.get(&card.id).copied().flatten(),
                kind,
                document: document.to_owned(),
                signed_on,
            };
            let refused = refusal(&new, &card, &kin, missing.contains(&card.id), today)?;
            if refused.is_none() {
                taken.push(NewConsent {
                    given_by: new.given_by.or(Some(card.id)),
                    ..new
                });
            }
            outcome.push(Collected { card, refused });
        }
        store::record_consents(&mut tx, &taken).await?;
        tx.commit().await?;
        Ok(outcome)
    }
}

/// Why a consent cannot be entered. What is wrong for all of the class is an error.
fn refusal(
    new: &NewConsent,
    card: &Card,
    kin: &[Kin],
    is_missing: bool,
    today: NaiveDate,
) -> Result<Option<&'static str>, Error> {
    use kernel::Fault;
    if !is_missing {
        return Ok(Some(Error::AlreadyConsented.code()));
    }
    let parents: Vec<Kin> = kin
        .iter()
        .filter(|it| it.pupil == card.id)
        .cloned()
        .collect();
    match new.check(true, card.born_on, &parents, today) {
        Ok(()) => Ok(None),
        Err(it @ Error::Fields(_)) => Err(it),
        Err(_) if parents.is_empty() && new.given_by.is_none() => Ok(Some("people.no-parents")),
        Err(it) => Ok(Some(it.code())),
    }
}

/// Those of these people who gave no consent of the kind.
async fn without(
    tx: &mut Tx,
    kind: ConsentKind,
    people: &[PersonId],
) -> Result<Vec<PersonId>, Error> {
    let given: HashSet<PersonId> = store::consents_in_force(tx, Some(people))
        .await?
        .into_iter()
        .filter(|it| it.1 == kind)
        .map(|it| it.0)
        .collect();
    let missing = people.iter().filter(|it| !given.contains(it));
    Ok(missing.copied().collect())
}

async fn waiting(
    tx: &mut Tx,
    pupils: &[PersonId],
    today: NaiveDate,
) -> Result<Vec<ToCollect>, Error> {
    let kin = store::parents_of(tx, pupils, today).await?;
    let parents: Vec<PersonId> = kin.iter().map(|it| it.parent).collect();
    let parents = store::cards(tx, &parents).await?;
    let cards = store::cards(tx, pupils).await?;
    let one = |card: Card| {
        let years = card.born_on.map(|it| age(it, today));
        let is_of_age = years.is_some_and(|it| ALONE_AT <= it);
        let mut own: Vec<&Kin> = kin.iter().filter(|it| it.pupil == card.id).collect();
        own.retain(|_| !is_of_age);
        own.sort_by_key(|it| rank(&it.kind));
        let signer = |it: &Kin| {
            let found = parents.iter().find(|card| card.id == it.parent)?;
            Some((found.clone(), it.kind.clone()))
        };
        ToCollect {
            may_sign: years.is_some_and(|it| SIGNS_AT <= it),
            signers: own.into_iter().filter_map(signer).collect(),
            card,
        }
    };
    Ok(cards.into_iter().map(one).collect())
}

/// Mothers sign most of all papers of a school.
pub(super) fn rank(kinship: &str) -> usize {
    ["mother", "father", "guardian"]
        .iter()
        .position(|it| *it == kinship)
        .unwrap_or(3)
}

fn first_parent(kin: &[Kin], pupil: PersonId) -> Option<&Kin> {
    let own = kin.iter().filter(|it| it.pupil == pupil);
    own.min_by_key(|it| rank(&it.kind))
}

fn sheet(
    person: &Person,
    is_pupil: bool,
    signer: Option<(&Kin, &&Person)>,
    declined: Option<Declined>,
    today: NaiveDate,
) -> BlankSheet {
    let years = person.fields.born_on.map(|it| age(it, today));
    if !is_pupil || years.is_some_and(|it| ALONE_AT <= it) {
        return BlankSheet {
            signer: Some(person.card()),
            address: person.fields.lives_at.clone(),
            person: Some(person.card()),
            ..BlankSheet::default()
        };
    }
    let (kin, parent) = signer.unzip();
    let address = parent.map(|it| it.fields.lives_at.clone());
    BlankSheet {
        signer: parent.map(|it| it.card()),
        signs_as: kin.map(|it| it.kind.clone()),
        address: address
            .filter(|it| !it.is_empty())
            .unwrap_or_else(|| person.fields.lives_at.clone()),
        subject: declined,
        person: Some(person.card()),
        signs_too: years.is_some_and(|it| SIGNS_AT <= it),
    }
}
