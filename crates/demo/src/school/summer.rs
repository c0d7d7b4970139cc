//! The year before, as far as the movement book remembers it: classes, whom it
//! had, and the orders of last summer (MOV-1, MOV-4).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days as Span, Duration, NaiveDate, Utc};
use kernel::Role;

use crate::{
    calendar::{Calendar, day},
    dice::Dice,
    ids::Ids,
    model::{Days, Kit, Person, School, Size},
    rows::{Batch, Rows, Value},
};

/// Classes of last year that left the school, and how many of each.
const LEFT: [(i16, &str, usize); 2] = [(9, "В", 9), (11, "А", 12)];
/// Every so many pupils came only this year.
const NEWCOMERS: usize = 40;
const ORDER: &str = "movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on, basis, \
     prepared_by, issued_by, issued_at, created_at)";
const LINE: &str = "movement.order_pupil (org_id, order_id, pupil_id, to_class_id, came_from, conditional, ground, \
     document, document_number, document_on, exams)";
const STAY: &str = "movement.class_member (org_id, pupil_id, class_id, during, began_by, ended_by)";

/// Where a pupil of this year was in the last one.
pub(super) struct Before {
    /// The order that enrolled the pupil.
    pub(super) enrolled: i64,
    /// The order that led into this year.
    pub(super) led_on: i64,
}

/// Somebody who graduated last summer.
struct Graduate {
    person: Person,
    class: i64,
    grade: i16,
    file: String,
}

/// What an order says of one pupil.
struct Line<'a> {
    pupil: i64,
    to: Option<i64>,
    came_from: &'a str,
    conditional: bool,
    ground: Option<&'a str>,
    /// Which paper, and its number.
    document: Option<(&'a str, String)>,
}

impl Line<'_> {
    const fn of(pupil: i64, to: Option<i64>) -> Self {
        Self {
            pupil,
            to,
            came_from: "",
            conditional: false,
            ground: None,
            document: None,
        }
    }
}

/// An order to be written.
struct Order<'a> {
    kind: &'a str,
    number: String,
    ordered_on: NaiveDate,
    effective_on: NaiveDate,
    basis: &'a str,
}

/// Who was where last year.
struct Enrolled {
    /// By place of the pupil: class and parallel.
    was: BTreeMap<usize, (i64, i16)>,
    /// The order of each parallel.
    orders: BTreeMap<i16, i64>,
}

/// Writes the book of the year before.
struct Book<'a> {
    ids: &'a mut Ids,
    dice: Dice,
    school: &'a School,
    batch: &'a mut Batch,
    /// The closed year.
    year: &'a Calendar,
    /// The class of last year of each class of this, by place.
    before: Vec<Option<i64>>,
    stays: Rows,
}

/// The rows of last year in a large school, and where its pupils were, by
/// place; nobody was anywhere in others.
pub(super) fn rows(
    kit: &Kit,
    ids: &mut Ids,
    school: &School,
    days: &Days,
    (year, seed): (i64, u64),
    batch: &mut Batch,
) -> anyhow::Result<BTreeMap<usize, Before>> {
    let Some(calendar) = days
        .before
        .as_ref()
        .filter(|_| school.site.size == Size::Large)
    else {
        return Ok(BTreeMap::new());
    };
    let opened = super::noon(days.calendar.starts_on - Duration::days(14));
    let mut classes = Rows::new(
        "curriculum.class (org_id, class_id, year_id, grade, letter, shift, teacher_id, created_at)",
    );
    let mut add = |ids: &mut Ids, grade: i16, letter: &str, teacher: usize| {
        let id = ids.next("curriculum.class");
        let teacher = school.workers[teacher].person.id;
        classes.add(&[
            &school.site.org,
            &id,
            &year,
            &grade,
            &letter,
            &1_i16,
            &teacher,
            &opened,
        ]);
        id
    };
    let mut before = Vec::new();
    for it in &school.classes {
        let last = (it.grade > 1).then(|| add(ids, it.grade - 1, it.letter, it.teacher));
        before.push(last);
    }
    let left = LEFT.map(|(grade, letter, _)| add(ids, grade, letter, school.classes[0].teacher));
    batch.copy([classes]);
    let mut book = Book {
        ids,
        dice: Dice::new(seed, 0x5e7 + school.site.org as u64),
        school,
        batch,
        year: calendar,
        before,
        stays: Rows::new(STAY),
    };
    let graduates = book.graduates(kit, left, opened)?;
    let enrolled = book.enrolments(&graduates);
    let led_on = book.summer(days.calendar.starts_on, &enrolled);
    book.graduation(&enrolled, &graduates);
    let Book {
        stays,
        batch,
        mut dice,
        ..
    } = book;
    batch.at(opened, None);
    let marks = super::last_marks::rows(kit, school, (year, calendar), &enrolled.was, &mut dice);
    batch.copy([stays, marks]);
    Ok(led_on)
}

impl Book<'_> {
    /// The cards of those who graduated.
    fn graduates(
        &mut self,
        kit: &Kit,
        classes: [i64; 2],
        opened: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Graduate>> {
        let org = self.school.site.org;
        let mut cards = super::person_table();
        let mut pupils = Rows::new(
            "people.pupil (org_id, person_id, file_number, foreign_language, family, citizenship)",
        );
        let mut all = Vec::new();
        for ((grade, _, count), class) in LEFT.into_iter().zip(classes) {
            for _ in 0..count {
                let dice = &mut self.dice;
                let male = dice.percent(50);
                let (surname, father) = (kit.names.surname(dice), kit.names.man(dice));
                let person = Person {
                    id: self.ids.next("people.person"),
                    name: kit.names.child(dice, surname, father, male)?,
                    male,
                    born: day(self.year.starts_on.year() - i32::from(grade) - 6, 4, 1)
                        + Span::new(dice.below(365) as u64),
                    mobile: crate::numbers::mobile(dice),
                    address: self.school.site.address(dice),
                };
                // Below every number of those who study.
                let letter = person.name.last().chars().next().unwrap_or('А');
                let file = format!("{letter}/{}", 20 + all.len());
                super::person_row(&mut cards, org, &person, false, opened);
                pupils.add(&[
                    &org,
                    &person.id,
                    &file,
                    &"Английский язык",
                    &"Полная",
                    &"ru",
                ]);
                all.push(Graduate {
                    person,
                    class,
                    grade,
                    file,
                });
            }
        }
        self.batch.at(opened, None);
        self.batch.copy([cards, pupils]);
        Ok(all)
    }

    /// Whom the year before enrolled: an order for each parallel.
    fn enrolments(&mut self, graduates: &[Graduate]) -> Enrolled {
        let first = self.school.pupils.iter().map(|it| it.since).min();
        let mut was: BTreeMap<usize, (i64, i16)> = BTreeMap::new();
        let mut repeats = true;
        for (at, it) in self.school.pupils.iter().enumerate() {
            let Some(class) = self.before[it.class] else {
                continue;
            };
            if Some(it.since) != first || at % NEWCOMERS == 17 {
                continue;
            }
            let here = &self.school.classes[it.class];
            let seventh = self.school.class_named(7, here.letter);
            match self.before[seventh].filter(|_| here.grade == 6 && repeats) {
                // The first of the sixth grade was in it already.
                Some(same) if it.until.is_none() => {
                    repeats = false;
                    was.insert(at, (same, 6));
                }
                _ => {
                    was.insert(at, (class, here.grade - 1));
                }
            }
        }
        let mut of_grade: BTreeMap<i16, Vec<(i64, i64)>> = BTreeMap::new();
        for (at, (class, grade)) in &was {
            let pupil = self.school.pupils[*at].person.id;
            of_grade.entry(*grade).or_default().push((pupil, *class));
        }
        for it in graduates {
            of_grade
                .entry(it.grade)
                .or_default()
                .push((it.person.id, it.class));
        }
        let mut orders: BTreeMap<i16, i64> = BTreeMap::new();
        let mut records = super::alphabet::table();
        for (count, (grade, pupils)) in (1..).zip(&of_grade) {
            let order = Order {
                kind: "enrolment",
                number: format!("{count}-з"),
                ordered_on: self.year.starts_on - Span::new(12 - grade.unsigned_abs() as u64),
                effective_on: self.year.starts_on,
                basis: "Заявления родителей (законных представителей)",
            };
            let from = if *grade == 1 { "ДОУ № 7" } else { "" };
            let lines = pupils.iter().map(|it| Line {
                came_from: from,
                ..Line::of(it.0, Some(it.1))
            });
            let id = self.write(&order, &lines.collect::<Vec<_>>());
            orders.insert(*grade, id);
        }
        let left_on = self.graduated_on();
        for it in graduates {
            let own = it.person.name.full();
            super::alphabet::line(
                &mut records,
                self.ids,
                (self.school.site.org, it.person.id),
                (&it.file, orders[&it.grade]),
                Some((left_on, own)),
            );
        }
        self.batch.copy([records]);
        Enrolled { was, orders }
    }

    fn graduated_on(&self) -> NaiveDate {
        day(self.year.ends_on.year(), 6, 26)
    }

    /// The orders of the summer; by place, where pupils of this year were.
    fn summer(&mut self, first: NaiveDate, enrolled: &Enrolled) -> BTreeMap<usize, Before> {
        let Enrolled { was, orders } = enrolled;
        let summer = self.year.ends_on.year();
        let (mut promoted, mut repeated) = (BTreeMap::<i16, Vec<usize>>::new(), Vec::new());
        for (at, (_, grade)) in was {
            let now = self.school.classes[self.school.pupils[*at].class].grade;
            if now == *grade {
                repeated.push(*at);
            } else {
                promoted.entry(*grade).or_default().push(*at);
            }
        }
        let mut led_on = BTreeMap::new();
        let council = "Решение педагогического совета, протокол № 7";
        for (count, (grade, pupils)) in (1..).zip(&promoted) {
            let order = Order {
                kind: "promotion",
                number: format!("{count}-пг"),
                ordered_on: day(summer, 5, 28),
                effective_on: first,
                basis: council,
            };
            // One of the eighth grade has a debt to make up for.
            let lines = pupils.iter().enumerate().map(|(nth, at)| Line {
                conditional: *grade == 8 && nth == 3,
                ..self.onward(*at)
            });
            let lines: Vec<Line<'_>> = lines.collect();
            let id = self.write(&order, &lines);
            led_on.extend(pupils.iter().map(|at| (*at, id)));
        }
        if !repeated.is_empty() {
            let order = Order {
                kind: "repeat",
                number: "1-по".to_owned(),
                ordered_on: day(summer, 6, 10),
                effective_on: first,
                basis: council,
            };
            let lines = repeated.iter().map(|at| Line {
                ground: Some("council"),
                ..self.onward(*at)
            });
            let lines: Vec<Line<'_>> = lines.collect();
            let id = self.write(&order, &lines);
            led_on.extend(repeated.iter().map(|at| (*at, id)));
        }
        let org = self.school.site.org;
        let during = format!("[{},{first})", self.year.starts_on);
        let mut before = BTreeMap::new();
        for (at, (class, grade)) in was {
            let pupil = self.school.pupils[*at].person.id;
            let (enrolled, led_on) = (orders[grade], led_on[at]);
            let row: [&dyn Value; 6] = [&org, &pupil, class, &during, &enrolled, &Some(led_on)];
            self.stays.add(&row);
            before.insert(*at, Before { enrolled, led_on });
        }
        before
    }

    /// Into the class of this year.
    fn onward(&self, at: usize) -> Line<'static> {
        let it = &self.school.pupils[at];
        Line::of(it.person.id, Some(self.school.classes[it.class].id))
    }

    fn graduation(&mut self, enrolled: &Enrolled, graduates: &[Graduate]) {
        let org = self.school.site.org;
        let on = self.graduated_on();
        let during = format!("[{},{on})", self.year.starts_on);
        for (count, (grade, ..)) in (1..).zip(LEFT) {
            let order = Order {
                kind: "graduation",
                number: format!("{count}-вып"),
                ordered_on: on - Span::new(1),
                effective_on: on,
                basis: "Решение педагогического совета, протокол № 9",
            };
            let of: Vec<&Graduate> = graduates.iter().filter(|it| it.grade == grade).collect();
            let mut lines = Vec::new();
            for (nth, it) in of.iter().enumerate() {
                let paper = if nth == 2 { "honours" } else { "certificate" };
                lines.push(Line {
                    document: Some((paper, format!("02324{}", self.dice.digits(9)))),
                    ..Line::of(it.person.id, None)
                });
            }
            let id = self.write(&order, &lines);
            let began = enrolled.orders[&grade];
            for it in of {
                self.stays
                    .add(&[&org, &it.person.id, &it.class, &during, &began, &Some(id)]);
            }
        }
    }

    fn write(&mut self, order: &Order<'_>, lines: &[Line<'_>]) -> i64 {
        let org = self.school.site.org;
        let id = self.ids.next("movement.order");
        let issued = super::noon(order.ordered_on) + Duration::seconds(id % 3600);
        let secretary = self.school.of_role(Role::Secretary).person.id;
        let mut orders = Rows::new(ORDER);
        orders.add(&[
            &org,
            &id,
            &order.kind,
            &"issued",
            &order.number,
            &order.ordered_on.year(),
            &order.ordered_on,
            &order.effective_on,
            &order.basis,
            &secretary,
            &self.school.of_role(Role::Director).person.id,
            &issued,
            &(issued - Duration::minutes(40)),
        ]);
        let mut rows = Rows::new(LINE);
        for it in lines {
            let paper = it.document.as_ref();
            rows.add(&[
                &org,
                &id,
                &it.pupil,
                &it.to,
                &it.came_from,
                &it.conditional,
                &it.ground,
                &paper.map(|it| it.0),
                &paper.map_or("", |it| it.1.as_str()),
                &paper.map(|_| order.ordered_on),
                &paper.map(|_| "passed"),
            ]);
        }
        self.batch.at(issued, Some(secretary));
        self.batch.copy([orders, rows]);
        id
    }
}
