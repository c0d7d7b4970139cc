use axum::http::StatusCode;
use org::{AbsenceDisplay, HomeworkLimits, Options, Org, Organisations};
use rust_decimal::Decimal;

use super::support::{browser, world};

const OPTIONS: &str = "/o/g7/settings/options";

/// ORG-4: settings have defaults, are kept, and a stale form is told.
#[tokio::test]
async fn settings_are_kept() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    let page = admin.get(OPTIONS).await;
    assert!(page.text().contains("4,50"), "{}", page.text());
    let form = [
        ("version", "0"),
        ("use_grade_1", "1"),
        ("t5", "4,6"),
        ("t4", "3.6"),
        ("t3", "2,6"),
        ("absence", "letter"),
        ("edit_window_days", "7"),
        ("lessons_without_marks", "0"),
        ("homework_files", "3"),
        ("homework_mb", ""),
    ];
    let saved = admin.post_form(OPTIONS, &form).await;
    assert_eq!(saved.location(), Some(OPTIONS), "{}", saved.text());
    let actor = world.actor(17, kernel::Role::Admin);
    let mut tx = world.begin(&actor).await;
    let options = Org::new(world.db().clone()).options(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(options.use_grade_1 && !options.dot_as_two);
    assert_eq!(options.thresholds.t5, Decimal::new(46, 1));
    assert_eq!(
        (options.absence, options.edit_window_days),
        (AbsenceDisplay::Letter, Some(7))
    );
    assert_eq!(options.lessons_without_marks, 0, "none is noticed");
    assert_eq!(
        options.homework,
        HomeworkLimits {
            files: 3,
            megabytes: 10
        }
    );
    assert_ne!(options, Options::default());
    assert_eq!(
        admin.post_form(OPTIONS, &form).await.status,
        StatusCode::CONFLICT
    );
    let history = world
        .number("select count(*) from kernel.history where tbl = 'org.setting'")
        .await;
    assert_eq!(history, 17);
}

/// ORG-4: thresholds that make no sense are refused at the field.
#[tokio::test]
async fn senseless_settings_are_refused() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    let form = [
        ("version", "0"),
        ("t5", "4"),
        ("t4", "4"),
        ("t3", "шесть"),
        ("absence", "codes"),
    ];
    let refused = admin.post_form(OPTIONS, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("t3-error") && refused.text().contains("шесть"));
    assert_eq!(world.number("select count(*) from org.setting").await, 0);
    for token in ["director", "parent"] {
        assert_eq!(
            browser(&world, token).get(OPTIONS).await.status,
            StatusCode::FORBIDDEN
        );
        let refused = browser(&world, token).post_form(OPTIONS, &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(
        browser(&world, "stranger").get(OPTIONS).await.status,
        StatusCode::NOT_FOUND
    );
}
