//! Entering a card and changing it.

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path, Query,
    form::{Raw, invalid},
};

use super::{
    Pages,
    alike::AlikeView,
    both::Both,
    card_path,
    dictionaries::{OfferedBy, of_card},
    fields::{self, Loose, Section},
};
use crate::{CardKind, Entered, Error, FieldError, KinshipKind, NewCard, RestrictedField};

#[derive(Serialize)]
struct FormPage {
    kind: CardKind,
    /// None for a new card.
    name: Option<String>,
    action: String,
    back: String,
    form: FormState,
    sections: &'static [Section],
    /// What the dictionaries offer, by field.
    lists: OfferedBy,
    /// The version that the writer saw.
    seen: Option<i32>,
    /// Whether СНИЛС and consent can be given at once.
    with_papers: bool,
    child: Option<Child>,
    kinships: [&'static str; 4],
    alike: Vec<AlikeView>,
    /// What somebody else changed meanwhile.
    both: Both,
    /// The version that the writer saw at first.
    base: Option<i32>,
}

/// The pupil whose parent is entered.
#[derive(Serialize)]
struct Child {
    id: PersonId,
    name: String,
}

impl FormPage {
    fn new(member: &Member, kind: CardKind, lists: OfferedBy, form: FormState) -> Self {
        let list = member.path(&format!("/people/{}", kind.plural()));
        Self {
            kind,
            name: None,
            action: format!("{list}/new"),
            back: list,
            form,
            sections: fields::sections(kind),
            lists,
            seen: None,
            with_papers: kind.restricted().contains(&RestrictedField::Snils),
            child: None,
            kinships: KinshipKind::ALL.map(KinshipKind::code),
            alike: Vec::new(),
            both: Both::default(),
            base: None,
        }
    }

    fn change(
        member: &Member,
        kind: CardKind,
        person: &crate::Person,
        lists: OfferedBy,
        form: FormState,
    ) -> Self {
        let path = card_path(member, kind, person.id);
        Self {
            name: Some(person.card().full()),
            action: format!("{path}/edit"),
            back: path,
            seen: Some(person.version),
            with_papers: false,
            ..Self::new(member, kind, lists, form)
        }
    }
}

impl Pages {
    async fn offered(&self, member: &Member, kind: CardKind) -> Result<OfferedBy, Error> {
        let lists = self.people.listed_values(&member.actor).await?;
        Ok(of_card(&lists, kind))
    }
}

const TEMPLATE: &str = "people/form.html";

/// What the address of an empty form may say.
#[derive(Deserialize)]
pub(super) struct For {
    /// The pupil whose parent is to be entered.
    child: Option<PersonId>,
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Query(wish): Query<For>,
) -> Result<Response, Failure> {
    it.people.must_enter(&member.actor, kind)?;
    let mut form = FormState::new().with("shift", "1");
    let mut child = None;
    if let Some(id) = wish.child.filter(|_| kind == CardKind::Parent) {
        let card = it.people.card(&member.actor, CardKind::Pupil, id).await?;
        let fields = &card.person.fields;
        // The surname and the address are mostly the child's (check 21 of `ux.md` §7).
        form = form
            .with("last_name", &fields.last_name)
            .with("lives_at", &fields.lives_at)
            .with("registered_at", &fields.registered_at);
        child = Some(Child {
            id,
            name: card.person.card().full(),
        });
    }
    let page = FormPage {
        child,
        ..FormPage::new(&member, kind, it.offered(&member, kind).await?, form)
    };
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn enter(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.people.must_enter(&member.actor, kind)?;
    let today = it.views.today(&member.visit);
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let mut child = None;
    if let Some(id) = raw.get("child").and_then(|it| it.parse().ok()) {
        let card = it.people.card(&member.actor, CardKind::Pupil, id).await?;
        child = Some(Child {
            id,
            name: card.person.card().full(),
        });
    }
    let outcome = match new_card(kind, &raw, today, child.as_ref()) {
        Ok(new) => it.people.enter(&member.actor, new).await,
        Err(wrong) => Err(Error::Fields(wrong)),
    };
    let mut alike = Vec::new();
    match outcome {
        Ok(Entered::Done(id)) => {
            let to = next_page(&member, kind, id, child.as_ref(), raw.get("then"));
            return Ok(Go::to(to)
                .say(&Flash::done("people.flash.entered"))
                .into_response());
        }
        Ok(Entered::LooksLike(found)) => {
            form.fault("", &Error::LooksTheSame);
            alike = found;
        }
        Err(error) => refuse(&mut form, error)?,
    }
    let alike = alike
        .into_iter()
        .map(|it| AlikeView::of(&member, it))
        .collect();
    let page = FormPage {
        child,
        alike,
        ..FormPage::new(&member, kind, it.offered(&member, kind).await?, form)
    };
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

/// Where the writer goes on: the committee enters the pupil, the parent and
/// the order one after the other (check 21 of `ux.md` §7).
fn next_page(
    member: &Member,
    kind: CardKind,
    id: PersonId,
    child: Option<&Child>,
    then: Option<&str>,
) -> String {
    match (then, kind, child) {
        (Some("parent"), CardKind::Pupil, _) => {
            member.path(&format!("/people/parents/new?child={id}"))
        }
        (Some("parent"), CardKind::Parent, Some(child)) => {
            member.path(&format!("/people/parents/new?child={}", child.id))
        }
        (Some("order"), CardKind::Parent, Some(child)) => member.path(&format!(
            "/movement/orders/new?type=enrolment&pupil={}",
            child.id
        )),
        (_, _, Some(child)) => card_path(member, CardKind::Pupil, child.id),
        _ => card_path(member, kind, id),
    }
}

fn new_card(
    kind: CardKind,
    raw: &Raw,
    today: chrono::NaiveDate,
    child: Option<&Child>,
) -> Result<NewCard, Vec<FieldError>> {
    let consent = consent_of(raw, today);
    let kinship = raw.get("kinship").and_then(KinshipKind::from_code);
    let tie = match (child, kinship) {
        (Some(child), Some(kinship)) => Ok(Some((child.id, kinship))),
        (Some(_), None) => Err(FieldError::new("kinship", "people.choice")),
        (None, _) => Ok(None),
    };
    match (fields::read(kind, raw, today), consent, tie) {
        (Ok((fields, details)), Ok(consent), Ok(child)) => Ok(NewCard {
            fields,
            details,
            snils: raw.get("snils").unwrap_or_default().to_owned(),
            consent,
            child,
            anyway: raw.get("anyway").is_some(),
        }),
        (card, consent, tie) => {
            let mut wrong = card.err().unwrap_or_default();
            wrong.extend(consent.err());
            wrong.extend(tie.err());
            Err(wrong)
        }
    }
}

fn consent_of(
    raw: &Raw,
    today: chrono::NaiveDate,
) -> Result<Option<(chrono::NaiveDate, String)>, FieldError> {
    let typed = raw.get("consent_on").unwrap_or_default();
    if typed.is_empty() {
        return Ok(None);
    }
    let day = kernel::dates::parse_date(typed, today).map_err(|it| {
        use kernel::Fault;
        FieldError::new("consent_on", it.code())
    })?;
    Ok(Some((
        day,
        raw.get("consent_document").unwrap_or_default().to_owned(),
    )))
}

/// Puts what a use case refused into the form; what is no matter of the form passes.
pub(super) fn refuse(form: &mut FormState, error: Error) -> Result<(), Failure> {
    use kernel::{Fault, Kind};
    match error {
        Error::Fields(wrong) => {
            for it in &wrong {
                form.fault(it.field, it);
            }
            Ok(())
        }
        it if it.kind() == Kind::Invalid => {
            form.fault("", &it);
            Ok(())
        }
        it => Err(it.into()),
    }
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let card = it.people.card(&member.actor, kind, id).await?;
    if !card.may_edit {
        return Err(kernel::Denied(kernel::Right::PupilEdit).into());
    }
    let form = FormState::of(&fields::typed(&card.person.fields, &card.details));
    let lists = it.offered(&member, kind).await?;
    let page = FormPage::change(&member, kind, &card.person, lists, form);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let seen = raw.get("seen").and_then(|it| it.parse().ok()).unwrap_or(0);
    let card = it.people.card(&member.actor, kind, id).await?;
    let raw = match fields::picked(&raw, &card.person.fields, &card.details) {
        Ok(raw) => raw,
        Err(open) => return conflict(&member, &it, card, &raw, &open).await,
    };
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let outcome = match fields::read(kind, &raw, today) {
        Ok((fields, details)) => {
            it.people
                .save_card(&member.actor, id, seen, fields, details)
                .await
        }
        Err(wrong) => Err(Error::Fields(wrong)),
    };
    match outcome {
        Ok(()) => {
            let to = card_path(&member, kind, id);
            Ok(Go::to(to)
                .say(&Flash::done("people.flash.saved"))
                .into_response())
        }
        Err(Error::ChangedMeanwhile) => conflict(&member, &it, card, &raw, &[]).await,
        Err(error) => {
            refuse(&mut form, error)?;
            if !card.may_edit {
                return Err(kernel::Denied(kernel::Right::PupilEdit).into());
            }
            let lists = it.offered(&member, kind).await?;
            let page = FormPage::change(&member, kind, &card.person, lists, form);
            // The version stays the one that was seen: somebody may have been faster too.
            let page = FormPage {
                seen: Some(seen),
                ..page
            };
            invalid(&it.views, &member.visit, TEMPLATE, &page)
        }
    }
}

/// Somebody was faster. What only they changed is taken over; where both
/// changed the same, both values stand side by side and one must be chosen.
/// Nothing is overwritten and nothing typed is lost.
async fn conflict(
    member: &Member,
    pages: &Pages,
    card: crate::CardView,
    raw: &Raw,
    open: &[FieldError],
) -> Result<Response, Failure> {
    let (kind, id) = (card.kind, card.person.id);
    // A form that was refused once still compares with what its writer first saw.
    let number = |name: &str| raw.get(name).and_then(|it| it.parse().ok());
    let base = number("base").or_else(|| number("seen")).unwrap_or(0);
    let before = pages.people.before(&member.actor, kind, id, base).await?;
    let both = fields::both(raw, &before, &card.person.fields, &card.details);
    let today = pages.views.today(&member.visit);
    let form = Checked::<Loose>::read(raw, today, Some(pages.views.clone())).form;
    let form = both.taken_over(form, open);
    let lists = pages.offered(member, kind).await?;
    let page = FormPage {
        both,
        base: Some(base),
        ..FormPage::change(member, kind, &card.person, lists, form)
    };
    let mut response = invalid(&pages.views, &member.visit, TEMPLATE, &page)?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
