//! Orders of the movement book, and the class register that follows from them.

use std::collections::BTreeMap;

use chrono::{Datelike, Days as Span, Duration, NaiveDate};
use kernel::Role;

use crate::{
    dice::Dice,
    ids::Ids,
    model::{Days, School},
    rows::{Batch, Rows},
};

/// An order with the pupils it names, by place.
struct Order {
    enrols: bool,
    ordered_on: NaiveDate,
    effective_on: NaiveDate,
    pupils: Vec<usize>,
}

/// Writes the orders; the one that enrolled each pupil, by place.
pub(super) fn rows(
    ids: &mut Ids,
    dice: &mut Dice,
    school: &School,
    days: &Days,
    batch: &mut Batch,
) -> BTreeMap<usize, i64> {
    let org = school.site.org;
    let secretary = school.of_role(Role::Secretary).person.id;
    let director = school.of_role(Role::Director).person.id;
    let mut stays =
        Rows::new("movement.class_member (org_id, pupil_id, class_id, during, began_by, ended_by)");
    let mut began: BTreeMap<usize, i64> = BTreeMap::new();
    let mut ended: BTreeMap<usize, i64> = BTreeMap::new();
    let mut counts: BTreeMap<(bool, i32), i32> = BTreeMap::new();
    for order in orders(school, days) {
        let mut orders = Rows::new(
            "movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on, basis, \
             prepared_by, issued_by, issued_at, created_at)",
        );
        let mut lines = Rows::new(
            "movement.order_pupil (org_id, order_id, pupil_id, to_class_id, came_from, went_to, reason)",
        );
        let id = ids.next("movement.order");
        let year = order.ordered_on.year();
        let count = counts.entry((order.enrols, year)).or_default();
        *count += 1;
        let (kind, number) = if order.enrols {
            ("enrolment", format!("{count}-з"))
        } else {
            ("leaving", format!("{count}-в"))
        };
        // Issuing times never repeat: they tell the order of the orders.
        let issued = super::noon(order.ordered_on) + Duration::seconds(id % 3600);
        let prepared = issued - Duration::minutes(40);
        orders.add(&[
            &org,
            &id,
            &kind,
            &"issued",
            &number,
            &year,
            &order.ordered_on,
            &order.effective_on,
            &"Заявления родителей (законных представителей)",
            &secretary,
            &director,
            &issued,
            &prepared,
        ]);
        for pupil in &order.pupils {
            let it = &school.pupils[*pupil];
            let class = order.enrols.then_some(school.classes[it.class].id);
            let (came_from, went_to, reason) =
                papers(dice, order.enrols, school.classes[it.class].grade);
            lines.add(&[
                &org,
                &id,
                &it.person.id,
                &class,
                &came_from,
                &went_to,
                &reason,
            ]);
            let of_pupil = if order.enrols { &mut began } else { &mut ended };
            of_pupil.insert(*pupil, id);
        }
        batch.at(issued, Some(secretary));
        batch.copy([orders, lines]);
    }
    for (pupil, began_by) in &began {
        let it = &school.pupils[*pupil];
        let until = it.until.map_or_else(String::new, |it| it.to_string());
        let during = format!("[{},{until})", it.since);
        let class = school.classes[it.class].id;
        stays.add(&[
            &org,
            &it.person.id,
            &class,
            &during,
            began_by,
            &ended.get(pupil).copied(),
        ]);
    }
    batch.at(super::noon(days.calendar.starts_on), Some(secretary));
    batch.copy([stays]);
    began
}

/// One order for each parallel before the year, then one for each day on
/// which somebody comes or leaves; by date.
fn orders(school: &School, days: &Days) -> Vec<Order> {
    let first = days.calendar.starts_on;
    let mut orders: BTreeMap<(NaiveDate, NaiveDate, bool, i16), Vec<usize>> = BTreeMap::new();
    for (at, it) in school.pupils.iter().enumerate() {
        let grade = school.classes[it.class].grade;
        let (ordered_on, grade) = if it.since == first {
            (first - Span::new(12 - grade.unsigned_abs() as u64), grade)
        } else {
            (it.since - Span::new(1), 0)
        };
        orders
            .entry((ordered_on, it.since, true, grade))
            .or_default()
            .push(at);
        if let Some(until) = it.until {
            orders
                .entry((until - Span::new(1), until, false, 0))
                .or_default()
                .push(at);
        }
    }
    let order = |((ordered_on, effective_on, enrols, _), pupils)| Order {
        enrols,
        ordered_on,
        effective_on,
        pupils,
    };
    orders.into_iter().map(order).collect()
}

/// Where the pupil came from or went to, and why.
fn papers(dice: &mut Dice, enrols: bool, grade: i16) -> (String, String, &'static str) {
    let school = format!("СОШ № {}", dice.between(1, 60));
    if enrols {
        let from = if grade == 1 {
            format!("ДОУ № {}", dice.between(1, 30))
        } else {
            school
        };
        return (from, String::new(), "");
    }
    let reason = dice.pick(&["other_school", "moved", "moved", "family_education"]);
    let to = if reason == "family_education" {
        String::new()
    } else {
        school
    };
    (String::new(), to, reason)
}
