//! The groups of a kindergarten today.

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Class, Year};
use kernel::{Actor, ClassId, PersonId, Right};

use super::{Preschool, reaches_group};
use crate::{Error, Month, Tally, sheet::off, store};

/// One group.
#[derive(Clone, Debug)]
pub struct ListedGroup {
    pub class: Class,
    /// «Соколова М. П.»
    pub educator: String,
    pub children: usize,
    pub today: Tally,
    /// Whether the month before was handed in, and this one.
    pub closed: (bool, bool),
}

/// The groups that the actor sees.
#[derive(Clone, Debug)]
pub struct Groups {
    pub year: Option<Year>,
    pub groups: Vec<ListedGroup>,
    pub today: NaiveDate,
    /// Nobody comes today.
    pub day_off: bool,
    /// Whether the dictionary may be changed.
    pub keeps: bool,
}

impl Preschool {
    /// The groups of the year with their children today.
    pub async fn groups(&self, actor: &Actor, today: NaiveDate) -> Result<Groups, Error> {
        let reaches = actor.may(Right::SheetView)?;
        let mut tx = self.db.begin(actor).await?;
        let keeps = actor.may_in_org(Right::SheetReopen).is_ok();
        let Some(year) = self.curriculum.year_near(&mut tx, today).await? else {
            tx.commit().await?;
            return Ok(Groups {
                year: None,
                groups: vec![],
                today,
                day_off: true,
                keeps,
            });
        };
        let mut classes = self.curriculum.classes(&mut tx, year.id).await?;
        classes.retain(|it| it.is_preschool() && reaches_group(actor, reaches, it));
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let members = self.register.members(&mut tx, &ids, today, today).await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let signs = store::signs(&mut tx, &pupils, (today, today)).await?;
        let codes = store::codes(&mut tx).await?;
        let month = Month::of(today);
        let before = store::months(&mut tx, &ids, month.before()).await?;
        let now = store::months(&mut tx, &ids, month).await?;
        let educators: Vec<PersonId> = classes.iter().filter_map(|it| it.teacher).collect();
        let cards = self.people.cards(&mut tx, &educators).await?;
        tx.commit().await?;
        let names: HashMap<PersonId, String> = cards.iter().map(|it| (it.id, it.short())).collect();
        let closed = |months: &[store::StoredMonth], class: ClassId| {
            let mut found = months.iter();
            found.any(|it| it.class == class && it.reopened.is_none())
        };
        let group = |class: Class| {
            let here: Vec<PersonId> = members
                .iter()
                .filter(|it| it.class == class.id)
                .map(|it| it.pupil)
                .collect();
            let sign =
                |pupil: &PersonId| Some(signs.get(&(*pupil, today)).cloned().unwrap_or_default());
            let cells: Vec<Option<String>> = here.iter().map(sign).collect();
            let educator = class.teacher.and_then(|it| names.get(&it).cloned());
            ListedGroup {
                educator: educator.unwrap_or_default(),
                children: here.len(),
                today: Tally::of(&cells, &codes),
                closed: (closed(&before, class.id), closed(&now, class.id)),
                class,
            }
        };
        // A holiday is told by the sheet itself; here a weekend is enough.
        let day_off = off(today, &year, &[]).is_some();
        Ok(Groups {
            groups: classes.into_iter().map(group).collect(),
            year: Some(year),
            today,
            day_off,
            keeps,
        })
    }
}
