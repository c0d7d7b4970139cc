//! Templates and words: the only place where a page becomes text.

mod escape;
mod filters;
mod nav;
mod shell;
mod source;
mod words;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use axum::response::Html;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Clock, Fault, Kind};
use minijinja::{Environment, UndefinedBehavior, value::Serde};
use serde::Serialize;

pub use nav::{MenuLink, NavItem, NavPart};
pub use source::Templates;
pub(crate) use words::Words;

use crate::Visit;

/// In a debug build a changed template is seen after so long.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// What the pages need to know about the installation.
pub struct ViewsSetup {
    pub templates: Templates,
    /// Logical name → URL, from `manifest.json` of the built assets.
    pub assets: BTreeMap<String, String>,
    /// Sections of the navigation whose pages exist.
    pub nav: Vec<NavItem>,
    /// The name of the system in footers (S2:4.5).
    pub system: String,
    pub clock: Arc<dyn Clock>,
}

/// A page did not render: a template is missing, wrong, or asks for a name that is not there.
#[derive(Debug, thiserror::Error)]
#[error("template {name} did not render: {source:#}")]
pub struct RenderError {
    name: String,
    #[source]
    source: minijinja::Error,
}

impl Fault for RenderError {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
    fn code(&self) -> &'static str {
        "bug"
    }
}

/// Templates or words could not be loaded at start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the words in {file} are not readable")]
    Words {
        file: String,
        #[source]
        source: toml::de::Error,
    },
    #[error("the word {key} is given twice, the second time in {file}")]
    TwiceTheWord { key: String, file: String },
    #[error("the word {key} in {file} is not a text")]
    NotAText { key: String, file: String },
    #[error("a template could not be read")]
    Templates(#[source] std::io::Error),
}

/// The templates and words of the installation, strict about names that are not there.
///
/// In a debug build a changed file is seen by the next request.
#[derive(Clone)]
pub struct Views {
    inner: Arc<Inner>,
}

struct Inner {
    setup: ViewsSetup,
    loaded: RwLock<Loaded>,
    /// When the files were last looked at.
    looked: Mutex<Instant>,
}

#[derive(Clone)]
struct Loaded {
    env: Arc<Environment<'static>>,
    words: Arc<Words>,
    stamp: source::Stamp,
}

impl Views {
    /// Reads words and prepares the templates.
    pub fn load(setup: ViewsSetup) -> Result<Self, SetupError> {
        let loaded = Loaded::load(&setup)?;
        Ok(Self {
            inner: Arc::new(Inner {
                setup,
                loaded: RwLock::new(loaded),
                looked: Mutex::new(Instant::now()),
            }),
        })
    }

    /// A whole page, in the shell of the visit: `{{ shell }}` and `{{ page }}`.
    pub fn page(
        &self,
        visit: &Visit,
        name: &str,
        page: &impl Serialize,
    ) -> Result<Html<String>, RenderError> {
        self.titled(visit, name, page, "")
    }

    /// A piece of a page without any shell; dates and times of day need
    /// [`Views::fragment`], which knows the zone.
    pub fn part(&self, name: &str, page: &impl Serialize) -> Result<Html<String>, RenderError> {
        let setup = self.setup();
        let shell = minijinja::context! { assets => Serde(&setup.assets), system => &setup.system };
        self.render(name, minijinja::context! { shell, page => Serde(page) })
    }

    /// A piece of a page that may look at `{{ shell }}`.
    pub fn fragment(
        &self,
        visit: &Visit,
        name: &str,
        page: &impl Serialize,
    ) -> Result<Html<String>, RenderError> {
        self.page(visit, name, page)
    }

    /// Like [`Views::page`], for a form that was refused: the title begins with «Ошибка: ».
    pub(crate) fn titled(
        &self,
        visit: &Visit,
        name: &str,
        page: &impl Serialize,
        title_key: &str,
    ) -> Result<Html<String>, RenderError> {
        let prefix = if title_key.is_empty() {
            String::new()
        } else {
            self.word(title_key)
        };
        let shell = shell::Shell::of(self, visit, prefix);
        self.render(
            name,
            minijinja::context! { shell => Serde(&shell), page => Serde(page) },
        )
    }

    /// The text under the key, or the key itself (and a line in the log) where there is none.
    pub fn word(&self, key: &str) -> String {
        let words = self.loaded().words;
        if let Some(text) = words.get(key) {
            return text.to_owned();
        }
        tracing::error!(key, "there is no such word");
        key.to_owned()
    }

    /// The text under the key with `{name}` replaced by the arguments.
    pub fn phrase(&self, key: &str, args: &BTreeMap<String, String>) -> String {
        words::fill(&self.word(key), args)
    }

    /// The pages of the visitor's menu.
    pub fn menu(&self, visit: &Visit) -> Vec<MenuLink> {
        let school = visit.membership();
        nav::links(&self.setup().nav, &visit.roles(), school, |it| {
            self.word(it)
        })
    }

    /// The text under the first of the keys that has one.
    pub(crate) fn first_word(&self, keys: &[&str]) -> Option<String> {
        let words = self.loaded().words;
        keys.iter().find_map(|it| words.get(it)).map(str::to_owned)
    }

    /// Whether there is a text under the key.
    pub fn has_word(&self, key: &str) -> bool {
        self.loaded().words.get(key).is_some()
    }

    /// The moment it is, from the installation's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.setup.clock.now()
    }

    /// The day it is where the visitor's organisation is.
    pub fn today(&self, visit: &Visit) -> NaiveDate {
        visit.day_of(self.now())
    }

    /// The name of the system (S2:4.5).
    pub fn system(&self) -> &str {
        &self.inner.setup.system
    }

    /// What is wrong with the templates and words: for a test that walks them all.
    ///
    /// Compiles every template and looks for each `word("…")` with a literal key.
    pub fn problems(&self) -> Vec<String> {
        let loaded = self.loaded();
        let templates = &self.inner.setup.templates;
        let mut problems = vec![];
        for name in templates
            .names()
            .into_iter()
            .filter(|it| !it.starts_with("words/"))
        {
            if let Err(error) = loaded.env.get_template(&name) {
                problems.push(format!("{name}: {error:#}"));
            }
            let text = templates.read(&name).unwrap_or_default();
            let missing = words::asked(&text).filter(|it| loaded.words.get(it).is_none());
            problems.extend(missing.map(|it| format!("{name}: there is no word {it}")));
        }
        problems
    }

    pub(crate) fn setup(&self) -> &ViewsSetup {
        &self.inner.setup
    }

    fn render(&self, name: &str, context: minijinja::Value) -> Result<Html<String>, RenderError> {
        self.loaded()
            .env
            .get_template(name)
            .and_then(|it| it.render(context))
            .map(Html)
            .map_err(|source| RenderError {
                name: name.to_owned(),
                source,
            })
    }

    /// What is loaded, read anew where a file changed since (debug builds only).
    fn loaded(&self) -> Loaded {
        let now = self
            .inner
            .loaded
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if !self.is_time_to_look() || now.stamp == self.inner.setup.templates.stamp() {
            return now;
        }
        match Loaded::load(&self.inner.setup) {
            Ok(fresh) => {
                *self
                    .inner
                    .loaded
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) = fresh.clone();
                fresh
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "old templates stay"
                );
                now
            }
        }
    }

    /// Whether the files are to be looked at again: a page asks for many words.
    fn is_time_to_look(&self) -> bool {
        if !cfg!(debug_assertions) {
            return false;
        }
        let mut looked = self
            .inner
            .looked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let due = looked.elapsed() > LOOK_AGAIN;
        if due {
            *looked = Instant::now();
        }
        due
    }
}

impl Loaded {
    fn load(setup: &ViewsSetup) -> Result<Self, SetupError> {
        let stamp = setup.templates.stamp();
        let words = Arc::new(Words::load(&setup.templates)?);
        let env = Arc::new(environment(setup.templates.clone(), Arc::clone(&words)));
        Ok(Self { env, words, stamp })
    }
}

fn environment(templates: Templates, words: Arc<Words>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_debug(cfg!(debug_assertions));
    env.set_formatter(escape::write);
    env.set_loader(move |name| Ok(templates.read(name)));
    words::add(&mut env, words);
    filters::add(&mut env);
    env
}
