//! Wires the domains, lowest first: what a line needs stands above it.

mod domains;

use std::sync::Arc;

use anyhow::Context;
use axum::{Router, extract::Request, http::HeaderValue, middleware::Next, response::Response};
use db::Db;
use kernel::{Clock, Job};
use web::{InFlight, Limits, Templates, Views, ViewsSetup, WebConfig};

use crate::{
    Config, assets,
    finder::Finder,
    jobs::{Prune, Seal},
    menu, sockets,
    typesetter::Typesetter,
};

pub(crate) use domains::forms;
use domains::{LARGEST_FILE, LARGEST_PAPER, build};
pub use domains::{Services, deadlines, services};

/// The wired application.
pub struct App {
    pub router: Router,
    pub in_flight: InFlight,
    pub jobs: Vec<Arc<dyn Job>>,
    /// Long work that people start.
    pub work: work::Jobs,
    /// Frozen reports and papers of the archive.
    pub archive: reporting::Archive,
    /// Brings letters to the mail server.
    pub sender: messaging::Sender,
    /// Makes letters of what happened.
    pub announcer: messaging::Announcer,
    /// Makes letters of deadlines.
    pub digests: deadlines::Digests,
}

/// What differs between a demonstration and a real installation.
#[derive(Clone, Default)]
pub struct Extras {
    /// Tell how many SQL statements an answer took (`Server-Timing`).
    pub count_statements: bool,
    pub lifetimes: Option<identity::Lifetimes>,
    /// The mail server of a demonstration, and its pages with it.
    pub mailbox: Option<messaging::mailbox::Mailbox>,
}

/// Every route of the application, for the authorization matrix.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    [
        web::ASSET_ROUTES,
        web::LOOK_ROUTES,
        work::ROUTES,
        intake::ROUTES,
        org::ROUTES,
        org::SETUP_ROUTES,
        identity::ROUTES,
        people::ROUTES,
        curriculum::ROUTES,
        movement::ROUTES,
        movement::BOOK_ROUTES,
        movement::TRANSFER_ROUTES,
        schedule::ROUTES,
        journal::pages::ROUTES,
        rollover::ROUTES,
        exams::ROUTES,
        preschool::ROUTES,
        portfolio::ROUTES,
        deadlines::RULE_ROUTES,
        messaging::ROUTES,
        messaging::mailbox::ROUTES,
        deadlines::ROUTES,
        builder::ROUTES,
        reporting::ROUTES,
        forms::ROUTES,
        hub::ROUTES,
        privacy::ROUTES,
        sockets::FRONT_ROUTES,
    ]
    .concat()
}

/// Builds the application over the database.
#[expect(
    clippy::too_many_lines,
    reason = "the wiring is read from top to bottom"
)]
pub fn app(
    db: &Db,
    clock: Arc<dyn Clock>,
    config: &Config,
    extras: &Extras,
) -> anyhow::Result<App> {
    let views = views(config, Arc::clone(&clock), extras)?;
    let files = db::files::Files::local(&config.files, LARGEST_FILE).context("files")?;
    let papers = db::files::Files::local(&config.files, LARGEST_PAPER).context("files")?;
    let services = build(db, config, extras, files)?;
    let deadlines = deadlines(db, &services);
    let forms = forms(db, &services);
    let importers = sockets::importers(&services, &views);
    let builder = builder::Builder::new(
        db.clone(),
        builder::Neighbours {
            people: Arc::new(people::Cards),
            orgs: Arc::new(services.org.clone()),
            sources: sockets::report_sources(&services),
        },
        config.report_lines,
    );
    let setup = org::Setup::new(db.clone(), sockets::setup_sources());
    let circles: Arc<dyn identity::Circles> = Arc::new(sockets::ClassFamilies::over(&services));
    let Services {
        files,
        org,
        identity,
        people,
        curriculum,
        movement,
        books,
        transfers,
        timetable,
        journal,
        rollover,
        exams,
        preschool,
        portfolio,
        ..
    } = services;
    let mail = mail(db, &views, config, (&org, &identity), &deadlines).context("mail")?;
    let privacy = privacy::Privacy::new(
        db.clone(),
        privacy::Neighbours {
            orgs: Arc::new(org.clone()),
            people: Arc::new(people::Cards),
            accounts: Arc::new(identity.clone()),
            classes: Arc::new(movement::Register),
            curriculum: Arc::new(curriculum::Records),
            lessons: Arc::new(schedule::LessonBook),
            held: sockets::person_data().into(),
            files,
            seal_key: config.seal_key.clone(),
            system: config.system.clone(),
            stands_for: (
                views.word("privacy.erased.last"),
                views.word("privacy.erased.number"),
            ),
        },
    );
    let hub = hub::Hub::new(
        db.clone(),
        hub::Neighbours {
            schools: Arc::new(sockets::Tree(org.clone())),
            people: Arc::new(people::Cards),
            classes: Arc::new(movement.clone()),
        },
    );
    let journal = journal.with_bell(Arc::new(sockets::FirstPage {
        deadlines: deadlines.clone(),
        people: people.clone(),
        transfers: transfers.clone(),
    }));
    let reporting = reporting::Reporting::new(
        db.clone(),
        reporting::Neighbours {
            people: Arc::new(people::Cards),
            curriculum: Arc::new(curriculum::Records),
            register: Arc::new(movement::Register),
            finals: Arc::new(journal.clone()),
            attendance: Arc::new(journal.clone()),
            marks: Arc::new(journal.clone()),
            letters: Arc::new(mail.post.clone()),
            orgs: Arc::new(org.clone()),
            accounts: Arc::new(identity.clone()),
        },
    );
    let press: Arc<dyn web::paper::Press> = Arc::new(Typesetter::new().context("paper")?);
    let archive = reporting::Archive {
        copies: reporting::Copies::new(
            reporting.clone(),
            views.clone(),
            Arc::clone(&press),
            papers,
        ),
        journal: journal.clone(),
    };
    let finder = Arc::new(Finder {
        db: db.clone(),
        views: views.clone(),
        curriculum: Arc::new(curriculum::Records),
        journal: journal.clone(),
    });
    let intake = intake::Intake::new(db.clone(), views.clone(), importers);
    let publication = schedule::Publication::new(timetable.clone(), views.clone());
    let issuing = identity::Issuing {
        identity: identity.clone(),
        circles: Arc::clone(&circles),
    };
    let rollover_works: [Arc<dyn work::Work>; 2] = [
        Arc::new(rollover::Running {
            rollover: rollover.clone(),
        }),
        Arc::new(rollover::TakingBack {
            rollover: rollover.clone(),
            views: views.clone(),
        }),
    ];
    let papers: [Arc<dyn work::Work>; 3] = [
        Arc::new(reporting::AllCards(archive.clone())),
        Arc::new(reporting::ClassJournal(archive.clone())),
        Arc::new(reporting::OwedReports(archive.clone())),
    ];
    let domains = rollover_works.into_iter().chain(papers).collect();
    let work = long_work(db, issuing, &intake, publication, domains);

    let router = Router::new()
        .merge(sockets::front_page())
        .merge(work::router(work.clone(), views.clone()))
        .merge(intake::router(intake.clone(), work.clone(), views.clone()))
        .merge(org::router(
            org.clone(),
            Arc::new(people::Cards),
            views.clone(),
        ))
        .merge(org::setup_router(setup, views.clone()))
        .merge(identity::router(
            identity.clone(),
            views.clone(),
            circles,
            work.clone(),
        ))
        .merge(people::router(people.with_places(finder), views.clone()))
        .merge(curriculum::router(curriculum, views.clone()))
        .merge(movement::router(movement.clone(), views.clone()))
        .merge(movement::books_router(
            books,
            views.clone(),
            config.public_url.clone(),
        ))
        .merge(movement::transfers_router(transfers, views.clone()))
        .merge(schedule::router(timetable, work.clone(), views.clone()))
        .merge(journal::pages::router(
            journal.clone(),
            views.clone(),
            Arc::clone(&clock),
        ))
        .merge(rollover::router(rollover, work.clone(), views.clone()))
        .merge(exams::router(exams, views.clone(), Arc::clone(&clock)))
        .merge(preschool::router(
            preschool,
            views.clone(),
            Arc::clone(&clock),
        ))
        .merge(portfolio::router(
            portfolio,
            views.clone(),
            Arc::clone(&clock),
        ))
        .merge(deadlines::rules_router(deadlines.clone(), views.clone()))
        .merge(builder::router(builder.clone(), views.clone()))
        .merge(reporting::router(
            reporting,
            archive.clone(),
            work.clone(),
            views.clone(),
            Arc::clone(&clock),
        ))
        .merge(forms::router(forms, views.clone(), Arc::clone(&clock)))
        .merge(hub::router(hub, views.clone()))
        .merge(privacy::router(privacy.clone(), views.clone()))
        .merge(messaging::router(mail.post.clone(), views.clone()))
        .merge(deadlines::router(
            deadlines.clone(),
            views.clone(),
            Arc::clone(&clock),
        ))
        .merge(web::look_router());
    let router = web::paper::with_press(router, press);
    let router = with_extras(router, extras, &views);
    let tell_reports = builder::TellReports {
        builder,
        actors: Arc::new(identity.clone()),
        letters: Arc::new(mail.post.clone()),
        views: views.clone(),
        site: mail.site,
        tenants: Arc::new(sockets::Tree(org.clone())),
    };
    let web_config = WebConfig {
        gate: Arc::new(identity.clone()),
        views,
        https: config.is_https(),
        proxies: config.proxies.clone(),
        origins: vec![config.public_url.clone()],
        limits: Limits::default(),
    };
    let (router, in_flight) = web::layers(router, web_config).context("public_url")?;
    let jobs: Vec<Arc<dyn Job>> = vec![
        Arc::new(identity::Sweep(identity)),
        Arc::new(intake::Sweep(intake)),
        Arc::new(movement::CloseAccounts {
            movement,
            tenants: Arc::new(sockets::Tree(org.clone())),
        }),
        Arc::new(journal::TellMarks {
            journal: journal.clone(),
            tenants: Arc::new(sockets::Tree(org.clone())),
        }),
        Arc::new(tell_reports),
        Arc::new(deadlines::TellUnits {
            deadlines: deadlines.clone(),
            tree: Arc::new(sockets::Tree(org.clone())),
        }),
        Arc::new(privacy::ForgetActs {
            privacy,
            tenants: Arc::new(sockets::Tree(org.clone())),
        }),
        Arc::new(deadlines::Lookout {
            deadlines,
            tenants: Arc::new(sockets::Tree(org)),
        }),
        Arc::new(mail.post),
        Arc::new(Seal {
            db: db.clone(),
            key: config.seal_key.clone(),
            anchor: config.seal_anchor.clone(),
        }),
        Arc::new(Prune {
            db: db.clone(),
            clock,
        }),
    ];
    Ok(App {
        router: web::assets(assets::find).fallback_service(router),
        in_flight,
        jobs,
        work,
        archive,
        sender: mail.sender,
        announcer: mail.announcer,
        digests: mail.digests,
    })
}

/// The long work that pages start.
fn long_work(
    db: &Db,
    issuing: identity::Issuing,
    intake: &intake::Intake,
    publication: schedule::Publication,
    domains: Vec<Arc<dyn work::Work>>,
) -> work::Jobs {
    let actors = Arc::new(issuing.identity.clone());
    let mut works: Vec<Arc<dyn work::Work>> = vec![
        Arc::new(issuing),
        Arc::new(intake::Writing(intake.clone())),
        Arc::new(intake::TakingBack(intake.clone())),
        Arc::new(publication),
    ];
    works.extend(domains);
    work::Jobs::new(db.clone(), actors, works)
}

/// What only a demonstration or a measurement has.
fn with_extras(router: Router, extras: &Extras, views: &Views) -> Router {
    let router = match &extras.mailbox {
        Some(it) => router.merge(messaging::mailbox::router(it.clone(), views.clone())),
        None => router,
    };
    if extras.count_statements {
        router.layer(axum::middleware::from_fn(count_statements))
    } else {
        router
    }
}

/// What brings letters from the domains to the mail server.
struct Mail {
    /// The address of the site in letters.
    site: String,
    post: messaging::Post,
    sender: messaging::Sender,
    announcer: messaging::Announcer,
    digests: deadlines::Digests,
}

fn mail(
    db: &Db,
    views: &Views,
    config: &Config,
    (org, identity): (&org::Org, &identity::Identity),
    deadlines: &deadlines::Deadlines,
) -> anyhow::Result<Mail> {
    let sending = config.sending()?;
    let site = sending.site.clone();
    let orgs: Arc<dyn org::Organisations> = Arc::new(org.clone());
    let setup = messaging::PostSetup {
        site: site.clone(),
        connected: sending.smtp.is_some(),
    };
    let post = messaging::Post::new(
        db.clone(),
        views.clone(),
        Arc::new(people::Cards),
        Arc::clone(&orgs),
        setup,
    );
    let announcer = messaging::Announcer {
        db: db.clone(),
        views: views.clone(),
        letters: Arc::new(post.clone()),
        people: Arc::new(people::Cards),
        orgs,
        curriculum: Arc::new(curriculum::Records),
        lessons: Arc::new(schedule::LessonBook),
        transfers: Arc::new(movement::Register),
        holders: Arc::new(identity.clone()),
        owes: Arc::new(sockets::Calendars(Arc::new(org.clone()))),
        site: site.clone(),
        closing: Arc::default(),
    };
    let letters = Arc::new(post.clone());
    let digests = deadlines.digests(letters, views.clone(), site.clone(), sending.look);
    Ok(Mail {
        site,
        post,
        sender: messaging::Sender::new(db.clone(), sending)?,
        announcer,
        digests,
    })
}

fn views(config: &Config, clock: Arc<dyn Clock>, extras: &Extras) -> anyhow::Result<Views> {
    let mut nav = menu::SECTIONS.to_vec();
    if extras.mailbox.is_some() {
        nav.push(menu::DEMO_MAIL);
    }
    let setup = ViewsSetup {
        templates: Templates::Own,
        assets: web::manifest(&assets::find),
        nav,
        system: config.system.clone(),
        clock,
    };
    if setup.assets.is_empty() {
        tracing::warn!("no built assets: pages come without style; run «cargo xtask assets»");
    }
    Views::load(setup).context("templates")
}

/// Tells how many statements the answer took, for the benchmark and the tests.
async fn count_statements(request: Request, next: Next) -> Response {
    let (mut response, statements) = db::statements::counted(next.run(request)).await;
    if let Ok(value) = HeaderValue::from_str(&format!("db;desc=\"statements={statements}\"")) {
        response.headers_mut().insert("server-timing", value);
    }
    response
}
