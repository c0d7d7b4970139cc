//! «Учебные годы» (CUR-1): the list, a new one, its dates, periods and holidays.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Right, YearId, dates::AcademicYear};
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, ListQuery, Member, Path,
    form::Raw,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{
    Around, Pages,
    form::{
        Choice, Difference, Line, again, differences, empty_lines, filled, form_of, lines, merged,
        note, show,
    },
    sent::Sent,
    year_name,
    years_form::{HOLIDAY, PERIOD, place, place_in_new, read, stored},
};
use crate::{HolidayKind, PeriodKind, Year, YearCard};

#[derive(Serialize)]
struct ListPage {
    around: Around,
    may_edit: bool,
}

#[derive(Serialize)]
struct NewPage {
    around: Around,
    form: FormState,
    /// The years that may be begun.
    starts: Vec<Choice>,
    action: String,
}

#[derive(Serialize)]
struct CardPage {
    around: Around,
    form: FormState,
    version: i32,
    may_edit: bool,
    periods: Vec<Line>,
    holidays: Vec<Line>,
    period_kinds: Vec<Choice>,
    holiday_kinds: Vec<Choice>,
    differences: Vec<Difference>,
    action: String,
}

const COLUMNS: [Column; 5] = [
    Column::text("name"),
    Column::date("starts_on"),
    Column::date("ends_on"),
    Column::number("days_a_week"),
    Column::badge("state"),
];

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let years = it.curriculum.years(&member.actor).await?;
    let today = it.today(&member);
    let rows = years.iter().map(|it| row(&member, it, today));
    let list = List::new("curriculum.years", COLUMNS)
        .without_search()
        .rows(rows);
    let page = ListPage {
        around: Around::of(&member),
        may_edit: member.actor.may_in_org(Right::CurriculumEdit).is_ok(),
    };
    respond(
        &it.views,
        &member.visit,
        "curriculum/years.html",
        &list,
        &query,
        &page,
    )
}

fn row(member: &Member, it: &Year, today: NaiveDate) -> Row {
    let (tone, state) = if it.archived {
        (Tone::Plain, "curriculum.year.archived")
    } else if today < it.starts_on {
        (Tone::Warn, "curriculum.year.ahead")
    } else if it.ends_on < today {
        (Tone::Plain, "curriculum.year.over")
    } else {
        (Tone::Ok, "curriculum.year.current")
    };
    let cells = [
        Cell::text(year_name(it)),
        Cell::date(it.starts_on),
        Cell::date(it.ends_on),
        Cell::number(it.days_a_week),
        Cell::badge(tone, state),
    ];
    Row::new(&it.id, cells).href(member.path(&format!("/study/years/{}", it.id)))
}

impl Pages {
    /// The form of a new year: the last, this and the next two that are not there yet.
    async fn new_year(&self, member: &Member, form: FormState) -> Result<NewPage, Failure> {
        let years = self.curriculum.years(&member.actor).await?;
        let today = AcademicYear::of(self.today(member));
        let is_there = |it: &AcademicYear| {
            years
                .iter()
                .any(|year| AcademicYear::of(year.starts_on) == *it)
        };
        let near = [today.previous(), today, today.next(), today.next().next()];
        let free = near.into_iter().filter(|it| !is_there(it));
        Ok(NewPage {
            around: Around::of(member),
            form,
            starts: free
                .map(|it| Choice::of(it.start_year(), it.to_string()))
                .collect(),
            action: member.path("/study/years"),
        })
    }
}

const NEW: &str = "curriculum/year_new.html";

pub(super) async fn new(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let today = AcademicYear::of(it.today(&member));
    let form = FormState::new()
        .with("starts", &today.start_year())
        .with("days_a_week", "5");
    let page = it.new_year(&member, form).await?;
    show(&it.views, &member.visit, NEW, &page)
}

pub(super) async fn create(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let year = sent.chosen::<AcademicYear>("starts");
    let days = sent.chosen::<i16>("days_a_week");
    if let (Some(year), Some(days)) = (year, days) {
        match it.curriculum.create_year(&member.actor, year, days).await {
            Ok(id) => {
                let to = member.path(&format!("/study/years/{id}"));
                let flash = Flash::done("curriculum.flash.year-created").with("year", &year);
                return Ok(Go::to(to).say(&flash).into_response());
            }
            Err(error) => note(&mut sent.form, error, place_in_new)?,
        };
    }
    let page = it.new_year(&member, sent.form).await?;
    again(&it.views, &member.visit, NEW, &page, false)
}

const TEMPLATE: &str = "curriculum/year.html";
/// Lines for what is to be added.
const SPARE: usize = 2;

impl Pages {
    fn year_page(&self, member: &Member, card: &YearCard, raw: &Raw, form: FormState) -> CardPage {
        let may_edit =
            !card.year.archived && member.actor.may_in_org(Right::CurriculumEdit).is_ok();
        let word = |group: &str, code: &str| self.views.word(&format!("curriculum.{group}.{code}"));
        CardPage {
            around: Around::of_year(member, &card.year),
            form,
            version: card.version,
            may_edit,
            periods: lines(raw, PERIOD),
            holidays: lines(raw, HOLIDAY),
            period_kinds: PeriodKind::ALL
                .map(|it| Choice::of(it.code(), word("period", it.code())))
                .into(),
            holiday_kinds: HolidayKind::ALL
                .map(|it| Choice::of(it.code(), word("holiday", it.code())))
                .into(),
            differences: vec![],
            action: member.path(&format!("/study/years/{}", card.year.id)),
        }
    }

    async fn stored_year(&self, member: &Member, id: YearId) -> Result<CardPage, Failure> {
        let card = self.curriculum.year_card(&member.actor, id).await?;
        let raw = stored(&card);
        let form = form_of(&raw, &self.views);
        Ok(self.year_page(member, &card, &raw, form))
    }
}

pub(super) async fn open(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, YearId)>,
) -> Result<Response, Failure> {
    let mut page = it.stored_year(&member, id).await?;
    if page.may_edit {
        page.periods.extend(empty_lines(SPARE));
        page.holidays.extend(empty_lines(SPARE));
    }
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn print(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, YearId)>,
) -> Result<Response, Failure> {
    let page = it.stored_year(&member, id).await?;
    show(
        &it.views,
        &member.visit,
        "curriculum/year_print.html",
        &page,
    )
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, YearId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let seen = sent.seen("version");
    let mut stale = false;
    if let Some(wish) = read(&mut sent, &raw) {
        match it
            .curriculum
            .change_year(&member.actor, id, seen, wish)
            .await
        {
            Ok(()) => {
                let to = member.path(&format!("/study/years/{id}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("curriculum.flash.year-saved"))
                    .into_response());
            }
            Err(error) => stale = note(&mut sent.form, error, place)?,
        }
    }
    let card = it.curriculum.year_card(&member.actor, id).await?;
    let now = stored(&card);
    let form = filled(sent.form, &raw, &now);
    let shown = if stale {
        merged(&merged(&raw, &now, PERIOD), &now, HOLIDAY)
    } else {
        raw.clone()
    };
    let shown = if card.year.archived { &now } else { &shown };
    let mut page = it.year_page(&member, &card, shown, form);
    if stale {
        page.differences = it.year_differences(&raw, &now, &page);
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
    fn year_differences(&self, raw: &Raw, now: &Raw, page: &CardPage) -> Vec<Difference> {
        let label = |field: &str| line_label(&self.views, page, field);
        let value = |field: &str, value: &str| {
            let kinds = if field.starts_with(PERIOD) {
                &page.period_kinds
            } else {
                &page.holiday_kinds
            };
            if field.rsplit('.').next() == Some("kind") {
                Choice::label(kinds, value)
            } else {
                value.to_owned()
            }
        };
        differences(raw, now, label, value)
    }
}

/// «Период 2: начало», as the lines are numbered on the page.
fn line_label(views: &web::Views, page: &CardPage, field: &str) -> String {
    let column = field.rsplit('.').next().unwrap_or_default();
    let name = views.word(&format!("curriculum.year.{column}"));
    for (prefix, lines, key) in [
        (PERIOD, &page.periods, "curriculum.line.period"),
        (HOLIDAY, &page.holidays, "curriculum.line.holiday"),
    ] {
        let Some(rest) = field.strip_prefix(prefix) else {
            continue;
        };
        let line = rest.rsplit_once('.').map_or(rest, |it| it.0);
        let number = lines
            .iter()
            .position(|it| it.key == line)
            .map_or(0, |it| it + 1);
        let args = [("number", number.to_string()), ("field", name.clone())];
        let args = args
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        return views.phrase(key, &args);
    }
    name
}
