use super::latin;
use crate::names::FullName;

/// A surname longer than this is cut.
const LONGEST: usize = 24;
/// The login of somebody whose name has no letter we can write in Latin.
const NAMELESS: &str = "user";

/// Logins for a person, best first, without end: `ivanovamp`,
/// `ivanova.maria`, `ivanovamp2`, `ivanovamp3` … (PPL-5). The caller takes the
/// first that is free.
pub fn login_candidates(name: &FullName) -> impl Iterator<Item = String> + use<> {
    let last = cut(&latin(name.last()));
    let first = latin(name.first());
    let short = format!(
        "{last}{}{}",
        initial(name.first()),
        initial(name.middle().unwrap_or(""))
    );
    let short = if short.is_empty() {
        NAMELESS.to_owned()
    } else {
        short
    };
    let long = (!last.is_empty() && !first.is_empty()).then(|| format!("{last}.{}", cut(&first)));
    let numbered = short.clone();
    std::iter::once(short)
        .chain(long)
        .chain((2_u32..).map(move |number| format!("{numbered}{number}")))
}

fn cut(latin: &str) -> String {
    latin.chars().take(LONGEST).collect()
}

/// The Latin of the first letter, cut to one sign: «Щ» is `s`.
fn initial(name: &str) -> String {
    let first: String = name.chars().take(1).collect();
    latin(&first).chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_four(last: &str, first: &str, middle: &str) -> Vec<String> {
        let name = FullName::new(last, first, middle).unwrap();
        login_candidates(&name).take(4).collect()
    }

    #[test]
    fn logins_follow_the_name() {
        assert_eq!(
            first_four("Иванова", "Мария", "Петровна"),
            ["ivanovamp", "ivanova.maria", "ivanovamp2", "ivanovamp3"]
        );
        assert_eq!(
            first_four("Ким", "Ян", ""),
            ["kimy", "kim.yan", "kimy2", "kimy3"]
        );
        assert_eq!(
            first_four("王", "明", ""),
            ["user", "user2", "user3", "user4"]
        );
    }
}
