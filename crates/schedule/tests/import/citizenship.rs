//! PPL-2: whose citizens pupils are, and who is taught at home, comes in a list.

use crate::{
    files::{Cell, row, xlsx},
    support::School,
};

const HEAD: [&str; 6] = [
    "Фамилия",
    "Имя",
    "Дата рождения",
    "Класс",
    "Гражданство",
    "На дому",
];

fn pupil(name: &str, citizenship: &str, at_home: &str) -> Vec<Cell> {
    row(&[name, "Иван", "05.05.2014", "5А", citizenship, at_home])
}

fn list(rows: Vec<Vec<Cell>>) -> Vec<u8> {
    xlsx(&[vec![row(&HEAD)], rows].concat())
}

#[tokio::test]
async fn citizenship_comes_in_the_words_of_schools() {
    let school = School::new().await;
    let rows = vec![
        pupil("Алиев", "ИНОСТРАННЫЙ ГРАЖДАНИН", "нет"),
        pupil("Борисов", "рф", "да"),
        pupil("Васильев", "Россия", ""),
        pupil("Гусев", "Гражданин РФ", ""),
        pupil("Денисов", "без гражданства", ""),
        pupil("Егоров", "", ""),
        pupil("Жуков", "-", "-"),
    ];
    school.import("secretary", "pupils", &list(rows)).await;
    for (citizenship, count) in [("foreign", 1), ("ru", 3), ("none", 1), ("", 2)] {
        let table = format!("people.pupil where citizenship = '{citizenship}'");
        assert_eq!(school.count(&table).await, count, "{citizenship:?}");
    }
    for (at_home, count) in [("taught_at_home", 1), ("not taught_at_home", 1)] {
        let table = format!("people.pupil where {at_home}");
        assert_eq!(school.count(&table).await, count, "{at_home}");
    }
    // An empty cell takes nothing away, another answer is taken over.
    let again = vec![pupil("Борисов", "", ""), pupil("Гусев", "ЛБГ", "нет")];
    school.import("secretary", "pupils", &list(again)).await;
    let kept = "people.pupil where citizenship = 'ru' and taught_at_home";
    assert_eq!(school.count(kept).await, 1);
    let changed = "people.pupil where citizenship = 'none' and not taught_at_home";
    assert_eq!(school.count(changed).await, 1);
}

#[tokio::test]
async fn other_words_are_refused_and_the_right_ones_told() {
    let school = School::new().await;
    let wrong = vec![
        pupil("Алиев", "местный", ""),
        pupil("Борисов", "", "иногда"),
    ];
    let run = school
        .upload("secretary", "pupils", "список.xlsx", &list(wrong))
        .await;
    let page = school.page("secretary", &run).await;
    for said in [
        "2 Гражданство местный Такого значения нет в списке \
         одно из: гражданин РФ, иностранный гражданин, лицо без гражданства",
        "3 Обучается на дому иногда",
    ] {
        assert!(page.contains(said), "{said}\nin\n{page}");
    }
}
