use std::{ops::Deref, sync::Arc};

use super::{Reaches, Right, Role};
use crate::{Grant, Reach, Scope};

/// What an organisation decided about one right of one role, in place of the
/// default of §10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub role: Role,
    pub right: Right,
    pub reaches: Reaches,
}

/// The roles of somebody in one organisation, and how far each reaches there.
///
/// Reads like a list of [`Grant`]; only this type knows what the organisation
/// decided about their rights, so it alone tells how far one reaches.
#[derive(Clone, Debug)]
pub struct Grants {
    held: Arc<[Grant]>,
    decided: Arc<[Decided]>,
}

impl Grants {
    /// The same roles in an organisation that decided this about them.
    #[must_use]
    pub fn with(self, decided: impl Into<Arc<[Decided]>>) -> Self {
        Self {
            decided: decided.into(),
            ..self
        }
    }

    /// How far the right reaches by this grant. A role that was granted for
    /// one class, group or child never reaches the whole organisation.
    pub fn reach(&self, grant: Grant, right: Right) -> Reaches {
        let reaches = self.of_role(grant.role, right);
        match grant.scope {
            Scope::Org => reaches,
            Scope::Class(_) => reaches.within(Reach::OwnClass),
            Scope::Group(_) => reaches.within(Reach::OwnLoad),
            Scope::Child(_) => reaches.within(Reach::OwnChild),
        }
    }

    /// Few rights differ from their defaults, so a list is searched.
    fn of_role(&self, role: Role, right: Right) -> Reaches {
        self.decided
            .iter()
            .find(|it| it.role == role && it.right == right)
            .map_or_else(|| role.reach(right), |it| it.reaches)
    }
}

impl Deref for Grants {
    type Target = [Grant];

    fn deref(&self) -> &[Grant] {
        &self.held
    }
}

impl FromIterator<Grant> for Grants {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        Self {
            held: grants.into_iter().collect(),
            decided: Arc::from([]),
        }
    }
}

impl From<Vec<Grant>> for Grants {
    fn from(grants: Vec<Grant>) -> Self {
        grants.into_iter().collect()
    }
}

impl From<&[Grant]> for Grants {
    fn from(grants: &[Grant]) -> Self {
        grants.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORG-5: what was decided stands in place of the default, for that right alone.
    #[test]
    fn a_decision_replaces_the_default() {
        let grant = Grant {
            role: Role::Secretary,
            scope: Scope::Org,
        };
        let grants = Grants::from_iter([grant]);
        assert!(grants.reach(grant, Right::PupilEdit).has(Reach::Org));
        let decided = [Decided {
            role: Role::Secretary,
            right: Right::PupilEdit,
            reaches: Reaches::NONE,
        }];
        let grants = grants.with(decided);
        assert_eq!(grants.reach(grant, Right::PupilEdit), Reaches::NONE);
        assert!(grants.reach(grant, Right::PupilView).has(Reach::Org));
    }

    /// ORG-5: a role for one class stays there, whatever was decided.
    #[test]
    fn a_wider_right_stays_inside_of_the_scope() {
        let grant = Grant {
            role: Role::Teacher,
            scope: Scope::Class(5.into()),
        };
        let decided = [Decided {
            role: Role::Teacher,
            right: Right::PupilEdit,
            reaches: Reach::Org.into(),
        }];
        let grants = Grants::from_iter([grant]).with(decided);
        assert_eq!(
            grants.reach(grant, Right::PupilEdit),
            Reach::OwnClass.into()
        );
    }
}
