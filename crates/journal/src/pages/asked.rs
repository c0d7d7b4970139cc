//! Whose diary is asked for: the child in the address, in the school of the
//! child, at the school's own time.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{Html, IntoResponse, Response},
};
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use kernel::{Actor, PersonId};
use serde::{Deserialize, Serialize};
use web::{
    Failure, Missing, Query, Signed,
    diary::{self, Home},
    form::invalid,
};

use super::{Pages, view};
use crate::{Journal, service::Whose};

/// `child=krymsk-g7:128`: the organisation and the card there.
#[derive(Deserialize)]
struct ChildQuery {
    child: Option<String>,
}

/// Whose diary in which organisation is asked for.
pub(super) struct Asked {
    pub(super) actor: Actor,
    pub(super) org_code: String,
    pub(super) child: Option<PersonId>,
    /// The time on the school's own clock.
    pub(super) now: NaiveDateTime,
    pub(super) zone: Tz,
}

impl Asked {
    pub(super) fn today(&self) -> NaiveDate {
        self.now.date()
    }
}

/// A reader and the diary asked for. As an argument of a handler it is that of
/// the child in the query; a person without a diary goes to the own work, and
/// a child of somebody else is not there.
pub(super) struct Diary {
    it: Pages,
    signed: Signed,
    asked: Asked,
}

impl FromRequestParts<Pages> for Diary {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, it: &Pages) -> Result<Self, Response> {
        let signed = Signed::from_request_parts(parts, it).await;
        let signed = signed.map_err(IntoResponse::into_response)?;
        let query = Query::<ChildQuery>::from_request_parts(parts, it).await;
        let Query(query) = query.map_err(IntoResponse::into_response)?;
        match it.asked(&diary::homes(&signed), query.child.as_deref()) {
            Ok(Some(asked)) => Ok(Self {
                it: it.clone(),
                signed,
                asked,
            }),
            Ok(None) => Err(diary::away(&signed)),
            Err(missing) => Err(Failure::from(missing).into_response()),
        }
    }
}

impl Diary {
    pub(super) fn journal(&self) -> &Journal {
        &self.it.journal
    }

    pub(super) fn actor(&self) -> &Actor {
        &self.asked.actor
    }

    pub(super) fn child(&self) -> Option<PersonId> {
        self.asked.child
    }

    pub(super) fn now(&self) -> NaiveDateTime {
        self.asked.now
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.asked.today()
    }

    /// The code of the school.
    pub(super) fn org(&self) -> &str {
        &self.asked.org_code
    }

    /// The part that all pages of a diary share. Children in the person's
    /// other schools are there too, so that one tap switches (P4).
    pub(super) async fn whose(&self, whose: &Whose) -> Result<diary::Whose, Failure> {
        let mut others = vec![];
        for other in self.it.everywhere(&self.signed) {
            if other.actor.org != self.asked.actor.org {
                let children = self.journal().children(&other.actor, self.today()).await?;
                others.extend(view::links(&other.org_code, &children, None));
            }
        }
        Ok(view::whose(self.org(), whose, others))
    }

    pub(super) fn page(&self, template: &str, page: &impl Serialize) -> Result<Response, Failure> {
        let html: Html<String> = self.it.views.page(&self.signed.visit, template, page)?;
        Ok(html.into_response())
    }

    /// The page once more, with what is wrong in its form.
    pub(super) fn invalid(
        &self,
        template: &str,
        page: &impl Serialize,
    ) -> Result<Response, Failure> {
        invalid(&self.it.views, &self.signed.visit, template, page)
    }
}

impl Pages {
    /// The diary of the child that a form names; whoever has none finds no such page.
    pub(super) fn diary(&self, signed: Signed, child: Option<&str>) -> Result<Diary, Missing> {
        let asked = self.asked(&diary::homes(&signed), child)?;
        Ok(Diary {
            it: self.clone(),
            signed,
            asked: asked.ok_or(Missing)?,
        })
    }

    /// Every organisation where the person has a diary.
    pub(super) fn everywhere(&self, signed: &Signed) -> Vec<Asked> {
        let homes = diary::homes(signed);
        homes.iter().map(|it| self.asked_in(it, None)).collect()
    }

    /// The organisation of the child in the address, or the first of these;
    /// `None` where none does.
    pub(super) fn asked(
        &self,
        homes: &[Home<'_>],
        child: Option<&str>,
    ) -> Result<Option<Asked>, Missing> {
        let chosen = diary::chosen(homes, child)?;
        Ok(chosen.map(|(home, child)| self.asked_in(home, child)))
    }

    fn asked_in(&self, home: &Home<'_>, child: Option<PersonId>) -> Asked {
        let zone = home.zone();
        Asked {
            actor: home.actor.clone(),
            org_code: home.membership.code.clone(),
            child,
            now: self.clock.now().with_timezone(&zone).naive_local(),
            zone,
        }
    }
}
