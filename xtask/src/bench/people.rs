//! What a September takes (PPL-1, PPL-11), on a copy of the database: 900 pupils come with their
//! parents as two files, and people are searched in a region of 100,000.

use std::{fmt::Write, path::Path, time::Instant};

use anyhow::Result;

use super::{
    contract::{Server, form_encoded},
    pages::percentile,
    table::{Bar, Figure},
    walk::Walker,
};
use crate::cluster::Cluster;

const DATABASE: &str = "zvonok_people";
/// Seconds until the previews of both files are shown.
const PREVIEW: f64 = 3.0;
/// Seconds until both are written.
const COMMIT: f64 = 5.0;
/// Milliseconds until the list under the search field has come.
const SEARCH: f64 = 50.0;
const PUPILS: usize = 900;
/// As often each query is asked.
const TIMES: usize = 40;
/// Other layout, a surname, a surname with initials, the end of a phone, a birth date, nobody,
/// the beginnings of two words.
const QUERIES: [&str; 7] = [
    "bdfyjd",
    "иванов",
    "кузнецова мп",
    "4567",
    "27.03.2014",
    "никого",
    "иван ар",
];

/// 100,000 made-up people of a hundred more schools.
fn region() -> String {
    // The tests of the search make them up for one school, 1001.
    include_str!("../../../crates/people/tests/it/many.sql")
        .replace("select 1001,", "select 1001 + i / 1000,")
}

/// Imports, then searches.
pub(super) fn measure(binary: &Path, cluster: &Cluster, port: u16) -> Result<Vec<Figure>> {
    let admin = |sql: &str| cluster.psql("postgres", sql);
    let drop = format!("drop database if exists {DATABASE} with (force)");
    admin(&drop)?;
    admin(&format!("create database {DATABASE} template zvonok"))?;
    let server = Server::start(binary, &cluster.url(DATABASE), port, false)?;
    let mut figures = imports(&server)?;
    cluster.psql(DATABASE, &region())?;
    figures.extend(searches(&server)?);
    std::mem::drop(server);
    admin(&drop)?;
    Ok(figures)
}

fn imports(server: &Server) -> Result<Vec<Figure>> {
    let mut walker = Walker::new(server.client()?, server.cookie("pupils"));
    let (mut previews, mut writing) = (0.0, 0.0);
    for (kind, file) in [("pupils", pupils()), ("parents", parents())] {
        let path = format!("{}/import/{kind}", server.school()?);
        let since = Instant::now();
        let run = walker.upload(&path, "list.csv", &file)?;
        walker.wait(&run)?;
        let page = walker.page(&run)?;
        previews += since.elapsed().as_secs_f64();
        anyhow::ensure!(page.contains("/commit"), "{kind}: nothing to write");
        let since = Instant::now();
        let onward = walker.send(&format!("{run}/commit"), &[])?;
        walker.wait(&onward)?;
        writing += since.elapsed().as_secs_f64();
    }
    let name = |what: &str| format!("import of {PUPILS} pupils with parents, {what}");
    Ok(vec![
        Figure::held(name("previews"), previews, "s", Bar::AtMost(PREVIEW)),
        Figure::held(name("written"), writing, "s", Bar::AtMost(COMMIT)),
    ])
}

fn searches(server: &Server) -> Result<Vec<Figure>> {
    let mut walker = Walker::new(server.client()?, server.cookie("pupils"));
    let mut figures = Vec::new();
    for query in QUERIES {
        let path = format!(
            "{}/search/quick?q={}",
            server.school()?,
            form_encoded(query)
        );
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let since = Instant::now();
            walker.page(&path)?;
            times.push(since.elapsed().as_secs_f64() * 1000.0);
        }
        let name = format!("search among 100,000 people: «{query}», 95 of 100");
        let slow = percentile(&mut times, 95);
        figures.push(Figure::held(name, slow, "ms", Bar::AtMost(SEARCH)));
    }
    Ok(figures)
}

/// A surname of letters only for each number.
fn surname(index: usize) -> String {
    let letters = ['а', 'в', 'д', 'и', 'к', 'л', 'м', 'н', 'о', 'р'];
    let digits = index.to_string();
    let digits = digits.chars().filter_map(|it| it.to_digit(10));
    let end: String = digits.map(|it| letters[it as usize]).collect();
    format!("Мельников{end}")
}

fn class(index: usize) -> String {
    format!(
        "{}{}",
        5 + index % 5,
        if index.is_multiple_of(2) { "А" } else { "Б" }
    )
}

fn pupils() -> String {
    let mut file =
        "Фамилия;Имя;Отчество;Дата рождения;Класс;№ личного дела;Дата зачисления\n".to_owned();
    for index in 0..PUPILS {
        let (day, month) = (1 + index % 28, 1 + index % 12);
        let (surname, class) = (surname(index), class(index));
        let _ = writeln!(
            file,
            "{surname};Пётр;Ильич;{day:02}.{month:02}.2014;{class};М-{index};01.09.2026"
        );
    }
    file
}

fn parents() -> String {
    let mut file =
        "Фамилия;Имя;Родство;Ученик;Класс ученика;Телефон;Согласие;Дата согласия\n".to_owned();
    for index in 0..PUPILS {
        let (surname, class) = (surname(index), class(index));
        for (at, (kinship, name)) in [("мать", "Инна"), ("отец", "Илья")].into_iter().enumerate()
        {
            let (high, low) = (index / 100, index % 100);
            let _ = writeln!(
                file,
                "{surname};{name};{kinship};{surname} Пётр Ильич;{class};8 918 {high:03}-{low:02}-{at}0;да;01.09.2026"
            );
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::{PUPILS, parents, pupils, region, surname};

    #[test]
    fn every_pupil_has_two_parents_and_a_name_of_letters() {
        assert_eq!(pupils().lines().count(), 1 + PUPILS);
        assert_eq!(parents().lines().count(), 1 + 2 * PUPILS);
        assert_eq!(surname(907), "Мельниковран");
        assert!(!surname(907).chars().any(|it| it.is_ascii_digit()));
    }

    #[test]
    fn the_made_up_people_go_to_many_schools() {
        assert_eq!(region().matches("select 1001 + i / 1000,").count(), 2);
    }
}
