//! What forms of federal statistics count of the register (RPT-3).

use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::{ClassId, PersonId};

use crate::{ClassStay, GraduationDocument, LeavingReason, Member, OrderKind, StudyForm};

/// The form of study of each pupil whose issued orders until the day name one.
pub(crate) async fn study_forms(
    tx: &mut Tx,
    on: NaiveDate,
) -> Result<HashMap<PersonId, StudyForm>, db::Error> {
    let rows = sqlx::query!(
        r#"select distinct on (l.pupil_id) l.pupil_id, l.study_form as "study_form!"
           from movement.order_pupil l join movement.order o using (org_id, order_id)
           where o.state = 'issued' and o.effective_on <= $1 and l.study_form is not null
           order by l.pupil_id, o.effective_on desc, o.order_id desc"#,
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    let known = rows.into_iter().filter_map(|it| {
        let form = StudyForm::from_code(&it.study_form)?;
        Some((it.pupil_id.into(), form))
    });
    Ok(known.collect())
}

/// Every stay in these classes with what began and ended it.
pub(crate) async fn outcomes(
    tx: &mut Tx,
    classes: &[ClassId],
) -> Result<Vec<ClassStay>, db::Error> {
    let classes: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select m.pupil_id, m.class_id, lower(m.during) as "since!", upper(m.during) - 1 as until,
                  b.kind as began, e.kind as "ended?", l.reason as "reason?", l.document as "document?",
                  coalesce(l.conditional, false) as "conditional!"
           from movement.class_member m
           join movement.order b on b.org_id = m.org_id and b.order_id = m.began_by
           left join movement.order e on e.org_id = m.org_id and e.order_id = m.ended_by
           left join movement.order_pupil l
             on l.org_id = m.org_id and l.order_id = m.ended_by and l.pupil_id = m.pupil_id
           where m.class_id = any($1)"#,
        &classes,
    )
    .fetch_all(tx.conn())
    .await?;
    let stays = rows.into_iter().filter_map(|it| {
        Some(ClassStay {
            member: Member {
                pupil: it.pupil_id.into(),
                class: it.class_id.into(),
                since: it.since,
                until: it.until,
            },
            began: OrderKind::from_code(&it.began)?,
            ended: it.ended.as_deref().and_then(OrderKind::from_code),
            reason: it.reason.as_deref().and_then(LeavingReason::from_code),
            document: it
                .document
                .as_deref()
                .and_then(GraduationDocument::from_code),
            conditional: it.conditional,
        })
    });
    Ok(stays.collect())
}
