use db::{Error, Tx};

/// Who can sign in.
pub(crate) struct SetupCounts {
    pub(crate) teachers: i64,
    /// Pupils and parents.
    pub(crate) families: i64,
    /// Slips that nobody has come in with.
    pub(crate) waiting: i64,
}

/// All counts of the wizard, in one statement.
pub(crate) async fn setup_counts(tx: &mut Tx) -> Result<SetupCounts, Error> {
    let counts = sqlx::query_as!(
        SetupCounts,
        r#"with g as (select distinct g.account_id, g.role from identity.role_grant g
                       join identity.membership m on m.org_id = g.org_id and m.account_id = g.account_id
                      where g.org_id = kernel.org() and g.ended_at is null and m.ended_at is null)
           select count(distinct account_id) filter (where role = 'teacher') as "teachers!",
                  count(distinct account_id) filter (where role in ('pupil', 'parent')) as "families!",
                  (select count(*) from identity.slip s where s.org_id = kernel.org()
                      and s.used_at is null and s.voided_at is null) as "waiting!"
             from g"#,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(counts)
}
