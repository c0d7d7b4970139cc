use std::collections::BTreeMap;

use kernel::names::search_key;

use crate::Views;

/// What a column may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of at most so many signs.
    Text(usize),
    Integer,
    Decimal,
    /// In all ways that forms accept, and as Excel's serial number.
    Date,
    Time,
    Flag,
    /// One of the codes; the word `<import id>.<column>.<code>` has the texts for it.
    Choice(&'static [&'static str]),
    /// So many digits, whatever stands between them; leading zeros that Excel ate come back.
    Digits(usize),
    /// A text of at most so many signs, as [`Kind::Text`]; a cell that is a whole
    /// number stays a number, for it may have lost leading zeros.
    Document(usize),
}

/// A check of one value, such as a control number; the code of the mistake
/// is looked up as `import.error.<code>` or `fault.<code>`.
pub type Rule = fn(&str) -> Result<(), &'static str>;

/// One column of a file that can be imported.
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) key: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) rule: Option<Rule>,
    /// Label first, then other titles it is known by.
    pub(super) titles: Vec<String>,
    /// What the titles are compared by.
    keys: Vec<String>,
    /// Texts of each code of a choice.
    pub(super) choices: Vec<(&'static str, Vec<String>)>,
}

impl Column {
    pub const fn new(key: &'static str, kind: Kind) -> Self {
        Self {
            key,
            kind,
            required: false,
            rule: None,
            titles: vec![],
            keys: vec![],
            choices: vec![],
        }
    }

    /// Must be in the file, and filled in every row.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// One more check of a text or digits that were read.
    #[must_use]
    pub const fn rule(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    pub(super) fn label(&self) -> &str {
        self.titles.first().map_or(self.key, String::as_str)
    }
}

/// Which columns a file has.
///
/// Titles are words: `<import id>.col.<key>` is `Фамилия | Фамилия ученика`,
/// the label first and then what else schools call it.
#[derive(Clone, Debug)]
pub struct ImportSpec {
    pub(super) id: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
}

impl ImportSpec {
    /// `id` begins the keys of its words, such as `people.import.pupils`.
    pub fn new(id: &'static str, columns: impl Into<Vec<Column>>, views: &Views) -> Self {
        let mut columns = columns.into();
        for column in &mut columns {
            column.titles = options(&views.word(&format!("{id}.col.{}", column.key)));
            column.keys = column.titles.iter().map(|it| title_key(it)).collect();
            if let Kind::Choice(codes) = column.kind {
                let texts = |code: &&'static str| {
                    (
                        *code,
                        options(&views.word(&format!("{id}.{}.{code}", column.key))),
                    )
                };
                column.choices = codes.iter().map(texts).collect();
            }
        }
        let yes = options(&views.word("import.flag.yes"));
        let no = options(&views.word("import.flag.no"));
        Self {
            id,
            columns,
            yes,
            no,
        }
    }

    pub(super) fn column(&self, key: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.key == key)
    }

    /// The label of the column in the language of people.
    pub fn label<'a>(&'a self, key: &'a str) -> &'a str {
        self.column(key).map_or(key, Column::label)
    }

    /// Which column a title of the file means.
    pub(super) fn by_title(&self, title: &str) -> Option<usize> {
        let wanted = title_key(title);
        if wanted.is_empty() {
            return None;
        }
        self.columns.iter().position(|it| it.keys.contains(&wanted))
    }
}

impl Column {
    /// What is expected in the column, in words.
    pub(super) fn expected(&self, views: &Views) -> String {
        let code = match &self.kind {
            Kind::Text(_) | Kind::Document(_) => "text",
            Kind::Integer => "integer",
            Kind::Decimal => "number",
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::Flag => "flag",
            Kind::Choice(_) => "choice",
            Kind::Digits(_) => "digits",
        };
        let limit = match self.kind {
            Kind::Text(limit) | Kind::Digits(limit) | Kind::Document(limit) => limit.to_string(),
            _ => String::new(),
        };
        let first = |it: &(&str, Vec<String>)| it.1.first().cloned().unwrap_or_default();
        let choices: Vec<String> = self.choices.iter().map(first).collect();
        let args = [("limit", limit), ("options", choices.join(", "))];
        let args: BTreeMap<String, String> = args
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        views.phrase(&format!("import.expected.{code}"), &args)
    }
}

/// `Фамилия | Фамилия ученика` as a list.
fn options(word: &str) -> Vec<String> {
    word.split('|')
        .map(|it| it.trim().to_owned())
        .filter(|it| !it.is_empty())
        .collect()
}

/// What titles are compared by: letters and digits only, ё is е.
pub(super) fn title_key(title: &str) -> String {
    let plain: String = title
        .chars()
        .map(|it| if it.is_alphanumeric() { it } else { ' ' })
        .collect();
    search_key(&plain)
}
