//! What the pages of one order show.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Right;
use serde::Serialize;
use web::{FormState, Member};

use crate::{
    CameKind, Details, Error, GraduationDocument, LeavingReason, OrderKind, OrderPage, OrderPupil,
    OrderState, RepeatGround, Scope, StateExams, StudyForm, Warning,
};

#[derive(Serialize)]
pub(super) struct Page {
    path: String,
    kind: OrderKind,
    state: OrderState,
    number: Option<String>,
    ordered_on: NaiveDate,
    effective_on: NaiveDate,
    basis: String,
    backdated: bool,
    prepared_by: Option<String>,
    issued_by: Option<String>,
    issued_at: Option<DateTime<Utc>>,
    /// «М. П. Иванова», where the head signed it.
    signed_by: Option<String>,
    cancelled_by: Option<String>,
    cancelled_at: Option<DateTime<Utc>>,
    cancel_reason: Option<String>,
    version: i32,
    pupils: Vec<Line>,
    sizes: Vec<Size>,
    /// How many lines are refused, and how many are worth a word.
    refused: usize,
    warned: usize,
    may: May,
    org: String,
    form: FormState,
}

/// Which buttons there are.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one a button")]
struct May {
    edit: bool,
    issue: bool,
    submit: bool,
    take_back: bool,
    cancel: bool,
    slips: bool,
}

#[derive(Serialize)]
struct Size {
    class: String,
    before: i64,
    after: i64,
}

#[derive(Serialize)]
struct Line {
    name: String,
    /// «зачислить *кого*», as the paper has it.
    whom: String,
    born_on: Option<NaiveDate>,
    href: String,
    from: Option<String>,
    class: Option<String>,
    /// The parallel, where no class is named.
    grade: Option<i16>,
    came_from: String,
    went_to: String,
    reason: Option<&'static str>,
    came_kind: Option<&'static str>,
    place: String,
    scope: Option<&'static str>,
    study_form: Option<&'static str>,
    file_number: String,
    application: String,
    conditional: bool,
    ground: Option<&'static str>,
    document: Option<&'static str>,
    document_number: String,
    document_on: Option<NaiveDate>,
    exams: Option<&'static str>,
    /// Why the order may not be issued for this pupil.
    refused: Option<&'static str>,
    warnings: Vec<&'static str>,
}

impl Line {
    fn of(member: &Member, it: OrderPupil, refused: Option<&Error>) -> Self {
        let refusal = match refused {
            Some(Error::Refused { pupil, why }) if *pupil == it.line.pupil => Some(*why),
            _ => it.refused,
        };
        let Details {
            came_kind,
            place,
            scope,
            study_form,
            file_number,
            application,
            conditional,
            ground,
            document,
            document_number,
            document_on,
            exams,
            to_school: _,
        } = it.line.details;
        Self {
            href: member.path(&format!("/people/pupils/{}", it.line.pupil)),
            refused: refusal.map(crate::Refusal::code),
            warnings: it.warnings.into_iter().map(Warning::code).collect(),
            whom: it.whom.unwrap_or_default(),
            name: it.card.as_ref().map(people::Card::full).unwrap_or_default(),
            born_on: it.card.and_then(|it| it.born_on),
            from: it.from,
            class: it.class,
            grade: it.line.to_grade,
            came_from: it.line.came_from,
            went_to: it.line.went_to,
            reason: it.line.reason.map(LeavingReason::code),
            came_kind: came_kind.map(CameKind::code),
            place,
            scope: scope.map(Scope::code),
            study_form: study_form.map(StudyForm::code),
            file_number,
            application,
            conditional,
            ground: ground.map(RepeatGround::code),
            document: document.map(GraduationDocument::code),
            document_number,
            document_on,
            exams: exams.map(StateExams::code),
        }
    }
}

/// «М. П. Иванова», as a signature names a person.
fn signature(it: &people::Card) -> String {
    let short = it.short();
    let initials = short.strip_prefix(&it.last_name).unwrap_or_default();
    format!("{}\u{a0}{}", initials.trim_start(), it.last_name)
}

impl May {
    fn of(member: &Member, it: &OrderPage) -> Self {
        let may = |right| member.actor.may_in_org(right).is_ok();
        let (edits, signs) = (may(Right::MovementEdit), may(Right::MovementApprove));
        let state = it.order.state;
        let is_submitted = state == OrderState::Submitted;
        let is_draft = state == OrderState::Draft;
        Self {
            edit: edits && is_draft,
            issue: it.order.is_waiting() && if it.director_signs { signs } else { edits },
            submit: edits && is_draft && it.director_signs,
            take_back: (edits || signs) && is_submitted,
            cancel: edits && state == OrderState::Issued,
            slips: edits && it.wants_slips,
        }
    }
}

impl Page {
    pub(super) fn of(
        member: &Member,
        it: OrderPage,
        form: FormState,
        refused: Option<&Error>,
    ) -> Self {
        let may = May::of(member, &it);
        let order = it.order;
        let short = |it: Option<people::Card>| it.map(|it| it.short());
        let pupils = it.pupils.into_iter();
        let pupils: Vec<Line> = pupils.map(|it| Line::of(member, it, refused)).collect();
        let sizes = it.sizes.into_iter().map(|it| Size {
            class: it.class,
            before: it.before,
            after: it.after,
        });
        Self {
            path: member.path(&format!("/movement/orders/{}", order.id)),
            kind: order.kind,
            state: order.state,
            backdated: order.is_backdated(),
            number: order.number,
            ordered_on: order.ordered_on,
            effective_on: order.effective_on,
            basis: order.basis,
            signed_by: it.issued_by.as_ref().filter(|_| it.signed).map(signature),
            prepared_by: short(it.prepared_by),
            issued_by: short(it.issued_by),
            issued_at: order.issued_at,
            cancelled_by: short(it.cancelled_by),
            cancelled_at: order.cancelled_at,
            cancel_reason: order.cancel_reason,
            version: order.version,
            refused: pupils.iter().filter(|it| it.refused.is_some()).count(),
            warned: pupils.iter().filter(|it| !it.warnings.is_empty()).count(),
            pupils,
            sizes: sizes.collect(),
            may,
            org: member
                .visit
                .membership()
                .map(|it| it.name.clone())
                .unwrap_or_default(),
            form,
        }
    }
}
