//! Workbooks read back by a program that has nothing to do with the one that
//! wrote them: openpyxl (RPT-1, check 49). One process for all of them.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

/// A workbook with the table of the page that it is to be the same as.
pub(crate) struct BookBack(Value);

impl BookBack {
    pub(crate) fn of(
        code: &str,
        html: &str,
        rows: &[(Option<String>, Vec<String>)],
        bytes: &[u8],
    ) -> Self {
        let mut hex = String::with_capacity(bytes.len() * 2);
        for it in bytes {
            write!(hex, "{it:02x}").expect("a string takes all");
        }
        let numbers = number_columns(html);
        Self(json!({"code": code, "rows": rows, "numbers": numbers, "book": hex}))
    }
}

/// Which columns of the first table hold numbers.
fn number_columns(html: &str) -> Vec<bool> {
    let head = html.split_once("<thead>").map_or("", |it| it.1);
    let head = head.split_once("</thead>").map_or("", |it| it.0);
    // Groups may stand above the columns.
    let columns = head.rsplit("<tr>").next().unwrap_or_default();
    let columns = columns.split("<th ").skip(1);
    columns
        .map(|it| it.split('>').next().unwrap_or_default().contains("number"))
        .collect()
}

/// What a Python script finds wrong, each in a line.
pub(crate) fn read_back(books: &[BookBack]) -> Vec<String> {
    let debian = "/usr/bin/python3";
    let python = if Path::new(debian).is_file() {
        debian
    } else {
        "python3"
    };
    let mut reader = Command::new(python)
        .env("PYTHONUTF8", "1")
        .args(["-c", include_str!("read_books.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python 3 is installed");
    let mut ear = reader.stdin.take().expect("an ear");
    let all: Vec<&Value> = books.iter().map(|it| &it.0).collect();
    ear.write_all(json!(all).to_string().as_bytes())
        .expect("it listens");
    drop(ear);
    let answer = reader.wait_with_output().expect("it reads");
    let told = String::from_utf8(answer.stdout).expect("UTF-8");
    let mut faults: Vec<String> = told.lines().map(str::to_owned).collect();
    // The script says at the end how many it has read.
    let read = faults.pop().unwrap_or_default();
    assert!(answer.status.success(), "python3-openpyxl is installed");
    assert_eq!(read, format!("read {}", books.len()), "{told}");
    faults
}

#[test]
fn a_wrong_workbook_is_told() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let texts = ["Класс", "Учащихся", "% усп."];
    for (at, text) in (0..).zip(texts) {
        sheet.write_string(0, at, text).expect("a cell");
    }
    let two = rust_xlsxwriter::Format::new().set_num_format("0.00");
    sheet.write_string(1, 0, "7Б").expect("a cell");
    sheet.write_string(1, 1, "25").expect("a cell");
    sheet
        .write_number_with_format(1, 2, 71.43, &two)
        .expect("a cell");
    let bytes = book.save_to_buffer().expect("a workbook");
    let html = "<table><thead><tr><th scope=\"col\">Класс</th><th scope=\"col\" class=\"number\">\
                Учащихся</th><th scope=\"col\" class=\"number\">% усп.</th></tr></thead>";
    let of = |cells: [&str; 3]| {
        let rows = [(None, cells.map(str::to_owned).to_vec())];
        let wrong = read_back(&[BookBack::of("x", html, &rows, &bytes)]);
        wrong.join("\n")
    };
    // A number that is written as a text is found, and so is another figure.
    assert!(of(["7Б", "25", "71,43"]).contains("is a text"));
    let told = of(["7Б", "25", "71,44"]);
    assert!(told.contains("71,44"), "{told}");
    assert!(of(["7А", "25", "71,43"]).contains("7А"));
}
