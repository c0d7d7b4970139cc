//! All SQL of the schema `portfolio`.

mod association;
mod attestation;
mod club;
mod entry;
mod equipment;
mod event;
mod file;
mod meeting;

pub(crate) use association::{
    association, associations, insert_association, insert_item, items, update_association,
    update_item,
};
pub(crate) use attestation::{attestations, attestations_below, save_attestation};
pub(crate) use club::{
    club, club_days, club_members, club_visits, clubs, clubs_of, insert_club, join_club,
    leave_club, save_club_day, update_club,
};
pub(crate) use entry::{
    change_entry, decide_entry, entries_between, entries_of, entry, insert_entry, lock_entry,
    remove_entry,
};
pub(crate) use equipment::{equipment, insert_equipment, update_equipment};
pub(crate) use event::{
    add_participants, enter_results, event, events, follow_results, insert_event, participants,
    remove_participant, save_results, update_event,
};
pub(crate) use file::{add_file, files, remove_file};
pub(crate) use meeting::{
    insert_meeting, meeting, meeting_visits, meetings, save_meeting_visits, update_meeting,
};

use crate::Error;

/// Ids as the database takes them.
fn numbers<T: Copy + Into<i64>>(ids: &[T]) -> Vec<i64> {
    ids.iter().map(|&it| it.into()).collect()
}

/// What a statement with `where version = …` means when it touched no row.
fn changed_one(done: &sqlx::postgres::PgQueryResult) -> Result<(), Error> {
    match done.rows_affected() {
        0 => Err(Error::ChangedMeanwhile),
        _ => Ok(()),
    }
}

/// Somebody who was chosen does not work or learn here, or an inventory
/// number is taken.
fn nobody(error: sqlx::Error) -> Error {
    let error = db::Error::from(error);
    match error.constraint() {
        Some("equipment_number") => Error::NumberTaken,
        Some(
            "entry_pupil"
            | "entry_staff"
            | "entry_teacher"
            | "club_leader"
            | "club_member_pupil"
            | "association_head"
            | "association_member_person"
            | "equipment_responsible"
            | "equipment_room"
            | "attestation_person"
            | "event_responsible"
            | "event_participant_pupil",
        ) => Error::NoSuchPerson,
        _ => error.into(),
    }
}
