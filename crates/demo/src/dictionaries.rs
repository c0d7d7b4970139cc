//! The dictionaries of the region (ORG-4): what cards of its schools are filled with.

use kernel::names::search_key;

use crate::rows::Rows;

/// A list with how it is kept: only values of the list, and whether schools add to it.
struct List {
    kind: &'static str,
    strict: bool,
    extendable: bool,
    values: &'static [&'static str],
}

const LISTS: [List; 10] = [
    List {
        kind: "post",
        strict: false,
        extendable: true,
        values: &[
            "Директор",
            "Заместитель директора по УВР",
            "Заместитель директора по ВР",
            "Заместитель директора по ИКТ",
            "Заместитель директора по АХР",
            "Классный руководитель",
            "Медицинская сестра",
            "Педагог дополнительного образования",
            "Педагог-библиотекарь",
            "Педагог-организатор",
            "Педагог-психолог",
            "Преподаватель-организатор ОБЗР",
            "Секретарь руководителя",
            "Социальный педагог",
            "Специалист по кадрам",
            "Тьютор",
            "Учитель",
            "Учитель-дефектолог",
            "Учитель-логопед",
            "Учитель начальных классов",
            "Учитель физической культуры",
            "Воспитатель",
        ],
    },
    List {
        kind: "category",
        strict: true,
        extendable: false,
        values: &[
            "Высшая",
            "Первая",
            "Педагог-методист",
            "Педагог-наставник",
            "Соответствие занимаемой должности",
        ],
    },
    List {
        kind: "education",
        strict: false,
        extendable: true,
        values: &[
            "Высшее",
            "Высшее (бакалавриат)",
            "Высшее (магистратура)",
            "Высшее (специалитет)",
            "Среднее профессиональное",
            "Среднее",
            "Основное общее",
        ],
    },
    List {
        kind: "family_status",
        strict: false,
        extendable: true,
        values: &[
            "Женат",
            "Замужем",
            "Не замужем",
            "Разведён",
            "Разведена",
            "Холост",
        ],
    },
    List {
        kind: "award",
        strict: false,
        extendable: true,
        values: &[
            "Благодарственное письмо управления образования",
            "Заслуженный учитель Кубани",
            "Заслуженный учитель Российской Федерации",
            "Медаль Л. С. Выготского",
            "Нагрудный знак «Почётный работник сферы образования»",
            "Почётная грамота Министерства просвещения РФ",
            "Почётная грамота управления образования",
        ],
    },
    List {
        kind: "dismissal",
        strict: false,
        extendable: true,
        values: &[
            "Выход на пенсию",
            "Истечение срока трудового договора",
            "Перевод к другому работодателю",
            "Собственное желание",
            "Соглашение сторон",
        ],
    },
    List {
        kind: "language",
        strict: false,
        extendable: true,
        values: &[
            "Английский язык",
            "Испанский язык",
            "Китайский язык",
            "Немецкий язык",
            "Французский язык",
        ],
    },
    List {
        kind: "social_status",
        strict: false,
        extendable: true,
        values: &[
            "Малообеспеченная семья",
            "Многодетная семья",
            "Неполная семья",
            "Полная семья",
            "Ребёнок-инвалид",
            "Семья беженцев",
            "Семья участника СВО",
            "Под опекой",
        ],
    },
    List {
        kind: "health_group",
        strict: true,
        extendable: false,
        values: &["I", "II", "III", "IV", "V"],
    },
    List {
        kind: "pe_group",
        strict: true,
        extendable: false,
        values: &[
            "Основная",
            "Подготовительная",
            "Специальная А",
            "Специальная Б",
        ],
    },
];

/// The lists of the region.
pub(crate) fn rows(region: i64) -> [Rows; 2] {
    let mut rules = Rows::new("people.dictionary_rule (org_id, kind, strict, extendable)");
    let mut values = Rows::new("people.dictionary_value (org_id, kind, key, name)");
    for list in LISTS {
        rules.add(&[&region, &list.kind, &list.strict, &list.extendable]);
        for name in list.values {
            values.add(&[&region, &list.kind, &search_key(name), name]);
        }
    }
    [rules, values]
}
