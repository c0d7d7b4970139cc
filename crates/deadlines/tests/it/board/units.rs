use super::support::{DEPUTY, MINISTRY, OPERATOR, PETROVA, School};

impl School {
    async fn told(&self) -> usize {
        let tree = org::Org::new(self.world.db().clone()).tree().await.unwrap();
        self.deadlines.tell_units(&tree).await.unwrap()
    }
}

/// S2:3.2, 3.3, H1: those above see counts, the worst first; each only what is below.
#[tokio::test]
async fn those_above_see_the_counts_of_their_schools() {
    let school = School::open().await;
    assert_eq!(school.told().await, 4, "two schools, each to two units");
    assert_eq!(school.told().await, 0, "nothing new");
    let (html, statements) = school.page(OPERATOR, "/hub/krymsk/deadlines").await;
    assert!(html.contains("Гимназия № 7") && !html.contains("Школа № 2"));
    assert!(
        html.contains("✗&#160;2") || html.contains("✗\u{a0}2"),
        "{html}"
    );
    assert!(statements <= 8, "{statements}");
    let (html, _) = school.page(MINISTRY, "/hub/kuban/deadlines").await;
    assert!(html.contains("Гимназия № 7") && html.contains("Школа № 2"));
    assert!(html.find("Гимназия № 7</a>").unwrap() < html.find("Школа № 2</a>").unwrap());
    let (html, _) = school
        .page(MINISTRY, "/hub/kuban/deadlines?district=Анапа")
        .await;
    assert!(!html.contains("Гимназия № 7</a>") && html.contains("Школа № 2</a>"));
}

/// Check 47, 48: overview → school → rule → classes, and no name of a person.
#[tokio::test]
async fn a_municipality_sees_classes_and_no_people() {
    let school = School::open().await;
    school.told().await;
    let pages = [
        "/hub/krymsk/deadlines",
        "/hub/krymsk/deadlines/1001",
        "/hub/krymsk/deadlines/1001/R-5.6",
        "/hub/krymsk/deadlines/1001/R-6.6",
    ];
    for path in pages {
        let (html, _) = school.page(OPERATOR, path).await;
        for name in ["Петрова", "Соколова", "Котова", "Абрамов"] {
            assert!(!html.contains(name), "{path}: {name}");
        }
    }
    let (html, _) = school.page(OPERATOR, pages[2]).await;
    assert!(html.contains("5А") && html.contains("24 из 25"), "{html}");
    for path in [
        "/hub/krymsk/deadlines/1002",
        "/hub/krymsk/deadlines/1002/R-6.6",
    ] {
        assert_eq!(
            school.status(OPERATOR, path).await,
            404,
            "{path}: of another municipality"
        );
    }
    assert_eq!(school.status(OPERATOR, "/hub/kuban/deadlines").await, 404);
    for person in [DEPUTY, PETROVA] {
        assert_eq!(school.status(person, "/hub/school/deadlines").await, 403);
    }
}

/// The rows of a unit are its own: row-level security shows them to nobody else.
#[tokio::test]
async fn rows_of_a_unit_are_its_own() {
    let school = School::open().await;
    school.told().await;
    for (org, rows) in [(2000, 2), (2001, 1), (2002, 1), (1001, 0)] {
        let mut tx = school.world.db().begin_system(org.into()).await.unwrap();
        let seen: i64 = sqlx::query_scalar("select count(*) from deadlines.unit_school")
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, rows, "{org}");
        tx.commit().await.unwrap();
    }
}

/// A new look is told; a school that left is forgotten.
#[tokio::test]
async fn a_new_look_is_told() {
    let school = School::open().await;
    school.told().await;
    school
        .world
        .sql(
            "update deadlines.debt set closed_at = '2026-11-20', closed_how = 'done' where org_id = 1001 and rule = 'R-6.6';
             update deadlines.look set looked_at = '2026-11-20 09:00+00' where org_id = 1001",
        )
        .await;
    assert_eq!(school.told().await, 2);
    let (html, _) = school
        .page(OPERATOR, "/hub/krymsk/deadlines/1001/R-6.6")
        .await;
    assert!(html.contains("3 из 3"), "{html}");
    school
        .world
        .sql("update org.organisation set closed_on = '2026-11-20' where org_id = 1001")
        .await;
    school.told().await;
    let (html, _) = school.page(OPERATOR, "/hub/krymsk/deadlines").await;
    assert!(html.contains("Сведений о школах пока нет"));
}
