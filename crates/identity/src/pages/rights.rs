//! «Права ролей» (ORG-5): the sheet of §10 as it is in force here, what
//! differs from the region, and the form of one role.

mod history;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Reaches, Right, Role};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, ListQuery, Member as Who, Path,
    form::{Raw, invalid},
    table::{Cell, Column, List, Row, respond},
};

use super::Pages;
use crate::{CellWish, Error, RightCell, RightsSheet, RoleSheet, RoleWish};

pub(super) use history::history;

/// The rights as a reader looks for them.
const SECTIONS: [(&str, &[Right]); 6] = [
    (
        "people",
        &[
            Right::PupilView,
            Right::PupilEdit,
            Right::ParentView,
            Right::ParentEdit,
            Right::StaffView,
            Right::StaffEdit,
            Right::RestrictedView,
            Right::RestrictedEdit,
            Right::PersonOpen,
            Right::PersonExport,
            Right::PersonErase,
            Right::ConsentView,
            Right::ConsentEdit,
        ],
    ),
    (
        "lessons",
        &[
            Right::JournalView,
            Right::JournalEdit,
            Right::AbsenceReasonEdit,
            Right::DiaryView,
            Right::ExamView,
            Right::ExamEdit,
            Right::SheetView,
            Right::SheetEdit,
            Right::SheetReopen,
            Right::PortfolioView,
            Right::PortfolioEdit,
            Right::RegisterView,
            Right::RegisterEdit,
        ],
    ),
    (
        "study",
        &[
            Right::CurriculumView,
            Right::CurriculumEdit,
            Right::GroupEdit,
            Right::PlanView,
            Right::PlanEdit,
            Right::TimetableView,
            Right::TimetableEdit,
        ],
    ),
    (
        "movement",
        &[
            Right::MovementView,
            Right::MovementEdit,
            Right::MovementApprove,
            Right::YearView,
            Right::YearClose,
        ],
    ),
    (
        "school",
        &[
            Right::OrgView,
            Right::OrgEdit,
            Right::FormView,
            Right::FormEdit,
            Right::FormSign,
            Right::FormCollect,
            Right::FormAccept,
            Right::DeadlineView,
            Right::DeadlineEdit,
            Right::ReportView,
            Right::ReportBuild,
            Right::ImportRun,
            Right::JobView,
        ],
    ),
    (
        "access",
        &[
            Right::AccountView,
            Right::AccountEdit,
            Right::RoleView,
            Right::RoleEdit,
            Right::AuditView,
        ],
    ),
];

#[derive(Deserialize)]
pub(super) struct Address {
    role: String,
}

/// What the form says besides the rights themselves.
#[derive(Deserialize, garde::Validate)]
pub(super) struct Said {
    #[serde(default)]
    #[garde(length(chars, min = 1, max = 500))]
    reason: String,
    #[garde(skip)]
    version: i64,
    #[serde(default)]
    #[garde(skip)]
    loses_own: bool,
    /// Everything back to what the region has.
    #[serde(default)]
    #[garde(skip)]
    reset: bool,
}

#[derive(Serialize)]
struct SheetPage {
    roles: Vec<RoleLink>,
    above: Option<String>,
    sets_limits: bool,
    different: usize,
    history: String,
}

#[derive(Serialize)]
struct RoleLink {
    code: &'static str,
    href: String,
    different: usize,
    current: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "what the template asks")]
#[derive(Serialize)]
struct RolePage {
    role: &'static str,
    roles: Vec<RoleLink>,
    sections: Vec<Section>,
    form: FormState,
    above: Option<String>,
    sets_limits: bool,
    may_edit: bool,
    /// The form was refused because whoever asks would lose the own right.
    asks_own: bool,
    version: i64,
    different: usize,
    stale: bool,
    action: String,
    back: String,
}

#[derive(Serialize)]
struct Section {
    code: &'static str,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    right: &'static str,
    /// The words of what is in force and of what would be.
    now: String,
    above: String,
    differs: bool,
    locked: bool,
    options: Vec<Choice>,
    limits: Vec<Choice>,
    /// How far the region lets it go, where that is less than anything.
    widest: Option<String>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

/// The key of the word for a set of reaches.
fn reach_word(reaches: Reaches) -> String {
    let codes: Vec<&str> = reaches.iter().map(kernel::Reach::code).collect();
    if codes.is_empty() {
        return "identity.reach.none".to_owned();
    }
    format!("identity.reach.{}", codes.join("-"))
}

pub(super) async fn sheet(
    who: Who,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let sheet = it.identity.rights(&who.actor).await?;
    let mut columns = vec![Column::text("right"), Column::text("section").selectable()];
    columns.extend(sheet.roles.iter().map(|it| Column::text(it.code())));
    let rows = SECTIONS.iter().flat_map(|(section, rights)| {
        rights
            .iter()
            .map(|right| (*section, *right))
            .collect::<Vec<_>>()
    });
    let rows = rows.filter_map(|(section, right)| it.right_row(&sheet, section, right));
    let list = List::new("identity.rights", columns)
        .rows(rows.collect::<Vec<_>>())
        .whole();
    let different = sheet.cells.iter().flatten().filter(|it| it.differs());
    let page = SheetPage {
        roles: links(&who, &sheet.roles, None, |role| {
            let cells = sheet.cells.iter().flatten();
            cells.filter(|it| it.role == role && it.differs()).count()
        }),
        different: different.count(),
        above: sheet.above,
        sets_limits: sheet.sets_limits,
        history: who.path("/settings/rights/history"),
    };
    respond(
        &it.views,
        &who.visit,
        "identity/rights.html",
        &list,
        &query,
        &page,
    )
}

fn links(
    who: &Who,
    roles: &[Role],
    current: Option<Role>,
    different: impl Fn(Role) -> usize,
) -> Vec<RoleLink> {
    let link = |role: &Role| RoleLink {
        code: role.code(),
        href: who.path(&format!("/settings/rights/{}", role.code())),
        different: different(*role),
        current: current == Some(*role),
    };
    roles.iter().map(link).collect()
}

pub(super) async fn role(
    who: Who,
    State(it): State<Pages>,
    Path(Address { role }): Path<Address>,
) -> Result<Response, Failure> {
    let sheet = it.role_sheet(&who, &role).await?;
    let form = stored(&sheet);
    let page = it.role_page(&who, &sheet, form);
    Ok(it
        .views
        .page(&who.visit, "identity/rights_role.html", &page)?
        .into_response())
}

pub(super) async fn save(
    who: Who,
    State(it): State<Pages>,
    Path(Address { role }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    who.actor.may_in_org(Right::RoleEdit)?;
    let role = Role::from_code(&role).ok_or(Error::NoSuchRole)?;
    let sent = Checked::<Said>::read(&raw, NaiveDate::default(), Some(it.views.clone()));
    let Checked { value, mut form } = sent;
    let mut asks_own = false;
    if let Some(said) = value {
        let wish = wish(&raw, said);
        match it.identity.change_rights(&who.actor, role, &wish).await {
            Ok(()) => {
                let back = who.path(&format!("/settings/rights/{}", role.code()));
                let flash = Flash::done("identity.rights.saved");
                return Ok(Go::to(back).say(&flash).into_response());
            }
            Err(fault) => match fault {
                Error::ChangedMeanwhile => return it.stale(&who, role).await,
                Error::Right(right, _) => {
                    form.fault(&format!("right.{}", right.code()), &fault);
                }
                Error::LosesOwnRight => {
                    asks_own = true;
                    form.fault("loses_own", &fault);
                }
                Error::LastAdmin => form.fault("", &fault),
                other => return Err(other.into()),
            },
        }
    }
    let sheet = it.identity.rights_of_role(&who.actor, role).await?;
    let mut page = it.role_page(&who, &sheet, form);
    page.asks_own = asks_own;
    invalid(&it.views, &who.visit, "identity/rights_role.html", &page)
}

/// The form as it is kept.
fn stored(sheet: &RoleSheet) -> FormState {
    let bits = |it: Reaches| it.bits().to_string();
    sheet.cells.iter().fold(FormState::new(), |form, it| {
        let code = it.right.code();
        let limit = match (it.own.locked, it.own.widest) {
            (true, _) => "locked".to_owned(),
            (false, Some(widest)) => bits(widest),
            (false, None) => String::new(),
        };
        let own = it.own.reaches.map(bits).unwrap_or_default();
        form.with(&format!("right.{code}"), &own)
            .with(&format!("limit.{code}"), &limit)
    })
}

/// The rights as they were chosen; a value that is none of ours is refused as
/// too wide by whoever checks it.
fn wish(raw: &Raw, said: Said) -> RoleWish {
    let bits = |it: &str| it.parse().ok().and_then(Reaches::from_bits);
    let mut cells = vec![];
    for (code, value) in raw.under("right.") {
        let Some(right) = Right::from_code(code) else {
            continue;
        };
        let limit = raw.get(&format!("limit.{code}")).unwrap_or_default();
        let cell = CellWish {
            reaches: bits(value),
            locked: limit == "locked",
            widest: bits(limit),
        };
        cells.push((
            right,
            if said.reset {
                CellWish::default()
            } else {
                cell
            },
        ));
    }
    RoleWish {
        cells,
        reason: said.reason,
        version: said.version,
        loses_own: said.loses_own,
    }
}

impl Pages {
    async fn role_sheet(&self, who: &Who, role: &str) -> Result<RoleSheet, Error> {
        let role = Role::from_code(role).ok_or(Error::NoSuchRole)?;
        self.identity.rights_of_role(&who.actor, role).await
    }

    /// The form as it is kept now, told as such.
    async fn stale(&self, who: &Who, role: Role) -> Result<Response, Failure> {
        let sheet = self.identity.rights_of_role(&who.actor, role).await?;
        let mut page = self.role_page(who, &sheet, stored(&sheet));
        page.stale = true;
        let html = self
            .views
            .page(&who.visit, "identity/rights_role.html", &page)?;
        Ok((StatusCode::CONFLICT, html).into_response())
    }

    /// One right in all roles; a star where it is other than at the region.
    fn right_row(&self, sheet: &RightsSheet, section: &str, right: Right) -> Option<Row> {
        let at = Right::ALL.iter().position(|it| *it == right)?;
        let mut cells = vec![
            Cell::word(format!("right.{}", right.code())),
            Cell::word(format!("identity.rights.section.{section}")),
        ];
        for cell in sheet.cells.get(at)? {
            let word = self.views.word(&reach_word(cell.reaches));
            cells.push(if cell.differs() {
                Cell::text(format!("{word} *")).class("right-other")
            } else if cell.reaches == Reaches::NONE {
                Cell::text(word).class("right-none")
            } else {
                Cell::text(word)
            });
        }
        Some(Row::new(right.code(), cells))
    }

    fn role_page(&self, who: &Who, sheet: &RoleSheet, form: FormState) -> RolePage {
        let different = sheet.cells.iter().filter(|it| it.differs()).count();
        let line = |right: &Right| {
            let found = sheet.cells.iter().find(|it| it.right == *right)?;
            Some(self.line(found, sheet.sets_limits))
        };
        let sections = SECTIONS.iter().map(|(code, rights)| Section {
            code,
            lines: rights.iter().filter_map(line).collect(),
        });
        RolePage {
            role: sheet.role.code(),
            roles: links(who, &sheet.roles, Some(sheet.role), |_| 0),
            sections: sections.collect(),
            form,
            above: sheet.above.clone(),
            sets_limits: sheet.sets_limits,
            may_edit: sheet.may_edit,
            asks_own: false,
            version: sheet.version,
            different,
            stale: false,
            action: who.path(&format!("/settings/rights/{}", sheet.role.code())),
            back: who.path("/settings/rights"),
        }
    }

    fn line(&self, it: &RightCell, sets_limits: bool) -> Line {
        let word = |reaches: Reaches| self.views.word(&reach_word(reaches));
        let choices = it.choices();
        let choice = |reaches: &Reaches| Choice {
            value: reaches.bits().to_string(),
            label: word(*reaches),
        };
        let one = choices.len() < 2;
        let is_limit = |reaches: &&Reaches| !reaches.has(kernel::Reach::Org);
        Line {
            right: it.right.code(),
            now: word(it.reaches),
            above: word(it.above),
            differs: it.differs(),
            locked: it.locked || one,
            options: choices.iter().map(choice).collect(),
            limits: if sets_limits && !one {
                choices.iter().filter(is_limit).map(choice).collect()
            } else {
                vec![]
            },
            widest: Some(it.widest)
                .filter(|it| !it.has(kernel::Reach::Org))
                .map(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORG-5: the page shows every right once.
    #[test]
    fn every_right_is_in_one_section() {
        let mut shown: Vec<&str> = SECTIONS
            .iter()
            .flat_map(|it| it.1)
            .map(|it| it.code())
            .collect();
        let mut all = Right::ALL.map(Right::code).to_vec();
        shown.sort_unstable();
        all.sort_unstable();
        assert_eq!(shown, all);
    }
}
