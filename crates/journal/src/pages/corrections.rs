use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use kernel::{Fault, LessonId, PersonId};
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};

use super::{Pages, corrections_view as view};
use crate::{CorrectionId, CorrectionOf, CorrectionState, Decision, Error, Slot, WorkId};

/// Where a correction of the mark of a lesson is asked for.
pub(super) fn ask_mark(
    member: &Member,
    lesson: LessonId,
    work: Option<WorkId>,
    pupil: PersonId,
) -> String {
    ask(
        member,
        CorrectionOf::Mark {
            lesson,
            work,
            pupil,
        },
    )
}

pub(super) fn ask(member: &Member, of: CorrectionOf) -> String {
    let query = match of {
        CorrectionOf::Mark {
            lesson,
            work,
            pupil,
        } => {
            let work = work.map_or_else(String::new, |it| format!("&work={it}"));
            format!("lesson={lesson}&pupil={pupil}{work}")
        }
        CorrectionOf::Final {
            class,
            subject,
            pupil,
            slot,
        } => format!(
            "class={class}&subject={subject}&pupil={pupil}&slot={}",
            slot.code()
        ),
    };
    member.path(&format!("/journal/corrections/new?{query}"))
}

/// Which cell the address or the form names.
fn target(raw: &Raw) -> Option<CorrectionOf> {
    let number = |name: &str| raw.get(name)?.parse::<i64>().ok();
    let pupil = PersonId::from(number("pupil")?);
    if let Some(lesson) = number("lesson") {
        return Some(CorrectionOf::Mark {
            lesson: lesson.into(),
            work: number("work").map(Into::into),
            pupil,
        });
    }
    Some(CorrectionOf::Final {
        class: number("class")?.into(),
        subject: number("subject")?.into(),
        pupil,
        slot: Slot::from_code(raw.get("slot")?)?,
    })
}

pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let of = target(&raw).ok_or(Error::NotFound)?;
    let today = it.today(&member.visit);
    let form = it.journal.correction_form(&member.actor, of, today).await?;
    let page = view::form(&form, &member, "", "", None);
    Ok(it
        .views
        .page(&member.visit, "journal/correction.html", &page)?)
}

pub(super) async fn ask_for(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let of = target(&raw).ok_or(Error::NotFound)?;
    let today = it.today(&member.visit);
    let text = |name: &str| raw.get(name).unwrap_or_default();
    let (wanted, reason) = (text("wanted"), text("reason"));
    let asked = it
        .journal
        .ask_correction(&member.actor, of, wanted, reason, today)
        .await;
    let why = match asked {
        Ok(state) => {
            let code = match state {
                CorrectionState::Asked => "journal.correction.asked",
                _ => "journal.correction.opened",
            };
            return Ok(Go::to(member.path("/journal/corrections"))
                .say(&Flash::done(code))
                .into_response());
        }
        Err(
            why @ (Error::NotClosed
            | Error::AlreadyAsked
            | Error::ReasonMissing
            | Error::NoSuchMark
            | Error::TooLong),
        ) => why,
        Err(why) => return Err(why.into()),
    };
    let form = it.journal.correction_form(&member.actor, of, today).await?;
    let field = match why {
        Error::NoSuchMark => "wanted",
        Error::ReasonMissing | Error::TooLong => "reason",
        _ => "",
    };
    let mistake = view::Mistake {
        field,
        text: it.views.word(&format!("fault.{}", why.code())),
    };
    let page = view::form(&form, &member, wanted, reason, Some(mistake));
    web::form::invalid(&it.views, &member.visit, "journal/correction.html", &page)
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Html<String>, Failure> {
    let page = page(&it, &member, None).await?;
    Ok(it
        .views
        .page(&member.visit, "journal/corrections.html", &page)?)
}

async fn page(
    it: &Pages,
    member: &Member,
    mistake: Option<(Option<i64>, String)>,
) -> Result<impl Serialize + use<>, Failure> {
    let found = it.journal.corrections(&member.actor).await?;
    Ok(view::list(&found, member, mistake))
}

/// «Прочитано».
pub(super) async fn read(member: Member, State(it): State<Pages>) -> Result<Go, Failure> {
    it.journal.read_correction_answers(&member.actor).await?;
    Ok(Go::to(member.path("/journal/corrections")))
}

/// One button of a row, or those under the list for all ticked rows.
pub(super) async fn decide(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let mut ids: Vec<CorrectionId> = raw
        .all("correction")
        .filter_map(|it| it.parse::<i64>().ok())
        .map(Into::into)
        .collect();
    // «approve.17»: the button of one row leaves the ticked ones alone.
    let said = raw.get("decision").unwrap_or_default();
    let (decision, one) = said.split_once('.').unwrap_or((said, ""));
    let one = one.parse::<i64>().ok();
    if let Some(one) = one {
        ids = vec![one.into()];
    }
    let decision = Decision::from_code(decision);
    let answer = match one {
        Some(one) => raw.get(&format!("answer.{one}")),
        None => raw.get("answer"),
    };
    let to = member.path("/journal/corrections");
    let code = match decision {
        Some(Decision::Approve) => "journal.correction.approved",
        Some(Decision::Refuse) => "journal.correction.refused",
        _ => "journal.correction.undone",
    };
    let done = match decision {
        Some(decision) => {
            let answer = answer.unwrap_or_default();
            it.journal
                .decide_corrections(&member.actor, &ids, decision, answer)
                .await
        }
        None => {
            it.journal
                .decide_corrections(&member.actor, &[], Decision::Undo, "")
                .await
        }
    };
    match done {
        Ok(0) => Ok(Go::to(to)
            .say(&Flash::warning("journal.correction.nothing"))
            .into_response()),
        Ok(count) => Ok(Go::to(to)
            .say(&Flash::done(code).with("count", &count))
            .into_response()),
        Err(why @ (Error::ReasonMissing | Error::TooLong)) => {
            let text = it.views.word(&format!("fault.{}", why.code()));
            let page = page(&it, &member, Some((one, text))).await?;
            let html = it
                .views
                .page(&member.visit, "journal/corrections.html", &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(why) => Err(why.into()),
    }
}
