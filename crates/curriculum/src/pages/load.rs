//! «Нагрузка» (CUR-4): row by row, by teacher and by class.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use kernel::{ClassId, PersonId, Right};
use rust_decimal::Decimal;
use serde::Serialize;
use web::{
    Failure, ListQuery, Member, TableQuery,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Around, Pages, form::show_decimal, wished_year};
use crate::{Hours, Load, LoadCard, LoadPage, hours_of_classes, hours_of_teachers};

#[derive(Serialize)]
struct Page {
    around: Around,
    may_edit: bool,
    /// rows | teachers | classes
    by: &'static str,
    /// The day that the hours are counted on.
    on: NaiveDate,
    /// Hours a week of all teachers and of all classes on that day.
    teachers: String,
    classes: String,
    has_classes: bool,
}

const ROWS: [Column; 9] = [
    Column::class("class").selectable(),
    Column::text("subject").selectable(),
    Column::text("group"),
    Column::text("teacher").selectable(),
    Column::number("hours"),
    Column::badge("state").selectable(),
    Column::date("since"),
    Column::date("until"),
    Column::number("grade").selectable().off(),
];
const TEACHERS: [Column; 4] = [
    Column::text("teacher"),
    Column::number("hours"),
    Column::text("subjects"),
    Column::text("classes"),
];
const CLASSES: [Column; 4] = [
    Column::class("class"),
    Column::number("hours"),
    Column::number("subjects"),
    Column::number("teachers"),
];

/// What a row of load speaks of, by name.
pub(super) struct Names<'a>(pub(super) &'a LoadPage);

impl Names<'_> {
    pub(super) fn class(&self, it: &Load) -> String {
        let found = self
            .0
            .classes
            .iter()
            .find(|class| class.class.id == it.class);
        found.map(|it| it.class.name()).unwrap_or_default()
    }

    fn grade(&self, it: &Load) -> Option<i16> {
        self.0
            .classes
            .iter()
            .find(|class| class.class.id == it.class)
            .map(|it| it.class.grade)
    }

    pub(super) fn subject(&self, it: &Load) -> String {
        let mut all = self.0.subjects.iter().chain(&self.0.old_subjects);
        let found = all.find(|subject| subject.id == it.subject);
        found.map(|it| it.name.clone()).unwrap_or_default()
    }

    pub(super) fn group(&self, it: &Load) -> String {
        let found = self
            .0
            .groups
            .iter()
            .find(|group| Some(group.id) == it.group);
        found.map(|it| it.name.clone()).unwrap_or_default()
    }

    pub(super) fn teacher(&self, id: PersonId) -> String {
        let found = self.0.staff.iter().find(|card| card.id == id);
        found.map(people::Card::full).unwrap_or_default()
    }
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let data = it
        .curriculum
        .load_page(&member.actor, wished_year(&query))
        .await?;
    let around = Around::of_years(&member, &data.years);
    let today = it.today(&member);
    let on = data
        .years
        .year
        .as_ref()
        .map_or(today, |it| today.clamp(it.starts_on, it.ends_on));
    let may_edit = around.is_open() && member.actor.may_in_org(Right::CurriculumEdit).is_ok();
    let loads: Vec<Load> = data.loads.iter().map(|it| it.load.clone()).collect();
    let (teachers, classes) = (hours_of_teachers(&loads, on), hours_of_classes(&loads, on));
    let (by, list) = match query.param("by") {
        Some("teachers") => ("teachers", by_teacher(&data, &teachers, on)),
        Some("classes") => ("classes", by_class(&data, &classes, on)),
        _ => ("rows", rows(&member, &data, on, may_edit)),
    };
    let visit = around.visit(&member);
    let page = Page {
        around,
        may_edit,
        by,
        on,
        teachers: show_decimal(teachers.values().sum()),
        classes: show_decimal(classes.values().sum()),
        has_classes: !data.classes.is_empty(),
    };
    respond(
        &it.views,
        &visit,
        "curriculum/load.html",
        &list,
        &query,
        &page,
    )
}

fn rows(member: &Member, data: &LoadPage, on: NaiveDate, may_edit: bool) -> List {
    let row = |it: &LoadCard| {
        let row = row(data, &it.load, on);
        if may_edit {
            row.href(member.path(&format!("/study/load/{}", it.load.id)))
        } else {
            row
        }
    };
    List::new("curriculum.load", ROWS).rows(data.loads.iter().map(row))
}

fn row(data: &LoadPage, it: &Load, on: NaiveDate) -> Row {
    let names = Names(data);
    let (tone, state) = if it.until < on {
        (Tone::Plain, "curriculum.load.over")
    } else if on < it.since {
        (Tone::Warn, "curriculum.load.ahead")
    } else {
        (Tone::Ok, "curriculum.load.current")
    };
    Row::new(
        &it.id,
        [
            Cell::text(names.class(it)),
            Cell::text(names.subject(it)),
            Cell::text(names.group(it)),
            Cell::text(names.teacher(it.teacher)),
            Cell::number(it.hours_a_week),
            Cell::badge(tone, state),
            Cell::date(it.since),
            Cell::date(it.until),
            Cell::or_empty(names.grade(it), Cell::number),
        ],
    )
}

/// A link to the rows of one teacher or class.
fn rows_of(data: &LoadPage, column: &str, value: &str) -> String {
    let year = data
        .years
        .year
        .as_ref()
        .map(|it| format!("year={}", it.id))
        .unwrap_or_default();
    let mut query = TableQuery::parse(&year);
    query.filters.insert(column.to_owned(), value.to_owned());
    query.href()
}

fn by_teacher(data: &LoadPage, hours: &Hours<PersonId>, on: NaiveDate) -> List {
    let names = Names(data);
    let mut taught: BTreeMap<PersonId, (BTreeSet<String>, Vec<String>)> = BTreeMap::new();
    for it in data
        .loads
        .iter()
        .map(|it| &it.load)
        .filter(|it| it.days().contains(&on))
    {
        let (subjects, classes) = taught.entry(it.teacher).or_default();
        subjects.insert(names.subject(it));
        let class = names.class(it);
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    // The staff are in the order of their names.
    let rows = data.staff.iter().map(|it| {
        let (subjects, classes) = taught.get(&it.id).cloned().unwrap_or_default();
        let total = hours.get(&it.id).copied().unwrap_or(Decimal::ZERO);
        let subjects: Vec<String> = subjects.into_iter().collect();
        let row = Row::new(
            &it.id,
            [
                Cell::text(it.full()),
                Cell::number(total),
                Cell::text(subjects.join(", ")),
                Cell::text(classes.join(", ")),
            ],
        );
        row.href(rows_of(data, "teacher", &it.full()))
    });
    List::new("curriculum.load-teachers", TEACHERS).rows(rows)
}

fn by_class(data: &LoadPage, hours: &Hours<ClassId>, on: NaiveDate) -> List {
    let rows = data.classes.iter().map(|it| {
        let class = &it.class;
        let own = || {
            let loads = data.loads.iter().map(|it| &it.load);
            loads.filter(|it| it.class == class.id && it.days().contains(&on))
        };
        let subjects: BTreeSet<_> = own().map(|it| it.subject).collect();
        let teachers: BTreeSet<_> = own().map(|it| it.teacher).collect();
        let row = Row::new(
            &class.id,
            [
                Cell::text(class.name()),
                Cell::number(hours.get(&class.id).copied().unwrap_or(Decimal::ZERO)),
                Cell::number(subjects.len()),
                Cell::number(teachers.len()),
            ],
        );
        row.href(rows_of(data, "class", &class.name()))
    });
    List::new("curriculum.load-classes", CLASSES).rows(rows)
}
