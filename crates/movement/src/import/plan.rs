//! What the rows of a list come to.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use curriculum::Year;
use db::Tx;
use intake::{Note, Record, RowOutcome, Rows, Wish};
use kernel::{
    Actor, ClassId,
    names::{ClassName, search_key},
};
use people::{
    CardKind, Citizenship, Details, Known, ListedCard, Looked, Match, PupilFields, list_notes,
    person_fields, restricted_values,
};

use super::{PupilList, register::Register};
use crate::Error;

/// An order may take effect so many days after its date.
const LONGEST_WAY: i64 = 400;

/// What the rows come to.
pub(super) struct Plan {
    pub(super) year: Year,
    pub(super) looked: Vec<Looked>,
    /// The class of each row; none where its name makes no sense.
    pub(super) classes: Vec<Option<Named>>,
    /// How each row's pupil comes into the class; none where they are there already.
    pub(super) enrolments: Vec<Option<Enrolment>>,
    /// Classes that are not there yet.
    new_classes: BTreeSet<ClassName>,
}

/// What a row calls a class: one that may be new, or a group of a
/// kindergarten, which a list finds but never founds (JRN-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Class(ClassName),
    Group(ClassId),
}

/// The order that a row asks for; rows with the same one share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Enrolment {
    pub(super) effective_on: NaiveDate,
    pub(super) ordered_on: NaiveDate,
    pub(super) basis: String,
}

impl PupilList {
    pub(super) async fn plan(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Plan, intake::Error> {
        let year = curriculum::year_of(&self.curriculum, tx, wish).await?;
        let listed = self
            .matched(tx, wish, rows)
            .await
            .map_err(intake::Error::of)?;
        let register = Register::load(tx, self.curriculum, &year, &listed).await;
        let register = register.map_err(intake::Error::of)?;
        let looked = self
            .cards
            .look(tx, actor, CardKind::Pupil, listed, wish.today)
            .await;
        let looked = looked.map_err(intake::Error::of)?;
        for (index, it) in looked.iter().enumerate() {
            it.errors
                .iter()
                .for_each(|wrong| rows.refuse(index, wrong.field, wrong.code));
        }
        let mut plan = Plan {
            year,
            looked,
            classes: vec![],
            enrolments: vec![],
            new_classes: BTreeSet::new(),
        };
        for (index, record) in wish.records.iter().enumerate() {
            plan.add(index, record, &register, rows);
        }
        Ok(plan)
    }

    /// The cards of the rows and whose they are.
    async fn matched(
        &self,
        tx: &mut Tx,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Vec<ListedCard>, Error> {
        let known = Known::of(self.cards.known(tx, CardKind::Pupil).await?);
        let mut seen = HashSet::new();
        let mut listed = vec![];
        for (index, record) in wish.records.iter().enumerate() {
            let mut card = listed_card(record, wish.today);
            let name = full_name(&card);
            match known.find(&name, card.fields.born_on) {
                Match::One(id) => card.person = Some(id),
                Match::Nobody => {}
                Match::Several => rows.refuse(index, "last_name", "intake.several-cards"),
            }
            let key = card
                .person
                .is_none()
                .then(|| (search_key(&name), card.fields.born_on));
            if !seen.insert((card.person, key)) {
                rows.refuse(index, "last_name", "intake.same-person");
            }
            listed.push(card);
        }
        Ok(listed)
    }
}

impl Plan {
    fn add(&mut self, index: usize, record: &Record, register: &Register, rows: &mut Rows<'_>) {
        let class = register.named(record.text("class"));
        let enrolment = Enrolment::of(record, &self.year);
        let mut comes = false;
        match &class {
            None if register.groups.is_empty() => {
                rows.refuse(index, "class", "intake.not-a-class");
            }
            None => rows.refuse(index, "class", "intake.no-preschool-group"),
            Some(class) => {
                if let (Named::Class(name), None) = (class, register.id(class)) {
                    self.new_classes.insert(name.clone());
                }
                let pupil = self.looked[index].person;
                match register.step(pupil, class, enrolment.effective_on) {
                    Ok(step) => comes = step,
                    Err((column, code)) => rows.refuse(index, column, code),
                }
            }
        }
        if self.year.archived {
            rows.refuse(index, "class", "intake.closed-year");
        }
        if self.year.ends_on < enrolment.effective_on {
            rows.refuse(index, "enrolled_on", "intake.after-year");
        }
        self.classes.push(class);
        self.enrolments.push(comes.then_some(enrolment));
    }

    pub(super) fn outcome(&self, index: usize) -> RowOutcome {
        let it = &self.looked[index];
        match (it.person, it.changes || self.enrolments[index].is_some()) {
            (None, _) => RowOutcome::Create,
            (Some(_), true) => RowOutcome::Update,
            (Some(_), false) => RowOutcome::Skip,
        }
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes = vec![];
        if !self.new_classes.is_empty() {
            let names: Vec<String> = self.new_classes.iter().map(ToString::to_string).collect();
            notes.push(Note::new("new-classes").with("classes", &names.join(", ")));
        }
        notes.extend(list_notes(&self.looked));
        notes
    }
}

impl Enrolment {
    /// Whoever came in an earlier year is in this year's class from its first day.
    fn of(record: &Record, year: &Year) -> Self {
        let said = record.date("enrolled_on").unwrap_or(year.starts_on);
        let effective_on = said.max(year.starts_on);
        let is_near = effective_on.signed_duration_since(said).num_days() <= LONGEST_WAY;
        let number = record.text("order_number");
        let number = if number.is_empty() {
            String::new()
        } else {
            format!("№ {number}")
        };
        let day = kernel::dates::show_date(said);
        Self {
            effective_on,
            ordered_on: if is_near { said } else { effective_on },
            basis: if is_near {
                number
            } else {
                format!("{number} {day}").trim().to_owned()
            },
        }
    }
}

fn full_name(it: &ListedCard) -> String {
    let middle = it.fields.middle_name.as_deref().unwrap_or_default();
    format!("{} {} {middle}", it.fields.last_name, it.fields.first_name)
}

fn listed_card(record: &Record, today: NaiveDate) -> ListedCard {
    let text = |key: &str| record.text(key).to_owned();
    let pupil = PupilFields {
        file_number: text("file_number"),
        foreign_language: text("foreign_language"),
        family: text("family"),
        has_computer: record.flag("has_computer"),
        citizenship: record
            .choice("citizenship")
            .and_then(Citizenship::from_code),
        taught_at_home: record.flag("taught_at_home"),
        shift: record
            .choice("shift")
            .map_or(0, |it| it.parse().unwrap_or(0)),
    };
    let consented = record.flag("consent") == Some(true);
    ListedCard {
        person: None,
        fields: person_fields(record),
        details: Details::Pupil(pupil),
        restricted: restricted_values(record),
        consent: consented.then(|| record.date("consent_on").unwrap_or(today)),
    }
}
