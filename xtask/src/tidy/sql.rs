//! SQL taken apart just far enough: comments dropped, names after certain words found.

/// The text in lower case without comments; line breaks stay.
pub(super) fn plain(sql: &str) -> String {
    let mut plain = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = [rest.find("--"), rest.find("/*")]
        .into_iter()
        .flatten()
        .min()
    {
        plain.push_str(&rest[..at]);
        let comment = &rest[at..];
        let end = if comment.starts_with("--") {
            comment.find('\n').unwrap_or(comment.len())
        } else {
            comment.find("*/").map_or(comment.len(), |it| it + 2)
        };
        plain.extend(comment[..end].matches('\n'));
        rest = &comment[end..];
    }
    plain.push_str(rest);
    plain.to_lowercase()
}

/// The qualified names (`schema.table`) that follow one of the words, with where they stand.
pub(super) fn names_after<'a>(
    sql: &'a str,
    words: &'a [&'a str],
) -> impl Iterator<Item = (usize, &'a str)> {
    words.iter().flat_map(move |word| {
        sql.match_indices(*word).filter_map(move |(at, _)| {
            let whole = !sql[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_');
            let after = sql[at + word.len()..].strip_prefix(|it: char| it.is_whitespace())?;
            let name = name(after.trim_start());
            (whole && qualified(name)).then_some((at, name))
        })
    })
}

/// The name at the start of the text.
pub(super) fn name(text: &str) -> &str {
    let end = text.find(|it: char| !(it.is_alphanumeric() || it == '_' || it == '.'));
    &text[..end.unwrap_or(text.len())]
}

fn qualified(name: &str) -> bool {
    name.split_once('.')
        .is_some_and(|(schema, table)| !schema.is_empty() && !table.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{names_after, plain};

    #[test]
    fn comments_go_and_lines_stay() {
        assert_eq!(plain("A -- from x.y\nB /* join\n x.y */ C"), "a \nb \n c");
    }

    #[test]
    fn names_are_found_after_whole_words_only() {
        let sql = "select from a.b join  c.d on upfrom e.f update g.h from this";
        let found: Vec<_> = names_after(sql, &["from", "join", "update"])
            .map(|it| it.1)
            .collect();
        assert_eq!(found, ["a.b", "c.d", "g.h"]);
    }
}
