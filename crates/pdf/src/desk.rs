//! The world as Typst sees it: one template, one file of data, four fonts.

use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::Error;

const TEMPLATE: &str = include_str!("paper.typ");
/// How many papers ago something was last used before its place is given up.
const KEPT: usize = 5;

/// What all papers share.
pub(crate) struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data: FileId,
}

/// One paper at work.
struct Sheet<'a> {
    desk: &'a Desk,
    data: Bytes,
}

impl Desk {
    pub(crate) fn new() -> Result<Self, Error> {
        let fonts: Vec<Font> = typst_assets::fonts()
            .flat_map(|data| Font::iter(Bytes::new(data)))
            .collect();
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(place("/paper.typ")?, TEMPLATE.to_owned()),
            data: place("/paper.json")?,
        })
    }

    pub(crate) fn make(&self, paper: Vec<u8>) -> Result<Vec<u8>, Error> {
        let sheet = Sheet {
            desk: self,
            data: Bytes::new(paper),
        };
        let laid_out = typst::compile::<PagedDocument>(&sheet).output;
        let made = laid_out.and_then(|it| {
            let options = PdfOptions {
                creator: Smart::Custom(None),
                ..PdfOptions::default()
            };
            typst_pdf::pdf(&it, &options)
        });
        typst::comemo::evict(KEPT);
        made.map_err(|it| Error::Layout(told(&it)))
    }
}

/// The two files are named once: the names are never forgotten by Typst.
fn place(path: &str) -> Result<FileId, Error> {
    let path = VirtualPath::new(path).map_err(|it| Error::Place(it.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn told(errors: &[SourceDiagnostic]) -> String {
    let messages: Vec<&str> = errors.iter().map(|it| it.message.as_str()).collect();
    messages.join("; ")
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.desk.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.desk.book
    }

    fn main(&self) -> FileId {
        self.desk.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() {
            return Ok(self.desk.template.clone());
        }
        Err(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.desk.data {
            return Ok(self.data.clone());
        }
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.desk.fonts.get(index).cloned()
    }

    /// Days come with the data, from the clock of the application.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
