use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::WorkKind;
use db::Tx;
use kernel::{Actor, ClassId, LessonId, PersonId, Right};
use schedule::Lesson;
use sha2::{Digest, Sha256};

use super::{Journal, access};
use crate::{
    Attendance, Error, MarkRules,
    absence::AbsenceDocument,
    operation::{
        Answer, Field, LessonFacts, MOST_OPERATIONS, MarkPlace, Operation, Sheet, Status, WorkId,
    },
    store::{self, KnownOperation, MadeWork, NewWork},
};

/// The number of «Ответ на уроке» among the kinds of work (§2.4): what a mark
/// is for when nobody said otherwise.
const ANSWER_IN_CLASS: i16 = 10;

/// The kind of work that a first mark of a lesson brings with it.
pub(crate) fn default_kind(kinds: &[WorkKind]) -> Option<&WorkKind> {
    kinds
        .iter()
        .find(|it| is_answer(it))
        .or_else(|| kinds.first())
}

/// Whether the kind is «Ответ на уроке», which a second mark goes to.
pub(crate) const fn is_answer(kind: &WorkKind) -> bool {
    kind.code == ANSWER_IN_CLASS
}

/// What became of one operation, with the name of whoever was faster.
#[derive(Clone, Debug)]
pub struct OperationResult {
    pub answer: Answer,
    /// «Соколова М. П.»
    pub by: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

impl Journal {
    /// Carries out a batch of changes in one transaction, each by itself: one
    /// that is refused does not hold up the others, and each is answered.
    ///
    /// Refuses the batch as a whole only when it is too long, or when the id
    /// of an operation was used before for something else. Other pages than
    /// `tab` are told.
    #[tracing::instrument(name = "journal.carry_out", skip_all, fields(operations = ops.len()))]
    pub async fn carry_out(
        &self,
        actor: &Actor,
        today: NaiveDate,
        ops: &[Operation],
        tab: u64,
    ) -> Result<Vec<OperationResult>, Error> {
        actor.may(Right::JournalEdit)?;
        if ops.len() > MOST_OPERATIONS {
            return Err(Error::TooManyOperations);
        }
        let mut tx = self.db.begin(actor).await?;
        let (answers, touched) = self.carry_out_and_tell(&mut tx, actor, today, ops).await?;
        let others: Vec<PersonId> = answers.iter().filter_map(|it| it.by).collect();
        let cards = match others.as_slice() {
            [] => vec![],
            ids => self.people.cards(&mut tx, ids).await?,
        };
        tx.commit().await?;
        self.tell_changed(actor, &touched, tab);
        let name = |id| {
            cards
                .iter()
                .find(|it| Some(it.id) == id)
                .map(people::Card::short)
        };
        Ok(answers
            .into_iter()
            .map(|answer| OperationResult {
                by: name(answer.by),
                at: answer.at,
                answer,
            })
            .collect())
    }

    /// The same inside a transaction that does more.
    pub(super) async fn carry_out_in(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
        ops: &[Operation],
    ) -> Result<Vec<Answer>, Error> {
        let (answers, _) = self.carry_out_and_tell(tx, actor, today, ops).await?;
        Ok(answers)
    }

    /// Answers, and the lessons that are not as they were.
    async fn carry_out_and_tell(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
        ops: &[Operation],
    ) -> Result<(Vec<Answer>, Vec<Lesson>), Error> {
        let ids: Vec<LessonId> = ops.iter().map(|it| it.lesson).collect();
        store::lock_lessons(tx, &ids).await?;
        let mut known = known(tx, ops).await?;
        let mut sheet = self.sheet(tx, actor, today, &ids, ops).await?;

        let mut answers = Vec::with_capacity(ops.len());
        let mut carried_out = vec![];
        for op in ops {
            let new = !known.contains_key(&op.op_id);
            let answer = known
                .entry(op.op_id)
                .or_insert_with(|| sheet.0.carry_out(op))
                .clone();
            carried_out.push(new && answer.status == Status::Ok);
            answers.push(answer);
        }
        let made = save(tx, &mut sheet.0, &sheet.1).await?;
        for (answer, op) in answers.iter_mut().zip(ops) {
            if op.field == Field::Mark {
                answer.work = made.real(op.lesson, answer.work);
            }
        }
        let to_remember = ops
            .iter()
            .zip(&answers)
            .zip(carried_out)
            .filter(|(_, new)| *new)
            .map(|((op, answer), _)| remembered(op, answer))
            .collect::<Result<Vec<_>, _>>()?;
        if !to_remember.is_empty() {
            store::remember(tx, actor.account, &to_remember).await?;
        }
        let mut touched = sheet.2;
        touched.retain(|it| sheet.0.touches(it.id));
        Ok((answers, touched))
    }

    /// Everything the rules need to know of these lessons, the kinds of work
    /// to make new ones of, and the lessons.
    async fn sheet(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
        ids: &[LessonId],
        ops: &[Operation],
    ) -> Result<(Sheet, Vec<WorkKind>, Vec<Lesson>), Error> {
        let lessons = self.lessons.lessons(tx, ids).await?;
        let frames = self.frames_of(tx, &lessons).await?;
        let classes: Vec<ClassId> = frames.keys().copied().collect();
        let days = || lessons.iter().map(|it| it.held_on);
        let members = match (days().min(), days().max()) {
            (Some(from), Some(to)) => self.register.members(tx, &classes, from, to).await?,
            _ => vec![],
        };
        let options = self.orgs.options(tx).await?;
        let locks = store::locks(tx, &classes).await?;
        let stored = store::sheet(tx, ids).await?;
        let mut facts = HashMap::new();
        for lesson in &lessons {
            let Some(frame) = frames.get(&lesson.class) else {
                continue;
            };
            let pupils = members
                .iter()
                .filter(|it| it.class == lesson.class && it.on(lesson.held_on))
                .map(|it| it.pupil)
                .filter(|it| frame.taught(*it, lesson.group))
                .collect();
            let scale = frame
                .subject(lesson.subject)
                .map(|it| it.scale)
                .unwrap_or_default();
            facts.insert(
                lesson.id,
                LessonFacts {
                    held_on: lesson.held_on,
                    cancelled: lesson.cancelled,
                    archived: frame.year.archived,
                    closed: locks.closed(frame, lesson, today, options.edit_window_days),
                    mine: access::may_edit(actor, frame, lesson, today),
                    rules: MarkRules {
                        scale,
                        grade: frame.class.grade,
                        one_allowed: options.use_grade_1,
                    },
                    pupils,
                    works: stored.works(lesson.id).iter().map(|it| it.id).collect(),
                    keys: stored.keys_of(lesson.id),
                },
            );
        }
        let kinds = frames
            .into_values()
            .next()
            .map(|it| it.work_kinds)
            .unwrap_or_default();
        let sheet = Sheet {
            today,
            now: tx.now(),
            actor: actor.person,
            lessons: facts,
            marks: stored.marks,
            attendance: stored.attendance,
            locks,
            used: vec![],
            changed_marks: vec![],
            changed_attendance: vec![],
            documents: self.documents_for(tx, ops, &lessons).await?,
            wanted: vec![],
        };
        Ok((sheet, kinds, lessons))
    }

    /// Documents about those whom the batch calls absent; a batch without
    /// absences asks nothing.
    async fn documents_for(
        &self,
        tx: &mut Tx,
        ops: &[Operation],
        lessons: &[Lesson],
    ) -> Result<Vec<AbsenceDocument>, Error> {
        let absent: Vec<PersonId> = ops
            .iter()
            .filter(|it| it.field == Field::Attendance)
            .filter(|it| Attendance::parse(&it.value) == Some(Attendance::Absent))
            .map(|it| it.pupil)
            .collect();
        let days = || lessons.iter().map(|it| it.held_on);
        match (absent.is_empty(), days().min(), days().max()) {
            (false, Some(from), Some(to)) => Ok(store::documents(tx, &absent, from, to).await?),
            _ => Ok(vec![]),
        }
    }
}

/// Answers of operations that came before; the same id with another content is refused.
async fn known(tx: &mut Tx, ops: &[Operation]) -> Result<HashMap<uuid::Uuid, Answer>, Error> {
    let mut hashes = HashMap::new();
    for op in ops {
        let hash = hash(op);
        if *hashes.entry(op.op_id).or_insert_with(|| hash.clone()) != hash {
            return Err(Error::OperationReused);
        }
    }
    let ids: Vec<uuid::Uuid> = hashes.keys().copied().collect();
    let mut known = HashMap::new();
    for it in store::known_operations(tx, &ids).await? {
        if hashes.get(&it.op_id) != Some(&it.body_hash) {
            return Err(Error::OperationReused);
        }
        let answer = serde_json::from_value(it.result).map_err(|_| db::Error::Corrupt {
            table: "journal.operation",
            column: "result",
        })?;
        known.insert(it.op_id, answer);
    }
    Ok(known)
}

fn hash(op: &Operation) -> Vec<u8> {
    let mut text = format!(
        "{}|{:?}|{}|{:?}|{}|{}",
        op.lesson, op.work, op.pupil, op.field, op.base, op.value
    );
    // Only where there is one: operations of an earlier version keep their hash.
    if let Some(key) = op.key {
        text.push('|');
        text.push_str(&key.to_string());
    }
    Sha256::digest(text.as_bytes()).to_vec()
}

fn remembered(op: &Operation, answer: &Answer) -> Result<KnownOperation, Error> {
    let result = serde_json::to_value(answer).map_err(|_| db::Error::Corrupt {
        table: "journal.operation",
        column: "result",
    })?;
    Ok(KnownOperation {
        op_id: op.op_id,
        body_hash: hash(op),
        result,
    })
}

/// The works that a batch made.
#[derive(Default)]
struct Made {
    /// First works of lessons that had none.
    first: HashMap<LessonId, WorkId>,
    /// Works under a new key, by their place holders.
    keyed: HashMap<WorkId, WorkId>,
}

impl Made {
    /// The work as the database knows it; none where it was not made, because
    /// an empty cell of it was cleared.
    fn real(&self, lesson: LessonId, work: Option<WorkId>) -> Option<WorkId> {
        match work {
            Some(work) if work.get() < 0 => self.keyed.get(&work).copied(),
            Some(work) => Some(work),
            None => self.first.get(&lesson).copied(),
        }
    }
}

/// Makes the works that the batch wants: first those of lessons without any.
async fn make_works(tx: &mut Tx, sheet: &Sheet, kinds: &[WorkKind]) -> Result<Made, Error> {
    let mut firsts: Vec<LessonId> = vec![];
    for (lesson, work, _) in &sheet.changed_marks {
        if work.is_none() && !firsts.contains(lesson) {
            firsts.push(*lesson);
        }
    }
    if firsts.is_empty() && sheet.wanted.is_empty() {
        return Ok(Made::default());
    }
    let kind = default_kind(kinds).ok_or(Error::NoWorkKinds)?;
    let new = |lesson, key| NewWork {
        lesson,
        kind: kind.id,
        weight: kind.weight,
        key,
    };
    let works: Vec<NewWork> = firsts
        .into_iter()
        .map(|lesson| new(lesson, None))
        .chain(
            sheet
                .wanted
                .iter()
                .map(|(_, lesson, key)| new(*lesson, Some(*key))),
        )
        .collect();
    let mut made = Made::default();
    for MadeWork { lesson, key, work } in store::save_works(tx, &works).await? {
        let holder = sheet
            .wanted
            .iter()
            .find(|it| it.1 == lesson && Some(it.2) == key);
        match holder {
            Some((holder, ..)) => made.keyed.insert(*holder, work),
            None => made.first.insert(lesson, work),
        };
    }
    Ok(made)
}

/// Writes what the batch changed, and the works that it brings with it.
async fn save(tx: &mut Tx, sheet: &mut Sheet, kinds: &[WorkKind]) -> Result<Made, Error> {
    let made = make_works(tx, sheet, kinds).await?;
    let mut marks = vec![];
    for place in &sheet.changed_marks {
        let (lesson, work, pupil): MarkPlace = *place;
        if let (Some(work), Some(cell)) = (made.real(lesson, work), sheet.marks.get(place)) {
            marks.push(((lesson, work, pupil), cell));
        }
    }
    store::save_marks(tx, &marks).await?;
    store::use_corrections(tx, &sheet.used).await?;
    let attendance: Vec<_> = sheet
        .changed_attendance
        .iter()
        .filter_map(|place| {
            let cell = sheet.attendance.get(place)?;
            Some((*place, cell, sheet.document_of(*place, cell.value)))
        })
        .collect();
    store::save_attendance(tx, &attendance).await?;
    Ok(made)
}
