//! What may stand in a cell of the sheet: data of the organisation.

use crate::Error;

/// A code with what it means for the totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// «б»: what is typed and shown.
    pub sign: String,
    pub name: String,
    /// The child was there.
    pub attended: bool,
    /// The day counts for the parents' payment.
    pub payable: bool,
    pub archived: bool,
    /// 0 where it is one of the usual codes that nobody changed.
    pub version: i32,
}

/// `sign;name;attended;payable`
const USUAL: &str = include_str!("../defaults/codes.csv");

/// The codes of an organisation that has set none.
pub(crate) fn usual() -> Vec<Code> {
    let code = |line: &str| {
        let mut cells = line.split(';');
        let mut next = || cells.next().map(str::to_owned);
        Some(Code {
            sign: next()?,
            name: next()?,
            attended: next()? == "1",
            payable: next()? == "1",
            archived: false,
            version: 0,
        })
    };
    USUAL.lines().filter_map(code).collect()
}

/// Those in use, found by what was typed in either case.
pub(crate) fn find<'a>(codes: &'a [Code], typed: &str) -> Option<&'a Code> {
    let typed = typed.to_lowercase();
    codes.iter().find(|it| it.sign.to_lowercase() == typed)
}

/// The code that «все на месте» writes: the first that means to be there.
pub(crate) fn present(codes: &[Code]) -> Option<&Code> {
    codes.iter().find(|it| it.attended && !it.archived)
}

/// Whether the dictionary makes sense as a whole.
pub(crate) fn check(codes: &[Code]) -> Result<(), Error> {
    let fits = |it: &Code| {
        (1..=3).contains(&it.sign.chars().count())
            && !it.sign.contains([',', '.', '|'])
            && (1..=60).contains(&it.name.chars().count())
    };
    let once = |(at, it): (usize, &Code)| find(&codes[..at], &it.sign).is_none();
    if !codes.iter().all(fits) || !codes.iter().enumerate().all(once) {
        return Err(Error::BadCode);
    }
    present(codes).map(|_| ()).ok_or(Error::NobodyAttends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_codes_are_right_and_are_found_in_any_case() {
        let codes = usual();
        assert!(check(&codes).is_ok());
        assert_eq!(present(&codes).unwrap().sign, "+");
        assert_eq!(find(&codes, "Б").unwrap().sign, "б");
        assert!(find(&codes, "ъ").is_none());
        let mut twice = codes.clone();
        twice.push(Code {
            sign: "Н".to_owned(),
            ..codes[1].clone()
        });
        assert!(matches!(check(&twice), Err(Error::BadCode)));
        assert!(matches!(check(&codes[1..]), Err(Error::NobodyAttends)));
    }
}
