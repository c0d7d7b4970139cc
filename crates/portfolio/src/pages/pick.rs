//! Pupils to choose: `templates/portfolio/pick.html`.

use kernel::{ClassId, PersonId};
use serde::Serialize;

use super::{Chip, Link};
use crate::Picking;

/// Pupils to tick, of one class at a time.
#[derive(Serialize)]
pub(super) struct PickPage {
    pub(super) title: String,
    pub(super) trail: Vec<Link>,
    pub(super) classes: Vec<Chip>,
    pub(super) class: Option<String>,
    pub(super) pupils: Vec<PickView>,
    pub(super) action: String,
    pub(super) back: String,
}

#[derive(Serialize)]
pub(super) struct PickView {
    pub(super) id: PersonId,
    pub(super) name: String,
    /// Is there already.
    pub(super) is_in: bool,
}

impl PickPage {
    /// The classes and pupils of a picking; `action` is the address of the page too.
    pub(super) fn of(
        it: &Picking,
        known: &[PersonId],
        (title, trail): (String, Vec<Link>),
        (action, back): (String, String),
    ) -> Self {
        let name = |id: ClassId| it.classes.iter().find(|class| class.id == id);
        Self {
            title,
            trail,
            classes: it
                .classes
                .iter()
                .map(|class| Chip {
                    href: format!("{action}?class={}", class.id),
                    label: class.name(),
                    current: it.chosen == Some(class.id),
                })
                .collect(),
            class: it.chosen.and_then(name).map(curriculum::Class::name),
            pupils: it
                .pupils
                .iter()
                .map(|pick| PickView {
                    id: pick.pupil,
                    name: pick.name.clone(),
                    is_in: known.contains(&pick.pupil),
                })
                .collect(),
            action,
            back,
        }
    }
}
