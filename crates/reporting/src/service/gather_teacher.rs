//! Brings together what the report of a teacher is made of (§1.1), and the
//! orders that the report of a class names (§1.2).

use chrono::NaiveDate;
use curriculum::{Class, Load, StudyYear};
use db::Tx;
use journal::HeldLesson;
use kernel::{ClassId, PersonId, SubjectId};
use movement::SchoolPaper;

use super::{
    Asked, Made, Reporting, choice,
    gather::{self, missing},
    gather_presence::subject_field,
};
use crate::{
    Books, ClassBook, Error, Label, Report, Turn,
    period::Term,
    reports::{self, Hours, Span, Taught},
};

impl Reporting {
    /// The classes of a teacher in a period, or in all that have begun.
    pub(super) async fn of_teacher(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        made: &mut Made,
        classes: &[Class],
        today: NaiveDate,
    ) -> Result<Report, Error> {
        let begun = made.terms.iter().filter(|it| it.starts_on <= today);
        let wanted: Vec<Term> = match made.term {
            Some(term) if !asked.more.side => vec![term],
            _ => begun.copied().collect(),
        };
        let all = self.books(tx, year, classes, &wanted, false, today).await?;
        let Some(first) = all.first() else {
            return Ok(Report::default());
        };
        let subjects = subjects_of(year, made, first);
        // Who chooses another teacher has not chosen another subject yet.
        let known = |it: &SubjectId| subjects.iter().any(|of| of.0 == *it);
        let subject = asked.more.subject.filter(known);
        let names = subjects.iter();
        let names = names.map(|it| (it.0.to_string(), Label::Text(it.1.clone())));
        made.fields.push(subject_field(subject, names));
        made.fields.push(choice::periods_field(asked));
        let last = wanted.iter().map(|it| it.ends_on).max().unwrap_or(today);
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        // Themes are taken one a lesson from the first day on.
        let first_day = year.year.starts_on;
        let taught: Vec<SubjectId> = subjects.iter().map(|it| it.0).collect();
        let lessons = self
            .attendance
            .lessons(tx, &ids, &taught, first_day, last)
            .await?;
        let span = |books| -> Span<'_> {
            let mut taught = gather::taught_loads(year, books, made.teacher.as_ref());
            taught.retain(|it| subject.is_none_or(|wanted| it.0.subject == wanted));
            let with_hours = taught.into_iter().map(|(taught, load)| {
                let term = books
                    .classes
                    .get(taught.class)
                    .map_or(books.term, |it| it.term);
                let hours = hours_of(year, load, term, &lessons, today);
                Taught { hours, ..taught }
            });
            (books, with_hours.collect())
        };
        let spans: Vec<Span<'_>> = all.iter().map(span).collect();
        let mut report = reports::teacher(&spans, asked.names);
        for books in &all {
            report.notes.extend(missing(books, classes, today));
        }
        Ok(report)
    }

    /// Puts the number of the order beside who came to the school or left it;
    /// a move between classes has none.
    pub(super) async fn name_orders(
        &self,
        tx: &mut Tx,
        class: &mut ClassBook,
    ) -> Result<(), Error> {
        let turned = class.came.iter().chain(&class.left).map(|it| it.id);
        let pupils: Vec<PersonId> = turned.collect();
        if pupils.is_empty() {
            return Ok(());
        }
        let papers = self.register.school_papers(tx, &pupils).await?;
        for it in &mut class.came {
            let paper = papers.get(&it.id).and_then(|it| it.came.as_ref());
            it.order = order_of(it, paper);
        }
        for it in &mut class.left {
            let paper = papers.get(&it.id).and_then(|it| it.left.as_ref());
            it.order = order_of(it, paper);
        }
        Ok(())
    }
}

/// «№ 14»; nothing where the order is of another day.
fn order_of(turn: &Turn, paper: Option<&SchoolPaper>) -> String {
    let paper = paper.filter(|it| it.effective_on == turn.on && !it.number.is_empty());
    paper.map_or_else(String::new, |it| format!("№\u{a0}{}", it.number))
}

/// What somebody teaches this year, by name.
fn subjects_of(year: &StudyYear, made: &Made, books: &Books) -> Vec<(SubjectId, String)> {
    let teacher = made.teacher.as_ref().map(|it| it.id);
    let own = year.loads.iter().filter(|it| Some(it.teacher) == teacher);
    let mut subjects: Vec<(SubjectId, String)> = own
        .map(|it| (it.subject, books.subject(it.subject).to_owned()))
        .collect();
    subjects
        .sort_by(|one, other| kernel::names::compare(&one.1, &other.1).then(one.0.cmp(&other.0)));
    subjects.dedup();
    subjects
}

/// Lessons that were held in the period, and how many themes of the plan fall
/// into it: one a lesson, in order, from the first day of the year on.
fn hours_of(
    year: &StudyYear,
    load: &Load,
    term: Term,
    lessons: &[HeldLesson],
    today: NaiveDate,
) -> Hours {
    let own = lessons
        .iter()
        .filter(|it| (it.class, it.subject, it.group) == (load.class, load.subject, load.group));
    let (mut before, mut within, mut held) = (0, 0, 0);
    for it in own {
        before += u32::from(it.on < term.starts_on);
        let is_within = (term.starts_on..=term.ends_on).contains(&it.on);
        within += u32::from(is_within);
        held += u32::from(is_within && it.on <= today);
    }
    let items = year
        .plan_of(load.id)
        .map(|it| it.items)
        .filter(|it| *it > 0);
    Hours {
        planned: items.map(|it| it.min(before + within) - it.min(before)),
        held: Some(held),
    }
}
