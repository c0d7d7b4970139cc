//! «Аттестация»: the list of the school, also for the municipality, and one
//! person (PPL-10; S2 annex §2.3).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{PersonId, Right};
use serde::Serialize;
use web::{
    Failure, Flash, Go, ListQuery, Member, Path,
    form::Raw,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{
    Choice, Link, Pages,
    form::{Field, FormPage},
    sent::{Sent, raw_of, shown_day},
};
use crate::{Attestation, Attested, Category, Due, Error};

const COLUMNS: [Column; 8] = [
    Column::text("name").filtered(),
    Column::text("category").selectable(),
    Column::date("decided_on"),
    Column::text("order_number").off(),
    Column::date("next"),
    Column::text("wanted").selectable(),
    Column::date("planned_on"),
    Column::badge("due").selectable(),
];

/// The list has everything.
#[derive(Serialize)]
struct Nothing {}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.portfolio.attestations(&member.actor).await?;
    let keeps = member.actor.may_in_org(Right::StaffEdit).is_ok();
    let rows = found.iter().map(|it| {
        let row = row(it, today);
        let href = member.path(&format!("/people/attestation/{}", it.person));
        if keeps { row.href(href) } else { row }
    });
    let list = List::new("attestation.list", COLUMNS).rows(rows);
    let template = "portfolio/attestation.html";
    respond(
        &it.views,
        &member.visit,
        template,
        &list,
        &query,
        &Nothing {},
    )
}

fn row(it: &Attested, today: NaiveDate) -> Row {
    let known = &it.attestation;
    let category = |it: Category| Cell::word(format!("attestation.category.{}", it.code()));
    let due = known.due(today);
    let tone = match due {
        Due::Overdue => Tone::Bad,
        Due::Soon => Tone::Warn,
        Due::Planned | Due::Later => Tone::Ok,
        Due::Unknown => Tone::Plain,
    };
    Row::new(
        &it.person,
        [
            Cell::text(&it.name),
            Cell::or_empty(known.category, category),
            Cell::or_empty(known.decided_on, Cell::date),
            Cell::text(&known.order_number),
            Cell::or_empty(known.next(), Cell::date),
            Cell::or_empty(known.wanted, category),
            Cell::or_empty(known.planned_on, Cell::date),
            Cell::badge(tone, format!("attestation.due.{}", due.code())),
        ],
    )
}

impl Pages {
    fn attestation_form(&self, member: &Member, data: &Attested) -> FormPage {
        let views = &self.views;
        let categories = || -> Vec<Choice> {
            let choice = |it: &Category| {
                let word = format!("attestation.category.{}", it.code());
                Choice::of(&it.code(), views.word(&word))
            };
            Category::ALL.iter().map(choice).collect()
        };
        let fields = vec![
            Field::select("category", categories()).optional(),
            Field::date("decided_on").optional(),
            Field::text("order_number").optional(),
            Field::date("due_on").optional(),
            Field::select("wanted", categories()).optional(),
            Field::date("planned_on").optional(),
            Field::long("note").optional(),
        ];
        let list = member.path("/people/attestation");
        let trail = vec![Link {
            href: list.clone(),
            label: views.word("attestation.list.title"),
        }];
        let mut page = FormPage::new(views, "attestation.edit", fields)
            .below(trail)
            .going(format!("{list}/{}", data.person), list)
            .with(views, &stored(&data.attestation), data.attestation.version);
        page.note.clone_from(&data.name);
        page
    }
}

fn stored(it: &Attestation) -> Raw {
    let code = |it: Option<Category>| it.map_or("", Category::code).to_owned();
    raw_of([
        ("category", code(it.category)),
        ("decided_on", shown_day(it.decided_on)),
        ("order_number", it.order_number.clone()),
        ("due_on", shown_day(it.due_on)),
        ("wanted", code(it.wanted)),
        ("planned_on", shown_day(it.planned_on)),
        ("note", it.note.clone()),
    ])
}

fn read(sent: &mut Sent<'_>) -> Option<Attestation> {
    let known = Attestation {
        category: sent.optional_choice("category", Category::from_code),
        decided_on: sent.optional_date("decided_on"),
        order_number: sent.text("order_number", 100),
        due_on: sent.optional_date("due_on"),
        wanted: sent.optional_choice("wanted", Category::from_code),
        planned_on: sent.optional_date("planned_on"),
        note: sent.text("note", 1000),
        version: sent.seen(),
    };
    if known.category.is_some() && known.decided_on.is_none() && sent.is_right() {
        sent.form.refuse("decided_on", "required");
    }
    if known.category.is_none() && known.decided_on.is_some() && sent.is_right() {
        sent.form.refuse("category", "required");
    }
    sent.is_right().then_some(known)
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let data = it.portfolio.attestation(&member.actor, id).await?;
    it.attestation_form(&member, &data)
        .show(&it.views, &member.visit)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let data = it.portfolio.attestation(&member.actor, id).await?;
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    let mut stale = false;
    if let Some(known) = read(&mut sent) {
        let category = known
            .category
            .map(|given| it.views.word(&format!("attestation.card.{}", given.code())));
        let saved = it
            .portfolio
            .save_attestation(&member.actor, id, &known, category.as_deref())
            .await;
        match saved {
            Ok(()) => {
                let flash = Flash::done("attestation.flash.saved");
                let list = member.path("/people/attestation");
                return Ok(Go::to(list).say(&flash).into_response());
            }
            Err(error) => {
                let field = match error {
                    Error::BadDay => "planned_on",
                    _ => "",
                };
                stale = sent.note(error, field)?;
            }
        }
    }
    let page = it.attestation_form(&member, &data);
    let known = stale.then(|| stored(&data.attestation));
    page.again(&it.views, &member.visit, sent, known.as_ref())
}
