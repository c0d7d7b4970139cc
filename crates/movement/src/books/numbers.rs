//! «Движение учащихся по школе» and «Наполняемость классов» (§1.21, §3.6).

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Days, NaiveDate};
use curriculum::{Class, Period, PeriodKind, Year};
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};
use people::{Card, Gender};

use super::{
    Books, Figures, Passage, Stage,
    count::{Figure, Spot, count},
};
use crate::{Error, store};

/// What the rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    #[default]
    Parallels,
    Classes,
}

/// The span that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpanWish {
    /// From the beginning of the school year until today.
    #[default]
    Year,
    /// A quarter, trimester or half-year with the break before it.
    Part(i16),
    Dates(NaiveDate, NaiveDate),
}

/// The days that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Who is there on this day opens the row. A year opens with those who are
    /// there on its first day: moving up is no coming (§3.6). Any other span
    /// opens with those of the day before.
    opens: NaiveDate,
}

impl Span {
    fn of(from: NaiveDate, to: NaiveDate, year: Option<&Year>) -> Self {
        let opens_year = year.is_some_and(|it| it.starts_on == from);
        let eve = from.checked_sub_days(Days::new(1)).unwrap_or(from);
        Self {
            from,
            to: to.max(from),
            opens: if opens_year { from } else { eve },
        }
    }

    fn find(wish: SpanWish, year: Option<&Year>, parts: &[Part], today: NaiveDate) -> Self {
        let Some(year) = year else {
            return match wish {
                SpanWish::Dates(from, to) => Self::of(from, to, None),
                _ => Self::of(today, today, None),
            };
        };
        let whole = || Self::of(year.starts_on, year.ends_on.min(today), Some(year));
        match wish {
            SpanWish::Year => whole(),
            SpanWish::Dates(from, to) => Self::of(from, to, Some(year)),
            SpanWish::Part(number) => {
                let Some(part) = parts.iter().find(|it| it.number == number) else {
                    return whole();
                };
                let before = parts.iter().rfind(|it| it.number < number);
                let from = before
                    .and_then(|it| it.ends_on.checked_add_days(Days::new(1)))
                    .unwrap_or(year.starts_on);
                Self::of(from, part.ends_on, Some(year))
            }
        }
    }
}

/// A quarter … of the year, as the latest parallel has it.
struct Part {
    number: i16,
    ends_on: NaiveDate,
}

/// The parts of the year that the school has: quarters, or else trimesters or half-years.
fn parts(periods: &[Period]) -> (Option<PeriodKind>, Vec<Part>) {
    let kinds = [PeriodKind::Quarter, PeriodKind::Trimester, PeriodKind::Half];
    let kind = kinds
        .into_iter()
        .find(|kind| periods.iter().any(|it| it.kind == *kind));
    let mut ends: BTreeMap<i16, NaiveDate> = BTreeMap::new();
    for it in periods.iter().filter(|it| Some(it.kind) == kind) {
        let end = ends.entry(it.number).or_insert(it.ends_on);
        *end = it.ends_on.max(*end);
    }
    let part = |(number, ends_on)| Part { number, ends_on };
    (kind, ends.into_iter().map(part).collect())
}

/// A row of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    Class(ClassId),
    Parallel(i16),
    Stage(Stage),
    School,
}

impl RowKey {
    /// The name in addresses.
    pub fn code(self) -> String {
        match self {
            Self::Class(id) => format!("c{id}"),
            Self::Parallel(grade) => format!("g{grade}"),
            Self::Stage(stage) => stage.code().to_owned(),
            Self::School => "school".to_owned(),
        }
    }
}

/// A row with its figures.
#[derive(Clone, Debug)]
pub struct NumbersLine {
    pub row: RowKey,
    /// «7А»; none where the row is no class.
    pub class: Option<String>,
    pub figures: Figures,
}

/// The report «Движение учащихся по школе».
#[derive(Clone, Debug)]
pub struct Numbers {
    pub span: Span,
    /// What the school year is divided into, and the numbers of the parts.
    pub part_kind: Option<PeriodKind>,
    pub parts: Vec<i16>,
    /// Parallels or classes, then the sums of stages, then the school.
    pub lines: Vec<NumbersLine>,
    pub stays: Vec<Passage>,
    /// Names of classes.
    pub classes: HashMap<ClassId, String>,
    /// Those whom the figures asked for count.
    pub cards: HashMap<PersonId, Card>,
}

impl Numbers {
    pub fn line(&self, code: &str) -> Option<&NumbersLine> {
        self.lines.iter().find(|it| it.row.code() == code)
    }
}

fn lines(stays: &[Passage], span: Span, level: Level, classes: &[Class]) -> Vec<NumbersLine> {
    let by_id: HashMap<ClassId, (usize, &Class)> = classes
        .iter()
        .enumerate()
        .map(|(at, it)| (it.id, (at, it)))
        .collect();
    let place = |spot: Spot| {
        let (at, grade) = match spot {
            Spot::Class(id) => by_id
                .get(&id)
                .map_or((usize::MAX, 0), |(at, it)| (*at, it.grade)),
            // After the classes of the school.
            Spot::Parallel(grade) => (classes.len(), grade),
        };
        match (level, spot) {
            (Level::Parallels, _) if grade < 1 => ((0, RowKey::Stage(Stage::Preschool)), grade),
            (Level::Parallels, _) => ((0, RowKey::Parallel(grade)), grade),
            (Level::Classes, Spot::Class(id)) => ((at, RowKey::Class(id)), grade),
            (Level::Classes, Spot::Parallel(_)) => ((at, RowKey::Parallel(grade)), grade),
        }
    };
    let rows = count(stays, (span.opens, span.to), place);
    let stage = |row: RowKey| match row {
        RowKey::Class(id) => by_id
            .get(&id)
            .map_or(Stage::Preschool, |it| Stage::of(it.1.grade)),
        RowKey::Parallel(grade) => Stage::of(grade),
        RowKey::Stage(stage) => stage,
        RowKey::School => Stage::Senior,
    };
    let mut sums: BTreeMap<RowKey, Figures> = BTreeMap::new();
    for ((_, row), figures) in &rows {
        for sum in [RowKey::Stage(stage(*row)), RowKey::School] {
            let before = sums.remove(&sum).unwrap_or_default();
            sums.insert(sum, before.and(figures));
        }
    }
    let own = rows
        .into_iter()
        .map(|((_, row), figures)| (row, figures))
        .filter(|it| !matches!(it.0, RowKey::Stage(_)));
    own.chain(sums)
        .map(|(row, figures)| NumbersLine {
            class: match row {
                RowKey::Class(id) => by_id.get(&id).map(|it| it.1.name()),
                _ => None,
            },
            row,
            figures,
        })
        .collect()
}

/// Where the numbers of pupils do not follow from the orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The last day of the first month that does not balance, or the day asked for.
    pub(crate) on: NaiveDate,
    /// The class whose row it is; none where it is another row, or the school.
    pub(crate) class: Option<ClassId>,
}

/// Whether the report of the year until the day balances, by classes, and no
/// move inside of the school begins or ends outside of it (§3.6).
pub(crate) fn first_gap(
    stays: &[Passage],
    year: &Year,
    until: NaiveDate,
    classes: &[Class],
) -> Option<Gap> {
    let gap = |day: NaiveDate| {
        let span = Span::of(year.starts_on, day, Some(year));
        let lines = lines(stays, span, Level::Classes, classes);
        let fails = lines.iter().find(|it| !it.balances())?;
        let class = match fails.row {
            RowKey::Class(id) => Some(id),
            _ => None,
        };
        Some(Gap { on: day, class })
    };
    let last = gap(until)?;
    // Only a book that does not balance is looked through month by month.
    let months = year.starts_on.iter_days().take_while(|it| *it < until);
    let mut ends = months.filter(|it| it.succ_opt().is_some_and(|it| it.day() == 1));
    Some(ends.find_map(gap).unwrap_or(last))
}

impl NumbersLine {
    fn balances(&self) -> bool {
        let figures = &self.figures;
        let (came, gone) = (Figure::MovedIn, Figure::MovedOut);
        let inside = self.row != RowKey::School || figures.number(came) == figures.number(gone);
        figures.balances() && inside
    }
}

/// How full a class is.
#[derive(Clone, Debug)]
pub struct ClassFill {
    pub class: Class,
    pub teacher: Option<Card>,
    /// «12» and its seats.
    pub room: Option<(String, i16)>,
    /// On 20 September, the day of the yearly count.
    pub counted: usize,
    pub now: usize,
    pub boys: usize,
    pub girls: usize,
}

/// «Наполняемость классов».
#[derive(Clone, Debug)]
pub struct Fill {
    pub on: NaiveDate,
    /// 20 September of the year.
    pub counted_on: NaiveDate,
    pub classes: Vec<ClassFill>,
}

impl Books {
    /// How the numbers of pupils changed, each figure with the stays it counts.
    /// `named` is what to read the cards of.
    #[tracing::instrument(name = "movement.numbers", skip_all)]
    pub async fn numbers(
        &self,
        actor: &Actor,
        wish: SpanWish,
        level: Level,
        named: Option<(&str, Figure)>,
    ) -> Result<Numbers, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let near = match wish {
            SpanWish::Dates(from, _) => from,
            _ => today,
        };
        let year = self.curriculum.year_near(&mut tx, near).await?;
        let periods = match &year {
            Some(year) => self.curriculum.periods(&mut tx, year.id).await?,
            None => vec![],
        };
        let (part_kind, parts) = parts(&periods);
        let span = Span::find(wish, year.as_ref(), &parts, today);
        let stays = store::passages(&mut tx, span.opens, span.to).await?;
        let classes = self.classes_of(&mut tx, &stays).await?;
        let mut numbers = Numbers {
            span,
            part_kind,
            parts: parts.iter().map(|it| it.number).collect(),
            lines: lines(&stays, span, level, &classes),
            classes: classes.iter().map(|it| (it.id, it.name())).collect(),
            stays,
            cards: HashMap::new(),
        };
        if let Some((row, figure)) = named {
            let line = numbers.line(row).ok_or(Error::NoSuchRecord)?;
            let counted = line.figures.of(figure);
            let pupils: Vec<PersonId> = counted
                .iter()
                .filter_map(|it| numbers.stays.get(it.1))
                .map(|it| it.pupil)
                .collect();
            numbers.cards = self.cards_of(&mut tx, &pupils).await?;
        }
        tx.commit().await?;
        Ok(numbers)
    }

    /// How full the classes of the year are on the day; today where none is named.
    #[tracing::instrument(name = "movement.fill", skip_all)]
    pub async fn fill(&self, actor: &Actor, on: Option<NaiveDate>) -> Result<Fill, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let on = on.unwrap_or(today);
        let year = self.curriculum.year_near(&mut tx, on).await?;
        let first = year.as_ref().map_or(on, |it| it.starts_on);
        let counted_on = NaiveDate::from_ymd_opt(first.year(), 9, 20).unwrap_or(first);
        let classes = match &year {
            Some(year) => self.curriculum.classes(&mut tx, year.id).await?,
            None => vec![],
        };
        let (early, late) = (on.min(counted_on), on.max(counted_on));
        let stays = store::passages(&mut tx, early, late).await?;
        let now: Vec<&Passage> = stays.iter().filter(|it| it.is_on(on)).collect();
        let pupils: Vec<PersonId> = now.iter().map(|it| it.pupil).collect();
        let genders = self.people.genders(&mut tx, &pupils).await?;
        let teachers: Vec<PersonId> = classes.iter().filter_map(|it| it.teacher).collect();
        let teachers = self.cards_of(&mut tx, &teachers).await?;
        let rooms = self.orgs.rooms(&mut tx).await?;
        tx.commit().await?;
        let of = |class: Class| {
            let inside = || now.iter().filter(|it| it.spot == Spot::Class(class.id));
            let sex = |wanted: Gender| {
                inside()
                    .filter(|it| genders.get(&it.pupil) == Some(&wanted))
                    .count()
            };
            ClassFill {
                teacher: class.teacher.and_then(|it| teachers.get(&it).cloned()),
                room: class
                    .room
                    .and_then(|id| rooms.iter().find(|it| it.id == id))
                    .map(|it| (it.number.clone(), it.seats)),
                counted: stays
                    .iter()
                    .filter(|it| it.spot == Spot::Class(class.id) && it.is_on(counted_on))
                    .count(),
                now: inside().count(),
                boys: sex(Gender::Male),
                girls: sex(Gender::Female),
                class,
            }
        };
        Ok(Fill {
            on,
            counted_on,
            classes: classes.into_iter().map(of).collect(),
        })
    }

    pub(super) async fn cards_of(
        &self,
        tx: &mut Tx,
        ids: &[PersonId],
    ) -> Result<HashMap<PersonId, Card>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let cards = self.people.cards(tx, ids).await?;
        Ok(cards.into_iter().map(|it| (it.id, it)).collect())
    }

    async fn classes_of(&self, tx: &mut Tx, stays: &[Passage]) -> Result<Vec<Class>, Error> {
        let class = |it: &Passage| match it.spot {
            Spot::Class(id) => Some(id),
            Spot::Parallel(_) => None,
        };
        let mut ids: Vec<ClassId> = stays.iter().filter_map(class).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(vec![]);
        }
        Ok(self.curriculum.classes_by_id(tx, &ids).await?)
    }
}
