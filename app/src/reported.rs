//! Forms of statistics of the demonstration (RPT-3): through the use cases, so
//! that figures are counted over the made-up data. Every school handed ОО-1
//! in; those below another municipality's operator wait, the others are
//! accepted, and the first school has a draft of a short form with a correction.

use db::Db;
use forms::{Decision, Error, Forms, expr::Place};
use kernel::{Actor, OrgId, Role};

use crate::{Config, decisions::holder, wire};

const FORM: &str = "oo-1";
const DRAFT: &str = "osh-1";

/// Hands in what is not handed in yet.
pub(crate) async fn make(db: &Db, config: &Config, year: i32) -> anyhow::Result<()> {
    let services = wire::services(db, config)?;
    let forms = wire::forms(db, &services);
    let mut first = true;
    for school in services.org.tree().await? {
        if !school.kind.is_school() {
            continue;
        }
        let Some(director) = holder(db, &services.identity, school.id, Role::Director).await?
        else {
            continue;
        };
        let deputy = holder(db, &services.identity, school.id, Role::Deputy).await?;
        let by = deputy.as_ref().unwrap_or(&director);
        if !hand_in(&forms, by, &director, year).await? {
            continue;
        }
        if first {
            draft(&forms, by, year).await?;
        } else if let Some(unit) = school.parent {
            let operator = holder(db, &services.identity, unit, Role::MunicipalOperator).await?;
            accept(&forms, operator.as_ref(), school.id, year).await?;
        }
        first = false;
    }
    Ok(())
}

/// Counts, hands in and signs; not where the form was begun before, nor where
/// there is nothing to count.
async fn hand_in(forms: &Forms, by: &Actor, director: &Actor, year: i32) -> anyhow::Result<bool> {
    let day = chrono::NaiveDate::from_ymd_opt(year, 9, 20).unwrap_or_default();
    let begun = forms.list(by, day).await?;
    if begun.iter().any(|it| it.form.is_some()) {
        return Ok(false);
    }
    let id = match forms.compute(by, FORM, year).await {
        Ok(id) => id,
        Err(Error::NoYear) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let lock = forms.open(by, id).await?.lock;
    match forms.hand_in(by, id, lock).await {
        Ok(()) => {}
        // The made-up data may fail a check: then it stays a draft.
        Err(Error::ChecksFail) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    forms.sign(director, id).await?;
    Ok(true)
}

async fn draft(forms: &Forms, by: &Actor, year: i32) -> anyhow::Result<()> {
    let id = forms.compute(by, DRAFT, year).await?;
    let at = Place::new("1", "02", "4");
    forms.correct(by, id, &at, 1, "").await?;
    Ok(())
}

async fn accept(
    forms: &Forms,
    operator: Option<&Actor>,
    school: OrgId,
    year: i32,
) -> anyhow::Result<()> {
    let Some(operator) = operator else {
        return Ok(());
    };
    let said = (Decision::Accepted, "", "");
    forms
        .decide(operator, (FORM, year), school, 1, said)
        .await?;
    Ok(())
}
