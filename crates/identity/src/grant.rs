//! Roles with their scope, and who may not lose theirs.

use kernel::{Grant, Role, Scope};

use crate::Error;

/// The columns `scope_kind` and `scope_id`.
pub(crate) fn scope_columns(scope: Scope) -> (&'static str, Option<i64>) {
    match scope {
        Scope::Org => ("org", None),
        Scope::Class(id) => ("class", Some(id.get())),
        Scope::Group(id) => ("group", Some(id.get())),
        Scope::Child(id) => ("child", Some(id.get())),
    }
}

/// The scope of the columns; `None` where they make no sense together.
pub(crate) fn scope(kind: &str, id: Option<i64>) -> Option<Scope> {
    Some(match (kind, id) {
        ("org", None) => Scope::Org,
        ("class", Some(id)) => Scope::Class(id.into()),
        ("group", Some(id)) => Scope::Group(id.into()),
        ("child", Some(id)) => Scope::Child(id.into()),
        _ => return None,
    })
}

/// Reads a grant as it is kept. An unknown role (of a newer version) is none.
pub(crate) fn grant(role: &str, kind: &str, id: Option<i64>) -> Option<Grant> {
    Some(Grant {
        role: Role::from_code(role)?,
        scope: scope(kind, id)?,
    })
}

/// Whether the role makes sense with that scope: a parent's is the child,
/// administration is never less than the organisation.
pub(crate) fn check_scope(grant: Grant) -> Result<(), Error> {
    let fits = match grant.role {
        Role::Parent => matches!(grant.scope, Scope::Child(_)),
        Role::Committee => matches!(grant.scope, Scope::Class(_) | Scope::Org),
        Role::Teacher | Role::Deputy => !matches!(grant.scope, Scope::Child(_)),
        _ => grant.scope == Scope::Org,
    };
    if fits {
        Ok(())
    } else {
        Err(Error::ScopeDoesNotFit)
    }
}

/// Whether somebody would still administer the organisation without that
/// account. `admins` are those who do now.
pub(crate) fn check_admins_without(account: i64, admins: &[i64]) -> Result<(), Error> {
    let is_admin = admins.contains(&account);
    if is_admin && admins.iter().all(|it| *it == account) {
        return Err(Error::LastAdmin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_goes_into_columns_and_back() {
        for it in [
            Scope::Org,
            Scope::Class(5.into()),
            Scope::Group(6.into()),
            Scope::Child(7.into()),
        ] {
            let (kind, id) = scope_columns(it);
            assert_eq!(scope(kind, id), Some(it));
        }
        assert_eq!(scope("org", Some(1)), None);
        assert_eq!(scope("child", None), None);
        assert_eq!(grant("wizard", "org", None), None);
    }

    #[test]
    fn a_parent_is_one_of_a_child_and_an_administrator_one_of_all() {
        let check = |role, scope| check_scope(Grant { role, scope }).is_ok();
        assert!(check(Role::Parent, Scope::Child(1.into())));
        assert!(!check(Role::Parent, Scope::Org));
        assert!(check(Role::Admin, Scope::Org));
        assert!(!check(Role::Admin, Scope::Class(1.into())));
        assert!(check(Role::Teacher, Scope::Group(1.into())));
    }

    #[test]
    fn the_last_administrator_cannot_go() {
        assert!(check_admins_without(1, &[1, 2]).is_ok());
        assert!(check_admins_without(1, &[2]).is_ok());
        assert!(matches!(
            check_admins_without(1, &[1]),
            Err(Error::LastAdmin)
        ));
        assert!(check_admins_without(3, &[]).is_ok());
    }
}
