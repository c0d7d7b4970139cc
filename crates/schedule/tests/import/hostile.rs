//! Whatever the bytes, nobody gets a 500 and nothing is half-written.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    files::{row, xlsx},
    support::{School, text_of},
};

fn runner() -> TestRunner {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(Config::default(), rng)
}

fn draw<T: std::fmt::Debug>(runner: &mut TestRunner, of: &impl Strategy<Value = T>) -> T {
    of.new_tree(runner).expect("a value").current()
}

#[tokio::test]
async fn unreadable_files_are_refused_with_the_reason() {
    let school = School::new().await;
    let mut zip = xlsx(&[row(&["Фамилия", "Имя"])]);
    zip.truncate(200);
    let corpus: [(&str, &[u8], &str); 8] = [
        ("пусто.xlsx", b"", "Выберите файл"),
        (
            "старый.xls",
            &[0xd0, 0xcf, 0x11, 0xe0, 0, 0],
            "Сохраните его как XLSX",
        ),
        ("обрезан.xlsx", &zip, "Файл повреждён"),
        (
            "фото.jpg",
            &[0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 2, 3],
            "Это не таблица",
        ),
        (
            "слова.csv",
            "просто слова\nи ещё слова".as_bytes(),
            "Не найдена строка с названиями",
        ),
        (
            "без строк.csv",
            "Фамилия;Имя;Дата рождения;Класс\n".as_bytes(),
            "нет строк с данными",
        ),
        ("пробелы.csv", b" ; ; \n ; ; ", "нет строк с данными"),
        (
            "чужое.csv",
            "Дата;Сумма\n1;2".as_bytes(),
            "Не найдена строка с названиями",
        ),
    ];
    for (name, bytes, reason) in corpus {
        let answer = school.try_upload("secretary", "pupils", name, bytes).await;
        assert_eq!(answer.status, 422, "{name}: {}", text_of(&answer));
        assert!(
            text_of(&answer).contains(reason),
            "{name}: {}",
            text_of(&answer)
        );
        assert!(answer.text().contains("<title>Ошибка: "), "{name}");
    }
    let large = vec![b'a'; 11 * 1024 * 1024];
    assert_eq!(
        school
            .try_upload("secretary", "pupils", "большой.csv", &large)
            .await
            .status,
        413
    );
    let mut browser = school.browser("secretary");
    assert_eq!(
        browser
            .post_form("/o/g7/import/pupils", &[("file", "1")])
            .await
            .status,
        415
    );
    assert_eq!(school.count("intake.run").await, 0);
}

#[tokio::test]
async fn any_bytes_are_answered() {
    let school = School::new().await;
    let mut runner = runner();
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..400),
        prop::collection::vec(any::<u8>(), 0..200)
            .prop_map(|it| [b"PK\x03\x04".to_vec(), it].concat()),
        "[;\t,\"\n а-яёА-Я0-9.]{0,300}".prop_map(String::into_bytes),
    ];
    let valid = xlsx(&[
        row(&["Фамилия", "Имя", "Дата рождения", "Класс"]),
        row(&["Ким", "Ян", "1.1.2014", "5А"]),
    ]);
    for round in 0..80usize {
        let mut file = draw(&mut runner, &bytes);
        if round.is_multiple_of(4) {
            file.clone_from(&valid);
            let at = draw(&mut runner, &(0..valid.len()));
            file[at] ^= draw(&mut runner, &(1u8..));
        }
        let kind = ["pupils", "staff", "parents"][round % 3];
        let answer = school.try_upload("secretary", kind, "файл", &file).await;
        assert!(
            [303, 422].contains(&answer.status.as_u16()),
            "{}: {file:?}",
            answer.status
        );
    }
}

/// Rows of odd cells: every list is previewed and, where it can be, written
/// without its bad rows; what is written can be taken back.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one walk from the file to its end")]
async fn any_cells_are_answered() {
    let school = School::new().await;
    let lists: [(&str, &str, &[&str]); 7] = [
        (
            "secretary",
            "pupils",
            &[
                "Фамилия",
                "Имя",
                "Отчество",
                "Дата рождения",
                "Класс",
                "№ личного дела",
                "СНИЛС",
                "Дата зачисления",
                "№ приказа",
                "Согласие",
                "Дата согласия",
                "Телефон",
            ],
        ),
        (
            "secretary",
            "staff",
            &[
                "Фамилия",
                "Имя",
                "Должность",
                "Дата рождения",
                "Роль в системе",
                "Дата приёма",
                "ИНН",
                "E-mail",
                "Телефон",
            ],
        ),
        (
            "secretary",
            "parents",
            &[
                "Фамилия",
                "Имя",
                "Родство",
                "Ученик",
                "Класс ученика",
                "Телефон",
                "Согласие",
            ],
        ),
        (
            "deputy",
            "loads",
            &["Класс", "Предмет", "Учитель", "Часов в неделю", "Подгруппа"],
        ),
        (
            "deputy",
            "plans",
            &[
                "Предмет",
                "Параллель",
                "Классы",
                "№ урока",
                "Тема",
                "Учитель",
            ],
        ),
        (
            "deputy",
            "timetable",
            &[
                "День",
                "Урок",
                "Класс",
                "Подгруппа",
                "Предмет",
                "Учитель",
                "Кабинет",
            ],
        ),
        ("deputy", "organisation", &["Поле", "Значение"]),
    ];
    let odd = prop_oneof![
        prop::sample::select(vec![
            "",
            "-",
            "Ким",
            "Ян",
            "Ким Ян",
            "5А",
            "12Я",
            "13А",
            "27.03.2014",
            "01.01.1800",
            "31.12.9999",
            "да",
            "нет",
            "мать",
            "Мать",
            "Учитель",
            "Администратор",
            "112-233-445 95",
            "0",
            "-1",
            "3",
            "99999999999999999999",
            "1e309",
            "NaN",
            "Математика",
            "Понедельник",
            "08:30",
            "ИНН",
            "Полное наименование",
            "\u{202e}",
            "💣",
            "'; drop table people.person --",
            "=1+1",
            "ааааааааааааааааааааааааааааааааааааааааааа"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    let mut runner = runner();
    for round in 0..42usize {
        let (role, kind, titles) = lists[round % lists.len()];
        let mut rows = vec![row(titles)];
        for _ in 0..6 {
            rows.push(
                titles
                    .iter()
                    .map(|_| draw(&mut runner, &odd).replace('\0', "").into())
                    .collect(),
            );
        }
        let file = xlsx(&rows);
        let answer = school.try_upload(role, kind, "файл.xlsx", &file).await;
        assert!(
            [303, 422].contains(&answer.status.as_u16()),
            "{kind} {}: {rows:?}",
            answer.status
        );
        let Some(run) = answer.location().map(str::to_owned) else {
            continue;
        };
        let page = school.browser(role).get(&run).await;
        assert_eq!(page.status, 200, "{kind}: {rows:?}");
        let done = school
            .commit(
                role,
                &run,
                &[
                    ("leave_bad", "1"),
                    ("ask.publish", "1"),
                    ("ask.from", "99.99"),
                ],
            )
            .await;
        assert!(
            [303, 409, 422].contains(&done.status.as_u16()),
            "{kind} {}: {rows:?}",
            done.status
        );
        if done.status == 303 && round.is_multiple_of(2) {
            let back = school.revert(role, &run).await;
            assert!(
                [303, 409].contains(&back.status.as_u16()),
                "{kind} {}: {rows:?}",
                back.status
            );
        }
    }
}
