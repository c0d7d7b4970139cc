//! The results of a class on one page: by keyboard, on a phone and without
//! JavaScript.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{ClassId, PersonId};
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, Path, form::Raw};

use super::{
    Around, Choice, Pages,
    opened::ExamView,
    sent::{Difference, Sent, again, form_of, show},
};
use crate::{Change, Entry, EntryRow, EntrySheet, ExamId, Saved, Stale, Turnout, result::Typed};

const TEMPLATE: &str = "exams/entry.html";

#[derive(Serialize)]
struct Page {
    around: Around,
    exam: ExamView,
    class: String,
    form: FormState,
    rows: Vec<LineView>,
    turnouts: Vec<Choice>,
    /// What both typed, where somebody else was faster.
    stale: Vec<Difference>,
    action: String,
}

#[derive(Serialize)]
struct LineView {
    id: PersonId,
    name: String,
    open: bool,
    seen: i32,
    /// What the page showed, to tell what was touched.
    was: String,
    turnout: String,
    variant: String,
    primary: String,
    test: String,
    mark: String,
    /// By the scale, of what is stored.
    outcome: String,
    passed: Option<bool>,
}

/// The cells of a line as texts.
fn texts(it: &Entry) -> [String; 5] {
    let number = |it: Option<i16>| it.map(|it| it.to_string()).unwrap_or_default();
    [
        it.turnout.code().to_owned(),
        it.variant.clone(),
        number(it.primary),
        number(it.test),
        number(it.mark),
    ]
}

fn field(pupil: PersonId, name: &str) -> String {
    format!("p.{pupil}.{name}")
}

impl LineView {
    fn of(it: &EntryRow) -> Self {
        let cells = texts(&it.entry);
        let was = cells.join("|");
        let [turnout, variant, primary, test, mark] = cells;
        let shown = it.outcome.test.or(it.outcome.mark);
        Self {
            id: it.pupil,
            name: it.name.clone(),
            open: it.open,
            seen: it.version,
            was,
            turnout,
            variant,
            primary,
            test,
            mark,
            outcome: shown.map(|it| it.to_string()).unwrap_or_default(),
            passed: it.outcome.passed,
        }
    }

    /// The line as it was typed.
    fn typed(mut self, raw: &Raw) -> Self {
        let take = |name: &str, into: &mut String| {
            if let Some(typed) = raw.get(&field(self.id, name)) {
                typed.clone_into(into);
            }
        };
        take("turnout", &mut self.turnout);
        take("variant", &mut self.variant);
        take("primary", &mut self.primary);
        take("test", &mut self.test);
        take("mark", &mut self.mark);
        take("was", &mut self.was);
        if let Some(seen) = raw.get(&field(self.id, "seen")) {
            self.seen = seen.parse().unwrap_or_default();
        }
        self
    }
}

impl Pages {
    fn entry(&self, member: &Member, sheet: &EntrySheet, form: FormState) -> Page {
        let codes = Turnout::ALL.map(Turnout::code);
        let exam = ExamView::of(member, &sheet.exam, sheet.subject.clone());
        let mut turnouts = Choice::words(&self.views, "exams.turnout", &codes[1..]);
        turnouts.insert(0, Choice::of(&"", "—"));
        Page {
            around: Around::of_exam(member, sheet.exam.fields.kind, &sheet.year),
            class: sheet.class.name(),
            form,
            rows: sheet.rows.iter().map(LineView::of).collect(),
            turnouts,
            stale: vec![],
            action: format!("{}/classes/{}", exam.href, sheet.class.id),
            exam,
        }
    }

    /// An entry in one line: «участвовал, 21 балл».
    fn in_words(&self, it: &Entry) -> String {
        let mut parts = vec![];
        if it.turnout != Turnout::Unset {
            let key = format!("exams.turnout.{}", it.turnout.code());
            parts.push(self.views.word(&key));
        }
        for (key, value) in [
            ("primary", it.primary),
            ("test", it.test),
            ("mark", it.mark),
        ] {
            if let Some(value) = value {
                let label = self.views.word(&format!("exams.entry.{key}"));
                parts.push(format!("{label}: {value}"));
            }
        }
        if !it.variant.is_empty() {
            let label = self.views.word("exams.entry.variant");
            parts.push(format!("{label}: {}", it.variant));
        }
        parts.join(", ")
    }

    fn differences(&self, sheet: &EntrySheet, mine: &[Change], stale: &[Stale]) -> Vec<Difference> {
        let of = |it: &Stale| {
            let name = sheet.rows.iter().find(|row| row.pupil == it.pupil);
            let mine = mine.iter().find(|mine| mine.pupil == it.pupil);
            Difference {
                field: field(it.pupil, "primary"),
                label: name.map_or_else(String::new, |it| it.name.clone()),
                mine: mine.map_or_else(String::new, |it| self.in_words(&it.entry)),
                now: self.in_words(&it.now),
                by: it.by.clone(),
            }
        };
        stale.iter().map(of).collect()
    }
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, class)): Path<(String, ExamId, ClassId)>,
) -> Result<Response, Failure> {
    let sheet = it.exams.entry_sheet(&member.actor, id, class).await?;
    let page = it.entry(&member, &sheet, form_of(&Raw::default(), &it.views));
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, class)): Path<(String, ExamId, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let sheet = it.exams.entry_sheet(&member.actor, id, class).await?;
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    let changes = read(&mut sent, &raw, &sheet);
    let mut stale = vec![];
    if sent.is_right() {
        match it
            .exams
            .save_sheet(&member.actor, id, class, &changes)
            .await?
        {
            Saved::Done(count) => {
                let path = member.path(&format!("/study/exams/{id}/classes/{class}"));
                let flash = Flash::done("exams.flash.entered").with("count", &count);
                return Ok(Go::to(path).say(&flash).into_response());
            }
            Saved::Stale(lines) => stale = lines,
        }
    }
    let mut page = it.entry(&member, &sheet, sent.form);
    page.stale = it.differences(&sheet, &changes, &stale);
    page.rows = std::mem::take(&mut page.rows)
        .into_iter()
        .map(|line| {
            let mut line = line.typed(&raw);
            // Saved again, it goes over what is there now.
            if let Some(now) = stale.iter().find(|it| it.pupil == line.id) {
                line.seen = now.version;
                line.was = texts(&now.now).join("|");
            }
            line
        })
        .collect();
    let visit = page.around.visit(&member);
    again(&it.views, &visit, TEMPLATE, &page, !stale.is_empty())
}

/// The lines that were touched; the others are whatever they are by now.
fn read(sent: &mut Sent<'_>, raw: &Raw, sheet: &EntrySheet) -> Vec<Change> {
    let mut changes = vec![];
    for row in sheet.rows.iter().filter(|it| it.open) {
        let cell = |name: &str| raw.get(&field(row.pupil, name)).unwrap_or_default();
        let typed = Typed {
            turnout: cell("turnout"),
            variant: cell("variant"),
            primary: cell("primary"),
            test: cell("test"),
            mark: cell("mark"),
        };
        let now = [
            typed.turnout,
            typed.variant,
            typed.primary,
            typed.test,
            typed.mark,
        ];
        let was = raw.get(&field(row.pupil, "was"));
        if was.is_none() || was == Some(&now.join("|")) {
            continue;
        }
        match Entry::read(&typed, &sheet.exam) {
            Ok(entry) => changes.push(Change {
                pupil: row.pupil,
                entry,
                seen: cell("seen").parse().unwrap_or_default(),
            }),
            Err(fault) => {
                let (name, code) = fault.place();
                sent.form.refuse(&field(row.pupil, name), code);
            }
        }
    }
    changes
}
