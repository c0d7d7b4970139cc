//! Letters to parents are written once, and families have reports of their
//! own child alone (RPT-6, S3:10.1, 10.5).

use axum::http::StatusCode;

use crate::{actors::Cast, world::World};

/// However often the button is pressed, a parent gets one letter a day about a
/// child; who has no address is named for paper.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rpt6_a_letter_is_written_once() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let teacher = cast.of_name("class_teacher");
    let (org, class) = (world.own.org, teacher.things.class);
    let path = format!(
        "/o/{}/reports/parent-letter/send?class={class}&period=quarter-1",
        world.own.code
    );
    let letters = format!(
        "select count(*) from messaging.letter where org_id = {org} and kind = 'reporting.letter'"
    );
    let audited = format!(
        "select count(*) from kernel.audit where org_id = {org} and action = 'reporting.letters-sent'"
    );
    let parents = format!(
        "select count(distinct (k.parent_id, k.pupil_id)) from people.kinship k
           join movement.class_member m on m.org_id = k.org_id and m.pupil_id = k.pupil_id
            and m.class_id = {class} and m.during @> date '2026-10-25'
           join people.person p on p.org_id = k.org_id and p.person_id = k.parent_id
          where k.org_id = {org} and p.email like '%@%'"
    );
    let mut client = world.client(&teacher.token);
    let page = client.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(world.number(&letters).await, 0, "looking sends nothing");
    let form = [
        ("class", class.to_string()),
        ("period", "quarter-1".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|it| (it.0, it.1.as_str())).collect();
    for _ in 0..2 {
        let answer = client.post_form(&path, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let written = world.number(&letters).await;
        assert!(written > 0 && written <= world.number(&parents).await);
        assert_eq!(world.number(&audited).await, 1);
    }
    // A class of somebody else gets no letter from this teacher.
    let foreign = [cast.elsewhere.class, cast.foreign.class];
    for other in foreign {
        let other = other.to_string();
        let answer = client
            .post_form(&path, &[("class", other.as_str()), ("period", "quarter-1")])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(world.number(&audited).await, 1);
}

/// A family has each report of its own child, and of nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn families_have_reports_of_the_own_child_alone() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    for name in ["parent", "pupil"] {
        let actor = cast.of_name(name);
        let mut client = world.client(&actor.token);
        for kind in reporting::Kind::OF_FAMILY {
            let path = format!("/my/reports/{}", kind.code());
            let own = client.get(&path).await;
            assert_eq!(own.status, StatusCode::OK, "{name} {path}: {}", own.text());
            for other in [cast.elsewhere.pupil, cast.foreign.pupil] {
                let asked = format!("{path}?child={}:{other}", world.own.code);
                let answer = client.get(&asked).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name} {asked}");
            }
        }
    }
}
