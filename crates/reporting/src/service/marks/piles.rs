//! «Накопляемость отметок» of a class, of a teacher's own work or of the school.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use curriculum::{Class, Group, Load, StudyYear, Subject};
use db::Tx;
use journal::{ClassSpan, MarkSum, Marking, Piled};
use kernel::{Actor, ClassId, GroupId, PersonId, Reach, Right, SubjectId};
use movement::Member;
use people::Card;

use super::{
    super::{
        Asked, Made, Reporting, gather,
        gather_marks::{current, terms_of},
    },
    term_of,
};
use crate::{
    Error, Field, Label, Note, Report,
    period::{self, Term},
    reports::{self, Pile, PupilPile},
};

/// What piles are made of, read once.
struct Heap<'a> {
    year: &'a StudyYear,
    today: NaiveDate,
    members: Vec<Member>,
    cards: Vec<Card>,
    groups: Vec<Group>,
    subjects: HashMap<SubjectId, Subject>,
    marking: Marking,
    found: HashMap<Place, Found>,
}

/// A subject of a class, or of a group of it.
type Place = (ClassId, SubjectId, Option<GroupId>);

/// What stands in the lessons of a place.
#[derive(Default)]
struct Found {
    lessons: u32,
    marked: u32,
    sums: HashMap<PersonId, MarkSum>,
}

/// What was piled up, place by place.
fn found(piled: &Piled) -> HashMap<Place, Found> {
    let mut all: HashMap<Place, Found> = HashMap::new();
    for it in &piled.lessons {
        let place = all.entry((it.class, it.subject, it.group)).or_default();
        place.lessons += 1;
        place.marked += u32::from(piled.marked.contains(&it.id));
    }
    for it in &piled.sums {
        let place = all.entry((it.class, it.subject, it.group)).or_default();
        place.sums.insert(it.pupil, it.sum);
    }
    all
}

impl Reporting {
    pub(super) async fn piles(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        asked: &Asked,
        year: &StudyYear,
        made: &mut Made,
        today: NaiveDate,
    ) -> Result<(), Error> {
        made.all_classes = made.classes.len() > 1;
        made.class = match asked.class {
            Some(wanted) => {
                let found = made.classes.iter().find(|it| it.id == wanted).cloned();
                Some(found.ok_or(Error::NotFound)?)
            }
            None if made.classes.len() == 1 => made.classes.first().cloned(),
            None => None,
        };
        made.terms = match &made.class {
            Some(class) => terms_of(year, class),
            None => period::terms(year),
        };
        made.term = match asked.period {
            None => current(&made.terms, today),
            Some(slot) => Some(term_of(&made.terms, slot)?),
        };
        let Some(term) = made.term else {
            return Ok(());
        };
        let classes: Vec<Class> = match &made.class {
            Some(class) => vec![class.clone()],
            None => made.classes.clone(),
        };
        // Who looks at the whole school, or leads the class, has all of it.
        let whole = actor.reaches(Right::JournalView).has(Reach::Org);
        let sees = |class: &Class, load: &Load| {
            whole || class.teacher == Some(actor.person) || load.teacher == actor.person
        };
        let spans: Vec<(Class, Term)> = classes
            .iter()
            .filter_map(|it| Some((it.clone(), period::of_grade(year, term, it.grade)?)))
            .collect();
        let heap = self.heap(tx, year, &spans, today).await?;
        let taught = |of: &Class, span: &Term| -> Vec<&Load> {
            let loads = year.loads.iter().filter(|it| {
                let days = it.days();
                it.class == of.id
                    && !year.without_marks.contains(&it.subject)
                    && *days.start() <= span.ends_on
                    && span.starts_on <= *days.end()
                    && sees(of, it)
            });
            loads.collect()
        };
        let mut piles = vec![];
        for (class, span) in &spans {
            piles.extend(heap.of_class(class, *span, &taught(class, span)));
        }
        let loads = spans.iter().flat_map(|(class, span)| taught(class, span));
        let teachers: BTreeSet<PersonId> = loads.map(|it| it.teacher).collect();
        heap.choose(asked, &mut piles, &teachers, whole, made)?;
        made.report = report(&piles);
        made.report.notes.extend(gather::lasts(term, today));
        made.report.notes.extend(others(&classes, &spans));
        Ok(())
    }

    async fn heap<'a>(
        &self,
        tx: &mut Tx,
        year: &'a StudyYear,
        spans: &[(Class, Term)],
        today: NaiveDate,
    ) -> Result<Heap<'a>, Error> {
        let ids: Vec<ClassId> = spans.iter().map(|it| it.0.id).collect();
        let (first, last) = (year.year.starts_on, year.year.ends_on);
        let members = self.register.members(tx, &ids, first, last).await?;
        let groups = self.curriculum.groups(tx, &ids).await?;
        let loads = year.loads.iter().filter(|it| ids.contains(&it.class));
        let mut teachers: Vec<PersonId> = loads.map(|it| it.teacher).collect();
        teachers.sort_unstable();
        teachers.dedup();
        let cards = self.people.cards(tx, &teachers).await?;
        let subjects = self.subject_map(tx).await?;
        let marking = self.marks.marking(tx).await?;
        let days: Vec<ClassSpan> = spans
            .iter()
            .map(|(class, span)| span.span(class.id, today))
            .collect();
        let piled = self
            .marks
            .piled(tx, &days, &subjects, &marking, today)
            .await?;
        Ok(Heap {
            year,
            today,
            members,
            cards,
            groups,
            subjects,
            marking,
            found: found(&piled),
        })
    }
}

/// A pile with those who teach it and its name beside the class.
struct OfLoads {
    pile: Pile,
    teachers: Vec<PersonId>,
}

fn report(piles: &[OfLoads]) -> Report {
    let piles: Vec<Pile> = piles.iter().map(|it| it.pile.clone()).collect();
    reports::mark_piles(&piles)
}

/// Classes whose own period ends at another time are left out, and named.
fn others(asked: &[Class], spans: &[(Class, Term)]) -> Option<Note> {
    let left = asked
        .iter()
        .filter(|it| !spans.iter().any(|of| of.0.id == it.id));
    let names: Vec<String> = left.map(Class::name).collect();
    (!names.is_empty()).then(|| Note {
        word: "other-terms",
        args: vec![("classes", names.join(", "))],
        path: None,
    })
}

impl Heap<'_> {
    /// A pile for each subject and group of the class, by name.
    fn of_class(&self, class: &Class, span: Term, loads: &[&Load]) -> Vec<OfLoads> {
        let mut places: Vec<(SubjectId, Option<GroupId>)> =
            loads.iter().map(|it| (it.subject, it.group)).collect();
        places.sort_unstable();
        places.dedup();
        let mut piles: Vec<OfLoads> = places
            .into_iter()
            .filter_map(|(subject, group)| {
                let own = loads
                    .iter()
                    .filter(|it| it.subject == subject && it.group == group);
                let own: Vec<&Load> = own.copied().collect();
                let subject = self.subjects.get(&subject)?;
                Some(self.pile(class, span, (subject, group), &own))
            })
            .collect();
        piles.sort_by(|one, other| {
            kernel::names::compare(&one.pile.subject_name, &other.pile.subject_name)
        });
        piles
    }

    fn pile(
        &self,
        class: &Class,
        span: Term,
        (subject, group): (&Subject, Option<GroupId>),
        loads: &[&Load],
    ) -> OfLoads {
        let last = span.ends_on.min(self.today);
        let here = self
            .members
            .iter()
            .filter(|it| it.class == class.id && it.on(last) && self.year.is_in(group, it.pupil));
        let pupils: BTreeSet<PersonId> = here.map(|it| it.pupil).collect();
        let found = self.found.get(&(class.id, subject.id, group));
        let (lessons, marked) = found.map_or((0, 0), |it| (it.lessons, it.marked));
        let day = self.year.day(self.today);
        let hours = loads.iter().filter(|it| it.days().contains(&day));
        let rule = self.marking.rule(subject.scale);
        let needed = rule.least_marks(hours.map(|it| it.hours_a_week).sum());
        let pupil = |id: &PersonId| {
            let sum = found.and_then(|it| it.sums.get(id)).copied();
            let earned = sum.unwrap_or_default().earned();
            PupilPile {
                marks: earned.marks,
                exempt: earned.marks == 0 && earned.exempt > 0,
            }
        };
        let mut teachers: Vec<PersonId> = loads.iter().map(|it| it.teacher).collect();
        teachers.sort_unstable();
        teachers.dedup();
        let named = self.cards.iter().filter(|it| teachers.contains(&it.id));
        let named: Vec<String> = named.map(Card::short).collect();
        let named_group = group.and_then(|id| self.groups.iter().find(|it| it.id == id));
        let subject_name = match named_group {
            None => subject.name.clone(),
            Some(it) => format!("{}, {}", subject.name, it.name),
        };
        let terms = self.year.terms(class.grade);
        let mut terms = terms.filter(|it| journal::Slot::of(it) == span.slot);
        let period = terms
            .next()
            .map_or("year".to_owned(), |it| it.id.to_string());
        let of_group = group.map(|it| format!("&group={it}")).unwrap_or_default();
        let by_pupils = format!(
            "/reports/subject-results?class={}&subject={}&period={}",
            class.id,
            subject.id,
            span.slot.code()
        );
        OfLoads {
            pile: Pile {
                class: class.id,
                class_name: class.name(),
                subject: subject.id,
                subject_name,
                teachers: named.join(", "),
                lessons,
                marked,
                pupils: pupils.iter().map(pupil).collect(),
                // The school says how many marks a period needs, not a year.
                needed: span.slot.is_term().then_some(needed),
                journal: format!(
                    "/journal/{}/{}?period={period}{of_group}",
                    class.id, subject.id
                ),
                by_pupils,
            },
            teachers,
        }
    }

    /// Leaves what was chosen: a subject, and for those who see the whole
    /// school a teacher.
    fn choose(
        &self,
        asked: &Asked,
        piles: &mut Vec<OfLoads>,
        teachers: &BTreeSet<PersonId>,
        whole: bool,
        made: &mut Made,
    ) -> Result<(), Error> {
        let taught = piles.iter().map(|it| it.pile.subject).collect();
        made.choose_subject(asked, taught, &self.subjects)?;
        if let Some(subject) = &made.more.subject {
            piles.retain(|it| it.pile.subject == subject.id);
        }
        if !whole {
            return Ok(());
        }
        let every = (String::new(), Label::Word("every-teacher"));
        let cards = self.cards.iter().filter(|it| teachers.contains(&it.id));
        let cards = cards.map(|it| (it.id.to_string(), Label::Text(it.listed())));
        let chosen = asked.teacher.map(|it| it.to_string()).unwrap_or_default();
        let field = Field::choice(
            "teacher",
            &chosen,
            std::iter::once(every).chain(cards).collect(),
        );
        made.fields.push(field);
        if let Some(teacher) = asked.teacher {
            if !teachers.contains(&teacher) {
                return Err(Error::NotFound);
            }
            piles.retain(|it| it.teachers.contains(&teacher));
        }
        Ok(())
    }
}
