//! «Напомнить»: the deputy head reminds of lessons that are not filled (JRN-6).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use db::{Tx, outbox::Event};
use kernel::{ClassId, LessonId, PersonId, dates::show_date};
use people::Card;
use schedule::Lesson;
use serde::{Deserialize, Serialize};

use super::Announcer;
use crate::{Error, NewLetter};

/// What the event says.
#[derive(Deserialize)]
struct Said {
    day: NaiveDate,
    by: PersonId,
    teachers: Vec<Teacher>,
}

#[derive(Deserialize)]
struct Teacher {
    teacher: PersonId,
    lessons: Vec<LessonId>,
}

/// What the letter shows.
#[derive(Serialize)]
struct Page {
    day: String,
    by: String,
    lessons: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    number: i16,
    class: String,
    subject: String,
    href: String,
}

/// A letter to each teacher.
pub(super) async fn letters(
    it: &Announcer,
    tx: &mut Tx,
    event: &Event,
) -> Result<Vec<NewLetter>, Error> {
    let said: Said =
        serde_json::from_value(event.payload.clone()).map_err(|_| Error::StrangeEvent)?;
    let ids: Vec<LessonId> = said
        .teachers
        .iter()
        .flat_map(|it| it.lessons.iter().copied())
        .collect();
    let lessons = it
        .lessons
        .lessons(tx, &ids)
        .await
        .map_err(Error::neighbour)?;
    let lessons: BTreeMap<LessonId, Lesson> = lessons.into_iter().map(|it| (it.id, it)).collect();
    let classes: BTreeSet<ClassId> = lessons.values().map(|it| it.class).collect();
    let classes: Vec<ClassId> = classes.into_iter().collect();
    let classes = it
        .curriculum
        .classes_by_id(tx, &classes)
        .await
        .map_err(Error::neighbour)?;
    let classes: HashMap<_, _> = classes.into_iter().map(|it| (it.id, it.name())).collect();
    let subjects = it.curriculum.subjects(tx).await.map_err(Error::neighbour)?;
    let subjects: HashMap<_, _> = subjects.into_iter().map(|it| (it.id, it.name)).collect();
    let by = it
        .people
        .cards(tx, &[said.by])
        .await
        .map_err(Error::neighbour)?;
    let by = by.first().map(Card::short).unwrap_or_default();
    let own = it.orgs.own(tx).await.map_err(Error::neighbour)?;
    let day = show_date(said.day);

    let line = |lesson: &Lesson| Line {
        number: lesson.number,
        class: classes.get(&lesson.class).cloned().unwrap_or_default(),
        subject: subjects.get(&lesson.subject).cloned().unwrap_or_default(),
        href: format!("{}/o/{}/journal/lesson/{}", it.site, own.code, lesson.id),
    };
    let mut letters = Vec::new();
    for teacher in &said.teachers {
        let owed = teacher.lessons.iter().filter_map(|id| lessons.get(id));
        let mut owed: Vec<Line> = owed.map(line).collect();
        owed.sort_by_key(|it| it.number);
        if owed.is_empty() {
            continue;
        }
        let args = BTreeMap::from([("day".to_owned(), day.clone())]);
        let page = Page {
            day: day.clone(),
            by: by.clone(),
            lessons: owed,
        };
        letters.push(NewLetter {
            to: teacher.teacher,
            kind: "journal.unfilled",
            once: format!("event/{}", event.id),
            subject: it.views.phrase("mail.unfilled.subject", &args),
            text: it.views.part("mail/unfilled.txt", &page)?.0,
            html: it.views.part("mail/unfilled.html", &page)?.0,
            not_before: tx.now(),
            duty: true,
        });
    }
    Ok(letters)
}
