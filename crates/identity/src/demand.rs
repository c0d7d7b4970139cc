//! From whom the second factor is asked, and since when (security.md §5.4).

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::Role;

use crate::store::factor::Demand;

/// Roles that open the data of many people: here the second factor is obligatory by default.
pub(crate) const PRIVILEGED: [Role; 7] = [
    Role::Director,
    Role::Deputy,
    Role::Admin,
    Role::Secretary,
    Role::MunicipalOperator,
    Role::Ministry,
    Role::RegionAdmin,
];

/// What the installation says where an organisation says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FactorDefault {
    /// Whoever wants has one.
    #[default]
    Offered,
    /// Privileged roles need one, so long after the role was given.
    Obligatory { grace: Duration },
}

/// From which moment the account cannot work without a second factor; `None`
/// where it always can. Of several roles the strictest counts.
pub(crate) fn obligatory_from(demands: &[Demand], default: FactorDefault) -> Option<DateTime<Utc>> {
    demands.iter().filter_map(|it| of_role(it, default)).min()
}

fn of_role(it: &Demand, default: FactorDefault) -> Option<DateTime<Utc>> {
    if let Some(since) = it.since {
        return Some(begin(since));
    }
    if it.waived {
        return None;
    }
    let privileged = Role::from_code(&it.role).is_some_and(|it| PRIVILEGED.contains(&it));
    match default {
        FactorDefault::Obligatory { grace } if privileged => Some(it.granted_at + grace),
        _ => None,
    }
}

fn begin(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBLIGATORY: FactorDefault = FactorDefault::Obligatory {
        grace: Duration::days(14),
    };

    fn demand(role: Role) -> Demand {
        Demand {
            role: role.code().to_owned(),
            granted_at: DateTime::UNIX_EPOCH,
            since: None,
            waived: false,
        }
    }

    #[test]
    fn privileged_roles_have_a_time_of_grace() {
        let admin = [demand(Role::Parent), demand(Role::Admin)];
        let fortnight = DateTime::UNIX_EPOCH + Duration::days(14);
        assert_eq!(obligatory_from(&admin, OBLIGATORY), Some(fortnight));
        assert_eq!(obligatory_from(&admin, FactorDefault::Offered), None);
        assert_eq!(obligatory_from(&[demand(Role::Teacher)], OBLIGATORY), None);
    }

    #[test]
    fn an_organisation_waives_the_default_but_not_a_rule_from_above() {
        let waived = Demand {
            waived: true,
            ..demand(Role::Director)
        };
        assert_eq!(
            obligatory_from(std::slice::from_ref(&waived), OBLIGATORY),
            None
        );
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let above = Demand {
            since: Some(day),
            ..waived
        };
        assert_eq!(
            obligatory_from(&[above], FactorDefault::Offered),
            Some(begin(day))
        );
    }
}
