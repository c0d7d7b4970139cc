//! What a person wants to be sent, and when not.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;

/// What a person wants to be sent, and when not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Wish {
    /// Reminders before the day: not a duty yet.
    pub soon: bool,
    /// Letters about new marks, for families.
    pub marks: bool,
    /// Answers to what a family proposed to change in cards.
    pub cards: bool,
    /// The hour of the letter of the day.
    pub digest_hour: u32,
    /// The hour from which nothing is sent …
    pub quiet_from: u32,
    /// … and the hour until which; the same for no quiet hours.
    pub quiet_until: u32,
}

impl Default for Wish {
    /// The letter of the day at 14:00 (`ux.md` §3.6), nothing at night.
    fn default() -> Self {
        Self {
            soon: true,
            marks: false,
            cards: true,
            digest_hour: 14,
            quiet_from: 21,
            quiet_until: 7,
        }
    }
}

impl Wish {
    /// Whether the person wants letters of this kind; duty does not ask.
    pub fn wants(&self, kind: &str) -> bool {
        match kind {
            "deadlines.digest" => self.soon,
            "journal.marks" => self.marks,
            "people.proposals" => self.cards,
            _ => true,
        }
    }

    /// The same without letters of this kind.
    #[must_use]
    pub fn without(self, kind: &str) -> Self {
        match kind {
            "deadlines.digest" => Self {
                soon: false,
                ..self
            },
            "journal.marks" => Self {
                marks: false,
                ..self
            },
            "people.proposals" => Self {
                cards: false,
                ..self
            },
            _ => self,
        }
    }

    /// The first moment from then on that is not in the quiet hours.
    pub fn out_of_quiet(&self, moment: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let local = moment.with_timezone(&zone);
        if !self.is_quiet(local.hour()) {
            return moment;
        }
        let past_midnight = local.hour() >= self.quiet_until;
        let day = local.date_naive() + Days::new(u64::from(past_midnight));
        at(day, self.quiet_until, zone).max(moment)
    }

    /// The moment of the letter of that day, by hour and quiet hours.
    pub fn digest_at(&self, day: NaiveDate, zone: Tz) -> DateTime<Utc> {
        self.out_of_quiet(at(day, self.digest_hour, zone), zone)
    }

    fn is_quiet(&self, hour: u32) -> bool {
        if self.quiet_from <= self.quiet_until {
            (self.quiet_from..self.quiet_until).contains(&hour)
        } else {
            hour >= self.quiet_from || hour < self.quiet_until
        }
    }
}

/// That hour of the day where the zone is; where a change of the zone left the
/// hour out, the same hour of UTC.
fn at(day: NaiveDate, hour: u32, zone: Tz) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
    let local = day.and_time(time);
    zone.from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc(), |it| it.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// MSG-5: quiet hours over midnight and within a day.
    #[test]
    fn nothing_leaves_in_the_quiet_hours() {
        let zone = Tz::Europe__Moscow;
        let wish = Wish::default();
        for (given, wanted) in [
            ("2026-09-16T17:59:00Z", "2026-09-16T17:59:00Z"),
            ("2026-09-16T18:00:00Z", "2026-09-17T04:00:00Z"),
            ("2026-09-16T22:30:00Z", "2026-09-17T04:00:00Z"),
            ("2026-09-17T04:00:00Z", "2026-09-17T04:00:00Z"),
        ] {
            assert_eq!(
                wish.out_of_quiet(moment(given), zone),
                moment(wanted),
                "{given}"
            );
        }
        let midday = Wish {
            quiet_from: 12,
            quiet_until: 15,
            ..wish
        };
        let day = NaiveDate::from_ymd_opt(2026, 9, 16).unwrap();
        assert_eq!(midday.digest_at(day, zone), moment("2026-09-16T12:00:00Z"));
        assert_eq!(wish.digest_at(day, zone), moment("2026-09-16T11:00:00Z"));
        let never = Wish {
            quiet_from: 0,
            quiet_until: 0,
            ..wish
        };
        let night = moment("2026-09-16T22:30:00Z");
        assert_eq!(never.out_of_quiet(night, zone), night);
    }

    #[test]
    fn who_unsubscribed_wants_no_more() {
        for kind in ["deadlines.digest", "journal.marks", "people.proposals"] {
            assert!(!Wish::default().without(kind).wants(kind));
        }
        assert!(!Wish::default().wants("journal.marks"), "off by default");
    }
}
