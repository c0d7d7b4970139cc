//! Counts the statements of a piece of work, so that a test can hold a page
//! to its budget whatever the number of rows.

use std::{cell::Cell, future::Future};

tokio::task_local! {
    static COUNT: Cell<u32>;
}

/// Runs the future and tells how many statements it took through
/// [`crate::Tx::conn`]; BEGIN and COMMIT are not among them.
pub async fn counted<F: Future>(work: F) -> (F::Output, u32) {
    COUNT
        .scope(Cell::new(0), async {
            let output = work.await;
            (output, COUNT.with(Cell::get))
        })
        .await
}

pub(crate) fn count_one() {
    // Outside of `counted` nobody asks.
    let _ = COUNT.try_with(|it| it.set(it.get() + 1));
}
