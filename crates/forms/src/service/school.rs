//! The forms of a school: count, correct, check, hand in, sign.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::{Tx, audit};
use kernel::{Actor, PersonId, Right};
use serde_json::json;

use super::{Forms, small};
use crate::{
    Correction, Error, FormId, FormState, Submission, deadlines,
    expr::{Formula, Place},
    fact::{Fact, Facts, Source},
    form::hash,
    sheet::{self, Figures, Gap, Sheet},
    store::{self, StoredForm},
    version::{Content, Version, version_of, versions},
};

/// A form of the list: of this year, begun or not, or of an earlier one.
#[derive(Clone, Debug)]
pub struct Listed {
    pub version: &'static Version,
    pub year: i32,
    pub form: Option<(FormId, FormState, DateTime<Utc>)>,
    /// The day until which it is handed in.
    pub due: Option<NaiveDate>,
}

/// A form with everything its page shows.
#[derive(Clone, Debug)]
pub struct Opened {
    pub id: FormId,
    pub version: &'static Version,
    pub year: i32,
    pub state: FormState,
    pub lock: i32,
    pub counted: Figures,
    pub corrections: BTreeMap<String, Correction>,
    pub gaps: Vec<Gap>,
    /// What the last counting changed, with the figures before.
    pub changed: BTreeMap<String, Option<i64>>,
    pub computed_by: PersonId,
    pub computed_at: DateTime<Utc>,
    /// The newest first.
    pub submissions: Vec<Submission>,
    /// What was handed in a year before.
    pub before: Option<Figures>,
    /// Short names of everybody who did something.
    pub names: HashMap<PersonId, String>,
    pub may_edit: bool,
    /// The head may sign the last version.
    pub may_sign: bool,
}

/// What a figure is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The facts that are counted now, and what they come to; the figure of
    /// the form is of the last counting.
    Facts(Source, Vec<Fact>, i64),
    /// Other cells with their figures.
    Cells(Vec<(Place, Option<i64>)>),
    /// Nothing: it is written by hand.
    Hand,
}

/// One cell of a form.
#[derive(Clone, Debug)]
pub struct CellView {
    pub form: Opened,
    pub place: Place,
    pub ground: Ground,
}

impl Opened {
    /// What was written by hand, by place.
    pub fn given(&self) -> Figures {
        let given = self.corrections.iter();
        given
            .map(|(place, it)| (place.clone(), it.figure))
            .collect()
    }

    /// Whether the actor may change figures now.
    pub fn is_edited(&self) -> bool {
        self.may_edit && self.state.is_open()
    }
}

impl Forms {
    /// The forms of this year and those of earlier years that were begun.
    pub async fn list(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<Listed>, Error> {
        actor.may_in_org(Right::FormView)?;
        let mut tx = self.db.begin(actor).await?;
        let (agreed, _) = store::owed(&mut tx).await?;
        let begun = store::forms(&mut tx).await?;
        tx.commit().await?;
        let year = form_year(today);
        let due = |version: &Version, year| {
            deadlines::due(&agreed, &version.code, year).or_else(|| version.due_of(year))
        };
        let listed = |version: &'static Version, year: i32, form: Option<&StoredForm>| Listed {
            version,
            year,
            form: form.map(|it| (it.id, it.state, it.computed_at)),
            due: due(version, year).filter(|_| version.required),
        };
        let this = versions().iter().map(|it| {
            let form = begun
                .iter()
                .find(|form| form.code == it.code && form.year == year);
            listed(it, year, form)
        });
        let earlier = begun
            .iter()
            .filter(|it| it.year != year)
            .filter_map(|it| Some(listed(version_of(&it.code, it.year)?, it.year, Some(it))));
        Ok(this.chain(earlier).collect())
    }

    /// «Рассчитать»: begins the form of a year; where it is there already,
    /// it is counted anew.
    #[tracing::instrument(name = "forms.compute", skip_all, fields(form = code))]
    pub async fn compute(&self, actor: &Actor, code: &str, year: i32) -> Result<FormId, Error> {
        actor.may_in_org(Right::FormEdit)?;
        let version = version_of(code, year).ok_or(Error::NotFound)?;
        let mut tx = self.db.begin(actor).await?;
        let facts = self
            .facts(&mut tx, actor, version, year, &version.sources())
            .await?;
        let (counted, gaps) = (sheet::count(version, &facts), sheet::gaps(version, &facts));
        let key = (code, small(year));
        let created = store::create(&mut tx, key, &counted, &gaps, actor.person).await?;
        let id = if let Some(id) = created {
            id
        } else {
            let id = store::form_of(&mut tx, code, small(year)).await?;
            let id = id.ok_or(Error::NotFound)?;
            self.put_counts(&mut tx, actor, id, &counted, &gaps).await?;
            id
        };
        tx.commit().await?;
        Ok(id)
    }

    /// Counts a form anew: corrections stay, and what changed is kept to be shown.
    #[tracing::instrument(name = "forms.recount", skip_all, fields(form.id = %id))]
    pub async fn recount(&self, actor: &Actor, id: FormId) -> Result<usize, Error> {
        actor.may_in_org(Right::FormEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let form = store::form(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let version = version_of(&form.code, form.year).ok_or(Error::NotFound)?;
        let facts = self
            .facts(&mut tx, actor, version, form.year, &version.sources())
            .await?;
        let (counted, gaps) = (sheet::count(version, &facts), sheet::gaps(version, &facts));
        let changed = self.put_counts(&mut tx, actor, id, &counted, &gaps).await?;
        tx.commit().await?;
        Ok(changed)
    }

    async fn put_counts(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: FormId,
        counted: &Figures,
        gaps: &[Gap],
    ) -> Result<usize, Error> {
        let form = open_form(tx, id, None).await?;
        let changed = changes(&form.counted, counted);
        store::recount(tx, id, counted, gaps, &changed, actor.person).await?;
        Ok(changed.len())
    }

    /// A form with its figures, checks and history.
    pub async fn open(&self, actor: &Actor, id: FormId) -> Result<Opened, Error> {
        actor.may_in_org(Right::FormView)?;
        let mut tx = self.db.begin(actor).await?;
        let opened = self.opened(&mut tx, actor, id, true).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// A form; without what was handed in where only its figures are wanted.
    async fn opened(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: FormId,
        whole: bool,
    ) -> Result<Opened, Error> {
        let form = store::form(tx, id).await?.ok_or(Error::NotFound)?;
        let version = version_of(&form.code, form.year).ok_or(Error::NotFound)?;
        let corrections = store::corrections(tx, id).await?;
        let (mut submissions, mut before) = (vec![], None);
        if whole {
            submissions = store::submissions(tx, id).await?;
            before = store::handed_in(tx, &form.code, small(form.year - 1)).await?;
        }
        let mut people: Vec<PersonId> = vec![form.computed_by];
        people.extend(corrections.values().map(|it| it.by));
        people.extend(submissions.iter().map(|it| it.handed_by));
        people.extend(submissions.iter().filter_map(|it| it.signed.map(|it| it.0)));
        people.sort_unstable();
        people.dedup();
        let cards = self.ask.people.cards(tx, &people).await?;
        let signs = actor.may_in_org(Right::FormSign).is_ok();
        let unsigned = submissions.first().is_some_and(|it| it.signed.is_none());
        Ok(Opened {
            id,
            version,
            year: form.year,
            state: form.state,
            lock: form.version,
            counted: form.counted,
            corrections,
            gaps: form.gaps,
            changed: form.changed,
            computed_by: form.computed_by,
            computed_at: form.computed_at,
            before,
            names: cards.iter().map(|it| (it.id, it.short())).collect(),
            may_edit: actor.may_in_org(Right::FormEdit).is_ok(),
            may_sign: signs && unsigned && !form.state.is_open(),
            submissions,
        })
    }

    /// One cell: its figure, and what it is made of now. Names of people are
    /// shown to those who see the form; all of them see everybody's card.
    pub async fn cell(&self, actor: &Actor, id: FormId, place: &Place) -> Result<CellView, Error> {
        actor.may_in_org(Right::FormView)?;
        let mut tx = self.db.begin(actor).await?;
        let form = self.opened(&mut tx, actor, id, false).await?;
        let content = form.version.content(place).ok_or(Error::NotFound)?;
        let ground = match content {
            Content::Closed => return Err(Error::NotFound),
            Content::Manual => Ground::Hand,
            Content::Formula(formula) if formula.cells().is_empty() => {
                self.counted_now(&mut tx, actor, &form, (place, formula))
                    .await?
            }
            Content::Formula(formula) => {
                let given = form.given();
                let figures = Sheet::of(form.version, &form.counted, &given).figures;
                let cells = formula.cells().into_iter();
                let with_figure = |it: &Place| (it.clone(), figures.get(&it.to_string()).copied());
                Ground::Cells(cells.map(with_figure).collect())
            }
        };
        tx.commit().await?;
        Ok(CellView {
            form,
            place: place.clone(),
            ground,
        })
    }

    async fn counted_now(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        form: &Opened,
        (place, formula): (&Place, &Formula),
    ) -> Result<Ground, Error> {
        let counts = formula.counts();
        let (first, _) = *counts.first().ok_or(Error::NotFound)?;
        let only: BTreeSet<Source> = counts.iter().map(|it| it.0).collect();
        let facts: Facts = self
            .facts(tx, actor, form.version, form.year, &only)
            .await?;
        let mut now = sheet::counted_value(formula, &facts);
        if only.iter().any(|it| it.is_nameless()) {
            if actor.looked {
                // Nothing was counted for them: the figure of the form stands.
                let known = form.counted.get(&place.to_string());
                now = known.copied().unwrap_or_default();
            }
            return Ok(Ground::Facts(first, vec![], now));
        }
        let mut fits: Vec<Fact> = counts
            .iter()
            .flat_map(|(source, cond)| facts.of(*source).iter().filter(|it| cond.holds(it)))
            .cloned()
            .collect();
        fits.sort_by_cached_key(|it| (kernel::names::collation_key(&it.name), it.note.clone()));
        // A teacher of two subjects of one row is one teacher.
        fits.dedup_by(|one, two| first.counts_people() && one.path == two.path);
        Ok(Ground::Facts(first, fits, now))
    }

    /// Corrects a figure, or writes one where the data tell none.
    ///
    /// # Errors
    /// [`Error::NoReason`] where a computed figure is corrected without one.
    pub async fn correct(
        &self,
        actor: &Actor,
        id: FormId,
        place: &Place,
        figure: i64,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::FormEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let form = open_form(&mut tx, id, None).await?;
        let version = version_of(&form.code, form.year).ok_or(Error::NotFound)?;
        let reason = reason.trim();
        match version.content(place).ok_or(Error::NotFound)? {
            Content::Closed => return Err(Error::ClosedCell),
            Content::Formula(_) if !(5..=500).contains(&reason.chars().count()) => {
                return Err(Error::NoReason);
            }
            Content::Manual | Content::Formula(_) => {}
        }
        must_be_figure(version, &place.to_string(), figure)?;
        let figures = [(place.to_string(), figure)];
        store::correct(&mut tx, id, &figures, reason, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a correction back: the computed figure stands again.
    pub async fn take_back(&self, actor: &Actor, id: FormId, place: &Place) -> Result<(), Error> {
        actor.may_in_org(Right::FormEdit)?;
        let mut tx = self.db.begin(actor).await?;
        open_form(&mut tx, id, None).await?;
        store::take_back(&mut tx, id, &[place.to_string()]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes the figures of a section that our data do not tell; an empty one
    /// is taken back. How many changed.
    pub async fn fill(
        &self,
        actor: &Actor,
        id: FormId,
        typed: &BTreeMap<String, Option<i64>>,
    ) -> Result<usize, Error> {
        actor.may_in_org(Right::FormEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let form = open_form(&mut tx, id, None).await?;
        let version = version_of(&form.code, form.year).ok_or(Error::NotFound)?;
        let known = store::corrections(&mut tx, id).await?;
        let (mut written, mut emptied) = (vec![], vec![]);
        for (place, figure) in typed {
            let at = Place::parse(place).ok_or(Error::NotFound)?;
            if version.content(&at) != Some(&Content::Manual) {
                return Err(Error::ClosedCell);
            }
            let now = known.get(place).map(|it| it.figure);
            match figure {
                Some(figure) if now != Some(*figure) => {
                    must_be_figure(version, place, *figure)?;
                    written.push((place.clone(), *figure));
                }
                None if now.is_some() => emptied.push(place.clone()),
                _ => {}
            }
        }
        store::correct(&mut tx, id, &written, "", actor.person).await?;
        store::take_back(&mut tx, id, &emptied).await?;
        tx.commit().await?;
        Ok(written.len() + emptied.len())
    }

    /// «Сдать»: freezes a version. Whoever may sign signs it with that.
    ///
    /// # Errors
    /// [`Error::ChecksFail`] while a check does not hold;
    /// [`Error::ChangedMeanwhile`] where the form is not as the page showed it.
    #[tracing::instrument(name = "forms.hand_in", skip_all, fields(form.id = %id))]
    pub async fn hand_in(&self, actor: &Actor, id: FormId, lock: i32) -> Result<(), Error> {
        let signs = actor.may_in_org(Right::FormSign).is_ok();
        if !signs {
            actor.may_in_org(Right::FormEdit)?;
        }
        let mut tx = self.db.begin(actor).await?;
        let form = open_form(&mut tx, id, Some(lock)).await?;
        let version = version_of(&form.code, form.year).ok_or(Error::NotFound)?;
        let corrections = store::corrections(&mut tx, id).await?;
        let given: Figures = corrections
            .iter()
            .map(|(at, it)| (at.clone(), it.figure))
            .collect();
        let sheet = Sheet::of(version, &form.counted, &given);
        let before = store::handed_in(&mut tx, &form.code, small(form.year - 1)).await?;
        let failed = sheet.failed(before.as_ref());
        if failed.iter().any(|it| !it.weak) {
            return Err(Error::ChecksFail);
        }
        let mut computed = sheet.computed.clone();
        computed.retain(|place, _| given.contains_key(place));
        let earlier = store::submissions(&mut tx, id).await?;
        let number = earlier.first().map_or(1, |it| it.number + 1);
        let hash = hash(
            actor.org.get(),
            (&form.code, form.year),
            number,
            &sheet.figures,
        );
        let new = store::NewSubmission {
            number,
            figures: &sheet.figures,
            computed: &computed,
            failed: &failed,
            hash: &hash,
            by: actor.person,
            signed: signs,
        };
        store::hand_in(&mut tx, id, &new).await?;
        let details =
            json!({ "form": form.code, "year": form.year, "number": number, "hash": hash });
        audit::record(
            &mut tx,
            "forms.handed-in",
            &format!("forms.form:{id}"),
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The head signs the version that was handed in.
    pub async fn sign(&self, actor: &Actor, id: FormId) -> Result<(), Error> {
        actor.may_in_org(Right::FormSign)?;
        let mut tx = self.db.begin(actor).await?;
        let form = store::lock_form(&mut tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        let last = store::submissions(&mut tx, id).await?;
        let number = last.first().map(|it| it.number);
        let number = number
            .filter(|_| !form.state.is_open())
            .ok_or(Error::NothingToSign)?;
        if !store::sign(&mut tx, id, number, actor.person).await? {
            return Err(Error::NothingToSign);
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The year whose data a school works on: from 1 September on the new one.
pub(crate) fn form_year(today: NaiveDate) -> i32 {
    today.year() - i32::from(today.month() < 9)
}

fn must_be_figure(version: &Version, place: &str, figure: i64) -> Result<(), Error> {
    if version.yes_no().contains(place) && !(1..=2).contains(&figure) {
        return Err(Error::NotYesNo);
    }
    (0..=10_000_000)
        .contains(&figure)
        .then_some(())
        .ok_or(Error::BadFigure)
}

/// The form for a change; nobody else changes it until the commit.
async fn open_form(tx: &mut Tx, id: FormId, seen: Option<i32>) -> Result<StoredForm, Error> {
    let form = store::lock_form(tx, id).await?.ok_or(Error::NotFound)?;
    if !form.state.is_open() {
        return Err(Error::Closed);
    }
    if seen.is_some_and(|it| it != form.version) {
        return Err(Error::ChangedMeanwhile);
    }
    Ok(form)
}

/// Where the counts differ, with the figures before.
fn changes(before: &Figures, now: &Figures) -> BTreeMap<String, Option<i64>> {
    let differs = |place: &&String| before.get(*place) != now.get(*place);
    let places: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let places = places.into_iter().filter(differs);
    places
        .map(|it| (it.clone(), before.get(it).copied()))
        .collect()
}
