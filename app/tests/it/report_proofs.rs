//! Proofs over every report there is (RPT-1, checks 36 and 49): the files say
//! what the screen says, in few statements; no text is taken for anything else.

use std::{collections::HashMap, io::Cursor};

use axum::http::StatusCode;
use calamine::{Data, Reader, Xlsx};
use reporting::Kind;
use testkit::{Answer, Client};

use crate::{
    actors::Cast,
    report_books::{self, BookBack},
    world::World,
};

/// Of what signs somebody in and finds the organisation.
const STATEMENTS_OF_THE_VISIT: u64 = 3;
/// Of the report itself, whatever its rows.
const STATEMENTS: u64 = 10;

/// Without tags and entities.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for it in html.chars() {
        match it {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if !in_tag => text.push(it),
            _ => {}
        }
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&#x2F;", "/"),
        ("&amp;", "&"),
    ];
    entities
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

/// What stands between such tags, the attributes left out.
fn between<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let starts = html.match_indices(&open).filter(|it| {
        let after = html[it.0 + open.len()..].chars().next();
        matches!(after, Some('>' | ' '))
    });
    starts
        .filter_map(|(at, _)| {
            let inner = html[at..].split_once('>')?.1;
            Some(inner.split_once(&close)?.0)
        })
        .collect()
}

/// The rows of the tables of a report, with the heading of each table.
pub(crate) fn rows_of_page(html: &str) -> Vec<(Option<String>, Vec<String>)> {
    let mut rows = Vec::new();
    for part in html.split("<table").skip(1) {
        let before = &html[..html.find(part).unwrap_or(0)];
        let title = before
            .rfind("</h2>")
            .filter(|at| {
                !before[*at..].contains("</table>") && !before[*at..].contains("</section>")
            })
            .and_then(|at| {
                before[..at]
                    .rfind("<h2>")
                    .map(|from| plain(&before[from..at]))
            });
        let body = part.split_once("<tbody>").map_or("", |it| it.1);
        let body = body.split_once("</tbody>").map_or("", |it| it.0);
        for row in between(body, "tr") {
            let mut cells: Vec<String> = between(row, "th").into_iter().map(plain).collect();
            cells.extend(between(row, "td").into_iter().map(plain));
            rows.push((title.clone(), cells));
        }
    }
    rows
}

pub(crate) fn rows_of_xlsx(answer: &Answer) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes.clone())).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&name).expect("a sheet");
    let rows = range.rows().skip(1).map(|row| {
        row.iter()
            .map(|it| match it {
                Data::Empty => String::new(),
                Data::String(text) => text.clone(),
                Data::DateTime(day) => {
                    let (year, month, day, ..) = day.to_ymd_hms_milli();
                    format!("{day:02}.{month:02}.{year}")
                }
                other => other.to_string(),
            })
            .collect()
    });
    rows.collect()
}

pub(crate) fn rows_of_csv(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let (mut rows, mut row, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(it) = letters.next() {
        match it {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(it),
        }
    }
    rows.remove(0);
    rows
}

/// «93,11», «93.11» and «93.1100» are one figure; the quote before what looks
/// like a formula is not of the text.
fn same(text: &str) -> String {
    let text = text.trim();
    let text = text
        .strip_prefix('\'')
        .filter(|it| it.starts_with(['=', '+', '-', '@']))
        .unwrap_or(text);
    let number = text.replace(['\u{a0}', ' '], "").replace(',', ".");
    let number = number.replace('−', "-");
    match number.parse::<f64>() {
        Ok(number) if !text.starts_with('+') => format!("{number:.2}"),
        _ => text.to_owned(),
    }
}

/// «+2», a change since a day, is the number 2 in a file.
fn change(text: &str) -> String {
    let number = text.strip_prefix('+');
    let number = number.filter(|it| it.len() < 4 && it.chars().all(|it| it.is_ascii_digit()));
    number.unwrap_or(text).to_owned()
}

fn all_same(row: &[String]) -> Vec<String> {
    let mut row: Vec<String> = row.iter().map(|it| same(it)).collect();
    while row.last().is_some_and(String::is_empty) {
        row.pop();
    }
    row
}

pub(crate) async fn got(client: &mut Client, path: &str) -> Answer {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer
}

/// What to ask so that the report has lines.
pub(crate) fn address(world: &World, kind: Kind, class: i64) -> String {
    let of_class = if kind.is_of_class() {
        format!("class={class}&")
    } else {
        String::new()
    };
    let period = match kind {
        _ if kind.theme().is_none() && kind.has_period() => "period=quarter-1&",
        Kind::ClassAbsences | Kind::JournalAccess => "month=2026-11&",
        Kind::Birthdays => "month=2026-12&",
        Kind::AbsentToday => "day=19.11.2026&",
        _ => "",
    };
    let code = &world.own.code;
    format!("/o/{code}/reports/{}?{of_class}{period}", kind.code())
}

/// Checks 36 and 49, for every kind: page, CSV and XLSX have the same cells,
/// the paper has their words and its foot, and few statements were enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_report_says_the_same_on_screen_on_paper_and_in_files() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let deputy = cast.of_name("deputy");
    let class = cast.of_name("class_teacher").things.class;
    let org = world.own.org;
    // Somebody without a plan, an empty field and one unknown gender.
    world
        .test
        .sql(&format!(
            "delete from curriculum.plan_use where org_id = {org} and load_id in
                 (select load_id from curriculum.load where org_id = {org} and class_id = {class});
             update people.person set gender = null, lives_at = '', registered_at = '' where org_id = {org}
                 and person_id = {}",
            deputy.things.pupil
        ))
        .await;
    let mut client = world.client(&deputy.token);
    let mut faults: Vec<String> = Vec::new();
    let mut books: Vec<BookBack> = Vec::new();
    for kind in Kind::ALL {
        let code = kind.code();
        let path = address(&world, kind, class);
        // Once before, so that nothing is learnt for the first time.
        got(&mut client, &path).await;
        let (page, statements) = db::statements::counted(client.get(&path)).await;
        let statements = u64::from(statements);
        if statements > STATEMENTS + STATEMENTS_OF_THE_VISIT {
            faults.push(format!("{code}: {statements} statements"));
        }
        let rows = rows_of_page(&page.text());
        if rows.is_empty() {
            faults.push(format!("{code}: no lines"));
        }
        let csv = rows_of_csv(&got(&mut client, &format!("{path}as=csv")).await.text());
        let book = got(&mut client, &format!("{path}as=xlsx")).await;
        books.push(BookBack::of(code, &page.text(), &rows, &book.bytes));
        let xlsx = rows_of_xlsx(&book);
        for (at, (title, cells)) in rows.iter().enumerate() {
            for (file, rows) in [("CSV", &csv), ("XLSX", &xlsx)] {
                let empty = Vec::new();
                let in_file = all_same(rows.get(at).unwrap_or(&empty));
                let mut on_page: Vec<String> = cells.iter().map(|it| change(it)).collect();
                // Where sections have titles a file has a column of them, empty beside the sum of all.
                let title = title.clone().unwrap_or_default();
                let has_column = !title.is_empty() || on_page.first() != Some(&title);
                if has_column && in_file.first() == Some(&title) {
                    on_page.insert(0, title);
                }
                if in_file != all_same(&on_page) {
                    faults.push(format!("{code}: {on_page:?} but in {file} {in_file:?}"));
                    break;
                }
            }
        }
        if kind != Kind::JournalAccess && (csv.len() != rows.len() || xlsx.len() != rows.len()) {
            let lengths = (rows.len(), csv.len(), xlsx.len());
            faults.push(format!("{code}: rows of page, CSV, XLSX {lengths:?}"));
        }

        let paper = got(&mut client, &format!("{path}as=pdf")).await;
        let pages = testkit::pages_of_pdf(&paper.bytes);
        let foot = |it: &&String| {
            it.contains("сформировано") && it.contains("исполнитель") && it.contains(" из ")
        };
        if pages.is_empty() || pages.iter().filter(foot).count() != pages.len() {
            faults.push(format!("{code}: a page without its foot"));
        }
        let set = testkit::set_pages_of_pdf(&paper.bytes).concat();
        let on_paper = squeezed(&set);
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for word in set.split_whitespace() {
            *numbers.entry(word).or_default() += 1;
        }
        let mut wanted: HashMap<&str, usize> = HashMap::new();
        for (_, cells) in &rows {
            // A table too wide for a sheet is cut into parts.
            if cells.len() <= WIDEST_ON_PAPER && !on_paper.contains(&squeezed(&cells.concat())) {
                faults.push(format!("{code}: {cells:?} is not on paper"));
            }
            for cell in cells.iter().filter(|it| is_number(it)) {
                *wanted.entry(cell).or_default() += 1;
            }
        }
        // A word may be broken into lines, a number never is.
        for (number, times) in wanted {
            let found = numbers.get(number).copied().unwrap_or(0);
            if found < times {
                faults.push(format!(
                    "{code}: {number} {times} times on the page, {found} on paper"
                ));
            }
        }
    }
    faults.extend(report_books::read_back(&books));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A table of more columns is cut on paper.
const WIDEST_ON_PAPER: usize = 34;

/// Texts that some program takes for something else.
pub(crate) const NASTY: [&str; 14] = [
    "=СУММ(A1)",
    "+7",
    "@x",
    "-2+3",
    "«Ёлочки» \"лапки\" 'штрихи'",
    "<b>жирный</b> &amp; <script>alert(1)</script>",
    "#set page(width: 1cm)",
    "$x^2$ и \\ обратная",
    "*звёзды* _черта_ `код` // остальное",
    "Звонок 🔔 школа",
    "Очень-длинная-фамилия-которая-не-кончается-никогда-и-ещё-немного-и-ещё-чуть-чуть-до-ста-знаков",
    "محمد بن سلمان",
    "=HYPERLINK(\"http://x\";\"y\")",
    "{{ shell.org.code }} {% raw %}",
];

/// «7» or «93,11».
fn is_number(text: &str) -> bool {
    text.contains(|it: char| it.is_ascii_digit()) && text.replace(',', ".").parse::<f64>().is_ok()
}

/// Without what breaking into lines changes: spaces and hyphens.
fn squeezed(text: &str) -> String {
    let is_kept = |it: &char| !it.is_whitespace() && !matches!(it, '-' | '\u{ad}' | '\u{2010}');
    text.chars().filter(is_kept).collect()
}

/// The words of a name without their endings, which an order declines.
fn stems(name: &str) -> String {
    let stem = |word: &str| -> String {
        let all = word.chars().count();
        // In a double name each part is declined.
        let first = word.split('-').next().filter(|it| it.chars().count() > 3);
        let kept = all.saturating_sub(3).max(2);
        let kept = first.map_or(kept, |it| kept.min(it.chars().count() - 3).max(2));
        word.chars().take(kept).collect()
    };
    name.split(' ').map(stem).collect::<Vec<_>>().join(" ")
}

/// [`squeezed`], word by word.
fn squeezed_words(name: &str) -> String {
    name.split(' ').map(squeezed).collect::<Vec<_>>().join(" ")
}

/// Poppler tells the direction of a text in its own way.
fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|it| it.is_alphanumeric()).collect();
    letters.sort_unstable();
    letters
}

/// Whether each word of a name stands in the text of a paper, broken as it may be.
pub(crate) fn is_on_paper(text: &str, name: &str) -> bool {
    let on_paper = squeezed(text);
    let words: Vec<Vec<char>> = text.split_whitespace().map(letters).collect();
    let is_there = |it: &str| on_paper.contains(it);
    let is_reversed = |it: &str| words.contains(&letters(it));
    squeezed_words(name).split(' ').all(is_there) || name.split_whitespace().all(is_reversed)
}

/// Gives the pupils of a class these names and puts them all into an order;
/// the order, and how many names there is a pupil for.
pub(crate) async fn call_them_names(world: &World, org: i64, class: i64) -> (i64, usize) {
    for (at, names) in NASTY.chunks(2).enumerate() {
        let [last, first] = [names[0], names[1]].map(|it| it.replace('\'', "''"));
        world
            .test
            .sql(&format!(
                "update people.person set last_name = '{last}', first_name = '{first}' where org_id = {org} and person_id =
                     (select pupil_id from movement.class_member where org_id = {org}
                         and class_id = {class} and upper_inf(during)
                      order by pupil_id offset {at} limit 1)"
            ))
            .await;
    }
    // An order that names them all.
    let order = world
        .number(&format!(
            "select order_id from movement.order where org_id = {org} and state = 'issued'
             and kind = 'enrolment' order by order_id limit 1"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into movement.order_pupil (org_id, order_id, pupil_id, to_class_id)
             select {org}, {order}, pupil_id, {class} from movement.class_member
              where org_id = {org} and class_id = {class} and upper_inf(during)
             on conflict do nothing"
        ))
        .await;
    let named = format!(
        "select count(*) from movement.class_member where org_id = {org} and class_id = {class}
         and upper_inf(during)"
    );
    let known = usize::try_from(world.number(&named).await).unwrap() * 2;
    assert!(known > 9, "only {known} names");
    let known = known.min(NASTY.len());
    (order, known)
}

/// Names with everything in them come out as the same text everywhere: in a
/// report, in a list of the table kit and in an order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_is_taken_for_anything_else() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let secretary = cast.of_name("secretary");
    let org = world.own.org;
    let class = world
        .number(&format!(
            "select class_id from movement.class_member where org_id = {org} and upper_inf(during)
             group by class_id order by count(*) desc limit 1"
        ))
        .await;
    let (order, known) = call_them_names(&world, org, class).await;
    let code = &world.own.code;
    let names = &NASTY[..known];
    let class_name = format!("/o/{code}/people/pupils");
    let mut client = world.client(&secretary.token);
    let mut faults: Vec<String> = Vec::new();
    for (what, path, files) in [
        (
            "report",
            format!("/o/{code}/reports/class-list?class={class}&"),
            true,
        ),
        ("list", format!("{class_name}?"), true),
        (
            "order",
            format!("/o/{code}/movement/orders/{order}/print?"),
            false,
        ),
    ] {
        let mut page = String::new();
        for number in 1..=if what == "list" { 6 } else { 1 } {
            let part = format!("{path}page={number}");
            page += &plain(&got(&mut client, &part).await.text());
        }
        // An order declines names: what is left is their stems.
        let wanted: Vec<String> = match what {
            "order" => names.iter().map(|it| stems(it)).collect(),
            _ => names.iter().map(|it| (*it).to_owned()).collect(),
        };
        let has = |text: &str, name: &str| name.split(' ').all(|it| text.contains(it));
        for name in wanted.iter().filter(|it| !has(&page, it)) {
            faults.push(format!("{what}: «{name}» is not on the page"));
        }
        let paper = got(&mut client, &format!("{path}as=pdf")).await;
        let text = testkit::set_pages_of_pdf(&paper.bytes).concat();
        for name in &wanted {
            // The typeface of an order has letters and no pictures.
            let is_set =
                |it: &&str| what != "order" || it.chars().any(|it| !('\u{1f000}'..).contains(&it));
            let name = name.split(' ').filter(is_set).collect::<Vec<_>>().join(" ");
            if !is_on_paper(&text, &name) {
                faults.push(format!("{what}: «{name}» is not on paper"));
            }
        }
        if !files {
            continue;
        }
        let csv = rows_of_csv(&got(&mut client, &format!("{path}as=csv")).await.text());
        let xlsx = rows_of_xlsx(&got(&mut client, &format!("{path}as=xlsx")).await);
        for (file, rows) in [("CSV", &csv), ("XLSX", &xlsx)] {
            for name in names {
                let is_it = |cell: &String| cell.contains(name);
                if !rows.iter().flatten().any(is_it) {
                    faults.push(format!("{what}: «{name}» is not in {file}"));
                }
                let as_formula = |cell: &String| file == "CSV" && cell.starts_with(['=', '+', '@']);
                if rows.iter().flatten().any(as_formula) {
                    faults.push(format!("{what}: a formula in {file}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
