//! What a card has many of: courses, awards, former schools … (S1:4).

use chrono::NaiveDate;
use kernel::id;
use serde::{Deserialize, Serialize};

use crate::{CardKind, Error, FieldError, person};

id!(/// One line of a card: a course, an award, a former school.
    RecordId);

/// What a line of a card tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Трудовая деятельность.
    Work,
    Education,
    /// Повышение квалификации.
    Course,
    Award,
    /// Где учился раньше.
    Study,
    Achievement,
    /// Характеристика, отзыв.
    Review,
}

/// One fact of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Since,
    Until,
    Title,
    Place,
    Detail,
    Hours,
    Document,
}

impl Part {
    pub const ALL: [Self; 7] = [
        Self::Since,
        Self::Until,
        Self::Title,
        Self::Place,
        Self::Detail,
        Self::Hours,
        Self::Document,
    ];

    /// The name in forms and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Since => "since",
            Self::Until => "until",
            Self::Title => "title",
            Self::Place => "place",
            Self::Detail => "detail",
            Self::Hours => "hours",
            Self::Document => "document",
        }
    }
}

impl RecordKind {
    pub const ALL: [Self; 7] = [
        Self::Work,
        Self::Education,
        Self::Course,
        Self::Award,
        Self::Study,
        Self::Achievement,
        Self::Review,
    ];

    /// The lines that such a card has, in the order of the page.
    pub const fn of(card: CardKind) -> &'static [Self] {
        match card {
            CardKind::Staff => &[Self::Work, Self::Education, Self::Course, Self::Award],
            CardKind::Pupil => &[Self::Study, Self::Achievement, Self::Review],
            CardKind::Parent => &[],
        }
    }

    /// The name in the database, in URLs and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Education => "education",
            Self::Course => "course",
            Self::Award => "award",
            Self::Study => "study",
            Self::Achievement => "achievement",
            Self::Review => "review",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// What is told of such a thing, in the order of the form.
    pub const fn parts(self) -> &'static [Part] {
        use Part as P;
        match self {
            Self::Work => &[P::Since, P::Until, P::Title, P::Place, P::Document],
            Self::Education => &[P::Until, P::Title, P::Place, P::Detail, P::Document],
            Self::Course => &[
                P::Since,
                P::Until,
                P::Title,
                P::Place,
                P::Hours,
                P::Document,
            ],
            Self::Award => &[P::Since, P::Title, P::Place, P::Document],
            Self::Study => &[P::Since, P::Until, P::Title, P::Detail, P::Document],
            Self::Achievement => &[P::Since, P::Title, P::Place, P::Detail, P::Document],
            Self::Review => &[P::Since, P::Title, P::Detail],
        }
    }
}

/// A line of a card as it is typed or read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordFields {
    pub since: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub title: String,
    pub place: String,
    pub detail: String,
    pub hours: Option<i16>,
    pub document: String,
}

/// A line of a card as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    pub id: RecordId,
    pub kind: RecordKind,
    #[serde(flatten)]
    pub fields: RecordFields,
    pub version: i32,
}

impl RecordFields {
    /// # Errors
    /// [`Error::Fields`] with everything that is wrong.
    pub(crate) fn clean(mut self, today: NaiveDate) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        self.title = person::text("title", &self.title, &mut wrong);
        self.place = person::text("place", &self.place, &mut wrong);
        self.detail = person::text("detail", &self.detail, &mut wrong);
        self.document = person::text("document", &self.document, &mut wrong);
        if self.title.is_empty() {
            wrong.push(FieldError::new("title", "people.no-title"));
        } else if self.title.chars().count() > 500 {
            wrong.push(FieldError::new("title", "people.too-long"));
        }
        if self.since.is_some_and(|it| today < it) {
            wrong.push(FieldError::new("since", "people.date-in-future"));
        }
        if self
            .since
            .zip(self.until)
            .is_some_and(|(from, to)| to < from)
        {
            wrong.push(FieldError::new("until", "people.ends-before-it-begins"));
        }
        if self.hours.is_some_and(|it| !(1..=9999).contains(&it)) {
            wrong.push(FieldError::new("hours", "people.no-such-hours"));
        }
        if wrong.is_empty() {
            Ok(self)
        } else {
            Err(Error::Fields(wrong))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_and_every_kind_has_a_card() {
        for it in RecordKind::ALL {
            assert_eq!(RecordKind::from_code(it.code()), Some(it));
            let cards = CardKind::ALL.into_iter();
            assert_eq!(
                cards
                    .filter(|card| RecordKind::of(*card).contains(&it))
                    .count(),
                1
            );
            assert!(it.parts().contains(&Part::Title));
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let fields = RecordFields {
            since: today.succ_opt(),
            until: Some(today),
            hours: Some(0),
            ..RecordFields::default()
        };
        let Err(Error::Fields(wrong)) = fields.clean(today) else {
            panic!("was taken")
        };
        let names: Vec<&str> = wrong.iter().map(|it| it.field).collect();
        assert_eq!(names, ["title", "since", "until", "hours"]);
    }
}
