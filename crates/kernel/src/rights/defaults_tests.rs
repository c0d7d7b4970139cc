use super::*;

/// The columns of §10, «Учит» and «Кл.рук» being one role here.
const COLUMNS: [Role; 13] = [
    Role::Director,
    Role::Deputy,
    Role::Admin,
    Role::Teacher,
    Role::Secretary,
    Role::Parent,
    Role::Pupil,
    Role::Committee,
    Role::Moderator,
    Role::MunicipalOperator,
    Role::Ministry,
    Role::RegionAdmin,
    Role::Medic,
];

/// A row of §10 that has rights of its own: its name, the rights to see and
/// to change, and a cell for each column in the notation of the table:
/// П and И change and see, В sees; a letter after it narrows (К class,
/// У load, Р child, С self); «М» (counts) comes with the hub, so it is «–» here.
type Row = (&'static str, Option<Right>, Option<Right>, &'static str);

const TABLE: [Row; 25] = [
    (
        "Права доступа, роли",
        Some(Right::RoleView),
        Some(Right::RoleEdit),
        "В И П – – – – – – – – И –",
    ),
    (
        "Карточка ОО, настройки",
        Some(Right::OrgView),
        Some(Right::OrgEdit),
        "В И И – В ВР ВС ВС – В В В –",
    ),
    (
        "Карточки работников",
        Some(Right::StaffView),
        Some(Right::StaffEdit),
        "В И В ВС И – – – – – – – –",
    ),
    (
        "Карточки учеников",
        Some(Right::PupilView),
        Some(Right::PupilEdit),
        "В И И ВУ,ИК И ВР ВС – – – – – В",
    ),
    (
        "Карточки родителей",
        Some(Right::ParentView),
        Some(Right::ParentEdit),
        "В И И ИК И ИС – – – – – – –",
    ),
    (
        "Логины/пароли",
        Some(Right::AccountView),
        Some(Right::AccountEdit),
        "– В П ИК – – – – – И – И –",
    ),
    (
        "Учебный план, предметы, группы",
        Some(Right::CurriculumView),
        Some(Right::CurriculumEdit),
        "В И И В – – – – – В В В –",
    ),
    (
        "Деление на подгруппы",
        None,
        Some(Right::GroupEdit),
        "– И И ИК – – – – – – – – –",
    ),
    (
        "КТП",
        Some(Right::PlanView),
        Some(Right::PlanEdit),
        "В И В ИУ,ВК – ВР В – – В – – –",
    ),
    (
        "Расписание, каникулы",
        Some(Right::TimetableView),
        Some(Right::TimetableEdit),
        "В И И В В ВР ВС – – В В В –",
    ),
    (
        "Движение: создать приказ",
        Some(Right::MovementView),
        Some(Right::MovementEdit),
        "В И И – И – – – – В – – –",
    ),
    (
        "Журнал",
        Some(Right::JournalView),
        Some(Right::JournalEdit),
        "В И В ИУ,ИК – ВР ВС – – – – – –",
    ),
    (
        "Причины пропусков",
        None,
        Some(Right::AbsenceReasonEdit),
        "В И В ИК – – – – – – – – И",
    ),
    (
        "Экзамены и тестирование",
        Some(Right::ExamView),
        Some(Right::ExamEdit),
        "В И В ИУ,ВК И – – – – – – – –",
    ),
    (
        "Табель дошкольной группы",
        Some(Right::SheetView),
        Some(Right::SheetEdit),
        "И И В ИК И – – – – – – – –",
    ),
    (
        "Табель дошкольной группы: открыть снова",
        None,
        Some(Right::SheetReopen),
        "И И – – – – – – – – – – –",
    ),
    (
        "Портфолио, достижения",
        Some(Right::PortfolioView),
        Some(Right::PortfolioEdit),
        "В В В ИУ,ИК,ИС – ИР ИС – – – – – –",
    ),
    (
        "Реестры «Электронной школы»",
        Some(Right::RegisterView),
        Some(Right::RegisterEdit),
        "В И И В,ИК,ИС И – – – – – – – –",
    ),
    (
        "Формы ФСН",
        Some(Right::FormView),
        Some(Right::FormEdit),
        "В И И – – – – – – – – – –",
    ),
    (
        "Формы ФСН: подпись",
        None,
        Some(Right::FormSign),
        "И – – – – – – – – – – – –",
    ),
    (
        "Формы ФСН: свод",
        Some(Right::FormCollect),
        Some(Right::FormAccept),
        "– – – – – – – – – И В В –",
    ),
    (
        "Согласия ПДн",
        Some(Right::ConsentView),
        Some(Right::ConsentEdit),
        "В В В ВС,ИК И ИР,ИС – – – – – – –",
    ),
    (
        "Резервное копирование, безопасность",
        Some(Right::AuditView),
        None,
        "В – П – – – – – – – – И –",
    ),
    (
        "Контроль сроков",
        Some(Right::DeadlineView),
        Some(Right::DeadlineEdit),
        "П П П ВС,ВК ВС – – – – – В – –",
    ),
    (
        "Закрытие года",
        Some(Right::YearView),
        Some(Right::YearClose),
        "В П П – – – – – – – – – –",
    ),
];

/// Where the defaults leave the table, and why.
const DIFFERENT: [(&str, Role, &str); 14] = [
    (
        "Реестры «Электронной школы»",
        Role::Teacher,
        "whoever sees the whole school sees the own class",
    ),
    (
        "Карточка ОО, настройки",
        Role::Teacher,
        "rooms are on the card; parents may read it too",
    ),
    (
        "Карточка ОО, настройки",
        Role::Medic,
        "parents may read it too",
    ),
    (
        "Логины/пароли",
        Role::MunicipalOperator,
        "accounts of schools are reached from the hub",
    ),
    (
        "Учебный план, предметы, группы",
        Role::Secretary,
        "an order of enrolment names a class",
    ),
    ("КТП", Role::Parent, "topics are read in the diary"),
    ("КТП", Role::Pupil, "topics are read in the diary"),
    (
        "КТП",
        Role::MunicipalOperator,
        "plans of schools are reached from the hub",
    ),
    (
        "Движение: создать приказ",
        Role::MunicipalOperator,
        "orders are reached from the hub",
    ),
    (
        "Журнал",
        Role::Parent,
        "marks of the child are read in the diary",
    ),
    ("Журнал", Role::Pupil, "own marks are read in the diary"),
    (
        "Причины пропусков",
        Role::Medic,
        "illness by the medic comes with certificates",
    ),
    (
        "Контроль сроков",
        Role::MunicipalOperator,
        "counts of schools are pages of the municipality itself, as are its rules",
    ),
    (
        "Контроль сроков",
        Role::RegionAdmin,
        "counts of schools are pages of the region itself, as are its rules",
    ),
];

/// What a cell of §10 gives: the reach to see and the reach to change.
fn meaning(cell: &str) -> (Reaches, Reaches) {
    let mut sum = (Reaches::NONE, Reaches::NONE);
    for part in cell.split(',') {
        let mut letters = part.chars();
        let verb = letters.next().expect("no cell is empty");
        let reach = match letters.next() {
            None => Reach::Org,
            Some('К') => Reach::OwnClass,
            Some('У') => Reach::OwnLoad,
            Some('Р') => Reach::OwnChild,
            Some('С') => Reach::Own,
            Some(other) => panic!("{other} stands for no reach"),
        };
        if "ВИП".contains(verb) {
            sum.0 = sum.0 | reach.into();
        }
        if "ИП".contains(verb) {
            sum.1 = sum.1 | reach.into();
        }
    }
    sum
}

/// The reach of a right in letters, for the eye: `O` organisation, `C` own
/// class, `L` own load, `K` own child, `S` self.
fn letters(reaches: Reaches) -> String {
    let all = [
        (Reach::Org, 'O'),
        (Reach::OwnClass, 'C'),
        (Reach::OwnLoad, 'L'),
        (Reach::OwnChild, 'K'),
        (Reach::Own, 'S'),
    ];
    let held: String = all
        .iter()
        .filter(|it| reaches.has(it.0))
        .map(|it| it.1)
        .collect();
    if held.is_empty() {
        "-".to_owned()
    } else {
        held
    }
}

fn printed() -> String {
    let mut lines = vec![format!(
        "{:<20}dir dep adm tea  sec par pup com mod mun min reg med",
        ""
    )];
    for right in Right::ALL {
        let cells = COLUMNS.map(|role| letters(role.reach(right)));
        let [dir, dep, adm, tea, rest @ ..] = cells;
        let rest = rest.map(|it| format!("{it:<4}")).concat();
        let line = format!("{:<20}{dir:<4}{dep:<4}{adm:<4}{tea:<5}{rest}", right.code());
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// ORG-5: the whole table at a glance; a change of the defaults is seen here.
#[test]
fn the_default_rights_are_these() {
    insta::assert_snapshot!(printed());
}

/// ORG-5: the defaults are those of §10, save for the named differences.
#[test]
fn the_default_rights_are_those_of_the_regulation() {
    for (row, view, edit, cells) in TABLE {
        let cells: Vec<&str> = cells.split(' ').collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{row}");
        for (role, cell) in COLUMNS.into_iter().zip(cells) {
            let (sees, changes) = meaning(cell);
            let same = view.is_none_or(|it| role.reach(it) == sees)
                && edit.is_none_or(|it| role.reach(it) == changes);
            let named = DIFFERENT.iter().any(|it| it.0 == row && it.1 == role);
            assert_eq!(same, !named, "{row}, {role:?}: {cell}");
        }
    }
}

/// Whoever may change a thing somewhere may see it there.
#[test]
fn nobody_changes_what_they_do_not_see() {
    for (row, view, edit, _) in TABLE {
        let (Some(view), Some(edit)) = (view, edit) else {
            continue;
        };
        for role in Role::ALL {
            let (sees, changes) = (role.reach(view), role.reach(edit));
            let blind = [Reach::Org, Reach::OwnClass, Reach::OwnLoad, Reach::OwnChild]
                .into_iter()
                .any(|it| changes.has(it) && !sees.has(it) && !sees.has(Reach::Org));
            assert!(!blind, "{row}, {role:?}");
        }
    }
}

#[test]
fn codes_lead_back_to_what_they_name() {
    for role in Role::ALL {
        assert_eq!(Role::from_code(role.code()), Some(role));
    }
    for right in Right::ALL {
        assert_eq!(Right::from_code(right.code()), Some(right));
    }
}
