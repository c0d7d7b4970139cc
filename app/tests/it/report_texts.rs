//! A school whose people, subjects and own name look like programs (check 49):
//! in every report, letter, archive and form they come out as text.

use std::{
    collections::{BTreeSet, HashSet},
    io::Cursor,
};

use axum::http::StatusCode;
use calamine::{Reader, Xlsx};
use reporting::Kind;
use testkit::Client;

use crate::{
    actors::Cast,
    report_proofs::{
        NASTY, address, call_them_names, got, is_on_paper, rows_of_csv, rows_of_page, rows_of_xlsx,
    },
    world::World,
};

/// Whoever teaches and leads; every subject begins with it; a profile of a class.
const TEACHER: &str = "=Ведущий(A1)<i>#x$";
const SUBJECT: &str = "=Предмет(1)<u>$y$";
const PROFILE: &str = "@Профиль<s>#let";
const SCHOOL: &str = "=Школа(1) & «Ель» <b>#1</b>";

/// Kinds in which nobody of these need be named: figures, courses and lists of
/// works, who is absent on some day.
const WITHOUT_NAMES: [Kind; 8] = [
    Kind::School,
    Kind::PupilFigures,
    Kind::SocialPassport,
    Kind::Visits,
    Kind::AbsentToday,
    Kind::ClassAverageCourse,
    Kind::PupilAverageCourse,
    Kind::PupilMarks,
];

/// Gives a class, its teachers, its subjects and the school their names.
async fn call_everything_names(world: &World, org: i64, class: i64) -> Vec<&'static str> {
    let (_, known) = call_them_names(world, org, class).await;
    world
        .test
        .sql(&format!(
            "update people.person set last_name = '{TEACHER}' where org_id = {org} and person_id in
                 (select teacher_id from curriculum.load where org_id = {org} and class_id = {class}
                  union select teacher_id from curriculum.class where org_id = {org});
             update curriculum.subject set name = '{SUBJECT} ' || subject_id where org_id = {org};
             update people.person p set born_on = make_date(extract(year from born_on)::integer, 12, 5)
              from movement.class_member m where p.org_id = {org} and m.org_id = p.org_id
               and m.pupil_id = p.person_id and m.class_id = {class} and p.born_on is not null;
             update curriculum.class set profile = '{PROFILE}' where org_id = {org}"
        ))
        .await;
    let mut names = NASTY[..known].to_vec();
    names.extend([TEACHER, SUBJECT, PROFILE]);
    names
}

/// The name of the school is known from signing in on.
async fn call_the_school_a_name(world: &World) {
    let org = world.own.org;
    let renamed = format!(
        "update org.organisation set name = '{SCHOOL}', full_name = '{SCHOOL}' where org_id = {org}"
    );
    world.test.sql(&renamed).await;
}

/// What of these would be done instead of shown.
fn done_on(html: &str) -> Vec<&'static str> {
    let all = [
        "<script>alert",
        "<b>жирный",
        "A1)<i>",
        "(1)<u>",
        "<s>#let",
        "<b>#1",
    ];
    all.into_iter().filter(|it| html.contains(it)).collect()
}

/// Whether any cell of any sheet is a formula.
fn has_formulas(file: &[u8]) -> bool {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.to_vec())).expect("a workbook");
    book.sheet_names().iter().any(|it| {
        let formulas = book.worksheet_formula(it);
        formulas.is_ok_and(|it| it.used_cells().next().is_some())
    })
}

/// Files of a page in which these names stand.
async fn faults_of_files(
    client: &mut Client,
    (what, path): (&str, &str),
    there: &[&str],
) -> Vec<String> {
    let mut faults = vec![];
    let csv = got(client, &format!("{path}as=csv")).await;
    let csv = rows_of_csv(&csv.text());
    let book = got(client, &format!("{path}as=xlsx")).await;
    if has_formulas(&book.bytes) {
        faults.push(format!("{what}: a formula in XLSX"));
    }
    let as_formula = |cell: &String| cell.starts_with(['=', '+', '@']);
    if csv.iter().flatten().any(as_formula) {
        faults.push(format!("{what}: a formula in CSV"));
    }
    let xlsx = rows_of_xlsx(&book);
    let paper = got(client, &format!("{path}as=pdf")).await;
    let text = testkit::set_pages_of_pdf(&paper.bytes).concat();
    for name in there {
        for (file, rows) in [("CSV", &csv), ("XLSX", &xlsx)] {
            if !rows.iter().flatten().any(|it| it.contains(name)) {
                faults.push(format!("{what}: «{name}» is not in {file}"));
            }
        }
        if !is_on_paper(&text, name) {
            faults.push(format!("{what}: «{name}» is not on paper"));
        }
    }
    faults
}

/// What stands in the tables of a page and above them.
fn cells_of(html: &str) -> String {
    let rows = rows_of_page(html).into_iter();
    let rows = rows.map(|(title, cells)| title.unwrap_or_default() + " " + &cells.join(" "));
    rows.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_report_takes_a_text_for_anything_else() {
    let world = World::new().await;
    call_the_school_a_name(&world).await;
    let cast = Cast::of(&world).await;
    let (org, class) = (world.own.org, cast.of_name("class_teacher").things.class);
    let names = call_everything_names(&world, org, class).await;
    let mut client = world.client(&cast.of_name("deputy").token);
    let mut faults: Vec<String> = vec![];
    let mut seen: HashSet<&str> = HashSet::new();
    for kind in Kind::ALL {
        let what = kind.code();
        let path = address(&world, kind, class);
        let page = got(&mut client, &path).await.text();
        faults.extend(
            done_on(&page)
                .iter()
                .map(|it| format!("{what}: {it} on the page")),
        );
        let cells = cells_of(&page);
        let there: Vec<&str> = names
            .iter()
            .copied()
            .filter(|it| cells.contains(it))
            .collect();
        if there.is_empty() && !WITHOUT_NAMES.contains(&kind) {
            faults.push(format!("{what}: nobody is named"));
        }
        faults.extend(faults_of_files(&mut client, (what, &path), &there).await);
        seen.extend(there);
    }
    for name in names.iter().filter(|it| !seen.contains(*it)) {
        faults.push(format!("«{name}» stands in no report"));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A paper that a job made, by the form that asks for it.
async fn paper_of(world: &World, client: &mut Client, form: &[(&str, &str)], kind: &str) -> String {
    let path = format!("/o/{}/reports/archive", world.own.code);
    let asked = client.post_form(&format!("{path}/{kind}"), form).await;
    assert!(!asked.status.is_client_error(), "{kind}: {}", asked.text());
    world.work.idle().await;
    let id = world
        .number("select coalesce(max(paper_id), 0) from reporting.paper")
        .await;
    let file = got(client, &format!("{path}/{id}/file")).await;
    testkit::set_pages_of_pdf(&file.bytes).concat()
}

/// Letters to parents, the journal and the report cards of the archive.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_other_paper_takes_a_text_for_anything_else() {
    let world = World::new().await;
    call_the_school_a_name(&world).await;
    let cast = Cast::of(&world).await;
    let (org, class) = (world.own.org, cast.of_name("class_teacher").things.class);
    let names = call_everything_names(&world, org, class).await;
    let pupils = &names[..names.len() - 3];
    let mut faults: Vec<String> = vec![];
    let code = &world.own.code;
    let number = class.to_string();

    let mut teacher = world.client(&cast.of_name("class_teacher").token);
    let path = format!("/o/{code}/reports/parent-letter/send?class={class}&period=quarter-1");
    let preview = got(&mut teacher, &path).await.text();
    faults.extend(
        done_on(&preview)
            .iter()
            .map(|it| format!("preview of letters: {it}")),
    );
    let form = [("class", number.as_str()), ("period", "quarter-1")];
    let sent = teacher.post_form(&path, &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let letters = |condition: &str| {
        format!(
            "select count(*) from messaging.letter where org_id = {org} and kind = 'reporting.letter' and ({condition})"
        )
    };
    assert!(world.number(&letters("true")).await > 0);
    for it in ["<script>alert", "<b>жирный", "A1)<i>", "(1)<u>", "<b>#1"] {
        let found = world
            .number(&letters(&format!("strpos(html, '{it}') > 0")))
            .await;
        if found > 0 {
            faults.push(format!("letters: {it}"));
        }
    }
    let subjects = letters(&format!("strpos(body, '{SUBJECT}') > 0"));
    assert!(
        world.number(&subjects).await > 0,
        "letters name subjects as they are"
    );

    let mut deputy = world.client(&cast.of_name("deputy").token);
    let journal = paper_of(
        &world,
        &mut deputy,
        &[("class", number.as_str()), ("period", "quarter-1")],
        "journal",
    )
    .await;
    let cards = paper_of(&world, &mut deputy, &[], "cards").await;
    for (what, text) in [("journal", &journal), ("cards", &cards)] {
        for name in pupils.iter().chain([&SUBJECT]) {
            if !is_on_paper(text, name) {
                faults.push(format!("{what}: «{name}» is not on paper"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A form has figures, and the name of the school in its foot.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_form_of_statistics_takes_a_text_for_anything_else() {
    let world = World::new().await;
    call_the_school_a_name(&world).await;
    let cast = Cast::of(&world).await;
    let class = cast.of_name("class_teacher").things.class;
    call_everything_names(&world, world.own.org, class).await;
    let mut deputy = world.client(&cast.of_name("deputy").token);
    let mut director = world.client(&cast.of_name("director").token);
    let forms = format!("/o/{}/reports/forms", world.own.code);
    let mut faults: Vec<String> = vec![];
    let codes: BTreeSet<&str> = forms::versions()
        .iter()
        .map(|it| it.code.as_str())
        .collect();
    for code in codes {
        let asked = [("form", code), ("year", "2026")];
        let started = deputy.post_form(&forms, &asked).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
        let form = started.header("location").unwrap_or_default().to_owned();
        let form = form.split('?').next().unwrap_or_default();
        let page = got(&mut director, form).await.text();
        faults.extend(done_on(&page).iter().map(|it| format!("{code}: {it}")));
        let book = got(&mut director, &format!("{form}?as=xlsx")).await;
        let rows = rows_of_xlsx(&book);
        if rows.iter().flatten().any(|it| it.starts_with('=')) {
            faults.push(format!("{code}: a formula for a text in XLSX"));
        }
        let paper = got(&mut director, &format!("{form}?as=pdf")).await;
        let text = testkit::set_pages_of_pdf(&paper.bytes).concat();
        if !is_on_paper(&text, SCHOOL) {
            faults.push(format!(
                "{code}: the school is not named on paper: {text:.900}"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
