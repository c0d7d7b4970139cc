//! The papers of consents: editions of the text and scans of what was signed.

use chrono::{DateTime, NaiveDate, Utc};
use db::files::FileId;

use crate::ConsentKind;

/// One edition of the text that people sign; a new wording is a new edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    pub kind: ConsentKind,
    pub edition: i32,
    /// `{org}` stands for the name of the organisation.
    pub body: String,
    pub since: NaiveDate,
}

/// The edition that is asked for on the day, of all editions.
pub(crate) fn edition_on(
    texts: &[ConsentText],
    kind: ConsentKind,
    day: NaiveDate,
) -> Option<&ConsentText> {
    texts
        .iter()
        .filter(|it| it.kind == kind && it.since <= day)
        .max_by_key(|it| it.edition)
}

/// The scan or photo of a signed paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    pub id: FileId,
    pub name: String,
    pub size: i64,
    pub added_at: DateTime<Utc>,
}

/// So many scans hang on one consent at most.
pub(crate) const MOST_SCANS: usize = 10;
/// Larger scans are not taken.
pub(crate) const LARGEST_SCAN: usize = 10 * 1024 * 1024;

/// The type of a scan by its first bytes, whatever its name says.
pub(crate) fn media_type(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const KINDS: [(&[u8], &str, &str); 3] = [
        (b"%PDF-", "application/pdf", "pdf"),
        (b"\xff\xd8\xff", "image/jpeg", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    ];
    KINDS
        .into_iter()
        .find(|it| bytes.starts_with(it.0))
        .map(|it| (it.1, it.2))
}

/// The name to be shown: without a path, with the ending that the bytes deserve.
pub(crate) fn scan_name(typed: &str, ending: &str) -> String {
    let base = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = base.chars().filter(|it| !it.is_control()).collect();
    let stem = clean.rsplit_once('.').map_or(clean.as_str(), |it| it.0);
    let stem: String = stem.trim().chars().take(80).collect();
    if stem.is_empty() {
        format!("scan.{ending}")
    } else {
        format!("{stem}.{ending}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_what_its_bytes_are() {
        assert_eq!(media_type(b"%PDF-1.7 x").unwrap().1, "pdf");
        assert_eq!(media_type(b"<html>"), None);
        assert_eq!(scan_name("../Согласие.exe", "pdf"), "Согласие.pdf");
        assert_eq!(scan_name("", "png"), "scan.png");
    }

    #[test]
    fn the_newest_edition_that_has_begun_is_asked_for() {
        let text = |edition, since: &str| ConsentText {
            kind: ConsentKind::Photo,
            edition,
            body: String::new(),
            since: since.parse().unwrap(),
        };
        let texts = [text(1, "2026-09-01"), text(2, "2026-10-01")];
        let on = |day: &str| {
            edition_on(&texts, ConsentKind::Photo, day.parse().unwrap()).map(|it| it.edition)
        };
        assert_eq!(on("2026-08-31"), None);
        assert_eq!(on("2026-09-30"), Some(1));
        assert_eq!(on("2026-10-01"), Some(2));
    }
}
