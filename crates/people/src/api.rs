//! What other domains may ask about people.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, OrgId, PersonId, Reach, Reaches, Right};
use serde::{Deserialize, Serialize};
use web::{Failure, Member};

use crate::{
    Declined, Error, Files, ParentFacts, ProposalAnswer, ProposalId, PupilFacts, PupilRecord,
    PupilSheet, RestrictedField, StaffRecord, Standing, Tallied,
};

/// The name and what else a list shows of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub id: PersonId,
    pub last_name: String,
    pub first_name: String,
    pub middle_name: Option<String>,
    pub born_on: Option<NaiveDate>,
}

impl Card {
    /// «Иванова Мария Петровна»
    pub fn full(&self) -> String {
        let middle = self.middle_name.as_deref().unwrap_or_default();
        format!("{} {} {middle}", self.last_name, self.first_name)
            .trim_end()
            .to_owned()
    }

    /// «Иванова Мария», as a class list names pupils.
    pub fn listed(&self) -> String {
        format!("{} {}", self.last_name, self.first_name)
    }

    /// «Иванова М. П.» with no-break spaces.
    pub fn short(&self) -> String {
        let initial = |name: &str| name.chars().next().map(|it| format!("\u{a0}{it}."));
        format!(
            "{}{}{}",
            self.last_name,
            initial(&self.first_name).unwrap_or_default(),
            self.middle_name
                .as_deref()
                .and_then(initial)
                .unwrap_or_default()
        )
    }
}

/// Limited data of somebody who works in an organisation below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffBelow {
    pub org: OrgId,
    /// Without the day of birth.
    pub card: Card,
    pub post: String,
}

/// A pupil to be entered; class and enrolment are the order's work (`movement`).
#[derive(Clone, Debug, Default)]
pub struct NewPupil {
    pub last_name: String,
    pub first_name: String,
    pub middle_name: Option<String>,
    pub gender: Option<Gender>,
    pub born_on: Option<NaiveDate>,
    pub phone: String,
    pub email: String,
    pub lives_at: String,
    pub file_number: String,
    pub foreign_language: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Male,
    Female,
}

impl Gender {
    /// The name in the database, in forms and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// The gender with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Male, Self::Female]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// Whose parent somebody is, today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kin {
    pub parent: PersonId,
    pub pupil: PersonId,
    /// mother, father, guardian, other
    pub kind: String,
}

/// People of the organisation of the caller's transaction. Answers come in
/// the Russian order of names; unknown ids are simply absent.
#[async_trait]
pub trait People: Send + Sync {
    /// Cards of these people, in the order of the class list.
    async fn cards(&self, tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<Card>, Error>;
    /// An attestation gave that category: the card says so from now on (PPL-10).
    async fn decided_category(
        &self,
        tx: &mut Tx,
        person: PersonId,
        category: &str,
    ) -> Result<(), Error> {
        Ok(crate::store::decided_category(tx, person, category).await?)
    }
    /// All staff not dismissed.
    async fn staff(&self, tx: &mut Tx) -> Result<Vec<Card>, Error>;
    /// The staff of the organisations below that of the transaction, with
    /// name and post alone (S2 annex 1, 2.3), unordered.
    async fn staff_below(&self, tx: &mut Tx, on: NaiveDate) -> Result<Vec<StaffBelow>, Error> {
        Ok(crate::store::staff_below(tx, on).await?)
    }
    /// What statistics count of everybody who works or worked here.
    async fn staff_records(&self, tx: &mut Tx) -> Result<Vec<StaffRecord>, Error> {
        let all = crate::store::staff(tx, None).await?;
        Ok(all.into_iter().map(StaffRecord::of).collect())
    }
    /// What statistics count of these pupils.
    async fn pupil_records(
        &self,
        tx: &mut Tx,
        ids: &[PersonId],
    ) -> Result<Vec<PupilRecord>, Error> {
        let only: HashSet<PersonId> = ids.iter().copied().collect();
        let all = crate::store::pupils(tx, Some(&only)).await?;
        Ok(all.into_iter().map(PupilRecord::of).collect())
    }
    /// All pupils that have a card, enrolled or not.
    async fn pupils(&self, tx: &mut Tx) -> Result<Vec<Card>, Error>;
    /// The cards of this parent's children, as kinship in force on the day tells.
    async fn children_cards(
        &self,
        tx: &mut Tx,
        parent: PersonId,
        on: NaiveDate,
    ) -> Result<Vec<Card>, Error>;
    /// Whose diaries the actor may open: the own, and those of the children,
    /// in one or two statements.
    async fn diary_cards(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        on: NaiveDate,
    ) -> Result<Vec<Card>, Error> {
        let reaches = actor.may(Right::DiaryView)?;
        let mut cards = vec![];
        if reaches.has(Reach::Own) {
            cards.extend(self.cards(tx, &[actor.person]).await?);
        }
        if reaches.has(Reach::OwnChild) {
            cards.extend(self.children_cards(tx, actor.person, on).await?);
        }
        Ok(cards)
    }
    /// The children of this parent, as kinship in force on the day tells.
    async fn children(
        &self,
        tx: &mut Tx,
        parent: PersonId,
        on: NaiveDate,
    ) -> Result<Vec<PersonId>, Error>;
    /// Parents of these pupils in force on the day.
    async fn parents_of(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        on: NaiveDate,
    ) -> Result<Vec<Kin>, Error>;
    /// The e-mail addresses of these people, as their cards have them; who has
    /// none is absent.
    async fn emails(
        &self,
        tx: &mut Tx,
        ids: &[PersonId],
    ) -> Result<HashMap<PersonId, String>, Error>;
    /// What the school answered to this parent's proposals about cards since
    /// then, the newest first.
    async fn answers_to(
        &self,
        tx: &mut Tx,
        author: PersonId,
        since: DateTime<Utc>,
    ) -> Result<Vec<ProposalAnswer>, Error> {
        Ok(crate::store::answers(tx, (Some(author), None), since).await?)
    }
    /// The answer to one proposal; none while it is open or taken back.
    async fn answer(
        &self,
        tx: &mut Tx,
        proposal: ProposalId,
    ) -> Result<Option<ProposalAnswer>, Error> {
        let all = DateTime::UNIX_EPOCH;
        let found = crate::store::answers(tx, (None, Some(proposal)), all).await?;
        Ok(found.into_iter().next())
    }
    /// This parent has read every answer there is.
    async fn read_answers(&self, tx: &mut Tx, author: PersonId) -> Result<(), Error> {
        Ok(crate::store::read_answers(tx, author).await?)
    }
    /// The names of these people, ready to be put into a case, with what
    /// people corrected (`ux.md` §6.3).
    async fn declined(
        &self,
        tx: &mut Tx,
        ids: &[PersonId],
    ) -> Result<HashMap<PersonId, Declined>, Error> {
        Ok(crate::store::declined(tx, ids).await?)
    }
    /// The number of the personal file of every pupil who has one.
    async fn file_numbers(&self, tx: &mut Tx) -> Result<HashMap<PersonId, String>, Error> {
        Ok(crate::store::file_numbers_of_all(tx).await?)
    }
    /// Writes numbers of personal files into the cards; no other card may have them.
    async fn give_file_numbers(
        &self,
        tx: &mut Tx,
        given: &[(PersonId, String)],
    ) -> Result<(), Error> {
        Ok(crate::store::give_file_numbers(tx, given).await?)
    }
    /// Who of these people is a boy and who a girl; whose card does not say is absent.
    async fn genders(
        &self,
        tx: &mut Tx,
        ids: &[PersonId],
    ) -> Result<HashMap<PersonId, Gender>, Error> {
        Ok(crate::store::genders(tx, ids).await?)
    }
    /// What reports say of these pupils, in the order of the class list.
    async fn pupil_facts(&self, tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<PupilFacts>, Error> {
        Ok(crate::store::pupil_facts(tx, ids).await?)
    }
    /// Parents of these pupils in force on the day, with what a class journal
    /// says of them.
    async fn parent_facts(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        on: NaiveDate,
    ) -> Result<Vec<ParentFacts>, Error> {
        Ok(crate::store::parent_facts(tx, pupils, on).await?)
    }
    /// How often which value of a restricted field stands in the cards of each
    /// group; the values of single people stay here.
    async fn tallied(
        &self,
        tx: &mut Tx,
        people: &[(PersonId, usize)],
        fields: &[RestrictedField],
    ) -> Result<Vec<Tallied>, Error> {
        Ok(crate::store::tallied(tx, people, fields).await?)
    }
    /// Puts on record that whoever acts looked at the common part of these
    /// cards, as the cards themselves do (SEC-1).
    async fn looked_at(&self, tx: &mut Tx, pupils: &[PersonId]) -> Result<(), Error> {
        crate::viewers::looked_at(tx, pupils).await
    }
    /// What reports ask of these pupils' cards, restricted fields apart.
    async fn pupil_sheets(&self, tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<PupilSheet>, Error> {
        Ok(crate::store::pupil_sheets(tx, ids).await?)
    }
    /// Enters pupils, in the order given; their ids in the same order.
    async fn enter_pupils(&self, tx: &mut Tx, pupils: &[NewPupil]) -> Result<Vec<PersonId>, Error>;
    /// Takes back cards entered by mistake (import undone). Refused where
    /// other data refers to them.
    async fn forget_pupils(&self, tx: &mut Tx, pupils: &[PersonId]) -> Result<(), Error>;
    /// What somebody is here, for whoever decides how long the card is kept;
    /// none where there is no such card.
    async fn standing(&self, tx: &mut Tx, person: PersonId) -> Result<Option<Standing>, Error> {
        Ok(crate::store::standing(tx, person).await?)
    }
    /// The cards of all staff and pupils as deadlines look at them, read once
    /// in a transaction that only looks.
    async fn files(&self, tx: &mut Tx, today: NaiveDate) -> Result<Arc<Files>, Error> {
        if let Some(known) = tx.kept() {
            return Ok(known);
        }
        let found = crate::store::files(tx, today).await?;
        Ok(tx.keep(found))
    }
}

/// A pupil's way through the school as the issued orders tell it: «дата
/// зачисления» and «движение» of S2 annex 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// Since when the pupil is here without a break.
    pub enrolled_on: NaiveDate,
    /// What the last order did, the end of the word `movement.kind.<kind>`.
    pub kind: String,
    /// Its number and day.
    pub number: String,
    pub ordered_on: NaiveDate,
}

/// A socket that a higher domain fills: which class a pupil is in on a day.
/// Who is in no class is absent from the answer.
#[async_trait]
pub trait ClassNames: Send + Sync {
    /// «5А» for each of these pupils.
    async fn class_names(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        day: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, Error>;

    /// The same for everybody who is in a class of the organisation.
    async fn all_class_names(
        &self,
        tx: &mut Tx,
        day: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, Error>;

    /// The ways of these pupils, or of everybody's, in one statement; about
    /// whom there was no order is absent.
    async fn ways(
        &self,
        tx: &mut Tx,
        pupils: Option<&[PersonId]>,
    ) -> Result<HashMap<PersonId, Way>, Error>;
}

/// A socket that a higher domain fills: which pupils are somebody's own.
#[async_trait]
pub trait OwnPupils: Send + Sync {
    /// Pupils of the actor's own class and load on that day, as far as these
    /// reaches go ([`kernel::Reach::OwnClass`], [`kernel::Reach::OwnLoad`]).
    async fn own_pupils(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        day: NaiveDate,
    ) -> Result<HashSet<PersonId>, Error>;
}

/// Something that a search finds and that is no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub kind: PlaceKind,
    pub name: String,
    /// Where it belongs or what it opens, empty where the name says it.
    pub note: String,
    pub href: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    Class,
    Page,
    Action,
}

/// What a query finds besides people.
#[derive(Clone, Debug, Default)]
pub struct FoundPlaces {
    pub places: Vec<Place>,
    /// What was looked for, where it is not what was typed.
    pub shown_for: Option<String>,
}

/// A socket that the app fills: classes, pages and actions that a search
/// finds among those which the visitor may open (PPL-11).
#[async_trait]
pub trait Places: Send + Sync {
    /// What the query finds; for an empty one pages and actions to begin with.
    async fn find(&self, member: &Member, query: &str) -> Result<FoundPlaces, Failure>;
}
