//! All SQL of the schema `curriculum`.

pub(crate) mod classes;
pub(crate) mod frame;
pub(crate) mod groups;
pub(crate) mod import;
pub(crate) mod loads;
pub(crate) mod next_year;
pub(crate) mod own;
pub(crate) mod plans;
pub(crate) mod scales;
pub(crate) mod setup;
pub(crate) mod study;
pub(crate) mod subjects;
pub(crate) mod years;

/// Ids as the database takes them.
fn numbers<T: Copy + Into<i64>>(ids: &[T]) -> Vec<i64> {
    ids.iter().map(|&it| it.into()).collect()
}

/// What a statement with `where version = …` means when it touched no row.
fn changed_one(done: &sqlx::postgres::PgQueryResult) -> Result<(), crate::Error> {
    match done.rows_affected() {
        0 => Err(crate::Error::ChangedMeanwhile),
        _ => Ok(()),
    }
}

/// Something else holds on to the row that should go.
fn refused_delete(error: sqlx::Error) -> crate::Error {
    let error = db::Error::from(error);
    if error.constraint().is_some() {
        crate::Error::InUse
    } else {
        error.into()
    }
}
