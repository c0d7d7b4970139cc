use std::collections::BTreeMap;

use dues::{About, Fact, Owner, Whole};
use kernel::{ClassId, GroupId, Role, SubjectId};

use super::{Look, Told};
use crate::{Class, Load};

/// Учебный план: every class has hours, every subject a teacher (S3:6.4).
pub(super) const STUDY_PLAN: &str = "curriculum.study-plan";

/// A subject of a class, or of a group of it.
type Taught = (ClassId, SubjectId, Option<GroupId>);

impl Look<'_> {
    /// Periods and holidays, hours of every class, a teacher for every subject.
    pub(super) fn study_plan(&self, told: &mut Told<'_>) {
        self.frame(told);
        for class in self.study.taught_classes() {
            let mut rows: BTreeMap<Taught, Vec<&Load>> = BTreeMap::new();
            for it in self.study.loads.iter().filter(|it| it.class == class.id) {
                rows.entry((it.class, it.subject, it.group))
                    .or_default()
                    .push(it);
            }
            self.count(told, Some(class.id), rows.len() + 1);
            if rows.is_empty() {
                self.without_hours(class, told);
            }
            for (taught, loads) in rows {
                if let Some(last) = self.without_teacher(class, &loads, told) {
                    self.hole(taught, last, told);
                }
            }
        }
    }

    /// The year itself: classes, periods for each of them, holidays.
    fn frame(&self, told: &mut Told<'_>) {
        let classes = &self.study.classes;
        let without_terms = |it: &Class| self.study.terms(it.grade).next().is_none();
        let lacks: Vec<&str> = [
            ("classes", classes.is_empty()),
            ("periods", self.study.taught_classes().any(without_terms)),
            ("holidays", self.study.holidays.is_empty()),
        ]
        .into_iter()
        .filter_map(|(code, lacks)| lacks.then_some(code))
        .collect();
        self.count(told, None, 1);
        if lacks.is_empty() {
            return;
        }
        let about = About {
            text: lacks.join(" "),
            ..About::default()
        };
        let place = format!("/study/years/{}", self.study.year.id);
        self.tell(told, "frame", about, place);
    }

    fn without_hours(&self, class: &Class, told: &mut Told<'_>) {
        let about = About {
            class: Some(class.id),
            text: "hours".to_owned(),
            ..About::default()
        };
        let place = format!(
            "/study/load/new?year={}&class={}",
            self.study.year.id, class.id
        );
        self.tell(told, &format!("class/{}", class.id), about, place);
    }

    /// The last row of load where nobody who works here has the subject. One
    /// that begins later, or ended with a period of the class, leaves no hole.
    fn without_teacher<'a>(
        &self,
        class: &Class,
        loads: &[&'a Load],
        told: &Told<'_>,
    ) -> Option<&'a Load> {
        let day = self.study.day(told.ask.today);
        let is_given = |it: &&&Load| {
            it.until >= day && (it.since > day || self.files.works_on(it.teacher, day))
        };
        let last = loads.iter().max_by_key(|it| it.until)?;
        let is_over = self
            .study
            .terms(class.grade)
            .any(|it| it.ends_on == last.until);
        let is_open = loads.iter().find(is_given).is_none() && !(is_over && last.until < day);
        is_open.then_some(*last)
    }

    fn hole(&self, (class, subject, group): Taught, last: &Load, told: &mut Told<'_>) {
        let about = About {
            class: Some(class),
            group,
            subject: Some(subject),
            person: Some(last.teacher),
            text: "teacher".to_owned(),
            ..About::default()
        };
        let group = group.map_or(0, GroupId::get);
        let key = format!("class/{class}/{subject}/{group}");
        self.tell(told, &key, about, format!("/study/load/{}", last.id));
    }

    fn tell(&self, told: &mut Told<'_>, key: &str, about: About, place: String) {
        let fact = Fact {
            duty: STUDY_PLAN,
            key: format!("{}/{key}", self.study.number()),
            on: self.study.year.starts_on,
            owner: Owner::Role(Role::Admin),
            about,
            place,
            parts: None,
        };
        told.answer.tell(told.ask, fact);
    }

    fn count(&self, told: &mut Told<'_>, class: Option<ClassId>, things: usize) {
        let whole = Whole {
            duty: STUDY_PLAN,
            month: self.study.year.starts_on,
            owner: Owner::Role(Role::Admin),
            class,
            things: u32::try_from(things).unwrap_or(u32::MAX),
        };
        told.answer.count(told.ask, whole);
    }
}
