use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::PersonId;
use sqlx::types::Json;

use crate::{
    Correction, Decision, Error, FormId, FormState, Submission,
    sheet::{Failed, Figures, Gap},
};

/// A form as it lies in the table.
#[derive(Clone, Debug)]
pub(crate) struct StoredForm {
    pub(crate) id: FormId,
    pub(crate) code: String,
    pub(crate) year: i32,
    pub(crate) state: FormState,
    pub(crate) counted: Figures,
    pub(crate) gaps: Vec<Gap>,
    /// What the last counting changed, with the figures before.
    pub(crate) changed: BTreeMap<String, Option<i64>>,
    pub(crate) computed_by: PersonId,
    pub(crate) computed_at: DateTime<Utc>,
    pub(crate) version: i32,
}

struct FormRow {
    form_id: i64,
    code: String,
    year: i16,
    state: String,
    counted: Json<Figures>,
    gaps: Json<Vec<Gap>>,
    changed: Json<BTreeMap<String, Option<i64>>>,
    computed_by: i64,
    computed_at: DateTime<Utc>,
    version: i32,
}

impl From<FormRow> for StoredForm {
    fn from(it: FormRow) -> Self {
        Self {
            id: it.form_id.into(),
            code: it.code,
            year: it.year.into(),
            state: FormState::from_code(&it.state).unwrap_or(FormState::Draft),
            counted: it.counted.0,
            gaps: it.gaps.0,
            changed: it.changed.0,
            computed_by: it.computed_by.into(),
            computed_at: it.computed_at,
            version: it.version,
        }
    }
}

/// Every form of the school, the newest year first.
pub(crate) async fn forms(tx: &mut Tx) -> Result<Vec<StoredForm>, db::Error> {
    let rows = sqlx::query_as!(
        FormRow,
        r#"select form_id, code, year, state, '{}'::jsonb as "counted!: Json<Figures>",
                  gaps as "gaps: Json<Vec<Gap>>", '{}'::jsonb as "changed!: Json<BTreeMap<String, Option<i64>>>",
                  computed_by, computed_at, version
           from forms.form where org_id = kernel.org() order by year desc, code"#,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One form of the school.
pub(crate) async fn form(tx: &mut Tx, id: FormId) -> Result<Option<StoredForm>, db::Error> {
    let row = sqlx::query_as!(
        FormRow,
        r#"select form_id, code, year, state, counted as "counted: Json<Figures>",
                  gaps as "gaps: Json<Vec<Gap>>", changed as "changed: Json<BTreeMap<String, Option<i64>>>",
                  computed_by, computed_at, version
           from forms.form where org_id = kernel.org() and form_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// The form of a year, where somebody began it.
pub(crate) async fn form_of(
    tx: &mut Tx,
    code: &str,
    year: i16,
) -> Result<Option<FormId>, db::Error> {
    let id = sqlx::query_scalar!(
        "select form_id from forms.form where org_id = kernel.org() and code = $1 and year = $2",
        code,
        year,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(Into::into))
}

/// The form for a change that nobody else makes until the commit.
pub(crate) async fn lock_form(tx: &mut Tx, id: FormId) -> Result<Option<StoredForm>, db::Error> {
    let row = sqlx::query_as!(
        FormRow,
        r#"select form_id, code, year, state, counted as "counted: Json<Figures>",
                  gaps as "gaps: Json<Vec<Gap>>", changed as "changed: Json<BTreeMap<String, Option<i64>>>",
                  computed_by, computed_at, version
           from forms.form where org_id = kernel.org() and form_id = $1 for update"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// Begins a form with what was counted; the one that is there stays as it is.
pub(crate) async fn create(
    tx: &mut Tx,
    (code, year): (&str, i16),
    counted: &Figures,
    gaps: &[Gap],
    by: PersonId,
) -> Result<Option<FormId>, db::Error> {
    let id = sqlx::query_scalar!(
        "insert into forms.form (org_id, code, year, counted, gaps, computed_by, computed_at)
         values (kernel.org(), $1, $2, $3, $4, $5, kernel.now())
         on conflict (org_id, code, year) do nothing returning form_id",
        code,
        year,
        Json(counted) as _,
        Json(gaps) as _,
        by.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(Into::into))
}

/// Puts new counts into a form.
pub(crate) async fn recount(
    tx: &mut Tx,
    id: FormId,
    counted: &Figures,
    gaps: &[Gap],
    changed: &BTreeMap<String, Option<i64>>,
    by: PersonId,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update forms.form set counted = $2, gaps = $3, changed = $4, computed_by = $5, computed_at = kernel.now(),
                version = version + 1
          where org_id = kernel.org() and form_id = $1",
        id.get(),
        Json(counted) as _,
        Json(gaps) as _,
        Json(changed) as _,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was written by hand, by place.
pub(crate) async fn corrections(
    tx: &mut Tx,
    id: FormId,
) -> Result<BTreeMap<String, Correction>, db::Error> {
    let rows = sqlx::query!(
        "select place, figure, reason, corrected_by, corrected_at from forms.correction
          where org_id = kernel.org() and form_id = $1",
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().map(|it| {
        let correction = Correction {
            figure: it.figure,
            reason: it.reason,
            by: it.corrected_by.into(),
            at: it.corrected_at,
        };
        (it.place, correction)
    });
    Ok(row.collect())
}

/// Writes figures by hand.
pub(crate) async fn correct(
    tx: &mut Tx,
    id: FormId,
    figures: &[(String, i64)],
    reason: &str,
    by: PersonId,
) -> Result<(), db::Error> {
    let (places, figures): (Vec<String>, Vec<i64>) = figures.iter().cloned().unzip();
    sqlx::query!(
        "insert into forms.correction (org_id, form_id, place, figure, reason, corrected_by, corrected_at)
         select kernel.org(), $1, place, figure, $4, $5, kernel.now()
           from unnest($2::text[], $3::bigint[]) it (place, figure)
         on conflict (org_id, form_id, place) do update set figure = excluded.figure, reason = excluded.reason,
                corrected_by = excluded.corrected_by, corrected_at = excluded.corrected_at",
        id.get(),
        &places,
        &figures,
        reason,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes back what was written by hand.
pub(crate) async fn take_back(tx: &mut Tx, id: FormId, places: &[String]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from forms.correction where org_id = kernel.org() and form_id = $1 and place = any($2)",
        id.get(),
        places,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is handed in.
pub(crate) struct NewSubmission<'a> {
    pub(crate) number: i16,
    pub(crate) figures: &'a Figures,
    pub(crate) computed: &'a Figures,
    pub(crate) failed: &'a [Failed],
    pub(crate) hash: &'a str,
    pub(crate) by: PersonId,
    pub(crate) signed: bool,
}

/// Freezes a version and closes the form.
pub(crate) async fn hand_in(
    tx: &mut Tx,
    id: FormId,
    it: &NewSubmission<'_>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into forms.submission (org_id, form_id, number, figures, computed, failed, hash, handed_by, handed_at,
                                       signed_by, signed_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7::bigint, kernel.now(),
                 case when $8 then $7::bigint end, case when $8 then kernel.now() end)",
        id.get(),
        it.number,
        Json(it.figures) as _,
        Json(it.computed) as _,
        Json(it.failed) as _,
        it.hash,
        it.by.get(),
        it.signed,
    )
    .execute(tx.conn())
    .await?;
    set_state(tx, id, FormState::HandedIn).await
}

async fn set_state(tx: &mut Tx, id: FormId, state: FormState) -> Result<(), db::Error> {
    sqlx::query!(
        "update forms.form set state = $2, version = version + 1 where org_id = kernel.org() and form_id = $1",
        id.get(),
        state.code(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The head signs the last version; nothing where it is signed already.
pub(crate) async fn sign(
    tx: &mut Tx,
    id: FormId,
    number: i16,
    by: PersonId,
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "update forms.submission set signed_by = $3, signed_at = kernel.now()
          where org_id = kernel.org() and form_id = $1 and number = $2 and signed_by is null",
        id.get(),
        number,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Every version that was handed in, the newest first.
pub(crate) async fn submissions(tx: &mut Tx, id: FormId) -> Result<Vec<Submission>, db::Error> {
    let rows = sqlx::query!(
        r#"select number, figures as "figures: Json<Figures>", computed as "computed: Json<Figures>",
                  failed as "failed: Json<Vec<Failed>>", hash, handed_by, handed_at, signed_by, signed_at, decision,
                  comment, decided_by, decided_at
           from forms.submission where org_id = kernel.org() and form_id = $1 order by number desc"#,
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().map(|it| Submission {
        number: it.number,
        figures: it.figures.0,
        computed: it.computed.0,
        failed: it.failed.0,
        hash: it.hash,
        handed_by: it.handed_by.into(),
        handed_at: it.handed_at,
        signed: it.signed_by.map(PersonId::from).zip(it.signed_at),
        decision: Decision::from_code(&it.decision),
        comment: it.comment,
        decided_by: it.decided_by,
        decided_at: it.decided_at,
    });
    Ok(row.collect())
}

/// What the unit above says.
pub(crate) struct Decided<'a> {
    pub(crate) number: i16,
    pub(crate) decision: Decision,
    pub(crate) comment: &'a str,
    pub(crate) by: &'a str,
}

/// Writes the decision about a version of the form.
pub(crate) async fn decide(tx: &mut Tx, id: FormId, it: &Decided<'_>) -> Result<(), Error> {
    let done = sqlx::query!(
        "update forms.submission set decision = $3, comment = $4, decided_by = $5, decided_at = kernel.now()
          where org_id = kernel.org() and form_id = $1 and number = $2",
        id.get(),
        it.number,
        it.decision.code(),
        it.comment,
        it.by,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() != 1 {
        return Err(Error::NotFound);
    }
    let state = match it.decision {
        Decision::Accepted => FormState::Accepted,
        Decision::Returned => FormState::Returned,
    };
    Ok(set_state(tx, id, state).await?)
}

/// The figures last handed in of a form of a year, unless they were returned.
pub(crate) async fn handed_in(
    tx: &mut Tx,
    code: &str,
    year: i16,
) -> Result<Option<Figures>, db::Error> {
    let figures = sqlx::query_scalar!(
        r#"select s.figures as "figures: Json<Figures>"
           from forms.form f join forms.submission s using (org_id, form_id)
           where f.org_id = kernel.org() and f.code = $1 and f.year = $2 and f.state in ('handed_in', 'accepted')
           order by s.number desc limit 1"#,
        code,
        year,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(figures.map(|it| it.0))
}
