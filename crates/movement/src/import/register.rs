use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Class, Curriculum, Records, Year};
use db::Tx;
use kernel::{
    ClassId, PersonId,
    names::{ClassName, search_key},
};
use people::ListedCard;

use super::plan::Named;
use crate::{
    Error, Refusal,
    order::{Effect, OrderId, Place},
    register::{Chain, Event},
    store,
};

/// The register as far as the list concerns it.
pub(super) struct Register {
    classes: HashMap<ClassName, ClassId>,
    /// Groups of a kindergarten by the search key of their names.
    pub(super) groups: HashMap<String, ClassId>,
    chains: HashMap<PersonId, Chain>,
}

impl Register {
    pub(super) async fn load(
        tx: &mut Tx,
        curriculum: Records,
        year: &Year,
        listed: &[ListedCard],
    ) -> Result<Self, Error> {
        let classes = curriculum.classes(tx, year.id).await?;
        let people: Vec<PersonId> = listed.iter().filter_map(|it| it.person).collect();
        Ok(Self {
            classes: classes
                .iter()
                .filter_map(|it| Some((class_name(it)?, it.id)))
                .collect(),
            groups: classes
                .iter()
                .filter(|it| it.is_preschool())
                .map(|it| (search_key(&it.name()), it.id))
                .collect(),
            chains: store::chains(tx, &people).await?,
        })
    }

    /// «2 младшая» is a group where there is one of that name, and a class otherwise.
    pub(super) fn named(&self, text: &str) -> Option<Named> {
        let group = self.groups.get(&search_key(text));
        group
            .map(|it| Named::Group(*it))
            .or_else(|| text.parse().ok().map(Named::Class))
    }

    pub(super) fn id(&self, class: &Named) -> Option<ClassId> {
        match class {
            Named::Class(name) => self.classes.get(name).copied(),
            Named::Group(id) => Some(*id),
        }
    }

    /// Whether the pupil has to be enrolled, or why they cannot be.
    pub(super) fn step(
        &self,
        pupil: Option<PersonId>,
        class: &Named,
        on: NaiveDate,
    ) -> Result<bool, (&'static str, &'static str)> {
        let outside = Chain::default();
        let chain = pupil
            .and_then(|it| self.chains.get(&it))
            .unwrap_or(&outside);
        let now = chain.now();
        if let Some(place) = now {
            let is_same = self.id(class) == place.class();
            return if is_same {
                Ok(false)
            } else {
                Err(("class", "intake.in-other-class"))
            };
        }
        // Which place it is does not matter to whether somebody may come.
        let effect = Effect::Enter(Place::Grade(0));
        let event = Event {
            order: OrderId::from(0),
            effective_on: on,
            effect,
        };
        chain
            .step(&event)
            .map(|_| true)
            .map_err(|it: Refusal| ("enrolled_on", it.code()))
    }
}

fn class_name(it: &Class) -> Option<ClassName> {
    ClassName::new(u8::try_from(it.grade).ok()?, &it.letter).ok()
}
