//! Files as they come from offices and from attackers.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// What Excel users send: a stamp above, a merged header, a row of numbers,
/// dates as text and as numbers, СНИЛС as a number, empty rows and columns.
pub(crate) fn office_file() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_name("Титул")?
        .write(0, 0, "Утверждаю")?;
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 8, "Список учащихся на 01.09.2026", &plain)?;
    for (place, title) in [
        (0u16, "№ п/п"),
        (1, "ФАМИЛИЯ\u{a0}ученика*"),
        (2, "Имя"),
        (3, "Д.р."),
        (5, "СНИЛС"),
        (6, "Пол"),
    ] {
        sheet.merge_range(2, place, 3, place, title, &plain)?;
    }
    sheet.merge_range(2, 7, 2, 8, "Родитель", &plain)?;
    sheet.write(3, 7, "ФИО")?.write(3, 8, "Телефон")?;
    for place in [0u16, 1, 2, 3, 5, 6, 7, 8] {
        let number = if place > 4 { place } else { place + 1 };
        sheet.write(4, place, number)?;
    }
    sheet
        .write(5, 0, 1)?
        .write(5, 1, " Иванова\u{a0}")?
        .write(5, 2, "Мария")?;
    sheet
        .write(5, 3, "27.03.2014 г.")?
        .write(5, 5, 1_223_344_595_f64)?
        .write(5, 6, "Ж")?
        .write(5, 8, 89_181_234_567_f64)?;
    sheet
        .write(6, 0, 2)?
        .write(6, 1, "Ёлкин")?
        .write(6, 2, "Артём")?
        .write(6, 3, 41725)?;
    let date = Format::new().set_num_format("dd.mm.yyyy");
    sheet.write(7, 1, "Жук")?.write(7, 2, "Олег")?;
    sheet.write_with_format(
        7,
        3,
        rust_xlsxwriter::ExcelDateTime::from_ymd(2014, 3, 27)?,
        &date,
    )?;
    sheet
        .write(8, 1, "Дата")?
        .write(8, 2, "Неверная")?
        .write(8, 3, "31.02.2014")?
        .write(8, 5, "123")?
        .write(8, 6, "да")?;
    for row in 9..40 {
        sheet.write_blank(row, 12, &date)?;
        sheet.write(row, 1, "  ")?;
    }
    book.save_to_buffer()
}

/// A small ZIP; the size may be a lie.
pub(crate) fn zip(parts: &[(&str, &[u8], Option<u32>)]) -> Vec<u8> {
    use std::io::Write;
    let mut out = vec![];
    let mut directory = vec![];
    for (name, data, lie) in parts {
        let mut deflate = flate2::write::DeflateEncoder::new(vec![], flate2::Compression::fast());
        deflate.write_all(data).expect("packed");
        let packed = deflate.finish().expect("packed");
        let at = size(out.len());
        let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        common.extend(crc32(data).to_le_bytes());
        common.extend(size(packed.len()).to_le_bytes());
        common.extend(lie.unwrap_or(size(data.len())).to_le_bytes());
        common.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = size(out.len());
    let count = u16::try_from(parts.len()).expect("few").to_le_bytes();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(size(directory.len()).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn size(of: usize) -> u32 {
    u32::try_from(of).expect("small")
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
