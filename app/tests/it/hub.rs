//! A municipality sees its own schools and no others (security.md AC-15).

use testkit::{Answer, Client};

use crate::{
    actors::{Actor, Cast},
    world::{School, World},
};

/// The codes of the municipalities of the two schools.
async fn units(world: &World) -> [(String, i64); 2] {
    let mut units = vec![];
    for org in [world.own.org, world.other.org] {
        let unit: (String, i64) = sqlx::query_as(
            "select p.code, p.org_id from org.organisation o
             join org.organisation p on p.org_id = o.parent_id where o.org_id = $1",
        )
        .bind(org)
        .fetch_one(world.test.admin())
        .await
        .unwrap();
        units.push(unit);
    }
    units.try_into().unwrap()
}

/// Which of the two municipalities and schools are the operator's.
struct Placed<'a> {
    own: &'a str,
    own_id: i64,
    foreign: &'a str,
    of_own: &'a School,
    of_other: &'a School,
}

async fn placed<'a>(
    world: &'a World,
    operator: &Actor,
    units: &'a [(String, i64); 2],
) -> Placed<'a> {
    let home = format!(
        "select org_id from identity.role_grant where account_id = {} and ended_at is null",
        operator.account
    );
    let first = units[0].1 == world.number(&home).await;
    let (mine, others) = if first { (0, 1) } else { (1, 0) };
    let schools = [&world.own, &world.other];
    Placed {
        own: &units[mine].0,
        own_id: units[mine].1,
        foreign: &units[others].0,
        of_own: schools[mine],
        of_other: schools[others],
    }
}

/// SEC-3: every page of the hub, of the own municipality and of another, and
/// schools of another inside the own.
#[tokio::test]
async fn a_municipality_sees_no_other() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let units = units(&world).await;
    assert_ne!(units[0], units[1], "two schools of one municipality");
    let operator = cast.of_name("own_operator");
    let Placed {
        own,
        foreign,
        of_own,
        of_other,
        ..
    } = placed(&world, operator, &units).await;
    let mut client = world.client(&operator.token);
    assert_eq!(
        client.get(&format!("/hub/{own}/deadlines")).await.status,
        200
    );
    let pages = zvonok::wire::routes();
    let pages = pages
        .iter()
        .filter(|it| it.0 == "GET" && it.1.starts_with("/hub/{org}"));
    let mut asked = 0;
    for (_, page) in pages {
        let filled = |unit: &str, school: i64| {
            page.replace("{org}", unit)
                .replace("{school}", &school.to_string())
                .replace("{rule}", "R-6.6")
        };
        let mut closed = vec![filled(foreign, of_other.org), filled(foreign, of_own.org)];
        if page.contains("{school}") {
            closed.push(filled(own, of_other.org));
        }
        for path in closed {
            let answer = client.get(&path).await;
            assert_eq!(answer.status, 404, "{path}");
            asked += 1;
        }
    }
    assert!(asked > 5, "only {asked} pages");
}

/// Check 48: without a reason no pupil's card is opened and the attempt is on
/// record; with one it is, limited, and the school sees who asked and why.
#[tokio::test]
async fn a_pupil_is_opened_with_a_reason_alone() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let units = units(&world).await;
    let operator = cast.of_name("own_operator");
    let Placed {
        own,
        of_own,
        of_other,
        ..
    } = placed(&world, operator, &units).await;
    let (pupil, name): (i64, String) = sqlx::query_as(
        "select p.person_id, p.last_name || ' ' || p.first_name from people.person p
         join people.pupil u using (org_id, person_id)
         where p.org_id = $1 order by p.person_id limit 1",
    )
    .bind(of_own.org)
    .fetch_one(world.test.admin())
    .await
    .unwrap();
    let mut client = world.client(&operator.token);
    let path = format!("/hub/{own}/people");
    let asked = |school: i64, reason: &str| {
        vec![
            ("school".to_owned(), school.to_string()),
            ("name".to_owned(), name.clone()),
            ("reason".to_owned(), reason.to_owned()),
        ]
    };
    let log = |action: &str, org: &str| {
        format!(
            "select count(*) from kernel.audit where action = 'hub.{action}' and org_id = {org}"
        )
    };
    let unit = format!("(select org_id from org.organisation where code = '{own}')");

    let refused = post(&mut client, &path, &asked(of_own.org, "")).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(!refused.text().contains("г. р."));
    assert_eq!(world.number(&log("person-refused", &unit)).await, 1);
    let school = of_own.org.to_string();
    assert_eq!(world.number(&log("person-opened", &school)).await, 0);

    let reason = "обращение родителя № 214";
    let foreign = post(&mut client, &path, &asked(of_other.org, reason)).await;
    assert_eq!(foreign.status, 404);
    assert_eq!(world.number(&log("person-refused", &unit)).await, 2);

    let opened = post(&mut client, &path, &asked(of_own.org, reason)).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    assert!(opened.text().contains(&name) && opened.text().contains("г. р."));
    let told = format!(
        "select count(*) from kernel.audit where action = 'hub.person-opened' and org_id = {school}
         and object = 'people.person:{pupil}' and details ->> 'reason' = '{reason}'"
    );
    assert_eq!(world.number(&told).await, 1);
    // The card itself, with everything on it, stays the school's.
    let card = format!("/o/{}/people/pupils/{pupil}", of_own.code);
    assert_eq!(client.get(&card).await.status, 404);
    // Who has no such right is refused.
    let ministry = cast.of_name("own_ministry");
    let answer = world.client(&ministry.token).get("/hub/kuban/people").await;
    assert_eq!(answer.status, 403);
}

/// SEC-1, SEC-4: a look from above is told to the family and to whoever
/// watches over the journal of the school, and to nobody else.
#[tokio::test]
async fn a_look_from_above_is_told_to_the_school_and_the_family() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let operator = cast.of_name("own_operator");
    // The school with the whole cast lies below the operator's municipality.
    world
        .test
        .sql(&format!(
            "update org.organisation set parent_id =
                 (select org_id from identity.role_grant where account_id = {} and ended_at is null)
             where org_id = {}",
            operator.account, world.own.org
        ))
        .await;
    let units = units(&world).await;
    let Placed { own, of_own, .. } = placed(&world, operator, &units).await;
    assert_eq!(of_own.org, world.own.org);
    let pupil = cast.of_name("parent").things.pupil;
    let one = async |query: String| -> String {
        let found: (String,) = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .fetch_one(world.test.admin())
            .await
            .unwrap();
        found.0
    };
    let name = one(format!(
        "select last_name || ' ' || first_name from people.person where person_id = {pupil}"
    ))
    .await;
    let unit = one(format!(
        "select name from org.organisation where code = '{own}'"
    ))
    .await;
    let reason = "обращение родителя № 214";
    let opened = post(
        &mut world.client(&operator.token),
        &format!("/hub/{own}/people"),
        &[
            ("school".to_owned(), of_own.org.to_string()),
            ("name".to_owned(), name.clone()),
            ("reason".to_owned(), reason.to_owned()),
        ],
    )
    .await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    let by = one("select details ->> 'by' from kernel.audit
         where action = 'hub.person-opened' and object is not null limit 1"
        .to_owned())
    .await;
    assert!(!by.is_empty());
    let export = format!("/o/{}/privacy/{pupil}/file", of_own.code);
    let parent = cast.of_name("parent");
    let taken = world.client(&parent.token).post_form(&export, &[]).await;
    assert_eq!(taken.status, 200);

    let viewers = format!("/o/{}/people/pupils/{pupil}/viewers", of_own.code);
    for (who, named) in [("parent", false), ("director", true), ("admin", true)] {
        let actor = cast.of_name(who);
        let text = world.client(&actor.token).get(&viewers).await.text();
        assert!(text.contains(reason), "{who}: {text}");
        assert!(text.contains(&unit), "{who}: {unit} in {text}");
        assert_eq!(text.contains(&by), named, "{who}");
    }
    for who in ["secretary", "teacher", "class_teacher", "deputy", "pupil"] {
        let actor = cast.of_name(who);
        let answer = world.client(&actor.token).get(&viewers).await;
        assert!([403, 404].contains(&answer.status.as_u16()), "{who}");
    }
    let security = format!("/o/{}/settings/security", of_own.code);
    for who in ["director", "admin"] {
        let actor = cast.of_name(who);
        let text = world.client(&actor.token).get(&security).await.text();
        for told in [
            reason,
            unit.as_str(),
            by.as_str(),
            "Данные ученика открыты сверху",
            "Выгружены все данные человека",
        ] {
            assert!(text.contains(told), "{who}: {told} in {text}");
        }
    }
    for who in ["secretary", "deputy", "parent"] {
        let actor = cast.of_name(who);
        assert_eq!(world.client(&actor.token).get(&security).await.status, 403);
    }
    let other = cast.of_name("foreign_admin");
    let path = format!("/o/{}/settings/security", world.other.code);
    let text = world.client(&other.token).get(&path).await.text();
    assert!(!text.contains(reason) && !text.contains(&name), "{text}");
}

async fn post(client: &mut Client, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .collect();
    client.post_form(path, &fields).await
}

/// PPL-10: the attestation of the staff of the own schools, with name and post
/// alone; a school sees nobody of others, not even by the functions themselves.
#[tokio::test]
async fn a_municipality_sees_the_attestation_of_its_schools() {
    let world = World::new().await;
    world.mark_the_other_school().await;
    let cast = Cast::of(&world).await;
    let units = units(&world).await;
    let operator = cast.of_name("own_operator");
    let Placed {
        own,
        of_own,
        of_other,
        ..
    } = placed(&world, operator, &units).await;
    let mark = |org: i64, word: &str| {
        format!(
            "update people.person set last_name = '{word}' where org_id = {org} and person_id =
             (select min(person_id) from people.staff where org_id = {org} and dismissed_on is null)"
        )
    };
    world.test.sql(&mark(of_own.org, "Свойская")).await;
    world.test.sql(&mark(of_other.org, "Чужаковская")).await;
    world
        .test
        .sql(&format!(
            "insert into portfolio.attestation (org_id, person_id, category, decided_on, note, order_number)
             select {org}, min(person_id), 'highest', '2022-01-10', 'тайная заметка', 'тайный приказ'
             from people.staff where org_id = {org} and dismissed_on is null
             on conflict (org_id, person_id) do update set category = 'highest', decided_on = '2022-01-10',
                 due_on = null, planned_on = null, note = excluded.note, order_number = excluded.order_number",
            org = of_own.org
        ))
        .await;
    let mut client = world.client(&operator.token);
    let path = format!("/hub/{own}/attestation");
    let page = client.get(&format!("{path}?f.name=Свойская")).await;
    let text = page.text();
    assert_eq!(page.status, 200, "{text}");
    assert!(
        text.contains("Свойская") && text.contains("высшая"),
        "{text}"
    );
    assert!(
        text.contains("10.01.2027"),
        "the next one is in five years: {text}"
    );
    assert!(!text.contains("тайн"), "{text}");
    let all = client.get(&path).await.text();
    assert!(!all.contains("Чужаковская"), "{all}");
    let export = client.get(&format!("{path}?as=csv")).await;
    assert_eq!(export.status, 200);
    // Who has no such right is refused.
    let ministry = cast.of_name("own_ministry");
    let mut client = world.client(&ministry.token);
    let refused = client.get("/hub/kuban/attestation").await;
    assert_eq!(refused.status, 403);
    // A school has nobody below, whatever its code asks.
    for (org, seen) in [
        (of_own.org, false),
        (of_other.org, false),
        (units[0].1, true),
    ] {
        let mut tx = world.test.db().begin_system(org.into()).await.unwrap();
        let staff: i64 =
            sqlx::query_scalar("select count(*) from people.staff_below('2026-11-20')")
                .fetch_one(tx.conn())
                .await
                .unwrap();
        let known: i64 = sqlx::query_scalar("select count(*) from portfolio.attestation_below()")
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!((staff > 0, known > 0), (seen, seen), "{org}");
    }
}

/// HUB-4: how the accounts of the own schools are used, in numbers; a school
/// sees no other, not even by the function itself.
#[tokio::test]
async fn a_municipality_sees_how_its_schools_use_their_accounts() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let units = units(&world).await;
    let operator = cast.of_name("own_operator");
    let Placed {
        own,
        own_id,
        of_own,
        of_other,
        ..
    } = placed(&world, operator, &units).await;
    // Of the parents one was here today, one three weeks ago, one last year; no sessions.
    world.test.sql("delete from identity.session where account_id in (select account_id from identity.role_grant where role = 'parent')").await;
    world
        .test
        .sql(&format!(
            "with parent as (
                 select distinct account_id from identity.role_grant
                 where org_id = {} and role in ('parent', 'committee') and ended_at is null
             ), numbered as (select account_id, row_number() over (order by account_id) as n from parent)
             update identity.account a set last_login_at = case n
                 when 1 then timestamptz '2026-11-18 08:00Z' when 2 then '2026-10-28 08:00Z'
                 when 3 then '2025-11-18 08:00Z' end
             from numbered where numbered.account_id = a.account_id",
            of_own.org
        ))
        .await;
    let mut tx = world.test.db().begin_system(own_id.into()).await.unwrap();
    let found: Vec<(i64, i64, i64, i64, i64)> = sqlx::query_as(
        "select org_id, accounts, ever, month, week from identity.visits_below('2026-11-18 12:00Z')
         where holder = 'parents' and org_id = $1",
    )
    .bind(of_own.org)
    .fetch_all(tx.conn())
    .await
    .unwrap();
    let accounts = world
        .number(&format!(
            "select count(distinct account_id) from identity.role_grant g
             where org_id = {} and role in ('parent', 'committee') and ended_at is null
             and exists (select from identity.membership m where m.org_id = g.org_id
                         and m.account_id = g.account_id and m.ended_at is null)",
            of_own.org
        ))
        .await;
    assert!(accounts > 3, "{accounts}");
    assert_eq!(found, [(of_own.org, accounts, 3, 2, 1)]);

    let mut client = world.client(&operator.token);
    let path = format!("/hub/{own}/visits");
    let page = client.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let names: Vec<String> = sqlx::query_scalar(
        "select o.name from unnest($1::bigint[]) with ordinality w (org_id, n)
         join org.organisation o using (org_id) order by w.n",
    )
    .bind(vec![of_own.org, of_other.org])
    .fetch_all(world.test.admin())
    .await
    .unwrap();
    let [mine, other] = &names[..] else {
        panic!("two schools")
    };
    assert!(page.text().contains(mine) && !page.text().contains(other));
    let csv = client.get(&format!("{path}?as=csv")).await;
    assert_eq!(csv.status, 200);
    assert!(csv.text().contains(mine), "{}", csv.text());
    for org in [of_own.org, of_other.org] {
        let mut tx = world.test.db().begin_system(org.into()).await.unwrap();
        let seen: i64 = sqlx::query_scalar("select count(*) from identity.visits_below(now())")
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, 0, "a school has nobody below");
    }
}
