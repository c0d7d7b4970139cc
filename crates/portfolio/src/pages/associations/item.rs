//! A point of the plan, minutes or a report of an association.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use web::{Failure, Member, Path, form::Raw};

use super::{
    super::{
        Link, Pages,
        form::{Field, FormPage},
        sent::{Sent, raw_of, shown_day},
    },
    back, own_path,
};
use crate::{AssociationId, Error, Item, ItemFields, ItemForm, ItemId, ItemKind};

/// Where the association and its item stand.
type Address = (String, AssociationId, ItemId);

impl Pages {
    fn item_form(&self, member: &Member, data: &ItemForm, kind: ItemKind) -> FormPage {
        let views = &self.views;
        let mut fields = vec![Field::date("held_on"), Field::text("topic")];
        match kind {
            ItemKind::Plan => fields.push(Field::check("done")),
            ItemKind::Minutes => fields.push(Field::text("number").optional()),
            ItemKind::Report => {}
        }
        fields.push(Field::long("body").optional());
        let own = own_path(member, data.association.id);
        let trail = vec![
            Link {
                href: member.path("/study/associations"),
                label: views.word("associations.list.title"),
            },
            Link {
                href: own.clone(),
                label: data.association.fields.name.clone(),
            },
        ];
        let title = match kind {
            ItemKind::Plan => "associations.item.plan",
            ItemKind::Minutes => "associations.item.minutes",
            ItemKind::Report => "associations.item.report",
        };
        let page = FormPage::new(views, title, fields).below(trail);
        match &data.item {
            None => page.going(format!("{own}/items/new?kind={}", kind.code()), own),
            Some(it) => page.going(format!("{own}/items/{}", it.id), own).with(
                views,
                &stored(it),
                it.version,
            ),
        }
    }
}

fn stored(it: &Item) -> Raw {
    let f = &it.fields;
    raw_of([
        ("held_on", shown_day(Some(f.held_on))),
        ("topic", f.title.clone()),
        ("number", f.number.clone()),
        ("body", f.body.clone()),
        ("done", if f.done { "1" } else { "" }.to_owned()),
    ])
}

fn read(sent: &mut Sent<'_>, kind: ItemKind) -> Option<ItemFields> {
    let held_on = sent.date("held_on");
    let title = sent.required("topic", 300);
    let fields = ItemFields {
        kind,
        held_on: held_on?,
        number: sent.text("number", 40),
        title,
        body: sent.text("body", 20_000),
        done: sent.ticked("done"),
    };
    sent.is_right().then_some(fields)
}

/// What a new item is, as the address says; a point of the plan where it says nothing.
fn kind_of(query: Option<&str>) -> ItemKind {
    query
        .and_then(|it| it.strip_prefix("kind="))
        .and_then(ItemKind::from_code)
        .unwrap_or(ItemKind::Plan)
}

pub(in crate::pages) async fn new_item(
    member: Member,
    State(it): State<Pages>,
    Path((_, of)): Path<(String, AssociationId)>,
    uri: axum::http::Uri,
) -> Result<Response, Failure> {
    let data = it.portfolio.item_form(&member.actor, of, None).await?;
    let kind = kind_of(uri.query());
    it.item_form(&member, &data, kind)
        .show(&it.views, &member.visit)
}

pub(in crate::pages) async fn add_item(
    member: Member,
    State(it): State<Pages>,
    Path((_, of)): Path<(String, AssociationId)>,
    uri: axum::http::Uri,
    raw: Raw,
) -> Result<Response, Failure> {
    let data = it.portfolio.item_form(&member.actor, of, None).await?;
    let kind = kind_of(uri.query());
    it.save_item(&member, &data, kind, &raw).await
}

pub(in crate::pages) async fn edit_item(
    member: Member,
    State(it): State<Pages>,
    Path((_, of, id)): Path<Address>,
) -> Result<Response, Failure> {
    let data = it.portfolio.item_form(&member.actor, of, Some(id)).await?;
    let kind = data.item.as_ref().map(|it| it.fields.kind);
    it.item_form(&member, &data, kind.ok_or(Error::NotFound)?)
        .show(&it.views, &member.visit)
}

pub(in crate::pages) async fn save_item(
    member: Member,
    State(it): State<Pages>,
    Path((_, of, id)): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let data = it.portfolio.item_form(&member.actor, of, Some(id)).await?;
    let kind = data.item.as_ref().map(|it| it.fields.kind);
    let kind = kind.ok_or(Error::NotFound)?;
    it.save_item(&member, &data, kind, &raw).await
}

impl Pages {
    async fn save_item(
        &self,
        member: &Member,
        data: &ItemForm,
        kind: ItemKind,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        let of = data.association.id;
        let mut sent = Sent::new(raw, self.today(&member.visit), &self.views);
        let known = data.item.as_ref().map(|it| (it.id, sent.seen()));
        let mut stale = false;
        if let Some(fields) = read(&mut sent, kind) {
            let saved = self
                .portfolio
                .save_item(&member.actor, of, known, &fields)
                .await;
            match saved {
                Ok(()) => return Ok(back(member, of).into_response()),
                Err(error) => stale = sent.note(error, "topic")?,
            }
        }
        let page = self.item_form(member, data, kind);
        let known = data.item.as_ref().filter(|_| stale).map(stored);
        page.again(&self.views, &member.visit, sent, known.as_ref())
    }
}
