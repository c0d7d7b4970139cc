//! «Диаграммы» of a pupil's card: averages over the periods beside those of
//! the class, and attendance (PPL-2, S1:4; `ux.md` §5.5).

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Frame, Period, Scale};
use db::Tx;
use kernel::{
    Actor, ClassId, Denied, PersonId, Reach, Right, SubjectId, decimal::weighted_average,
};
use movement::Member;
use people::{Card, Ties, sees_progress};
use rust_decimal::Decimal;
use schedule::Lesson;

use super::Journal;
use crate::{Attendance, Averaging, Error, store};

/// An average of fewer pupils would tell the marks of one of them.
const FEWEST: usize = 5;

/// How a pupil learns.
#[derive(Clone, Debug)]
pub struct Progress {
    pub card: Card,
    pub ties: Ties,
    /// Every class of the pupil with the year in which it began, the latest first.
    pub classes: Vec<(ClassId, String, NaiveDate)>,
    /// None before the first class.
    pub year: Option<YearProgress>,
}

/// How a pupil learns in the year of a class, until today.
#[derive(Clone, Debug)]
pub struct YearProgress {
    pub class: ClassId,
    pub preschool: bool,
    /// Grade 1 learns without marks (JRN-2).
    pub without_marks: bool,
    pub terms: Vec<Period>,
    /// By name; every list of averages has the terms and then the year.
    pub subjects: Vec<SubjectProgress>,
    /// Over the subjects with marks of five points.
    pub whole: Vec<Compared>,
    /// Of each term.
    pub attendance: Vec<TermAttendance>,
}

#[derive(Clone, Debug)]
pub struct SubjectProgress {
    pub subject: String,
    pub five_points: bool,
    pub averages: Vec<Compared>,
}

/// An average of the pupil and that of the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    pub own: Option<Decimal>,
    pub class: Option<Decimal>,
}

/// The lessons of a term until today.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermAttendance {
    pub held: usize,
    /// What stands in them besides presence, only what occurs.
    pub codes: Vec<(Attendance, usize)>,
}

impl TermAttendance {
    /// Lessons missed, whatever the reason.
    pub fn missed(&self) -> usize {
        let missed = self.codes.iter().filter(|it| it.0.missed());
        missed.map(|it| it.1).sum()
    }
}

impl Journal {
    /// How a pupil learns in the year of one of the classes, the present one
    /// where none is named.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such pupil or class, or the
    /// actor may not know of it.
    pub async fn progress(
        &self,
        actor: &Actor,
        pupil: PersonId,
        class: Option<ClassId>,
        today: NaiveDate,
    ) -> Result<Progress, Error> {
        actor.may(Right::PupilView)?;
        let mut tx = self.db.begin(actor).await?;
        let stays = self.register.stays(&mut tx, &[pupil]).await?;
        let mut ids: Vec<ClassId> = stays.iter().map(|it| it.class).collect();
        ids.sort_unstable();
        ids.dedup();
        let frames = self.curriculum.frames(&mut tx, &ids).await?;
        let now = stays.iter().find(|it| it.on(today));
        let (ties, child) = self
            .ties(
                &mut tx,
                actor,
                pupil,
                now.and_then(|it| frames.get(&it.class)),
                today,
            )
            .await?;
        let card = match child {
            Some(card) => Some(card),
            None => self.people.cards(&mut tx, &[pupil]).await?.pop(),
        };
        let card = card.ok_or(Error::NotFound)?;
        if stays.is_empty() {
            let standing = self.people.standing(&mut tx, pupil).await?;
            standing.filter(|it| it.is_pupil).ok_or(Error::NotFound)?;
        }
        let begun = stays.iter().filter(|it| it.since <= today);
        let latest = begun.max_by_key(|it| it.since).or_else(|| stays.first());
        let frame = match class.or_else(|| latest.map(|it| it.class)) {
            Some(id) => Some(frames.get(&id).ok_or(Error::NotFound)?),
            None => None,
        };
        let year = match frame {
            Some(frame) => Some(
                self.year_progress(&mut tx, frame, &frames, pupil, &stays, today)
                    .await?,
            ),
            None => None,
        };
        tx.commit().await?;
        let mut classes: Vec<(ClassId, String, NaiveDate)> = frames
            .values()
            .map(|it| (it.class.id, it.class.name(), it.year.starts_on))
            .collect();
        classes.sort_by_key(|it| std::cmp::Reverse((it.2, it.0)));
        Ok(Progress {
            card,
            ties,
            classes,
            year,
        })
    }

    /// What ties the actor to the pupil, and the card where it is the actor's
    /// child; refuses who may not see how they learn.
    async fn ties(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        pupil: PersonId,
        now: Option<&Frame>,
        today: NaiveDate,
    ) -> Result<(Ties, Option<Card>), Error> {
        let view = actor.reaches(Right::PupilView);
        let edit = actor.reaches(Right::PupilEdit);
        let leads = now.is_some_and(|it| it.class.teacher == Some(actor.person));
        let children = if view.has(Reach::OwnChild) {
            self.people.children_cards(tx, actor.person, today).await?
        } else {
            vec![]
        };
        let child = children.into_iter().find(|it| it.id == pupil);
        let ties = Ties {
            keeps: edit.has(Reach::Org) || edit.has(Reach::OwnClass) && leads,
            own: child.is_some() || view.has(Reach::Own) && pupil == actor.person,
        };
        if sees_progress(actor, ties) {
            return Ok((ties, child));
        }
        if view.has(Reach::Org) {
            return Err(Denied(Right::JournalView).into());
        }
        Err(Error::NotFound)
    }

    async fn year_progress(
        &self,
        tx: &mut Tx,
        frame: &Frame,
        frames: &HashMap<ClassId, Frame>,
        pupil: PersonId,
        stays: &[Member],
        today: NaiveDate,
    ) -> Result<YearProgress, Error> {
        let (from, to) = (frame.year.starts_on, frame.year.ends_on.min(today));
        let mut lessons = vec![];
        let mut asked = vec![frame.class.id];
        // The pupil may have come from another class within the year.
        let of_year = |it: &&Member| {
            let of = frames.get(&it.class);
            of.is_some_and(|it| it.year.id == frame.year.id)
        };
        for stay in stays.iter().filter(of_year) {
            if !asked.contains(&stay.class) {
                asked.push(stay.class);
            }
        }
        for class in asked {
            lessons.extend(self.lessons.of_class(tx, class, None, from, to).await?);
        }
        lessons.retain(|it| !it.cancelled);
        let was_there = |it: &Lesson| {
            let mut stays = stays.iter();
            stays.any(|stay| stay.class == it.class && stay.on(it.held_on))
        };
        let (buckets, placed) = buckets(frame, &lessons, was_there);
        let options = self.orgs.options(tx).await?;
        let tallies = store::tallies(tx, &placed, today).await?;
        let held: Vec<&Lesson> = lessons
            .iter()
            .filter(|it| was_there(it))
            .filter(|it| {
                let groups = frames.get(&it.class);
                groups.is_some_and(|of| of.taught(pupil, it.group))
            })
            .collect();
        let ids: Vec<_> = held.iter().map(|it| it.id).collect();
        let absences: HashMap<_, _> = store::absences_in(tx, &ids, pupil)
            .await?
            .into_iter()
            .collect();
        let terms: Vec<Period> = frame.terms().cloned().collect();
        let attendance = terms
            .iter()
            .map(|it| {
                let of_term = held
                    .iter()
                    .filter(|lesson| (it.starts_on..=it.ends_on).contains(&lesson.held_on));
                let codes = of_term.map(|it| absences.get(&it.id).copied());
                term_attendance(&codes.collect::<Vec<_>>())
            })
            .collect();
        let averages = Averages::of(
            pupil,
            &buckets,
            &tallies,
            |subject| {
                frame
                    .subject(subject)
                    .map_or(Scale::default(), |it| it.scale)
            },
            Averaging::of(&options),
            terms.len(),
        );
        let slots = 0..=terms.len();
        Ok(YearProgress {
            class: frame.class.id,
            preschool: frame.class.is_preschool(),
            without_marks: frame.class.grade == 1,
            subjects: frame
                .subjects
                .iter()
                .map(|it| SubjectProgress {
                    subject: it.name.clone(),
                    five_points: it.scale == Scale::Five,
                    averages: slots
                        .clone()
                        .map(|slot| averages.of_subject(it.id, slot))
                        .collect(),
                })
                .filter(|it| it.averages.iter().any(|it| it.own.is_some()))
                .collect(),
            whole: slots.clone().map(|slot| averages.whole(slot)).collect(),
            attendance,
            terms,
        })
    }
}

/// What lessons belong to: a subject in a term, of the class, of the pupil or of both.
struct Bucket {
    subject: SubjectId,
    term: usize,
    of_class: bool,
    own: bool,
}

/// The buckets of these lessons, and which lesson is in which.
fn buckets(
    frame: &Frame,
    lessons: &[Lesson],
    was_there: impl Fn(&Lesson) -> bool,
) -> (Vec<Bucket>, Vec<(kernel::LessonId, usize)>) {
    let mut buckets: Vec<Bucket> = vec![];
    let mut known: HashMap<(SubjectId, usize, bool, bool), usize> = HashMap::new();
    let mut placed = vec![];
    for it in lessons {
        let mut terms = frame.terms();
        let term = terms.position(|term| (term.starts_on..=term.ends_on).contains(&it.held_on));
        let Some(term) = term else {
            continue;
        };
        let bucket = Bucket {
            subject: it.subject,
            term,
            of_class: it.class == frame.class.id,
            own: was_there(it),
        };
        let key = (bucket.subject, bucket.term, bucket.of_class, bucket.own);
        let at = *known.entry(key).or_insert_with(|| {
            buckets.push(bucket);
            buckets.len() - 1
        });
        placed.push((it.id, at));
    }
    (buckets, placed)
}

/// Lessons by what stands in them.
fn term_attendance(lessons: &[Option<Attendance>]) -> TermAttendance {
    let count = |code| lessons.iter().filter(|it| **it == Some(code)).count();
    let codes = Attendance::ALL.into_iter().skip(1);
    TermAttendance {
        held: lessons.len(),
        codes: codes
            .map(|code| (code, count(code)))
            .filter(|it| it.1 > 0)
            .collect(),
    }
}

/// Averages of the class by subject, slot and pupil; the last slot is the year.
struct Averages {
    pupil: PersonId,
    by_place: HashMap<(SubjectId, usize), HashMap<PersonId, Decimal>>,
    /// Over the subjects with marks of five points.
    whole: HashMap<usize, HashMap<PersonId, Decimal>>,
}

impl Averages {
    fn of(
        pupil: PersonId,
        buckets: &[Bucket],
        tallies: &[store::Tally],
        scale: impl Fn(SubjectId) -> Scale,
        by: Averaging,
        year: usize,
    ) -> Self {
        let mut items: HashMap<(SubjectId, usize, PersonId), Vec<_>> = HashMap::new();
        for it in tallies {
            let Some(bucket) = buckets.get(it.bucket) else {
                continue;
            };
            // A classmate counts in the lessons of the class, the pupil in the own ones.
            let counts = if it.pupil == pupil {
                bucket.own
            } else {
                bucket.of_class
            };
            if !counts {
                continue;
            }
            let scale = scale(bucket.subject);
            let item = by.items(scale, it.points, it.count, it.dots, it.weight);
            for slot in [bucket.term, year] {
                let place = (bucket.subject, slot, it.pupil);
                items.entry(place).or_default().push(item);
            }
        }
        let mut by_place: HashMap<_, HashMap<PersonId, Decimal>> = HashMap::new();
        let mut of_five: HashMap<(usize, PersonId), Vec<Decimal>> = HashMap::new();
        for ((subject, slot, who), items) in items {
            let Some(average) = weighted_average(items) else {
                continue;
            };
            by_place
                .entry((subject, slot))
                .or_default()
                .insert(who, average);
            if scale(subject) == Scale::Five {
                of_five.entry((slot, who)).or_default().push(average);
            }
        }
        let mut whole: HashMap<usize, HashMap<PersonId, Decimal>> = HashMap::new();
        for ((slot, who), averages) in of_five {
            if let Some(mean) = mean(averages.into_iter()) {
                whole.entry(slot).or_default().insert(who, mean);
            }
        }
        Self {
            pupil,
            by_place,
            whole,
        }
    }

    fn of_subject(&self, subject: SubjectId, slot: usize) -> Compared {
        self.compared(self.by_place.get(&(subject, slot)))
    }

    fn whole(&self, slot: usize) -> Compared {
        self.compared(self.whole.get(&slot))
    }

    fn compared(&self, found: Option<&HashMap<PersonId, Decimal>>) -> Compared {
        let Some(found) = found else {
            return Compared::default();
        };
        let class = (found.len() >= FEWEST).then(|| mean(found.values().copied()));
        Compared {
            own: found.get(&self.pupil).copied(),
            class: class.flatten(),
        }
    }
}

fn mean(values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let (sum, count) = values.fold((Decimal::ZERO, 0_u32), |(sum, count), it| {
        (sum + it, count + 1)
    });
    sum.checked_div(count.into())
}
