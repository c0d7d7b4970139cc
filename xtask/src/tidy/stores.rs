//! SQL lives in `store.rs` and `store/`, nowhere else.

use super::{
    Finding,
    tree::{File, Tree},
};

/// The owner of the pool, and those who work on databases as a whole.
const FREE: &[&str] = &["db", "demo", "testkit"];

/// Refuses `sqlx::` in services, pages and everywhere else.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let bound = tree
        .ending(".rs")
        .filter(|it| it.is_production() && !is_free(it));
    bound.filter_map(first_use).collect()
}

fn is_free(file: &File) -> bool {
    let store = file.path.ends_with("/src/store.rs") || file.path.contains("/src/store/");
    store || file.crate_name().is_some_and(|it| FREE.contains(&it))
}

fn first_use(file: &File) -> Option<Finding> {
    let source = file.production();
    let at = source.code.find("sqlx::")?;
    let place = format!("{}:{}", file.path, source.line(at));
    Some(Finding::refused(
        place,
        "SQL lives in store.rs and store/ only",
    ))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn sql_outside_the_store_is_refused() {
        let tree = tree(&[
            ("app/src/main.rs", "\nfn main() { sqlx::query(\"\") }"),
            ("crates/db/src/tx.rs", "use sqlx::PgConnection;"),
            ("crates/org/src/service.rs", "use sqlx::query;"),
            ("crates/org/src/store.rs", "use sqlx::query;"),
            ("crates/org/src/store/room.rs", "use sqlx::query;"),
            (
                "crates/people/src/service.rs",
                "// sqlx::query is for the store\nfn f() { \"sqlx::\" }",
            ),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["app/src/main.rs:2", "crates/org/src/service.rs:1"]
        );
    }
}
