use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use kernel::{AccountId, ClassId, SubjectId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web::{Failure, Flash, Go, Json, Member, Path, Query, form::Raw};

use super::{
    Pages,
    finals_view::{self as view, Refusals},
    lesson::form_id,
};
use crate::{
    Accept, Error, FinalOperation, FinalResult, FinalsOpened, OpenFinals, Signing, Slot, Status,
};

const TEMPLATE: &str = "journal/finals.html";

#[derive(Deserialize)]
pub(super) struct SlotQuery {
    slot: Option<String>,
}

pub(super) async fn of_subject(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
) -> Result<Html<String>, Failure> {
    it.show(&member, class, FinalsOpened::Subject(subject))
        .await
}

pub(super) async fn of_class(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    Query(query): Query<SlotQuery>,
) -> Result<Html<String>, Failure> {
    let slot = asked_slot(query.slot.as_deref())?;
    it.show(&member, class, FinalsOpened::Slot(slot)).await
}

fn asked_slot(code: Option<&str>) -> Result<Option<Slot>, Error> {
    match code {
        None | Some("") => Ok(None),
        Some(code) => Slot::from_code(code).map(Some).ok_or(Error::NotFound),
    }
}

pub(super) async fn save_subject(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.save_finals(&member, class, FinalsOpened::Subject(subject), &raw)
        .await
}

pub(super) async fn save_class(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let slot = asked_slot(raw.get("slot"))?;
    it.save_finals(&member, class, FinalsOpened::Slot(slot), &raw)
        .await
}

/// What a button of the form wants besides saving: `4.quarter-1`, with a
/// pupil before it `11.4.quarter-1`; `*` stands for all subjects.
struct Wish {
    pupil: Option<i64>,
    subject: Option<SubjectId>,
    slot: Slot,
}

impl Wish {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.rsplitn(3, '.');
        let slot = Slot::from_code(parts.next()?)?;
        let subject = match parts.next()? {
            "*" => None,
            subject => Some(subject.parse::<i64>().ok()?.into()),
        };
        let pupil = match parts.next() {
            None => None,
            Some(pupil) => Some(pupil.parse().ok()?),
        };
        Some(Self {
            pupil,
            subject,
            slot,
        })
    }

    fn of(raw: &Raw, name: &str) -> Option<Self> {
        Self::read(raw.get(name)?)
    }
}

impl Pages {
    async fn finals_page(
        &self,
        member: &Member,
        class: ClassId,
        of: FinalsOpened,
        refused: &Refusals,
    ) -> Result<impl Serialize + use<>, Failure> {
        let today = self.today(&member.visit);
        let open = OpenFinals { class, of, today };
        let finals = self.journal.finals(&member.actor, open).await?;
        Ok(view::finals(&finals, member, &self.views, refused))
    }

    async fn show(
        &self,
        member: &Member,
        class: ClassId,
        of: FinalsOpened,
    ) -> Result<Html<String>, Failure> {
        let page = self
            .finals_page(member, class, of, &Refusals::default())
            .await?;
        Ok(self.views.page(&member.visit, TEMPLATE, &page)?)
    }

    /// Saves what was typed, then does what the pressed button says. Where a
    /// cell was refused the form comes back as typed and nothing more is done.
    async fn save_finals(
        &self,
        member: &Member,
        class: ClassId,
        of: FinalsOpened,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        let today = self.today(&member.visit);
        let ops = read(raw);
        let results = self
            .journal
            .carry_out_finals(&member.actor, class, Some(of), today, &ops)
            .await?;
        let refusals = Refusals::of(&ops, &results);
        if !refusals.is_empty() {
            return self.refused(member, class, of, &refusals).await;
        }
        let to = match of {
            FinalsOpened::Subject(subject) => {
                member.path(&format!("/journal/{class}/{subject}/finals"))
            }
            FinalsOpened::Slot(slot) => {
                let slot = slot.map_or_else(String::new, |it| format!("?slot={}", it.code()));
                member.path(&format!("/journal/{class}/finals{slot}"))
            }
        };
        let flash = if let Some(wish) = Wish::of(raw, "sign") {
            let subject = wish.subject.ok_or(Error::NotFound)?;
            let signing = self
                .journal
                .sign_period(&member.actor, class, subject, wish.slot, today)
                .await?;
            if signing != Signing::Done {
                let refusals = Refusals::of_signing(signing, subject, wish.slot);
                return self.refused(member, class, of, &refusals).await;
            }
            Flash::done("journal.finals.signed")
        } else if let Some(wish) = Wish::of(raw, "reopen") {
            let subject = wish.subject.ok_or(Error::NotFound)?;
            let reason = raw.get("reopen_reason").unwrap_or_default();
            let reopened = self
                .journal
                .reopen_period(&member.actor, class, subject, wish.slot, reason)
                .await;
            match reopened {
                Ok(()) => Flash::done("journal.finals.reopened"),
                Err(why @ (Error::ReasonMissing | Error::TooLong)) => {
                    let refusals = Refusals::said(&why);
                    return self.refused(member, class, of, &refusals).await;
                }
                Err(why) => return Err(why.into()),
            }
        } else if let Some(wish) = Wish::of(raw, "accept").or_else(|| Wish::of(raw, "accept_all")) {
            let accepted = self
                .journal
                .accept_finals(
                    &member.actor,
                    Accept {
                        class,
                        subject: wish.subject,
                        slot: wish.slot,
                        pupil: wish.pupil.map(Into::into),
                        today,
                    },
                )
                .await?;
            Flash::done(if accepted.left == 0 {
                "journal.finals.accepted"
            } else {
                "journal.finals.accepted-but"
            })
            .with("taken", &accepted.taken)
            .with("left", &accepted.left)
        } else {
            Flash::done("journal.finals.saved")
        };
        Ok(Go::to(to).say(&flash).into_response())
    }

    async fn refused(
        &self,
        member: &Member,
        class: ClassId,
        of: FinalsOpened,
        refusals: &Refusals,
    ) -> Result<Response, Failure> {
        let page = self.finals_page(member, class, of, refusals).await?;
        let mut response = web::form::invalid(&self.views, &member.visit, TEMPLATE, &page)?;
        if refusals.is_conflict() {
            *response.status_mut() = StatusCode::CONFLICT;
        }
        Ok(response)
    }
}

/// The cells of the form: `f.<pupil>.<subject>.<slot>.<version seen>`. An id
/// of its own for each makes the form idempotent like the autosave.
fn read(raw: &Raw) -> Vec<FinalOperation> {
    let form = form_id(raw);
    raw.under("f.")
        .enumerate()
        .filter_map(|(line, (name, value))| {
            let mut parts = name.split('.');
            let op = FinalOperation {
                op_id: Uuid::from_u128(form.as_u128().wrapping_add(line as u128)),
                pupil: parts.next()?.parse::<i64>().ok()?.into(),
                subject: parts.next()?.parse::<i64>().ok()?.into(),
                slot: Slot::from_code(parts.next()?)?,
                base: parts.next()?.parse().ok()?,
                value: value.to_owned(),
            };
            parts.next().is_none().then_some(op)
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    class: ClassId,
    ops: Vec<FinalOperation>,
    /// Whose changes they are, where somebody else may have signed in meanwhile.
    account: Option<AccountId>,
}

#[derive(Serialize)]
pub(super) struct Results {
    results: Vec<ResultView>,
}

/// One operation's result, as the script of the page reads it.
#[derive(Serialize)]
struct ResultView {
    op_id: Uuid,
    status: Status,
    version: i32,
    value: String,
    by: Option<String>,
    text: Option<String>,
}

pub(super) async fn operations(
    member: Member,
    State(it): State<Pages>,
    Json(batch): Json<Batch>,
) -> Result<Json<Results>, Failure> {
    let today = it.today(&member.visit);
    if batch.account.is_some_and(|it| it != member.actor.account) {
        return Err(web::Refused::SIGNED_OUT.into());
    }
    let results = it
        .journal
        .carry_out_finals(&member.actor, batch.class, None, today, &batch.ops)
        .await?;
    let results = results
        .into_iter()
        .map(|result| shown(&it, result))
        .collect();
    Ok(Json(Results { results }))
}

fn shown(it: &Pages, result: FinalResult) -> ResultView {
    let FinalResult { answer, by, .. } = result;
    ResultView {
        op_id: answer.op_id,
        status: answer.status,
        version: answer.version,
        value: answer.value,
        by,
        text: answer.why.map(|why| it.views.word(why.code())),
    }
}
