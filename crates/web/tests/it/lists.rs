use std::{io::Cursor, sync::Arc};

use axum::{Router, http::StatusCode, response::Response, routing::get};
use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use web::{
    Failure, Member, TableQuery, Views,
    paper::{Drawing, Paper, Press, PressError, with_press},
    table::{self, Cell, Column, List, Row, Tone},
};

use crate::support::{App, app};

const PUPILS: [(&str, &str, i64, &str); 6] = [
    ("Жук Олег", "10Б", 412, "2010-01-02"),
    ("Ёжиков Иван", "2А", 500, "2018-05-06"),
    ("Ежов Пётр", "2А", 350, "2018-07-08"),
    ("=1+1", "9В", -100, "2011-01-01"),
    ("Еремина <b>Анна</b>", "", 400, "2012-02-02"),
    ("Иванова Мария", "7Б", 450, "2013-03-03"),
];

fn pupils(many: usize) -> List {
    let columns = [
        Column::text("name").filtered(),
        Column::class("class").selectable(),
        Column::number("avg").places(2),
        Column::date("born").off(),
        Column::badge("state"),
    ];
    let rows =
        PUPILS
            .iter()
            .cycle()
            .take(many)
            .enumerate()
            .map(|(index, (name, class, avg, born))| {
                let born: NaiveDate = born.parse().expect("a day");
                let state = if *avg < 0 {
                    Cell::badge(Tone::Bad, "test.state.out")
                } else {
                    Cell::badge(Tone::Ok, "test.state.in")
                };
                let cells = [
                    Cell::text(*name),
                    Cell::text(*class),
                    Cell::number(Decimal::new(*avg, 2)),
                    Cell::date(born),
                    state,
                ];
                Row::new(&index, cells).href(format!("/o/g7/pupils/{index}"))
            });
    List::new("test.pupils", columns).rows(rows)
}

fn routes(views: Views) -> Router {
    let list = move |many: usize| {
        let views = views.clone();
        async move |member: Member, query: TableQuery| -> Result<Response, Failure> {
            let extra = serde_json::json!({ "note": "Список" });
            table::respond(
                &views,
                &member.visit,
                "test/list.html",
                &pupils(many),
                &query,
                &extra,
            )
        }
    };
    Router::new()
        .route("/o/{org}/pupils", get(list(6)))
        .route("/o/{org}/many", get(list(250)))
        .route("/o/{org}/endless", get(list(3001)))
}

/// The texts of the cells of a page, row by row.
fn cells(page: &str) -> Vec<Vec<String>> {
    let body = page
        .split("<tbody>")
        .nth(1)
        .and_then(|it| it.split("</tbody>").next())
        .unwrap_or_default();
    body.split("<tr>")
        .skip(1)
        .map(|row| {
            row.split("</t")
                .filter(|it| it.contains("<th") || it.contains("<td"))
                .map(plain)
                .collect()
        })
        .collect()
}

fn plain(html: &str) -> String {
    let html = html.rfind("<t").map_or(html, |it| &html[it..]);
    let mut text = String::new();
    let mut inside = false;
    for sign in html.chars() {
        match sign {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(sign),
            _ => {}
        }
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace('\u{2212}', "-")
        .trim()
        .to_owned()
}

async fn names(app: &App, query: &str) -> String {
    let page = app.get(&format!("/o/g7/pupils?{query}")).await.text();
    cells(&page)
        .iter()
        .map(|it| it[0].split(' ').next().unwrap_or_default().to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn lists_are_sorted_in_the_russian_order() {
    let app = app(routes);
    assert_eq!(
        names(&app, "sort=name").await,
        "=1+1 Ежов Ёжиков Еремина Жук Иванова".replace("Ежов Ёжиков", "Ёжиков Ежов")
    );
    assert_eq!(
        names(&app, "sort=class").await,
        "Ёжиков Ежов Иванова =1+1 Жук Еремина"
    );
    assert_eq!(
        names(&app, "sort=-class").await,
        "Жук =1+1 Иванова Ёжиков Ежов Еремина",
        "empty is last both ways"
    );
    assert_eq!(
        names(&app, "sort=-avg").await,
        "Ёжиков Иванова Жук Еремина Ежов =1+1"
    );
    assert_eq!(
        names(&app, "sort=nothing&page=77&f.nothing=x&cols=nothing").await,
        "Жук Ёжиков Ежов =1+1 Еремина Иванова"
    );
}

#[tokio::test]
async fn lists_are_searched_and_filtered() {
    let app = app(routes);
    assert_eq!(names(&app, "q=%D0%B5%D0%B6").await, "Ёжиков Ежов");
    assert_eq!(
        names(&app, "q=bdfyjd").await,
        "Иванова",
        "the wrong layout is understood"
    );
    assert_eq!(
        names(&app, "f.class=2%D0%90&f.name=%D0%B8%D0%B2").await,
        "Ёжиков"
    );
    let page = app.get("/o/g7/pupils?f.class=5%D0%90").await.text();
    assert!(page.contains("По этому фильтру ничего нет"));
}

/// Checks 35 and 36: the state is in the URL, and files hold what is shown.
#[tokio::test]
async fn files_hold_the_rows_and_columns_shown() {
    let app = app(routes);
    let state = "q=&f.name=%D0%B5&sort=-born&cols=name,born,avg";
    let shown = cells(&app.get(&format!("/o/g7/pupils?{state}")).await.text());
    assert_eq!(shown.len(), 3, "{shown:?}");

    let file = app.get(&format!("/o/g7/pupils?{state}&as=csv")).await;
    assert!(
        file.header("content-disposition")
            .contains("test.pupils-2026-11-21.csv")
    );
    let text = file.text();
    let text = text.strip_prefix('\u{feff}').expect("a mark");
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    assert_eq!(
        csv.headers().expect("a head"),
        &vec!["Ученик", "Дата рождения", "Средний балл"]
    );
    let rows: Vec<Vec<String>> = csv
        .records()
        .map(|it| it.expect("a row").iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(rows, shown);

    let file = app.get(&format!("/o/g7/pupils?{state}&as=xlsx")).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).expect("a workbook");
    let sheet = book
        .worksheet_range_at(0)
        .expect("a sheet")
        .expect("readable");
    assert_eq!(sheet.height(), shown.len() + 1);
    for (row, shown) in sheet.rows().skip(1).zip(&shown) {
        assert_eq!(row[0], Data::String(shown[0].clone()));
        assert!(
            matches!(row[1], Data::DateTime(_)),
            "a real date: {:?}",
            row[1]
        );
        assert!(matches!(row[2], Data::Float(_)), "a real number");
    }

    let paper = app.get(&format!("/o/g7/pupils?{state}&as=print")).await;
    assert_eq!(paper.status, StatusCode::OK, "{}", paper.text());
    assert_eq!(cells(&paper.text()), shown);
    assert!(
        paper
            .text()
            .contains("Звонок · сформировано 21.11.2026 10:42 · исполнитель Петрова А. И.")
    );
}

/// Gives a paper as it was ordered.
struct Typewriter;

#[async_trait::async_trait]
impl Press for Typewriter {
    async fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, PressError> {
        serde_json::to_vec(paper).map_err(|it| PressError::new(&paper.name, it))
    }

    async fn png(&self, drawing: &Drawing) -> Result<Vec<u8>, PressError> {
        Ok(drawing.svg.clone().into_bytes())
    }

    fn paper(&self, _: &str) -> Option<Paper> {
        None
    }
}

/// Check 36: the PDF says what the page says, with the foot of S2:4.5.
#[tokio::test]
async fn a_list_is_ordered_as_pdf() {
    let app = app(|views| with_press(routes(views), Arc::new(Typewriter)));
    let state = "q=&f.name=%D0%B5&sort=-born&cols=name,born,avg";
    let shown = cells(&app.get(&format!("/o/g7/pupils?{state}")).await.text());
    let file = app.get(&format!("/o/g7/pupils?{state}&as=pdf")).await;
    assert!(
        file.header("content-disposition")
            .contains("test.pupils-2026-11-21.pdf")
    );
    let paper: serde_json::Value = serde_json::from_str(&file.text()).expect("a paper");
    assert_eq!(paper["blocks"][1]["rows"], serde_json::json!(shown));
    let head = paper["blocks"][1]["head"].as_array().expect("a head");
    let labels: Vec<_> = head.iter().map(|it| &it["label"]).collect();
    assert_eq!(labels, ["Ученик", "Дата рождения", "Средний балл"]);
    assert_eq!(
        paper["foot"],
        "Звонок · сформировано 21.11.2026 10:42 · исполнитель Петрова А. И."
    );

    let page = app.get("/o/g7/endless?as=pdf").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("сохраните список в XLSX"));
}

/// security.md §1.7, 15
#[tokio::test]
async fn no_cell_of_a_file_is_a_formula() {
    let app = app(routes);
    assert!(
        app.get("/o/g7/pupils?as=csv")
            .await
            .text()
            .contains("\n'=1+1;")
    );
    let file = app.get("/o/g7/pupils?as=xlsx").await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).expect("a workbook");
    let sheet = book
        .worksheet_range_at(0)
        .expect("a sheet")
        .expect("readable");
    assert_eq!(sheet.get((4, 0)), Some(&Data::String("=1+1".to_owned())));
    let formulas = book.worksheet_formula("Sheet1").expect("readable");
    assert_eq!(formulas.used_cells().count(), 0);
}

#[tokio::test]
async fn a_long_list_has_pages_but_its_file_has_all() {
    let app = app(routes);
    let page = app.get("/o/g7/many?year=2026&page=3").await.text();
    assert_eq!(cells(&page).len(), 50);
    assert!(
        page.contains("year=2026&amp;page=2"),
        "the year stays in the links: {page}"
    );
    assert_eq!(
        app.get("/o/g7/many?as=csv&page=3")
            .await
            .text()
            .lines()
            .count(),
        251
    );
    assert_eq!(
        cells(&app.get("/o/g7/many?as=print").await.text()).len(),
        250
    );
}

#[tokio::test]
async fn texts_are_texts_in_the_page() {
    let app = app(routes);
    let page = app.get("/o/g7/pupils").await.text();
    assert!(!page.contains("<b>Анна"));
    assert!(page.contains("badge-bad") && page.contains("Выбыл"));
}
