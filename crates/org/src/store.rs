//! All SQL of org.

mod rooms;
mod settings;
mod setup;

use db::{ConstraintExt, Tx};
use kernel::OrgId;

pub(crate) use rooms::*;
pub(crate) use settings::*;
pub(crate) use setup::{set_setup_mark, setup_marks};

use crate::{
    Error,
    api::{OrgKind, Organisation},
    card::{Card, Locality},
    deadlines::Confirmation,
};

struct OrganisationRow {
    org_id: i64,
    parent_id: Option<i64>,
    kind: String,
    code: String,
    name: String,
    full_name: String,
    zone: String,
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = db::Error;

    fn try_from(row: OrganisationRow) -> Result<Self, db::Error> {
        let zone = row
            .zone
            .parse()
            .map_err(|_| db::Error::corrupt("org.organisation", "zone"))?;
        let kind = OrgKind::from_code(&row.kind)
            .ok_or_else(|| db::Error::corrupt("org.organisation", "kind"))?;
        Ok(Self {
            id: row.org_id.into(),
            parent: row.parent_id.map(Into::into),
            kind,
            code: row.code,
            name: row.name,
            full_name: row.full_name,
            zone,
        })
    }
}

/// The organisation of the transaction.
pub(crate) async fn own(tx: &mut Tx) -> Result<Option<Organisation>, db::Error> {
    let row = sqlx::query_as!(
        OrganisationRow,
        "select org_id, parent_id, kind, code, name, full_name, zone
         from org.organisation where org_id = kernel.org()",
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// When the organisation was entered here.
pub(crate) async fn opened_at(tx: &mut Tx) -> Result<chrono::DateTime<chrono::Utc>, db::Error> {
    Ok(
        sqlx::query_scalar!("select created_at from org.organisation where org_id = kernel.org()")
            .fetch_one(tx.conn())
            .await?,
    )
}

/// What the yearly confirmation of the card looks at, with the organisation itself.
pub(crate) async fn confirmation(
    tx: &mut Tx,
) -> Result<Option<(Organisation, Confirmation)>, db::Error> {
    let row = sqlx::query!(
        r#"select o.org_id, o.parent_id, o.kind, o.code, o.name, o.full_name, o.zone,
                  c.updated_at as "updated_at?", coalesce(c.licence_number, '') as "licence_number!",
                  c.licence_on as "licence_on?", coalesce(c.accreditation, '') as "accreditation!",
                  c.accreditation_until as "accreditation_until?"
           from org.organisation o left join org.card c on c.org_id = o.org_id
           where o.org_id = kernel.org()"#,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(it) = row else {
        return Ok(None);
    };
    let own = OrganisationRow {
        org_id: it.org_id,
        parent_id: it.parent_id,
        kind: it.kind,
        code: it.code,
        name: it.name,
        full_name: it.full_name,
        zone: it.zone,
    };
    let confirmation = Confirmation {
        updated_at: it.updated_at,
        licence_number: it.licence_number,
        licence_on: it.licence_on,
        accreditation: it.accreditation,
        accreditation_until: it.accreditation_until,
    };
    Ok(Some((own.try_into()?, confirmation)))
}

/// The organisation and those above it, the topmost first.
pub(crate) async fn line(tx: &mut Tx) -> Result<Vec<Organisation>, db::Error> {
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"with recursive line as (
               select o.*, 0 as height from org.organisation o where o.org_id = kernel.org()
               union all
               select o.*, line.height + 1 from org.organisation o
               join line on o.org_id = line.parent_id where line.height < 8
           )
           select org_id as "org_id!", parent_id, kind as "kind!", code as "code!", name as "name!",
                  full_name as "full_name!", zone as "zone!"
           from line order by height desc"#,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// An organisation and those above it, the topmost first.
pub(crate) async fn line_of(tx: &mut Tx, org: OrgId) -> Result<Vec<OrgId>, db::Error> {
    let rows = sqlx::query_scalar!(
        r#"with recursive line as (
               select o.org_id, o.parent_id, 0 as height from org.organisation o where o.org_id = $1
               union all
               select o.org_id, o.parent_id, line.height + 1 from org.organisation o
               join line on o.org_id = line.parent_id where line.height < 8
           )
           select org_id as "org_id!" from line order by height desc"#,
        org.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The open schools below the topmost organisation of the own line, by name.
pub(crate) async fn schools(tx: &mut Tx) -> Result<Vec<Organisation>, db::Error> {
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"with recursive line as (
               select o.org_id, o.parent_id, 0 as height from org.organisation o where o.org_id = kernel.org()
               union all
               select o.org_id, o.parent_id, line.height + 1 from org.organisation o
               join line on o.org_id = line.parent_id where line.height < 8
           ), region as (
               select o.*, 0 as depth from org.organisation o
               where o.org_id = (select org_id from line order by height desc limit 1)
               union all
               select o.*, region.depth + 1 from org.organisation o
               join region on o.parent_id = region.org_id where region.depth < 8
           )
           select org_id as "org_id!", parent_id, kind as "kind!", code as "code!", name as "name!",
                  full_name as "full_name!", zone as "zone!"
           from region
           where kind in ('school', 'private_school') and (closed_on is null or closed_on > kernel.now()::date)
           order by name, org_id"#,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The whole tree, parents before children of the same level, by name.
pub(crate) async fn tree(tx: &mut Tx) -> Result<Vec<Organisation>, db::Error> {
    let rows = sqlx::query_as!(
        OrganisationRow,
        "select org_id, parent_id, kind, code, name, full_name, zone
         from org.organisation where closed_on is null
         order by parent_id nulls first, name, org_id",
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Organisation>, db::Error> {
    let row = sqlx::query_as!(
        OrganisationRow,
        "select org_id, parent_id, kind, code, name, full_name, zone
         from org.organisation where code = $1",
        code,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Opens an organisation, in a worker's transaction.
pub(crate) async fn open(tx: &mut Tx, it: &crate::NewOrganisation) -> Result<OrgId, Error> {
    let id = sqlx::query_scalar!(
        "insert into org.organisation (parent_id, kind, code, name, full_name, zone)
         values ($1, $2, $3, $4, $5, $6) returning org_id",
        it.parent.map(OrgId::get),
        it.kind.code(),
        it.code,
        it.name,
        it.full_name,
        it.zone.name(),
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint("organisation_code", || Error::CodeTaken)
    .on_constraint_again("organisation_code_shape", || Error::NotACode)?;
    Ok(id.into())
}

/// The second of two constraints that one statement may break.
trait Again<T> {
    fn on_constraint_again(self, name: &str, to: impl FnOnce() -> Error) -> Result<T, Error>;
}

impl<T> Again<T> for Result<T, Error> {
    fn on_constraint_again(self, name: &str, to: impl FnOnce() -> Error) -> Result<T, Error> {
        self.map_err(|it| match it {
            Error::Db(db) if db.constraint() == Some(name) => to(),
            other => other,
        })
    }
}

/// The card with its version; one never saved has version 0.
pub(crate) async fn card(tx: &mut Tx) -> Result<Option<(Card, i32)>, db::Error> {
    let row = sqlx::query!(
        r#"select o.name, o.full_name, o.zone,
                  coalesce(c.org_type, '') as "org_type!", coalesce(c.legal_form, '') as "legal_form!",
                  coalesce(c.number, '') as "number!", coalesce(c.governing_body, '') as "governing_body!",
                  coalesce(c.locality_kind, 'urban') as "locality_kind!", coalesce(c.director, '') as "director!",
                  coalesce(c.deputy_teaching, '') as "deputy_teaching!",
                  coalesce(c.deputy_facilities, '') as "deputy_facilities!",
                  coalesce(c.deputy_it, '') as "deputy_it!", coalesce(c.locality, '') as "locality!",
                  coalesce(c.legal_address, '') as "legal_address!", coalesce(c.phones, '') as "phones!",
                  coalesce(c.email, '') as "email!", coalesce(c.website, '') as "website!",
                  coalesce(c.inn, '') as "inn!", coalesce(c.kpp, '') as "kpp!", coalesce(c.ogrn, '') as "ogrn!",
                  coalesce(c.okpo, '') as "okpo!", coalesce(c.okato, '') as "okato!",
                  coalesce(c.okogu, '') as "okogu!", coalesce(c.charter, '') as "charter!",
                  coalesce(c.licence_number, '') as "licence_number!", c.licence_on as "licence_on?",
                  coalesce(c.accreditation, '') as "accreditation!", c.accreditation_until as "accreditation_until?",
                  coalesce(c.video_surveillance, false) as "video_surveillance!",
                  coalesce(c.online_computers, 0) as "online_computers!",
                  coalesce(c.content_filter, '') as "content_filter!", c.internet_mbit as "internet_mbit?",
                  coalesce(c.version, 0) as "version!"
           from org.organisation o left join org.card c on c.org_id = o.org_id
           where o.org_id = kernel.org()"#,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(it) = row else {
        return Ok(None);
    };
    let card = Card {
        full_name: it.full_name,
        name: it.name,
        zone: it.zone,
        org_type: it.org_type,
        legal_form: it.legal_form,
        number: it.number,
        governing_body: it.governing_body,
        locality_kind: Locality::from_code(&it.locality_kind).unwrap_or(Locality::Urban),
        director: it.director,
        deputy_teaching: it.deputy_teaching,
        deputy_facilities: it.deputy_facilities,
        deputy_it: it.deputy_it,
        locality: it.locality,
        legal_address: it.legal_address,
        phones: it.phones,
        email: it.email,
        website: it.website,
        inn: it.inn,
        kpp: it.kpp,
        ogrn: it.ogrn,
        okpo: it.okpo,
        okato: it.okato,
        okogu: it.okogu,
        charter: it.charter,
        licence_number: it.licence_number,
        licence_on: it.licence_on,
        accreditation: it.accreditation,
        accreditation_until: it.accreditation_until,
        video_surveillance: it.video_surveillance,
        online_computers: it.online_computers,
        content_filter: it.content_filter,
        internet_mbit: it.internet_mbit,
    };
    Ok(Some((card, it.version)))
}

/// Writes the card if it is still as the writer saw it; false otherwise.
pub(crate) async fn save_card(
    tx: &mut Tx,
    org: OrgId,
    it: &Card,
    seen: i32,
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "insert into org.card as c
            (org_id, org_type, legal_form, number, governing_body, locality_kind, director,
             deputy_teaching, deputy_facilities, deputy_it, locality, legal_address, phones, email,
             website, inn, kpp, ogrn, okpo, okato, okogu, charter, licence_number, licence_on,
             accreditation, accreditation_until, video_surveillance, online_computers,
             content_filter, internet_mbit, version, updated_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, 1, $31
         where $32 = 0 or exists (select from org.card where org_id = $1)
         on conflict (org_id) do update set
             org_type = excluded.org_type, legal_form = excluded.legal_form, number = excluded.number,
             governing_body = excluded.governing_body, locality_kind = excluded.locality_kind,
             director = excluded.director, deputy_teaching = excluded.deputy_teaching,
             deputy_facilities = excluded.deputy_facilities, deputy_it = excluded.deputy_it,
             locality = excluded.locality, legal_address = excluded.legal_address,
             phones = excluded.phones, email = excluded.email, website = excluded.website,
             inn = excluded.inn, kpp = excluded.kpp, ogrn = excluded.ogrn, okpo = excluded.okpo,
             okato = excluded.okato, okogu = excluded.okogu, charter = excluded.charter,
             licence_number = excluded.licence_number, licence_on = excluded.licence_on,
             accreditation = excluded.accreditation, accreditation_until = excluded.accreditation_until,
             video_surveillance = excluded.video_surveillance, online_computers = excluded.online_computers,
             content_filter = excluded.content_filter, internet_mbit = excluded.internet_mbit,
             version = c.version + 1, updated_at = excluded.updated_at
         where c.version = $32",
        org.get(),
        it.org_type,
        it.legal_form,
        it.number,
        it.governing_body,
        it.locality_kind.code(),
        it.director,
        it.deputy_teaching,
        it.deputy_facilities,
        it.deputy_it,
        it.locality,
        it.legal_address,
        it.phones,
        it.email,
        it.website,
        it.inn,
        it.kpp,
        it.ogrn,
        it.okpo,
        it.okato,
        it.okogu,
        it.charter,
        it.licence_number,
        it.licence_on,
        it.accreditation,
        it.accreditation_until,
        it.video_surveillance,
        it.online_computers,
        it.content_filter,
        it.internet_mbit,
        tx.now(),
        seen,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn rename(tx: &mut Tx, it: &Card) -> Result<(), db::Error> {
    sqlx::query!(
        "update org.organisation set name = $1, full_name = $2, zone = $3
         where org_id = kernel.org() and (name, full_name, zone) is distinct from ($1, $2, $3)",
        it.name,
        it.full_name,
        it.zone,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
