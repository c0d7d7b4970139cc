use std::io::Cursor;

use axum::{
    Router,
    body::Body,
    http::Request,
    routing::{get, post},
};
use calamine::{Reader, Xlsx};
use chrono::NaiveDate;
use encoding_rs::WINDOWS_1251;
use rust_xlsxwriter::{Formula, Workbook};
use web::{
    Failure, Views, Visit,
    import::{
        self, Column, Counters, ImportSpec, Kind, Parsed, Preview, ReadError, RowError, Sheet,
        Step, Upload,
    },
};

use crate::{
    files::{office_file, zip},
    support::{app, views},
};

fn spec(views: &Views) -> ImportSpec {
    let columns = [
        Column::new("last", Kind::Text(50)).required(),
        Column::new("first", Kind::Text(50)).required(),
        Column::new("born", Kind::Date),
        Column::new("snils", Kind::Digits(11)).rule(|it| {
            if it.starts_with('9') {
                Err("snils")
            } else {
                Ok(())
            }
        }),
        Column::new("sex", Kind::Choice(&["m", "f"])),
        Column::new("orphan", Kind::Flag),
        Column::new("parent_phone", Kind::Text(30)),
    ];
    ImportSpec::new("test.import", columns, views)
}

fn today() -> NaiveDate {
    day(2026, 11, 21)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn read(bytes: &[u8]) -> Result<(Sheet, Parsed), ReadError> {
    let (views, _folder) = views();
    let spec = spec(&views);
    let sheet = import::read(bytes, &spec)?;
    let parsed = import::check(&spec, &sheet, today());
    Ok((sheet, parsed))
}

fn shown(errors: &[RowError]) -> Vec<String> {
    errors
        .iter()
        .map(|it| format!("{} {} {} {}", it.row, it.column, it.value, it.code))
        .collect()
}

fn assert_ivanova(parsed: &Parsed) {
    assert_eq!(shown(&parsed.errors), Vec::<String>::new());
    let record = parsed.records.first().expect("a record");
    assert_eq!(record.text("last"), "Иванова");
    assert_eq!(record.text("first"), "Мария");
    assert_eq!(record.date("born"), Some(day(2014, 3, 27)));
    assert_eq!(record.text("snils"), "01223344595");
    assert_eq!(record.choice("sex"), Some("f"));
}

const LIST: &str =
    "Фамилия;Имя;Дата рождения;СНИЛС;Пол\r\nИванова;Мария;27.03.2014;012-233-445 95;жен\r\n";

#[test]
fn csv_is_read_in_every_dialect() {
    let comma = LIST.replace(';', ",");
    let tab = LIST.replace(';', "\t");
    let mark = format!("\u{feff}{LIST}");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(LIST.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let windows = WINDOWS_1251.encode(LIST).0.into_owned();
    for bytes in [
        LIST.as_bytes(),
        comma.as_bytes(),
        tab.as_bytes(),
        mark.as_bytes(),
        &utf16,
        &windows,
    ] {
        assert_ivanova(&read(bytes).expect("readable").1);
    }
}

#[test]
fn a_list_of_a_real_office_is_read() {
    let (sheet, parsed) = read(&office_file().expect("written")).expect("readable");
    assert_eq!(sheet.header_row, 4);
    let names: Vec<(u32, &str)> = parsed
        .records
        .iter()
        .map(|it| (it.row, it.text("last")))
        .collect();
    assert_eq!(names, [(6, "Иванова"), (7, "Ёлкин"), (8, "Жук")]);
    for record in &parsed.records {
        assert_eq!(record.date("born"), Some(day(2014, 3, 27)), "{record:?}");
    }
    assert_eq!(parsed.records[0].text("snils"), "01223344595");
    assert_eq!(parsed.records[0].text("parent_phone"), "89181234567");
    assert_eq!(parsed.unknown, ["№ п/п", "ФИО"]);
    assert_eq!(
        shown(&parsed.errors),
        [
            "9 born 31.02.2014 date",
            "9 snils 123 digits",
            "9 sex да choice"
        ]
    );
}

#[test]
fn what_is_wrong_has_row_column_value_and_rule() {
    let csv = "Имя,Фамилия,СНИЛС,Сирота\nМария,Иванова,112-233-445 95,нет\nМария,,987-654-321 00,может\nМария,Иванова,11223344595,Нет\nОлег,-,,\n";
    let (_, parsed) = read(csv.as_bytes()).expect("readable");
    assert_eq!(
        shown(&parsed.errors),
        [
            "3 last  required",
            "3 snils 987-654-321 00 snils",
            "3 orphan может flag",
            "4 last  duplicate",
            "5 last - required"
        ]
    );
    assert_eq!(parsed.records.len(), 1);
    assert_eq!(parsed.records[0].flag("orphan"), Some(false));
    let (_, parsed) = read("Фамилия,Пол\nИванова,ж\n".as_bytes()).expect("readable");
    assert_eq!(shown(&parsed.errors), ["1 first  no-column"]);
}

#[test]
fn a_file_that_is_no_list_is_refused_with_the_reason() {
    let refused = |bytes: &[u8]| read(bytes).map(|_| ()).expect_err("refused");
    assert_eq!(refused(b""), ReadError::Empty);
    assert_eq!(refused(b"\n\n ; ;\n"), ReadError::Empty);
    assert_eq!(refused("а;б\n1;2\n".as_bytes()), ReadError::NoHeader);
    assert_eq!(refused("Фамилия;Имя\n".as_bytes()), ReadError::Empty);
    assert_eq!(
        refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ReadError::NotATable
    );
    assert_eq!(
        refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ReadError::OldExcel
    );
    assert_eq!(refused(b"PK\x03\x04 not an archive"), ReadError::Damaged);
    assert_eq!(
        refused(&vec![b'a'; 10 * 1024 * 1024 + 1]),
        ReadError::TooLarge
    );
    assert_eq!(
        refused("Имя;Фамилия\n".repeat(20_200).as_bytes()),
        ReadError::TooManyRows
    );
    assert_eq!(
        refused(format!("Имя,Фамилия{}x", ",".repeat(300)).as_bytes()),
        ReadError::TooManyColumns
    );
    let whole = office_file().expect("written");
    assert_eq!(refused(&whole[..whole.len() - 40]), ReadError::Damaged);
}

/// security.md §1.7, 16: nothing is unpacked that would not fit.
#[test]
fn bombs_are_refused_before_they_go_off() {
    let far = |row: u32, column: u16| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet
            .write(0, 0, "Фамилия")
            .expect("written")
            .write(0, 1, "Имя")
            .expect("written");
        sheet.write(row, column, "x").expect("written");
        book.save_to_buffer().expect("written")
    };
    assert_eq!(
        read(&far(5, 16_000)).expect_err("refused"),
        ReadError::TooManyColumns
    );
    // One far row is one row, whatever its number.
    assert_eq!(
        read(&far(1_000_000, 0)).expect("readable").1.errors.len(),
        1
    );
    let bomb = zip(&[("xl/workbook.xml", b"<workbook/>", Some(300 * 1024 * 1024))]);
    assert_eq!(
        read(&bomb).expect_err("refused"),
        ReadError::UnpackedTooLarge
    );
    let liar = zip(&[("xl/workbook.xml", &vec![b' '; 3 * 1024 * 1024], Some(10))]);
    assert_eq!(read(&liar).expect_err("refused"), ReadError::Damaged);
    let greedy = br#"<sst uniqueCount="99999999999"/>"#.to_vec();
    let greedy = zip(&[
        ("xl/workbook.xml", b"<workbook/>", None),
        ("xl/sharedStrings.xml", &greedy, None),
    ]);
    assert_eq!(read(&greedy).expect_err("refused"), ReadError::Damaged);
    let ods = zip(&[
        ("mimetype", b"application/vnd.oasis", None),
        ("content.xml", b"<x/>", None),
    ]);
    assert_eq!(read(&ods).expect_err("refused"), ReadError::OpenDocument);
}

/// An entity of the file system or of itself never reaches a cell.
#[test]
fn entities_are_not_expanded() {
    let whole = office_file().expect("written");
    let evil = br#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><sst uniqueCount="1"><si><t>&x;</t></si></sst>"#;
    let book = zip(&[
        ("[Content_Types].xml", b"<Types/>", None),
        ("xl/workbook.xml", br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#, None),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#, None),
        ("xl/sharedStrings.xml", evil, None),
        ("xl/worksheets/sheet1.xml", br#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#, None),
    ]);
    assert!(read(&book).is_err());
    assert!(read(&whole).is_ok());
}

#[test]
fn a_formula_counts_as_its_result() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .write(0, 0, "Фамилия")
        .expect("written")
        .write(0, 1, "Имя")
        .expect("written");
    sheet
        .write(1, 0, Formula::new("=\"a\"").set_result("Иванова"))
        .expect("written");
    sheet.write(1, 1, "Мария").expect("written");
    let (_, parsed) = read(&book.save_to_buffer().expect("written")).expect("readable");
    assert_eq!(parsed.records[0].text("last"), "Иванова");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Bad input of the import: never a panic, always a reason.
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_text_under_a_right_header_is_read_or_refused(text in "(\\PC|\n|;){0,200}") {
        let _ = read(format!("Фамилия;Имя;Дата рождения;СНИЛС;Пол;Сирота\n{text}").as_bytes());
    }

    #[test]
    fn a_damaged_workbook_is_read_or_refused(at in 0usize..5_000, with: u8, cut in 0usize..6_000) {
        let mut bytes = office_file().expect("written");
        let at = at % bytes.len();
        bytes[at] = with;
        let _ = read(&bytes);
        bytes.truncate(cut);
        let _ = read(&bytes);
    }
}

fn routes(views: Views) -> Router {
    let other = views.clone();
    let third = views.clone();
    Router::new()
        .route(
            "/import",
            post(
                async move |visit: Visit, upload: Upload| -> Result<_, Failure> {
                    let spec = spec(&views);
                    let sheet = upload.read(&spec).await?;
                    let parsed = import::check(&spec, &sheet, views.today(&visit));
                    let counters = Counters {
                        create: parsed.records.len(),
                        ..Counters::default()
                    };
                    let mut preview =
                        Preview::new(&upload.name, counters, &spec, &parsed.errors, &views);
                    preview.errors_href = Some("/errors".to_owned());
                    preview.unknown.clone_from(&parsed.unknown);
                    let page = serde_json::json!({ "import": Step::Preview(preview) });
                    Ok(views.page(&visit, "test/import.html", &page)?)
                },
            ),
        )
        .layer(web::large_body())
        .route(
            "/errors",
            get(async move |_: Visit| {
                let spec = spec(&other);
                let sheet =
                    import::read(&office_file().expect("written"), &spec).expect("readable");
                let parsed = import::check(&spec, &sheet, today());
                import::errors_xlsx(&spec, &other, &sheet, &parsed.errors)
            }),
        )
        .route(
            "/template",
            get(async move |_: Visit| {
                import::template_xlsx(
                    &spec(&third),
                    &third,
                    &[&["Иванова", "Мария", "27.03.2014", "112-233-445 95", "Ж"]],
                )
            }),
        )
}

fn upload(bytes: &[u8]) -> Request<Body> {
    let mut body = b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\lists\\\\pupils.xlsx\"\r\n\r\n".to_vec();
    body.extend(bytes);
    body.extend(b"\r\n--XX--\r\n");
    Request::post("/import")
        .header("content-type", "multipart/form-data; boundary=XX")
        .body(Body::from(body))
        .expect("a request")
}

/// Check 25, in the page.
#[tokio::test]
async fn the_preview_says_row_column_value_and_rule() {
    let app = app(routes);
    let page = app
        .send(upload(&office_file().expect("written")))
        .await
        .text();
    for text in [
        "pupils.xlsx",
        "Дата рождения",
        "31.02.2014",
        "Это не дата",
        "день, месяц и год, например 27.03.2014",
        "одно из: М, Ж",
        "№ п/п, ФИО",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let answer = app.send(upload(b"\x89PNG\0")).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(answer.text().contains("Это не таблица XLSX или CSV"));
}

/// Check 24: the rows with reasons come back as XLSX, and can be corrected and sent again.
#[tokio::test]
async fn bad_rows_and_the_template_can_be_downloaded_and_read_again() {
    let app = app(routes);
    let file = app.get("/errors").await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&file.bytes)).expect("a workbook");
    let sheet = book
        .worksheet_range_at(0)
        .expect("a sheet")
        .expect("readable");
    assert_eq!(sheet.height(), 2);
    let last = sheet.width() - 1;
    assert_eq!(
        sheet.get((0, last)).map(ToString::to_string).as_deref(),
        Some("Ошибка")
    );
    assert!(
        sheet
            .get((1, last))
            .is_some_and(|it| it.to_string().contains("Это не дата"))
    );
    let (_, again) = read(&file.bytes).expect("readable");
    assert_eq!(again.errors.len(), 3);

    let template = app.get("/template").await;
    assert!(
        template
            .header("content-disposition")
            .contains("test.import.xlsx")
    );
    let (_, parsed) = read(&template.bytes).expect("readable");
    assert_eq!(parsed.records[0].text("snils"), "11223344595");
}
