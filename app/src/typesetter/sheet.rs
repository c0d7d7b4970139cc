//! A page for paper (`templates/print.html`) as a [`Paper`]: its template is
//! the only place where a print has words, for the browser and for PDF.

use scraper::{ElementRef, Html, Selector};
use web::paper::{Align, Block, Grid, Paper};

/// So wide are drawings on paper, in millimetres.
const DRAWING: u16 = 32;
/// What is not for paper.
const LEFT_OUT: [&str; 5] = [
    "no-print",
    "print-head",
    "print-foot",
    "print-only",
    "visually-hidden",
];

/// What the page says, or nothing where it has no name for a file
/// (`data-pdf` of its body).
pub(super) fn paper(page: &str) -> Option<Paper> {
    // Most pages are none, and reading HTML is work.
    if !page.contains("<body data-pdf=\"") || page.contains("<body data-pdf=\"\"") {
        return None;
    }
    let page = Html::parse_document(page);
    let root = page.root_element();
    let body = first(root, "body[data-pdf]")?;
    let main = first(root, "main")?;
    let name = body.attr("data-pdf")?;
    let text_of = |what| first(root, what).map(text).unwrap_or_default();
    let said = |what| root.attr(what).unwrap_or_default().to_owned();
    let mut blocks = Vec::new();
    walk(main, &mut blocks);
    Some(Paper {
        name: name.to_owned(),
        title: text_of("title"),
        org: text_of(".print-head span"),
        foot: said("data-print"),
        pages: said("data-pages"),
        landscape: has(main, "print-landscape"),
        blocks,
    })
}

fn first<'a>(of: ElementRef<'a>, what: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(what).ok()?;
    of.select(&selector).next()
}

fn all<'a>(of: ElementRef<'a>, what: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(what).map_or_else(|_| vec![], |it| of.select(&it).collect())
}

fn has(it: ElementRef<'_>, class: &str) -> bool {
    it.value().classes().any(|it| it == class)
}

fn walk(of: ElementRef<'_>, blocks: &mut Vec<Block>) {
    for it in of.child_elements() {
        if LEFT_OUT.iter().any(|class| has(it, class)) {
            continue;
        }
        if has(it, "new-page") {
            blocks.push(Block::Page);
        }
        match it.value().name() {
            "h1" => blocks.push(heading(it, 1)),
            "h2" => blocks.push(heading(it, 2)),
            "h3" | "h4" => blocks.push(heading(it, 3)),
            "p" if has(it, "spread") => blocks.push(Block::Spread {
                parts: it.child_elements().map(text).collect(),
            }),
            "p" | "address" | "pre" => blocks.extend(paragraph(it)),
            "dl" => blocks.push(Block::Fields { rows: pairs(it) }),
            "table" => blocks.push(Block::Table(table(it))),
            "ul" | "ol" => blocks.extend(items(it)),
            "svg" => blocks.push(drawing(it)),
            "button" | "form" | "script" | "nav" | "noscript" => {}
            _ if stands_alone(it) => blocks.extend(paragraph(it)),
            _ => walk(it, blocks),
        }
    }
}

/// Whether an element holds text of its own and is no frame of others.
fn stands_alone(it: ElementRef<'_>) -> bool {
    let mut texts = it.children().filter_map(|it| it.value().as_text());
    texts.any(|it| !it.trim().is_empty())
}

fn heading(it: ElementRef<'_>, level: u8) -> Block {
    Block::Heading {
        level,
        text: text(it),
        align: align(it),
    }
}

fn paragraph(it: ElementRef<'_>) -> Option<Block> {
    let said = text(it);
    if said.is_empty() {
        return None;
    }
    let strong = first(it, "strong").is_some_and(|it| text(it) == said);
    Some(Block::Text {
        strong: strong || has(it, "strong"),
        text: said,
        align: align(it),
    })
}

fn align(it: ElementRef<'_>) -> Align {
    let known = [
        ("center", Align::Center),
        ("right", Align::Right),
        ("indent", Align::Body),
        ("corner", Align::Corner),
    ];
    let found = known.into_iter().find(|(class, _)| has(it, class));
    found.map_or(Align::Left, |it| it.1)
}

fn pairs(of: ElementRef<'_>) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for it in all(of, "dt, dd") {
        match (it.value().name(), rows.last_mut()) {
            ("dd", Some(row)) if row.1.is_empty() => row.1 = text(it),
            ("dd", Some(row)) => {
                row.1.push('\n');
                row.1.push_str(&text(it));
            }
            ("dt", _) => rows.push((text(it), String::new())),
            _ => {}
        }
    }
    rows
}

fn table(of: ElementRef<'_>) -> Grid {
    let head = all(of, "thead tr").pop();
    let head: Vec<(String, bool)> = head.map_or_else(Vec::new, |row| {
        let cells = row.child_elements();
        cells.map(|it| (text(it), has(it, "number"))).collect()
    });
    let rows = |what| all(of, what).into_iter().map(cells).collect();
    let body: Vec<Vec<String>> = rows("tbody tr");
    let head = if head.is_empty() {
        let width = body.iter().map(Vec::len).max().unwrap_or(0);
        vec![(String::new(), false); width]
    } else {
        head
    };
    let width = head.len();
    let even = |mut rows: Vec<Vec<String>>| {
        for it in &mut rows {
            it.resize(width, String::new());
        }
        rows
    };
    let mut grid = Grid::new(head, even(body));
    grid.totals = even(rows("tfoot tr"));
    grid
}

/// The texts of a row; a cell that is wide leaves room behind it.
fn cells(row: ElementRef<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    for it in row.child_elements() {
        texts.push(text(it));
        let span: usize = it
            .attr("colspan")
            .and_then(|it| it.parse().ok())
            .unwrap_or(1);
        texts.extend(std::iter::repeat_n(String::new(), span.clamp(1, 100) - 1));
    }
    texts
}

fn items(of: ElementRef<'_>) -> Vec<Block> {
    let numbered = of.value().name() == "ol";
    let items = of.child_elements().enumerate();
    items
        .map(|(place, it)| {
            let sign = if numbered {
                format!("{}.", place + 1)
            } else {
                "•".to_owned()
            };
            Block::text(format!("{sign} {}", text(it)))
        })
        .collect()
}

fn drawing(it: ElementRef<'_>) -> Block {
    let mut svg = it.html();
    if !svg.contains("xmlns=") {
        svg = svg.replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1);
    }
    Block::Picture {
        svg,
        width: DRAWING,
        text: it.attr("aria-label").unwrap_or_default().to_owned(),
    }
}

/// What stands inside, with single spaces; a `br` is a new line.
fn text(of: ElementRef<'_>) -> String {
    let mut said = String::new();
    gather(of, &mut said);
    let lines = said.split('\n');
    let lines = lines.map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn gather(of: ElementRef<'_>, said: &mut String) {
    for child in of.children() {
        if let Some(text) = child.value().as_text() {
            *said += &text.replace('\n', " ");
        } else if let Some(it) = ElementRef::wrap(child) {
            match it.value().name() {
                "br" => said.push('\n'),
                "svg" | "script" => {}
                _ if LEFT_OUT.iter().any(|class| has(it, class)) => {}
                _ => gather(it, said),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html data-print="Звонок · сформировано 22.11.2026" data-pages="стр. {n} из {of}">
<head><title>Приказ № 12-з</title></head><body data-pdf="order-12"><main class="main print-landscape">
<p class="no-print"><button>Печать</button></p><div class="print-head"><span>Гимназия &amp; лицей</span></div>
<h1 class="center">ПРИКАЗ</h1><p class="spread"><span>01.09.2026</span><span>№ 12-з</span></p>
<p><strong>О зачислении</strong></p><p>Первая<br>вторая   строка</p>
<section><table><thead><tr><th>№</th><th class="number">Балл</th></tr></thead>
<tbody><tr><td>1</td><td>5</td></tr><tr><td colspan="2">вместе</td></tr></tbody></table></section>
<dl><dt>Класс</dt><dd>5А</dd><dt>Куда</dt><dd>Анапа</dd><dd>школа 2</dd></dl>
<ul><li>один</li><li>два</li></ul><svg viewBox="0 0 9 9" aria-label="Код"><path d="M0 0h1"/></svg>
</main></body></html>"#;

    #[test]
    fn a_page_for_paper_becomes_a_paper() {
        let paper = paper(PAGE).unwrap();
        assert_eq!(
            (paper.name.as_str(), paper.org.as_str(), paper.landscape),
            ("order-12", "Гимназия & лицей", true)
        );
        assert_eq!(paper.foot, "Звонок · сформировано 22.11.2026");
        let said = serde_json::to_value(&paper).unwrap();
        let kinds: Vec<&str> = paper_kinds(&said);
        assert_eq!(
            kinds,
            [
                "heading", "spread", "text", "text", "table", "fields", "text", "text", "picture"
            ]
        );
        assert_eq!(said["blocks"][0]["align"], "center");
        assert_eq!(said["blocks"][1]["parts"][1], "№ 12-з");
        assert_eq!(said["blocks"][2]["strong"], true);
        assert_eq!(said["blocks"][3]["text"], "Первая\nвторая строка");
        assert_eq!(said["blocks"][4]["rows"][1][1], "");
        assert_eq!(said["blocks"][4]["head"][1]["number"], true);
        assert_eq!(said["blocks"][5]["rows"][1][1], "Анапа\nшкола 2");
        assert_eq!(said["blocks"][7]["text"], "• два");
        assert!(
            said["blocks"][8]["svg"]
                .as_str()
                .unwrap()
                .contains("viewBox")
        );
    }

    fn paper_kinds(paper: &serde_json::Value) -> Vec<&str> {
        let blocks = paper["blocks"].as_array().unwrap();
        blocks.iter().filter_map(|it| it["kind"].as_str()).collect()
    }

    #[test]
    fn a_page_without_a_name_for_its_file_is_none() {
        assert!(paper(&PAGE.replace("order-12", "")).is_none());
        assert!(paper("<p>Сегодня</p>").is_none());
    }
}
