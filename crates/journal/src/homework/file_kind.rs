/// What a file is by its content; its name only has to agree.
///
/// Everything is handed out as a download, never shown by us: scripts, pages
/// and programs are refused all the same, so that nobody opens one from a
/// homework by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    pub media_type: &'static str,
    /// Endings that such a file may have; the first is given where it has another.
    endings: &'static [&'static str],
}

const PDF: FileKind = kind("application/pdf", &["pdf"]);
const JPEG: FileKind = kind("image/jpeg", &["jpg", "jpeg"]);
const PNG: FileKind = kind("image/png", &["png"]);
const GIF: FileKind = kind("image/gif", &["gif"]);
const WEBP: FileKind = kind("image/webp", &["webp"]);
const HEIC: FileKind = kind("image/heic", &["heic", "heif"]);
const TEXT: FileKind = kind("text/plain; charset=utf-8", &["txt"]);
const DOCX: FileKind = kind(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    &["docx"],
);
const XLSX: FileKind = kind(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    &["xlsx"],
);
const PPTX: FileKind = kind(
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    &["pptx"],
);
const ODT: FileKind = kind("application/vnd.oasis.opendocument.text", &["odt"]);
const ODS: FileKind = kind("application/vnd.oasis.opendocument.spreadsheet", &["ods"]);
const ODP: FileKind = kind("application/vnd.oasis.opendocument.presentation", &["odp"]);
/// Office before 2007; what it is exactly, only its name tells.
const OLD_OFFICE: FileKind = kind("application/x-ole-storage", &["doc", "xls", "ppt"]);

const fn kind(media_type: &'static str, endings: &'static [&'static str]) -> FileKind {
    FileKind {
        media_type,
        endings,
    }
}

impl FileKind {
    /// Looks into the file; `None` for what is not taken.
    pub fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        let ending = ending(name);
        let starts = |magic: &[u8]| bytes.starts_with(magic);
        if starts(b"%PDF-") {
            return Some(PDF);
        }
        if starts(&[0xff, 0xd8, 0xff]) {
            return Some(JPEG);
        }
        if starts(b"\x89PNG\r\n\x1a\n") {
            return Some(PNG);
        }
        if starts(b"GIF87a") || starts(b"GIF89a") {
            return Some(GIF);
        }
        if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Some(WEBP);
        }
        if bytes.get(4..8) == Some(b"ftyp") {
            let brand = bytes.get(8..12).unwrap_or_default();
            return [&b"heic"[..], b"heix", b"mif1", b"msf1", b"heim", b"heis"]
                .contains(&brand)
                .then_some(HEIC);
        }
        if starts(b"PK\x03\x04") {
            return office(bytes);
        }
        if starts(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
            // An installer looks the same, so here the name decides.
            return OLD_OFFICE
                .endings
                .contains(&ending.as_str())
                .then_some(OLD_OFFICE);
        }
        (ending == "txt" && is_text(bytes)).then_some(TEXT)
    }

    /// The name with an ending that tells the truth.
    pub fn named(self, name: &str) -> String {
        if self.endings.contains(&ending(name).as_str()) {
            return name.to_owned();
        }
        let right = self.endings.first().unwrap_or(&"txt");
        format!("{name}.{right}")
    }
}

fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .map(|it| it.1.to_lowercase())
        .unwrap_or_default()
}

/// A ZIP that is a document: by the names of the files in it, as the list at
/// its end has them. Macros make it a program.
fn office(bytes: &[u8]) -> Option<FileKind> {
    if bytes.get(30..38) == Some(b"mimetype") {
        let said = bytes.get(38..)?;
        // The longest first: a template's type begins like a document's.
        return [ODS, ODP, ODT].into_iter().find(|it| {
            let media = it.media_type.as_bytes();
            said.starts_with(media) && said.get(media.len()) != Some(&b'-')
        });
    }
    if !holds(bytes, b"[Content_Types].xml") || holds(bytes, b"vbaProject.bin") {
        return None;
    }
    [
        (&b"word/document.xml"[..], DOCX),
        (b"xl/workbook.xml", XLSX),
        (b"ppt/presentation.xml", PPTX),
    ]
    .into_iter()
    .find(|(part, _)| holds(bytes, part))
    .map(|(_, it)| it)
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

/// Text has no control characters but those of lines; one of another code
/// page is text too.
fn is_text(bytes: &[u8]) -> bool {
    let plain = |it: &u8| *it >= 0x20 && *it != 0x7f || matches!(it, b'\t' | b'\n' | b'\r');
    !bytes.is_empty() && bytes.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(names: &[&str]) -> Vec<u8> {
        let mut bytes = vec![];
        for name in names {
            bytes.extend(b"PK\x03\x04");
            bytes.extend([0; 22]);
            bytes.extend(u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
            bytes.extend([0; 2]);
            bytes.extend(name.bytes());
        }
        bytes
    }

    fn media(name: &str, bytes: &[u8]) -> &'static str {
        FileKind::of(name, bytes).map_or("refused", |it| it.media_type)
    }

    #[test]
    fn the_content_decides_and_not_the_name() {
        assert_eq!(media("x.exe", b"%PDF-1.7 ..."), "application/pdf");
        assert_eq!(media("фото", &[0xff, 0xd8, 0xff, 0xe0]), "image/jpeg");
        assert_eq!(media("a.jpg", b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(media("a.pdf", b"MZ\x90\x00"), "refused");
        assert_eq!(media("a.pdf", b"<html><script>"), "refused");
        assert_eq!(media("a.svg", b"<svg onload=alert(1)>"), "refused");
        assert_eq!(media("a.jpg", b"#!/bin/sh"), "refused");
        assert_eq!(media("a.txt", b"\x7fELF"), "refused");
        assert_eq!(
            media("a.txt", "Задача № 5\r\n".as_bytes()),
            "text/plain; charset=utf-8"
        );
        assert_eq!(media("a.txt", b""), "refused");
        assert_eq!(media("IMG_1.HEIC", b"\0\0\0\x18ftypheic"), "image/heic");
        assert_eq!(media("a.mp4", b"\0\0\0\x18ftypisom"), "refused");
    }

    #[test]
    fn documents_are_zips_with_the_right_things_inside() {
        let types = "[Content_Types].xml";
        assert_eq!(
            FileKind::of("a.docx", &zip(&[types, "word/document.xml"])),
            Some(DOCX)
        );
        assert_eq!(
            FileKind::of("a.zip", &zip(&[types, "xl/workbook.xml"])),
            Some(XLSX)
        );
        assert_eq!(
            FileKind::of("a.pptx", &zip(&[types, "ppt/presentation.xml"])),
            Some(PPTX)
        );
        assert_eq!(FileKind::of("a.docx", &zip(&["virus.exe"])), None);
        let macros = zip(&[types, "word/document.xml", "word/vbaProject.bin"]);
        assert_eq!(FileKind::of("a.docm", &macros), None);
        let mut odt = zip(&["mimetype"]);
        odt.extend(b"application/vnd.oasis.opendocument.textPK\x03\x04");
        assert_eq!(FileKind::of("a.odt", &odt), Some(ODT));
    }

    #[test]
    fn an_old_document_is_taken_by_its_name_alone() {
        let ole = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0];
        assert_eq!(FileKind::of("Реферат.DOC", &ole), Some(OLD_OFFICE));
        assert_eq!(FileKind::of("setup.msi", &ole), None);
    }

    #[test]
    fn a_name_that_lies_gets_the_true_ending() {
        assert_eq!(PDF.named("задание.pdf"), "задание.pdf");
        assert_eq!(PDF.named("задание.exe"), "задание.exe.pdf");
        assert_eq!(JPEG.named("IMG_01.JPEG"), "IMG_01.JPEG");
        assert_eq!(PNG.named("фото"), "фото.png");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_taken_or_refused(name in "\\PC{0,20}", bytes: Vec<u8>) {
            if let Some(kind) = FileKind::of(&name, &bytes) {
                let named = kind.named(&name);
                proptest::prop_assert!(kind.endings.contains(&ending(&named).as_str()));
            }
        }
    }
}
