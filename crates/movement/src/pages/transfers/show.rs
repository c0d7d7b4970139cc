//! One transfer: what is handed over, and what either school may say.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use kernel::{Fault, Kind, PersonId, Right};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, Path, form::invalid};

use super::{Pages, view::ExtractView};
use crate::{
    Candidate, Error, HandedDocument, Knows, Side, Step, Transfer, TransferId, TransferPage,
    TransferState,
};

const SHOW: &str = "movement/transfer.html";

#[derive(Serialize)]
struct View {
    path: String,
    back: String,
    form: FormState,
    version: i32,
    name: String,
    born_on: Option<NaiveDate>,
    side: &'static str,
    state: &'static str,
    other: String,
    by_request: bool,
    file_number: String,
    /// The request names the СНИЛС, which is compared and never shown.
    names_snils: bool,
    note: String,
    class: String,
    leaves_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    late: bool,
    reason: String,
    asked_at: Option<DateTime<Utc>>,
    offered_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
    enrolled_at: Option<DateTime<Utc>>,
    enrolled_on: Option<NaiveDate>,
    enrolment_number: String,
    enrolment_on: Option<NaiveDate>,
    documents: Vec<Document>,
    /// The own card and the own order.
    card: Option<String>,
    order: Option<String>,
    extract: Option<ExtractView>,
    candidates: Vec<CandidateView>,
    may: May,
}

#[derive(Serialize)]
struct Document {
    code: &'static str,
    given: bool,
}

#[derive(Serialize)]
struct CandidateView {
    id: PersonId,
    name: String,
    born_on: Option<NaiveDate>,
    class: Option<String>,
    card: String,
    same_person: bool,
    file_number: Knows,
    snils: Knows,
}

/// Which buttons there are.
#[derive(Serialize)]
struct May {
    answer: bool,
    accept: bool,
    documents: bool,
    /// `refuse`, `take-back`, `withdraw`, `decline`.
    end: Option<&'static str>,
}

/// How the school of that side ends a transfer in that state.
fn ending(side: Side, state: TransferState) -> Option<(Step, &'static str)> {
    let ways = [
        (Step::Refuse, "refuse"),
        (Step::TakeBack, "take-back"),
        (Step::Withdraw, "withdraw"),
        (Step::Decline, "decline"),
    ];
    let mut ways = ways.into_iter();
    ways.find(|(step, _)| state.step(side, *step).is_ok())
}

impl May {
    fn of(member: &Member, side: Side, it: &Transfer) -> Self {
        let edits = member.actor.may_in_org(Right::MovementEdit).is_ok();
        let takes = |step| edits && it.state.step(side, step).is_ok();
        Self {
            answer: takes(Step::Prepare),
            accept: takes(Step::Accept),
            documents: edits && side == Side::Leaving && it.state.is_open(),
            end: ending(side, it.state).map(|it| it.1).filter(|_| edits),
        }
    }
}

fn candidate(member: &Member, it: Candidate) -> CandidateView {
    CandidateView {
        id: it.card.id,
        name: it.card.full(),
        born_on: it.card.born_on,
        class: it.class,
        card: member.path(&format!("/people/pupils/{}", it.card.id)),
        same_person: it.same_person,
        file_number: it.file_number,
        snils: it.snils,
    }
}

fn view(member: &Member, it: &Pages, page: TransferPage, form: FormState) -> View {
    let own = page.transfer;
    let today = it.views.today(&member.visit);
    let document = |code: &HandedDocument| Document {
        code: code.code(),
        given: own.documents.contains(code),
    };
    let candidates = page.candidates.into_iter();
    View {
        path: member.path(&format!("/movement/transfers/{}", own.id)),
        back: member.path("/movement/transfers"),
        form,
        version: own.version,
        name: own.name(),
        born_on: own.born_on,
        side: page.side.code(),
        state: own.state.code(),
        other: page.other,
        by_request: own.by_request,
        names_snils: own.snils.is_some(),
        due_on: own.state.waits_for().map(|_| own.due_on),
        late: own.is_late(today),
        documents: HandedDocument::ALL.iter().map(document).collect(),
        card: own
            .pupil
            .map(|it| member.path(&format!("/people/pupils/{it}"))),
        order: own
            .order
            .map(|it| member.path(&format!("/movement/orders/{it}"))),
        may: May::of(member, page.side, &own),
        file_number: own.file_number,
        note: own.note,
        class: own.class,
        leaves_on: own.leaves_on,
        reason: own.reason,
        asked_at: own.asked_at,
        offered_at: own.offered_at,
        decided_at: own.decided_at,
        enrolled_at: own.enrolled_at,
        enrolled_on: own.enrolled_on,
        enrolment_number: own.enrolment_number,
        enrolment_on: own.enrolment_on,
        extract: page.extract.map(Into::into),
        candidates: candidates.map(|it| candidate(member, it)).collect(),
    }
}

async fn page(
    member: &Member,
    it: &Pages,
    id: TransferId,
    purpose: &'static str,
    form: FormState,
) -> Result<View, Failure> {
    let today = it.views.today(&member.visit);
    let found = it.transfers.transfer(&member.actor, id, today, purpose);
    Ok(view(member, it, found.await?, form))
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, TransferId)>,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let form = FormState::new().with("on", &kernel::dates::show_date(today));
    let page = page(&member, &it, id, "show", form).await?;
    Ok(it.views.page(&member.visit, SHOW, &page)?.into_response())
}

/// «Выписка с текущими отметками» on paper.
pub(super) async fn print(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, TransferId)>,
) -> Result<Response, Failure> {
    let page = page(&member, &it, id, "print", FormState::new()).await?;
    if page.extract.is_none() {
        return Err(Error::NoSuchTransfer.into());
    }
    Ok(it
        .views
        .page(&member.visit, "movement/transfer_print.html", &page)?
        .into_response())
}

/// Whom a request means, and from which day the pupil is no longer here.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    #[garde(skip)]
    seen: i32,
    #[garde(skip)]
    pupil: i64,
    #[garde(skip)]
    on: NaiveDate,
}

pub(super) async fn answer(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, TransferId)>,
    Checked { value, form }: Checked<Answer>,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::MovementEdit)?;
    let done = match value {
        Some(wish) => {
            let pupil = PersonId::from(wish.pupil);
            it.transfers
                .answer(&member.actor, id, wish.seen, pupil, wish.on)
                .await
        }
        None => Err(Error::NobodyChosen),
    };
    match done {
        Ok(order) => {
            let to = member.path(&format!("/movement/orders/{order}"));
            Ok(Go::to(to)
                .say(&Flash::done("transfers.flash.answered"))
                .into_response())
        }
        Err(error) => again(&member, &it, id, form, error).await,
    }
}

/// Why a transfer ends.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    #[garde(skip)]
    seen: i32,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    reason: String,
}

pub(super) async fn end(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, TransferId)>,
    Checked { value, form }: Checked<End>,
) -> Result<Response, Failure> {
    let (seen, reason) = value.map_or((0, String::new()), |it| (it.seen, it.reason));
    let actor = &member.actor;
    let today = it.views.today(&member.visit);
    let found = it.transfers.transfer(actor, id, today, "end").await?;
    let way = ending(found.side, found.transfer.state);
    let done = match way.map(|it| it.0) {
        Some(Step::Refuse) => it.transfers.refuse(actor, id, seen, &reason).await,
        Some(Step::TakeBack) => it.transfers.take_back(actor, id, seen).await,
        Some(Step::Withdraw) => it.transfers.withdraw(actor, id, seen, &reason).await,
        Some(Step::Decline) => it.transfers.decline(actor, id, seen, &reason).await,
        _ => Err(Error::NoSuchStep),
    };
    after(&member, &it, id, form, done, "transfers.flash.ended").await
}

/// Which papers are handed over.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Documents {
    #[garde(skip)]
    seen: i32,
    #[serde(default)]
    #[garde(skip)]
    documents: Vec<String>,
}

pub(super) async fn documents(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, TransferId)>,
    Checked { value, form }: Checked<Documents>,
) -> Result<Response, Failure> {
    let (seen, codes) = value.map_or((0, Vec::new()), |it| (it.seen, it.documents));
    let codes = codes.iter();
    let given: Vec<HandedDocument> = codes
        .filter_map(|it| HandedDocument::from_code(it))
        .collect();
    let done = it
        .transfers
        .say_documents(&member.actor, id, seen, &given)
        .await;
    after(&member, &it, id, form, done, "transfers.flash.documents").await
}

/// Back to the transfer, or the page again with what was refused above it.
async fn after(
    member: &Member,
    it: &Pages,
    id: TransferId,
    form: FormState,
    done: Result<(), Error>,
    flash: &'static str,
) -> Result<Response, Failure> {
    match done {
        Ok(()) => {
            let to = member.path(&format!("/movement/transfers/{id}"));
            Ok(Go::to(to).say(&Flash::done(flash)).into_response())
        }
        Err(error) => again(member, it, id, form, error).await,
    }
}

async fn again(
    member: &Member,
    it: &Pages,
    id: TransferId,
    mut form: FormState,
    error: Error,
) -> Result<Response, Failure> {
    let (status, field) = match (error.kind(), &error) {
        (Kind::Invalid, Error::NoReason) => (StatusCode::UNPROCESSABLE_ENTITY, "reason"),
        (Kind::Invalid, _) => (StatusCode::UNPROCESSABLE_ENTITY, ""),
        (Kind::Conflict, _) => (StatusCode::CONFLICT, ""),
        _ => return Err(error.into()),
    };
    form.fault(field, &error);
    let page = page(member, it, id, "show", form).await?;
    let mut response = invalid(&it.views, &member.visit, SHOW, &page)?;
    *response.status_mut() = status;
    Ok(response)
}
