//! What is inside an XLSX, before anything is unpacked into memory.
//!
//! Sizes in a ZIP are claims: each part is inflated once into nothing, and
//! the count stops at the limit (security.md §1.7, 16).

use std::io::{Read, Write};

use flate2::read::DeflateDecoder;

use super::ReadError;

const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
const MOST_PARTS: usize = 1_000;
/// More shared texts than cells that can be taken.
const MOST_TEXTS: u64 = 5_000_000;
const END: &[u8] = b"PK\x05\x06";

/// Refuses what is no workbook, or would not fit.
pub(super) fn inspect(bytes: &[u8]) -> Result<(), ReadError> {
    let mut left = MOST_UNPACKED;
    let mut is_workbook = false;
    for part in parts(bytes).ok_or(ReadError::Damaged)? {
        let part = part.ok_or(ReadError::Damaged)?;
        is_workbook |= part.name.ends_with(b"workbook.xml");
        if part.name == b"content.xml" {
            return Err(ReadError::OpenDocument);
        }
        if part.claimed > left {
            return Err(ReadError::UnpackedTooLarge);
        }
        let size = part.unpack(left)?;
        left = left.checked_sub(size).ok_or(ReadError::UnpackedTooLarge)?;
    }
    if is_workbook {
        Ok(())
    } else {
        Err(ReadError::NotATable)
    }
}

struct Part<'a> {
    name: &'a [u8],
    method: u16,
    data: &'a [u8],
    claimed: u64,
}

impl Part<'_> {
    /// The true size. A part that is not what it claims is damaged.
    fn unpack(&self, limit: u64) -> Result<u64, ReadError> {
        let mut sink = Watch::new(self.name.ends_with(b"sharedStrings.xml"));
        let size = match self.method {
            0 => std::io::copy(&mut &*self.data, &mut sink),
            8 => std::io::copy(
                &mut DeflateDecoder::new(self.data).take(limit + 1),
                &mut sink,
            ),
            _ => return Err(ReadError::Damaged),
        };
        let size = size.map_err(|_| ReadError::Damaged)?;
        if size > limit {
            return Err(ReadError::UnpackedTooLarge);
        }
        if size != self.claimed || sink.claims_too_much() {
            return Err(ReadError::Damaged);
        }
        Ok(size)
    }
}

/// Drops what it is given, but keeps the beginning of the shared texts: their
/// claimed count becomes memory at once in the reader.
struct Watch {
    head: Option<Vec<u8>>,
}

impl Watch {
    fn new(keep: bool) -> Self {
        Self {
            head: keep.then(Vec::new),
        }
    }

    fn claims_too_much(&self) -> bool {
        let Some(head) = &self.head else {
            return false;
        };
        let text = String::from_utf8_lossy(head);
        let counts = text.split("ount").skip(1).filter_map(|it| {
            let value = it.trim_start().strip_prefix('=')?.trim_start();
            let digits: String = value[1.min(value.len())..]
                .chars()
                .skip_while(|it| it.is_whitespace() || *it == '+' || *it == '0')
                .take_while(char::is_ascii_digit)
                .take(20)
                .collect();
            digits
                .parse::<u64>()
                .ok()
                .or(Some(if digits.len() > 18 { u64::MAX } else { 0 }))
        });
        counts.into_iter().any(|it| it > MOST_TEXTS)
    }
}

impl Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(head) = &mut self.head {
            let room = (64 * 1024usize).saturating_sub(head.len());
            head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The parts that the central directory names; `None` for one that is not where it should be.
fn parts(bytes: &[u8]) -> Option<impl Iterator<Item = Option<Part<'_>>>> {
    let end = end_of_directory(bytes)?;
    let count = usize::from(u16_at(bytes, end + 10)?);
    let size = usize::try_from(u32_at(bytes, end + 12)?).ok()?;
    let start = usize::try_from(u32_at(bytes, end + 16)?).ok()?;
    let is_whole = start.checked_add(size)? == end && count > 0 && count <= MOST_PARTS;
    let mut at = start;
    is_whole.then(|| {
        (0..count).map(move |_| {
            let (part, next) = part(bytes, at)?;
            at = next;
            Some(part)
        })
    })
}

/// The end record lies at the very end, its comment included.
fn end_of_directory(bytes: &[u8]) -> Option<usize> {
    let earliest = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let last = bytes.len().checked_sub(22)?;
    (earliest..=last).rev().find(|at| {
        bytes[*at..].starts_with(END) && u16_at(bytes, at + 20).map(usize::from) == Some(last - at)
    })
}

fn part(bytes: &[u8], at: usize) -> Option<(Part<'_>, usize)> {
    if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
        return None;
    }
    let method = u16_at(bytes, at + 10)?;
    let packed = usize::try_from(u32_at(bytes, at + 20)?).ok()?;
    let claimed = u64::from(u32_at(bytes, at + 24)?);
    let [name, extra, comment] = [28, 30, 32].map(|it| u16_at(bytes, at + it).map(usize::from));
    let (name, extra, comment) = (name?, extra?, comment?);
    let local = usize::try_from(u32_at(bytes, at + 42)?).ok()?;
    if !bytes.get(local..)?.starts_with(b"PK\x03\x04") {
        return None;
    }
    let skip = usize::from(u16_at(bytes, local + 26)?) + usize::from(u16_at(bytes, local + 28)?);
    let data_at = local.checked_add(30)?.checked_add(skip)?;
    let data = bytes.get(data_at..data_at.checked_add(packed)?)?;
    let name = bytes.get(at + 46..at + 46 + name)?;
    let next = at + 46 + name.len() + extra + comment;
    Some((
        Part {
            name,
            method,
            data,
            claimed,
        },
        next,
    ))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_stops_at_the_limit_whatever_is_claimed() {
        let mut deflate = flate2::write::DeflateEncoder::new(vec![], flate2::Compression::best());
        deflate.write_all(&vec![b' '; 100_000]).expect("packed");
        let data = deflate.finish().expect("packed");
        let part = |claimed| Part {
            name: b"a",
            method: 8,
            data: &data,
            claimed,
        };
        assert_eq!(part(100_000).unpack(100_000), Ok(100_000));
        assert_eq!(
            part(100_000).unpack(99_999),
            Err(ReadError::UnpackedTooLarge)
        );
        assert_eq!(part(7).unpack(200_000), Err(ReadError::Damaged));
    }

    #[test]
    fn a_count_of_texts_is_not_believed() {
        let claims = |text: &str| {
            let mut watch = Watch::new(true);
            watch.write_all(text.as_bytes()).expect("never fails");
            watch.claims_too_much()
        };
        assert!(!claims(r#"<sst count="10" uniqueCount="9">"#));
        for bad in [
            "99999999",
            "99999999999999999999999",
            "+6000000",
            "0000006000000",
        ] {
            assert!(claims(&format!("<sst uniqueCount='{bad}'>")), "{bad}");
        }
    }
}
