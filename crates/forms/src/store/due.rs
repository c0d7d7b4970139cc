use chrono::NaiveDate;
use db::Tx;
use serde::Deserialize;
use sqlx::types::Json;

use crate::{FormId, FormState};

/// A day agreed upon for a form of a year.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Agreed {
    pub(crate) code: String,
    pub(crate) year: i32,
    pub(crate) due_on: NaiveDate,
}

/// Where a form of the school is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Begun {
    pub(crate) id: FormId,
    pub(crate) code: String,
    pub(crate) year: i32,
    pub(crate) state: FormState,
}

/// The days that hold here, the nearest first, and the forms that were begun.
pub(crate) async fn owed(tx: &mut Tx) -> Result<(Vec<Agreed>, Vec<Begun>), db::Error> {
    let found = sqlx::query!(
        r#"select coalesce((select json_agg(json_build_object('code', a.code, 'year', a.year, 'due_on', a.due_on)
                                            order by a.depth)
                            from forms.agreed() a), '[]') as "agreed!: Json<Vec<Agreed>>",
                  coalesce((select json_agg(json_build_object('id', f.form_id, 'code', f.code, 'year', f.year,
                                                              'state', f.state))
                            from forms.form f where f.org_id = kernel.org()), '[]') as "begun!: Json<Vec<Begun>>""#,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((found.agreed.0, found.begun.0))
}

/// Sets the day of the organisation.
pub(crate) async fn set_due(
    tx: &mut Tx,
    code: &str,
    year: i16,
    due_on: NaiveDate,
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into forms.due (org_id, code, year, due_on) values (kernel.org(), $1, $2, $3)
         on conflict (org_id, code, year) do update set due_on = excluded.due_on",
        code,
        year,
        due_on,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
