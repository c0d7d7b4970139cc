//! What the list makes of the week.

use std::collections::{BTreeSet, HashSet};

use curriculum::Year;
use intake::{Note, RowOutcome};

use crate::NewSlot;

pub(super) struct Plan {
    pub(super) year: Year,
    /// For each row, its hour.
    pub(super) hours: Vec<Option<NewSlot>>,
    /// Hours that are there already.
    pub(super) known: HashSet<NewSlot>,
    pub(super) unknown_rooms: BTreeSet<String>,
    pub(super) without_room: usize,
}

impl Plan {
    /// The hours of the rows that make sense, with the places of the rows.
    pub(super) fn wanted(&self) -> (Vec<usize>, Vec<NewSlot>) {
        let wanted = self.hours.iter().enumerate();
        wanted
            .filter_map(|(index, it)| Some((index, it.clone()?)))
            .unzip()
    }

    pub(super) fn outcome(&self, index: usize) -> RowOutcome {
        match &self.hours[index] {
            Some(it) if self.known.contains(it) => RowOutcome::Skip,
            _ => RowOutcome::Create,
        }
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        let said: HashSet<&NewSlot> = self.hours.iter().flatten().collect();
        let gone = self.known.iter().filter(|it| !said.contains(it)).count();
        let mut notes = vec![];
        if gone > 0 {
            notes.push(Note::new("hours-replaced").with("count", &gone));
        }
        if !self.unknown_rooms.is_empty() {
            let rooms: Vec<String> = self.unknown_rooms.iter().cloned().collect();
            let note = Note::new("no-such-rooms").with("rooms", &rooms.join(", "));
            notes.push(note.with("count", &self.without_room));
        }
        notes
    }
}
