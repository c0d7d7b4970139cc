//! An empty school becomes one with a timetable, from its lists alone.

use kernel::Role;
use testkit::world::SCHOOL;

use crate::{
    files::{row, windows_1251, xlsx},
    support::{School, text_of},
};

fn organisation() -> Vec<u8> {
    xlsx(&[
        row(&["Поле", "Значение"]),
        row(&["Полное наименование", "МБОУ «Гимназия № 7» г. Крымска"]),
        row(&["ИНН", "7707083893"]),
        row(&["Местность", "Сельская"]),
        row(&["Есть видеонаблюдение", "да"]),
        row(&["Дата лицензии", "1.2.2020"]),
    ])
}

/// windows-1251, as 1С exports it.
fn staff() -> Vec<u8> {
    windows_1251(&[
        "Фамилия;Имя;Отчество;Дата рождения;Должность;СНИЛС;Роль в системе",
        "Иванова;Ольга;Петровна;27.03.1980;учитель математики;112-233-445 95;",
        "Ким;Олег;;1.2.1990;учитель английского языка;;Учитель",
        "Соколова;Анна;Львовна;2.3.1985;учитель английского языка;;",
        "Петров;Пётр;Петрович;3.4.1970;сторож;;Нет",
    ])
}

fn pupils() -> Vec<u8> {
    let mut rows = vec![row(&[
        "Фамилия",
        "Имя",
        "Дата рождения",
        "Класс",
        "№ приказа",
    ])];
    for (index, name) in ["Андреев", "Борисов", "Викторов", "Глебов"]
        .iter()
        .enumerate()
    {
        rows.push(row(&[
            name,
            "Иван",
            &format!("{}.03.2014", index + 1),
            "5А",
            "15",
        ]));
    }
    xlsx(&rows)
}

/// JRN-10: lists of a kindergarten say the names of its groups, which are found and never founded.
#[tokio::test]
async fn children_come_into_the_groups_of_a_kindergarten() {
    let school = School::new().await;
    school
        .world
        .sql(&format!(
            "insert into curriculum.class (org_id, year_id, grade, letter, shift)
             select {SCHOOL}, year_id, 0, it, 1 from curriculum.year, unnest(array['Старшая «Ромашка»', '2 младшая']) it
              where org_id = {SCHOOL}"
        ))
        .await;
    let list = |groups: &[&str]| {
        let mut rows = vec![row(&[
            "Фамилия",
            "Имя",
            "Дата рождения",
            "Класс",
            "№ приказа",
        ])];
        let names = ["Андреев", "Борисов", "Викторов"];
        for (index, (name, group)) in names.iter().zip(groups).enumerate() {
            rows.push(row(&[
                name,
                "Иван",
                &format!("{}.03.2021", index + 1),
                group,
                "15",
            ]));
        }
        xlsx(&rows)
    };
    let run = school
        .upload(
            "secretary",
            "pupils",
            "список.xlsx",
            &list(&["Средняя", "5А"]),
        )
        .await;
    let preview = school.page("secretary", &run).await;
    assert!(preview.contains("Такой группы нет"), "{preview}");

    let good = list(&["старшая ромашка", "Старшая \"Ромашка\"", "2 младшая"]);
    school.import("secretary", "pupils", &good).await;
    for (name, children) in [("Старшая «Ромашка»", 2), ("2 младшая", 1)] {
        let members = format!(
            "movement.class_member m join curriculum.class c using (org_id, class_id) where c.letter = '{name}'"
        );
        assert_eq!(school.count(&members).await, children, "{name}");
    }
    assert_eq!(school.count("curriculum.class where grade > 0").await, 0);
}

fn parents() -> Vec<u8> {
    xlsx(&[
        row(&[
            "Фамилия",
            "Имя",
            "Родство",
            "Ученик",
            "Класс ученика",
            "Телефон",
            "Согласие",
            "Дата согласия",
        ]),
        row(&[
            "Андреева",
            "Инна",
            "мать",
            "Андреев Иван",
            "5А",
            "8 861 312-34-56",
            "да",
            "01.09.2026",
        ]),
        row(&[
            "Андреева",
            "Инна",
            "мать",
            "Борисов Иван",
            "5А",
            "+7 861 312-34-56",
            "да",
            "",
        ]),
        row(&[
            "Викторов",
            "Пётр",
            "отец",
            "Викторов Иван",
            "5А",
            "",
            "нет",
            "",
        ]),
    ])
}

fn loads() -> Vec<u8> {
    xlsx(&[
        row(&["Класс", "Предмет", "Учитель", "Часов в неделю", "Подгруппа"]),
        row(&["5А", "Математика", "Иванова О. П.", "5", ""]),
        row(&["5А", "Английский язык", "Ким Олег", "3", "1"]),
        row(&["5А", "Английский язык", "Соколова Анна Львовна", "3", "2"]),
    ])
}

fn plans() -> Vec<u8> {
    xlsx(&[
        row(&[
            "Предмет",
            "Параллель",
            "№ урока",
            "Раздел",
            "Тема",
            "Домашнее задание",
        ]),
        row(&["Математика", "5", "1", "Числа", "Натуральные числа", "§ 1"]),
        row(&["Математика", "5", "2", "Числа", "Сложение", "§ 2"]),
    ])
}

/// As FET 6 exports it.
const FET: &str = "\"Activity Id\",\"Day\",\"Hour\",\"Students Sets\",\"Subject\",\"Teachers\",\"Activity Tags\",\"Room\",\"Comments\"
\"1\",\"Monday\",\"1\",\"5А\",\"Математика\",\"Иванова О. П.\",\"\",\"\",\"\"
\"2\",\"Monday\",\"2\",\"5А группа 1\",\"Английский язык\",\"Ким Олег\",\"\",\"12\",\"\"
\"3\",\"Вторник\",\"2\",\"5А\",\"Английский язык\",\"Соколова А. Л.\",\"\",\"\",\"\"
\"4\",\"пн\",\"2\",\"5А группа 2\",\"Английский язык\",\"Соколова А. Л.\",\"\",\"\",\"\"
";

#[tokio::test]
async fn a_school_grows_from_its_lists() {
    let school = School::new().await;
    let card = school
        .import("deputy", "organisation", &organisation())
        .await;
    assert_eq!(school.count("org.card where inn = '7707083893' and locality_kind = 'rural' and video_surveillance and licence_on = '2020-02-01'").await, 1);

    school.import("secretary", "staff", &staff()).await;
    assert_eq!(school.count("people.staff").await, 4);
    assert_eq!(
        school
            .count("identity.role_grant where role = 'teacher'")
            .await,
        3
    );
    assert_eq!(
        school
            .count("people.restricted_field where law = 'tk-65'")
            .await,
        1
    );

    let first = school.import("secretary", "pupils", &pupils()).await;
    assert_eq!(
        school
            .count("movement.order where basis = '№ 15' and state = 'issued'")
            .await,
        1
    );
    assert_eq!(school.count("movement.class_member").await, 4);

    let family = school.import("secretary", "parents", &parents()).await;
    assert_eq!(school.count("people.parent").await, 2);
    assert_eq!(school.count("people.kinship").await, 3);
    assert_eq!(
        school
            .count("people.consent where given_by is not null")
            .await,
        2
    );
    assert_eq!(
        school
            .count("identity.role_grant where role = 'parent'")
            .await,
        2
    );

    school.import("deputy", "loads", &loads()).await;
    assert_eq!(school.count("curriculum.load").await, 3);
    assert_eq!(school.count("curriculum.study_group").await, 2);
    assert_eq!(school.count("curriculum.group_member").await, 4);
    school.import("deputy", "plans", &plans()).await;
    assert_eq!(school.count("curriculum.plan_item").await, 2);
    assert_eq!(school.count("curriculum.plan_use").await, 1);

    let run = school
        .upload("deputy", "timetable", "fet.csv", FET.as_bytes())
        .await;
    let page = school.page("deputy", &run).await;
    assert!(
        page.contains("Создать 4 Обновить 0 Пропустить 0 Ошибок 0"),
        "{page}"
    );
    assert!(page.contains("Таких кабинетов нет: 12"), "{page}");
    let no_day = school.commit("deputy", &run, &[("ask.publish", "1")]).await;
    assert_eq!(no_day.status, 422);
    assert!(
        text_of(&no_day).contains("Укажите, с какого дня"),
        "{}",
        text_of(&no_day)
    );
    let fields = [("ask.publish", "1"), ("ask.from", "23.11.2026")];
    let done = school.commit("deputy", &run, &fields).await;
    assert_eq!(done.status, 303, "{}", text_of(&done));
    assert_eq!(
        school
            .count("schedule.lesson where held_on = '2026-11-23'")
            .await,
        3
    );

    // What others stand on is not pulled away.
    let refused = school.revert("secretary", &first).await;
    assert_eq!(refused.status, 409);
    assert!(
        text_of(&refused).contains("уже ссылаются другие данные"),
        "{}",
        text_of(&refused)
    );
    assert_eq!(school.count("people.pupil").await, 4);

    // From the top it all goes back.
    assert_eq!(school.revert("deputy", &run).await.status, 303);
    assert_eq!(
        school
            .count("schedule.lesson where state = 'planned'")
            .await,
        0
    );
    let back = school.revert("secretary", &family).await;
    assert_eq!(back.status, 303, "{}", text_of(&back));
    assert_eq!(school.count("people.parent").await, 0);
    assert_eq!(school.count("people.kinship").await, 0);
    assert_eq!(
        school.count("people.consent where voided_at is null").await,
        0
    );
    assert_eq!(school.revert("deputy", &card).await.status, 303);
    assert_eq!(school.count("org.card where inn = ''").await, 1);
}

#[tokio::test]
async fn everything_that_is_there_is_skipped() {
    let school = School::new().await;
    let lists: [(&str, &str, Vec<u8>); 6] = [
        ("deputy", "organisation", organisation()),
        ("secretary", "staff", staff()),
        ("secretary", "pupils", pupils()),
        ("secretary", "parents", parents()),
        ("deputy", "loads", loads()),
        ("deputy", "plans", plans()),
    ];
    for (role, kind, file) in &lists {
        school.import(role, kind, file).await;
    }
    let timetable = FET.as_bytes().to_vec();
    school.import("deputy", "timetable", &timetable).await;
    let again = lists
        .into_iter()
        .chain([("deputy", "timetable", timetable)]);
    for (role, kind, file) in again {
        let run = school.upload(role, kind, "ещё раз.xlsx", &file).await;
        let page = school.page(role, &run).await;
        assert!(
            page.contains("Создать 0 Обновить 0 Пропустить"),
            "{kind}: {page}"
        );
        let done = school.commit(role, &run, &[]).await;
        assert_eq!(done.status, 422, "{kind}");
        assert!(text_of(&done).contains("Записать нечего"), "{kind}");
    }
}

#[tokio::test]
async fn load_plans_and_staff_go_back() {
    let school = School::new().await;
    let staff = school.import("secretary", "staff", &staff()).await;
    let pupils = school.import("secretary", "pupils", &pupils()).await;
    let loads = school.import("deputy", "loads", &loads()).await;
    let plans = school.import("deputy", "plans", &plans()).await;
    let table = school.import("deputy", "timetable", FET.as_bytes()).await;
    assert_eq!(school.count("schedule.slot").await, 4);
    for (role, run) in [
        ("deputy", table),
        ("deputy", plans),
        ("deputy", loads),
        ("secretary", pupils),
        ("secretary", staff),
    ] {
        let answer = school.revert(role, &run).await;
        assert_eq!(answer.status, 303, "{run}: {}", text_of(&answer));
    }
    for table in [
        "schedule.slot",
        "curriculum.plan",
        "curriculum.load",
        "curriculum.study_group",
        "curriculum.subject",
        "curriculum.class",
        "people.person",
    ] {
        assert_eq!(school.count(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn mistakes_of_the_other_lists_say_what_is_expected() {
    let school = School::new().await;
    school.import("secretary", "staff", &staff()).await;
    school.import("secretary", "pupils", &pupils()).await;
    school.import("deputy", "loads", &loads()).await;
    let cases: [(&str, &str, Vec<u8>, &[&str]); 6] = [
        (
            "secretary",
            "staff",
            xlsx(&[
                row(&["Фамилия", "Имя", "Должность", "Роль в системе", "ИНН"]),
                row(&["Орлов", "Ян", "директор", "Директор", ""]),
                row(&["Орлов", "Лев", "повар", "Нет", "500100732250"]),
            ]),
            &[
                "2 Роль в системе director У вас нет права выдать эту роль",
                "Контрольные цифры ИНН не сходятся: 1 (Орлов Л.)",
            ],
        ),
        (
            "secretary",
            "parents",
            xlsx(&[
                row(&["Фамилия", "Имя", "Родство", "Ученик", "Класс ученика"]),
                row(&["Орлова", "Яна", "мать", "Орлов Ян", ""]),
                row(&["Андреева", "Яна", "мать", "Андреев Иван", "6Б"]),
                row(&["Андреева", "Яна", "тётя", "Андреев Иван", "5А"]),
            ]),
            &[
                "2 Ученик Орлов Ян Такого ученика нет",
                "3 Класс ученика 6Б Ученик с таким именем – в другом классе",
                "4 Родство тётя Такого значения нет в списке одно из: Мать, Отец",
            ],
        ),
        (
            "deputy",
            "loads",
            xlsx(&[
                row(&["Класс", "Предмет", "Учитель", "Часов в неделю"]),
                row(&["9Я", "Физика", "Иванова О. П.", "2"]),
                row(&["5А", "Физика", "Неизвестный Н. Н.", "55"]),
            ]),
            &[
                "2 Класс 9Я Такого класса нет",
                "3 Учитель Неизвестный Н. Н. Такого учителя нет",
                "3 Часов в неделю 55 Часов в неделю",
            ],
        ),
        (
            "deputy",
            "plans",
            xlsx(&[
                row(&["Предмет", "Параллель", "№ урока", "Тема"]),
                row(&["Астрономия", "5", "1", "Звёзды"]),
                row(&["Математика", "9", "1", "Корни"]),
                row(&["Математика", "", "1", "Корни"]),
            ]),
            &[
                "2 Предмет Астрономия Такого предмета нет",
                "3 Предмет Математика Этот предмет в параллели никто не ведёт",
                "4 Параллель пусто Нужна параллель или классы число от 1 до 12",
            ],
        ),
        (
            "deputy",
            "timetable",
            xlsx(&[
                row(&["День", "Урок", "Класс", "Предмет", "Учитель"]),
                row(&["Пн", "1", "5А", "Математика", "Иванова О. П."]),
                row(&["Пн", "1", "5А", "Английский язык", "Ким Олег"]),
                row(&["Вт", "1", "5А", "Математика", "Ким Олег"]),
                row(&["Сб", "1", "5А", "Математика", "Иванова О. П."]),
            ]),
            &[
                "3 Класс 5А",
                "4 Учитель Ким Олег У учителя нет такой нагрузки",
                "5 День",
            ],
        ),
        (
            "deputy",
            "organisation",
            xlsx(&[
                row(&["Поле", "Значение"]),
                row(&["ИНН", "123"]),
                row(&["Цвет крыши", "красный"]),
            ]),
            &[
                "2 Значение 123 ИНН организации состоит из 10 цифр",
                "3 Поле Цвет крыши Такого поля в карточке нет",
            ],
        ),
    ];
    for (role, kind, file, said) in cases {
        let run = school.upload(role, kind, "ошибки.xlsx", &file).await;
        let page = school.page(role, &run).await;
        for it in said {
            assert!(page.contains(it), "{kind}: {it}\nin\n{page}");
        }
    }
}

/// A row of values under a header of fields is read as well.
#[tokio::test]
async fn the_card_may_lie_across() {
    let school = School::new().await;
    let file = xlsx(&[
        row(&["Краткое наименование", "ОГРН", "Директор"]),
        row(&["Гимназия", "1022302420000", "Иванова О. П."]),
    ]);
    let run = school
        .upload("deputy", "organisation", "карточка.xlsx", &file)
        .await;
    let page = school.page("deputy", &run).await;
    let taken = page.contains("Обновить 1") || page.contains("Контрольное число ОГРН");
    assert!(taken, "{page}");
    let actor = school.world.actor(17, Role::Deputy);
    assert_eq!(school.intake.runs(&actor).await.expect("runs").len(), 1);
    assert_eq!(
        school
            .count(&format!("intake.run where org_id = {SCHOOL}"))
            .await,
        1
    );
}
