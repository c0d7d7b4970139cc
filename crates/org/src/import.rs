//! «Учреждение»: the fields of the card, one below the other or side by side.

use std::collections::HashMap;

use async_trait::async_trait;
use db::Tx;
use intake::{Check, Column, Commit, Importer, Kind, Layout, Record, RowOutcome, Rows, Wish};
use kernel::{Actor, Right, names::search_key};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::Views;

use crate::{
    Error,
    card::{Card, Entry, SECTIONS},
    fields::Typed,
    store,
};

/// Layouts: «Поле» and «Значение», or a column for each field.
const DOWN: usize = 0;

/// The list «Учреждение», which has one entry: the card.
pub struct CardList {
    views: Views,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    before: Typed,
    /// The version that the list left.
    left: i32,
}

/// What the file comes to.
struct Plan {
    before: Typed,
    seen: i32,
    after: Option<Card>,
    /// For each row, the field it says where it says another value.
    changed: Vec<bool>,
}

impl CardList {
    /// `views` knows the names of the fields.
    pub const fn new(views: Views) -> Self {
        Self { views }
    }

    fn label(&self, field: &str) -> String {
        self.views.word(&format!("org.card.{field}"))
    }

    /// The fields by what a title of them is compared by: label, and what else
    /// the layout with a column for each calls them.
    fn titles(&self) -> HashMap<String, (&'static str, Entry)> {
        let mut titles = HashMap::new();
        for it in fields() {
            let known = self
                .views
                .word(&format!("intake.organisation.col.{}", it.0));
            for title in known.split('|').chain([it.0]) {
                titles.entry(search_key(title)).or_insert(it);
            }
        }
        titles
    }

    /// Fields with their values and the row they stand in.
    fn said(
        &self,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Vec<(usize, &'static str, Entry, &'static str, String)> {
        let mut said = vec![];
        let titles = self.titles();
        for (index, record) in wish.records.iter().enumerate() {
            if wish.layout != DOWN {
                said.extend(
                    across(record).map(|(name, entry, text)| (index, name, entry, name, text)),
                );
                continue;
            }
            match titles.get(&search_key(record.text("field"))).copied() {
                Some((name, entry)) => {
                    let text = record.text("value").to_owned();
                    said.push((index, name, entry, "value", text));
                }
                None => rows.refuse(index, "field", "intake.no-such-field"),
            }
        }
        said
    }

    async fn plan(&self, tx: &mut Tx, wish: &Wish, rows: &mut Rows<'_>) -> Result<Plan, Error> {
        let (card, seen) = store::card(tx).await?.ok_or(Error::NoSuchOrganisation)?;
        let before = card.typed();
        let mut typed = before.clone();
        let mut changed = vec![false; wish.records.len()];
        let mut places = HashMap::new();
        for (index, name, entry, column, text) in self.said(wish, rows) {
            if places.insert(name, (index, column)).is_some() {
                rows.refuse(index, column, "intake.same-field");
            } else if let Some(text) = self.read(entry, &text, index, column, rows)
                && !text.is_empty()
            {
                typed.insert(name.to_owned(), text);
            }
        }
        let after = match Card::read(&typed, wish.today) {
            Ok(card) => Some(card),
            Err(faults) => {
                for it in faults {
                    // A mistake in what the file does not say is of the card as it was.
                    let place = places.get(it.field).copied();
                    if let Some((index, column)) = place {
                        rows.refuse(index, column, code(it.code, it.check.is_some()));
                    }
                }
                None
            }
        };
        if let Some(after) = after.as_ref().map(Card::typed) {
            for (name, (index, _)) in &places {
                changed[*index] |= before.get(*name) != after.get(*name);
            }
        }
        Ok(Plan {
            before,
            seen,
            after,
            changed,
        })
    }

    /// The value as the form of the card would have it.
    fn read(
        &self,
        entry: Entry,
        text: &str,
        index: usize,
        column: &'static str,
        rows: &mut Rows<'_>,
    ) -> Option<String> {
        let chosen = match entry {
            Entry::Flag => self.flag(text),
            Entry::Locality => self.choice("org.locality", &["urban", "rural"], text),
            _ => return Some(text.to_owned()),
        };
        if chosen.is_none() {
            rows.refuse(index, column, "choice");
        }
        chosen
    }

    fn flag(&self, text: &str) -> Option<String> {
        let is = |word: &str| {
            let text = text.to_lowercase();
            self.views.word(word).split('|').any(|it| it.trim() == text)
        };
        if text.is_empty() || is("import.flag.no") {
            return Some(String::new());
        }
        is("import.flag.yes").then(|| "1".to_owned())
    }

    fn choice(&self, words: &str, codes: &[&str], text: &str) -> Option<String> {
        let said = search_key(text);
        let means = |code: &&&str| {
            **code == text
                || search_key(&self.views.word(&format!("{words}.{code}"))).starts_with(&said)
        };
        if said.is_empty() {
            return Some(String::new());
        }
        codes.iter().find(means).map(|it| (*it).to_owned())
    }
}

/// The code of a form's mistake as the import says it.
fn code(code: &str, is_checked: bool) -> String {
    match code {
        code if is_checked => code.to_owned(),
        "too_long" => "too-long".to_owned(),
        code => code.to_owned(),
    }
}

fn fields() -> impl Iterator<Item = (&'static str, Entry)> {
    SECTIONS.iter().flat_map(|it| it.1).copied()
}

fn across(record: &Record) -> impl Iterator<Item = (&'static str, Entry, String)> {
    let said = |(name, entry): (&'static str, Entry)| {
        let text = record.text(name);
        (!text.is_empty()).then(|| (name, entry, text.to_owned()))
    };
    fields().filter_map(said)
}

#[async_trait]
impl Importer for CardList {
    fn kind(&self) -> &'static str {
        "organisation"
    }

    fn right(&self) -> Right {
        Right::OrgEdit
    }

    fn layouts(&self) -> Vec<Layout> {
        let text = |key| Column::new(key, Kind::Text(1000));
        let side_by_side: Vec<Column> = fields().map(|it| text(it.0)).collect();
        vec![
            Layout::new(
                "intake.organisation",
                vec![text("field").required(), text("value")],
            ),
            Layout::new("intake.organisation", side_by_side),
        ]
    }

    fn list_path(&self) -> &'static str {
        "/settings/org"
    }

    fn samples(&self, _views: &Views) -> Vec<Vec<String>> {
        fields().map(|it| vec![self.label(it.0)]).collect()
    }

    async fn check(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        wish: &Wish,
    ) -> Result<Check, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        if wish.layout != DOWN {
            (1..wish.records.len()).for_each(|it| rows.refuse(it, "full_name", "intake.one-row"));
        }
        let plan = self
            .plan(tx, wish, &mut rows)
            .await
            .map_err(intake::Error::of)?;
        let outcome = |index: usize| {
            if plan.changed[index] {
                RowOutcome::Update
            } else {
                RowOutcome::Skip
            }
        };
        Ok(Check {
            rows: rows.finish(outcome),
            notes: vec![],
        })
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
    ) -> Result<Commit, intake::Error> {
        let plan = self.plan(tx, wish, &mut Rows::new(&wish.records)).await;
        let plan = plan.map_err(intake::Error::of)?;
        let card = plan.after.ok_or(intake::Error::RowsWithErrors)?;
        if !store::save_card(tx, actor.org, &card, plan.seen).await? {
            return Err(intake::Error::ChangedSince);
        }
        store::rename(tx, &card).await?;
        let left = store::card(tx).await?.map_or(plan.seen, |it| it.1);
        Ok(Commit {
            undo: json!(Undo {
                before: plan.before,
                left
            }),
        })
    }

    async fn revert(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Value,
        _reason: &str,
    ) -> Result<(), intake::Error> {
        let undo = Undo::deserialize(undo).map_err(intake::Error::BadUndo)?;
        let today = tx.now().date_naive();
        let card =
            Card::read(&undo.before, today).map_err(|it| intake::Error::of(Error::Fields(it)))?;
        if !store::save_card(tx, actor.org, &card, undo.left).await? {
            return Err(intake::Error::ChangedSince);
        }
        store::rename(tx, &card).await?;
        Ok(())
    }
}
