//! «Справочники» (ORG-4): the lists, their values, and what the cards have of them.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path, Query,
    form::{Raw, invalid},
};

use super::{Pages, edit::refuse, fields::Loose};
use crate::{
    CardKind, Dictionaries, Dictionary, DictionaryBook, DictionaryKind, DictionaryWish, Error,
    RecordKind, RestrictedField,
};

/// A list as a field of a form offers it.
#[derive(Serialize)]
pub(super) struct Offered {
    /// Nothing but the values is taken.
    strict: bool,
    values: Vec<String>,
}

/// The lists of the fields of a form, under the names of the fields.
pub(super) type OfferedBy = BTreeMap<&'static str, Offered>;

fn offered(lists: &Dictionaries, kind: DictionaryKind) -> Option<Offered> {
    let list = lists.of(kind);
    let mut values: Vec<String> = list.active().map(|it| it.name.clone()).collect();
    values.sort_by_cached_key(|it| kernel::names::collation_key(it));
    values.dedup();
    (!values.is_empty()).then_some(Offered {
        strict: list.strict,
        values,
    })
}

/// What the form of such a card offers.
pub(super) fn of_card(lists: &Dictionaries, card: CardKind) -> OfferedBy {
    super::fields::sections(card)
        .iter()
        .flat_map(|it| it.fields)
        .filter_map(|it| {
            let kind = DictionaryKind::of_field(card, it.name)?;
            Some((it.name, offered(lists, kind)?))
        })
        .collect()
}

/// What the form of such a line offers.
pub(super) fn of_record(lists: &Dictionaries, kind: RecordKind) -> OfferedBy {
    let parts = kind.parts().iter();
    parts
        .filter_map(|part| {
            let of = DictionaryKind::of_record(kind, *part)?;
            Some((part.code(), offered(lists, of)?))
        })
        .collect()
}

/// What the form of the restricted fields offers.
pub(super) fn of_restricted(lists: &Dictionaries) -> OfferedBy {
    let fields = RestrictedField::ALL.into_iter();
    fields
        .filter_map(|it| {
            let kind = DictionaryKind::of_restricted(it)?;
            Some((it.code(), offered(lists, kind)?))
        })
        .collect()
}

#[derive(Serialize)]
struct ListPage {
    base: String,
    lists: Vec<ListLine>,
    may_edit: bool,
    topmost: bool,
}

#[derive(Serialize)]
struct ListLine {
    kind: DictionaryKind,
    href: String,
    strict: bool,
    extendable: bool,
    values: usize,
    /// Own values among them.
    own: usize,
    /// Different values that stand in cards and not in the list.
    strays: usize,
    sealed: bool,
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let book = it.people.dictionaries(&member.actor).await?;
    let base = member.path("/settings/directories");
    let line = |kind: DictionaryKind| {
        let list = book.lists.of(kind);
        ListLine {
            kind,
            href: format!("{base}/{}", kind.code()),
            strict: list.strict,
            extendable: list.extendable,
            values: list.active().count(),
            own: list.active().filter(|it| it.depth == 0).count(),
            strays: strays(&book, kind, &list).len(),
            sealed: kind.is_sealed(),
        }
    };
    let page = ListPage {
        lists: DictionaryKind::ALL.into_iter().map(line).collect(),
        may_edit: book.may_edit,
        topmost: book.lists.topmost,
        base,
    };
    Ok(it
        .views
        .page(&member.visit, "people/dictionaries.html", &page)?
        .into_response())
}

/// What stands in cards and in no list, with how many cards.
fn strays<'a>(
    book: &'a DictionaryBook,
    kind: DictionaryKind,
    list: &Dictionary,
) -> Vec<(&'a str, i64)> {
    let uses = book.uses.iter().filter(|it| it.0 == kind);
    uses.filter(|it| list.find(&it.1).is_none_or(|known| known.name != it.1))
        .map(|it| (it.1.as_str(), it.2))
        .collect()
}

fn cards_with(book: &DictionaryBook, kind: DictionaryKind, name: &str) -> i64 {
    let mut uses = book.uses.iter();
    let found = uses.find(|it| it.0 == kind && it.1 == name);
    found.map_or(0, |it| it.2)
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each opens another part of the page"
)]
struct DictionaryPage {
    kind: DictionaryKind,
    back: String,
    action: String,
    strict: bool,
    extendable: bool,
    sealed: bool,
    values: Vec<ValueLine>,
    retired: Vec<ValueLine>,
    strays: Vec<Stray>,
    /// What may be written instead.
    active: Vec<String>,
    may_edit: bool,
    may_add: bool,
    topmost: bool,
    preview: Option<Preview>,
    form: FormState,
}

#[derive(Serialize)]
struct ValueLine {
    name: String,
    own: bool,
    /// Who said it, where it is not the own.
    unit: String,
    cards: i64,
    instead: String,
}

#[derive(Serialize)]
struct Stray {
    name: String,
    cards: i64,
    /// What those who retired it want instead.
    instead: String,
}

/// What would become of the cards.
#[derive(Serialize)]
struct Preview {
    from: String,
    to: String,
    cards: i64,
}

/// Which replacement is looked at before it is done.
#[derive(Default, Deserialize)]
pub(super) struct Looked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

fn page(
    member: &Member,
    kind: DictionaryKind,
    book: &DictionaryBook,
    looked: &Looked,
    form: FormState,
) -> DictionaryPage {
    let list = book.lists.of(kind);
    let line = |it: &crate::DictionaryValue| ValueLine {
        name: it.name.clone(),
        own: it.depth == 0,
        unit: it.unit.clone(),
        cards: cards_with(book, kind, &it.name),
        instead: it.instead.clone(),
    };
    let mut values: Vec<ValueLine> = list.active().map(line).collect();
    values.sort_by_cached_key(|it| kernel::names::collation_key(&it.name));
    let retired = list.values.iter().filter(|it| it.retired);
    let instead = |name: &str| {
        let key = crate::dictionary::dictionary_key(name);
        let mut known = list.values.iter();
        let it = known.find(|it| it.key == key && !it.instead.is_empty());
        let it = it.map(|it| it.instead.clone());
        it.or_else(|| list.find(name).map(|it| it.name.clone()))
            .unwrap_or_default()
    };
    let to = list.find(&looked.to);
    let preview = to.filter(|_| !looked.from.is_empty()).map(|to| Preview {
        from: looked.from.clone(),
        to: to.name.clone(),
        cards: cards_with(book, kind, &looked.from),
    });
    let base = member.path("/settings/directories");
    DictionaryPage {
        kind,
        action: format!("{base}/{}", kind.code()),
        back: base,
        strict: list.strict,
        extendable: list.extendable,
        sealed: kind.is_sealed(),
        active: values.iter().map(|it| it.name.clone()).collect(),
        values,
        retired: retired.map(line).collect(),
        strays: strays(book, kind, &list)
            .into_iter()
            .map(|(name, cards)| Stray {
                instead: instead(name),
                name: name.to_owned(),
                cards,
            })
            .collect(),
        may_edit: book.may_edit,
        may_add: book.may_edit && (book.lists.topmost || list.extendable),
        topmost: book.lists.topmost,
        preview,
        form,
    }
}

const TEMPLATE: &str = "people/dictionary.html";

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, code)): Path<(String, String)>,
    Query(looked): Query<Looked>,
) -> Result<Response, Failure> {
    let kind = DictionaryKind::from_code(&code).ok_or(Error::NoSuchRecord)?;
    let book = it.people.dictionaries(&member.actor).await?;
    let page = page(&member, kind, &book, &looked, FormState::new());
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn change(
    member: Member,
    State(it): State<Pages>,
    Path((_, code)): Path<(String, String)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let kind = DictionaryKind::from_code(&code).ok_or(Error::NoSuchRecord)?;
    let text = |name: &str| raw.get(name).unwrap_or_default().to_owned();
    let wish = match raw.get("act").unwrap_or_default() {
        "add" => DictionaryWish::Add(text("name")),
        "rename" => DictionaryWish::Rename(text("from"), text("name")),
        "retire" => DictionaryWish::Retire(text("from")),
        "restore" => DictionaryWish::Restore(text("from")),
        "replace" => DictionaryWish::Replace(text("from"), text("to")),
        "keep" => DictionaryWish::Keep {
            strict: raw.get("strict").is_some(),
            extendable: raw.get("extendable").is_some(),
        },
        _ => return Err(Error::NoSuchRecord.into()),
    };
    let done = it.people.change_dictionary(&member.actor, kind, wish).await;
    let Err(error) = done else {
        let to = member.path(&format!("/settings/directories/{}", kind.code()));
        let flash = Flash::done("people.flash.dictionary");
        return Ok(Go::to(to).say(&flash).into_response());
    };
    let today = it.views.today(&member.visit);
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    refuse(&mut form, error)?;
    let book = it.people.dictionaries(&member.actor).await?;
    let page = page(&member, kind, &book, &Looked::default(), form);
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}
