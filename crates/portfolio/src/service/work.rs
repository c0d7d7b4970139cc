//! The tab «Методическая работа, кружки, база» of a card (PPL-1, S1:4).

use chrono::NaiveDate;
use kernel::{Actor, PersonId, Right};
use org::Room;
use people::{Card, Ties};

use super::Portfolio;
use crate::{Association, Attestation, Club, Equipment, Error, Event, Owner, store};

/// What somebody does in the school beside the lessons.
#[derive(Clone, Debug)]
pub struct StaffWork {
    pub card: Card,
    pub ties: Ties,
    pub attestation: Attestation,
    /// Those that the person leads or belongs to.
    pub associations: Vec<Association>,
    /// Those that the person leads, the working ones first.
    pub clubs: Vec<Club>,
    /// Those that the person is responsible for.
    pub events: Vec<Event>,
    /// What the person answers for.
    pub things: Vec<Equipment>,
    pub rooms: Vec<Room>,
    /// The registers open to the reader.
    pub reads_registers: bool,
}

impl Portfolio {
    /// What somebody does beside the lessons, for whoever sees the portfolio.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is nobody or the actor may not see it.
    pub async fn staff_work(
        &self,
        actor: &Actor,
        person: PersonId,
        today: NaiveDate,
    ) -> Result<StaffWork, Error> {
        let mut tx = self.db.begin(actor).await?;
        self.standing(&mut tx, actor, Owner::Staff(person), today)
            .await?;
        let standing = self.people.standing(&mut tx, person).await?;
        if !standing.is_some_and(|it| it.is_staff) {
            return Err(Error::NotFound);
        }
        let cards = self.people.cards(&mut tx, &[person]).await?;
        let card = cards.into_iter().next().ok_or(Error::NotFound)?;
        let known = store::attestations(&mut tx, Some(person)).await?;
        let mut associations = store::associations(&mut tx, None).await?;
        let mut clubs = store::clubs(&mut tx, None).await?;
        let mut events = store::events(&mut tx, None).await?;
        let mut things = store::equipment(&mut tx, None).await?;
        let rooms = self.orgs.rooms(&mut tx).await?;
        tx.commit().await?;
        associations
            .retain(|it| it.fields.head == Some(person) || it.fields.members.contains(&person));
        clubs.retain(|it| it.fields.leader == Some(person));
        events.retain(|it| it.fields.responsible == Some(person));
        things.retain(|it| it.fields.responsible == Some(person));
        Ok(StaffWork {
            card,
            ties: Ties {
                keeps: actor.may_in_org(Right::StaffEdit).is_ok(),
                own: person == actor.person,
            },
            attestation: known.into_iter().next().map(|it| it.1).unwrap_or_default(),
            associations,
            clubs,
            events,
            things,
            rooms,
            reads_registers: actor.may_in_org(Right::RegisterView).is_ok(),
        })
    }
}
