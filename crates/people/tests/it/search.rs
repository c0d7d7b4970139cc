use std::time::{Duration, Instant};

use axum::http::StatusCode;
use db::statements::counted;
use kernel::Role;

use crate::support::{EREMIN, IVANOVA, MOTHER, browser, directory, secretary, world};

/// PPL-11, `ux.md` §6.4: what is typed finds whom it means.
#[tokio::test]
async fn people_are_found_however_they_are_typed() {
    let world = world().await;
    let people = directory(&world);
    let secretary = world.actor(17, Role::Secretary);
    let vectors: [(&str, &[i64]); 21] = [
        ("иванова", &[IVANOVA]),
        ("bdfyjdf", &[IVANOVA]),
        ("bdfyjd", &[IVANOVA, 103]),
        ("Ivanova", &[IVANOVA]),
        ("еремин", &[EREMIN, MOTHER]),
        ("Ерёмин", &[EREMIN, MOTHER]),
        ("thtvby", &[EREMIN, MOTHER]),
        ("иванова мп", &[IVANOVA]),
        ("мария ива", &[IVANOVA]),
        ("27.03.2014", &[EREMIN]),
        ("27032014", &[EREMIN]),
        ("4567", &[EREMIN]),
        ("8 918 123-45-67", &[EREMIN]),
        ("Е/5", &[EREMIN]),
        ("иванова 7б", &[IVANOVA]),
        ("7 б иванова", &[IVANOVA]),
        ("bdfyjdf 7,", &[IVANOVA]),
        ("иванова 5а", &[]),
        ("7б", &[]),
        ("никого", &[]),
        ("%' or true --", &[]),
    ];
    for (query, expected) in vectors {
        let result = people.search(&secretary, query).await.expect("searches");
        let found: Vec<i64> = result.found.iter().map(|it| it.card.id.get()).collect();
        assert_eq!(found, expected, "{query}");
    }
    let mapped = people
        .search(&secretary, "bdfyjdf")
        .await
        .expect("searches");
    assert_eq!(mapped.shown_for.as_deref(), Some("иванова"));
    let typed = people
        .search(&secretary, "иванова")
        .await
        .expect("searches");
    assert_eq!(typed.shown_for, None);
}

/// Check 23 of `ux.md` §7: one hit and Enter opens the card.
#[tokio::test]
async fn a_single_hit_opens_at_once() {
    let world = world().await;
    let mut office = secretary(&world);
    let answer = office.get("/o/g7/search?q=bdfyjdf").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), Some("/o/g7/people/pupils/102"));
    let several = office.get("/o/g7/search?q=thtvby").await;
    assert_eq!(several.status, StatusCode::OK);
    let text = several.text();
    assert!(
        text.contains("Показано для") && text.contains("Ерёмин Артём") && text.contains("5А"),
        "{text}"
    );
    assert_eq!(office.get("/o/g7/search").await.status, StatusCode::OK);
}

/// What the role may not see does not appear.
#[tokio::test]
async fn nobody_finds_whom_they_may_not_see() {
    let world = world().await;
    for (token, query, expected) in [
        ("parent:201", "иванова", StatusCode::OK),
        ("parent:201", "петров", StatusCode::OK),
        ("pupil:101", "еремина", StatusCode::OK),
        ("teacher:18", "петров+иванович", StatusCode::OK),
        ("teacher:18", "соколова", StatusCode::OK),
    ] {
        let answer = browser(&world, token)
            .get(&format!("/o/g7/search?q={query}"))
            .await;
        assert_eq!(answer.status, expected, "{token} {query}");
        assert!(
            answer.text().contains("Ничего не нашли"),
            "{token} {query}: {}",
            answer.text()
        );
    }
    let nobody = browser(&world, "moderator:17")
        .get("/o/g7/search?q=еремин")
        .await;
    assert_eq!(nobody.status, StatusCode::OK);
    assert!(nobody.text().contains("Ничего не нашли"));
    let own = browser(&world, "parent:201")
        .get("/o/g7/search?q=еремин+артем")
        .await;
    assert_eq!(own.location(), Some("/o/g7/people/pupils/101"));
}

/// The list under the search field has the same people, and nobody else.
#[tokio::test]
async fn the_quick_list_shows_the_same() {
    let world = world().await;
    let path = "/o/g7/search/quick?q=";
    let office = secretary(&world).get(&format!("{path}thtvby")).await;
    let text = office.text();
    assert!(text.contains("Показано для «еремин»"), "{text}");
    assert!(text.contains("Найдено: 2."), "{text}");
    for line in [
        "href=\"/o/g7/people/pupils/101\"",
        "href=\"/o/g7/people/parents/201\"",
        "role=\"option\"",
        "5А",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("<html"), "a part of a page");
    let teacher = browser(&world, "teacher:18")
        .get(&format!("{path}соколова"))
        .await;
    assert!(teacher.text().contains("Ничего не нашли"));
    let foreign = browser(&world, "secretary:17")
        .get("/o/s2/search/quick?q=еремин")
        .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

/// One statement finds, one tells the zone, and none depends on the number of readings.
#[tokio::test]
async fn a_search_is_one_statement() {
    let world = world().await;
    let people = directory(&world);
    let secretary = world.actor(17, Role::Secretary);
    for query in ["иванова", "Ivanova", "27.03.2014", "еремин"] {
        let (result, statements) = counted(people.search(&secretary, query)).await;
        result.expect("searches");
        assert_eq!(statements, 2, "{query}");
    }
}

/// PPL-11: however many people there are, an index finds them. The figures
/// are in `docs/ops/performance.md`; the bar here is for the slowest machine.
#[tokio::test]
async fn a_hundred_thousand_people_are_searched_in_a_moment() {
    let world = world().await;
    world.sql(include_str!("many.sql")).await;
    let people = directory(&world);
    let secretary = world.actor(17, Role::Secretary);
    let mut times = vec![];
    for query in [
        "bdfyj",
        "иванов",
        "кузнецова мп",
        "4567",
        "27.03.2014",
        "никого",
        "ерем арт",
    ] {
        for _ in 0..3 {
            let began = Instant::now();
            people.search(&secretary, query).await.expect("searches");
            times.push((began.elapsed(), query));
        }
    }
    times.sort();
    let (median, slowest) = (times[times.len() / 2].0, times[times.len() - 1]);
    eprintln!("median {median:?}, slowest {slowest:?} of {}", times.len());
    assert!(median < Duration::from_millis(200), "{times:?}");
}

/// Whoever gets another name or phone is found by that, and no more by the old one.
#[tokio::test]
async fn the_words_follow_the_card() {
    let world = world().await;
    let people = directory(&world);
    let secretary = world.actor(17, Role::Secretary);
    let change = format!(
        "update people.person set last_name = 'Орлова', search_key = 'орлова мария петровна', mobile = '+79180000001'
         where person_id = {IVANOVA}"
    );
    world.sql(&change).await;
    for (query, expected) in [
        ("иванова", 0),
        ("орлова", 1),
        ("омп", 1),
        ("0001", 1),
        ("имп", 0),
    ] {
        let result = people.search(&secretary, query).await.expect("searches");
        assert_eq!(result.found.len(), expected, "{query}");
    }
}
