//! What a source tells of a thing, in words: for boards and letters.

/// The data of a debt in words: codes become theirs, other data stand as they are.
pub(crate) fn text(views: &web::Views, data: &str) -> String {
    let is_code = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "_- ".contains(it);
    if !data.chars().all(is_code) {
        return data.to_owned();
    }
    let words: Vec<String> = data.split(' ').map(|it| code(views, it)).collect();
    words.join(", ")
}

/// `hours`, `quarter-2`, `2026-09`, the kind of an order, a field of a card.
fn code(views: &web::Views, code: &str) -> String {
    let keys = [
        format!("deadlines.text.{code}"),
        format!("movement.kind.{code}"),
        format!("field.{code}"),
    ];
    if let Some(key) = keys.iter().find(|it| views.has_word(it)) {
        return views.word(key);
    }
    let Some((name, number)) = code.rsplit_once('-') else {
        return code.to_owned();
    };
    let (key, args) = match name.parse::<i32>() {
        Ok(_) => {
            let month = views.word(&format!("diary.month.{number:0>2}"));
            (
                "deadlines.text.month".to_owned(),
                [("month", month), ("n", name.to_owned())],
            )
        }
        Err(_) => (
            format!("deadlines.text.{name}"),
            [("month", String::new()), ("n", number.to_owned())],
        ),
    };
    if !views.has_word(&key) {
        return code.to_owned();
    }
    let args = args.map(|(name, value)| (name.to_owned(), value));
    views.phrase(&key, &args.into())
}
