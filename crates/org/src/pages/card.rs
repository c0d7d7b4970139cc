//! «Карточка ОО» (ORG-2): shown, edited, printed.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Right;
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, Member,
    form::{Raw, invalid},
};

use super::{Choice, Pages, seen, sent, stored, typed};
use crate::{
    Error,
    card::{Card, Clash, Entry, PUBLIC, SECTIONS},
};

/// Zones of Russia, from west to east; the word is `org.zone.<name>`.
const ZONES: [&str; 12] = [
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Sakhalin",
    "Asia/Kamchatka",
];

#[derive(Serialize)]
struct Field {
    name: &'static str,
    entry: Entry,
    /// As people read it; empty where nothing is entered.
    text: String,
}

#[derive(Serialize)]
struct Section {
    code: &'static str,
    fields: Vec<Field>,
}

#[derive(Serialize)]
struct ShowPage {
    sections: Vec<Section>,
    /// For those who see the whole card.
    completeness: Option<u8>,
    may_edit: bool,
    edit_href: String,
    print_href: String,
}

#[derive(Serialize)]
struct EditPage {
    sections: Vec<Section>,
    form: FormState,
    version: i32,
    clashes: Vec<Clash>,
    zones: Vec<Choice>,
    localities: Vec<Choice>,
    action: String,
}

pub(super) async fn show(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    it.show_page(&member, "org/card.html").await
}

pub(super) async fn print(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    it.show_page(&member, "org/card_print.html").await
}

pub(super) async fn edit(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::OrgEdit)?;
    let (card, version) = it.org.card(&member.actor).await?;
    let page = it.edit_page(&member, stored(&card.typed()), version, vec![]);
    Ok(it
        .views
        .page(&member.visit, "org/card_edit.html", &page)?
        .into_response())
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let version = seen(&raw);
    match it.org.save_card(&member.actor, &typed(&raw), version).await {
        Ok(()) => {
            let back = member.path("/settings/org");
            Ok(Go::to(back)
                .say(&Flash::done("org.card.saved"))
                .into_response())
        }
        Err(Error::Fields(faults)) => {
            let form = sent(&raw, &it.views, &faults);
            let page = it.edit_page(&member, form, version, vec![]);
            invalid(&it.views, &member.visit, "org/card_edit.html", &page)
        }
        Err(Error::CardChanged { version, clashes }) => {
            let page = it.edit_page(&member, sent(&raw, &it.views, &[]), version, clashes);
            let html = it.views.page(&member.visit, "org/card_edit.html", &page)?;
            Ok((StatusCode::CONFLICT, html).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

impl Pages {
    async fn show_page(&self, member: &Member, template: &str) -> Result<Response, Failure> {
        let (card, _) = self.org.card(&member.actor).await?;
        let all = member.actor.may_in_org(Right::OrgView).is_ok();
        let mut sections = self.sections(&card);
        sections.retain(|it| all || PUBLIC.contains(&it.code));
        let page = ShowPage {
            sections,
            completeness: all.then(|| card.completeness()),
            may_edit: member.actor.may_in_org(Right::OrgEdit).is_ok(),
            edit_href: member.path("/settings/org/edit"),
            print_href: member.path("/settings/org/print"),
        };
        Ok(self
            .views
            .page(&member.visit, template, &page)?
            .into_response())
    }

    fn edit_page(
        &self,
        member: &Member,
        form: FormState,
        version: i32,
        clashes: Vec<Clash>,
    ) -> EditPage {
        let choice = |value, key: String| Choice {
            value,
            label: self.views.word(&key),
        };
        EditPage {
            sections: empty_sections(),
            form,
            version,
            clashes,
            zones: ZONES.map(|it| choice(it, format!("org.zone.{it}"))).into(),
            localities: ["urban", "rural"]
                .map(|it| choice(it, format!("org.locality.{it}")))
                .into(),
            action: member.path("/settings/org"),
        }
    }

    fn sections(&self, card: &Card) -> Vec<Section> {
        let typed = card.typed();
        let mut sections = empty_sections();
        for field in sections.iter_mut().flat_map(|it| &mut it.fields) {
            let text = typed.get(field.name).cloned().unwrap_or_default();
            field.text = match field.entry {
                Entry::Flag => self.views.word(if text == "1" {
                    "common.yes"
                } else {
                    "common.no"
                }),
                Entry::Locality => self.views.word(&format!("org.locality.{text}")),
                Entry::Zone => self.zone(text),
                _ => text,
            };
        }
        sections
    }

    /// A zone outside of Russia has no word and stands as it is.
    fn zone(&self, name: String) -> String {
        let key = format!("org.zone.{name}");
        if self.views.has_word(&key) {
            self.views.word(&key)
        } else {
            name
        }
    }
}

fn empty_sections() -> Vec<Section> {
    let field = |&(name, entry): &(&'static str, Entry)| Field {
        name,
        entry,
        text: String::new(),
    };
    SECTIONS
        .iter()
        .map(|(code, fields)| Section {
            code,
            fields: fields.iter().map(field).collect(),
        })
        .collect()
}
