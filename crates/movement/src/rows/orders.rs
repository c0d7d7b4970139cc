//! Who came, moved and left by which order.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use curriculum::Curriculum;
use db::Tx;
use kernel::{Actor, ClassId, Fault, PersonId, Right};
use people::People;
use sources::{Choices, Field, Kind, Query, ReportSource, Rows, STUDY_MONTHS, Value, month};

use super::boxed;
use crate::{
    CameKind, Error, LeavingReason, OrderKind, OrderState, Scope,
    store::{self, Moved, MovedAsked},
};

/// A row for each pupil of each order; drafts among them.
#[derive(Clone)]
pub struct OrderRows {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
}

const KIND: Choices = Choices {
    words: "order-kind",
    codes: &[
        "enrolment",
        "leaving",
        "transfer",
        "promotion",
        "repeat",
        "graduation",
    ],
};
const STATE: Choices = Choices {
    words: "order-state",
    codes: &["draft", "submitted", "issued", "cancelled"],
};
const REASON: Choices = Choices {
    words: "leaving-reason",
    codes: &[
        "other_school",
        "college",
        "family_education",
        "moved",
        "expelled",
        "special_school",
        "death",
        "other",
    ],
};
const CAME: Choices = Choices {
    words: "came-kind",
    codes: &["school", "preschool", "college", "family", "first", "other"],
};
const SCOPE: Choices = Choices {
    words: "scope",
    codes: &["town", "district", "region", "other_region", "abroad"],
};

const VIEW: Right = Right::MovementView;
const PUPIL: Right = Right::PupilView;

const FIELDS: &[Field] = &[
    Field::new("kind", Kind::Choice(KIND), VIEW),
    Field::new("state", Kind::Choice(STATE), VIEW),
    Field::new("number", Kind::Text, VIEW),
    Field::new("ordered_on", Kind::Date, VIEW),
    Field::new("effective_on", Kind::Date, VIEW),
    Field::new("month", Kind::Choice(STUDY_MONTHS), VIEW),
    Field::new("basis", Kind::Text, VIEW).personal(),
    Field::new("pupil", Kind::Text, PUPIL).personal(),
    Field::new("to_class", Kind::Text, VIEW),
    Field::new("came_kind", Kind::Choice(CAME), VIEW),
    Field::new("came_from", Kind::Text, VIEW).personal(),
    Field::new("reason", Kind::Choice(REASON), VIEW),
    Field::new("went_to", Kind::Text, VIEW).personal(),
    Field::new("scope", Kind::Choice(SCOPE), VIEW),
];

#[async_trait]
impl ReportSource for OrderRows {
    fn code(&self) -> &'static str {
        "orders"
    }

    fn right(&self) -> Right {
        VIEW
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    async fn rows(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        query: &Query<'_>,
    ) -> Result<Rows, Box<dyn Fault>> {
        self.moved(tx, actor, query).await.map_err(boxed)
    }
}

impl OrderRows {
    async fn moved(&self, tx: &mut Tx, actor: &Actor, query: &Query<'_>) -> Result<Rows, Error> {
        actor.may_in_org(VIEW)?;
        let codes = |field: &str, choices: Choices| -> Vec<String> {
            let codes = choices.codes.iter();
            let wanted = codes.filter(|it| query.may_have(field, it));
            wanted.map(|it| (*it).to_owned()).collect()
        };
        let asked = MovedAsked {
            kinds: codes("kind", KIND),
            states: codes("state", STATE),
            ordered: query.span("ordered_on"),
            effective: query.span("effective_on"),
            // One more tells that there are more.
            most: i64::try_from(query.most)
                .unwrap_or(i64::MAX)
                .saturating_add(1),
        };
        let moved = store::moved(tx, &asked).await?;
        let mut classes: Vec<ClassId> = moved.iter().filter_map(|it| it.to_class).collect();
        classes.sort_unstable();
        classes.dedup();
        let classes = self.curriculum.classes_by_id(tx, &classes).await?;
        let classes: HashMap<ClassId, String> =
            classes.into_iter().map(|it| (it.id, it.name())).collect();
        let mut names = HashMap::new();
        if query.wants("pupil") {
            let mut pupils: Vec<PersonId> = moved.iter().map(|it| it.pupil).collect();
            pupils.sort_unstable();
            pupils.dedup();
            let cards = self.people.cards(tx, &pupils).await?;
            names.extend(cards.into_iter().map(|it| (it.id, it.full())));
        }
        Ok(Rows::of(query, &moved, |it, field| {
            value(it, field, &classes, &names)
        }))
    }
}

fn value(
    it: &Moved,
    field: &str,
    classes: &HashMap<ClassId, String>,
    names: &HashMap<PersonId, String>,
) -> Value {
    let told = |name: Option<&String>| name.map_or(Value::Empty, |it| Value::text(it));
    match field {
        "kind" => choice(OrderKind::from_code(&it.kind).map(OrderKind::code)),
        "state" => choice(OrderState::from_code(&it.state).map(OrderState::code)),
        "number" => Value::text(it.number.as_deref().unwrap_or_default()),
        "ordered_on" => it.ordered_on.into(),
        "effective_on" => it.effective_on.into(),
        "month" => month(it.effective_on),
        "basis" => Value::text(&it.basis),
        "pupil" => told(names.get(&it.pupil)),
        "to_class" => told(it.to_class.and_then(|it| classes.get(&it))),
        "came_kind" => choice(
            it.came_kind
                .as_deref()
                .and_then(CameKind::from_code)
                .map(CameKind::code),
        ),
        "came_from" => Value::text(&it.came_from),
        "reason" => choice(LeavingReason::from_code(&it.reason).map(LeavingReason::code)),
        "went_to" => Value::text(&it.went_to),
        "scope" => choice(
            it.scope
                .as_deref()
                .and_then(Scope::from_code)
                .map(Scope::code),
        ),
        _ => Value::Empty,
    }
}

fn choice(code: Option<&'static str>) -> Value {
    code.map_or(Value::Empty, Value::Choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_an_order_can_be_chosen() {
        assert_eq!(KIND.codes, OrderKind::ALL.map(OrderKind::code));
        assert_eq!(STATE.codes, OrderState::ALL.map(OrderState::code));
        let codes: Vec<&str> = LeavingReason::ALL.iter().map(|it| it.code()).collect();
        assert_eq!(REASON.codes, codes);
        let codes: Vec<&str> = CameKind::ALL.iter().map(|it| it.code()).collect();
        assert_eq!(CAME.codes, codes);
        let codes: Vec<&str> = Scope::ALL.iter().map(|it| it.code()).collect();
        assert_eq!(SCOPE.codes, codes);
    }
}
