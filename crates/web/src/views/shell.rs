//! What stands around every page: organisation, person, navigation, look.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use serde::Serialize;

use super::{
    Views,
    nav::{self, PartView, Section},
};
use crate::{Look, Me, Membership, Visit};

#[derive(Serialize)]
pub(super) struct Shell<'a> {
    title_prefix: String,
    nonce: &'a str,
    assets: &'a BTreeMap<String, String>,
    org: Option<OrgView<'a>>,
    person: Option<PersonView<'a>>,
    nav: Vec<Section>,
    /// The pages of the section, on the first page of each.
    tabs: Vec<PartView>,
    orgs: Vec<OrgView<'a>>,
    path: &'a str,
    theme: &'a str,
    a11y: A11y<'a>,
    archive: Option<&'a str>,
    flash: Option<FlashView>,
    /// Somebody looks with the eyes of the person.
    looking: Option<LookingView<'a>>,
    /// The moment of rendering; `date` and `time` show it in `zone`.
    now: String,
    zone: &'a str,
    system: &'a str,
    /// Who prints (S2:4.5).
    executor: String,
    request: &'a str,
}

#[derive(Serialize)]
struct OrgView<'a> {
    code: &'a str,
    name: &'a str,
    short_name: &'a str,
}

#[derive(Serialize)]
struct PersonView<'a> {
    /// By which the browser tells whose copies it keeps for when the network is gone.
    account: kernel::AccountId,
    name: &'a str,
    initials: &'a str,
    login: &'a str,
    roles: Vec<&'static str>,
}

#[derive(Serialize)]
struct LookingView<'a> {
    /// Who looks.
    by: &'a str,
    until: String,
}

#[derive(Serialize)]
struct A11y<'a> {
    on: bool,
    size: u16,
    colors: &'a str,
    spacing: &'a str,
    images: bool,
}

#[derive(Serialize)]
struct FlashView {
    code: String,
    kind: &'static str,
    text: String,
    href: Option<String>,
    undo: Option<String>,
}

impl<'a> Shell<'a> {
    pub(super) fn of(views: &'a Views, visit: &'a Visit, title_prefix: String) -> Self {
        let setup = views.setup();
        let me = visit.me();
        let member = visit.membership();
        let roles = visit.roles();
        let org = member.map(|it| OrgView::of(&it.code, &it.name, &it.short_name));
        let place = member.or_else(|| of_the_query(me, visit.path()));
        let orgs = me.map_or(&[][..], |it| &it.memberships);
        let look = visit.look();
        let (nav, tabs) = nav::menu(&setup.nav, &roles, place, visit.path());
        Self {
            title_prefix,
            nonce: visit.nonce(),
            assets: &setup.assets,
            org,
            person: me.map(|it| PersonView {
                account: it.account,
                name: &it.name,
                initials: &it.initials,
                login: &it.login,
                roles: roles.iter().map(|it| it.code()).collect(),
            }),
            nav,
            tabs,
            orgs: orgs
                .iter()
                .map(|it| OrgView::of(&it.code, &it.name, &it.short_name))
                .collect(),
            path: visit.path(),
            theme: look.theme.code(),
            a11y: a11y(look),
            archive: visit.archive.as_deref(),
            flash: visit.flash().map(|it| FlashView {
                code: it.code.clone(),
                kind: it.kind(),
                text: views.phrase(&it.code, &it.args),
                href: it.href.clone(),
                undo: it.undo.clone(),
            }),
            looking: me
                .and_then(|it| it.bounds.looking.as_ref())
                .map(|it| LookingView {
                    by: &it.name,
                    until: it.until.to_rfc3339_opts(SecondsFormat::Secs, true),
                }),
            now: setup.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
            zone: visit.zone_name(),
            system: &setup.system,
            executor: me.map(|it| it.initials.clone()).unwrap_or_default(),
            request: visit.request_id(),
        }
    }
}

impl<'a> OrgView<'a> {
    fn of(code: &'a str, name: &'a str, short_name: &'a str) -> Self {
        Self {
            code,
            name,
            short_name,
        }
    }
}

/// Outside of an organisation the sections are those of the school that the
/// address names (`child=krymsk-g7:128`), otherwise of the first one.
fn of_the_query<'a>(me: Option<&'a Me>, path: &str) -> Option<&'a Membership> {
    let memberships = &me?.memberships;
    let named = path.split_once('?').and_then(|(_, query)| {
        let child = query.split('&').find_map(|it| it.strip_prefix("child="))?;
        child.split([':', '%']).next()
    });
    memberships
        .iter()
        .find(|it| named == Some(it.code.as_str()))
        .or_else(|| memberships.first())
}

fn a11y(look: &Look) -> A11y<'_> {
    let Look {
        on,
        size,
        colors,
        spacing,
        images,
        ..
    } = look;
    A11y {
        on: *on,
        size: *size,
        colors: colors.code(),
        spacing: spacing.code(),
        images: *images,
    }
}
