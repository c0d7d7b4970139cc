use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use db::Tx;
use deadlines::{Deadlines, Neighbours};
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use identity::Identity;
use kernel::{Fault, OrgId, Role};
use org::Org;
use testkit::world::{SCHOOL, World};

/// A domain whose facts are those that the test says.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub(crate) duties: &'static [&'static str],
    told: Arc<Mutex<(Vec<Fact>, Vec<Whole>)>>,
    gone: Arc<Mutex<Vec<(&'static str, String)>>>,
    /// What was asked for last.
    pub(crate) asked: Arc<Mutex<Option<(NaiveDate, NaiveDate, usize)>>>,
}

impl Facts {
    pub(crate) fn of(duties: &'static [&'static str]) -> Self {
        Self {
            duties,
            ..Self::default()
        }
    }

    pub(crate) fn owe(&self, facts: impl IntoIterator<Item = Fact>) {
        self.told.lock().unwrap().0.extend(facts);
    }

    /// It is done: nobody tells it any more.
    pub(crate) fn done(&self, key: &str) {
        self.told.lock().unwrap().0.retain(|it| it.key != key);
    }

    /// The thing itself is no more.
    pub(crate) fn lose(&self, duty: &'static str, key: &str) {
        self.done(key);
        self.gone.lock().unwrap().push((duty, key.to_owned()));
    }

    pub(crate) fn count(&self, whole: Whole) {
        self.told.lock().unwrap().1.push(whole);
    }

    pub(crate) fn forget_counts(&self) {
        self.told.lock().unwrap().1.clear();
    }
}

#[async_trait]
impl DeadlineSource for Facts {
    fn duties(&self) -> &'static [&'static str] {
        self.duties
    }

    async fn facts(&self, _: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        *self.asked.lock().unwrap() = Some((ask.from, ask.until, ask.known.len()));
        let (all, wholes) = self.told.lock().unwrap().clone();
        let wanted = |it: &Fact| {
            it.on <= ask.until
                && (it.on >= ask.from || ask.known_of(it.duty).any(|key| key == it.key))
        };
        Ok(Answer {
            open: all.into_iter().filter(wanted).collect(),
            whole: wholes,
            gone: self.gone.lock().unwrap().clone(),
        })
    }
}

/// A fact about nothing in particular.
pub(crate) fn fact(duty: &'static str, key: &str, on: &str, owner: Owner) -> Fact {
    Fact {
        duty,
        key: key.to_owned(),
        on: on.parse().unwrap(),
        owner,
        about: About::default(),
        place: format!("/{key}"),
        parts: None,
    }
}

/// Region 1, municipality 2, the school below it, and another school.
pub(crate) struct School {
    pub(crate) world: World,
    pub(crate) facts: Facts,
    pub(crate) deadlines: Deadlines,
}

pub(crate) const REGION: i64 = 1;
pub(crate) const MUNICIPALITY: i64 = 2;
/// Of the class 7А, led by [`TUTOR`].
pub(crate) const CLASS: i64 = 70;
pub(crate) const TUTOR: i64 = 23;
pub(crate) const TEACHER: i64 = 21;
pub(crate) const DEPUTY: i64 = 10;
pub(crate) const DIRECTOR: i64 = 11;

impl School {
    pub(crate) async fn new(duties: &'static [&'static str]) -> Self {
        let world = World::new().await;
        world.sql(include_str!("world.sql")).await;
        let facts = Facts::of(duties);
        let deadlines = Self::deadlines(&world, &facts);
        Self {
            world,
            facts,
            deadlines,
        }
    }

    fn deadlines(world: &World, facts: &Facts) -> Deadlines {
        let db = world.db().clone();
        let identity = Identity::new(db.clone(), identity::Settings::default());
        Deadlines::new(
            db.clone(),
            Neighbours {
                orgs: Arc::new(Org::new(db)),
                holders: Arc::new(identity.expect("an identity")),
                people: Arc::new(people::Cards),
                curriculum: Arc::new(curriculum::Records),
                sources: vec![Arc::new(facts.clone())],
            },
        )
    }

    /// Looks at 9 in the morning of that day in Moscow.
    pub(crate) async fn look_on(&self, day: &str) -> deadlines::Looked {
        self.go_to(day);
        self.look().await
    }

    pub(crate) fn go_to(&self, day: &str) {
        let day: NaiveDate = day.parse().unwrap();
        let noon = day.and_hms_opt(6, 0, 0).unwrap().and_utc();
        self.world.clock().set(noon);
    }

    pub(crate) fn later(&self, by: TimeDelta) -> DateTime<Utc> {
        use kernel::Clock;
        let now = self.world.clock().now() + by;
        self.world.clock().set(now);
        now
    }

    pub(crate) async fn look(&self) -> deadlines::Looked {
        self.deadlines.look(OrgId::from(SCHOOL)).await.unwrap()
    }

    /// Open and closed debts: rule, key, due, whether late, how closed.
    pub(crate) async fn debts(&self) -> Vec<String> {
        self.text(
            "select concat_ws(' ', rule, key, due_on, case when late_at is not null then 'late' end, closed_how)
             from deadlines.debt order by rule, key",
        )
        .await
    }

    /// Who was told what: occasion, addressee, debt.
    pub(crate) async fn reminders(&self) -> Vec<String> {
        self.text(
            "select concat_ws(' ', r.found_on, r.occasion, coalesce(r.to_person::text, r.to_role), d.rule, d.key)
             from deadlines.reminder r join deadlines.debt d using (org_id, debt_id)
             order by r.found_on, r.occasion, 1",
        )
        .await
    }

    pub(crate) async fn text(&self, query: &str) -> Vec<String> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned()))
            .fetch_all(self.world.test.admin())
            .await
            .unwrap()
    }
}

pub(crate) fn teacher() -> Owner {
    Owner::Person(TEACHER.into())
}

pub(crate) fn tutor() -> Owner {
    Owner::ClassTeacher(CLASS.into())
}

pub(crate) fn role(role: Role) -> Owner {
    Owner::Role(role)
}
