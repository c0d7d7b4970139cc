//! All SQL of schema `people`.

mod alike;
mod arrival;
mod below;
mod cards;
mod consent_papers;
mod consents;
mod dictionaries;
mod enter;
mod file_numbers;
mod files;
mod import;
mod kinds;
mod kinship;
mod merge;
mod names;
mod proposals;
mod records;
mod reported;
mod restricted;
mod search;
mod setup;
mod sheets;
mod standing;

pub(crate) use alike::*;
pub(crate) use arrival::*;
pub(crate) use below::*;
pub(crate) use cards::*;
pub(crate) use consent_papers::*;
pub(crate) use consents::*;
pub(crate) use dictionaries::*;
pub(crate) use enter::*;
pub(crate) use file_numbers::*;
pub(crate) use files::*;
pub(crate) use import::*;
pub(crate) use kinds::*;
pub(crate) use kinship::*;
pub(crate) use merge::*;
pub(crate) use names::*;
pub(crate) use proposals::*;
pub(crate) use records::*;
pub(crate) use reported::*;
pub(crate) use restricted::*;
pub(crate) use search::*;
pub(crate) use setup::*;
pub(crate) use sheets::*;
pub(crate) use standing::*;

use kernel::PersonId;
use sqlx::postgres::PgQueryResult;

use crate::Error;

/// The error where no row was as the statement asked for.
fn touched(done: &PgQueryResult, otherwise: Error) -> Result<(), Error> {
    if done.rows_affected() == 0 {
        Err(otherwise)
    } else {
        Ok(())
    }
}

fn numbers(ids: &[PersonId]) -> Vec<i64> {
    ids.iter().map(|it| it.get()).collect()
}
