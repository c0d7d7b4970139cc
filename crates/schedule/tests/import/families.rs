//! The figure of a big school: pupils with their parents.

use std::time::{Duration, Instant};

use crate::{
    files::{Cell, row, xlsx},
    pupils::{list, pupil},
    support::{School, text_of},
};

/// Two parents of each pupil of [`list`].
fn families(count: usize) -> Vec<Vec<Cell>> {
    let mut rows = vec![row(&[
        "Фамилия",
        "Имя",
        "Родство",
        "Ученик",
        "Класс ученика",
        "Телефон",
        "Согласие",
        "Дата согласия",
    ])];
    for index in 0..count {
        let child = pupil(index);
        let of = |at: usize| match &child[at] {
            Cell::Text(text) => text.clone(),
            Cell::Number(_) => String::new(),
        };
        let names = format!("{} {} {}", of(0), of(1), of(2));
        for (at, (kinship, first)) in [("мать", "Инна"), ("отец", "Илья")].into_iter().enumerate()
        {
            let phone = format!("8 918 {:03}-{:02}-{at}0", index / 100, index % 100);
            rows.push(row(&[
                &of(0),
                first,
                kinship,
                &names,
                &of(4),
                &phone,
                "да",
                "01.09.2026",
            ]));
        }
    }
    rows
}

/// The figure of a big school: 900 pupils with two parents each, 2,700 rows.
/// The bars are of a release build, 3 s for the previews and 5 s to write; the
/// test prints what they take and holds a build for tests to a multiple.
#[tokio::test]
async fn nine_hundred_pupils_come_with_their_parents() {
    const SLOWER: u32 = if cfg!(debug_assertions) { 6 } else { 1 };
    let school = School::new().await;
    let mut previews = Duration::ZERO;
    let mut writing = Duration::ZERO;
    for (kind, file) in [
        ("pupils", xlsx(&list(900, false))),
        ("parents", xlsx(&families(900))),
    ] {
        let began = Instant::now();
        let run = school.upload("secretary", kind, "список.xlsx", &file).await;
        let page = school.page("secretary", &run).await;
        previews += began.elapsed();
        assert!(page.contains("Ошибок 0"), "{page}");
        let began = Instant::now();
        let done = school.commit("secretary", &run, &[]).await;
        school.jobs.idle().await;
        writing += began.elapsed();
        assert_eq!(done.status, 303, "{}", text_of(&done));
    }
    assert_eq!(school.count("people.pupil").await, 900);
    assert_eq!(school.count("people.parent").await, 1800);
    assert_eq!(school.count("people.kinship").await, 1800);
    eprintln!("2,700 rows: previews {previews:?} (bar 3 s), written {writing:?} (bar 5 s)");
    assert!(previews < Duration::from_secs(3) * SLOWER, "{previews:?}");
    assert!(writing < Duration::from_secs(5) * SLOWER, "{writing:?}");
}
