use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{Fault, Kind, PersonId};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, ListQuery, Member, Missing, Path, Query,
    form::invalid,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Pages, card_path};
use crate::{
    CardKind, ConsentBlank, ConsentId, ConsentKind, ConsentLine, ConsentState, Error, NewConsent,
};

#[derive(Serialize)]
struct Beside {
    kind: &'static str,
    kinds: Vec<KindLink>,
    given: usize,
    absent: usize,
    withdrawn: usize,
    may_record: bool,
}

#[derive(Serialize)]
struct KindLink {
    code: &'static str,
    href: String,
    current: bool,
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let kind = query
        .param("kind")
        .and_then(ConsentKind::from_code)
        .unwrap_or(ConsentKind::Processing);
    let register = it.people.consents(&member.actor, kind).await?;
    let columns = [
        Column::text("name"),
        Column::text("who").selectable(),
        Column::badge("state").selectable(),
        Column::date("signed_on"),
        Column::text("given_by"),
        Column::text("document"),
        Column::date("withdrawn_on"),
    ];
    let rows = register
        .lines
        .iter()
        .map(|line| row(&member, &it, kind, line));
    let list = List::new("people.consents", columns).rows(rows);
    let link = |it: ConsentKind| KindLink {
        code: it.code(),
        href: member.path(&format!("/people/consents?kind={}", it.code())),
        current: it == kind,
    };
    let beside = Beside {
        kind: kind.code(),
        kinds: ConsentKind::ALL.into_iter().map(link).collect(),
        given: register.given,
        absent: register.absent,
        withdrawn: register.withdrawn,
        may_record: register.may_record,
    };
    respond(
        &it.views,
        &member.visit,
        "people/consents.html",
        &list,
        &query,
        &beside,
    )
}

fn row(member: &Member, it: &Pages, kind: ConsentKind, line: &ConsentLine) -> Row {
    let who: Vec<String> = line
        .kinds
        .iter()
        .map(|kind| it.views.word(&format!("people.one.{}", kind.plural())))
        .collect();
    let tone = match line.state {
        ConsentState::Given => Tone::Ok,
        ConsentState::Absent => Tone::Warn,
        ConsentState::Withdrawn => Tone::Bad,
    };
    let mut state = Cell::badge(tone, format!("people.consent.{}", line.state.code()));
    if line.state != ConsentState::Given {
        let id = line.card.id;
        state = state.href(member.path(&format!(
            "/people/consents/new?person={id}&kind={}",
            kind.code()
        )));
    }
    let first = line.kinds.first().copied().unwrap_or(CardKind::Parent);
    Row::new(
        &line.card.id,
        vec![
            Cell::text(line.card.full()),
            Cell::text(who.join(", ")),
            state,
            Cell::or_empty(line.signed_on, Cell::date),
            Cell::text(line.given_by.clone().unwrap_or_default()),
            Cell::text(&line.document),
            Cell::or_empty(line.withdrawn_on, Cell::date),
        ],
    )
    .href(card_path(member, first, line.card.id))
}

#[derive(Serialize)]
struct FormPage {
    form: FormState,
    person: PersonId,
    name: String,
    action: String,
    back: String,
    kinds: [&'static str; 5],
    signers: Vec<Signer>,
    blank: String,
}

#[derive(Serialize)]
struct Signer {
    id: PersonId,
    name: String,
}

#[derive(Deserialize)]
pub(super) struct About {
    person: Option<PersonId>,
    kind: Option<String>,
}

impl About {
    fn kind(&self) -> ConsentKind {
        self.kind
            .as_deref()
            .and_then(ConsentKind::from_code)
            .unwrap_or(ConsentKind::Processing)
    }
}

const TEMPLATE: &str = "people/consent_form.html";

async fn form_page(
    it: &Pages,
    member: &Member,
    person: PersonId,
    form: FormState,
) -> Result<FormPage, Failure> {
    member.actor.may(kernel::Right::ConsentEdit)?;
    let blank = it
        .people
        .consent_blank(&member.actor, ConsentKind::Processing, Some(person))
        .await?;
    let name = blank
        .person
        .as_ref()
        .map(|it| it.card().full())
        .unwrap_or_default();
    let signers = blank
        .parents
        .iter()
        .map(|it| Signer {
            id: it.id,
            name: it.full(),
        })
        .collect();
    Ok(FormPage {
        form,
        person,
        name,
        action: member.path("/people/consents/new"),
        back: member.path("/people/consents"),
        kinds: ConsentKind::ALL.map(ConsentKind::code),
        signers,
        blank: member.path(&format!("/people/consents/blank?person={person}")),
    })
}

pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    Query(about): Query<About>,
) -> Result<Response, Failure> {
    let person = about.person.ok_or(Missing)?;
    let today = kernel::dates::show_date(it.views.today(&member.visit));
    let form = FormState::new()
        .with("kind", about.kind().code())
        .with("signed_on", &today);
    let page = form_page(&it, &member, person, form).await?;
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// A consent as it is typed.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentForm {
    #[garde(skip)]
    person: i64,
    #[garde(length(chars, min = 1, max = 20))]
    kind: String,
    /// None where the subject signed.
    #[garde(skip)]
    given_by: Option<i64>,
    #[garde(skip)]
    signed_on: NaiveDate,
    #[garde(length(chars, max = 200))]
    document: String,
}

pub(super) async fn record(
    member: Member,
    State(it): State<Pages>,
    Checked { value, mut form }: Checked<ConsentForm>,
) -> Result<Response, Failure> {
    let person: PersonId = form.value("person").parse().map_err(|_| Missing)?;
    let kind = ConsentKind::from_code(form.value("kind"));
    if let (Some(wish), Some(kind)) = (value, kind) {
        let new = NewConsent {
            subject: wish.person.into(),
            given_by: wish.given_by.map(Into::into),
            kind,
            document: wish.document,
            signed_on: wish.signed_on,
        };
        match it.people.record_consent(&member.actor, new).await {
            Ok(_) => {
                let to = member.path(&format!("/people/consents?kind={}", kind.code()));
                let flash = Flash::done("people.flash.consent-recorded");
                return Ok(Go::to(to).say(&flash).into_response());
            }
            Err(Error::Fields(wrong)) => wrong.iter().for_each(|it| form.fault(it.field, it)),
            Err(error) if error.kind() == Kind::Invalid => form.fault("", &error),
            Err(error) => return Err(error.into()),
        }
    }
    let page = form_page(&it, &member, person, form).await?;
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

#[derive(Serialize)]
struct ConfirmPage {
    action: String,
    back: String,
    name: String,
    kind: &'static str,
    signed_on: NaiveDate,
    /// Codes of the fields that go with the consent.
    fields: Vec<String>,
}

pub(super) async fn confirm(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ConsentId)>,
) -> Result<Response, Failure> {
    let (consent, card, fields) = it.people.withdrawal(&member.actor, id).await?;
    let page = ConfirmPage {
        action: member.path(&format!("/people/consents/{id}/withdraw")),
        back: member.path(&format!("/people/consents?kind={}", consent.kind.code())),
        name: card.full(),
        kind: consent.kind.code(),
        signed_on: consent.signed_on,
        fields,
    };
    Ok(it
        .views
        .page(&member.visit, "people/consent_withdraw.html", &page)?
        .into_response())
}

pub(super) async fn withdraw(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ConsentId)>,
) -> Result<Response, Failure> {
    it.people.withdraw_consent(&member.actor, id).await?;
    let flash = Flash::done("people.flash.consent-withdrawn");
    Ok(Go::to(member.path("/people/consents"))
        .say(&flash)
        .into_response())
}

#[derive(Serialize)]
struct BlankPage {
    kind: &'static str,
    org: String,
    name: Option<String>,
    born_on: Option<NaiveDate>,
    lives_at: String,
    is_pupil: bool,
    signers: Vec<String>,
}

impl From<ConsentBlank> for BlankPage {
    fn from(it: ConsentBlank) -> Self {
        let fields = it.person.as_ref().map(|it| &it.fields);
        Self {
            kind: it.kind.code(),
            org: it.org,
            born_on: fields.and_then(|it| it.born_on),
            lives_at: fields.map(|it| it.lives_at.clone()).unwrap_or_default(),
            name: it.person.as_ref().map(|it| it.card().full()),
            is_pupil: it.is_pupil,
            signers: it.parents.iter().map(crate::Card::full).collect(),
        }
    }
}

/// The paper to be signed.
pub(super) async fn blank(
    member: Member,
    State(it): State<Pages>,
    Query(about): Query<About>,
) -> Result<Response, Failure> {
    let blank = it
        .people
        .consent_blank(&member.actor, about.kind(), about.person)
        .await?;
    let page = BlankPage::from(blank);
    Ok(it
        .views
        .page(&member.visit, "people/consent_blank.html", &page)?
        .into_response())
}
