//! PPL-1, PPL-2: lists with documents of other states, and old data with doubts.

use crate::{
    files::{Cell, row, xlsx},
    support::School,
};

const HEAD: [&str; 10] = [
    "Фамилия",
    "Имя",
    "Дата рождения",
    "Класс",
    "Согласие",
    "Вид документа",
    "Паспорт",
    "Страна, выдавшая документ",
    "СНИЛС",
    "Дата выдачи паспорта",
];

/// A pupil of 2010 with a consent and these documents.
fn pupil(name: &str, [kind, number, country, snils, issued]: [&str; 5]) -> Vec<Cell> {
    let start = [name, "Иван", "05.05.2010", "9А", "да"];
    row(&[&start[..], &[kind, number, country, snils, issued]].concat())
}

fn list(rows: Vec<Vec<Cell>>) -> Vec<u8> {
    xlsx(&[vec![row(&HEAD)], rows].concat())
}

const RUSSIAN: [&str; 5] = ["", "0304 123456", "", "", ""];

async fn preview(school: &School, rows: Vec<Vec<Cell>>) -> String {
    let run = school
        .upload("secretary", "pupils", "список.xlsx", &list(rows))
        .await;
    school.page("secretary", &run).await
}

#[tokio::test]
async fn documents_of_other_states_come_in_a_list() {
    let school = School::new().await;
    let template = school
        .browser("secretary")
        .get("/o/g7/import/pupils/template")
        .await;
    assert_eq!(template.status, 200);
    let rows = || {
        vec![
            pupil(
                "Алиев",
                ["Вид на жительство", "82 N 1234567", "Узбекистан", "", ""],
            ),
            pupil(
                "Борисов",
                ["паспорт иностранного гражданина", "AB-123 456", "", "", ""],
            ),
            pupil("Васильев", ["Паспорт РФ", "0305 123456", "", "", ""]),
        ]
    };
    let wrong = preview(
        &school,
        vec![
            pupil("Алиев", ["", "82 N 1234567", "Узбекистан", "", ""]),
            pupil("Борисов", ["права", "1", "", "", ""]),
            pupil("Власов", ["Иной документ", "1", "", "", ""]),
            pupil("Гусев", ["Иной документ", "1234", "7-я страна", "", ""]),
        ],
    )
    .await;
    for said in [
        "2 Паспорт 82 N 1234567 Серия и номер паспорта – 10 цифр",
        "3 Вид документа права Такого значения нет в списке",
        "4 Паспорт 1 Номер документа – от 3 до 40 букв и цифр",
        "5 Страна, выдавшая документ 7-я страна Название страны – только буквы",
    ] {
        assert!(wrong.contains(said), "{said}\nin\n{wrong}");
    }
    school.import("secretary", "pupils", &list(rows())).await;
    let stored = |field: &str| format!("people.restricted_field where field = '{field}'");
    assert_eq!(school.count(&stored("passport")).await, 3);
    assert_eq!(school.count(&stored("passport_country")).await, 1);
    // Nothing is stored for the Russian passport: it goes without saying.
    assert_eq!(school.count(&stored("passport_kind")).await, 2);
    let again = preview(&school, rows()).await;
    assert!(again.contains("Пропустить 3 Ошибок 0"), "{again}");
    // A row without a kind means the document of the card.
    let silent = vec![pupil("Алиев", ["", "82 n 1234567", "", "", ""])];
    let silent = preview(&school, silent).await;
    assert!(silent.contains("Пропустить 1 Ошибок 0"), "{silent}");
    let other = vec![pupil("Алиев", ["Паспорт РФ", "0306 123456", "", "", ""])];
    let other = preview(&school, other).await;
    assert!(other.contains("В карточке записан другой номер"), "{other}");
}

/// A spreadsheet that keeps a passport as a number eats its leading nought; the
/// number is one person's, however it is written.
#[tokio::test]
async fn a_passport_kept_as_a_number_is_the_same_passport() {
    let school = School::new().await;
    let mut numeric = pupil("Алиев", RUSSIAN);
    numeric[6] = Cell::Number(304_123_456.0);
    school
        .import("secretary", "pupils", &list(vec![numeric]))
        .await;
    let same = preview(&school, vec![pupil("Алиев", RUSSIAN)]).await;
    assert!(same.contains("Пропустить 1 Ошибок 0"), "{same}");
    let taken = preview(&school, vec![pupil("Борисов", RUSSIAN)]).await;
    assert!(
        taken.contains("Документ с этим номером записан у другого человека"),
        "{taken}"
    );
    let twice = [pupil("Борисов", RUSSIAN), pupil("Власов", RUSSIAN)];
    let mut twice = twice.to_vec();
    for it in &mut twice {
        it[6] = "0307 654321".into();
    }
    let twice = preview(&school, twice).await;
    assert!(twice.contains("Такой номер в файле уже есть"), "{twice}");
}

/// `ux.md` §6.5: a failed check is a warning for old data, with whose it is.
#[tokio::test]
async fn old_data_with_a_doubt_is_taken_and_told_of() {
    let school = School::new().await;
    let rows = || {
        vec![
            pupil("Алиев", ["", "", "", "112-233-445 96", ""]),
            pupil("Борисов", ["", "0304 123456", "", "", "04.05.2024"]),
            pupil(
                "Власов",
                ["", "0304 123457", "", "112-233-445 95", "05.05.2024"],
            ),
        ]
    };
    let told = preview(&school, rows()).await;
    assert!(
        told.contains("Создать 3 Обновить 0 Пропустить 0 Ошибок 0"),
        "{told}"
    );
    for said in [
        "Контрольное число СНИЛС не сходится: 1 (Алиев И.)",
        "Паспорт гражданина РФ выдан до 14 лет: 1 (Борисов И.)",
    ] {
        assert!(told.contains(said), "{said}\nin\n{told}");
    }
    school.import("secretary", "pupils", &list(rows())).await;
    let numbers = "people.restricted_field where field in ('snils', 'passport_issued_on')";
    assert_eq!(school.count(numbers).await, 4);
    let future = vec![pupil("Гусев", ["", "", "", "", "01.01.2031"])];
    let future = preview(&school, future).await;
    assert!(
        future.contains("Дата не может быть позже сегодняшней"),
        "{future}"
    );
}
