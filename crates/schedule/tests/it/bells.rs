use axum::http::StatusCode;

use super::support::*;

const BELLS: &str = "/o/g7/timetable/bells";

fn seen(page: &str) -> String {
    let from = page
        .split("name=\"seen\" value=\"")
        .nth(1)
        .expect("the form says what it saw");
    from.split('"').next().unwrap().to_owned()
}

/// SCH-1: bells are set by the school; the usual ones come first.
#[tokio::test]
async fn bells_are_changed() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let mut deputy = browser(&world, &timetable, "deputy.10");
    let page = deputy.get(BELLS).await.text();
    assert!(page.contains("value=\"08:30\""), "{page}");
    let seen = seen(&page);
    let form = [
        ("seen", seen.as_str()),
        ("bell.1.1.from", "8.00"),
        ("bell.1.1.to", "840"),
        ("bell.1.2.from", "08:50"),
        ("bell.1.2.to", "09:30"),
    ];
    let done = deputy.post_form(BELLS, &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(world.number("select count(*) from schedule.bell").await, 2);
    let stale = deputy.post_form(BELLS, &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn bells_that_overlap_are_refused() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let mut deputy = browser(&world, &timetable, "deputy.10");
    let seen = seen(&deputy.get(BELLS).await.text());
    let overlapping = [
        ("seen", seen.as_str()),
        ("bell.1.1.from", "8:00"),
        ("bell.1.1.to", "8:45"),
        ("bell.1.2.from", "8:40"),
        ("bell.1.2.to", "9:30"),
    ];
    let refused = deputy.post_form(BELLS, &overlapping).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("не пересекаются"));
    let half = [
        ("seen", seen.as_str()),
        ("bell.1.1.from", "8:00"),
        ("bell.1.1.to", "потом"),
    ];
    let refused = deputy.post_form(BELLS, &half).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("bell.1.1.to-error") && refused.text().contains("потом"));
    assert_eq!(world.number("select count(*) from schedule.bell").await, 0);
}
