use axum::http::StatusCode;

use crate::support::School;

/// A page and a change of every section.
async fn sections(school: &School) -> (Vec<String>, Vec<String>) {
    let year = school.year().await;
    let class = school.class(year, "7", "А", "").await;
    let subject = school.subject("Алгебра").await;
    let load = school.load((year, class, subject), "21", "2").await;
    let pages = ["years", "subjects", "classes", "load", "scales"].map(|it| format!("study/{it}"));
    let mut pages: Vec<String> = pages.into();
    pages.push(format!("study/years/{year}"));
    pages.push(format!("study/years/{year}/print"));
    let changes = [
        "study/years".to_owned(),
        format!("study/years/{year}"),
        "study/subjects".to_owned(),
        "study/subjects/usual".to_owned(),
        format!("study/subjects/{subject}"),
        "study/classes".to_owned(),
        format!("study/classes/{class}"),
        "study/load".to_owned(),
        format!("study/load/{load}"),
        format!("study/load/{load}/end"),
        "study/scales".to_owned(),
        "study/scales/usual".to_owned(),
    ];
    (pages, changes.into())
}

/// SEC-2: whoever may not look is refused, and whoever may only look changes nothing.
#[tokio::test]
async fn each_section_asks_for_its_right() {
    let school = School::new().await;
    let (pages, changes) = sections(&school).await;
    let before = school.number("select count(*) from kernel.history").await;
    for page in &pages {
        let path = format!("/o/g7/{page}");
        for (who, status) in [
            ("", StatusCode::SEE_OTHER),
            ("parent", StatusCode::FORBIDDEN),
            ("stranger", StatusCode::NOT_FOUND),
            ("director", StatusCode::OK),
            ("secretary", StatusCode::OK),
            ("teacher", StatusCode::OK),
            ("deputy", StatusCode::OK),
        ] {
            let answer = school.browser(who).get(&path).await;
            assert_eq!(answer.status, status, "{who} {path}: {}", answer.text());
        }
    }
    for change in &changes {
        let path = format!("/o/g7/{change}");
        for who in ["parent", "director", "secretary", "teacher"] {
            let answer = school.browser(who).post_form(&path, &[]).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{who} {path}: {}",
                answer.text()
            );
        }
    }
    for new in ["years", "subjects", "classes", "load"] {
        let path = format!("/o/g7/study/{new}/new");
        assert_eq!(
            school.browser("deputy").get(&path).await.status,
            StatusCode::OK,
            "{path}"
        );
        assert_eq!(
            school.browser("director").get(&path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let secretary = school.browser("secretary").get("/o/g7/study/plans").await;
    assert_eq!(secretary.status, StatusCode::FORBIDDEN);
    let classes = school
        .browser("secretary")
        .get("/o/g7/study/classes")
        .await
        .text();
    assert!(
        !classes.contains("/study/plans\""),
        "no tab without the right"
    );
    assert_eq!(
        school.number("select count(*) from kernel.history").await,
        before
    );
}

/// RLS: ids of another school are the same 404 as missing ones, for pages and forms.
#[tokio::test]
async fn a_foreign_school_is_not_there() {
    let school = School::new().await;
    let (pages, changes) = sections(&school).await;
    let before = school.number("select count(*) from kernel.history").await;
    let of_one = |it: &&String| it.split('/').any(|it| it.parse::<i64>().is_ok());
    for (kind, paths) in [("GET", pages), ("POST", changes)] {
        for path in paths.iter().filter(of_one) {
            let path = format!("/o/s2/{path}");
            let mut stranger = school.browser("stranger");
            let form = [
                ("name", "Х"),
                ("short_name", "Х"),
                ("grade", "5"),
                ("shift", "1"),
                ("teacher", "110"),
                ("hours", "1"),
                ("since", "01.09.2026"),
                ("until", "26.05.2027"),
                ("starts_on", "01.09.2026"),
                ("ends_on", "26.05.2027"),
                ("days_a_week", "5"),
                ("version", "1"),
            ];
            let answer = match kind {
                "GET" => stranger.get(&path).await,
                _ => stranger.post_form(&path, &form).await,
            };
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{kind} {path}: {}",
                answer.text()
            );
        }
    }
    let year = school.number("select year_id from curriculum.year").await;
    let theirs = school
        .browser("stranger")
        .get(&format!("/o/s2/study/classes?year={year}"))
        .await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    assert!(
        !school
            .browser("stranger")
            .get("/o/s2/study/subjects")
            .await
            .text()
            .contains("Алгебра")
    );
    assert_eq!(
        school.number("select count(*) from kernel.history").await,
        before
    );
}
