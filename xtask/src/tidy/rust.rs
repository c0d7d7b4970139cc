//! Rust sources taken apart into code and string literals; comments are dropped.

/// A source without comments, its string literals apart.
pub(super) struct Source {
    /// The code; every string literal is `""`, with the line breaks it had.
    pub(super) code: String,
    pub(super) literals: Vec<Literal>,
}

/// One string literal.
pub(super) struct Literal {
    /// Where its opening quote stands in the code.
    pub(super) at: usize,
    /// Between the quotes, escapes as written.
    pub(super) text: String,
}

impl Source {
    /// The number of the line at that place of the code, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// The literals that are the first argument of a call written so: `.route(`.
    pub(super) fn first_arguments<'a>(
        &'a self,
        call: &'a str,
    ) -> impl Iterator<Item = (usize, Option<&'a str>)> {
        self.code.match_indices(call).map(move |(start, _)| {
            let rest = &self.code[start + call.len()..];
            let at = self.code.len() - rest.trim_start().len();
            let literal = self.literals.iter().find(|it| it.at == at);
            (start, literal.map(|it| it.text.as_str()))
        })
    }

    /// True if the word occurs in the code, not as a part of a longer one.
    pub(super) fn has_word(&self, word: &str) -> bool {
        let part = |it: char| it.is_alphanumeric() || it == '_';
        self.code.match_indices(word).any(|(at, _)| {
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            !before.is_some_and(part) && !after.is_some_and(part)
        })
    }
}

/// Cuts off the test module at the end of a file.
pub(super) fn without_tests(text: &str) -> &str {
    let Some(at) = text.find("\n#[cfg(test)]\nmod ") else {
        return text;
    };
    let line = text[at..].lines().nth(2).unwrap_or_default();
    if line.ends_with(';') {
        text
    } else {
        &text[..at]
    }
}

/// Takes a source apart.
pub(super) fn read(text: &str) -> Source {
    let mut reader = Reader {
        rest: text.chars().collect::<Vec<_>>().into(),
        source: Source {
            code: String::with_capacity(text.len()),
            literals: Vec::new(),
        },
    };
    while reader.step() {}
    reader.source
}

struct Reader {
    rest: std::collections::VecDeque<char>,
    source: Source,
}

impl Reader {
    fn step(&mut self) -> bool {
        let Some(&first) = self.rest.front() else {
            return false;
        };
        match first {
            '/' if self.rest.get(1) == Some(&'/') => self.line_comment(),
            '/' if self.rest.get(1) == Some(&'*') => self.block_comment(),
            '"' => self.string(),
            'r' if self.raw_hashes().is_some() => self.raw_string(),
            '\'' => self.quote(),
            _ => self.keep(1),
        }
        true
    }

    /// Passes characters on as code.
    fn keep(&mut self, count: usize) {
        for _ in 0..count {
            self.source.code.extend(self.rest.pop_front());
        }
    }

    /// Drops a character that is no code, but for its line break.
    fn skip(&mut self) -> Option<char> {
        let dropped = self.rest.pop_front();
        if dropped == Some('\n') {
            self.source.code.push('\n');
        }
        dropped
    }

    fn line_comment(&mut self) {
        while self.rest.front().is_some_and(|it| *it != '\n') {
            self.rest.pop_front();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.rest.front(), self.rest.get(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.rest.pop_front();
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.rest.pop_front();
                }
                _ => {}
            }
            if self.skip().is_none() || depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.literal(|reader, text| match reader.skip() {
            Some('\\') => {
                text.push('\\');
                text.extend(reader.skip());
                true
            }
            Some('"') | None => false,
            Some(other) => {
                text.push(other);
                true
            }
        });
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or_default();
        for _ in 0..=hashes {
            self.rest.pop_front();
        }
        self.literal(|reader, text| match reader.skip() {
            Some('"')
                if reader
                    .rest
                    .iter()
                    .take(hashes)
                    .filter(|it| **it == '#')
                    .count()
                    == hashes =>
            {
                reader.rest.drain(..hashes);
                false
            }
            None => false,
            Some(other) => {
                text.push(other);
                true
            }
        });
    }

    /// Takes the opening quote, then characters while `more` says so.
    fn literal(&mut self, more: impl Fn(&mut Self, &mut String) -> bool) {
        let at = self.source.code.len();
        self.keep(1);
        let mut text = String::new();
        while more(self, &mut text) {}
        self.source.code.push('"');
        self.source.literals.push(Literal { at, text });
    }

    /// How many `#` the raw string has that starts here, if one does.
    fn raw_hashes(&self) -> Option<usize> {
        let before = self.source.code.chars().next_back();
        if before.is_some_and(|it| (it.is_alphanumeric() && it != 'b') || it == '_') {
            return None;
        }
        let hashes = self
            .rest
            .iter()
            .skip(1)
            .take_while(|it| **it == '#')
            .count();
        (self.rest.get(1 + hashes) == Some(&'"')).then_some(hashes)
    }

    /// A character literal or a lifetime.
    fn quote(&mut self) {
        if self.rest.get(1) == Some(&'\\') {
            self.rest.drain(..3);
            while self.rest.pop_front().is_some_and(|it| it != '\'') {}
        } else if self.rest.get(2) == Some(&'\'') {
            self.rest.drain(..3);
        } else {
            self.keep(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{read, without_tests};

    #[track_caller]
    fn literals(text: &str) -> Vec<String> {
        read(text).literals.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn literals_are_told_from_comments_characters_and_lifetimes() {
        assert_eq!(literals(r#"a("x") // "y""#), ["x"]);
        assert_eq!(literals(r#"/* "y" /* */ "z" */ b("x")"#), ["x"]);
        assert_eq!(literals(r##"r#"a "b" c"# + r"d""##), [r#"a "b" c"#, "d"]);
        assert_eq!(
            literals(r#"fn f<'a>(x: &'a str) { '"'; '\''; "x" }"#),
            ["x"]
        );
        assert_eq!(literals(r#""a \" b""#), [r#"a \" b"#]);
        assert_eq!(literals(r#"attr"x""#), ["x"]);
    }

    #[test]
    fn lines_stay_where_they_were() {
        let source = read("// one\n\"two\nthree\"\nfour(\"x\")");
        assert_eq!(source.line(source.code.find("four").unwrap()), 4);
        let found: Vec<_> = source.first_arguments("four(").collect();
        assert_eq!(found[0].1, Some("x"));
    }

    #[test]
    fn words_are_whole() {
        let source = read("use sqlx_core; csv::x");
        assert!(!source.has_word("sqlx"));
        assert!(source.has_word("csv"));
    }

    #[test]
    fn the_test_module_is_cut_off() {
        assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests {\n b\n}"), "a");
        let kept = "a\n#[cfg(test)]\nmod tests;\nb";
        assert_eq!(without_tests(kept), kept);
    }
}
