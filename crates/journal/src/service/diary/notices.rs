use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use db::{Tx, outbox};
use kernel::{Actor, LessonId, OrgId, PersonId};
use people::ProposalAnswer;
use serde_json::{Value, json};

use super::{Child, Journal};
use crate::{
    Error,
    diary::{Change, QUIET, told},
    store::notice::{self, NewNotice, QuietMark},
};

/// Notices are shown for so many days.
const SHOWN_DAYS: u64 = 30;
/// A school that never told anything begins with the marks of the last days.
const FIRST_LOOK: TimeDelta = TimeDelta::days(2);

/// What a family was told.
#[derive(Clone, Debug)]
pub struct News {
    pub at: DateTime<Utc>,
    pub kind: NewsKind,
    pub child: Child,
    pub lesson: LessonId,
    pub subject: String,
    pub held_on: NaiveDate,
    /// The kind of the work, for a mark.
    pub work: String,
    pub old: String,
    pub new: String,
    pub unread: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewsKind {
    /// A mark was set, changed or taken back.
    Mark,
    /// The teacher wants the answer once more.
    Returned,
    /// The teacher took the answer.
    Accepted,
}

impl NewsKind {
    /// The name in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mark => "mark",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
        }
    }

    fn from_code(code: &str) -> Self {
        match code {
            "returned" => Self::Returned,
            "accepted" => Self::Accepted,
            _ => Self::Mark,
        }
    }
}

impl Journal {
    /// What the families of the actor's children were told lately, and what the
    /// school answered to the actor's proposals about cards; newest first.
    pub async fn notices(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<(Vec<News>, Vec<ProposalAnswer>), Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        let pupils: Vec<PersonId> = children.iter().map(|it| it.pupil).collect();
        let since = tx.now() - Days::new(SHOWN_DAYS);
        let stored = notice::notices(&mut tx, &pupils, since, actor.person).await?;
        let mut ids: Vec<_> = stored.iter().map(|it| it.lesson).collect();
        ids.sort_unstable();
        ids.dedup();
        let lessons = self.lessons.lessons(&mut tx, &ids).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let kinds = self.curriculum.work_kinds(&mut tx).await?;
        let answers = self.people.answers_to(&mut tx, actor.person, since).await?;
        tx.commit().await?;
        let lessons: HashMap<_, _> = lessons.into_iter().map(|it| (it.id, it)).collect();
        let shown = |it: notice::StoredNotice| {
            let lesson = lessons.get(&it.lesson)?;
            let subject = subjects.iter().find(|s| s.id == lesson.subject);
            let kind = it.kind_of_work;
            let work = kind.and_then(|kind| kinds.iter().find(|k| k.id.get() == kind));
            Some(News {
                at: it.at,
                kind: NewsKind::from_code(&it.kind),
                child: children.iter().find(|c| c.pupil == it.pupil)?.clone(),
                lesson: it.lesson,
                subject: subject.map_or_else(String::new, |it| it.name.clone()),
                held_on: lesson.held_on,
                work: work.map_or_else(String::new, |it| it.name.clone()),
                old: it.old,
                new: it.new,
                unread: it.new_to_reader,
            })
        };
        Ok((stored.into_iter().filter_map(shown).collect(), answers))
    }

    /// «Прочитать все».
    pub async fn read_notices(&self, actor: &Actor, today: NaiveDate) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        let pupils: Vec<PersonId> = children.iter().map(|it| it.pupil).collect();
        notice::read_all(&mut tx, &pupils, actor.person).await?;
        self.people.read_answers(&mut tx, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Tells families the marks of a school that have stood for fifteen
    /// minutes; run again at once, it tells nothing. How many notices came out.
    pub async fn tell_marks(&self, org: OrgId) -> Result<usize, Error> {
        let mut told = 0;
        loop {
            let mut tx = self.db.begin_system(org).await?;
            let (count, more) = tell_some(&mut tx).await?;
            tx.commit().await?;
            told += count;
            if !more {
                return Ok(told);
            }
        }
    }
}

/// One portion, in one transaction: the notices, their events and the place
/// up to which was looked stand or fall together.
async fn tell_some(tx: &mut Tx) -> Result<(usize, bool), Error> {
    let horizon = tx.now() - QUIET;
    let from = notice::looked_until(tx, horizon - FIRST_LOOK).await?;
    let marks = notice::quiet_marks(tx, from, horizon).await?;
    let Some(last) = marks.last().map(|it| it.set_at) else {
        notice::look_from(tx, horizon.max(from)).await?;
        return Ok((0, false));
    };
    let news = news(tx, &marks).await?;
    let written = notice::tell(tx, &news).await?;
    let mut of_pupil: BTreeMap<PersonId, Vec<i64>> = BTreeMap::new();
    for (id, pupil) in &written {
        of_pupil.entry(*pupil).or_default().push(*id);
    }
    for (pupil, ids) in of_pupil {
        let key = format!("{pupil}:{}", ids.iter().min().copied().unwrap_or_default());
        let payload = json!({"pupil": pupil, "notices": ids});
        outbox::emit(tx, "journal.marks-told", &key, &payload).await?;
    }
    notice::look_from(tx, last).await?;
    Ok((written.len(), true))
}

/// What the cells have to tell, by their history.
async fn news(tx: &mut Tx, marks: &[QuietMark]) -> Result<Vec<NewNotice>, Error> {
    let key = |it: &QuietMark| json!({"work_id": it.work, "pupil_id": it.pupil});
    let keys: Vec<Value> = marks.iter().map(key).collect();
    let mut changes: HashMap<(i64, i64), Vec<Change>> = HashMap::new();
    for it in db::history::of_many(tx, "journal.mark", &keys).await? {
        let id = |name: &str| it.key.get(name).and_then(Value::as_i64).unwrap_or_default();
        // A change of the comment alone changes no value, and is no news.
        if let Some(value) = it.new.get("value").and_then(Value::as_str) {
            let change = Change {
                at: it.at,
                value: value.to_owned(),
            };
            let cell = (id("work_id"), id("pupil_id"));
            changes.entry(cell).or_default().push(change);
        }
    }
    let now = tx.now();
    let notice = |it: &QuietMark| {
        let of_cell = changes.get(&(it.work.get(), it.pupil.get()))?;
        let (old, new) = told(of_cell, now)?;
        Some(NewNotice {
            kind: "mark",
            pupil: it.pupil,
            lesson: it.lesson,
            work: Some(it.work),
            version: it.version,
            old,
            new,
        })
    };
    Ok(marks.iter().filter_map(notice).collect())
}
