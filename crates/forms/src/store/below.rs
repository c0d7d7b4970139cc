//! What an organisation sees of the forms of those below it.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::OrgId;
use sqlx::types::Json;

use crate::{FormState, sheet::Failed};

/// The last version that a school handed in.
#[derive(Clone, Debug)]
pub(crate) struct Submitted {
    pub(crate) org: OrgId,
    pub(crate) state: FormState,
    pub(crate) number: i16,
    /// So many computed figures were corrected by hand.
    pub(crate) corrected: i64,
    pub(crate) failed: Vec<Failed>,
    pub(crate) hash: String,
    pub(crate) handed_at: DateTime<Utc>,
    pub(crate) signed: bool,
    pub(crate) comment: String,
    pub(crate) decided_at: Option<DateTime<Utc>>,
}

/// What the schools below handed in, unordered.
pub(crate) async fn submitted_below(
    tx: &mut Tx,
    code: &str,
    year: i16,
) -> Result<Vec<Submitted>, db::Error> {
    let rows = sqlx::query!(
        r#"select org_id as "org_id!", state as "state!", number as "number!",
                  corrected as "corrected!", failed as "failed!: Json<Vec<Failed>>", hash as "hash!",
                  handed_at as "handed_at!", signed as "signed!", comment as "comment!", decided_at
           from forms.submitted_below($1, $2)"#,
        code,
        year,
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().filter_map(|it| {
        Some(Submitted {
            org: it.org_id.into(),
            state: FormState::from_code(&it.state)?,
            number: it.number,
            corrected: it.corrected,
            failed: it.failed.0,
            hash: it.hash,
            handed_at: it.handed_at,
            signed: it.signed,
            comment: it.comment,
            decided_at: it.decided_at,
        })
    });
    Ok(row.collect())
}

/// The figures of what was handed in below: of one section or all, of one
/// school or all.
pub(crate) async fn figures_below(
    tx: &mut Tx,
    (code, year): (&str, i16),
    section: Option<&str>,
    school: Option<OrgId>,
) -> Result<Vec<(OrgId, FormState, String, i64)>, db::Error> {
    let rows = sqlx::query!(
        r#"select org_id as "org_id!", state as "state!", place as "place!", figure as "figure!"
           from forms.figures_below($1, $2, $3, $4)"#,
        code,
        year,
        section,
        school.map(OrgId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().filter_map(|it| {
        let state = FormState::from_code(&it.state)?;
        Some((it.org_id.into(), state, it.place, it.figure))
    });
    Ok(row.collect())
}

/// The sums of what was handed in by these schools below: of each cell the sum
/// and how many figures are 1. Of those in these states alone.
pub(crate) async fn sums_below(
    tx: &mut Tx,
    (code, year): (&str, i16),
    counted: &[FormState],
    schools: &[OrgId],
) -> Result<Vec<(String, i64, i64)>, db::Error> {
    let states: Vec<String> = counted.iter().map(|it| it.code().to_owned()).collect();
    let schools: Vec<i64> = schools.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select place as "place!", figure as "figure!", ones as "ones!"
           from forms.sums_below($1, $2, $3, $4)"#,
        code,
        year,
        &states,
        &schools,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.place, it.figure, it.ones))
        .collect())
}
