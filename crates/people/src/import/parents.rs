//! «Родители»: cards, ties to the children, consents and logins.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use identity::{Accounts, NewMember};
use intake::{Check, Column, Commit, Importer, Kind, Layout, Record, RowOutcome, Rows, Wish};
use kernel::{Actor, PersonId, Right, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    CardLists, CardsUndo, ListedCard, Looked,
    book::REVERTED,
    columns,
    family::{Around, People},
    list_notes, person_fields, restricted_values,
    staff::{member, taken_back},
};
use crate::{
    CardKind, ClassNames, ConsentId, ConsentKind, Details, Error, NewConsent, NewKinship,
    ParentFields,
    family::{KinshipId, KinshipKind},
    store,
};

/// The columns of the list in the order of the template.
const COLUMNS: [&str; 26] = [
    "last_name",
    "first_name",
    "middle_name",
    "kinship",
    "pupil_name",
    "pupil_class",
    "pupil_born_on",
    "mobile",
    "phone",
    "email",
    "born_on",
    "gender",
    "lives_at",
    "registered_at",
    "education",
    "workplace",
    "job",
    "work_phone",
    "passport_kind",
    "passport",
    "passport_country",
    "passport_issued_on",
    "passport_issued_by",
    "passport_department",
    "consent",
    "consent_on",
];

const KINDS: &[&str] = &["mother", "father", "guardian", "other"];

/// The list «Родители».
pub struct ParentList {
    cards: Arc<dyn CardLists>,
    accounts: Arc<dyn Accounts>,
    classes: Arc<dyn ClassNames>,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    cards: CardsUndo,
    ties: Vec<KinshipId>,
    consents: Vec<ConsentId>,
    /// Staff who became parents too.
    adopted: Vec<PersonId>,
}

/// Who a row is about, inside the list: rows about one parent share a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(pub(super) usize);

/// What the rows come to.
struct Plan {
    /// One per parent.
    looked: Vec<Looked>,
    /// Staff who become parents, by place; their cards stay as they are.
    staff: HashMap<usize, PersonId>,
    /// For each row: whose, which child, whether the tie is new.
    rows: Vec<Option<Tie>>,
}

#[derive(Clone, Copy, Debug)]
struct Tie {
    parent: Place,
    pupil: PersonId,
    kind: KinshipKind,
    is_new: bool,
    /// The day of the consent given for the child, where there is none yet.
    consent: Option<NaiveDate>,
}

impl ParentList {
    /// `classes` tells the class of a pupil, a socket that a higher domain fills.
    pub fn new(
        cards: Arc<dyn CardLists>,
        accounts: Arc<dyn Accounts>,
        classes: Arc<dyn ClassNames>,
    ) -> Self {
        Self {
            cards,
            accounts,
            classes,
        }
    }

    async fn plan(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Plan, Error> {
        let around = Around::load(tx, &*self.cards, &*self.classes, wish.today).await?;
        let children: Vec<Option<PersonId>> = wish
            .records
            .iter()
            .enumerate()
            .map(|(index, it)| around.child(it, index, rows))
            .collect();
        let mut people = People::default();
        let places: Vec<Place> = wish
            .records
            .iter()
            .zip(&children)
            .map(|(record, child)| people.place(listed_card(record, wish.today), *child, &around))
            .collect();
        let looked = self
            .cards
            .look(tx, actor, CardKind::Parent, people.cards, wish.today)
            .await?;
        for (index, place) in places.iter().enumerate() {
            refuse_row(index, &looked[place.0], rows);
        }
        let consented = around.consented(tx, &children).await?;
        let may_consent = actor.may_in_org(Right::ConsentEdit).is_ok();
        let mut said = HashSet::new();
        let ties =
            wish.records
                .iter()
                .zip(&children)
                .zip(&places)
                .map(|((record, child), place)| {
                    let pupil = (*child)?;
                    let parent = looked[place.0]
                        .person
                        .or(people.staff.get(&place.0).copied());
                    let is_known = parent.is_some_and(|it| around.ties.contains(&(it, pupil)));
                    Some(Tie {
                        parent: *place,
                        pupil,
                        kind: record.choice("kinship").and_then(KinshipKind::from_code)?,
                        is_new: !is_known && said.insert((place.0, pupil)),
                        consent: consent_day(record, wish.today)
                            .filter(|_| may_consent && !consented.contains(&pupil)),
                    })
                });
        let ties: Vec<Option<Tie>> = ties.collect();
        Ok(Plan {
            looked,
            staff: people.staff,
            rows: one_consent_each(ties),
        })
    }
}

/// The first consent for a child counts, whichever parent gave it.
fn one_consent_each(mut ties: Vec<Option<Tie>>) -> Vec<Option<Tie>> {
    let mut seen = HashSet::new();
    for tie in ties.iter_mut().flatten() {
        if tie.consent.is_some() && !seen.insert(tie.pupil) {
            tie.consent = None;
        }
    }
    ties
}

fn refuse_row(index: usize, it: &Looked, rows: &mut Rows<'_>) {
    for wrong in &it.errors {
        rows.refuse(index, wrong.field, wrong.code);
    }
}

/// «Согласие: да» without a day was given today.
fn consent_day(record: &Record, today: NaiveDate) -> Option<NaiveDate> {
    (record.flag("consent") == Some(true)).then(|| record.date("consent_on").unwrap_or(today))
}

fn listed_card(record: &Record, today: NaiveDate) -> ListedCard {
    let text = |key: &str| record.text(key).to_owned();
    let parent = ParentFields {
        education: text("education"),
        workplace: text("workplace"),
        job: text("job"),
        work_phone: text("work_phone"),
    };
    ListedCard {
        person: None,
        fields: person_fields(record),
        details: Details::Parent(parent),
        restricted: restricted_values(record),
        consent: consent_day(record, today),
    }
}

impl Plan {
    fn outcome(&self, index: usize) -> RowOutcome {
        let Some(tie) = &self.rows[index] else {
            return RowOutcome::Skip;
        };
        let it = &self.looked[tie.parent.0];
        let changes = tie.is_new || tie.consent.is_some() || it.changes;
        match (it.person, changes) {
            (None, _) if tie.is_new => RowOutcome::Create,
            (Some(_), true) => RowOutcome::Update,
            _ => RowOutcome::Skip,
        }
    }

    /// The cards that the list itself enters or changes, with their places.
    fn own_cards(&self) -> (Vec<usize>, Vec<Looked>) {
        let own = self
            .looked
            .iter()
            .enumerate()
            .filter(|it| !self.staff.contains_key(&it.0));
        own.map(|(place, it)| (place, it.clone())).unzip()
    }
}

impl ParentList {
    /// Opens logins for those who had no parent's card.
    async fn open(
        &self,
        tx: &mut Tx,
        plan: &Plan,
        people: &HashMap<usize, PersonId>,
    ) -> Result<(), Error> {
        let new = plan
            .looked
            .iter()
            .enumerate()
            .filter(|it| it.1.person.is_none());
        let members: Vec<NewMember> = new
            .filter_map(|(place, it)| member(*people.get(&place)?, it, Role::Parent))
            .collect();
        if !members.is_empty() {
            self.accounts.open(tx, &members).await?;
        }
        Ok(())
    }

    async fn write(&self, tx: &mut Tx, plan: &Plan, today: NaiveDate) -> Result<Undo, Error> {
        let (places, own) = plan.own_cards();
        let put = self.cards.put(tx, CardKind::Parent, &own).await?;
        let mut people: HashMap<usize, PersonId> = plan.staff.clone();
        people.extend(places.into_iter().zip(put.people));
        let mut adopted: Vec<PersonId> = plan.staff.values().copied().collect();
        adopted.sort_unstable();
        store::add_parent_cards(tx, &adopted).await?;
        self.open(tx, plan, &people).await?;
        let ties = plan.rows.iter().flatten();
        let kin: Vec<NewKinship> = ties
            .clone()
            .filter(|it| it.is_new)
            .filter_map(|it| {
                let parent = *people.get(&it.parent.0)?;
                Some(NewKinship {
                    parent,
                    pupil: it.pupil,
                    kind: it.kind,
                })
            })
            .collect();
        let consents: Vec<NewConsent> = ties
            .filter_map(|it| {
                Some(NewConsent {
                    subject: it.pupil,
                    given_by: people.get(&it.parent.0).copied(),
                    kind: ConsentKind::Processing,
                    document: String::new(),
                    signed_on: it.consent?,
                })
            })
            .collect();
        Ok(Undo {
            cards: put.undo,
            ties: store::link_many(tx, &kin, today).await?,
            consents: store::record_consents(tx, &consents).await?,
            adopted,
        })
    }
}

#[async_trait]
impl Importer for ParentList {
    fn kind(&self) -> &'static str {
        "parents"
    }

    fn right(&self) -> Right {
        Right::ParentEdit
    }

    fn layouts(&self) -> Vec<Layout> {
        let with_rules = |column: &'static str| match column {
            "kinship" => Column::new("kinship", Kind::Choice(KINDS)).required(),
            "pupil_name" => Column::new("pupil_name", Kind::Text(200)).required(),
            other => columns(&[other]).remove(0),
        };
        let all: Vec<Column> = COLUMNS.into_iter().map(with_rules).collect();
        vec![Layout::new("intake.parents", all)]
    }

    fn list_path(&self) -> &'static str {
        "/people/parents"
    }

    async fn check(&self, tx: &mut Tx, actor: &Actor, wish: &Wish) -> Result<Check, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        let plan = self
            .plan(tx, actor, wish, &mut rows)
            .await
            .map_err(intake::Error::of)?;
        let notes = list_notes(&plan.looked);
        Ok(Check {
            rows: rows.finish(|index| plan.outcome(index)),
            notes,
        })
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
    ) -> Result<Commit, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        let plan = self
            .plan(tx, actor, wish, &mut rows)
            .await
            .map_err(intake::Error::of)?;
        let undo = self
            .write(tx, &plan, wish.today)
            .await
            .map_err(intake::Error::of)?;
        Ok(Commit { undo: json!(undo) })
    }

    async fn revert(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        undo: &Value,
        _reason: &str,
    ) -> Result<(), intake::Error> {
        let undo = Undo::deserialize(undo).map_err(intake::Error::BadUndo)?;
        self.take_back(tx, &undo).await.map_err(taken_back)
    }
}

impl ParentList {
    async fn take_back(&self, tx: &mut Tx, undo: &Undo) -> Result<(), Error> {
        store::drop_ties(tx, &undo.ties).await?;
        store::void_consents(tx, &undo.consents, REVERTED).await?;
        self.accounts.close(tx, &undo.cards.created).await?;
        self.cards
            .take_back(tx, CardKind::Parent, &undo.cards)
            .await?;
        store::forget(tx, CardKind::Parent, &undo.adopted).await
    }
}
