use crate::{
    AccountId, ClassId, Denied, Grants, GroupId, OrgId, PersonId, Reach, Reaches, Right, Role,
};

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
    pub grants: Grants,
    /// Somebody else looks with the eyes of this actor («Смотреть как…»):
    /// restricted fields stay closed.
    pub looked: bool,
}

impl Actor {
    /// Whether the actor holds the role here, whatever its scope.
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|it| it.role == role)
    }

    /// How far the right reaches for this actor, over all roles held.
    pub fn reaches(&self, right: Right) -> Reaches {
        if self.looked && matches!(right, Right::RestrictedView | Right::RestrictedEdit) {
            return Reaches::NONE;
        }
        self.grants
            .iter()
            .fold(Reaches::NONE, |sum, it| sum | self.grants.reach(*it, right))
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
        if self.reaches(right).has(Reach::Org) {
            return Ok(());
        }
        Err(Denied(right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(grants: &[(Role, Scope)]) -> Actor {
        Actor {
            account: AccountId::from(1),
            person: PersonId::from(2),
            org: OrgId::from(3),
            grants: grants
                .iter()
                .map(|&(role, scope)| Grant { role, scope })
                .collect(),
            looked: false,
        }
    }

    #[test]
    fn several_roles_add_up() {
        let child = Scope::Child(PersonId::from(9));
        let both = actor(&[(Role::Teacher, Scope::Org), (Role::Parent, child)]);
        assert_eq!(
            both.reaches(Right::PupilView),
            Reach::OwnClass | Reach::OwnLoad | Reach::OwnChild.into()
        );
        assert!(both.may(Right::DiaryView).is_ok());
        assert!(both.may_in_org(Right::PupilView).is_err());
    }

    #[test]
    fn without_a_role_nothing_is_allowed() {
        for right in Right::ALL {
            assert!(actor(&[]).may(right).is_err());
        }
    }

    #[test]
    fn with_the_eyes_of_another_restricted_fields_are_closed() {
        let own = actor(&[(Role::Secretary, Scope::Org)]);
        assert!(own.may_in_org(Right::RestrictedView).is_ok());
        let looked = Actor {
            looked: true,
            ..own
        };
        assert!(looked.may(Right::RestrictedView).is_err());
        assert!(looked.may(Right::PupilView).is_ok());
    }

    #[test]
    fn a_role_for_one_class_does_not_reach_the_organisation() {
        let deputy = actor(&[(Role::Deputy, Scope::Class(ClassId::from(5)))]);
        assert_eq!(deputy.reaches(Right::PupilEdit), Reach::OwnClass.into());
        for right in Right::ALL {
            assert!(deputy.may_in_org(right).is_err());
        }
    }
}
