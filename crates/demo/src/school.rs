//! One school from its rooms to its timetable.

mod alphabet;
mod classes;
mod desk;
mod last_marks;
mod orders;
mod people;
mod plans;
mod pupils;
mod staff;
mod summer;
mod teaching;
mod timetable;

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, Duration, Utc};

use crate::{
    calendar::Calendar,
    dice::Dice,
    ids::Ids,
    model::{Days, Kit, School, Site},
    region,
    rows::{Batch, Rows},
};

pub(crate) use timetable::{BELLS, bell};

/// Makes up a school with everything but what its journals hold.
pub(crate) fn school(
    kit: &Kit,
    ids: &mut Ids,
    site: Site,
    days: &Days,
    seed: u64,
    relatives: &[pupils::Relative],
) -> anyhow::Result<School> {
    let mut dice = Dice::new(seed, 0x5c0 + site.org as u64);
    let mut classes = classes::classes(ids, &mut dice, site.size);
    let taught = teaching::assign(kit, &classes, site.size);
    let workers = staff::hire(kit, ids, &mut dice, &site, days, &taught.teachers)?;
    teaching::name_class_teachers(&mut classes, &taught);
    let (pupils, parents) = pupils::enrol(kit, ids, &mut dice, &site, days, &classes, relatives)?;
    let groups = classes::groups(kit, ids, &classes, &pupils);
    let mut loads = taught.loads;
    for it in &mut loads {
        it.id = ids.next("curriculum.load");
        it.group = it.part.and_then(|part| {
            let same = |group: &crate::model::Group| {
                group.class == it.class && group.subject == it.subject && group.part == part
            };
            groups.iter().position(same)
        });
    }
    let year = ids.next("curriculum.year");
    let plans = plans::write(kit, ids, &mut dice, &classes, &mut loads);
    let timetable = timetable::place(&mut dice, &classes, &loads, workers.len())
        .with_context(|| format!("no timetable for {}", site.code))?;
    Ok(School {
        year,
        subject_ids: kit
            .subjects
            .iter()
            .map(|_| ids.next("curriculum.subject"))
            .collect(),
        kind_ids: kit
            .kinds
            .iter()
            .map(|_| ids.next("curriculum.work_kind"))
            .collect(),
        site,
        workers,
        classes,
        pupils,
        parents,
        groups,
        loads,
        plans,
        timetable,
    })
}

/// The rows of everything that is known when the year begins, in the order of
/// the foreign keys.
pub(crate) fn rows(
    kit: &Kit,
    ids: &mut Ids,
    school: &School,
    days: &Days,
    seed: u64,
    batch: &mut Batch,
) -> anyhow::Result<()> {
    let mut dice = Dice::new(seed, 0x0b5 + school.site.org as u64);
    let opened = noon(days.calendar.starts_on - Duration::days(14));
    let director = Some(school.of_role(kernel::Role::Director).person.id);
    batch.at(opened, director);
    batch.copy(region::card(school, &mut dice, opened));
    batch.copy(staff::rooms(school, &mut dice, opened));
    let (cards, numbers) = people::rows(ids, (&mut dice, seed), school, days, opened, &kit.keys)?;
    batch.copy(cards);
    batch.copy(staff::gone(kit, ids, seed, school, days, opened)?);
    let mut last_year = None;
    if let Some(before) = &days.before {
        let year = ids.next("curriculum.year");
        last_year = Some(year);
        batch.copy(year_rows(school.site.org, year, "archived", before, opened));
    }
    batch.copy(year_rows(
        school.site.org,
        school.year,
        "current",
        &days.calendar,
        opened,
    ));
    batch.copy(plans::subject_rows(kit, ids, school));
    batch.copy(classes::rows(school, days, opened));
    batch.copy(plans::rows(school, days, opened));
    let before = match last_year {
        Some(year) => summer::rows(kit, ids, school, days, (year, seed), batch)?,
        None => BTreeMap::new(),
    };
    batch.at(opened, director);
    let began = orders::rows(ids, &mut dice, school, days, &before, batch);
    batch.copy([alphabet::rows(ids, school, &numbers, &began)]);
    let lately = noon(days.current - Duration::days(2));
    batch.at(lately, director);
    batch.copy(desk::rows(ids, school, lately));
    batch.copy([
        alphabet::certificates(school, lately),
        alphabet::issued(&mut dice, school, days),
    ]);
    batch.at(opened, director);
    Ok(())
}

/// The year with its periods and holidays.
fn year_rows(
    org: i64,
    year: i64,
    state: &str,
    calendar: &Calendar,
    moment: DateTime<Utc>,
) -> [Rows; 3] {
    let mut years =
        Rows::new("curriculum.year (org_id, year_id, starts_on, ends_on, state, created_at)");
    years.add(&[
        &org,
        &year,
        &calendar.starts_on,
        &calendar.ends_on,
        &state,
        &moment,
    ]);
    let mut periods = Rows::new(
        "curriculum.period (org_id, year_id, kind, number, grade_from, grade_to, starts_on, ends_on)",
    );
    let q = &calendar.quarters;
    for (number, (from, to)) in (1_i16..).zip(q) {
        periods.add(&[&org, &year, &"quarter", &number, &1_i16, &9_i16, from, to]);
    }
    for (number, (from, to)) in [(1_i16, (q[0].0, q[1].1)), (2, (q[2].0, q[3].1))] {
        periods.add(&[&org, &year, &"half", &number, &10_i16, &11_i16, &from, &to]);
    }
    periods.add(&[
        &org,
        &year,
        &"year",
        &1_i16,
        &1_i16,
        &11_i16,
        &calendar.starts_on,
        &calendar.ends_on,
    ]);
    let mut holidays = Rows::new(
        "curriculum.holiday (org_id, year_id, name, kind, grade_from, grade_to, starts_on, ends_on)",
    );
    for it in &calendar.holidays {
        holidays.add(&[
            &org,
            &year,
            &it.name,
            &it.kind,
            &it.grades.0,
            &it.grades.1,
            &it.from,
            &it.to,
        ]);
    }
    [years, periods, holidays]
}

/// The middle of a working day where the schools are.
pub(crate) fn noon(day: chrono::NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + Duration::hours(9)
}

pub(crate) use people::{person_row, person_table};
pub(crate) use pupils::{MOTHER, Relative};
