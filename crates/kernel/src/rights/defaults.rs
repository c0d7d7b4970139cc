//! The table of §10, a function for each column.
//!
//! One's own login and password (`/my/…`) need no right.

use super::{Reach, Reaches, Right, Role};

impl Role {
    /// How far the right reaches for the role by default (§10).
    pub fn reach(self, right: Right) -> Reaches {
        match self {
            Self::Director => director(right),
            Self::Deputy => deputy(right),
            Self::Admin => admin(right),
            Self::Teacher => teacher(right),
            Self::Secretary => secretary(right),
            Self::Parent => parent(right),
            Self::Pupil => pupil(right),
            Self::Committee => committee(right),
            Self::Medic => medic(right),
            Self::RegionAdmin => region_admin(right),
            Self::MunicipalOperator => municipal_operator(right),
            Self::Ministry => authority(right),
            Self::Moderator => Reaches::NONE,
        }
    }
}

/// Sees everything and signs; the entering is done by others.
fn director(right: Right) -> Reaches {
    match right {
        Right::OrgView
        | Right::StaffView
        | Right::PupilView
        | Right::ParentView
        | Right::RestrictedView
        | Right::PersonExport
        | Right::PersonErase
        | Right::ConsentView
        | Right::RoleView
        | Right::CurriculumView
        | Right::PlanView
        | Right::TimetableView
        | Right::MovementView
        | Right::MovementApprove
        | Right::JournalView
        | Right::ExamView
        | Right::SheetView
        | Right::SheetEdit
        | Right::SheetReopen
        | Right::PortfolioView
        | Right::RegisterView
        | Right::FormView
        | Right::FormSign
        | Right::AuditView
        | Right::JobView
        | Right::DeadlineView
        | Right::DeadlineEdit
        | Right::YearView
        | Right::ReportView => Reach::Org.into(),
        _ => Reaches::NONE,
    }
}

fn deputy(right: Right) -> Reaches {
    match right {
        Right::PersonExport => Reach::Own.into(),
        Right::RestrictedView
        | Right::RestrictedEdit
        | Right::AccountEdit
        | Right::ConsentEdit
        | Right::AuditView
        | Right::PersonOpen
        | Right::PersonErase
        | Right::PortfolioEdit
        | Right::MovementApprove
        | Right::FormSign
        | Right::FormCollect
        | Right::FormAccept
        | Right::DiaryView => Reaches::NONE,
        _ => Reach::Org.into(),
    }
}

/// Keeps the system going; sees the lessons and does not change them.
fn admin(right: Right) -> Reaches {
    match right {
        Right::JournalEdit
        | Right::AbsenceReasonEdit
        | Right::DiaryView
        | Right::ExamEdit
        | Right::SheetEdit
        | Right::SheetReopen
        | Right::PortfolioEdit
        | Right::RestrictedView
        | Right::RestrictedEdit
        | Right::PersonOpen
        | Right::StaffEdit
        | Right::PlanEdit
        | Right::MovementApprove
        | Right::FormSign
        | Right::FormCollect
        | Right::FormAccept
        | Right::ConsentEdit => Reaches::NONE,
        _ => Reach::Org.into(),
    }
}

/// The subject teacher by load, and the class teacher in the own class (S3:8).
fn teacher(right: Right) -> Reaches {
    match right {
        Right::OrgView | Right::CurriculumView | Right::TimetableView | Right::RegisterView => {
            Reach::Org.into()
        }
        Right::PortfolioView | Right::PortfolioEdit => {
            Reach::OwnClass | Reach::OwnLoad | Reach::Own.into()
        }
        Right::StaffView | Right::PersonExport => Reach::Own.into(),
        Right::PupilView
        | Right::PlanView
        | Right::JournalView
        | Right::JournalEdit
        | Right::ExamView => Reach::OwnClass | Reach::OwnLoad,
        Right::PlanEdit | Right::ExamEdit => Reach::OwnLoad.into(),
        Right::RegisterEdit | Right::ConsentView | Right::DeadlineView => {
            Reach::OwnClass | Reach::Own
        }
        Right::PupilEdit
        | Right::ParentView
        | Right::ParentEdit
        | Right::ConsentEdit
        | Right::AccountView
        | Right::AccountEdit
        | Right::GroupEdit
        | Right::AbsenceReasonEdit
        | Right::SheetView
        | Right::SheetEdit
        | Right::RestrictedView => Reach::OwnClass.into(),
        _ => Reaches::NONE,
    }
}

fn secretary(right: Right) -> Reaches {
    match right {
        Right::OrgView
        | Right::StaffView
        | Right::StaffEdit
        | Right::PupilView
        | Right::PupilEdit
        | Right::ParentView
        | Right::ParentEdit
        | Right::RestrictedView
        | Right::RestrictedEdit
        | Right::ConsentView
        | Right::ConsentEdit
        | Right::CurriculumView
        | Right::TimetableView
        | Right::MovementView
        | Right::MovementEdit
        | Right::ExamView
        | Right::ExamEdit
        | Right::SheetView
        | Right::SheetEdit
        | Right::RegisterView
        | Right::RegisterEdit
        | Right::ImportRun
        | Right::JobView => Reach::Org.into(),
        Right::DeadlineView | Right::PersonExport => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

/// Without [`Reach::Org`], [`Right::OrgView`] means the public part of the card.
fn parent(right: Right) -> Reaches {
    match right {
        Right::OrgView
        | Right::PupilView
        | Right::TimetableView
        | Right::DiaryView
        | Right::PortfolioView
        | Right::PortfolioEdit => Reach::OwnChild.into(),
        Right::ConsentView | Right::ConsentEdit | Right::PersonExport => {
            Reach::OwnChild | Reach::Own
        }
        Right::ParentView | Right::ParentEdit => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

fn pupil(right: Right) -> Reaches {
    match right {
        Right::OrgView
        | Right::PupilView
        | Right::TimetableView
        | Right::DiaryView
        | Right::PersonExport
        | Right::PortfolioView
        | Right::PortfolioEdit => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

/// The member of the committee is a parent by another grant; this one alone
/// opens no child's data.
fn committee(right: Right) -> Reaches {
    match right {
        Right::OrgView | Right::PersonExport => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

fn medic(right: Right) -> Reaches {
    match right {
        Right::OrgView | Right::PupilView | Right::RestrictedView | Right::RestrictedEdit => {
            Reach::Org.into()
        }
        Right::PersonExport => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

/// Municipality and region act inside their own organisation; what they see
/// of schools comes with the hub, as counts.
fn authority(right: Right) -> Reaches {
    match right {
        Right::OrgView
        | Right::TimetableView
        | Right::CurriculumView
        | Right::DeadlineView
        | Right::FormCollect => Reach::Org.into(),
        Right::PersonExport => Reach::Own.into(),
        _ => Reaches::NONE,
    }
}

/// Sets what the regulation says in the municipality, within the region's limits.
fn municipal_operator(right: Right) -> Reaches {
    match right {
        Right::DeadlineEdit | Right::PersonOpen | Right::FormAccept => Reach::Org.into(),
        _ => authority(right),
    }
}

/// Looks after the accounts and the safety of the region's own organisation.
fn region_admin(right: Right) -> Reaches {
    match right {
        Right::RoleView
        | Right::RoleEdit
        | Right::AccountView
        | Right::AccountEdit
        | Right::AuditView
        | Right::JobView
        | Right::PersonErase
        | Right::DeadlineEdit => Reach::Org.into(),
        _ => authority(right),
    }
}

#[cfg(test)]
#[path = "defaults_tests.rs"]
mod tests;
