//! Papers as their readers get them: made here, read back by poppler (RPT-2).

use serde_json::{Value, json};
use testkit::pages_of_pdf as read;

/// Names that some program takes for an order: formulas, Typst, HTML, quotes.
const NASTY: [&str; 7] = [
    "=СУММ(A1:A9)",
    "#let x = read(\"/etc/passwd\")",
    "*жирный* _курсив_ $x^2$ @ссылка",
    "<script>alert(1)</script>",
    "\\ обратная // черта /* и */ остальное",
    "«Ёлочки» \"лапки\" 'штрихи' `код`",
    "#{ panic() }",
];

fn paper(blocks: &Value) -> Vec<u8> {
    let paper = json!({
        "title": "Список учеников",
        "org": "МБОУ «Гимназия № 7»",
        "foot": "Звонок · сформировано 22.11.2026 17:05 · исполнитель Петрова А. И.",
        "pages": "стр. {n} из {of}",
        "landscape": false,
        "blocks": blocks,
    });
    serde_json::to_vec(&paper).expect("JSON")
}

fn table(rows: &[Vec<String>]) -> Value {
    json!({
        "kind": "table",
        "head": [
            {"label": "Ученик", "number": false, "weight": 30},
            {"label": "Средний балл", "number": true, "weight": 7},
        ],
        "rows": rows,
        "totals": [["Всего", "4,12"]],
    })
}

fn press() -> pdf::Press {
    pdf::Press::new().expect("a press")
}

async fn printed(blocks: &Value) -> Vec<u8> {
    press().print(paper(blocks)).await.expect("a paper")
}

/// Without what line breaks and columns do to a text.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[tokio::test]
async fn texts_of_people_are_never_markup() {
    let rows: Vec<Vec<String>> = NASTY
        .iter()
        .map(|it| vec![(*it).to_owned(), (*it).to_owned()])
        .collect();
    let blocks = json!([
        {"kind": "heading", "level": 1, "text": NASTY[2], "align": "center"},
        {"kind": "spread", "parts": ["01.09.2026", NASTY[5]]},
        {"kind": "text", "align": "left", "text": NASTY[1], "strong": true},
        {"kind": "fields", "rows": [["Фамилия", NASTY[0]], [NASTY[3], "щёголь"]]},
        table(&rows),
        {"kind": "signs", "rows": [["Директор", NASTY[6]]]},
    ]);
    let text = squeezed(&read(&printed(&blocks).await).concat());
    for nasty in NASTY {
        assert!(text.contains(&squeezed(nasty)), "{nasty} in {text}");
    }
    assert!(text.contains("щёголь") && text.contains("4,12"));
}

#[tokio::test]
async fn each_page_has_head_foot_and_number() {
    let rows: Vec<Vec<String>> = (1..=120)
        .map(|it| vec![format!("Ученик {it}"), "4,50".to_owned()])
        .collect();
    let pages = read(&printed(&json!([table(&rows)])).await);
    assert!(pages.len() > 2, "{} pages", pages.len());
    for (place, page) in pages.iter().enumerate() {
        let number = format!("стр. {} из {}", place + 1, pages.len());
        for part in [
            "МБОУ «Гимназия № 7»",
            "исполнитель Петрова А. И.",
            &number,
            "Средний",
        ] {
            assert!(page.contains(part), "{part} on page {}: {page}", place + 1);
        }
    }
}

#[tokio::test]
async fn a_new_page_begins_where_it_is_asked_for_and_drawings_are_read_aloud() {
    let drawing = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="9" height="9"/></svg>"#;
    let blocks = json!([
        {"kind": "text", "align": "corner", "strong": false, "text": "УТВЕРЖДАЮ"},
        {"kind": "text", "align": "center", "strong": false, "text": "ПРИКАЗ"},
        {"kind": "text", "align": "body", "strong": false, "text": "На основании заявления приказываю зачислить."},
        {"kind": "picture", "svg": drawing, "width": 20, "text": "Код проверки"},
        {"kind": "page"},
        {"kind": "text", "align": "right", "strong": false, "text": "Приложение"},
    ]);
    let pages = read(&printed(&blocks).await);
    assert_eq!(pages.len(), 2);
    assert!(pages[0].contains("ПРИКАЗ") && pages[1].contains("Приложение"));
}

#[tokio::test]
async fn what_is_no_paper_is_told() {
    let error = press().print(b"{}".to_vec()).await.unwrap_err();
    assert!(matches!(error, pdf::Error::Layout(_)), "{error}");
}
