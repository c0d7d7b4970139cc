//! What a year lacks before it may be closed (MOV-4), and whether the next
//! one has begun.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::StudyYear;
use db::Tx;
use kernel::{ClassId, GroupId, LessonId, PersonId, SubjectId, YearId};
use schedule::Lessons;

use crate::{Error, Slot, store};

/// The final marks, signatures and requests of a year, read in one statement.
#[derive(Clone, Debug, Default)]
pub struct YearEnd {
    /// Who has a mark of the year in a subject.
    pub(crate) marked: HashMap<SubjectId, HashSet<PersonId>>,
    /// In how many subjects the mark of the year is «2» or «н/а».
    pub failing: HashMap<PersonId, u32>,
    pub(crate) signed: HashSet<(ClassId, SubjectId, Slot)>,
    /// Requests for correction that nobody has answered.
    pub corrections: u32,
}

/// A subject of a class, or of a group of it, that is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    pub class: ClassId,
    pub subject: SubjectId,
    /// So many pupils without the mark, or periods without a signature.
    pub count: u32,
}

impl YearEnd {
    /// The subjects in which somebody who was there on the last day has no
    /// mark of the year. Grade 1 has no marks (S3:8.2).
    pub fn without_mark(
        &self,
        year: &StudyYear,
        members: &HashMap<ClassId, Vec<PersonId>>,
    ) -> Vec<Undone> {
        let lacks = |class: ClassId, (subject, group): (SubjectId, Option<GroupId>)| {
            let marked = self.marked.get(&subject);
            let there = members.get(&class).map_or(&[][..], Vec::as_slice);
            let of_group = there.iter().filter(|it| year.is_in(group, **it));
            of_group
                .filter(|it| marked.is_none_or(|all| !all.contains(it)))
                .count()
        };
        undone(year, |class, taught| {
            taught.iter().map(|it| lacks(class, *it)).sum()
        })
    }

    /// The subjects whose periods are not all signed.
    pub fn unsigned(&self, year: &StudyYear) -> Vec<Undone> {
        undone(year, |class, taught| {
            let grade = year.classes.iter().find(|it| it.id == class);
            let terms = grade.into_iter().flat_map(|it| year.terms(it.grade));
            let slots = terms.map(Slot::of).chain([Slot::YEAR]);
            let Some((subject, _)) = taught.first() else {
                return 0;
            };
            slots
                .filter(|slot| !self.signed.contains(&(class, *subject, *slot)))
                .count()
        })
    }
}

/// Counts, for each subject of each class with marks, over its groups.
fn undone(
    year: &StudyYear,
    count: impl Fn(ClassId, &[(SubjectId, Option<GroupId>)]) -> usize,
) -> Vec<Undone> {
    let mut found = vec![];
    for class in year.classes.iter().filter(|it| it.grade > 1) {
        let marked = |subject| !year.without_marks.contains(&subject);
        let loads = year
            .loads
            .iter()
            .filter(|it| it.class == class.id && marked(it.subject));
        let mut taught: Vec<(SubjectId, Option<GroupId>)> =
            loads.map(|it| (it.subject, it.group)).collect();
        taught.sort_unstable();
        taught.dedup();
        for of_subject in taught.chunk_by(|a, b| a.0 == b.0) {
            let lacking = count(class.id, of_subject);
            if lacking > 0 {
                found.push(Undone {
                    class: class.id,
                    subject: of_subject[0].0,
                    count: u32::try_from(lacking).unwrap_or(u32::MAX),
                });
            }
        }
    }
    found
}

/// What is set, signed and asked for in the year.
pub async fn year_end(tx: &mut Tx, year: &StudyYear) -> Result<YearEnd, Error> {
    let classes: Vec<i64> = year.classes.iter().map(|it| it.id.get()).collect();
    Ok(store::year_end(tx, year.year.id, &classes).await?)
}

/// Whether somebody wrote anything into a lesson of these days: from then on
/// the year cannot be taken back.
pub async fn has_begun(
    tx: &mut Tx,
    lessons: &dyn Lessons,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<bool, Error> {
    let all = lessons.of_school(tx, from, to).await?;
    let ids: Vec<LessonId> = all.iter().map(|it| it.id).collect();
    Ok(!ids.is_empty() && !store::filled(tx, &ids).await?.is_empty())
}

/// In how many subjects the mark of the year does not pass, of whom that is so.
pub async fn failing(tx: &mut Tx, year: YearId) -> Result<HashMap<PersonId, u32>, Error> {
    Ok(store::failing(tx, year).await?)
}
