//! each route × each actor, and each thing in a path × whose it is.
//! All differences are told at once.

mod report;

use std::sync::Arc;

use report::{Report, Verdict, verdict};
use reporting::Kind;
use testkit::{Answer, Client};

use crate::{
    actors::{Actor, Cast, Standing},
    objects::{Things, filled, form, fresh, parameters, query},
    routes::{Route, routes},
    world::World,
};

/// Sends what the route expects, as empty as it may be.
async fn send(client: &mut Client, route: &Route, path: &str, form: &str) -> Answer {
    if !route.is_post() {
        return client.get(path).await;
    }
    match route.path.as_str() {
        "/o/{org}/journal/ops" => {
            client
                .post_json(path, &serde_json::json!({ "ops": [] }))
                .await
        }
        "/o/{org}/journal/finals/ops" => {
            let class = form.strip_prefix("class=").unwrap_or_default();
            let class: i64 = class.parse().expect("the class of the marks");
            let batch = serde_json::json!({ "class": class, "ops": [] });
            client.post_json(path, &batch).await
        }
        "/o/{org}/import/{kind}" => {
            client
                .post_file(path, &[], ("file", "a.csv", b"\xd0\xa4\xd0\x98\xd0\x9e\n"))
                .await
        }
        "/my/homework/{lesson}"
        | "/o/{org}/portfolio/pupils/{pupil}/new"
        | "/o/{org}/portfolio/staff/{staff}/new"
        | "/o/{org}/portfolio/entries/{entry}/files"
        | "/o/{org}/journal/{class}/{subject}/file"
        | "/o/{org}/journal/lesson/{lesson}/homework/files"
        | "/o/{org}/journal/{class}/attendance/{document}/files"
        | "/o/{org}/people/consents/{id}/scans" => {
            client
                .post_file(path, &[], ("file", "a.txt", b"probe"))
                .await
        }
        _ => {
            let fields: Vec<(&str, &str)> = form
                .split('&')
                .filter_map(|it| it.split_once('='))
                .collect();
            client.post_form(path, &fields).await
        }
    }
}

fn inside(route: &Route) -> &str {
    route.path.strip_prefix("/o/{org}").unwrap_or(&route.path)
}

fn address(
    route: &Route,
    code: &str,
    things: &Things,
    extra: &dyn Fn(&str) -> Option<String>,
) -> String {
    filled(
        &format!("{}{}", route.path, query(inside(route))),
        code,
        things,
        extra,
    )
}

/// What one actor may do without changing anything: see all pages, be refused
/// everything else, and find nothing of another school.
async fn harmless(
    world: Arc<World>,
    actor: Actor,
    foreign: Things,
    routes: Arc<Vec<Route>>,
) -> Report {
    let mut report = Report::default();
    for route in routes.iter() {
        let wanted = verdict(route, &actor);
        if wanted == Verdict::Open && route.is_post() {
            continue;
        }
        one(&world, &actor, route, wanted, &mut report).await;
    }
    if actor.standing == Standing::Member {
        of_another_school(&world, &actor, &foreign, &routes, &mut report).await;
    }
    report
}

/// One cell: the route as that actor asks for it.
async fn one(world: &World, actor: &Actor, route: &Route, wanted: Verdict, report: &mut Report) {
    let (things, extra) = match wanted {
        Verdict::Open if route.is_post() || route.path == "/start/{code}" => {
            fresh(world, actor, &route.path).await
        }
        _ => (actor.things, None),
    };
    let extra = |name: &str| {
        extra
            .as_ref()
            .filter(|it| it.0 == name)
            .map(|it| it.1.clone())
    };
    let path = address(route, &world.own.code, &things, &extra);
    let form = filled(form(&route.path), &world.own.code, &things, &extra);
    let answer = send(&mut world.client(&actor.token), route, &path, &form).await;
    report.cell(actor, route, &path, wanted, &answer);
}

/// Everybody who may posts a form as empty as it may be.
async fn posts(world: &World, cast: &Cast, routes: &[Route], report: &mut Report) {
    for route in routes.iter().filter(|it| it.is_post()) {
        for actor in cast
            .actors
            .iter()
            .filter(|it| verdict(route, it) == Verdict::Open)
        {
            one(world, actor, route, Verdict::Open, report).await;
        }
        // Some of them ended sessions.
        cast.sign_in(world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_route_is_open_to_those_it_is_for_and_to_nobody_else() {
    let world = Arc::new(World::new().await);
    world.mark_the_other_school().await;
    let cast = Cast::of(&world).await;
    let routes = Arc::new(routes());
    let mut report = Report::default();
    let mut harmless_ones = tokio::task::JoinSet::new();
    for actor in &cast.actors {
        harmless_ones.spawn(harmless(
            Arc::clone(&world),
            actor.clone(),
            cast.foreign,
            Arc::clone(&routes),
        ));
    }
    while let Some(one) = harmless_ones.join_next().await {
        report.join(one.unwrap());
    }
    diaries_of_others(&world, &cast, &mut report).await;
    asked_by_the_query(&world, &cast, &mut report).await;
    reports_of_others(&world, &cast, &routes, &mut report).await;
    of_another_class(&world, &cast, &routes, &mut report).await;
    // The other school lay in another municipality until now.
    let municipalities = format!(
        "select count(distinct parent_id) from org.organisation where org_id in ({}, {})",
        world.own.org, world.other.org
    );
    assert_eq!(world.number(&municipalities).await, 2);
    in_the_same_municipality(&world).await;
    for actor in cast
        .actors
        .iter()
        .filter(|it| it.standing == Standing::Member)
    {
        of_another_school(&world, actor, &cast.foreign, &routes, &mut report).await;
    }
    posts(&world, &cast, &routes, &mut report).await;
    assert!(
        report.cells >= routes.len() * 18,
        "only {} cells",
        report.cells
    );
    report.assert_clean();
}

/// Puts the other school beside the own one.
async fn in_the_same_municipality(world: &World) {
    world
        .test
        .sql(&format!(
            "update org.organisation set parent_id =
                 (select parent_id from org.organisation where org_id = {}) where org_id = {}",
            world.own.org, world.other.org
        ))
        .await;
}

/// The things of another school in every place of a path: the same 404 as
/// for what is not there, to whoever has the right.
async fn of_another_school(
    world: &World,
    actor: &Actor,
    foreign: &Things,
    routes: &[Route],
    report: &mut Report,
) {
    let named = |it: &&Route| it.is_of_a_school() && it.is_open_to(&actor.name);
    for route in routes.iter().filter(named) {
        for stolen in parameters(&format!("{}{}", route.path, query(inside(route)))) {
            // One of two things is foreign, or the only one.
            let extra = |name: &str| {
                if *name == *stolen {
                    foreign.of(name).map(|it| it.to_string())
                } else {
                    None
                }
            };
            let path = address(route, &world.own.code, &actor.things, &extra);
            let form = filled(form(&route.path), &world.own.code, foreign, &extra);
            let answer = send(&mut world.client(&actor.token), route, &path, &form).await;
            report.cell(actor, route, &path, Verdict::Missing, &answer);
        }
    }
}

/// The diary takes its child from the query.
async fn diaries_of_others(world: &World, cast: &Cast, report: &mut Report) {
    for actor in [cast.of_name("parent"), cast.of_name("pupil")] {
        for page in [
            "day",
            "diary/week",
            "diary/marks",
            "diary/attendance",
            "diary/tests",
            "exams",
            "preschool",
            "portfolio",
        ] {
            for (code, child) in [
                (&world.other.code, cast.foreign.pupil),
                (&world.own.code, cast.foreign.pupil),
                (&world.own.code, cast.elsewhere.pupil),
            ] {
                let path = format!("/my/{page}?child={code}:{child}");
                let route = Route::get(&format!("/my/{page}"));
                let answer = world.client(&actor.token).get(&path).await;
                report.cell(actor, &route, &path, Verdict::Missing, &answer);
            }
        }
    }
}

/// Pages that are open to everybody with the right, and to fewer with a
/// person in the query.
async fn asked_by_the_query(world: &World, cast: &Cast, report: &mut Report) {
    let (foreign, elsewhere) = (cast.foreign.pupil, cast.elsewhere.pupil);
    let blank = "/o/{org}/people/consents/blank";
    let parent = "/o/{org}/people/parents/new";
    for (actor, page, query, verdict) in [
        (
            "secretary",
            blank,
            format!("person={foreign}"),
            Verdict::Missing,
        ),
        (
            "class_teacher",
            blank,
            format!("person={foreign}"),
            Verdict::Missing,
        ),
        (
            "class_teacher",
            blank,
            format!("person={elsewhere}"),
            Verdict::Refused,
        ),
        (
            "parent",
            blank,
            format!("person={elsewhere}"),
            Verdict::Refused,
        ),
        (
            "secretary",
            parent,
            format!("child={foreign}"),
            Verdict::Missing,
        ),
        (
            "class_teacher",
            parent,
            format!("child={elsewhere}"),
            Verdict::Refused,
        ),
        (
            "parent",
            parent,
            format!("child={elsewhere}"),
            Verdict::Refused,
        ),
    ] {
        let actor = cast.of_name(actor);
        let path = format!("{}?{query}", page.replace("{org}", &world.own.code));
        let answer = world.client(&actor.token).get(&path).await;
        report.cell(actor, &Route::get(page), &path, verdict, &answer);
    }
}

/// Reports take class and pupil from the query: whoever sees their own alone
/// finds no other class and no pupil of it, and nobody those of another school.
async fn reports_of_others(world: &World, cast: &Cast, routes: &[Route], report: &mut Report) {
    let kind = |it: &Route| Kind::from_code(inside(it).strip_prefix("/reports/")?);
    let (elsewhere, foreign) = (&cast.elsewhere, &cast.foreign);
    for route in routes.iter().filter(|it| it.is_of_a_school()) {
        let Some(kind) = kind(route) else { continue };
        let mut stolen = Vec::new();
        if kind.is_of_class() {
            stolen.push((format!("class={}", elsewhere.class), false));
            stolen.push((format!("class={}", foreign.class), true));
        }
        if kind.is_of_pupil() {
            stolen.push((format!("pupil={}", elsewhere.pupil), false));
            stolen.push((format!("pupil={}", foreign.pupil), true));
        }
        for (query, to_all) in stolen {
            for name in ["class_teacher", "teacher", "director"] {
                let actor = cast.of_name(name);
                if route.is_open_to(name) && (to_all || name != "director") {
                    let path = format!(
                        "{}?{query}",
                        address(route, &world.own.code, elsewhere, &|_| None)
                    );
                    let answer = world.client(&actor.token).get(&path).await;
                    report.cell(actor, route, &path, Verdict::Missing, &answer);
                }
            }
        }
    }
}

/// Each role with things of another class of the school: those whose reach is
/// their own are refused, the others see every page.
async fn of_another_class(world: &World, cast: &Cast, routes: &[Route], report: &mut Report) {
    let members = |route: &Route| {
        let open = |it: &&Actor| it.standing == Standing::Member && route.is_open_to(&it.name);
        cast.actors.iter().filter(open).collect::<Vec<_>>()
    };
    let mut limited = std::collections::BTreeSet::new();
    for route in routes.iter().filter(|it| it.is_of_a_school()) {
        for actor in members(route) {
            let wanted = if route.is_own_of(&actor.name) {
                limited.insert(actor.name.as_str());
                Verdict::Refused
            } else if route.is_post() {
                // It would use up what others ask for.
                continue;
            } else {
                Verdict::Open
            };
            let path = address(route, &world.own.code, &cast.elsewhere, &|_| None);
            let form = filled(form(&route.path), &world.own.code, &cast.elsewhere, &|_| {
                None
            });
            let answer = send(&mut world.client(&actor.token), route, &path, &form).await;
            report.cell(actor, route, &path, wanted, &answer);
        }
    }
    for role in ["teacher", "class_teacher", "parent", "pupil"] {
        assert!(limited.contains(role), "{role} asked for nothing of others");
    }
}

/// AC-02: a pupil posts a mark, with and without the headers of the grid.
#[tokio::test]
async fn a_pupil_cannot_set_a_mark() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let marks =
        "select count(*) from kernel.history where tbl in ('journal.mark', 'journal.attendance')";
    let before = world.number(marks).await;
    for name in ["pupil", "parent", "secretary", "director", "admin"] {
        let actor = cast.of_name(name);
        let things = &cast.of_name("teacher").things;
        let path = format!("/o/{}/journal/ops", world.own.code);
        let op = serde_json::json!({
            "op_id": uuid::Uuid::from_u128(7), "lesson": things.lesson, "work": null, "pupil": things.pupil,
            "field": "mark", "base": 0, "value": "5",
        });
        for with in [None, Some("true")] {
            let client = world.client(&actor.token);
            let mut client = with.map_or_else(
                || client.clone(),
                |it| client.clone().with_header("hx-request", it),
            );
            let answer = client
                .post_json(&path, &serde_json::json!({ "ops": [op] }))
                .await;
            assert_eq!(answer.status.as_u16(), 403, "{name}: {}", answer.text());
        }
        let lesson = format!("/o/{}/journal/lesson/{}", world.own.code, things.lesson);
        let answer = world
            .client(&actor.token)
            .post_form(&lesson, &[("topic", "Мой урок")])
            .await;
        assert!(
            [403, 404].contains(&answer.status.as_u16()),
            "{name}: {}",
            answer.status
        );
    }
    assert_eq!(world.number(marks).await, before);
}
