//! What is owed of the timetable (DLN-1): every hour of the load stands in it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use curriculum::{Class, Curriculum, StudyYear};
use db::Tx;
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use kernel::{ClassId, Fault, GroupId, Role, SubjectId};
use org::Organisations;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{Error, Held, LessonBook, Lessons};

const TIMETABLE: &str = "schedule.timetable";

/// Tells the classes whose timetable has other hours than their load (S3:7.3).
#[derive(Clone)]
pub struct TimetableDues {
    pub orgs: Arc<dyn Organisations>,
    pub curriculum: Arc<dyn Curriculum>,
}

#[async_trait]
impl DeadlineSource for TimetableDues {
    fn duties(&self) -> &'static [&'static str] {
        &[TIMETABLE]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

/// A subject of a class, or of a group of it.
type Taught = (ClassId, SubjectId, Option<GroupId>);

impl TimetableDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let own = self.orgs.home(tx).await?;
        let mut answer = Answer::default();
        if !own.kind.is_school() {
            return Ok(answer);
        }
        let study = self.curriculum.study(tx, ask).await?;
        let held = LessonBook.held(tx, ask, &own).await?;
        let open = |it: &&StudyYear| !it.year.archived && ask.today <= it.year.ends_on;
        let mut there = HashSet::new();
        for year in study.years.iter().filter(open) {
            let placed = placed(&held);
            for class in year.taught_classes() {
                there.insert(key(year, class));
                answer.count(ask, whole(year, class));
                let hours = Hours::of(year, class, &placed, ask);
                if !hours.agree {
                    answer.tell(ask, fact(year, class, &hours));
                }
            }
        }
        // A class that is no more, a year that is over.
        answer.lose(ask, TIMETABLE, |it| there.contains(it));
        Ok(answer)
    }
}

fn key(year: &StudyYear, class: &Class) -> String {
    format!("{}/class/{}", year.number(), class.id)
}

fn placed(held: &Held) -> HashMap<Taught, u32> {
    held.week
        .iter()
        .map(|it| ((it.class, it.subject, it.group), it.hours))
        .collect()
}

/// The hours of a class in a week.
struct Hours {
    placed: u32,
    needed: u32,
    agree: bool,
}

impl Hours {
    /// Half an hour a week may stand in the timetable or not.
    fn of(year: &StudyYear, class: &Class, placed: &HashMap<Taught, u32>, ask: &Ask<'_>) -> Self {
        let day = year.day(ask.today);
        let mut needed: BTreeMap<Taught, Decimal> = BTreeMap::new();
        for it in &year.loads {
            if it.class == class.id && it.days().contains(&day) {
                *needed.entry((it.class, it.subject, it.group)).or_default() += it.hours_a_week;
            }
        }
        let mut hours = Self {
            placed: 0,
            needed: 0,
            agree: true,
        };
        for (taught, wanted) in needed {
            let stand = placed.get(&taught).copied().unwrap_or(0);
            let [least, most] = [wanted.floor(), wanted.ceil()].map(|it| it.to_u32().unwrap_or(0));
            hours.placed += stand;
            hours.needed += stand.clamp(least, most);
            hours.agree &= (least..=most).contains(&stand);
        }
        hours
    }
}

fn fact(year: &StudyYear, class: &Class, hours: &Hours) -> Fact {
    Fact {
        duty: TIMETABLE,
        key: key(year, class),
        on: year.year.starts_on,
        owner: Owner::Role(Role::Deputy),
        about: About {
            class: Some(class.id),
            ..About::default()
        },
        place: format!("/timetable/edit?year={}&class={}", year.year.id, class.id),
        parts: Some((hours.placed, hours.needed)),
    }
}

fn whole(year: &StudyYear, class: &Class) -> Whole {
    Whole {
        duty: TIMETABLE,
        month: year.year.starts_on,
        owner: Owner::Role(Role::Deputy),
        class: Some(class.id),
        things: 1,
    }
}
