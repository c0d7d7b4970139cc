//! The domains, each over those below it.

use std::sync::Arc;

use anyhow::Context;
use db::Db;

use super::Extras;
use crate::{Config, sockets};

/// What a form can bring; a school may set less.
pub(super) const LARGEST_FILE: usize = 10 * 1024 * 1024;

/// The report cards of a large school, a sheet each.
pub(super) const LARGEST_PAPER: usize = 100 * 1024 * 1024;

/// The domains, each over those below it.
pub struct Services {
    /// Where files lie.
    pub(crate) files: db::files::Files,
    pub org: org::Org,
    pub identity: identity::Identity,
    pub people: people::Directory,
    pub curriculum: curriculum::CurriculumService,
    pub movement: movement::Movement,
    pub(crate) books: movement::Books,
    pub(crate) transfers: movement::Transfers,
    pub timetable: schedule::Timetable,
    /// Whom the timetable asks; its import asks the same.
    pub(crate) asked: schedule::Asked,
    pub journal: journal::Journal,
    pub rollover: rollover::Rollover,
    pub exams: exams::Exams,
    pub preschool: preschool::Preschool,
    pub portfolio: portfolio::Portfolio,
}

/// Builds the domains without pages, for commands: they touch no files and
/// leave no folder behind.
pub fn services(db: &Db, config: &Config) -> anyhow::Result<Services> {
    let files = db::files::Files::passing(LARGEST_FILE);
    build(db, config, &Extras::default(), files)
}

/// What orders ask the journal.
fn standing(
    curriculum: &Arc<dyn curriculum::Curriculum>,
    lessons: &Arc<dyn schedule::Lessons>,
) -> Arc<dyn movement::PupilMarks> {
    Arc::new(journal::Standing {
        curriculum: Arc::clone(curriculum),
        lessons: Arc::clone(lessons),
    })
}

#[expect(
    clippy::too_many_lines,
    reason = "the wiring is read from top to bottom"
)]
pub(super) fn build(
    db: &Db,
    config: &Config,
    extras: &Extras,
    files: db::files::Files,
) -> anyhow::Result<Services> {
    // Contracts hold nothing, so domains below and above may each have one.
    let people_contract: Arc<dyn people::People> = Arc::new(people::Cards);
    let records: Arc<dyn curriculum::Curriculum> = Arc::new(curriculum::Records);
    let register = Arc::new(movement::Register);
    let lessons: Arc<dyn schedule::Lessons> = Arc::new(schedule::LessonBook);

    let org = org::Org::new(db.clone());
    let orgs: Arc<dyn org::Organisations> = Arc::new(org.clone());
    let settings = identity::Settings {
        lifetimes: extras.lifetimes.unwrap_or_default(),
        address: config.public_url.clone(),
        system: config.system.clone(),
        factor: config.factor_default(),
        provider: config.provider()?,
        ..identity::Settings::default()
    };
    let identity = identity::Identity::new(db.clone(), settings).context("identity")?;
    let accounts: Arc<dyn identity::Accounts> = Arc::new(identity.clone());
    let movement = movement::Movement::new(
        db.clone(),
        Arc::clone(&people_contract),
        Arc::clone(&records),
        Arc::clone(&accounts),
        Arc::clone(&orgs),
    )
    .with_marks(standing(&records, &lessons))
    .with_calendar(Arc::new(sockets::Calendars(Arc::clone(&orgs))));
    let books = movement::Books::new(
        db.clone(),
        Arc::clone(&people_contract),
        Arc::clone(&records),
        Arc::clone(&orgs),
    );
    let transfers = movement::Transfers::new(
        db.clone(),
        movement.clone(),
        Arc::clone(&records),
        Arc::clone(&orgs),
    );
    let people = people::Directory::new(
        db.clone(),
        Arc::clone(&orgs),
        accounts,
        Arc::new(movement.clone()),
        Arc::new(movement.clone()),
        files.clone(),
    );
    let curriculum = curriculum::CurriculumService::new(
        db.clone(),
        Arc::clone(&people_contract),
        Arc::clone(&orgs),
        Arc::clone(&register) as Arc<dyn curriculum::ClassPupils>,
    );
    let asked = schedule::Asked {
        curriculum: Arc::clone(&records),
        register: Arc::clone(&register) as Arc<dyn movement::ClassRegister>,
        people: Arc::clone(&people_contract),
        organisations: Arc::clone(&orgs),
    };
    let timetable =
        schedule::Timetable::new(db.clone(), asked.clone(), Arc::new(journal::Contents));
    let journal = journal::Journal::new(
        db.clone(),
        journal::Neighbours {
            people: Arc::clone(&people_contract),
            curriculum: Arc::clone(&records),
            register: Arc::clone(&register) as Arc<dyn movement::ClassRegister>,
            lessons,
            orgs: Arc::clone(&orgs),
            files: files.clone(),
        },
    );
    let rollover = rollover::Rollover::new(
        db.clone(),
        rollover::Neighbours {
            people: Arc::clone(&people_contract),
            curriculum: Arc::clone(&records),
            register: Arc::clone(&register) as Arc<dyn movement::ClassRegister>,
            orders: Arc::new(movement.clone()),
            lessons: Arc::new(schedule::LessonBook),
        },
    );
    let preschool = preschool::Preschool::new(
        db.clone(),
        preschool::Neighbours {
            people: Arc::clone(&people_contract),
            curriculum: Arc::clone(&records),
            register: Arc::clone(&register) as Arc<dyn movement::ClassRegister>,
        },
    );
    let portfolio = portfolio::Portfolio::new(
        db.clone(),
        portfolio::Neighbours {
            people: Arc::clone(&people_contract),
            own: Arc::new(movement.clone()),
            curriculum: Arc::clone(&records),
            register: Arc::clone(&register) as Arc<dyn movement::ClassRegister>,
            orgs: Arc::clone(&orgs),
            files: files.clone(),
        },
    );
    let exams = exams::Exams::new(
        db.clone(),
        exams::Neighbours {
            people: people_contract,
            curriculum: records,
            register,
            finals: Arc::new(journal.clone()),
        },
    );
    Ok(Services {
        files,
        org,
        identity,
        people,
        curriculum,
        movement,
        books,
        transfers,
        timetable,
        asked,
        journal,
        rollover,
        exams,
        preschool,
        portfolio,
    })
}

/// The bell over all domains that know of duties.
pub fn deadlines(db: &Db, services: &Services) -> deadlines::Deadlines {
    let asked = deadlines::Neighbours {
        orgs: Arc::new(services.org.clone()),
        holders: Arc::new(services.identity.clone()),
        people: Arc::new(people::Cards),
        curriculum: Arc::new(curriculum::Records),
        sources: sockets::deadline_sources(services),
    };
    deadlines::Deadlines::new(db.clone(), asked).with_control(Arc::new(sockets::JournalControl))
}

/// Forms of statistics, over what they count.
pub(crate) fn forms(db: &Db, services: &Services) -> forms::Forms {
    forms::Forms::new(
        db.clone(),
        forms::Neighbours {
            orgs: Arc::new(services.org.clone()),
            people: Arc::new(people::Cards),
            curriculum: Arc::new(curriculum::Records),
            register: Arc::new(movement::Register),
            schools: Arc::new(sockets::Tree(services.org.clone())),
        },
    )
}
