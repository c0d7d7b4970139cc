//! What forms count: pupils, classes, what pupils study, staff, what became of
//! the pupils of last year, and what the school has, each with typed fields.

mod facts;

use serde::{Deserialize, Serialize};

pub use facts::{Fact, Facts};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Everybody in a class on the day of the form.
    Pupils,
    Classes,
    /// A pupil and a subject that is taught to them, each once.
    Studies,
    /// Who works on the day of the form.
    Staff,
    /// Stays in the classes of last year: who began, came, left, finished. A
    /// stay may be several of these.
    Outcomes,
    /// Restricted values of pupils' cards, a fact a value: who bears it is not
    /// among them, so nobody learns it from a form.
    Statuses,
    /// A teacher and a subject of theirs, in grades 1–4 and in those above
    /// each once.
    Teachers,
    /// Who worked on the day a year before, came since, left since, works now.
    /// A member of the staff may be several of these.
    Turnover,
    /// The school itself: one fact.
    School,
    Buildings,
    Rooms,
    Equipment,
}

impl Source {
    pub const ALL: [Self; 12] = [
        Self::Pupils,
        Self::Classes,
        Self::Studies,
        Self::Staff,
        Self::Outcomes,
        Self::Statuses,
        Self::Teachers,
        Self::Turnover,
        Self::School,
        Self::Buildings,
        Self::Rooms,
        Self::Equipment,
    ];

    /// The name in formulas and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pupils => "pupils",
            Self::Classes => "classes",
            Self::Studies => "studies",
            Self::Staff => "staff",
            Self::Outcomes => "outcomes",
            Self::Statuses => "statuses",
            Self::Teachers => "teachers",
            Self::Turnover => "turnover",
            Self::School => "school",
            Self::Buildings => "buildings",
            Self::Rooms => "rooms",
            Self::Equipment => "equipment",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether several facts may stand for one person, who is counted once.
    pub const fn counts_people(self) -> bool {
        matches!(self, Self::Teachers)
    }

    /// Whether its facts stand for people who must stay unknown.
    pub const fn is_nameless(self) -> bool {
        matches!(self, Self::Statuses)
    }

    /// The fields of its facts.
    pub const fn fields(self) -> &'static [Field] {
        use Field as F;
        match self {
            Self::Pupils => &[
                F::Grade,
                F::Gender,
                F::Age,
                F::Shift,
                F::Size,
                F::Profile,
                F::Language,
                F::StudyForm,
                F::Citizenship,
                F::AtHome,
            ],
            Self::Classes => &[F::Grade, F::Shift, F::Size, F::Profile, F::Locality],
            Self::Studies => &[F::Grade, F::Subject, F::Gender],
            Self::Staff => &[
                F::Post,
                F::Education,
                F::Category,
                F::Gender,
                F::Age,
                F::Experience,
                F::Teaches,
            ],
            Self::Outcomes => &[
                F::Event,
                F::Grade,
                F::Gender,
                F::Reason,
                F::Document,
                F::Outcome,
            ],
            Self::Statuses => &[F::Grade, F::Gender, F::Profile, F::Status],
            Self::Teachers => &[
                F::Subject,
                F::Level,
                F::Education,
                F::Category,
                F::Gender,
                F::Age,
                F::Experience,
            ],
            Self::Turnover => &[
                F::Turn,
                F::Post,
                F::Education,
                F::Gender,
                F::Age,
                F::Experience,
                F::Ground,
            ],
            Self::School => &[
                F::OrgType,
                F::Locality,
                F::Online,
                F::Speed,
                F::Filter,
                F::Video,
                F::Site,
                F::Mail,
            ],
            Self::Buildings => &[],
            Self::Rooms => &[F::RoomKind, F::Seats, F::Area, F::RoomName],
            Self::Equipment => &[F::Thing, F::State, F::Quantity, F::Years],
        }
    }

    /// The field of that name, where its facts have it.
    pub fn field(self, code: &str) -> Option<Field> {
        let mut fields = self.fields().iter().copied();
        fields.find(|it| it.code() == code)
    }
}

/// A field of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 1 … 12; of an outcome the grade that was finished, not the next one.
    Grade,
    Gender,
    /// Full years on 1 January of the next year (§5.2, 2.5).
    Age,
    Shift,
    /// How many are in the class.
    Size,
    /// The profile of the class as its page has it.
    Profile,
    /// Whether the school is in a town or in the country.
    Locality,
    /// The foreign language as the card has it.
    Language,
    StudyForm,
    Citizenship,
    /// Taught at home, as the card has it.
    AtHome,
    Subject,
    Post,
    Education,
    Category,
    /// Full years of work on the day of the form.
    Experience,
    /// Has lessons by the teaching load.
    Teaches,
    Event,
    Reason,
    Document,
    Outcome,
    /// Социальное положение, as the card has it.
    Status,
    /// Of a teacher: of grades 1–4, or of those above.
    Level,
    /// What a member of the staff is of the year's turnover.
    Turn,
    /// Why somebody was dismissed.
    Ground,
    OrgType,
    /// Computers with access to the net.
    Online,
    /// Mbit a second.
    Speed,
    /// The content filter (СКФ).
    Filter,
    Video,
    Site,
    Mail,
    RoomKind,
    RoomName,
    Seats,
    /// In tenths of a square metre.
    Area,
    Thing,
    State,
    Quantity,
    /// Full years since it was bought.
    Years,
}

/// What values a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Number,
    Flag,
    Text,
    Codes(&'static [&'static str]),
}

impl Field {
    /// The name in formulas and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Grade => "grade",
            Self::Gender => "gender",
            Self::Age => "age",
            Self::Shift => "shift",
            Self::Size => "size",
            Self::Profile => "profile",
            Self::Locality => "locality",
            Self::Language => "language",
            Self::StudyForm => "study_form",
            Self::Citizenship => "citizenship",
            Self::AtHome => "at_home",
            Self::Subject => "subject",
            Self::Post => "post",
            Self::Education => "education",
            Self::Category => "category",
            Self::Experience => "experience",
            Self::Teaches => "teaches",
            Self::Event => "event",
            Self::Reason => "reason",
            Self::Document => "document",
            Self::Outcome => "outcome",
            Self::Status => "status",
            Self::Level => "level",
            Self::Turn => "turn",
            Self::Ground => "ground",
            Self::OrgType => "org_type",
            Self::Online => "online",
            Self::Speed => "speed",
            Self::Filter => "filter",
            Self::Video => "video",
            Self::Site => "site",
            Self::Mail => "mail",
            Self::RoomKind => "kind",
            Self::RoomName => "name",
            Self::Seats => "seats",
            Self::Area => "area",
            Self::Thing => "thing",
            Self::State => "state",
            Self::Quantity => "quantity",
            Self::Years => "years",
        }
    }

    pub const fn kind(self) -> Kind {
        match self {
            Self::Grade
            | Self::Age
            | Self::Shift
            | Self::Size
            | Self::Experience
            | Self::Online
            | Self::Speed
            | Self::Seats
            | Self::Area
            | Self::Quantity
            | Self::Years => Kind::Number,
            Self::Teaches | Self::AtHome | Self::Video => Kind::Flag,
            Self::Profile
            | Self::Language
            | Self::Subject
            | Self::Post
            | Self::Education
            | Self::Category
            | Self::Status
            | Self::Ground
            | Self::OrgType
            | Self::Filter
            | Self::Site
            | Self::Mail
            | Self::RoomName => Kind::Text,
            Self::Gender => Kind::Codes(&["male", "female"]),
            Self::Locality => Kind::Codes(&["urban", "rural"]),
            Self::StudyForm => Kind::Codes(&["full_time", "part_time", "extramural", "family"]),
            Self::Citizenship => Kind::Codes(people::Citizenship::CODES),
            Self::Event => Kind::Codes(&["start", "came", "left", "finished"]),
            Self::Reason => Kind::Codes(&[
                "other_school",
                "college",
                "family_education",
                "moved",
                "expelled",
                "special_school",
                "death",
                "other",
            ]),
            Self::Document => Kind::Codes(&["certificate", "honours", "reference"]),
            Self::Outcome => Kind::Codes(&[
                "promoted",
                "conditional",
                "repeated",
                "graduated",
                "undecided",
            ]),
            Self::Level => Kind::Codes(&["primary", "main"]),
            Self::Turn => Kind::Codes(&["start", "hired", "dismissed", "now"]),
            Self::RoomKind => Kind::Codes(&[
                "class",
                "gym",
                "computer",
                "laboratory",
                "assembly",
                "workshop",
                "library",
                "other",
            ]),
            Self::Thing => Kind::Codes(&[
                "computer",
                "printer",
                "projector",
                "network",
                "laboratory",
                "sport",
                "furniture",
                "other",
            ]),
            Self::State => Kind::Codes(&["good", "repair", "written_off"]),
        }
    }

    /// How much of the number makes one in a form.
    pub const fn unit(self) -> i64 {
        match self {
            Self::Area => 10,
            _ => 1,
        }
    }

    /// Whether a fact without it is a gap in the data; an empty profile,
    /// category or reason is an answer too.
    pub const fn is_wanted(self) -> bool {
        matches!(
            self,
            Self::Gender
                | Self::Age
                | Self::Citizenship
                | Self::Education
                | Self::Post
                | Self::Experience
                | Self::Area
        )
    }

    /// The known code of that text.
    pub fn coded(self, text: &str) -> Option<Value> {
        match self.kind() {
            Kind::Codes(all) => all.iter().find(|it| **it == text).map(|it| Value::Code(it)),
            _ => None,
        }
    }
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Number(i64),
    Flag(bool),
    Code(&'static str),
    Text(String),
}
