//! The alphabet book and certificates.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};

use super::noon;
use crate::{
    dice::Dice,
    ids::Ids,
    model::{Days, Pupil, School},
    rows::Rows,
};

/// A line for each pupil whose personal file has a number; the files of
/// leavers are handed to a parent on the day of leaving.
pub(super) fn rows(
    ids: &mut Ids,
    school: &School,
    numbers: &[String],
    began: &BTreeMap<usize, i64>,
) -> Rows {
    let mut rows = table();
    for (at, (pupil, number)) in school.pupils.iter().zip(numbers).enumerate() {
        let Some(order) = began.get(&at).filter(|_| !number.is_empty()) else {
            continue;
        };
        let parent = school.parents.iter().find(|it| it.family == pupil.family);
        let handed = pupil.until.zip(parent);
        let handed = handed.map(|(on, it)| (on, it.person.name.full()));
        let of = (school.site.org, pupil.person.id);
        line(&mut rows, ids, of, (number, *order), handed);
    }
    rows
}

pub(super) fn table() -> Rows {
    Rows::new(
        "movement.file_record (org_id, record_id, pupil_id, letter, number, enrolled_by, handed_on, handed_to)",
    )
}

/// A line of the book: organisation and pupil, number and order, and on which
/// day the file was handed out to whom.
pub(super) fn line(
    rows: &mut Rows,
    ids: &mut Ids,
    (org, pupil): (i64, i64),
    (number, order): (&str, i64),
    handed: Option<(NaiveDate, String)>,
) {
    let letter: String = number.chars().take(1).collect();
    let (on, to) = handed.unzip();
    rows.add(&[
        &org,
        &ids.next("movement.file_record"),
        &pupil,
        &letter,
        &number,
        &order,
        &on,
        &to.unwrap_or_default(),
    ]);
}

/// Certificates that families ask for and that nobody has issued yet.
pub(super) fn certificates(school: &School, asked_at: DateTime<Utc>) -> Rows {
    let mut rows =
        Rows::new("movement.certificate (org_id, kind, pupil_id, purpose, asked_by, asked_at)");
    let wishes = [
        ("study", "в поликлинику"),
        ("study", "в бассейн «Дельфин»"),
        ("period", "в Социальный фонд"),
    ];
    let here = school.pupils.iter().filter(|it| it.until.is_none());
    for (pupil, (kind, purpose)) in here.step_by(7).zip(wishes) {
        let parent = school.parents.iter().find(|it| it.family == pupil.family);
        let asked_by = parent.map_or(pupil.person.id, |it| it.person.id);
        rows.add(&[
            &school.site.org,
            &kind,
            &pupil.person.id,
            &purpose,
            &asked_by,
            &asked_at,
        ]);
    }
    rows
}

/// Certificates that the office issued: several of study, and one that was
/// withdrawn.
pub(super) fn issued(dice: &mut Dice, school: &School, days: &Days) -> Rows {
    let mut rows = Rows::new(
        "movement.certificate (org_id, kind, state, pupil_id, purpose, year, number, code, said, asked_by, asked_at, \
         issued_by, issued_at, ended_by, ended_at, end_reason)",
    );
    let purposes = [
        "по месту требования",
        "в поликлинику",
        "в Социальный фонд",
        "в школу искусств",
        "по месту работы матери",
    ];
    let secretary = school.of_role(kernel::Role::Secretary).person.id;
    let here = school.pupils.iter().filter(|it| it.until.is_none());
    let mut numbers: BTreeMap<i32, i32> = BTreeMap::new();
    for (at, (pupil, purpose)) in here.skip(3).step_by(11).zip(purposes).enumerate() {
        let issued = noon(days.current - Duration::days(30 - 5 * at as i64));
        let parent = school.parents.iter().find(|it| it.family == pupil.family);
        let withdrawn = at == 2;
        let year = issued.year();
        let number = numbers.entry(year).or_default();
        *number += 1;
        let code: String = (0..16)
            .map(|_| dice.pick(b"0123456789abcdef") as char)
            .collect();
        let said = serde_json::json!({
            "school": school.site.full_name,
            "pupil": pupil.person.name.full(),
            "whom": whom(pupil),
            "born_on": pupil.person.born,
            "class": school.classes[pupil.class].name(),
            "since": pupil.since,
            "until": null,
            "order": null,
            "ordered_on": null,
        });
        let ended = withdrawn.then(|| issued + Duration::days(2));
        rows.add(&[
            &school.site.org,
            &"study",
            &if withdrawn { "withdrawn" } else { "issued" },
            &pupil.person.id,
            &purpose,
            &year,
            &*number,
            &code,
            &said.to_string(),
            &parent.map_or(secretary, |it| it.person.id),
            &(issued - Duration::hours(20)),
            &secretary,
            &issued,
            &ended.map(|_| secretary),
            &ended,
            &if withdrawn {
                "Ошибка в дате рождения"
            } else {
                ""
            },
        ]);
    }
    rows
}

/// «Дана *кому*»
fn whom(pupil: &Pupil) -> String {
    let it = &pupil.person;
    let declined = people::Declined {
        card: people::Card {
            id: it.id.into(),
            last_name: it.name.last().to_owned(),
            first_name: it.name.first().to_owned(),
            middle_name: it.name.middle().map(str::to_owned),
            born_on: Some(it.born),
        },
        gender: Some(if it.male {
            people::Gender::Male
        } else {
            people::Gender::Female
        }),
        forms: people::NameForms::default(),
    };
    declined.by_rules(people::Case::Dative)
}
