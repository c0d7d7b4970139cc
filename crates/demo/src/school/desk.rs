//! What waits for the office and for class teachers: proposals of families,
//! and a parent whom an import brought twice.

use chrono::{DateTime, Utc};

use super::people::{person_row, person_table};
use crate::{
    cast::mother_of_relatives,
    ids::Ids,
    model::{Parent, Person, School},
    rows::Rows,
};

/// The pupil of the class list whose family asks for something.
const ASKING: usize = 3;

pub(super) fn rows(ids: &mut Ids, school: &School, moment: DateTime<Utc>) -> Vec<Rows> {
    let [people, parents] = twice(ids, school, moment);
    vec![
        people,
        parents,
        proposals(school, moment),
        answers(school, moment),
    ]
}

fn first_parent(school: &School, family: usize) -> Option<&Parent> {
    school.parents.iter().find(|it| it.family == family)
}

/// Families of some classes have a new phone that the school has not seen.
fn proposals(school: &School, moment: DateTime<Utc>) -> Rows {
    let mut rows =
        Rows::new("people.proposal (org_id, subject_id, card, proposed_by, changes, created_at)");
    let asks = |at: usize| school.classes[at].grade == 7 || at.is_multiple_of(4);
    for class in (0..school.classes.len()).filter(|it| asks(*it)) {
        let pupil = school
            .pupils
            .iter()
            .filter(|it| it.class == class)
            .nth(ASKING);
        let Some(parent) = pupil.and_then(|it| first_parent(school, it.family)) else {
            continue;
        };
        let it = &parent.person;
        let changes = format!(
            r#"[{{"field": "mobile", "old": "{}", "new": "+7918{:07}"}}]"#,
            it.mobile,
            it.id % 10_000_000,
        );
        rows.add(&[
            &school.site.org,
            &it.id,
            &"parents",
            &it.id,
            &changes,
            &moment,
        ]);
    }
    rows
}

/// What the mother with the known login reads among her news: one change of
/// a card was taken, one was not.
fn answers(school: &School, moment: DateTime<Utc>) -> Rows {
    let mut rows = Rows::new(
        "people.proposal (org_id, subject_id, card, proposed_by, changes, created_at, state, decided_by, decided_at, reason)",
    );
    let mother = mother_of_relatives(school).map(|it| &school.parents[it]);
    let Some((mother, decider)) = mother.zip(school.workers.first()) else {
        return rows;
    };
    let child = school.pupils.iter().find(|it| it.family == mother.family);
    let Some(child) = child else {
        return rows;
    };
    let of_mother = format!(
        r#"[{{"field": "mobile", "old": "", "new": "{}"}}]"#,
        mother.person.mobile
    );
    let of_child = r#"[{"field": "lives_at", "old": "", "new": "г. Крымск, ул. Новая, д. 5"}]"#;
    let refused = "нужна справка о регистрации: в личном деле другой адрес";
    let all = [
        (
            mother.person.id,
            "parents",
            of_mother.as_str(),
            "accepted",
            "",
        ),
        (child.person.id, "pupils", of_child, "refused", refused),
    ];
    for (subject, card, changes, state, reason) in all {
        rows.add(&[
            &school.site.org,
            &subject,
            &card,
            &mother.person.id,
            &changes,
            &moment,
            &state,
            &decider.person.id,
            &moment,
            &reason,
        ]);
    }
    rows
}

/// The same name, birth date and phone, no children: a second card.
fn twice(ids: &mut Ids, school: &School, moment: DateTime<Utc>) -> [Rows; 2] {
    let org = school.site.org;
    let mut people = person_table();
    let mut parents = Rows::new("people.parent (org_id, person_id, workplace)");
    if let Some(it) = school.parents.last() {
        let id = ids.next("people.person");
        let card = Person {
            id,
            name: it.person.name.clone(),
            male: it.person.male,
            born: it.person.born,
            mobile: it.person.mobile.clone(),
            address: String::new(),
        };
        person_row(&mut people, org, &card, true, moment);
        parents.add(&[&org, &id, &"Школа искусств"]);
    }
    [people, parents]
}
