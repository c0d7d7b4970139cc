//! Check 24 and 25 of the interface: three hundred pupils, seven bad rows.

use std::time::{Duration, Instant};

use db::statements::counted;
use intake::Started;
use kernel::Role;
use testkit::{assert_history_replays, world::SCHOOL};
use web::import::ImportSpec;

use crate::{
    files::{Cell, read_back, row, windows_1251, workbook, xlsx},
    support::{School, text_of},
};

const HEAD: [&str; 8] = [
    "Фамилия",
    "Имя",
    "Отчество",
    "Дата рождения",
    "Класс",
    "№ личного дела",
    "СНИЛС",
    "Дата зачисления",
];

/// A name of letters only for each number.
fn name(index: usize) -> String {
    const LETTERS: [char; 10] = ['а', 'в', 'д', 'и', 'к', 'л', 'м', 'н', 'о', 'р'];
    format!(
        "Иванов{}",
        index
            .to_string()
            .chars()
            .map(|it| LETTERS[it as usize - 48])
            .collect::<String>()
    )
}

pub(crate) fn pupil(index: usize) -> Vec<Cell> {
    let class = format!(
        "{}{}",
        5 + index % 5,
        if index.is_multiple_of(2) { "А" } else { "Б" }
    );
    let born = format!("{:02}.{:02}.2014", 1 + index % 28, 1 + index % 12);
    row(&[
        &name(index),
        "Пётр",
        "Ильич",
        &born,
        &class,
        &format!("К-{index}"),
        "",
        "01.09.2026",
    ])
}

/// Pupils with a header; seven of three hundred have mistakes.
pub(crate) fn list(count: usize, bad: bool) -> Vec<Vec<Cell>> {
    let mut rows = vec![row(&HEAD)];
    rows.extend((0..count).map(pupil));
    if bad {
        rows[10][0] = "".into();
        rows[20][3] = "31.02.2014".into();
        rows[30][4] = "А5".into();
        rows[40][6] = "112-233-445 9".into();
        rows[50][3] = "27.03.2031".into();
        rows[60][1] = "Пётр2".into();
        rows[70] = pupil(68);
    }
    rows
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one walk from the file to its end")]
async fn three_hundred_pupils_with_seven_bad_rows_come_and_go() {
    let school = School::new().await;
    let file = xlsx(&list(300, true));
    let tables = [
        "people.person",
        "people.pupil",
        "movement.class_member",
        "curriculum.class",
        "people.restricted_field",
        "people.consent where voided_at is null",
    ];
    let mut before = vec![];
    for table in tables {
        before.push(school.count(table).await);
    }

    let began = Instant::now();
    let run = school
        .upload("secretary", "pupils", "Ученики.xlsx", &file)
        .await;
    let page = school.page("secretary", &run).await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "the preview took {took:?}");

    assert!(
        page.contains("Создать 293 Обновить 0 Пропустить 0 Ошибок 7"),
        "{page}"
    );
    assert!(page.contains("Будут созданы классы: 5А, 5Б, 6А"), "{page}");
    // Row, column, value, what is wrong, what is expected.
    for said in [
        "11 Фамилия пусто Не заполнено текст до 100 знаков",
        "21 Дата рождения 31.02.2014 Это не дата день, месяц и год, например 27.03.2014",
        "31 Класс А5 Это не название класса параллель и буква, например 5А",
        "41 СНИЛС 112-233-445 9 Не столько цифр, сколько нужно цифр: 11",
        "51 Дата рождения 27.03.2031 Дата не может быть позже сегодняшней",
        "61 Имя Пётр2 В имени могут быть только буквы",
        "71 Фамилия пусто Такая же строка уже была каждая строка один раз; первая такая – 70",
    ] {
        assert!(page.contains(said), "{said}\nin\n{page}");
    }
    assert_eq!(
        school.count("people.pupil").await,
        0,
        "a preview writes nothing"
    );

    // The bad rows come back as a file with the reasons.
    let answer = school
        .browser("secretary")
        .get(&format!("{run}/errors"))
        .await;
    assert_eq!(answer.status, 200);
    let spec = ImportSpec::new(
        "intake.pupils",
        people::columns(&["last_name", "first_name"]),
        &school.views,
    );
    let (headers, rows) = read_back(&answer.bytes, &spec);
    assert_eq!(headers.last().unwrap(), "Ошибка");
    assert_eq!(rows.len(), 7);
    assert!(
        rows[1]
            .last()
            .unwrap()
            .contains("Дата рождения: Это не дата"),
        "{:?}",
        rows[1]
    );

    // Without a word about the bad rows nothing is written.
    let refused = school.commit("secretary", &run, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(text_of(&refused).contains("В файле есть строки с ошибками"));
    assert_eq!(school.count("people.pupil").await, 0);

    let done = school
        .commit("secretary", &run, &[("leave_bad", "1")])
        .await;
    assert_eq!(done.status, 303, "{}", text_of(&done));
    assert_eq!(school.count("people.pupil").await, 293);
    assert_eq!(school.count("movement.class_member").await, 293);
    assert_eq!(school.count("curriculum.class").await, 10);
    assert_eq!(
        school
            .count("identity.membership where ended_at is null")
            .await,
        293
    );
    assert_eq!(
        school.count("movement.order where state = 'issued'").await,
        1
    );
    assert_eq!(
        school.count("intake.upload").await,
        0,
        "the file is forgotten"
    );
    let page = school.page("secretary", &run).await;
    assert!(page.contains("Отменить импорт"), "{page}");

    // Twice is not written.
    assert_eq!(
        school
            .commit("secretary", &run, &[("leave_bad", "1")])
            .await
            .status,
        409
    );

    let reverted = school.revert("secretary", &run).await;
    assert_eq!(reverted.status, 303, "{}", text_of(&reverted));
    for (table, before) in tables.iter().zip(before) {
        assert_eq!(school.count(table).await, before, "{table}");
    }
    assert_eq!(
        school
            .count("identity.membership where ended_at is null")
            .await,
        0
    );
    assert_eq!(school.revert("secretary", &run).await.status, 409);
    for table in [
        "people.person",
        "people.pupil",
        "movement.order",
        "movement.class_member",
        "intake.run",
    ] {
        assert_history_replays(&school.world.test, table).await;
    }
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_the_rows() {
    let school = School::new().await;
    let actor = school.world.actor(17, Role::Secretary);
    let by = Started {
        actor: &actor,
        name: "Соколова М. П.",
        today: "2026-11-20".parse().unwrap(),
    };
    let mut counts = vec![];
    // The key of an organisation is made once, for the first value that is sealed.
    let mut tx = school.world.begin(&actor).await;
    db::vault::of(&mut tx).await.expect("keys");
    tx.commit().await.expect("kept");
    for rows in [10, 120] {
        let upload = web::import::Upload {
            name: "Ученики.xlsx".to_owned(),
            bytes: xlsx(&list(rows, false)).into(),
            fields: web::form::Raw::default(),
        };
        let (run, start) = counted(school.intake.start(by, "pupils", &upload)).await;
        let run = run.expect("the file is taken");
        let (preview, look) = counted(school.intake.preview(by, run)).await;
        assert_eq!(preview.expect("a preview").counters.errors, 0);
        let none = std::collections::BTreeMap::new();
        let commit = school
            .intake
            .commit(by, run, intake::LeaveBadRows::No, none, None);
        let (done, write) = counted(commit).await;
        let (tx, _) = done.expect("the rows are written");
        tx.commit().await.expect("they are durable");
        let (undone, revert) = counted(school.intake.revert(&actor, run)).await;
        let (tx, _) = undone.expect("the rows are taken back");
        tx.commit().await.expect("for good");
        counts.push([start, look, write, revert]);
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
}

/// Dates as texts and as Excel's numbers, СНИЛС as a number without its
/// leading zero, merged titles above the header, blanks and empty rows.
#[tokio::test]
async fn what_offices_do_to_files_is_read() {
    let school = School::new().await;
    let snils = 8_765_430_300.0; // 087-654-303 00
    let file = workbook(
        &[
            row(&[]),
            row(&[
                " Фамилия ",
                "Имя",
                "Отчество",
                "Дата  рождения",
                "Класс",
                "СНИЛС",
                "Согласие",
            ]),
            row(&["1", "2", "3", "4", "5", "6", "7"]),
            vec![
                "ЁЛКИНА ".into(),
                " мария".into(),
                "Петровна".into(),
                41_725.0.into(),
                " 5 «а» ".into(),
                snils.into(),
                "да".into(),
            ],
            vec![
                "Ким".into(),
                "Ян".into(),
                "-".into(),
                "27.03.2014 0:00:00".into(),
                "5-А".into(),
            ],
            row(&["", " ", ""]),
        ],
        |sheet| crate::files::merge(sheet, 0, 0, 6, "Список учащихся на 20.11.2026"),
    );
    let run = school.upload("secretary", "pupils", "1С.xlsx", &file).await;
    let page = school.page("secretary", &run).await;
    assert!(
        page.contains("Создать 2 Обновить 0 Пропустить 0 Ошибок 0"),
        "{page}"
    );
    assert_eq!(school.commit("secretary", &run, &[]).await.status, 303);
    let there = |what: &str| format!("people.person where {what}");
    assert_eq!(
        school
            .count(&there(
                "last_name = 'Ёлкина' and first_name = 'Мария' and gender = 'female'"
            ))
            .await,
        1
    );
    assert_eq!(school.count(&there("born_on = '2014-03-27'")).await, 2);
    let deputy = school.world.actor(1, Role::Deputy);
    let mut tx = school.world.begin(&deputy).await;
    let keys = db::vault::of(&mut tx).await.expect("keys");
    let blind = keys.blind("snils", "08765430300");
    let blind = db::hex(&blind);
    assert_eq!(
        school
            .count(&format!(
                "people.restricted_field where encode(blind, 'hex') = '{blind}'"
            ))
            .await,
        1
    );
    assert_eq!(school.count("people.consent").await, 1);
}

/// S2:5.4: without a consent, or for whoever may not enter it, a СНИЛС stays out.
#[tokio::test]
async fn restricted_values_without_a_ground_are_left_out_and_said() {
    let school = School::new().await;
    let file = |consent: &str| {
        xlsx(&[
            row(&[
                "Фамилия",
                "Имя",
                "Дата рождения",
                "Класс",
                "СНИЛС",
                "Согласие",
            ]),
            row(&["Ким", "Ян", "27.03.2014", "5А", "112-233-445 95", consent]),
        ])
    };
    let run = school
        .upload("secretary", "pupils", "1.xlsx", &file(""))
        .await;
    assert!(
        school
            .page("secretary", &run)
            .await
            .contains("Не будут записаны значения: 1")
    );
    school.import("secretary", "pupils", &file("")).await;
    assert_eq!(school.count("people.restricted_field").await, 0);
    let run = school
        .upload("deputy", "pupils", "2.xlsx", &file("да"))
        .await;
    let page = school.page("deputy", &run).await;
    assert!(
        page.contains("У вас нет права вносить такие сведения"),
        "{page}"
    );
    assert!(page.contains("Не будут записаны согласия: 1"), "{page}");
    // The secretary may record both: an update of the card that is there.
    let run = school
        .upload("secretary", "pupils", "3.xlsx", &file("да"))
        .await;
    let page = school.page("secretary", &run).await;
    assert!(
        page.contains("Создать 0 Обновить 1 Пропустить 0 Ошибок 0"),
        "{page}"
    );
    assert_eq!(school.commit("secretary", &run, &[]).await.status, 303);
    assert_eq!(
        school
            .count("people.restricted_field where consent_id is not null")
            .await,
        1
    );
    assert_eq!(school.revert("secretary", &run).await.status, 303);
    assert_eq!(school.count("people.restricted_field").await, 0);
    assert_eq!(school.count("people.pupil").await, 1);
    // PPL-4: the consent is void, not gone, and stands in nobody's way.
    let void = "people.consent where voided_at is not null and void_reason = 'import-reverted' and void_subject_id is not null";
    assert_eq!(school.count(void).await, 1);
    school.import("secretary", "pupils", &file("да")).await;
    assert_eq!(
        (
            school.count(void).await,
            school.count("people.consent").await
        ),
        (1, 2)
    );
    assert_history_replays(&school.world.test, "people.consent").await;
    let mut tx = school
        .world
        .begin(&school.world.actor(17, Role::Secretary))
        .await;
    let destroyed = sqlx::query("delete from people.consent")
        .execute(tx.conn())
        .await;
    assert!(
        destroyed.is_err(),
        "the application may not destroy a consent"
    );
}

#[tokio::test]
async fn an_update_goes_back_to_what_was_unless_somebody_was_there_since() {
    let school = School::new().await;
    let file = |phone: &str| {
        windows_1251(&[
            "Фамилия;Имя;Дата рождения;Класс;Телефон",
            &format!("Ким;Ян;27.03.2014;5А;{phone}"),
        ])
    };
    school
        .import("secretary", "pupils", &file("8 861 312-34-56"))
        .await;
    let phone = |number: &str| format!("people.person where mobile = '+7861{number}'");
    let second = school
        .import("secretary", "pupils", &file("8 861 312-34-57"))
        .await;
    assert_eq!(school.count(&phone("3123457")).await, 1);
    assert_eq!(school.revert("secretary", &second).await.status, 303);
    assert_eq!(school.count(&phone("3123456")).await, 1);

    let third = school
        .import("secretary", "pupils", &file("8 861 312-34-58"))
        .await;
    school
        .world
        .sql("update people.person set version = version + 1")
        .await;
    let refused = school.revert("secretary", &third).await;
    assert_eq!(refused.status, 409);
    assert!(
        text_of(&refused).contains("с тех пор изменили"),
        "{}",
        text_of(&refused)
    );
    assert_eq!(school.count(&phone("3123458")).await, 1);
}

#[tokio::test]
async fn a_day_later_it_is_too_late() {
    let school = School::new().await;
    let file = xlsx(&list(3, false));
    let run = school.import("secretary", "pupils", &file).await;
    let kept = school
        .upload("secretary", "pupils", "второй.xlsx", &xlsx(&list(4, false)))
        .await;
    school.world.clock().advance(chrono::Duration::hours(25));
    let refused = school.revert("secretary", &run).await;
    assert_eq!(refused.status, 409);
    assert!(
        text_of(&refused).contains("Сутки прошли"),
        "{}",
        text_of(&refused)
    );
    assert_eq!(school.count("people.pupil").await, 3);
    school
        .intake
        .sweep()
        .await
        .expect("old things are forgotten");
    assert_eq!(school.count("intake.upload").await, 0);
    assert_eq!(school.count("intake.run where undo is not null").await, 0);
    let page = school.page("secretary", &kept).await;
    assert!(page.contains("Файл больше не хранится"), "{page}");
    assert_eq!(
        school
            .count(&format!(
                "kernel.audit where org_id = {SCHOOL} and action = 'intake.committed'"
            ))
            .await,
        1
    );
}

/// A file that `LibreOffice` wrote, with dates as dates and СНИЛС as text.
#[tokio::test]
async fn a_file_of_libreoffice_is_read() {
    let school = School::new().await;
    let file = include_bytes!("libreoffice.xlsx");
    let run = school
        .upload("secretary", "pupils", "Ученики LibreOffice.xlsx", file)
        .await;
    let page = school.page("secretary", &run).await;
    assert!(
        page.contains("Создать 3 Обновить 0 Пропустить 0 Ошибок 0"),
        "{page}"
    );
}
