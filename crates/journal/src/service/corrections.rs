use chrono::{DateTime, NaiveDate, Utc};
use curriculum::{Class, Frame, Scale};
use db::Tx;
use kernel::{Actor, ClassId, LessonId, PersonId, Reach, Right, SubjectId};
use schedule::Lesson;

use super::Journal;
use crate::{
    Closed, CorrectionId, CorrectionOf, CorrectionState, Decision, Error, FinalValue, MarkRules,
    MarkValue, Slot,
    correction::LONGEST_REASON,
    finals::FinalPlace,
    service::{
        access,
        finals::{About, FinalLock},
    },
    store::{self, NewCorrection},
};

/// A request for correction before it is asked.
#[derive(Clone, Debug)]
pub struct CorrectionForm {
    pub of: CorrectionOf,
    pub class: Class,
    pub subject: SubjectId,
    pub subject_name: String,
    pub pupil: String,
    /// The day of the lesson, where a current mark is meant.
    pub held_on: Option<NaiveDate>,
    pub slot: Option<Slot>,
    pub old_value: String,
    pub state: CellState,
}

/// Whether there is anything to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// Nobody has to be asked: the cell may be changed.
    Open,
    /// Waits for an answer already.
    Asked,
    /// Closed: may be asked for.
    Closed,
}

/// A request with everything in words.
#[derive(Clone, Debug)]
pub struct CorrectionRow {
    pub id: CorrectionId,
    pub class: ClassId,
    pub class_name: String,
    pub subject: SubjectId,
    pub subject_name: String,
    pub pupil: String,
    pub of: CorrectionOf,
    pub held_on: Option<NaiveDate>,
    pub old_value: String,
    pub wanted: String,
    pub reason: String,
    pub state: CorrectionState,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub answer: String,
    pub open_until: Option<DateTime<Utc>>,
    /// Whether the decision may be taken back.
    pub undoable: bool,
    /// An answer to the actor, not read yet.
    pub unread: bool,
}

#[derive(Clone, Debug)]
pub struct Corrections {
    pub rows: Vec<CorrectionRow>,
    /// Everybody's, and not only the actor's own.
    pub all: bool,
    /// Whether the actor decides.
    pub decides: bool,
}

/// What the cell of a request is, and whose.
struct Found {
    frame: Frame,
    subject: SubjectId,
    of: CorrectionOf,
    held_on: Option<NaiveDate>,
    old_value: String,
    state: CellState,
    one_allowed: bool,
}

impl Journal {
    /// Opens the form of a request (T7).
    pub async fn correction_form(
        &self,
        actor: &Actor,
        of: CorrectionOf,
        today: NaiveDate,
    ) -> Result<CorrectionForm, Error> {
        actor.may(Right::JournalEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let found = self.corrected(&mut tx, actor, of, today).await?;
        let cards = self.people.cards(&mut tx, &[of.pupil()]).await?;
        tx.commit().await?;
        let subject = found.frame.subject(found.subject);
        Ok(CorrectionForm {
            of: found.of,
            subject: found.subject,
            subject_name: subject.map_or_else(String::new, |it| it.name.clone()),
            pupil: cards.first().ok_or(Error::NotFound)?.listed(),
            held_on: found.held_on,
            slot: slot(of),
            old_value: found.old_value,
            state: found.state,
            class: found.frame.class,
        })
    }

    /// Asks for a correction; who may approve it themselves opens the cell at
    /// once, with the reason kept all the same.
    ///
    /// Refuses what is not closed, what was asked already, a wanted value off
    /// the scale, and an empty reason.
    #[tracing::instrument(name = "journal.ask_correction", skip_all)]
    pub async fn ask_correction(
        &self,
        actor: &Actor,
        of: CorrectionOf,
        wanted: &str,
        reason: &str,
        today: NaiveDate,
    ) -> Result<CorrectionState, Error> {
        actor.may(Right::JournalEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let found = self.corrected(&mut tx, actor, of, today).await?;
        match found.state {
            CellState::Open => return Err(Error::NotClosed),
            CellState::Asked => return Err(Error::AlreadyAsked),
            CellState::Closed => {}
        }
        let wanted = found.wanted(wanted)?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::ReasonMissing);
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(Error::TooLong);
        }
        let new = NewCorrection {
            class: found.frame.class.id,
            subject: found.subject,
            year: found.frame.year.id,
            of: found.of,
            old_value: &found.old_value,
            wanted: &wanted,
            reason,
            by: actor.person,
        };
        let id = store::ask(&mut tx, &new)
            .await?
            .ok_or(Error::AlreadyAsked)?;
        let decides = actor.may_in_org(Right::JournalEdit).is_ok();
        if decides {
            store::decide(&mut tx, &[id], Decision::Approve, "", actor.person).await?;
        }
        tx.commit().await?;
        Ok(if decides {
            CorrectionState::Approved
        } else {
            CorrectionState::Asked
        })
    }

    /// The requests that the actor may know of: all for those who see the
    /// school's journals, the own ones for a teacher.
    pub async fn corrections(&self, actor: &Actor) -> Result<Corrections, Error> {
        let all = actor.may(Right::JournalView)?.has(Reach::Org);
        let mut tx = self.db.begin(actor).await?;
        let own = (!all).then_some(actor.person);
        let found = store::corrections(&mut tx, own).await?;
        let mut people: Vec<PersonId> = found
            .iter()
            .flat_map(|it| [Some(it.of.pupil()), Some(it.asked_by), it.decided_by])
            .flatten()
            .collect();
        people.sort_unstable();
        people.dedup();
        let cards = self.people.cards(&mut tx, &people).await?;
        let mut classes: Vec<ClassId> = found.iter().map(|it| it.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let classes = self.curriculum.classes_by_id(&mut tx, &classes).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let lessons: Vec<LessonId> = found.iter().filter_map(|it| lesson(it.of)).collect();
        let lessons = self.lessons.lessons(&mut tx, &lessons).await?;
        let now = tx.now();
        tx.commit().await?;

        let card = |id: PersonId| cards.iter().find(|it| it.id == id);
        let decides = actor.may_in_org(Right::JournalEdit).is_ok();
        let rows = found
            .into_iter()
            .map(|it| {
                let held = lesson(it.of).and_then(|id| lessons.iter().find(|it| it.id == id));
                let class = classes.iter().find(|class| class.id == it.class);
                let subject = subjects.iter().find(|subject| subject.id == it.subject);
                let unused = match it.state {
                    CorrectionState::Refused => true,
                    CorrectionState::Approved => it.open_until.is_some_and(|it| it > now),
                    CorrectionState::Asked | CorrectionState::Used => false,
                };
                CorrectionRow {
                    id: it.id,
                    class: it.class,
                    class_name: class.map(Class::name).unwrap_or_default(),
                    subject: it.subject,
                    subject_name: subject.map_or_else(String::new, |it| it.name.clone()),
                    pupil: card(it.of.pupil())
                        .map(people::Card::listed)
                        .unwrap_or_default(),
                    of: it.of,
                    held_on: held.map(|it| it.held_on),
                    old_value: it.old_value,
                    wanted: it.wanted,
                    reason: it.reason,
                    state: it.state,
                    asked_by: card(it.asked_by)
                        .map(people::Card::short)
                        .unwrap_or_default(),
                    asked_at: it.asked_at,
                    decided_by: it.decided_by.and_then(card).map(people::Card::short),
                    decided_at: it.decided_at,
                    answer: it.answer,
                    open_until: it.open_until,
                    undoable: decides && unused,
                    unread: it.asked_by == actor.person
                        && it.decided_by.is_some_and(|it| it != actor.person)
                        && !it.answer_seen,
                }
            })
            .collect();
        Ok(Corrections { rows, all, decides })
    }

    /// Decides about requests (Z5); how many it concerned. Those decided
    /// meanwhile, and foreign ones, are left alone.
    #[tracing::instrument(name = "journal.decide_corrections", skip_all, fields(requests = ids.len()))]
    pub async fn decide_corrections(
        &self,
        actor: &Actor,
        ids: &[CorrectionId],
        decision: Decision,
        answer: &str,
    ) -> Result<u64, Error> {
        actor.may_in_org(Right::JournalEdit)?;
        let answer = answer.trim();
        if decision == Decision::Refuse && answer.is_empty() {
            return Err(Error::ReasonMissing);
        }
        if answer.chars().count() > LONGEST_REASON {
            return Err(Error::TooLong);
        }
        let mut tx = self.db.begin(actor).await?;
        let done = store::decide(&mut tx, ids, decision, answer, actor.person).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// «Прочитано»: the actor knows what came of the own requests.
    pub async fn read_correction_answers(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Right::JournalEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::read_answers(&mut tx, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Finds the cell and makes sure that the actor could write in it were it open.
    async fn corrected(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        of: CorrectionOf,
        today: NaiveDate,
    ) -> Result<Found, Error> {
        match of {
            CorrectionOf::Mark {
                lesson,
                work,
                pupil,
            } => {
                let (lesson, frame) = self.seen_lesson(tx, actor, lesson, today).await?;
                access::must_edit(actor, &frame, &lesson, today)?;
                self.corrected_mark(tx, frame, &lesson, work, pupil, today)
                    .await
            }
            CorrectionOf::Final {
                class,
                subject,
                pupil,
                slot,
            } => {
                let about = About {
                    subject: Some(subject),
                    ..About::default()
                };
                let sheet = self.locked_sheet_of(tx, actor, class, about, today).await?;
                let place = FinalPlace {
                    pupil,
                    subject,
                    slot,
                };
                let state = match sheet.lock(place) {
                    None => CellState::Open,
                    Some(FinalLock::Signed) => {
                        let cell = crate::locks::CorrectedCell::Final(place);
                        if sheet.locks.asked.contains(&cell) {
                            CellState::Asked
                        } else {
                            CellState::Closed
                        }
                    }
                    Some(_) => return Err(Error::NotFound),
                };
                Ok(Found {
                    old_value: sheet
                        .value(place)
                        .map(FinalValue::typed)
                        .unwrap_or_default(),
                    subject,
                    of,
                    held_on: None,
                    state,
                    one_allowed: false,
                    frame: sheet.frame,
                })
            }
        }
    }

    async fn corrected_mark(
        &self,
        tx: &mut Tx,
        frame: Frame,
        lesson: &Lesson,
        work: Option<crate::WorkId>,
        pupil: PersonId,
        today: NaiveDate,
    ) -> Result<Found, Error> {
        let members = self
            .register
            .members(tx, &[lesson.class], lesson.held_on, lesson.held_on)
            .await?;
        let there = members.iter().any(|it| it.pupil == pupil) && frame.taught(pupil, lesson.group);
        let stored = store::sheet_of(tx, &[lesson.id], pupil).await?;
        let works: Vec<crate::WorkId> = stored.works(lesson.id).iter().map(|it| it.id).collect();
        if !there || work.is_some_and(|it| !works.contains(&it)) || frame.year.archived {
            return Err(Error::NotFound);
        }
        let work = work.or_else(|| works.first().copied());
        let options = self.orgs.options(tx).await?;
        let locks = store::locks(tx, &[lesson.class]).await?;
        let closed: Option<Closed> = locks.closed(&frame, lesson, today, options.edit_window_days);
        let asked = crate::locks::CorrectedCell::Mark(lesson.id, work, pupil);
        let state = if closed.is_none() || locks.opened(lesson.id, work, pupil).is_some() {
            CellState::Open
        } else if locks.asked.contains(&asked) {
            CellState::Asked
        } else {
            CellState::Closed
        };
        let mark = stored.marks.get(&(lesson.id, work, pupil));
        Ok(Found {
            subject: lesson.subject,
            of: CorrectionOf::Mark {
                lesson: lesson.id,
                work,
                pupil,
            },
            held_on: Some(lesson.held_on),
            old_value: mark.map_or_else(String::new, |it| it.value.text().to_owned()),
            state,
            one_allowed: options.use_grade_1,
            frame,
        })
    }
}

impl Found {
    /// The wanted value as it would be written; it has to be one that may.
    fn wanted(&self, typed: &str) -> Result<String, Error> {
        let scale: Scale = self
            .frame
            .subject(self.subject)
            .map(|it| it.scale)
            .unwrap_or_default();
        match self.of {
            CorrectionOf::Final { .. } => FinalValue::parse(typed, scale)
                .map(|it| it.typed())
                .map_err(|_| Error::NoSuchMark),
            CorrectionOf::Mark { .. } => {
                let rules = MarkRules {
                    scale,
                    grade: self.frame.class.grade,
                    one_allowed: self.one_allowed,
                };
                MarkValue::parse(typed, rules)
                    .map(|it| it.text().to_owned())
                    .map_err(|_| Error::NoSuchMark)
            }
        }
    }
}

const fn slot(of: CorrectionOf) -> Option<Slot> {
    match of {
        CorrectionOf::Final { slot, .. } => Some(slot),
        CorrectionOf::Mark { .. } => None,
    }
}

const fn lesson(of: CorrectionOf) -> Option<LessonId> {
    match of {
        CorrectionOf::Mark { lesson, .. } => Some(lesson),
        CorrectionOf::Final { .. } => None,
    }
}
