//! From a text to a typed formula.

use super::{
    Compare, Cond, Formula, Measure, Place, Rule, Test,
    lex::{Token, tokens},
};
use crate::fact::{Field, Kind, Source, Value};

/// Where a formula stands: what `row(…)` and `col(…)` mean there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'a> {
    pub(crate) section: &'a str,
    pub(crate) row: Option<&'a str>,
    pub(crate) col: Option<&'a str>,
    /// The codes of the section, in order.
    pub(crate) rows: &'a [String],
    pub(crate) cols: &'a [String],
}

/// `count pupils where …`, `cols(4..15)`, `row(01) - row(02)`.
pub(crate) fn parse_formula(text: &str, around: Around<'_>) -> Result<Formula, String> {
    let mut words = Words::of(text, Some(around))?;
    let formula = words.formula()?;
    words.end()?;
    Ok(formula)
}

/// A condition over the facts of a source.
pub(crate) fn parse_cond(text: &str, source: Source) -> Result<Cond, String> {
    let mut words = Words::of(text, None)?;
    if words.tokens.is_empty() {
        return Ok(Cond::Always);
    }
    let cond = words.cond(source)?;
    words.end()?;
    Ok(cond)
}

/// The number of facts that is added up.
pub(crate) fn parse_measure(field: &str, source: Source) -> Result<Measure, String> {
    let found = source.field(field);
    let found = found.ok_or_else(|| format!("{} have no {field}", source.code()))?;
    if found.kind() != Kind::Number {
        return Err(format!("{field} is no number"));
    }
    Ok(Measure::Sum(found))
}

/// `cell(2.1.1, 02, 3) = cell(2.5, 01, 3)`
pub(crate) fn parse_check(text: &str, around: Around<'_>) -> Result<Rule, String> {
    let mut words = Words::of(text, Some(around))?;
    let left = words.formula()?;
    let compare = match words.next() {
        Some(Token::Sign("=")) => Compare::Equal,
        Some(Token::Sign("<=")) => Compare::AtMost,
        Some(Token::Sign(">=")) => Compare::AtLeast,
        other => return Err(format!("two sides are compared by {other:?}")),
    };
    let right = words.formula()?;
    words.end()?;
    Ok(Rule {
        left,
        compare,
        right,
    })
}

/// Conditions deeper than that are a mistake.
const DEEPEST: u32 = 40;

struct Words<'a> {
    tokens: Vec<Token>,
    at: usize,
    deep: u32,
    around: Option<Around<'a>>,
}

impl<'a> Words<'a> {
    fn of(text: &str, around: Option<Around<'a>>) -> Result<Self, String> {
        Ok(Self {
            tokens: tokens(text)?,
            at: 0,
            deep: 0,
            around,
        })
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(it)) if *it == sign);
        self.at += usize::from(is);
        is
    }

    fn takes_name(&mut self, name: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Name(it)) if it == name);
        self.at += usize::from(is);
        is
    }

    fn needs(&mut self, sign: &str) -> Result<(), String> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(format!("{sign:?} is missing at word {}", self.at + 1))
    }

    fn end(&self) -> Result<(), String> {
        match self.tokens.get(self.at) {
            None => Ok(()),
            Some(token) => Err(format!("{token:?} was not expected")),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Name(it)) => Ok(it),
            other => Err(format!("a name is missing, not {other:?}")),
        }
    }

    fn code(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Code(it)) => Ok(it),
            other => Err(format!("a code is missing, not {other:?}")),
        }
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.deep += 1;
        if self.deep > DEEPEST {
            return Err("too deep".to_owned());
        }
        Ok(())
    }

    fn formula(&mut self) -> Result<Formula, String> {
        self.deeper()?;
        let mut sum = self.atom()?;
        loop {
            if self.takes("+") {
                sum = Formula::Add(Box::new(sum), Box::new(self.atom()?));
            } else if self.takes("-") {
                sum = Formula::Take(Box::new(sum), Box::new(self.atom()?));
            } else {
                self.deep -= 1;
                return Ok(sum);
            }
        }
    }

    fn atom(&mut self) -> Result<Formula, String> {
        if self.takes("(") {
            let formula = self.formula()?;
            self.needs(")")?;
            return Ok(formula);
        }
        match self.next() {
            Some(Token::Code(number)) => {
                let number = number.parse().map_err(|_| format!("{number} is no number"));
                Ok(Formula::Number(number?))
            }
            Some(Token::Name(name)) if name == "count" => self.count(Measure::Each),
            Some(Token::Name(name)) if name == "any" => self.count(Measure::Any),
            Some(Token::Name(name)) if name == "sum" => {
                let field = self.name()?;
                if !self.takes_name("of") {
                    return Err(format!("sum {field} of what?"));
                }
                let before = self.at;
                let source = self.source()?;
                let how = parse_measure(&field, source)?;
                self.at = before;
                self.count(how)
            }
            Some(Token::Name(name)) => self.cells(&name),
            other => Err(format!("a value is missing, not {other:?}")),
        }
    }

    fn source(&mut self) -> Result<Source, String> {
        let name = self.name()?;
        Source::from_code(&name).ok_or_else(|| format!("no source {name}"))
    }

    fn count(&mut self, how: Measure) -> Result<Formula, String> {
        let source = self.source()?;
        let cond = if self.takes_name("where") {
            self.cond(source)?
        } else {
            Cond::Always
        };
        Ok(Formula::Count(source, how, cond))
    }

    fn cells(&mut self, name: &str) -> Result<Formula, String> {
        let around = self.around.ok_or("no cells here")?;
        let row = || around.row.ok_or("no row here");
        let col = || around.col.ok_or("no column here");
        let cell = |row: &str, col: &str| Place::new(around.section, row, col);
        self.needs("(")?;
        let formula = match name {
            "row" => Formula::Cell(cell(&self.code()?, col()?)),
            "col" => Formula::Cell(cell(row()?, &self.code()?)),
            "rows" => {
                let codes = self.range(around.rows)?;
                let col = col()?;
                Formula::Sum(codes.iter().map(|it| cell(it, col)).collect())
            }
            "cols" => {
                let codes = self.range(around.cols)?;
                let row = row()?;
                Formula::Sum(codes.iter().map(|it| cell(row, it)).collect())
            }
            // The same column of another section.
            "here" => {
                let section = self.code()?;
                self.needs(",")?;
                Formula::Cell(Place::new(&section, &self.code()?, col()?))
            }
            "last" => {
                let section = self.code()?;
                self.needs(",")?;
                let row = self.code()?;
                self.needs(",")?;
                Formula::Last(Place::new(&section, &row, &self.code()?))
            }
            "cell" => {
                let mut codes = vec![self.code()?];
                while self.takes(",") {
                    codes.push(self.code()?);
                }
                match codes.as_slice() {
                    [row, col] => Formula::Cell(cell(row, col)),
                    [section, row, col] => Formula::Cell(Place::new(section, row, col)),
                    _ => return Err("a cell has a row and a column".to_owned()),
                }
            }
            other => return Err(format!("nothing is called {other}")),
        };
        self.needs(")")?;
        Ok(formula)
    }

    /// `4..15`, `01, 03, 05`: codes that the section has, in its order.
    fn range(&mut self, all: &[String]) -> Result<Vec<String>, String> {
        let place = |code: &str| {
            let found = all.iter().position(|it| it == code);
            found.ok_or_else(|| format!("no {code} in the section"))
        };
        let mut codes = vec![];
        loop {
            let from = place(&self.code()?)?;
            let to = if self.takes("..") {
                place(&self.code()?)?
            } else {
                from
            };
            codes.extend(
                all.get(from..=to)
                    .ok_or("a range ends before it begins")?
                    .iter()
                    .cloned(),
            );
            if !self.takes(",") {
                return Ok(codes);
            }
        }
    }

    fn cond(&mut self, source: Source) -> Result<Cond, String> {
        self.deeper()?;
        let mut any = vec![self.all(source)?];
        while self.takes_name("or") {
            any.push(self.all(source)?);
        }
        self.deep -= 1;
        Ok(match any.len() {
            1 => any.remove(0),
            _ => Cond::Any(any),
        })
    }

    fn all(&mut self, source: Source) -> Result<Cond, String> {
        let mut all = vec![self.one(source)?];
        while self.takes_name("and") {
            all.push(self.one(source)?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Cond::All(all),
        })
    }

    fn one(&mut self, source: Source) -> Result<Cond, String> {
        if self.takes_name("not") {
            self.deeper()?;
            let cond = self.one(source)?;
            self.deep -= 1;
            return Ok(Cond::Not(Box::new(cond)));
        }
        if self.takes("(") {
            let cond = self.cond(source)?;
            self.needs(")")?;
            return Ok(cond);
        }
        let name = self.name()?;
        let field = source
            .field(&name)
            .ok_or_else(|| format!("{} have no {name}", source.code()))?;
        Ok(Cond::Test(field, self.test(field)?))
    }

    fn test(&mut self, field: Field) -> Result<Test, String> {
        if self.takes_name("is") {
            let unknown = self.takes_name("unknown");
            return unknown
                .then_some(Test::Unknown)
                .ok_or("is what?".to_owned());
        }
        match field.kind() {
            Kind::Flag => Ok(Test::IsSet),
            Kind::Text => {
                if !self.takes_name("has") {
                    return Err(format!("{} is a text: has '…'", field.code()));
                }
                match self.next() {
                    Some(Token::Text(it)) => Ok(Test::Has(it.to_lowercase())),
                    other => Err(format!("a text is missing, not {other:?}")),
                }
            }
            Kind::Codes(_) => self.coded(field),
            Kind::Number => self.number_test(),
        }
    }

    fn coded(&mut self, field: Field) -> Result<Test, String> {
        if self.takes("=") {
            return Ok(Test::OneOf(vec![self.value(field)?]));
        }
        if self.takes("!=") {
            return Ok(Test::NoneOf(vec![self.value(field)?]));
        }
        if !self.takes_name("in") {
            return Err(format!("{} is compared by = and in", field.code()));
        }
        self.needs("(")?;
        let mut any = vec![self.value(field)?];
        while self.takes(",") {
            any.push(self.value(field)?);
        }
        self.needs(")")?;
        Ok(Test::OneOf(any))
    }

    fn value(&mut self, field: Field) -> Result<Value, String> {
        let name = self.name()?;
        let Kind::Codes(all) = field.kind() else {
            return Err(format!("{} has no codes", field.code()));
        };
        let code = all.iter().find(|it| **it == name);
        let code = code.ok_or_else(|| format!("{} is never {name}", field.code()))?;
        Ok(Value::Code(code))
    }

    fn number_test(&mut self) -> Result<Test, String> {
        let sign = match self.next() {
            Some(Token::Sign(sign)) => sign,
            other => return Err(format!("a number is compared, not {other:?}")),
        };
        let number = self.number()?;
        Ok(match sign {
            "=" if self.takes("..") => Test::Within(Some(number), Some(self.number()?)),
            "=" => Test::Within(Some(number), Some(number)),
            "!=" => Test::NoneOf(vec![Value::Number(number)]),
            "<" => Test::Within(None, Some(number - 1)),
            "<=" => Test::Within(None, Some(number)),
            ">" => Test::Within(Some(number + 1), None),
            ">=" => Test::Within(Some(number), None),
            other => return Err(format!("numbers are not compared by {other}")),
        })
    }

    fn number(&mut self) -> Result<i64, String> {
        let code = self.code()?;
        let number: i64 = code.parse().map_err(|_| format!("{code} is no number"))?;
        // Far from the ends, so that «more than» never overflows.
        if number.abs() > 1_000_000_000 {
            return Err(format!("{code} is too large"));
        }
        Ok(number)
    }
}
