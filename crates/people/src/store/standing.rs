use db::Tx;
use kernel::PersonId;

use crate::Standing;

/// What the person is here; none where there is no such card.
pub(crate) async fn standing(tx: &mut Tx, person: PersonId) -> Result<Option<Standing>, db::Error> {
    let row = sqlx::query!(
        r#"select exists (select from people.pupil u
                          where u.org_id = p.org_id and u.person_id = p.person_id) as "is_pupil!",
                  exists (select from people.parent r
                          where r.org_id = p.org_id and r.person_id = p.person_id) as "is_parent!",
                  s.person_id is not null as "is_staff!", s.dismissed_on as "dismissed_on?",
                  array(select k.pupil_id from people.kinship k
                        where k.org_id = p.org_id and k.parent_id = p.person_id) as "children!",
                  array(select k.parent_id from people.kinship k
                        where k.org_id = p.org_id and k.pupil_id = p.person_id) as "family!",
                  p.updated_at
           from people.person p
           left join people.staff s on s.org_id = p.org_id and s.person_id = p.person_id
           where p.org_id = kernel.org() and p.person_id = $1"#,
        person.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| Standing {
        is_pupil: it.is_pupil,
        is_staff: it.is_staff,
        dismissed_on: it.dismissed_on,
        is_parent: it.is_parent,
        children: it.children.into_iter().map(Into::into).collect(),
        family: it.family.into_iter().map(Into::into).collect(),
        changed_on: it.updated_at.date_naive(),
    }))
}
