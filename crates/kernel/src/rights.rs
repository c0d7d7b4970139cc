//! The default rights of every role (`reports-and-rules.md` §10), as data.
//!
//! A right *reaches* some part of the organisation: all of it, the actor's
//! own class, the classes and subjects of the actor's load, the actor's
//! children, or the actor alone. Which class or child that is, the owning
//! domain tells (`curriculum` for classes and load, `people` for kinship).

use serde::{Deserialize, Serialize};

/// A role as the seeds name it (S3:3.1, S2:3). «Классный руководитель» is not
/// a role but a teacher named at a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Director,
    /// «Завуч», координатор.
    Deputy,
    /// «Администратор системы» of one organisation.
    Admin,
    Teacher,
    /// Секретарь, специалист по кадрам.
    Secretary,
    Parent,
    Pupil,
    /// Представитель родительского комитета.
    Committee,
    Moderator,
    MunicipalOperator,
    Ministry,
    RegionAdmin,
    /// Медик, психолог.
    Medic,
}

impl Role {
    pub const ALL: [Self; 13] = [
        Self::Director,
        Self::Deputy,
        Self::Admin,
        Self::Teacher,
        Self::Secretary,
        Self::Parent,
        Self::Pupil,
        Self::Committee,
        Self::Moderator,
        Self::MunicipalOperator,
        Self::Ministry,
        Self::RegionAdmin,
        Self::Medic,
    ];

    /// The name in the database, in URLs and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Director => "director",
            Self::Deputy => "deputy",
            Self::Admin => "admin",
            Self::Teacher => "teacher",
            Self::Secretary => "secretary",
            Self::Parent => "parent",
            Self::Pupil => "pupil",
            Self::Committee => "committee",
            Self::Moderator => "moderator",
            Self::MunicipalOperator => "municipal_operator",
            Self::Ministry => "ministry",
            Self::RegionAdmin => "region_admin",
            Self::Medic => "medic",
        }
    }

    /// The role with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What somebody may do, in the words of the table of §10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Карточка ОО, кабинеты, настройки.
    OrgView,
    OrgEdit,
    StaffView,
    StaffEdit,
    PupilView,
    PupilEdit,
    ParentView,
    ParentEdit,
    /// Restricted fields: passport, СНИЛС, health, social.
    RestrictedView,
    RestrictedEdit,
    ConsentView,
    ConsentEdit,
    /// Логины, листки, сброс пароля.
    AccountView,
    AccountEdit,
    RoleView,
    RoleEdit,
    /// Учебный план, годы, периоды, классы, предметы, нагрузка.
    CurriculumView,
    CurriculumEdit,
    /// Деление на подгруппы.
    GroupEdit,
    PlanView,
    PlanEdit,
    TimetableView,
    TimetableEdit,
    MovementView,
    MovementEdit,
    /// Отметки, посещаемость, темы, ДЗ.
    JournalView,
    JournalEdit,
    /// Причины пропусков.
    AbsenceReasonEdit,
    DiaryView,
    ImportRun,
    AuditView,
    JobView,
}

/// A part of the organisation that a right reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reach {
    /// The whole organisation.
    Org = 1,
    /// Classes where the actor is the class teacher.
    OwnClass = 2,
    /// Classes, groups and subjects of the actor's load.
    OwnLoad = 4,
    /// The actor's children.
    OwnChild = 8,
    /// The actor alone.
    Own = 16,
}

/// A set of [`Reach`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaches(u8);

impl Reaches {
    pub const NONE: Self = Self(0);

    pub const fn has(self, reach: Reach) -> bool {
        self.0 & reach as u8 != 0
    }
}

impl From<Reach> for Reaches {
    fn from(reach: Reach) -> Self {
        Self(reach as u8)
    }
}

impl std::ops::BitOr for Reaches {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOr for Reach {
    type Output = Reaches;
    fn bitor(self, other: Self) -> Reaches {
        Reaches(self as u8 | other as u8)
    }
}

impl Role {
    /// How far the right reaches for the role by default (§10).
    pub fn reach(self, right: Right) -> Reaches {
        match self {
            Self::Director => director(right),
            Self::Deputy => deputy(right),
            Self::Admin => admin(right),
            Self::Teacher => teacher(right),
            Self::Secretary => secretary(right),
            Self::Parent | Self::Committee => parent(right),
            Self::Pupil => pupil(right),
            Self::Medic => medic(right),
            Self::MunicipalOperator | Self::Ministry | Self::RegionAdmin => authority(right),
            Self::Moderator => Reaches::NONE,
        }
    }
}

fn director(right: Right) -> Reaches {
    use Right::*;
    match right {
        OrgView | StaffView | PupilView | ParentView | ConsentView | RoleView | CurriculumView
        | PlanView | TimetableView | MovementView | JournalView | AuditView | JobView => {
            Reach::Org.into()
        }
        _ => Reaches::NONE,
    }
}

fn deputy(right: Right) -> Reaches {
    use Right::*;
    match right {
        RestrictedView | RestrictedEdit | AccountEdit | ConsentEdit | AuditView | DiaryView => {
            Reaches::NONE
        }
        _ => Reach::Org.into(),
    }
}

fn admin(right: Right) -> Reaches {
    use Right::*;
    match right {
        JournalEdit | AbsenceReasonEdit | DiaryView | RestrictedView | RestrictedEdit
        | StaffEdit => Reaches::NONE,
        _ => Reach::Org.into(),
    }
}

fn teacher(right: Right) -> Reaches {
    use Right::*;
    match right {
        OrgView | CurriculumView => Reach::Org.into(),
        TimetableView => Reach::Org.into(),
        StaffView | StaffEdit => match right {
            StaffView => Reach::Own.into(),
            _ => Reaches::NONE,
        },
        PupilView => Reach::OwnClass | Reach::OwnLoad,
        PupilEdit | ParentView | ParentEdit | ConsentView | ConsentEdit | AccountView
        | AccountEdit | GroupEdit | AbsenceReasonEdit | RestrictedView => Reach::OwnClass.into(),
        PlanView => Reach::OwnClass | Reach::OwnLoad,
        PlanEdit => Reach::OwnLoad.into(),
        JournalView => Reach::OwnClass | Reach::OwnLoad,
        JournalEdit => Reach::OwnLoad.into(),
        _ => Reaches::NONE,
    }
}

fn secretary(right: Right) -> Reaches {
    use Right::*;
    match right {
        OrgView | StaffView | StaffEdit | PupilView | PupilEdit | ParentView | ParentEdit
        | RestrictedView | RestrictedEdit | ConsentView | ConsentEdit | CurriculumView
        | TimetableView | MovementView | MovementEdit | ImportRun | JobView => Reach::Org.into(),
        _ => Reaches::NONE,
    }
}

fn parent(right: Right) -> Reaches {
    use Right::*;
    match right {
        PupilView | TimetableView | DiaryView | ConsentView => Reach::OwnChild.into(),
        ParentView => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

fn pupil(right: Right) -> Reaches {
    use Right::*;
    match right {
        PupilView | TimetableView | DiaryView => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

fn medic(right: Right) -> Reaches {
    use Right::*;
    match right {
        OrgView | PupilView | RestrictedView | RestrictedEdit => Reach::Org.into(),
        _ => Reaches::NONE,
    }
}

/// Municipality and region act inside their own organisation; what they see
/// of schools comes with the hub, as counts.
fn authority(right: Right) -> Reaches {
    use Right::*;
    match right {
        OrgView | TimetableView | CurriculumView => Reach::Org.into(),
        _ => Reaches::NONE,
    }
}
