//! What a municipality, a ministry and a region see of the forms of their
//! schools: states, sums, a school's figures; and nobody's name (S2:2.2.1).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::{audit, outbox};
use kernel::{Actor, Grants, OrgId, Right};
use org::Organisation;
use serde_json::json;

use super::{Forms, small};
use crate::{
    Decision, Error, FormState, deadlines,
    expr::Place,
    sheet::{self, Failed, Figures},
    store,
    version::{Version, version_of},
};

/// A school of the board with what it handed in last.
#[derive(Clone, Debug)]
pub struct School {
    pub id: OrgId,
    pub name: String,
    /// None: it has handed in nothing yet.
    pub part: Option<UnitPart>,
}

/// What those above know of a version that was handed in.
#[derive(Clone, Debug)]
pub struct UnitPart {
    pub state: FormState,
    pub number: i16,
    /// So many computed figures were corrected by hand.
    pub corrected: i64,
    pub failed: Vec<Failed>,
    pub hash: String,
    pub handed_at: DateTime<Utc>,
    pub signed: bool,
    pub comment: String,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Which schools handed a form in.
#[derive(Clone, Debug)]
pub struct Board {
    pub version: &'static Version,
    pub year: i32,
    /// Whoever owes comes first, then by name.
    pub schools: Vec<School>,
    pub due: Option<NaiveDate>,
    /// The day is past.
    pub is_late: bool,
    pub may_accept: bool,
}

/// Sums of the schools' figures.
#[derive(Clone, Debug)]
pub struct Consolidated {
    pub version: &'static Version,
    pub year: i32,
    /// Of all sections.
    pub figures: Figures,
    /// The checks of the form over the sums.
    pub failed: Vec<Failed>,
    /// The same schools a year before, as far as they handed the form in then.
    pub before: Option<Before>,
    /// The schools that are in it, by name.
    pub parts: Vec<(OrgId, String)>,
    /// Those that are not, with what became of their forms, by name.
    pub missing: Vec<(String, Option<FormState>)>,
    /// So many schools there are.
    pub schools: usize,
}

/// The sum of a year before.
#[derive(Clone, Debug)]
pub struct Before {
    pub figures: Figures,
    /// So many of the schools had handed in.
    pub schools: usize,
}

/// One cell of the sum by school.
#[derive(Clone, Debug)]
pub struct CellBelow {
    pub version: &'static Version,
    pub year: i32,
    /// The figure of the sum.
    pub figure: Option<i64>,
    /// The schools that are in the sum, by name.
    pub parts: Vec<(OrgId, String, Option<i64>)>,
}

/// One school's form as those above see it.
#[derive(Clone, Debug)]
pub struct SchoolForm {
    pub version: &'static Version,
    pub year: i32,
    pub school: OrgId,
    pub name: String,
    pub part: UnitPart,
    pub figures: Figures,
    /// What the school handed in a year before.
    pub before: Figures,
    pub may_accept: bool,
}

impl Forms {
    /// Which schools handed the form of a year in, which are late.
    pub async fn board(
        &self,
        actor: &Actor,
        code: &str,
        year: i32,
        today: NaiveDate,
    ) -> Result<Board, Error> {
        let (version, schools) = self.schools_of(actor, code, year).await?;
        let mut tx = self.db.begin(actor).await?;
        let (agreed, _) = store::owed(&mut tx).await?;
        let parts = store::submitted_below(&mut tx, code, small(year)).await?;
        tx.commit().await?;
        let due = deadlines::due(&agreed, code, year).or_else(|| version.due_of(year));
        let mut parts: BTreeMap<OrgId, UnitPart> =
            parts.into_iter().map(|it| (it.org, it.into())).collect();
        let mut schools: Vec<School> = schools
            .into_iter()
            .map(|it| School {
                part: parts.remove(&it.id),
                id: it.id,
                name: it.name,
            })
            .collect();
        schools.sort_by_cached_key(|it| {
            (
                rank(it.part.as_ref()),
                kernel::names::collation_key(&it.name),
            )
        });
        Ok(Board {
            version,
            year,
            schools,
            is_late: due.is_some_and(|it| it < today),
            due,
            may_accept: actor.may_in_org(Right::FormAccept).is_ok(),
        })
    }

    /// The sum of the schools' forms: of the accepted ones, or of all that
    /// were handed in, with its checks and last year's sum of the same schools.
    pub async fn consolidated(
        &self,
        actor: &Actor,
        (code, year): (&str, i32),
        with_handed_in: bool,
    ) -> Result<Consolidated, Error> {
        let (version, schools) = self.schools_of(actor, code, year).await?;
        let counted = counted(with_handed_in);
        let mut tx = self.db.begin(actor).await?;
        let states = states_of(store::submitted_below(&mut tx, code, small(year)).await?);
        let last = states_of(store::submitted_below(&mut tx, code, small(year - 1)).await?);
        let is_in = |id: &OrgId| states.get(id).is_some_and(|it| counted.contains(it));
        let (inside, outside): (Vec<_>, Vec<_>) = schools.into_iter().partition(|it| is_in(&it.id));
        let ids: Vec<OrgId> = inside.iter().map(|it| it.id).collect();
        let (now, before) = ((code, small(year)), (code, small(year - 1)));
        let sums = store::sums_below(&mut tx, now, counted, &ids).await?;
        let before_sums = store::sums_below(&mut tx, before, BEFORE, &ids).await?;
        tx.commit().await?;
        let yes_no = version.yes_no();
        let figures = sheet::sums(&yes_no, sums);
        let handed = |it: &&OrgId| last.get(*it).is_some_and(|it| BEFORE.contains(it));
        let before = Some(ids.iter().filter(handed).count()).filter(|it| *it > 0);
        let before = before.map(|schools| Before {
            figures: sheet::sums(&yes_no, before_sums),
            schools,
        });
        // Last year's sum of fewer schools says nothing about a check.
        let whole = before.as_ref().filter(|it| it.schools == ids.len());
        let mut failed = sheet::failed(version, &figures, whole.map(|it| &it.figures));
        if ids.is_empty() {
            failed.clear();
        }
        let count = inside.len() + outside.len();
        Ok(Consolidated {
            version,
            year,
            failed,
            before,
            figures,
            parts: inside.into_iter().map(|it| (it.id, it.name)).collect(),
            missing: outside
                .into_iter()
                .map(|it| (it.name, states.get(&it.id).copied()))
                .collect(),
            schools: count,
        })
    }

    /// The form of one school, with last year's figures.
    pub async fn school_form(
        &self,
        actor: &Actor,
        (code, year): (&str, i32),
        school: OrgId,
    ) -> Result<SchoolForm, Error> {
        let (version, schools) = self.schools_of(actor, code, year).await?;
        let school = schools.into_iter().find(|it| it.id == school);
        let school = school.ok_or(Error::NotFound)?;
        let mut tx = self.db.begin(actor).await?;
        let parts = store::submitted_below(&mut tx, code, small(year)).await?;
        let of = |year| ((code, small(year)), None, Some(school.id));
        let (key, section, only) = of(year);
        let figures = store::figures_below(&mut tx, key, section, only).await?;
        let (key, section, only) = of(year - 1);
        let before = store::figures_below(&mut tx, key, section, only).await?;
        tx.commit().await?;
        let part = parts.into_iter().find(|it| it.org == school.id);
        let figures_of = |rows: Vec<(OrgId, FormState, String, i64)>| {
            rows.into_iter().map(|it| (it.2, it.3)).collect()
        };
        Ok(SchoolForm {
            version,
            year,
            school: school.id,
            name: school.name,
            part: part.ok_or(Error::NotFound)?.into(),
            figures: figures_of(figures),
            before: figures_of(before),
            may_accept: actor.may_in_org(Right::FormAccept).is_ok(),
        })
    }

    /// A cell in each school that is in the sum.
    pub async fn cell_below(
        &self,
        actor: &Actor,
        (code, year): (&str, i32),
        place: &Place,
        with_handed_in: bool,
    ) -> Result<CellBelow, Error> {
        let (version, schools) = self.schools_of(actor, code, year).await?;
        version.content(place).ok_or(Error::NotFound)?;
        let counted = counted(with_handed_in);
        let mut tx = self.db.begin(actor).await?;
        let states = states_of(store::submitted_below(&mut tx, code, small(year)).await?);
        let key = (code, small(year));
        let rows = store::figures_below(&mut tx, key, Some(&place.section), None).await?;
        tx.commit().await?;
        let at = place.to_string();
        let of: BTreeMap<OrgId, i64> = rows
            .into_iter()
            .filter(|it| it.2 == at)
            .map(|it| (it.0, it.3))
            .collect();
        let is_in = |it: &Organisation| states.get(&it.id).is_some_and(|it| counted.contains(it));
        let parts: Vec<(OrgId, String, Option<i64>)> = schools
            .into_iter()
            .filter(is_in)
            .map(|it| (it.id, it.name, of.get(&it.id).copied()))
            .collect();
        let says_yes = version.yes_no().contains(&at);
        let part = |it: i64| if says_yes { i64::from(it == 1) } else { it };
        let known: Vec<i64> = parts.iter().filter_map(|it| it.2).map(part).collect();
        Ok(CellBelow {
            version,
            year,
            figure: (!known.is_empty()).then(|| known.iter().sum()),
            parts,
        })
    }

    /// Accepts or returns what a school handed in. The school is told.
    ///
    /// # Errors
    /// [`Error::NoComment`] where it is returned without one;
    /// [`Error::AlreadyDecided`] where another version came meanwhile.
    #[tracing::instrument(name = "forms.decide", skip_all, fields(school.id = %school))]
    pub async fn decide(
        &self,
        actor: &Actor,
        (code, year): (&str, i32),
        school: OrgId,
        number: i16,
        (decision, comment, by): (Decision, &str, &str),
    ) -> Result<(), Error> {
        actor.may_in_org(Right::FormAccept)?;
        let (version, schools) = self.schools_of(actor, code, year).await?;
        let school = schools.into_iter().find(|it| it.id == school);
        let school = school.ok_or(Error::NotFound)?;
        let comment = comment.trim();
        let length = comment.chars().count();
        if length > 1000 || (decision == Decision::Returned && length < 5) {
            return Err(Error::NoComment);
        }
        // In the school itself, without any of its rights: it is the school's
        // row that changes, and the school's log that tells it.
        let guest = Actor {
            org: school.id,
            grants: Grants::from_iter([]),
            ..actor.clone()
        };
        let mut tx = self.db.begin(&guest).await?;
        let id = store::form_of(&mut tx, code, small(year)).await?;
        let id = id.ok_or(Error::NotFound)?;
        let form = store::lock_form(&mut tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        let last = store::submissions(&mut tx, id).await?;
        let last = last.first().ok_or(Error::NotFound)?;
        let waits = match decision {
            Decision::Accepted => form.state == FormState::HandedIn,
            Decision::Returned => !form.state.is_open(),
        };
        if !waits || last.number != number {
            return Err(Error::AlreadyDecided);
        }
        let decided = store::Decided {
            number,
            decision,
            comment,
            by,
        };
        store::decide(&mut tx, id, &decided).await?;
        let object = format!("forms.form:{id}");
        let details = json!({
            "form": code, "year": year, "number": number, "decision": decision.code(), "by": by, "from": actor.org,
        });
        audit::record(&mut tx, "forms.decided", &object, &details).await?;
        let said = json!({
            "form": id, "name": version.short, "year": year, "number": number, "to": last.handed_by,
            "accepted": decision == Decision::Accepted, "comment": comment,
        });
        outbox::emit(&mut tx, "forms.decided", &format!("{id}/{number}"), &said).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sets the day until which the schools below hand the form in.
    pub async fn set_due(
        &self,
        actor: &Actor,
        code: &str,
        year: i32,
        due_on: NaiveDate,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::FormAccept)?;
        let version = version_of(code, year).ok_or(Error::NotFound)?;
        let of = version.day_of(year).ok_or(Error::NotFound)?;
        if due_on < of || due_on.year() > year + 1 {
            return Err(Error::BadDay);
        }
        let mut tx = self.db.begin(actor).await?;
        store::set_due(&mut tx, code, small(year), due_on).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The schools below, for whoever sums up.
    async fn schools_of(
        &self,
        actor: &Actor,
        code: &str,
        year: i32,
    ) -> Result<(&'static Version, Vec<Organisation>), Error> {
        actor.may_in_org(Right::FormCollect)?;
        let version = version_of(code, year).ok_or(Error::NotFound)?;
        let below = self.ask.schools.below(actor.org).await;
        Ok((version, below.map_err(Error::Tree)?))
    }
}

impl From<store::Submitted> for UnitPart {
    fn from(it: store::Submitted) -> Self {
        Self {
            state: it.state,
            number: it.number,
            corrected: it.corrected,
            failed: it.failed,
            hash: it.hash,
            handed_at: it.handed_at,
            signed: it.signed,
            comment: it.comment,
            decided_at: it.decided_at,
        }
    }
}

/// Which states are in a sum.
const fn counted(with_handed_in: bool) -> &'static [FormState] {
    if with_handed_in {
        &[FormState::Accepted, FormState::HandedIn]
    } else {
        &[FormState::Accepted]
    }
}

/// What of last year is compared with.
const BEFORE: &[FormState] = &[FormState::Accepted, FormState::HandedIn];

fn states_of(all: Vec<store::Submitted>) -> BTreeMap<OrgId, FormState> {
    all.into_iter().map(|it| (it.org, it.state)).collect()
}

/// What waits for the unit comes first, then whoever owes.
fn rank(part: Option<&UnitPart>) -> u8 {
    match part.map(|it| it.state) {
        Some(FormState::HandedIn) => 0,
        None | Some(FormState::Draft) => 1,
        Some(FormState::Returned) => 2,
        Some(FormState::Accepted) => 3,
    }
}
