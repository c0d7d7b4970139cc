use std::collections::BTreeMap;

use chrono::NaiveDate;
use curriculum::{Frame, Period, PeriodId, Scale, Subject};
use kernel::{Actor, PersonId, SubjectId, decimal::weighted_average};
use org::Thresholds;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::{DiaryMark, Journal, Whose, book::Book};
use crate::{
    Averaging, Error,
    diary::{Goal, needed},
    service::operations::default_kind,
};

/// A mark with the lesson it belongs to, and the average with it.
#[derive(Clone, Debug)]
pub struct PlacedMark {
    pub held_on: NaiveDate,
    /// That of the work; where it has none, that of its lesson.
    pub topic: String,
    pub mark: DiaryMark,
    /// The average of the period up to and with this mark.
    pub average: Option<Decimal>,
}

/// Marks of one subject over a period.
#[derive(Clone, Debug)]
pub struct SubjectMarks {
    pub id: SubjectId,
    pub subject: String,
    pub marks: Vec<PlacedMark>,
    pub average: Option<Decimal>,
    /// Σ(weight · points) and Σ(weight · count), as the school counts them.
    pub sums: (Decimal, Decimal),
    pub missed: usize,
    /// The mark that comes out as things stand, by the school's thresholds.
    pub suggested: Option<u8>,
    /// What leads to a better one, the nearest first.
    pub goals: Vec<Goal>,
    /// Only there thresholds make a mark of an average.
    pub five_points: bool,
}

/// Marks of a pupil by subject.
#[derive(Clone, Debug)]
pub struct MarksPage {
    pub whose: Whose,
    pub terms: Vec<Period>,
    pub term: Option<PeriodId>,
    pub subjects: Vec<SubjectMarks>,
    pub without_marks: bool,
    pub thresholds: Thresholds,
    /// Weights that works of the school have, the usual one first.
    pub weights: Vec<Decimal>,
}

impl MarksPage {
    /// The mark that an average gives by the school's thresholds.
    pub fn mark_of(&self, average: Decimal) -> u8 {
        suggested(average, self.thresholds)
    }
}

impl Journal {
    /// Marks by subject with averages for a period (JRN-5, U3).
    pub async fn marks_of(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        term: Option<PeriodId>,
        today: NaiveDate,
    ) -> Result<MarksPage, Error> {
        let mut tx = self.db.begin(actor).await?;
        let book = self
            .book(&mut tx, actor, child, today, |frame| {
                chosen(frame, term, today).map(|it| (it.starts_on, it.ends_on))
            })
            .await?;
        let options = self.orgs.options(&mut tx).await?;
        tx.commit().await?;
        let found = book.term(term, today)?;
        let thresholds = options.thresholds;
        let rules = Rules {
            thresholds,
            averaging: Averaging::of(&options),
            today,
        };
        Ok(MarksPage {
            terms: book.terms(),
            term: found.map(|it| it.id),
            weights: book.weights(rules.averaging),
            subjects: book.subjects(&rules),
            without_marks: book.frame.as_ref().is_some_and(|it| it.class.grade == 1),
            thresholds,
            whose: book.whose(),
        })
    }
}

/// How the school counts.
struct Rules {
    thresholds: Thresholds,
    averaging: Averaging,
    /// Until the day a work is due, «•» is no debt.
    today: NaiveDate,
}

/// The period asked for, or that of the day.
pub(super) fn chosen(frame: &Frame, term: Option<PeriodId>, today: NaiveDate) -> Option<Period> {
    match term {
        Some(id) => frame.terms().find(|it| it.id == id).cloned(),
        None => frame.term_on(today).cloned(),
    }
}

impl Book {
    pub(super) fn terms(&self) -> Vec<Period> {
        let frame = self.frame.iter();
        frame.flat_map(|it| it.terms().cloned()).collect()
    }

    /// The period shown; one that the class does not have is not there.
    pub(super) fn term(
        &self,
        term: Option<PeriodId>,
        today: NaiveDate,
    ) -> Result<Option<Period>, Error> {
        let found = self.frame.as_ref().and_then(|it| chosen(it, term, today));
        if term.is_some() && found.is_none() {
            return Err(Error::NotFound);
        }
        Ok(found)
    }

    /// The weight of an ordinary work first, then the others from the lightest.
    fn weights(&self, by: Averaging) -> Vec<Decimal> {
        let kinds = self.frame.as_ref().map(|it| it.work_kinds.as_slice());
        let kinds = kinds.unwrap_or_default();
        let usual = default_kind(kinds).map_or(Decimal::ONE, |it| by.weight(it.weight));
        let mut others: Vec<Decimal> = kinds
            .iter()
            .map(|it| by.weight(it.weight).normalize())
            .filter(|it| *it != usual && !it.is_zero())
            .collect();
        others.sort_unstable();
        others.dedup();
        others.insert(0, usual.normalize());
        others
    }

    fn subjects(&self, rules: &Rules) -> Vec<SubjectMarks> {
        let thresholds = rules.thresholds;
        let mut by_subject: BTreeMap<SubjectId, Vec<&Lesson>> = BTreeMap::new();
        for it in &self.lessons {
            by_subject.entry(it.subject).or_default().push(it);
        }
        let known = self
            .frame
            .as_ref()
            .map_or(&[][..], |it| it.subjects.as_slice());
        let weights = self.weights(rules.averaging);
        let mut subjects = vec![];
        for subject in known {
            let Some(lessons) = by_subject.get(&subject.id) else {
                continue;
            };
            let mut it = self.subject_marks(subject, lessons, rules);
            it.five_points = subject.scale == Scale::Five;
            if it.five_points {
                it.suggested = it.average.map(|average| suggested(average, thresholds));
                it.goals = goals(it.sums, it.suggested, thresholds, &weights);
            }
            subjects.push(it);
        }
        subjects
    }

    fn subject_marks(&self, of: &Subject, lessons: &[&Lesson], rules: &Rules) -> SubjectMarks {
        let by = rules.averaging;
        let mut items = vec![];
        let mut marks = vec![];
        for lesson in lessons {
            for work in self.stored.works(lesson.id) {
                let Some((mut mark, cell)) = self.mark(lesson, work) else {
                    continue;
                };
                let owed = by.owed(of.scale, work.due_on, rules.today);
                let item = by.item(&cell.value, work.weight, owed);
                items.push(item);
                mark.weight = item.2;
                marks.push(PlacedMark {
                    held_on: lesson.held_on,
                    topic: self.topic(lesson, work),
                    mark,
                    average: (item.1 > 0)
                        .then(|| weighted_average(items.iter().copied()))
                        .flatten(),
                });
            }
        }
        let sums = items.iter().fold(
            (Decimal::ZERO, Decimal::ZERO),
            |(points, weights), (sum, count, weight)| {
                (
                    points + weight * sum,
                    weights + weight * Decimal::from(*count),
                )
            },
        );
        SubjectMarks {
            id: of.id,
            subject: of.name.clone(),
            marks,
            average: weighted_average(items),
            sums,
            missed: lessons
                .iter()
                .filter(|it| self.attendance(it).missed())
                .count(),
            suggested: None,
            goals: vec![],
            five_points: false,
        }
    }
}

/// The mark of the period that an average gives (§2.6).
fn suggested(average: Decimal, by: Thresholds) -> u8 {
    match average {
        it if it >= by.t5 => 5,
        it if it >= by.t4 => 4,
        it if it >= by.t3 => 3,
        _ => 2,
    }
}

/// What leads to the next better mark and to a five: with works of the usual
/// weight, and with the heaviest ones where those are fewer.
fn goals(
    sums: (Decimal, Decimal),
    suggested: Option<u8>,
    by: Thresholds,
    weights: &[Decimal],
) -> Vec<Goal> {
    let now = suggested.unwrap_or(4);
    let mut goals = vec![];
    for (target, threshold) in [(3, by.t3), (4, by.t4), (5, by.t5)] {
        // The next step, and the top.
        if target <= now || target != now + 1 && target != 5 {
            continue;
        }
        let with = |weight: Decimal| {
            let count = needed(sums, threshold, Decimal::from(5), weight)?;
            Some(Goal {
                target,
                count,
                weight,
            })
        };
        let usual = weights.first().copied().and_then(with);
        let heavy = weights.iter().skip(1).max().copied().and_then(with);
        let better = |heavy: &Goal| usual.as_ref().is_none_or(|it| heavy.count < it.count);
        let heavy = heavy.filter(better);
        goals.extend(usual.clone());
        goals.extend(heavy);
    }
    goals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by() -> Thresholds {
        Thresholds::default()
    }

    #[test]
    fn the_next_step_and_the_top_are_shown() {
        let weights = [Decimal::ONE, Decimal::from(3)];
        let shown = |points: i64, count: i64| {
            let sums = (Decimal::from(points), Decimal::from(count));
            let average = sums.0.checked_div(sums.1);
            goals(sums, average.map(|it| suggested(it, by())), by(), &weights)
                .iter()
                .map(|it| format!("{}:{}×{}", it.target, it.count, it.weight))
                .collect::<Vec<_>>()
                .join(" ")
        };
        // 4, 4: two fives, or one of weight 3.
        assert_eq!(shown(8, 2), "5:2×1 5:1×3");
        assert_eq!(shown(5, 1), "");
        // 3, 3, 3: to a four and to a five.
        assert_eq!(shown(9, 3), "4:1×1 5:9×1 5:3×3");
        assert_eq!(shown(0, 0), "5:1×1");
    }
}
