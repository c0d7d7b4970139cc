//! Paths and forms with things put into their parameters.

use super::Things;

/// What the path needs besides, as a query; the names in it are those of a path.
pub(crate) fn query(path: &str) -> &'static str {
    match path {
        "/journal/remarks/new" => "?lesson={lesson}",
        "/journal/{class}/{subject}/changes" => "?since=1763600000000",
        "/journal/{class}/{subject}/stream" => "?once=true",
        "/journal/cell" | "/journal/corrections/new" => "?lesson={lesson}&pupil={pupil}",
        "/people/consents/new" => "?person={pupil}",
        "/people/parents/new" => "?child={pupil}",
        "/people/pupils/{id}/records/new" => "?kind=review",
        "/people/staff/{id}/records/new" => "?kind=work",
        "/people/pupils/{id}/restricted"
        | "/people/parents/{id}/restricted"
        | "/people/staff/{id}/restricted" => "?purpose=file",
        "/movement/orders/new" => "?type=enrolment",
        "/timetable" | "/timetable/print" => "?class={class}",
        _ => "",
    }
}

/// What a form has to say before it is looked at.
pub(crate) fn form(path: &str) -> &'static str {
    match path {
        "/o/{org}/reports/copies" => "kind=teacher&query=period=quarter-1",
        "/o/{org}/reports/archive/journal" => "class={class}&period=quarter-1",
        "/o/{org}/views" => "place=/people/pupils&name=5А&query=q%3Dx",
        "/o/{org}/people/consents/new" => "person={pupil}",
        "/o/{org}/people/by-number" => "field=medical_policy&number=123456789&purpose=file",
        "/o/{org}/settings/directories/{dictionary}" => "act=add&name=Вожатый",
        "/o/{org}/journal/finals/ops" | "/o/{org}/reports/parent-letter/send" => "class={class}",
        "/my/diary/finals" => "slot=year&seen=0",
        "/o/{org}/journal/corrections/new" => "lesson={lesson}&pupil={pupil}&wanted=5&reason=x",
        "/o/{org}/people/parents/new" => "child={pupil}",
        "/o/{org}/movement/orders/new" | "/o/{org}/movement/orders/{id}/edit" => "type=enrolment",
        "/o/{org}/reports/forms/{form}/cell" | "/hub/{org}/forms/sum/cell" => "at=2.5/01/3",
        "/o/{org}/reports/forms" => "form=osh-9",
        "/hub/{org}/forms/{school}" => "decision=accepted&number=0",
        "/o/{org}/journal/cell" => "lesson={lesson}&pupil={pupil}",
        "/o/{org}/movement/alphabet/format" => "format=slash",
        "/o/{org}/timetable/edit/slots/{slot}/move" => "day=1&number=1",
        "/o/{org}/journal/remarks/new" => "lesson={lesson}",
        "/o/{org}/journal/lesson/{lesson}/homework/answers/{pupil}" => "state=accepted&version=1",
        _ => "",
    }
}

/// The parameter `{id}` is called by what it is of, and so are those that
/// two domains call the same.
pub(super) fn named(path: &str) -> String {
    path.replace("/pupils/{id}", "/pupils/{pupil}")
        .replace("/parents/{id}", "/parents/{parent}")
        .replace("/staff/{id}", "/staff/{staff}")
        .replace(
            "/staff/{staff}/records/{record}",
            "/staff/{staff}/records/{work_record}",
        )
        .replace("/consents/{id}", "/consents/{consent}")
        .replace("/scans/{scan}", "/scans/{paper}")
        .replace("/people/proposals/{proposal}", "/people/proposals/{wish}")
        .replace("/cards/proposals/{proposal}", "/cards/proposals/{wish}")
        .replace("/orders/{id}", "/orders/{order}")
        .replace("/alphabet/{id}", "/alphabet/{file_record}")
        .replace("/certificates/{id}", "/certificates/{certificate}")
        .replace("/transfers/{id}", "/transfers/{transfer}")
        .replace("/documents/{id}/print", "/documents/{certificate}/print")
}

/// The names of the parameters of a path but that of the organisation.
pub(crate) fn parameters(path: &str) -> Vec<String> {
    let path = named(path);
    let parts = path
        .split('{')
        .skip(1)
        .filter_map(|it| it.split('}').next());
    parts.filter(|it| *it != "org").map(str::to_owned).collect()
}

/// The path with real things in place of its parameters. `except` takes the
/// last parameter from somewhere else.
pub(crate) fn filled(
    path: &str,
    code: &str,
    things: &Things,
    extra: &dyn Fn(&str) -> Option<String>,
) -> String {
    let path = named(path);
    let mut out = String::new();
    let mut rest = path.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a parameter ends");
        let value = extra(name).unwrap_or_else(|| match name {
            "org" => code.to_owned(),
            "kind" => "pupils".to_owned(),
            "rule" => "R-6.6".to_owned(),
            "dictionary" => "post".to_owned(),
            "role" => "teacher".to_owned(),
            "step" => "classes".to_owned(),
            "*name" => "app.css".to_owned(),
            "code" => "abcdefghjkmn".to_owned(),
            "session" | "letter" => "1".to_owned(),
            "token" => "1-1-00-journal.marks".to_owned(),
            name => things
                .of(name)
                .unwrap_or_else(|| panic!("what is {name} in {path}?"))
                .to_string(),
        });
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    out + rest
}
