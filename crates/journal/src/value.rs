//! What may stand in a cell of the journal (`ux.md` §4.3, `reports-and-rules.md` §2.1–2.3).

use curriculum::Scale;
use rust_decimal::Decimal;

/// The mark of one pupil for one work, as it was typed and as it counts.
///
/// A value that exists is on its scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkValue {
    text: String,
    points: Decimal,
    count: u8,
}

/// Why a text is no mark here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffScale {
    /// Not a value of the scale.
    Unknown,
    /// «1» where the school does not use it.
    OneNotUsed,
    /// Grade 1 learns without marks (S3:8.2, JRN-2).
    GradeOne,
}

/// What the school and the class allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkRules {
    pub scale: Scale,
    pub grade: i16,
    /// The setting `marks.use_grade_1`.
    pub one_allowed: bool,
}

/// The dot: the work was not handed in yet (§2.3).
pub const DOT: &str = "•";
const EXEMPT: &str = "ОСВ";
/// Not assessed.
const NOT_ASSESSED: &str = "Н/А";

impl MarkValue {
    /// The cell without a mark.
    pub fn none() -> Self {
        Self::outside_average("")
    }

    /// Reads what was typed. Spaces around it and the case of letters do not matter.
    pub fn parse(typed: &str, rules: MarkRules) -> Result<Self, OffScale> {
        let typed = typed.trim().to_uppercase();
        if typed.is_empty() {
            return Ok(Self::none());
        }
        if rules.grade == 1 {
            return Err(OffScale::GradeOne);
        }
        match typed.as_str() {
            "." | DOT => return Ok(Self::outside_average(DOT)),
            EXEMPT => return Ok(Self::outside_average(EXEMPT)),
            NOT_ASSESSED | "НА" => return Ok(Self::outside_average(NOT_ASSESSED)),
            _ => {}
        }
        match rules.scale {
            Scale::Five => Self::of_numbers(&typed, rules, 5),
            Scale::Ten => Self::of_numbers(&typed, rules, 10),
            Scale::Twelve => Self::of_numbers(&typed, rules, 12),
            Scale::Hundred => Self::of_numbers(&typed, rules, 100),
            Scale::Pass => match typed.as_str() {
                "ЗАЧ" | "ЗЧ" => Ok(Self::outside_average("зач")),
                "НЕЗАЧ" | "НЗ" => Ok(Self::outside_average("незач")),
                _ => Err(OffScale::Unknown),
            },
        }
    }

    /// Takes back from the database what [`MarkValue::parse`] once accepted.
    pub(crate) fn stored(text: String, points: Decimal, count: u8) -> Self {
        Self {
            text,
            points,
            count,
        }
    }

    /// As it is shown: «5», «4/5», «•», «ОСВ», or nothing.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The sum of what enters the average.
    pub fn points(&self) -> Decimal {
        self.points
    }

    /// How many marks enter the average: 2 for «4/5», 0 for «ОСВ».
    pub fn count(&self) -> u8 {
        self.count
    }

    /// What enters the average where the school counts an open debt as «2»
    /// (`marks.dot_as_two`, §2.3): points and how many marks they are.
    pub fn counted(&self, dot_as_two: bool) -> (Decimal, u32) {
        if dot_as_two && self.text == DOT {
            (Decimal::TWO, 1)
        } else {
            (self.points, u32::from(self.count))
        }
    }

    /// The marks that enter the average one by one: 4 and 5 for «4/5».
    pub fn numbers(&self, dot_as_two: bool) -> Vec<Decimal> {
        if self.counted(dot_as_two).1 == 0 {
            vec![]
        } else if self.text == DOT {
            vec![Decimal::TWO]
        } else {
            let parts = self.text.split('/');
            parts.filter_map(|it| it.parse().ok()).collect()
        }
    }

    pub fn is_none(&self) -> bool {
        self.text.is_empty()
    }

    fn outside_average(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            points: Decimal::ZERO,
            count: 0,
        }
    }

    /// One number, or two with a slash: one work, two criteria.
    fn of_numbers(typed: &str, rules: MarkRules, best: u32) -> Result<Self, OffScale> {
        let mut sum = 0;
        let mut count = 0;
        for part in typed.split('/') {
            let plain = !part.is_empty() && part.len() <= 3 && !part.starts_with('0');
            let number: u32 = part
                .parse()
                .ok()
                .filter(|_| plain)
                .ok_or(OffScale::Unknown)?;
            if number > best {
                return Err(OffScale::Unknown);
            }
            if number == 1 && rules.scale == Scale::Five && !rules.one_allowed {
                return Err(OffScale::OneNotUsed);
            }
            sum += number;
            count += 1;
        }
        if count > 2 {
            return Err(OffScale::Unknown);
        }
        Ok(Self {
            text: typed.to_owned(),
            points: Decimal::from(sum),
            count,
        })
    }
}

/// Absence or lateness of one pupil at one lesson (§2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attendance {
    /// Nothing noted.
    #[default]
    Present,
    /// ОТ: absent, reason not told yet.
    Absent,
    /// Б: ill.
    Ill,
    /// УП: a valid reason.
    Excused,
    /// НП: no valid reason.
    Truant,
    /// ОП: late.
    Late,
    /// ОСВ: exempt.
    Exempt,
}

impl Attendance {
    pub const ALL: [Self; 7] = [
        Self::Present,
        Self::Absent,
        Self::Ill,
        Self::Excused,
        Self::Truant,
        Self::Late,
        Self::Exempt,
    ];

    /// The code that is stored and exported; '' for presence.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Present => "",
            Self::Absent => "ОТ",
            Self::Ill => "Б",
            Self::Excused => "УП",
            Self::Truant => "НП",
            Self::Late => "ОП",
            Self::Exempt => "ОСВ",
        }
    }

    /// The one letter that is typed and shown in the grid.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Present => "",
            Self::Absent => "Н",
            Self::Ill => "Б",
            Self::Excused => "У",
            Self::Truant => "П",
            Self::Late => "О",
            Self::Exempt => "ОСВ",
        }
    }

    /// Whether the pupil missed the lesson.
    pub const fn missed(self) -> bool {
        matches!(
            self,
            Self::Absent | Self::Ill | Self::Excused | Self::Truant
        )
    }

    /// Reads a stored code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Reads what was typed: the letter or the code, in any case.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim().to_uppercase();
        Self::ALL
            .into_iter()
            .find(|it| it.letter() == typed || it.code() == typed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIVE: MarkRules = MarkRules {
        scale: Scale::Five,
        grade: 5,
        one_allowed: false,
    };

    fn read(typed: &str) -> Result<MarkValue, OffScale> {
        MarkValue::parse(typed, FIVE)
    }

    #[test]
    fn a_five_counts_once_and_a_pair_twice() {
        let five = read("5").unwrap();
        assert_eq!(
            (five.text(), five.points(), five.count()),
            ("5", Decimal::from(5), 1)
        );
        let pair = read("4/5").unwrap();
        assert_eq!(
            (pair.text(), pair.points(), pair.count()),
            ("4/5", Decimal::from(9), 2)
        );
    }

    #[test]
    fn dot_and_exemption_do_not_count() {
        for (typed, shown) in [
            (".", "•"),
            ("•", "•"),
            ("осв", "ОСВ"),
            ("н/а", "Н/А"),
            (" ", ""),
        ] {
            let it = read(typed).unwrap();
            assert_eq!((it.text(), it.count()), (shown, 0));
            let debt = if shown == DOT {
                (Decimal::TWO, 1)
            } else {
                (Decimal::ZERO, 0)
            };
            assert_eq!(it.counted(true), debt, "{typed}");
        }
    }

    #[test]
    fn what_is_not_on_the_scale_is_refused() {
        for typed in [
            "7", "0", "05", "5/", "/5", "4/5/3", "5+", "пять", "٥", "-3", "5.0", "н",
        ] {
            assert_eq!(read(typed), Err(OffScale::Unknown), "{typed}");
        }
        assert_eq!(read("1"), Err(OffScale::OneNotUsed));
        assert_eq!(read("1/5"), Err(OffScale::OneNotUsed));
        let with_one = MarkRules {
            one_allowed: true,
            ..FIVE
        };
        assert!(MarkValue::parse("1", with_one).is_ok());
    }

    /// JRN-2, S3:8.2.
    #[test]
    fn grade_one_has_no_marks() {
        let first = MarkRules { grade: 1, ..FIVE };
        assert_eq!(MarkValue::parse("5", first), Err(OffScale::GradeOne));
        assert!(MarkValue::parse("", first).is_ok());
    }

    #[test]
    fn other_scales_have_their_own_best() {
        let on = |scale, typed| MarkValue::parse(typed, MarkRules { scale, ..FIVE }).is_ok();
        assert!(on(Scale::Ten, "10") && !on(Scale::Ten, "11") && on(Scale::Ten, "1"));
        assert!(on(Scale::Hundred, "100") && !on(Scale::Hundred, "101"));
        assert!(on(Scale::Pass, "зач") && !on(Scale::Pass, "5"));
    }

    #[test]
    fn letters_and_codes_mean_the_same_absence() {
        for (typed, code) in [
            ("н", "ОТ"),
            ("Н", "ОТ"),
            ("от", "ОТ"),
            ("б", "Б"),
            ("у", "УП"),
            ("п", "НП"),
            ("о", "ОП"),
        ] {
            assert_eq!(
                Attendance::parse(typed).map(Attendance::code),
                Some(code),
                "{typed}"
            );
        }
        assert_eq!(Attendance::parse("5"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_reads_again(typed in "\\PC{0,12}") {
            if let Ok(value) = read(&typed) {
                prop_assert_eq!(read(value.text()), Ok(value.clone()));
                prop_assert!(value.text().chars().count() <= 12);
                prop_assert!(value.points() <= Decimal::from(5 * u32::from(value.count())));
            }
        }
    }
}
