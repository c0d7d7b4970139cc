//! Nobody sees more than their own rights show: not in the list of fields, not
//! by a saved or shared report, a hand-written request, filters, order or groups.

use axum::http::StatusCode;

use super::Desk;
use crate::world::CANARY;

/// §10: building is for deputy and administrator, opening for the director
/// too, and for nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teachers_secretaries_and_families_have_no_builder() {
    let desk = Desk::new().await;
    let id = desk.built("source=pupils&c=class").await;
    let one = |rest: &str| format!("/{id}{rest}");
    for name in [
        "teacher",
        "class_teacher",
        "secretary",
        "parent",
        "pupil",
        "medic",
    ] {
        for rest in ["", "/new", "/new?source=pupils", &one("")] {
            let answer = desk.get(name, rest).await;
            assert!(
                [403, 404].contains(&answer.status.as_u16()),
                "{name} {rest}"
            );
        }
        for rest in ["", "/preview", &one("/share"), &one("/copy")] {
            let answer = desk.post(name, rest, "source=pupils&c=class&title=x").await;
            assert!(
                [403, 404].contains(&answer.status.as_u16()),
                "{name} {rest}"
            );
        }
    }
    let answer = desk
        .post("director", "/preview", "source=pupils&c=class")
        .await;
    assert_eq!(
        answer.status,
        StatusCode::FORBIDDEN,
        "asks and does not build"
    );
    // Another's report that is not shared is not there.
    for name in ["director", "admin"] {
        let answer = desk.get(name, &one("")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
    let shared = desk.post("deputy", &one("/share"), "roles=director").await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER);
    let director = desk.get("director", &one("")).await;
    assert_eq!(director.status, StatusCode::OK);
    let admin = desk.get("admin", &one("")).await;
    assert_eq!(admin.status, StatusCode::NOT_FOUND);
    // Who may open it may not change it.
    for act in ["/share", "/remove", "/schedule"] {
        let fields = "roles=teacher&every=day&hour=8";
        let answer = desk.post("director", &one(act), fields).await;
        assert!([403, 404].contains(&answer.status.as_u16()), "{act}");
    }
}

/// Fields that there are not, restricted ones, and those of other tables: the
/// answer is a mistake of the form, wherever they are named.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_names_of_fields_are_refused_everywhere() {
    let desk = Desk::new().await;
    for field in [
        "passport",
        "snils",
        "org_id",
        "1;drop table x",
        "pupils.name",
    ] {
        for form in [
            format!("c={field}"),
            format!("c=class&f.{field}=1"),
            format!("c=class&f.{field}.op=filled"),
            format!("c=class&s1.by={field}"),
            format!("g1={field}&m1.how=count"),
            format!("g1=class&m1.how=count&m1.field={field}"),
            format!("g1=class&m1.how=most&m1.field={field}&s1.by=measure-1"),
        ] {
            for rest in ["/preview", ""] {
                let fields = format!("title=x&source=pupils&{form}");
                let answer = desk.post("deputy", rest, &fields).await;
                assert_eq!(
                    answer.status,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "{rest} {fields}"
                );
            }
        }
    }
    let answer = desk
        .post("deputy", "/preview", "source=accounts&c=login")
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "no such source");
    // What was kept by other means is not carried out either.
    for definition in [
        r#"{"source": "pupils", "columns": ["class"], "filters": [{"field": "passport", "op": "filled"}]}"#,
        r#"{"source": "pupils", "groups": ["passport"], "measures": [{"how": "count"}]}"#,
        r#"{"source": "pupils", "columns": ["class"], "sort": [{"by": "snils"}]}"#,
        r#"{"source": "pupils", "columns": ["snils"]}"#,
        r#"{"source": "accounts", "columns": ["login"]}"#,
    ] {
        let id = desk.built("source=pupils&c=class").await;
        desk.world
            .test
            .sql(&format!(
                "update builder.report set definition = '{definition}' where report_id = {id}"
            ))
            .await;
        for rest in ["", "?as=csv", "?as=xlsx"] {
            let answer = desk.get("deputy", &format!("/{id}{rest}")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{definition}");
        }
        let copy = desk.post("deputy", &format!("/{id}/copy"), "title=x").await;
        assert!(copy.status.is_client_error(), "{definition}");
    }
}

/// Sharing never widens: a teacher sees the own rows and columns of a report
/// of the whole school, and nothing of one that rests on more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_sees_a_shared_report_with_the_own_rights() {
    let desk = Desk::new().await;
    let org = desk.world.own.org;
    // The school lets its teachers build and open.
    desk.world
        .test
        .sql(&format!(
            "insert into identity.right_rule (org_id, role, right_code, reaches, reason)
             select {org}, 'teacher', it, 1, 'проба' from unnest(array['report_view', 'report_build']) it"
        ))
        .await;
    let teacher = desk.cast.of_name("teacher").things.staff;
    let built = async |form: &str| {
        let id = desk.built(form).await;
        let path = format!("/{id}/share");
        let answer = desk
            .post("deputy", &path, "roles=teacher&roles=director")
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        id
    };

    // Rows: the own load and class alone.
    let id = built("source=marks&c=class&c=subject&c=mark&c=pupil").await;
    let whole = desk.csv("deputy", &id).await;
    let own = desk.csv("teacher", &id).await;
    let allowed = desk
        .slow(&format!(
            "select jsonb_build_array(c.grade || c.letter, s.name)
               from curriculum.class c join curriculum.subject s on s.org_id = c.org_id
              where c.org_id = {org} and (c.teacher_id = {teacher} or exists (
                    select from curriculum.load l where l.org_id = {org} and l.class_id = c.class_id
                       and l.subject_id = s.subject_id and l.teacher_id = {teacher} and l.valid @> date '{{day}}'))"
        ))
        .await;
    assert!(
        1 < own.len() && own.len() < whole.len(),
        "{} of {}",
        own.len(),
        whole.len()
    );
    for line in &own[1..] {
        let place = vec![line[0].clone(), line[1].clone()];
        assert!(allowed.contains(&place), "{place:?} is not the teacher's");
        assert!(whole.contains(line));
    }

    // Groups of the whole school become groups of the own pupils.
    let id = built("source=pupils&g1=class&m1.how=count").await;
    let count = |lines: &[Vec<String>]| lines.last().unwrap()[1].parse::<i64>().unwrap();
    let (all, few) = (
        desk.csv("deputy", &id).await,
        desk.csv("teacher", &id).await,
    );
    assert!(count(&few) < count(&all), "{few:?}");

    // Columns: the home address is not for who teaches by load.
    let id = built("source=pupils&c=class&c=name&c=address").await;
    let (all, few) = (
        desk.csv("deputy", &id).await,
        desk.csv("teacher", &id).await,
    );
    assert_eq!(all[0], ["Класс", "Ученик", "Адрес проживания"]);
    assert_eq!(few[0], ["Класс", "Ученик"]);
    let page = desk.get("teacher", &format!("/{id}")).await.text();
    assert!(page.contains("Не показано столбцов: 1"), "{page}");
    assert!(!page.contains("ул."), "an address on the page");

    // A report that rests on the address is refused as a whole.
    for form in [
        "c=name&f.address.op=contains&f.address=а",
        "c=name&f.settlement.op=filled",
        "c=name&s1.by=address",
        "g1=settlement&m1.how=count",
        "c=address",
    ] {
        let id = built(&format!("source=pupils&{form}")).await;
        for rest in ["", "?as=csv"] {
            let answer = desk.get("teacher", &format!("/{id}{rest}")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form}");
        }
        let copy = desk
            .post("teacher", &format!("/{id}/copy"), "title=x")
            .await;
        assert_eq!(copy.status, StatusCode::FORBIDDEN, "{form}");
    }

    // The form does not offer what is not open, nor sources that are not.
    let form = desk.get("teacher", "/new?source=pupils").await.text();
    assert!(form.contains("Ученик") && !form.contains("Адрес проживания"));
    let sources = desk.get("teacher", "/new").await.text();
    assert!(
        !sources.contains("source=orders"),
        "no right to the movement"
    );
    let orders = desk
        .post("teacher", "/preview", "source=orders&c=kind")
        .await;
    assert_eq!(orders.status, StatusCode::NOT_FOUND);
    // A condition for a foreign class finds nothing of it.
    let foreign = whole[1..]
        .iter()
        .find(|it| !allowed.iter().any(|own| own[0] == it[0]));
    if let Some(line) = foreign {
        let form = format!("source=marks&c=class&c=mark&f.class={}", line[0]);
        let seen = desk.post("teacher", "/preview", &form).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.text().contains("Подходящих строк нет"));
    }
}

/// Ids of another school are not there, and nothing of it is in any report.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_another_school_is_in_a_report() {
    let desk = Desk::new().await;
    desk.world.mark_the_other_school().await;
    for (source, fields) in [
        ("pupils", "c=name&c=class&c=address&c=class_teacher"),
        ("staff", "c=name&c=post"),
        ("marks", "c=pupil&c=class&c=subject&c=mark"),
        ("attendance", "c=pupil&c=class&c=subject&c=missed"),
        ("orders", "c=pupil&c=basis&c=to_class"),
    ] {
        let id = desk.built(&format!("source={source}&{fields}")).await;
        let lines = desk.csv("deputy", &id).await;
        assert!(lines.len() > 1, "{source}");
        let foreign = lines.iter().flatten().any(|it| it.contains(CANARY));
        assert!(!foreign, "{source}");
        let there = format!("/o/{}/reports/builder/{id}", desk.world.other.code);
        let answer = desk.client("deputy").get(&there).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let foreign = desk.cast.foreign.report;
    for rest in ["", "/edit"] {
        let answer = desk.get("deputy", &format!("/{foreign}{rest}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

/// R-10.6: the director asks until a day; it is open until somebody answers
/// with a report, which the director can open then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_of_the_director_is_answered_with_a_report() {
    let desk = Desk::new().await;
    let of = "from builder.request where text = 'Девочки седьмых классов'";
    let open = format!("select count(*) {of} and closed_at is null");
    for bad in [
        "text=&due_on=25.11.2026",
        "text=x&due_on=19.11.2026",
        "text=x&due_on=когда-нибудь",
    ] {
        let answer = desk.post("director", "/requests", bad).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let form = "text=Девочки седьмых классов&due_on=25.11.2026";
    let asked = desk.post("director", "/requests", form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
    assert_eq!(desk.world.number(&open).await, 1);
    let seen = desk.get("deputy", "").await.text();
    assert!(seen.contains("Девочки седьмых классов"));

    let request = desk.world.number(&format!("select request_id {of}")).await;
    let id = desk.built("source=pupils&c=name&f.gender=female").await;
    let report = format!("/{id}");
    let hidden = desk.get("director", &report).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let close = format!("/requests/{request}/close");
    let teacher = desk.post("teacher", &close, "").await;
    assert!([403, 404].contains(&teacher.status.as_u16()));
    let answer = format!("report={id}&answer=Готово");
    let answer = desk.post("deputy", &close, &answer).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(desk.world.number(&open).await, 0);
    assert_eq!(desk.get("director", &report).await.status, StatusCode::OK);
}
