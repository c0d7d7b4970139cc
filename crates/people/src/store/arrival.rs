//! Families that come from another school, and those that go to one.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::PersonId;

use super::{CardRow, numbers, search::kinds_of_row};
use crate::{
    Card, CardKind, Citizenship, Namesake, ParentFields, PupilFields, RecordFields, RecordKind,
    person::CleanPerson,
};

/// What the cards of these pupils have besides the common part.
pub(crate) async fn pupil_fields(
    tx: &mut Tx,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, PupilFields>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, file_number, shift, foreign_language, family, has_computer, citizenship
         from people.pupil where person_id = any($1)",
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    let fields = rows.into_iter().map(|it| {
        let fields = PupilFields {
            file_number: it.file_number,
            shift: it.shift,
            foreign_language: it.foreign_language,
            family: it.family,
            has_computer: it.has_computer,
            citizenship: Citizenship::from_code(&it.citizenship),
            // Each school decides it by an order of its own, and it hints at health.
            taught_at_home: None,
        };
        (it.person_id.into(), fields)
    });
    Ok(fields.collect())
}

/// The same of parents.
pub(crate) async fn parent_fields(
    tx: &mut Tx,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, ParentFields>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, education, workplace, job, work_phone
         from people.parent where person_id = any($1)",
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    let fields = rows.into_iter().map(|it| {
        let fields = ParentFields {
            education: it.education,
            workplace: it.workplace,
            job: it.job,
            work_phone: it.work_phone,
        };
        (it.person_id.into(), fields)
    });
    Ok(fields.collect())
}

/// The former schools of these pupils, the newest first.
pub(crate) async fn studies(
    tx: &mut Tx,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, Vec<RecordFields>>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, since, until, title, place, detail, hours, document from people.record
         where person_id = any($1) and kind = $2 and removed_at is null
         order by coalesce(until, since) desc nulls last, record_id desc",
        &numbers(ids),
        RecordKind::Study.code(),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut studies: HashMap<PersonId, Vec<RecordFields>> = HashMap::new();
    for it in rows {
        let fields = RecordFields {
            since: it.since,
            until: it.until,
            title: it.title,
            place: it.place,
            detail: it.detail,
            hours: it.hours,
            document: it.document,
        };
        studies.entry(it.person_id.into()).or_default().push(fields);
    }
    Ok(studies)
}

/// Adds lines to a card in one statement.
pub(crate) async fn add_records(
    tx: &mut Tx,
    person: PersonId,
    kind: RecordKind,
    lines: &[&RecordFields],
) -> Result<(), db::Error> {
    if lines.is_empty() {
        return Ok(());
    }
    let text = |of: fn(&RecordFields) -> &String| -> Vec<String> {
        lines.iter().map(|it| of(it).clone()).collect()
    };
    let since: Vec<Option<NaiveDate>> = lines.iter().map(|it| it.since).collect();
    let until: Vec<Option<NaiveDate>> = lines.iter().map(|it| it.until).collect();
    let hours: Vec<Option<i16>> = lines.iter().map(|it| it.hours).collect();
    sqlx::query!(
        "insert into people.record (org_id, person_id, kind, since, until, title, place, detail, hours, document)
         select kernel.org(), $1, $2, it.*
         from unnest($3::date[], $4::date[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::text[]) it",
        person.get(),
        kind.code(),
        &since as &[Option<NaiveDate>],
        &until as &[Option<NaiveDate>],
        &text(|it| &it.title),
        &text(|it| &it.place),
        &text(|it| &it.detail),
        &hours as &[Option<i16>],
        &text(|it| &it.document),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Somebody of one of the names that were asked for.
pub(crate) struct Named {
    search_key: String,
    card: Card,
    kinds: Vec<CardKind>,
    phones: [String; 2],
}

impl Named {
    /// The namesake of that person, if it is one: two birth dates that differ
    /// tell people apart.
    pub(crate) fn namesake(&self, of: &CleanPerson) -> Option<Namesake> {
        let (mine, theirs) = (self.card.born_on, of.fields.born_on);
        let other_birth = mine
            .zip(theirs)
            .is_some_and(|(mine, theirs)| mine != theirs);
        if self.search_key != of.search_key || other_birth {
            return None;
        }
        let same_phone = [&of.fields.phone, &of.fields.mobile]
            .into_iter()
            .any(|it| !it.is_empty() && self.phones.contains(it));
        Some(Namesake {
            card: self.card.clone(),
            kinds: self.kinds.clone(),
            sure: mine.is_some() && mine == theirs || same_phone,
        })
    }
}

/// Everybody of these names who is something here.
pub(crate) async fn of_names(tx: &mut Tx, keys: &[String]) -> Result<Vec<Named>, db::Error> {
    let rows = sqlx::query!(
        r#"select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on, p.search_key, p.phone, p.mobile,
                  (u.person_id is not null) as "is_pupil!", (r.person_id is not null) as "is_parent!",
                  (s.person_id is not null) as "is_staff!"
           from people.person p
           left join people.pupil u on u.person_id = p.person_id
           left join people.parent r on r.person_id = p.person_id
           left join people.staff s on s.person_id = p.person_id
           where p.search_key = any($1) and p.merged_into is null
             and num_nonnulls(u.person_id, r.person_id, s.person_id) > 0
           order by p.person_id limit 200"#,
        keys,
    )
    .fetch_all(tx.conn())
    .await?;
    let named = rows.into_iter().map(|it| Named {
        search_key: it.search_key,
        kinds: kinds_of_row(it.is_pupil, it.is_parent, it.is_staff),
        phones: [it.phone, it.mobile],
        card: CardRow {
            person_id: it.person_id,
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: it.born_on,
        }
        .into(),
    });
    Ok(named.collect())
}
