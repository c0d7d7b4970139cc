//! `zvonok admin`: the first step of a new installation or a new school.

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use identity::NewMember;
use kernel::{Fault, Grant, Role, Scope, names::FullName};
use org::{NewOrganisation, Org, OrgKind};
use people::{PersonFields, StaffFields};

use crate::{
    Config,
    serve::{self, say},
    wire,
};

#[derive(Args, Debug)]
pub struct Options {
    /// The code of the organisation in URLs, such as `krymsk-g7`.
    #[arg(long)]
    org: String,
    /// The name of a new organisation, such as «Гимназия № 7»; where it exists already it is left out.
    #[arg(long)]
    name: Option<String>,
    #[arg(long, value_enum, default_value_t = Kind::School)]
    kind: Kind,
    /// The code of the organisation above the new one.
    #[arg(long)]
    parent: Option<String>,
    /// The time zone of the new organisation.
    #[arg(long, default_value = "Europe/Moscow")]
    zone: chrono_tz::Tz,
    /// The administrator: surname, first name, patronymic.
    #[arg(long)]
    person: String,
    /// The administrator's post in the staff card.
    #[arg(long)]
    post: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Region,
    Municipality,
    School,
    PrivateSchool,
    Preschool,
    Additional,
}

impl From<Kind> for OrgKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Region => Self::Region,
            Kind::Municipality => Self::Municipality,
            Kind::School => Self::School,
            Kind::PrivateSchool => Self::PrivateSchool,
            Kind::Preschool => Self::Preschool,
            Kind::Additional => Self::Additional,
        }
    }
}

/// Opens what is missing and prints the one-time code.
pub async fn run(config: &Config, options: &Options) -> anyhow::Result<()> {
    let name =
        FullName::parse(&options.person).context("--person: surname and first name are needed")?;
    let (db, _) = serve::open(config).await?;
    let orgs = Org::new(db.clone());
    let org = match orgs.by_code(&options.org).await {
        Ok(found) => found.id,
        Err(why) if why.kind() == kernel::Kind::NotFound => open(&orgs, options).await?,
        Err(why) => return Err(why.into()),
    };
    let services = wire::services(&db, config)?;
    let mut tx = db.begin_system(org).await?;
    let person = PersonFields {
        last_name: name.last().to_owned(),
        first_name: name.first().to_owned(),
        middle_name: name.middle().map(str::to_owned),
        ..PersonFields::default()
    };
    let staff = StaffFields {
        post: options.post.clone(),
        ..StaffFields::default()
    };
    let ids = services
        .people
        .enter_staff(&mut tx, vec![(person, staff)])
        .await?;
    let Some(id) = ids.into_iter().next() else {
        bail!("the card was not entered")
    };
    let member = NewMember {
        person: id,
        last_name: name.last().to_owned(),
        first_name: name.first().to_owned(),
        middle_name: name.middle().map(str::to_owned),
        grants: vec![Grant {
            role: Role::Admin,
            scope: Scope::Org,
        }],
    };
    let slip = services.identity.create_admin(&mut tx, &member).await?;
    tx.commit().await?;
    say(&format!("{}\t{}\t{}", slip.login, slip.code, slip.address));
    Ok(())
}

async fn open(orgs: &Org, options: &Options) -> anyhow::Result<kernel::OrgId> {
    let Some(name) = &options.name else {
        bail!(
            "there is no organisation {}; give --name to open it",
            options.org
        );
    };
    let parent = match &options.parent {
        Some(code) => Some(orgs.by_code(code).await.context("--parent")?.id),
        None => None,
    };
    let new = NewOrganisation {
        parent,
        kind: options.kind.into(),
        code: options.org.clone(),
        name: name.clone(),
        full_name: name.clone(),
        zone: options.zone,
    };
    Ok(orgs.open(&new).await?)
}
