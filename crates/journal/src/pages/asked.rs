//! Whose diary is asked for: the child in the address, in the school of the
//! child, at the school's own time.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{Html, IntoResponse, Response},
};
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use kernel::{Actor, PersonId, Reach, Right};
use serde::{Deserialize, Serialize};
use web::{Failure, Go, Membership, Missing, Query, Signed, form::invalid};

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

    /// Whether the person is somebody's parent there.
    pub(super) fn is_parent(&self) -> bool {
        self.actor.reaches(Right::DiaryView).has(Reach::OwnChild)
    }

    fn has_diary(&self) -> bool {
        self.is_parent() || self.actor.reaches(Right::DiaryView).has(Reach::Own)
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
        match it.asked(&signed, query.child.as_deref(), Asked::has_diary) {
            Ok(Some(asked)) => Ok(Self {
                it: it.clone(),
                signed,
                asked,
            }),
            Ok(None) => Err(away(&signed)),
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
    pub(super) async fn whose(&self, whose: &Whose) -> Result<view::WhoseView, Failure> {
        let mut others = vec![];
        for other in self.it.everywhere(&self.signed) {
            if other.actor.org != self.asked.actor.org {
                let children = self.journal().children(&other.actor, self.today()).await?;
                others.extend(view::child_links(&other.org_code, &children, None));
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
        let asked = self.asked(&signed, child, Asked::has_diary)?;
        Ok(Diary {
            it: self.clone(),
            signed,
            asked: asked.ok_or(Missing)?,
        })
    }

    /// Every organisation where the person has a diary.
    pub(super) fn everywhere(&self, signed: &Signed) -> Vec<Asked> {
        let memberships = signed.me.memberships.iter();
        memberships
            .map(|membership| self.asked_in(signed, membership))
            .filter(Asked::has_diary)
            .collect()
    }

    /// The organisation of the child in the address, or the first that fits;
    /// `None` where none does.
    pub(super) fn asked(
        &self,
        signed: &Signed,
        child: Option<&str>,
        fits: fn(&Asked) -> bool,
    ) -> Result<Option<Asked>, Missing> {
        let memberships = signed.me.memberships.iter();
        let mut fitting = memberships.map(|it| self.asked_in(signed, it)).filter(fits);
        let Some(child) = child else {
            return Ok(fitting.next());
        };
        let (org, child) = child.split_once(':').ok_or(Missing)?;
        let child = child.parse::<PersonId>().map_err(|_| Missing)?;
        let found = fitting.find(|it| it.org_code == org).ok_or(Missing)?;
        Ok(Some(Asked {
            child: Some(child),
            ..found
        }))
    }

    fn asked_in(&self, signed: &Signed, membership: &Membership) -> Asked {
        let zone = membership.zone.parse().unwrap_or(Tz::Europe__Moscow);
        Asked {
            actor: Actor {
                account: signed.me.account,
                person: membership.person,
                org: membership.org,
                grants: std::sync::Arc::clone(&membership.grants),
            },
            org_code: membership.code.clone(),
            child: None,
            now: self.clock.now().with_timezone(&zone).naive_local(),
            zone,
        }
    }
}

/// A person without a diary goes to the pages of the own work.
fn away(signed: &Signed) -> Response {
    let to = signed.me.memberships.first().map_or_else(
        || "/my/settings".to_owned(),
        |it| format!("/o/{}/", it.code),
    );
    Go::to(to).into_response()
}
