//! «Классы» (CUR-2): the list of a year and the form of one.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{ClassId, Right, RoomId, YearId};
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, ListQuery, Member, Path, TableQuery,
    form::Raw,
    table::{Cell, Column, List, Row, respond},
};

use super::{
    Around, Pages,
    form::{Choice, Difference, Stored, again, differences, filled, form_of, note, show},
    sent::Sent,
    wished_year,
};
use crate::{ClassCard, ClassFields, ClassListing, ClassPage, Error};

#[derive(Serialize)]
struct ListPage {
    around: Around,
    may_edit: bool,
    pupils: usize,
}

#[derive(Serialize)]
struct FormPage {
    around: Around,
    form: FormState,
    version: i32,
    /// «5А» as it is stored; none for a new class.
    name: Option<String>,
    teachers: Vec<Choice>,
    rooms: Vec<Choice>,
    /// The class teacher of the card does not work here any more.
    teacher_left: bool,
    differences: Vec<Difference>,
    action: String,
    back: String,
}

const COLUMNS: [Column; 8] = [
    Column::class("name"),
    Column::text("teacher"),
    Column::text("room"),
    Column::number("shift").selectable(),
    Column::number("pupils"),
    Column::text("profile").selectable(),
    Column::number("grade").selectable().off(),
    Column::text("groups"),
];

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.today(&member);
    let listing = it
        .curriculum
        .classes_of(&member.actor, wished_year(&query), today)
        .await?;
    let around = Around::of_years(&member, &listing.years);
    let may_edit = around.is_open() && member.actor.may_in_org(Right::CurriculumEdit).is_ok();
    let is_office = member.actor.may_in_org(Right::CurriculumEdit).is_ok();
    let rows = listing
        .classes
        .iter()
        .map(|it| row(&member, it, &listing, is_office));
    let list = List::new("curriculum.classes", COLUMNS).rows(rows);
    let pupils = listing.pupils.values().sum();
    let visit = around.visit(&member);
    let page = ListPage {
        around,
        may_edit,
        pupils,
    };
    respond(
        &it.views,
        &visit,
        "curriculum/classes.html",
        &list,
        &query,
        &page,
    )
}

fn row(member: &Member, card: &ClassCard, listing: &ClassListing, is_office: bool) -> Row {
    let class = &card.class;
    let teacher = class.teacher.and_then(|it| listing.teachers.get(&it));
    let room = listing.rooms.iter().find(|it| Some(it.id) == class.room);
    let path = member.path(&format!("/study/classes/{}", class.id));
    let row = Row::new(
        &class.id,
        [
            Cell::text(class.name()),
            Cell::text(teacher.map(people::Card::full).unwrap_or_default()),
            Cell::text(room.map(|it| it.number.clone()).unwrap_or_default()),
            Cell::number(class.shift),
            Cell::number(listing.pupils.get(&class.id).copied().unwrap_or_default()),
            Cell::text(&card.profile),
            Cell::number(class.grade),
            Cell::word("curriculum.classes.open-groups").href(format!("{path}/groups")),
        ],
    );
    if is_office { row.href(path) } else { row }
}

const TEMPLATE: &str = "curriculum/class.html";

impl FormPage {
    fn of(member: &Member, it: ClassPage, form: FormState) -> Self {
        let list = member.path("/study/classes");
        let card = it.card;
        let teacher = card.as_ref().and_then(|it| it.class.teacher);
        Self {
            around: Around::of_years(member, &it.years),
            form,
            version: card.as_ref().map_or(0, |it| it.version),
            name: card.as_ref().map(|it| it.class.name()),
            teacher_left: teacher.is_some_and(|it_is| !it.staff.iter().any(|it| it.id == it_is)),
            teachers: it
                .staff
                .iter()
                .map(|it| Choice::of(it.id, it.full()))
                .collect(),
            rooms: it
                .rooms
                .iter()
                .map(|it| Choice::of(it.id, &it.number))
                .collect(),
            differences: vec![],
            action: card.map_or_else(|| list.clone(), |it| format!("{list}/{}", it.class.id)),
            back: list,
        }
    }
}

fn stored(it: &ClassCard) -> Raw {
    Stored::new()
        .with("grade", it.class.grade)
        .with("letter", &it.class.letter)
        .with("shift", it.class.shift)
        .or_empty("teacher", it.class.teacher)
        .or_empty("room", it.class.room)
        .with("profile", &it.profile)
        .raw()
}

fn read(sent: &mut Sent<'_>) -> Option<ClassFields> {
    let grade = sent.number("grade");
    let letter = sent.text("letter", 60);
    let shift = sent.chosen("shift");
    let teacher = sent.choice::<kernel::PersonId>("teacher");
    let room = sent.choice::<RoomId>("room");
    let profile = sent.text("profile", 200);
    let fields = ClassFields {
        grade: grade?,
        letter,
        shift: shift?,
        teacher,
        room,
        profile,
    };
    sent.is_right().then_some(fields)
}

fn place(error: &Error) -> String {
    let field = match error {
        Error::NoSuchGrade => "grade",
        Error::BadLetter | Error::NameTaken => "letter",
        Error::NoSuchShift => "shift",
        Error::NoSuchTeacher => "teacher",
        Error::NoSuchRoom => "room",
        _ => "",
    };
    field.to_owned()
}

/// Back to the list of the year that the class belongs to.
fn saved(page: &FormPage, name: &str) -> Response {
    let year = page
        .around
        .year
        .as_ref()
        .map(|it| format!("?year={}", it.id))
        .unwrap_or_default();
    let flash = Flash::done("curriculum.flash.class-saved").with("name", name);
    Go::to(format!("{}{year}", page.back))
        .say(&flash)
        .into_response()
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    query: TableQuery,
) -> Result<Response, Failure> {
    let data = it
        .curriculum
        .class_page(&member.actor, None, wished_year(&query))
        .await?;
    let page = FormPage::of(&member, data, FormState::new().with("shift", "1"));
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let year = sent.chosen::<YearId>("year");
    let data = it.curriculum.class_page(&member.actor, None, year).await?;
    let mut page = FormPage::of(&member, data, FormState::new());
    if let (Some(wish), Some(year)) = (read(&mut sent), year) {
        let name = wish.name();
        match it.curriculum.add_class(&member.actor, year, wish).await {
            Ok(_) => return Ok(saved(&page, &name)),
            Err(error) => note(&mut sent.form, error, place)?,
        };
    }
    page.form = sent.form;
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        false,
    )
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClassId)>,
) -> Result<Response, Failure> {
    let data = it
        .curriculum
        .class_page(&member.actor, Some(id), None)
        .await?;
    let raw = data.card.as_ref().map(stored).unwrap_or_default();
    let page = FormPage::of(&member, data, form_of(&raw, &it.views));
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let seen = sent.seen("version");
    let wish = read(&mut sent);
    let name = wish.as_ref().map(ClassFields::name);
    let outcome = match wish {
        Some(wish) => Some(
            it.curriculum
                .change_class(&member.actor, id, seen, wish)
                .await,
        ),
        None => None,
    };
    let mut stale = false;
    let is_saved = matches!(outcome, Some(Ok(())));
    if let Some(Err(error)) = outcome {
        stale = note(&mut sent.form, error, place)?;
    }
    let data = it
        .curriculum
        .class_page(&member.actor, Some(id), None)
        .await?;
    let now = data.card.as_ref().map(stored).unwrap_or_default();
    let mut page = FormPage::of(&member, data, filled(sent.form, &raw, &now));
    if is_saved {
        return Ok(saved(&page, &name.unwrap_or_default()));
    }
    if stale {
        page.differences = it.class_differences(&raw, &now, &page);
    } else {
        page.version = seen;
    }
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        stale,
    )
}

impl Pages {
    fn class_differences(&self, raw: &Raw, now: &Raw, page: &FormPage) -> Vec<Difference> {
        let choices: BTreeMap<&str, &[Choice]> =
            [("teacher", &*page.teachers), ("room", &*page.rooms)].into();
        let label = |field: &str| self.views.word(&format!("curriculum.class.{field}"));
        let value = |field: &str, value: &str| match choices.get(field) {
            Some(choices) => Choice::label(choices, value),
            None => value.to_owned(),
        };
        differences(raw, now, label, value)
    }
}
