use std::sync::Arc;

use crate::{AccountId, ClassId, Denied, GroupId, OrgId, PersonId, Reaches, Right, Role};

/// How far one granted role reaches inside its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Scope {
    Org,
    Class(ClassId),
    Group(GroupId),
    Child(PersonId),
}

/// One role of one account in one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Grant {
    pub role: Role,
    pub scope: Scope,
}

/// Who is acting, and inside which organisation.
///
/// An actor never spans two organisations: a person with roles in two is two
/// actors, and the organisation in the URL tells which.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: AccountId,
    /// The actor's own card in this organisation.
    pub person: PersonId,
    pub org: OrgId,
    pub grants: Arc<[Grant]>,
}

impl Actor {
    /// Whether the actor holds the role here, whatever its scope.
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|it| it.role == role)
    }

    /// How far the right reaches for this actor, over all roles held.
    pub fn reaches(&self, right: Right) -> Reaches {
        self.grants
            .iter()
            .fold(Reaches::NONE, |sum, it| sum | it.role.reach(right))
    }

    /// The first line of a use case: how far the right reaches, or a refusal
    /// where it reaches nothing at all.
    pub fn may(&self, right: Right) -> Result<Reaches, Denied> {
        let reaches = self.reaches(right);
        if reaches == Reaches::NONE {
            return Err(Denied(right));
        }
        Ok(reaches)
    }

    /// Like [`Actor::may`], for what concerns the organisation as a whole.
    pub fn may_in_org(&self, right: Right) -> Result<(), Denied> {
        if self.reaches(right).has(crate::Reach::Org) {
            return Ok(());
        }
        Err(Denied(right))
    }
}
