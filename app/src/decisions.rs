//! What the demonstration's region and its first school decided about rights
//! (ORG-5): through the use cases, so that the history tells of it.

use db::Db;
use identity::{Accounts, CellWish, Holders, RoleWish};
use kernel::{Actor, Reach, Reaches, Right, Role};

use crate::{Config, wire};

/// Who decides what about which role, and why.
struct Decision {
    org: &'static str,
    by: Role,
    role: Role,
    cells: &'static [(Right, CellWish)],
    reason: &'static str,
}

const fn wish(reaches: Reaches) -> CellWish {
    CellWish {
        reaches: Some(reaches),
        locked: false,
        widest: None,
    }
}

const DECISIONS: [Decision; 3] = [
    Decision {
        org: "kuban",
        by: Role::RegionAdmin,
        role: Role::Teacher,
        cells: &[(
            Right::RestrictedView,
            CellWish {
                reaches: None,
                locked: false,
                widest: Some(Reaches::of(Reach::OwnClass)),
            },
        )],
        reason: demo::REASONS[0],
    },
    Decision {
        org: "kuban",
        by: Role::RegionAdmin,
        role: Role::Deputy,
        cells: &[(
            Right::MovementEdit,
            CellWish {
                reaches: None,
                locked: true,
                widest: None,
            },
        )],
        reason: demo::REASONS[1],
    },
    Decision {
        org: "krymsk-g7",
        by: Role::Admin,
        role: Role::Secretary,
        cells: &[
            (Right::StaffEdit, wish(Reaches::NONE)),
            (Right::TimetableEdit, wish(Reaches::of(Reach::Org))),
        ],
        reason: demo::REASONS[2],
    },
];

/// Decides what is not decided yet; leaves out organisations that are not there.
pub(crate) async fn make(db: &Db, config: &Config) -> anyhow::Result<()> {
    let services = wire::services(db, config)?;
    for it in DECISIONS {
        let Ok(org) = services.org.by_code(it.org).await else {
            continue;
        };
        let Some(actor) = holder(db, &services.identity, org.id, it.by).await? else {
            continue;
        };
        let sheet = services.identity.rights_of_role(&actor, it.role).await?;
        if sheet.version > 0 {
            continue;
        }
        let wish = RoleWish {
            cells: it.cells.to_vec(),
            reason: it.reason.to_owned(),
            version: 0,
            loses_own: false,
        };
        services
            .identity
            .change_rights(&actor, it.role, &wish)
            .await?;
    }
    Ok(())
}

/// Somebody who has the role for the whole organisation.
pub(crate) async fn holder(
    db: &Db,
    identity: &identity::Identity,
    org: kernel::OrgId,
    role: Role,
) -> anyhow::Result<Option<Actor>> {
    let mut tx = db.begin_system(org).await?;
    let mut people = identity.holders(&mut tx, &[role]).await?;
    people.sort_by_key(|it| it.1);
    let people: Vec<_> = people.into_iter().map(|it| it.1).take(1).collect();
    let logins = identity.logins(&mut tx, &people).await?;
    tx.commit().await?;
    match logins.first() {
        Some(it) => Ok(identity.acting(org, it.account).await?),
        None => Ok(None),
    }
}
