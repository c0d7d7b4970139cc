//! All SQL of the schema `schedule`.

pub(crate) mod bells;
pub(crate) mod held;
pub(crate) mod lesson;
pub(crate) mod publish;
pub(crate) mod setup;
pub(crate) mod slots;
pub(crate) mod versions;

/// Ids as the database takes them.
fn numbers<T: Copy + Into<i64>>(ids: &[T]) -> Vec<i64> {
    ids.iter().map(|&it| it.into()).collect()
}
