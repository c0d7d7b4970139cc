//! New marks, to parents who asked for letters about them (MSG-5).

use std::collections::{BTreeMap, HashMap};

use db::{Tx, outbox::Event};
use journal::Told;
use kernel::{
    LessonId, PersonId,
    dates::{show_day, today},
};
use schedule::Lesson;
use serde::{Deserialize, Serialize};

use super::Announcer;
use crate::{Error, NewLetter};

const KIND: &str = "journal.marks";

/// What the event says.
#[derive(Deserialize)]
struct Said {
    pupil: PersonId,
    notices: Vec<i64>,
}

/// What the letter shows.
#[derive(Serialize)]
struct Page {
    child: String,
    news: Vec<Line>,
    href: String,
}

#[derive(Serialize)]
struct Line {
    subject: String,
    day: String,
    /// mark, returned, accepted
    kind: String,
    old: String,
    new: String,
}

/// A letter to each parent who wants such letters.
pub(super) async fn letters(
    it: &Announcer,
    tx: &mut Tx,
    event: &Event,
) -> Result<Vec<NewLetter>, Error> {
    let said: Said =
        serde_json::from_value(event.payload.clone()).map_err(|_| Error::StrangeEvent)?;
    let own = it.orgs.own(tx).await.map_err(Error::neighbour)?;
    let today = today(tx.now(), own.zone);
    let kin = it
        .people
        .parents_of(tx, &[said.pupil], today)
        .await
        .map_err(Error::neighbour)?;
    let parents: Vec<PersonId> = kin.into_iter().map(|it| it.parent).collect();
    let wishes = it
        .letters
        .wishes(tx, &parents)
        .await
        .map_err(Error::Neighbour)?;
    let wanted = |it: &PersonId| wishes.get(it).is_some_and(|it| it.wants(KIND));
    let parents: Vec<PersonId> = parents.into_iter().filter(wanted).collect();
    if parents.is_empty() {
        return Ok(vec![]);
    }
    let told = journal::told(tx, &said.notices)
        .await
        .map_err(Error::neighbour)?;
    let page = page(it, tx, &said, &told).await?;
    let args = BTreeMap::from([("child".to_owned(), page.child.clone())]);
    let subject = it.views.phrase("mail.marks.subject", &args);
    let text = it.views.part("mail/marks.txt", &page)?.0;
    let html = it.views.part("mail/marks.html", &page)?.0;
    let not_before = tx.now();
    let letter = |to: PersonId| NewLetter {
        to,
        kind: KIND,
        once: format!("event/{}", event.id),
        subject: subject.clone(),
        text: text.clone(),
        html: html.clone(),
        not_before,
        duty: false,
    };
    Ok(parents.into_iter().map(letter).collect())
}

async fn page(it: &Announcer, tx: &mut Tx, said: &Said, told: &[Told]) -> Result<Page, Error> {
    let ids: Vec<LessonId> = told.iter().map(|it| it.lesson).collect();
    let lessons = it
        .lessons
        .lessons(tx, &ids)
        .await
        .map_err(Error::neighbour)?;
    let lessons: HashMap<LessonId, Lesson> = lessons.into_iter().map(|it| (it.id, it)).collect();
    let subjects = it.curriculum.subjects(tx).await.map_err(Error::neighbour)?;
    let subjects: HashMap<_, _> = subjects.into_iter().map(|it| (it.id, it.name)).collect();
    let cards = it
        .people
        .cards(tx, &[said.pupil])
        .await
        .map_err(Error::neighbour)?;
    let news = told.iter().filter_map(|it| {
        let lesson = lessons.get(&it.lesson)?;
        Some(Line {
            subject: subjects.get(&lesson.subject).cloned().unwrap_or_default(),
            day: show_day(lesson.held_on),
            kind: it.kind.clone(),
            old: it.old.clone(),
            new: it.new.clone(),
        })
    });
    Ok(Page {
        child: cards
            .first()
            .map(|it| it.first_name.clone())
            .unwrap_or_default(),
        news: news.collect(),
        href: format!("{}/my/notifications", it.site),
    })
}
