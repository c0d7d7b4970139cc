//! Мероприятия: planned, held, with results that become achievements (PPL-8).

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, PersonId};
use people::Card;

use super::{
    Portfolio,
    registers::{Picking, keeps, keeps_all, must_keep, must_read},
};
use crate::{Error, Event, EventFields, EventId, Participant, Prize, store};

/// The events of the school.
#[derive(Clone, Debug)]
pub struct Events {
    /// With the name of who answers for it.
    pub events: Vec<(Event, Option<String>)>,
    pub may_add: bool,
}

/// A participant with name and class.
#[derive(Clone, Debug)]
pub struct ParticipantLine {
    pub participant: Participant,
    pub name: String,
    pub class: Option<String>,
}

/// An event with those who took part.
#[derive(Clone, Debug)]
pub struct OpenedEvent {
    pub event: Event,
    pub responsible: Option<String>,
    /// In the order of names.
    pub participants: Vec<ParticipantLine>,
    pub keeps: bool,
    pub keeps_all: bool,
}

/// What the form of an event offers.
#[derive(Clone, Debug)]
pub struct EventForm {
    pub event: Option<Event>,
    pub staff: Vec<Card>,
}

/// Who may be added to an event.
#[derive(Clone, Debug)]
pub struct Inviting {
    pub event: Event,
    pub picking: Picking,
    pub participants: Vec<PersonId>,
}

impl Portfolio {
    /// All events, the newest first.
    pub async fn events(&self, actor: &Actor) -> Result<Events, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let events = store::events(&mut tx, None).await?;
        let people = events.iter().filter_map(|it| it.fields.responsible);
        let names = self.names(&mut tx, people.collect()).await?;
        tx.commit().await?;
        let who = |it: &Event| names.get(&it.fields.responsible?).map(Card::full);
        Ok(Events {
            events: events
                .into_iter()
                .map(|it| {
                    let name = who(&it);
                    (it, name)
                })
                .collect(),
            may_add: keeps_all(actor),
        })
    }

    /// One event.
    pub async fn event(
        &self,
        actor: &Actor,
        id: EventId,
        today: NaiveDate,
    ) -> Result<OpenedEvent, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let event = store::event(&mut tx, id).await?;
        let found = store::participants(&mut tx, id).await?;
        let pupils: Vec<PersonId> = found.iter().map(|it| it.pupil).collect();
        let mut wanted = pupils.clone();
        wanted.extend(event.fields.responsible);
        let cards = self.people.cards(&mut tx, &wanted).await?;
        let classes = self.class_names(&mut tx, &pupils, today).await?;
        tx.commit().await?;
        let line = |card: &Card| {
            let participant = found.iter().find(|it| it.pupil == card.id)?;
            Some(ParticipantLine {
                participant: *participant,
                name: card.listed(),
                class: classes.get(&card.id).cloned(),
            })
        };
        let responsible = cards
            .iter()
            .find(|it| Some(it.id) == event.fields.responsible);
        Ok(OpenedEvent {
            responsible: responsible.map(Card::full),
            participants: cards.iter().filter_map(line).collect(),
            keeps: keeps(actor, event.fields.responsible),
            keeps_all: keeps_all(actor),
            event,
        })
    }

    /// The form of an event; of a new one without an id.
    pub async fn event_form(&self, actor: &Actor, id: Option<EventId>) -> Result<EventForm, Error> {
        must_keep(actor, None)?;
        let mut tx = self.db.begin(actor).await?;
        let event = match id {
            Some(id) => Some(store::event(&mut tx, id).await?),
            None => None,
        };
        let staff = self.people.staff(&mut tx).await?;
        tx.commit().await?;
        Ok(EventForm { event, staff })
    }

    /// Writes an event: a new one, or a known one over the version that was seen.
    pub async fn save_event(
        &self,
        actor: &Actor,
        known: Option<(EventId, i32)>,
        fields: &EventFields,
    ) -> Result<EventId, Error> {
        must_keep(actor, None)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        let id = match known {
            None => store::insert_event(&mut tx, fields).await?,
            Some((id, seen)) => {
                store::event(&mut tx, id).await?;
                store::update_event(&mut tx, id, seen, fields).await?;
                id
            }
        };
        tx.commit().await?;
        Ok(id)
    }

    /// Who may be added, of one class.
    pub async fn inviting(
        &self,
        actor: &Actor,
        id: EventId,
        class: Option<ClassId>,
        today: NaiveDate,
    ) -> Result<Inviting, Error> {
        let mut tx = self.db.begin(actor).await?;
        let event = self.event_to_keep(&mut tx, actor, id).await?;
        let picking = self.picking(&mut tx, class, today).await?;
        let known = store::participants(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Inviting {
            event,
            picking,
            participants: known.into_iter().map(|it| it.pupil).collect(),
        })
    }

    /// Adds participants.
    pub async fn invite(
        &self,
        actor: &Actor,
        id: EventId,
        pupils: &[PersonId],
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.event_to_keep(&mut tx, actor, id).await?;
        store::add_participants(&mut tx, id, pupils).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a participant off who has nothing in the portfolio from it.
    pub async fn uninvite(&self, actor: &Actor, id: EventId, pupil: PersonId) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.event_to_keep(&mut tx, actor, id).await?;
        if !store::remove_participant(&mut tx, id, pupil).await? {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }

    /// Writes results, and gives each of them to the portfolio, confirmed; a
    /// result that changes later changes there too.
    #[tracing::instrument(name = "portfolio.results", skip_all, fields(event.id = %id))]
    pub async fn save_event_results(
        &self,
        actor: &Actor,
        id: EventId,
        results: &[(PersonId, Option<Prize>)],
        today: NaiveDate,
    ) -> Result<u64, Error> {
        let mut tx = self.db.begin(actor).await?;
        let event = self.event_to_keep(&mut tx, actor, id).await?;
        if event.fields.ends_on > today {
            return Err(Error::BadDay);
        }
        let mut known = store::participants(&mut tx, id).await?;
        for it in &mut known {
            let said = results.iter().find(|of| of.0 == it.pupil);
            // What is in a portfolio stays there with the result it has.
            if let Some((_, prize)) = said
                && (prize.is_some() || it.entry.is_none())
            {
                it.prize = *prize;
            }
        }
        store::save_results(&mut tx, id, &known).await?;
        let new = store::enter_results(&mut tx, id, actor.person).await?;
        store::follow_results(&mut tx, id).await?;
        tx.commit().await?;
        Ok(new)
    }

    async fn event_to_keep(&self, tx: &mut Tx, actor: &Actor, id: EventId) -> Result<Event, Error> {
        let event = store::event(tx, id).await?;
        must_keep(actor, event.fields.responsible)?;
        Ok(event)
    }
}
