use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Reach, Right, SubjectId};
use people::Card;

use super::{CurriculumService, class, open_year, reaches_class};
use crate::{
    Assignment, Class, Error, GroupSet, LoadOf, NewGroup, Records, Subject, Year,
    group::{self, MOST},
    split_evenly, store,
};

/// The subgroups of a class, subject by subject.
#[derive(Clone, Debug)]
pub struct GroupsPage {
    pub class: Class,
    pub year: Year,
    /// The class list of the day.
    pub pupils: Vec<Card>,
    pub subjects: Vec<SubjectGroups>,
    /// Subjects of the class that are not divided.
    pub undivided: Vec<Subject>,
    /// Whether the actor may divide the class.
    pub may_edit: bool,
}

/// The subgroups of a class for one subject.
#[derive(Clone, Debug)]
pub struct SubjectGroups {
    pub subject: Subject,
    pub set: GroupSet,
}

impl CurriculumService {
    /// How a class is divided. Seen by all who see its pupils, changed by the
    /// office and the class teacher.
    pub async fn groups_page(
        &self,
        actor: &Actor,
        id: ClassId,
        today: NaiveDate,
    ) -> Result<GroupsPage, Error> {
        actor.may_in_org(Right::CurriculumView)?;
        let mut tx = self.db.begin(actor).await?;
        let class = class(&mut tx, id).await?.class;
        let (year, _) = store::years::by_id(&mut tx, class.year)
            .await?
            .ok_or(Error::NoSuchYear)?;
        sees_pupils(&mut tx, actor, &class).await?;
        let subjects = store::subjects::in_use(&mut tx).await?;
        let groups = store::groups::of_classes(&mut tx, &[id]).await?;
        let ids: Vec<_> = groups.iter().map(|it| it.id).collect();
        let members = store::groups::members(&mut tx, &ids).await?;
        let versions: HashMap<_, _> = store::groups::versions(&mut tx, id)
            .await?
            .into_iter()
            .collect();
        let pupils = self.class_list(&mut tx, id, today).await?;
        let pupils = self.people.cards(&mut tx, &pupils).await?;
        tx.commit().await?;
        let set_of = |subject: &Subject| {
            let groups: Vec<_> = groups
                .iter()
                .filter(|it| it.subject == subject.id)
                .cloned()
                .collect();
            let is_ours = |it: &&(_, _)| groups.iter().any(|group| group.id == it.0);
            let members = members.iter().filter(is_ours).copied().collect();
            GroupSet {
                members,
                version: versions.get(&subject.id).copied().unwrap_or(0),
                groups,
            }
        };
        let (divided, undivided): (Vec<_>, Vec<_>) = subjects
            .into_iter()
            .map(|subject| SubjectGroups {
                set: set_of(&subject),
                subject,
            })
            .partition(|it| !it.set.groups.is_empty());
        let may_edit =
            !year.archived && reaches_class(actor, actor.reaches(Right::GroupEdit), &class);
        let undivided = undivided.into_iter().map(|it| it.subject).collect();
        Ok(GroupsPage {
            class,
            year,
            pupils,
            subjects: divided,
            undivided,
            may_edit,
        })
    }

    /// Divides a class for a subject into so many parts, «поровну по алфавиту».
    /// Parts there are stay and get their members anew; refuses a stale version.
    #[tracing::instrument(name = "curriculum.divide", skip_all, fields(class.id = %id))]
    pub async fn divide(
        &self,
        actor: &Actor,
        id: ClassId,
        subject: SubjectId,
        (seen, parts): (i32, usize),
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        own_class(&mut tx, actor, id).await?;
        if !(2..=MOST).contains(&parts) {
            return Err(Error::TooManyGroups);
        }
        let known = store::subjects::in_use(&mut tx).await?;
        known
            .iter()
            .find(|it| it.id == subject)
            .ok_or(Error::NoSuchSubject)?;
        if store::groups::locked_set(&mut tx, id, subject)
            .await?
            .version
            != seen
        {
            return Err(Error::ChangedMeanwhile);
        }
        let wanted: Vec<NewGroup> = (1i16..)
            .take(parts)
            .map(|part| NewGroup {
                class: id,
                subject,
                part,
            })
            .collect();
        Records.ensure_groups(&mut tx, &wanted).await?;
        let set = store::groups::locked_set(&mut tx, id, subject).await?;
        let pupils = self.class_list(&mut tx, id, today).await?;
        let pupils: Vec<PersonId> = self
            .people
            .cards(&mut tx, &pupils)
            .await?
            .iter()
            .map(|it| it.id)
            .collect();
        store::groups::assign(&mut tx, &set, &split_evenly(&pupils, parts)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says who is in which part; refuses a stale version of the groups.
    #[tracing::instrument(name = "curriculum.assign_groups", skip_all, fields(class.id = %id))]
    pub async fn assign_groups(
        &self,
        actor: &Actor,
        id: ClassId,
        subject: SubjectId,
        (seen, wish): (i32, &[Assignment]),
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        own_class(&mut tx, actor, id).await?;
        let set = store::groups::locked_set(&mut tx, id, subject).await?;
        if set.groups.is_empty() {
            return Err(Error::NoSuchGroup);
        }
        if set.version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let pupils = self.class_list(&mut tx, id, today).await?;
        let parts: Vec<i16> = set.groups.iter().map(|it| it.part).collect();
        group::check(wish, &pupils, &parts)?;
        store::groups::assign(&mut tx, &set, wish).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn class_list(
        &self,
        tx: &mut Tx,
        class: ClassId,
        today: NaiveDate,
    ) -> Result<Vec<PersonId>, Error> {
        let members = self
            .pupils
            .pupils(tx, &[class], today)
            .await
            .map_err(Error::Asked)?;
        Ok(members.into_iter().map(|it| it.1).collect())
    }
}

/// Refuses whoever may not know who is in the class.
async fn sees_pupils(tx: &mut Tx, actor: &Actor, class: &Class) -> Result<(), Error> {
    let reaches = actor.may(Right::PupilView)?;
    if reaches_class(actor, reaches, class) {
        return Ok(());
    }
    if reaches.has(Reach::OwnLoad) {
        let of = LoadOf::Teacher(actor.person);
        let loads = store::loads::of_year(tx, class.year, of).await?;
        if loads.iter().any(|it| it.load.class == class.id) {
            return Ok(());
        }
    }
    Err(kernel::Denied(Right::PupilView).into())
}

/// The class, where the actor may divide it.
async fn own_class(tx: &mut Tx, actor: &Actor, id: ClassId) -> Result<Class, Error> {
    let reaches = actor.may(Right::GroupEdit)?;
    let class = class(tx, id).await?.class;
    if !reaches_class(actor, reaches, &class) {
        return Err(kernel::Denied(Right::GroupEdit).into());
    }
    open_year(tx, class.year).await?;
    Ok(class)
}
