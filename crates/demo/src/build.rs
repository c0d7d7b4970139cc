use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use anyhow::{Context, bail};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use db::{Bulk, vault::Keyring};
use kernel::{OrgId, Role};
use sqlx::Row;
use tokio::sync::mpsc;

use crate::{
    accounts::Accounts,
    bench::{self, Measured},
    calendar::Calendar,
    cast::{self, Cast},
    dice::Dice,
    exams, garden,
    ids::Ids,
    journal::{self, Density},
    lessons,
    model::{Days, Kit, Person, Size},
    plan::{Counts, Plan, Shape, Summary},
    portfolio, records,
    region::{DISTRICTS, MINISTRY, Region},
    registers,
    rows::{Batch, Rows},
    school, write,
};

/// So many schools are written at once.
const WRITERS: usize = 2;
/// Where the summary is kept for the next start, among the settings of the ministry.
const KEPT: &str = "demo.summary";
/// What the measured school has at least.
const BENCH_MARKS: usize = 167_000;
const BENCH_ATTENDANCE: usize = 315_000;
/// Schools are in Moscow's zone.
const ZONE_HOURS: i64 = 3;

/// Fills a database that has the schema and no organisations.
///
/// `progress` is told what is done, and how many steps of how many.
///
/// # Errors
/// The database holds organisations already, or refuses.
pub async fn build(
    bulk: &Bulk,
    plan: &Plan,
    progress: &dyn Fn(&str, usize, usize),
) -> anyhow::Result<Summary> {
    let mut tx = bulk.begin(OrgId::from(0)).await?;
    let there: i64 = sqlx::query_scalar("select count(*) from org.organisation")
        .fetch_one(tx.conn())
        .await?;
    if there > 0 {
        bail!("the database holds organisations already");
    }
    let ids = Ids::read(tx.conn()).await?;
    let taken: Vec<String> = sqlx::query_scalar("select login from identity.account")
        .fetch_all(tx.conn())
        .await?;
    let now = tx.now();
    tx.commit().await?;

    let sizes = sizes(plan);
    let garden = usize::from(plan.shape == Shape::Region);
    let steps = sizes.len() + 3 + garden;
    let maker = Maker::new(plan, ids, now, taken.into_iter().collect(), bulk.keys()?)?;
    let (sender, receiver) = mpsc::channel(1);
    let making = tokio::task::spawn_blocking(move || maker.make(&sizes, &sender));
    let receiver = tokio::sync::Mutex::new(receiver);
    let done = Mutex::new(0);
    let tell = |name: &str| {
        let mut done = done
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *done += 1;
        progress(name, *done, steps);
    };
    // The tree of organisations is there before anything refers to it.
    let first = receiver.lock().await.recv().await;
    if let Some(batch) = first {
        let name = batch.name.clone();
        write::batch(bulk, batch).await?;
        tell(&name);
    }
    let writer = || async {
        loop {
            let next = receiver.lock().await.recv().await;
            let Some(batch) = next else {
                return anyhow::Ok(());
            };
            let name = batch.name.clone();
            write::batch(bulk, batch).await?;
            tell(&name);
        }
    };
    const { assert!(WRITERS == 2) };
    let written = tokio::try_join!(writer(), writer());
    drop(receiver);
    let made = making.await.context("making up the schools failed")?;
    written?;
    let made = made?;
    let summary = finish(bulk, made).await?;
    tell("accounts");
    Ok(summary)
}

/// What was made up before in this database, with fresh operations for the
/// benchmark; `None` where nothing was.
///
/// # Errors
/// The database refuses.
pub async fn find(bulk: &Bulk) -> anyhow::Result<Option<Summary>> {
    let mut tx = bulk.begin(OrgId::from(0)).await?;
    let kept = sqlx::query("select value from org.setting where key = $1")
        .bind(KEPT)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = kept else {
        tx.commit().await?;
        return Ok(None);
    };
    let mut summary: Summary = serde_json::from_value(row.try_get(0)?)?;
    if let Some(urls) = &mut summary.bench {
        bench::renew(&mut tx, urls).await?;
    }
    tx.commit().await?;
    Ok(Some(summary))
}

/// Writes the accounts, sets the sequences and keeps the summary.
async fn finish(bulk: &Bulk, made: Made) -> anyhow::Result<Summary> {
    let Made {
        ministry,
        ids,
        accounts,
        mut summary,
    } = made;
    let (batch, logins) = accounts.rows(ministry);
    summary.logins = logins;
    summary.logins.sort_by_key(|it| {
        cast::KNOWN_LOGINS
            .iter()
            .position(|known| *known == it.login)
    });
    write::batch(bulk, batch).await?;
    let mut tx = bulk.begin(ministry.into()).await?;
    ids.write(tx.conn()).await?;
    sqlx::query("insert into org.setting (org_id, key, value) values ($1, $2, $3)")
        .bind(ministry)
        .bind(KEPT)
        .bind(serde_json::to_value(&summary)?)
        .execute(tx.conn())
        .await?;
    if let Some(urls) = &mut summary.bench {
        bench::renew(&mut tx, urls).await?;
    }
    tx.commit().await?;
    let mut tx = bulk.begin(ministry.into()).await?;
    // Plans of the first pages shall not be those of an empty database.
    sqlx::query("analyze").execute(tx.conn()).await?;
    tx.commit().await?;
    Ok(summary)
}

fn sizes(plan: &Plan) -> Vec<Size> {
    match plan.shape {
        Shape::Bench => vec![Size::Measured],
        Shape::Village => vec![Size::Rural],
        Shape::Villages => vec![Size::Rural; plan.schools.max(1)],
        Shape::Region => {
            let size = |at| {
                if at % 4 == 3 {
                    Size::Rural
                } else {
                    Size::Large
                }
            };
            (0..plan.schools.max(1)).map(size).collect()
        }
    }
}

/// Makes everything up, away from the database.
struct Maker {
    kit: Kit,
    ids: Ids,
    days: Days,
    seed: u64,
    shape: Shape,
    accounts: Accounts,
    counts: Counts,
}

/// What is left when all schools are on their way.
struct Made {
    ministry: i64,
    ids: Ids,
    accounts: Accounts,
    summary: Summary,
}

impl Maker {
    fn new(
        plan: &Plan,
        ids: Ids,
        now: DateTime<Utc>,
        taken: HashSet<String>,
        keys: Arc<Keyring>,
    ) -> anyhow::Result<Self> {
        let days = days(plan, now);
        let moment = school::noon(days.calendar.starts_on - Duration::days(6));
        let lately = school::noon(days.current - Duration::days(2));
        Ok(Self {
            kit: Kit::read(keys),
            ids,
            days,
            seed: plan.seed,
            shape: plan.shape,
            accounts: Accounts::new(moment, lately, taken)?,
            counts: Counts::default(),
        })
    }

    fn make(mut self, sizes: &[Size], sender: &mpsc::Sender<Batch>) -> anyhow::Result<Made> {
        let send = |batch| {
            sender
                .blocking_send(batch)
                .context("nobody writes any more")
        };
        let opened = school::noon(self.days.calendar.starts_on - Duration::days(60));
        let region = Region::of(&mut self.ids, sizes);
        send(region.rows(opened))?;
        send(self.authorities(&region, opened)?)?;
        let mut bench = None;
        for (at, site) in region.sites.iter().enumerate() {
            send(self.school(at, site.clone(), &mut bench)?)?;
        }
        if self.shape == Shape::Region {
            send(self.garden(&region)?)?;
        }
        let summary = Summary {
            logins: Vec::new(),
            counts: self.counts(),
            bench,
        };
        Ok(Made {
            ministry: region.ministry,
            ids: self.ids,
            accounts: self.accounts,
            summary,
        })
    }

    fn counts(&self) -> Counts {
        Counts {
            accounts: self.accounts.count(),
            ..self.counts
        }
    }

    fn school(
        &mut self,
        at: usize,
        site: crate::model::Site,
        bench: &mut Option<crate::plan::BenchUrls>,
    ) -> anyhow::Result<Batch> {
        let Self {
            kit,
            ids,
            days,
            seed,
            ..
        } = self;
        let mut batch = Batch::new(site.org, site.name.clone());
        let made = school::school(kit, ids, site, days, *seed, cast::relatives(at))?;
        school::rows(kit, ids, &made, days, *seed, &mut batch)?;
        let lessons = lessons::publish(ids, &made, days, &mut batch);
        let mut cast = (at == 0).then(|| Cast::of(&made, days, &lessons));
        let measured = match &mut cast {
            Some(cast) if self.shape == Shape::Bench => {
                Some(Measured::of(kit, &made, days, &lessons, cast)?)
            }
            _ => None,
        };
        let unfilled = match self.shape {
            // Every lesson of the measured school is filled but the one for operations.
            Shape::Bench => journal::Unfilled {
                lessons: cast.as_ref().map(|it| it.open.clone()).unwrap_or_default(),
                teachers: Vec::new(),
                since: days.current,
            },
            _ => cast::unfilled(&made, days, cast.as_ref()),
        };
        let density = match self.shape {
            Shape::Bench => Density::reaching(BENCH_MARKS, BENCH_ATTENDANCE, &made, days, &lessons),
            _ => Density::USUAL,
        };
        let history = journal::History {
            lessons: &lessons,
            unfilled: &unfilled,
            density,
        };
        let written = journal::fill(kit, ids, &made, days, &history, *seed, &mut batch);
        if self.shape != Shape::Bench {
            exams::rows(kit, ids, &made, days, cast.as_ref(), *seed, &mut batch);
            portfolio::rows(ids, &made, days, cast.as_ref(), *seed, &mut batch);
            registers::rows(ids, &made, days, cast.as_ref(), *seed, &mut batch);
            records::rows(ids, &made, days, cast.as_ref(), *seed, &mut batch)?;
        }
        if let Some(cast) = &cast {
            journal::voices::rows(&made, days, cast, &mut batch);
        }
        if let (Some(measured), Some(cast)) = (&measured, &cast) {
            *bench = Some(measured.urls(&made, days, &lessons, cast));
        }
        self.accounts.school(ids, &made, cast.as_ref());
        self.counts.add(&Counts {
            schools: 1,
            classes: made.classes.len(),
            pupils: made.pupils.iter().filter(|it| it.until.is_none()).count(),
            staff: made.workers.len(),
            accounts: 0,
            lessons: lessons.len(),
            marks: written.marks,
            attendance: written.attendance,
        });
        Ok(batch)
    }

    /// The kindergarten of the first municipality.
    fn garden(&mut self, region: &Region) -> anyhow::Result<Batch> {
        let municipality = region.districts[0];
        let (garden, batch) = garden::rows(
            &self.kit,
            &mut self.ids,
            &self.days,
            municipality,
            self.seed,
        )?;
        self.accounts.garden(&mut self.ids, &garden);
        Ok(batch)
    }

    /// One person each in the ministry and the municipalities.
    fn authorities(&mut self, region: &Region, moment: DateTime<Utc>) -> anyhow::Result<Batch> {
        let mut dice = Dice::new(self.seed, 0xa07);
        let mut people = school::person_table();
        let mut staff = Rows::new("people.staff (org_id, person_id, post, hired_on)");
        let mut batch = Batch::new(region.ministry, "people".to_owned());
        let districts = region.districts.iter().zip(&DISTRICTS);
        let municipal =
            districts.map(|(org, it)| (*org, it.code(), it.name(), Role::MunicipalOperator));
        let all =
            std::iter::once((region.ministry, "kuban", MINISTRY, Role::Ministry)).chain(municipal);
        let all = all.chain([(region.ministry, "kuban", MINISTRY, Role::RegionAdmin)]);
        for (org, code, name, role) in all {
            let full = self.kit.names.grown_up(&mut dice, None, false)?;
            let person = Person {
                id: self.ids.next("people.person"),
                name: full,
                male: false,
                born: crate::calendar::day(1978, 3, 14),
                mobile: crate::numbers::mobile(&mut dice),
                address: String::new(),
            };
            school::person_row(&mut people, org, &person, true, moment);
            staff.add(&[
                &org,
                &person.id,
                &"Главный специалист",
                &moment.date_naive(),
            ]);
            self.accounts
                .authority(&mut self.ids, (org, code, name), &person, role);
        }
        batch.at(moment, None);
        batch.copy([people, staff]);
        Ok(batch)
    }
}

/// Which days matter when it is `now`.
fn days(plan: &Plan, now: DateTime<Utc>) -> Days {
    let today = plan.today;
    let (calendar, before) = if plan.shape == Shape::Bench {
        (Calendar::nearly_over(today), None)
    } else {
        let year = academic_year(today);
        (Calendar::of(year), Some(Calendar::of(year - 1)))
    };
    let local = (now + Duration::hours(ZONE_HOURS)).naive_utc();
    let time = if local.date() == today {
        local.time()
    } else {
        chrono::NaiveTime::MIN + Duration::hours(12)
    };
    let current = calendar.last_school_day(today);
    Days {
        current,
        until: today.and_time(time),
        calendar,
        before,
    }
}

/// From August on it is the year that comes.
fn academic_year(today: NaiveDate) -> i32 {
    if today.month() >= 8 {
        today.year()
    } else {
        today.year() - 1
    }
}
