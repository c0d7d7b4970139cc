//! The sheet of rights (ORG-5): the defaults of §10, what the region decided,
//! and what the organisation decided inside of the region's limits.

use kernel::{Decided, Reach, Reaches, Right, Role};
use serde::Deserialize;

/// A decision as it is kept, of the organisation itself or of one above.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Rule {
    pub(crate) own: bool,
    pub(crate) role: String,
    pub(crate) right: String,
    pub(crate) reaches: Option<u8>,
    pub(crate) locked: bool,
    pub(crate) widest: Option<u8>,
    #[serde(default)]
    pub(crate) version: i64,
}

/// What an organisation decides about one right of one role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellWish {
    /// `None`: as above.
    pub reaches: Option<Reaches>,
    /// Those below keep what is decided here.
    pub locked: bool,
    /// How far those below may go.
    pub widest: Option<Reaches>,
}

/// One right of one role, as it is in force in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RightCell {
    pub role: Role,
    pub right: Right,
    pub reaches: Reaches,
    /// As it would be without a decision of the organisation itself.
    pub above: Reaches,
    /// Nobody here may change it: the region said so, or nobody could repair it.
    pub locked: bool,
    /// How far the region lets it go.
    pub widest: Reaches,
    /// What the organisation itself decided.
    pub own: CellWish,
}

impl RightCell {
    /// The right of the role, after all decisions, the topmost first.
    pub(crate) fn of(role: Role, right: Right, rules: &[Rule]) -> Self {
        let start = role.reach(right);
        let mut cell = Self {
            role,
            right,
            reaches: start,
            above: start,
            locked: is_fixed(role, right),
            widest: Reach::Org.into(),
            own: CellWish::default(),
        };
        let about = |it: &&Rule| it.role == role.code() && it.right == right.code();
        for rule in rules.iter().filter(about) {
            cell.apply(rule);
        }
        cell
    }

    fn apply(&mut self, rule: &Rule) {
        let wish = CellWish {
            reaches: rule.reaches.and_then(Reaches::from_bits),
            locked: rule.locked,
            widest: rule.widest.and_then(Reaches::from_bits),
        };
        if rule.own {
            self.own = wish;
        }
        if self.locked {
            return;
        }
        if let Some(wanted) = wish.reaches {
            self.reaches = wanted.at_most(self.widest);
        }
        if rule.own {
            return;
        }
        if let Some(widest) = wish.widest {
            self.widest = widest.at_most(self.widest);
            self.reaches = self.reaches.at_most(self.widest);
        }
        self.locked = wish.locked;
        self.above = self.reaches;
    }

    /// Whether the organisation itself made it other than it would be.
    pub fn differs(&self) -> bool {
        self.reaches != self.above
    }

    /// How far it may be set here, nothing first.
    pub fn choices(&self) -> Vec<Reaches> {
        let all = choices(self.role, self.right).into_iter();
        all.filter(|it| it.is_within(self.widest)).collect()
    }
}

/// What is decided about the roles of somebody, for `kernel`.
pub(crate) fn decided(rules: &[Rule]) -> Vec<Decided> {
    let mut all: Vec<Decided> = vec![];
    for rule in rules {
        let (Some(role), Some(right)) =
            (Role::from_code(&rule.role), Right::from_code(&rule.right))
        else {
            continue;
        };
        if all.iter().any(|it| it.role == role && it.right == right) {
            continue;
        }
        let reaches = RightCell::of(role, right, rules).reaches;
        all.push(Decided {
            role,
            right,
            reaches,
        });
    }
    all
}

/// Rights that an administrator never loses: without them nobody could give
/// anything back.
pub(crate) fn is_fixed(role: Role, right: Right) -> bool {
    matches!(role, Role::Admin | Role::RegionAdmin) && keeps_rights(right)
}

/// Rights over rights; only an administrator gives them.
pub(crate) fn keeps_rights(right: Right) -> bool {
    matches!(
        right,
        Right::RoleView | Right::RoleEdit | Right::AccountView | Right::AccountEdit
    )
}

/// How far a role can hold a right at all: what §10 gives it, any part of
/// that, nothing, and for the staff the whole organisation where §10 knows
/// the right there. The domains understand these and no others; families
/// never reach beyond their own.
fn choices(role: Role, right: Right) -> Vec<Reaches> {
    let default = role.reach(right);
    let mut all = vec![Reaches::NONE];
    for bits in 1..=default.bits() {
        let part = Reaches::from_bits(bits);
        all.extend(part.filter(|it| bits & !default.bits() == 0 && !it.has(Reach::Org)));
    }
    let known = Role::ALL
        .into_iter()
        .any(|it| it.reach(right).has(Reach::Org));
    let family = matches!(role, Role::Parent | Role::Pupil | Role::Committee);
    if known && !family {
        all.push(Reach::Org.into());
    }
    all
}

/// What may be changed only where it may be seen: (view, edit).
pub(crate) const PAIRS: [(Right, Right); 15] = [
    (Right::OrgView, Right::OrgEdit),
    (Right::StaffView, Right::StaffEdit),
    (Right::PupilView, Right::PupilEdit),
    (Right::ParentView, Right::ParentEdit),
    (Right::RestrictedView, Right::RestrictedEdit),
    (Right::ConsentView, Right::ConsentEdit),
    (Right::AccountView, Right::AccountEdit),
    (Right::RoleView, Right::RoleEdit),
    (Right::CurriculumView, Right::CurriculumEdit),
    (Right::PlanView, Right::PlanEdit),
    (Right::TimetableView, Right::TimetableEdit),
    (Right::MovementView, Right::MovementEdit),
    (Right::JournalView, Right::JournalEdit),
    (Right::ExamView, Right::ExamEdit),
    (Right::SheetView, Right::SheetEdit),
];

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
