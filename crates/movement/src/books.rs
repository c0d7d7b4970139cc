//! The books that follow from the orders: how the numbers of pupils change,
//! the alphabet book with the numbers of personal files, leavers (S3:9, S3:10.3).

mod alphabet;
mod certificate;
mod certificates;
mod count;
mod file_number;
mod leavers;
mod numbering;
mod numbers;

use std::sync::Arc;

use chrono::NaiveDate;
use curriculum::Curriculum;
use db::{Db, Tx};
use org::Organisations;
use people::People;

pub use alphabet::{Alphabet, FileEntry, FileRecord, FileRecordId, FileState, Handing, RecordPage};
pub use certificate::{
    Certificate, CertificateId, CertificateKind, CertificateState, CheckCode, NewCertificate, Said,
};
pub(crate) use certificates::StudyFacts;
pub use certificates::{CertificatePage, CheckedCertificate, ClassChoice, MyDocuments};
pub use count::{Figure, Figures, Origin, Paper, Passage, Spot, Stage};
pub use file_number::{FileFormat, FileNumber};
pub use leavers::{Leaver, Leaving};
pub(crate) use numbering::{
    GivenNumber, Held, LastRecord, NewRecord, Rebound, Wanted, number_files, take_numbers_back,
    taken_wishes,
};
pub(crate) use numbers::first_gap;
pub use numbers::{ClassFill, Fill, Level, Numbers, NumbersLine, RowKey, Span, SpanWish};

use crate::Error;

/// Use cases of the books (MOV-3).
#[derive(Clone)]
pub struct Books {
    db: Db,
    people: Arc<dyn People>,
    curriculum: Arc<dyn Curriculum>,
    orgs: Arc<dyn Organisations>,
}

impl Books {
    pub fn new(
        db: Db,
        people: Arc<dyn People>,
        curriculum: Arc<dyn Curriculum>,
        orgs: Arc<dyn Organisations>,
    ) -> Self {
        Self {
            db,
            people,
            curriculum,
            orgs,
        }
    }

    /// The day it is in the organisation.
    async fn today(&self, tx: &mut Tx) -> Result<NaiveDate, Error> {
        let own = self.orgs.own(tx).await?;
        Ok(own.day(tx.now()))
    }
}
