use std::{
    io::Write,
    process::{Command, Stdio},
};

/// The text of each page of a PDF, as poppler reads it.
pub fn pages_of_pdf(file: &[u8]) -> Vec<String> {
    pages(file, "-layout")
}

/// The same in the order in which it was set: what stands in one cell of a
/// table is together, however many lines it takes.
pub fn set_pages_of_pdf(file: &[u8]) -> Vec<String> {
    pages(file, "-raw")
}

fn pages(file: &[u8], order: &str) -> Vec<String> {
    let mut reader = Command::new("pdftotext")
        .args([order, "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext is installed");
    let mut ear = reader.stdin.take().expect("an ear");
    ear.write_all(file).expect("it listens");
    drop(ear);
    let text = reader.wait_with_output().expect("it reads").stdout;
    let text = String::from_utf8(text).expect("UTF-8");
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    // Each page ends with a form feed.
    pages.pop();
    pages
}
