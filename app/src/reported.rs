//! Forms of statistics of the demonstration (RPT-3): through the use cases, so
//! that figures are counted over the made-up data. Nearly every school handed
//! ОО-1 in; the first waits, with a draft of a short form and of ОО-2, some of
//! the others were returned, some have only begun, the rest is accepted.

use db::Db;
use std::collections::BTreeMap;

use forms::{Content, Decision, Error, FormId, Forms, expr::Place, sheet::Sheet};
use kernel::{Actor, OrgId, Role};

use crate::{Config, decisions::holder, wire};

const FORM: &str = "oo-1";
const DRAFT: &str = "osh-1";
const BASE: &str = "oo-2";

/// Of so many schools one was returned, and of so many one has only begun.
const RETURNED: usize = 5;
const BEGUN: usize = 7;

/// Hands in what is not handed in yet.
pub(crate) async fn make(db: &Db, config: &Config, year: i32) -> anyhow::Result<()> {
    let services = wire::services(db, config)?;
    let forms = wire::forms(db, &services);
    let mut at = 0;
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
        let begun = at > 0 && at % BEGUN == 0;
        if !hand_in(&forms, by, &director, (year, begun)).await? {
            continue;
        }
        if at == 0 {
            draft(&forms, by, year).await?;
        } else if let Some(unit) = school.parent.filter(|_| !begun) {
            let operator = holder(db, &services.identity, unit, Role::MunicipalOperator).await?;
            let said = match at % RETURNED {
                2 => (Decision::Returned, demo::FORM_RETURNED, ""),
                _ => (Decision::Accepted, "", ""),
            };
            decide(&forms, operator.as_ref(), school.id, (year, said)).await?;
        }
        at += 1;
    }
    Ok(())
}

/// Counts, hands in and signs; not where the form was begun before, nor where
/// there is nothing to count.
async fn hand_in(
    forms: &Forms,
    by: &Actor,
    director: &Actor,
    (year, begun): (i32, bool),
) -> anyhow::Result<bool> {
    let day = chrono::NaiveDate::from_ymd_opt(year, 9, 20).unwrap_or_default();
    let known = forms.list(by, day).await?;
    if known.iter().any(|it| it.form.is_some()) {
        return Ok(false);
    }
    let id = match forms.compute(by, FORM, year).await {
        Ok(id) => id,
        Err(Error::NoYear) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    if begun {
        return Ok(true);
    }
    fill(forms, by, id).await?;
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
    match forms.compute(by, BASE, year).await {
        // The school year of the day of the form may not be there yet.
        Ok(_) | Err(Error::NoYear) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Writes what the data do not tell: most of it is nothing.
async fn fill(forms: &Forms, by: &Actor, id: FormId) -> anyhow::Result<()> {
    let form = forms.open(by, id).await?;
    let given = form.given();
    let known = Sheet::of(form.version, &form.counted, &given).figures;
    let yes_no = form.version.yes_no();
    let of = |section: &str, row: &str, col: &str| {
        let place = Place::new(section, row, col).to_string();
        known.get(&place).copied().unwrap_or_default()
    };
    let mut typed = BTreeMap::new();
    for (place, content) in form.version.cells() {
        if *content != Content::Manual {
            continue;
        }
        let (row, col) = (place.row.as_str(), place.col.as_str());
        let figure = match (place.section.as_str(), row, col) {
            ("1.3", "10" | "12" | "13", _) | ("3.5", "01" | "03", "10") => 1,
            ("1.3", "11", _) => 120,
            // After lessons stay the youngest; everybody eats.
            ("2.10", "04", "4" | "5" | "6" | "7") => of("2.5", "01", col) / 3,
            ("2.10", "06", _) => of("2.5", "01", col),
            ("3.1", _, "5") => of("3.1", row, "4"),
            ("3.1", _, "11") => of("3.1", row, "3"),
            _ if yes_no.contains(&place.to_string()) => 2,
            _ => 0,
        };
        typed.insert(place.to_string(), Some(figure));
    }
    forms.fill(by, id, &typed).await?;
    Ok(())
}

async fn decide(
    forms: &Forms,
    operator: Option<&Actor>,
    school: OrgId,
    (year, said): (i32, (Decision, &str, &str)),
) -> anyhow::Result<()> {
    let Some(operator) = operator else {
        return Ok(());
    };
    forms
        .decide(operator, (FORM, year), school, 1, said)
        .await?;
    Ok(())
}
