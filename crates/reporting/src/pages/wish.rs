//! What the forms of reports send, read into what they mean.

use chrono::NaiveDate;
use journal::{ChangedField, Slot};
use movement::StudyForm;
use serde::Deserialize;
use web::form::Raw;

use crate::{
    Asked, Doer, Error, Kind, MarksWish, More, Output, Shape, TypedDay, TypedDays, Unit, Verb,
    more::month_of, service::code_of,
};

/// What the form of a report sends.
#[derive(Default, Deserialize)]
pub(super) struct Wish {
    #[serde(flatten)]
    pub(super) more: MoreWish,
    pub(super) period: Option<String>,
    pub(super) class: Option<String>,
    pub(super) teacher: Option<String>,
    pub(super) names: Option<String>,
    #[serde(rename = "as")]
    pub(super) shown_as: Option<String>,
}

/// What is chosen besides, as it is typed; what cannot be understood is an
/// address that nobody was given.
#[derive(Default, Deserialize)]
pub(super) struct MoreWish {
    unit: Option<String>,
    shape: Option<String>,
    month: Option<String>,
    day: Option<String>,
    subject: Option<String>,
    code: Option<String>,
    shift: Option<String>,
    field: Option<String>,
    action: Option<String>,
    user: Option<String>,
    term: Option<String>,
    grade: Option<String>,
    periods: Option<String>,
    places: Option<String>,
    study: Option<String>,
    page: Option<String>,
}

/// A period or, of a letter, a week: `quarter-1`, `week-2026-11-16`.
pub(super) fn period_of(
    kind: Kind,
    text: Option<&str>,
) -> Result<(Option<Slot>, Option<NaiveDate>), Error> {
    let Some(text) = text.filter(|it| !it.is_empty()) else {
        return Ok((None, None));
    };
    let week = text
        .strip_prefix("week-")
        .filter(|_| kind == Kind::ParentLetter);
    match week.map(str::parse::<NaiveDate>) {
        Some(Ok(day)) => Ok((None, Some(kernel::dates::week_start(day)))),
        Some(Err(_)) => Err(Error::NotFound),
        None => Ok((Some(Slot::from_code(text).ok_or(Error::NotFound)?), None)),
    }
}

impl TypedDays {
    /// Reads what the form of a report sends.
    pub(super) fn read(raw: &Raw, today: NaiveDate) -> Self {
        let day = |name| TypedDay::read(raw.get(name), today);
        Self {
            on: day("day"),
            from: day("from"),
            to: day("to"),
        }
    }
}

impl MoreWish {
    pub(super) fn read(&self, today: NaiveDate, file: bool) -> Result<More, Error> {
        let unit = |it: &str| Unit::ALL.into_iter().find(|unit| unit.code() == it);
        let shape = |it: &str| Shape::ALL.into_iter().find(|shape| shape.code() == it);
        let verb = |it: &str| Verb::ALL.into_iter().find(|verb| verb.code() == it);
        let shift = |it: &str| it.parse().ok().filter(|it| (1..=2).contains(it));
        Ok(More {
            unit: known(self.unit.as_ref(), unit)?.unwrap_or_default(),
            shape: known(self.shape.as_ref(), shape)?.unwrap_or_default(),
            month: known(self.month.as_ref(), month_of)?,
            day: TypedDay::read(self.day.as_deref(), today).day,
            subject: known(self.subject.as_ref(), |it| {
                it.parse::<i64>().ok().map(Into::into)
            })?,
            code: known(self.code.as_ref(), code_of)?,
            shift: known(self.shift.as_ref(), shift)?,
            field: known(self.field.as_ref(), ChangedField::from_code)?,
            verb: known(self.action.as_ref(), verb)?,
            doer: known(self.user.as_ref(), Doer::from_code)?,
            term: known(self.term.as_ref(), Slot::from_code)?,
            grade: known(self.grade.as_ref(), |it| it.parse().ok())?,
            side: known(self.periods.as_ref(), |it| (it == "every").then_some(()))?.is_some(),
            places: known(self.places.as_ref(), |it| (it == "with").then_some(()))?.is_some(),
            study: known(self.study.as_ref(), StudyForm::from_code)?,
            page: known(self.page.as_ref(), |it| it.parse().ok())?.unwrap_or(1),
            file,
        })
    }
}

/// What a text means; nothing where it is left empty.
fn known<T>(text: Option<&String>, of: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
    match text.map(|it| it.trim()).filter(|it| !it.is_empty()) {
        None => Ok(None),
        Some(it) => of(it).map(Some).ok_or(Error::NotFound),
    }
}

/// What the form asks for.
pub(super) fn asked_of(
    kind: Kind,
    wish: &Wish,
    raw: &Raw,
    today: NaiveDate,
) -> Result<Asked, Error> {
    let (period, week) = period_of(kind, wish.period.as_deref())?;
    let is_file = wish.shown_as.as_deref().and_then(Output::file).is_some();
    let number = |it: &str| it.parse::<i64>().ok();
    Ok(Asked {
        kind,
        more: wish.more.read(today, is_file)?,
        period,
        class: known(wish.class.as_ref(), number)?.map(Into::into),
        teacher: known(wish.teacher.as_ref(), number)?.map(Into::into),
        names: wish.names.is_some(),
        of_marks: MarksWish {
            week,
            ..MarksWish::read(raw)?
        },
        days: TypedDays::read(raw, today),
    })
}

/// What the diary's form asks for: of the own child, in files everything.
pub(super) fn asked_of_own(kind: Kind, raw: &Raw, today: NaiveDate) -> Result<Asked, Error> {
    let text = |name| raw.get(name).map(str::to_owned);
    let wish = Wish {
        period: text("period"),
        more: MoreWish {
            month: text("month"),
            subject: text("subject").filter(|_| kind == Kind::JournalAccess),
            field: text("field"),
            action: text("action"),
            ..MoreWish::default()
        },
        ..Wish::default()
    };
    asked_of(kind, &wish, raw, today)
}
