use serde::{Deserialize, Serialize};

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
    /// A person of a school below, by name and with a reason (S2:2.3).
    PersonOpen,
    /// Everything that is kept of one person, taken out (152-FZ).
    PersonExport,
    /// «Уничтожение данных»: what is kept of somebody who left is destroyed (152-FZ).
    PersonErase,
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
    /// Приказы о движении утверждает руководитель, where the school says so.
    MovementApprove,
    /// Отметки, посещаемость, темы, ДЗ.
    JournalView,
    JournalEdit,
    /// Причины пропусков.
    AbsenceReasonEdit,
    DiaryView,
    /// Экзамены, ВПР и административные работы.
    ExamView,
    ExamEdit,
    /// Табель посещаемости дошкольной группы.
    SheetView,
    SheetEdit,
    /// A month that was handed in may be opened again.
    SheetReopen,
    /// Портфолио, достижения.
    PortfolioView,
    PortfolioEdit,
    /// Кружки, собрания, методические объединения, мероприятия, материальная база.
    RegisterView,
    RegisterEdit,
    /// Формы федерального статистического наблюдения: of the own school (RPT-3).
    FormView,
    FormEdit,
    /// The head signs what was handed in.
    FormSign,
    /// Свод: what the schools below handed in, and its sums.
    FormCollect,
    /// What the schools below handed in is accepted or returned.
    FormAccept,
    ImportRun,
    AuditView,
    JobView,
    /// Контроль сроков: whose debts are seen, reminded of, shifted and lifted.
    DeadlineView,
    /// The rules of the regulation and days set by hand.
    DeadlineEdit,
    /// Закрытие года: the transition to the next year, how far it is.
    YearView,
    /// Closing the year, and taking that back (MOV-4).
    YearClose,
    /// Конструктор отчётов: reports that others built and shared, and requests for one (RPT-2).
    ReportView,
    /// Конструктор отчётов: building, sharing and sending them.
    ReportBuild,
}

impl Right {
    pub const ALL: [Self; 56] = [
        Self::OrgView,
        Self::OrgEdit,
        Self::StaffView,
        Self::StaffEdit,
        Self::PupilView,
        Self::PupilEdit,
        Self::ParentView,
        Self::ParentEdit,
        Self::RestrictedView,
        Self::RestrictedEdit,
        Self::PersonOpen,
        Self::PersonExport,
        Self::PersonErase,
        Self::ConsentView,
        Self::ConsentEdit,
        Self::AccountView,
        Self::AccountEdit,
        Self::RoleView,
        Self::RoleEdit,
        Self::CurriculumView,
        Self::CurriculumEdit,
        Self::GroupEdit,
        Self::PlanView,
        Self::PlanEdit,
        Self::TimetableView,
        Self::TimetableEdit,
        Self::MovementView,
        Self::MovementEdit,
        Self::MovementApprove,
        Self::JournalView,
        Self::JournalEdit,
        Self::AbsenceReasonEdit,
        Self::DiaryView,
        Self::ExamView,
        Self::ExamEdit,
        Self::SheetView,
        Self::SheetEdit,
        Self::SheetReopen,
        Self::PortfolioView,
        Self::PortfolioEdit,
        Self::RegisterView,
        Self::RegisterEdit,
        Self::FormView,
        Self::FormEdit,
        Self::FormSign,
        Self::FormCollect,
        Self::FormAccept,
        Self::ImportRun,
        Self::AuditView,
        Self::JobView,
        Self::DeadlineView,
        Self::DeadlineEdit,
        Self::YearView,
        Self::YearClose,
        Self::ReportView,
        Self::ReportBuild,
    ];

    /// The name in the database, in URLs and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OrgView => "org_view",
            Self::OrgEdit => "org_edit",
            Self::StaffView => "staff_view",
            Self::StaffEdit => "staff_edit",
            Self::PupilView => "pupil_view",
            Self::PupilEdit => "pupil_edit",
            Self::ParentView => "parent_view",
            Self::ParentEdit => "parent_edit",
            Self::RestrictedView => "restricted_view",
            Self::RestrictedEdit => "restricted_edit",
            Self::PersonOpen => "person_open",
            Self::PersonExport => "person_export",
            Self::PersonErase => "person_erase",
            Self::ConsentView => "consent_view",
            Self::ConsentEdit => "consent_edit",
            Self::AccountView => "account_view",
            Self::AccountEdit => "account_edit",
            Self::RoleView => "role_view",
            Self::RoleEdit => "role_edit",
            Self::CurriculumView => "curriculum_view",
            Self::CurriculumEdit => "curriculum_edit",
            Self::GroupEdit => "group_edit",
            Self::PlanView => "plan_view",
            Self::PlanEdit => "plan_edit",
            Self::TimetableView => "timetable_view",
            Self::TimetableEdit => "timetable_edit",
            Self::MovementView => "movement_view",
            Self::MovementEdit => "movement_edit",
            Self::MovementApprove => "movement_approve",
            Self::JournalView => "journal_view",
            Self::JournalEdit => "journal_edit",
            Self::AbsenceReasonEdit => "absence_reason_edit",
            Self::DiaryView => "diary_view",
            Self::ExamView => "exam_view",
            Self::ExamEdit => "exam_edit",
            Self::SheetView => "sheet_view",
            Self::SheetEdit => "sheet_edit",
            Self::SheetReopen => "sheet_reopen",
            Self::PortfolioView => "portfolio_view",
            Self::PortfolioEdit => "portfolio_edit",
            Self::RegisterView => "register_view",
            Self::RegisterEdit => "register_edit",
            Self::FormView => "form_view",
            Self::FormEdit => "form_edit",
            Self::FormSign => "form_sign",
            Self::FormCollect => "form_collect",
            Self::FormAccept => "form_accept",
            Self::ImportRun => "import_run",
            Self::AuditView => "audit_view",
            Self::JobView => "job_view",
            Self::DeadlineView => "deadline_view",
            Self::DeadlineEdit => "deadline_edit",
            Self::YearView => "year_view",
            Self::YearClose => "year_close",
            Self::ReportView => "report_view",
            Self::ReportBuild => "report_build",
        }
    }

    /// The right with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}
