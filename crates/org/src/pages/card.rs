//! «Карточка ОО» (ORG-2): shown, edited, printed.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Right;
use serde::{Deserialize, Serialize};
use web::{
    Failure, Flash, FormState, Go, Member, Query,
    form::{Raw, invalid},
    table::{Book, Value},
};

use super::{Choice, Pages, seen, sent, stored, typed};
use crate::{
    CardChange, Error,
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
    history_href: String,
    file_href: String,
}

#[derive(Serialize)]
struct HistoryPage {
    changes: Vec<CardChange>,
    card_href: String,
}

/// In what form the card is taken out.
#[derive(Deserialize)]
pub(super) struct FileQuery {
    #[serde(default, rename = "as")]
    shown_as: FileKind,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FileKind {
    #[default]
    Xlsx,
    Csv,
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

/// «Журнал изменений»: what each field was and is, who changed it and when.
pub(super) async fn history(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let mut changes = it
        .org
        .card_history(&member.actor, it.names.as_ref())
        .await?;
    for field in changes.iter_mut().flat_map(|it| &mut it.fields) {
        let entry = field.entry;
        for text in [&mut field.old, &mut field.new] {
            *text = it.said(entry, std::mem::take(text));
        }
    }
    let page = HistoryPage {
        changes,
        card_href: member.path("/settings/org"),
    };
    Ok(it
        .views
        .page(&member.visit, "org/card_history.html", &page)?
        .into_response())
}

/// The card as a file: section, field, value.
pub(super) async fn file(
    member: Member,
    State(it): State<Pages>,
    Query(wish): Query<FileQuery>,
) -> Result<Response, Failure> {
    let (sections, _) = it.seen_by(&member).await?;
    let word = |key: String| it.views.word(&key);
    let rows = sections.iter().flat_map(|section| {
        let title = word(format!("org.card.section.{}", section.code));
        section.fields.iter().map(move |field| {
            let label = word(format!("org.card.{}", field.name));
            [title.clone(), label, field.text.clone()]
                .map(Value::Text)
                .into()
        })
    });
    let book = Book {
        name: "organisation".to_owned(),
        title: word("org.card.title".to_owned()),
        head: ["section", "field", "value"]
            .map(|it| word(format!("org.card.file.{it}")))
            .into(),
        rows: rows.collect(),
        pinned: 0,
        keys: vec![],
    };
    match wish.shown_as {
        FileKind::Xlsx => book.xlsx(&it.views, &member.visit),
        FileKind::Csv => book.csv(),
    }
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
        let (sections, completeness) = self.seen_by(member).await?;
        let page = ShowPage {
            sections,
            completeness,
            may_edit: member.actor.may_in_org(Right::OrgEdit).is_ok(),
            edit_href: member.path("/settings/org/edit"),
            print_href: member.path("/settings/org/print"),
            history_href: member.path("/settings/org/history"),
            file_href: member.path("/settings/org/file"),
        };
        Ok(self
            .views
            .page(&member.visit, template, &page)?
            .into_response())
    }

    /// The card as far as the member sees it, and how full it is, for those
    /// who see the whole.
    async fn seen_by(&self, member: &Member) -> Result<(Vec<Section>, Option<u8>), Failure> {
        let (card, _) = self.org.card(&member.actor).await?;
        let all = member.actor.may_in_org(Right::OrgView).is_ok();
        let mut sections = self.sections(&card);
        sections.retain(|it| all || PUBLIC.contains(&it.code));
        Ok((sections, all.then(|| card.completeness())))
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
            field.text = self.said(field.entry, text);
        }
        sections
    }

    /// What a form keeps, as people read it.
    fn said(&self, entry: Entry, text: String) -> String {
        match entry {
            Entry::Flag => self.views.word(if text == "1" {
                "common.yes"
            } else {
                "common.no"
            }),
            Entry::Locality if !text.is_empty() => self.views.word(&format!("org.locality.{text}")),
            Entry::Zone => self.zone(text),
            _ => text,
        }
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
