//! Lines of a card: courses, awards, former schools … (S1:4).

use std::collections::BTreeMap;

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Fault, PersonId};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path, Query,
    form::{Raw, invalid},
};

use super::{
    Pages,
    both::{Both, compared, picked_of},
    card_path,
    cards::{CardHead, Ties},
    dictionaries::{OfferedBy, of_record},
    edit::refuse,
    fields::{Loose, Widget, as_typed},
};
use crate::{
    CardKind, Error, FieldError, Part, Person, Record, RecordFields, RecordId, RecordKind,
};

#[derive(Serialize)]
struct RecordsPage {
    head: CardHead,
    sections: Vec<Section>,
    may_edit: bool,
}

/// The lines of one kind.
#[derive(Serialize)]
pub(super) struct Section {
    kind: RecordKind,
    parts: &'static [Part],
    add: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    cells: Vec<String>,
    title: String,
    edit: String,
}

/// The lines of a card, kind by kind; kinds without lines too.
pub(super) fn sections(base: &str, card: CardKind, records: &[Record]) -> Vec<Section> {
    let row = |it: &Record| Row {
        cells: it
            .kind
            .parts()
            .iter()
            .map(|part| shown(*part, &it.fields))
            .collect(),
        title: it.fields.title.clone(),
        edit: format!("{base}/records/{}", it.id),
    };
    let section = |kind: &RecordKind| Section {
        kind: *kind,
        parts: kind.parts(),
        add: format!("{base}/records/new?kind={}", kind.code()),
        rows: records
            .iter()
            .filter(|it| it.kind == *kind)
            .map(row)
            .collect(),
    };
    RecordKind::of(card).iter().map(section).collect()
}

/// A fact as people read and type it.
fn shown(part: Part, fields: &RecordFields) -> String {
    let day = |it: Option<NaiveDate>| it.map(kernel::dates::show_date).unwrap_or_default();
    match part {
        Part::Since => day(fields.since),
        Part::Until => day(fields.until),
        Part::Title => fields.title.clone(),
        Part::Place => fields.place.clone(),
        Part::Detail => fields.detail.clone(),
        Part::Hours => fields.hours.map(|it| it.to_string()).unwrap_or_default(),
        Part::Document => fields.document.clone(),
    }
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let found = it.people.records(&member.actor, kind, id).await?;
    let ties = Ties {
        keeps: found.may_edit,
        ..Ties::by_rights(&member.actor, kind, id)
    };
    let card = found.person.card();
    let page = RecordsPage {
        head: CardHead::new(&member, kind, &card, ties, "records"),
        sections: sections(&card_path(&member, kind, id), kind, &found.records),
        may_edit: found.may_edit,
    };
    Ok(it
        .views
        .page(&member.visit, "people/records.html", &page)?
        .into_response())
}

#[derive(Serialize)]
struct FormPage {
    head: CardHead,
    kind: RecordKind,
    parts: &'static [Part],
    /// What the dictionaries offer, by part.
    lists: OfferedBy,
    form: FormState,
    action: String,
    /// None for a new line.
    seen: Option<i32>,
    remove: Option<String>,
    /// What somebody else changed meanwhile.
    both: Both,
    /// The version that the writer saw at first.
    base: Option<i32>,
}

const TEMPLATE: &str = "people/record_form.html";

impl FormPage {
    fn new(
        member: &Member,
        card: CardKind,
        person: &Person,
        kind: RecordKind,
        form: FormState,
    ) -> Self {
        let head = CardHead::of(member, card, person, "records");
        Self {
            action: format!("{}/records/new?kind={}", head.path, kind.code()),
            head,
            kind,
            parts: kind.parts(),
            lists: OfferedBy::new(),
            form,
            seen: None,
            remove: None,
            both: Both::default(),
            base: None,
        }
    }

    fn change(
        member: &Member,
        card: CardKind,
        person: &Person,
        it: &Record,
        form: FormState,
    ) -> Self {
        let page = Self::new(member, card, person, it.kind, form);
        let action = format!("{}/records/{}", page.head.path, it.id);
        Self {
            remove: Some(format!("{action}/remove")),
            action,
            seen: Some(it.version),
            ..page
        }
    }
}

impl Pages {
    /// The form of a line with what the dictionaries offer.
    async fn offering(&self, member: &Member, page: FormPage) -> Result<FormPage, Error> {
        let lists = self.people.listed_values(&member.actor).await?;
        Ok(FormPage {
            lists: of_record(&lists, page.kind),
            ..page
        })
    }
}

/// What the address of an empty form says.
#[derive(Deserialize)]
pub(super) struct Wanted {
    kind: String,
}

impl Wanted {
    fn kind(&self, card: CardKind) -> Result<RecordKind, Error> {
        RecordKind::from_code(&self.kind)
            .filter(|it| RecordKind::of(card).contains(it))
            .ok_or(Error::NoSuchRecord)
    }
}

/// The card, of somebody who may change it.
async fn editable(
    it: &Pages,
    member: &Member,
    card: CardKind,
    id: PersonId,
) -> Result<crate::Records, Failure> {
    let found = it.people.records(&member.actor, card, id).await?;
    if found.may_edit {
        Ok(found)
    } else {
        Err(kernel::Denied(crate::edit_right(card)).into())
    }
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    Extension(card): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let found = editable(&it, &member, card, id).await?;
    let kind = wanted.kind(card)?;
    let page = FormPage::new(&member, card, &found.person, kind, FormState::new());
    let page = it.offering(&member, page).await?;
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// A line as it was typed.
fn read(raw: &Raw, today: NaiveDate) -> Result<RecordFields, Error> {
    let mut wrong = Vec::new();
    let text = |part: Part| raw.get(part.code()).unwrap_or_default().to_owned();
    let mut day = |part: Part| {
        let typed = raw.get(part.code()).filter(|it| !it.is_empty())?;
        match kernel::dates::parse_date(typed, today) {
            Ok(day) => Some(day),
            Err(it) => {
                wrong.push(FieldError::new(part.code(), it.code()));
                None
            }
        }
    };
    let (since, until) = (day(Part::Since), day(Part::Until));
    let hours = match raw.get(Part::Hours.code()).unwrap_or_default() {
        "" => None,
        typed => typed.parse().map_or_else(
            |_| {
                wrong.push(FieldError::new("hours", "people.no-such-hours"));
                None
            },
            Some,
        ),
    };
    let fields = RecordFields {
        since,
        until,
        title: text(Part::Title),
        place: text(Part::Place),
        detail: text(Part::Detail),
        hours,
        document: text(Part::Document),
    };
    if wrong.is_empty() {
        Ok(fields)
    } else {
        Err(Error::Fields(wrong))
    }
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    Extension(card): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
    Query(wanted): Query<Wanted>,
    raw: Raw,
) -> Result<Response, Failure> {
    let found = editable(&it, &member, card, id).await?;
    let kind = wanted.kind(card)?;
    let today = it.views.today(&member.visit);
    let outcome = match read(&raw, today) {
        Ok(fields) => {
            let add = it.people.add_record(&member.actor, card, id, kind, fields);
            add.await.map(|_| ())
        }
        Err(error) => Err(error),
    };
    let Err(error) = outcome else {
        return Ok(back(&member, card, id, "people.flash.record-added"));
    };
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    refuse(&mut form, error)?;
    let page = FormPage::new(&member, card, &found.person, kind, form);
    let page = it.offering(&member, page).await?;
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

fn back(member: &Member, card: CardKind, id: PersonId, flash: &str) -> Response {
    Go::to(format!("{}/records", card_path(member, card, id)))
        .say(&Flash::done(flash))
        .into_response()
}

/// A line as the form shows it.
fn typed(line: &Record) -> BTreeMap<String, String> {
    let parts = line.kind.parts().iter();
    let part = |it: &Part| (it.code().to_owned(), shown(*it, &line.fields));
    parts.map(part).collect()
}

fn one(found: &crate::Records, record: RecordId) -> Result<&Record, Error> {
    let mut all = found.records.iter();
    all.find(|it| it.id == record).ok_or(Error::NoSuchRecord)
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Extension(card): Extension<CardKind>,
    Path((_, id, record)): Path<(String, PersonId, RecordId)>,
) -> Result<Response, Failure> {
    let found = editable(&it, &member, card, id).await?;
    let line = one(&found, record)?;
    let form = FormState::of(&typed(line));
    let page = FormPage::change(&member, card, &found.person, line, form);
    let page = it.offering(&member, page).await?;
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Extension(card): Extension<CardKind>,
    Path((_, id, record)): Path<(String, PersonId, RecordId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let found = editable(&it, &member, card, id).await?;
    let line = one(&found, record)?;
    let today = it.views.today(&member.visit);
    let late = Late {
        member: &member,
        card,
        found: &found,
        line,
    };
    let parts = line.kind.parts().iter().map(|it| it.code());
    let raw = match picked_of(&raw, parts, &typed(line)) {
        Ok(raw) => raw,
        Err(open) => return it.conflict(late, &raw, &open).await,
    };
    let seen = raw.get("seen").and_then(|it| it.parse().ok()).unwrap_or(0);
    let outcome = match read(&raw, today) {
        Ok(fields) => {
            let save = it
                .people
                .save_record(&member.actor, card, id, record, seen, fields);
            save.await
        }
        Err(error) => Err(error),
    };
    let error = match outcome {
        Ok(()) => return Ok(back(&member, card, id, "people.flash.saved")),
        Err(Error::ChangedMeanwhile) => return it.conflict(late, &raw, &[]).await,
        Err(error) => error,
    };
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    refuse(&mut form, error)?;
    let page = FormPage::change(&member, card, &found.person, line, form);
    let page = it.offering(&member, page).await?;
    // The version stays the one that was seen: somebody may have been faster too.
    let page = FormPage {
        seen: Some(seen),
        ..page
    };
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

/// A line that somebody else changed while it was typed.
#[derive(Clone, Copy)]
struct Late<'a> {
    member: &'a Member,
    card: CardKind,
    found: &'a crate::Records,
    line: &'a Record,
}

impl Pages {
    /// What only the other changed is taken over; where both changed the same,
    /// both values stand side by side and one must be chosen.
    async fn conflict(
        &self,
        late: Late<'_>,
        raw: &Raw,
        open: &[FieldError],
    ) -> Result<Response, Failure> {
        let (member, line, person) = (late.member, late.line, &late.found.person);
        let number = |name: &str| raw.get(name).and_then(|it| it.parse().ok());
        let base = number("base").or_else(|| number("seen")).unwrap_or(0);
        let before = self
            .people
            .record_before(&member.actor, late.card, person.id, line.id, base)
            .await?;
        let parts = line.kind.parts().iter().map(|it| match it {
            Part::Since | Part::Until => (it.code(), Widget::Date),
            _ => (it.code(), Widget::Text),
        });
        let was =
            |part: &str, widget| Some(Some(as_typed(widget, Some(before.get(part)?.clone()))));
        let both = compared(raw, parts, was, &typed(line));
        let today = self.views.today(&member.visit);
        let form = Checked::<Loose>::read(raw, today, Some(self.views.clone())).form;
        let form = both.taken_over(form, open);
        let page = FormPage::change(member, late.card, person, line, form);
        let page = FormPage {
            both,
            base: Some(base),
            ..self.offering(member, page).await?
        };
        let mut response = invalid(&self.views, &member.visit, TEMPLATE, &page)?;
        *response.status_mut() = StatusCode::CONFLICT;
        Ok(response)
    }
}

pub(super) async fn remove(
    member: Member,
    State(it): State<Pages>,
    Extension(card): Extension<CardKind>,
    Path((_, id, record)): Path<(String, PersonId, RecordId)>,
) -> Result<Response, Failure> {
    it.people
        .remove_record(&member.actor, card, id, record)
        .await?;
    Ok(back(&member, card, id, "people.flash.record-removed"))
}
