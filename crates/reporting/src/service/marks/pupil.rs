//! Reports of one pupil, and those that a family has.

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Subject, WorkKindId};
use db::Tx;
use journal::{FinalPlace, FinalValue, PupilLesson, Slot, Step, WorkedIn};
use kernel::{Actor, ClassId, PersonId, SubjectId};
use people::Card;

use super::{
    super::{Asked, Made, Own, Reporting, gather_marks::Ground},
    Scope,
};
use crate::{Error, Kind, Report, period::Term, reports};

impl Reporting {
    /// A report of the actor's own child, or of the actor.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a child of somebody else, and for a report that
    /// families do not have.
    pub async fn own(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        asked: Option<Asked>,
        today: NaiveDate,
    ) -> Result<Own, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.people.diary_cards(&mut tx, actor, today).await?;
        let child = match child {
            None => children.first(),
            Some(id) => Some(
                children
                    .iter()
                    .find(|it| it.id == id)
                    .ok_or(Error::NotFound)?,
            ),
        };
        let mut own = Own {
            child: child.cloned(),
            children,
            class: None,
            made: None,
        };
        let Some(card) = own.child.clone() else {
            tx.commit().await?;
            return Ok(own);
        };
        let year = self.year(&mut tx, today).await?;
        let stays = self.register.stays(&mut tx, &[card.id]).await?;
        let of_year = |id: ClassId| year.classes.iter().find(|it| it.id == id);
        let theirs = stays.iter().filter(|it| it.since <= today);
        let theirs = theirs.filter_map(|it| Some((it.since, of_year(it.class)?)));
        own.class = theirs.max_by_key(|it| it.0).map(|it| it.1.clone());
        if let (Some(asked), Some(class)) = (asked, own.class.clone()) {
            if !Kind::OF_FAMILY.contains(&asked.kind) {
                return Err(Error::NotFound);
            }
            let mut made = Made::of(&year, tx.now());
            made.class = Some(class.clone());
            made.more.pupil = Some(card.clone());
            let scope = Scope {
                year: &year,
                class,
                today,
                teacher: None,
            };
            if asked.kind == Kind::JournalAccess {
                let pupil = card.id;
                made.report = self
                    .access_of_child(&mut tx, &asked, &year, (pupil, &stays), &mut made, today)
                    .await?;
            } else if asked.kind == Kind::ReportCards {
                made.report = self.cards(&mut tx, &year, &made, today).await?;
            } else {
                made.choose_term(&scope, &asked)?;
                self.of_pupil(&mut tx, &scope, &asked, &mut made).await?;
            }
            own.made = Some(made.checked(&asked, today));
        }
        tx.commit().await?;
        Ok(own)
    }

    /// Whose reports the actor may have here.
    ///
    /// # Errors
    /// The actor has no diary.
    pub async fn children(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<(PersonId, String)>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.people.diary_cards(&mut tx, actor, today).await?;
        tx.commit().await?;
        Ok(cards.iter().map(|it| (it.id, it.listed())).collect())
    }

    /// Who is in the class today, in the order of the list.
    pub(super) async fn pupils(&self, tx: &mut Tx, scope: &Scope<'_>) -> Result<Vec<Card>, Error> {
        let day = scope.today.min(scope.year.ends_on(scope.class.grade));
        let here = self
            .register
            .members(tx, &[scope.class.id], day, day)
            .await?;
        let ids: Vec<PersonId> = here.iter().map(|it| it.pupil).collect();
        let mut cards = self.people.cards(tx, &ids).await?;
        // A teacher of one group has reports of that group.
        cards.retain(|it| scope.subjects(Some(it.id)).is_none_or(|it| !it.is_empty()));
        Ok(cards)
    }

    pub(super) async fn subject_map(
        &self,
        tx: &mut Tx,
    ) -> Result<HashMap<SubjectId, Subject>, Error> {
        let all = self.curriculum.subjects(tx).await?;
        Ok(all.into_iter().map(|it| (it.id, it)).collect())
    }

    pub(super) async fn of_pupil(
        &self,
        tx: &mut Tx,
        scope: &Scope<'_>,
        asked: &Asked,
        made: &mut Made,
    ) -> Result<(), Error> {
        let (Some(card), Some(term)) = (made.more.pupil.clone(), made.span(scope.year)) else {
            return Ok(());
        };
        let stays = self.register.stays(tx, &[card.id]).await?;
        let mut classes = vec![scope.class.id];
        for it in &stays {
            let of_year = scope.year.classes.iter().any(|class| class.id == it.class);
            if of_year && !classes.contains(&it.class) {
                classes.push(it.class);
            }
        }
        let subjects = self.subject_map(tx).await?;
        let marking = self.marks.marking(tx).await?;
        let works = self.works(tx, asked.of_marks.works).await?;
        let slots: Vec<Slot> = made.terms.iter().map(|it| it.slot).collect();
        let finals = match asked.kind {
            // Nobody has a final mark of a week.
            Kind::PupilTotal | Kind::ParentLetter if made.more.week.is_none() => {
                let year = scope.year.year.id;
                let found = self.finals.finals_of(tx, &[card.id], year, &slots).await?;
                found.into_iter().collect()
            }
            _ => HashMap::new(),
        };
        let (from, to) = made.more.days.unwrap_or((term.starts_on, term.ends_on));
        let of = Ground {
            year: scope.year,
            class: &scope.class,
            from,
            to,
            slot: term.slot,
            today: scope.today,
            subjects: &subjects,
            stays: &stays,
            finals: &finals,
            only: scope.subjects(Some(card.id)),
        };
        made.choose_subject(asked, of.taught(card.id), &subjects)?;
        if matches!(asked.kind, Kind::PupilTotal | Kind::PupilMarks) {
            let subject = made.more.subject.as_ref().map(|it| it.id);
            let wanted = WorkedIn {
                classes: &classes,
                subject: subject.filter(|_| asked.kind == Kind::PupilMarks),
                from,
                to: to.min(scope.today),
                step: Step::Whole,
                works: &works,
                subjects: &subjects,
                marking: &marking,
                today: scope.today,
            };
            let lessons = self.marks.lessons_of(tx, card.id, wanted).await?;
            let kinds = if asked.kind == Kind::PupilMarks {
                let kinds = self.curriculum.work_kinds(tx).await?;
                kinds.into_iter().map(|it| (it.id, it.name)).collect()
            } else {
                HashMap::new()
            };
            made.report = lessons_report(&of, asked.kind, card.id, made, lessons, kinds, &finals);
            return Ok(());
        }
        let step = asked.of_marks.step(asked.kind);
        let worked = self
            .worked(tx, &of, &classes, step, &works, &marking)
            .await?;
        let progress = of.progress(&worked, marking, vec![(card.id, card.listed())]);
        let Some(pupil) = progress.pupils.first() else {
            return Ok(());
        };
        made.more.sheets = vec![card.id];
        made.report = match asked.kind {
            Kind::PupilAverage => reports::pupil_average(&progress, pupil),
            Kind::PupilQuality => reports::pupil_quality(&progress, pupil),
            Kind::PupilAverageCourse => {
                let subject = made.more.subject.as_ref().map(|it| it.id);
                reports::pupil_average_course(&progress, pupil, subject, step)
            }
            _ if worked.lessons.is_empty() && made.more.week.is_some() => Report::default(),
            _ => reports::parent_letter(&progress, made.more.week.is_some()),
        };
        Ok(())
    }
}

fn lessons_report(
    of: &Ground<'_>,
    kind: Kind,
    pupil: PersonId,
    made: &Made,
    lessons: Vec<PupilLesson>,
    kinds: HashMap<WorkKindId, String>,
    finals: &HashMap<FinalPlace, FinalValue>,
) -> Report {
    let touched = |it: &&Term| it.slot.is_term() && it.starts_on <= of.to && of.from <= it.ends_on;
    let begun = |it: &&Term| it.starts_on <= of.today;
    let terms = made.terms.iter().filter(touched).filter(begun).copied();
    let subjects = of.taught(pupil).into_iter();
    let lessons = reports::PupilLessons {
        subjects: subjects
            .filter_map(|it| of.subjects.get(&it).cloned())
            .collect(),
        lessons,
        terms: terms.collect(),
        finals: finals
            .iter()
            .map(|(place, value)| ((place.subject, place.slot), value.clone()))
            .collect(),
        kinds,
    };
    if kind == Kind::PupilTotal {
        return reports::pupil_total(&lessons);
    }
    if made.more.subject.is_none() {
        return Report::default();
    }
    reports::pupil_marks(&lessons)
}
