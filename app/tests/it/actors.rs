//! Everybody who knocks: each role of the school, nobody, the blocked, those
//! who must change the password first, and the leaders of another school.

use kernel::Role;

use crate::{
    objects::{Things, came, certificate, debt, divide, file, pupil_of, record, report, sheet},
    world::World,
};

/// What somebody is to the first school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not signed in, or by a session that opens nothing.
    Nobody,
    /// Has the role that the actor is named by.
    Member,
    /// Has a role, but must choose a new password first.
    MustChange,
    /// A member of another organisation alone.
    Stranger,
}

#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) name: String,
    pub(crate) standing: Standing,
    pub(crate) account: i64,
    /// The token of the session; empty for whoever has none.
    pub(crate) token: String,
    /// Things that the role is there for.
    pub(crate) things: Things,
}

/// Everybody, and what none of the teachers and families has to do with.
pub(crate) struct Cast {
    pub(crate) actors: Vec<Actor>,
    /// Things of a class that the teachers do not teach.
    pub(crate) elsewhere: Things,
    /// Things of the other school.
    pub(crate) foreign: Things,
}

impl Cast {
    pub(crate) fn of_name(&self, name: &str) -> &Actor {
        self.actors
            .iter()
            .find(|it| it.name == name)
            .unwrap_or_else(|| panic!("who is {name}?"))
    }

    /// Opens all sessions; those that ended are opened anew.
    pub(crate) async fn sign_in(&self, world: &World) {
        let known = self.actors.iter().filter(|it| !it.token.is_empty());
        let sessions: Vec<(i64, &str)> = known.map(|it| (it.account, it.token.as_str())).collect();
        world.sign_in(&sessions).await;
    }

    pub(crate) async fn of(world: &World) -> Self {
        let org = world.own.org;
        let class_teacher = person_of(world, "klassruk").await;
        let teacher = person_of(world, "teacher").await;
        let class = world
            .number(&format!(
                "select class_id from curriculum.class where org_id = {org} and teacher_id = {class_teacher}
                 order by class_id limit 1"
            ))
            .await;
        world
            .test
            .sql(&format!(
                "update curriculum.class set teacher_id = {class_teacher} where org_id = {org} and teacher_id = {teacher}"
            ))
            .await;
        let things = Things::of_class(world, &world.own, class).await;
        let elsewhere = Things::of_class(
            world,
            &world.own,
            class_without(world, &[teacher, class_teacher]).await,
        )
        .await;
        let foreign_class = world
            .number(&format!(
                "select min(class_id) from curriculum.class where org_id = {}",
                world.other.org
            ))
            .await;
        let foreign = Things::of_class(world, &world.other, foreign_class).await;
        let mut actors = vec![actor("anonymous", Standing::Nobody, 0, things)];
        for (name, login) in [
            ("director", "director"),
            ("deputy", "zavuch"),
            ("admin", "admin"),
            ("secretary", "secretary"),
        ] {
            let mut things = things;
            things.staff = teacher;
            things.work_record = record(world, org, teacher, "work").await;
            actors.push(actor(
                name,
                Standing::Member,
                account_of(world, login).await,
                things,
            ));
        }
        actors.push(of_teacher(world, "teacher", "teacher", class, things).await);
        actors.push(of_teacher(world, "class_teacher", "klassruk", class, things).await);
        actors.push(of_parent(world, things).await);
        actors.push(of_pupil(world, things).await);
        for role in [
            Role::Committee,
            Role::Moderator,
            Role::MunicipalOperator,
            Role::Ministry,
            Role::RegionAdmin,
            Role::Medic,
        ] {
            let account = newcomer(world, role.code(), role).await;
            actors.push(actor(role.code(), Standing::Member, account, things));
        }
        actors.extend(beyond(world, things).await);
        for it in actors.iter_mut().filter(|it| it.name != "parent") {
            let own = world
                .number(&format!(
                    "select coalesce(max(person_id), {}) from identity.membership
                     where org_id = {org} and account_id = {}",
                    it.things.person, it.account
                ))
                .await;
            it.things.person = own;
        }
        // A sheet of slips is opened by whoever asked for it alone.
        for it in actors
            .iter_mut()
            .filter(|it| it.standing == Standing::Member)
        {
            it.things.sheet = sheet(world, org, it.account).await;
            (it.things.report, it.things.request) = report(world, org, it.account).await;
        }
        let cast = Self {
            actors,
            elsewhere,
            foreign,
        };
        cast.sign_in(world).await;
        cast
    }
}

/// The blocked, the one with an old password, and members of other organisations.
async fn beyond(world: &World, things: Things) -> Vec<Actor> {
    let (own, other) = (world.own.org, world.other.org);
    let blocked = newcomer(world, "blocked", Role::Admin).await;
    let old = newcomer(world, "must_change", Role::Deputy).await;
    world
        .test
        .sql(&format!(
            "update identity.membership set blocked_at = now() where org_id = {own} and account_id = {blocked};
             update identity.account set must_change = true where account_id = {old};
             update identity.account set must_change = false where account_id in
                 (select account_id from identity.role_grant where org_id = {other})"
        ))
        .await;
    let mut actors = vec![
        actor("blocked", Standing::Nobody, blocked, things),
        actor("must_change", Standing::MustChange, old, things),
    ];
    for (name, role) in [("foreign_deputy", "deputy"), ("foreign_admin", "admin")] {
        let query = format!(
            "select account_id from identity.role_grant where org_id = {other} and role = '{role}' limit 1"
        );
        actors.push(actor(
            name,
            Standing::Stranger,
            world.number(&query).await,
            things,
        ));
    }
    for login in ["operator", "ministry"] {
        let query = format!("select account_id from identity.account where login = '{login}'");
        actors.push(actor(
            &format!("own_{login}"),
            Standing::Stranger,
            world.number(&query).await,
            things,
        ));
    }
    actors
}

fn actor(name: &str, standing: Standing, account: i64, things: Things) -> Actor {
    let token = if name == "anonymous" {
        String::new()
    } else {
        format!("session-{name}")
    };
    Actor {
        name: name.to_owned(),
        standing,
        account,
        token,
        things,
    }
}

/// The teacher with a lesson, a plan and a load of the own.
async fn of_teacher(world: &World, name: &str, login: &str, class: i64, things: Things) -> Actor {
    let org = world.own.org;
    let person = person_of(world, login).await;
    let lesson = world
        .number(&format!(
            "select lesson_id from schedule.lesson where org_id = {org} and teacher_id = {person}
             and held_on < '2026-11-20' and state = 'planned'
             order by class_id <> {class}, held_on desc, lesson_id limit 1"
        ))
        .await;
    let of_lesson = async |column: &str| {
        let query = format!(
            "select {column} from schedule.lesson where org_id = {org} and lesson_id = {lesson}"
        );
        world.number(&query).await
    };
    let plan = format!(
        "select plan_id from curriculum.plan where org_id = {org} and teacher_id = {person} limit 1"
    );
    let things = Things {
        lesson,
        class: of_lesson("class_id").await,
        subject: of_lesson("subject_id").await,
        staff: person,
        work_record: record(world, org, person, "work").await,
        plan: world.number(&plan).await,
        ..things
    };
    divide(world, org, things.class, things.subject).await;
    let things = Things {
        debt: debt(world, org, &things).await,
        file: file(world, org, &things).await,
        ..things
    };
    let things = things.with_exam(world, org).await;
    actor(
        name,
        Standing::Member,
        account_of(world, login).await,
        things,
    )
}

/// A parent of one school alone.
async fn of_parent(world: &World, things: Things) -> Actor {
    let org = world.own.org;
    let account = world
        .number(&format!(
            "select account_id from identity.membership where org_id = {org} and person_id = {}",
            things.parent,
        ))
        .await;
    world
        .test
        .sql(&format!(
            "update identity.account set must_change = false where account_id = {account}"
        ))
        .await;
    actor("parent", Standing::Member, account, things)
}

async fn of_pupil(world: &World, things: Things) -> Actor {
    let person = person_of(world, "pupil").await;
    actor(
        "pupil",
        Standing::Member,
        account_of(world, "pupil").await,
        Things {
            pupil: person,
            certificate: certificate(world, world.own.org, person).await,
            transfer: {
                came(world, world.own.org, person, things.order).await;
                things.transfer
            },
            ..things
        },
    )
}

/// A new card with an account in that role.
async fn newcomer(world: &World, name: &str, role: Role) -> i64 {
    let org = world.own.org;
    let account = format!(
        "insert into identity.account (login, must_change) values ('new-{name}', false) returning account_id"
    );
    let account = world.number(&account).await;
    let person = world
        .number(&format!(
            "insert into people.person (org_id, last_name, first_name, search_key)
             values ({org}, 'Новиков', 'Олег', 'новиков олег') returning person_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into identity.membership (org_id, account_id, person_id, login, name)
             values ({org}, {account}, {person}, 'new-{name}', 'Новиков Олег');
             insert into identity.role_grant (org_id, account_id, role) values ({org}, {account}, '{}')",
            role.code(),
        ))
        .await;
    account
}

async fn account_of(world: &World, login: &str) -> i64 {
    world
        .number(&format!(
            "select account_id from identity.account where login = '{login}'"
        ))
        .await
}

async fn person_of(world: &World, login: &str) -> i64 {
    let org = world.own.org;
    world
        .number(&format!(
            "select person_id from identity.membership where org_id = {org} and login = '{login}'"
        ))
        .await
}

/// A class that none of these people leads or teaches.
async fn class_without(world: &World, people: &[i64]) -> i64 {
    let org = world.own.org;
    let people = people
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let classes = format!(
        "select c.class_id from curriculum.class c join curriculum.year y using (org_id, year_id)
         where c.org_id = {org} and y.state = 'current' and coalesce(c.teacher_id, 0) not in ({people})
           and not exists (select from curriculum.load l where l.org_id = c.org_id and l.class_id = c.class_id
               and l.teacher_id in ({people}))
         order by c.grade desc limit 1"
    );
    let class = world.number(&classes).await;
    // It has somebody with parents, or nothing could be asked about it.
    pupil_of(world, org, class).await;
    class
}
