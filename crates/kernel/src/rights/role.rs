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
