//! Кружки и секции: who leads them, who goes there, who came (S1:4).

use chrono::NaiveDate;
use kernel::{Actor, ClassId, PersonId};
use people::Card;

use super::{
    Portfolio,
    registers::{Picking, keeps, keeps_all, must_keep, must_read},
};
use crate::{Club, ClubDay, ClubFields, ClubId, ClubMember, Error, store};

/// The clubs of the school.
#[derive(Clone, Debug)]
pub struct Clubs {
    /// With the name of the leader.
    pub clubs: Vec<(Club, Option<String>)>,
    pub may_add: bool,
}

/// A pupil of a club with name and class.
#[derive(Clone, Debug)]
pub struct ClubLine {
    pub member: ClubMember,
    pub name: String,
    pub class: Option<String>,
}

/// A club with all that is known of it.
#[derive(Clone, Debug)]
pub struct OpenedClub {
    pub club: Club,
    pub leader: Option<String>,
    /// In the order of names.
    pub members: Vec<ClubLine>,
    pub days: Vec<ClubDay>,
    pub keeps: bool,
}

/// What the form of a club offers.
#[derive(Clone, Debug)]
pub struct ClubForm {
    pub club: Option<Club>,
    pub staff: Vec<Card>,
}

/// Who may be taken into a club.
#[derive(Clone, Debug)]
pub struct Joining {
    pub club: Club,
    pub picking: Picking,
    /// Who is there already.
    pub members: Vec<PersonId>,
}

/// Who is called on a day of a club.
#[derive(Clone, Debug)]
pub struct ClubRoll {
    pub club: Club,
    pub held_on: NaiveDate,
    pub topic: String,
    /// With whether the pupil came, where the day is known.
    pub members: Vec<(PersonId, String, Option<bool>)>,
}

impl Portfolio {
    /// All clubs.
    pub async fn clubs(&self, actor: &Actor) -> Result<Clubs, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let clubs = store::clubs(&mut tx, None).await?;
        let leaders = clubs.iter().filter_map(|it| it.fields.leader).collect();
        let names = self.names(&mut tx, leaders).await?;
        tx.commit().await?;
        let leader = |it: &Club| names.get(&it.fields.leader?).map(Card::full);
        Ok(Clubs {
            clubs: clubs
                .into_iter()
                .map(|it| {
                    let name = leader(&it);
                    (it, name)
                })
                .collect(),
            may_add: keeps_all(actor),
        })
    }

    /// One club with its members and days.
    pub async fn club(
        &self,
        actor: &Actor,
        id: ClubId,
        today: NaiveDate,
    ) -> Result<OpenedClub, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let club = store::club(&mut tx, id).await?;
        let members = store::club_members(&mut tx, id).await?;
        let days = store::club_days(&mut tx, id).await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let mut wanted = pupils.clone();
        wanted.extend(club.fields.leader);
        let cards = self.people.cards(&mut tx, &wanted).await?;
        let classes = self.class_names(&mut tx, &pupils, today).await?;
        tx.commit().await?;
        let leader = cards.iter().find(|it| Some(it.id) == club.fields.leader);
        let line = |card: &Card| {
            let member = members.iter().find(|it| it.pupil == card.id)?;
            Some(ClubLine {
                member: *member,
                name: card.listed(),
                class: classes.get(&card.id).cloned(),
            })
        };
        Ok(OpenedClub {
            leader: leader.map(Card::full),
            members: cards.iter().filter_map(line).collect(),
            days,
            keeps: keeps(actor, club.fields.leader),
            club,
        })
    }

    /// The form of a club; of a new one without an id.
    pub async fn club_form(&self, actor: &Actor, id: Option<ClubId>) -> Result<ClubForm, Error> {
        must_keep(actor, None)?;
        let mut tx = self.db.begin(actor).await?;
        let club = match id {
            Some(id) => Some(store::club(&mut tx, id).await?),
            None => None,
        };
        let staff = self.people.staff(&mut tx).await?;
        tx.commit().await?;
        Ok(ClubForm { club, staff })
    }

    /// Enters a club.
    pub async fn add_club(&self, actor: &Actor, fields: &ClubFields) -> Result<ClubId, Error> {
        must_keep(actor, None)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        let id = store::insert_club(&mut tx, fields).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a club over the version that was seen.
    pub async fn change_club(
        &self,
        actor: &Actor,
        id: ClubId,
        seen: i32,
        fields: &ClubFields,
    ) -> Result<(), Error> {
        must_keep(actor, None)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        store::club(&mut tx, id).await?;
        store::update_club(&mut tx, id, seen, fields).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Who may be taken in, of one class.
    pub async fn joining(
        &self,
        actor: &Actor,
        id: ClubId,
        class: Option<ClassId>,
        today: NaiveDate,
    ) -> Result<Joining, Error> {
        let mut tx = self.db.begin(actor).await?;
        let club = store::club(&mut tx, id).await?;
        must_keep(actor, club.fields.leader)?;
        let picking = self.picking(&mut tx, class, today).await?;
        let members = store::club_members(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Joining {
            club,
            picking,
            members: members.into_iter().map(|it| it.pupil).collect(),
        })
    }

    /// Takes pupils into a club.
    pub async fn join(
        &self,
        actor: &Actor,
        id: ClubId,
        pupils: &[PersonId],
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let club = store::club(&mut tx, id).await?;
        must_keep(actor, club.fields.leader)?;
        store::join_club(&mut tx, id, pupils, today).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a pupil's time in a club.
    pub async fn leave(
        &self,
        actor: &Actor,
        id: ClubId,
        pupil: PersonId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let club = store::club(&mut tx, id).await?;
        must_keep(actor, club.fields.leader)?;
        if !store::leave_club(&mut tx, id, pupil, today).await? {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }

    /// The list to tick on a day.
    pub async fn club_roll(
        &self,
        actor: &Actor,
        id: ClubId,
        on: NaiveDate,
    ) -> Result<ClubRoll, Error> {
        let mut tx = self.db.begin(actor).await?;
        let club = store::club(&mut tx, id).await?;
        must_keep(actor, club.fields.leader)?;
        let members = store::club_members(&mut tx, id).await?;
        let known = store::club_visits(&mut tx, id, on).await?;
        let days = store::club_days(&mut tx, id).await?;
        let day = days.into_iter().find(|it| it.held_on == on);
        let ids: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let cards = self.people.cards(&mut tx, &ids).await?;
        tx.commit().await?;
        let came = |id: PersonId| known.iter().find(|it| it.0 == id).map(|it| it.1);
        Ok(ClubRoll {
            club,
            held_on: on,
            topic: day.map(|it| it.topic).unwrap_or_default(),
            members: cards
                .iter()
                .map(|it| (it.id, it.listed(), came(it.id)))
                .collect(),
        })
    }

    /// Writes who came on a day.
    pub async fn save_club_roll(
        &self,
        actor: &Actor,
        id: ClubId,
        (on, topic): (NaiveDate, &str),
        came: &[PersonId],
        today: NaiveDate,
    ) -> Result<(), Error> {
        if on > today {
            return Err(Error::BadDay);
        }
        if topic.chars().count() > 300 {
            return Err(Error::BadFields);
        }
        let mut tx = self.db.begin(actor).await?;
        let club = store::club(&mut tx, id).await?;
        must_keep(actor, club.fields.leader)?;
        let members = store::club_members(&mut tx, id).await?;
        let visits: Vec<(PersonId, bool)> = members
            .iter()
            .map(|it| (it.pupil, came.contains(&it.pupil)))
            .collect();
        store::save_club_day(&mut tx, id, (on, topic), &visits).await?;
        tx.commit().await?;
        Ok(())
    }
}
