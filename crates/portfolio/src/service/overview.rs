//! The achievements of a year, as far as the actor sees them, and their sums.

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Class, Year};
use kernel::{Actor, ClassId, PersonId, Reach, Right, YearId};
use people::Card;

use super::Portfolio;
use crate::{Entry, EntryState, Error, Owner, Summary, store, summary::Counted};

/// An achievement in the list of a school or a class.
#[derive(Clone, Debug)]
pub struct Line {
    pub entry: Entry,
    pub name: String,
    /// «7А»; none for a pupil who is in no class of the year.
    pub class: Option<Class>,
    pub prepared_by: Option<String>,
}

/// The achievements of a year.
#[derive(Clone, Debug)]
pub struct Overview {
    pub year: Option<Year>,
    /// The class that was asked for.
    pub class: Option<Class>,
    /// The classes of the actor, 1А … 11Б.
    pub classes: Vec<Class>,
    pub lines: Vec<Line>,
    /// What waits for a class teacher.
    pub waiting: usize,
    /// Of the confirmed ones.
    pub summary: Summary,
    /// How many pupils the summary is about, by class.
    pub pupils: HashMap<ClassId, usize>,
}

impl Portfolio {
    /// The achievements of the pupils of a year: of the school for those who
    /// see all, of the own pupils for a teacher.
    pub async fn overview(
        &self,
        actor: &Actor,
        (year, class): (Option<YearId>, Option<ClassId>),
        today: NaiveDate,
    ) -> Result<Overview, Error> {
        let view = actor.may(Right::PortfolioView)?;
        if !view.has(Reach::Org) && !view.has(Reach::OwnClass) && !view.has(Reach::OwnLoad) {
            return Err(kernel::Denied(Right::PortfolioView).into());
        }
        let mut tx = self.db.begin(actor).await?;
        let Some(year) = self.year(&mut tx, year, today).await? else {
            tx.commit().await?;
            return Ok(Overview {
                year: None,
                class: None,
                classes: vec![],
                lines: vec![],
                waiting: 0,
                summary: Summary::default(),
                pupils: HashMap::new(),
            });
        };
        let mut classes = self.curriculum.classes(&mut tx, year.id).await?;
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let members = self
            .register
            .members(&mut tx, &ids, year.starts_on, year.ends_on)
            .await?;
        let on = today.clamp(year.starts_on, year.ends_on);
        let mut class_of: HashMap<PersonId, ClassId> = HashMap::new();
        for it in members.iter().filter(|it| it.on(on)) {
            class_of.insert(it.pupil, it.class);
        }
        if !view.has(Reach::Org) {
            let own = self.own.own_pupils(&mut tx, actor, view, today).await?;
            class_of.retain(|pupil, _| own.contains(pupil));
            classes.retain(|it| class_of.values().any(|own| *own == it.id));
        }
        let chosen = match class {
            Some(id) => {
                let found = classes.iter().find(|it| it.id == id).cloned();
                let found = found.ok_or(Error::NotFound)?;
                class_of.retain(|_, own| *own == id);
                Some(found)
            }
            None => None,
        };
        // The summer belongs to the year before it.
        let last = year.starts_on + chrono::Months::new(12) - chrono::Days::new(1);
        let mut entries = store::entries_between(&mut tx, year.starts_on, last).await?;
        let whole = view.has(Reach::Org) && chosen.is_none();
        entries.retain(|it| whole || class_of.contains_key(&it.owner.person()));
        let mut people: Vec<PersonId> = entries.iter().map(|it| it.owner.person()).collect();
        people.extend(entries.iter().filter_map(|it| it.fields.prepared_by));
        let cards = self.people.cards(&mut tx, &people).await?;
        tx.commit().await?;
        let cards: HashMap<PersonId, Card> = cards.into_iter().map(|it| (it.id, it)).collect();
        let mut pupils: HashMap<ClassId, usize> = HashMap::new();
        for class in class_of.values() {
            *pupils.entry(*class).or_default() += 1;
        }
        let counted: Vec<Counted> = entries
            .iter()
            .filter(|it| it.state == EntryState::Confirmed)
            .filter_map(|it| counted(it, &class_of))
            .collect();
        let waiting = entries.iter().filter(|it| it.state == EntryState::Proposed);
        Ok(Overview {
            waiting: waiting.count(),
            summary: Summary::of(&counted),
            lines: entries
                .into_iter()
                .map(|it| line(it, &cards, &class_of, &classes))
                .collect(),
            class: chosen,
            classes,
            pupils,
            year: Some(year),
        })
    }
}

fn counted(it: &Entry, class_of: &HashMap<PersonId, ClassId>) -> Option<Counted> {
    let Owner::Pupil(pupil) = it.owner else {
        return None;
    };
    Some(Counted {
        pupil,
        class: *class_of.get(&pupil)?,
        kind: it.fields.kind,
        level: it.fields.level,
        prize: it.fields.prize,
    })
}

fn line(
    entry: Entry,
    cards: &HashMap<PersonId, Card>,
    class_of: &HashMap<PersonId, ClassId>,
    classes: &[Class],
) -> Line {
    let person = entry.owner.person();
    let class = class_of.get(&person);
    Line {
        name: cards.get(&person).map(Card::listed).unwrap_or_default(),
        class: classes.iter().find(|it| Some(&it.id) == class).cloned(),
        prepared_by: entry
            .fields
            .prepared_by
            .and_then(|it| cards.get(&it))
            .map(Card::short),
        entry,
    }
}
