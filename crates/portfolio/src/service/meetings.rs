//! Родительские собрания: announced, held, with minutes and who came (S1:4).

use chrono::NaiveDate;
use curriculum::Class;
use db::Tx;
use kernel::{Actor, ClassId, Denied, PersonId, Reach, Right};

use super::{
    Portfolio,
    registers::{keeps_all, must_read},
};
use crate::{Error, FamilyVisit, Meeting, MeetingFields, MeetingId, store};

/// The meetings of the school.
#[derive(Clone, Debug)]
pub struct Meetings {
    /// With the class, where it is of one.
    pub meetings: Vec<(Meeting, Option<Class>)>,
    pub may_add: bool,
}

/// A meeting with who came.
#[derive(Clone, Debug)]
pub struct OpenedMeeting {
    pub meeting: Meeting,
    pub class: Option<Class>,
    /// The families of the class; of a meeting of the school nobody is called.
    pub visits: Vec<FamilyVisit>,
    pub keeps: bool,
}

/// What the form of a meeting offers.
#[derive(Clone, Debug)]
pub struct MeetingForm {
    pub meeting: Option<Meeting>,
    /// The classes whose meetings the actor keeps.
    pub classes: Vec<Class>,
    /// Meetings of the school too.
    pub keeps_all: bool,
}

impl Portfolio {
    /// All meetings, the newest first.
    pub async fn meetings(&self, actor: &Actor, today: NaiveDate) -> Result<Meetings, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let meetings = store::meetings(&mut tx, None).await?;
        let ids: Vec<ClassId> = meetings.iter().filter_map(|it| it.fields.class).collect();
        let classes = self.curriculum.classes_by_id(&mut tx, &ids).await?;
        let may_add = keeps_all(actor) || !self.kept(&mut tx, actor, today).await?.is_empty();
        tx.commit().await?;
        let class = |it: &Meeting| {
            let found = classes.iter().find(|of| Some(of.id) == it.fields.class);
            found.cloned()
        };
        Ok(Meetings {
            meetings: meetings
                .into_iter()
                .map(|it| {
                    let class = class(&it);
                    (it, class)
                })
                .collect(),
            may_add,
        })
    }

    /// One meeting.
    pub async fn meeting(
        &self,
        actor: &Actor,
        id: MeetingId,
        today: NaiveDate,
    ) -> Result<OpenedMeeting, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let meeting = store::meeting(&mut tx, id).await?;
        let known = store::meeting_visits(&mut tx, id).await?;
        let mut opened = OpenedMeeting {
            keeps: self.keeps_meeting(&mut tx, actor, &meeting, today).await?,
            class: None,
            visits: vec![],
            meeting,
        };
        if let Some(class) = opened.meeting.fields.class {
            let found = self.curriculum.classes_by_id(&mut tx, &[class]).await?;
            opened.class = found.into_iter().next();
            let on = opened.meeting.fields.held_on;
            let pupils = self.pupils_on(&mut tx, class, on).await?;
            let came = |id: PersonId| known.iter().find(|it| it.0 == id).map(|it| it.1);
            let visit = |it: super::registers::Pick| FamilyVisit {
                came: came(it.pupil),
                pupil: it.pupil,
                name: it.name,
            };
            opened.visits = pupils.into_iter().map(visit).collect();
        }
        tx.commit().await?;
        Ok(opened)
    }

    /// The form of a meeting; of a new one without an id.
    pub async fn meeting_form(
        &self,
        actor: &Actor,
        id: Option<MeetingId>,
        today: NaiveDate,
    ) -> Result<MeetingForm, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let meeting = match id {
            Some(id) => Some(self.meeting_to_keep(&mut tx, actor, id, today).await?),
            None => None,
        };
        let classes = self.kept(&mut tx, actor, today).await?;
        tx.commit().await?;
        let keeps_all = keeps_all(actor);
        if meeting.is_none() && classes.is_empty() && !keeps_all {
            return Err(Denied(Right::RegisterEdit).into());
        }
        Ok(MeetingForm {
            meeting,
            classes,
            keeps_all,
        })
    }

    /// Announces a meeting.
    pub async fn add_meeting(
        &self,
        actor: &Actor,
        fields: &MeetingFields,
        today: NaiveDate,
    ) -> Result<MeetingId, Error> {
        must_read(actor)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        let kept = self.kept(&mut tx, actor, today).await?;
        let allowed = match fields.class {
            Some(class) => kept.iter().any(|it| it.id == class),
            None => keeps_all(actor),
        };
        if !allowed {
            return Err(Denied(Right::RegisterEdit).into());
        }
        let id = store::insert_meeting(&mut tx, fields).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a meeting over the version that was seen; its class stays.
    pub async fn change_meeting(
        &self,
        actor: &Actor,
        id: MeetingId,
        seen: i32,
        fields: &MeetingFields,
        today: NaiveDate,
    ) -> Result<(), Error> {
        must_read(actor)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        self.meeting_to_keep(&mut tx, actor, id, today).await?;
        store::update_meeting(&mut tx, id, seen, fields).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes whose families came; all others of the class did not.
    pub async fn save_meeting_visits(
        &self,
        actor: &Actor,
        id: MeetingId,
        came: &[PersonId],
        today: NaiveDate,
    ) -> Result<(), Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let meeting = self.meeting_to_keep(&mut tx, actor, id, today).await?;
        if meeting.fields.held_on > today {
            return Err(Error::BadDay);
        }
        let class = meeting.fields.class.ok_or(Error::NotFound)?;
        let pupils = self
            .pupils_on(&mut tx, class, meeting.fields.held_on)
            .await?;
        let visits: Vec<(PersonId, bool)> = pupils
            .iter()
            .map(|it| (it.pupil, came.contains(&it.pupil)))
            .collect();
        store::save_meeting_visits(&mut tx, id, &visits).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn meeting_to_keep(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: MeetingId,
        today: NaiveDate,
    ) -> Result<Meeting, Error> {
        let meeting = store::meeting(tx, id).await?;
        if !self.keeps_meeting(tx, actor, &meeting, today).await? {
            return Err(Denied(Right::RegisterEdit).into());
        }
        Ok(meeting)
    }

    async fn keeps_meeting(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        meeting: &Meeting,
        today: NaiveDate,
    ) -> Result<bool, Error> {
        if keeps_all(actor) {
            return Ok(true);
        }
        let led = self.led(tx, actor, today).await?;
        Ok(meeting.fields.class.is_some_and(|it| led.contains(&it)))
    }

    /// The classes of the year whose meetings the actor keeps.
    async fn kept(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<Class>, Error> {
        if keeps_all(actor) {
            let Some(year) = self.curriculum.year_near(tx, today).await? else {
                return Ok(vec![]);
            };
            return Ok(self.curriculum.classes(tx, year.id).await?);
        }
        let led = self.led(tx, actor, today).await?;
        Ok(self.curriculum.classes_by_id(tx, &led).await?)
    }

    async fn led(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<ClassId>, Error> {
        if !actor.reaches(Right::RegisterEdit).has(Reach::OwnClass) {
            return Ok(vec![]);
        }
        let own = self.curriculum.own_of(tx, actor.person, today).await?;
        Ok(own.led)
    }
}
