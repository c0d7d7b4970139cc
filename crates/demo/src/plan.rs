use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What to make up.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The same seed and day make the same data.
    pub seed: u64,
    /// The day up to which the journals are filled.
    pub today: NaiveDate,
    /// How many schools a [`Shape::Region`] has; every fourth is a small rural one.
    pub schools: usize,
    pub shape: Shape,
}

impl Plan {
    /// The region that a newcomer sees.
    pub const fn region(today: NaiveDate) -> Self {
        Self {
            seed: 2026,
            today,
            schools: 4,
            shape: Shape::Region,
        }
    }
}

/// What kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Ministry, two municipalities and schools of about 800 pupils.
    Region,
    /// One school of exactly 892 pupils in 32 classes with nearly a whole
    /// year of marks: what `cargo xtask bench` measures.
    Bench,
    /// One rural school of about 70 pupils: done in seconds.
    Village,
    /// As many rural schools as planned: for tests of what must stay apart.
    Villages,
}

/// What was made up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub logins: Vec<Login>,
    pub counts: Counts,
    #[serde(default)]
    pub bench: Option<BenchUrls>,
}

/// How many rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub schools: usize,
    pub classes: usize,
    pub pupils: usize,
    pub staff: usize,
    pub accounts: usize,
    pub lessons: usize,
    pub marks: usize,
    pub attendance: usize,
}

impl Counts {
    pub(crate) const fn add(&mut self, other: &Self) {
        self.schools += other.schools;
        self.classes += other.classes;
        self.pupils += other.pupils;
        self.staff += other.staff;
        self.accounts += other.accounts;
        self.lessons += other.lessons;
        self.marks += other.marks;
        self.attendance += other.attendance;
    }
}

/// Somebody to sign in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// `class_teacher` besides the codes of the roles.
    pub role: String,
    pub login: String,
    pub password: String,
    /// The person behind the login.
    pub name: String,
    /// The organisation as it is shown.
    pub org: String,
    /// What to open first.
    pub first_url: String,
}

/// What the measuring client asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchUrls {
    pub login: String,
    pub password: String,
    pub diary_login: String,
    pub diary_password: String,
    pub grid: String,
    pub lesson: String,
    pub diary_week: String,
    pub marks: String,
    pub class_list: String,
    pub office_login: String,
    pub office_password: String,
    pub school_day: String,
    pub class_finals: String,
    /// Every pupil of the school, filtered and sorted.
    #[serde(default)]
    pub pupils: String,
    /// A line for each class of the school.
    #[serde(default)]
    pub report: String,
    pub ops_url: String,
    /// The lesson that the operations write into.
    pub ops_lesson: i64,
    /// Its 28 pupils.
    pub ops_pupils: Vec<i64>,
    /// Batches of operations, valid when sent in this order.
    #[serde(default)]
    pub ops: Vec<serde_json::Value>,
}
