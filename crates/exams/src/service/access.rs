//! Who sees and enters which results (`reports-and-rules.md` §10): the office
//! and the deputy head all, a teacher those of the own load, a class teacher
//! sees the own class.

use std::collections::HashSet;

use curriculum::{Class, LoadOf};
use db::Tx;
use kernel::{Actor, ClassId, GroupId, PersonId, Reach, Reaches, Right, Scope, SubjectId, YearId};

use super::Exams;
use crate::Error;

/// What of the exams of a year is the actor's own.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    view: Reaches,
    edit: Reaches,
    led: HashSet<ClassId>,
    /// Whole classes, or one group of them.
    taught: Vec<(ClassId, SubjectId, Option<GroupId>)>,
    members: HashSet<(GroupId, PersonId)>,
}

impl Own {
    /// Whether results of the class in the subject may be looked at.
    pub(crate) fn sees(&self, class: ClassId, subject: SubjectId) -> bool {
        self.view.has(Reach::Org)
            || self.view.has(Reach::OwnClass) && self.led.contains(&class)
            || self.view.has(Reach::OwnLoad) && self.teaches(class, subject)
    }

    /// Whether anything may be entered for the class.
    pub(crate) fn enters(&self, class: ClassId, subject: SubjectId) -> bool {
        self.edit.has(Reach::Org) || self.edit.has(Reach::OwnLoad) && self.teaches(class, subject)
    }

    /// Whether the result of this pupil may be entered: a teacher of a group
    /// enters for the group.
    pub(crate) fn enters_for(&self, class: ClassId, subject: SubjectId, pupil: PersonId) -> bool {
        let theirs =
            |group: Option<GroupId>| group.is_none_or(|it| self.members.contains(&(it, pupil)));
        self.edit.has(Reach::Org)
            || self.edit.has(Reach::OwnLoad)
                && self
                    .taught
                    .iter()
                    .any(|it| (it.0, it.1) == (class, subject) && theirs(it.2))
    }

    /// Whether exams may be made and changed at all.
    pub(crate) fn keeps(&self) -> bool {
        self.edit.has(Reach::Org)
    }

    fn teaches(&self, class: ClassId, subject: SubjectId) -> bool {
        self.taught
            .iter()
            .any(|it| (it.0, it.1) == (class, subject))
    }
}

impl Exams {
    /// What is the actor's own, among these classes. Nothing is asked for
    /// those who see all.
    pub(super) async fn own(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        year: YearId,
        classes: &[Class],
    ) -> Result<Own, Error> {
        let view = actor.may(Right::ExamView)?;
        let edit = actor.reaches(Right::ExamEdit);
        let granted = |class: ClassId| {
            let mut grants = actor.grants.iter();
            grants.any(|it| it.scope == Scope::Class(class))
        };
        let mut own = Own {
            view,
            edit,
            led: classes
                .iter()
                .filter(|it| it.teacher == Some(actor.person) || granted(it.id))
                .map(|it| it.id)
                .collect(),
            taught: vec![],
            members: HashSet::new(),
        };
        if view.has(Reach::Org) || !view.has(Reach::OwnLoad) {
            return Ok(own);
        }
        let load = self
            .curriculum
            .load(tx, year, LoadOf::Teacher(actor.person))
            .await?;
        own.taught = load
            .iter()
            .map(|it| (it.class, it.subject, it.group))
            .collect();
        let groups: Vec<GroupId> = load.iter().filter_map(|it| it.group).collect();
        if !groups.is_empty() {
            let members = self.curriculum.group_members(tx, &groups).await?;
            own.members = members.into_iter().collect();
        }
        Ok(own)
    }
}
