use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, Load, Study, StudyYear};
use dues::{About, Answer, Ask, Fact, Owner, Whole};
use kernel::{ClassId, GroupId, PersonId, SubjectId, YearId};
use movement::Member;

use super::Look;
use crate::Slot;

/// Marks of a quarter, trimester or half-year (S3:8.5).
pub(super) const FINAL: &str = "journal.final";
/// Marks of the year, and the final ones of a grade that ends with a
/// certificate (S3:8.7).
pub(super) const YEAR: &str = "journal.final-year";

/// Grades whose «итоговые» stand in the certificate: 9, 11, and 12 of evening schools.
const LAST_GRADES: [i16; 3] = [9, 11, 12];

/// A subject of a class, or of a group of it.
type Taught = (SubjectId, Option<GroupId>);
/// Who has a mark in a subject for a period.
type Marked = HashMap<(YearId, Slot, SubjectId), HashSet<PersonId>>;

/// A period of a class whose marks are due.
#[derive(Clone, Copy)]
struct Closing<'a> {
    year: &'a StudyYear,
    class: &'a Class,
    slot: Slot,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
}

/// The periods whose end is asked about, or whose marks were missing before.
pub(super) fn wanted(study: &Study, ask: &Ask<'_>) -> BTreeSet<(YearId, Slot)> {
    let known: BTreeSet<&str> = ask
        .known_of(FINAL)
        .chain(ask.known_of(YEAR))
        .filter_map(|key| key.rsplitn(4, '/').last())
        .collect();
    let is_wanted = |it: &Closing<'_>| {
        ask.covers(it.ends_on) || known.contains(prefix(it.year, it.slot).as_str())
    };
    closings(study, ask.today)
        .filter(is_wanted)
        .map(|it| (it.year.year.id, it.slot))
        .collect()
}

/// The periods of every class that have begun. Grade 1 has no marks (S3:8.2).
fn closings(study: &Study, today: NaiveDate) -> impl Iterator<Item = Closing<'_>> {
    let years = study.years.iter().filter(|it| !it.year.archived);
    let classes = years.flat_map(|year| year.classes.iter().map(move |it| (year, it)));
    let graded = classes.filter(|it| it.1.grade > 1);
    let all = graded.flat_map(|(year, class)| {
        let terms = year.terms(class.grade).map(move |it| Closing {
            year,
            class,
            slot: Slot::of(it),
            starts_on: it.starts_on,
            ends_on: it.ends_on,
        });
        // Marks of the year are set once its last period has begun.
        let last = year.terms(class.grade).map(|it| it.starts_on).max();
        let whole = last.map(|starts_on| Closing {
            year,
            class,
            slot: Slot::YEAR,
            starts_on,
            ends_on: year.ends_on(class.grade),
        });
        let total = whole.filter(|_| LAST_GRADES.contains(&class.grade));
        let total = total.map(|it| Closing {
            slot: Slot::FINAL,
            ..it
        });
        terms.chain(whole).chain(total)
    });
    all.filter(move |it| it.starts_on <= today)
}

/// What the keys of the period begin with: `2026/quarter-1`.
fn prefix(year: &StudyYear, slot: Slot) -> String {
    format!("{}/{}", year.number(), slot.code())
}

impl Look<'_> {
    pub(super) fn finals(&self, slots: &[(YearId, Slot)], answer: &mut Answer) {
        let mut marked: Marked = HashMap::new();
        for it in &self.dues.finals {
            if let Some(slot) = Slot::from_parts(&it.kind, it.number) {
                let pupils = it.pupils.iter().copied().collect();
                marked.insert((it.year, slot, it.subject), pupils);
            }
        }
        let mut stays: HashMap<ClassId, Vec<&Member>> = HashMap::new();
        for it in &self.enrolments.stays {
            stays.entry(it.member.class).or_default().push(&it.member);
        }
        let mut loads: HashMap<ClassId, Vec<&Load>> = HashMap::new();
        for it in self.study.years.iter().flat_map(|it| &it.loads) {
            loads.entry(it.class).or_default().push(it);
        }
        let mut there = HashSet::new();
        for closing in closings(self.study, self.ask.today) {
            if !slots.contains(&(closing.year.year.id, closing.slot)) {
                continue;
            }
            let last = closing.ends_on.min(self.ask.today);
            let members = stays.get(&closing.class.id).map_or(&[][..], Vec::as_slice);
            let present: Vec<PersonId> = members
                .iter()
                .filter(|it| it.on(last))
                .map(|it| it.pupil)
                .collect();
            let loads = loads.get(&closing.class.id).map_or(&[][..], Vec::as_slice);
            for ((subject, group), loads) in taught(loads, closing) {
                if closing.year.without_marks.contains(&subject) {
                    continue;
                }
                let of_group = present.iter().filter(|it| closing.year.is_in(group, **it));
                let done = marked.get(&(closing.year.year.id, closing.slot, subject));
                let (mut all, mut set) = (0, 0);
                for pupil in of_group {
                    all += 1;
                    set += u32::from(done.is_some_and(|it| it.contains(pupil)));
                }
                if all > 0 {
                    let owner = self.who_marks(&loads, closing.class.id, last);
                    let fact = closing.fact((subject, group), owner, (set, all));
                    there.insert(fact.key.clone());
                    self.tell(fact, answer);
                }
            }
        }
        // A subject that the class has no more, a class without pupils.
        for duty in [FINAL, YEAR] {
            answer.lose(self.ask, duty, |key| there.contains(key));
        }
    }

    /// Whoever has the subject at the end of the period; where that is
    /// nobody who works here, the class teacher (S3:8.5).
    fn who_marks(&self, loads: &[&Load], class: ClassId, last: NaiveDate) -> Owner {
        let now = loads.iter().filter(|it| it.days().contains(&last));
        let latest = loads.iter().max_by_key(|it| it.until);
        now.chain(latest)
            .map(|it| it.teacher)
            .find(|it| self.files.works_on(*it, self.ask.today))
            .map_or(Owner::ClassTeacher(class), Owner::Person)
    }

    fn tell(&self, fact: Fact, answer: &mut Answer) {
        let whole = Whole {
            duty: fact.duty,
            month: fact.on,
            owner: fact.owner,
            class: fact.about.class,
            things: 1,
        };
        answer.count(self.ask, whole);
        if fact.parts.is_some_and(|(set, all)| set < all) {
            answer.tell(self.ask, fact);
        }
    }
}

/// The subjects that the class, or a group of it, has in the period.
fn taught<'a>(loads: &[&'a Load], closing: Closing<'_>) -> BTreeMap<Taught, Vec<&'a Load>> {
    let mut found: BTreeMap<Taught, Vec<&Load>> = BTreeMap::new();
    for it in loads {
        if it.since <= closing.ends_on && closing.starts_on <= it.until {
            found.entry((it.subject, it.group)).or_default().push(it);
        }
    }
    found
}

impl Closing<'_> {
    fn fact(&self, (subject, group): Taught, owner: Owner, parts: (u32, u32)) -> Fact {
        let class = self.class.id;
        let number = group.map_or(0, GroupId::get);
        Fact {
            duty: if self.slot.is_term() { FINAL } else { YEAR },
            key: format!(
                "{}/{class}/{subject}/{number}",
                prefix(self.year, self.slot)
            ),
            on: self.ends_on,
            owner,
            about: About {
                class: Some(class),
                group,
                subject: Some(subject),
                text: self.slot.code(),
                ..About::default()
            },
            place: format!("/journal/{class}/{subject}/finals"),
            parts: Some(parts),
        }
    }
}
