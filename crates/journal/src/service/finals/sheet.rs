use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use curriculum::{Frame, Period, Scale};
use db::Tx;
use kernel::{
    Actor, GroupId, LessonId, PersonId, Reach, Right, SubjectId, decimal::weighted_average,
};
use movement::Member;
use org::Options;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::super::Journal;
use crate::{
    Averaging, Earned, Error, FinalRule, FinalValue, Proposal, Slot, SlotKind,
    finals::FinalPlace,
    locks::Locks,
    store::{self, StoredFinal, Tally},
};

/// So long before its end the marks of a period are set.
pub(in crate::service) const CLOSING_DAYS: u64 = 14;

/// Why a final mark cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalLock {
    /// Not in the class then, or not taught the subject.
    NotEnrolled,
    NotYours,
    /// The period has not begun.
    Ahead,
    Archived,
    /// Grade 1 learns without marks (JRN-2).
    GradeOne,
    /// Nobody gets a final mark in the subject (§1.0.1).
    WithoutMarks,
    Signed,
}

/// What a page or a change is about.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::service) struct About {
    /// `None`: all subjects of the class.
    pub(in crate::service) subject: Option<SubjectId>,
    /// `None`: every period, the year, the exam and the final mark.
    pub(in crate::service) slot: Option<Slot>,
    /// Whether current marks are read, to propose final ones.
    pub(in crate::service) proposals: bool,
}

/// All that is known of the final marks of a class, and may be decided of them.
pub(in crate::service) struct FinalSheet {
    pub(in crate::service) actor: Actor,
    pub(in crate::service) frame: Frame,
    pub(in crate::service) today: NaiveDate,
    options: Options,
    pub(in crate::service) locks: Locks,
    stays: HashMap<PersonId, Vec<Member>>,
    in_group: HashSet<(GroupId, PersonId)>,
    pub(in crate::service) marks: HashMap<FinalPlace, StoredFinal>,
    /// Half-years and years of the grade before.
    before: HashMap<(PersonId, SubjectId), Vec<FinalValue>>,
    earned: HashMap<FinalPlace, Earned>,
}

impl Journal {
    /// Loads what a page or a change of final marks needs to know, in at most
    /// six statements.
    pub(in crate::service) async fn final_sheet(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        frame: Frame,
        about: About,
        today: NaiveDate,
    ) -> Result<FinalSheet, Error> {
        let class = frame.class.id;
        let year = (frame.year.starts_on, frame.year.ends_on);
        let members = self.register.members(tx, &[class], year.0, year.1).await?;
        let mut stays: HashMap<PersonId, Vec<Member>> = HashMap::new();
        for it in members {
            stays.entry(it.pupil).or_default().push(it);
        }
        let pupils: Vec<PersonId> = stays.keys().copied().collect();
        let stored = store::finals(tx, &pupils, about.subject).await?;
        let locks = store::locks(tx, &[class]).await?;
        let options = self.orgs.options(tx).await?;
        let mut sheet = FinalSheet {
            actor: actor.clone(),
            in_group: frame
                .group_members
                .iter()
                .map(|it| (it.group, it.pupil))
                .collect(),
            today,
            options,
            locks,
            stays,
            marks: HashMap::new(),
            before: HashMap::new(),
            earned: HashMap::new(),
            frame,
        };
        sheet.take_marks(stored);
        if about.proposals && sheet.frame.class.grade > 1 {
            self.earn(tx, &mut sheet, about).await?;
        }
        Ok(sheet)
    }

    /// Reads the lessons that were held and adds up what stands in them.
    async fn earn(&self, tx: &mut Tx, sheet: &mut FinalSheet, about: About) -> Result<(), Error> {
        let terms: Vec<Period> = sheet
            .frame
            .terms()
            .filter(|it| about.slot.is_none_or(|slot| slot == Slot::of(it)))
            .filter(|it| it.starts_on <= sheet.today)
            .cloned()
            .collect();
        let days = (
            terms.iter().map(|it| it.starts_on).min(),
            terms.iter().map(|it| it.ends_on.min(sheet.today)).max(),
        );
        let (Some(from), Some(to)) = days else {
            return Ok(());
        };
        let lessons = self
            .lessons
            .of_class(tx, sheet.frame.class.id, about.subject, from, to)
            .await?;
        let mut buckets: Vec<(SubjectId, Slot)> = vec![];
        let mut placed: Vec<(LessonId, usize)> = vec![];
        let mut held: Vec<(usize, &Lesson)> = vec![];
        for lesson in &lessons {
            let on = |it: &&Period| (it.starts_on..=it.ends_on).contains(&lesson.held_on);
            let Some(term) = terms.iter().find(on) else {
                continue;
            };
            let bucket = (lesson.subject, Slot::of(term));
            let at = buckets
                .iter()
                .position(|it| *it == bucket)
                .unwrap_or_else(|| {
                    buckets.push(bucket);
                    buckets.len() - 1
                });
            placed.push((lesson.id, at));
            if !lesson.cancelled {
                held.push((at, lesson));
            }
        }
        let tallies = store::tallies(tx, &placed, sheet.today).await?;
        sheet.count_lessons(&buckets, &held);
        sheet.count_marks(&buckets, tallies);
        Ok(())
    }
}

impl FinalSheet {
    fn take_marks(&mut self, stored: Vec<(FinalPlace, StoredFinal)>) {
        let (year, grade) = (self.frame.year.id, self.frame.class.grade);
        for (place, mark) in stored {
            if mark.year == year {
                self.marks.insert(place, mark);
            } else if mark.grade == grade - 1
                && matches!(place.slot.kind(), SlotKind::Half | SlotKind::Year)
                && !mark.value.is_none()
            {
                self.before
                    .entry((place.pupil, place.subject))
                    .or_default()
                    .push(mark.value);
            }
        }
    }

    /// How many lessons each pupil had, and since when.
    fn count_lessons(&mut self, buckets: &[(SubjectId, Slot)], held: &[(usize, &Lesson)]) {
        for (pupil, stays) in &self.stays {
            let mut counts = vec![(0_u32, false); buckets.len()];
            for (at, lesson) in held {
                let here = stays.iter().any(|it| it.on(lesson.held_on));
                let theirs = lesson
                    .group
                    .is_none_or(|it| self.in_group.contains(&(it, *pupil)));
                let count = &mut counts[*at];
                if theirs && here {
                    count.0 += 1;
                } else if theirs && count.0 == 0 {
                    count.1 = true;
                }
            }
            for ((subject, slot), (lessons, came_later)) in buckets.iter().zip(counts) {
                let place = FinalPlace {
                    pupil: *pupil,
                    subject: *subject,
                    slot: *slot,
                };
                let earned = Earned {
                    lessons,
                    came_later,
                    hours_a_week: self.hours(*pupil, *subject),
                    ..Earned::default()
                };
                self.earned.insert(place, earned);
            }
        }
    }

    fn count_marks(&mut self, buckets: &[(SubjectId, Slot)], tallies: Vec<Tally>) {
        let by = Averaging::of(&self.options);
        let mut items: HashMap<FinalPlace, Vec<(Decimal, u32, Decimal)>> = HashMap::new();
        for it in tallies {
            let Some((subject, slot)) = buckets.get(it.bucket).copied() else {
                continue;
            };
            let place = FinalPlace {
                pupil: it.pupil,
                subject,
                slot,
            };
            let scale = self.scale(subject);
            let item = by.items(scale, it.points, it.count, it.dots, it.weight);
            if let Some(earned) = self.earned.get_mut(&place) {
                earned.marks += item.1 + it.passed + it.failed;
                earned.passed += it.passed;
                earned.failed += it.failed;
                earned.exempt += it.exempt;
                earned.missed += it.missed;
                items.entry(place).or_default().push(item);
            }
        }
        for (place, items) in items {
            if let Some(earned) = self.earned.get_mut(&place) {
                earned.average = weighted_average(items);
            }
        }
    }

    /// Hours a week of the subject for the pupil.
    fn hours(&self, pupil: PersonId, subject: SubjectId) -> Decimal {
        let day = self.day();
        self.frame
            .loads
            .iter()
            .filter(|it| it.subject == subject && it.days().contains(&day))
            .filter(|it| {
                it.group
                    .is_none_or(|it| self.in_group.contains(&(it, pupil)))
            })
            .map(|it| it.hours_a_week)
            .sum()
    }

    /// Today, or the nearest day of the year.
    fn day(&self) -> NaiveDate {
        self.today
            .clamp(self.frame.year.starts_on, self.frame.year.ends_on)
    }

    pub(in crate::service) fn pupils(&self) -> impl Iterator<Item = PersonId> {
        self.stays.keys().copied()
    }

    /// The day after the last one in the class, where there was a last one.
    pub(in crate::service) fn left_on(&self, pupil: PersonId) -> Option<NaiveDate> {
        let stays = self.stays.get(&pupil)?;
        let lasts: Option<Vec<NaiveDate>> = stays.iter().map(|it| it.until).collect();
        lasts?
            .into_iter()
            .max()?
            .succ_opt()
            .filter(|it| *it <= self.today)
    }

    /// Every slot of the class in order.
    pub(in crate::service) fn slots(&self) -> Vec<Slot> {
        let terms = self.frame.terms().map(Slot::of);
        terms.chain([Slot::YEAR, Slot::EXAM, Slot::FINAL]).collect()
    }

    pub(in crate::service) fn scale(&self, subject: SubjectId) -> Scale {
        self.frame
            .subject(subject)
            .map(|it| it.scale)
            .unwrap_or_default()
    }

    fn term(&self, slot: Slot) -> Option<&Period> {
        self.frame.terms().find(|it| Slot::of(it) == slot)
    }

    /// The days that the slot is about: its own, or those of the year.
    fn days_of(&self, slot: Slot) -> (NaiveDate, NaiveDate) {
        self.term(slot)
            .map_or((self.frame.year.starts_on, self.frame.year.ends_on), |it| {
                (it.starts_on, it.ends_on)
            })
    }

    /// Marks of a period are set once it has begun, those of the year once
    /// its last period has.
    pub(in crate::service) fn has_begun(&self, slot: Slot) -> bool {
        let begins = match self.term(slot) {
            Some(term) => Some(term.starts_on),
            None if slot.is_term() => return false,
            None => self.frame.terms().map(|it| it.starts_on).max(),
        };
        begins.is_none_or(|it| it <= self.today)
    }

    /// Whether the last days of the slot have come, or are gone.
    pub(in crate::service) fn is_closing(&self, slot: Slot) -> bool {
        let (_, ends) = self.days_of(slot);
        self.today + Days::new(CLOSING_DAYS) >= ends
    }

    /// Whether the subject is taught to the pupil, in the class or in a group.
    pub(in crate::service) fn is_taught(&self, pupil: PersonId, subject: SubjectId) -> bool {
        self.frame.loads.iter().any(|it| {
            it.subject == subject
                && it
                    .group
                    .is_none_or(|it| self.in_group.contains(&(it, pupil)))
        })
    }

    /// Whether nobody gets a final mark in the subject.
    pub(in crate::service) fn is_without_marks(&self, subject: SubjectId) -> bool {
        let subject = self.frame.subject(subject);
        subject.is_some_and(|it| it.without_marks)
    }

    fn was_here(&self, pupil: PersonId, slot: Slot) -> bool {
        let (from, to) = self.days_of(slot);
        self.stays.get(&pupil).is_some_and(|stays| {
            stays
                .iter()
                .any(|it| it.since <= to && it.until.is_none_or(|it| from <= it))
        })
    }

    /// Whether a period cannot be signed without the mark: who is there at
    /// its end needs one.
    pub(in crate::service) fn is_due(&self, place: FinalPlace) -> bool {
        let (_, to) = self.days_of(place.slot);
        let last = to.min(self.today);
        let here = self.stays.get(&place.pupil);
        !self.is_without_marks(place.subject)
            && here.is_some_and(|stays| stays.iter().any(|it| it.on(last)))
            && self.is_taught(place.pupil, place.subject)
    }

    /// Whether the actor sets marks of the subject: the whole school's, all
    /// of the own class (S3:8.5–8.6), or those of the own load.
    pub(in crate::service) fn is_mine(&self, pupil: PersonId, subject: SubjectId) -> bool {
        let reaches = self.actor.reaches(Right::JournalEdit);
        self.is_whole_class_mine()
            || reaches.has(Reach::OwnLoad) && self.teaches(subject, Some(pupil))
    }

    /// Whether the actor sets the marks of all subjects here.
    pub(in crate::service) fn is_whole_class_mine(&self) -> bool {
        let reaches = self.actor.reaches(Right::JournalEdit);
        reaches.has(Reach::Org)
            || reaches.has(Reach::OwnClass) && self.frame.class.teacher == Some(self.actor.person)
    }

    /// Whether the actor teaches the subject: to that pupil, or to anybody here.
    pub(in crate::service) fn teaches(&self, subject: SubjectId, pupil: Option<PersonId>) -> bool {
        let day = self.day();
        self.frame.loads.iter().any(|it| {
            it.subject == subject
                && it.teacher == self.actor.person
                && it.days().contains(&day)
                && it.group.is_none_or(|group| {
                    pupil.is_none_or(|pupil| self.in_group.contains(&(group, pupil)))
                })
        })
    }

    /// Signed here, or in the class that the pupil came from.
    pub(in crate::service) fn is_signed(&self, place: FinalPlace) -> bool {
        let class = self.frame.class.id;
        // What leads to the final mark is closed with it.
        let by = if place.slot == Slot::EXAM {
            Slot::FINAL
        } else {
            place.slot
        };
        self.locks.signature(class, place.subject, by).is_some()
            || self.marks.get(&place).is_some_and(|it| it.signed)
    }

    /// Why the mark cannot be set; `None` where it can.
    pub(in crate::service) fn lock(&self, place: FinalPlace) -> Option<FinalLock> {
        let FinalPlace {
            pupil,
            subject,
            slot,
        } = place;
        if self.frame.year.archived {
            Some(FinalLock::Archived)
        } else if self.frame.class.grade == 1 {
            Some(FinalLock::GradeOne)
        } else if self.is_without_marks(subject) {
            Some(FinalLock::WithoutMarks)
        } else if !self.is_taught(pupil, subject) || !self.was_here(pupil, slot) {
            Some(FinalLock::NotEnrolled)
        } else if !self.is_mine(pupil, subject) {
            Some(FinalLock::NotYours)
        } else if !self.has_begun(slot) {
            Some(FinalLock::Ahead)
        } else if self.is_signed(place) && self.locks.opened_final(place).is_none() {
            Some(FinalLock::Signed)
        } else {
            None
        }
    }

    pub(in crate::service) fn value(&self, place: FinalPlace) -> Option<&FinalValue> {
        self.marks
            .get(&place)
            .map(|it| &it.value)
            .filter(|it| !it.is_none())
    }

    pub(in crate::service) fn earned(&self, place: FinalPlace) -> Option<&Earned> {
        self.earned.get(&place)
    }

    /// What the rule of the school proposes.
    pub(in crate::service) fn proposal(&self, place: FinalPlace) -> Option<Proposal> {
        let rule = FinalRule::of(&self.options, self.scale(place.subject));
        let at = |slot| FinalPlace { slot, ..place };
        let terms: Vec<Option<&FinalValue>> = self
            .frame
            .terms()
            .map(|it| self.value(at(Slot::of(it))))
            .collect();
        match place.slot.kind() {
            SlotKind::Quarter | SlotKind::Trimester | SlotKind::Half => {
                rule.of_period(self.earned.get(&place)?)
            }
            SlotKind::Year => rule.of_year(&terms),
            SlotKind::Exam => None,
            SlotKind::Final => rule.of_all(
                self.frame.class.grade,
                &terms,
                self.value(at(Slot::YEAR)),
                self.value(at(Slot::EXAM)),
                self.before
                    .get(&(place.pupil, place.subject))
                    .map_or(&[], Vec::as_slice),
            ),
        }
    }
}
