use db::{Error, Tx};

/// How many people there are.
pub(crate) struct SetupCounts {
    pub(crate) staff: i64,
    pub(crate) pupils: i64,
    pub(crate) parents: i64,
    /// Pupils of whom no parent is known.
    pub(crate) alone: i64,
}

/// All counts of the wizard, in one statement.
pub(crate) async fn setup_counts(tx: &mut Tx) -> Result<SetupCounts, Error> {
    let counts = sqlx::query_as!(
        SetupCounts,
        r#"select (select count(*) from people.staff s
                    where s.org_id = kernel.org() and s.dismissed_on is null) as "staff!",
                  (select count(*) from people.pupil p where p.org_id = kernel.org()) as "pupils!",
                  (select count(*) from people.parent p where p.org_id = kernel.org()) as "parents!",
                  (select count(*) from people.pupil p where p.org_id = kernel.org()
                      and not exists (select from people.kinship k where k.org_id = p.org_id
                          and k.pupil_id = p.person_id and k.until is null)) as "alone!""#,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(counts)
}
