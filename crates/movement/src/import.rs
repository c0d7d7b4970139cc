//! «Ученики»: cards, classes, one enrolment order per date and number, logins.

mod plan;
mod register;
mod writing;

use std::sync::Arc;

use async_trait::async_trait;
use curriculum::Records;
use db::Tx;
use intake::{Check, Column, Commit, Importer, Kind, Layout, Rows, Wish};
use kernel::{Actor, ClassId, Right};
use people::{CardLists, CardsUndo, columns};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Error, Movement, order::OrderId};

/// The columns of the list in the order of the template.
const COLUMNS: [&str; 42] = [
    "last_name",
    "first_name",
    "middle_name",
    "born_on",
    "gender",
    "class",
    "file_number",
    "shift",
    "enrolled_on",
    "order_number",
    "snils",
    "birth_certificate_kind",
    "birth_certificate",
    "birth_certificate_country",
    "birth_certificate_issued_on",
    "birth_certificate_issued_by",
    "passport_kind",
    "passport",
    "passport_country",
    "passport_issued_on",
    "passport_issued_by",
    "passport_department",
    "medical_policy_kind",
    "medical_policy",
    "medical_insurer",
    "health_group",
    "pe_group",
    "diseases",
    "social_status",
    "deviant_behaviour",
    "lives_at",
    "registered_at",
    "mobile",
    "phone",
    "email",
    "foreign_language",
    "family",
    "has_computer",
    "citizenship",
    "taught_at_home",
    "consent",
    "consent_on",
];

/// The list «Ученики».
pub struct PupilList {
    cards: Arc<dyn CardLists>,
    movement: Movement,
    curriculum: Records,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    cards: CardsUndo,
    orders: Vec<OrderId>,
    classes: Vec<ClassId>,
}

impl PupilList {
    pub fn new(cards: Arc<dyn CardLists>, movement: Movement) -> Self {
        Self {
            cards,
            movement,
            curriculum: Records,
        }
    }
}

/// Why an import cannot be taken back, in its own words.
fn taken_back(error: Error) -> intake::Error {
    match error {
        Error::NotTheLast | Error::Curriculum(curriculum::Error::InUse) => intake::Error::UsedSince,
        Error::NotIssued => intake::Error::ChangedSince,
        Error::People(it) => it.taken_back(),
        other => intake::Error::of(other),
    }
}

#[async_trait]
impl Importer for PupilList {
    fn kind(&self) -> &'static str {
        "pupils"
    }

    fn right(&self) -> Right {
        Right::MovementEdit
    }

    fn layouts(&self) -> Vec<Layout> {
        let with_rules = |column: &'static str| match column {
            "born_on" => Column::new("born_on", Kind::Date).required(),
            "class" => Column::new("class", Kind::Text(60)).required(),
            "has_computer" | "taught_at_home" => Column::new(column, Kind::Flag),
            other => columns(&[other]).remove(0),
        };
        let all: Vec<Column> = COLUMNS.into_iter().map(with_rules).collect();
        vec![Layout::new("intake.pupils", all)]
    }

    fn list_path(&self) -> &'static str {
        "/people/pupils"
    }

    async fn check(&self, tx: &mut Tx, actor: &Actor, wish: &Wish) -> Result<Check, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        let plan = self.plan(tx, actor, wish, &mut rows).await?;
        Ok(rows.checked(plan.notes(), |index| plan.outcome(index)))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
    ) -> Result<Commit, intake::Error> {
        let plan = self
            .plan(tx, actor, wish, &mut Rows::new(&wish.records))
            .await?;
        let undo = self
            .write(tx, actor, &plan)
            .await
            .map_err(intake::Error::of)?;
        Ok(Commit { undo: json!(undo) })
    }

    async fn revert(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Value,
        reason: &str,
    ) -> Result<(), intake::Error> {
        let undo = Undo::deserialize(undo).map_err(intake::Error::BadUndo)?;
        self.take_back(tx, actor, &undo, reason)
            .await
            .map_err(taken_back)
    }
}
