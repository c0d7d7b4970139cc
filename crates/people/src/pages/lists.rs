use axum::{extract::State, response::Response};
use kernel::{Right, dates};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member, TableQuery, Views,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::Pages;
use crate::{
    CardKind, Citizenship, Gender, ParentLine, PersonFields, PupilLine, PupilsAsked, StaffLine, Way,
};

/// What stands beside a list.
#[derive(Serialize)]
struct Beside {
    kind: CardKind,
    may_enter: bool,
    /// Whether slips can be issued to some of these people.
    may_issue: bool,
    dismissed: bool,
}

fn name(fields: &PersonFields) -> String {
    let parts = [&fields.last_name, &fields.first_name];
    let parts = parts.into_iter().chain(&fields.middle_name);
    let mut name = String::with_capacity(72);
    for part in parts.filter(|it| !it.is_empty()) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(part);
    }
    name
}

fn gender(fields: &PersonFields) -> Cell {
    Cell::or_empty(fields.gender, |it: Gender| {
        Cell::word(format!("people.gender.{}", it.code()))
    })
}

fn yes_or_no(it: bool) -> Cell {
    Cell::word(if it { "common.yes" } else { "common.no" })
}

fn may_issue(member: &Member) -> bool {
    member.actor.may(Right::AccountEdit).is_ok()
}

pub(super) async fn pupils(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let asks = |all: &[&str]| all.iter().any(|it| query.asks_for(it));
    let asked = PupilsAsked {
        // A search looks into all texts of a card.
        details: !query.q.is_empty() || asks(&DETAILS),
        ways: asks(&WAYS),
    };
    let lines = it
        .people
        .pupils(&member.actor, member.visit.zone(), asked)
        .await?;
    let mut columns = vec![
        Column::text("name"),
        Column::class("class").selectable(),
        Column::date("born_on"),
        Column::badge("state").selectable(),
        Column::text("file_number"),
        Column::text("mobile"),
        Column::text("gender").selectable().off(),
        Column::text("foreign_language").selectable().off(),
        Column::number("shift").off(),
        Column::text("has_computer").selectable().off(),
        Column::text("citizenship").selectable().off(),
        Column::text("taught_at_home").selectable().off(),
        Column::date("enrolled_on").off(),
        Column::text("movement").off(),
    ];
    columns.extend(DETAILS.map(|it| Column::text(it).off()));
    let rows = lines.into_iter().map(|line| {
        let id = line.person.id;
        Row::new(&id, pupil_cells(line, asked, &it.views))
    });
    let list = List::new("people.pupils", columns)
        .rows(rows)
        .opening(member.path("/people/pupils"));
    let beside = Beside {
        kind: CardKind::Pupil,
        may_enter: it.people.may_enter(&member.actor, CardKind::Pupil),
        may_issue: may_issue(&member),
        dismissed: false,
    };
    respond(
        &it.views,
        &member.visit,
        "people/list.html",
        &list,
        &query,
        &beside,
    )
}

/// «Зачисление в школу, приказ № 12 от 01.09.2026».
pub(super) fn movement(views: &Views, way: &Way) -> String {
    let kind = views.word(&format!("movement.kind.{}", way.kind));
    let args = [
        ("kind".to_owned(), kind),
        ("number".to_owned(), way.number.clone()),
        ("on".to_owned(), dates::show_date(way.ordered_on)),
    ];
    views.phrase("people.movement", &args.into())
}

/// The columns that few lists show and that are long, the last of the table.
const DETAILS: [&str; 5] = ["phone", "email", "lives_at", "registered_at", "family"];
const WAYS: [&str; 2] = ["enrolled_on", "movement"];

/// The cells of [`pupils`], without those at the end that nobody asked for.
fn pupil_cells(it: PupilLine, asked: PupilsAsked, views: &Views) -> Vec<Cell> {
    let (fields, pupil) = (it.person.fields, it.pupil);
    let (name, gender) = (name(&fields), gender(&fields));
    let state = match &it.class {
        Some(_) => Cell::badge(Tone::Ok, "people.pupils.enrolled"),
        None => Cell::badge(Tone::Plain, "people.pupils.outside"),
    };
    let mut cells = Vec::with_capacity(if asked.details { 19 } else { 14 });
    cells.extend([
        Cell::text(name),
        Cell::text(it.class.unwrap_or_default()),
        Cell::or_empty(fields.born_on, Cell::date),
        state,
        Cell::text(pupil.file_number),
        Cell::phone(fields.mobile),
        gender,
        Cell::text(pupil.foreign_language),
        Cell::number(pupil.shift),
        Cell::or_empty(pupil.has_computer, yes_or_no),
        Cell::or_empty(pupil.citizenship, |it: Citizenship| {
            Cell::word(format!("people.citizenship.{}", it.code()))
        }),
        Cell::or_empty(pupil.taught_at_home, yes_or_no),
    ]);
    if asked.ways || asked.details {
        let way = it.way.as_ref();
        cells.push(Cell::or_empty(way.map(|it| it.enrolled_on), Cell::date));
        cells.push(Cell::or_empty(way, |it| Cell::text(movement(views, it))));
    }
    if asked.details {
        cells.extend([
            Cell::phone(fields.phone),
            Cell::text(fields.email),
            Cell::text(fields.lives_at),
            Cell::text(fields.registered_at),
            Cell::text(pupil.family),
        ]);
    }
    cells
}

pub(super) async fn parents(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let lines = it
        .people
        .parents(&member.actor, member.visit.zone())
        .await?;
    let columns = [
        Column::text("name"),
        Column::text("children"),
        Column::text("mobile"),
        Column::text("email"),
        Column::text("phone").off(),
        Column::text("workplace").off(),
        Column::text("job").off(),
        Column::date("born_on").off(),
        Column::text("gender").selectable().off(),
        Column::text("lives_at").off(),
        Column::text("registered_at").off(),
        Column::text("education").off(),
        Column::text("work_phone").off(),
    ];
    let rows = lines
        .iter()
        .map(|line| Row::new(&line.person.id, parent_cells(line, &it.views)));
    let list = List::new("people.parents", columns)
        .rows(rows)
        .opening(member.path("/people/parents"));
    let beside = Beside {
        kind: CardKind::Parent,
        may_enter: it.people.may_enter(&member.actor, CardKind::Parent),
        may_issue: may_issue(&member),
        dismissed: false,
    };
    respond(
        &it.views,
        &member.visit,
        "people/list.html",
        &list,
        &query,
        &beside,
    )
}

fn parent_cells(it: &ParentLine, views: &Views) -> Vec<Cell> {
    let fields = &it.person.fields;
    let child = |(card, kind): &(crate::Card, String)| {
        format!(
            "{} ({})",
            card.listed(),
            views.word(&format!("people.kinship.{kind}"))
        )
    };
    let children: Vec<String> = it.children.iter().map(child).collect();
    vec![
        Cell::text(name(fields)),
        Cell::text(children.join(", ")),
        Cell::phone(&fields.mobile),
        Cell::text(&fields.email),
        Cell::phone(&fields.phone),
        Cell::text(&it.parent.workplace),
        Cell::text(&it.parent.job),
        Cell::or_empty(fields.born_on, Cell::date),
        gender(fields),
        Cell::text(&fields.lives_at),
        Cell::text(&fields.registered_at),
        Cell::text(&it.parent.education),
        Cell::phone(&it.parent.work_phone),
    ]
}

pub(super) async fn staff(
    member: Member,
    state: State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    staff_list(&member, &state.0, &query, false).await
}

pub(super) async fn dismissed(
    member: Member,
    state: State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    staff_list(&member, &state.0, &query, true).await
}

async fn staff_list(
    member: &Member,
    it: &Pages,
    query: &TableQuery,
    dismissed: bool,
) -> Result<Response, Failure> {
    if dismissed {
        // Whom the school saw off is the office's business.
        member.actor.may_in_org(Right::StaffView)?;
    }
    let lines = it.people.staff(&member.actor, member.visit.zone()).await?;
    let columns = [
        Column::text("name"),
        Column::text("post").selectable(),
        Column::text("category").selectable(),
        Column::text("subjects"),
        Column::text("mobile"),
        Column::date(if dismissed {
            "dismissed_on"
        } else {
            "hired_on"
        }),
        Column::text("email").off(),
        Column::date("born_on").off(),
        Column::text("education").off(),
        Column::text("extra_post").off(),
        Column::text("gender").selectable().off(),
        Column::text("phone").off(),
        Column::text("lives_at").off(),
        Column::text("registered_at").off(),
        Column::text("activity").off(),
        Column::text("hire_order").off(),
        Column::date("experience_since").off(),
        Column::text("family_status").off(),
        Column::text("institution").off(),
        Column::text("diploma_number").off(),
        Column::date("diploma_on").off(),
        Column::text("speciality").off(),
        Column::text("courses").off(),
        Column::text("awards").off(),
    ];
    let rows = lines
        .iter()
        .filter(|it| it.dismissed == dismissed)
        .map(|it| Row::new(&it.person.id, staff_cells(it, dismissed)));
    let list = List::new("people.staff", columns)
        .rows(rows)
        .opening(member.path("/people/staff"));
    let beside = Beside {
        kind: CardKind::Staff,
        may_enter: it.people.may_enter(&member.actor, CardKind::Staff) && !dismissed,
        may_issue: false,
        dismissed,
    };
    respond(
        &it.views,
        &member.visit,
        "people/list.html",
        &list,
        query,
        &beside,
    )
}

fn staff_cells(it: &StaffLine, dismissed: bool) -> Vec<Cell> {
    let fields = &it.person.fields;
    let day = if dismissed {
        it.staff.dismissed_on
    } else {
        it.staff.hired_on
    };
    vec![
        Cell::text(name(fields)),
        Cell::text(&it.staff.post),
        Cell::text(&it.staff.category),
        Cell::text(&it.staff.subjects),
        Cell::phone(&fields.mobile),
        Cell::or_empty(day, Cell::date),
        Cell::text(&fields.email),
        Cell::or_empty(fields.born_on, Cell::date),
        Cell::text(&it.staff.education),
        Cell::text(&it.staff.extra_post),
        gender(fields),
        Cell::phone(&fields.phone),
        Cell::text(&fields.lives_at),
        Cell::text(&fields.registered_at),
        Cell::text(&it.staff.activity),
        Cell::text(&it.staff.hire_order),
        Cell::or_empty(it.staff.experience_since, Cell::date),
        Cell::text(&it.staff.family_status),
        Cell::text(&it.staff.institution),
        Cell::text(&it.staff.diploma_number),
        Cell::or_empty(it.staff.diploma_on, Cell::date),
        Cell::text(&it.staff.speciality),
        Cell::text(&it.staff.courses),
        Cell::text(&it.staff.awards),
    ]
}
