//! What the measuring client asks for, and batches of operations for it.

use anyhow::Context;
use serde_json::{Value, json};
use sqlx::Row;

use crate::{
    accounts::PASSWORD,
    cast::Cast,
    lessons::Lesson,
    model::{Days, Kit, School},
    plan::BenchUrls,
};

/// How many batches there are to send.
const BATCHES: i32 = 60;
/// Of so many pupils is a batch.
const PUPILS: usize = 28;
const CLASS: (i16, &str) = (8, "Б");

/// The pages of the measured class: 27 pupils and 12 lessons in the quarter.
pub(crate) struct Measured {
    load: usize,
    /// The lesson of a class of 28 that is left to the operations.
    ops: i64,
    ops_class: usize,
}

impl Measured {
    /// Takes a subject of two hours whose teacher has another class as well;
    /// the cast's teacher becomes that one.
    pub(crate) fn of(
        kit: &Kit,
        school: &School,
        days: &Days,
        lessons: &[Lesson],
        cast: &mut Cast,
    ) -> anyhow::Result<Self> {
        let class = school.class_named(CLASS.0, CLASS.1);
        let whole =
            |it: &&crate::model::Load| it.part.is_none() && kit.subjects[it.subject].marks > 0;
        let other = |load: &crate::model::Load| {
            school.loads.iter().filter(whole).find(|it| {
                it.teacher == load.teacher
                    && it.class != class
                    && school.classes[it.class].size == PUPILS
                    && school.classes[it.class].grade > 1
            })
        };
        let found = school.loads.iter().enumerate().find_map(|(at, it)| {
            let fits = it.class == class && it.part.is_none() && it.hours == 2;
            other(it).filter(|_| fits).map(|other| (at, other))
        });
        let (load, other) = found.context("no teacher has the measured class and another one")?;
        let over = lessons.iter().rev().find(|it| {
            let load = &school.loads[it.load];
            it.day < days.until.date() && load.class == other.class && load.subject == other.subject
        });
        let ops = over.context("no lesson for the operations")?.id;
        cast.teacher = school.loads[load].teacher;
        cast.open = std::iter::once(ops).collect();
        Ok(Self {
            load,
            ops,
            ops_class: other.class,
        })
    }

    pub(crate) fn urls(
        &self,
        school: &School,
        days: &Days,
        lessons: &[Lesson],
        cast: &Cast,
    ) -> BenchUrls {
        let code = &school.site.code;
        let load = &school.loads[self.load];
        let (class, subject) = (
            &school.classes[load.class],
            school.subject_ids[load.subject],
        );
        let lesson = lessons
            .iter()
            .rev()
            .find(|it| it.load == self.load && it.ends <= days.until);
        let child = school.pupils[cast.pupil].person.id;
        let pupils = school.pupils.iter().filter(|it| it.class == self.ops_class);
        BenchUrls {
            login: "teacher".to_owned(),
            password: PASSWORD.to_owned(),
            diary_login: "parent".to_owned(),
            diary_password: PASSWORD.to_owned(),
            grid: format!("/o/{code}/journal/{}/{subject}", class.id),
            lesson: format!("/o/{code}/journal/lesson/{}", lesson.map_or(0, |it| it.id)),
            diary_week: format!("/my/diary/week?child={code}:{child}"),
            marks: format!("/my/diary/marks?child={code}:{child}"),
            class_list: format!("/o/{code}/people/pupils?f.class={}", encoded(&class.name())),
            office_login: "zavuch".to_owned(),
            office_password: PASSWORD.to_owned(),
            school_day: format!(
                "/o/{code}/attendance/day?date={}",
                lesson.map_or(days.until.date(), |it| it.day)
            ),
            class_finals: format!("/o/{code}/journal/{}/finals", class.id),
            pupils: format!(
                "/o/{code}/people/pupils?sort=-born_on&cols=name,class,born_on,state,gender&f.gender={}",
                encoded("женский")
            ),
            report: format!("/o/{code}/reports/classes"),
            ops_url: format!("/o/{code}/journal/ops"),
            ops_lesson: self.ops,
            ops_pupils: pupils.take(PUPILS).map(|it| it.person.id).collect(),
            ops: Vec::new(),
        }
    }
}

fn encoded(text: &str) -> String {
    let byte = |it: u8| {
        if it.is_ascii_alphanumeric() {
            char::from(it).to_string()
        } else {
            format!("%{it:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

/// Puts batches into the urls that go on from the versions which stand in the
/// database: earlier measurements have moved them.
pub(crate) async fn renew(tx: &mut db::Tx, urls: &mut BenchUrls) -> anyhow::Result<()> {
    let rows = sqlx::query("select pupil_id, version from journal.mark where lesson_id = $1")
        .bind(urls.ops_lesson)
        .fetch_all(tx.conn())
        .await?;
    let mut versions = std::collections::HashMap::new();
    for row in rows {
        versions.insert(row.try_get::<i64, _>(0)?, row.try_get::<i32, _>(1)?);
    }
    let now = tx.now().timestamp_millis();
    urls.ops = (0..BATCHES)
        .map(|batch| {
            let ops = urls.ops_pupils.iter().map(|pupil| {
                let base = versions.get(pupil).copied().unwrap_or_default() + batch;
                operation(urls.ops_lesson, *pupil, base, now)
            });
            json!({ "ops": ops.collect::<Vec<_>>() })
        })
        .collect();
    Ok(())
}

/// An operation with an id that no other has: of its time, pupil and version.
fn operation(lesson: i64, pupil: i64, base: i32, now: i64) -> Value {
    let version = base & 0xfff;
    let (high, low) = ((now >> 16) & 0xffff_ffff, now & 0xffff);
    let id = format!(
        "{high:08x}-{low:04x}-7{version:03x}-8000-{:012x}",
        pupil & 0xffff_ffff_ffff
    );
    let value = if (i64::from(base) + pupil) % 2 == 0 {
        "5"
    } else {
        "4"
    };
    json!({
        "op_id": id, "lesson": lesson, "work": null, "pupil": pupil,
        "field": "mark", "base": base, "value": value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_ids_of_their_own() {
        let now = 1_795_000_000_000;
        let id = |pupil, base, now| operation(1, pupil, base, now)["op_id"].to_string();
        assert_eq!(id(5, 0, now).len(), 38);
        assert_ne!(id(5, 0, now), id(5, 1, now));
        assert_ne!(id(5, 0, now), id(6, 0, now));
        assert_ne!(id(5, 0, now), id(5, 0, now + 1));
    }

    #[test]
    fn the_name_of_a_class_goes_into_the_address() {
        assert_eq!(encoded("7А"), "7%D0%90");
    }
}
