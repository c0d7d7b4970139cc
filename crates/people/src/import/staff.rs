//! «Сотрудники»: cards and logins of the staff.

use std::sync::Arc;

use async_trait::async_trait;
use db::Tx;
use identity::{Accounts, NewMember};
use intake::{Check, Column, Commit, Importer, Kind, Layout, Record, RowOutcome, Rows, Wish};
use kernel::{Actor, Grant, PersonId, Right, Role, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    CardLists, CardsUndo, Known, ListedCard, Looked, Match, columns, list_notes, person_fields,
    restricted_values,
};
use crate::{CardKind, Details, Error, StaffFields};

/// The columns of the list in the order of the template.
const COLUMNS: [&str; 35] = [
    "last_name",
    "first_name",
    "middle_name",
    "born_on",
    "gender",
    "post",
    "extra_post",
    "mobile",
    "phone",
    "email",
    "lives_at",
    "registered_at",
    "snils",
    "inn",
    "passport_kind",
    "passport",
    "passport_country",
    "passport_issued_on",
    "passport_issued_by",
    "passport_department",
    "hired_on",
    "hire_order",
    "category",
    "education",
    "institution",
    "diploma_number",
    "diploma_on",
    "speciality",
    "courses",
    "awards",
    "subjects",
    "activity",
    "experience_since",
    "family_status",
    "role",
];

/// Roles that a list may name; «none» gets no login.
const ROLES: &[&str] = &[
    "teacher",
    "deputy",
    "director",
    "secretary",
    "admin",
    "none",
];

/// The list «Сотрудники».
pub struct StaffList {
    cards: Arc<dyn CardLists>,
    accounts: Arc<dyn Accounts>,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    cards: CardsUndo,
}

impl StaffList {
    pub fn new(cards: Arc<dyn CardLists>, accounts: Arc<dyn Accounts>) -> Self {
        Self { cards, accounts }
    }

    /// Whose card each row means, and what would become of it.
    async fn look(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Vec<Looked>, intake::Error> {
        let known = self
            .cards
            .known(tx, CardKind::Staff)
            .await
            .map_err(intake::Error::of)?;
        let known = Known::of(known);
        let mut listed = vec![];
        for (index, record) in wish.records.iter().enumerate() {
            let card = listed_card(record);
            let person = match known.find(&full_name(&card), card.fields.born_on) {
                Match::One(id) => Some(id),
                Match::Nobody => None,
                Match::Several => {
                    rows.refuse(index, "last_name", "intake.several-cards");
                    None
                }
            };
            if !may_give(actor, role(record)) {
                rows.refuse(index, "role", "intake.role-not-yours");
            }
            listed.push(ListedCard { person, ..card });
        }
        same_people(&listed, rows);
        let looked = self
            .cards
            .look(tx, actor, CardKind::Staff, listed, wish.today)
            .await;
        let looked = looked.map_err(intake::Error::of)?;
        refuse_fields(&looked, rows);
        Ok(looked)
    }
}

/// The mistakes that the cards found, at their columns.
fn refuse_fields(looked: &[Looked], rows: &mut Rows<'_>) {
    for (index, it) in looked.iter().enumerate() {
        for wrong in &it.errors {
            rows.refuse(index, wrong.field, wrong.code);
        }
    }
}

/// Refuses the second row about the same person.
fn same_people(listed: &[ListedCard], rows: &mut Rows<'_>) {
    let mut seen = std::collections::HashSet::new();
    for (index, it) in listed.iter().enumerate() {
        let who = (it.person, it.person.is_none().then(|| key(it)));
        if !seen.insert(who) {
            rows.refuse(index, "last_name", "intake.same-person");
        }
    }
}

fn key(it: &ListedCard) -> (String, Option<chrono::NaiveDate>) {
    (kernel::names::search_key(&full_name(it)), it.fields.born_on)
}

pub(super) fn full_name(it: &ListedCard) -> String {
    let middle = it.fields.middle_name.as_deref().unwrap_or_default();
    format!("{} {} {middle}", it.fields.last_name, it.fields.first_name)
}

/// What becomes of a row without mistakes.
fn outcome(it: &Looked) -> RowOutcome {
    match (it.person, it.changes) {
        (None, _) => RowOutcome::Create,
        (Some(_), true) => RowOutcome::Update,
        (Some(_), false) => RowOutcome::Skip,
    }
}

fn listed_card(record: &Record) -> ListedCard {
    let text = |key: &str| record.text(key).to_owned();
    let staff = StaffFields {
        post: text("post"),
        extra_post: text("extra_post"),
        hired_on: record.date("hired_on"),
        hire_order: text("hire_order"),
        category: text("category"),
        education: text("education"),
        institution: text("institution"),
        diploma_number: text("diploma_number"),
        diploma_on: record.date("diploma_on"),
        speciality: text("speciality"),
        courses: text("courses"),
        awards: text("awards"),
        subjects: text("subjects"),
        activity: text("activity"),
        experience_since: record.date("experience_since"),
        family_status: text("family_status"),
        ..StaffFields::default()
    };
    ListedCard {
        person: None,
        fields: person_fields(record),
        details: Details::Staff(staff),
        restricted: restricted_values(record),
        consent: None,
    }
}

/// The role that the row names; a teacher where it names none.
fn role(record: &Record) -> Option<Role> {
    match record.choice("role") {
        None => Some(Role::Teacher),
        Some(code) => Role::from_code(code),
    }
}

/// Whoever keeps the roles gives them; an administrator is made by one only,
/// and a teacher comes with the card (S3:3.1).
fn may_give(actor: &Actor, role: Option<Role>) -> bool {
    let may = |right| actor.may_in_org(right).is_ok();
    match role {
        None | Some(Role::Teacher) => true,
        Some(Role::Admin) => may(Right::RoleEdit) && may(Right::AccountEdit),
        Some(_) => may(Right::RoleEdit),
    }
}

pub(super) fn member(person: PersonId, it: &Looked, role: Role) -> Option<NewMember> {
    let fields = it.fields()?;
    Some(NewMember {
        person,
        last_name: fields.last_name.clone(),
        first_name: fields.first_name.clone(),
        middle_name: fields.middle_name.clone(),
        grants: vec![Grant {
            role,
            scope: Scope::Org,
        }],
    })
}

#[async_trait]
impl Importer for StaffList {
    fn kind(&self) -> &'static str {
        "staff"
    }

    /// An empty school has nobody but its administrator, who brings the first
    /// list of staff (S4:14–16) without the right to edit cards one by one.
    fn right(&self) -> Right {
        Right::ImportRun
    }

    fn layouts(&self) -> Vec<Layout> {
        let with_rules = |column: &'static str| match column {
            "post" => Column::new("post", Kind::Text(200)).required(),
            "role" => Column::new("role", Kind::Choice(ROLES)),
            other => columns(&[other]).remove(0),
        };
        let all: Vec<Column> = COLUMNS.into_iter().map(with_rules).collect();
        vec![Layout::new("intake.staff", all)]
    }

    fn list_path(&self) -> &'static str {
        "/people/staff"
    }

    async fn check(&self, tx: &mut Tx, actor: &Actor, wish: &Wish) -> Result<Check, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        let looked = self.look(tx, actor, wish, &mut rows).await?;
        let notes = list_notes(&looked);
        Ok(Check {
            rows: rows.finish(|index| outcome(&looked[index])),
            notes,
        })
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
    ) -> Result<Commit, intake::Error> {
        let looked = self
            .look(tx, actor, wish, &mut Rows::new(&wish.records))
            .await?;
        let put = self.cards.put(tx, CardKind::Staff, &looked).await;
        let put = put.map_err(intake::Error::of)?;
        let new = put.people.iter().zip(&looked).zip(&wish.records);
        let members: Vec<NewMember> = new
            .filter(|((_, card), _)| card.person.is_none())
            .filter_map(|((id, card), record)| member(*id, card, role(record)?))
            .collect();
        if !members.is_empty() {
            self.accounts
                .open(tx, &members)
                .await
                .map_err(intake::Error::of)?;
        }
        Ok(Commit {
            undo: json!(Undo { cards: put.undo }),
        })
    }

    async fn revert(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        undo: &Value,
        _reason: &str,
    ) -> Result<(), intake::Error> {
        let undo = Undo::deserialize(undo).map_err(intake::Error::BadUndo)?;
        self.accounts
            .close(tx, &undo.cards.created)
            .await
            .map_err(intake::Error::of)?;
        self.cards
            .take_back(tx, CardKind::Staff, &undo.cards)
            .await
            .map_err(taken_back)
    }
}

/// Why cards cannot be taken back, in the words of the import.
pub(super) fn taken_back(error: Error) -> intake::Error {
    error.taken_back()
}

impl Error {
    /// Why an import cannot be taken back, in the words of the import.
    pub fn taken_back(self) -> intake::Error {
        match self {
            Self::InUse => intake::Error::UsedSince,
            Self::ChangedMeanwhile => intake::Error::ChangedSince,
            other => intake::Error::of(other),
        }
    }
}
