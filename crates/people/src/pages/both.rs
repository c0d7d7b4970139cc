//! Two people wrote the same: what only the other changed is taken over,
//! where both did both values stand side by side.

use std::collections::BTreeMap;

use serde::Serialize;
use web::{FormState, form::Raw};

use super::fields::Widget;
use crate::FieldError;

/// A field that two people changed at the same time.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    pub(super) field: &'static str,
    widget: Widget,
    mine: String,
    pub(super) now: String,
}

/// What somebody else changed while this one was typing.
#[derive(Debug, Default, Serialize)]
pub(super) struct Both {
    /// Both changed it: one of the two must be chosen.
    pub(super) clashes: Vec<Difference>,
    /// Only the other did: their value is taken over.
    pub(super) theirs: Vec<Difference>,
}

impl Both {
    /// The form with what only the other changed, and what is to be said of it.
    pub(super) fn taken_over(&self, form: FormState, open: &[FieldError]) -> FormState {
        let taken = |form: FormState, it: &Difference| form.with(it.field, &it.now);
        let mut form = self.theirs.iter().fold(form, taken);
        form.fault("", &crate::Error::ChangedMeanwhile);
        for it in open {
            form.fault(it.field, it);
        }
        form
    }
}

/// Compares what was typed with what is stored now. `was` answers none where
/// nobody changed the field meanwhile, and nothing in it where the first value
/// is not known.
pub(super) fn compared(
    raw: &Raw,
    fields: impl IntoIterator<Item = (&'static str, Widget)>,
    was: impl Fn(&str, Widget) -> Option<Option<String>>,
    now: &BTreeMap<String, String>,
) -> Both {
    let mut both = Both::default();
    for (field, widget) in fields {
        let Some(was) = was(field, widget) else {
            continue;
        };
        let it = Difference {
            field,
            widget,
            mine: raw.get(field).unwrap_or_default().to_owned(),
            now: now.get(field).cloned().unwrap_or_default(),
        };
        if it.mine == it.now {
            continue;
        }
        if was.is_some_and(|was| it.mine == was) {
            both.theirs.push(it);
        } else {
            both.clashes.push(it);
        }
    }
    both
}

/// The form with what its writer chose of clashing fields: `pick.<field>` is
/// `mine` or `now`. Fields without a choice come back.
pub(super) fn picked_of(
    raw: &Raw,
    fields: impl IntoIterator<Item = &'static str>,
    now: &BTreeMap<String, String>,
) -> Result<Raw, Vec<FieldError>> {
    let asked: Vec<&'static str> = fields
        .into_iter()
        .filter(|it| raw.all("clash").any(|name| name == *it))
        .collect();
    let open: Vec<FieldError> = asked
        .iter()
        .filter(|it| raw.get(&format!("pick.{it}")).is_none())
        .map(|it| FieldError::new(it, "people.choose-one"))
        .collect();
    if !open.is_empty() {
        return Err(open);
    }
    let is_now =
        |name: &str| asked.contains(&name) && raw.get(&format!("pick.{name}")) == Some("now");
    let chosen = raw.iter().map(|(name, value)| {
        let theirs = now.get(name).filter(|_| is_now(name));
        (
            name.to_owned(),
            theirs.cloned().unwrap_or_else(|| value.to_owned()),
        )
    });
    Ok(chosen.collect())
}
