//! What the deputy head built, and what the director asked for.

use chrono::{DateTime, Days, Utc};
use kernel::Role;

use crate::{model::School, rows::Rows};

const SAVED: [(&str, &str, &str); 2] = [
    (
        "Девочки 7-х классов по месяцам рождения",
        r#"{"source": "pupils", "filters": [{"field": "gender", "op": "is", "value": "female"},
            {"field": "grade", "op": "from", "value": "7"}, {"field": "grade", "op": "to", "value": "7"}],
            "groups": ["birth_month"], "measures": [{"how": "count"}, {"how": "share"}]}"#,
        "{director}",
    ),
    (
        "Успеваемость и качество по предметам за 1 четверть",
        r#"{"source": "marks", "filters": [{"field": "period", "op": "is", "value": "quarter-1"}],
            "groups": ["subject"], "measures": [{"how": "count"}, {"how": "average", "field": "points"},
            {"how": "share", "field": "passed"}, {"how": "share", "field": "good"}],
            "sort": [{"by": "measure-4", "down": true}]}"#,
        "{director,admin}",
    ),
];

pub(crate) fn rows(school: &School, account: i64, moment: DateTime<Utc>) -> [Rows; 2] {
    let org = school.site.org;
    let deputy = school.of_role(Role::Deputy).person.id;
    let mut reports = Rows::new(
        "builder.report (org_id, owner_id, account_id, title, definition, shared, created_at, changed_at)",
    );
    for (title, definition, shared) in SAVED {
        let definition = definition.replace('\n', " ");
        reports.add(&[
            &org,
            &deputy,
            &account,
            &title,
            &definition.as_str(),
            &shared,
            &moment,
            &moment,
        ]);
    }
    let mut requests = Rows::new("builder.request (org_id, asked_by, asked_at, text, due_on)");
    requests.add(&[
        &org,
        &school.of_role(Role::Director).person.id,
        &moment,
        &"Кто из старшеклассников живёт не в городе: фамилия, класс, населённый пункт",
        &(moment.date_naive() + Days::new(12)),
    ]);
    [reports, requests]
}
