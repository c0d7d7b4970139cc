//! How dates, times and numbers look (`ux.md` §6.1).

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use kernel::{
    dates::{show_date, show_day, show_long, show_weekday},
    text::Plural,
};
use minijinja::{Environment, Error, ErrorKind, State, Value, value::Kwargs};
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// No-break space: between number and unit, and between thousands.
const NBSP: char = '\u{a0}';

pub(super) fn add(env: &mut Environment<'static>) {
    env.add_filter("date", |state: &State, it: Value, zone: Kwargs| {
        Ok::<_, Error>(show_date(day(state, &it, &zone)?))
    });
    env.add_filter("date_short", |state: &State, it: Value, zone: Kwargs| {
        Ok::<_, Error>(show_day(day(state, &it, &zone)?))
    });
    env.add_filter("iso_date", |state: &State, it: Value, zone: Kwargs| {
        Ok::<_, Error>(day(state, &it, &zone)?.format("%Y-%m-%d").to_string())
    });
    env.add_filter("weekday", |state: &State, it: Value, zone: Kwargs| {
        let day = day(state, &it, &zone)?;
        Ok::<_, Error>(show_weekday(day.weekday()))
    });
    env.add_filter("day_month", |state: &State, it: Value, zone: Kwargs| {
        let day = day(state, &it, &zone)?;
        let long = show_long(day);
        Ok::<_, Error>(long.split(' ').next().unwrap_or_default().to_owned())
    });
    env.add_filter("time", time);
    env.add_filter("number", number);
    env.add_filter("percent", |it: Value, places: Option<u32>| {
        number(it, places).map(|it| format!("{it}{NBSP}%"))
    });
    env.add_filter("plural", plural);
    env.add_function("plural", plural);
}

fn wrong(what: &str, value: &Value) -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("{value:?} is not {what}"),
    )
}

/// A moment or a day without a zone, as chrono serialises them.
enum Moment {
    Day(NaiveDate),
    Local(NaiveDateTime),
    Instant(DateTime<FixedOffset>),
}

fn moment(value: &Value) -> Option<Moment> {
    let text = value.as_str()?;
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(Moment::Day(day));
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(Moment::Instant(instant));
    }
    text.parse().ok().map(Moment::Local)
}

/// The zone of the organisation: named in the call, or that of the shell.
fn zone(state: &State, args: &Kwargs) -> Result<Tz, Error> {
    let named: Option<String> = args.get("zone")?;
    args.assert_all_used()?;
    let name = match named {
        Some(name) => name,
        None => shell_zone(state)?,
    };
    name.parse().map_err(|_| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("{name:?} is not a zone"),
        )
    })
}

fn shell_zone(state: &State) -> Result<String, Error> {
    let unknown = || {
        let what = "the time zone is not known here: use Views::fragment or zone=\"…\"";
        Error::new(ErrorKind::InvalidOperation, what)
    };
    let shell = state
        .lookup("shell")
        .filter(|it| !it.is_undefined())
        .ok_or_else(unknown)?;
    shell
        .get_attr("zone")?
        .as_str()
        .map(str::to_owned)
        .ok_or_else(unknown)
}

fn day(state: &State, value: &Value, args: &Kwargs) -> Result<NaiveDate, Error> {
    match moment(value).ok_or_else(|| wrong("a date", value))? {
        Moment::Day(day) => Ok(day),
        Moment::Local(local) => Ok(local.date()),
        Moment::Instant(instant) => Ok(instant.with_timezone(&zone(state, args)?).date_naive()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of a filter")]
fn time(state: &State, value: Value, args: Kwargs) -> Result<String, Error> {
    if let Some(time) = value.as_str().and_then(|it| it.parse::<NaiveTime>().ok()) {
        return Ok(time.format("%H:%M").to_string());
    }
    match moment(&value).ok_or_else(|| wrong("a time", &value))? {
        Moment::Day(_) => Err(wrong("a time", &value)),
        Moment::Local(local) => Ok(local.format("%H:%M").to_string()),
        Moment::Instant(instant) => Ok(instant
            .with_timezone(&zone(state, &args)?)
            .format("%H:%M")
            .to_string()),
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value.as_str() {
        Some(text) => text.parse().ok(),
        None if value.is_number() => value.to_string().parse().ok(),
        None => None,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of a filter")]
fn number(value: Value, places: Option<u32>) -> Result<String, Error> {
    let number = decimal(&value).ok_or_else(|| wrong("a number", &value))?;
    Ok(show_number(number, places))
}

/// `12 345,67`, rounded to the places where given.
pub(crate) fn show_number(number: Decimal, places: Option<u32>) -> String {
    kernel::decimal::show(number, places.unwrap_or(number.scale()))
}

/// The form of the word that goes with the number: 1 ученик, 2 ученика, 5 учеников, 1,5 ученика.
#[expect(clippy::needless_pass_by_value, reason = "the shape of a filter")]
fn plural(value: Value, one: String, few: String, many: String) -> Result<String, Error> {
    let number = decimal(&value).ok_or_else(|| wrong("a number", &value))?;
    let whole = number
        .fract()
        .is_zero()
        .then(|| number.abs().to_u64())
        .flatten();
    Ok(match whole.map_or(Plural::Few, Plural::of) {
        Plural::One => one,
        Plural::Few => few,
        Plural::Many => many,
    })
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    fn show(template: &str, it: impl Into<Value>) -> String {
        let mut env = Environment::new();
        add(&mut env);
        let shell = context! { zone => "Asia/Sakhalin" };
        let text = format!("{{{{ {template} }}}}");
        env.render_str(&text, context! { it => it.into(), shell })
            .map_or_else(|error| format!("{error:#}"), |it| it.replace(NBSP, "_"))
    }

    #[test]
    fn dates_look_as_in_the_spec() {
        assert_eq!(show("it|date", "2026-11-21"), "21.11.2026");
        assert_eq!(show("it|date_short", "2026-11-21"), "21.11");
        assert_eq!(show("it|weekday", "2026-11-21"), "сб");
        assert_eq!(show("it|day_month", "2026-11-21"), "21_ноября");
        assert_eq!(show("it|time", "08:30:00"), "08:30");
    }

    #[test]
    fn moments_are_shown_in_the_zone_of_the_organisation() {
        assert_eq!(show("it|date", "2026-11-21T22:15:00Z"), "22.11.2026");
        assert_eq!(show("it|time", "2026-11-21T22:15:00Z"), "09:15");
        assert_eq!(
            show("it|time(zone='Europe/Moscow')", "2026-11-21T22:15:00Z"),
            "01:15"
        );
    }

    #[test]
    fn numbers_look_as_in_the_spec() {
        assert_eq!(show("it|number", "12345.67"), "12_345,67");
        assert_eq!(show("it|number", 4.12), "4,12");
        assert_eq!(show("it|number", 1234), "1_234");
        assert_eq!(show("it|number(2)", "4.125"), "4,13");
        assert_eq!(show("it|number(2)", 5), "5,00");
        assert_eq!(show("it|number", -7), "\u{2212}7");
        assert_eq!(show("it|percent", 87.3), "87,3_%");
        assert_eq!(show("it|number", 1_234_567), "1_234_567");
    }

    #[test]
    fn plurals_follow_cldr() {
        let form = |it: Value| show("it|plural('1','2','5')", it);
        let forms: Vec<String> = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111]
            .map(|it| form(it.into()))
            .into();
        assert_eq!(forms.join(" "), "5 1 2 2 5 5 5 5 1 2 5 1 5");
        assert_eq!(form("1.5".into()), "2");
    }

    #[test]
    fn nonsense_is_a_render_error() {
        assert!(show("it|date", "soon").contains("is not a date"));
        assert!(show("it|number", "many").contains("is not a number"));
    }
}
