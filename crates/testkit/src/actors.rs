use kernel::{Actor, Grant, Role, Scope};

/// An actor with one role over the whole organisation. The account has the
/// number of the person.
pub fn actor(org: i64, person: i64, role: Role) -> Actor {
    actor_with(
        org,
        person,
        &[Grant {
            role,
            scope: Scope::Org,
        }],
    )
}

/// An actor with these roles.
pub fn actor_with(org: i64, person: i64, grants: &[Grant]) -> Actor {
    Actor {
        account: person.into(),
        person: person.into(),
        org: org.into(),
        grants: grants.into(),
        looked: false,
    }
}

/// A member of the organisation without any role.
pub fn nobody(org: i64, person: i64) -> Actor {
    actor_with(org, person, &[])
}
