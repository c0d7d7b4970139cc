//! The reports there are, and what may be chosen in each.

use chrono::Days;

/// In summer the year that is over is reported of.
pub(crate) const SUMMER: Days = Days::new(92);
/// The year before one that is reported of in summer.
const YEAR_AND_SUMMER: Days = Days::new(365 + 92);

/// The reports there are, in the order of the catalogue (`reports-and-rules.md` §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// §1.5 «Сводный отчёт об успеваемости по школе».
    School,
    /// §1.4 «Сводный отчёт классного руководителя».
    Classes,
    /// §1.1 «Отчёт учителя-предметника».
    Teacher,
    /// §1.2 «Отчёт классного руководителя за учебный период».
    ClassTeacher,
    /// §1.7 «Итоги успеваемости класса за учебный период».
    ClassResults,
    /// §1.14 «Табель успеваемости учащегося».
    ReportCards,
    /// §1.8 «Сводная ведомость учёта посещаемости».
    ClassAttendance,
    /// §1.9 «Отчёт о посещаемости класса».
    ClassAbsences,
    /// §1.23 «Пропуски за день».
    AbsentToday,
    /// §1.19 «Отчёт о доступе к классному журналу».
    JournalAccess,
    /// §1.10 «Итоговые данные по учащимся».
    PupilFigures,
    /// §1.11 «Общие сведения об обучающихся».
    ClassPupils,
    /// §1.23 «Список класса».
    ClassList,
    /// §1.23 «Список именинников».
    Birthdays,
    /// §1.23 «Социальный паспорт».
    SocialPassport,
    /// §1.23 «Учителя без КТП».
    NoPlans,
    /// §1.21 «Наполняемость классов».
    Filling,
    /// §1.3 «Предварительный отчёт классного руководителя».
    Preliminary,
    /// §1.6 «Сводная ведомость учёта успеваемости».
    ClassMarks,
    /// §1.23 «Средний балл класса».
    ClassAverage,
    /// §1.23 «Отчёт об успеваемости класса по предмету».
    SubjectResults,
    /// §1.18 «Информационное письмо для родителей».
    ParentLetter,
    /// §1.20 «Средний балл учителя».
    TeacherAverage,
    /// §1.20 «Динамика среднего балла учителя».
    TeacherAverageCourse,
    /// §1.12 «Средний балл ученика».
    PupilAverage,
    /// §1.13 «Динамика среднего балла ученика».
    PupilAverageCourse,
    /// §1.15 «Отчёт об успеваемости и посещаемости ученика».
    PupilTotal,
    /// §1.16 «Отчёт об успеваемости ученика».
    PupilMarks,
    /// §1.17 «Итоги успеваемости и качества знаний».
    PupilQuality,
    /// §1.23 «Накопляемость отметок» (S3:8.8).
    MarkPiles,
    /// §1.23 «Динамика среднего балла класса».
    ClassAverageCourse,
    /// §1.23 «Вакансии мест».
    Vacancies,
    /// §1.23 «Статистика посещений» (S2 annex 1, 2.3).
    Visits,
}

impl Kind {
    pub const ALL: [Self; 33] = [
        Self::School,
        Self::Classes,
        Self::Teacher,
        Self::ClassTeacher,
        Self::ClassResults,
        Self::ReportCards,
        Self::ClassAttendance,
        Self::ClassAbsences,
        Self::AbsentToday,
        Self::JournalAccess,
        Self::PupilFigures,
        Self::ClassPupils,
        Self::ClassList,
        Self::Birthdays,
        Self::SocialPassport,
        Self::NoPlans,
        Self::Filling,
        Self::Vacancies,
        Self::Visits,
        Self::Preliminary,
        Self::ClassMarks,
        Self::ClassAverage,
        Self::ClassAverageCourse,
        Self::SubjectResults,
        Self::MarkPiles,
        Self::ParentLetter,
        Self::TeacherAverage,
        Self::TeacherAverageCourse,
        Self::PupilAverage,
        Self::PupilAverageCourse,
        Self::PupilTotal,
        Self::PupilMarks,
        Self::PupilQuality,
    ];

    /// What class teachers use in their work with children and parents (S3:10.5).
    pub const WITH_FAMILIES: [Self; 7] = [
        Self::ClassResults,
        Self::PupilAverage,
        Self::PupilAverageCourse,
        Self::ReportCards,
        Self::PupilTotal,
        Self::PupilQuality,
        Self::ParentLetter,
    ];

    /// What a family sees of its child.
    pub const OF_FAMILY: [Self; 8] = [
        Self::PupilTotal,
        Self::PupilMarks,
        Self::PupilAverage,
        Self::PupilAverageCourse,
        Self::PupilQuality,
        Self::ParentLetter,
        Self::ReportCards,
        Self::JournalAccess,
    ];

    /// In addresses, names of files and keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Classes => "classes",
            Self::Teacher => "teacher",
            Self::ClassTeacher => "class-teacher",
            Self::ClassResults => "class-results",
            Self::ReportCards => "report-cards",
            Self::ClassAttendance => "class-attendance",
            Self::ClassAbsences => "class-absences",
            Self::AbsentToday => "absent-today",
            Self::JournalAccess => "journal-access",
            Self::PupilFigures => "pupil-figures",
            Self::ClassPupils => "class-pupils",
            Self::ClassList => "class-list",
            Self::Birthdays => "birthdays",
            Self::SocialPassport => "social-passport",
            Self::NoPlans => "no-plans",
            Self::Filling => "filling",
            Self::Vacancies => "vacancies",
            Self::Visits => "visits",
            Self::Preliminary => "preliminary",
            Self::ClassMarks => "class-marks",
            Self::ClassAverage => "class-average",
            Self::SubjectResults => "subject-results",
            Self::ParentLetter => "parent-letter",
            Self::TeacherAverage => "teacher-average",
            Self::TeacherAverageCourse => "teacher-average-course",
            Self::PupilAverage => "pupil-average",
            Self::PupilAverageCourse => "pupil-average-course",
            Self::PupilTotal => "pupil-total",
            Self::PupilMarks => "pupil-marks",
            Self::PupilQuality => "pupil-quality",
            Self::MarkPiles => "mark-piles",
            Self::ClassAverageCourse => "class-average-course",
        }
    }

    /// The report of that code; none where it is not offered.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Of the whole school; the others are of a class or a teacher.
    pub const fn is_of_school(self) -> bool {
        matches!(
            self,
            Self::School
                | Self::Classes
                | Self::NoPlans
                | Self::Filling
                | Self::Vacancies
                | Self::Visits
        )
    }

    /// Whether a class is to be chosen, or may be.
    pub const fn is_of_class(self) -> bool {
        matches!(
            self,
            Self::ClassTeacher
                | Self::ClassResults
                | Self::ReportCards
                | Self::Preliminary
                | Self::ClassMarks
                | Self::ClassAverage
                | Self::ClassAverageCourse
                | Self::SubjectResults
                | Self::MarkPiles
                | Self::ParentLetter
                | Self::ClassAttendance
                | Self::ClassAbsences
                | Self::JournalAccess
                | Self::ClassPupils
                | Self::ClassList
                | Self::PupilFigures
        ) || self.is_of_pupil()
    }

    /// Whether a teacher is to be chosen.
    pub const fn is_of_teacher(self) -> bool {
        matches!(
            self,
            Self::Teacher | Self::TeacherAverage | Self::TeacherAverageCourse
        )
    }

    /// Whether a pupil of the class is to be chosen.
    pub const fn is_of_pupil(self) -> bool {
        matches!(
            self,
            Self::PupilAverage
                | Self::PupilAverageCourse
                | Self::PupilTotal
                | Self::PupilMarks
                | Self::PupilQuality
        )
    }

    /// Whether it is made by [`crate::service`]'s part about marks.
    pub(crate) const fn is_of_marks(self) -> bool {
        self.is_of_pupil()
            || matches!(
                self,
                Self::Preliminary
                    | Self::ClassMarks
                    | Self::ClassAverage
                    | Self::ClassAverageCourse
                    | Self::SubjectResults
                    | Self::MarkPiles
                    | Self::ParentLetter
                    | Self::TeacherAverage
                    | Self::TeacherAverageCourse
            )
    }

    /// Whether whoever teaches in a class may have it, too, of the own subjects.
    pub(crate) const fn is_of_own_subjects(self) -> bool {
        self.is_of_pupil()
            || matches!(
                self,
                Self::SubjectResults | Self::ClassMarks | Self::MarkPiles
            )
    }

    /// Whether all classes stand in it where none is chosen.
    pub(crate) const fn has_all_classes(self) -> bool {
        matches!(self, Self::PupilFigures | Self::MarkPiles)
    }

    /// Whether one subject is to be chosen, or may be.
    pub(crate) const fn has_subject(self) -> bool {
        matches!(
            self,
            Self::PupilMarks
                | Self::SubjectResults
                | Self::PupilAverageCourse
                | Self::ClassAverageCourse
                | Self::MarkPiles
        )
    }

    /// Whether all subjects stand in it where none is chosen.
    pub(crate) const fn has_all_subjects(self) -> bool {
        matches!(
            self,
            Self::PupilAverageCourse | Self::ClassAverageCourse | Self::MarkPiles
        )
    }

    /// Whether it goes on by months or weeks.
    pub(crate) const fn has_steps(self) -> bool {
        matches!(self, Self::PupilAverageCourse | Self::ClassAverageCourse)
    }

    /// Whether only some kinds of work may be counted.
    pub(crate) const fn has_works(self) -> bool {
        matches!(
            self,
            Self::PupilAverage
                | Self::PupilAverageCourse
                | Self::PupilQuality
                | Self::PupilMarks
                | Self::ClassAverageCourse
        )
    }

    /// Whether first and last day may be chosen beside a period or a month.
    pub(crate) const fn has_days(self) -> bool {
        matches!(
            self,
            Self::PupilAverage
                | Self::PupilAverageCourse
                | Self::PupilQuality
                | Self::ClassAverageCourse
                | Self::ClassAbsences
        )
    }

    /// Whether each section is a sheet of one pupil.
    pub(crate) const fn is_of_sheets(self) -> bool {
        matches!(self, Self::ReportCards | Self::ParentLetter)
    }

    /// Whether lessons missed stand in it.
    pub const fn shows_missed(self) -> bool {
        !matches!(self, Self::School | Self::Teacher)
    }

    /// Whether the names of those who fail may be asked for.
    pub const fn has_names(self) -> bool {
        matches!(self, Self::Teacher | Self::School)
    }

    /// Whether it is about one period.
    pub const fn has_period(self) -> bool {
        !matches!(
            self,
            Self::ReportCards | Self::ClassMarks | Self::TeacherAverageCourse
        ) && self.theme().is_none()
    }

    /// How long ago a year may be over that it speaks of.
    pub(crate) const fn looks_back(self) -> Days {
        match self {
            Self::Classes => YEAR_AND_SUMMER,
            _ => SUMMER,
        }
    }
}
