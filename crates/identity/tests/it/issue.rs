//! PPL-5, S3:2.6: slips for many as a job, and who handed them to whom.

use axum::http::StatusCode;
use chrono::Duration;
use kernel::{Role, Scope};
use testkit::world::SCHOOL;

use super::support::{PASSWORD, School, is_in, member, open, sign_in};

const ACCOUNTS: &str = "/o/g7/settings/accounts";

/// Check 38: five hundred at once, «Готово листков: 498, не выдано: 2» with the reasons, and a sheet for an hour.
#[tokio::test]
async fn five_hundred_slips_are_a_job() {
    let school = School::new().await;
    let members: Vec<_> = (0..500)
        .map(|it| member(1000 + it, "Новиков Иван Ильич", Role::Pupil, Scope::Org))
        .collect();
    let opened = open(&school.world, &school.identity, SCHOOL, &members).await;
    school
        .world
        .sql(&format!(
            "update identity.membership set blocked_at = now(), name = 'Закрытый Олег' where account_id in ({}, {})",
            opened[0].account, opened[1].account
        ))
        .await;
    let mut admin = school.signed_in(&school.admin).await;
    let form = admin.get(&format!("{ACCOUNTS}/issue")).await.text();
    assert!(form.contains("498"), "{form}");
    let done = admin
        .post_form(&format!("{ACCOUNTS}/issue"), &[("whom", "new")])
        .await;
    let sheet = done.location().expect("the sheet").to_owned();
    assert!(sheet.contains("/sheets/"), "{sheet}");
    let page = admin.get(&sheet).await.text();
    assert!(page.contains("Готово листков: 498, не выдано: 2"));
    assert_eq!(page.matches("class=\"slip\"").count(), 498);
    assert!(page.contains("Закрытый Олег – вход заблокирован"));
    let code = page
        .split("slip-code nowrap\">")
        .nth(1)
        .and_then(|it| it.split('<').next())
        .unwrap();
    let plain = code.replace('-', "");
    let clear = format!(
        "select count(*) from identity.slip_sheet where position('{plain}' in encode(sealed, 'escape')) > 0"
    );
    assert_eq!(school.world.number(&clear).await, 0, "the codes are sealed");
    let events = "select count(*) from kernel.audit where action = 'identity.slips-issued'";
    assert_eq!(school.world.number(events).await, 1, "one event");
    let mut colleague = school.signed_in(&school.teacher).await;
    assert_eq!(colleague.get(&sheet).await.status, StatusCode::NOT_FOUND);
    school.world.clock().advance(Duration::minutes(61));
    let mut later = school.signed_in(&school.admin).await;
    assert_eq!(later.get(&sheet).await.status, StatusCode::NOT_FOUND);
}

/// «Всем: прежние пароли перестанут действовать» – but for whoever asks: who else prints the sheet?
#[tokio::test]
async fn slips_for_all_leave_out_who_asks_for_them() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let done = admin
        .post_form(&format!("{ACCOUNTS}/issue"), &[("whom", "all")])
        .await;
    let sheet = done.location().expect("the sheet").to_owned();
    let page = admin.get(&sheet).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("class=\"slip\""), "{}", page.text());
    assert!(is_in(&mut admin).await);
}

/// Security.md §5.2: who left the desk open prints no slips of the school.
#[tokio::test]
async fn more_than_thirty_need_the_password_again() {
    let school = School::new().await;
    let members: Vec<_> = (0..31)
        .map(|it| member(1000 + it, "Новиков Иван Ильич", Role::Pupil, Scope::Org))
        .collect();
    let opened = open(&school.world, &school.identity, SCHOOL, &members).await;
    let ids: Vec<String> = opened.iter().map(|it| it.account.to_string()).collect();
    let mut form: Vec<(&str, &str)> = ids.iter().map(|it| ("ids", it.as_str())).collect();
    form.push(("action", "slips"));
    let mut admin = school.signed_in(&school.admin).await;
    school.world.clock().advance(Duration::minutes(11));
    let asked = admin.post_form(ACCOUNTS, &form).await.text();
    assert!(asked.contains("Подтвердите, что это вы"), "{asked}");
    assert_eq!(asked.matches("name=\"ids\"").count(), 31, "nothing is lost");
    form.push(("proof", PASSWORD));
    let page = admin.post_form(ACCOUNTS, &form).await.text();
    assert_eq!(page.matches("class=\"slip\"").count(), 31);
    assert!(is_in(&mut admin).await);
    let few = [("ids", ids[0].as_str()), ("action", "slips")];
    school.world.clock().advance(Duration::minutes(11));
    let page = admin.post_form(ACCOUNTS, &few).await.text();
    assert_eq!(page.matches("class=\"slip\"").count(), 1, "a few do not");
}

/// S3:2.6: the class teacher notes what was handed to whom, for the own class.
#[tokio::test]
async fn what_was_handed_over_is_noted() {
    let school = School::new().await;
    school.slip(&school.parent).await;
    school.slip(&school.admin).await;
    let mut teacher = school.signed_in(&school.teacher).await;
    let log = format!("{ACCOUNTS}/handover");
    let text = teacher.get(&log).await.text();
    assert!(
        text.contains("Козлова Анна") && text.contains("Не передан"),
        "{text}"
    );
    assert!(
        !text.contains("Соколова Мария Петровна</a>"),
        "not of the staff: {text}"
    );
    let id = |account| format!("select slip_id from identity.slip where account_id = {account}");
    let own = school.world.number(&id(school.parent.account)).await;
    let other = school
        .world
        .number(&id(school.admin.account))
        .await
        .to_string();
    let refused = teacher.post_form(&log, &[("ids", &other)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let noted = teacher
        .post_form(
            &format!("{ACCOUNTS}/{}/handed", school.parent.account),
            &[("to", "бабушка Козлова В. П.")],
        )
        .await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER);
    let again = teacher.post_form(&log, &[("ids", &own.to_string())]).await;
    assert_eq!(again.location(), Some(log.as_str()));
    let print = teacher.get(&format!("{log}/print?circle=1")).await.text();
    assert!(
        print.contains("бабушка Козлова") && print.contains("Подпись") && print.contains("5А"),
        "{print}"
    );
    let noted =
        "select count(*) from identity.slip where handed_at is not null and handed_to <> ''";
    assert_eq!(school.world.number(noted).await, 1);
    assert_eq!(
        teacher.get("/o/g7/settings/security").await.status,
        StatusCode::FORBIDDEN
    );
}

/// SEC-4: the journal tells sign-ins, failures and blocks, of the own organisation only.
#[tokio::test]
async fn security_events_are_told() {
    let school = School::new().await;
    sign_in(&mut school.browser(), &school.teacher.login, "не тот").await;
    sign_in(&mut school.browser(), &school.stranger.login, "не тот").await;
    let mut admin = school.signed_in(&school.admin).await;
    admin
        .post_form(
            &format!("{ACCOUNTS}/{}/block", school.pupil.account),
            &[("reason", "x")],
        )
        .await;
    let text = admin.get("/o/g7/settings/security").await.text();
    for told in [
        "Неудачный вход",
        "Вход закрыт",
        "Иванов Пётр Ильич",
        "Козлов Дмитрий",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    assert!(!text.contains("Чужой"), "{text}");
    let csv = admin.get("/o/g7/settings/security?as=csv").await.text();
    assert!(csv.contains("Неудачный вход"), "{csv}");
    let past = admin
        .get("/o/g7/settings/security?from=2020-01-01&to=2020-01-02")
        .await
        .text();
    assert!(past.contains("Событий за эти дни нет"), "{past}");
}
