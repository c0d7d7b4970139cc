//! Accepting a pupil: one page with what it would do.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{ClassId, Fault, Kind, PersonId};
use people::Namesake;
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path,
    form::{Raw, invalid},
};

use super::{
    Pages,
    view::{ExtractView, RelativeView, full_name, relative},
};
use crate::{AcceptPage, Acceptance, Error, Place, TransferId};

const FORM: &str = "movement/transfer_accept.html";
/// `relative.0=17`: the card of the first relative.
const RELATIVE: &str = "relative.";

#[derive(Serialize)]
struct Page {
    action: String,
    back: String,
    list: String,
    form: FormState,
    version: i32,
    name: String,
    from: String,
    classes: Vec<ClassView>,
    pupil: Choice,
    relatives: Vec<RelativeOffer>,
    extract: ExtractView,
}

#[derive(Serialize)]
struct ClassView {
    value: ClassId,
    name: String,
    same_grade: bool,
    before: i64,
    after: i64,
}

#[derive(Serialize)]
struct RelativeOffer {
    it: RelativeView,
    choice: Choice,
}

/// A new card, or one that is there.
#[derive(Serialize)]
struct Choice {
    field: String,
    /// What the form has, or the first sure one.
    chosen: String,
    known: Vec<KnownView>,
}

#[derive(Serialize)]
struct KnownView {
    id: PersonId,
    name: String,
    born_on: Option<NaiveDate>,
    kinds: Vec<&'static str>,
    sure: bool,
    href: String,
}

fn choice(member: &Member, form: &FormState, field: String, known: &[Namesake]) -> Choice {
    let sure = known.iter().find(|it| it.sure).map(|it| it.card.id);
    let typed = form.value(&field);
    let known = known.iter().map(|it| KnownView {
        id: it.card.id,
        name: it.card.full(),
        born_on: it.card.born_on,
        kinds: it.kinds.iter().map(|it| it.plural()).collect(),
        sure: it.sure,
        href: it.kinds.first().map_or_else(String::new, |kind| {
            member.path(&format!("/people/{}/{}", kind.plural(), it.card.id))
        }),
    });
    Choice {
        chosen: if typed.is_empty() {
            sure.map_or_else(|| "new".to_owned(), |it| it.to_string())
        } else {
            typed.to_owned()
        },
        known: known.collect(),
        field,
    }
}

fn page_of(member: &Member, it: AcceptPage, form: FormState) -> Page {
    let list = member.path("/movement/transfers");
    let back = format!("{list}/{}", it.transfer.id);
    let offers = it.relatives.iter().enumerate();
    let relatives = offers.map(|(place, one)| RelativeOffer {
        it: relative(&one.file),
        choice: choice(member, &form, format!("{RELATIVE}{place}"), &one.namesakes),
    });
    let classes = it.classes.into_iter().map(|it| ClassView {
        value: it.class,
        name: it.name,
        same_grade: it.same_grade,
        before: it.pupils,
        after: it.pupils + 1,
    });
    Page {
        action: format!("{back}/accept"),
        back,
        list,
        version: it.transfer.version,
        name: full_name(&it.extract.family.person),
        from: it.from,
        classes: classes.collect(),
        relatives: relatives.collect(),
        pupil: choice(member, &form, "pupil".to_owned(), &it.pupil),
        extract: it.extract.into(),
        form,
    }
}

pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, TransferId)>,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let found = it.transfers.acceptance(&member.actor, id, today).await?;
    let on = found.extract.leaves_on.max(today);
    let form = FormState::new()
        .with("ordered_on", &kernel::dates::show_date(today))
        .with("effective_on", &kernel::dates::show_date(on));
    let page = page_of(&member, found, form);
    Ok(it.views.page(&member.visit, FORM, &page)?.into_response())
}

/// The fields of the form; the cards of relatives come beside them.
#[derive(Debug, Deserialize, Validate)]
struct AcceptForm {
    #[garde(skip)]
    seen: i32,
    #[garde(skip)]
    class: i64,
    #[garde(skip)]
    ordered_on: NaiveDate,
    #[garde(skip)]
    effective_on: NaiveDate,
    #[serde(default)]
    #[garde(length(chars, max = 100))]
    application: String,
    #[serde(default)]
    #[garde(skip)]
    pupil: String,
}

/// «17», or nothing for a new card.
fn known(typed: &str) -> Option<PersonId> {
    typed.parse::<i64>().ok().map(Into::into)
}

fn relatives(raw: &Raw) -> Vec<Option<PersonId>> {
    let mut all: Vec<(usize, Option<PersonId>)> = raw
        .under(RELATIVE)
        .filter_map(|(place, it)| Some((place.parse().ok()?, known(it))))
        .collect();
    all.sort_by_key(|it| it.0);
    all.into_iter().map(|it| it.1).collect()
}

pub(super) async fn accept(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, TransferId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let Checked { value, mut form } =
        Checked::<AcceptForm>::read(&raw, today, Some(it.views.clone()));
    if let Some(sent) = value {
        let wish = Acceptance {
            seen: sent.seen,
            place: Place::Class(sent.class.into()),
            ordered_on: sent.ordered_on,
            effective_on: sent.effective_on,
            application: sent.application.trim().to_owned(),
            pupil: known(&sent.pupil),
            relatives: relatives(&raw),
        };
        match it.transfers.accept(&member.actor, id, &wish).await {
            Ok(order) => {
                let to = member.path(&format!("/movement/orders/{order}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("transfers.flash.accepted"))
                    .into_response());
            }
            Err(error) => refuse(&mut form, error)?,
        }
    }
    let found = it.transfers.acceptance(&member.actor, id, today).await?;
    let page = page_of(&member, found, form);
    invalid(&it.views, &member.visit, FORM, &page)
}

fn refuse(form: &mut FormState, error: Error) -> Result<(), Failure> {
    let field = match error {
        Error::NoClassChosen | Error::NoSuchClass => "class",
        Error::DateOutOfRange => "effective_on",
        _ => "",
    };
    if error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    form.fault(field, &error);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relatives_come_in_the_order_of_the_extract() {
        let raw = Raw::parse(b"relative.1=17&relative.0=new&relative.10=&relative.x=3").unwrap();
        assert_eq!(relatives(&raw), [None, Some(17.into()), None]);
    }
}
