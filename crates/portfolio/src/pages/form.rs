//! A form that is declared as a list of fields: `templates/portfolio/form.html`.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{
    Failure, FormState, Views, Visit,
    form::{Raw, invalid},
};

use super::{
    Choice, Link,
    sent::{Sent, form_of},
};

const TEMPLATE: &str = "portfolio/form.html";

/// A field of a form. Its label is the word `portfolio.field.<name>`, its
/// hint `portfolio.hint.<name>` where there is one.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Field {
    name: &'static str,
    /// `text`, `long`, `number`, `date`, `select`, `check`, `checks` or `file`.
    kind: &'static str,
    optional: bool,
    options: Vec<Choice>,
    /// Which of several options are ticked.
    ticked: Vec<String>,
    label: String,
    hint: String,
}

impl Field {
    pub(super) fn text(name: &'static str) -> Self {
        Self::new(name, "text")
    }

    pub(super) fn long(name: &'static str) -> Self {
        Self::new(name, "long")
    }

    pub(super) fn date(name: &'static str) -> Self {
        Self::new(name, "date")
    }

    pub(super) fn file(name: &'static str) -> Self {
        Self::new(name, "file")
    }

    pub(super) fn select(name: &'static str, options: Vec<Choice>) -> Self {
        Self {
            options,
            ..Self::new(name, "select")
        }
    }

    pub(super) fn number(name: &'static str) -> Self {
        Self::new(name, "number")
    }

    pub(super) fn check(name: &'static str) -> Self {
        Self::new(name, "check").optional()
    }

    /// Several of a list; `ticked` are the values that are chosen.
    pub(super) fn checks(name: &'static str, options: Vec<Choice>, ticked: Vec<String>) -> Self {
        Self {
            options,
            ticked,
            ..Self::new(name, "checks").optional()
        }
    }

    fn new(name: &'static str, kind: &'static str) -> Self {
        Self {
            name,
            kind,
            optional: false,
            options: vec![],
            ticked: vec![],
            label: String::new(),
            hint: String::new(),
        }
    }

    /// May be left empty.
    pub(super) fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// With the words of the templates.
    fn said(mut self, views: &Views) -> Self {
        let hint = format!("portfolio.hint.{}", self.name);
        self.label = views.word(&format!("portfolio.field.{}", self.name));
        if views.has_word(&hint) {
            self.hint = views.word(&hint);
        }
        self
    }

    /// A stored value as people read it.
    fn readable(&self, value: &str) -> String {
        let found = self.options.iter().find(|it| it.value == value);
        found.map_or_else(|| value.to_owned(), |it| it.label.clone())
    }
}

/// A field that somebody else changed meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Difference {
    field: &'static str,
    label: String,
    mine: String,
    now: String,
}

/// The page of a form.
#[derive(Serialize)]
pub(super) struct FormPage {
    /// The key of the word over it.
    pub(super) title: &'static str,
    /// Whom or what it is about.
    pub(super) note: String,
    pub(super) trail: Vec<Link>,
    pub(super) fields: Vec<Field>,
    /// 0 where the thing is new.
    pub(super) version: i32,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) form: FormState,
    differences: Vec<Difference>,
    has_file: bool,
}

impl FormPage {
    pub(super) fn new(views: &Views, title: &'static str, fields: Vec<Field>) -> Self {
        Self {
            title,
            note: String::new(),
            trail: vec![],
            has_file: fields.iter().any(|it| it.kind == "file"),
            fields: fields.into_iter().map(|it| it.said(views)).collect(),
            version: 0,
            action: String::new(),
            back: String::new(),
            form: FormState::new(),
            differences: vec![],
        }
    }

    /// Where the form goes, and where leaving it leads.
    pub(super) fn going(mut self, action: String, back: String) -> Self {
        (self.action, self.back) = (action, back);
        self
    }

    /// The way to the page, without the page itself.
    pub(super) fn below(mut self, trail: Vec<Link>) -> Self {
        self.trail = trail;
        self
    }

    /// With what is stored, at that version.
    pub(super) fn with(mut self, views: &Views, stored: &Raw, version: i32) -> Self {
        self.form = form_of(stored, views);
        self.version = version;
        self
    }

    pub(super) fn show(&self, views: &Views, visit: &Visit) -> Result<Response, Failure> {
        Ok(views.page(visit, TEMPLATE, self)?.into_response())
    }

    /// The same form once more, with what is wrong in it.
    pub(super) fn refused(
        self,
        views: &Views,
        visit: &Visit,
        sent: Sent<'_>,
    ) -> Result<Response, Failure> {
        self.again(views, visit, sent, None)
    }

    /// The same form once more. Where somebody else was faster, what was typed
    /// stands beside what is stored, whose version the form carries from now on.
    pub(super) fn again(
        mut self,
        views: &Views,
        visit: &Visit,
        sent: Sent<'_>,
        stored: Option<&Raw>,
    ) -> Result<Response, Failure> {
        for it in &mut self.fields {
            if it.kind == "checks" {
                it.ticked = sent.raw.all(it.name).map(str::to_owned).collect();
            }
        }
        match stored {
            Some(stored) => self.differences = self.differing(sent.raw, stored),
            None => self.version = sent.seen(),
        }
        self.form = sent.form;
        let mut response = invalid(views, visit, TEMPLATE, &self)?;
        if stored.is_some() {
            *response.status_mut() = StatusCode::CONFLICT;
        }
        Ok(response)
    }

    fn differing(&self, sent: &Raw, stored: &Raw) -> Vec<Difference> {
        let differ = |it: &Field| {
            let mine = sent.get(it.name).unwrap_or_default();
            let now = stored.get(it.name).unwrap_or_default();
            (it.kind != "checks" && mine != now).then(|| Difference {
                field: it.name,
                label: it.label.clone(),
                mine: it.readable(mine),
                now: it.readable(now),
            })
        };
        self.fields.iter().filter_map(differ).collect()
    }
}
