//! A domain reads and writes its own schema only; another domain is asked.

use super::{
    Finding,
    crates::{Room, known, schemas},
    sql,
    tree::{File, Tree},
};

/// What stands before a table in SQL.
const BEFORE_TABLE: &[&str] = &[
    "from", "join", "into", "update", "table", "only", "copy", "using",
];

/// Refuses SQL over another domain's schema, in crates and in migrations.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<_> = tree.product().flat_map(in_source).collect();
    found.extend(tree.migrations().into_iter().filter_map(in_migration));
    found
}

fn in_source(file: &File) -> Vec<Finding> {
    let owner = file.crate_name().and_then(known).map(|it| it.1);
    let Some(owner) = owner.filter(|it| !matches!(it.room, Room::Demo | Room::Tests)) else {
        return Vec::new();
    };
    let source = file.production();
    let mut found = Vec::new();
    for literal in &source.literals {
        let text = literal.text.to_lowercase();
        for (at, table) in sql::names_after(&text, BEFORE_TABLE) {
            let schema = table.split('.').next().unwrap_or_default();
            if schemas().any(|it| it == schema) && owner.schema != Some(schema) {
                let line = source.line(literal.at) + text[..at].matches('\n').count();
                let what = format!(
                    "{} speaks of {table}: ask the crate that owns schema {schema}",
                    owner.name
                );
                found.push(Finding::refused(format!("{}:{line}", file.path), what));
            }
        }
    }
    found
}

/// A table is made by the migrations of its own schema.
fn in_migration(file: &File) -> Option<Finding> {
    let schema = file.path.split('/').nth(1)?;
    let text = sql::plain(&file.text).replace("if not exists ", "");
    let mut tables = sql::names_after(&text, &["create table", "alter table"]).map(|it| it.1);
    let foreign = tables.find(|it| !it.starts_with(&format!("{schema}.")))?;
    Some(Finding::refused(
        &file.path,
        format!("{foreign} belongs to another folder of migrations"),
    ))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn sql_over_a_foreign_schema_is_refused() {
        let tree = tree(&[
            (
                "crates/journal/src/store.rs",
                "// from people.pupil\nfn f() { query!(\"select 1\n from journal.mark\n join people.pupil\") }",
            ),
            (
                "crates/people/src/store.rs",
                "fn f() { query!(\"select 1 from people.pupil\"); say(\"taken from people. Then\") }",
            ),
            (
                "crates/org/src/service.rs",
                "fn f() { x(\"select 1 from kernel.audit\") }",
            ),
            (
                "crates/demo/src/lib.rs",
                "fn f() { copy(\"copy journal.mark from stdin\") }",
            ),
        ]);
        assert_eq!(
            places(&check(&tree)),
            [
                "crates/journal/src/store.rs:4",
                "crates/org/src/service.rs:1"
            ]
        );
    }

    #[test]
    fn a_migration_makes_tables_of_its_own_schema() {
        let tree = tree(&[
            (
                "migrations/org/1_a.sql",
                "create table org.room (x int references people.pupil);",
            ),
            (
                "migrations/org/2_b.sql",
                "create table if not exists people.pupil ();",
            ),
        ]);
        assert_eq!(places(&check(&tree)), ["migrations/org/2_b.sql"]);
    }
}
