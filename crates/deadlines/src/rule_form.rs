//! The form of a rule: from what people type to terms that make sense. Pure.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use kernel::{Role, dates::parse_date};

use crate::{
    Addressee, Change, DayOfYear, FieldFault, InForce, Limits, Part, Roll, Step, Terms, Unit, When,
    calendar::Calendar,
};

/// What was typed, by the name of the field; several values are joined by commas.
pub type Typed = BTreeMap<String, String>;

/// What an organisation wants of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) since: NaiveDate,
    pub(crate) change: Change,
    pub(crate) limits: Option<Limits>,
}

/// Who may be told after the day, with the field of the form.
pub(crate) const STEPS: [(&str, Addressee); 4] = [
    ("after_admin", Addressee::Role(Role::Admin)),
    ("after_deputy", Addressee::Role(Role::Deputy)),
    ("after_director", Addressee::Role(Role::Director)),
    (
        "after_municipality",
        Addressee::Role(Role::MunicipalOperator),
    ),
];

/// No interval is longer than this, in its own units.
const MOST: u32 = 366;
/// Nobody is reminded earlier, or later, in working days.
const MOST_LEAD: u32 = 30;

struct Reader<'a> {
    typed: &'a Typed,
    faults: Vec<FieldFault>,
}

impl Reader<'_> {
    fn text(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", |it| it.trim())
    }

    fn fault(&mut self, field: &'static str, code: &'static str) {
        self.faults.push(FieldFault { field, code });
    }

    fn is_right(&self, field: &str) -> bool {
        self.faults.iter().all(|it| it.field != field)
    }

    /// A number that the form may leave out: then it stays as it is above.
    fn number_or(&mut self, field: &'static str, most: u32, above: u32) -> u32 {
        if self.typed.contains_key(field) {
            self.number(field, 0, most)
        } else {
            above
        }
    }

    fn flag(&self, field: &str) -> bool {
        !self.text(field).is_empty()
    }

    fn number(&mut self, field: &'static str, least: u32, most: u32) -> u32 {
        let found = self.text(field).parse().ok();
        found
            .filter(|it| (least..=most).contains(it))
            .unwrap_or_else(|| {
                self.fault(field, "number");
                least
            })
    }

    /// «15.09» or «15 09»: a day that comes every year.
    fn day_of_year(&mut self, field: &'static str, part: Part) -> DayOfYear {
        let parts: Vec<Option<u32>> = self
            .text(field)
            .split(['.', ' ', '/', '-'])
            .filter(|it| !it.is_empty())
            .map(|it| it.parse().ok())
            .collect();
        let found = match parts[..] {
            [Some(day), Some(month)] => Some(DayOfYear { month, day }),
            _ => None,
        };
        // 29 February is no day of every year.
        let is_day = |it: &DayOfYear| NaiveDate::from_ymd_opt(2026, it.month, it.day).is_some();
        let Some(it) = found.filter(is_day) else {
            self.fault(field, "no-such-day");
            return DayOfYear { month: 9, day: 1 };
        };
        let starts = it.month >= 9;
        if starts != (part == Part::StartYear) {
            self.fault(field, "other-year-part");
        }
        it
    }

    fn date(&mut self, field: &'static str, today: NaiveDate) -> Option<NaiveDate> {
        let text = self.text(field).to_owned();
        if text.is_empty() {
            return None;
        }
        let found = parse_date(&text, today).ok();
        if found.is_none() {
            self.fault(field, "no-such-day");
        }
        found
    }

    fn when(&mut self, now: &When, today: NaiveDate) -> When {
        match now {
            When::WorkdaysAfter { .. } | When::CalendarDaysAfter { .. } => {
                let n = self.number("n", 0, MOST);
                let roll = match now {
                    When::CalendarDaysAfter { roll, .. } => *roll,
                    _ => Roll::Next,
                };
                match self.text("unit") {
                    "calendar_days" => When::CalendarDaysAfter { n, roll },
                    _ => When::WorkdaysAfter { n },
                }
            }
            When::Every { unit, scope, .. } => When::Every {
                n: self.number("n", 1, MOST),
                unit: self.unit(*unit),
                scope: *scope,
            },
            When::Before { unit, .. } => When::Before {
                n: self.number("n", 0, MOST),
                unit: self.unit(*unit),
            },
            When::FixedDate { part, roll, .. } => {
                let DayOfYear { month, day } = self.day_of_year("date", *part);
                When::FixedDate {
                    month,
                    day,
                    part: *part,
                    roll: *roll,
                }
            }
            When::Window { part, roll, .. } => {
                let from = self.day_of_year("from", *part);
                let to = self.day_of_year("to", *part);
                if to < from {
                    self.fault("to", "ends-before-it-begins");
                }
                When::Window {
                    from,
                    to,
                    part: *part,
                    roll: *roll,
                }
            }
            When::Dates { to: old, .. } => {
                let from = self.date("from", today);
                let to = self.date("to", today);
                if to.is_none() && self.faults.iter().all(|it| it.field != "to") {
                    self.fault("to", "no-such-day");
                }
                if to.zip(from).is_some_and(|(to, from)| to < from) {
                    self.fault("to", "ends-before-it-begins");
                }
                When::Dates {
                    from,
                    to: to.unwrap_or(*old),
                }
            }
            other => other.clone(),
        }
    }

    fn unit(&self, now: Unit) -> Unit {
        match (now, self.text("unit")) {
            (Unit::Months | Unit::Years, _) => now,
            (_, "working_days") => Unit::WorkingDays,
            (_, "calendar_days") => Unit::CalendarDays,
            _ => now,
        }
    }

    /// «3, 1»: the days before, each once, the first first.
    fn before(&mut self, when: &When) -> Vec<u32> {
        let text = self.text("before").to_owned();
        let parts = text.split([',', ' ', ';']).filter(|it| !it.is_empty());
        let days: Result<Vec<u32>, _> = parts.map(str::parse).collect();
        let Ok(mut days) = days else {
            self.fault("before", "days");
            return vec![];
        };
        days.sort_unstable_by(|one, two| two.cmp(one));
        days.dedup();
        if days.iter().any(|it| !(1..=MOST_LEAD).contains(it)) {
            self.fault("before", "days");
        } else if self.is_right("n") && days.first().is_some_and(|it| *it > span(when)) {
            self.fault("before", "longer-than-span");
        }
        days
    }

    fn remind(&self) -> Vec<Addressee> {
        let named = self.text("remind").split(',').map(str::trim);
        let mut all: Vec<Addressee> = named.filter_map(Addressee::from_code).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Those that the form does not name stay as they are.
    fn escalate(&mut self, above: &[Step]) -> Vec<Step> {
        let named = |it: &Step| STEPS.iter().any(|step| step.1 == it.to);
        let mut steps: Vec<Step> = above.iter().filter(|it| !named(it)).copied().collect();
        for (field, to) in STEPS {
            if !self.text(field).is_empty() {
                let after = self.number(field, 1, MOST_LEAD);
                steps.push(Step { after, to });
            }
        }
        steps.sort_by_key(|it| it.after);
        steps
    }
}

/// How many days there are between the event and the day: nobody can be
/// reminded before there is anything to remind of.
fn span(when: &When) -> u32 {
    match when {
        When::WorkdaysAfter { n }
        | When::CalendarDaysAfter { n, .. }
        | When::Every {
            n,
            unit: Unit::WorkingDays | Unit::CalendarDays,
            ..
        } => *n,
        _ => MOST_LEAD,
    }
}

impl Wish {
    /// Reads the form of a rule as it is in force above the organisation.
    ///
    /// # Errors
    /// Every mistake with its field: impossible dates, more than the limits
    /// above allow, a beginning in the past.
    pub(crate) fn read(
        typed: &Typed,
        above: &InForce,
        with_limits: bool,
        today: NaiveDate,
        calendar: &Calendar,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut it = Reader {
            typed,
            faults: vec![],
        };
        let since = match it.text("since") {
            "" => Some(today),
            _ => it.date("since", today),
        };
        let since = since.unwrap_or(today);
        if since < today {
            it.fault("since", "past");
        }
        let when = it.when(&above.terms.when, today);
        let wanted = Terms {
            on: it.flag("on"),
            before: it.before(&when),
            remind: it.remind(),
            escalate: it.escalate(&above.terms.escalate),
            grace: it.number_or("grace", MOST_LEAD, above.terms.grace),
            shift: it.number_or("shift", MOST, above.terms.shift),
            when,
        };
        if it.faults.is_empty() {
            it.check_limits(&wanted, above, calendar);
        }
        let limits = with_limits.then(|| Limits {
            later: it.flag("allow_later"),
            off: it.flag("allow_off"),
        });
        let same_people = |one: &[Addressee], two: &[Addressee]| {
            one.len() == two.len() && one.iter().all(|it| two.contains(it))
        };
        let mut change = Change::between(&above.terms, &wanted);
        if same_people(&wanted.remind, &above.terms.remind) {
            change.remind = None;
        }
        if it.faults.is_empty() {
            Ok(Self {
                since,
                change,
                limits,
            })
        } else {
            Err(it.faults)
        }
    }
}

impl Reader<'_> {
    fn check_limits(&mut self, wanted: &Terms, above: &InForce, calendar: &Calendar) {
        if above.terms.on && !wanted.on && !above.bound.off {
            self.fault("on", "off-not-allowed");
        }
        let later = wanted.when.is_later_than(&above.terms.when, calendar);
        if later && !above.bound.later {
            let field = match wanted.when {
                When::FixedDate { .. } => "date",
                When::Window { .. } | When::Dates { .. } => "to",
                _ => "n",
            };
            self.fault(field, "later-not-allowed");
        }
        if !above.bound.later {
            let longer = [
                ("grace", wanted.grace > above.terms.grace),
                ("shift", wanted.shift > above.terms.shift),
            ];
            for (field, _) in longer.into_iter().filter(|it| it.1) {
                self.fault(field, "later-not-allowed");
            }
        }
        let told = |it: &Terms| !it.remind.is_empty() || !it.escalate.is_empty();
        if wanted.on && !told(wanted) && told(&above.terms) {
            self.fault("remind", "nobody");
        }
    }
}

/// The form of terms as they are.
pub(crate) fn typed(terms: &Terms, limits: Limits) -> Typed {
    let mut typed = Typed::new();
    let mut set = |name: &str, value: String| {
        typed.insert(name.to_owned(), value);
    };
    let flag = |it: bool| if it { "1" } else { "" }.to_owned();
    let joined = |all: Vec<String>| all.join(", ");
    set("on", flag(terms.on));
    set(
        "before",
        joined(terms.before.iter().map(u32::to_string).collect()),
    );
    let remind = terms.remind.iter().map(|it| it.code().to_owned());
    set("remind", remind.collect::<Vec<_>>().join(","));
    for (field, to) in STEPS {
        let step = terms.escalate.iter().find(|it| it.to == to);
        set(
            field,
            step.map(|it| it.after.to_string()).unwrap_or_default(),
        );
    }
    if terms.when.is_day_of_year() {
        set("grace", terms.grace.to_string());
    }
    if terms.when.is_counted() {
        set("shift", terms.shift.to_string());
    }
    set("allow_later", flag(limits.later));
    set("allow_off", flag(limits.off));
    let short = |it: DayOfYear| format!("{:02}.{:02}", it.day, it.month);
    match &terms.when {
        When::WorkdaysAfter { n } => {
            set("n", n.to_string());
            set("unit", "working_days".to_owned());
        }
        When::CalendarDaysAfter { n, .. } => {
            set("n", n.to_string());
            set("unit", "calendar_days".to_owned());
        }
        When::Every { n, unit, .. } | When::Before { n, unit } => {
            set("n", n.to_string());
            set("unit", unit.code().to_owned());
        }
        When::FixedDate { month, day, .. } => set(
            "date",
            short(DayOfYear {
                month: *month,
                day: *day,
            }),
        ),
        When::Window { from, to, .. } => {
            set("from", short(*from));
            set("to", short(*to));
        }
        When::Dates { from, to } => {
            let show = |it: NaiveDate| format!("{:02}.{:02}.{}", it.day(), it.month(), it.year());
            set("from", from.map(show).unwrap_or_default());
            set("to", show(*to));
        }
        _ => {}
    }
    typed
}

#[cfg(test)]
#[path = "rule_form_tests.rs"]
mod tests;
