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
use crate::{CardKind, ConsentId, ConsentKind, ConsentLine, ConsentState, Error, NewConsent};

pub(super) mod blanks;
pub(super) mod classes;
pub(super) mod collect;
pub(super) mod paper;
pub(super) mod texts;

#[derive(Serialize)]
struct Beside {
    kind: &'static str,
    kinds: Vec<KindLink>,
    given: usize,
    absent: usize,
    withdrawn: usize,
    unsettled: usize,
    may_record: bool,
    is_staff: bool,
    /// Where the texts are edited, for whoever may.
    texts: Option<String>,
    path: String,
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
        Column::class("class").selectable(),
        Column::badge("state").selectable(),
        Column::date("signed_on"),
        Column::text("given_by"),
        Column::text("given_as").selectable().off(),
        Column::text("document").off(),
        Column::number("scans"),
        Column::date("withdrawn_on").off(),
        Column::date("settle_by"),
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
        unsettled: register.unsettled,
        may_record: register.may_record,
        is_staff: register.is_staff,
        texts: may_edit_texts(&member).then(|| member.path("/people/consents/texts")),
        path: member.path("/people/consents"),
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
    let state = Cell::badge(tone, format!("people.consent.{}", line.state.code()));
    let id = line.card.id;
    let state = state.href(match line.consent {
        Some(consent) => member.path(&format!("/people/consents/{consent}")),
        None => member.path(&format!(
            "/people/consents/new?person={id}&kind={}",
            kind.code()
        )),
    });
    let given_as = line.given_as.as_deref().map(|it| match it {
        "self" => "people.signed-as.self".to_owned(),
        it => format!("people.kinship.{it}"),
    });
    let today = it.views.today(&member.visit);
    let settle_by = Cell::or_empty(line.settle_by, Cell::date);
    let settle_by = match line.settle_by {
        Some(day) if day < today => settle_by.class("error"),
        _ => settle_by,
    };
    let first = line.kinds.first().copied().unwrap_or(CardKind::Parent);
    Row::new(
        &line.card.id,
        vec![
            Cell::text(line.card.full()),
            Cell::text(who.join(", ")),
            Cell::text(line.class.clone().unwrap_or_default()),
            state,
            Cell::or_empty(line.signed_on, Cell::date),
            Cell::text(line.given_by.clone().unwrap_or_default()),
            Cell::or_empty(given_as, Cell::word),
            Cell::text(&line.document),
            Cell::or_empty(Some(line.scans).filter(|it| *it > 0), Cell::number),
            Cell::or_empty(line.withdrawn_on, Cell::date),
            settle_by,
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
    /// The subject may sign.
    signs_alone: bool,
    signers: Vec<Signer>,
    blank: String,
}

#[derive(Serialize)]
struct Signer {
    id: PersonId,
    name: String,
    kinship: String,
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

/// 2А before 10Б.
pub(super) fn class_order(name: &str) -> (u32, String) {
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let rest = name.chars().skip(digits.len()).collect();
    (digits.parse().unwrap_or(u32::MAX), rest)
}

fn may_edit_texts(member: &Member) -> bool {
    member.actor.may_in_org(kernel::Right::ConsentEdit).is_ok()
}

async fn form_page(
    it: &Pages,
    member: &Member,
    person: PersonId,
    form: FormState,
) -> Result<FormPage, Failure> {
    member.actor.may(kernel::Right::ConsentEdit)?;
    let signers = it.people.signers(&member.actor, person).await?;
    let signer = |(card, kinship): &(crate::Card, String)| Signer {
        id: card.id,
        name: card.full(),
        kinship: kinship.clone(),
    };
    Ok(FormPage {
        form,
        person,
        name: signers.subject.full(),
        signs_alone: signers.signs_alone,
        action: member.path("/people/consents/new"),
        back: member.path("/people/consents"),
        kinds: ConsentKind::ALL.map(ConsentKind::code),
        signers: signers.others.iter().map(signer).collect(),
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
            Ok(id) => {
                let to = member.path(&format!("/people/consents/{id}"));
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
    /// Something is left to people, within thirty days.
    needs_hands: bool,
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
        needs_hands: consent.kind.needs_hands(),
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
    Ok(Go::to(member.path(&format!("/people/consents/{id}")))
        .say(&flash)
        .into_response())
}
