//! «Ученики»: cards, classes, one enrolment order per date and number, logins.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::{Class, Curriculum, NewClass, Records, Year};
use db::Tx;
use intake::{Check, Column, Commit, Importer, Kind, Layout, Note, Record, RowOutcome, Rows, Wish};
use kernel::{
    Actor, ClassId, PersonId, Right,
    names::{ClassName, search_key},
};
use people::{
    CardKind, CardLists, CardsUndo, Details, Known, ListedCard, Looked, Match, PupilFields,
    columns, person_fields, restricted_values,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Error, Movement, Refusal,
    order::{Effect, OrderId, Place},
    register::{Chain, Event},
    store,
};

/// The columns of the list in the order of the template.
const COLUMNS: [&str; 34] = [
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
    "birth_certificate",
    "birth_certificate_issued_on",
    "birth_certificate_issued_by",
    "passport",
    "passport_issued_on",
    "passport_issued_by",
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
    "consent",
    "consent_on",
];

/// An order may take effect so many days after its date.
const LONGEST_WAY: i64 = 400;

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

/// What the rows come to.
struct Plan {
    year: Year,
    looked: Vec<Looked>,
    /// The class of each row; none where its name makes no sense.
    classes: Vec<Option<Named>>,
    /// How each row's pupil comes into the class; none where they are there already.
    enrolments: Vec<Option<Enrolment>>,
    /// Classes that are not there yet.
    new_classes: BTreeSet<ClassName>,
}

/// What a row calls a class: one that may be new, or a group of a
/// kindergarten, which a list finds but never founds (JRN-10).
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named {
    Class(ClassName),
    Group(ClassId),
}

/// The order that a row asks for; rows with the same one share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Enrolment {
    effective_on: NaiveDate,
    ordered_on: NaiveDate,
    basis: String,
}

impl PupilList {
    pub fn new(cards: Arc<dyn CardLists>, movement: Movement) -> Self {
        Self {
            cards,
            movement,
            curriculum: Records,
        }
    }

    async fn plan(
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

/// The register as far as the list concerns it.
struct Register {
    classes: HashMap<ClassName, ClassId>,
    /// Groups of a kindergarten by the search key of their names.
    groups: HashMap<String, ClassId>,
    chains: HashMap<PersonId, Chain>,
}

impl Register {
    async fn load(
        tx: &mut Tx,
        curriculum: Records,
        year: &Year,
        listed: &[ListedCard],
    ) -> Result<Self, Error> {
        let classes = curriculum.classes(tx, year.id).await?;
        let people: Vec<PersonId> = listed.iter().filter_map(|it| it.person).collect();
        Ok(Self {
            classes: classes
                .iter()
                .filter_map(|it| Some((class_name(it)?, it.id)))
                .collect(),
            groups: classes
                .iter()
                .filter(|it| it.is_preschool())
                .map(|it| (search_key(&it.name()), it.id))
                .collect(),
            chains: store::chains(tx, &people).await?,
        })
    }

    /// «2 младшая» is a group where there is one of that name, and a class otherwise.
    fn named(&self, text: &str) -> Option<Named> {
        let group = self.groups.get(&search_key(text));
        group
            .map(|it| Named::Group(*it))
            .or_else(|| text.parse().ok().map(Named::Class))
    }

    fn id(&self, class: &Named) -> Option<ClassId> {
        match class {
            Named::Class(name) => self.classes.get(name).copied(),
            Named::Group(id) => Some(*id),
        }
    }

    /// Whether the pupil has to be enrolled, or why they cannot be.
    fn step(
        &self,
        pupil: Option<PersonId>,
        class: &Named,
        on: NaiveDate,
    ) -> Result<bool, (&'static str, &'static str)> {
        let outside = Chain::default();
        let chain = pupil
            .and_then(|it| self.chains.get(&it))
            .unwrap_or(&outside);
        let now = chain.now();
        if let Some(place) = now {
            let is_same = self.id(class) == place.class();
            return if is_same {
                Ok(false)
            } else {
                Err(("class", "intake.in-other-class"))
            };
        }
        // Which place it is does not matter to whether somebody may come.
        let effect = Effect::Enter(Place::Grade(0));
        let event = Event {
            order: OrderId::from(0),
            effective_on: on,
            effect,
        };
        chain
            .step(&event)
            .map(|_| true)
            .map_err(|it: Refusal| ("enrolled_on", it.code()))
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
        if self.year.ends_on < enrolment.effective_on {
            rows.refuse(index, "enrolled_on", "intake.after-year");
        }
        self.classes.push(class);
        self.enrolments.push(comes.then_some(enrolment));
    }

    fn outcome(&self, index: usize) -> RowOutcome {
        let it = &self.looked[index];
        match (it.person, it.changes || self.enrolments[index].is_some()) {
            (None, _) => RowOutcome::Create,
            (Some(_), true) => RowOutcome::Update,
            (Some(_), false) => RowOutcome::Skip,
        }
    }

    fn notes(&self) -> Vec<Note> {
        let mut notes = vec![];
        if !self.new_classes.is_empty() {
            let names: Vec<String> = self.new_classes.iter().map(ToString::to_string).collect();
            notes.push(Note::new("new-classes").with("classes", &names.join(", ")));
        }
        let left = |reason: &str| {
            self.looked
                .iter()
                .flat_map(|it| &it.left_out)
                .filter(|it| it.1 == reason)
                .count()
        };
        let consents = self.looked.iter().filter(|it| it.consent_left_out).count();
        let left_out = [
            ("left-out-no-consent", left("no-consent")),
            ("left-out-no-right", left("no-right")),
            ("consents-left-out", consents),
        ];
        let left_out = left_out.into_iter().filter(|it| it.1 > 0);
        notes.extend(left_out.map(|(code, count)| Note::new(code).with("count", &count)));
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

fn class_name(it: &Class) -> Option<ClassName> {
    ClassName::new(u8::try_from(it.grade).ok()?, &it.letter).ok()
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

impl PupilList {
    async fn write(&self, tx: &mut Tx, actor: &Actor, plan: &Plan) -> Result<Undo, Error> {
        let wanted: BTreeSet<ClassName> = plan
            .classes
            .iter()
            .flatten()
            .filter_map(|it| match it {
                Named::Class(name) => Some(name.clone()),
                Named::Group(_) => None,
            })
            .collect();
        let wanted: Vec<NewClass> = wanted
            .into_iter()
            .map(|name| NewClass { name, shift: 1 })
            .collect();
        let classes = self
            .curriculum
            .ensure_classes(tx, plan.year.id, &wanted)
            .await?;
        let ids: HashMap<&ClassName, ClassId> = wanted
            .iter()
            .map(|it| &it.name)
            .zip(classes.ids.iter().copied())
            .collect();
        let put = self.cards.put(tx, CardKind::Pupil, &plan.looked).await?;
        let mut lists: BTreeMap<&Enrolment, Vec<(PersonId, ClassId)>> = BTreeMap::new();
        let rows = put.people.iter().zip(&plan.enrolments).zip(&plan.classes);
        for ((pupil, enrolment), class) in rows {
            let class = class.as_ref().and_then(|it| match it {
                Named::Class(name) => ids.get(name).copied(),
                Named::Group(id) => Some(*id),
            });
            if let (Some(enrolment), Some(class)) = (enrolment, class) {
                lists.entry(enrolment).or_default().push((*pupil, class));
            }
        }
        let mut orders = vec![];
        for (it, pupils) in lists {
            let dates = (it.ordered_on, it.effective_on);
            let order = self
                .movement
                .enrol_list_by(tx, actor, dates, it.basis.clone(), pupils);
            orders.push(order.await?.id);
        }
        Ok(Undo {
            cards: put.undo,
            orders,
            classes: classes.created,
        })
    }

    async fn take_back(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Undo,
        reason: &str,
    ) -> Result<(), Error> {
        for order in undo.orders.iter().rev() {
            self.movement.undo_list(tx, actor, *order, reason).await?;
        }
        self.cards
            .take_back(tx, CardKind::Pupil, &undo.cards)
            .await?;
        let entered = curriculum::Entered {
            classes: undo.classes.clone(),
            ..Default::default()
        };
        self.curriculum.forget(tx, &entered).await?;
        Ok(())
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
            "has_computer" => Column::new("has_computer", Kind::Flag),
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
