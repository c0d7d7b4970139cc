//! «Наполняемость классов».

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::NaiveDate;
use kernel::dates::{parse_date, show_date};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    table::{Cell, Column, List, Row, respond},
};

use super::{Pages, Tab, tabs};
use crate::ClassFill;

#[derive(Serialize)]
struct FillView {
    tabs: Vec<Tab>,
    on: NaiveDate,
    counted_on: NaiveDate,
    typed: String,
    wrong_day: bool,
    parallels: Vec<ParallelView>,
}

#[derive(Serialize)]
struct ParallelView {
    /// None is the whole school.
    grade: Option<i16>,
    classes: usize,
    pupils: usize,
    /// «16,5»
    average: String,
}

/// One place, half up: 33 of 2 are «16,5».
fn average(pupils: usize, classes: usize) -> String {
    if classes == 0 {
        return String::new();
    }
    let tenths = (pupils * 20 + classes) / (classes * 2);
    format!("{},{}", tenths / 10, tenths % 10)
}

fn parallels(classes: &[ClassFill]) -> Vec<ParallelView> {
    let of = |grade: Option<i16>| {
        let own = classes
            .iter()
            .filter(|it| grade.is_none_or(|grade| it.class.grade == grade));
        let counts: Vec<usize> = own.map(|it| it.now).collect();
        let pupils = counts.iter().sum();
        ParallelView {
            grade,
            classes: counts.len(),
            pupils,
            average: average(pupils, counts.len()),
        }
    };
    let mut grades: Vec<i16> = classes.iter().map(|it| it.class.grade).collect();
    grades.sort_unstable();
    grades.dedup();
    let each = grades.into_iter().map(Some);
    each.chain([None]).map(of).collect()
}

fn fill_row(it: &ClassFill, href: String) -> Row {
    let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let (room, seats) = it.room.clone().unzip();
    let change = number(it.now) - number(it.counted);
    let cells = vec![
        Cell::text(it.class.name()),
        Cell::text(
            it.teacher
                .as_ref()
                .map(people::Card::short)
                .unwrap_or_default(),
        ),
        Cell::number(it.class.shift),
        Cell::text(room.unwrap_or_default()),
        Cell::or_empty(seats, Cell::number),
        Cell::number(it.counted),
        Cell::number(it.now),
        Cell::number(change),
        Cell::number(it.boys),
        Cell::number(it.girls),
    ];
    Row::new(&it.class.id, cells).href(href)
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let typed = query.param("date").unwrap_or_default().trim().to_owned();
    let day = if typed.is_empty() {
        Ok(today)
    } else {
        parse_date(&typed, today)
    };
    let fill = it
        .books
        .fill(&member.actor, Some(day.unwrap_or(today)))
        .await?;
    let columns = [
        Column::class("class"),
        Column::text("teacher"),
        Column::number("shift"),
        Column::text("room"),
        Column::number("seats"),
        Column::number("counted"),
        Column::number("now"),
        Column::number("change"),
        Column::number("boys"),
        Column::number("girls"),
    ];
    let register = member.path(&format!("/movement/register?date={}", show_date(fill.on)));
    let rows = fill.classes.iter().map(|it| fill_row(it, register.clone()));
    let list = List::new("movement.fill", columns)
        .without_search()
        .rows(rows);
    let page = FillView {
        tabs: tabs(&member, "classes"),
        on: fill.on,
        counted_on: fill.counted_on,
        typed: if typed.is_empty() {
            show_date(fill.on)
        } else {
            typed
        },
        wrong_day: day.is_err(),
        parallels: parallels(&fill.classes),
    };
    let mut response = respond(
        &it.views,
        &member.visit,
        "movement/filling.html",
        &list,
        &query,
        &page,
    )?;
    if day.is_err() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::average;

    /// §1.21: parallel 7, 7А 25 and 7Б 8.
    #[test]
    fn mov3_the_average_of_a_parallel_has_one_place() {
        assert_eq!(average(33, 2), "16,5");
        assert_eq!(average(50, 3), "16,7");
        assert_eq!(average(0, 0), "");
    }
}
