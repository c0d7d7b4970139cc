mod blanks;
mod cards;
mod completeness;
mod consent_counts;
mod consents;
mod dictionaries;
mod enter;
mod family;
mod history;
mod lists;
mod merge;
mod names;
mod numbers;
mod papers;
mod proposals;
mod records;
mod restricted;
mod scope;
mod sealing;
mod search;
mod sets;
mod viewers;

use std::sync::Arc;

use chrono::NaiveDate;
use db::{Db, Tx, files::Files};
use identity::Accounts;
use kernel::Actor;
use org::Organisations;

pub use blanks::{BlankSheet, Collected, ConsentBlanks, ToCollect};
pub use cards::{CardView, Relative};
pub use completeness::{Completeness, FilledLine, GridLine, GridOutcome};
pub use consent_counts::{ConsentCounts, Share, Shares};
pub use consents::{ConsentLine, ConsentRegister, ConsentState};
pub use dictionaries::{DictionaryBook, DictionaryWish};
pub use enter::{Entered, Lookalike, NewCard};
pub use lists::{ParentLine, PupilLine, PupilsAsked, StaffLine};
pub use merge::{Duplicates, MergePreview, MergeSide};
pub use names::NameView;
pub use papers::{ConsentPaper, Signers};
pub use proposals::{Decision, FamilyCard, FamilyCards};
pub use records::Records;
pub use restricted::{RestrictedLine, RestrictedView};
pub use search::{Found, SearchResult};
pub use viewers::Viewers;

pub(crate) use scope::edit_right;

use crate::{ClassNames, Error, OwnPupils, Places};

/// Use cases of the cards: lists, cards, family, consents, search (PPL-1…4, PPL-11).
#[derive(Clone)]
pub struct Directory {
    db: Db,
    orgs: Arc<dyn Organisations>,
    accounts: Arc<dyn Accounts>,
    classes: Arc<dyn ClassNames>,
    own: Arc<dyn OwnPupils>,
    files: Files,
    places: Option<Arc<dyn Places>>,
}

impl Directory {
    /// `classes` and `own` are sockets that a higher domain fills.
    pub fn new(
        db: Db,
        orgs: Arc<dyn Organisations>,
        accounts: Arc<dyn Accounts>,
        classes: Arc<dyn ClassNames>,
        own: Arc<dyn OwnPupils>,
        files: Files,
    ) -> Self {
        Self {
            db,
            orgs,
            accounts,
            classes,
            own,
            files,
            places: None,
        }
    }

    /// The search also finds what is no person.
    #[must_use]
    pub fn with_places(mut self, places: Arc<dyn Places>) -> Self {
        self.places = Some(places);
        self
    }

    pub(crate) fn places(&self) -> Option<&Arc<dyn Places>> {
        self.places.as_ref()
    }

    /// The day it is in the actor's organisation.
    pub async fn today_of(&self, actor: &Actor) -> Result<NaiveDate, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        tx.commit().await?;
        Ok(today)
    }

    async fn today(&self, tx: &mut Tx) -> Result<NaiveDate, Error> {
        let own = self.orgs.own(tx).await?;
        Ok(kernel::dates::today(tx.now(), own.zone))
    }
}
