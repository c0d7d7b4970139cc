//! Views of lists: kept, opened by default, removed by whoever keeps them.

use async_trait::async_trait;
use kernel::{Actor, Fault};
use web::table::{SavedView, Shelf};

use super::Identity;
use crate::{
    Error,
    store::{self, view::NewView},
};

kernel::id!(/// One view of a list that somebody keeps.
    ViewId);

/// So many views of one list are enough for anybody.
const MOST: i64 = 30;

/// A view to be kept.
#[derive(Clone, Copy, Debug)]
pub struct ViewWish<'a> {
    /// The path of the list inside the organisation.
    pub place: &'a str,
    pub name: &'a str,
    pub query: &'a str,
    pub as_default: bool,
}

impl Identity {
    /// Keeps a view of a list for the actor; one of the same name is replaced.
    ///
    /// # Errors
    /// [`Error::BadView`], [`Error::TooManyViews`].
    pub async fn keep_view(&self, actor: &Actor, wish: ViewWish<'_>) -> Result<ViewId, Error> {
        wish.check()?;
        let mut tx = self.db.begin(actor).await?;
        let new = NewView {
            place: wish.place,
            name: wish.name,
            query: wish.query,
        };
        let id = store::view::keep(&mut tx, actor.account, new).await?;
        if store::view::count(&mut tx, actor.account, wish.place).await? > MOST {
            return Err(Error::TooManyViews);
        }
        if wish.as_default {
            store::view::set_default(&mut tx, actor.account, wish.place, Some(id)).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Opens the list with an own view from now on, or with none; where the list is.
    ///
    /// # Errors
    /// [`Error::NoSuchView`], also for another's.
    pub async fn default_view(&self, actor: &Actor, id: ViewId, on: bool) -> Result<String, Error> {
        let mut tx = self.db.begin(actor).await?;
        let place = store::view::place(&mut tx, actor.account, id).await?;
        let place = place.ok_or(Error::NoSuchView)?;
        let wanted = on.then_some(id);
        store::view::set_default(&mut tx, actor.account, &place, wanted).await?;
        tx.commit().await?;
        Ok(place)
    }

    /// Removes an own view; where the list is.
    ///
    /// # Errors
    /// [`Error::NoSuchView`], also for another's.
    pub async fn remove_view(&self, actor: &Actor, id: ViewId) -> Result<String, Error> {
        let mut tx = self.db.begin(actor).await?;
        let place = store::view::place(&mut tx, actor.account, id).await?;
        let place = place.ok_or(Error::NoSuchView)?;
        store::view::remove(&mut tx, actor.account, id).await?;
        tx.commit().await?;
        Ok(place)
    }
}

impl ViewWish<'_> {
    /// Both come from a hidden field of our page, so a wrong one is no typing error.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '-' | '_');
        let is_place = self.place.starts_with('/')
            && !self.place.starts_with("//")
            && self.place.len() <= 200
            && self.place.chars().all(plain);
        let is_query =
            self.query.len() <= 2_000 && self.query.chars().all(|it| it.is_ascii_graphic());
        if is_place && is_query {
            Ok(())
        } else {
            Err(Error::BadView)
        }
    }
}

#[async_trait]
impl Shelf for Identity {
    async fn views(
        &self,
        actor: &Actor,
        place: &str,
        asked: Option<i64>,
    ) -> Result<Vec<SavedView>, Box<dyn Fault>> {
        let found = async {
            let mut tx = self.db.begin(actor).await?;
            let views = store::view::of(&mut tx, actor.account, place, asked).await?;
            tx.commit().await?;
            Ok::<_, db::Error>(views)
        };
        found.await.map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}
