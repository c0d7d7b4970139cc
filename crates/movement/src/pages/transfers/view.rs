//! What pages show of an extract.

use chrono::NaiveDate;
use people::RecordFields;
use serde::Serialize;

use crate::{CurrentMarks, Extract, FormerStay, MissedLessons, PeriodMark};

/// An extract as pages and paper show it.
#[derive(Serialize)]
pub(super) struct ExtractView {
    school: String,
    class: String,
    since: Option<NaiveDate>,
    order_number: String,
    ordered_on: NaiveDate,
    leaves_on: NaiveDate,
    name: String,
    born_on: Option<NaiveDate>,
    gender: Option<&'static str>,
    phone: String,
    mobile: String,
    email: String,
    lives_at: String,
    registered_at: String,
    file_number: String,
    foreign_language: String,
    family: String,
    citizenship: Option<&'static str>,
    relatives: Vec<RelativeView>,
    stays: Vec<FormerStay>,
    studies: Vec<RecordFields>,
    marks: MarksView,
}

#[derive(Serialize)]
pub(super) struct RelativeView {
    kinship: &'static str,
    name: String,
    phones: Vec<String>,
    email: String,
    work: String,
}

#[derive(Serialize)]
pub(super) struct MarksView {
    since: Option<NaiveDate>,
    subjects: Vec<SubjectView>,
    missed: MissedLessons,
    all_missed: u32,
}

#[derive(Serialize)]
struct SubjectView {
    subject: String,
    marks: Vec<crate::CurrentMark>,
    finals: Vec<PeriodMark>,
    average: String,
    missed: u32,
}

fn phone(stored: &str) -> Option<String> {
    let shown = kernel::checked::Phone::parse(stored).map(|it| it.show());
    (!stored.is_empty()).then(|| shown.unwrap_or_else(|_| stored.to_owned()))
}

pub(super) fn full_name(it: &people::PersonFields) -> String {
    let middle = it.middle_name.as_deref().unwrap_or_default();
    format!("{} {} {middle}", it.last_name, it.first_name)
        .trim_end()
        .to_owned()
}

pub(super) fn relative(it: &people::RelativeFile) -> RelativeView {
    let phones = [&it.person.mobile, &it.person.phone, &it.parent.work_phone];
    let work = [&it.parent.workplace, &it.parent.job];
    let work: Vec<&str> = work
        .into_iter()
        .map(String::as_str)
        .filter(|it| !it.is_empty())
        .collect();
    RelativeView {
        kinship: it.kinship.code(),
        name: full_name(&it.person),
        phones: phones.into_iter().filter_map(|it| phone(it)).collect(),
        email: it.person.email.clone(),
        work: work.join(", "),
    }
}

impl From<CurrentMarks> for MarksView {
    fn from(it: CurrentMarks) -> Self {
        let subject = |it: crate::SubjectMarks| SubjectView {
            subject: it.subject,
            marks: it.marks,
            finals: it.finals,
            average: it.average,
            missed: it.missed,
        };
        Self {
            since: it.since,
            subjects: it.subjects.into_iter().map(subject).collect(),
            all_missed: it.missed.all(),
            missed: it.missed,
        }
    }
}

impl From<Extract> for ExtractView {
    fn from(it: Extract) -> Self {
        let person = it.family.person;
        Self {
            school: it.school,
            class: it.class,
            since: it.since,
            order_number: it.order_number,
            ordered_on: it.ordered_on,
            leaves_on: it.leaves_on,
            name: full_name(&person),
            born_on: person.born_on,
            gender: person.gender.map(people::Gender::code),
            phone: phone(&person.phone).unwrap_or_default(),
            mobile: phone(&person.mobile).unwrap_or_default(),
            email: person.email,
            lives_at: person.lives_at,
            registered_at: person.registered_at,
            file_number: it.family.pupil.file_number,
            foreign_language: it.family.pupil.foreign_language,
            family: it.family.pupil.family,
            citizenship: it.family.pupil.citizenship.map(people::Citizenship::code),
            relatives: it.family.relatives.iter().map(relative).collect(),
            stays: it.stays,
            studies: it.family.studies,
            marks: it.marks.into(),
        }
    }
}
