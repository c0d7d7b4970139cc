//! Orders of the movement book, and the class register that follows from them.

use std::collections::BTreeMap;

use chrono::{Datelike, Days as Span, Duration, NaiveDate};
use kernel::Role;

use super::summer::Before;
use crate::{
    dice::Dice,
    ids::Ids,
    model::{Days, School, Size},
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
    before: &BTreeMap<usize, Before>,
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
    for order in orders(school, days, before) {
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
    let moved = transfer(ids, school, days, batch);
    let year = days.current.year();
    let count = counts.get(&(false, year)).copied().unwrap_or_default();
    mistake(ids, school, days, count + 1, batch);
    // Orders of last summer led those on who were here before.
    let led_on = before.iter().map(|(at, it)| (*at, it.led_on));
    let mut stays_of: BTreeMap<usize, i64> = began.clone();
    stays_of.extend(led_on);
    began.extend(before.iter().map(|(at, it)| (*at, it.enrolled)));
    for (pupil, began_by) in &stays_of {
        let it = &school.pupils[*pupil];
        if let Some(to) = &moved
            && to.pupils.contains(pupil)
        {
            let before = format!("[{},{})", it.since, to.on);
            let after = format!("[{},)", to.on);
            let (from, none) = (school.classes[it.class].id, None::<i64>);
            let end = Some(to.order);
            stays.add(&[&org, &it.person.id, &from, &before, began_by, &end]);
            stays.add(&[&org, &it.person.id, &to.class, &after, &to.order, &none]);
            continue;
        }
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

/// Who goes to another class, when, and by which order.
struct Transfer {
    order: i64,
    on: NaiveDate,
    class: i64,
    pupils: Vec<usize>,
}

const ORDER: &str = "movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on, basis, \
     prepared_by, issued_by, issued_at, created_at, cancelled_by, cancelled_at, cancel_reason)";
const LINE: &str =
    "movement.order_pupil (org_id, order_id, pupil_id, to_class_id, came_from, went_to, reason)";

/// The last pupils of the first class whose parallel has another, of a parallel
/// that is neither new nor the last.
fn neighbours(school: &School, count: usize) -> Option<(Vec<usize>, i64)> {
    let mut pairs = school.classes.iter().enumerate();
    let (from, to) = pairs.find_map(|(at, it)| {
        let other = school.classes.get(at + 1)?;
        (it.grade == 7 && other.grade == 7).then_some((at, other.id))
    })?;
    let of_class = school.pupils.iter().enumerate();
    let mut pupils: Vec<usize> = of_class
        .filter(|(_, it)| it.class == from && it.until.is_none())
        .map(|it| it.0)
        .collect();
    let pupils = pupils.split_off(pupils.len().checked_sub(count)?);
    Some((pupils, to))
}

/// Two pupils go to the other class of their parallel next Monday.
fn transfer(ids: &mut Ids, school: &School, days: &Days, batch: &mut Batch) -> Option<Transfer> {
    if school.site.size != Size::Large {
        return None;
    }
    let (pupils, class) = neighbours(school, 2)?;
    let ordered = days.current - Span::new(1);
    let on = (1..8)
        .map(|it| days.current + Span::new(it))
        .find(|it| it.weekday() == chrono::Weekday::Mon)?;
    let order = ids.next("movement.order");
    let issued = super::noon(ordered) + Duration::seconds(order % 3600);
    let org = school.site.org;
    let prepared = issued - Duration::minutes(30);
    let secretary = school.of_role(Role::Secretary).person.id;
    let director = school.of_role(Role::Director).person.id;
    let mut orders = Rows::new(ORDER);
    orders.add(&[
        &org,
        &order,
        &"transfer",
        &"issued",
        &"1-п",
        &ordered.year(),
        &ordered,
        &on,
        &"Заявления родителей (законных представителей)",
        &secretary,
        &director,
        &issued,
        &prepared,
        &None::<i64>,
        &None::<String>,
        &None::<String>,
    ]);
    let mut lines = Rows::new(LINE);
    for pupil in &pupils {
        let it = school.pupils[*pupil].person.id;
        lines.add(&[&org, &order, &it, &Some(class), &"", &"", &""]);
    }
    batch.at(issued, Some(secretary));
    batch.copy([orders, lines]);
    Some(Transfer {
        order,
        on,
        class,
        pupils,
    })
}

/// An order that was issued by mistake and cancelled within the hour.
fn mistake(ids: &mut Ids, school: &School, days: &Days, count: i32, batch: &mut Batch) {
    if school.site.size != Size::Large {
        return;
    }
    let Some((pupils, _)) = neighbours(school, 3) else {
        return;
    };
    let ordered = days.current - Span::new(2);
    let order = ids.next("movement.order");
    let issued = super::noon(ordered) + Duration::seconds(order % 3600);
    let org = school.site.org;
    let secretary = school.of_role(Role::Secretary).person.id;
    let director = school.of_role(Role::Director).person.id;
    let mut orders = Rows::new(ORDER);
    orders.add(&[
        &org,
        &order,
        &"leaving",
        &"cancelled",
        &format!("{count}-в"),
        &ordered.year(),
        &ordered,
        &ordered,
        &"Заявление родителей",
        &secretary,
        &director,
        &issued,
        &(issued - Duration::minutes(20)),
        &Some(secretary),
        &(issued + Duration::minutes(40)),
        &"Ученик остаётся: родители забрали заявление",
    ]);
    let mut lines = Rows::new(LINE);
    let it = school.pupils[pupils[0]].person.id;
    lines.add(&[&org, &order, &it, &None::<i64>, &"", &"СОШ № 2", &"moved"]);
    batch.at(issued, Some(secretary));
    batch.copy([orders, lines]);
}

/// One order for each parallel before the year, then one for each day on
/// which somebody comes or leaves; by date.
fn orders(school: &School, days: &Days, before: &BTreeMap<usize, Before>) -> Vec<Order> {
    let first = days.calendar.starts_on;
    let mut orders: BTreeMap<(NaiveDate, NaiveDate, bool, i16), Vec<usize>> = BTreeMap::new();
    for (at, it) in school.pupils.iter().enumerate() {
        let grade = school.classes[it.class].grade;
        let (ordered_on, grade) = if it.since == first {
            (first - Span::new(12 - grade.unsigned_abs() as u64), grade)
        } else {
            (it.since - Span::new(1), 0)
        };
        if !before.contains_key(&at) {
            orders
                .entry((ordered_on, it.since, true, grade))
                .or_default()
                .push(at);
        }
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
