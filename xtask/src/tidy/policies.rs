//! Every table is bound to its organisation by a row policy.

use super::{Finding, sql, tree::Tree};

/// Tables of no single organisation, with the reason. The list may only shrink.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "identity.failed_from",
        "counts attempts before anyone is known; only zvonok_auth may read it",
    ),
    (
        "identity.throttle",
        "counts attempts before anyone is known; only zvonok_auth may read it",
    ),
    (
        "kernel.backup",
        "when a backup of the whole installation was made; nobody's data",
    ),
    (
        "kernel.job_tick",
        "which node took which tick; nobody's data",
    ),
    (
        "kernel.seal_round",
        "up to which number rows are sealed, of all organisations at once",
    ),
];

/// Refuses a table without a policy, and an exception that is not needed any more.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    check_with(tree, EXCEPTIONS)
}

fn check_with(tree: &Tree, exceptions: &[(&str, &str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    let migrations = tree.migrations();
    let texts: Vec<_> = migrations
        .iter()
        .map(|it| (it, sql::plain(&it.text)))
        .collect();
    let mut open = Vec::new();
    for (file, text) in &texts {
        let text = text.replace("if not exists ", "");
        for table in made(&text) {
            if texts.iter().any(|(_, it)| protects(it, table)) {
                continue;
            }
            open.push(table.to_owned());
            if !exceptions.iter().any(|(it, _)| *it == table) {
                let what =
                    format!("{table} has no row policy: `select kernel.protect('{table}');`");
                found.push(Finding::refused(&file.path, what));
            }
        }
    }
    if !texts.is_empty() {
        let stale = exceptions
            .iter()
            .filter(|(it, _)| !open.iter().any(|table| table == it));
        found.extend(stale.map(|(it, _)| {
            Finding::refused(
                "xtask/src/tidy/policies.rs",
                format!("{it} is no exception any more"),
            )
        }));
    }
    found
}

/// The tables made, without partitions: these are reached through their parent.
fn made(sql: &str) -> impl Iterator<Item = &str> {
    let tables = sql::names_after(sql, &["create table", "create unlogged table"]);
    let whole = tables.filter(|(at, name)| {
        let statement = sql[*at..].split(';').next().unwrap_or_default();
        let rest = statement.split_once(name).map(|it| it.1.trim_start());
        !rest.is_some_and(|it| it.starts_with("partition of"))
    });
    // `%` marks a name that the database puts together itself, for a partition.
    whole.map(|it| it.1).filter(|it| !it.ends_with('_'))
}

fn protects(sql: &str, table: &str) -> bool {
    sql.contains(&format!("kernel.protect('{table}'"))
        || sql.contains(&format!("alter table {table} force row level security"))
}

#[cfg(test)]
mod tests {
    use super::check_with;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn a_table_without_a_policy_is_refused() {
        let tree = tree(&[
            (
                "migrations/org/1_a.sql",
                "create table org.room ();\nselect kernel.protect('org.room');",
            ),
            (
                "migrations/org/2_b.sql",
                "create table org.desk ();\n-- select kernel.protect('org.desk');",
            ),
            (
                "migrations/org/3_c.sql",
                "create table org.room_1 partition of org.room default;",
            ),
            (
                "migrations/org/4_d.sql",
                "create unlogged table org.try ();",
            ),
        ]);
        let exceptions = [("org.try", "nobody's")];
        assert_eq!(
            places(&check_with(&tree, &exceptions)),
            ["migrations/org/2_b.sql"]
        );
    }

    #[test]
    fn an_exception_that_is_not_needed_is_refused() {
        let tree = tree(&[("migrations/org/1_a.sql", "select 1;")]);
        let found = check_with(&tree, &[("org.gone", "")]);
        assert_eq!(places(&found), ["xtask/src/tidy/policies.rs"]);
    }
}
