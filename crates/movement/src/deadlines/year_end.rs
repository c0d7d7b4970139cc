use std::collections::{BTreeMap, HashMap};

use chrono::Days;
use curriculum::{Class, StudyYear};
use dues::{About, Fact, Owner};
use kernel::{ClassId, Role};

use super::Told;
use crate::Enrolment;

/// Orders on the move to the next grade, or on staying (S3:9.2, grades 1–8 and 10).
pub(super) const YEAR_END: &str = "movement.year-end";
/// Orders on graduation (S3:9.2, grades 9, 11 and 12).
pub(super) const GRADUATION: &str = "movement.graduation";
/// Orders that fill the classes 1 and 10 (S3:9.2).
pub(super) const NEW_CLASSES: &str = "movement.new-classes";

/// The grades in which a class is formed anew.
const FORMED: [i16; 2] = [1, 10];

impl Told<'_> {
    /// Of each class, how many of those who were there at the end of the
    /// year are told by an order where they go.
    pub(super) fn year_ends(&mut self) {
        let (study, enrolments) = (self.study.clone(), self.enrolments.clone());
        let mut by_class: HashMap<ClassId, Vec<&Enrolment>> = HashMap::new();
        for it in &enrolments.stays {
            by_class.entry(it.member.class).or_default().push(it);
        }
        for year in &study.years {
            for class in year.taught_classes() {
                let stays = by_class.get(&class.id).map_or(&[][..], Vec::as_slice);
                self.year_end(year, class, stays);
            }
        }
        self.waiting_at_the_end();
    }

    /// Pupils in no class have to go on too, with the first year that is open.
    fn waiting_at_the_end(&mut self) {
        let (study, enrolments) = (self.study.clone(), self.enrolments.clone());
        let open = |it: &&StudyYear| !it.year.archived && !it.year.planned;
        let Some(year) = study.years.iter().find(open) else {
            return;
        };
        let mut waiting: BTreeMap<i16, u32> = BTreeMap::new();
        let of_year = |it: &&crate::Unplaced| it.grade > 0 && it.since <= year.year.ends_on;
        for it in enrolments.unplaced.iter().filter(of_year) {
            *waiting.entry(it.grade).or_default() += 1;
        }
        for (grade, count) in waiting {
            let (on, owner) = (year.year.starts_on, Owner::Role(Role::Admin));
            let duty = year_end_of(grade);
            self.count(duty, on, owner);
            let fact = Fact {
                duty,
                key: format!("{}/grade/{grade}", year.number()),
                on,
                owner,
                about: About::default(),
                place: format!("/settings/rollover/exceptions?class=g{grade}"),
                parts: Some((0, count)),
            };
            self.answer.tell(self.ask, fact);
        }
    }

    fn year_end(&mut self, year: &StudyYear, class: &Class, stays: &[&Enrolment]) {
        let last = year.ends_on(class.grade).min(self.ask.today);
        let at_the_end: Vec<&&Enrolment> = stays.iter().filter(|it| it.member.on(last)).collect();
        let settled = at_the_end
            .iter()
            .filter(|it| it.member.until.is_some())
            .count();
        let all = at_the_end.len();
        if all == 0 {
            return;
        }
        let duty = year_end_of(class.grade);
        let (on, owner) = (year.year.starts_on, Owner::Role(Role::Admin));
        self.count(duty, on, owner);
        if settled == all {
            return;
        }
        // The wizard draws these orders up for the whole school.
        let place = "/settings/rollover".to_owned();
        let fact = of_class(duty, (year, class), owner, place);
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let parts = Some((number(settled), number(all)));
        self.answer.tell(self.ask, Fact { parts, ..fact });
    }

    /// Classes 1 and 10 in which nobody is, and pupils of these parallels who
    /// wait for a class.
    pub(super) fn new_classes(&mut self) {
        let (study, enrolments) = (self.study.clone(), self.enrolments.clone());
        for year in &study.years {
            for grade in FORMED {
                self.unplaced(year, grade);
            }
            for class in year.classes.iter().filter(|it| FORMED.contains(&it.grade)) {
                let (on, owner) = (year.year.starts_on, Owner::Role(Role::Admin));
                self.count(NEW_CLASSES, on, owner);
                if enrolments.of_class(class.id).next().is_none() {
                    let place = "/movement/orders/new?type=enrolment".to_owned();
                    let fact = of_class(NEW_CLASSES, (year, class), owner, place);
                    self.answer.tell(self.ask, fact);
                }
            }
        }
    }
}

impl Told<'_> {
    /// Whoever came into the parallel by the end of the year is in a class of it.
    fn unplaced(&mut self, year: &StudyYear, grade: i16) {
        // Parallels are filled in the summer before.
        let (first, last) = (year.year.starts_on - Days::new(90), year.year.ends_on);
        let waits = |it: &&crate::Unplaced| it.grade == grade && (first..=last).contains(&it.since);
        let enrolments = self.enrolments.clone();
        let waiting = enrolments.unplaced.iter().filter(waits).count();
        if waiting == 0 {
            return;
        }
        let (on, owner) = (year.year.starts_on, Owner::Role(Role::Admin));
        self.count(NEW_CLASSES, on, owner);
        let fact = Fact {
            duty: NEW_CLASSES,
            key: format!("{}/grade/{grade}", year.number()),
            on,
            owner,
            about: About::default(),
            place: "/movement/orders/new?type=transfer".to_owned(),
            parts: Some((0, u32::try_from(waiting).unwrap_or(u32::MAX))),
        };
        self.answer.tell(self.ask, fact);
    }
}

/// Which orders tell where the parallel goes.
const fn year_end_of(grade: i16) -> &'static str {
    match grade {
        9 | 11 | 12 => GRADUATION,
        _ => YEAR_END,
    }
}

fn of_class(
    duty: &'static str,
    (year, class): (&StudyYear, &Class),
    owner: Owner,
    place: String,
) -> Fact {
    Fact {
        duty,
        key: format!("{}/class/{}", year.number(), class.id),
        on: year.year.starts_on,
        owner,
        about: About {
            class: Some(class.id),
            ..About::default()
        },
        place,
        parts: None,
    }
}
