//! PPL-11: the search finds people, classes, pages and actions, and every
//! line of it opens for whoever it was shown to.

use testkit::Client;

use crate::{
    actors::Cast,
    world::{CANARY, World},
};

/// The lines of the list: where they lead, and what stands in them.
async fn found(client: &mut Client, world: &World, query: &str) -> Vec<(String, String)> {
    let path = format!("/o/{}/search/quick?q={query}", world.own.code);
    let answer = client.get(&path).await;
    assert_eq!(answer.status, 200, "{query}");
    let html = answer.text();
    let lines = html.split("<a class=\"found\"").skip(1);
    lines
        .map(|it| {
            let href = it.split("href=\"").nth(1).unwrap();
            let href = href.split('"').next().unwrap().replace("&amp;", "&");
            let inside = it.split("</a>").next().unwrap();
            let mut text = String::new();
            for part in inside.split('>').skip(1) {
                text.push_str(part.split('<').next().unwrap());
                text.push(' ');
            }
            (href, text)
        })
        .collect()
}

async fn name_of(world: &World, sql: &str) -> String {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(world.test.admin())
        .await
        .unwrap()
}

/// What is shown can be opened: pages and actions of each role, classes,
/// journals, people.
#[tokio::test]
async fn everything_found_opens() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    for (who, actions) in [
        ("director", false),
        ("deputy", true),
        ("admin", true),
        ("secretary", true),
        ("teacher", true),
        ("class_teacher", true),
        ("parent", false),
        ("pupil", false),
        ("committee", false),
        ("medic", false),
    ] {
        let mut client = world.client(&cast.of_name(who).token);
        let mut lines = vec![];
        for query in ["", "7", "ан", "нов", "расп", "ив"] {
            lines.extend(found(&mut client, &world, query).await);
        }
        let new = lines.iter().any(|it| it.1.contains("Новый"));
        assert_eq!(new, actions, "{who}: {lines:?}");
        lines.sort();
        lines.dedup();
        for (href, text) in lines {
            let answer = client.get(&href).await;
            let opens = answer.status == 200 || answer.status == 303;
            assert!(opens, "{who}: {text} {href}: {}", answer.status);
        }
    }
}

/// ux.md §2.3 Z7, §6.4: «7а», «7а алг», «7f» in the wrong layout.
#[tokio::test]
async fn a_class_and_its_journals_are_found() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let mut deputy = world.client(&cast.of_name("deputy").token);
    let org = world.own.org;
    let class = name_of(
        &world,
        &format!(
            "select grade || letter from curriculum.class where org_id = {org} and grade > 4 order by class_id limit 1"
        ),
    )
    .await;
    let lines = found(&mut deputy, &world, &class.to_lowercase()).await;
    let notes: Vec<&str> = lines.iter().map(|it| it.1.as_str()).collect();
    for note in ["список класса", "сводная ведомость", "расписание"]
    {
        assert!(
            notes.iter().any(|it| it.contains(note)),
            "{class}: {notes:?}"
        );
    }
    let journals = found(&mut deputy, &world, &format!("{class}+рус")).await;
    assert!(
        journals
            .iter()
            .any(|it| it.0.contains("/journal/") && it.1.contains("Русский")),
        "{class}: {journals:?}"
    );
    // A pupil of the class is found with it, and by nobody of another class.
    let pupil = name_of(
        &world,
        &format!(
            "select p.last_name from people.person p
             join movement.class_member m on m.org_id = p.org_id and m.pupil_id = p.person_id
             join curriculum.class c on c.org_id = p.org_id and c.class_id = m.class_id
             where p.org_id = {org} and c.grade || c.letter = '{class}' limit 1"
        ),
    )
    .await;
    let lines = found(&mut deputy, &world, &format!("{pupil}+{class}")).await;
    let people: Vec<_> = lines
        .iter()
        .filter(|it| it.0.contains("/people/pupils/"))
        .collect();
    assert!(!people.is_empty(), "{pupil} {class}");
    assert!(people.iter().all(|it| it.1.contains(&class)), "{people:?}");
}

/// A class teacher finds the own class, a family itself, and nobody anybody
/// of another school.
#[tokio::test]
async fn nobody_finds_more_than_the_own() {
    let world = World::new().await;
    world.mark_the_other_school().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let org = world.own.org;
    let all = world
        .number(&format!(
            "select count(*) from people.pupil where org_id = {org}"
        ))
        .await;
    assert!(all > 20);
    for who in [
        "class_teacher",
        "parent",
        "pupil",
        "medic",
        "secretary",
        "committee",
    ] {
        let actor = cast.of_name(who);
        let mut client = world.client(&actor.token);
        assert!(found(&mut client, &world, CANARY).await.is_empty(), "{who}");
        // Whoever is found, the own card opens and the card of everybody else does not.
        for letter in ["ан", "ба", "ко", "пе", "се"] {
            for (href, text) in found(&mut client, &world, letter).await {
                if href.contains("/people/") && !href.contains('?') {
                    let card = client.get(&href).await;
                    assert_eq!(card.status, 200, "{who}: {text} {href}");
                }
            }
        }
    }
    let stranger = name_of(
        &world,
        &format!(
            "select p.last_name || '+' || p.first_name || '+' || coalesce(p.middle_name, '')
             from people.person p join people.pupil u using (org_id, person_id)
             where org_id = {org} and person_id = {} ",
            cast.elsewhere.pupil
        ),
    )
    .await;
    for (who, sees) in [("secretary", true), ("parent", false), ("pupil", false)] {
        let mut client = world.client(&cast.of_name(who).token);
        let lines = found(&mut client, &world, &stranger).await;
        let path = format!("/people/pupils/{}", cast.elsewhere.pupil);
        assert_eq!(
            lines.iter().any(|it| it.0.ends_with(&path)),
            sees,
            "{who}: {lines:?}"
        );
    }
}
