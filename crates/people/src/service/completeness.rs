//! «Полнота карточек»: what cards lack, and filling it for a class at once.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId, Reach, Reaches, Right};
use serde_json::{Value, json};

use super::{Directory, consents::must_be_staff, dictionaries::cleaned_by};
use crate::{
    CardKind, Details, Dictionaries, Error, FieldError, People, Person, PersonFields, PupilFields,
    completeness::{CardGaps, FILLED_AT_ONCE, grade_of, typed_date},
    person::CleanPerson,
    proposal::{as_map, text_of},
    store,
};

/// What all cards lack that the actor may fill or look at.
#[derive(Clone, Debug, Default)]
pub struct Completeness {
    /// Pupils who are in a class, in the order of names.
    pub pupils: Vec<CardGaps>,
    /// The staff; none where the actor does not keep their cards.
    pub staff: Vec<CardGaps>,
    /// The actor fills what is missing; the director only looks.
    pub may_fill: bool,
}

/// A pupil as a line of the grid.
#[derive(Clone, Debug)]
pub struct GridLine {
    pub id: PersonId,
    pub name: String,
    pub version: i32,
    /// Fields in the order asked for, as people type them.
    pub values: Vec<(String, String)>,
    /// Lacks one of the fields.
    pub lacks: bool,
}

/// One line of the grid as it was sent.
#[derive(Clone, Debug)]
pub struct FilledLine {
    pub id: PersonId,
    /// The version that the writer saw.
    pub seen: i32,
    pub values: Vec<(String, String)>,
}

/// What became of the grid.
#[derive(Clone, Debug, Default)]
pub struct GridOutcome {
    pub saved: usize,
    /// Whose line was not saved, the field and why.
    pub wrong: Vec<(PersonId, &'static str, &'static str)>,
}

impl Directory {
    /// What the cards lack that the actor may fill, of the own class or of
    /// the school, or may look at.
    pub async fn completeness(&self, actor: &Actor) -> Result<Completeness, Error> {
        let reaches = must_look(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let scope = self
            .scope(&mut tx, actor, CardKind::Pupil, reaches, today)
            .await?;
        let files = crate::Cards.files(&mut tx, today).await?;
        let pupils: Vec<PersonId> = files
            .pupils()
            .map(|it| it.pupil)
            .filter(|it| scope.has(*it))
            .collect();
        let classes = self.classes.class_names(&mut tx, &pupils, today).await?;
        let sees_staff = actor.reaches(Right::StaffView).has(Reach::Org) && reaches.has(Reach::Org);
        let mut people: Vec<PersonId> = classes.keys().copied().collect();
        if sees_staff {
            people.extend(files.workers_on(today).map(|it| it.person));
        }
        let cards = store::cards(&mut tx, &people).await?;
        tx.commit().await?;
        let mut found = Completeness {
            may_fill: must_be_staff(actor, Right::PupilEdit).is_ok(),
            ..Completeness::default()
        };
        let workers: HashMap<PersonId, &crate::WorkerFile> = files
            .workers_on(today)
            .filter(|_| sees_staff)
            .map(|it| (it.person, it))
            .collect();
        for card in cards {
            if let Some((class, file)) = classes.get(&card.id).zip(files.pupil(card.id)) {
                let (codes, of): (Vec<String>, u32) = file.lacks(grade_of(class), today).into();
                found.pupils.push(CardGaps {
                    card: card.clone(),
                    class: Some(class.clone()),
                    codes,
                    of,
                });
            }
            if let Some(file) = workers.get(&card.id) {
                let (codes, of) = file.lacks();
                found.staff.push(CardGaps {
                    card,
                    class: None,
                    codes,
                    of,
                });
            }
        }
        Ok(found)
    }

    /// The pupils of a class with some of the open fields.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`] where the actor fills nobody's card of the class.
    pub async fn grid(
        &self,
        actor: &Actor,
        class: &str,
        fields: &[&'static str],
    ) -> Result<Vec<GridLine>, Error> {
        must_be_staff(actor, Right::PupilEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let members = self.members_to_fill(&mut tx, actor, class, today).await?;
        let rows = store::pupils(&mut tx, Some(&members)).await?;
        tx.commit().await?;
        let line = |(person, pupil): (Person, PupilFields)| {
            let all = as_map(&person.fields, &Details::Pupil(pupil));
            let values: Vec<(String, String)> = fields
                .iter()
                .map(|it| ((*it).to_owned(), shown(&all, it, person.fields.born_on)))
                .collect();
            GridLine {
                id: person.id,
                name: person.card().full(),
                version: person.version,
                lacks: values.iter().any(|it| it.1.is_empty()),
                values,
            }
        };
        Ok(rows.into_iter().map(line).collect())
    }

    async fn members_to_fill(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: &str,
        today: NaiveDate,
    ) -> Result<HashSet<PersonId>, Error> {
        let reaches = must_be_staff(actor, Right::PupilEdit)?;
        let scope = self
            .scope(tx, actor, CardKind::Pupil, reaches, today)
            .await?;
        let pupils: Vec<PersonId> = match scope.list() {
            Some(some) => some,
            None => store::all_pupils(tx)
                .await?
                .into_iter()
                .map(|it| it.id)
                .collect(),
        };
        let names = self.classes.class_names(tx, &pupils, today).await?;
        let members: HashSet<PersonId> = names
            .into_iter()
            .filter(|(_, name)| name == class)
            .map(|(id, _)| id)
            .collect();
        if members.is_empty() {
            return Err(Error::NoSuchPerson);
        }
        Ok(members)
    }

    /// Saves the lines of a grid that changed; a line with a mistake, or one
    /// that somebody else changed meanwhile, is left and told of.
    #[tracing::instrument(name = "people.fill_grid", skip_all)]
    pub async fn fill_grid(
        &self,
        actor: &Actor,
        class: &str,
        lines: &[FilledLine],
    ) -> Result<GridOutcome, Error> {
        must_be_staff(actor, Right::PupilEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let members = self.members_to_fill(&mut tx, actor, class, today).await?;
        // Locked, so that a version that is read stays until it is written.
        let ids: Vec<PersonId> = members.iter().copied().collect();
        store::versions(&mut tx, &ids).await?;
        let rows = store::pupils(&mut tx, Some(&members)).await?;
        let lists = store::dictionaries(&mut tx).await?;
        let mut writes = vec![];
        let mut taken = store::taken_file_numbers(&mut tx).await?;
        let mut outcome = GridOutcome::default();
        for (person, pupil) in rows {
            let Some(line) = lines.iter().find(|it| it.id == person.id) else {
                continue;
            };
            let number = pupil.file_number.clone();
            let filled = match filled(&person, pupil, line, &lists, today) {
                Ok(Some(it)) => it,
                Ok(None) => continue,
                Err(Error::Fields(wrong)) => {
                    let wrong = wrong.into_iter().map(|it| (person.id, it.field, it.code));
                    outcome.wrong.extend(wrong);
                    continue;
                }
                Err(other) => return Err(other),
            };
            let (clean, details) = filled;
            let new = match &details {
                Details::Pupil(it) => it.file_number.clone(),
                Details::Parent(_) | Details::Staff(_) => String::new(),
            };
            if new != number && !new.is_empty() && !taken.insert(new) {
                let code = "people.file-number-taken";
                outcome.wrong.push((person.id, "file_number", code));
                continue;
            }
            if line.seen != person.version {
                let code = "people.changed-meanwhile";
                outcome.wrong.push((person.id, "", code));
                continue;
            }
            writes.push(store::Overwrite {
                id: person.id,
                seen: line.seen,
                person: clean,
                details,
            });
        }
        store::overwrite(&mut tx, CardKind::Pupil, &writes).await?;
        outcome.saved = writes.len();
        tx.commit().await?;
        Ok(outcome)
    }
}

/// Whoever fills cards, and whoever sees those of the whole school: children
/// and staff, so that a medic is none of them.
fn must_look(actor: &Actor) -> Result<Reaches, Error> {
    let sees_all = |right| actor.reaches(right).has(Reach::Org);
    match must_be_staff(actor, Right::PupilEdit) {
        Err(_) if sees_all(Right::PupilView) && sees_all(Right::StaffView) => Ok(Reach::Org.into()),
        other => other,
    }
}

/// The card with the values of the line; none where nothing changes.
fn filled(
    person: &Person,
    pupil: PupilFields,
    line: &FilledLine,
    lists: &Dictionaries,
    today: NaiveDate,
) -> Result<Option<(CleanPerson, Details)>, Error> {
    let details = Details::Pupil(pupil);
    let before = as_map(&person.fields, &details);
    let mut all = before.clone();
    let mut wrong = Vec::new();
    for (field, typed) in &line.values {
        let Some(&field) = FILLED_AT_ONCE.iter().find(|it| *it == field) else {
            continue;
        };
        match value(field, typed, today) {
            Ok(value) => {
                all.insert(field.to_owned(), value);
            }
            Err(code) => wrong.push(FieldError::new(field, code)),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Fields(wrong));
    }
    let all = Value::Object(all);
    let broken = |_| Error::field("", "people.fields");
    let fields: PersonFields = serde_json::from_value(all.clone()).map_err(broken)?;
    let pupil: PupilFields = serde_json::from_value(all).map_err(broken)?;
    // Told of before anything is saved, with the cleaned values compared.
    let (clean, details) = cleaned_by(lists, Some(&details), fields, Details::Pupil(pupil), today)?;
    let is_changed = as_map(&clean.fields, &details) != before;
    Ok(is_changed.then_some((clean, details)))
}

fn value(field: &str, typed: &str, today: NaiveDate) -> Result<Value, &'static str> {
    Ok(match field {
        "born_on" => json!(typed_date(typed, today)?),
        "gender" if typed.is_empty() => Value::Null,
        "gender" if crate::Gender::from_code(typed).is_none() => return Err("people.choice"),
        _ => json!(typed),
    })
}

fn shown(all: &serde_json::Map<String, Value>, field: &str, born_on: Option<NaiveDate>) -> String {
    match field {
        "born_on" => born_on.map(kernel::dates::show_date).unwrap_or_default(),
        "mobile" => {
            let stored = text_of(all, field);
            if stored.is_empty() {
                stored
            } else {
                kernel::checked::Phone::show_stored(&stored)
            }
        }
        _ => text_of(all, field),
    }
}
